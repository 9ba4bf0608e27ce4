"""Kept connections to the mail server: each message's envelope told once, an answer for every recipient."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import re2

from gateway.crashpoints import crash_point
from gateway.dispatch.line import Answer, Line
from gateway.dispatch.settings import RelaySettings
from models.envelope import DsnRequest

_NOT_UTF8 = "5.6.7 the mail server takes no internationalised addresses (SMTPUTF8)"
_UNWRITABLE = "5.1.3 an address that no SMTP command can hold"
_CONTROL: Any = re2.compile(rb"[\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message for the mail server; `content` is sent as it is, but for line ends and dots (RFC 5321 4.5.2)."""

    mail_from: str
    recipients: tuple[str, ...]
    smtputf8: bool = False
    body_8bit: bool = False
    dsn: DsnRequest | None = None


@dataclass(slots=True)
class Results:
    """Every recipient is in exactly one of the three."""

    accepted: list[str] = field(default_factory=list)
    temporary: dict[str, Answer] = field(default_factory=dict)
    permanent: dict[str, Answer] = field(default_factory=dict)

    def refuse(self, recipients: Iterable[str], answer: Answer) -> None:
        """These were not taken, for this reason."""
        into = self.permanent if answer.permanent else self.temporary
        into.update(dict.fromkeys(recipients, answer))


@dataclass(slots=True)
class _Kept:
    line: Line
    messages: int = 0


class SmtpPool:
    """At most `settings.connections` at a time; one is retired after its number of messages, or at any fault."""

    def __init__(self, settings: RelaySettings) -> None:
        self._settings = settings
        self._idle: list[_Kept] = []
        self._room = asyncio.Semaphore(settings.connections)

    async def close(self) -> None:
        """Say goodbye on every idle connection."""
        while self._idle:
            await self._idle.pop().line.quit()

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        """A connection ready for messages. Unreachable where there is none to be had."""
        async with self._room:
            kept = await self._ready()
            usable = False
            try:
                yield Connection(kept.line)
                usable = kept.line.usable
            finally:
                if usable and kept.messages < self._settings.messages_per_connection:
                    self._idle.append(kept)
                elif usable:
                    await kept.line.quit()
                else:
                    kept.line.close()

    async def _ready(self) -> _Kept:
        while self._idle:
            kept = self._idle.pop()
            if await kept.line.still_there(self._settings.connect_seconds):
                kept.messages += 1
                return kept
            kept.line.close()
        return _Kept(await Line.connect(self._settings), messages=1)


class Connection:
    """One connection, in one sender's hands."""

    def __init__(self, line: Line) -> None:
        self._line = line

    @property
    def size_limit(self) -> int | None:
        """The largest message that the server says it takes, in bytes; None where it does not say (RFC 1870)."""
        text = self._line.extensions.get("size", "")
        return int(text) if text.isascii() and text.isdigit() and int(text) else None

    async def send(self, message: Outgoing, content: bytes) -> Results:
        """Hand `content` over. Never raises for a refusal or a broken connection: the results say what became of it."""
        results = Results()
        encoding = "utf-8" if message.smtputf8 and self._offers("smtputf8") else "ascii"
        try:
            mail = _command(b"MAIL FROM:", message.mail_from, encoding, self._mail_options(message, encoding, content))
        except ValueError as error:
            results.refuse(message.recipients, _unwritable(error))
            return results
        rcpts = self._rcpts(message, encoding, results)
        if rcpts:
            await self._transaction(mail, rcpts, content, results)
        return results

    def _rcpts(self, message: Outgoing, encoding: str, results: Results) -> dict[str, bytes]:
        """A command for each recipient; those that none can be written for are refused."""
        rcpts = {}
        for recipient in message.recipients:
            try:
                rcpts[recipient] = _command(
                    b"RCPT TO:", recipient, encoding, self._rcpt_options(message.dsn, recipient)
                )
            except ValueError as error:
                results.refuse([recipient], _unwritable(error))
        return rcpts

    async def _transaction(self, mail: bytes, rcpts: dict[str, bytes], content: bytes, results: Results) -> None:
        pipelines = self._line.pipelines
        answers = await self._line.ask(mail, *rcpts.values(), *([b"DATA"] if pipelines else []))
        sender, taken = answers[0], []
        for recipient, answer in zip(rcpts, answers[1:], strict=False):
            if sender.code == 250 and answer.code in (250, 251, 252):
                taken.append(recipient)
            else:
                results.refuse([recipient], answer if sender.code == 250 else sender)
        if not pipelines:
            if not taken:
                return
            answers = await self._line.ask(b"DATA")
        end = answers[-1]
        if end.code == 354:
            # Asked for before it was known that nobody takes it, a message is ended with nothing in it (RFC 2920 3.1).
            end = await self._give(content if taken else b"")
        if end.code == 250:
            results.accepted.extend(taken)
        else:
            results.refuse(taken, end)

    async def _give(self, content: bytes) -> Answer:
        crash_point("before_relay_250")
        answer = await self._line.give(content)
        if answer.code == 250:
            crash_point("after_relay_250")
        return answer

    def _offers(self, extension: str) -> bool:
        return extension in self._line.extensions

    def _mail_options(self, message: Outgoing, encoding: str, content: bytes) -> list[bytes]:
        options = []
        if self._offers("size"):
            options.append(b"SIZE=%d" % len(content))
        # Not offered, 8-bit content goes as it is: rewriting it would break its signatures, refusing it would lose it.
        if message.body_8bit and self._offers("8bitmime"):
            options.append(b"BODY=8BITMIME")
        if message.smtputf8 and encoding == "utf-8":
            options.append(b"SMTPUTF8")
        if message.dsn is not None and self._offers("dsn"):
            options += [
                b"%s=%s" % (k, v.encode()) for k, v in ((b"RET", message.dsn.ret), (b"ENVID", message.dsn.envid)) if v
            ]
        return options

    def _rcpt_options(self, dsn: DsnRequest | None, recipient: str) -> list[bytes]:
        if dsn is None or not self._offers("dsn"):
            return []
        values = ((b"NOTIFY", dsn.notify.get(recipient)), (b"ORCPT", dsn.orcpt.get(recipient)))
        return [b"%s=%s" % (key, value.encode()) for key, value in values if value]


def _command(verb: bytes, address: str, encoding: str, options: list[bytes]) -> bytes:
    """The command. UnicodeEncodeError, or ValueError where something in it would end it early."""
    command = b" ".join((b"%s<%s>" % (verb, address.encode(encoding)), *options))
    if "<" in address or ">" in address or _CONTROL.search(command) is not None:
        raise ValueError("what no command can hold")
    return command


def _unwritable(error: ValueError) -> Answer:
    return Answer(550, _NOT_UTF8) if isinstance(error, UnicodeEncodeError) else Answer(553, _UNWRITABLE)
