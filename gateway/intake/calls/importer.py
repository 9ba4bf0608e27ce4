"""A call log into the spool: every call that can be read, once; every row that cannot, named."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from gateway.intake.calls.asterisk import Asterisk
from gateway.intake.calls.calls import Call, calls
from gateway.intake.calls.generic import Generic
from gateway.intake.calls.leg import CallFormat, Leg, RowFault
from gateway.intake.calls.rows import decode
from gateway.intake.spool_port import Spool
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
    """What became of a file. `internal`: calls between our own extensions, which are nobody's contact."""

    calls: int
    internal: int
    faults: tuple[RowFault, ...]


async def import_calls(raw: bytes, format_: CallFormat, spool: Spool, *, zone: ZoneInfo, now: datetime) -> Imported:
    """Accept each call of the log. Idempotent: a call that is in the store already is not taken again."""
    # On a thread: a log of some megabytes must not make mail wait.
    found, faults = await asyncio.to_thread(_read, raw, format_, zone)
    outside = [call for call in found if call.direction is not None]
    due = [call for call in outside if call.received_at <= now + _CLOCK_SKEW]
    faults += [
        RowFault(call.legs[0].row, "start: in the future; is the time zone right?")
        for call in outside
        if call.received_at > now + _CLOCK_SKEW
    ]
    for start in range(0, len(due), _CALLS_AT_ONCE):
        some = ((_envelope(format_.name, call, now), call.record()) for call in due[start : start + _CALLS_AT_ONCE])
        await asyncio.gather(*(spool.accept(envelope, record) for envelope, record in some))
    return Imported(len(due), len(found) - len(outside), tuple(sorted(faults, key=lambda fault: fault.row)))


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


def _envelope(format_: str, call: Call, now: datetime) -> Envelope:
    source = f"calls:{format_}"
    return Envelope(
        source=source,
        received_at=min(call.received_at, now),
        source_key=f"{source}:{call.call_id}",
        media_type=RECORD_TYPE,
    )
