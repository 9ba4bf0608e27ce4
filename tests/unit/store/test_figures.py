"""The report's counts: each contact once, in its period, by the newest decision on it."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from deciding import finding
from store_builders import DAY, LEASE, MINUTE, NOW, accepted, alert, call, decision, email, outcome, recorded, relay

from gateway.store import figures, schema
from gateway.store.figures import Counted, OpenNow
from gateway.store.store import Store
from models.decision import Queue


async def test_a_period_holds_its_first_moment_and_not_its_last(store: Store) -> None:
    for contact in (email("-", at=NOW), email("-", at=NOW + DAY - MINUTE), email("-", at=NOW + DAY), call("-")):
        made = decision(contact, breaches=("R1",))
        await recorded(store, contact, at=contact.received_at, made=made)
    counted = await store.figures.counted(NOW, NOW + DAY)
    assert counted == Counted(channels={"email": 2, "telephone": 1}, breaches={("spoc_only", "flagged"): 3})
    assert await store.figures.counted(NOW - DAY, NOW) == Counted(channels={}, breaches={})


@pytest.mark.parametrize("at_once", [1, 2, 500])
async def test_findings_count_each_contact_once_by_its_newest_decision(
    store: Store, at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(figures, "_DECISIONS_AT_ONCE", at_once)
    twice = (finding("foi_request"), finding("foi_request"), finding("complaint"))
    for findings in (twice, (finding("complaint"),), ()):
        made = decision(email("-")).model_copy(update={"findings": findings})
        last = await recorded(store, made=made)
    later = decision(last, revision=1).model_copy(update={"findings": (finding("threat_to_life"),)})
    await store.recorder.revise(last.id, lambda *_given: outcome(last, later), register_version=None, now=lambda: NOW)
    found = await store.figures.found(NOW, NOW + DAY)
    counts = {label: number for by_label in found.values() for label, number in by_label.items()}
    assert counts == {"foi_request": 1, "complaint": 2, "threat_to_life": 1}
    assert found[finding("threat_to_life").category.value] == {"threat_to_life": 1}
    assert await store.figures.found(NOW + DAY, NOW + 2 * DAY) == {}


async def test_what_was_erased_is_not_counted(store: Store) -> None:
    made = decision(email("-")).model_copy(update={"findings": (finding("complaint"),)})
    contact = await recorded(store, made=made)
    erase = schema.record_key.delete().where(schema.record_key.c.record_id == contact.id)
    await store.writer.run(lambda connection: connection.execute(erase))
    assert await store.figures.found(NOW, NOW + DAY) == {}


async def test_what_waits_for_somebody(store: Store) -> None:
    made = decision(email("-"), review=(Queue.SPOC, Queue.CRIMINAL), due_at=NOW)
    contact = await recorded(store, made=made, dispatches=(relay(), relay()), alerts=(alert("x"), alert("x"), alert()))
    await recorded(store, made=decision(email("-"), review=(Queue.SPOC,), due_at=NOW + MINUTE))
    first, _second = await store.outbox.claim(now=NOW, lease=LEASE, limit=2)
    await store.outbox.dead(first, error="550", now=NOW)
    await accepted(store)
    assert await store.figures.standing(NOW) == OpenNow(
        reviews={"spoc": 2, "criminal": 1},
        overdue={"spoc": 1, "criminal": 1},
        unacknowledged_alerts=2,
        waiting=1,
        dead_letters=1,
    )
    await store.review.opened(contact.id, by="pat", now=NOW)
    (item,) = await store.review.items(queue=Queue.CRIMINAL)
    await store.review.close(item.id, by="pat", outcome="done", note=None, now=NOW)
    (one, *_rest) = await store.alerts.unacknowledged()
    await store.alerts.acknowledge(one.id, by="pat", now=NOW)
    await store.writer.run(lambda connection: connection.execute(sa.update(schema.spool).values(state="dead")))
    assert await store.figures.standing(NOW + MINUTE) == OpenNow(
        reviews={"spoc": 2}, overdue={"spoc": 1}, unacknowledged_alerts=1, waiting=1, dead_letters=4
    )
