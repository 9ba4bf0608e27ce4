"""AUTH PLAIN and LOGIN (RFC 4954): over TLS only, where users are configured only."""

from __future__ import annotations

import asyncio
import binascii
from base64 import b64decode, b64encode

from gateway.intake.smtp import replies
from gateway.intake.smtp.commands import CommandError
from gateway.intake.smtp.connection import Connection
from gateway.intake.smtp.receiving import HangUp
from gateway.intake.smtp.wire import LineTooLong

_MOST_RESPONSE_BYTES = 12288  # RFC 4954 4


class AuthCommands(Connection):
    """Logging in. A failure costs the client a wait, a few failures the session."""

    _auth_failures = 0

    @property
    def offers_auth(self) -> bool:
        """Whether this client may log in now."""
        return self.state.credentials is not None and self.over_tls

    async def smtp_AUTH(self, argument: bytes) -> None:
        """One exchange."""
        if self.state.credentials is None:
            raise CommandError(replies.AUTH_NOT_OFFERED)
        if self.helo is None or not self.extended:
            raise CommandError(replies.HELO_FIRST)
        if not self.over_tls:
            raise CommandError(replies.AUTH_NEEDS_TLS)
        if self.authenticated:
            raise CommandError(replies.AUTH_ALREADY)
        if self.transaction is not None:
            raise CommandError(replies.IN_TRANSACTION)
        mechanism, _, initial = argument.partition(b" ")
        match mechanism.upper():
            case b"PLAIN":
                name, password = await self._plain(initial)
            case b"LOGIN":
                name, password = await self._login(initial)
            case _:
                raise CommandError(replies.AUTH_MECHANISM)
        if await self.state.credentials.accept(name, password):
            self.authenticated = True
            self.say(replies.AUTH_OK)
            return
        await asyncio.sleep(self.settings.auth_failure_delay_seconds)
        self._auth_failures += 1
        if self._auth_failures >= self.settings.auth_failures_per_session:
            raise HangUp(replies.TOO_MANY_ERRORS)
        self.fault(replies.AUTH_FAILED)

    async def _plain(self, initial: bytes) -> tuple[str, bytes]:
        response = _decoded(initial) if initial else await self._ask(b"")
        fields = response.split(b"\0")
        if len(fields) != 3:
            raise CommandError(replies.AUTH_NOT_BASE64)
        return fields[1].decode("utf-8", errors="replace"), fields[2]

    async def _login(self, initial: bytes) -> tuple[str, bytes]:
        name = _decoded(initial) if initial else await self._ask(b"Username:")
        password = await self._ask(b"Password:")
        return name.decode("utf-8", errors="replace"), password

    async def _ask(self, challenge: bytes) -> bytes:
        self.say(b"334 " + b64encode(challenge))
        try:
            line = await self.wire.line(_MOST_RESPONSE_BYTES)
        except LineTooLong:
            raise CommandError(replies.AUTH_TOO_LONG) from None
        if line.strip(b"\r\n") == b"*":
            raise CommandError(replies.AUTH_ABORTED)
        return _decoded(line.strip(b"\r\n"))


def _decoded(text: bytes) -> bytes:
    if text == b"=":  # an empty initial response (RFC 4954 4)
        return b""
    try:
        return b64decode(text, validate=True)
    except binascii.Error:
        raise CommandError(replies.AUTH_NOT_BASE64) from None
