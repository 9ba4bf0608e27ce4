"""A decided contact looked at again: the scan's late stage, or counts that a late record has changed.

A later look only adds (CONTRACT §6): where the message went stands.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from gateway.bell import Bell
from gateway.deciding import LOOK_UPS, Deciding
from gateway.dispatch.plan import plan_revision
from gateway.enforcement import Enforcement
from gateway.housekeeping import every, raise_alarm
from gateway.known import Known
from gateway.reading.pool import ReadingPool, ScanFailed
from gateway.store.deaths import ServerDied, cannot_be_given_up_on, is_deadly
from gateway.store.errors import ClaimLost
from gateway.store.pending import PendingScan
from gateway.store.recording import Outcome, RegisterChanged
from gateway.store.recounts import Recount
from gateway.store.sealing import SealError
from gateway.store.store import Store
from gateway.unscanned import NOT_SCANNED
from models.contact import Contact
from models.decision import DecidedMatter, Decision, Priority, Queue
from models.finding import Urgency
from models.scan import MatterVerdict, ScanResult
from routing.identity.claims import claims_of
from routing.revision import later_revision

log = structlog.get_logger()

_LEASE = timedelta(minutes=10)
_AT_ONCE = 4
_POLL_SECONDS = 5.0
_RECOUNTS_SECONDS = 30.0
_ATTEMPTS = 4
_AGAIN_AFTER = timedelta(seconds=30)
_MISSING_AFTER = timedelta(minutes=5)


class LaterLooks:
    """Makes revisions. `deep`: the children of the late stage, None where there is none."""

    def __init__(
        self,
        store: Store,
        deciding: Deciding,
        deep: ReadingPool | None,
        *,
        now: Callable[[], datetime],
        enforcement: Callable[[], Awaitable[Enforcement]],
        on_recorded: Callable[[Outcome], None],
    ) -> None:
        self._store = store
        self._deciding = deciding
        self._deep = deep
        self._now = now
        self._enforcement = enforcement
        self._on_recorded = on_recorded
        self._bell = Bell(_POLL_SECONDS)

    def notify(self) -> None:
        """A contact waits for its late stage."""
        self._bell.ring()

    async def after_late_record(self, outcome: Outcome, known: Known) -> None:
        """A contact recorded late changes the counts of those received after it: decide them again (DESIGN §3)."""
        if outcome.recount is not None:
            await self._recount(outcome.recount, outcome.contact, known.exact_people)

    async def run_recounts(self, stopping: asyncio.Event) -> None:
        """Look now and then for what is left to be counted again, until `stopping` is set."""
        await every(_RECOUNTS_SECONDS, stopping, self.recount_left)

    async def recount_left(self) -> None:
        """What an earlier process, or an attempt that failed, left to be counted again."""
        while due := await self._store.recounts.claim(now=self._now(), limit=1):
            await self._recount_again(due[0])

    async def recount_alone(self, contact_id: str) -> None:
        """Those after one late contact by itself: the process died at it last (`gateway.after_a_death`)."""
        for due in await self._store.recounts.claim(now=self._now(), limit=1, only=contact_id):
            await self._recount_again(due)

    async def _recount_again(self, due: Recount) -> None:
        if is_deadly(due.deaths):
            await self._give_up_recounting(due, "the gateway died each time")
            return
        try:
            contact = await self._store.recorder.contact(due.contact_id)
            latest = await self._store.recorder.latest(due.contact_id)
        except SealError:  # erased meanwhile, or damaged, which `watch_damaged` tells
            contact = latest = None
        if contact is None or latest is None:
            log.error("late_contact_does_not_open", contact=due.contact_id)
            await self._store.recounts.finish(due)
            return
        # As they were when it was recorded, whatever the register says by now.
        people = sorted({match.person for match in latest.matches if match.is_surely_them})
        await self._recount(due, contact, people)

    async def _recount(self, due: Recount, contact: Contact, people: Sequence[str]) -> None:
        """Decide those after it again; what fails of them is tried again later, and in the end a person is told."""
        try:
            failed = 0
            for contact_id in await self._store.recorder.recorded_after(contact, people):
                failed += not await self._is_recounted(contact_id)
            if not failed:
                await self._store.recounts.finish(due)
            elif due.attempts < _ATTEMPTS:
                ready_at = self._now() + _AGAIN_AFTER * due.attempts
                await self._store.recounts.give_back(due, ready_at=ready_at, error=f"{failed} failed")
            else:
                await self._give_up_recounting(due, f"{failed} of them could not be decided again")
        except ClaimLost:
            log.warning("claim_lost", contact=due.contact_id)
        except Exception as error:  # it is recorded; the lease ends by itself, and it is claimed anew
            log.error("recount_failed", contact=due.contact_id, error=type(error).__name__)

    async def _is_recounted(self, contact_id: str) -> bool:
        try:
            later = await self._store.recorder.contact(contact_id)
            if later is not None:
                await self._revise(later, _as_scanned)
        except Exception as error:  # it keeps no other from being counted again, and the late one is recorded
            log.error("late_revision_failed", contact=contact_id, error=type(error).__name__)
            return False
        return True

    async def _give_up_recounting(self, due: Recount, why: str) -> None:
        await self._tell(
            due.contact_id,
            f"Contact {due.contact_id} was recorded late, and those of the same person after it were not counted "
            f"again: {why}. Look whether a limit was passed.",
        )
        await self._store.recounts.finish(due)

    async def _tell(self, contact_id: str, text: str) -> None:
        now = self._now()
        log.error("later_look_given_up", contact=contact_id)
        due = self._deciding.due_at(await self._deciding.organisation(), now, Priority.HIGH)
        await self._store.review.add(contact_id, Queue.INTAKE, Priority.HIGH, due, now)
        await raise_alarm(self._store, text, Urgency.SAME_DAY, now)

    async def run(self, stopping: asyncio.Event) -> None:
        """Scan what is pending, the most telling first, until `stopping` is set."""
        if self._deep is None:
            return
        with self._bell.rung_by(stopping):
            while not stopping.is_set():
                if not await self._some():
                    await self._bell.wait()

    async def alone(self, contact_id: str) -> None:
        """Scan one contact by itself: the process died when it was in hand last (`gateway.after_a_death`)."""
        if self._deep is not None:
            for pending in await self._store.pending.claim(now=self._now(), lease=_LEASE, limit=1, only=contact_id):
                await self._scan_or_give_back(pending)

    async def drain(self) -> None:
        """Scan until nothing is pending that can be scanned now; for tests."""
        while self._deep is not None and await self._some():
            continue

    async def _some(self) -> bool:
        """A few of what is pending; False where none is ready."""
        try:
            pending = await self._store.pending.claim(now=self._now(), lease=_LEASE, limit=_AT_ONCE)
        except Exception as error:
            # The store may be full or locked for a while: what is pending stays, and is tried again.
            log.error("pending_claim_failed", error=type(error).__name__)
            return False
        await asyncio.gather(*(self._scan_or_give_back(one) for one in pending))
        return bool(pending)

    async def _scan_or_give_back(self, pending: PendingScan) -> None:
        try:
            await self._scan(pending)
        except ClaimLost:
            log.warning("claim_lost", contact=pending.contact_id)
        except Exception as error:
            reason = type(error).__name__
            log.error("late_scan_failed", contact=pending.contact_id, attempt=pending.attempts, error=reason)
            try:
                ready_at = self._now() + _AGAIN_AFTER * pending.attempts
                await self._store.pending.give_back(pending, ready_at=ready_at, error=reason)
            except Exception as again:
                # The lease ends by itself, and it is claimed anew.
                log.error("give_back_failed", contact=pending.contact_id, error=type(again).__name__)

    async def _scan(self, pending: PendingScan) -> None:
        assert self._deep is not None
        if cannot_be_given_up_on(pending.deaths):
            text = f"Contact {pending.contact_id} was not scanned to the end: the gateway died each time."
            await self._tell(pending.contact_id, text)
            await self._store.pending.bury(pending, error=ServerDied.__name__)
            return
        contact = await self._store.recorder.contact(pending.contact_id)
        if contact is None:
            raise LookupError(pending.contact_id)
        scan: ScanResult | None = None
        try:
            if not is_deadly(pending.deaths):
                scan = await self._deep.scan(contact)
        except ScanFailed:
            if pending.attempts < _ATTEMPTS:
                raise
        if scan is not None and scan.status.pending:  # the stage did not load: it is nothing about this contact
            await self._store.pending.give_back(pending, ready_at=self._now() + _MISSING_AFTER, error="no late stage")
            return
        outcome = await self._revise(contact, lambda latest: scan or _given_up(latest), completing=pending)
        if outcome is not None:
            self._on_recorded(outcome)

    async def _revise(
        self,
        contact: Contact,
        scan_of: Callable[[Decision], ScanResult],
        *,
        completing: PendingScan | None = None,
    ) -> Outcome | None:
        """Look the contact's people up and record what follows; anew where the register changed in between."""
        for _attempt in range(LOOK_UPS):
            known = await self._deciding.identify(contact, claims_of(contact))
            try:
                return await self._record(contact, known, scan_of, completing=completing)
            except RegisterChanged:
                continue
        raise RegisterChanged(contact.id)

    async def _record(
        self,
        contact: Contact,
        known: Known,
        scan_of: Callable[[Decision], ScanResult],
        *,
        completing: PendingScan | None = None,
    ) -> Outcome | None:
        enforcement = await self._enforcement()
        history = await self._store.recorder.history_of(contact, known.exact_people)

        def build(latest: Decision) -> Outcome | None:
            as_known = replace(known, matter=_as_decided(latest, known.matter))
            scan = scan_of(latest)
            again = self._deciding.decide(contact, scan, as_known, history, found_at=self._now())
            made = later_revision(latest, again)
            unchanged = made.breaches == latest.breaches and made.findings == latest.findings
            if unchanged and made.scan == latest.scan:
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
                promised=self._deciding.promised(again, contact, scan, as_known, history),
            )

        return await self._store.recorder.revise(
            contact.id,
            build,
            register_version=known.version,
            last_step=known.last_step,
            now=self._now,
            completing=completing,
        )


def _as_decided(latest: Decision, again: MatterVerdict | None) -> MatterVerdict | None:
    """The verdict that the decision rests on: `again` is by words alone, and the first may have had the late stage."""
    if latest.matter is None or (again is not None and DecidedMatter.of(again) == latest.matter):
        return again
    return MatterVerdict(**latest.matter.model_dump(), passages=again.passages if again else ())


def _as_scanned(latest: Decision) -> ScanResult:
    return ScanResult(findings=latest.findings, status=latest.scan)


def _given_up(latest: Decision) -> ScanResult:
    """The late stage failed every attempt: nothing is pending any more, and a person is told (CONTRACT §5)."""
    status = latest.scan.model_copy(update={"complete": False, "pending": ()})
    return ScanResult(findings=(*latest.findings, NOT_SCANNED), status=status)
