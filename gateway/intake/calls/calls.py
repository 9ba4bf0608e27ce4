"""Legs to calls: one contact record (CONTRACT §7) a call, however many rows its log spread it over."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from gateway.intake.calls.leg import Leg
from models.base import iso_utc
from models.contact import CallOutcome, Channel, Direction

BEST_FIRST = (
    CallOutcome.ANSWERED,
    CallOutcome.VOICEMAIL,
    CallOutcome.BUSY,
    CallOutcome.NO_ANSWER,
    CallOutcome.ABANDONED,
    CallOutcome.BLOCKED,
    CallOutcome.FAILED,
)
"""Of several legs the first of these is what became of the call."""


@dataclass(frozen=True)
class Call:
    """All legs of one call, in order of their start."""

    call_id: str
    legs: tuple[Leg, ...]

    @property
    def received_at(self) -> datetime:
        """When the call began."""
        return self.legs[0].started_at

    @property
    def direction(self) -> Direction | None:
        """The first leg's direction that is known; None for a call between extensions."""
        return next((leg.direction for leg in self.legs if leg.direction), None)

    def record(self) -> bytes:
        """The contact file for this call, JSON in UTF-8."""
        outcome = min((leg.outcome for leg in self.legs), key=BEST_FIRST.index)
        first = self.legs[0]
        voicemail = outcome is CallOutcome.VOICEMAIL
        document = {
            "channel": Channel.VOICEMAIL if voicemail else Channel.TELEPHONE,
            "direction": self.direction or Direction.INBOUND,
            "received_at": iso_utc(first.started_at),
            "caller": first.caller,
            "called": first.called,
            "duration_seconds": self._seconds(outcome),
            "outcome": outcome,
            "staff": next((leg.staff for leg in reversed(self.legs) if leg.staff), None),
            "notes": "\n".join(leg.notes for leg in self.legs if leg.notes) or None,
            "transcript": "\n".join(leg.transcript for leg in self.legs if leg.transcript) or None,
            "source_id": self.call_id,
            "legs": [leg.raw for leg in self.legs],
        }
        return json.dumps(document, ensure_ascii=False).encode()

    def _seconds(self, outcome: CallOutcome) -> int:
        """From the first answer to the last end: legs of a transferred call follow each other or overlap."""
        talked = [leg for leg in self.legs if leg.outcome is outcome]
        ends = [leg.ended_at for leg in talked if leg.ended_at]
        if len(talked) < 2 or len(ends) < len(talked):
            return sum(leg.talk_seconds for leg in talked)
        answered = min(end - timedelta(seconds=leg.talk_seconds) for leg, end in zip(talked, ends, strict=True))
        return int((max(ends) - answered).total_seconds())


def calls(legs: Iterable[Leg]) -> Iterator[Call]:
    """The calls of a log, in order of their first row. A row that is there twice (per-account copies) counts once."""
    grouped: dict[str, dict[tuple[str, ...], Leg]] = {}
    for leg in legs:
        grouped.setdefault(leg.call_id, {}).setdefault(tuple(leg.raw.values()), leg)
    for call_id, members in grouped.items():
        yield Call(call_id, tuple(sorted(members.values(), key=lambda leg: (leg.started_at, leg.row))))
