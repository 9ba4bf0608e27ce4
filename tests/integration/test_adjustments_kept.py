"""What a new register may not take away from somebody who is under a strategy, at a real store."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
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
from gateway.governance.importing import looked_over
from gateway.governance.lacks import Refused
from gateway.governance.register_desk import RegisterDesk
from gateway.places import sample_directory
from gateway.policies import Policies
from gateway.store.errors import StoreError
from gateway.store.files import NewStep
from gateway.store.sealing import SealError
from models.register import Register
from models.strategy import Strategy
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
        await store.register_versions.replace(had, actor="Ann", now=utc_now())
        yield Desk(store, Policies.load(settings.policies), now=utc_now)


async def _begin(desk: Desk, person: str = "P-001") -> str:
    first = draft(person=person, matters=()).model_copy(update={"at": utc_now()})
    return (await desk.begin(STRATEGY, first, person=person)).id


async def _decide(desk: Desk, id_: str) -> None:
    for kind, fields in (
        (
            "advice_taken",
            {
                "about": "large print",
                "adjustment": "A1",
                "adviser": "Eve",
                "adviser_role": "equality_adviser",
                "advice": "Yes.",
            },
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
        await desk.store.register_versions.replace(register(LARGER), actor="Ann", now=utc_now())
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
        with closing(sqlite3.connect(gateway_config.parent / "triage.db")) as database, database:
            changed = database.execute("UPDATE file_step SET sealed = x'00' WHERE file_id = ?", (damaged,))
            assert changed.rowcount == 1
        await keep_adjustments(desk, register(LARGE))
        with pytest.raises(Refused, match=f"{damaged} cannot be read.*restore the file from a backup"):
            await keep_adjustments(desk, register(LARGER))
        await _decide(desk, other)
        await keep_adjustments(desk, register(LARGE, others=()))


def _damage(config: Path, table: str, column: str, where: str, value: str) -> None:
    with closing(sqlite3.connect(config.parent / "triage.db")) as database, database:
        changed = database.execute(f"UPDATE {table} SET {column} = x'00' WHERE {where} = ?", (value,))
        assert changed.rowcount == 1


MATTERS = {"matters": [{"id": f"M-{n}", "person": f"P-00{n}", "title": f"Matter {n}"} for n in (1, 2)]}


async def test_a_strategy_that_cannot_be_read_holds_every_matter_of_its_person_and_of_nobody_else(
    gateway_config: Path,
) -> None:
    async with _desk(gateway_config, register(LARGE, **MATTERS)) as desk:
        damaged, other = await _begin(desk), await _begin(desk, "P-002")
        _damage(gateway_config, "file", "projection", "id", damaged)

        async def load(*matters: int, **more: Any) -> int:
            new = register(LARGE, matters=[MATTERS["matters"][n - 1] for n in matters], **more)
            await keep_adjustments(desk, new)
            return await desk.store.register_versions.replace(new, actor="Ann", now=utc_now())

        before = (await desk.store.register.current()).version
        with pytest.raises(StoreError, match=rf"M-1 of P-001 \({damaged}, which cannot be read\)") as held:
            await load(2)
        assert "M-2" not in str(held.value)
        with pytest.raises(Refused, match=f"P-002: adjustment A1 is lost or altered while {other}"):
            await load(1, others=())
        assert (await desk.store.register.current()).version == before
        assert await load(1) == before + 1
        assert await desk.store.register.damaged_files() == (damaged,)
        assert (await desk.load(STRATEGY, other)).person == "P-002"


async def test_a_row_that_cannot_be_read_is_loaded_anew_unless_its_person_is_under_a_strategy(
    gateway_config: Path,
) -> None:
    async with _desk(gateway_config, register(LARGE, **MATTERS)) as desk:
        await _begin(desk)
        _damage(gateway_config, "register_person", "dossier", "person", "P-002")
        with pytest.raises(SealError, match="row of P-002 cannot be read; import the register file again"):
            await desk.store.register.export()
        new = register(LARGE, others=(), **MATTERS)
        await keep_adjustments(desk, new)  # nobody guards Kim's adjustment: there is no strategy
        await desk.store.register_versions.replace(new, actor="Ann", now=utc_now())
        assert await desk.store.register.export() is not None
        _damage(gateway_config, "register_person", "dossier", "person", "P-001")
        with pytest.raises(Refused, match="row of P-001 cannot be read, so nobody can tell what they have said"):
            await keep_adjustments(desk, new)


async def test_an_export_says_everything_that_cannot_be_read_and_is_never_half_of_it(gateway_config: Path) -> None:
    async with _desk(gateway_config, register(LARGE, **MATTERS)) as desk:
        damaged = await _begin(desk)
        _damage(gateway_config, "file", "projection", "id", damaged)
        _damage(gateway_config, "register_person", "dossier", "person", "P-002")
        exporting = RegisterDesk(desk, now=utc_now).export(by="Sam", role="line_manager")
        with pytest.raises(Refused) as refused:
            await exporting
        said = [str(lack) for lack in refused.value.lacks]
        assert [damaged in said[0], "row of P-002" in said[1], len(said)] == [True, True, 2]
        assert all("backup" in one and "nothing was exported" in one for one in said)


def test_an_import_says_which_strategy_cannot_be_read_and_an_export_is_refused(
    run: Callable[..., tuple[int, str, str]], tmp_path: Path
) -> None:
    (tmp_path / "draft.yaml").write_text("person: P-001\nreasons: Forty emails in May.\n", "utf-8")
    assert run("strategy", "draft", str(tmp_path / "draft.yaml"), "--by", "Ann Author")[0] == 0
    _damage(tmp_path / "gateway.toml", "file", "projection", "id", "CS-2026-0001")
    status, said, complained = run("register", "import", str(sample_directory() / "register.yaml"), "--by", "Ann")
    assert (status, "in force as version 2" in said) == (0, True)
    assert complained.startswith("triage: CS-2026-0001 cannot be read") and "restore the store" in complained
    status, said, complained = run("register", "export", "--by", "Ann", "--role", "line_manager")
    assert (status, said) == (1, "")
    assert "CS-2026-0001 cannot be read" in complained and "nothing was exported" in complained


async def test_what_is_refused_cites_the_office_own_policy(gateway_config: Path) -> None:
    had = register(LARGE)
    organisation = had.organisation.model_copy(update={"policy": "staffordshire"})
    async with _desk(gateway_config, had.model_copy(update={"organisation": organisation})) as desk:
        await _begin(desk)
        with pytest.raises(Refused) as refused:
            await keep_adjustments(desk, register().model_copy(update={"organisation": organisation}))
    assert {cite.split()[0] for lack in refused.value.lacks for cite in lack.cites} == {"Staffordshire"}


async def _record(desk: Desk, id_: str, **fields: Any) -> None:
    for kind, given in (
        ("advice_taken", {"about": "print", "adviser": "Eve", "adviser_role": "equality_adviser", "advice": "Yes."}),
        ("adjustment_changed", {"change": "As said.", "reasons": "Asked.", "told_on": date(2026, 1, 2), **fields}),
    ):
        step = {"kind": kind, "at": utc_now(), "by": "Ann Author", "adjustment": "A1", **given}
        await desk.take(STRATEGY, id_, STRATEGY.steps.validate_python(step))


DECIDED = [
    # what the step says of it, what the register file has, how it is refused (None: it comes in, and is said)
    (False, (), "A1 is missing, and what was decided in .* does not take it away.*exported earlier"),
    (False, (LARGER,), None),
    (True, (), None),
    (True, (LARGER,), "A1 is altered, and what was decided in .* takes it away"),
    (None, (), None),  # an older version did not ask
    (None, (LARGER,), None),
]


@pytest.mark.parametrize(("removed", "left", "refused"), DECIDED)
async def test_that_an_adjustment_is_altered_is_no_leave_to_take_it_away(
    gateway_config: Path, removed: bool | None, left: tuple[dict[str, Any], ...], refused: str | None
) -> None:
    """A file that was exported before there was the adjustment would else undo it, on the word of another decision."""
    async with _desk(gateway_config, register(LARGE)) as desk:
        id_ = await _begin(desk)
        await _record(desk, id_, removed=removed)
        if refused is not None:
            with pytest.raises(Refused, match=refused):
                await keep_adjustments(desk, register(*left))
            return
        (said,) = await keep_adjustments(desk, register(*left))
        assert ("is altered" if left else "is taken away") in said and f"Ann Author recorded in {id_}" in said
        assert await keep_adjustments(desk, register(LARGE)) == ()


async def test_what_was_lifted_by_steps_here_does_not_come_back_by_a_file_without_a_word(gateway_config: Path) -> None:
    asked = {"person": "P-001", "scope": "organisation", "starts": "2026-01-01", "notified_on": "2026-01-02"}
    asked["restrictions"] = [{"id": "R1", "kind": "spoc_only"}]
    lifted = Strategy.model_validate({"id": "CS-2026-0001", "status": "ended", **asked})
    async with _desk(gateway_config, register()) as desk:
        first = NewStep("drafted", "{}", "Ann", utc_now())
        projection = lifted.model_dump_json(by_alias=True)
        await desk.store.files.open(lifted.id, STRATEGY.kind, "P-001", first, projection=projection)
        back = [{"id": "CS-9", "status": "active", **asked}, {"id": lifted.id, "status": "active", **asked}]
        # Under its own id its file says that it has ended, and the gateway keeps to that.
        for strategies, times in ((back, 1), (back[1:], 0)):
            said = await looked_over(desk, register(strategies=strategies), await desk.pack(), utc_now())
            assert len(said) == times
            assert all("CS-9 is in force by this register and asks the same as CS-2026-0001" in one for one in said)
