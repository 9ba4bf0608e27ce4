"""Contacts whose last stage of the scan is still to come: the likeliest first, each in one hand at a time."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from store_builders import DAY, LEASE, MINUTE, NOW, decision, outcome, recorded

from gateway.store import schema
from gateway.store.errors import ClaimLost
from gateway.store.store import Store


async def test_the_highest_score_is_taken_first_then_the_oldest(store: Store) -> None:
    scores = (0.2, 0.9, 0.2004, 0.2006, 0.9)
    ids = [(await recorded(store, pending_score=score)).id for score in scores]
    await recorded(store)
    assert await store.pending.waiting() == 5
    taken = await store.pending.claim(now=NOW, lease=LEASE, limit=3)
    assert [one.contact_id for one in taken] == [ids[1], ids[4], ids[3]]
    assert [one.attempts for one in taken] == [1, 1, 1]
    # In thousandths 0.2 and 0.2004 are the same.
    taken = await store.pending.claim(now=NOW, lease=LEASE, limit=3)
    assert [one.contact_id for one in taken] == [ids[0], ids[2]]
    assert await store.pending.claim(now=NOW + LEASE - MINUTE, lease=LEASE, limit=9) == []
    assert len(await store.pending.claim(now=NOW + LEASE, lease=LEASE, limit=9)) == 5


async def test_what_is_given_back_waits_for_its_time_and_keeps_the_beginning_of_the_error(store: Store) -> None:
    await recorded(store, pending_score=0.5)
    (late,) = await store.pending.claim(now=NOW, lease=LEASE, limit=1)
    await store.pending.give_back(late, ready_at=NOW + DAY, error="e" * 300)
    with pytest.raises(ClaimLost):
        await store.pending.give_back(late, ready_at=NOW, error="again")
    assert await store.pending.claim(now=NOW + DAY - MINUTE, lease=LEASE, limit=1) == []
    (again,) = await store.pending.claim(now=NOW + DAY, lease=LEASE, limit=1)
    assert again.attempts == 2
    errors = sa.select(schema.pending_scan.c.error)
    assert await store.reader.run(lambda connection: connection.scalar(errors)) == "e" * 200


async def test_a_revision_that_is_the_result_of_it_completes_it_once(store: Store) -> None:
    contact = await recorded(store, pending_score=0.5)
    other = await recorded(store, pending_score=0.4)
    late, _other = await store.pending.claim(now=NOW, lease=LEASE, limit=2)

    async def revise() -> None:
        await store.recorder.revise(
            contact.id,
            lambda latest: outcome(contact, decision(contact, revision=latest.revision + 1)),
            register_version=None,
            now=lambda: NOW,
            completing=late,
        )

    await revise()
    left = sa.select(schema.pending_scan.c.id)
    assert await store.reader.run(lambda connection: connection.scalars(left).all()) == [other.id]
    with pytest.raises(ClaimLost):
        await revise()
    latest = await store.recorder.latest(contact.id)
    assert latest is not None
    assert latest.revision == 1


async def test_the_one_that_waits_longest_counts_from_its_queueing(store: Store) -> None:
    assert await store.pending.oldest() is None
    assert await store.pending.waiting() == 0
    for score in (0.5, 0.9):
        await recorded(store, pending_score=score)
    moved = schema.pending_scan.update().where(schema.pending_scan.c.score == 900)
    await store.writer.run(lambda connection: connection.execute(moved.values(queued_at=7)))
    assert await store.pending.oldest() == 7
    await store.writer.run(lambda connection: connection.execute(moved.values(ready_at=None)))
    assert await store.pending.oldest() == int(NOW.timestamp() * 1e6)
    assert await store.pending.waiting() == 1
