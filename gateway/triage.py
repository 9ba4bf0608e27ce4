"""The worker: one contact from its bytes to its recorded decision, readable top to bottom (DESIGN §1)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from gateway.bell import Bell
from gateway.crashpoints import crash_point
from gateway.deciding import LOOK_UPS, Deciding
from gateway.dispatch.plan import plan, relay_all
from gateway.enforcement import Enforcement
from gateway.known import Known
from gateway.later_looks import LaterLooks
from gateway.reading.jobs import Reading, ReadingJob
from gateway.reading.pool import ReadingPool, ScanFailed
from gateway.room import Room
from gateway.settings import TriageSettings
from gateway.store.errors import ClaimLost
from gateway.store.recording import Outcome, RegisterChanged
from gateway.store.spool import Claim
from gateway.store.store import Store
from gateway.unscanned import NOT_SCANNED
from models.contact import Channel, Contact, PartProblem, PartProblemKind
from models.decision import Decision, Priority
from models.finding import CATEGORY_OF, CONCERN_CATEGORIES, Finding
from models.history import History
from models.organisation import Organisation
from models.scan import ScanResult, ScanStatus
from routing.earlier import uses_allowance
from routing.identity.match import Identification

log = structlog.get_logger()

Clock = Callable[[], datetime]
OnRecorded = Callable[[Outcome], None]

_POLL_SECONDS = 1.0
_WAIT_FOR_ALL_STAGES = 60.0


class Triage:
    """Takes accepted messages from the spool and brings each to a recorded decision."""

    def __init__(
        self,
        store: Store,
        pool: ReadingPool,
        deciding: Deciding,
        later: LaterLooks,
        settings: TriageSettings,
        *,
        deep: ReadingPool | None,
        now: Clock,
        enforcement: Callable[[], Awaitable[Enforcement]],
        on_recorded: OnRecorded = lambda _outcome: None,
    ) -> None:
        self._store = store
        self._pool = pool
        self._deciding = deciding
        self._later = later
        self._settings = settings
        self._deep = deep
        self._now = now
        self._enforcement = enforcement
        self._on_recorded = on_recorded
        self._bell = Bell(_POLL_SECONDS)
        self._room = Room(settings.in_flight, settings.in_flight_mb * 1024 * 1024)
        # Claims that could not even be given back, each with why it failed.
        self._stranded: list[tuple[Claim, str]] = []

    def notify(self) -> None:
        """Something was accepted: look now rather than at the next poll."""
        self._bell.ring()

    async def run(self, stopping: asyncio.Event) -> None:
        """Work until `stopping` is set, then finish what is in hand."""
        with self._bell.rung_by(stopping):
            async with asyncio.TaskGroup() as tasks:
                while not stopping.is_set():
                    await self._room.for_one_more()
                    claims = await self._claim()
                    for claim in claims:
                        await self._room.enter(claim.size_bytes)
                        tasks.create_task(self._work(claim))
                    if not claims:
                        await self._bell.wait()

    async def drain(self) -> None:
        """Work until nothing is waiting; for the tests."""
        while await self._store.spool.waiting():
            claims = await self._claim()
            await asyncio.gather(*(self._triage_or_give_back(claim) for claim in claims))
            if not claims:
                await asyncio.sleep(_POLL_SECONDS / 10)

    async def _claim(self) -> list[Claim]:
        lease = timedelta(seconds=self._settings.lease_seconds)
        try:
            await self._give_back_stranded()
            return await self._store.spool.claim(now=self._now(), lease=lease, limit=self._settings.batch)
        except Exception as error:
            # The store may be full or locked for a while: what is spooled stays, and is tried again.
            log.error("claim_failed", error=type(error).__name__)
            await asyncio.sleep(_POLL_SECONDS)
            return []

    async def _give_back_stranded(self) -> None:
        """Once the store answers again: what it kept us from giving back need not wait for its lease to end."""
        while self._stranded:
            claim, reason = self._stranded[-1]
            with suppress(ClaimLost):
                await self._store.spool.give_back(claim, ready_at=self._again_at(claim), error=reason)
            self._stranded.pop()

    def _again_at(self, claim: Claim) -> datetime:
        return self._now() + timedelta(seconds=min(60.0, 2.0**claim.attempts))

    async def _work(self, claim: Claim) -> None:
        try:
            await self._triage_or_give_back(claim)
        finally:
            self._room.leave(claim.size_bytes)

    async def _triage_or_give_back(self, claim: Claim) -> None:
        try:
            await self.triage(claim)
        except ClaimLost:
            log.warning("claim_lost", contact=claim.contact_id)
        except Exception as error:
            await self._failed(claim, error)

    async def triage(self, claim: Claim) -> Outcome:
        """The one path: bytes, contact, people, findings, decision, record."""
        enforcement = await self._enforcement()
        # What goes in circles is held all the same: sent on at once, it would come round again, and each time be more.
        if enforcement.pass_through and not claim.relayed and claim.envelope.hold is None:
            claim = await self._store.spool.relay_first(claim, relay_all(claim.envelope), now=self._now())
        raw = claim.content if claim.content is not None else await self._store.spool.content(claim.contact_id)
        job = _job(claim, raw, await self._deciding.organisation())
        reading = await self._pool.read(job)
        for attempt in range(LOOK_UPS):
            known = await self._deciding.identify(reading.contact, reading.claims, anew=attempt > 0)
            # Read by the domains and trusted hosts of the register that it is decided by, or else read again.
            while (as_known := _job(claim, raw, known.organisation)) != job:
                job = as_known
                reading = await self._pool.read(job)
                known = await self._deciding.identify(reading.contact, reading.claims)
            scan, known = await self._seen_by_all(reading, known)
            try:
                outcome = await self._record(claim, reading, scan, known, enforcement)
            except RegisterChanged:
                continue
            crash_point("after_record")
            self._on_recorded(outcome)
            await self._later.after_late_record(outcome, known)
            return outcome
        raise RegisterChanged(claim.contact_id)

    async def _seen_by_all(self, reading: Reading, known: Known) -> tuple[ScanResult, Known]:
        """A restricted person's contact waits for every stage, a minute at most; no other does (DESIGN §1.4).

        The late stage says more surely, too, whether it is about one of their matters.
        """
        scan, contact = reading.scan, reading.contact
        if self._deep is None or not scan.status.pending or not self._deciding.is_restricted(contact, scan, known):
            return scan, known
        try:
            async with asyncio.timeout(_WAIT_FOR_ALL_STAGES):
                scan = await self._deep.scan(contact)
                known = replace(known, matter=await self._deep.matter(contact, known.matters, known.earlier))
        except (TimeoutError, ScanFailed) as error:
            log.error("late_stage_missed", contact=contact.id, error=type(error).__name__)
        if scan.status.pending:
            scan = scan.model_copy(update={"findings": (*scan.findings, NOT_SCANNED)})
        return scan, known

    async def _record(
        self, claim: Claim, reading: Reading, scan: ScanResult, known: Known, enforcement: Enforcement
    ) -> Outcome:
        contact = reading.contact

        def build(history: History) -> Outcome:
            made = self._deciding.decide(contact, scan, known, history, found_at=claim.envelope.received_at)
            planned = plan(
                envelope=claim.envelope,
                contact=contact,
                decision=made,
                organisation=known.organisation,
                dossiers=known.dossiers,
                applies=enforcement.applies,
                enforcing=enforcement.enforcing,
                relayed=claim.relayed,
                intake_due=self._intake_due(claim, known.organisation),
            )
            return Outcome(
                contact=contact,
                contact_text=reading.text,
                decision=made,
                mode=enforcement.mode,
                people=known.exact_people,
                uses_allowance=uses_allowance(made),
                dispatches=planned.dispatches,
                alerts=planned.alerts,
                reviews=planned.reviews,
                promised=self._deciding.promised(made, contact, scan, known, history),
                sent=planned.sent,
                pending_score=_telling(scan) if scan.status.pending else None,
            )

        crash_point("before_record")
        return await self._store.recorder.record(
            claim,
            contact,
            known.exact_people,
            build,
            register_version=known.version,
            last_step=known.last_step,
            now=self._now,
        )

    async def _failed(self, claim: Claim, error: Exception) -> None:
        """Another attempt a little later; after the last, the dead-letter list, where people see it."""
        reason = type(error).__name__
        log.error("triage_failed", contact=claim.contact_id, attempt=claim.attempts, error=reason)
        try:
            if claim.attempts < self._settings.attempts:
                await self._store.spool.give_back(claim, ready_at=self._again_at(claim), error=reason)
            else:
                await self._bury(claim, reason)
        except ClaimLost:
            log.warning("claim_lost", contact=claim.contact_id)
        except Exception as again:
            # Tried again with the next claim; where that never comes, the lease ends by itself.
            log.error("give_back_failed", contact=claim.contact_id, error=type(again).__name__)
            self._stranded.append((claim, reason))

    def _intake_due(self, claim: Claim, organisation: Organisation) -> datetime:
        return self._deciding.due_at(organisation, claim.envelope.received_at, Priority.HIGH)

    async def _bury(self, claim: Claim, reason: str) -> None:
        organisation = await self._deciding.organisation()
        contact = _from_envelope(claim)
        known = Known(0, organisation, Identification(), (), None)
        made = self._decide_unread(contact, await self._found_in(claim, organisation), known)
        planned = plan(
            envelope=claim.envelope,
            contact=contact,
            decision=made,
            organisation=organisation,
            dossiers=(),
            applies=lambda _strategy: False,
            enforcing=False,
            relayed=True,  # held: a person releases it (`triage queue release`) once they have looked
            intake_due=self._intake_due(claim, organisation),
        )
        outcome = Outcome(
            contact=contact,
            decision=made,
            mode="observe",
            alerts=planned.alerts,
            reviews=planned.reviews,
            events=("held",),
        )
        await self._store.recorder.bury(claim, outcome, error=reason, now=self._now())

    def _decide_unread(self, contact: Contact, found: tuple[Finding, ...], known: Known) -> Decision:
        """On what was found in it; and if that is what fails, on nothing but that nobody has read it."""
        try:
            unread = ScanResult(findings=(*found, NOT_SCANNED), status=ScanStatus(complete=False))
            return self._deciding.decide(contact, unread, known, History(), found_at=self._now())
        except Exception as error:
            log.error("decided_without_findings", contact=contact.id, error=type(error).__name__)
        nothing = ScanResult(findings=(NOT_SCANNED,), status=ScanStatus(complete=False))
        return self._deciding.decide(contact, nothing, known, History(), found_at=self._now())

    async def _found_in(self, claim: Claim, organisation: Organisation) -> tuple[Finding, ...]:
        """What the scan finds in a message that fails afterwards: whoever is in danger does not wait for our fault."""
        try:
            raw = claim.content if claim.content is not None else await self._store.spool.content(claim.contact_id)
            return (await self._pool.read(_job(claim, raw, organisation))).scan.findings
        except Exception as error:
            log.error("not_scanned", contact=claim.contact_id, error=type(error).__name__)
            return ()


def _job(claim: Claim, raw: bytes, organisation: Organisation) -> ReadingJob:
    trusted = organisation.trusted_authserv or ()
    return ReadingJob(claim.contact_id, claim.envelope, raw, organisation.domains, trusted)


def _telling(scan: ScanResult) -> float:
    """How much the stages so far saw of any concern: the late stage looks at the most telling contacts first."""
    return max((score for label, score in scan.scores.items() if CATEGORY_OF[label] in CONCERN_CATEGORIES), default=0.0)


def _from_envelope(claim: Claim) -> Contact:
    """What the envelope alone tells of a message that could not be triaged."""
    problem = PartProblem(part="body", kind=PartProblemKind.INCOMPLETE, detail="triage failed every attempt")
    return Contact(
        id=claim.contact_id,
        channel=Channel.EMAIL,
        received_at=claim.envelope.received_at,
        recipients=tuple(recipient.lower() for recipient in claim.envelope.rcpt_to),
        problems=(problem,),
    )
