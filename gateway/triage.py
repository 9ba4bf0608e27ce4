"""The worker: one contact from its bytes to its recorded decision, readable top to bottom (DESIGN §1)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from gateway.bell import Bell
from gateway.crashpoints import crash_point
from gateway.deciding import LOOK_UPS, Deciding
from gateway.dispatch.plan import plan, relay_all
from gateway.enforcement import Enforcement
from gateway.failures import Failures, Seen
from gateway.known import Known
from gateway.later_looks import LaterLooks
from gateway.reading.jobs import Reading, ReadingJob
from gateway.reading.pool import ReadingPool, ScanFailed
from gateway.room import Room
from gateway.settings import TriageSettings
from gateway.store.deaths import ServerDied, is_deadly
from gateway.store.errors import ClaimLost
from gateway.store.recording import Outcome, RegisterChanged
from gateway.store.spool import Claim
from gateway.store.store import Store
from gateway.unscanned import NOT_SCANNED
from models.decision import Priority
from models.finding import CATEGORY_OF, CONCERN_CATEGORIES
from models.history import History
from models.organisation import Organisation
from models.scan import ScanResult
from routing.earlier import uses_allowance

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
        self._failures = Failures(store, deciding, attempts=settings.attempts, now=now, on_recorded=on_recorded)
        self._lease = timedelta(seconds=settings.lease_seconds)
        self._bell = Bell(_POLL_SECONDS)
        self._in_hand: set[tuple[str, str]] = set()
        self._room = Room(settings.in_flight, settings.in_flight_mb * 1024 * 1024)

    def notify(self) -> None:
        """Something was accepted: look now rather than at the next poll."""
        self._bell.ring()

    async def run(self, stopping: asyncio.Event) -> None:
        """Work until `stopping` is set, then finish what is in hand."""
        holding = asyncio.create_task(self._hold_on())
        try:
            with self._bell.rung_by(stopping):
                async with asyncio.TaskGroup() as tasks:
                    while not stopping.is_set():
                        await self._room.for_one_more()
                        claims = await self._claim()
                        self._in_hand.update((claim.contact_id, claim.token) for claim in claims)
                        for claim in claims:
                            await self._room.enter(claim.size_bytes)
                            tasks.create_task(self._work(claim))
                        if not claims:
                            await self._bell.wait()
        finally:
            holding.cancel()

    async def alone(self, contact_id: str) -> None:
        """Take one message by itself: the process died when it was in hand last (`gateway.after_a_death`)."""
        holding = asyncio.create_task(self._hold_on())
        try:
            for claim in await self._store.spool.claim(now=self._now(), lease=self._lease, limit=1, only=contact_id):
                self._in_hand.add((claim.contact_id, claim.token))
                await self._room.enter(claim.size_bytes)
                await self._work(claim)
        finally:
            holding.cancel()

    async def _hold_on(self) -> None:
        """Keep the claims on what is in hand: behind others that are slow to read, a message may wait long for a child.

        Without that its claim would pass on before it is read, and the next one as well.
        """
        while True:
            await asyncio.sleep(self._settings.lease_seconds / 3)
            try:
                await self._store.spool.extend(tuple(self._in_hand), until=self._now() + self._lease)
            except Exception as error:
                log.error("claims_not_held", error=type(error).__name__)

    async def drain(self) -> None:
        """Work until nothing is waiting; for the tests."""
        while await self._store.spool.waiting():
            claims = await self._claim()
            await asyncio.gather(*(self._triage_or_give_back(claim) for claim in claims))
            if not claims:
                await asyncio.sleep(_POLL_SECONDS / 10)

    async def _claim(self) -> list[Claim]:
        try:
            await self._failures.give_back_stranded()
            return await self._store.spool.claim(now=self._now(), lease=self._lease, limit=self._settings.batch)
        except Exception as error:
            # The store may be full or locked for a while: what is spooled stays, and is tried again.
            log.error("claim_failed", error=type(error).__name__)
            await asyncio.sleep(_POLL_SECONDS)
            return []

    async def _work(self, claim: Claim) -> None:
        try:
            await self._triage_or_give_back(claim)
        finally:
            self._in_hand.discard((claim.contact_id, claim.token))
            self._room.leave(claim.size_bytes)

    async def _triage_or_give_back(self, claim: Claim) -> None:
        seen = Seen()
        try:
            await self.triage(claim, seen)
        except ClaimLost:
            log.warning("claim_lost", contact=claim.contact_id)
        except Exception as error:
            await self._failures.failed(claim, seen, error)

    async def triage(self, claim: Claim, seen: Seen) -> Outcome:
        """The one path: bytes, contact, people, findings, decision, record. `seen` is filled on the way."""
        enforcement = await self._enforcement()
        # What goes in circles is held all the same: sent on at once, it would come round again, and each time be more.
        if enforcement.pass_through and not claim.relayed and claim.envelope.hold is None:
            claim = await self._store.spool.relay_first(claim, relay_all(claim.envelope), now=self._now())
        if is_deadly(claim.deaths):
            raise ServerDied
        raw = claim.content if claim.content is not None else await self._store.spool.content(claim.contact_id)
        job = _job(claim, raw, await self._deciding.organisation())
        reading = seen.read(await self._pool.read(job))
        for attempt in range(LOOK_UPS):
            known = await self._deciding.identify(reading.contact, reading.claims, anew=attempt > 0)
            # Read by the domains and trusted hosts of the register that it is decided by, or else read again.
            while (as_known := _job(claim, raw, known.organisation)) != job:
                job = as_known
                reading = seen.read(await self._pool.read(job))
                known = await self._deciding.identify(reading.contact, reading.claims)
            scan, known = await self._seen_by_all(reading, known)
            seen.scan = scan
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

    def _intake_due(self, claim: Claim, organisation: Organisation) -> datetime:
        return self._deciding.due_at(organisation, claim.envelope.received_at, Priority.HIGH)


def _job(claim: Claim, raw: bytes, organisation: Organisation) -> ReadingJob:
    trusted = organisation.trusted_authserv or ()
    return ReadingJob(claim.contact_id, claim.envelope, raw, organisation.domains, trusted)


def _telling(scan: ScanResult) -> float:
    """How much the stages so far saw of any concern: the late stage looks at the most telling contacts first."""
    return max((score for label, score in scan.scores.items() if CATEGORY_OF[label] in CONCERN_CATEGORIES), default=0.0)
