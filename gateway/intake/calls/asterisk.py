"""Asterisk's `Master.csv`: no header, times local unless `usegmtime` is on.

cdr_csv writes 16 columns and, as `cdr.conf` says, `uniqueid`, `userfield`, and three more that come together
(`newcdrcolumns`); cdr_custom's sample writes 18 in another order.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from zoneinfo import ZoneInfo

from gateway.intake.calls.leg import Leg, RowFault
from gateway.intake.calls.rows import moment, row_id, rows, seconds
from models.contact import CallOutcome, Direction

_ALWAYS = (
    "accountcode", "src", "dst", "dcontext", "clid", "channel", "dstchannel", "lastapp", "lastdata", "start", "answer",
    "end", "duration", "billsec", "disposition", "amaflags",
)  # fmt: skip
_NEW = ("peeraccount", "linkedid", "sequence")
_CUSTOM = (
    "clid", "src", "dst", "dcontext", "channel", "dstchannel", "lastapp", "lastdata", "start", "answer", "end",
    "duration", "billsec", "disposition", "amaflags", "accountcode", "uniqueid", "userfield",
)  # fmt: skip
# `[system-]epoch.counter`; what else stands there is somebody's `userfield`.
_UNIQUE_ID = re.compile(r"(?:[\w.-]{1,64}-)?[0-9]{9,12}\.[0-9]{1,12}")
_OUTCOMES = {
    "ANSWERED": CallOutcome.ANSWERED,
    "NO ANSWER": CallOutcome.NO_ANSWER,
    "BUSY": CallOutcome.BUSY,
    "FAILED": CallOutcome.FAILED,
    "CONGESTION": CallOutcome.FAILED,
}
# An extension or a feature code; UK numbers have ten digits or more, short codes such as 101 are dialled out.
_LONGEST_EXTENSION = 6
_FROM_OUTSIDE = frozenset({"trunk", "pstn", "inbound", "incoming", "did"})
_FROM_INSIDE = frozenset({"internal", "outbound", "outgoing"})


class Asterisk:
    """`cdr-csv/Master.csv` and the per-account copies of it."""

    name = "asterisk"

    def legs(self, text: str, zone: ZoneInfo) -> Iterator[Leg | RowFault]:
        """Every row, in order."""
        for number, fields in rows(text):
            if isinstance(fields, str):
                yield RowFault(number, fields)
            elif (columns := _columns(fields)) is None:
                yield RowFault(number, f"{len(fields)} columns; Asterisk writes 16 to 21")
            else:
                yield _leg(number, dict(zip(columns, fields, strict=True)), zone)


def _columns(fields: list[str]) -> tuple[str, ...] | None:
    """What each field is, told by how many there are and, for one alone, by its look. None: not Asterisk's."""
    count = len(fields)
    if count == len(_CUSTOM) and fields[13].strip().upper() in _OUTCOMES:
        return _CUSTOM
    new = _NEW if count >= 19 else ()
    match count - len(_ALWAYS) - len(new):
        case 0:
            return (*_ALWAYS, *new)
        case 1:
            named = "uniqueid" if _UNIQUE_ID.fullmatch(fields[len(_ALWAYS)].strip()) else "userfield"
            return (*_ALWAYS, named, *new)
        case 2:
            return (*_ALWAYS, "uniqueid", "userfield", *new)
        case _:
            return None


def _leg(number: int, row: dict[str, str], zone: ZoneInfo) -> Leg | RowFault:
    outcome = _OUTCOMES.get(row["disposition"].strip().upper())
    if outcome is None:
        return RowFault(number, "disposition: expected ANSWERED, NO ANSWER, BUSY, FAILED or CONGESTION")
    try:
        started = moment(row["start"], zone)
    except ValueError as error:
        return RowFault(number, f"start: {error}")
    try:
        ended = moment(row["end"], zone, not_before=started) if row["end"].strip() else None
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
    return row_id(row[column] for column in ("src", "dst", "channel", "start", "end"))


def _direction(row: dict[str, str]) -> Direction | None:
    """By the context where its name tells, else by which of the two numbers is too long for an extension of ours."""
    source, target = _digits(row["src"]), _digits(row["dst"])
    words = set(row["dcontext"].lower().replace("_", "-").split("-"))
    if words & _FROM_OUTSIDE:
        return Direction.INBOUND
    calls_outside = len(target) > _LONGEST_EXTENSION
    if calls_outside and words & _FROM_INSIDE:  # where the extension shows our own number as its caller id
        return Direction.OUTBOUND
    if len(source) > _LONGEST_EXTENSION or not source:
        return Direction.INBOUND
    return Direction.OUTBOUND if calls_outside else None


def _digits(number: str) -> str:
    return "".join(character for character in number if character.isdigit())
