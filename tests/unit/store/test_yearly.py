"""A year's counts: by channel, by what people decided, and what they undid."""

from __future__ import annotations

from datetime import timedelta

from store_builders import DAY, MINUTE, NOW, call, decision, email, recorded

from gateway.store.store import Store
from models.decision import Queue


async def test_contacts_and_breaches_are_counted_by_channel(store: Store) -> None:
    for contact in (email("-", at=NOW), call("-", at=NOW), email("-", at=NOW + DAY)):
        await recorded(store, contact, at=contact.received_at, made=decision(contact, breaches=("R1",)))
    year = await store.yearly.of(NOW, NOW + DAY)
    assert year.contacts == {"email": 1, "telephone": 1}
    assert year.breaches == {("email", "flagged"): 1, ("telephone", "flagged"): 1}


async def test_an_item_tells_when_somebody_looked_and_what_they_said(store: Store) -> None:
    contact = await recorded(store, made=decision(email("-"), review=(Queue.CRIMINAL,), due_at=NOW + MINUTE))
    (waiting,) = (await store.yearly.of(NOW, NOW + DAY)).items
    assert (waiting.queue, waiting.opened_at, waiting.closed) == ("criminal", None, False)
    await store.review.opened(contact.id, by="Ann", now=NOW + 5 * MINUTE)
    (item,) = await store.review.items()
    await store.review.close(item.id, by="Ann", outcome="confirmed", note=None, now=NOW + 9 * MINUTE)
    (seen,) = (await store.yearly.of(NOW, NOW + DAY)).items
    assert (seen.received_at, seen.due_at, seen.opened_at) == (NOW, NOW + MINUTE, NOW + 5 * MINUTE)
    assert (seen.closed, seen.outcome) == (True, "confirmed")


async def test_whoever_closes_without_opening_has_looked_then(store: Store) -> None:
    await recorded(store, made=decision(email("-"), review=(Queue.SPOC,)))
    (item,) = await store.review.items()
    await store.review.close(item.id, by="Ann", outcome="done", note=None, now=NOW + 9 * MINUTE)
    (seen,) = (await store.yearly.of(NOW, NOW + DAY)).items
    assert seen.opened_at == NOW + 9 * MINUTE


async def test_a_year_holds_its_first_moment_and_not_its_last(store: Store) -> None:
    moment = timedelta(microseconds=1)
    for at in (NOW - moment, NOW, NOW + DAY - moment, NOW + DAY):
        contact = await recorded(store, at=at, made=decision(email("-"), breaches=("R1",), review=(Queue.SPOC,)))
        await store.review.decide_breach(contact.id, "CS-1", "R1", status="confirmed", by="Ann", note=None, now=NOW)
        undo = store.review.undoing_breach(
            contact.id, "CS-1", "R1", status="dismissed", because="adjustment", by="Ann", note="So.", now=at
        )
        await store.writer.run(undo)
    year = await store.yearly.of(NOW, NOW + DAY)
    assert year.contacts == {"email": 2}
    assert year.breaches == {("email", "dismissed"): 2}
    assert year.undone == {"adjustment": 2}
    assert sorted(item.received_at for item in year.items) == [NOW, NOW + DAY - moment]
    await store.audit.record("breachXundoneXother", actor="Ann", subject="x", at=NOW)
    assert (await store.yearly.of(NOW, NOW + DAY)).undone == {"adjustment": 2}
