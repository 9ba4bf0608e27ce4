"""What the service does on a clock: chain the audit trail, collect orphans, sound the alarms that no message raises."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import structlog

from gateway.dispatch.payloads import alert_payload
from gateway.store.alerts import NewAlert
from gateway.store.clock import from_micros
from gateway.store.store import Store
from gateway.store.switches import Switch
from models.decision import AlertKind
from models.finding import Urgency

log = structlog.get_logger()

_ORPHANS_AFTER = timedelta(hours=2)
_STUCK_AFTER = timedelta(minutes=5)
_AGAIN_AFTER = timedelta(minutes=30)


async def every(seconds: float, stopping: asyncio.Event, task: Callable[[], Awaitable[None]]) -> None:
    """Run `task` every `seconds` until `stopping`; one that fails is logged and tried again."""
    while not stopping.is_set():
        try:
            await task()
        except Exception as error:
            log.error("housekeeping_failed", task=task.__name__, error=type(error).__name__)
        try:
            async with asyncio.timeout(seconds):
                await stopping.wait()
        except TimeoutError:
            continue


class Housekeeping:
    """The tasks, each safe to run at any time. `on_behind` is told whether the scan's late stage lags."""

    def __init__(
        self, store: Store, now: Callable[[], datetime], *, on_behind: Callable[[bool], None] = lambda _behind: None
    ) -> None:
        self._store = store
        self._now = now
        self._on_behind = on_behind
        self._behind = False
        self._told_of_stuck = False
        self._damaged = 0
        self._told_of_pass_through: datetime | None = None

    async def seal_audit(self) -> None:
        """Chain new audit events and publish the head to the log."""
        before = await self._store.audit.head()
        head = await self._store.audit.seal()
        if head is not None and head != before:
            log.info("audit_head", seq=head.seq, chain=head.chain)

    async def move_log(self) -> None:
        """Keep the store's log short, so that no sender waits while a commit does it."""
        await self._store.reader.checkpoint()

    async def collect_orphans(self) -> None:
        """Drop chunks of messages that were never accepted."""
        count = await self._store.spool.collect_orphans(self._now() - _ORPHANS_AFTER)
        if count:
            log.info("orphans_collected", count=count)

    async def watch_queue(self) -> None:
        """A system alert, once, while accepted messages wait over five minutes to be triaged."""
        oldest = await self._store.spool.oldest_waiting()
        stuck = oldest is not None and self._now() - from_micros(oldest) > _STUCK_AFTER
        if stuck and not self._told_of_stuck:
            await self._alarm("Messages have been accepted and not yet triaged for over five minutes.")
        self._told_of_stuck = stuck

    async def watch_pending(self) -> None:
        """A system alert, once, while decided contacts wait over five minutes for the scan's late stage.

        Meanwhile the stages before it flag more than usual (DESIGN §1.4).
        """
        oldest = await self._store.pending.oldest()
        behind = oldest is not None and self._now() - from_micros(oldest) > _STUCK_AFTER
        if behind and not self._behind:
            await self._alarm("The scan's late stage is over five minutes behind; the stages before it flag more.")
        self._behind = behind
        self._on_behind(behind)

    async def watch_damaged(self) -> None:
        """A system alert where more on the dead-letter list is damaged than last time: the rest is told already."""
        count = await self._store.spool.count_damaged() + await self._store.outbox.count_damaged()
        if count > self._damaged:
            which = "One message is damaged and" if count == 1 else f"{count} messages are damaged and"
            verb = "is" if count == 1 else "are"
            await self._alarm(
                f"{which} {verb} on the dead-letter list. See `triage queue list --dead`.", Urgency.SAME_DAY
            )
        self._damaged = count

    async def watch_pass_through(self) -> None:
        """An alarm when pass-through begins; every half hour until a person ends it, one climbs or is raised anew."""
        if await self._store.switches.get(Switch.PASS_THROUGH) != "on":
            self._told_of_pass_through = None
        elif self._told_of_pass_through is None or self._now() - self._told_of_pass_through >= _AGAIN_AFTER:
            await self._alarm(
                "Pass-through is on: mail reaches everybody it is addressed to before it is triaged. "
                "End it with `triage pass-through off`.",
                pass_through=True,
            )
            self._told_of_pass_through = self._now()

    async def tell_manager(self, text: str, *, fold_key: str) -> None:
        """Something is to be looked at today; more of it within a day is counted."""
        await raise_alarm(self._store, text, Urgency.SAME_DAY, self._now(), fold_key=fold_key)

    async def _alarm(self, text: str, urgency: Urgency = Urgency.IMMEDIATE, *, pass_through: bool = False) -> None:
        await raise_alarm(self._store, text, urgency, self._now(), pass_through=pass_through)


async def raise_alarm(
    store: Store,
    text: str,
    urgency: Urgency,
    now: datetime,
    *,
    pass_through: bool = False,
    fold_key: str | None = None,
) -> bool:
    """A system alert to the manager; False where none is raised. `pass_through`: it ends with that.

    None before a register says who that is, nor beside one in the same words that still climbs: each would be told by
    itself, and more with every hour. With a `fold_key` it is counted on that.
    """
    register = await store.register.current()
    if register is None:
        return False
    to = (register.organisation.addresses.manager,)
    payload = alert_payload(text, to, pass_through=pass_through)
    if fold_key is None and any(
        alert.climbs and alert.payload == payload for alert in await store.alerts.of_the_gateway()
    ):
        return False
    await store.alerts.raise_system([NewAlert(AlertKind.SYSTEM, urgency, to, payload, fold_key)], now)
    return True
