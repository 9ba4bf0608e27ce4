"""Working days, statutory dates, cycles and periods."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from models.policy import OfficeHours
from routing.calendar import (
    WorkingCalendar,
    add_months,
    in_full,
    is_ordinal,
    local_day,
    next_in_cycle,
    period_start,
)

LONDON = ZoneInfo("Europe/London")
HOURS = OfficeHours()
EASTER = WorkingCalendar(holidays=frozenset({date(2026, 4, 3), date(2026, 4, 6)}))


def test_an_office_may_open_on_saturdays():
    saturdays = OfficeHours(days=("mon", "sat"))
    assert WorkingCalendar().is_working_day(date(2026, 3, 7), saturdays)
    assert not WorkingCalendar().is_working_day(date(2026, 3, 6), saturdays)
    assert WorkingCalendar().next_working_day(date(2026, 3, 2), saturdays) == date(2026, 3, 7)


WORKING = [(0, "2026-04-02"), (1, "2026-04-07"), (2, "2026-04-08"), (4, "2026-04-10"), (5, "2026-04-13")]


@pytest.mark.parametrize(("count", "expected"), WORKING)
def test_working_days(count, expected):
    assert EASTER.add_working_days(date(2026, 4, 2), count, HOURS) == date.fromisoformat(expected)


def test_statutory_days_know_every_part_of_the_kingdom_but_no_office_hours():
    somewhere = WorkingCalendar(any_uk_holidays=frozenset({date(2026, 3, 17)}))
    assert somewhere.add_statutory_working_days(date(2026, 3, 16), 1) == date(2026, 3, 18)
    assert somewhere.add_statutory_working_days(date(2026, 3, 20), 1) == date(2026, 3, 23)
    assert EASTER.add_statutory_working_days(date(2026, 4, 2), 1) == date(2026, 4, 3)
    assert somewhere.add_statutory_months(date(2026, 2, 17), 1) == date(2026, 3, 18)
    assert somewhere.add_statutory_months(date(2026, 1, 14), 1) == date(2026, 2, 16)


MONTHS = [
    ("2026-01-31", 1, "2026-02-28"),
    ("2028-01-31", 1, "2028-02-29"),
    ("2026-12-15", 1, "2027-01-15"),
    ("2026-11-30", 3, "2027-02-28"),
    ("2026-03-15", 0, "2026-03-15"),
    ("2026-03-31", 12, "2027-03-31"),
]


@pytest.mark.parametrize(("day", "count", "expected"), MONTHS)
def test_months(day, count, expected):
    assert add_months(date.fromisoformat(day), count) == date.fromisoformat(expected)


CYCLES = [
    ("P14D", "2026-01-04", "2026-01-05"),
    ("P14D", "2026-01-05", "2026-01-19"),
    ("P2W", "2026-01-18", "2026-01-19"),
    ("P14D", "2026-01-19", "2026-02-02"),
    ("P1M", "2026-03-04", "2026-03-05"),
    ("P1M", "2026-03-05", "2026-04-05"),
    ("P1M1D", "2026-01-20", "2026-02-06"),
]


@pytest.mark.parametrize(("every", "after", "expected"), CYCLES)
def test_the_next_date_of_a_cycle(every, after, expected):
    assert next_in_cycle(date(2026, 1, 5), every, date.fromisoformat(after)) == date.fromisoformat(expected)


def test_a_monthly_cycle_keeps_to_the_end_of_the_month():
    assert next_in_cycle(date(2026, 1, 31), "P1M", date(2026, 2, 28)) == date(2026, 3, 31)


PERIODS = [
    ("day", "2026-03-04", "2026-03-04"),
    ("week", "2026-03-08", "2026-03-02"),
    ("week", "2026-03-09", "2026-03-09"),
    ("fortnight", "2026-03-01", "2026-02-16"),
    ("fortnight", "2026-03-02", "2026-03-02"),
    ("fortnight", "2026-01-04", "2025-12-22"),
    ("month", "2026-03-31", "2026-03-01"),
]


@pytest.mark.parametrize(("per", "day", "expected"), PERIODS)
def test_where_a_period_starts(per, day, expected):
    assert period_start(per, date.fromisoformat(day), date(2026, 1, 5)) == date.fromisoformat(expected)


def test_an_unknown_period_is_an_error():
    with pytest.raises(ValueError, match="unknown period 'year'; expected day, week, fortnight or month"):
        period_start("year", date(2026, 3, 1), date(2026, 1, 5))


def test_ordinals():
    thursdays = [date(2026, 4, day) for day in (2, 9, 16, 23, 30)]
    assert [[is_ordinal(day, n) for n in (1, 2, 3, 4, 5)].index(True) for day in thursdays] == [0, 1, 2, 3, 4]
    assert [is_ordinal(day, -1) for day in thursdays] == [False, False, False, False, True]
    assert is_ordinal(date(2026, 12, 31), -1)
    assert not is_ordinal(date(2026, 12, 24), -1)
    assert all(is_ordinal(day, None) for day in thursdays)
    mondays = [date(2026, 12, day) for day in (7, 14, 21, 28)]
    assert [[is_ordinal(day, n) for n in (1, 2, 3, 4)].index(True) for day in mondays] == [0, 1, 2, 3]
    assert [is_ordinal(day, -1) for day in mondays] == [False, False, False, True]


def test_a_day_is_written_as_people_write_it():
    assert in_full(date(2026, 3, 2)) == "2 March 2026"
    assert in_full(date(2026, 12, 31)) == "31 December 2026"


def test_days_are_local():
    assert local_day(datetime(2026, 6, 30, 23, 30, tzinfo=UTC), LONDON) == date(2026, 7, 1)
    assert local_day(datetime(2026, 12, 31, 23, 30, tzinfo=UTC), LONDON) == date(2026, 12, 31)


def test_office_hours_come_back_in_the_zone_they_were_asked_in():
    due = EASTER.add_office_hours(datetime(2026, 4, 1, 15, 30, tzinfo=UTC), 1, HOURS, LONDON)
    assert due == datetime(2026, 4, 2, 8, 30, tzinfo=UTC)
    assert due.tzinfo is UTC


OPEN = [
    # 2 April 2026 is the Thursday before Easter; the office is open from 9 to 17 in London, an hour before UTC.
    ("2026-04-02T07:00:00Z", 1, "2026-04-02T09:00:00Z"),
    ("2026-04-02T08:00:00Z", 8, "2026-04-02T16:00:00Z"),
    ("2026-04-02T15:00:00Z", 1, "2026-04-02T16:00:00Z"),
    ("2026-04-02T15:00:01Z", 1, "2026-04-07T08:00:01Z"),
    ("2026-04-02T16:00:00Z", 1, "2026-04-07T09:00:00Z"),
    ("2026-04-02T20:00:00Z", 1, "2026-04-07T09:00:00Z"),
    ("2026-04-04T10:00:00Z", 1, "2026-04-07T09:00:00Z"),
    ("2026-04-02T14:00:00Z", 4, "2026-04-07T10:00:00Z"),
    ("2026-04-02T14:00:00Z", 18, "2026-04-08T16:00:00Z"),
    # The clocks go forward on Sunday 29 March.
    ("2026-03-27T16:30:00Z", 1, "2026-03-30T08:30:00Z"),
    # 23:30 UTC is the next day in London.
    ("2026-04-01T23:30:00Z", 1, "2026-04-02T09:00:00Z"),
]


@pytest.mark.parametrize(("start", "count", "expected"), OPEN)
def test_office_hours_run_only_while_the_office_is_open(start, count, expected):
    due = EASTER.add_office_hours(datetime.fromisoformat(start), count, HOURS, LONDON)
    assert due == datetime.fromisoformat(expected)
