"""The listening service: start, addresses, and a stop that loses nothing."""

from __future__ import annotations

import asyncio
import errno
import logging
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Literal

import structlog

from gateway.intake.smtp.connection import Connection
from gateway.intake.smtp.credentials import Credentials
from gateway.intake.smtp.lmtp import LmtpSession
from gateway.intake.smtp.session import SmtpSession
from gateway.intake.smtp.settings import ListenAddress, SmtpSettings, parse_listen
from gateway.intake.smtp.state import IntakeState
from gateway.intake.spool_port import Spool

log = structlog.get_logger(__name__)

_BACKLOG = 512

ListenKind = Literal["listen", "listen_tls", "listen_lmtp"]
_PROTOCOL: dict[ListenKind, str] = {"listen": "smtp", "listen_tls": "smtps", "listen_lmtp": "lmtp"}


class ListenError(Exception):
    """An address could not be listened on, or a file that this needs could not be read: one line, with the setting."""


@dataclass(frozen=True, slots=True)
class Listening:
    """One address in use. `setting`: which of the listen settings gave it."""

    setting: ListenKind
    address: ListenAddress

    def __str__(self) -> str:
        return f"{_PROTOCOL[self.setting]} {self.address}"


class SmtpIntake:
    """SMTP, SMTP over TLS and LMTP on the configured addresses, one set of limits for all.

    `is_our_trace(value)`: whether an `X-Triage-Trace` value is one this gateway wrote (a loop).
    """

    def __init__(
        self,
        settings: SmtpSettings,
        spool: Spool,
        *,
        now: Callable[[], datetime],
        is_our_trace: Callable[[bytes], bool],
    ) -> None:
        self._settings = settings
        self._tls = _tls_context(settings)
        self._state = IntakeState(
            settings,
            spool,
            now=now,
            is_our_trace=is_our_trace,
            tls=self._tls,
            credentials=_credentials(settings),
        )
        self._servers: list[asyncio.Server] = []
        self._connections: set[Connection] = set()
        self._listening: list[Listening] = []

    @property
    def addresses(self) -> tuple[Listening, ...]:
        """What is listened on, with the ports the system chose."""
        return tuple(self._listening)

    @property
    def open_connections(self) -> int:
        """How many clients are connected now; a probe for tests."""
        return len(self._connections)

    @property
    def outcomes(self) -> Mapping[str, int]:
        """How often each status (`250 2.0.0`, `550 5.7.1`) ended a message or refused a command."""
        return MappingProxyType(self._state.outcomes)

    async def start(self) -> None:
        """Listen everywhere or nowhere; ListenError names the address and the setting."""
        # aiosmtpd logs peers and addresses at INFO; ours carry ids only.
        logging.getLogger("mail.log").setLevel(logging.WARNING)
        settings = self._settings
        try:
            for text in settings.listen:
                await self._listen("listen", text, SmtpSession, None)
            for text in settings.listen_tls:
                await self._listen("listen_tls", text, SmtpSession, self._tls)
            for text in settings.listen_lmtp:
                await self._listen("listen_lmtp", text, LmtpSession, None)
        except ListenError:
            await self.stop(0)
            raise
        log.info("smtp_listening", addresses=[str(each) for each in self._listening])

    async def _listen(
        self, setting: ListenKind, text: str, session: type[SmtpSession], tls: ssl.SSLContext | None
    ) -> None:
        loop = asyncio.get_running_loop()
        address = parse_listen(text)

        def connected() -> SmtpSession:
            return session(self._state, self._connections)

        handshake = self._settings.handshake_seconds if tls else None
        try:
            if address.path:
                server = await loop.create_unix_server(
                    connected, address.path, ssl=tls, backlog=_BACKLOG, ssl_handshake_timeout=handshake
                )
            else:
                server = await loop.create_server(
                    connected, address.host, address.port, ssl=tls, backlog=_BACKLOG, ssl_handshake_timeout=handshake
                )
        except OSError as error:
            raise ListenError(f"cannot listen on {text} (setting smtp.{setting}): {_advice(error)}") from error
        if address.path:
            # For the mail server's group, and nobody else on this machine.
            _open_to_group(address.path)
        self._servers.append(server)
        for socket in server.sockets:
            name = socket.getsockname()
            bound = address if address.path else ListenAddress(host=name[0], port=name[1])
            self._listening.append(Listening(setting, bound))

    async def stop(self, drain_seconds: float) -> None:
        """Listen no more, tell the idle, let messages under way finish within `drain_seconds`, then let go."""
        self._state.draining = True
        for server in self._servers:
            server.close()
        for connection in tuple(self._connections):
            connection.retire()
        deadline = asyncio.get_running_loop().time() + drain_seconds
        await self._settle(deadline)
        for connection in tuple(self._connections):
            connection.abort()
        if self._state.tasks:
            # A commit that has begun is finished or failed by the store, never torn.
            await asyncio.wait(self._state.tasks, timeout=max(drain_seconds, 1))
        self._servers.clear()
        self._listening.clear()

    async def _settle(self, deadline: float) -> None:
        loop = asyncio.get_running_loop()
        while self._connections and loop.time() < deadline:
            closing = {connection.finished() for connection in self._connections}
            await asyncio.wait(closing, timeout=deadline - loop.time())


_ADVICE = {
    errno.EADDRINUSE: "the port is in use; stop the program that holds it or set another port",
    errno.EACCES: "not permitted; ports below 1024 need root or CAP_NET_BIND_SERVICE",
    errno.EADDRNOTAVAIL: "this machine has no such address",
}


def _advice(error: OSError) -> str:
    """What to do. From Python 3.12 on, asyncio says in words alone that no address was this machine's."""
    if error.errno is None and "could not bind" in str(error):
        return _ADVICE[errno.EADDRNOTAVAIL]
    return _ADVICE.get(error.errno or 0) or (error.strerror or type(error).__name__).lower()


def _open_to_group(path: str) -> None:
    Path(path).chmod(0o660)


def _credentials(settings: SmtpSettings) -> Credentials | None:
    if settings.auth_users_file is None:
        return None
    try:
        return Credentials.read(settings.auth_users_file)
    except (OSError, ValueError) as error:
        raise ListenError(f"cannot read the users (setting smtp.auth_users_file): {error}") from error


def _tls_context(settings: SmtpSettings) -> ssl.SSLContext | None:
    if settings.tls_certificate is None or settings.tls_key is None:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(settings.tls_certificate, settings.tls_key)
    except OSError as error:  # SSLError is one
        reason = error.strerror or getattr(error, "reason", None) or type(error).__name__
        raise ListenError(
            f"cannot use {settings.tls_certificate} with {settings.tls_key}"
            f" (settings smtp.tls_certificate, smtp.tls_key): {reason}"
        ) from error
    return context
