"""All that is kept of a person is read back for them; what was erased is there as an id and a day."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa
from store_builders import DAY, MINUTE, NOW, accepted, alert, decision, email, matched, recorded, relay, reviews_of

from gateway.store import about, schema
from gateway.store.files import NewStep
from gateway.store.outbox import DispatchKind, NewDispatch
from gateway.store.store import Store
from models.decision import Queue
from models.history import Outbound


async def erase_key(store: Store, record: str) -> None:
    gone = schema.record_key.delete().where(schema.record_key.c.record_id == record)
    await store.writer.run(lambda connection: connection.execute(gone))


@pytest.mark.parametrize("at_once", [1, 2, 3, 4, 5, 200])
async def test_contacts_are_those_matched_for_certain_or_not_the_oldest_first(
    store: Store, at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(about, "_CONTACTS_AT_ONCE", at_once)
    later = await recorded(store, people=("P-1",), at=NOW + DAY)
    sure = await recorded(store, people=("P-1", "P-2"))
    made = decision(email("-")).model_copy(update={"matches": (matched("P-2"), matched("P-1"))})
    unsure = await recorded(store, at=NOW + MINUTE, made=made)
    await recorded(store, people=("P-2",), at=NOW + MINUTE)
    done: list[int] = []
    assert await store.about.contacts_of("P-1", done.append) == [sure.id, unsure.id, later.id]
    assert done[-1] == 4 and done == sorted(done)
    assert done[0] == min(at_once, 4)
    assert await store.about.contacts_of("P-") == []


async def test_contacts_of_one_moment_are_in_the_order_of_their_ids(store: Store) -> None:
    ids = [(await recorded(store, people=("P-1",))).id for _ in range(3)]
    assert await store.about.contacts_of("P-1") == sorted(ids)


async def test_what_does_not_open_is_known_by_its_certain_match_alone(store: Store) -> None:
    made = decision(email("-")).model_copy(update={"matches": (matched("P-1"),)})
    sure = await recorded(store, people=("P-1",), made=made)
    unsure = await recorded(store, made=made)
    assert set(await store.about.contacts_of("P-1")) == {sure.id, unsure.id}
    store.vault.let_go([sure.id, unsure.id])
    for one in (sure, unsure):
        await erase_key(store, one.id)
    assert await store.about.contacts_of("P-1") == [sure.id]


@pytest.mark.parametrize("at_once", [1, 2, 200])
async def test_every_contact_is_looked_through_by_what_it_says_and_those_that_do_not_open_are_counted(
    store: Store, at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(about, "_CONTACTS_AT_ONCE", at_once)
    said = [
        (await recorded(store, email("-", at=NOW + day * DAY, digest=said), at=NOW + day * DAY)).id
        for day, said in ((2, "Jordan"), (1, "Jordan"), (3, "nobody"), (4, "Jordan"))
    ]

    async def found() -> tuple[list[str], int]:
        fitting, closed = await store.about.contacts_that(lambda contact, _notes: contact.body_digest == "Jordan")
        return [one.id for one in fitting], closed

    assert await found() == ([said[1], said[0], said[3]], 0)
    store.vault.let_go([said[3]])
    await erase_key(store, said[3])
    assert await found() == ([said[1], said[0]], 1)


async def test_a_contact_is_found_by_the_notes_on_its_reviews_and_breaches_too(store: Store) -> None:
    made = decision(email("-"), breaches=("R1",), review=(Queue.SPOC,))
    reviewed, judged, _other = [await recorded(store, made=made) for _ in range(3)]
    (item,) = [one for one in await store.review.items(queue=Queue.SPOC) if one.contact_id == reviewed.id]
    await store.review.close(item.id, by="Sam", outcome="done", note="knows Jordan", now=NOW)
    await store.review.decide_breach(judged.id, "CS-1", "R1", status="dismissed", by="Kim", note="for Jordan", now=NOW)

    found, _closed = await store.about.contacts_that(lambda _contact, notes: any("Jordan" in note for note in notes))
    assert {one.id for one in found} == {reviewed.id, judged.id}
    for one in found:
        kept = await store.about.contact(one.id)
        assert one == replace(kept, message=None, related=()) and kept.message is not None


async def test_a_contact_comes_with_all_that_was_made_of_it(store: Store) -> None:
    base = email("-", message_id="<m@x>")
    made = decision(base, breaches=("R1", "R2"), review=(Queue.SPOC, Queue.CRIMINAL))
    contact = await recorded(store, base, made=made, dispatches=(relay(),), alerts=(alert(),))
    await recorded(store, made=decision(email("-"), breaches=("R1",), review=(Queue.SPOC,)))
    await store.review.opened(contact.id, by="Pat", now=NOW)
    (item,) = [one for one in await store.review.items(queue=Queue.SPOC) if one.contact_id == contact.id]
    await store.review.close(item.id, by="Sam", outcome="done", note="spoken to", now=NOW)
    await store.review.decide_breach(contact.id, "CS-1", "R2", status="dismissed", by="Kim", note="he was ill", now=NOW)
    kept = await store.about.contact(contact.id)
    assert (kept.id, kept.received_at, kept.channel, kept.direction) == (contact.id, NOW, "email", "inbound")
    assert kept.contact == contact
    assert [one.breaches for one in kept.decisions] == [made.breaches]
    flagged = {"strategy": "CS-1", "restriction": "R1", "kind": "spoc_only", "status": "flagged"}
    assert list(kept.breaches) == [
        {**flagged, "decided_by": None, "note": None},
        {**flagged, "restriction": "R2", "status": "dismissed", "decided_by": "Kim", "note": "he was ill"},
    ]
    said = {one["queue"]: one for one in kept.reviews}
    assert said["spoc"] == {
        "id": item.id,
        "queue": "spoc",
        "state": "closed",
        "opened_by": "Pat",
        "closed_by": "Sam",
        "outcome": "done",
        "note": "spoken to",
    }
    other = {name: said["criminal"][name] for name in ("state", "opened_by", "closed_by", "outcome", "note")}
    assert other == {"state": "opened", "opened_by": "Pat", "closed_by": None, "outcome": None, "note": None}
    assert kept.message is not None
    envelope, content = kept.message
    assert (envelope.mail_from, content) == ("a@mail.example", b"Subject: x\r\n\r\nx\r\n")
    assert {one.id for one in await reviews_of(store, contact.id)} < set(kept.related)
    assert len(kept.related) == 2 + 1 + 1
    assert "ill" not in repr(kept) and "spoken" not in repr(kept) and "mail.example" not in repr(kept)


async def test_of_what_was_erased_there_is_an_id_and_a_day(store: Store) -> None:
    contact = await recorded(store, made=decision(email("-"), review=(Queue.SPOC,)), alerts=(alert(),))
    assert (await store.about.contact(contact.id)).contact is not None
    store.vault.let_go([contact.id])
    await erase_key(store, contact.id)
    kept = await store.about.contact(contact.id)
    assert (kept.id, kept.received_at, kept.channel, kept.contact, kept.message) == (
        contact.id,
        NOW,
        "email",
        None,
        None,
    )
    assert (kept.decisions, kept.breaches, kept.reviews, len(kept.related)) == ((), (), (), 2)


async def test_there_is_nothing_of_a_contact_that_is_unknown_or_not_yet_decided(store: Store) -> None:
    for id_ in ("unknown", await accepted(store)):
        with pytest.raises(LookupError, match=id_):
            await store.about.contact(id_)


async def test_what_we_sent_is_found_by_any_of_the_addresses_it_went_to(store: Store) -> None:
    for number, to in enumerate((("a@x", "b@x"), ("B@X",), ("c@x",), ())):
        await recorded(store, sent=Outbound(kind="message", to=to, message_id=f"<{number}@x>", at=NOW))

    async def found(*addresses: str) -> set[str | None]:
        return {one.message_id for one in await store.about.sent_to(addresses)}

    assert await found("b@x") == await found("B@x", "a@x") == {"<0@x>", "<1@x>"}
    assert await found("A@x", "c@x") == {"<0@x>", "<2@x>"}
    assert await found("d@x") == await found() == await found("") == set()
    assert len(await store.about.sent_to(["a@x", "b@x"])) == 2


async def test_what_was_sent_as_part_of_a_file_is_found_by_it(store: Store) -> None:
    notice = Outbound(kind="notice", to=("1 High Street",), at=NOW)
    await store.writer.run(lambda connection: store.history.note_sent(connection, notice, file_id="CS-1"))
    assert await store.about.sent_to([], ["CS-1"]) == [notice]
    assert await store.about.sent_to(["a@x"], ["CS-2"]) == []


@pytest.mark.parametrize("at_once", [1, 2, 200])
async def test_all_that_was_sent_is_looked_through_once_but_relays_and_what_was_erased(
    store: Store, at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(about, "_CONTACTS_AT_ONCE", at_once)
    both = Outbound(kind="message", to=("a@x", "b@x"), at=NOW)
    mail = NewDispatch(DispatchKind.COPY, '{"text": "of Jordan"}')
    one = await recorded(store, sent=both, dispatches=(relay(), mail))
    lost = await recorded(store, dispatches=(mail,))

    async def found() -> tuple[list[tuple[str, str | None, str]], int]:
        sent, closed = await store.about.sent_that(lambda one: "a@x" in one.says or "Jordan" in one.says)
        return [(each.kind, each.contact, each.says) for each in sent], closed

    listed = ("message", None, both.model_dump_json(by_alias=True))
    assert await found() == ([listed, ("copy", one.id, mail.payload), ("copy", lost.id, mail.payload)], 0)
    store.vault.let_go([lost.id])
    await erase_key(store, lost.id)
    assert await found() == ([listed, ("copy", one.id, mail.payload)], 1)


@pytest.mark.parametrize("at_once", [1, 2, 3, 5_000])
async def test_events_are_those_of_the_ids_and_of_what_belongs_to_them(
    store: Store, at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(about, "_EVENTS_AT_ONCE", at_once)
    await store.files.open("CS-1", "strategy", "P-1", NewStep("drafted", "{}", "Ann", NOW), projection=None)
    await store.files.open("CS-10", "strategy", "P-2", NewStep("drafted", "{}", "Ann", NOW), projection=None)
    await store.audit.record("contact_viewed", actor="Sam", subject="contact/C1", at=NOW + DAY)
    done: list[int] = []
    found = await store.about.events(["CS-1", "C1"], done.append)
    assert [(one.event, one.actor, one.subject, one.at) for one in found] == [
        ("file_opened", "Ann", "file/CS-1", NOW),
        ("file_step", "Ann", "file/CS-1/1", NOW),
        ("contact_viewed", "Sam", "contact/C1", NOW + DAY),
    ]
    assert done == list(range(at_once, 6, at_once))
    assert await store.about.events(["file", "contact"]) == []


async def test_a_letter_to_nobody_is_noted_without_an_address(store: Store) -> None:
    await recorded(store, sent=Outbound(kind="message", message_id="<1@x>", at=NOW))
    columns = sa.select(schema.outbound.c.recipient, schema.outbound.c.recipient_hash)
    noted = await store.reader.run(lambda connection: connection.execute(columns).all())
    assert [tuple(one) for one in noted] == [(0, None)]
