"""Reminders through the real alert store: each once, late ones each working day, none twice for a restart."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from store_builders import claimed, decision, email, outcome, record

from gateway.clock_watch import ClockWatch
from gateway.governance import desk
from gateway.governance.course import Course
from gateway.governance.courses import HOLD, STRATEGY
from gateway.governance.desk import Desk, read_back
from gateway.governance.steps import Drafted, Revised
from gateway.places import config_directory
from gateway.policies import Policies
from gateway.store import schema
from gateway.store.files import NewStep, StoredFile
from gateway.store.sealing import Sealer
from gateway.store.store import Store, open_store
from gateway.waiting import Waiting
from models.decision import Priority, Queue, ReviewItem
from models.register import Register
from models.strategy import Spoc
from routing.promised import PromisedReply

MONDAY = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
REVIEWERS = "reviewers@opcc.example"


class Clock:
    """A clock that is set."""

    def __init__(self) -> None:
        self.now = MONDAY

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def register(strategies: dict[str, dict[str, str]], **organisation: object) -> Register:
    return Register.model_validate(
        {
            "organisation": {
                "name": "Office",
                "policy": "cleveland",
                "domains": ["opcc.example"],
                "addresses": {"manager": "manager@opcc.example", "rights": "foi@opcc.example"},
                **organisation,
            },
            "people": [{"id": "P-001", "name": "Wilfred Ashdown"}],
            "strategies": [
                {
                    "id": id_,
                    "person": "P-001",
                    "scope": "organisation",
                    "status": "active",
                    "starts": "2026-01-05",
                    **dates,
                }
                for id_, dates in strategies.items()
            ],
        }
    )


@pytest.fixture
async def store(tmp_path: Path, clock: Clock) -> AsyncIterator[Store]:
    store = open_store(tmp_path / "triage.db", Sealer({1: b"k" * 32}, 1), now=clock)
    yield store
    store.close()


def watch(store: Store, clock: Clock) -> ClockWatch:
    packs = Policies.load(config_directory() / "policies")
    return ClockWatch(store, packs, now=clock, on_raised=lambda: None)


async def raised(store: Store) -> list[tuple[str, str]]:
    """(urgency, kind) of every alert ever raised, in order."""
    chosen = sa.select(schema.alert.c.urgency, schema.alert.c.kind).order_by(schema.alert.c.raised_at)
    return [tuple(row) for row in await store.reader.run(lambda connection: connection.execute(chosen).all())]


async def told(store: Store, clock: Clock) -> list[dict[str, object]]:
    """What each alert that is ready says."""
    ready = await store.alerts.claim(now=clock.now, lease=timedelta(minutes=1), limit=50)
    return [json.loads(alert.payload) for alert in ready]


async def test_a_review_that_comes_is_told_once(store: Store, clock: Clock) -> None:
    await store.register_versions.replace(register({"CS-1": {"review_due": "2026-03-10"}}), actor="test", now=MONDAY)
    for _ in range(3):
        await watch(store, clock).look()
        clock.now += timedelta(days=1)
    assert await raised(store) == [("routine", "strategy")]


async def test_contact_refused_about_a_matter_that_is_open_again_climbs_until_somebody_has_it(
    store: Store, clock: Clock
) -> None:
    filed: dict[str, Any] = {"review_due": "2026-05-20", "restrictions": [{"id": "R1", "kind": "same_matter_filed"}]}
    held = register({"CS-1": filed}).model_dump(mode="json", by_alias=True, exclude_none=True)
    held["matters"] = [{"id": "M-1", "person": "P-001", "status": "open", "title": "A car", "summary": "A car."}]
    await store.register_versions.replace(Register.model_validate(held), actor="test", now=MONDAY)
    for _ in range(2):
        await watch(store, clock).look()
        clock.now += timedelta(days=1)
    assert await raised(store) == [("same_day", "strategy")] * 2
    (first, *_) = await told(store, clock)
    assert "CS-1/open_matter" in str(first) and "It is to be done at once." in str(first)
    for alert in await store.alerts.unacknowledged():
        await store.alerts.acknowledge(alert.id, by="Hal Head", now=clock.now)
    await watch(store, clock).look()
    assert await raised(store) == [("same_day", "strategy")] * 2


async def test_one_watch_follows_a_register_that_is_loaded_meanwhile(store: Store, clock: Clock) -> None:
    dates = watch(store, clock)
    await store.register_versions.replace(register({"CS-1": {"review_due": "2026-05-20"}}), actor="test", now=MONDAY)
    await dates.look()
    assert await raised(store) == []
    await store.register_versions.replace(register({"CS-1": {"review_due": "2026-03-01"}}), actor="test", now=MONDAY)
    await dates.look()
    assert await raised(store) == [("same_day", "strategy")]


async def test_a_late_review_is_told_once_each_working_day(store: Store, clock: Clock) -> None:
    await store.register_versions.replace(register({"CS-1": {"review_due": "2026-03-01"}}), actor="test", now=MONDAY)
    per_day = []
    for _ in range(8):  # Monday to the Monday after
        before = len(await raised(store))
        for _ in range(3):  # every look makes a watch of its own, as a restart would
            await watch(store, clock).look()
            clock.now += timedelta(hours=4)
        per_day.append(len(await raised(store)) - before)
        clock.now += timedelta(hours=12)
    assert per_day == [1, 1, 1, 1, 1, 0, 0, 1]
    assert set(await raised(store)) == {("same_day", "strategy")}


async def test_whoever_acknowledges_is_told_no_more_until_the_day_is_moved(store: Store, clock: Clock) -> None:
    await store.register_versions.replace(register({"CS-1": {"review_due": "2026-03-01"}}), actor="test", now=MONDAY)
    await watch(store, clock).look()
    (alert,) = await store.alerts.unacknowledged()
    assert await store.alerts.acknowledge(alert.id, by="Ann", now=clock.now)
    clock.now += timedelta(days=1)
    await watch(store, clock).look()
    assert len(await raised(store)) == 1
    await store.register_versions.replace(register({"CS-1": {"review_due": "2026-03-02"}}), actor="test", now=clock.now)
    await watch(store, clock).look()
    assert len(await raised(store)) == 2


async def test_a_role_is_told_at_its_own_address_and_nobody_is_named(store: Store, clock: Clock) -> None:
    late = register({"CS-1": {"review_due": "2026-03-01"}}, role_addresses={"senior_manager": REVIEWERS})
    await store.register_versions.replace(late, actor="test", now=MONDAY)
    await watch(store, clock).look()
    (said,) = await told(store, clock)
    assert said["to"] == [REVIEWERS]
    assert "CS-1/review" in str(said["text"]) and "1 March 2026 and is late" in str(said["text"])
    assert "Cleveland 9.12" in str(said["text"])
    assert "Ashdown" not in str(said["text"]) and "P-001" not in str(said["text"])


async def test_without_an_address_of_its_own_a_role_is_told_through_the_manager(store: Store, clock: Clock) -> None:
    await store.register_versions.replace(register({"CS-1": {"review_due": "2026-03-01"}}), actor="test", now=MONDAY)
    await watch(store, clock).look()
    assert [said["to"] for said in await told(store, clock)] == [["manager@opcc.example"]]


async def test_an_end_that_has_passed_is_not_passed_over(store: Store, clock: Clock) -> None:
    await store.register_versions.replace(register({"CS-1": {"ends": "2026-02-20"}}), actor="test", now=MONDAY)
    await watch(store, clock).look()
    (said,) = await told(store, clock)
    assert "the register still calls it active" in str(said["text"])


async def test_very_many_late_tasks_are_counted_in_one_alert(store: Store, clock: Clock) -> None:
    many = {f"CS-{n}": {"review_due": f"2026-02-{n:02}"} for n in range(1, 13)}
    await store.register_versions.replace(register(many), actor="test", now=MONDAY)
    await watch(store, clock).look()
    (said,) = await told(store, clock)
    assert "12 tasks are late, the longest since 1 February 2026" in str(said["text"])


async def test_a_rights_request_runs_until_it_is_answered_not_until_it_is_opened(store: Store, clock: Clock) -> None:
    claim = await claimed(store, at=MONDAY)
    contact = email(claim.contact_id, at=MONDAY)
    due = datetime(2026, 3, 30, 16, tzinfo=UTC)
    item = ReviewItem(queue=Queue.RIGHTS, priority=Priority.NORMAL, due_at=due)
    made = decision(contact).model_copy(update={"review": (item,)})
    await record(store, claim, contact, lambda _history: outcome(contact, made))
    await store.register_versions.replace(register({}), actor="test", now=MONDAY)
    await store.review.opened(contact.id, by="Ann", now=MONDAY)
    seen = []
    for day in ("2026-03-20", "2026-03-24", "2026-03-30", "2026-03-31", "2026-04-01"):
        clock.now = datetime.fromisoformat(f"{day}T09:30:00+00:00")
        before = await raised(store)
        await watch(store, clock).look()
        seen.append([urgency for urgency, _kind in (await raised(store))[len(before) :]])
    assert seen == [[], ["routine"], [], ["same_day"], ["same_day"]]
    (waiting,) = await store.clocks.running()
    assert await store.review.close(waiting.id, by="Ann", outcome="answered", note=None, now=clock.now)
    clock.now += timedelta(days=1)
    await watch(store, clock).look()
    assert len(await raised(store)) == 3


async def test_that_the_dates_cannot_be_read_is_told_once_a_day(
    store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await store.register_versions.replace(register({}), actor="test", now=MONDAY)
    watching = watch(store, clock)

    async def broken() -> None:
        raise LookupError("a pack is gone")

    monkeypatch.setattr(watching._waiting, "everything", broken)
    await watching.look()
    await watching.look()
    (said,) = await told(store, clock)
    assert "could not be read (LookupError)" in str(said["text"])
    assert await raised(store) == [("same_day", "system")]


async def test_before_a_register_is_loaded_there_is_nobody_to_tell(store: Store, clock: Clock) -> None:
    await watch(store, clock).look()
    assert await raised(store) == []


async def test_each_file_is_read_back_once_in_a_look(
    store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await store.register_versions.replace(register({}), actor="t", now=clock.now)
    placed = '{"kind":"placed","at":"2026-03-02T09:00:00Z","by":"Ann","subject":"P-001","because":"legal_hold","reason":"A claim."}'
    await store.files.open("RH-1", HOLD.kind, "P-001", NewStep("placed", placed, "Ann", clock.now), projection=None)
    read: list[str] = []

    def noted(course: Course[Any], stored: StoredFile) -> object:
        read.append(stored.id)
        return read_back(course, stored)

    monkeypatch.setattr(desk, "read_back", noted)
    await watch(store, clock).look()
    assert read == ["RH-1"]


async def test_a_reply_is_told_to_whoever_answers_for_the_strategy_by_now(store: Store, clock: Clock) -> None:
    await store.register_versions.replace(register({}), actor="test", now=MONDAY)
    packs = Policies.load(config_directory() / "policies")
    desk, waiting = Desk(store, packs, now=clock), Waiting(store, packs, now=clock)

    async def told_at() -> list[str]:
        return [each.to for each in (await waiting.everything())[0] if "/reply." in each.task.id]

    def spoc(name: str) -> Spoc:
        return Spoc(name=name, address=f"{name.split()[0].lower()}@opcc.example")

    step = {"at": MONDAY, "by": "Ann Author"}
    pat = Drafted(**step, person="P-001", spoc=spoc("Pat Contact"))
    begun = await desk.begin(STRATEGY, pat, person="P-001")
    promised = [PromisedReply(begun.id, date(2026, 3, 16)), PromisedReply("CS-X", MONDAY.date())]
    claim, current = await claimed(store), await store.register.current()
    assert current is not None
    contact = email(claim.contact_id)
    made = outcome(contact, promised=promised)
    standing = {"register_version": current.version, "last_step": current.last_step}
    await record(store, claim, contact, lambda _history: made, **standing)
    assert await told_at() == ["manager@opcc.example", "pat@opcc.example"]
    # The register's version is the same as before.
    await desk.take(STRATEGY, begun.id, Revised(**step, spoc=spoc("Nora New")))
    assert await told_at() == ["manager@opcc.example", "nora@opcc.example"]
