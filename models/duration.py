"""ISO 8601 durations of whole years, months, weeks and days: `P14D`, `P2W`, `P1M`."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator

_PATTERN = re.compile(r"P(?=\d)(?:(\d{1,3})Y)?(?:(\d{1,3})M)?(?:(\d{1,3})W)?(?:(\d{1,4})D)?")


def split_duration(text: str) -> tuple[int, int]:
    """(months, days) of an ISO 8601 duration; years count 12 months, weeks 7 days.

    >>> split_duration("P1Y2M3W4D")
    (14, 25)
    """
    match = _PATTERN.fullmatch(text)
    years, months, weeks, days = (int(part or 0) for part in match.groups()) if match else (0, 0, 0, 0)
    if not (years or months or weeks or days):
        raise ValueError(f"expected an ISO 8601 duration of at least a day such as P14D or P1M, got {text!r}")
    return years * 12 + months, weeks * 7 + days


def _checked(text: str) -> str:
    split_duration(text)
    return text


IsoDuration = Annotated[str, AfterValidator(_checked)]


def longer(period: str | None, other: str | None) -> bool:
    """Whether the first is the longer, a month taken as 30 and 7/16 days; not where either is None.

    >>> longer("P6M", "P3M"), longer("P90D", "P3M"), longer("P1Y", None)
    (True, False, False)
    """
    return period is not None and other is not None and _days(period) > _days(other)


def _days(period: str) -> float:
    months, days = split_duration(period)
    return months * 30.4375 + days


def in_words(period: str) -> str:
    """A period as people say it, in the units it is written in.

    >>> in_words("P3M"), in_words("P1Y6M"), in_words("P24M")
    ('3 months', '1 year and 6 months', '24 months')
    """
    split_duration(period)
    counted = [(int(count), _UNITS[unit]) for count, unit in re.findall(r"(\d+)([YMWD])", period)]
    return " and ".join(f"{count} {unit}{'s' if count > 1 else ''}" for count, unit in counted)


_UNITS = {"Y": "year", "M": "month", "W": "week", "D": "day"}
