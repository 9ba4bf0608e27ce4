"""What the service does on a clock: chain the audit trail, collect orphans, watch for a queue that does not move."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import structlog

from gateway.store.alerts import NewAlert
from gateway.store.clock import from_micros
from gateway.store.store import Store
from models.decision import AlertKind
from models.finding import Urgency

log = structlog.get_logger()

_ORPHANS_AFTER = timedelta(hours=2)
_STUCK_AFTER = timedelta(minutes=5)


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
    """The tasks, each safe to run at any time."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now
        self._told_of_stuck = False

    async def seal_audit(self) -> None:
        """Chain new audit events and publish the head to the log."""
        before = await self._store.audit.head()
        head = await self._store.audit.seal()
        if head is not None and head != before:
            log.info("audit_head", seq=head.seq, chain=head.chain)

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
            payload = json.dumps({"text": "Messages have been accepted and not yet triaged for over five minutes."})
            alert = NewAlert(AlertKind.SYSTEM, Urgency.IMMEDIATE, ("manager",), payload, fold_key="queue-stuck")
            await self._store.alerts.raise_system([alert], self._now())
        self._told_of_stuck = stuck
