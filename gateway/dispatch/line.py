"""One conversation with a mail server: several commands in one go, and an answer for every one of them (RFC 2920).

aiosmtplib connects, greets and goes over to TLS. From then on the line is ours: it waits for each answer before the
next command, and three round trips a message are most of what a relayed message costs.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self, cast

import aiosmtplib

from gateway.dispatch.settings import RelaySettings

_MOST_LINE_BYTES = 8192
_MOST_LINES = 128
_QUIT_SECONDS = 1.0
_TRUSTED_SECONDS = 1.0


class Unreachable(Exception):
    """The mail server cannot be talked to at all; no recipient is to blame. The message names the error's kind."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said: `452`, `4.5.3 too many recipients`.

    `unsaid`: it said nothing to a whole message, which it may have taken all the same.
    """

    code: int
    text: str
    unsaid: bool = False

    @property
    def permanent(self) -> bool:
        """Whether trying again cannot help (RFC 5321 4.2.1)."""
        return self.code >= 500

    def __str__(self) -> str:
        return f"{self.code} {' '.join(self.text.split())[:120]}"


class Line:
    """A greeted server. Nothing here raises for a lost connection: what was not answered is answered `451 4.4.2`."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, extensions: Mapping[str, str], seconds: float
    ) -> None:
        self._reader, self._writer = reader, writer
        self.extensions = extensions
        self._seconds = seconds
        self._end: Answer | None = None
        self._ahead = b""
        self._loop = asyncio.get_running_loop()
        self._done_at: float | None = None

    @classmethod
    async def connect(cls, settings: RelaySettings) -> Self:
        """Connect, go over to TLS where so set, and greet. Raises Unreachable."""
        client = aiosmtplib.SMTP(
            hostname=settings.host,
            port=settings.port,
            timeout=settings.connect_seconds,
            use_tls=settings.tls == "tls",
            start_tls=settings.tls == "starttls",
            tls_context=None if settings.tls == "none" else ssl.create_default_context(cafile=settings.tls_ca_file),
            local_hostname=settings.hostname,
        )
        try:
            await client.connect()
            if client.is_ehlo_or_helo_needed:
                await _greet(client)
            reader, writer = _taken_over(client)
        except (aiosmtplib.SMTPException, OSError, ValueError) as error:
            client.close()
            raise Unreachable(type(error).__name__) from error
        return cls(reader, writer, client.esmtp_extensions, settings.command_seconds)

    @property
    def pipelines(self) -> bool:
        """Whether commands may be sent before the ones in front of them are answered."""
        return "pipelining" in self.extensions

    @property
    def usable(self) -> bool:
        """False once the server has closed, or said that it will."""
        return self._end is None

    async def still_there(self, seconds: float) -> bool:
        """Whether a message may depend on a line that was kept; what a message left begun is given up.

        A message taken a moment ago shows it; one idle for longer may have died in silence, and is asked.
        """
        if self._writer.is_closing() or self._reader.at_eof():
            return False
        if self._done_at is not None and self._loop.time() - self._done_at < _TRUSTED_SECONDS:
            return True
        self._write(b"RSET\r\n")
        return (await self._answer(seconds)).code == 250

    async def ask(self, *commands: bytes) -> list[Answer]:
        """An answer for each command. Where the server closes midway, its last word answers all that follow."""
        self._done_at = None
        if self.pipelines:
            self._write(b"".join(command + b"\r\n" for command in commands))
            return [await self._answer(self._seconds) for _ in commands]
        answers = []
        for command in commands:
            self._write(command + b"\r\n")
            answers.append(await self._answer(self._seconds))
        return answers

    async def give(self, content: bytes) -> Answer:
        """Send a message's content after a 354; the answer to its end."""
        self._write(transparent(content))
        is_written = self._end is None
        answer = await self._answer(self._seconds)
        if is_written and answer is self._end and answer.code != 421:  # which is its own word
            answer = self._end = replace(answer, unsaid=True)
        self._done_at = self._loop.time()
        return answer

    async def quit(self) -> None:
        """Say goodbye and close."""
        self._write(b"QUIT\r\n")
        await self._answer(_QUIT_SECONDS)
        self.close()

    def close(self) -> None:
        """Let go."""
        self._writer.close()

    def _write(self, data: bytes) -> None:
        if self._writer.is_closing():
            self._end = self._end or Answer(451, "4.4.2 connection lost")
        elif self._end is None:
            self._writer.write(data)

    async def _answer(self, seconds: float) -> Answer:
        if self._end is not None:
            return self._end
        try:
            answer = await self._read(self._loop.time() + seconds)
        except (OSError, EOFError, ValueError) as error:
            self._end = Answer(451, f"4.4.2 {type(error).__name__}")
            return self._end
        if answer.code == 421:
            self._end = answer
        return answer

    async def _read(self, until: float) -> Answer:
        """One reply (RFC 5321 4.2). EOFError where the server is gone, ValueError where it speaks no SMTP."""
        texts = []
        for _ in range(_MOST_LINES):
            line = await self._next_line(until)
            if not line[:3].isdigit():
                raise ValueError("a reply without a code")
            texts.append(line[4:].strip().decode("utf-8", errors="replace"))
            if line[3:4] != b"-":
                return Answer(int(line[:3]), "\n".join(texts))
        raise ValueError("a reply without an end")

    async def _next_line(self, until: float) -> bytes:
        """A line of the server's. A clock is set only where one must be waited for: answers mostly come together."""
        while (end := self._ahead.find(b"\n")) < 0:
            if len(self._ahead) > _MOST_LINE_BYTES:
                raise ValueError("a line without an end")
            async with asyncio.timeout_at(until):
                block = await self._reader.read(_MOST_LINE_BYTES)
            if not block:
                raise EOFError
            self._ahead += block
        line, self._ahead = self._ahead[: end + 1], self._ahead[end + 1 :]
        return line


def transparent(content: bytes) -> bytes:
    """A message as it goes over the wire: CRLF line ends, dots doubled, and the end of it (RFC 5321 4.5.2)."""
    lines = content
    if not lines.count(b"\r\n") == lines.count(b"\n") == lines.count(b"\r"):
        lines = lines.replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\n", b"\r\n")
    first = b"." if lines.startswith(b".") else b""
    last = b".\r\n" if lines.endswith(b"\r\n") else b"\r\n.\r\n"
    return b"".join((first, lines.replace(b"\r\n.", b"\r\n.."), last))


def _taken_over(client: aiosmtplib.SMTP) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """The connection of a client that has greeted, as streams of our own."""
    transport = cast("asyncio.Transport | None", client.transport)
    if transport is None or transport.is_closing():
        raise ConnectionError("the server closed the connection after its greeting")
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=_MOST_LINE_BYTES, loop=loop)
    protocol = asyncio.StreamReaderProtocol(reader, loop=loop)
    protocol.connection_made(transport)
    transport.set_protocol(protocol)
    return reader, asyncio.StreamWriter(transport, protocol, reader, loop)


async def _greet(client: aiosmtplib.SMTP) -> None:
    """EHLO, or HELO where the server knows nothing newer (RFC 5321 3.2)."""
    try:
        await client.ehlo()
    except aiosmtplib.SMTPHeloError:
        await client.helo()
