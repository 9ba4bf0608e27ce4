"""How long reading takes, per message, one core: `python -m benchmarks.reading`. The pool: `--pool` (two children)."""

from __future__ import annotations

import argparse
import asyncio
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from gateway.reading.email import read_email
from gateway.reading.job_queue import PoolOptions
from gateway.reading.jobs import ReadingJob
from gateway.reading.pool import ReadingPool
from gateway.reading.process import Nursery, NurserySpec
from models.envelope import Envelope

ENVELOPE = Envelope(
    source="smtp",
    received_at=datetime(2026, 3, 2, tzinfo=UTC),
    mail_from="ann@mail.example",
    rcpt_to=("desk@council.example",),
)
PARAGRAPH = (
    "The lorries come past at five in the morning and nobody at the council has answered one of my letters about it."
)
HEAD = (
    "Return-Path: <ann@mail.example>\r\n"
    "Received: from a.mail.example by mx1.council.example with ESMTPS id 1; Mon, 02 Mar 2026 10:15:00 +0000\r\n"
    "Authentication-Results: mx1.council.example; dkim=pass header.d=mail.example; dmarc=pass\r\n"
    " header.from=mail.example\r\n"
    "From: Ann Other <ann@mail.example>\r\nTo: desk@council.example\r\nSubject: =?utf-8?q?Lorries_=E2=80=93_again?=\r\n"
    "Date: Mon, 02 Mar 2026 10:15:00 +0000\r\nMessage-ID: <1@mail.example>\r\nMIME-Version: 1.0\r\n"
)


def plain(size: int) -> bytes:
    """New text, a signature and quoted history, `size` bytes of them."""
    body = f"{PARAGRAPH}\r\n\r\n" * (size // 2 // len(PARAGRAPH))
    quoted = f"> {PARAGRAPH}\r\n" * (size // 2 // len(PARAGRAPH))
    signature = "Kind regards\r\nAnn Other\r\n01632 960 123\r\n\r\n"
    tail = f"{signature}On Mon, 2 Mar 2026 at 10:15, D <d@council.example> wrote:\r\n"
    return f"{HEAD}Content-Type: text/plain; charset=utf-8\r\n\r\n{body}{tail}{quoted}".encode()


def alternative(size: int) -> bytes:
    """The same words as plain text and as HTML, `size` bytes of both."""
    count = size // 2 // (len(PARAGRAPH) + 40)
    text = f"{PARAGRAPH}\r\n\r\n" * count
    rich = "<html><body>" + f"<p style='margin:0;color:#222'>{PARAGRAPH}</p>\r\n" * count + "</body></html>"
    return (
        f'{HEAD}Content-Type: multipart/alternative; boundary="b"\r\n\r\n'
        f"--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
        f"{text}\r\n--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{rich}\r\n--b--\r\n"
    ).encode()


def milliseconds(work: Callable[[], object], times: int) -> float:
    """The median of `times` runs."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        taken.append((time.perf_counter() - start) * 1_000)
    return statistics.median(taken)


def read(raw: bytes) -> object:
    """One message, read in this process."""
    return read_email(
        raw, contact_id="c", envelope=ENVELOPE, domains=("council.example",), trusted_authserv=("mx1.council.example",)
    )


async def through_pool(spec: NurserySpec, raw: bytes, count: int) -> float:
    """Messages a second, `count` of them with 48 under way."""
    async with Nursery(spec) as nursery:
        pool = ReadingPool(nursery, PoolOptions())
        await pool.start()
        try:
            return await _messages_a_second(pool, raw, count)
        finally:
            await pool.stop()


async def _messages_a_second(pool: ReadingPool, raw: bytes, count: int) -> float:
    room = asyncio.Semaphore(48)

    async def one(number: int) -> None:
        async with room:
            await pool.read(ReadingJob(f"c{number}", ENVELOPE, raw, ("council.example",), ()))

    await asyncio.gather(*(one(number) for number in range(100)))
    start = time.perf_counter()
    await asyncio.gather(*(one(number) for number in range(count)))
    return count / (time.perf_counter() - start)


def main() -> None:
    """Print how long messages take to read, by themselves and, where asked for, through the pool."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pool", action="store_true")
    parser.add_argument("--scanner", default="classifiers.scan:Scanner")
    parser.add_argument("--judge", default="classifiers.matter:judge")
    parser.add_argument("--lexicons", type=Path, default=Path("config/lexicons"))
    parser.add_argument("--weights", type=Path, default=Path("classifiers/weights"))
    told = parser.parse_args()
    for size in (5_000, 50_000):
        for make in (plain, alternative):
            raw = make(size)
            print(f"{make.__name__:12} {len(raw):6} bytes  {milliseconds(lambda raw=raw: read(raw), 60):6.2f} ms")
    if told.pool:
        spec = NurserySpec(told.lexicons, told.weights, scanner=told.scanner, judge=told.judge)
        for size, count in ((5_000, 2_000), (50_000, 200)):
            print(f"pool {size:6} bytes  {asyncio.run(through_pool(spec, plain(size), count)):6.0f} msg/s")


if __name__ == "__main__":
    main()
