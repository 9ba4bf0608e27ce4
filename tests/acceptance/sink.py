"""A mail server that takes everything and remembers it, or refuses on request."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass(frozen=True)
class Received:
    """One message as it arrived."""

    mail_from: str
    rcpt_to: tuple[str, ...]
    content: bytes

    @property
    def head(self) -> bytes:
        """The header section, unfolded."""
        return self.content.split(b"\r\n\r\n", 1)[0].replace(b"\r\n ", b" ").replace(b"\r\n\t", b" ")

    def header(self, name: str) -> str | None:
        """The first header of that name, unfolded."""
        for line in self.head.split(b"\r\n"):
            key, _, value = line.partition(b":")
            if key.decode("latin-1").lower() == name.lower():
                return value.decode("latin-1").strip()
        return None


@dataclass
class Sink:
    """What arrived, in order. Set `refuse` to a reply such as `451 4.3.0 later` to turn mail away."""

    port: int = 0
    received: list[Received] = field(default_factory=list)
    refuse: str | None = None

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        if self.refuse:
            return self.refuse
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        self.received.append(Received(envelope.mail_from or "", tuple(envelope.rcpt_tos), content))
        return "250 2.0.0 OK"


@contextlib.contextmanager
def running_sink(port: int = 0) -> Iterator[Sink]:
    """A sink on loopback in a thread of its own."""
    sink = Sink()
    loop = asyncio.new_event_loop()
    started = threading.Event()
    server: asyncio.Server | None = None

    async def serve() -> None:
        nonlocal server
        server = await loop.create_server(
            lambda: SMTP(sink, hostname="sink.example", enable_SMTPUTF8=True, data_size_limit=100 << 20, loop=loop),
            "127.0.0.1",
            port,
        )
        sink.port = server.sockets[0].getsockname()[1]
        started.set()

    def work() -> None:
        asyncio.set_event_loop(loop)
        loop.run_until_complete(serve())
        loop.run_forever()

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    assert started.wait(10)
    try:
        yield sink
    finally:

        async def close() -> None:
            assert server is not None
            server.close()
            for task in asyncio.all_tasks():
                if task is not asyncio.current_task():
                    task.cancel()

        asyncio.run_coroutine_threadsafe(close(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()
