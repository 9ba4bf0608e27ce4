"""Mail of our own making, sent at once through the pool: alerts and tests of the ladder."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

from gateway.dispatch.line import Unreachable
from gateway.dispatch.our_mail import Written, compose, is_8bit, message_id
from gateway.dispatch.pool import Outgoing, Results, SmtpPool
from gateway.dispatch.settings import RelaySettings
from gateway.dispatch.trace import Trace
from gateway.dispatch.web_calls import NotSent

_TELL_SECONDS = 60.0


class Mailer:
    """Sends what is written, now. The caller tries again; ids keep a repeat recognisable."""

    def __init__(self, pool: SmtpPool, trace: Trace, settings: RelaySettings, *, now: Callable[[], datetime]) -> None:
        self._pool = pool
        self._trace = trace
        self._settings = settings
        self._now = now

    @property
    def sender(self) -> str:
        """The address that our mail is from."""
        return self._settings.from_address

    def message_id(self, id_: str) -> str:
        """The Message-ID of what was written under an id."""
        return message_id(id_, self._settings.hostname)

    async def send(self, written: Written) -> Results:
        """What became of it, recipient by recipient. Unreachable where the mail server is."""
        content = compose(
            written,
            self._trace,
            sender=self._settings.from_address,
            hostname=self._settings.hostname,
            date=self._now(),
        )
        async with self._pool.connection() as connection:
            return await connection.send(envelope_of(written.to, content, self._settings), content)

    async def tell(self, written: Written) -> Results:
        """`send`, given up on after a minute. NotSent, in words for a person, where there is no answer."""
        try:
            async with asyncio.timeout(_TELL_SECONDS):
                return await self.send(written)
        except Unreachable as error:
            raise NotSent(f"mail server unreachable: {error}") from None
        except TimeoutError:
            raise NotSent("mail server too slow") from None


def envelope_of(recipients: tuple[str, ...], content: bytes, settings: RelaySettings) -> Outgoing:
    """The envelope of mail that we send in our own name."""
    international = not all(map(str.isascii, (*recipients, settings.from_address)))
    return Outgoing(settings.from_address, recipients, smtputf8=international, body_8bit=is_8bit(content))
