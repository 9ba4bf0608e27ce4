"""`RetentionDesk` on a real store: contacts in which something was found end, too, and what goes with a record is told."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from dispatch_rig import Clock
from store_builders import NOW, alert, audited, claimed, decision, email, outcome, record, register_of, reviews_of

from gateway.content_retention import ContentRetention
from gateway.governance.common_steps import Released
from gateway.governance.courses import BREACH_RESPONSE, INCIDENT, STRATEGY
from gateway.governance.desk import Desk
from gateway.governance.holds import Placed
from gateway.governance.lacks import Refused
from gateway.governance.retention import Judged
from gateway.governance.retention_desk import DueList, RetentionDesk
from gateway.places import config_directory
from gateway.policies import Policies
from gateway.store import schema
from gateway.store.files import NewStep
from gateway.store.keyfile import create
from gateway.store.sealing import SealError
from gateway.store.store import Store, open_store
from gateway.waiting import Waiting
from models.contact import Contact
from models.decision import Decision, Priority, Queue
from models.finding import Category, Finding, Label, Urgency
from models.history import Outbound, OutboundKind
from models.identity import Match, MatchedAs, MatchedBy, Strength
from models.register import Register
from models.strategy import Strategy, StrategyStatus
from tests.case_files import step
from tests.governing import draft

CLOSED_ON = date(2026, 3, 4)
DUE_ON = date(2028, 3, 4)
FOUND = Finding(
    category=Category.CRIMINAL, label=Label.THREAT_OF_HARM, score=0.9, threshold=0.5, urgency=Urgency.IMMEDIATE
)


@dataclass
class Office:
    """A store with three people in its register, and a clock to turn."""

    store: Store
    clock: Clock
    files: Desk
    desk: RetentionDesk

    async def taken(self, made: Decision, **more: object) -> Contact:
        """A contact that is recorded and closed by a person two days later, whatever was found in it."""
        claim = await claimed(self.store)
        contact = email(claim.contact_id)
        made = made.model_copy(update={"contact": contact.summary()})
        current = await self.store.register.current()
        assert current is not None
        seen = {"register_version": current.version, "last_step": current.last_step}
        await record(self.store, claim, contact, lambda _history: outcome(contact, made, **more), **seen)
        for item in await reviews_of(self.store, contact.id):
            closed = NOW + timedelta(days=2)
            await self.store.review.close(item.id, by="Ann", outcome="confirmed", note="Told them.", now=closed)
        return contact

    async def listed(self, day: date) -> DueList:
        self.clock.now = datetime(day.year, day.month, day.day, 12, tzinfo=NOW.tzinfo)
        return await self.desk.listed()

    async def kept_by(self, day: date = DUE_ON) -> tuple[str, ...]:
        """What keeps the only contact on that day."""
        listed = await self.listed(day)
        (one,) = [each for each in (*listed.due, *listed.kept) if each.record.kind == "contact"]
        return one.kept_by

    async def to_delete(self, day: date) -> list[tuple[str, date | None]]:
        """The tasks to delete a strategy, as `triage tasks` has them on that day."""
        self.clock.now = datetime(day.year, day.month, day.day, 12, tzinfo=NOW.tzinfo)
        waiting = Waiting(self.store, Policies.load(config_directory() / "policies"), now=self.clock)
        return [(one.task.id, one.task.due) for one in (await waiting.everything())[0] if "/delete" in one.task.id]

    async def hold(self, subject: str, until: date | None = None, because: str = "legal_hold") -> str:
        step = Placed(at=self.clock.now, by="Ann", subject=subject, because=because, reason="A claim.", until=until)
        return (await self.desk.hold(step)).id


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    clock = Clock()
    clock.now = NOW
    store = open_store(tmp_path / "t.db", create(tmp_path / "keys.json").sealer(), now=clock)
    await store.register_versions.replace(register_of(3), actor="t", now=NOW)
    desk = Desk(store, Policies.load(config_directory() / "policies"), now=clock)
    yield Office(store, clock, desk, RetentionDesk(desk, now=clock))
    store.close()


def found(*people: str) -> Decision:
    """A decision on something criminal, possibly from these people."""
    matches = tuple(
        Match(person=person, as_=MatchedAs.PERSON, strength=Strength.POSSIBLE, by=MatchedBy.NAME) for person in people
    )
    made = decision(email("-"), review=(Queue.CRIMINAL,))
    return made.model_copy(update={"findings": (FOUND,), "matches": matches})


def only(listed: DueList) -> Judged:
    (one,) = listed.due
    return one


async def opens(office: Office, contact: Contact) -> bool:
    try:
        return await office.store.recorder.contact(contact.id) is not None
    except SealError:
        return False


async def test_a_contact_with_a_finding_is_due_24_months_after_it_was_closed_and_a_person_lets_it_go(
    office: Office,
) -> None:
    contact = await office.taken(found())
    assert not (await office.listed(DUE_ON - timedelta(days=1))).due
    await ContentRetention(office.store, days=30, now=office.clock).erase_unflagged()
    assert await opens(office, contact)  # nothing of it goes by itself

    listed = await office.listed(DUE_ON)
    one = only(listed)
    assert (one.record.name, one.due) == (f"contact/{contact.id}", DUE_ON)
    assert one.because == "contact: 24 months after it was closed"
    done = await office.desk.run(listed.code, by="Ann Author")
    assert [judged.record.id for judged in done.deleted] == [contact.id] and not await opens(office, contact)
    (left,) = await office.store.retention.certificates.every()
    assert (left.record, left.kind, left.by, left.rule) == (one.record.name, "contact", "Ann Author", one.because)
    assert not (await office.listed(DUE_ON)).due


async def test_a_confirmed_breach_does_not_keep_it_for_ever_and_one_that_nobody_decided_does(office: Office) -> None:
    contact = await office.taken(decision(email("-"), breaches=("R1",)))
    assert not (await office.listed(date(2036, 3, 4))).due
    decided = NOW + timedelta(days=3)
    more = {"status": "confirmed", "by": "Ann", "note": "So.", "now": decided}
    await office.store.review.decide_breach(contact.id, "CS-1", "R1", **more)
    assert not (await office.listed(DUE_ON)).due  # the period begins with the last thing that was done
    assert only(await office.listed(DUE_ON + timedelta(days=1))).record.id == contact.id


async def test_what_is_not_done_with_is_not_on_the_list_however_old(office: Office) -> None:
    await office.taken(found(), alerts=(alert(),))
    await office.taken(found(), pending_score=0.5)
    listed = await office.listed(date(2036, 3, 4))
    assert (listed.due, listed.kept) == ((), ())


async def test_a_hold_on_the_contact_or_a_person_it_may_be_from_keeps_it_until_it_ends(office: Office) -> None:
    contact = await office.taken(found("P-0001"))
    assert await office.kept_by() == ()
    for subject in (contact.id, "P-0001"):
        hold = await office.hold(subject)
        assert await office.kept_by() == (f"legal hold ({hold})",)
        await office.desk.release(hold, Released(at=office.clock.now, by="Ann", reason="Settled."))
    assert await office.kept_by() == ()


async def test_an_exception_that_the_policy_has_for_other_records_keeps_no_file(office: Office) -> None:
    await office.store.files.open(
        "DS-1", "disclosure", "P-0001", NewStep("proposed", "{}", "Ann", NOW), projection=None
    )
    await office.listed(DUE_ON)
    with pytest.raises(Refused, match="no exception 'open_complaint' for a disclosure; there are legal_hold"):
        await office.hold("DS-1", until=date(2028, 6, 1), because="open_complaint")


async def test_an_exception_ends_by_itself_and_is_never_without_an_end(office: Office) -> None:
    contact = await office.taken(found())
    await office.listed(DUE_ON)
    with pytest.raises(Refused, match="an exception ends on a day"):
        await office.hold(contact.id, because="open_complaint")
    await office.hold(contact.id, until=date(2028, 6, 1), because="open_complaint")
    assert await office.kept_by(date(2028, 6, 1)) != ()
    assert await office.kept_by(date(2028, 6, 2)) == ()


@pytest.mark.parametrize("kind", ["strategy", "challenge", "incident"])
async def test_an_open_file_of_somebody_it_may_be_from_keeps_it(office: Office, kind: str) -> None:
    await office.taken(found("P-0001", "P-0002"))
    closed, projection = kind != "strategy", None
    if kind == "strategy":
        strategy = Strategy(id="X-1", person="P-0001", status=StrategyStatus.ACTIVE, starts=CLOSED_ON)
        with_it = {**register_of(3).model_dump(), "strategies": (strategy,)}
        await office.store.register_versions.replace(Register.model_validate(with_it), actor="t", now=NOW)
    else:
        step = NewStep("opened", "{}", "Ann", NOW)
        await office.store.files.open("X-1", kind, "P-0002", step, projection=projection)
    assert await office.kept_by() == ("X-1 is open, which may need it",)
    if closed:
        step = NewStep("ended", "{}", "Ann", NOW)
        await office.store.files.append("X-1", step, expected=1, projection=None, closed=True)
        assert await office.kept_by() == ()


async def test_a_contact_that_somebody_works_on_again_is_left_alone(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    contact = await office.taken(found())
    listed = await office.listed(DUE_ON)
    real = office.store.retention.erase_contents

    async def meanwhile(*given: object, **more: object) -> object:
        await office.store.review.add(contact.id, Queue.CRIMINAL, Priority.HIGH, NOW, office.clock.now)
        return await real(*given, **more)

    monkeypatch.setattr(office.store.retention, "erase_contents", meanwhile)
    done = await office.desk.run(listed.code, by="Ann Author")
    assert (done.deleted, done.moved) == ((), (contact.id,))
    assert await opens(office, contact)


async def test_the_steps_of_its_clock_go_with_a_contact_and_the_list_says_so(office: Office) -> None:
    contact = await office.taken(found())
    await office.taken(found())
    (item,) = await reviews_of(office.store, contact.id)
    step = NewStep("clock_paused", '{"reason": "Which of it?"}', "Ann", NOW)
    await office.store.files.open(f"clock/{item.id}", "rights_clock", None, step, projection=None)
    listed = await office.listed(DUE_ON)
    told = {one.record.id: one.with_it for one in listed.due}
    assert told.pop(contact.id) == ("the steps of 1 statutory clock",) and list(told.values()) == [()]
    done = await office.desk.run(listed.code, by="Ann Author")
    assert (len(done.deleted), done.moved) == (2, ())
    stored = await office.store.files.read(f"clock/{item.id}")
    assert stored is not None and stored.erased_at is not None and stored.steps[0].text is None
    records = {one.record: one.kind for one in await office.store.retention.certificates.every()}
    assert records[f"file/clock/{item.id}"] == "rights_clock" and len(records) == 3
    assert f"file/clock/{item.id}" in await audited(office.store, "erased")


async def test_where_letters_went_is_erased_with_the_file_and_nothing_else_that_was_sent(office: Office) -> None:
    def outbound(to: str) -> Outbound:
        return Outbound(kind=OutboundKind.NOTICE, to=(to,), at=NOW)

    def sent(connection: sa.Connection) -> None:
        office.store.history.note_sent(connection, outbound("jordan@mail.example"), file_id="CH-1")
        office.store.history.note_sent(connection, outbound("1 High Street"), file_id="CH-1")
        office.store.history.note_sent(connection, outbound("other@mail.example"), file_id="CH-2")
        office.store.history.note_sent(connection, outbound("new@mail.example"))

    await office.store.writer.run(sent)
    await office.store.files.open("CH-1", "challenge", "P-0001", NewStep("a", "{}", "Ann", NOW), projection=None)
    done = NewStep("b", "{}", "Ann", NOW)
    await office.store.files.append("CH-1", done, expected=1, projection=None, closed=True)
    ids = sa.select(schema.outbound.c.id).where(schema.outbound.c.file_id == "CH-1")
    letters = await office.store.reader.run(lambda connection: connection.scalars(ids).all())
    listed = await office.listed(DUE_ON)
    assert only(listed).with_it == ("where 2 letters went",)
    await office.desk.run(listed.code, by="Ann Author")
    everybody = ("jordan@mail.example", "1 High Street", "other@mail.example", "new@mail.example")
    left = await office.store.about.sent_to(everybody)
    assert sorted(one.to[0] for one in left) == ["new@mail.example", "other@mail.example"]
    keys = sa.select(schema.record_key.c.record_id).where(schema.record_key.c.record_id.in_(letters))
    assert len(letters) == 2
    assert await office.store.reader.run(lambda connection: connection.scalars(keys).all()) == []


def at(step: object, **more: object) -> object:
    return step.model_copy(update={"at": NOW, **more})


async def test_the_answers_to_breaches_are_kept_as_long_as_their_strategy_and_no_longer(office: Office) -> None:
    begun = at(draft(person="P-0001", matters=()))
    strategy = await office.files.begin(STRATEGY, begun, person="P-0001")
    breach = {"contact": "c-1", "restriction": "R1"}
    confirmed = step(BREACH_RESPONSE, "breach_confirmed", strategy=strategy.id, person="P-0001", count=1, **breach)
    answers = await office.files.begin(BREACH_RESPONSE, at(confirmed), person="P-0001")
    undone = step(BREACH_RESPONSE, "breach_undone", because="error", note="Another sender.", **breach)
    assert (await office.files.take(BREACH_RESPONSE, answers.id, at(undone))).closed
    assert (await office.listed(date(2036, 3, 2))).due == (), "the strategy is still on its way"
    await office.files.take(
        STRATEGY, strategy.id, step(STRATEGY, "withdrawn", "Ann Author", date(2036, 3, 2), reasons="Moved.")
    )
    assert (await office.listed(date(2038, 3, 1))).due == ()
    listed = await office.listed(date(2038, 3, 2))
    assert {one.record.id for one in listed.due} == {strategy.id, answers.id}
    await office.desk.run(listed.code, by="Ann", only=[strategy.id])
    left = only(await office.listed(date(2038, 3, 2)))
    assert (left.record.id, left.because) == (answers.id, "breach response: 24 months after it was closed")


async def test_a_strategy_is_a_task_to_delete_only_when_its_period_is_over_and_nothing_keeps_it(office: Office) -> None:
    begun = at(draft(person="P-0001", matters=()))
    strategy = await office.files.begin(STRATEGY, begun, person="P-0001")
    over = step(STRATEGY, "withdrawn", "Ann Author", date(2026, 3, 2), reasons="Moved.")
    await office.files.take(STRATEGY, strategy.id, over)
    assert await office.to_delete(date(2028, 3, 1)) == []
    assert await office.to_delete(date(2028, 3, 2)) == [(f"{strategy.id}/delete", date(2028, 3, 2))]
    held = await office.hold("P-0001", date(2028, 6, 1))
    assert await office.to_delete(date(2028, 3, 3)) == []
    await office.desk.release(held, Released(at=office.clock.now, by="Ann", reason="Settled."))
    call = {"incident": "terminated_call", "person": "P-0001", "on": date(2026, 3, 2), "what": "He swore."}
    await office.files.begin(INCIDENT, at(step(INCIDENT, "recorded", **call)), person="P-0001")
    assert await office.to_delete(date(2028, 3, 3)) == []
    (kept,) = (await office.listed(date(2028, 3, 3))).kept
    assert kept.kept_by == ("IN-2028-0001 is open, which may need it",)


async def test_a_strategy_and_the_answers_to_its_breaches_wait_for_a_task_that_would_go_with_them(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    strategy = await office.files.begin(STRATEGY, at(draft(person="P-0001", matters=())), person="P-0001")
    breach = {"contact": "c-1", "restriction": "R1"}
    confirmed = step(BREACH_RESPONSE, "breach_confirmed", strategy=strategy.id, person="P-0001", count=1, **breach)
    answers = await office.files.begin(BREACH_RESPONSE, at(confirmed), person="P-0001")
    undone = step(BREACH_RESPONSE, "breach_undone", because="error", note="Another sender.", **breach)
    await office.files.take(BREACH_RESPONSE, answers.id, at(undone))
    to = {"way": "post", "to": "1 High Street", "on": date(2026, 3, 2), "received_on": date(2026, 3, 4)}
    for number, one in enumerate(
        (
            step(STRATEGY, "letter_written", letter="L1", purpose="notice", passages=()),
            step(STRATEGY, "letter_sent", letter="L1", evidence="RM 17", went_although="It went first.", **to),
            step(STRATEGY, "withdrawn", reasons="Moved."),
        ),
        start=1,
    ):
        new = NewStep(one.kind, one.model_dump_json(), "Ann", NOW)
        closed = one.kind == "withdrawn"
        await office.store.files.append(strategy.id, new, expected=number, projection=None, closed=closed)
    late = date(2028, 3, 2)
    listed = await office.listed(late)
    waits = tuple(f"the task {strategy.id}/{task} still waits" for task in ("unsafe.L1", "notice_over"))
    assert {one.record.id: one.kept_by for one in listed.kept} == {strategy.id: waits, answers.id: waits}
    assert listed.due == () and await office.to_delete(late) == []
    for task in ("unsafe.L1", "notice_over"):
        said = step(STRATEGY, "task_done", "Ada", date(2028, 3, 2), task=task, note="She is safe, and knows.")
        await office.files.take(STRATEGY, strategy.id, said.model_copy(update={"role": "chief_executive"}))
    assert {one.record.id for one in (await office.listed(late)).due} == {strategy.id, answers.id}

    async def damaged(*_given: object) -> object:
        raise SealError("IN-1 cannot be read")

    monkeypatch.setattr(office.files, "situation", damaged)
    assert {one.kept_by for one in (await office.listed(late)).kept} == {
        (f"what {strategy.id} still waits for cannot be told: IN-1 cannot be read",)
    }


async def test_a_hold_that_was_released_is_not_kept_for_ever_with_its_reason(office: Office) -> None:
    id_ = await office.hold("P-0001")
    assert (await office.listed(date(2036, 3, 2))).due == ()
    await office.desk.release(id_, Released(at=office.clock.now, by="Ann", reason="Settled."))
    assert (await office.listed(date(2038, 3, 1))).due == ()
    assert only(await office.listed(date(2038, 3, 2))).record.id == id_
