"""Once an hour: what is soon due goes into the digest, what is late up the ladder, each once a day at most."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import structlog

from gateway.dispatch.plan import alert_payload
from gateway.governance.clocks import Reminder, pack_task, register_tasks, reminders
from gateway.governance.courses import COURSES
from gateway.governance.desk import Desk
from gateway.governance.task import Task
from gateway.governance.tasks import open_tasks
from gateway.policies import Policies
from gateway.store.alerts import NewAlert
from gateway.store.store import Store
from models.decision import AlertKind, Queue
from models.finding import Urgency
from models.organisation import Organisation
from models.policy import PolicyPack
from routing.calendar import local_day, local_moment

log = structlog.get_logger()

EVERY_SECONDS = 3600.0

_MOST_TOLD_ONE_BY_ONE = 8
"""Late tasks of one address: with more of them nobody reads the mails, so one mail counts them."""

_RIGHTS_AHEAD_DAYS = 7


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A task and whom it is told."""

    task: Task
    to: str


class ClockWatch:
    """Looks at every date that runs and raises `strategy` alerts. `on_raised` is told when there are new ones."""

    def __init__(
        self, store: Store, policies: Policies, *, now: Callable[[], datetime], on_raised: Callable[[], None]
    ) -> None:
        self._store = store
        self._policies = policies
        self._desk = Desk(store, policies, now=now)
        self._now = now
        self._on_raised = on_raised

    async def look(self) -> None:
        """One look; safe to repeat at any time and after any restart."""
        current = await self._store.register.current()
        if current is None:
            return
        organisation = current.organisation
        pack, now = self._policies.of(organisation), self._now()
        zone = ZoneInfo(organisation.timezone)
        day = local_day(now, zone)
        waiting = {each.task.id: each for each in await self._waiting(organisation, pack, zone)}
        tasks = [each.task for each in waiting.values()]
        told = reminders(tasks, day, reminder_days=pack.life.review.reminder_days)
        soon = [_alert(each, waiting[each.task.id].to, day=f"{day}") for each in told if not each.late]
        raised = await self._store.alerts.remind(soon, now, again_from=None)
        if self._policies.calendar(pack).is_working_day(day, pack.office_hours):
            late = [(each, waiting[each.task.id].to) for each in told if each.late]
            this_morning = local_moment(day, time.min, zone).astimezone(UTC)
            raised += await self._store.alerts.remind(_late(late, f"{day}"), now, again_from=this_morning)
        if raised:
            log.info("clocks_told", count=raised)
            self._on_raised()

    async def _waiting(self, organisation: Organisation, pack: PolicyPack, zone: ZoneInfo) -> list[_Waiting]:
        """Everything that anybody waits for, with whom to tell."""
        found = [task for course in COURSES for task in await self._of_files(course)]
        found += pack_task(pack)
        managed = {strategy.id for strategy in await self._store.register.managed()}
        register = await self._store.register.export()
        for strategy in register.strategies if register else ():
            if strategy.id not in managed:
                found += register_tasks(strategy, pack)
        waiting = [_Waiting(task, organisation.address_of_role(task.to_role)) for task in found]
        return [*waiting, *await self._rights(organisation, zone)]
