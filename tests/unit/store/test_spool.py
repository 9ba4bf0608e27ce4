"""The spool: what is accepted is there whole, is taken by one worker at a time, and is never lost or doubled."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from store_builders import DAY, LEASE, MINUTE, NOW, accepted, audited, claimed, email, envelope, outcome, record, relay

from gateway.intake.spool_port import SpoolUnavailable
from gateway.store import schema
from gateway.store.errors import ClaimLost, StoreError
from gateway.store.sealing import SealError
from gateway.store.spool import CHUNK_BYTES, Earlier
from gateway.store.store import Store

SIZES = [0, 1, 127, 128, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 2 * CHUNK_BYTES, 2 * CHUNK_BYTES + 7]


async def run(store: Store, statement: sa.Executable) -> None:
    await store.writer.run(lambda connection: connection.execute(statement))


@pytest.mark.parametrize("size", SIZES)
async def test_the_bytes_come_back_as_they_came(store: Store, size: int) -> None:
    content = os.urandom(size)
    id_ = await store.spool.accept(envelope(), content)
    assert await store.spool.content(id_) == content
    assert await store.spool.envelope(id_) == envelope()
    assert await store.spool.message(id_) == (envelope(), content)
    assert await store.spool.message("unknown") is None
    (claim,) = await store.spool.claim(now=NOW, lease=LEASE, limit=5)
    assert (claim.contact_id, claim.size_bytes, claim.envelope, claim.attempts) == (id_, size, envelope(), 1)


async def test_a_streamed_body_is_seen_only_when_finished(store: Store) -> None:
    writer = await store.spool.begin(envelope())
    await writer.write(b"a" * 10)
    await writer.write(b"b" * 10)
    assert await store.spool.waiting() == 0
    assert await store.spool.claim(now=NOW, lease=LEASE, limit=5) == []
    id_ = await writer.finish(envelope("k"))
    assert await store.spool.content(id_) == b"a" * 10 + b"b" * 10
    assert await store.spool.accept(envelope("k"), b"other") == id_


async def test_an_empty_stream_is_an_empty_message(store: Store) -> None:
    id_ = await (await store.spool.begin(envelope())).finish(envelope())
    assert await store.spool.content(id_) == b""


@pytest.mark.parametrize("size", [10, CHUNK_BYTES + 10])
async def test_one_source_key_is_one_message(store: Store, size: int) -> None:
    first = await store.spool.accept(envelope("calls:asterisk:1"), b"x" * size)
    assert await store.spool.accept(envelope("calls:asterisk:1"), b"y" * size) == first
    assert await store.spool.accept(envelope("calls:asterisk:2"), b"z" * size) != first
    assert await store.spool.waiting() == 2
    assert await store.spool.content(first) == b"x" * size
    assert await store.spool.collect_orphans(NOW + DAY) == 0


async def test_abandoned_chunks_are_gone_at_once(store: Store) -> None:
    writer = await store.spool.begin(envelope())
    await writer.abandon()
    await writer.write(b"a")
    await writer.abandon()
    assert await store.spool.collect_orphans(NOW + DAY) == 0


async def test_orphans_are_collected_when_old_and_never_what_was_accepted(store: Store) -> None:
    last_year = NOW - 365 * DAY  # an archive's message: it was received long ago and is being written now
    kept = await store.spool.accept(envelope(at=last_year), b"k" * (CHUNK_BYTES + 1))
    writer = await store.spool.begin(envelope(at=last_year))
    await writer.write(b"o")
    assert await store.spool.collect_orphans(NOW - MINUTE) == 0
    assert await store.spool.collect_orphans(NOW + MINUTE) == 1
    assert len(await store.spool.content(kept)) == CHUNK_BYTES + 1
    with pytest.raises(SpoolUnavailable):
        await writer.write(b"o")
    with pytest.raises(SpoolUnavailable):
        await writer.finish(envelope())
    assert await store.spool.waiting() == 1


async def test_an_orphan_is_old_from_the_moment_after_its_last_chunk_was_written(store: Store) -> None:
    writer = await store.spool.begin(envelope())
    await writer.write(b"one")
    await writer.write(b"two")
    await run(store, schema.body.update().where(schema.body.c.chunk == 0).values(written_at=0))
    assert await store.spool.collect_orphans(NOW) == 0
    assert await store.spool.collect_orphans(NOW + timedelta(microseconds=1)) == 1
    assert await store.spool.collect_orphans(NOW + DAY) == 0


async def test_what_came_before_under_a_source_key_is_found_with_its_bytes(store: Store) -> None:
    first = await store.spool.accept(envelope("calls:1"), b"one")
    second = await store.spool.accept(envelope("calls:2"), b"two")
    await store.spool.accept(envelope(), b"without")
    assert await store.spool.earlier(["calls:1", "calls:2", "calls:3"]) == {
        "calls:1": Earlier(first, b"one"),
        "calls:2": Earlier(second, b"two"),
    }
    assert await store.spool.earlier([]) == {}
    await run(store, schema.body.delete().where(schema.body.c.contact_id == first))
    assert await store.spool.earlier(["calls:1"]) == {"calls:1": Earlier(first, None)}
    store.close()
    with pytest.raises(SpoolUnavailable):
        await store.spool.earlier(["calls:1"])


async def test_what_was_sent_on_by_hand_is_not_relayed_again(store: Store) -> None:
    claim = await claimed(store)
    other = await claimed(store)
    await store.spool.release(claim.contact_id, [relay()], held=True, actor="pat", now=NOW)
    await store.spool.relay_first(claim, relay(), now=NOW)
    assert await store.outbox.waiting() == 1
    await store.spool.relay_first(other, relay(), now=NOW)
    assert await store.outbox.waiting() == 2


async def test_dead_messages_are_listed_the_newest_first(store: Store) -> None:
    ids = []
    for number in range(3):
        claim = await claimed(store)
        ids.append(claim.contact_id)
        await store.recorder.failed(claim, outcome(email(claim.contact_id)), error=f"E{number}", again_at=None, now=NOW)
    assert [(id_, error) for id_, _attempts, error in await store.spool.dead()] == [
        (ids[2], "E2"),
        (ids[1], "E1"),
        (ids[0], "E0"),
    ]


async def test_a_stream_that_lost_a_chunk_is_not_accepted(store: Store) -> None:
    writer = await store.spool.begin(envelope())
    await writer.write(b"a")
    await writer.write(b"b")
    await run(store, schema.body.delete().where(schema.body.c.chunk == 1))
    with pytest.raises(SpoolUnavailable):
        await writer.finish(envelope())
    assert await store.spool.waiting() == 0


async def test_a_body_with_a_chunk_missing_is_never_passed_off_as_whole(store: Store) -> None:
    id_ = await store.spool.accept(envelope(), b"x" * (3 * CHUNK_BYTES))
    await run(store, schema.body.delete().where(schema.body.c.chunk == 1))
    with pytest.raises(SealError, match="incomplete"):
        await store.spool.content(id_)


async def test_first_come_first_served_whenever_they_were_received(store: Store) -> None:
    """A log of last month's calls, imported now, does not go before the mail that came in ahead of it."""
    ids = [await accepted(store, at=NOW - number * MINUTE) for number in range(5)]
    first = await store.spool.claim(now=NOW, lease=LEASE, limit=2)
    assert [claim.contact_id for claim in first] == ids[:2]
    second = await store.spool.claim(now=NOW, lease=LEASE, limit=10)
    assert [claim.contact_id for claim in second] == ids[2:]
    assert await store.spool.claim(now=NOW, lease=LEASE, limit=10) == []


async def test_an_expired_lease_passes_on_and_the_late_worker_changes_nothing(store: Store) -> None:
    late = await claimed(store)
    assert await store.spool.claim(now=NOW + LEASE - MINUTE, lease=LEASE, limit=1) == []
    (next_,) = await store.spool.claim(now=NOW + LEASE, lease=LEASE, limit=1)
    assert (next_.contact_id, next_.attempts) == (late.contact_id, 2)
    with pytest.raises(ClaimLost):
        await store.spool.give_back(late, ready_at=NOW, error="late")
    with pytest.raises(ClaimLost):
        await store.spool.relay_first(late, relay(), now=NOW)
    with pytest.raises(ClaimLost):
        await record(store, late, email(late.contact_id))
    assert await store.recorder.latest(late.contact_id) is None
    assert await store.outbox.waiting() == 0
    await record(store, next_, email(next_.contact_id))
    with pytest.raises(ClaimLost):
        await store.spool.give_back(next_, ready_at=NOW, error="done already")


async def test_given_back_work_waits_for_its_time(store: Store) -> None:
    claim = await claimed(store)
    await store.spool.give_back(claim, ready_at=NOW + MINUTE, error="e" * 500)
    assert await store.spool.claim(now=NOW, lease=LEASE, limit=1) == []
    (again,) = await store.spool.claim(now=NOW + MINUTE, lease=LEASE, limit=1)
    assert again.attempts == 2


async def test_a_relay_before_triage_is_put_out_once(store: Store) -> None:
    claim = await claimed(store)
    relayed = await store.spool.relay_first(claim, relay(), now=NOW)
    assert relayed.relayed
    await store.spool.relay_first(claim, relay(), now=NOW)
    assert await store.outbox.waiting() == 1
    (again,) = await store.spool.claim(now=NOW + LEASE, lease=LEASE, limit=1)
    assert again.relayed


async def test_what_was_given_up_on_is_listed_held_and_can_be_tried_again(store: Store) -> None:
    claim = await claimed(store)
    assert not await store.spool.is_held(claim.contact_id)
    contact = email(claim.contact_id)
    await store.recorder.failed(claim, outcome(contact), error="ReadingFailed", again_at=None, now=NOW)
    assert await store.spool.dead() == [(claim.contact_id, 1, "ReadingFailed")]
    assert await store.spool.is_held(claim.contact_id)
    assert await audited(store, "held") == [f"contact/{claim.contact_id}"]
    assert await store.spool.waiting() == 0

    assert await store.spool.retry(claim.contact_id, actor="Pat", now=NOW)
    assert not await store.spool.retry(claim.contact_id, actor="Pat", now=NOW)
    (again,) = await store.spool.claim(now=NOW, lease=LEASE, limit=1)
    assert again.attempts == 1
    made = await record(store, again, contact.model_copy(update={"subject": "read at last"}))
    assert made.decision.revision == 1
    latest = await store.recorder.latest(claim.contact_id)
    assert latest is not None
    assert latest.revision == 1
    read = await store.recorder.contact(claim.contact_id)
    assert read is not None
    assert await store.spool.dead() == []


async def test_given_up_on_twice(store: Store) -> None:
    claim = await claimed(store)
    for _attempt in range(2):
        await store.recorder.failed(claim, outcome(email(claim.contact_id)), error="E", again_at=None, now=NOW)
        assert await store.spool.retry(claim.contact_id, actor="Pat", now=NOW)
        (claim,) = await store.spool.claim(now=NOW, lease=LEASE, limit=1)
    latest = await store.recorder.latest(claim.contact_id)
    assert latest is not None
    assert latest.revision == 0


async def test_held_by_its_envelope(store: Store) -> None:
    id_ = await store.spool.accept(envelope().model_copy(update={"hold": "loop"}), b"x")
    assert await store.spool.is_held(id_)
    assert not await store.spool.is_held("unknown")
    assert await store.spool.envelope("unknown") is None


async def test_one_damaged_row_holds_up_no_other(opening: Callable[[], Store]) -> None:
    store = opening()
    damaged, sound = await accepted(store), await accepted(store)
    await run(store, schema.spool.update().where(schema.spool.c.id == damaged).values(envelope=b"short"))
    store = opening()  # nothing is in memory any more
    claims = await store.spool.claim(now=NOW, lease=LEASE, limit=10)
    assert [claim.contact_id for claim in claims] == [sound]
    assert [id_ for id_, _attempts, _error in await store.spool.dead()] == [damaged]


async def test_the_oldest_waiting_counts_from_its_coming_in(store: Store) -> None:
    assert await store.spool.oldest_waiting() is None
    await accepted(store, at=NOW - 30 * DAY)  # last month's call log, imported just now
    assert await store.spool.oldest_waiting() == 1772446500_000_000
    assert await store.spool.waiting() == 1


async def test_accepting_calls_the_worker_and_a_closed_store_says_unavailable(opening: Callable[[], Store]) -> None:
    store = opening()
    called: list[None] = []
    store.spool.on_accepted = lambda: called.append(None)
    await accepted(store)
    assert len(called) == 1
    store.close()
    with pytest.raises(SpoolUnavailable) as caught:
        await accepted(store)
    assert caught.value.reason == "unavailable"
    with pytest.raises(SpoolUnavailable):
        await store.spool.accept(envelope(), b"x" * (CHUNK_BYTES + 1))
    with pytest.raises(StoreError):
        await store.spool.claim(now=NOW, lease=LEASE, limit=1)


async def test_only_the_beginning_of_an_error_is_kept(store: Store) -> None:
    await store.spool.give_back(await claimed(store), ready_at=NOW, error="e" * 300)
    kept = await store.reader.run(lambda connection: connection.scalar(sa.select(schema.spool.c.error)))
    assert kept == "e" * 200


async def test_a_reopened_store_takes_back_what_the_dead_process_held(opening: Callable[[], Store]) -> None:
    store = opening()
    claim = await claimed(store)
    store.close()
    store = opening()
    assert await store.take_back_claims(NOW) == 1
    (again,) = await store.spool.claim(now=NOW, lease=LEASE, limit=1)
    assert again.contact_id == claim.contact_id
    with pytest.raises(ClaimLost):
        await store.spool.give_back(claim, ready_at=NOW, error="x")


async def test_what_was_just_accepted_is_sealed_further_without_asking_for_its_key(store: Store) -> None:
    id_ = await accepted(store)
    held = store.vault.held([id_])
    assert held is not None
    stored = await store.reader.run(lambda connection: store.vault.key_or_make(connection, id_))
    nonce = bytes(12)
    assert held[0].cipher.decrypt(nonce, stored.cipher.encrypt(nonce, b"words", None), None) == b"words"


async def test_a_second_accept_of_the_same_call_brings_no_key_of_its_own(store: Store) -> None:
    call = envelope(source_key="call-1")
    first, second = await asyncio.gather(*(store.spool.accept(call, b"{}") for _ in range(2)))
    assert first == second
    key = store.vault.held([first])
    assert key is not None
    assert await store.spool.content(first) == b"{}"
