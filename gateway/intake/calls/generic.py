"""Any CSV with a header row, by its column names or by a saved mapping: for small offices' own call sheets."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator, Mapping
from datetime import timedelta
from zoneinfo import ZoneInfo

from gateway.intake.calls.leg import Leg, RowFault
from gateway.intake.calls.rows import moment, rows, seconds
from models.contact import CallOutcome, Direction

FIELDS: Mapping[str, tuple[str, ...]] = {
    "caller": ("caller", "from", "caller number", "calling number", "number", "phone", "telephone"),
    "called": ("called", "to", "called number", "dialled number", "dialed number", "ddi"),
    "start": ("start", "started", "start time", "date/time", "datetime", "date and time", "time", "received_at"),
    "end": ("end", "ended", "end time"),
    "duration": ("duration", "duration_seconds", "duration (s)", "length", "talk time"),
    "outcome": ("outcome", "result", "status", "disposition"),
    "direction": ("direction", "type"),
    "staff": ("staff", "taken by", "agent", "answered by", "user"),
    "notes": ("notes", "note", "comment", "comments", "details"),
    "transcript": ("transcript",),
    "source_id": ("source_id", "id", "call id", "reference", "ref"),
}
"""Our fields and the headings under which sheets have them."""

_OUTCOMES = {
    **{outcome.value: outcome for outcome in CallOutcome},
    "": CallOutcome.ANSWERED,
    "no answer": CallOutcome.NO_ANSWER,
    "missed": CallOutcome.NO_ANSWER,
    "unanswered": CallOutcome.NO_ANSWER,
    "engaged": CallOutcome.BUSY,
    "taken": CallOutcome.ANSWERED,
    "completed": CallOutcome.ANSWERED,
    "connected": CallOutcome.ANSWERED,
    "message": CallOutcome.VOICEMAIL,
}
_DIRECTIONS = {
    "": Direction.INBOUND,
    "inbound": Direction.INBOUND,
    "in": Direction.INBOUND,
    "incoming": Direction.INBOUND,
    "outbound": Direction.OUTBOUND,
    "out": Direction.OUTBOUND,
    "outgoing": Direction.OUTBOUND,
}


class Generic:
    """A CSV whose first row names its columns. `mapping`: our field to the sheet's heading, over the usual names."""

    name = "generic"

    def __init__(self, mapping: Mapping[str, str] | None = None) -> None:
        self._mapping = mapping or {}

    def legs(self, text: str, zone: ZoneInfo) -> Iterator[Leg | RowFault]:
        """Every row after the header, in order. A header without a start column is one fault and nothing else."""
        lines = rows(text, _delimiter(text))
        first = next(lines, None)
        if first is None:
            return
        number, header = first
        columns = self._columns(header) if isinstance(header, list) else {}
        if "start" not in columns or not columns.keys() & {"caller", "called"}:
            yield RowFault(number, "the first row must name the columns: caller, called, start, duration or end, …")
            return
        for number, fields in lines:
            if isinstance(fields, str):
                yield RowFault(number, fields)
            else:
                yield _leg(number, {ours: fields[at].strip() for ours, at in columns.items() if at < len(fields)}, zone)

    def _columns(self, header: list[str]) -> dict[str, int]:
        names = [name.strip().lower() for name in header]
        columns = {}
        for ours, usual in FIELDS.items():
            wanted = (self._mapping[ours].strip().lower(),) if ours in self._mapping else usual
            at = next((names.index(name) for name in wanted if name in names), None)
            if at is not None:
                columns[ours] = at
        return columns


def _delimiter(text: str) -> str:
    first = text.split("\n", 1)[0]
    return max(",;\t", key=first.count)


def _leg(number: int, row: dict[str, str], zone: ZoneInfo) -> Leg | RowFault:
    outcome = _OUTCOMES.get(row.get("outcome", "").lower())
    if outcome is None:
        return RowFault(number, f"outcome: expected one of {', '.join(sorted(filter(None, _OUTCOMES)))}")
    direction = _DIRECTIONS.get(row.get("direction", "").lower())
    if direction is None:
        return RowFault(number, "direction: expected inbound or outbound")
    try:
        started = moment(row.get("start", ""), zone)
        talked = seconds(row.get("duration", ""))
        ended = moment(row["end"], zone) if row.get("end") else started + timedelta(seconds=talked)
    except ValueError as error:
        return RowFault(number, f"start, end or duration: {error}")
    if ended < started:
        return RowFault(number, "end: before the start")
    return Leg(
        row=number,
        call_id=row.get("source_id") or _digest(row),
        direction=direction,
        caller=row.get("caller") or None,
        called=row.get("called") or None,
        started_at=started,
        ended_at=ended,
        talk_seconds=talked or int((ended - started).total_seconds()),
        outcome=outcome,
        staff=row.get("staff") or None,
        notes=row.get("notes") or None,
        transcript=row.get("transcript") or None,
        raw=row,
    )


def _digest(row: dict[str, str]) -> str:
    """A sheet without ids: the same caller, called and start are the same call, imported once."""
    named = "\0".join(row.get(field, "") for field in ("caller", "called", "start"))
    return "row-" + hashlib.sha256(named.encode()).hexdigest()[:24]


csv.field_size_limit(1 << 20)
