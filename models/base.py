"""What every model shares: frozen, and closed to fields nobody declared."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, PlainSerializer


class Model(BaseModel):
    """A value: immutable, compared by content, unknown fields refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


def _aware_utc(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("a time needs its offset, for example 2026-03-02T10:15:00Z")
    return value.astimezone(UTC)


def iso_utc(value: datetime) -> str:
    """`2026-03-02T10:15:00Z`; microseconds only where there are some."""
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


UtcTime = Annotated[datetime, AfterValidator(_aware_utc), PlainSerializer(iso_utc, when_used="json")]
"""An instant in UTC; a time without an offset is refused."""
