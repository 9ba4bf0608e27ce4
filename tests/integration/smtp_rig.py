"""A running intake and a client that says exactly what it is told."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from gateway.intake.smtp.server import SmtpIntake
from gateway.intake.smtp.settings import SmtpSettings
from tests.unit.intake.fake_spool import FakeSpool

NOW = datetime(2026, 3, 2, 10, 15, tzinfo=UTC)
PATIENCE_SECONDS = 20


@dataclass
class Peer:
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    def send(self, data: bytes) -> None:
        self.writer.write(data)

    async def reply(self) -> bytes:
        """One whole reply, multi-line or not; b"" where the server closed."""
        lines = []
        async with asyncio.timeout(PATIENCE_SECONDS):
            while line := await self.reader.readline():
                lines.append(line)
                if line[3:4] != b"-":
                    break
        return b"".join(lines)

    async def ask(self, command: bytes) -> bytes:
        self.send(command + b"\r\n")
        return await self.reply()

    async def replies(self, count: int) -> list[bytes]:
        return [await self.reply() for _ in range(count)]

    async def rest(self) -> bytes:
        """Everything until the server closes."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await self.reader.read()

    async def to_data(self, *, hello: bytes = b"EHLO client.example") -> None:
        """Up to and including 354."""
        await self.ask(hello)
        await self.ask(b"MAIL FROM:<a@far.example>")
        await self.ask(b"RCPT TO:<b@ours.example>")
        assert (await self.ask(b"DATA")).startswith(b"354 ")

    async def start_tls(self, context: ssl.SSLContext) -> None:
        await self.writer.start_tls(context, server_hostname="localhost")

    async def close(self) -> None:
        self.writer.close()
        try:
            await self.writer.wait_closed()
        except (ConnectionError, ssl.SSLError):
            return


@dataclass
class Rig:
    intake: SmtpIntake
    spool: FakeSpool
    peers: list[Peer]

    def port(self, setting: str = "listen") -> int:
        return next(each.address.port for each in self.intake.addresses if each.setting == setting)

    async def connect(self, setting: str = "listen", *, greeted: bool = True, **options: Any) -> Peer:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port(setting), limit=2**20, **options)
        peer = Peer(reader, writer)
        self.peers.append(peer)
        if greeted:
            assert (await peer.reply()).startswith(b"220 ")
        return peer


@asynccontextmanager
async def serving(
    spool: FakeSpool | None = None, is_our_trace: Callable[[bytes], bool] = lambda value: False, **settings: Any
) -> AsyncIterator[Rig]:
    spool = spool or FakeSpool()
    values = {"listen": ("127.0.0.1:0",), "hostname": "mx.ours.example", **settings}
    intake = SmtpIntake(SmtpSettings(**values), spool, now=lambda: NOW, is_our_trace=is_our_trace)
    await intake.start()
    rig = Rig(intake, spool, [])
    try:
        yield rig
    finally:
        for peer in rig.peers:
            await peer.close()
        await intake.stop(0)
