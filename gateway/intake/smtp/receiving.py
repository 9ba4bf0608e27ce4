"""One message body from the wire to the store: decoded, filtered, measured, held in memory or streamed."""

from __future__ import annotations

import asyncio
import errno
import traceback
from collections.abc import Callable
from pathlib import Path

import structlog

from gateway.intake.smtp import replies
from gateway.intake.smtp.data_decoder import DataDecoder, LineMeter
from gateway.intake.smtp.header_filter import HeaderFilter
from gateway.intake.smtp.state import IntakeState
from gateway.intake.smtp.wire import Wire
from gateway.intake.spool_port import ChunkWriter, SpoolUnavailable
from models.envelope import LOOP, MANY_HOPS, Envelope

log = structlog.get_logger(__name__)

# How far a message over the limit is read for the sake of a proper 552, as a multiple of the limit.
_DRAIN_FACTOR = 2
_DRAIN_AT_LEAST = 1024 * 1024


class HangUp(Exception):
    """The session cannot go on. `reply`: the last thing to say."""

    def __init__(self, reply: bytes) -> None:
        super().__init__(reply.decode())
        self.reply = reply


def reply_to(error: Exception) -> bytes:
    """A failing store or handler is always temporary: the sender keeps the message."""
    if isinstance(error, SpoolUnavailable):
        return replies.STORE_FULL if error.reason == "full" else replies.STORE_UNAVAILABLE
    log.error("smtp_accept_failed", error=type(error).__name__, where=where(error))
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return replies.STORE_FULL
    return replies.LOCAL_ERROR


def where(error: BaseException) -> str:
    """The line that raised it; a message or a traceback might hold what somebody wrote."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "unknown"


class BodyReceiver:
    """Reads to the end of data, then commits. `make_envelope(hold)` is asked for the envelope when it is needed.

    Up to `stream_over_bytes` stay in memory while the shared budget lasts; the rest goes to a chunk writer as it comes,
    so memory is bounded by the budget and one block a connection.
    """

    def __init__(
        self, wire: Wire, state: IntakeState, make_envelope: Callable[[str | None], Envelope], arm: Callable[[], None]
    ) -> None:
        self._wire, self._state, self._make_envelope, self._arm = wire, state, make_envelope, arm
        self._decoder = DataDecoder()
        self._headers = HeaderFilter()
        self._meter = LineMeter(state.settings.line_length_bytes)
        self._size = 0
        self._held: list[bytes] = []
        self._held_bytes = 0
        self._writer: ChunkWriter | None = None
        self._writing: asyncio.Task[None] | None = None
        self._refusal: bytes | None = None

    async def receive(self) -> bytes | None:
        """Read to the end of data; None where the message may be committed, else why not. EOFError, HangUp."""
        settings = self._state.settings
        drained = 0
        while not self._decoder.finished:
            self._arm()
            raw = await self._wire.ahead_or_block()
            if not raw:
                raise EOFError
            clean = self._decoder.feed(raw)
            if self._refusal is None:
                await self._take(clean)
            else:
                drained += len(raw)
                if drained > max(settings.message_bytes * _DRAIN_FACTOR, _DRAIN_AT_LEAST):
                    raise HangUp(replies.TOO_MUCH_DATA)
        self._wire.unread(self._decoder.leftover)
        if self._refusal is None:
            await self._guarded(self._headers.finish())
        return self._refusal

    async def _take(self, clean: bytes) -> None:
        settings = self._state.settings
        self._size += len(clean)
        if self._size > settings.message_bytes:
            self._refuse(replies.SIZE_EXCEEDED)
        elif self._decoder.bare_newlines and settings.bare_newlines == "refuse":
            self._refuse(replies.BARE_NEWLINE)
        elif self._meter.exceeded_by(clean):
            self._refuse(replies.DATA_LINE_TOO_LONG)
        else:
            await self._guarded(self._headers.feed(clean))

    async def _guarded(self, kept: bytes) -> None:
        try:
            await self._keep(kept)
        except Exception as error:  # a store that fails must not stop us from finding the end of data
            self._refuse(reply_to(error))

    async def _keep(self, kept: bytes) -> None:
        if not kept:
            return
        limit = self._state.settings.stream_over_bytes
        if self._held_bytes + len(kept) <= limit and self._state.budget.take(len(kept)):
            self._held.append(kept)
            self._held_bytes += len(kept)
            return
        if self._writer is None:
            self._writer = await self._state.spool.begin(self._make_envelope(None))
        await self._write(self._writer, b"".join((*self._held, kept)))
        self._release()

    async def _write(self, writer: ChunkWriter, chunk: bytes) -> None:
        # Not cut short by a lost connection: the store is never left in the middle of a write.
        self._writing = self._state.spawn(writer.write(chunk))
        await asyncio.wait((self._writing,))
        self._writing.result()

    def _refuse(self, reply: bytes) -> None:
        self._refusal = reply
        self.abandon()

    def _release(self) -> None:
        self._held.clear()
        self._state.budget.give(self._held_bytes)
        self._held_bytes = 0

    def abandon(self) -> None:
        """Give everything back; what was streamed is forgotten by the store."""
        self._release()
        if self._writer is not None:
            writer, self._writer = self._writer, None
            self._state.spawn(_abandon(writer, self._writing))

    async def commit(self) -> str:
        """Make the message durable; returns the contact id. Runs to its end even if the connection is lost."""
        task = self._state.spawn(self._commit())
        # asyncio.wait, unlike await, leaves the task alone when we are cancelled or out of time.
        await asyncio.wait((task,), timeout=self._state.settings.commit_seconds)
        if not task.done():
            raise TimeoutError
        return task.result()

    async def _commit(self) -> str:
        try:
            envelope = self._make_envelope(self._hold())
            if self._writer is None:
                return await self._state.spool.accept(envelope, b"".join(self._held))
            if self._held:
                await self._writer.write(b"".join(self._held))
            contact = await self._writer.finish(envelope)
            self._writer = None
            return contact
        finally:
            self.abandon()

    def _hold(self) -> str | None:
        if any(self._state.is_our_trace(value) for value in self._headers.traces):
            return LOOP
        return MANY_HOPS if self._headers.received > self._state.settings.received_hops else None


async def _abandon(writer: ChunkWriter, writing: asyncio.Task[None] | None) -> None:
    if writing is not None:
        await asyncio.wait((writing,))
    try:
        await writer.abandon()
    except Exception as error:  # the store collects orphans itself
        log.warning("smtp_abandon_failed", error=type(error).__name__)
