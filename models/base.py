"""What every model shares: frozen, and closed to fields nobody declared."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, PlainSerializer


class Model(BaseModel):
    """A value: immutable, compared by content, unknown fields refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


_YEARS = range(1900, 2200)
"""Beyond these a time is a slip, and nothing could be reckoned from one at the end of the calendar."""


def is_of_this_age(moment: datetime) -> bool:
    """Whether dates can be reckoned from it: no slip such as the year 1 or 9999."""
    return moment.year in _YEARS


def _aware_utc(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("a time needs its offset, for example 2026-03-02T10:15:00Z")
    if not is_of_this_age(value):
        raise ValueError(f"expected a time from {_YEARS.start} to {_YEARS.stop - 1}")
    return value.astimezone(UTC)


def iso_utc(value: datetime) -> str:
    """`2026-03-02T10:15:00Z`; microseconds only where there are some."""
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


UtcTime = Annotated[datetime, AfterValidator(_aware_utc), PlainSerializer(iso_utc, when_used="json")]
"""An instant in UTC; a time without an offset is refused."""
