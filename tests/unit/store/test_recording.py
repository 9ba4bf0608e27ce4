"""The recording transaction: everything of a decision or nothing, once."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from store_builders import (
    DAY,
    LEASE,
    NOW,
    alert,
    call,
    claimed,
    decided_count,
    decision,
    email,
    outcome,
    record,
    recorded,
    register_of,
    relay,
    reviews_of,
)

from gateway.store import schema
from gateway.store.errors import ClaimLost
from gateway.store.recording import Outcome, RegisterChanged
from gateway.store.sealing import Place, SealError, unseal
from gateway.store.store import Store
from models.contact import CallOutcome, Contact
from models.decision import Decision, Priority, Queue, ReviewItem, Versions
from models.history import History, Outbound, OutboundKind

WRITTEN = (schema.contact, schema.decision, schema.breach, schema.review, schema.outbox, schema.alert, schema.history)


async def rows(store: Store, *tables: sa.Table) -> int:
    def job(connection: sa.Connection) -> int:
        return sum(connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0 for table in tables)

    return await store.reader.run(job)


def full(contact: Contact) -> Outcome:
    made = decision(contact, breaches=("R1",), review=(Queue.SPOC,))
    return outcome(contact, made, people=("P-1",), dispatches=(relay(),), alerts=(alert("CS-1"),))


async def test_all_of_an_outcome_is_written_and_the_claim_completed(store: Store) -> None:
    claim = await claimed(store)
    contact = email(claim.contact_id)
    assert await store.recorder.latest(contact.id) is None
    assert await store.recorder.contact(contact.id) is None
    await record(store, claim, contact, lambda _history: full(contact), people=("P-1",))
    assert await rows(store, *WRITTEN) == len(WRITTEN)
    assert await store.recorder.contact(contact.id) == contact
    assert await store.recorder.latest(contact.id) == full(contact).decision
    assert await decided_count(store) == 1
    assert await store.spool.waiting() == 0
    assert await store.audit.seal() is not None
    assert await store.audit.verify() == 1


async def test_what_is_written_of_a_decision_is_what_it_says(store: Store) -> None:
    await store.register_versions.replace(register_of(1), actor="Ann", now=NOW)
    claim = await claimed(store)
    contact = email(claim.contact_id)
    made = decision(contact, breaches=("R1",), review=(Queue.SPOC,), due_at=NOW + DAY).model_copy(
        update={"versions": Versions(policy="cleveland 3", model="m7")}
    )
    mine = outcome(
        contact,
        made,
        people=("P-1",),
        reviews=(ReviewItem(queue=Queue.IDENTITY, priority=Priority.NORMAL, due_at=NOW + 2 * DAY),),
    )
    await record(store, claim, contact, lambda _history: mine, register_version=1)

    async def row(table: sa.Table, *columns: str) -> list[tuple[object, ...]]:
        chosen = sa.select(*(table.c[name] for name in columns))
        return [tuple(one) for one in await store.reader.run(lambda connection: connection.execute(chosen).all())]

    now = int(NOW.timestamp()) * 1_000_000
    day = 86_400_000_000
    assert await row(schema.contact, "id", "received_at", "channel", "direction", "erased_at") == [
        (contact.id, now, "email", "inbound", None)
    ]
    assert await row(
        schema.decision, "contact_id", "revision", "decided_at", "register_version", "policy", "model", "mode"
    ) == [(contact.id, 0, now, 1, "cleveland 3", "m7", "observe")]
    assert await row(schema.breach, "contact_id", "strategy", "restriction", "kind", "status", "at", "decided_at") == [
        (contact.id, "CS-1", "R1", "spoc_only", "flagged", now, None)
    ]
    assert sorted(
        await row(schema.review, "contact_id", "revision", "queue", "priority", "due_at", "state", "escalation")
    ) == [
        (contact.id, 0, "identity", "normal", now + 2 * day, "open", 0),
        (contact.id, 0, "spoc", "high", now + day, "open", 0),
    ]
    digest = hashlib.sha256(made.to_json().encode()).digest()
    events = await row(schema.audit, "event", "actor", "subject", "at", "digest")
    assert events[-1] == ("decided", "gateway", f"contact/{contact.id}/0", now, digest)


async def test_a_contact_is_stored_in_the_words_that_are_at_hand(store: Store) -> None:
    claim = await claimed(store)
    contact = email(claim.contact_id)
    text = contact.model_dump_json(indent=1).encode()
    await record(store, claim, contact, lambda _history: outcome(contact, contact_text=text))
    sealed = await store.reader.run(lambda connection: connection.scalar(sa.select(schema.contact.c.sealed)))
    (key,) = store.vault.held([contact.id]) or ()
    assert unseal(key, Place("contact", "sealed", contact.id), sealed) == text
    assert await store.recorder.contact(contact.id) == contact


async def test_a_lost_claim_writes_nothing(store: Store) -> None:
    claim = await claimed(store)
    await store.spool.claim(now=NOW + LEASE, lease=LEASE, limit=1)
    with pytest.raises(ClaimLost):
        await record(store, claim, email(claim.contact_id), lambda _history: full(email(claim.contact_id)))
    assert await rows(store, *WRITTEN, schema.audit) == 0


async def test_a_register_that_changed_meanwhile_writes_nothing(store: Store) -> None:
    claim = await claimed(store)
    await store.register_versions.replace(register_of(1), actor="t", now=NOW)
    with pytest.raises(RegisterChanged):
        await record(store, claim, email(claim.contact_id), lambda _history: full(email(claim.contact_id)))
    assert await rows(store, *WRITTEN) == 0
    await record(store, claim, email(claim.contact_id), register_version=1)


async def test_an_error_while_deciding_writes_nothing_and_keeps_the_claim(store: Store) -> None:
    claim = await claimed(store)

    def fail(_history: History) -> Outcome:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await record(store, claim, email(claim.contact_id), fail)
    assert await rows(store, *WRITTEN) == 0
    await record(store, claim, email(claim.contact_id))


async def test_a_revision_adds_only_what_is_new(store: Store) -> None:
    contact = await recorded(store, made=decision(email("-"), breaches=("R1",), review=(Queue.SPOC,)))

    def more(latest: Decision) -> Outcome:
        made = decision(
            contact, revision=latest.revision + 1, breaches=("R1", "R2"), review=(Queue.SPOC, Queue.CRIMINAL)
        )
        return outcome(contact, made, dispatches=(relay(),))

    revised = await store.recorder.revise(contact.id, more, register_version=None, now=lambda: NOW)
    assert revised is not None
    assert revised.decision.revision == 1
    assert [breach.restriction for breach in await store.review.all_breaches()] == ["R1", "R2"]
    assert {Queue(item.queue) for item in await reviews_of(store, contact.id)} == {Queue.SPOC, Queue.CRIMINAL}
    assert len(await reviews_of(store, contact.id)) == 2
    assert await store.outbox.waiting() == 1
    assert await store.recorder.latest(contact.id) == revised.decision
    assert await decided_count(store) == 1


async def test_a_revision_with_nothing_to_add_writes_nothing(store: Store) -> None:
    contact = await recorded(store)
    assert await store.recorder.revise(contact.id, lambda _l: None, register_version=None, now=lambda: NOW) is None
    assert await rows(store, schema.decision) == 1


async def test_one_decision_a_revision(store: Store) -> None:
    contact = await recorded(store)
    with pytest.raises(sa.exc.IntegrityError):
        await store.recorder.revise(
            contact.id, lambda _latest: outcome(contact), register_version=None, now=lambda: NOW
        )
    assert await rows(store, schema.decision) == 1


async def test_no_revision_of_what_was_never_accepted_or_not_yet_decided(store: Store) -> None:
    claim = await claimed(store)
    none = await store.recorder.revise(
        claim.contact_id, lambda _latest: full(email(claim.contact_id)), register_version=None, now=lambda: NOW
    )
    assert none is None
    with pytest.raises(SealError):
        await store.recorder.revise("unknown", lambda _latest: None, register_version=None, now=lambda: NOW)


async def test_what_is_known_of_a_contact_that_is_not_recorded(store: Store) -> None:
    claim = await claimed(store)
    for id_ in (claim.contact_id, "unknown"):
        assert await store.recorder.latest(id_) is None
        assert await store.recorder.contact(id_) is None
        assert not await store.recorder.is_recorded(id_)
    await record(store, claim, email(claim.contact_id))
    assert await store.recorder.is_recorded(claim.contact_id)
    assert not await store.recorder.is_recorded("unknown")


async def history(store: Store, contact: Contact, *people: str) -> History:
    return await store.recorder.history_of(contact, people or ("P-1",))


async def test_history_looks_back_as_far_as_limits_count(store: Store) -> None:
    ages = [timedelta(0), DAY, 69 * DAY, 71 * DAY, -DAY]
    for age in ages:
        await recorded(store, at=NOW - age, people=("P-1",))
    seen = await history(store, email("new"))
    assert [NOW - earlier.received_at for earlier in seen.contacts] == [69 * DAY, DAY, timedelta(0)]
    assert (await history(store, email("new"), "P-2")).contacts == ()


async def test_history_counts_ten_weeks_to_the_microsecond(store: Store) -> None:
    moment = timedelta(microseconds=1)
    oldest = await recorded(store, at=NOW - 70 * DAY, people=("P-1",))
    await recorded(store, at=NOW - 70 * DAY - moment, people=("P-1",))
    assert [earlier.id for earlier in (await history(store, email("new"))).contacts] == [oldest.id]
    assert await store.recorder.recorded_after(oldest, ("P-1",)) == []
    newest = await recorded(store, at=NOW, people=("P-1",))
    await recorded(store, at=NOW + moment, people=("P-1",))
    assert await store.recorder.recorded_after(oldest, ("P-1",)) == [newest.id]


async def test_a_contact_is_not_its_own_history(store: Store) -> None:
    contact = await recorded(store, people=("P-1", "P-1", "P-2"))
    assert (await history(store, contact)).contacts == ()
    assert [e.person for e in (await history(store, email("new"), "P-1", "P-2")).contacts] == ["P-1", "P-2"]


async def test_history_gives_back_the_contacts_own_values_and_nobody_elses(store: Store) -> None:
    old = email("-", at=NOW - DAY, message_id="<a@x>", digest="d1", in_reply_to=("<ours@x>",))
    await recorded(store, old, at=NOW - DAY, people=("P-1",), uses_allowance=False)
    copy = email("copy", message_id="<a@x>", digest="d1", references=("<ours@x>", "<other@x>"))
    (earlier,) = (await history(store, copy)).contacts
    assert (earlier.message_id, earlier.body_digest, earlier.replies_to) == ("<a@x>", "d1", "<ours@x>")
    assert earlier.sender == copy.sender.identifier
    assert not earlier.uses_allowance
    stranger = email("new", sender="other@mail.example", message_id="<b@x>", digest="d2")
    (earlier,) = (await history(store, stranger)).contacts
    opaque = [earlier.sender, earlier.message_id, earlier.body_digest, earlier.replies_to]
    assert not {"person1@mail.example", "<a@x>", "d1", "<ours@x>"} & set(opaque)


async def test_calls_keep_their_outcome_and_their_legs_source(store: Store) -> None:
    await recorded(store, call("-", source_id="c-7"), people=("P-1",))
    (earlier,) = (await history(store, call("leg", source_id="c-7"))).contacts
    assert (earlier.outcome, earlier.source_id) == (CallOutcome.NO_ANSWER, "c-7")


async def test_a_contact_recorded_late_names_those_whose_counts_it_changes(store: Store) -> None:
    later = await recorded(store, at=NOW + DAY, people=("P-1",))
    await recorded(store, at=NOW + 80 * DAY, people=("P-1",))
    await recorded(store, at=NOW - DAY, people=("P-1",))
    await recorded(store, at=NOW + DAY, people=("P-2",))
    late = await recorded(store, people=("P-1",))
    assert await store.recorder.recorded_after(late, ("P-1",)) == [later.id]


def sent(
    kind: OutboundKind = OutboundKind.MESSAGE,
    *,
    to: tuple[str, ...] = (),
    message_id: str | None = None,
    person: str | None = None,
) -> Outbound:
    return Outbound(kind=kind, to=to, message_id=message_id, person=person, at=NOW - DAY, until=NOW + DAY)


@pytest.mark.parametrize(
    ("ours", "theirs", "found"),
    [
        (sent(message_id="<m@x>", to=("a@x", "b@x")), email("c", in_reply_to=("<m@x>",)), True),
        (sent(message_id="<m@x>", to=("a@x",)), email("c", references=("<m@x>", "<n@x>")), True),
        (sent(message_id="<m@x>", to=("a@x",)), email("c", references=tuple(f"<{n}@x>" for n in range(5000))), False),
        (sent(message_id="<m@x>"), email("c", in_reply_to=("<n@x>",)), False),
        (sent(to=("person1@mail.example",)), email("c"), True),
        (sent(OutboundKind.INVITATION, to=("Person1@mail.example",)), email("c"), True),
        (sent(OutboundKind.INVITATION, to=("01632960001",)), email("c", sender="01632960001"), True),
        (sent(OutboundKind.INVITATION, to=("other@mail.example",)), email("c"), False),
        (
            sent(OutboundKind.INVITATION, to=("a@bücher.example",)),
            email("c", sender="a@xn--bcher-kva.example"),
            True,
        ),
        (sent(OutboundKind.INVITATION, to=()), call("c").model_copy(update={"sender": email("c").sender}), False),
        (sent(OutboundKind.INVITATION, to=("a@x",)), call("c"), False),
        (sent(OutboundKind.INVITATION, person="P-1"), call("c"), True),
        (sent(OutboundKind.INVITATION, person="P-1"), email("c", sender="new@mail.example"), True),
        (sent(OutboundKind.INVITATION, person="P-2"), email("c"), False),
        (sent(OutboundKind.INVITATION, to=("P-1",)), call("c"), False),
        (
            sent(OutboundKind.INVITATION, to=("01632960001",)),
            call("c").model_copy(update={"sender": email("c", sender="01632960001").sender}),
            True,
        ),
    ],
)
async def test_what_we_sent_is_found_by_what_it_answers(
    store: Store, ours: Outbound, theirs: Contact, found: bool
) -> None:
    assert not (await history(store, theirs)).outbound_known
    await recorded(store, sent=ours)
    seen = await history(store, theirs)
    # What a person notes does not show that other mail of the office's passes here.
    assert seen.outbound_known is (ours.kind is OutboundKind.MESSAGE)
    assert seen.outbound == ((ours,) if found else ())


async def test_what_we_sent_a_month_ago_is_found_and_a_moment_before_that_is_not(store: Store) -> None:
    month = 30 * DAY
    for at in (NOW - month, NOW - month - timedelta(microseconds=1)):
        message = sent(to=("person1@mail.example",)).model_copy(update={"at": at})
        await recorded(store, sent=message)
    assert [found.at for found in (await history(store, email("c"))).outbound] == [NOW - month]


async def test_when_a_contact_was_received_is_known_of_those_that_are_recorded(store: Store) -> None:
    contact = await recorded(store)
    assert await store.recorder.received_at(contact.id) == contact.received_at
    assert await store.recorder.received_at("c-none") is None


async def test_what_a_copy_is_flagged_for_is_known_to_the_others_whichever_is_recorded_first(store: Store) -> None:
    mail: dict[str, Any] = {"message_id": "<x@home.example>", "digest": "d"}
    made = decision(email("-"), breaches=("R1",))
    first = await recorded(store, email("-", at=NOW, **mail), people=("P-1",), made=made)
    others = {
        "a later copy": (email("later", at=NOW + DAY, **mail), True),
        "an earlier copy, recorded late": (email("sooner", at=NOW - DAY, **mail), True),
        "the very contact, looked at again": (first, False),
        "six days on": (email("next", at=NOW + 6 * DAY, **mail), False),
        "another text": (email("other", message_id="<x@home.example>", digest="e"), False),
        "another sender": (email("theirs", sender="b@home.example", **mail), False),
        "no Message-ID": (email("none", digest="d"), False),
    }
    for what, (contact, is_copy) in others.items():
        flagged = (await history(store, contact)).flagged_on_copies
        assert flagged == (frozenset({"CS-1/R1"}) if is_copy else frozenset()), what
    assert (await history(store, email("later", at=NOW + DAY, **mail), "P-2")).flagged_on_copies == frozenset()
