"""A mail server for the demo: takes whatever the gateway sends on, and remembers only whom it was for."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiosmtpd.smtp import SMTP, Envelope, Session


class Sink:
    """What arrived: messages by recipient."""

    def __init__(self) -> None:
        self.port = 0
        self.received: Counter[str] = Counter()
        self.messages = 0

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        """Count a message."""
        self.messages += 1
        self.received.update(recipient.lower() for recipient in envelope.rcpt_tos)
        return "250 2.0.0 taken"


@asynccontextmanager
async def mail_sink() -> AsyncIterator[Sink]:
    """A sink on a loopback port that the system chooses."""
    sink = Sink()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(sink, hostname="mail.opcc.example", enable_SMTPUTF8=True, loop=loop), "127.0.0.1", 0
    )
    sink.port = server.sockets[0].getsockname()[1]
    try:
        yield sink
    finally:
        server.close()
        await server.wait_closed()
