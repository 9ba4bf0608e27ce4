"""Light clients, so that what is measured is the server: everything to be sent is put together beforehand."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterable

from benchmarks.machine import program

_LIMIT = 1 << 20


def smtp_source(port: int, size: int, count: int, *, sessions: int = 20) -> float:
    """Seconds that Postfix's own load generator took, over kept connections."""
    started = time.perf_counter()
    subprocess.run(
        [_program("smtp-source"), "-d", "-s", str(sessions), "-m", str(count), "-l", str(size),
         "-f", "a@far.example", "-t", "office@opcc.example", f"127.0.0.1:{port}"],
        check=True,
    )  # fmt: skip
    return time.perf_counter() - started


def has(name: str) -> bool:
    """Whether a program is installed."""
    return program(name) is not None


def _program(name: str) -> str:
    return program(name) or sys.exit(f"{name} is not installed: apt-get install --no-install-recommends postfix")


class SmtpClient:
    """One kept connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    @classmethod
    async def connect(cls, port: int) -> SmtpClient:
        """Connect and say EHLO."""
        client = cls(*await asyncio.open_connection("127.0.0.1", port, limit=_LIMIT))
        await client._reply()
        client._writer.write(b"EHLO bench.example\r\n")
        await client._reply()
        return client

    async def send(self, sender: str, content: bytes) -> None:
        """One message, to its 250. RuntimeError where it is not taken."""
        self._writer.write(f"MAIL FROM:<{sender}>\r\nRCPT TO:<office@opcc.example>\r\nDATA\r\n".encode())
        for _ in range(3):
            await self._reply()
        self._writer.write(content.replace(b"\r\n.", b"\r\n..") + b".\r\n")
        await self._writer.drain()
        await self._reply()

    async def _reply(self) -> None:
        while line := await self._reader.readline():
            if line[3:4] != b"-":
                if line[:1] not in b"23":
                    raise RuntimeError(f"refused: {line!r}")
                return
        raise RuntimeError("the server closed the connection")

    def close(self) -> None:
        """Let go."""
        self._writer.close()


async def send_all(port: int, messages: Iterable[tuple[str, bytes]], *, sessions: int = 10) -> None:
    """Everything, over `sessions` kept connections."""
    left = deque(messages)

    async def session() -> None:
        client = await SmtpClient.connect(port)
        while left:
            await client.send(*left.popleft())
        client.close()

    await asyncio.gather(*(session() for _ in range(sessions)))


async def post_all(port: int, path: str, bodies: Iterable[bytes], *, sessions: int = 10) -> None:
    """POST everything over kept HTTP connections, reading each answer to its end."""
    left = deque(bodies)

    async def session() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=_LIMIT)
        while left:
            body = left.popleft()
            head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n\r\n"
            writer.write(head.encode() + body)
            answer = (await reader.readuntil(b"\r\n\r\n")).lower()
            if b" 200 " not in answer.split(b"\r\n", 1)[0]:
                raise RuntimeError(f"refused: {answer[:80]!r}")
            length = int(answer.split(b"content-length:", 1)[1].split(b"\r\n", 1)[0])
            await reader.readexactly(length)
            if b"connection: close" in answer:
                writer.close()
                reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=_LIMIT)
        writer.close()

    await asyncio.gather(*(session() for _ in range(sessions)))


async def open_loop(port: int, messages: list[tuple[str, bytes]], per_second: float) -> list[float]:
    """Seconds from when each message was due to its 250, at a rate that does not wait for the server."""
    idle = [await SmtpClient.connect(port) for _ in range(20)]
    waits: list[float] = []
    loop = asyncio.get_running_loop()
    start = loop.time() + 0.1

    async def one(due: float, sender: str, content: bytes) -> None:
        client = idle.pop() if idle else await SmtpClient.connect(port)
        await client.send(sender, content)
        waits.append(loop.time() - due)
        idle.append(client)

    async with asyncio.TaskGroup() as tasks:
        for number, (sender, content) in enumerate(messages):
            due = start + number / per_second
            await asyncio.sleep(max(0.0, due - loop.time()))
            tasks.create_task(one(due, sender, content))
    for client in idle:
        client.close()
    return sorted(waits)
