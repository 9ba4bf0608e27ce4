"""Clocks of rights: those that still run, and the steps that move them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from store_builders import DAY, MINUTE, NOW, audited, decision, email, erase_file, moved_up, recorded, reviews_of

from gateway.store.clocks import ClockItem
from gateway.store.errors import FileMoved
from gateway.store.files import NewStep
from gateway.store.store import Store
from models.decision import Queue


async def item(store: Store, *queues: Queue, due_at=NOW + DAY, at=NOW) -> list[str]:
    contact = await recorded(store, at=at, made=decision(email("-"), review=queues, due_at=due_at))
    return [row.id for row in await reviews_of(store, contact.id)]


def step(kind: str, text: str) -> NewStep:
    return NewStep(kind, text, "Ann", NOW)


async def test_rights_and_appeals_run_until_they_are_closed_the_soonest_due_first(store: Store) -> None:
    (late,) = await item(store, Queue.RIGHTS, due_at=NOW + 3 * DAY)
    (soon,) = await item(store, Queue.APPEALS, due_at=NOW + DAY, at=NOW + MINUTE)
    (other,) = await item(store, Queue.SPOC)
    (closed,) = await item(store, Queue.RIGHTS)
    await store.review.close(closed, by="Ann", outcome="done", note=None, now=NOW)
    running = await store.clocks.running()
    assert [one.id for one in running] == [soon, late]
    assert (running[0].queue, running[0].received_at, running[0].due_at) == (
        Queue.APPEALS,
        NOW + MINUTE,
        NOW + DAY,
    )
    await store.review.opened(running[1].contact_id, by="Ann", now=NOW)
    found = await store.clocks.find(late)
    assert isinstance(found, ClockItem)
    assert (found.id, found.contact_id, found.queue) == (late, running[1].contact_id, Queue.RIGHTS)
    for none in (other, closed, "unknown"):
        assert await store.clocks.find(none) is None


async def test_a_step_moves_its_own_clock_and_is_read_back_in_its_order(store: Store) -> None:
    (mine,) = await item(store, Queue.RIGHTS)
    (other,) = await item(store, Queue.RIGHTS)
    assert await store.clocks.steps(mine) == []
    await store.clocks.take(mine, "rights_clock", step("paused", "one"), expected=0, due_at=NOW + 5 * DAY)
    await store.clocks.take(mine, "rights_clock", step("resumed", "two"), expected=1, due_at=NOW + 9 * DAY)
    assert await store.clocks.steps(mine) == ["one", "two"]
    assert {one.id: one.due_at for one in await store.clocks.running()} == {mine: NOW + 9 * DAY, other: NOW + DAY}
    assert await audited(store, "paused") == await audited(store, "resumed") == [f"review/{mine}"]
    stored = await store.files.read(f"clock/{mine}")
    assert stored is not None
    assert (stored.kind, stored.person) == ("rights_clock", None)
    for stale in (0, 1):
        with pytest.raises(FileMoved):
            await store.clocks.take(mine, "rights_clock", step("paused", "x"), expected=stale, due_at=NOW)
    assert (await store.clocks.find(mine)).due_at == NOW + 9 * DAY
    await erase_file(store, f"clock/{mine}", actor="Ann", now=NOW)
    assert await store.clocks.steps(mine) == []


async def test_whoever_was_told_of_the_old_time_is_told_of_the_new_one(store: Store) -> None:
    (mine,) = await item(store, Queue.RIGHTS)
    late = {"now": NOW + 2 * DAY, "again_after": timedelta(days=30)}
    assert [one.escalation for one in await moved_up(store, **late)] == [1]
    assert await moved_up(store, **late) == []
    await store.clocks.take(mine, "rights_clock", step("paused", "one"), expected=0, due_at=NOW + 2 * DAY)
    assert [one.escalation for one in await moved_up(store, **late)] == [1]
