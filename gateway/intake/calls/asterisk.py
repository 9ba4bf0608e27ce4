"""Asterisk's `Master.csv` (cdr_csv): no header, 16 to 21 columns, times local unless `usegmtime` is on."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from zoneinfo import ZoneInfo

from gateway.intake.calls.leg import Leg, RowFault
from gateway.intake.calls.rows import moment, rows, seconds
from models.contact import CallOutcome, Direction

_COLUMNS = (
    "accountcode", "src", "dst", "dcontext", "clid", "channel", "dstchannel", "lastapp", "lastdata", "start", "answer",
    "end", "duration", "billsec", "disposition", "amaflags", "uniqueid", "userfield", "peeraccount", "linkedid",
    "sequence",
)  # fmt: skip
_FEWEST = 16
_OUTCOMES = {
    "ANSWERED": CallOutcome.ANSWERED,
    "NO ANSWER": CallOutcome.NO_ANSWER,
    "BUSY": CallOutcome.BUSY,
    "FAILED": CallOutcome.FAILED,
    "CONGESTION": CallOutcome.FAILED,
}
# An extension or a feature code; UK numbers have ten digits or more, short codes such as 101 are dialled out.
_LONGEST_EXTENSION = 6
_FROM_OUTSIDE = ("trunk", "pstn", "inbound", "incoming", "did")


class Asterisk:
    """`cdr-csv/Master.csv` and the per-account copies of it."""

    name = "asterisk"

    def legs(self, text: str, zone: ZoneInfo) -> Iterator[Leg | RowFault]:
        """Every row, in order."""
        for number, fields in rows(text):
            if isinstance(fields, str):
                yield RowFault(number, fields)
            elif not _FEWEST <= len(fields) <= len(_COLUMNS):
                yield RowFault(number, f"{len(fields)} columns; Asterisk writes {_FEWEST} to {len(_COLUMNS)}")
            else:
                yield _leg(number, dict(zip(_COLUMNS, fields, strict=False)), zone)


def _leg(number: int, row: dict[str, str], zone: ZoneInfo) -> Leg | RowFault:
    outcome = _OUTCOMES.get(row["disposition"].strip().upper())
    if outcome is None:
        return RowFault(number, "disposition: expected ANSWERED, NO ANSWER, BUSY, FAILED or CONGESTION")
    try:
        started = moment(row["start"], zone)
    except ValueError as error:
        return RowFault(number, f"start: {error}")
    try:
        ended = moment(row["end"], zone) if row["end"].strip() else None
        talked = seconds(row["billsec"])
    except ValueError as error:
        return RowFault(number, f"end or billsec: {error}")
    if outcome is CallOutcome.ANSWERED and row["lastapp"].strip().lower() == "voicemail":
        outcome = CallOutcome.VOICEMAIL
    return Leg(
        row=number,
        call_id=row.get("linkedid", "").strip() or row.get("uniqueid", "").strip() or _digest(row),
        direction=_direction(row),
        caller=row["src"].strip() or None,
        called=row["dst"].strip() or None,
        started_at=started,
        ended_at=ended,
        talk_seconds=talked,
        outcome=outcome,
        staff=row["dstchannel"].rsplit("-", 1)[0].strip() or None,
        raw=row,
    )


def _digest(row: dict[str, str]) -> str:
    """Rows without a unique id are the same call where who, whom and when agree (copies in per-account files)."""
    named = "\0".join(row[column] for column in ("src", "dst", "channel", "start", "end"))
    return "row-" + hashlib.sha256(named.encode()).hexdigest()[:24]


def _direction(row: dict[str, str]) -> Direction | None:
    source, target = _digits(row["src"]), _digits(row["dst"])
    if any(word in row["dcontext"].lower() for word in _FROM_OUTSIDE):
        return Direction.INBOUND
    outside_caller = len(source) > _LONGEST_EXTENSION or not source
    if outside_caller:
        return Direction.INBOUND
    return Direction.OUTBOUND if len(target) > _LONGEST_EXTENSION else None


def _digits(number: str) -> str:
    return "".join(character for character in number if character.isdigit())
