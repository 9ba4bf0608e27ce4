"""Once an hour: what is soon due goes into the digest, what is late up the ladder, each once a day at most."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import structlog

from gateway.dispatch.payloads import alert_payload
from gateway.governance.clocks import Reminder, reminders
from gateway.governance.task import Task
from gateway.policies import Policies
from gateway.store.alerts import NewAlert
from gateway.store.store import Store
from gateway.waiting import Waiting
from models.decision import AlertKind
from models.finding import Urgency
from models.organisation import Organisation
from routing.calendar import in_full, local_day, local_midnight

log = structlog.get_logger()

EVERY_SECONDS = 3600.0

_MOST_TOLD_ONE_BY_ONE = 8
"""Late tasks of one address: with more of them nobody reads the mails, so one mail counts them."""


class ClockWatch:
    """Looks at every date that runs and raises `strategy` alerts. `on_raised` is told when there are new ones."""

    def __init__(
        self, store: Store, policies: Policies, *, now: Callable[[], datetime], on_raised: Callable[[], None]
    ) -> None:
        self._store = store
        self._policies = policies
        self._waiting = Waiting(store, policies, now=now)
        self._now = now
        self._on_raised = on_raised

    async def look(self) -> None:
        """One look; safe to repeat at any time and after any restart."""
        current = await self._store.register.current()
        if current is None:
            return
        organisation, now = current.organisation, self._now()
        try:
            raised = await self._tell(organisation, now)
        except Exception as error:
            # Dates that nobody looks at would lapse in silence: that they are not looked at is told, too.
            raised = await self._store.alerts.remind(
                [_unread(error, organisation)], now, again_from=_midnight(organisation, now)
            )
            log.error("clocks_unread", error=type(error).__name__)
        if raised:
            log.info("clocks_told", count=raised)
            self._on_raised()

    async def _tell(self, organisation: Organisation, now: datetime) -> int:
        """Raise what is to be told; how many alerts."""
        pack = self._policies.of(organisation)
        found, day = await self._waiting.everything()
        waiting = {each.task.id: each for each in found if not each.damage}
        tasks = [each.task for each in waiting.values()]
        told = reminders(tasks, day, reminder_days=pack.life.review.reminder_days)
        soon = [_alert(each, waiting[each.task.id].to) for each in told if not each.late]
        raised = await self._store.alerts.remind(soon, now, again_from=None)
        if damage := [each.task for each in found if each.damage]:
            alert = _damaged(damage, organisation)
            raised += await self._store.alerts.remind([alert], now, again_from=_midnight(organisation, now))
            log.error("files_unread", count=len(damage))
        if self._policies.calendar(pack).is_working_day(day, pack.office_hours):
            late = _late([(each, waiting[each.task.id].to) for each in told if each.late])
            raised += await self._store.alerts.remind(late, now, again_from=_midnight(organisation, now))
        return raised


def _midnight(organisation: Organisation, now: datetime) -> datetime:
    zone = ZoneInfo(organisation.timezone)
    return local_midnight(local_day(now, zone), zone)


def _late(reminders_to: Sequence[tuple[Reminder, str]]) -> list[NewAlert]:
    """One alert a task; of an address with very many of them, one that counts them."""
    by_address: dict[str, list[Reminder]] = defaultdict(list)
    for reminder, to in reminders_to:
        by_address[to].append(reminder)
    alerts = []
    for to, late in by_address.items():
        if len(late) <= _MOST_TOLD_ONE_BY_ONE:
            alerts += [_alert(reminder, to) for reminder in late]
        else:
            alerts.append(_counted(late, to))
    return alerts


def _alert(reminder: Reminder, to: str) -> NewAlert:
    """Names the file and the task and nobody: a reminder may be read by anyone."""
    if reminder.task.at_once:
        when = "It is to be done at once."
    elif reminder.late:
        when = f"It was due on {in_full(reminder.due)} and is late."
    else:
        when = f"It is due on {in_full(reminder.due)}."
    cites = f"\n\nIt rests on: {', '.join(reminder.task.cites)}" if reminder.task.cites else ""
    text = f"{reminder.task.says}.\n\nTask: {reminder.task.id}\n{when} See it with `{_command(reminder.task)}`.{cites}"
    urgency = Urgency.SAME_DAY if reminder.late else Urgency.ROUTINE
    return NewAlert(AlertKind.STRATEGY, urgency, (to,), alert_payload(text, (to,)), fold_key=reminder.key)


def _counted(late: Sequence[Reminder], to: str) -> NewAlert:
    text = (
        f"{len(late)} tasks are late, the longest since {in_full(late[0].due)}. See them with `triage tasks --overdue`."
    )
    # Acknowledged for the tasks that it counted: one more, and it is told again.
    names = "\0".join(reminder.key for reminder in late)
    return NewAlert(
        AlertKind.STRATEGY, Urgency.SAME_DAY, (to,), alert_payload(text, (to,)), fold_key=f"late\0{to}\0{names}"
    )


def _damaged(tasks: Sequence[Task], organisation: Organisation) -> NewAlert:
    """One alert for all of them: where a store is damaged, it may be much of it."""
    to = organisation.addresses.manager
    says = "\n".join(f"- {task.says}." for task in tasks[:_MOST_TOLD_ONE_BY_ONE])
    more = len(tasks) - _MOST_TOLD_ONE_BY_ONE
    rest = f"\nand {more} more" if more > 0 else ""
    text = f"Something cannot be read; everything else is reminded of as before.\n\n{says}{rest}\n\nSee `triage tasks`."
    names = "\0".join(task.id for task in tasks)
    return NewAlert(
        AlertKind.SYSTEM, Urgency.SAME_DAY, (to,), alert_payload(text, (to,)), fold_key=f"files unread\0{names}"
    )


def _unread(error: Exception, organisation: Organisation) -> NewAlert:
    to = organisation.addresses.manager
    text = (
        f"The dates that run could not be read ({type(error).__name__}), so nobody is reminded of reviews, ends and"
        " answers. Try `triage tasks`: it says what is wrong. Tell whoever runs the gateway."
    )
    return NewAlert(AlertKind.SYSTEM, Urgency.SAME_DAY, (to,), alert_payload(text, (to,)), fold_key="clocks unread")


def _command(task: Task) -> str:
    if task.id.startswith("report/"):
        return "triage report annual"
    return "triage clock list" if task.id.startswith("review/") else "triage tasks"
