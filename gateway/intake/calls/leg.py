"""What every call format is turned into: legs, or rows that could not be read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from models.contact import CallOutcome, Direction


@dataclass(frozen=True)
class Leg:
    """One row of a call log. `call_id` joins the legs of one call; times are in UTC.

    `direction` None: the format does not say and the numbers do not tell (a call between two extensions of ours).
    `talk_seconds` counts from the answer; 0 where nobody answered.
    """

    row: int
    call_id: str
    direction: Direction | None
    caller: str | None
    called: str | None
    started_at: datetime
    ended_at: datetime | None
    talk_seconds: int
    outcome: CallOutcome
    staff: str | None = None
    notes: str | None = None
    transcript: str | None = None
    raw: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class RowFault:
    """A row that was not taken: its number (1 is the first line) and why. The rest of the file goes on."""

    row: int
    reason: str

    def __str__(self) -> str:
        return f"row {self.row}: {self.reason}"


class CallFormat(Protocol):
    """A call log's format."""

    name: str

    def legs(self, text: str, zone: ZoneInfo) -> Iterator[Leg | RowFault]:
        """Every row of `text`, in order; times without an offset are local to `zone`."""
