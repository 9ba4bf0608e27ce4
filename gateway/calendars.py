"""The bank holidays of the United Kingdom, from the list that ships with `govuk-bank-holidays`; never the network.

The list ends with the years that GOV.UK had published. For later years those of England and Wales are computed by rule
(Banking and Financial Dealings Act 1971, Sch. 1, and the days proclaimed every year since), so that no clock loses
a holiday in silence; days proclaimed once (a jubilee, a coronation) are known only from the list.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from importlib.resources import files
from typing import Final

from routing.calendar import WorkingCalendar

ENGLAND_AND_WALES: Final = "england-and-wales"
LAST_YEAR: Final = 2100
"""How far ahead computed holidays reach."""


@lru_cache(maxsize=8)
def working_calendar(division: str = ENGLAND_AND_WALES) -> WorkingCalendar:
    """The calendar of one division: `england-and-wales`, `scotland` or `northern-ireland`. KeyError for another."""
    listed = _listed()
    if division not in listed:
        raise KeyError(f"unknown bank holiday division {division!r}; expected one of {', '.join(sorted(listed))}")
    computed = frozenset(
        day for year in range(data_reaches().year + 1, LAST_YEAR + 1) for day in england_and_wales_holidays(year)
    )
    return WorkingCalendar(
        holidays=listed[division] | computed,
        any_uk_holidays=frozenset().union(*listed.values()) | computed,
    )


def data_reaches() -> date:
    """The last holiday that the shipped list knows of, in the division where it ends first."""
    return min(max(days) for days in _listed().values())


@lru_cache(maxsize=1)
def _listed() -> dict[str, frozenset[date]]:
    # The file itself: the package's own reader brings a whole HTTP client with it, to fetch what we never fetch.
    told = json.loads((files("govuk_bank_holidays") / "bank-holidays.json").read_text("utf-8"))
    return {
        division: frozenset(date.fromisoformat(event["date"]) for event in listed["events"])
        for division, listed in told.items()
    }


def england_and_wales_holidays(year: int) -> frozenset[date]:
    """The eight yearly holidays of England and Wales, with their substitutes where they fall on a weekend."""
    easter = easter_sunday(year)
    return frozenset(
        (
            *_substituted(date(year, 1, 1)),
            easter - timedelta(days=2),
            easter + timedelta(days=1),
            _monday_from(date(year, 5, 1)),
            _monday_from(date(year, 5, 25)),
            _monday_from(date(year, 8, 25)),
            *_substituted(date(year, 12, 25), date(year, 12, 26)),
        )
    )


def _substituted(*days: date) -> Iterator[date]:
    """Each day, or where it falls on a weekend the next weekday that is not one of the others."""
    taken = {day for day in days if day.weekday() < 5}
    yield from sorted(taken)
    for day in days:
        if day.weekday() >= 5:
            substitute = day
            while substitute.weekday() >= 5 or substitute in taken:
                substitute += timedelta(days=1)
            taken.add(substitute)
            yield substitute


def _monday_from(day: date) -> date:
    return day + timedelta(days=-day.weekday() % 7)


def easter_sunday(year: int) -> date:
    """Western Easter in the Gregorian calendar (Meeus, Jones and Butcher's algorithm)."""
    century, in_century = divmod(year, 100)
    moon = (19 * (year % 19) + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    week = (32 + 2 * (century % 4) + 2 * (in_century // 4) - moon - in_century % 4) % 7
    shift = (year % 19 + 11 * moon + 22 * week) // 451
    month, day = divmod(moon + week - 7 * shift + 114, 31)
    return date(year, month, day + 1)
