"""A call log into the spool: every call that can be read, once; every row that cannot, named."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from gateway.intake.calls.asterisk import Asterisk
from gateway.intake.calls.calls import calls
from gateway.intake.calls.generic import Generic
from gateway.intake.calls.leg import CallFormat, Leg, RowFault
from gateway.intake.calls.rows import decode
from gateway.intake.spool_port import Spool
from models.envelope import Envelope

RECORD_TYPE = "application/json"
"""The media type of a contact file in the spool."""

FORMATS: dict[str, CallFormat] = {format_.name: format_ for format_ in (Asterisk(), Generic())}


@dataclass(frozen=True)
class Imported:
    """What became of a file. `internal`: calls between our own extensions, which are nobody's contact."""

    calls: int
    internal: int
    faults: tuple[RowFault, ...]


async def import_calls(raw: bytes, format_: CallFormat, spool: Spool, *, zone: ZoneInfo, now: datetime) -> Imported:
    """Accept each call of the log. Idempotent: a call that is in the store already is not taken again."""
    legs: list[Leg] = []
    faults: list[RowFault] = []
    for read in format_.legs(decode(raw), zone):
        if isinstance(read, RowFault):
            faults.append(read)
        else:
            legs.append(read)
    taken = internal = 0
    for call in calls(legs):
        if call.direction is None:
            internal += 1
            continue
        if call.received_at.timestamp() > now.timestamp():
            faults.append(RowFault(call.legs[0].row, "start: in the future; is the time zone right?"))
            continue
        await spool.accept(_envelope(f"calls:{format_.name}", call.call_id, call.received_at), call.record())
        taken += 1
    return Imported(taken, internal, tuple(sorted(faults, key=lambda fault: fault.row)))


async def import_record(raw: bytes, spool: Spool, *, received_at: datetime, source_id: str | None) -> str:
    """Accept one contact file; the same `source_id`, or else the same bytes, are one contact."""
    key = source_id or hashlib.sha256(raw).hexdigest()
    return await spool.accept(_envelope("contact", key, received_at), raw)


def _envelope(source: str, key: str, received_at: datetime) -> Envelope:
    return Envelope(source=source, received_at=received_at, source_key=f"{source}:{key}", media_type=RECORD_TYPE)
