"""A store in memory, with failures to order."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from gateway.intake.spool_port import Earlier, SpoolUnavailable
from models.envelope import Envelope


@dataclass
class FakeSpool:
    """`fail`: raised by every call. `gate`: where set, a commit waits for it. `committing`: set when one has begun."""

    messages: list[tuple[Envelope, bytes]] = field(default_factory=list)
    fail: Exception | None = None
    fail_after_chunks: int | None = None
    gate: asyncio.Event | None = None
    committing: asyncio.Event = field(default_factory=asyncio.Event)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    abandoned: asyncio.Event = field(default_factory=asyncio.Event)
    begun: int = 0
    largest_chunk: int = 0

    async def accept(self, envelope: Envelope, content: bytes) -> str:
        await self._commit()
        return self._store(envelope, content)

    async def begin(self, envelope: Envelope) -> FakeWriter:
        if self.fail:
            raise self.fail
        self.begun += 1
        return FakeWriter(self)

    async def earlier(self, source_keys: Sequence[str]) -> dict[str, Earlier]:
        return {
            envelope.source_key: Earlier(f"c{number}", content)
            for number, (envelope, content) in enumerate(self.messages, 1)
            if envelope.source_key in source_keys
        }

    async def _commit(self) -> None:
        self.committing.set()
        if self.gate:
            await self.gate.wait()
        if self.fail:
            raise self.fail

    def _store(self, envelope: Envelope, content: bytes) -> str:
        self.messages.append((envelope, content))
        self.arrived.set()
        return f"c{len(self.messages)}"


@dataclass
class FakeWriter:
    spool: FakeSpool
    chunks: list[bytes] = field(default_factory=list)
    over: bool = False

    async def write(self, chunk: bytes) -> None:
        assert not self.over
        self.spool.largest_chunk = max(self.spool.largest_chunk, len(chunk))
        if self.spool.fail_after_chunks is not None and len(self.chunks) >= self.spool.fail_after_chunks:
            raise SpoolUnavailable("full")
        self.chunks.append(chunk)
        await asyncio.sleep(0)

    async def finish(self, envelope: Envelope) -> str:
        await self.spool._commit()
        self.over = True
        return self.spool._store(envelope, b"".join(self.chunks))

    async def abandon(self) -> None:
        assert not self.over
        self.over = True
        self.spool.abandoned.set()
