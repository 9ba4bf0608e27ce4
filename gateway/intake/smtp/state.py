"""What all sessions of one server share."""

from __future__ import annotations

import asyncio
import ssl
from collections import Counter
from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Any, TypeVar

import structlog

from gateway.intake.smtp.admission import Admission, within
from gateway.intake.smtp.budget import ByteBudget
from gateway.intake.smtp.credentials import Credentials
from gateway.intake.smtp.limits import Address, ConnectionCount, MessageRate, client_key
from gateway.intake.smtp.settings import SmtpSettings
from gateway.intake.spool_port import Spool

log = structlog.get_logger(__name__)

T = TypeVar("T")

_STRANGERS_PER_MINUTE = 600


class IntakeState:
    """Limits, ports and work in the background.

    `tasks`: commits that outlive their connection. `outcomes`: how often each status (`250 2.0.0`) ended a message or
    refused a command.
    """

    def __init__(
        self,
        settings: SmtpSettings,
        spool: Spool,
        *,
        now: Callable[[], datetime],
        is_our_trace: Callable[[bytes], bool],
        tls: ssl.SSLContext | None,
        credentials: Credentials | None,
    ) -> None:
        self.settings, self.spool, self.now, self.is_our_trace = settings, spool, now, is_our_trace
        self.tls, self.credentials = tls, credentials
        self.admission = Admission(
            allowed=settings.client_networks(),
            trusted=settings.trusted_networks(),
            domains=settings.recipient_domains,
            authenticated_anywhere=settings.authenticated_may_relay,
        )
        self._xforward = settings.xforward_networks()
        self.budget = ByteBudget(settings.memory_bytes)
        self.connections = ConnectionCount(settings.connections, settings.connections_per_client)
        self._rate = MessageRate(settings.messages_per_minute_per_client or _STRANGERS_PER_MINUTE)
        self.draining = False
        self.outcomes: Counter[str] = Counter()
        self.tasks: set[asyncio.Task[Any]] = set()

    def may_xforward(self, peer: Address | None, *, local: bool) -> bool:
        """Whether the peer may tell us whose message it hands on."""
        return (local and self.settings.xforward_peers is None) or within(peer, self._xforward)

    def may_xclient(self, peer: Address | None) -> bool:
        """Whether the peer may speak as another client."""
        return within(peer, self.settings.xclient_peers)

    def within_rate(self, client: Address | None, seconds: float, *, local: bool) -> bool:
        """Whether the client may start another message now; our own socket and trusted peers only where one is set."""
        if self.settings.messages_per_minute_per_client is None and (local or self.admission.trusts(client)):
            return True
        return self._rate.allows(client_key(client), seconds)

    def spawn(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Run something to its end whatever happens to the connection it came from."""
        task = asyncio.get_running_loop().create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self._done)
        return task

    def _done(self, task: asyncio.Task[Any]) -> None:
        self.tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.warning("smtp_background_failed", error=type(task.exception()).__name__)
