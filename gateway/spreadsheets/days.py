"""Days as people in Britain write them into spreadsheets."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from gateway.spreadsheets.sheet import Cell

EXPECTED = "expected a day such as 31/3/2026 or 31 March 2026"

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NUMBERS = re.compile(r"(\d{1,2})\s*[/.\-]\s*(\d{1,2})\s*[/.\-]\s*(\d{4}|\d{2})")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(?::00)?)?")
_WORDS = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[\s\-]+(?:of\s+)?([a-z]{3,9})\.?,?[\s\-]+(\d{4}|\d{2})")
_WEEKDAY = re.compile(r"^(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+")
# The day Excel calls 0, so that its days from March 1900 on are right; the rest of its calendar nobody uses.
_EXCEL_BEGINS = date(1899, 12, 30)
_EXCEL_DAYS = range(20_000, 80_000)  # 1954 to 2119: smaller and larger numbers are something else


def day_of(cell: Cell) -> date | None:
    """The day of a cell, None of an empty one. ValueError where it is none, or none that is certain.

    The day comes before the month; of two figures, 69 is 2069 and 70 is 1970.

    >>> day_of("31/3/26"), day_of("Tue 31st March 2026"), day_of(46112)
    (datetime.date(2026, 3, 31), datetime.date(2026, 3, 31), datetime.date(2026, 3, 31))
    """
    match cell:
        case bool():
            raise ValueError(EXPECTED)
        case datetime():
            return _likely(cell.date())
        case date():
            return _likely(cell)
        case int() | float():
            return _serial(cell)
        case str():
            return _written(" ".join(cell.lower().split()))
    raise ValueError(EXPECTED)


def _likely(day: date) -> date:
    """An empty cell that is set as a day may come as one of 1900."""
    if (day - _EXCEL_BEGINS).days not in _EXCEL_DAYS:
        raise ValueError(EXPECTED)
    return day


def _serial(number: float) -> date:
    if int(number) not in _EXCEL_DAYS:
        raise ValueError(EXPECTED)
    return _EXCEL_BEGINS + timedelta(days=int(number))


def _written(text: str) -> date | None:
    if not text:
        return None
    if text.isdecimal() and len(text) == 5:  # a serial that was saved as text
        return _serial(int(text))
    text = _WEEKDAY.sub("", text)
    if (found := _ISO.fullmatch(text)) is not None:
        return _made(*map(int, found.groups()))
    if (found := _NUMBERS.fullmatch(text)) is not None:
        day, month, year = found.groups()
        return _made(_year(year), int(month), int(day))
    if (found := _WORDS.fullmatch(text)) is not None:
        day, word, year = found.groups()
        if word[:3] in _MONTHS and _is_month(word):
            return _made(_year(year), _MONTHS.index(word[:3]) + 1, int(day))
    raise ValueError(EXPECTED)


def _is_month(word: str) -> bool:
    names = (
        "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
        "december", "sept",
    )  # fmt: skip
    return len(word) == 3 or word in names


def _year(text: str) -> int:
    number = int(text)
    if len(text) == 4:
        return number
    return number + (2000 if number < 70 else 1900)


def _made(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise ValueError(f"there is no such day; {EXPECTED}") from None
