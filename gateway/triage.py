"""The worker: one contact from its bytes to its recorded decision, readable top to bottom (DESIGN §1)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from gateway.crashpoints import crash_point
from gateway.dispatch.plan import plan, plan_revision, relay_all
from gateway.enforcement import Enforcement
from gateway.policies import Policies
from gateway.reading.pool import Reading, ReadingJob, ReadingPool
from gateway.settings import TriageSettings
from gateway.store.errors import ClaimLost
from gateway.store.recording import Outcome, RegisterChanged
from gateway.store.spool import Claim
from gateway.store.store import Store
from models.contact import Channel, Contact, PartProblem, PartProblemKind
from models.decision import Decision
from models.finding import CATEGORY_OF, Finding, Label, Urgency
from models.history import History
from models.identity import Strength
from models.organisation import Organisation
from models.register import Dossier
from models.scan import MatterVerdict, ScanResult, ScanStatus
from routing.case import Case
from routing.decide import decide
from routing.earlier import uses_allowance
from routing.identity.claim import Claims
from routing.identity.claims import claims_of
from routing.identity.keys import keys_of
from routing.identity.match import Identification, identify
from routing.revision import later_revision

log = structlog.get_logger()

Clock = Callable[[], datetime]
OnRecorded = Callable[[Outcome], None]

_POLL_SECONDS = 1.0
_LOOK_UPS = 3


class NoRegister(LookupError):
    """no register is loaded; load one with `triage register import FILE`"""

    def __str__(self) -> str:
        return str(self.__doc__)


@dataclass(frozen=True)
class Known:
    """Who a contact is from, as of one register version, and what it is about."""

    version: int
    organisation: Organisation
    identification: Identification
    dossiers: tuple[Dossier, ...]
    matter: MatterVerdict | None

    @property
    def exact_people(self) -> tuple[str, ...]:
        """Those whose history the contact is part of."""
        found = {m.person for m in self.identification.matches if m.strength is Strength.EXACT and m.as_ == "person"}
        return tuple(sorted(found))


class Triage:
    """Takes accepted messages from the spool and brings each to a recorded decision."""

    def __init__(
        self,
        store: Store,
        pool: ReadingPool,
        policies: Policies,
        settings: TriageSettings,
        *,
        now: Clock,
        enforcement: Callable[[], Awaitable[Enforcement]],
        on_recorded: OnRecorded = lambda _outcome: None,
    ) -> None:
        self._store = store
        self._pool = pool
        self._policies = policies
        self._settings = settings
        self._now = now
        self._enforcement = enforcement
        self._on_recorded = on_recorded
        self._accepted = asyncio.Event()
        self._room = asyncio.Semaphore(settings.in_flight)

    def notify(self) -> None:
        """Something was accepted: look now rather than at the next poll."""
        self._accepted.set()

    async def run(self, stopping: asyncio.Event) -> None:
        """Work until `stopping` is set, then finish what is in hand."""
        async with asyncio.TaskGroup() as tasks:
            while not stopping.is_set():
                await self._room.acquire()
                self._room.release()
                claims = await self._claim()
                for claim in claims:
                    await self._room.acquire()
                    tasks.create_task(self._work(claim))
                if not claims:
                    await self._wait(stopping)

    async def drain(self) -> None:
        """Work until nothing is waiting; for `make run ONCE=1` and the tests."""
        while await self._store.spool.waiting():
            claims = await self._claim()
            await asyncio.gather(*(self._triage_or_give_back(claim) for claim in claims))
            if not claims:
                await asyncio.sleep(_POLL_SECONDS / 10)

    async def _claim(self) -> list[Claim]:
        self._accepted.clear()
        lease = timedelta(seconds=self._settings.lease_seconds)
        try:
            return await self._store.spool.claim(now=self._now(), lease=lease, limit=self._settings.batch)
        except Exception as error:
            # The store may be full or locked for a while: what is spooled stays, and is tried again.
            log.error("claim_failed", error=type(error).__name__)
            await asyncio.sleep(_POLL_SECONDS)
            return []

    async def _wait(self, stopping: asyncio.Event) -> None:
        waits = [asyncio.ensure_future(self._accepted.wait()), asyncio.ensure_future(stopping.wait())]
        await asyncio.wait(waits, timeout=_POLL_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()

    async def _work(self, claim: Claim) -> None:
        try:
            await self._triage_or_give_back(claim)
        finally:
            self._room.release()

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
        if enforcement.pass_through and not claim.relayed:
            claim = await self._store.spool.relay_first(claim, relay_all(claim.envelope), now=self._now())
        raw = claim.content if claim.content is not None else await self._store.spool.content(claim.contact_id)
        organisation = await self._organisation()
        reading = await self._pool.read(
            ReadingJob(claim.contact_id, claim.envelope, raw, organisation.domains, organisation.trusted_authserv or ())
        )
        for _attempt in range(_LOOK_UPS):
            known = await self._identify(reading.contact, reading.claims)
            try:
                outcome = await self._record(claim, reading, known, enforcement)
            except RegisterChanged:
                continue
            crash_point("after_record")
            self._on_recorded(outcome)
            await self._revise_later_ones(outcome, known, enforcement)
            return outcome
        raise RegisterChanged(claim.contact_id)

    async def _organisation(self) -> Organisation:
        current = await self._store.register.last_seen()
        if current is None:
            raise NoRegister
        return current.organisation

    async def _identify(self, contact: Contact, claims: Claims) -> Known:
        current, candidates = await self._store.register.candidates(keys_of(claims))
        if current is None:
            raise NoRegister
        organisation = current.organisation
        dismissed = await self._store.dismissals.of(dossier.person.id for dossier in candidates)
        identification = identify(contact, candidates, organisation=organisation, dismissed=dismissed, claims=claims)
        people = {match.person for match in identification.matches}
        dossiers = tuple(dossier for dossier in candidates if dossier.person.id in people)
        matters = tuple(matter for dossier in dossiers for matter in dossier.matters)
        matter = await self._pool.matter(contact, matters) if matters else None
        return Known(current.version, organisation, identification, dossiers, matter)

    async def _record(self, claim: Claim, reading: Reading, known: Known, enforcement: Enforcement) -> Outcome:
        def build(history: History) -> Outcome:
            made = self._decide(reading.contact, reading.scan, known, history)
            planned = plan(
                envelope=claim.envelope,
                contact=reading.contact,
                decision=made,
                organisation=known.organisation,
                dossiers=known.dossiers,
                applies=enforcement.applies,
                enforcing=enforcement.enforcing,
                relayed=claim.relayed,
            )
            return Outcome(
                contact=reading.contact,
                decision=made,
                mode=enforcement.mode,
                people=known.exact_people,
                uses_allowance=uses_allowance(made),
                dispatches=planned.dispatches,
                alerts=planned.alerts,
                reviews=planned.reviews,
                sent=planned.sent,
            )

        crash_point("before_record")
        return await self._store.recorder.record(
            claim, reading.contact, known.exact_people, build, register_version=known.version, now=self._now
        )

    def _decide(self, contact: Contact, scan: ScanResult, known: Known, history: History) -> Decision:
        policy = self._policies.of(known.organisation)
        case = Case(
            contact=contact,
            matches=known.identification.matches,
            identity_reasons=known.identification.reasons,
            dossiers=known.dossiers,
            organisation=known.organisation,
            history=history,
            scan=scan,
            matter=known.matter,
            policy=policy,
            calendar=self._policies.calendar(policy),
            register_version=str(known.version),
        )
        return decide(case, now=contact.received_at)

    async def _revise_later_ones(self, outcome: Outcome, known: Known, enforcement: Enforcement) -> None:
        """A contact recorded late changes the counts of those received after it: decide them again (DESIGN §3)."""
        if not known.exact_people:
            return
        for contact_id in await self._store.recorder.recorded_after(outcome.contact, known.exact_people):
            later = await self._store.recorder.contact(contact_id)
            if later is not None:
                await self._revise(later, enforcement)

    async def _revise(self, contact: Contact, enforcement: Enforcement) -> Outcome | None:
        known = await self._identify(contact, claims_of(contact))
        history = await self._store.recorder.history_of(contact, known.exact_people)

        def build(latest: Decision) -> Outcome | None:
            scan = ScanResult(findings=latest.findings, status=latest.scan)
            made = later_revision(latest, self._decide(contact, scan, known, history))
            if made.breaches == latest.breaches and made.findings == latest.findings:
                return None
            planned = plan_revision(
                latest, made, contact=contact, organisation=known.organisation, applies=enforcement.applies
            )
            return Outcome(
                contact=contact,
                decision=made,
                mode=enforcement.mode,
                dispatches=planned.dispatches,
                alerts=planned.alerts,
            )

        return await self._store.recorder.revise(contact.id, build, register_version=known.version, now=self._now)

    async def _failed(self, claim: Claim, error: Exception) -> None:
        """Another attempt a little later; after the last, the dead-letter list, where people see it."""
        reason = type(error).__name__
        log.error("triage_failed", contact=claim.contact_id, attempt=claim.attempts, error=reason)
        try:
            if claim.attempts < self._settings.attempts:
                delay = timedelta(seconds=min(60.0, 2.0**claim.attempts))
                await self._store.spool.give_back(claim, ready_at=self._now() + delay, error=reason)
            else:
                await self._bury(claim, reason)
        except ClaimLost:
            log.warning("claim_lost", contact=claim.contact_id)
        except Exception as again:
            # The lease ends by itself and the message is claimed anew: nothing is lost by leaving it.
            log.error("give_back_failed", contact=claim.contact_id, error=type(again).__name__)

    async def _bury(self, claim: Claim, reason: str) -> None:
        organisation = await self._organisation()
        contact = _from_envelope(claim)
        unread = ScanResult(findings=(_NOT_SCANNED,), status=ScanStatus(complete=False))
        known = Known(0, organisation, Identification(matches=(), reasons=()), (), None)
        made = self._decide(contact, unread, known, History())
        planned = plan(
            envelope=claim.envelope,
            contact=contact,
            decision=made,
            organisation=organisation,
            dossiers=(),
            applies=lambda _strategy: False,
            enforcing=False,
            relayed=True,  # held: a person releases it (`triage queue release`) once they have looked
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


_NOT_SCANNED = Finding(
    category=CATEGORY_OF[Label.SCAN_INCOMPLETE],
    label=Label.SCAN_INCOMPLETE,
    score=1.0,
    threshold=0.0,
    urgency=Urgency.SAME_DAY,
)
