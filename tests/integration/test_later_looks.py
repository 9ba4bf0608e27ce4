"""The scan's late stage: who waits for it, who does not, and the revision it leads to (DESIGN §1.4)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from deciding import CHIEF, HER_EMAIL, dossier, organisation, strategy
from dispatch_rig import HOUR, Clock
from structlog.testing import capture_logs

from gateway.deciding import Deciding
from gateway.enforcement import Enforcement
from gateway.later_looks import LaterLooks
from gateway.places import config_directory
from gateway.policies import Policies
from gateway.reading.email import read_email
from gateway.reading.jobs import Reading, ReadingJob
from gateway.reading.pool import ReadingPool, ScanFailed
from gateway.settings import TriageSettings
from gateway.store import schema
from gateway.store.deaths import Suspect
from gateway.store.errors import ClaimLost
from gateway.store.keyfile import create, load
from gateway.store.recording import Outcome
from gateway.store.store import Store, open_store
from gateway.triage import Triage
from models.contact import Authentication, Contact
from models.decision import Decision, Queue
from models.envelope import Envelope
from models.finding import CATEGORY_OF, Evidence, Finding, Label, Urgency
from models.identifier import IdentifierKind
from models.matter import EarlierText, Matter
from models.person import PersonIdentifier
from models.register import Register
from models.scan import MatterVerdict, ScanResult, ScanStatus, Stage, Verdict
from routing.identity.claims import claims_of

SEEN = Finding(
    category=CATEGORY_OF[Label.SELF_HARM],
    label=Label.SELF_HARM,
    score=0.9,
    threshold=0.5,
    urgency=Urgency.IMMEDIATE,
    evidence=(Evidence(part="body", start=0, end=4, quote="Told", by="semantic"),),
)


class FastPool:
    """Reads for good; its scan has two stages and leaves the third for later, scoring what the subject says."""

    async def read(self, job: ReadingJob) -> Reading:
        contact = read_email(
            job.raw, contact_id=job.contact_id, envelope=job.envelope, domains=job.domains, trusted_authserv=None
        )
        score = float(contact.subject or 0)
        status = ScanStatus(complete=False, pending=(Stage.SEMANTIC,), stages=(Stage.LEXICON, Stage.FAST))
        scan = ScanResult(scores={Label.SELF_HARM: score}, status=status)
        return Reading(contact, contact.model_dump_json().encode(), scan, claims_of(contact))

    async def matter(
        self, _contact: Contact, _matters: tuple[Matter, ...], _earlier: tuple[EarlierText, ...]
    ) -> MatterVerdict:
        return MatterVerdict(verdict=Verdict.UNCLEAR)


@dataclass
class DeepPool:
    """Sees what the first two stages did not, unless it is told to fail; `says` what the matter is. `earlier`: what it
    was last told of what the sender wrote before."""

    fails: int = 0
    hangs: bool = False
    says: Verdict = Verdict.UNCLEAR
    asked: list[str] = field(default_factory=list)
    earlier: tuple[EarlierText, ...] = ()

    async def scan(self, contact: Contact) -> ScanResult:
        self.asked.append(contact.subject or "")
        if self.hangs:
            await asyncio.Event().wait()
        if self.fails:
            self.fails -= 1
            raise ScanFailed("on purpose")
        return ScanResult(findings=(SEEN,), status=ScanStatus(complete=True, stages=tuple(Stage), model="deep"))

    async def matter(
        self, _contact: Contact, matters: tuple[Matter, ...], earlier: tuple[EarlierText, ...]
    ) -> MatterVerdict:
        self.earlier = earlier
        return MatterVerdict(verdict=self.says, nearest=matters[0].id)


@dataclass
class Rig:
    store: Store
    triage: Triage
    later: LaterLooks
    deep: DeepPool
    clock: Clock
    recorded: list[Outcome]

    async def accept(self, subject: str = "0.2", sender: str = "new@far.example") -> str:
        content = f"From: {sender}\r\nTo: {CHIEF}\r\nSubject: {subject}\r\n\r\nTold nobody.\r\n".encode()
        envelope = Envelope(source="smtp", received_at=self.clock.now, mail_from=sender, rcpt_to=(CHIEF,))
        return await self.store.spool.accept(envelope, content)

    async def latest(self, contact_id: str) -> Decision:
        made = await self.store.recorder.latest(contact_id)
        assert made is not None
        return made


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[Rig]:
    clock, deep = Clock(), DeepPool()
    store = open_store(tmp_path / "t.db", create(tmp_path / "keys.json").sealer(), now=clock)
    known = dossier(strategy(restrictions=[{"id": "R1", "kind": "spoc_only"}]))
    register = Register(
        organisation=organisation(),
        people=(known.person,),
        matters=known.matters,
        strategies=known.strategies,
    )
    await store.register_versions.replace(register, actor="t", now=clock.now)
    recorded: list[Outcome] = []

    async def enforcement() -> Enforcement:
        return Enforcement(mode="enforce")

    fast = cast("ReadingPool", FastPool())
    deciding = Deciding(store, fast, Policies.load(config_directory() / "policies"))
    more: dict[str, Any] = {"now": clock, "enforcement": enforcement, "on_recorded": recorded.append}
    later = LaterLooks(store, deciding, cast("ReadingPool", deep), **more)
    triage = Triage(store, fast, deciding, later, TriageSettings(), deep=cast("ReadingPool", deep), **more)
    yield Rig(store, triage, later, deep, clock, recorded)
    store.close()


async def test_a_strangers_mail_goes_on_at_once_and_is_revised_when_the_late_stage_has_seen_it(rig: Rig) -> None:
    id_ = await rig.accept()
    await rig.triage.drain()
    first = await rig.latest(id_)
    assert (first.revision, first.scan.complete, first.scan.pending) == (0, False, (Stage.SEMANTIC,))
    assert first.findings == ()
    assert await rig.store.outbox.waiting() == 1  # it goes where it was sent, without waiting
    assert rig.deep.asked == []

    rig.clock.on(minutes=3)
    await rig.later.drain()
    second = await rig.latest(id_)
    assert (second.revision, second.scan.complete, second.scan.pending) == (1, True, ())
    assert [finding.label for finding in second.findings] == [Label.SELF_HARM]
    # Nobody could have opened it before it was found.
    assert [item.due_at for item in second.review] == [rig.clock.now + timedelta(minutes=15)]
    assert [item.queue for item in second.review] == [Queue.SAFEGUARDING]
    assert second.deliveries == first.deliveries
    assert len(await rig.store.alerts.unacknowledged()) == 1
    assert await rig.store.pending.waiting() == 0
    assert [outcome.decision.revision for outcome in rig.recorded] == [0, 1]


async def test_a_restricted_persons_mail_waits_for_every_stage(rig: Rig) -> None:
    id_ = await rig.accept(sender=HER_EMAIL)
    await rig.triage.drain()
    made = await rig.latest(id_)
    assert (made.revision, made.scan.complete) == (0, True)
    assert [finding.label for finding in made.findings] == [Label.SELF_HARM]
    assert await rig.store.pending.waiting() == 0


async def test_their_mail_is_decided_on_what_the_late_stage_says_of_the_matter(rig: Rig) -> None:
    rig.deep.says = Verdict.NEW
    id_ = await rig.accept(sender=HER_EMAIL)
    await rig.triage.drain()
    made = await rig.latest(id_)
    assert made.matter is not None
    assert (made.matter.verdict, made.breaches) == (Verdict.NEW, ())


async def test_and_is_read_beside_what_they_wrote_before_about_their_matter(rig: Rig) -> None:
    for says in (Verdict.SAME, Verdict.NEW, Verdict.UNCLEAR):
        rig.deep.says = says
        await rig.accept(sender=HER_EMAIL, subject=f"0.{len(says)}")
        await rig.triage.drain()
        rig.clock.on(minutes=1)
    assert [(one.matter, one.text.split()) for one in rig.deep.earlier] == [("M1", ["0.4", "Told", "nobody."])]


async def test_and_it_is_still_that_when_a_late_record_has_it_counted_again(rig: Rig) -> None:
    rig.deep.says = Verdict.NEW
    id_ = await rig.accept(sender=HER_EMAIL)
    await rig.triage.drain()
    rig.clock.on(minutes=-5)
    await rig.accept(sender=HER_EMAIL)
    await rig.triage.drain()
    made = await rig.latest(id_)
    assert made.matter is not None
    assert (made.matter.verdict, made.breaches) == (Verdict.NEW, ())


async def test_of_two_that_cannot_be_counted_again_the_damaged_is_told_and_the_erased_is_not(rig: Rig) -> None:
    damaged = await rig.accept(sender=HER_EMAIL)
    erased = await rig.accept(sender=HER_EMAIL)
    await rig.triage.drain()
    for id_, values in ((damaged, {"sealed": b"short"}), (erased, {"sealed": b"", "erased_at": 1})):
        row = schema.contact.update().where(schema.contact.c.id == id_).values(**values)
        await rig.store.writer.run(lambda connection, row=row: connection.execute(row).rowcount)
    rig.clock.on(minutes=-5)
    await rig.accept(sender=HER_EMAIL)
    with capture_logs() as logs:
        await rig.triage.drain()
    assert [line["contact"] for line in logs if line["event"] == "late_revision_failed"] == [damaged]


async def test_one_that_cannot_be_counted_again_fails_neither_the_late_record_nor_the_others(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = [await rig.accept(sender=HER_EMAIL) for _ in range(2)]
    await rig.triage.drain()
    asked: list[str] = []

    async def revising(contact_id: str, *_: object, **__: object) -> None:
        asked.append(contact_id)
        if len(asked) == 1:
            raise OSError

    monkeypatch.setattr(rig.store.recorder, "revise", revising)
    rig.clock.on(minutes=-5)
    await rig.accept(sender=HER_EMAIL)
    with capture_logs() as logs:
        await rig.triage.drain()
    assert sorted(asked) == sorted(later)
    failed = [line["event"] for line in logs if line["log_level"] in ("warning", "error")]
    assert failed == ["late_revision_failed"]


async def test_somebody_in_a_register_that_another_process_loaded_meanwhile_is_no_stranger(
    rig: Rig, tmp_path: Path
) -> None:
    await rig.accept()
    await rig.triage.drain()  # what is looked up in is read, and who is not in it known
    elsewhere = open_store(tmp_path / "t.db", load(tmp_path / "keys.json").sealer())
    register = await elsewhere.register.export()
    assert register is not None
    (person,) = register.people
    she = person.model_copy(
        update={"identifiers": (PersonIdentifier(kind=IdentifierKind.EMAIL, value="new@far.example"),)}
    )
    await elsewhere.register_versions.replace(
        register.model_copy(update={"people": (she,)}), actor="t", now=rig.clock.now
    )
    elsewhere.close()
    id_ = await rig.accept()
    await rig.triage.drain()
    made = await rig.latest(id_)
    assert ([match.person for match in made.matches], made.scan.complete) == ([person.id], True)


async def test_what_a_decision_names_is_the_register_whose_trusted_hosts_it_was_read_by(
    rig: Rig, tmp_path: Path
) -> None:
    await rig.accept()
    await rig.triage.drain()
    elsewhere = open_store(tmp_path / "t.db", load(tmp_path / "keys.json").sealer())
    register = await elsewhere.register.export()
    assert register is not None
    moved = register.organisation.model_copy(update={"domains": (*register.organisation.domains, "moved.example")})
    changed = register.model_copy(update={"organisation": moved})
    await elsewhere.register_versions.replace(changed, actor="t", now=rig.clock.now)
    elsewhere.close()
    passed = b"Authentication-Results: mx.moved.example; dmarc=pass header.from=far.example\r\n"
    content = passed + b"From: new@far.example\r\n\r\nx"
    envelope = Envelope(source="smtp", received_at=rig.clock.now, mail_from="new@far.example", rcpt_to=(CHIEF,))
    id_ = await rig.store.spool.accept(envelope, content)
    await rig.triage.drain()
    made = await rig.latest(id_)
    assert made.versions.register_version == "2"
    assert made.contact.sender.authentication is Authentication.PASS


@pytest.mark.parametrize("trouble", ["fails", "hangs"])
async def test_but_a_minute_at_most_and_then_a_person_is_told(
    rig: Rig, trouble: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.triage._WAIT_FOR_ALL_STAGES", 0.05)
    rig.deep.fails, rig.deep.hangs = (1, False) if trouble == "fails" else (0, True)
    id_ = await rig.accept(sender=HER_EMAIL)
    await rig.triage.drain()
    made = await rig.latest(id_)
    assert [finding.label for finding in made.findings] == [Label.SCAN_INCOMPLETE]
    assert {item.queue for item in made.review} >= {Queue.SPOC, Queue.INTAKE}
    rig.deep.hangs = False
    await rig.later.drain()
    assert {finding.label for finding in (await rig.latest(id_)).findings} == {Label.SCAN_INCOMPLETE, Label.SELF_HARM}


async def test_the_most_telling_is_looked_at_first_then_the_oldest(rig: Rig) -> None:
    for subject in ("0.1", "0.45", "0.1", "0.3", "0.2", "0.45"):
        await rig.accept(subject)
    await rig.triage.drain()
    await rig.later.drain()
    assert sorted(rig.deep.asked[:4]) == ["0.2", "0.3", "0.45", "0.45"]  # four at a time, in any order
    assert rig.deep.asked[4:] == ["0.1", "0.1"]


async def test_a_late_stage_that_fails_is_tried_again_and_in_the_end_a_person_is_told(rig: Rig) -> None:
    id_ = await rig.accept()
    await rig.triage.drain()
    rig.deep.fails = 4
    for _attempt in range(4):
        assert (await rig.latest(id_)).revision == 0
        await rig.later.drain()
        rig.clock.on(minutes=3)
    made = await rig.latest(id_)
    assert [finding.label for finding in made.findings] == [Label.SCAN_INCOMPLETE]
    assert (made.scan.complete, made.scan.pending) == (False, ())
    assert Queue.INTAKE in {item.queue for item in made.review}
    assert await rig.store.pending.waiting() == 0


async def test_a_claim_that_passed_on_records_nothing(rig: Rig) -> None:
    id_ = await rig.accept()
    await rig.triage.drain()
    (stale,) = await rig.store.pending.claim(now=rig.clock.now, lease=timedelta(minutes=1), limit=4)
    rig.clock.on(minutes=2)
    (fresh,) = await rig.store.pending.claim(now=rig.clock.now, lease=HOUR, limit=4)
    assert fresh.attempts == 2
    with pytest.raises(ClaimLost):
        await rig.later._scan(stale)
    assert (await rig.latest(id_)).revision == 0
    await rig.later._scan(fresh)
    assert (await rig.latest(id_)).revision == 1


async def test_what_is_imported_while_people_are_looked_up_for_a_later_look_is_followed(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    id_ = await rig.accept()
    await rig.triage.drain()
    assert (await rig.latest(id_)).breaches == ()
    register = await rig.store.register.export()
    assert register is not None
    sender = PersonIdentifier(kind=IdentifierKind.EMAIL, value="new@far.example")
    she = register.people[0].model_copy(update={"identifiers": (sender,)})
    looked_up, imported = Deciding.identify, []

    async def identify(deciding: Deciding, *given: Any, **more: Any) -> Any:
        known = await looked_up(deciding, *given, **more)
        if not imported:  # between the look-up and the recording
            with_her = register.model_copy(update={"people": (she,)})
            imported.append(await rig.store.register_versions.replace(with_her, actor="t", now=rig.clock.now))
        return known

    monkeypatch.setattr(Deciding, "identify", identify)
    await rig.later.drain()
    made = await rig.latest(id_)
    assert (made.revision, [flagged.restriction for flagged in made.breaches]) == (1, ["R1"])


async def test_what_was_pending_when_the_gateway_died_is_ready_at_the_next_start(rig: Rig) -> None:
    await rig.accept()
    await rig.triage.drain()
    await rig.store.pending.claim(now=rig.clock.now, lease=HOUR, limit=4)
    assert await rig.store.take_back_claims(rig.clock.now) == 1
    await rig.later.drain()
    assert await rig.store.pending.oldest() is None


@pytest.mark.parametrize("deaths", [3, 4])
async def test_a_late_look_that_kills_the_gateway_is_given_up_on_and_a_person_is_told(rig: Rig, deaths: int) -> None:
    id_ = await rig.accept()
    await rig.triage.drain()
    died = schema.pending_scan.update().values(deaths=deaths)
    await rig.store.writer.run(lambda connection: connection.execute(died).rowcount)
    await rig.later.drain()
    assert rig.deep.asked == []
    assert Queue.INTAKE in {item.queue for item in await rig.store.review.items()}
    assert await rig.store.pending.waiting() == 0
    made = await rig.latest(id_)
    if deaths == 3:
        assert [finding.label for finding in made.findings] == [Label.SCAN_INCOMPLETE]
    else:  # it died of that, too
        assert made.revision == 0
        assert len(await rig.store.alerts.of_the_gateway()) == 1


async def test_a_late_look_under_suspicion_is_taken_by_itself(rig: Rig) -> None:
    one, other = [await rig.accept() for _ in range(2)]
    await rig.triage.drain()
    await rig.later.alone(other)
    assert [(await rig.latest(id_)).revision for id_ in (one, other)] == [0, 1]


async def late_beside(rig: Rig, count: int) -> None:
    """One contact recorded after `count` others that were received after it."""
    for _ in range(count):
        await rig.accept(sender=HER_EMAIL)
        await rig.triage.drain()
        rig.clock.on(seconds=1)
    assert await rig.store.recounts.waiting() == 0
    rig.clock.on(minutes=-5)
    await rig.accept(sender=HER_EMAIL)
    await rig.triage.drain()


async def test_a_recount_that_fails_is_done_later(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    revise, asked = rig.store.recorder.revise, []

    async def revising(contact_id: str, *given: Any, **more: Any) -> Outcome | None:
        asked.append(contact_id)
        if len(asked) == 1:
            raise OSError
        return await revise(contact_id, *given, **more)

    monkeypatch.setattr(rig.store.recorder, "revise", revising)
    await late_beside(rig, 2)
    assert await rig.store.recounts.waiting() == 1
    await rig.later.recount_left()  # not yet
    assert len(asked) == 2
    rig.clock.on(minutes=1)
    await rig.later.recount_left()
    assert sorted(asked[2:]) == sorted(set(asked))
    assert await rig.store.recounts.waiting() == 0


async def told_to_look(rig: Rig) -> bool:
    alerts = await rig.store.alerts.of_the_gateway()
    queues = {item.queue for item in await rig.store.review.items()}
    return any("recorded late" in alert.payload for alert in alerts) and Queue.INTAKE in queues


async def test_one_that_fails_each_time_is_put_before_a_person(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    async def revising(*_: object, **__: object) -> None:
        raise OSError

    monkeypatch.setattr(rig.store.recorder, "revise", revising)
    await late_beside(rig, 1)
    for _attempt in range(3):
        assert not await told_to_look(rig)
        rig.clock.on(minutes=5)
        await rig.later.recount_left()
    assert await told_to_look(rig)
    assert await rig.store.recounts.waiting() == 0


@pytest.mark.parametrize("deaths", [2, 3])
async def test_a_recount_that_kills_the_gateway_is_put_before_a_person(rig: Rig, deaths: int) -> None:
    rig.later.after_late_record = never_reached  # type: ignore[method-assign]
    await late_beside(rig, 1)
    (suspect,) = await died(rig, deaths)
    await rig.later.recount_alone(suspect.id)
    assert await told_to_look(rig) == (deaths == 3)
    assert await rig.store.recounts.waiting() == 0


async def test_of_a_late_contact_that_was_erased_nothing_is_counted_again(rig: Rig) -> None:
    rig.later.after_late_record = never_reached  # type: ignore[method-assign]
    await late_beside(rig, 1)
    erased = schema.contact.update().values(sealed=b"")
    await rig.store.writer.run(lambda connection: connection.execute(erased).rowcount)
    (suspect,) = await died(rig, 1)
    with capture_logs() as logs:
        await rig.later.recount_alone(suspect.id)
    assert [line["event"] for line in logs if line["log_level"] == "error"] == ["late_contact_does_not_open"]
    assert await rig.store.recounts.waiting() == 0


async def never_reached(*_: object) -> None:
    """The process died before it."""


async def died(rig: Rig, deaths: int) -> list[Suspect]:
    counted = schema.recount.update().values(deaths=deaths - 1)
    await rig.store.writer.run(lambda connection: connection.execute(counted).rowcount)
    await rig.store.take_back_claims(rig.clock.now)
    return await rig.store.suspects()
