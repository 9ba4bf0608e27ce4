"""What is told of the dates that run: a word before a task is due, and again each working day once it is late.

Pure: the tasks and the day are given, and what was told already is the store's to know. Nothing lapses and nothing
goes on in silence: a task stays late until it is done, or somebody acknowledges that they have it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from gateway.governance.situation import later_by
from gateway.governance.task import Task, for_any
from models.policy import PolicyPack
from models.strategy import Strategy, StrategyStatus

_PERIODS_FROM: Final = date(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class Reminder:
    """A task that is soon due, or late. `key`: the same for as long as the task and its day are."""

    task: Task
    due: date
    late: bool

    @property
    def key(self) -> str:
        """Names the task, its day and which of the two is told; a day that is moved starts anew."""
        return f"{self.task.id}\0{self.due}\0{'late' if self.late else 'soon'}"


def reminders(tasks: Iterable[Task], day: date, *, reminder_days: int) -> tuple[Reminder, ...]:
    """What there is to tell of on `day`, soonest due first.

    A task is in time on the day it is due. One that names no day from which it is told is told `reminder_days` before;
    one without a due day never.
    """
    found = []
    for task in tasks:
        if task.due is None:
            continue
        ahead = task.reminded_from or task.due - timedelta(days=reminder_days)
        if task.due < day or ahead <= day:
            found.append(Reminder(task, task.due, late=task.due < day))
    return tuple(sorted(found, key=lambda reminder: (reminder.due, reminder.task.id)))


def register_tasks(strategy: Strategy, pack: PolicyPack) -> tuple[Task, ...]:
    """The review and the end of a strategy that the register alone knows: it has no file here that would say."""
    if strategy.status is not StrategyStatus.ACTIVE:
        return ()
    review = pack.life.review
    tasks = []
    if strategy.review_due is not None:
        says = "Review the strategy; the register has its date"
        tasks.append(for_any(review.reviewers, f"{strategy.id}/review", says, strategy.review_due, review.cites))
    if strategy.ends is not None:
        says = "The strategy's end date comes; the register still calls it active"
        tasks.append(for_any(review.reviewers, f"{strategy.id}/end", says, strategy.ends, pack.life.duration.cites))
    return tuple(tasks)


def pack_task(pack: PolicyPack) -> tuple[Task, ...]:
    """The review of the policy itself (Cleveland's document control asks for it yearly)."""
    if pack.review_due is None:
        return ()
    return (Task(f"policy/{pack.id}/review", "Review the policy itself", None, pack.review_due),)


def report_tasks(pack: PolicyPack, day: date) -> tuple[Task, ...]:
    """The figures that somebody is owed for the period that runs (Staffordshire 7.1), due on its last day.

    That a report was given is no step in any file, so it is told once, ahead, and the next period begins.
    """
    return tuple(
        Task(f"report/{rule.id}", f"A report is owed. {rule.says}", rule.to, _last_day(day, rule.every), rule.cites)
        for rule in pack.life.reports
    )


def _last_day(day: date, every: str) -> date:
    """The last day of the period that `day` is in; periods follow one another from the first of January."""
    begins = _PERIODS_FROM
    while (following := later_by(begins, every)) <= day:
        begins = following
    return following - timedelta(days=1)
