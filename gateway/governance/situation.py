"""What a step is judged by beside the file itself: the policy, the day, the person, their matters, earlier files."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

from gateway.governance.strategy_file import StrategyFile
from models.duration import split_duration
from models.matter import Matter
from models.person import Person
from models.policy import OfficeHours
from models.policy_course import Delivery, ReviewRule
from models.policy_life import LifeRules
from models.strategy import Strategy
from routing.calendar import WorkingCalendar, add_months

if TYPE_CHECKING:
    from gateway.governance.course import File


@dataclass(frozen=True, slots=True)
class Situation:
    """`day`: today in the organisation's zone. `rules`: of the pack, in the version that the file was made under.

    `earlier`: the person's other strategy files; `besides`: their files of other kinds; `strategies`: all they
    have, those without a file too. `person` None: the register does not know them. `instead`: the file that a step
    names in the place of this one, whomever it is about; None where it names none, or there is none.
    `role_holders`: who holds the policy's roles, as far as the register says.
    """

    day: date
    rules: LifeRules
    calendar: WorkingCalendar
    hours: OfficeHours = field(default_factory=OfficeHours)
    person: Person | None = None
    matters: tuple[Matter, ...] = ()
    strategies: tuple[Strategy, ...] = ()
    earlier: tuple[StrategyFile, ...] = ()
    besides: tuple[File, ...] = ()
    instead: File | None = None
    role_holders: Mapping[str, Collection[str]] = field(default_factory=dict)

    def strategy(self, id_: str) -> StrategyFile | None:
        """The person's strategy file of that id; None also where the strategy only stands in the register."""
        return next((file for file in self.earlier if file.id == id_), None)

    def working_days_after(self, day: date, count: int) -> date:
        """The `count`th working day after `day`."""
        return self.calendar.add_working_days(day, count, self.hours)

    def received_on(self, way: Delivery, sent_on: date) -> date:
        """The day a letter counts as received: the second working day after by post, the next by email."""
        return self.working_days_after(sent_on, 2 if way is Delivery.POST else 1)


def later_by(day: date, period: str) -> date:
    """`day` and an ISO 8601 period.

    >>> later_by(date(2026, 11, 30), "P3M")
    datetime.date(2027, 2, 28)
    """
    months, days = split_duration(period)
    return add_months(day, months) + timedelta(days=days)


def looked_at_by(review: ReviewRule, since: date, ends: date | None) -> date | None:
    """When somebody looks at what names no day for it (Cleveland 9.12); None where its end comes no later."""
    due = later_by(since, review.every)
    return due if ends is None or ends > due else None
