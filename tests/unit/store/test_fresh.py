"""Messages accepted a moment ago are handed on from memory, and only those."""

from __future__ import annotations

from collections.abc import Callable

from store_builders import LEASE, NOW, accepted, email, envelope, outcome, record, relay

from gateway.store.fresh import FreshMessages
from gateway.store.store import Store


def _reads(store: Store) -> list[None]:
    """One entry for every time that the store reads something back from now on."""
    reads: list[None] = []
    inner = store.reader._within

    def counted(job: Callable[..., object]) -> object:
        reads.append(None)
        return inner(job)  # type: ignore[arg-type]

    store.reader._within = counted  # type: ignore[method-assign, assignment]
    return reads


async def test_a_message_goes_from_its_250_to_its_relay_without_being_read_back(store: Store) -> None:
    reads = _reads(store)
    id_ = await accepted(store, content=b"hello")
    (claim,) = await store.spool.claim(now=NOW, lease=LEASE, limit=5)
    assert (claim.contact_id, claim.content, claim.envelope, claim.size_bytes) == (id_, b"hello", envelope(at=NOW), 5)
    contact = email(id_)
    await record(store, claim, contact, lambda _history: outcome(contact, dispatches=(relay("{1}"),)))
    (dispatch,) = await store.outbox.claim(now=NOW, lease=LEASE, limit=5)
    assert (dispatch.message, dispatch.payload, dispatch.size_bytes) == ((envelope(at=NOW), b"hello"), "{1}", 5)
    assert reads == []


async def test_another_claim_of_the_same_message_reads_it_from_the_store(store: Store) -> None:
    id_ = await accepted(store, content=b"hello")
    (claim,) = await store.spool.claim(now=NOW, lease=LEASE, limit=5)
    contact = email(id_)
    await record(store, claim, contact, lambda _history: outcome(contact, dispatches=(relay(), relay())))
    (first,) = await store.outbox.claim(now=NOW, lease=LEASE, limit=1)
    reads = _reads(store)
    (second,) = await store.outbox.claim(now=NOW, lease=LEASE, limit=1)
    assert first.message == second.message == (envelope(at=NOW), b"hello")
    assert reads == [None]


async def test_a_source_key_that_comes_again_keeps_the_first_content(store: Store) -> None:
    first = await store.spool.accept(envelope(source_key="call 1"), b"first")
    assert await store.spool.accept(envelope(source_key="call 1"), b"again") == first
    (claim,) = await store.spool.claim(now=NOW, lease=LEASE, limit=5)
    assert claim.content == b"first"


def test_memory_is_bounded_by_bytes_and_the_oldest_go_first() -> None:
    fresh = FreshMessages(most_bytes=3 * 4096)
    for name in "abcd":
        fresh.put(name, envelope(), b"x" * 2048)
    assert fresh.of(["a"]) is None
    assert fresh.of(["b", "c", "d"]) == [(envelope(), b"x" * 2048)] * 3
    assert fresh.of(["b", "a"]) is None
    fresh.forget(["b", "a"])
    fresh.put("e", envelope(), b"x" * 2048)
    assert fresh.of(["c", "d", "e"]) is not None
    fresh.put("large", envelope(), b"x" * 3 * 4096)
    assert fresh.of(["large"]) is None
