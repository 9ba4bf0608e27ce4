"""The port every way in writes to: a message is durable when the call returns, and not before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from models.envelope import Envelope

SpoolFault = Literal["full", "unavailable"]


class SpoolUnavailable(Exception):
    """The store cannot take a message now; try again later. `reason`: `full` (no space) or `unavailable`."""

    def __init__(self, reason: SpoolFault = "unavailable") -> None:
        super().__init__(f"the store is {reason}: the message was not accepted, the sender will try again")
        self.reason: SpoolFault = reason


class ChunkWriter(Protocol):
    """A large body on its way in. Nothing of it is visible until `finish` returns."""

    async def write(self, chunk: bytes) -> None:
        """Store the next bytes durably, in order."""

    async def finish(self, envelope: Envelope) -> str:
        """Commit the head row; returns the contact id."""

    async def abandon(self) -> None:
        """Forget what was written."""


class Spool(Protocol):
    """Durable intake. Every method may raise SpoolUnavailable."""

    async def accept(self, envelope: Envelope, content: bytes) -> str:
        """Commit one message; returns the contact id after the durable commit."""

    async def begin(self, envelope: Envelope) -> ChunkWriter:
        """Start a body too large to hold in memory."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """What was accepted before. `content`: its bytes, None where they were erased or no longer open."""

    contact_id: str
    content: bytes | None = field(repr=False)


class RecordSpool(Spool, Protocol):
    """The same for what comes again and again, such as call logs."""

    async def earlier(self, source_keys: Sequence[str]) -> Mapping[str, Earlier]:
        """What was accepted under each of these keys, by key; keys that are not known are left out."""
