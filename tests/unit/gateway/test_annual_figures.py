"""Which strategies a year counts: by their files, by the register alone, and where nothing but days is left."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from governing import ACTIVE, MONDAY, draft, step
from store_builders import erase_file

from gateway.annual_figures import AnnualFigures
from gateway.faults import NoRegister
from gateway.governance.course import text_of
from gateway.governance.courses import STRATEGY
from gateway.governance.steps import StrategyStep
from gateway.places import config_directory
from gateway.policies import Policies
from gateway.store.files import NewStep
from gateway.store.sealing import Sealer
from gateway.store.store import Store, open_store
from models.register import Register

NOW = datetime(2027, 6, 1, 12, tzinfo=UTC)
REGISTER = {
    "organisation": {"name": "Office", "policy": "cleveland", "domains": ["opcc.example"], "addresses": {"manager": "m@opcc.example"}},
    "people": [{"id": "P-001", "name": "Jordan Example", "adjustments": [{"id": "A1", "need": "large print"}]}, {"id": "P-002", "name": "Sam"}],
    "matters": [{"id": "M-001", "person": "P-001", "title": "A car"}],
    "strategies": [
        {"id": "CS-7", "person": "P-002", "scope": "organisation", "status": "active", "starts": "2026-05-01", "notified_on": "2026-05-03", "restrictions": [{"id": "R1", "kind": "spoc_only"}]},
        {"id": "CS-8", "person": "P-002", "scope": "organisation", "status": "draft", "starts": "2026-05-01"},
    ],
}  # fmt: skip


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    store = open_store(tmp_path / "triage.db", Sealer({1: b"k" * 32}, 1))
    yield store
    store.close()


async def put(store: Store, id_: str, steps: Iterable[StrategyStep], *behaviours: str) -> None:
    """A strategy's file with these steps after its draft."""
    for number, one in enumerate([draft(behaviours=behaviours), *steps]):
        new = NewStep(one.kind, text_of(one), one.by, one.at)
        if number:
            await store.files.append(id_, new, expected=number, projection=None)
        else:
            await store.files.open(id_, STRATEGY.kind, "P-001", new, projection=None)


async def counted(
    store: Store, year: int, tables: tuple[str, ...] = ("strategies", "strategy_reviews", "disclosed_needs")
) -> dict[str, int | None]:
    figures = AnnualFigures(store, Policies.load(config_directory() / "policies"), now=lambda: NOW)
    report = await figures.of(year, publish=False)
    return {figure.name: figure.value for table in report.tables if table.id in tables for figure in table.figures}


def reviewed(on: date, following: date) -> StrategyStep:
    return step(
        "reviewed", by="Rae Reviewer", at=on, outcome="continue", reasons="It still helps.", next_review=following
    )


async def test_a_strategy_counts_in_the_year_it_came_into_force(store: Store) -> None:
    await store.register_versions.replace(Register.model_validate(REGISTER), actor="test", now=NOW)
    ended = step("ended", by="Hal Head", at=date(2027, 2, 1), reasons="It has stopped.")
    in_time, late = (
        reviewed(MONDAY + timedelta(days=60), date(2026, 8, 1)),
        reviewed(date(2026, 8, 2), date(2026, 11, 1)),
    )
    await put(store, "CS-1", [*ACTIVE, in_time, late, ended])
    await put(store, "CS-2", [])  # a draft that was never put in force
    assert await counted(store, 2026) == {
        "Introduced": 2,  # CS-1, and CS-7 that only the register knows
        "Ended": 0,
        "In force on the last day": 2,
        "In time": 1,
        "Late": 1,
        "The person disclosed a need": 1,
        "No need was disclosed": 1,
    }
    after = await counted(store, 2027)
    assert (after["Introduced"], after["Ended"], after["In force on the last day"]) == (0, 1, 1)


async def test_of_what_behaviour_a_strategy_is_comes_from_its_file_while_there_is_one(store: Store) -> None:
    await store.register_versions.replace(Register.model_validate(REGISTER), actor="test", now=NOW)
    await put(store, "CS-1", ACTIVE, "stalking")
    by_behaviour = ("strategies_by_behaviour",)
    stalking = "Stalking in person, by telephone or online"
    assert await counted(store, 2026, by_behaviour) == {stalking: 1, "Not known": 1}  # CS-7: only in the register
    assert await counted(store, 2027, by_behaviour) == {}
    await erase_file(store, "CS-1", actor="Ann", now=NOW)
    assert await counted(store, 2026, by_behaviour) == {"Not known": 2}


async def test_a_strategy_whose_file_was_erased_still_counts(store: Store) -> None:
    await store.register_versions.replace(Register.model_validate(REGISTER | {"strategies": []}), actor="test", now=NOW)
    await put(store, "CS-1", ACTIVE)
    assert (await counted(store, 2026))["Introduced"] == 1
    await erase_file(store, "CS-1", actor="Ann", now=NOW)
    assert (await counted(store, 2026))["Introduced"] == 1
    assert (await counted(store, 2026))["In force on the last day"] == 0


async def test_the_reviews_of_a_file_that_was_erased_still_count_and_not_as_in_time(store: Store) -> None:
    await store.register_versions.replace(Register.model_validate(REGISTER | {"strategies": []}), actor="test", now=NOW)
    by_mistake, looked = reviewed(date(2026, 5, 2), date(2026, 8, 1)), step("looked_in", need="To see.")
    undone = step("undone", by="Rae Reviewer", number=len(ACTIVE) + 2, reason="Pressed by mistake.")
    steps = [
        *ACTIVE,
        by_mistake,
        looked.model_copy(update={"at": by_mistake.at}),
        undone.model_copy(update={"at": by_mistake.at}),
        reviewed(date(2026, 5, 3), date(2026, 8, 1)),
        reviewed(date(2026, 8, 2), date(2027, 2, 1)),
        reviewed(date(2027, 2, 1), date(2027, 5, 1)),
    ]
    await put(store, "CS-1", steps)
    before = await counted(store, 2026)
    assert (before["In time"], before["Late"]) == (1, 1)
    await erase_file(store, "CS-1", actor="Ann", now=NOW)
    after = await counted(store, 2026)
    assert (after["In time"], after["Late"], after["Not known any more"]) == (0, 0, 2)


async def test_what_was_undone_does_not_count(store: Store) -> None:
    await store.register_versions.replace(Register.model_validate(REGISTER | {"strategies": []}), actor="test", now=NOW)
    undone = step("undone", by="Hal Head", number=len(ACTIVE) + 1, reason="Pressed by mistake.")
    await put(store, "CS-1", [*ACTIVE, undone])
    assert (await counted(store, 2026))["Introduced"] == 0


async def test_without_a_register_there_is_nothing_to_count(store: Store) -> None:
    with pytest.raises(NoRegister):
        await counted(store, 2026)
