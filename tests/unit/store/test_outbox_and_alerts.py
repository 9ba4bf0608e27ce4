"""What goes out: claimed, sent, tried again, given up on; alerts folded as CONTRACT §6 says and never lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from store_builders import DAY, LEASE, MINUTE, NOW, alert, audited, claimed, recorded, relay

from gateway.store import schema
from gateway.store.alerts import NewAlert, OpenAlert
from gateway.store.errors import ClaimLost
from gateway.store.outbox import Dispatch, DispatchKind, NewDispatch
from gateway.store.store import Store
from models.finding import Urgency

AT_ONCE, LATER = Urgency.IMMEDIATE, Urgency.SAME_DAY


async def take(store: Store, *, at=NOW, limit: int = 10) -> list[Dispatch]:
    return await store.outbox.claim(now=at, lease=LEASE, limit=limit)


async def test_what_a_decision_sends_is_claimed_once_and_done(store: Store) -> None:
    contact = await recorded(store, dispatches=(relay("one"), NewDispatch(DispatchKind.COPY, "two")))
    assert await store.outbox.next_ready_at() == NOW
    first, second = await take(store)
    assert [(d.kind, d.payload, d.contact_id) for d in (first, second)] == [
        (DispatchKind.RELAY, "one", contact.id),
        (DispatchKind.COPY, "two", contact.id),
    ]
    assert await take(store) == []
    await store.outbox.sent(first, now=NOW)
    await store.outbox.sent(second, now=NOW)
    assert await store.outbox.waiting() == 0
    assert await store.outbox.next_ready_at() is None
    with pytest.raises(ClaimLost):
        await store.outbox.sent(first, now=NOW)


async def test_a_second_attempt_keeps_its_id_and_takes_the_new_payload(store: Store) -> None:
    await recorded(store, dispatches=(relay("all"),))
    (first,) = await take(store)
    await store.outbox.later(first, ready_at=NOW + MINUTE, error="451", now=NOW, payload="rest", follow=(relay("new"),))
    assert [d.payload for d in await take(store)] == ["new"]
    (again,) = await take(store, at=NOW + MINUTE)
    assert (again.id, again.attempts, again.payload) == (first.id, 2, "rest")
    with pytest.raises(ClaimLost):
        await store.outbox.later(first, ready_at=NOW, error="late", now=NOW)


async def test_an_extended_claim_is_not_passed_on(store: Store) -> None:
    await recorded(store, dispatches=(relay(),))
    held = await take(store)
    await store.outbox.extend(held, until=NOW + 2 * LEASE)
    assert await take(store, at=NOW + LEASE) == []
    (stolen,) = await take(store, at=NOW + 2 * LEASE)
    await store.outbox.extend(held, until=NOW + 9 * LEASE)
    await store.outbox.sent(stolen, now=NOW)


async def test_dead_letters_are_listed_followed_up_and_tried_again(store: Store) -> None:
    contact = await recorded(store, dispatches=(relay(),))
    (gone,) = await take(store)
    await store.outbox.dead(gone, error="550 no such user", now=NOW, follow=(NewDispatch(DispatchKind.DSN, "dsn"),))
    (letter,) = await store.outbox.dead_letters()
    assert (letter.id, letter.contact_id, letter.error) == (gone.id, contact.id, "550 no such user")
    assert [d.kind for d in await take(store)] == [DispatchKind.DSN]
    assert await store.outbox.retry(gone.id, actor="Pat", now=NOW)
    assert not await store.outbox.retry(gone.id, actor="Pat", now=NOW)
    assert [d.id for d in await take(store)] == [gone.id]


async def test_of_a_dead_letter_that_went_on_in_another_way_it_is_said_as_what(store: Store) -> None:
    await recorded(store, dispatches=(relay("first reader"), relay("nobody else")))
    first, alone = await take(store)
    later = NOW + MINUTE
    follow = (NewDispatch(DispatchKind.RELAY, "next reader"),)
    await store.outbox.dead(first, error="550", now=later, follow=follow)
    await store.outbox.dead(
        alone, error="550", now=later + MINUTE, follow=(NewDispatch(DispatchKind.DSN, "to the sender"),)
    )
    (went_on,) = [one for one in await take(store, at=later + MINUTE) if one.payload == "next reader"]
    assert {one.id: one.instead for one in await store.outbox.dead_letters()} == {first.id: went_on.id, alone.id: None}


async def test_a_claim_holds_up_to_the_end_of_its_lease_and_only_what_is_ready_is_taken(store: Store) -> None:
    moment = timedelta(microseconds=1)
    await recorded(store, dispatches=(relay("a"), relay("b"), relay("c")))
    assert await take(store, at=NOW - moment) == []
    assert [one.payload for one in await take(store, limit=2)] == ["a", "b"]
    assert [one.payload for one in await take(store)] == ["c"]
    assert await store.outbox.waiting() == 3
    assert await take(store, at=NOW + LEASE - moment) == []
    again = await take(store, at=NOW + LEASE)
    assert [(one.payload, one.attempts, one.created_at, one.size_bytes) for one in again] == [
        ("a", 2, NOW, 17),
        ("b", 2, NOW, 17),
        ("c", 2, NOW, 17),
    ]
    assert await store.outbox.next_ready_at() == NOW + 2 * LEASE


async def test_a_dead_letter_keeps_the_beginning_of_its_error_and_what_is_left_to_send(store: Store) -> None:
    await recorded(store, dispatches=(relay("all"), relay("other")))
    first, second = await take(store)
    await store.outbox.dead(first, error="e" * 300, now=NOW, payload="rest")
    await store.outbox.dead(second, error="550", now=NOW)
    letters = await store.outbox.dead_letters()
    assert [(one.id, one.kind, one.attempts, one.error) for one in letters] == [
        (second.id, "relay", 1, "550"),
        (first.id, "relay", 1, "e" * 200),
    ]
    assert await store.outbox.retry(first.id, actor="Pat", now=NOW + MINUTE)
    assert await take(store) == []
    (again,) = await take(store, at=NOW + MINUTE)
    assert (again.payload, again.attempts) == ("rest", 1)
    assert await audited(store, "dispatch_dead") == [f"outbox/{first.id}", f"outbox/{second.id}"]
    assert await audited(store, "tried_again") == [f"outbox/{first.id}"]


async def test_a_release_by_a_person_is_sent_and_audited(store: Store) -> None:
    contact = await recorded(store)
    await store.spool.release(contact.id, [relay("go")], held=False, actor="pat", now=NOW)
    assert [d.payload for d in await take(store)] == ["go"]


async def test_one_damaged_dispatch_holds_up_no_other(store: Store) -> None:
    await recorded(store, dispatches=(relay("bad"), relay("good")))
    first = sa.select(sa.func.min(schema.outbox.c.seq)).scalar_subquery()
    damage = schema.outbox.update().where(schema.outbox.c.seq == first).values(payload=b"x")
    await store.writer.run(lambda connection: connection.execute(damage))
    assert [d.payload for d in await take(store)] == ["good"]
    assert len(await store.outbox.dead_letters()) == 1


async def climb(store: Store, *, at=NOW, limit: int = 10) -> list[OpenAlert]:
    return await store.alerts.claim(now=at, lease=LEASE, limit=limit)


async def raised(store: Store, *alerts: NewAlert, at=NOW) -> None:
    await store.alerts.raise_system(alerts, at)


async def test_the_first_is_heard_at_once_and_repeats_of_a_day_are_counted_on_it(store: Store) -> None:
    await recorded(store, alerts=(alert("CS-1"), alert("CS-2"), alert(None), alert(None)))
    await recorded(store, alerts=(alert("CS-1"),))
    taken = await climb(store)
    assert sorted(one.folded for one in taken) == [0, 0, 0, 1]
    assert len(await store.alerts.unacknowledged()) == 4


async def test_after_a_day_it_is_heard_again(store: Store) -> None:
    await raised(store, alert("CS-1"))
    await raised(store, alert("CS-1"), at=NOW + DAY + MINUTE)
    await raised(store, alert("CS-1"), at=NOW + DAY + 2 * MINUTE)
    assert [one.folded for one in await climb(store, at=NOW + 2 * DAY)] == [0, 1]


async def test_an_unacknowledged_immediate_is_never_folded_onto(store: Store) -> None:
    await raised(store, alert("x", urgency=AT_ONCE), alert("x", urgency=AT_ONCE))
    first, second = await climb(store)
    assert await store.alerts.acknowledge(first.id, by="pat", now=NOW)
    await raised(store, alert("x", urgency=AT_ONCE))
    assert [one.urgency for one in await climb(store)] == [Urgency.ROUTINE]  # counted, in the digest
    assert (await store.alerts.unacknowledged())[0].id == second.id


async def test_what_is_counted_while_an_alert_is_told_or_settled_is_heard(store: Store) -> None:
    await raised(store, alert("x"))
    (one,) = await climb(store)
    await raised(store, alert("x"))
    await store.alerts.settle(one.id, by="pat", folded=one.folded, now=NOW)
    await store.alerts.told(one, next_at=None, rung=2, now=NOW)
    (waiting,) = await store.alerts.unacknowledged()
    assert (waiting.id, waiting.folded) == (one.id, 1)
    assert await climb(store, at=NOW + MINUTE) == []
    (again,) = await climb(store, at=NOW + timedelta(hours=1))
    assert (again.id, again.folded) == (one.id, 1)
    await store.alerts.told(again, next_at=None, rung=3, now=NOW)
    assert await climb(store, at=NOW + timedelta(hours=9)) == []


@pytest.mark.parametrize(("first", "then"), [(LATER, AT_ONCE), (Urgency.ROUTINE, LATER), (Urgency.ROUTINE, AT_ONCE)])
async def test_a_higher_urgency_is_heard(store: Store, first: Urgency, then: Urgency) -> None:
    await raised(store, alert("x", urgency=first))
    (one,) = await climb(store)
    await store.alerts.acknowledge(one.id, by="pat", now=NOW)
    await raised(store, alert("x", urgency=then))
    assert [one.urgency for one in await climb(store)] == [then]


async def test_the_most_urgent_is_taken_first(store: Store) -> None:
    await raised(store, *(alert(None, urgency=Urgency.ROUTINE) for _ in range(5)))
    await raised(store, alert(None, urgency=AT_ONCE, text="now"), at=NOW + MINUTE)
    taken = await climb(store, at=NOW + MINUTE, limit=3)
    assert taken[0].payload == "now"
    assert (await store.alerts.unacknowledged())[0].urgency is AT_ONCE


async def test_an_alert_climbs_until_somebody_has_it(store: Store) -> None:
    await raised(store, alert(text="fire"))
    (one,) = await climb(store)
    assert (one.rung, one.payload, one.attempts) == (0, "fire", 1)
    await store.alerts.failed(one, next_at=NOW + MINUTE, rung=0, error="no route")
    assert await store.alerts.next_ready_at() == NOW + MINUTE
    (one,) = await climb(store, at=NOW + MINUTE)
    await store.alerts.told(one, next_at=NOW + 2 * MINUTE, rung=1, now=NOW)
    (one,) = await climb(store, at=NOW + 2 * MINUTE)
    assert one.rung == 1
    await store.alerts.exhausted(one, next_at=NOW + 3 * MINUTE, error="nobody", now=NOW)
    (one,) = await climb(store, at=NOW + 3 * MINUTE)
    assert one.rung == 0
    await store.alerts.put_off(one, until=NOW + 4 * MINUTE)
    (one,) = await climb(store, at=NOW + 4 * MINUTE)
    await store.alerts.told(one, next_at=None, rung=2, now=NOW)
    assert await climb(store, at=NOW + DAY) == []
    assert await store.alerts.find(one.id) is not None
    assert await store.alerts.acknowledge(one.id, by="pat", now=NOW)
    assert not await store.alerts.acknowledge(one.id, by="sam", now=NOW)
    assert not await store.alerts.acknowledge("unknown", by="sam", now=NOW)
    assert await store.alerts.find(one.id) is None
    assert await store.alerts.unacknowledged() == []


async def test_acknowledged_while_a_rung_was_told_it_climbs_no_further(store: Store) -> None:
    await raised(store, alert())
    (one,) = await climb(store)
    await store.alerts.acknowledge(one.id, by="pat", now=NOW)
    await store.alerts.told(one, next_at=NOW, rung=1, now=NOW)
    assert await climb(store, at=NOW + DAY) == []


async def test_a_reminder_is_raised_once_and_again_only_until_somebody_has_it(store: Store) -> None:
    remind = store.alerts.remind
    assert await remind([alert("a"), alert("b")], NOW, again_from=None) == 2
    assert await remind([alert("a"), alert("c")], NOW + DAY, again_from=None) == 1
    # Again where the last time was before the moment that is given, and nobody acknowledged any.
    assert await remind([alert("a")], NOW + DAY, again_from=NOW) == 0
    assert await remind([alert("a")], NOW + DAY, again_from=NOW + timedelta(microseconds=1)) == 1
    assert await remind([alert("a")], NOW + 2 * DAY, again_from=NOW + DAY) == 0
    taken = await climb(store, at=NOW + 3 * DAY)
    assert [(one.folded, one.contact_id) for one in taken] == [(0, None)] * 4
    first = min(taken, key=lambda one: one.raised_at)
    await store.alerts.acknowledge(first.id, by="pat", now=NOW)
    again = {"again_from": NOW + 9 * DAY}
    assert await remind([alert("a"), alert("b")], NOW + 9 * DAY, **again) == 1


async def test_repeats_fold_for_a_day_to_the_microsecond(store: Store) -> None:
    moment = timedelta(microseconds=1)
    await raised(store, alert("x"))
    await raised(store, alert("x"), at=NOW + DAY)
    await raised(store, alert("x"), at=NOW + DAY + moment)
    assert [one.folded for one in await climb(store, at=NOW + 2 * DAY)] == [1, 0]


async def test_the_error_of_a_rung_is_kept_until_one_is_told(store: Store) -> None:
    async def row() -> tuple[object, ...]:
        columns = schema.alert.c
        chosen = sa.select(columns.state, columns.rung, columns.attempts, columns.lease_token, columns.error)
        return tuple(await store.reader.run(lambda connection: connection.execute(chosen).one()))

    await raised(store, alert())
    (one,) = await climb(store)
    await store.alerts.put_off(one, until=NOW)
    assert await row() == ("open", 0, 0, None, None)
    (one,) = await climb(store)
    await store.alerts.failed(one, next_at=NOW, rung=1, error="no route")
    assert await row() == ("open", 1, 1, None, "no route")
    (one,) = await climb(store)
    assert one.attempts == 2
    await store.alerts.exhausted(one, next_at=NOW, error="nobody", now=NOW)
    assert await row() == ("open", 0, 2, None, "nobody")
    (one,) = await climb(store)
    await store.alerts.told(one, next_at=NOW, rung=1, now=NOW)
    assert await row() == ("open", 1, 0, None, None)
    (one,) = await climb(store)
    await store.alerts.told(one, next_at=None, rung=2, now=NOW)
    assert await row() == ("told", 2, 0, None, None)
    assert await audited(store, "alert_rung_0") == await audited(store, "alert_rung_1") == [f"alert/{one.id}"]


async def test_a_damaged_alert_says_so_and_is_tried_no_more(store: Store) -> None:
    await raised(store, alert())
    await store.writer.run(lambda connection: connection.execute(schema.alert.update().values(sealed=b"x")))
    assert await climb(store) == []
    (left,) = await store.alerts.unacknowledged()
    assert await audited(store, "alert_exhausted") == [f"alert/{left.id}"]
    columns = schema.alert.c
    chosen = sa.select(columns.state, columns.ready_at, columns.lease_token, columns.error)
    row = await store.reader.run(lambda connection: connection.execute(chosen).one())
    assert tuple(row) == ("exhausted", None, None, "the payload: SealError")


async def test_a_late_ladder_changes_nothing(store: Store) -> None:
    await raised(store, alert())
    (late,) = await climb(store)
    (held,) = await climb(store, at=NOW + LEASE)
    with pytest.raises(ClaimLost):
        await store.alerts.told(late, next_at=None, rung=1, now=NOW)
    await store.alerts.told(held, next_at=None, rung=1, now=NOW)


async def test_one_damaged_alert_holds_up_no_other_and_still_waits_for_somebody(store: Store) -> None:
    await raised(store, alert(text="bad"))
    await store.writer.run(lambda connection: connection.execute(schema.alert.update().values(sealed=b"x")))
    await raised(store, alert(text="good"))
    assert [one.payload for one in await climb(store)] == ["good"]
    assert len(await store.alerts.unacknowledged()) == 2


async def test_taken_back_after_a_crash(store: Store) -> None:
    await claimed(store)
    await recorded(store, dispatches=(relay(),), alerts=(alert(),))
    await take(store)
    await climb(store)
    assert await store.take_back_claims(NOW) == 3
    states = [sa.select(table.c.state) for table in (schema.outbox, schema.alert)]
    states.append(sa.select(schema.spool.c.state).where(schema.spool.c.ready_at.is_not(None)))
    found = [await store.reader.run(lambda connection, s=state: connection.scalars(s).all()) for state in states]
    assert found == [["waiting"], ["open"], ["waiting"]]
    assert len(await take(store)) == len(await climb(store)) == 1
