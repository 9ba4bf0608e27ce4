"""A mail server on loopback that takes mail down, refuses it, or hangs up, as it is told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass
class Taken:
    mail_from: str
    options: list[str]
    recipients: list[str]
    content: bytes
    rcpt_options: dict[str, list[str]] = field(default_factory=dict)


@dataclass
class Sink:
    """`answers`: a reply for a command or recipient, by the key `mail`, `data`, `dot` or the address; lists are used up.

    A reply that ends in `drop` closes the connection instead; `2drop` takes the mail first.
    """

    port: int = 0
    offers: tuple[str, ...] = ("PIPELINING", "8BITMIME", "SMTPUTF8", "SIZE 50000000", "DSN")
    answers: dict[str, str | list[str]] = field(default_factory=dict)
    taken: list[Taken] = field(default_factory=list)
    connections: int = 0
    open_now: int = 0
    most_open: int = 0
    commands: list[str] = field(default_factory=list)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    ten_taken: asyncio.Event = field(default_factory=asyncio.Event)
    two_waiting: asyncio.Event = field(default_factory=asyncio.Event)
    refused: asyncio.Event = field(default_factory=asyncio.Event)
    waiting: int = 0
    gate: asyncio.Event | None = None

    def answer(self, key: str, default: str) -> str:
        given = self.answers.get(key)
        if isinstance(given, list):
            return given.pop(0) if given else default
        return given or default

    def to(self, address: str) -> list[Taken]:
        return [each for each in self.taken if address in each.recipients]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.open_now += 1
        self.most_open = max(self.most_open, self.open_now)
        try:
            await self._talk(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            self.open_now -= 1
            writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        def say(line: str) -> None:
            if line.endswith("drop"):
                self.refused.set()
                raise ConnectionError
            writer.write(line.encode() + b"\r\n")

        say(self.answer("greet", "220 sink ESMTP"))
        now, begun = Taken("", [], [], b""), False
        while line := await reader.readline():
            text = line.decode("utf-8").rstrip("\r\n")
            self.commands.append(text)
            verb, _, rest = text.partition(" ")
            match verb.upper():
                case "HELO":
                    say("250 sink")
                case "EHLO" if "ehlo" in self.answers:
                    say(self.answer("ehlo", ""))
                case "EHLO":
                    lines = ["sink", *self.offers]
                    for number, offer in enumerate(lines):
                        say(f"250{' ' if number == len(lines) - 1 else '-'}{offer}")
                case "MAIL":
                    path, *options = rest.removeprefix("FROM:").split()
                    now = Taken(path.strip("<>"), options, [], b"")
                    reply = self.answer("mail", "250 2.1.0 ok")
                    begun = reply.startswith("2")
                    say(reply)
                case "RCPT":
                    path, *options = rest.removeprefix("TO:").split()
                    address = path.strip("<>")
                    reply = self.answer(address, "250 2.1.5 ok") if begun else "503 5.5.1 MAIL first"
                    if reply.startswith("2"):
                        now.recipients.append(address)
                        now.rcpt_options[address] = options
                    say(reply)
                case "DATA":
                    reply = self.answer("data", "354 go on" if now.recipients else "554 5.5.1 no valid recipients")
                    say(reply)
                    if reply.startswith("354"):
                        raw = await reader.readuntil(b"\r\n.\r\n")
                        now.content = (b"\r\n" + raw[:-3]).replace(b"\r\n..", b"\r\n.")[2:]
                        if self.gate is not None:
                            self.waiting += 1
                            if self.waiting == 2:
                                self.two_waiting.set()
                            await self.gate.wait()
                        reply = self.answer("dot", "250 2.0.0 taken")
                        if reply.startswith("2"):
                            self.taken.append(now)
                            self.arrived.set()
                            if len(self.taken) == 10:
                                self.ten_taken.set()
                        say(reply)
                case "RSET":
                    say("250 2.0.0 ok")
                case "QUIT":
                    say("221 2.0.0 bye")
                    return
                case _:
                    say("502 5.5.1 what?")
            await writer.drain()


@asynccontextmanager
async def sink(**fields: object) -> AsyncIterator[Sink]:
    made = Sink(**fields)  # type: ignore[arg-type]
    server = await asyncio.start_server(made.serve, "127.0.0.1", made.port, limit=2**26)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        server.close()
        if made.gate is not None:
            made.gate.set()
        await server.wait_closed()
