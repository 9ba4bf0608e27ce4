"""Replies that a cycle promises: written with the decision, once a contact; answered and taken back by a person."""

from __future__ import annotations

from datetime import date

from store_builders import DAY, NOW, audited, decision, email, outcome, recorded

from gateway.store.clock import to_micros
from gateway.store.looked import Over
from gateway.store.recording import Outcome
from gateway.store.replies import OwedReply
from gateway.store.store import Store
from models.decision import Decision
from routing.promised import PromisedReply

DUE = date(2026, 3, 16)
PROMISED = PromisedReply("CS-1", DUE)


async def owed(store: Store) -> list[tuple[str, str, date]]:
    return [(one.contact_id, one.strategy, one.due) for one in await store.replies.owed()]


async def test_it_is_written_with_the_decision_and_answered_by_a_person(store: Store) -> None:
    contact = await recorded(store, promised=[PROMISED])
    await recorded(store)
    assert await store.replies.to(contact.id) == [OwedReply(contact.id, "CS-1", NOW, DUE)]
    on = date(2026, 3, 14)
    assert await store.replies.answer("CS-1", [contact.id], on=on, how="By post.", by="Ann", now=NOW + DAY) == [
        contact.id
    ]
    assert await store.replies.owed() == []
    assert await store.replies.answered("CS-1", DUE) == [OwedReply(contact.id, "CS-1", NOW, DUE, on, "Ann")]
    assert await store.replies.answer("CS-1", [contact.id], on=on, how="Again.", by="Bea", now=NOW) == []
    assert await store.replies.take_back("CS-1", [contact.id], reason="Not sent.", by="Bea", now=NOW) == [contact.id]
    assert await store.replies.take_back("CS-1", [contact.id], reason="Not sent.", by="Bea", now=NOW) == []
    assert await store.replies.versions() == {("CS-1", DUE): f"1 {to_micros(NOW)}"}
    assert await owed(store) == [(contact.id, "CS-1", DUE)]
    (note,) = (await store.about.contact(contact.id)).replies
    assert note["note"] == "Ann, answered on 2026-03-14: By post.\nBea, taken back: Not sent."
    assert await audited(store, "reply_recorded") == [f"contact/{contact.id}/CS-1"]
    assert await audited(store, "reply_taken_back") == [f"contact/{contact.id}/CS-1"]


async def test_one_under_each_strategy_and_a_later_look_adds_what_is_not_there(store: Store) -> None:
    contact = await recorded(store, promised=[PROMISED])
    other = PromisedReply("CS-2", DUE)

    def build(latest: Decision) -> Outcome:
        again = [PromisedReply("CS-1", DUE + DAY), other]
        return outcome(contact, decision(contact, revision=latest.revision + 1), promised=again)

    await store.recorder.revise(contact.id, build, register_version=None, now=lambda: NOW)
    assert await owed(store) == [(contact.id, "CS-1", DUE), (contact.id, "CS-2", DUE)]
    await store.replies.answer("CS-2", [contact.id], on=DUE, how="By post.", by="Ann", now=NOW)
    assert await owed(store) == [(contact.id, "CS-1", DUE)]


async def test_they_come_soonest_due_first(store: Store) -> None:
    later = await recorded(store, promised=[PromisedReply("CS-1", DUE + DAY)])
    second = await recorded(store, email("-", at=NOW + DAY), at=NOW + DAY, promised=[PROMISED])
    first = await recorded(store, promised=[PROMISED])
    assert [one.contact_id for one in await store.replies.owed()] == [first.id, second.id, later.id]


async def test_a_contact_is_kept_until_it_is_answered_and_its_note_goes_with_it(store: Store) -> None:
    contact = await recorded(store, promised=[PROMISED])

    async def over(which: Over) -> bool:
        page = await store.retention.over(which, NOW + 20 * DAY, now=NOW + 20 * DAY, after=None, limit=9)
        return bool(page.found)

    assert not await over(Over.HANDED_ON) and not await over(Over.CLOSED)
    answered = NOW + 30 * DAY
    await store.replies.answer("CS-1", [contact.id], on=DUE, how="By post.", by="Ann", now=answered)
    assert await over(Over.HANDED_ON) and not await over(Over.CLOSED)
    page = await store.retention.over(Over.CLOSED, answered + DAY, now=answered + DAY, after=None, limit=9)
    (found,) = page.found
    assert found.closed_at == answered
    erased, _ = await store.retention.erase_contents(
        {contact.id: found.digest}, which=Over.CLOSED, before=answered + DAY, rule="x", actor="Ann", now=answered + DAY,
        standing=await store.retention.standing(),
    )  # fmt: skip
    assert erased == [contact.id]
    assert await store.replies.to(contact.id) == [OwedReply(contact.id, "CS-1", NOW, DUE, DUE, "Ann")]
    # Of what was erased nobody knows any more what it asked.
    assert await store.replies.answered("CS-1", DUE) == []
