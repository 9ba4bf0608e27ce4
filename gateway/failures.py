"""A message whose triage fails: it is tried again, a cry for help in it is told at once, in the end a person has it.

All that is told is what the failed attempt had read. To read it a second time would be to do so under what is left of
the claim, and whatever is slow to read would then be held never.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from gateway.deciding import Deciding
from gateway.dispatch.plan import plan, plan_revision
from gateway.known import Known
from gateway.reading.jobs import Reading
from gateway.store.deaths import is_deadly
from gateway.store.errors import ClaimLost
from gateway.store.recording import Outcome
from gateway.store.spool import Claim
from gateway.store.store import Store
from gateway.unscanned import NOT_SCANNED
from models.contact import Channel, Contact, PartProblem, PartProblemKind
from models.decision import Decision, Priority
from models.history import History
from models.scan import ScanResult, ScanStatus
from routing.identity.match import Identification
from routing.revision import later_revision

log = structlog.get_logger()

_MOST_SECONDS = 60.0


@dataclass(slots=True)
class Seen:
    """How far an attempt came: what it read, and the scan by the stages that had their turn."""

    reading: Reading | None = None
    scan: ScanResult | None = None

    def read(self, reading: Reading) -> Reading:
        """Note a reading, and give it."""
        self.reading, self.scan = reading, reading.scan
        return reading

    @property
    def cries(self) -> bool:
        """Whether the scan found a concern."""
        return self.scan is not None and any(finding.is_concern for finding in self.scan.findings)


class Failures:
    """What becomes of an attempt at triage that failed."""

    def __init__(
        self,
        store: Store,
        deciding: Deciding,
        *,
        attempts: int,
        now: Callable[[], datetime],
        on_recorded: Callable[[Outcome], None],
    ) -> None:
        self._store = store
        self._deciding = deciding
        self._attempts = attempts
        self._now = now
        self._on_recorded = on_recorded
        # Claims that could not even be given back, each with why it failed.
        self._stranded: list[tuple[Claim, str]] = []

    async def give_back_stranded(self) -> None:
        """Once the store answers again: what it kept us from giving back need not wait for its lease to end."""
        while self._stranded:
            claim, reason = self._stranded.pop()  # another may be put there meanwhile
            try:
                with suppress(ClaimLost):
                    await self._store.spool.give_back(claim, ready_at=self._again_at(claim), error=reason)
            except BaseException:
                self._stranded.append((claim, reason))
                raise

    def _again_at(self, claim: Claim) -> datetime:
        return self._now() + timedelta(seconds=min(_MOST_SECONDS, 2.0 ** min(claim.attempts, 10)))

    async def failed(self, claim: Claim, seen: Seen, error: Exception) -> None:
        """Another attempt a little later; after the last, the dead-letter list, where people see it.

        What kills the serving process each time has had its last.
        """
        reason = type(error).__name__
        log.error("triage_failed", contact=claim.contact_id, attempt=claim.attempts, error=reason)
        last = claim.attempts >= self._attempts or is_deadly(claim.deaths)
        later = self._again_at(claim)
        try:
            recorded = (last or seen.cries) and await self._record(claim, seen, reason, None if last else later)
            if not recorded:
                await self._store.spool.give_back(claim, ready_at=later, error=reason)
        except ClaimLost:
            log.warning("claim_lost", contact=claim.contact_id)
        except Exception as again:
            # Tried again with the next claim; where that never comes, the lease ends by itself.
            log.error("give_back_failed", contact=claim.contact_id, error=type(again).__name__)
            self._stranded.append((claim, reason))

    async def _record(self, claim: Claim, seen: Seen, reason: str, again_at: datetime | None) -> bool:
        """Record what was seen, or as much of it as does not fail as well; False where nothing could be."""
        for contact, scan in _with_less_and_less(claim, seen, given_up=again_at is None):
            try:
                outcome, beside = await self._outcome(claim, contact, scan)
                if not outcome.alerts:  # our own mail, of which nobody is told
                    if again_at is not None:
                        return False
                    continue
                recorded = await self._store.recorder.failed(
                    claim, outcome, beside=beside, error=reason, again_at=again_at, now=self._now()
                )
            except ClaimLost:
                raise
            except Exception as error:
                log.error("failure_not_recorded", contact=claim.contact_id, error=type(error).__name__)
                continue
            if recorded is not None:
                self._on_recorded(recorded)
            return True
        return False

    async def _outcome(
        self, claim: Claim, contact: Contact, scan: ScanResult
    ) -> tuple[Outcome, Callable[[Decision], Outcome | None]]:
        """What to record of a contact that nobody is known to have written; and what, beside an earlier revision."""
        organisation = await self._deciding.organisation()
        known = Known(0, organisation, Identification(), (), None)
        made = self._deciding.decide(contact, scan, known, History(), found_at=self._now())
        planned = plan(
            envelope=claim.envelope,
            contact=contact,
            decision=made,
            organisation=organisation,
            dossiers=(),
            applies=lambda _strategy: False,
            enforcing=False,
            relayed=True,  # nobody gets it now: another attempt decides, or a person (`triage queue release`)
            intake_due=self._deciding.due_at(organisation, claim.envelope.received_at, Priority.HIGH),
        )
        outcome = Outcome(
            contact=contact, decision=made, mode="observe", alerts=planned.alerts, reviews=planned.reviews
        )

        def beside(latest: Decision) -> Outcome | None:
            both = later_revision(latest, made)
            added = plan_revision(
                latest, both, contact=contact, organisation=organisation, applies=lambda _strategy: False
            )
            return replace(outcome, decision=both, alerts=added.alerts) if added.alerts else None

        return outcome, beside


def _with_less_and_less(claim: Claim, seen: Seen, *, given_up: bool) -> Iterator[tuple[Contact, ScanResult]]:
    """What to decide on: all that was seen, what was found alone, and nothing but that nobody has read it."""
    envelope = _from_envelope(claim)
    nothing = ScanResult(findings=(NOT_SCANNED,), status=ScanStatus(complete=False))
    if seen.reading is not None and seen.scan is not None:
        scan = _unfinished(seen.scan) if given_up else seen.scan
        yield seen.reading.contact, scan
        yield envelope, scan
    yield envelope, nothing


def _unfinished(scan: ScanResult) -> ScanResult:
    """A scan that never led to a decision on the message: whatever it found, somebody looks."""
    status = scan.status.model_copy(update={"complete": False, "pending": ()})
    return scan.model_copy(update={"findings": tuple(dict.fromkeys((*scan.findings, NOT_SCANNED))), "status": status})


def _from_envelope(claim: Claim) -> Contact:
    """What the envelope alone tells of a message."""
    problem = PartProblem(part="body", kind=PartProblemKind.INCOMPLETE, detail="triage failed")
    return Contact(
        id=claim.contact_id,
        channel=Channel.EMAIL,
        received_at=claim.envelope.received_at,
        recipients=tuple(recipient.lower() for recipient in claim.envelope.rcpt_to),
        problems=(problem,),
    )
