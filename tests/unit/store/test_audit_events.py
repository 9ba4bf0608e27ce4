"""What is on the trail: each deed under its name, by whom, about what. An auditor searches by these words."""

from __future__ import annotations

import sqlalchemy as sa
from store_builders import DAY, LEASE, MINUTE, NOW, alert, decision, email, moved_up, recorded, relay, reviews_of

from gateway.store import schema
from gateway.store.store import Store
from gateway.store.switches import Switch
from models.decision import Priority, Queue

Event = tuple[str, str, str]


async def events(store: Store) -> list[Event]:
    """Event, actor and subject of all that happened, in order."""
    columns = schema.audit.c
    chosen = sa.select(columns.event, columns.actor, columns.subject).order_by(columns.seq)
    return [tuple(row) for row in await store.reader.run(lambda connection: connection.execute(chosen).all())]


async def test_a_decision_and_what_followed_from_it(store: Store) -> None:
    contact = await recorded(store)
    about = f"contact/{contact.id}/0"
    assert await events(store) == [("decided", "gateway", about)]
    times = await store.reader.run(lambda connection: connection.scalars(sa.select(schema.audit.c.at)).all())
    assert set(times) == {1_772_446_500_000_000}


async def test_what_people_did_with_a_review_item(store: Store) -> None:
    made = decision(email("-"), breaches=("R1",), review=(Queue.SPOC,), due_at=NOW)
    contact = await recorded(store, made=made)
    (item,) = await reviews_of(store, contact.id)
    await moved_up(store, now=NOW + DAY, again_after=MINUTE)
    await store.review.opened(contact.id, by="pat", now=NOW)
    await store.review.close(item.id, by="pat", outcome="done", note=None, now=NOW)
    await store.review.decide_breach(contact.id, "CS-1", "R1", status="confirmed", by="sam", note=None, now=NOW)
    await store.review.add(contact.id, Queue.CRIMINAL, Priority.HIGH, NOW, NOW)
    (added,) = await store.review.items(queue=Queue.CRIMINAL)
    breach = f"contact/{contact.id}"
    said = (await events(store))[1:]
    assert said[0] == ("review_overdue", "gateway", f"review/{item.id}")
    assert said[1] == ("contact_viewed", "pat", f"contact/{contact.id}")
    assert said[2] == ("review_done", "pat", f"review/{item.id}")
    assert said[3][:2] == ("breach_confirmed", "sam") and said[3][2].startswith(breach)
    assert said[4:] == [("review_added", "gateway", f"review/{added.id}")]


async def test_a_confirmation_that_was_taken_back_says_why(store: Store) -> None:
    contact = await recorded(store, made=decision(email("-"), breaches=("R1",)))
    await store.review.decide_breach(contact.id, "CS-1", "R1", status="confirmed", by="sam", note=None, now=NOW)
    words = {"status": "dismissed", "because": "invitation", "by": "pat", "note": "we asked her to ring", "now": NOW}
    await store.writer.run(store.review.undoing_breach(contact.id, "CS-1", "R1", **words))
    assert (await events(store))[-1] == ("breach_undone_invitation", "pat", f"contact/{contact.id}/CS-1/R1")


async def test_what_was_sent_and_what_was_given_up(store: Store) -> None:
    contact = await recorded(store, dispatches=(relay("one"), relay("two")))
    first, second = await store.outbox.claim(now=NOW, lease=LEASE, limit=2)
    await store.outbox.sent(first, now=NOW)
    await store.outbox.dead(second, error="550", now=NOW)
    assert await store.outbox.retry(second.id, actor="pat", now=NOW)
    await store.spool.release(contact.id, [relay("three")], held=False, actor="sam", now=NOW)
    assert (await events(store))[1:] == [
        ("sent_relay", "gateway", f"outbox/{first.id}"),
        ("dispatch_dead", "gateway", f"outbox/{second.id}"),
        ("tried_again", "pat", f"outbox/{second.id}"),
        ("released", "sam", f"contact/{contact.id}"),
    ]


async def test_how_an_alert_climbed_and_who_answered_it(store: Store) -> None:
    await store.alerts.raise_system([alert()], NOW)
    (open_alert,) = await store.alerts.claim(now=NOW, lease=LEASE, limit=1)
    await store.alerts.told(open_alert, next_at=NOW, rung=1, now=NOW)
    (second,) = await store.alerts.claim(now=NOW, lease=LEASE, limit=1)
    await store.alerts.exhausted(second, next_at=NOW, error="nobody there", now=NOW)
    assert await store.alerts.acknowledge(open_alert.id, by="pat", now=NOW)
    assert not await store.alerts.acknowledge(open_alert.id, by="sam", now=NOW)
    about = f"alert/{open_alert.id}"
    assert await events(store) == [
        ("alert_rung_0", "gateway", about),
        ("alert_exhausted", "gateway", about),
        ("alert_acknowledged", "pat", about),
    ]


async def test_what_an_administrator_turned_and_dismissed(store: Store) -> None:
    await store.switches.turn(Switch.MODE, "enforce", actor="pat", now=NOW)
    await store.dismissals.dismiss("P-1", "alias:jo", actor="sam", now=NOW)
    assert await events(store) == [
        (f"switch_{Switch.MODE.value}", "pat", f"{Switch.MODE.value}=enforce"),
        ("tie_dismissed", "sam", "person/P-1"),
    ]
