"""What is told of the dates that run: a word before a task is due, and again each working day once it is late.

Pure: the tasks and the day are given, and what was told already is the store's to know. Nothing lapses and nothing
goes on in silence: a task stays late until it is done, or somebody acknowledges that they have it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from gateway.governance.against_policy import may_hold, review_too_late
from gateway.governance.demands.approving import deciding_roles
from gateway.governance.demands.measures import beyond_limits_in_register, refusing_in_register, unlisted_in_register
from gateway.governance.lacks import Lack
from gateway.governance.situation import later_by, looked_at_by
from gateway.governance.task import Task, at_once, for_any
from models.matter import Matter
from models.policy import PolicyPack
from models.policy_life import LifeRules
from models.policy_question import Cites
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
        """Names the task, its day and which of the two is told; a day that is moved starts anew.

        So does, once it is late, a task to which more came. One to be done at once is due on every day.
        """
        if self.task.at_once:
            return "\0".join((self.task.id, "at once", self.task.says))
        if not self.late:
            return f"{self.task.id}\0{self.due}\0soon"
        return "\0".join(filter(None, (self.task.id, str(self.due), "late", self.task.version)))


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
            found.append(Reminder(task, task.due, late=task.at_once or task.due < day))
    return tuple(sorted(found, key=lambda reminder: (reminder.due, reminder.task.id)))


def register_tasks(strategy: Strategy, pack: PolicyPack, matters: Iterable[Matter], day: date) -> tuple[Task, ...]:
    """The review and the end of a strategy that the register alone knows: it has no file here that would say.

    Where it has neither, it would hold somebody unseen for ever; where its contact has no deputy, nobody answers when
    they are away (POLICY_RULES §5.7, §5.8; LGSCO 19 007 748, Islington). What it asks that the policy forbids no step
    has refused (`matters`: its person's).
    """
    if strategy.status is not StrategyStatus.ACTIVE:
        return ()
    review = pack.life.review
    tasks = list(_against_the_policy(strategy, pack.life, matters, day))
    if strategy.review_due is None and strategy.ends is None:
        says = "It holds somebody without an end or a review date: look at it, and give it one in the register"
        tasks.append(for_any(review.reviewers, f"{strategy.id}/dates", says, strategy.starts, review.cites))
    if strategy.spoc is not None and not strategy.spoc.deputy:
        says = "Name a deputy for the single point of contact, in the register"
        tasks.append(for_any(review.reviewers, f"{strategy.id}/deputy", says, strategy.starts))
    says, due = "Review the strategy; the register has its date", strategy.review_due
    if due is None and strategy.ends is not None:
        says, due = (
            "Review the strategy; the register has no date for it",
            looked_at_by(review, strategy.starts, strategy.ends),
        )
    if due is not None:
        tasks.append(for_any(review.reviewers, f"{strategy.id}/review", says, due, review.cites))
    if strategy.ends is not None:
        says = "The strategy's end date comes; the register still calls it active"
        tasks.append(for_any(review.reviewers, f"{strategy.id}/end", says, strategy.ends, pack.life.duration.cites))
    return tuple(tasks)


def _against_the_policy(strategy: Strategy, rules: LifeRules, matters: Iterable[Matter], day: date) -> Iterator[Task]:
    if not may_hold(strategy, day):
        return
    roles = tuple(dict.fromkeys((*_deciding(rules), *rules.review.reviewers)))
    take_away = "Take the measure away in the register, or end the strategy there"
    if lacks := refusing_in_register(strategy, matters, rules):
        yield at_once(roles, f"{strategy.id}/open_matter", f"{take_away}: {_said(lacks)}", day, _cited(lacks))
    if lacks := unlisted_in_register(strategy, rules):
        yield for_any(roles, f"{strategy.id}/unlisted", f"{take_away}: {_said(lacks)}", strategy.starts)
    if lacks := beyond_limits_in_register(strategy, rules):
        says = f"Bring the measure within the policy, in the register: {_said(lacks)}"
        yield for_any(roles, f"{strategy.id}/limits", says, strategy.starts, _cited(lacks))
    for lack in review_too_late(strategy, rules, day):
        says = f"Give it a nearer review in the register, or an end before it: {lack.text}"
        yield for_any(roles, f"{strategy.id}/review_date", says, strategy.starts, lack.cites)


def _said(lacks: Iterable[Lack]) -> str:
    return "; ".join(dict.fromkeys(lack.text for lack in lacks))


def _cited(lacks: Iterable[Lack]) -> Cites:
    return tuple(dict.fromkeys(cite for lack in lacks for cite in lack.cites))


def pack_task(pack: PolicyPack) -> tuple[Task, ...]:
    """The review of the policy itself (Cleveland's document control asks for it yearly)."""
    if pack.review_due is None:
        return ()
    return (Task(f"policy/{pack.id}/review", "Review the policy itself", None, pack.review_due),)


def report_tasks(
    pack: PolicyPack, day: date, *, given: Collection[tuple[str, date]] = (), since: date
) -> tuple[Task, ...]:
    """The figures that somebody is owed for each period (Staffordshire 7.1), due on its last day.

    Each stays a task, late or not, until it was `given`: its id and that day. None is owed for a period that was over
    before `since`.
    """
    return tuple(
        Task(f"report/{rule.id}/{last}", f"A report is owed. {rule.says}", rule.to, last, rule.cites)
        for rule in pack.life.reports
        for last in _last_days(since, day, rule.every)
        if (rule.id, last) not in given
    )


def reporting_roles(rules: LifeRules, report: str) -> tuple[str, ...]:
    """Who says that a report was given, or that this was said in error: those it is for, who decide or who review."""
    owed_to = (rule.to for rule in rules.reports if rule.id == report)
    return tuple(dict.fromkeys((*owed_to, *rules.review.reviewers, *_deciding(rules))))


def _deciding(rules: LifeRules) -> Iterator[str]:
    """Those who decide of a strategy, of whatever stage."""
    for stage in [rule.number for rule in rules.stages] or [1]:
        yield from deciding_roles(rules, stage)


def _last_days(since: date, day: date, every: str) -> Iterator[date]:
    """The last days of the periods from `since` to `day`, which follow one another from the first of January."""
    begins = _PERIODS_FROM
    while begins <= day:
        begins = later_by(begins, every)
        last = begins - timedelta(days=1)
        if last >= since:
            yield last
