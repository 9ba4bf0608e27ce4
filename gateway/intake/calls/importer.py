"""A call log into the spool: every call that can be read, once; every row that cannot, named."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from gateway.intake.calls.asterisk import Asterisk
from gateway.intake.calls.calls import Call, calls
from gateway.intake.calls.generic import Generic
from gateway.intake.calls.later import LaterRow, later_rows
from gateway.intake.calls.leg import CallFormat, Leg, RowFault
from gateway.intake.calls.rows import decode
from gateway.intake.spool_port import Earlier, RecordSpool, Spool
from models.envelope import Envelope

RECORD_TYPE = "application/json"
"""The media type of a contact file in the spool."""

# Those that wait together share a commit; more would hold up mail that comes meanwhile.
_CALLS_AT_ONCE = 64
# A PBX's clock runs a little before ours; a wrong zone is out by more.
_CLOCK_SKEW = timedelta(minutes=5)

FORMATS: dict[str, CallFormat] = {format_.name: format_ for format_ in (Asterisk(), Generic())}


@dataclass(frozen=True)
class Imported:
    """What became of a file.

    `calls`: those taken in; `again`: those that were there already. `internal`: calls between our own extensions, which
    are nobody's contact. `faults`: rows that a person must look at: unreadable ones, and those that would change a call
    taken in before. `notes`: rows that such a call did not have and that add nothing to it.
    """

    calls: int = 0
    again: int = 0
    internal: int = 0
    faults: tuple[RowFault, ...] = ()
    notes: tuple[RowFault, ...] = ()


async def import_calls(
    raw: bytes, format_: CallFormat, spool: RecordSpool, *, zone: ZoneInfo, now: datetime
) -> Imported:
    """Accept each call of the log. Idempotent: a call that is in the store already is not taken again."""
    # On a thread: a log of some megabytes must not make mail wait.
    found, faults = await asyncio.to_thread(_read, raw, format_, zone)
    late = now + _CLOCK_SKEW
    faults += [
        RowFault(call.legs[0].row, "start: in the future; is the time zone right?")
        for call in found
        if call.direction is not None and call.received_at > late
    ]
    due = [call for call in found if call.direction is None or call.received_at <= late]
    taken = internal = 0
    notes: list[RowFault] = []
    for start in range(0, len(due), _CALLS_AT_ONCE):
        some = {_key(format_.name, call): call for call in due[start : start + _CALLS_AT_ONCE]}
        earlier = await spool.earlier(list(some))
        fresh = {key: call for key, call in some.items() if key not in earlier and call.direction is not None}
        await asyncio.gather(
            *(spool.accept(_envelope(format_.name, key, now), call.record()) for key, call in fresh.items())
        )
        # Of two imports at once only one's rows are kept: what is there now tells whose.
        there = {**earlier, **await spool.earlier(list(fresh))}
        for key, taken_before in there.items():
            for later in _later(some[key], taken_before):
                (faults if later.changes else notes).append(RowFault(later.row, str(later)))
        taken += len(fresh)
        internal += len(some.keys() - there.keys())
    again = len(due) - taken - internal
    return Imported(taken, again, internal, _in_order(faults), _in_order(notes))


def _later(call: Call, earlier: Earlier) -> Iterator[LaterRow]:
    """The rows of a call that the record in the store lacks; none where that is erased, or is this very call."""
    if earlier.content is not None and earlier.content != call.record():
        yield from later_rows(call, earlier.contact_id, earlier.content)


def _read(raw: bytes, format_: CallFormat, zone: ZoneInfo) -> tuple[list[Call], list[RowFault]]:
    legs: list[Leg] = []
    faults: list[RowFault] = []
    for read in format_.legs(decode(raw), zone):
        if isinstance(read, RowFault):
            faults.append(read)
        else:
            legs.append(read)
    return list(calls(legs)), faults


async def import_record(raw: bytes, spool: Spool, *, received_at: datetime, source_id: str | None) -> str:
    """Accept one contact file; the same `source_id`, or else the same bytes, are one contact."""
    key = f"contact:{source_id or hashlib.sha256(raw).hexdigest()}"
    envelope = Envelope(source="contact", received_at=received_at, source_key=key, media_type=RECORD_TYPE)
    return await spool.accept(envelope, raw)


def _in_order(rows: list[RowFault]) -> tuple[RowFault, ...]:
    return tuple(sorted(rows, key=lambda fault: fault.row))


def _key(format_: str, call: Call) -> str:
    return f"calls:{format_}:{call.call_id}"


def _envelope(format_: str, key: str, now: datetime) -> Envelope:
    return Envelope(source=f"calls:{format_}", received_at=now, source_key=key, media_type=RECORD_TYPE)
