"""Work of one kind that waits at the same time is written, or read, with one statement a table; faults stay alone."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import pytest
import sqlalchemy as sa
from store_builders import (
    LEASE,
    NOW,
    accepted,
    claimed,
    decision,
    email,
    envelope,
    names_kept,
    organisation,
    outcome,
    relay,
)

from gateway.store import schema
from gateway.store.errors import ClaimLost
from gateway.store.recording import Outcome
from gateway.store.schema import state
from gateway.store.sealing import SealError
from gateway.store.store import Store
from models.history import History
from models.register import Register
from routing.identity.claim import LookupKey


async def in_one_commit(store: Store, *work: Awaitable[Any]) -> list[Any]:
    """The results of `work`, all of it queued while the writer is held."""
    reached, opened = threading.Event(), threading.Event()

    def gate(_connection: sa.Connection) -> None:
        reached.set()
        assert opened.wait(10)

    holding = asyncio.create_task(store.writer.run(gate))
    await asyncio.to_thread(reached.wait, 10)
    tasks = [asyncio.ensure_future(one) for one in work]
    await asyncio.sleep(0)
    opened.set()
    await holding
    return await asyncio.gather(*tasks, return_exceptions=True)


class Putting:
    """A handler that notes how many items it is given at a time, and breaks on an item named `bad`."""

    def __init__(self) -> None:
        self.calls: list[int] = []

    def __call__(self, connection: sa.Connection, names: Sequence[str]) -> list[str | Exception]:
        self.calls.append(len(names))
        put = [name for name in names if name != "refused"]
        if put:
            rows = [{"name": name, "value": None if name == "bad" else "x", "at": 0, "actor": "t"} for name in put]
            connection.execute(state.insert(), rows)
        return [ValueError(name) if name == "refused" else name.upper() for name in names]


async def test_items_of_one_handler_are_written_together_though_others_wait_between_them(store: Store) -> None:
    first, second = Putting(), Putting()
    order = [(first, "a"), (second, "b"), (first, "c"), (second, "d"), (first, "refused")]
    results = await in_one_commit(store, *(store.writer.run_together(handler, name) for handler, name in order))
    assert results[:4] == ["A", "B", "C", "D"]
    assert isinstance(results[4], ValueError)
    assert first.calls == [3]
    assert second.calls == [2]
    assert await names_kept(store) == {"a", "b", "c", "d"}


async def test_an_item_that_breaks_the_statement_takes_nothing_of_the_others_with_it(store: Store) -> None:
    putting = Putting()
    work = [store.writer.run_together(putting, name) for name in ("a", "bad", "refused", "c")]
    results = await in_one_commit(store, *work)
    assert (results[0], results[3]) == ("A", "C")
    assert isinstance(results[1], sa.exc.IntegrityError)
    assert isinstance(results[2], ValueError)
    assert putting.calls == [4, 1, 1, 1, 1]
    assert await names_kept(store) == {"a", "c"}


async def test_messages_accepted_together_are_one_for_one_source(store: Store) -> None:
    work = [store.spool.accept(envelope(key), b"x") for key in ("call/1", None, "call/1", None)]
    first, second, again, fourth = await in_one_commit(store, *work)
    assert first == again
    assert len({first, second, fourth}) == 3
    assert await store.spool.waiting() == 3
    assert await store.spool.accept(envelope("call/1"), b"x") == first


async def test_contacts_of_one_person_decided_together_see_each_other(store: Store) -> None:
    claims = [await claimed(store) for _ in range(2)]
    seen: list[int] = []

    def recording(number: int) -> Awaitable[Outcome]:
        contact = email(claims[number].contact_id)

        def build(history: History) -> Outcome:
            seen.append(len(history.contacts))
            return outcome(contact, people=("P-1",), dispatches=(relay(),))

        return store.recorder.record(claims[number], contact, ("P-1",), build, register_version=None, now=lambda: NOW)

    await in_one_commit(store, recording(0), recording(1))
    assert sorted(seen) == [0, 1]
    assert await store.outbox.waiting() == 2


async def test_copies_of_one_email_decided_together_know_what_the_first_is_flagged_for(store: Store) -> None:
    claims = [await claimed(store) for _ in range(2)]
    known: list[frozenset[str]] = []

    def recording(number: int) -> Awaitable[Outcome]:
        contact = email(claims[number].contact_id, message_id="<x@home.example>", digest="d")

        def build(history: History) -> Outcome:
            known.append(history.flagged_on_copies)
            return outcome(contact, decision(contact, breaches=("R1",)), people=("P-1",))

        return store.recorder.record(claims[number], contact, ("P-1",), build, register_version=None, now=lambda: NOW)

    await in_one_commit(store, recording(0), recording(1))
    assert known == [frozenset(), frozenset({"CS-1/R1"})]


async def test_one_fault_among_contacts_decided_together_costs_no_other(store: Store) -> None:
    claims = [await claimed(store) for _ in range(4)]
    await store.writer.run(
        lambda connection: connection.execute(
            schema.record_key.delete().where(schema.record_key.c.record_id == claims[3].contact_id)
        )
    )
    store.vault._held.clear()

    def recording(number: int, build: Any = None) -> Awaitable[Outcome]:
        contact = email(claims[number].contact_id)
        return store.recorder.record(
            claims[number], contact, (), build or (lambda _history: outcome(contact)), register_version=None,
            now=lambda: NOW,
        )  # fmt: skip

    def fail(_history: History) -> Outcome:
        raise ZeroDivisionError

    await store.spool.give_back(claims[1], ready_at=NOW, error="x")
    results = await in_one_commit(store, recording(0), recording(1), recording(2, fail), recording(3))
    assert isinstance(results[0], Outcome)
    assert [type(result) for result in results[1:]] == [ClaimLost, ZeroDivisionError, SealError]
    assert await store.recorder.latest(claims[0].contact_id) is not None
    assert await store.spool.waiting() == 3


async def test_marks_made_together_are_refused_only_where_the_claim_is_lost(store: Store) -> None:
    for _ in range(3):
        claim = await claimed(store)
        contact = email(claim.contact_id)
        made = outcome(contact, dispatches=(relay(),))
        await store.recorder.record(claim, contact, (), lambda _h, made=made: made, register_version=None,
                                    now=lambda: NOW)  # fmt: skip
    first, second, third = await store.outbox.claim(now=NOW, lease=LEASE, limit=3)
    await store.outbox.later(second, ready_at=NOW, error="x", now=NOW)
    results = await in_one_commit(store, *(store.outbox.sent(one, now=NOW) for one in (first, second, third)))
    assert [type(result) for result in results] == [type(None), ClaimLost, type(None)]
    assert await store.outbox.waiting() == 1


async def test_small_messages_come_with_the_claim_and_large_ones_do_not(store: Store) -> None:
    small, large = await accepted(store, content=b"s" * 100), await accepted(store, content=b"l" * 100_000)
    claims = {claim.contact_id: claim for claim in await store.spool.claim(now=NOW, lease=LEASE, limit=2)}
    assert claims[small].content == b"s" * 100
    assert claims[large].content is None
    assert await store.spool.content(large) == b"l" * 100_000


@pytest.mark.parametrize("opened_anew", [False, True])
async def test_a_message_of_up_to_64_kilobytes_is_small(opening: Callable[[], Store], opened_anew: bool) -> None:
    store = opening()
    sizes = (64 * 1024, 64 * 1024 + 1)
    for size in sizes:
        await accepted(store, content=b"x" * size)
    store = opening() if opened_anew else store
    claims = [(await store.spool.claim(now=NOW, lease=LEASE, limit=1))[0] for _ in sizes]
    assert [claim.content is not None for claim in claims] == [True, False]


async def test_what_cannot_be_read_after_a_claim_is_ready_again_at_once(
    opening: Callable[[], Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    id_ = await accepted(opening())
    store = opening()  # the message must be read back

    def broken(*_arguments: object) -> object:
        raise sa.exc.OperationalError("select", {}, Exception("locked"))

    with monkeypatch.context() as patch:
        patch.setattr(store.spool._read, "small_contents", broken)
        with pytest.raises(sa.exc.OperationalError):
            await store.spool.claim(now=NOW, lease=LEASE, limit=5)
    (claim,) = await store.spool.claim(now=NOW, lease=LEASE, limit=5)
    assert (claim.contact_id, claim.attempts) == (id_, 1)


async def test_look_ups_of_one_moment_share_their_queries_and_keep_their_answers(store: Store) -> None:
    people = [{"id": f"P-{n}", "name": f"N {n}", "identifiers": [{"kind": "email", "value": f"p{n}@mail.example"}]}
              for n in range(3)]  # fmt: skip
    register = Register.model_validate({"organisation": organisation().model_dump(by_alias=True), "people": people})
    await store.register_versions.replace(register, actor="t", now=NOW)
    await store.register.candidates([])  # the sieve is made
    statements: list[str] = []
    sa.event.listen(store.reader._engine, "before_cursor_execute", lambda _c, _k, text, *_more: statements.append(text))

    def key(number: int) -> LookupKey:
        return LookupKey("email", f"p{number}@mail.example")

    asked = ([key(0)], [key(7)], [key(2), key(0)], [])
    answers = await asyncio.gather(*(store.register.candidates(keys) for keys in asked))
    assert [[dossier.person.id for dossier in found] for _current, found in answers] == [
        ["P-0"], [], ["P-0", "P-2"], [],
    ]  # fmt: skip
    assert len([text for text in statements if "register_key" in text]) == 1


async def test_beside_what_a_sender_waits_for_little_else_is_written_at_a_time(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.store.writer._SECONDS_BESIDE_URGENT", 60)  # by number alone, on a slow machine too
    putting = Putting()
    others = [store.writer.run_together(putting, f"n{number}") for number in range(6)]
    await in_one_commit(store, *others, store.writer.run(lambda _connection: None, urgent=True))
    assert putting.calls[0] == 4
    assert sum(putting.calls) == 6
