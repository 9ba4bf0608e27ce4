"""Lines and blocks from a connection, replies to it: what makes PIPELINING work (RFC 2920)."""

from __future__ import annotations

import asyncio

_BLOCK = 64 * 1024
_MOST_UNSENT = 16 * 1024


class LineTooLong(Exception):
    """The line was longer than the limit; all of it has been read and thrown away."""


class Wire:
    """Reads ahead, so commands after a message are found in order; sends its replies in one go before it waits."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._ahead = b""
        self._unsent = bytearray()

    async def line(self, limit_bytes: int) -> bytes:
        """The next line with its newline. EOFError where the peer is done, LineTooLong where it is over the limit."""
        newline = self._ahead.find(b"\n")
        too_long = False
        while newline < 0:
            if len(self._ahead) > limit_bytes:
                too_long = True
                self._ahead = b""
            block = await self.block()
            if not block:
                raise EOFError
            newline = block.find(b"\n")
            if newline >= 0:
                newline += len(self._ahead)
            self._ahead += block
        line, self._ahead = self._ahead[: newline + 1], self._ahead[newline + 1 :]
        if too_long or len(line) > limit_bytes:
            raise LineTooLong
        return line

    async def ahead_or_block(self) -> bytes:
        """What was read ahead, else the next block; b"" at the end."""
        if self._ahead:
            ahead, self._ahead = self._ahead, b""
            return ahead
        return await self.block()

    async def block(self) -> bytes:
        """The next bytes from the peer, after everything unsent has gone out; b"" at the end."""
        if self._unsent:
            await self.flush()
        return await self._reader.read(_BLOCK)

    def unread(self, data: bytes) -> None:
        """Put back what belongs to the next command."""
        self._ahead = data + self._ahead

    def discard_input(self) -> None:
        """Forget what was read ahead (RFC 3207 4.2: nothing said before TLS counts after it)."""
        self._ahead = b""

    def send(self, reply: bytes) -> None:
        """Queue one reply line."""
        self._unsent += reply
        self._unsent += b"\r\n"

    @property
    def crowded(self) -> bool:
        """Whether so much is unsent that the next command should wait."""
        return len(self._unsent) > _MOST_UNSENT

    async def flush(self) -> None:
        """Hand everything unsent to the transport and wait where the peer is slow to read."""
        if self._unsent:
            unsent, self._unsent = bytes(self._unsent), bytearray()
            self._writer.write(unsent)
        await self._writer.drain()
