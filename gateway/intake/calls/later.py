"""Rows of a call that was taken in before without them: whether each would change what is known of the call.

A call is one contact, decided once: a row that comes with a later file is not another call, and does not alter the
one there is. What it would have altered is for a person, so it is said.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gateway.intake.calls.calls import BEST_FIRST, Call
from gateway.intake.calls.leg import Leg
from models.contact import CallOutcome

_TALKED = frozenset({CallOutcome.ANSWERED, CallOutcome.VOICEMAIL})


@dataclass(frozen=True)
class LaterRow:
    """A row that is not in the call as it was taken in. `changes`: what of it the row would alter, in our words."""

    row: int
    contact_id: str
    changes: tuple[str, ...]

    def __str__(self) -> str:
        of = f"belongs to a call taken in before without it (contact {self.contact_id})"
        if not self.changes:
            return f"{of}; it adds nothing to what is known of it"
        return (
            f"{of} and would change its {', '.join(self.changes)}; the call was left as it is:"
            " look whether it must be dealt with differently"
        )


def later_rows(call: Call, contact_id: str, taken: bytes) -> Iterator[LaterRow]:
    """Those rows of `call` that the record `taken` in earlier does not hold."""
    record = json.loads(taken)
    known = [tuple(leg.values()) for leg in record["legs"]]
    for leg in call.legs:
        if tuple(leg.raw.values()) not in known:
            yield LaterRow(leg.row, contact_id, tuple(_changes(record, leg)))


def _changes(record: Mapping[str, Any], leg: Leg) -> Iterator[str]:
    outcome = CallOutcome(record["outcome"])
    if leg.started_at < datetime.fromisoformat(record["received_at"]):
        yield "start"
        first = {"caller": leg.caller, "called": leg.called, "direction": leg.direction}
        yield from (name for name, value in first.items() if value is not None and value != record[name])
    elif leg.caller and not record["caller"]:
        yield "caller"
    if BEST_FIRST.index(leg.outcome) < BEST_FIRST.index(outcome):
        yield f"outcome ({outcome} to {leg.outcome})"
    if leg.outcome in _TALKED and BEST_FIRST.index(leg.outcome) <= BEST_FIRST.index(outcome):
        if leg.talk_seconds:
            yield "duration"
        if leg.staff and leg.staff != record["staff"]:
            yield "staff"
    for name, text in (("notes", leg.notes), ("transcript", leg.transcript)):
        if text and text not in (record[name] or ""):
            yield name
