"""Any CSV with a header row, by its column names or by a saved mapping: for small offices' own call sheets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from zoneinfo import ZoneInfo

from gateway.intake.calls.leg import Leg, RowFault
from gateway.intake.calls.rows import moment, row_id, rows, seconds
from gateway.reading.outcomes import OUTCOME_WORDS
from models.contact import CallOutcome, Direction

FIELDS: Mapping[str, tuple[str, ...]] = {
    "caller": ("caller", "from", "caller number", "calling number", "number", "phone", "telephone"),
    "called": ("called", "to", "called number", "dialled number", "dialed number", "ddi"),
    "date": ("date", "call date", "day"),
    "start": (
        "start",
        "started",
        "start time",
        "date/time",
        "datetime",
        "date and time",
        "time",
        "call time",
        "received_at",
    ),
    "end": ("end", "ended", "end time"),
    "duration": ("duration", "duration_seconds", "duration (s)", "length", "talk time"),
    "outcome": ("outcome", "result", "status", "disposition"),
    "direction": ("direction", "type"),
    "staff": ("staff", "taken by", "agent", "answered by", "user"),
    "notes": ("notes", "note", "comment", "comments", "details"),
    "transcript": ("transcript",),
    # Not "reference": sheets have the case's there, and one case has many calls.
    "source_id": ("source_id", "id", "call id", "call_id", "unique id", "uniqueid"),
}
"""Our fields and the headings under which sheets have them."""

_OUTCOMES = {"": CallOutcome.ANSWERED, **OUTCOME_WORDS}
_DIRECTIONS: Mapping[str, Direction | None] = {
    "internal": None,
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
        self._mapping = {ours: heading.strip().lower() for ours, heading in (mapping or {}).items()}
        if unknown := sorted(self._mapping.keys() - FIELDS.keys()):
            raise ValueError(f"a mapping names fields out of {', '.join(FIELDS)}; not {', '.join(unknown)}")

    def legs(self, text: str, zone: ZoneInfo) -> Iterator[Leg | RowFault]:
        """Every row after the header, in order. A header without a start column is one fault and nothing else."""
        lines = rows(text, _delimiter(text))
        first = next(lines, None)
        if first is not None and isinstance(first[1], list) and first[1][0].lower().startswith("sep="):  # Excel's
            first = next(lines, None)
        if first is None:
            return
        number, header = first
        names = [name.strip().lower() for name in header] if isinstance(header, list) else []
        missing = sorted(set(self._mapping.values()) - set(names))
        if names and missing:
            yield RowFault(number, f"the mapping names columns that the first row lacks: {', '.join(missing)}")
            return
        columns = self._columns(names)
        if "start" not in columns or not columns.keys() & {"caller", "called"}:
            yield RowFault(number, "the first row must name the columns: caller, called, start, duration or end, …")
            return
        if "caller" not in columns and "direction" not in columns:
            # Under a heading we do not know, every caller would look withheld, and nobody would be told apart.
            yield RowFault(number, "no column is known to hold the caller's number: name it in a mapping")
            return
        for number, fields in lines:
            if isinstance(fields, str):
                yield RowFault(number, fields)
            else:
                yield _leg(number, {ours: fields[at].strip() for ours, at in columns.items() if at < len(fields)}, zone)

    def _columns(self, names: list[str]) -> dict[str, int]:
        columns = {}
        for ours, usual in FIELDS.items():
            wanted = (self._mapping[ours],) if ours in self._mapping else usual
            at = next((names.index(name) for name in wanted if name in names), None)
            if at is not None:
                columns[ours] = at
        return columns


def _delimiter(text: str) -> str:
    first = next((line for line in text[:65_536].splitlines() if line.strip()), "")
    if first.lower().startswith("sep=") and len(first) == 5:
        return first[4]
    return max(",;\t", key=first.count)


def _leg(number: int, row: dict[str, str], zone: ZoneInfo) -> Leg | RowFault:
    outcome = _OUTCOMES.get(row.get("outcome", "").lower())
    if outcome is None:
        return RowFault(number, f"outcome: expected one of {', '.join(sorted(filter(None, _OUTCOMES)))}")
    direction = row.get("direction", "").lower()
    if direction not in _DIRECTIONS:
        return RowFault(number, "direction: expected inbound, outbound or internal")
    date = f"{row['date']} " if row.get("date") else ""
    try:
        started = moment(date + row.get("start", ""), zone)
        talked = seconds(row.get("duration", ""))
        ended = (
            moment(_dated(row["end"], date), zone, not_before=started)
            if row.get("end")
            else started + timedelta(seconds=talked)
        )
    except ValueError as error:
        return RowFault(number, f"start, end or duration: {error}")
    if ended < started:
        return RowFault(number, "end: before the start")
    return Leg(
        row=number,
        call_id=row.get("source_id") or _digest(row),
        direction=_DIRECTIONS[direction],
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


def _dated(end: str, date: str) -> str:
    """An end that is an hour alone is on the day of the start."""
    return end if "/" in end or "-" in end else date + end


def _digest(row: dict[str, str]) -> str:
    """A sheet without ids: the same caller, called and start are the same call, imported once.

    Of two callers who withheld their numbers in one minute, only the whole row tells that they are two.
    """
    fields = ("caller", "called", "date", "start") if row.get("caller") else tuple(FIELDS)
    return row_id(row.get(field, "") for field in fields)
