"""Days and hours: working days, office hours, statutory dates, and the periods that allowances are counted over.

Everything local is in the organisation's zone, so a slot at 10:00 stays at 10:00 when the clocks change.
"""

from __future__ import annotations

import calendar as months
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from models.base import UtcTime
from models.duration import split_duration
from models.policy import OfficeHours
from models.restriction import Weekday

_WEEKDAYS = tuple(Weekday)

ROLLING_DAYS = {"day": 1, "week": 7, "fortnight": 14, "month": 30}
"""How far back a rolling period reaches (CONTRACT §3)."""

_MONDAY_TO_FRIDAY = frozenset(range(5))


@dataclass(frozen=True)
class WorkingCalendar:
    """The days on which nobody works, as data.

    `holidays`: bank holidays where the office is. `any_uk_holidays`: those of any part of the United Kingdom, which
    the Freedom of Information Act 2000 s.10(6) leaves out of its twenty days.
    """

    holidays: frozenset[date] = field(default_factory=frozenset)
    any_uk_holidays: frozenset[date] = field(default_factory=frozenset)

    def is_working_day(self, day: date, hours: OfficeHours) -> bool:
        """Whether the office opens on `day`."""
        return _WEEKDAYS[day.weekday()] in hours.days and day not in self.holidays

    def next_working_day(self, day: date, hours: OfficeHours) -> date:
        """The first working day after `day`."""
        following = day + timedelta(days=1)
        while not self.is_working_day(following, hours):
            following += timedelta(days=1)
        return following

    def add_working_days(self, day: date, count: int, hours: OfficeHours) -> date:
        """The `count`th working day after `day`; `day` itself is never counted."""
        return _nth_working_day(self, day, count, hours)

    def add_statutory_working_days(self, day: date, count: int) -> date:
        """The `count`th day after `day` that is no weekend and no bank holiday anywhere in the UK (FOIA s.10(6))."""
        return _nth_statutory_working_day(self.any_uk_holidays, day, count)

    def add_statutory_months(self, day: date, count: int, *, days: int = 0) -> date:
        """The same day `count` months on, or the month's last, and `days` more; the next working day if it is none.

        UK GDPR Art. 12(3) as the Information Commissioner counts it.
        """
        return self.statutory_day(add_months(day, count) + timedelta(days=days))

    def statutory_day(self, day: date) -> date:
        """`day`, or the next that is no weekend and no bank holiday anywhere in the UK."""
        while not _is_statutory_working_day(day, self.any_uk_holidays):
            day += timedelta(days=1)
        return day

    def add_office_hours(self, start: UtcTime, count: int, hours: OfficeHours, zone: ZoneInfo) -> datetime:
        """The moment `count` office hours after `start`, in `start`'s zone; time outside the hours does not run."""
        left = timedelta(hours=count)
        at = start.astimezone(zone)
        while True:
            opens = local_moment(at.date(), hours.opens, zone)
            closes = local_moment(at.date(), hours.closes, zone)
            begins = max(at, opens)
            if self.is_working_day(at.date(), hours) and begins < closes:
                if begins + left <= closes:
                    return (begins + left).astimezone(start.tzinfo)
                left -= closes - begins
            at = local_moment(at.date() + timedelta(days=1), time.min, zone)


# Everything that comes in on one day is due on the same few days.
@lru_cache(maxsize=1024)
def _nth_working_day(calendar: WorkingCalendar, day: date, count: int, hours: OfficeHours) -> date:
    for _ in range(count):
        day = calendar.next_working_day(day, hours)
    return day


@lru_cache(maxsize=1024)
def _nth_statutory_working_day(holidays: frozenset[date], day: date, count: int) -> date:
    while count:
        day += timedelta(days=1)
        count -= _is_statutory_working_day(day, holidays)
    return day


def _is_statutory_working_day(day: date, holidays: frozenset[date]) -> bool:
    return day.weekday() in _MONDAY_TO_FRIDAY and day not in holidays


def local_day(moment: datetime, zone: ZoneInfo) -> date:
    """The day that `moment` falls on in `zone`."""
    return moment.astimezone(zone).date()


def in_full(day: date) -> str:
    """A day as people write it.

    >>> in_full(date(2026, 3, 2))
    '2 March 2026'
    """
    return f"{day.day} {day:%B %Y}"


def local_moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    """`at` o'clock on `day` in `zone`; where the clocks go back, the first of the two."""
    return datetime.combine(day, at, tzinfo=zone)


def local_midnight(day: date, zone: ZoneInfo) -> datetime:
    """When `day` begins in `zone`, in UTC."""
    return local_moment(day, time.min, zone).astimezone(UTC)


def add_months(day: date, count: int) -> date:
    """The same day of the month `count` months on, or that month's last day.

    >>> add_months(date(2026, 1, 31), 1)
    datetime.date(2026, 2, 28)
    """
    years, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    return date(years, month + 1, min(day.day, months.monthrange(years, month + 1)[1]))


def next_in_cycle(starts: date, every: str, after: date) -> date:
    """The first date of the cycle strictly after `after`; the cycle counts from `starts`, which is its date 0."""
    in_months, in_days = split_duration(every)
    turn = 0
    while (due := add_months(starts, in_months * turn) + timedelta(days=in_days * turn)) <= after:
        turn += 1
    return due


def period_start(per: str, day: date, starts: date) -> date:
    """The first day of the calendar period that `day` is in; a fortnight runs from `starts` (CONTRACT §3)."""
    match per:
        case "day":
            return day
        case "week":
            return day - timedelta(days=day.weekday())
        case "fortnight":
            return day - timedelta(days=(day - starts).days % 14)
        case "month":
            return day.replace(day=1)
    raise ValueError(f"unknown period {per!r}; expected day, week, fortnight or month")


def is_ordinal(day: date, ordinal: int | None) -> bool:
    """Whether `day` is the `ordinal`th such weekday of its month; -1 is the last, None any."""
    if ordinal is None:
        return True
    if ordinal == -1:
        return (day + timedelta(days=7)).month != day.month
    return (day.day - 1) // 7 + 1 == ordinal
