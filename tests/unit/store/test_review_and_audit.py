"""What people do: open, close, confirm, switch, dismiss; and the trail that proves it."""

from __future__ import annotations

import hashlib

import pytest
from store_builders import DAY, MINUTE, NOW, audited, change, decision, email, moved_up, recorded, reviews_of

from gateway.store import audit, schema
from gateway.store.audit import AuditBroken, Head, append
from gateway.store.errors import FileMoved
from gateway.store.files import NewStep
from gateway.store.review import Judged, ReviewState
from gateway.store.store import Store
from gateway.store.switches import Switch
from models.decision import Judgement, Priority, Queue


async def contact_with(store: Store, *queues: Queue, due_at=NOW) -> str:
    made = decision(email("-"), breaches=("R1",), review=queues, due_at=due_at)
    return (await recorded(store, made=made)).id


async def test_items_are_opened_closed_and_gone_from_the_queue(store: Store) -> None:
    id_ = await contact_with(store, Queue.SPOC, Queue.CRIMINAL)
    await contact_with(store, Queue.SPOC, due_at=NOW - DAY)
    assert [item.due_at for item in await store.review.items()] == [NOW - DAY, NOW, NOW]
    (mine,) = await store.review.items(queue=Queue.CRIMINAL)
    await store.review.opened(id_, by="pat", now=NOW)
    (mine,) = await store.review.items(queue=Queue.CRIMINAL)
    assert (mine.state, mine.opened_by) == (ReviewState.OPENED, "pat")
    await store.review.opened(id_, by="sam", now=NOW)
    assert {item.opened_by for item in await reviews_of(store, id_)} == {"pat"}
    assert await store.review.close(mine.id, by="pat", outcome="done", note="spoken to", now=NOW)
    assert not await store.review.close(mine.id, by="sam", outcome="done", note=None, now=NOW)
    assert not await store.review.close("unknown", by="sam", outcome="done", note=None, now=NOW)
    assert await store.review.items(queue=Queue.CRIMINAL) == []
    assert len(await reviews_of(store, id_)) == 2


async def test_an_item_that_comes_up_later_is_added_once_beside_what_waits(store: Store) -> None:
    id_ = await contact_with(store, Queue.SPOC)
    other = await contact_with(store)

    async def add(queue: Queue, contact: str = id_) -> int:
        await store.review.add(contact, queue, Priority.NORMAL, NOW + DAY, NOW)
        return len(await store.review.items())

    assert await add(Queue.SPOC) == 1
    assert await add(Queue.IDENTITY) == 2
    assert await add(Queue.IDENTITY, other) == 3
    await store.review.opened(id_, by="pat", now=NOW)
    assert await add(Queue.SPOC) == 3
    (mine,) = await store.review.items(queue=Queue.SPOC)
    assert await store.review.close(mine.id, by="pat", outcome="done", note=None, now=NOW)
    assert await add(Queue.SPOC) == 3
    (mine,) = await store.review.items(queue=Queue.SPOC)
    assert (mine.contact_id, mine.priority, mine.due_at, mine.state, mine.opened_by, mine.escalation) == (
        id_,
        Priority.NORMAL,
        NOW + DAY,
        ReviewState.OPEN,
        None,
        0,
    )
    assert (await audited(store, "review_added"))[-1] == f"review/{mine.id}"


async def test_items_come_soonest_due_first_and_no_more_overdue_ones_than_were_asked_for(store: Store) -> None:
    for days in (3, 1, 2):
        await contact_with(store, Queue.SPOC, due_at=NOW + days * DAY)
    assert [item.due_at for item in await store.review.items()] == [NOW + DAY, NOW + 2 * DAY, NOW + 3 * DAY]
    found = await store.review.overdue(now=NOW + 9 * DAY, again_after=MINUTE, limit=2)
    assert [(item.due_at, item.escalation) for item in found] == [(NOW + DAY, 1), (NOW + 2 * DAY, 1)]
    assert await store.review.overdue(now=NOW + 9 * DAY, again_after=MINUTE, limit=2) == found
    assert await moved_up(store, now=NOW + 9 * DAY, again_after=MINUTE, limit=2) == found
    found = await store.review.overdue(now=NOW + 9 * DAY, again_after=MINUTE, limit=2)
    assert [(item.due_at, item.escalation) for item in found] == [
        (NOW + DAY, 2),
        (NOW + 2 * DAY, 2),
        (NOW + 3 * DAY, 1),
    ]


async def test_the_words_of_an_outcome_are_kept_as_far_as_there_is_room(store: Store) -> None:
    id_ = await contact_with(store, Queue.SPOC)
    (item,) = await store.review.items()
    await store.review.close(item.id, by="pat", outcome="o" * 60, note=None, now=NOW)
    (row,) = await reviews_of(store, id_)
    assert row.outcome == "o" * 32
    assert await audited(store, "review_" + "o" * 41) == [f"review/{item.id}"]


async def test_breaches_are_listed_the_one_flagged_first_first(store: Store) -> None:
    made = decision(email("-"), breaches=("R2", "R1"))
    late = await recorded(store, at=NOW + DAY, made=made)
    early = await recorded(store, made=decision(email("-"), breaches=("R3",)))
    await store.writer.run(
        lambda connection: connection.execute(
            schema.breach.update().where(schema.breach.c.contact_id == late.id).values(at=schema.breach.c.at + 1)
        )
    )
    listed = await store.review.all_breaches()
    assert [(one.contact_id, one.restriction) for one in listed] == [
        (early.id, "R3"),
        (late.id, "R1"),
        (late.id, "R2"),
    ]
    assert {(one.strategy, one.kind, one.status, one.decided_by) for one in listed} == {
        ("CS-1", "spoc_only", "flagged", None)
    }
    assert listed[0].at == NOW


async def test_of_each_queue_the_last_of_the_two_words_is_what_people_made_of_it(store: Store) -> None:
    first = await contact_with(store, Queue.CRIMINAL, Queue.SAFEGUARDING)
    other = await contact_with(store, Queue.RIGHTS)
    await contact_with(store, Queue.RIGHTS)

    async def close(id_: str, queue: Queue, outcome: str, minutes: int) -> None:
        [mine] = [item for item in await store.review.items(queue=queue) if item.contact_id == id_]
        assert await store.review.close(mine.id, by="pat", outcome=outcome, note=None, now=NOW + minutes * MINUTE)

    await close(first, Queue.CRIMINAL, "confirmed", 2)
    await close(other, Queue.RIGHTS, "sent on", 3)
    await store.review.add(first, Queue.CRIMINAL, Priority.HIGH, NOW, NOW)
    await close(first, Queue.CRIMINAL, "Dismissed", 4)
    await close(first, Queue.SAFEGUARDING, "confirmed", 1)
    assert await store.review.judged() == [
        Judged(first, {Queue.CRIMINAL: Judgement.DISMISSED, Queue.SAFEGUARDING: Judgement.CONFIRMED})
    ]


async def test_what_is_overdue_climbs_one_step_at_a_time_once_each(store: Store) -> None:
    await contact_with(store, Queue.SPOC, due_at=NOW)
    again = 2 * MINUTE

    async def overdue(minutes: int) -> list[int]:
        found = await moved_up(store, now=NOW + minutes * MINUTE, again_after=again)
        return [item.escalation for item in found]

    assert await overdue(-1) == []
    assert await overdue(0) == [1]
    assert await overdue(1) == []
    assert await overdue(2) == [2]
    assert await overdue(99) == []


async def test_long_overdue_goes_to_the_deputy_before_the_manager(store: Store) -> None:
    await contact_with(store, Queue.SPOC, due_at=NOW - 3 * DAY)
    found = await store.review.overdue(now=NOW, again_after=MINUTE)
    assert [item.escalation for item in found] == [1]


async def test_what_was_opened_is_not_overdue(store: Store) -> None:
    id_ = await contact_with(store, Queue.SPOC, due_at=NOW)
    await store.review.opened(id_, by="pat", now=NOW)
    assert await store.review.overdue(now=NOW + DAY, again_after=MINUTE) == []


@pytest.mark.parametrize("note", [None, "", "he called from the hospital"])
async def test_a_breach_is_decided_by_a_named_person(store: Store, note: str | None) -> None:
    id_ = await contact_with(store)
    assert [b.status for b in await store.review.all_breaches()] == ["flagged"]
    decide = store.review.decide_breach
    assert await decide(id_, "CS-1", "R1", status="dismissed", by="pat", note=note, now=NOW)
    assert [b.status for b in await store.review.all_breaches()] == ["dismissed"]
    assert not await decide(id_, "CS-1", "R9", status="confirmed", by="pat", note=None, now=NOW)
    assert not await decide("unknown", "CS-1", "R1", status="confirmed", by="pat", note="x", now=NOW)


async def test_a_confirmed_breach_is_undone_and_never_decided_over(store: Store) -> None:
    id_ = await contact_with(store)
    decide = store.review.decide_breach
    assert await decide(id_, "CS-1", "R1", status="confirmed", by="pat", note=None, now=NOW)
    assert not await decide(id_, "CS-1", "R1", status="dismissed", by="sam", note="no", now=NOW)
    assert not await decide(id_, "CS-1", "R1", status="confirmed", by="sam", note=None, now=NOW)
    (listed,) = await store.review.all_breaches(strategy="CS-1", status="confirmed")
    assert (listed.contact_id, listed.restriction, listed.decided_by) == (id_, "R1", "pat")
    words = {"status": "dismissed", "because": "adjustment", "by": "sam", "note": "he may ring", "now": NOW}
    await store.writer.run(store.review.undoing_breach(id_, "CS-1", "R1", **words))
    assert [b.status for b in await store.review.all_breaches()] == ["dismissed"]
    assert await store.review.all_breaches(status="confirmed") == []
    assert await store.review.all_breaches(strategy="CS-2") == []
    with pytest.raises(FileMoved):
        await store.writer.run(store.review.undoing_breach(id_, "CS-1", "R1", **words))


async def test_a_confirmation_and_what_follows_are_written_together_or_not_at_all(store: Store) -> None:
    id_ = await contact_with(store)
    confirming = store.review.confirming_breach(id_, "CS-1", "R1", by="pat", note="rang", now=NOW)
    step = NewStep("breach_confirmed", "{}", "pat", NOW)
    await store.files.open("BR-1", "breach_response", None, step, projection=None, beside=confirming)
    assert [b.status for b in await store.review.all_breaches()] == ["confirmed"]
    with pytest.raises(FileMoved):  # confirmed already: no second file either
        await store.files.open("BR-2", "breach_response", None, step, projection=None, beside=confirming)
    assert await store.files.read("BR-2") is None
    with pytest.raises(FileMoved):
        await store.files.append("BR-1", step, expected=1, projection=None, beside=confirming)
    kept = await store.files.read("BR-1")
    assert kept is not None
    assert len(kept.steps) == 1


async def test_switches_keep_their_last_turn(store: Store) -> None:
    assert await store.switches.get(Switch.MODE) is None
    for value in ("enforce", "observe"):
        await store.switches.turn(Switch.MODE, value, actor="pat", now=NOW)
        assert await store.switches.get(Switch.MODE) == value
    await store.audit.seal()
    assert await store.audit.verify() == 2


async def test_dismissed_ties_are_remembered_by_person(store: Store) -> None:
    assert await store.dismissals.of([]) == frozenset()
    assert await store.dismissals.dismiss("P-1", "alias:jo", actor="pat", now=NOW)
    assert await store.dismissals.dismiss("P-1", "alias:jo", actor="sam", now=NOW) is False
    assert await store.dismissals.dismiss("P-1", "phone:1", actor="pat", now=NOW)
    assert await store.dismissals.dismiss("P-2", "alias:jo", actor="pat", now=NOW)
    assert await store.dismissals.of(["P-1", "P-3"]) == {("P-1", "alias:jo"), ("P-1", "phone:1")}


EVENTS = 6


async def trail(store: Store) -> Head:
    for number in range(EVENTS):
        await store.audit.record(f"event_{number}", actor="pat", subject=f"contact/{number}", at=NOW)
    head = await store.audit.seal()
    assert head is not None
    return head


async def test_the_trail_is_chained_in_order_and_proves_a_head(store: Store) -> None:
    assert await store.audit.seal() is None
    assert await store.audit.verify() == 0
    head = await trail(store)
    assert head.seq == EVENTS
    assert await store.audit.verify(head) == EVENTS
    await store.audit.record("more", actor="pat", subject="x", at=NOW)
    assert await store.audit.verify(head) == EVENTS  # the newest is not sealed yet
    later = await store.audit.seal()
    assert later != head
    assert await store.audit.verify(head) == EVENTS + 1
    for wrong in (Head(head.seq, "00" * 32), Head(99, head.chain)):
        with pytest.raises(AuditBroken, match="published head"):
            await store.audit.verify(wrong)


async def test_whoever_holds_the_trail_can_work_out_its_head(store: Store) -> None:
    await store.writer.run(
        lambda connection: append(connection, "one", actor="pat", subject="contact/1", at=NOW, digest=b"d" * 32)
    )
    await store.audit.record("two", actor="Zoë", subject="contact/2", at=NOW + MINUTE)
    link = bytes(32)
    for row in (
        f'[1,1772446500000000,"one","pat","contact/1","{"64" * 32}"]',
        '[2,1772446560000000,"two","Zo\\u00eb","contact/2",null]',
    ):
        link = hashlib.sha256(link + row.encode()).digest()
    assert await store.audit.seal() == Head(2, link.hex())


@pytest.mark.parametrize("events", [1, 2, 3, 4, 5])
async def test_a_trail_longer_than_a_commit_is_chained_to_its_end(
    store: Store, events: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "_ROWS_A_COMMIT", 2)
    for number in range(events):
        await store.audit.record("x", actor="pat", subject=f"contact/{number}", at=NOW)
    head = await store.audit.seal()
    assert head is not None
    assert (head.seq, await store.audit.verify(head)) == (events, events)


async def test_events_are_found_by_a_step_of_their_subject_by_who_and_from_when(store: Store) -> None:
    for number, (actor, subject) in enumerate(
        [("Pat", "file/CS-1/2"), ("pat", "file/CS-11"), ("Sam", "contact/c1"), ("PAT", "file/CS-1")]
    ):
        await store.audit.record(f"e{number}", actor=actor, subject=subject, at=NOW + number * MINUTE)

    async def found(**which: object) -> list[str]:
        return [event.event for event in await store.audit.events(**which)]

    assert await found() == ["e0", "e1", "e2", "e3"]
    assert await found(subject="CS-1") == ["e0", "e3"]
    assert await found(subject="file/CS-1") == ["e0", "e3"]
    assert await found(subject="CS") == []
    assert await found(actor="pAt") == ["e0", "e1", "e3"]
    assert await found(since=NOW + 2 * MINUTE) == ["e2", "e3"]
    assert await found(subject="CS-1", actor="Pat", since=NOW + MINUTE) == ["e3"]
    (event,) = await store.audit.events(subject="c1")
    assert (event.seq, event.at, event.event, event.actor, event.subject) == (
        3,
        NOW + 2 * MINUTE,
        "e2",
        "Sam",
        "contact/c1",
    )


FORGERIES = {
    "at": 1,
    "event": "nothing",
    "actor": "sam",
    "subject": "contact/9",
    "digest": b"d" * 32,
    "chain": b"c" * 32,
}


@pytest.mark.parametrize("seq", range(1, EVENTS + 1))
@pytest.mark.parametrize("column", FORGERIES)
async def test_a_changed_field_is_found(store: Store, column: str, seq: int) -> None:
    await trail(store)
    await change(store, schema.audit.update().where(schema.audit.c.seq == seq).values({column: FORGERIES[column]}))
    with pytest.raises(AuditBroken):
        await store.audit.verify()


@pytest.mark.parametrize("seq", range(1, EVENTS + 1))
async def test_a_deleted_event_is_found(store: Store, seq: int) -> None:
    head = await trail(store)
    await change(store, schema.audit.delete().where(schema.audit.c.seq == seq))
    with pytest.raises(AuditBroken):
        await store.audit.verify(head)


@pytest.mark.parametrize("seq", range(1, EVENTS))
async def test_an_event_taken_out_of_the_chain_is_found(store: Store, seq: int) -> None:
    await trail(store)
    await change(store, schema.audit.update().where(schema.audit.c.seq == seq).values(chain=None))
    with pytest.raises(AuditBroken):
        await store.audit.verify()


@pytest.mark.parametrize("seq", [-1, 0])
@pytest.mark.parametrize("chain", [None, b"c" * 32])
async def test_an_event_put_in_is_found(store: Store, seq: int, chain: bytes | None) -> None:
    await trail(store)
    forged = {"seq": seq, "at": 1, "event": "e", "actor": "a", "subject": "s", "chain": chain}
    await change(store, schema.audit.insert().values(forged))
    with pytest.raises(AuditBroken):
        await store.audit.verify()
    await store.audit.seal()
    with pytest.raises(AuditBroken):
        await store.audit.verify()


async def test_a_cut_off_end_is_found_by_the_published_head(store: Store) -> None:
    head = await trail(store)
    await change(store, schema.audit.update().where(schema.audit.c.seq == EVENTS).values(chain=None))
    with pytest.raises(AuditBroken, match="published head"):
        await store.audit.verify(head)
