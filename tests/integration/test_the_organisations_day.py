"""Half an hour after midnight in summer it is the new day in the office, and still the old one in UTC."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

from gateway.cli.opened import opened_store
from gateway.cli.settings import settings_of
from gateway.governance.courses import STRATEGY
from gateway.governance.desk import Desk
from gateway.governance.retention_desk import RetentionDesk
from gateway.governance.steps import Withdrawn
from gateway.policies import Policies
from tests.governing import draft

HALF_PAST_MIDNIGHT = datetime(2026, 6, 1, 23, 30, tzinfo=UTC)
THE_DAY = date(2026, 6, 2)


def _then() -> datetime:
    return HALF_PAST_MIDNIGHT


def _two_years_later() -> datetime:
    return HALF_PAST_MIDNIGHT.replace(year=2028)


async def test_a_step_is_taken_on_the_day_that_it_is_in_the_office(run: Callable[..., object], tmp_path: Path) -> None:
    settings = settings_of(tmp_path / "gateway.toml")
    async with opened_store(settings) as store:
        packs = Policies.load(settings.policies)
        desk = Desk(store, packs, now=_then)
        first = draft(person="P-001", matters=(), starts=None).model_copy(update={"at": HALF_PAST_MIDNIGHT})
        begun = await desk.begin(STRATEGY, first, person="P-001", id_="CS-1")
        assert begun.strategy().starts == THE_DAY == await desk.today()
        await desk.take(STRATEGY, "CS-1", Withdrawn(at=HALF_PAST_MIDNIGHT, by="Ann Author", reasons="Not needed."))
        assert (await desk.load(STRATEGY, "CS-1")).ended_on == THE_DAY
        later = RetentionDesk(Desk(store, packs, now=_two_years_later), now=_two_years_later)
        (due,) = (await later.listed()).due
        assert (due.record.opened, due.due) == (THE_DAY, date(2028, 6, 2))
