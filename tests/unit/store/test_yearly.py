"""A year's counts: by channel, by what people decided, and what they undid."""

from __future__ import annotations

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
