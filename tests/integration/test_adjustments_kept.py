"""What a new register may not take away from somebody who is under a strategy, at a real store."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from gateway.cli.opened import opened_store
from gateway.cli.settings import settings_of
from gateway.clock import utc_now
from gateway.governance.adjusting import keep_adjustments
from gateway.governance.courses import STRATEGY
from gateway.governance.desk import Desk
from gateway.governance.lacks import Refused
from gateway.places import sample_directory
from gateway.policies import Policies
from gateway.store.sealing import SealError
from models.register import Register
from tests.governing import draft

LARGE, LARGER = {"id": "A1", "need": "large print"}, {"id": "A1", "need": "14 point"}


def register(*adjustments: dict[str, Any], others: tuple[dict[str, Any], ...] = (LARGE,), **more: Any) -> Register:
    """Jordan with these adjustments and Kim with the others."""
    organisation = {
        "name": "The Office", "policy": "cleveland", "domains": ["office.example"],
        "addresses": {"manager": "manager@office.example"},
    }  # fmt: skip
    people = [
        {"id": id_, "name": name, "adjustments": list(needs)}
        for id_, name, needs in (("P-001", "Jordan Example", adjustments), ("P-002", "Kim Example", others))
    ]
    return Register.model_validate({"organisation": organisation, "people": people, **more})


@pytest.fixture
def gateway_config(run: object, tmp_path: Path) -> Path:
    """The settings of an office that has a store."""
    return tmp_path / "gateway.toml"


@asynccontextmanager
async def _desk(config: Path, had: Register) -> AsyncIterator[Desk]:
    settings = settings_of(config)
    async with opened_store(settings) as store:
        await store.register.replace(had, actor="Ann", now=utc_now())
        yield Desk(store, Policies.load(settings.policies), now=utc_now)


async def _begin(desk: Desk, person: str = "P-001") -> str:
    first = draft(person=person, matters=()).model_copy(update={"at": utc_now()})
    return (await desk.begin(STRATEGY, first, person=person)).id


async def _decide(desk: Desk, id_: str) -> None:
    for kind, fields in (
        (
            "advice_taken",
            {"about": "large print", "adviser": "Eve", "adviser_role": "equality_adviser", "advice": "Yes."},
        ),
        (
            "adjustment_changed",
            {"adjustment": "A1", "change": "14 pt", "reasons": "Asked.", "told_on": date(2026, 1, 2)},
        ),
    ):
        step = STRATEGY.steps.validate_python({"kind": kind, "at": utc_now(), "by": "Ann Author", **fields})
        await desk.take(STRATEGY, id_, step)


async def test_a_decision_serves_the_one_change_that_was_decided(gateway_config: Path) -> None:
    async with _desk(gateway_config, register(LARGE)) as desk:
        id_ = await _begin(desk)  # a draft: somebody whose strategy is on its way is guarded, too
        with pytest.raises(Refused, match=f"P-001: adjustment A1 is lost or altered while {id_} is not over"):
            await keep_adjustments(desk, register(LARGER))
        await _decide(desk, id_)
        await keep_adjustments(desk, register(LARGER))
        await desk.store.register.replace(register(LARGER), actor="Ann", now=utc_now())
        with pytest.raises(Refused, match="A1 is lost or altered"):
            await keep_adjustments(desk, register())


async def test_a_strategy_that_only_stands_in_the_register_guards_too(gateway_config: Path) -> None:
    standing = {"id": "CS-OLD", "person": "P-001", "scope": "organisation", "starts": "2026-01-01"}
    old = {"strategies": [{**standing, "status": "active"}]}
    async with _desk(gateway_config, register(LARGE, **old)) as desk:
        with pytest.raises(Refused, match="CS-OLD is not over; first draft its file"):
            await keep_adjustments(desk, register(LARGER, **old))
        await keep_adjustments(desk, register(LARGER, strategies=[{**standing, "status": "ended"}]))
        await _decide(desk, await _begin(desk))
        await keep_adjustments(desk, register(LARGER, **old))


async def test_a_damaged_file_is_in_the_way_of_nobody_but_its_person(gateway_config: Path) -> None:
    async with _desk(gateway_config, register(LARGE)) as desk:
        damaged, other = await _begin(desk), await _begin(desk, "P-002")
        with sqlite3.connect(gateway_config.parent / "triage.db") as database:
            changed = database.execute("UPDATE file_step SET sealed = x'00' WHERE file_id = ?", (damaged,))
            assert changed.rowcount == 1
        await keep_adjustments(desk, register(LARGE))
        with pytest.raises(Refused, match=f"{damaged} cannot be read.*restore the file from a backup"):
            await keep_adjustments(desk, register(LARGER))
        await _decide(desk, other)
        await keep_adjustments(desk, register(LARGE, others=()))


async def test_where_what_a_strategy_says_is_damaged_it_is_said_what_to_do(gateway_config: Path) -> None:
    async with _desk(gateway_config, register(LARGE)) as desk:
        damaged, other = await _begin(desk), await _begin(desk, "P-002")
        with sqlite3.connect(gateway_config.parent / "triage.db") as database:
            changed = database.execute("UPDATE file SET projection = x'00' WHERE id = ?", (damaged,))
            assert changed.rowcount == 1
        what_to_do = f"{damaged} cannot be read .*no register is imported .* until the store is restored from a backup"
        for importing in (
            keep_adjustments(desk, register(LARGE)),
            desk.store.register.replace(register(LARGE), actor="Ann", now=utc_now()),
        ):
            with pytest.raises(SealError, match=what_to_do):
                await importing
        assert [one.person.id for one in await desk.store.register.dossiers(["P-002"])] == ["P-002"]
        assert (await desk.load(STRATEGY, other)).person == "P-002"


def test_an_import_that_meets_a_damaged_strategy_ends_with_what_to_do(
    run: Callable[..., tuple[int, str, str]], tmp_path: Path
) -> None:
    (tmp_path / "draft.yaml").write_text("person: P-001\nreasons: Forty emails in May.\n", "utf-8")
    assert run("strategy", "draft", str(tmp_path / "draft.yaml"), "--by", "Ann Author")[0] == 0
    with sqlite3.connect(tmp_path / "triage.db") as database:
        database.execute("UPDATE file SET projection = x'00' WHERE id = 'CS-2026-0001'")
    status, _, said = run("register", "import", str(sample_directory() / "register.yaml"), "--by", "Ann")
    assert status == 1 and said.count("\n") == 1
    assert said.startswith("triage: CS-2026-0001 cannot be read") and "restored from a backup" in said
