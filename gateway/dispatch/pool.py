"""Kept connections to the mail server: each message's envelope told once, an answer for every recipient."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiosmtplib
import structlog

from gateway.crashpoints import crash_point
from gateway.dispatch.settings import RelaySettings
from models.envelope import DsnRequest

log = structlog.get_logger()

_NOT_UTF8 = "5.6.7 the mail server takes no internationalised addresses (SMTPUTF8)"
_UNWRITABLE = "5.1.3 an address that no SMTP command can hold"


class Unreachable(Exception):
    """The mail server cannot be talked to at all; no recipient is to blame. The message names the error's kind."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message for the mail server; `content` is sent as it is, but for line ends and dots (RFC 5321 4.5.2)."""

    mail_from: str
    recipients: tuple[str, ...]
    smtputf8: bool = False
    body_8bit: bool = False
    dsn: DsnRequest | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said: `452`, `4.5.3 too many recipients`."""

    code: int
    text: str

    @property
    def permanent(self) -> bool:
        """Whether trying again cannot help (RFC 5321 4.2.1)."""
        return self.code >= 500

    def __str__(self) -> str:
        return f"{self.code} {' '.join(self.text.split())[:120]}"


@dataclass(slots=True)
class Results:
    """Every recipient is in exactly one of the three."""

    accepted: list[str] = field(default_factory=list)
    temporary: dict[str, Answer] = field(default_factory=dict)
    permanent: dict[str, Answer] = field(default_factory=dict)

    def refuse(self, recipients: list[str], answer: Answer) -> None:
        """These were not taken, for this reason."""
        into = self.permanent if answer.permanent else self.temporary
        into.update(dict.fromkeys(recipients, answer))


@dataclass(slots=True)
class _Kept:
    client: aiosmtplib.SMTP
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
            await _retire(self._idle.pop())

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        """A connection ready for messages. Unreachable where there is none to be had."""
        async with self._room:
            kept = await self._ready()
            usable = False
            try:
                connection = Connection(kept.client, self._settings)
                yield connection
                usable = connection.usable
            finally:
                if usable and kept.messages < self._settings.messages_per_connection:
                    self._idle.append(kept)
                elif usable:
                    await _retire(kept)
                else:
                    kept.client.close()

    async def _ready(self) -> _Kept:
        while self._idle:
            kept = self._idle.pop()
            if not kept.client.is_connected:
                continue
            try:
                # A kept connection may have died in silence: ask before a message depends on it.
                await kept.client.rset(timeout=self._settings.connect_seconds)
            except (aiosmtplib.SMTPException, OSError):
                kept.client.close()
                continue
            kept.messages += 1
            return kept
        return _Kept(await self._connect(), messages=1)

    async def _connect(self) -> aiosmtplib.SMTP:
        settings = self._settings
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
        except (aiosmtplib.SMTPException, OSError, ValueError) as error:
            client.close()
            raise Unreachable(type(error).__name__) from error
        return client


async def _greet(client: aiosmtplib.SMTP) -> None:
    """EHLO, or HELO where the server knows nothing newer (RFC 5321 3.2)."""
    try:
        await client.ehlo()
    except aiosmtplib.SMTPHeloError:
        await client.helo()


async def _retire(kept: _Kept) -> None:
    try:
        await kept.client.quit(timeout=1)
    except (aiosmtplib.SMTPException, OSError):
        kept.client.close()


class Connection:
    """One connection, in one sender's hands. `usable`: whether it may be kept for the next message."""

    def __init__(self, client: aiosmtplib.SMTP, settings: RelaySettings) -> None:
        self._client = client
        self._seconds = settings.command_seconds
        self.usable = True

    @property
    def size_limit(self) -> int | None:
        """The largest message that the server says it takes, in bytes; None where it does not say (RFC 1870)."""
        text = self._client.esmtp_extensions.get("size", "")
        return int(text) if text.isascii() and text.isdigit() and int(text) else None

    async def send(self, message: Outgoing, content: bytes) -> Results:
        """Hand `content` over. Never raises for a refusal or a broken connection: the results say what became of it."""
        results = Results()
        remaining = list(message.recipients)
        encoding = "utf-8" if message.smtputf8 and self._client.supports_extension("smtputf8") else "ascii"
        try:
            sender = _path(message.mail_from, encoding)
        except UnicodeEncodeError:
            results.refuse(remaining, Answer(550, _NOT_UTF8))
            return results
        try:
            answer = await self._command(b"MAIL", b"FROM:" + sender, *self._mail_options(message, encoding, content))
            if answer.code != 250:
                results.refuse(remaining, answer)
                return results
            taken = await self._recipients(message, encoding, results, remaining)
            if taken:
                self._settle(results, taken, await self._data(content))
                remaining = []
        except ValueError:
            results.refuse(remaining, Answer(553, _UNWRITABLE))
            self.usable = False
        except (aiosmtplib.SMTPException, OSError) as error:
            # Lost on the way: what was not answered for is tried again.
            self.usable = False
            unanswered = [r for r in message.recipients if r not in results.permanent and r not in results.temporary]
            results.refuse(unanswered, Answer(451, f"4.4.2 {type(error).__name__}"))
        return results

    async def _recipients(self, message: Outgoing, encoding: str, results: Results, remaining: list[str]) -> list[str]:
        taken: list[str] = []
        for recipient in message.recipients:
            try:
                path = _path(recipient, encoding)
                answer = await self._command(b"RCPT", b"TO:" + path, *self._rcpt_options(message.dsn, recipient))
            except UnicodeEncodeError:
                answer = Answer(550, _NOT_UTF8)
            except ValueError:
                answer = Answer(553, _UNWRITABLE)
            if answer.code in (250, 251, 252):
                taken.append(recipient)
            else:
                results.refuse([recipient], answer)
            remaining.remove(recipient)
            if answer.code == 421:
                # The server is closing: nobody is taken.
                results.refuse([*taken, *remaining], answer)
                return []
        return taken

    async def _data(self, content: bytes) -> Answer:
        crash_point("before_relay_250")
        try:
            response = await self._client.data(content, timeout=self._seconds)
        except aiosmtplib.SMTPDataError as error:
            answer = Answer(error.code, error.message)
            self.usable = self.usable and answer.code != 421
            return answer
        crash_point("after_relay_250")
        return Answer(response.code, response.message)

    @staticmethod
    def _settle(results: Results, taken: list[str], answer: Answer) -> None:
        if answer.code == 250:
            results.accepted.extend(taken)
        else:
            results.refuse(taken, answer)

    async def _command(self, *words: bytes) -> Answer:
        response = await self._client.execute_command(*words, timeout=self._seconds)
        if response.code == 421:
            self.usable = False
        return Answer(response.code, response.message)

    def _mail_options(self, message: Outgoing, encoding: str, content: bytes) -> list[bytes]:
        offered = self._client.supports_extension
        options = []
        if offered("size"):
            options.append(b"SIZE=%d" % len(content))
        # Not offered, 8-bit content goes as it is: rewriting it would break its signatures, refusing it would lose it.
        if message.body_8bit and offered("8bitmime"):
            options.append(b"BODY=8BITMIME")
        if message.smtputf8 and encoding == "utf-8":
            options.append(b"SMTPUTF8")
        if message.dsn is not None and offered("dsn"):
            options += [
                b"%s=%s" % (k, v.encode()) for k, v in ((b"RET", message.dsn.ret), (b"ENVID", message.dsn.envid)) if v
            ]
        return options

    def _rcpt_options(self, dsn: DsnRequest | None, recipient: str) -> list[bytes]:
        if dsn is None or not self._client.supports_extension("dsn"):
            return []
        values = ((b"NOTIFY", dsn.notify.get(recipient)), (b"ORCPT", dsn.orcpt.get(recipient)))
        return [b"%s=%s" % (key, value.encode()) for key, value in values if value]


def _path(address: str, encoding: str) -> bytes:
    """`<address>` for a command. UnicodeEncodeError, or ValueError where a bracket would end it early."""
    if "<" in address or ">" in address:
        raise ValueError("an address with a bracket in it")
    return b"<" + address.encode(encoding) + b">"
