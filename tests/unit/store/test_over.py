"""When a contact is over: each thing that was done with it is judged to the moment, on both of the two measures."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from store_builders import DAY, LEASE, NOW, accepted, alert, change, decision, email, recorded, relay

from gateway.store import schema
from gateway.store.looked import Over, Page
from gateway.store.store import Store
from models.decision import Judgement, Queue

MOMENT = timedelta(microseconds=1)
LONG_AFTER = NOW + 100 * DAY
HANDED_ON, CLOSED = Over.HANDED_ON, Over.CLOSED
BOTH = {HANDED_ON, CLOSED}


async def page(store: Store, which: Over, before: datetime = LONG_AFTER, *, now: datetime = LONG_AFTER) -> Page:
    return await store.retention.over(which, before, now=now, after=None, limit=10)


async def over(store: Store, before: datetime = LONG_AFTER, *, now: datetime = LONG_AFTER) -> set[Over]:
    """On which measure the only contact of the store is over."""
    return {which for which in Over if (await page(store, which, before, now=now)).found}


async def test_a_contact_is_over_from_the_moment_after_it_was_received_decided_and_sent_on(store: Store) -> None:
    contact = await recorded(store, at=NOW - DAY, dispatches=(relay(),))
    assert await over(store) == set()
    (dispatch,) = await store.outbox.claim(now=NOW, lease=LEASE, limit=1)
    assert await over(store) == set()
    await store.outbox.sent(dispatch, now=NOW)
    assert await over(store) == BOTH
    assert await over(store, NOW) == set()
    assert await over(store, NOW + MOMENT) == BOTH
    for moved in (
        schema.contact.update().values(received_at=schema.contact.c.received_at + 2 * 86_400_000_000),
        schema.decision.update().values(decided_at=schema.decision.c.decided_at + 3 * 86_400_000_000),
        schema.outbox.update().values(created_at=schema.outbox.c.created_at + 4 * 86_400_000_000),
    ):
        await change(store, moved)
        last = max(
            await store.reader.run(
                lambda connection: [
                    connection.scalar(sa.select(schema.contact.c.received_at)),
                    connection.scalar(sa.select(schema.decision.c.decided_at)),
                    connection.scalar(sa.select(schema.outbox.c.created_at)),
                ]
            )
        )
        border = datetime.fromtimestamp(last / 1e6, NOW.tzinfo)
        assert await over(store, border) == set()
        assert await over(store, border + MOMENT) == BOTH
        (found,) = (await page(store, HANDED_ON)).found
        assert (found.contact_id, found.closed_at) == (contact.id, border)


async def test_what_is_erased_or_not_yet_triaged_is_not_looked_at(store: Store) -> None:
    await accepted(store)
    assert await over(store) == set()
    await change(store, schema.spool.delete())
    await recorded(store)
    assert await over(store) == BOTH
    await change(store, schema.contact.update().values(erased_at=1))
    assert await over(store) == set()


async def test_what_triage_gave_up_on_is_not_over(store: Store) -> None:
    await recorded(store)
    await change(store, schema.spool.update().values(state="dead"))
    assert await over(store) == set()
    # What did not come through the spool does not wait in it.
    await change(store, schema.spool.delete())
    assert await over(store) == BOTH


async def test_a_review_item_is_over_when_it_is_closed(store: Store) -> None:
    contact = await recorded(store, made=decision(email("-"), review=(Queue.RIGHTS,)))
    assert await over(store) == set()
    await store.review.opened(contact.id, by="Ann", now=NOW)
    assert await over(store) == set()
    (item,) = await store.review.items()
    await store.review.close(item.id, by="Ann", outcome="done", note=None, now=NOW + 5 * DAY)
    assert await over(store, NOW + 5 * DAY) == {HANDED_ON}
    assert await over(store, NOW + 5 * DAY + MOMENT) == BOTH
    (found,) = (await page(store, CLOSED)).found
    assert found.closed_at == NOW + 5 * DAY
    (found,) = (await page(store, HANDED_ON)).found
    assert found.closed_at == NOW


@pytest.mark.parametrize("status", ["confirmed", "dismissed"])
async def test_a_breach_is_over_when_somebody_decided_it(store: Store, status: str) -> None:
    contact = await recorded(store, made=decision(email("-"), breaches=("R1",)))
    assert await over(store) == set()
    at = NOW + 5 * DAY
    await store.review.decide_breach(contact.id, "CS-1", "R1", status=status, by="Ann", note=None, now=at)
    handed_on = {HANDED_ON} if status == "dismissed" else set()
    assert await over(store, at) == handed_on
    assert await over(store, at + MOMENT) == {*handed_on, CLOSED}
    (found,) = (await page(store, CLOSED)).found
    assert found.closed_at == at


async def test_an_alert_is_over_when_somebody_has_it(store: Store) -> None:
    await recorded(store, alerts=(alert("x"), alert("x")))  # the second is counted on the first
    assert await over(store) == set()
    (first,) = await store.alerts.claim(now=NOW, lease=LEASE, limit=1)
    await store.alerts.acknowledge(first.id, by="Ann", now=NOW + 5 * DAY)
    assert await over(store, NOW + 5 * DAY) == {HANDED_ON}
    assert await over(store, NOW + 5 * DAY + MOMENT) == BOTH
    (found,) = (await page(store, CLOSED)).found
    assert found.closed_at == NOW + 5 * DAY


async def test_a_pending_scan_keeps_it_on_both_measures(store: Store) -> None:
    await recorded(store, pending_score=0.5)
    assert await over(store) == set()
    await change(store, schema.pending_scan.delete())
    assert await over(store) == BOTH


async def test_what_was_left_alone_is_looked_at_again_from_its_time_on(store: Store) -> None:
    contact = await recorded(store)
    await store.retention.leave({contact.id: "a concern" * 10}, until=NOW + 7 * DAY)
    assert await over(store, now=NOW + 7 * DAY - MOMENT) == {CLOSED}
    assert await over(store, now=NOW + 7 * DAY) == BOTH
    await store.retention.leave({contact.id: "a concern"}, until=NOW + 9 * DAY)
    assert await over(store, now=NOW + 7 * DAY) == {CLOSED}
    await store.retention.leave({}, until=NOW)
    kept = await store.reader.run(lambda connection: connection.execute(sa.select(schema.retained)).all())
    assert [(row.contact_id, row.because) for row in kept] == [(contact.id, "a concern")]


async def test_pages_follow_one_another_in_the_order_of_receipt(store: Store) -> None:
    later = await recorded(store, at=NOW + DAY)
    twins = sorted([(await recorded(store)).id, (await recorded(store)).id])
    expected = [*twins, later.id]
    for limit in (1, 2, 3, 4):
        ids: list[str] = []
        after = None
        for _ in range(6):
            found = await store.retention.over(HANDED_ON, LONG_AFTER, now=LONG_AFTER, after=after, limit=limit)
            ids += [one.contact_id for one in found.found]
            after = found.last
            if after is None:
                break
        assert ids == expected


async def test_what_people_said_is_the_last_word_of_each_queue_and_the_digest_the_last_decisions(store: Store) -> None:
    queues = (Queue.CRIMINAL, Queue.SAFEGUARDING, Queue.SPOC)
    contact = await recorded(store, made=decision(email("-"), review=queues))
    for minute, queue, word in (
        (3, Queue.CRIMINAL, "Confirmed"),
        (2, Queue.SAFEGUARDING, "dismissed"),
        (1, Queue.SPOC, "done"),
    ):
        (item,) = await store.review.items(queue=queue)
        await store.review.close(item.id, by="Ann", outcome=word, note=None, now=NOW + minute * MOMENT)
    (found,) = (await page(store, HANDED_ON)).found
    assert found.judged == {Queue.CRIMINAL: Judgement.CONFIRMED, Queue.SAFEGUARDING: Judgement.DISMISSED}
    assert [made.contact.id for made in found.decisions] == [contact.id]
    trail = sa.select(schema.audit.c.digest).where(schema.audit.c.event == "decided")
    assert found.digest == await store.reader.run(lambda connection: connection.scalar(trail))


async def test_what_does_not_open_is_named_and_holds_up_no_other(store: Store) -> None:
    damaged, whole = await recorded(store), await recorded(store)
    broken = schema.decision.update().where(schema.decision.c.contact_id == damaged.id).values(sealed=b"x")
    await change(store, broken)
    found = await page(store, HANDED_ON)
    assert (found.damaged, [one.contact_id for one in found.found]) == ((damaged.id,), [whole.id])
