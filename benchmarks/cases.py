"""The benchmarks, each by name: what it starts, what it sends, and what it says."""

from __future__ import annotations

import asyncio
import contextlib
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import yaml

from benchmarks.client import SmtpClient, has, open_loop, post_all, send_all, smtp_source
from benchmarks.figures import Figure, Report
from benchmarks.gateways import receiving, serving
from benchmarks.mails import mails, register
from benchmarks.peers import RSPAMD_NOTE, postfix, rspamd
from benchmarks.processes import cpu_seconds, pss_megabytes, settle
from gateway.store import keyfile
from gateway.store.store import open_store
from models.register import Register
from routing.identity.claim import LookupKey

_LARGE_BYTES = 20 * 1024 * 1024


def accept(report: Report, *, quick: bool) -> None:
    """Durable accept of 2 KB and 50 KB from smtp-source, 20 sessions, and Postfix in the same run."""
    report.note(
        "accept: the gateway is its SMTP way in over its SQLite store, each message encrypted and flushed before its"
        " 250, with nobody triaging; Postfix flushes to its queue and discards (that work is in its CPU figure)."
    )
    if not has("smtp-source"):
        report.note("accept: not run; smtp-source comes with Postfix.")
        return
    for size, count, wanted in ((2048, 8000, 800), (51200, 3000, 500)):
        messages = count // 8 if quick else count
        kilobytes = round(size / 1024)
        with receiving() as gateway:
            ours, cpu = _accepted(gateway.pid, gateway.port, size, messages)
        theirs: dict[str, float] = {}
        for name, settings in (("defaults", {}), ("in_flow_delay=0", {"in_flow_delay": 0})):
            with postfix(settings) as peer:
                if peer is None:
                    report.note("Postfix is not installed, or we are not root: not compared.")
                    continue
                theirs[name], peer_cpu = _accepted(peer.pid, peer.port, size, messages // 2)
                report.figures.append(
                    Figure(f"accept {kilobytes} KB, Postfix {name}", f"{theirs[name]:,.0f}/s", peer_cpu)
                )
        aims = [(f">= {wanted}/s", ours >= wanted)]
        for name, times in (("defaults", 1.5), ("in_flow_delay=0", 1.0)):
            if name in theirs:
                ratio = ours / theirs[name]
                aims.append((f"{times}x Postfix {name} ({ratio:.2f}x)", ratio >= times))
        report.figures.append(Figure(f"accept {kilobytes} KB, gateway", f"{ours:,.0f}/s", cpu, tuple(aims)))


def _accepted(pid: int, port: int, size: int, count: int) -> tuple[float, float]:
    """(messages a second, CPU milliseconds a message), the delivery that follows included in the latter."""
    smtp_source(port, size, 100)
    settle(pid)
    before = cpu_seconds(pid)
    seconds = smtp_source(port, size, count)
    settle(pid)
    return count / seconds, (cpu_seconds(pid) - before) * 1000 / count


def end_to_end(report: Report, *, quick: bool) -> None:
    """From the first message sent to the last one relayed, at 5 KB and 50 KB; rspamd scanning the same mail."""
    report.note(
        "end to end: `triage serve` with its defaults (two children), observing, without the semantic stage, to an"
        " smtp-sink: received, flushed, read, matched, scanned, decided, recorded, relayed. Letters from the corpus,"
        " all different; one in five with a request of rights, one in twenty from one of 200 restricted people."
    )
    for size, count, wanted in ((5_000, 3000, 300), (50_000, 600, 60)):
        messages = list(mails(size, count // 6 if quick else count))
        kilobytes = size // 1000
        with serving() as gateway:
            asyncio.run(send_all(gateway.port, list(mails(size, 60, seed=2))))
            gateway.wait_until_idle()
            before, started = cpu_seconds(gateway.pid), time.perf_counter()
            with _memory_of(gateway.pid) as memory:
                asyncio.run(send_all(gateway.port, messages))
                gateway.wait_until_idle()
            seconds = time.perf_counter() - started
            cpu = (cpu_seconds(gateway.pid) - before) * 1000 / len(messages)
        ours = len(messages) / seconds
        aims = [(f">= {wanted}/s", ours >= wanted)]
        with rspamd() as peer:
            if peer is None:
                report.note("rspamd is not installed, or we are not root: not compared.")
            else:
                report.note(RSPAMD_NOTE)
                bodies = [content for _sender, content in messages[: max(200, len(messages) // 4)]]
                asyncio.run(post_all(peer.port, "/checkv2", bodies[:50]))
                before, started = cpu_seconds(peer.pid), time.perf_counter()
                asyncio.run(post_all(peer.port, "/checkv2", bodies))
                theirs = len(bodies) / (time.perf_counter() - started)
                peer_cpu = (cpu_seconds(peer.pid) - before) * 1000 / len(bodies)
                report.figures.append(Figure(f"scan {kilobytes} KB, rspamd", f"{theirs:,.0f}/s", peer_cpu))
                aims.append((f"2x rspamd ({ours / theirs:.2f}x)", ours >= 2 * theirs))
        report.figures.append(Figure(f"end to end {kilobytes} KB, gateway", f"{ours:,.0f}/s", cpu, tuple(aims)))
        report.figures.append(
            Figure(
                f"memory of all its processes, {kilobytes} KB",
                f"{memory[0]:.0f} MB",
                None,
                (("< 400 MB", memory[0] < 400),),
            )
        )


@contextlib.contextmanager
def _memory_of(pid: int) -> Iterator[list[float]]:
    """The most the process tree had, looked at every half second; a list of one."""
    most = [pss_megabytes(pid)]
    over = threading.Event()

    def look() -> None:
        while not over.wait(0.5):
            most[0] = max(most[0], pss_megabytes(pid))

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield most
    finally:
        over.set()
        thread.join()


def latency(report: Report, *, quick: bool) -> None:
    """How long a sender waits for its 250 at 100 messages a second, while all of them are triaged."""
    messages = list(mails(2048, 500 if quick else 3000))
    with serving() as gateway:
        asyncio.run(send_all(gateway.port, list(mails(2048, 60, seed=2))))
        gateway.wait_until_idle()
        before = cpu_seconds(gateway.pid)
        waits = asyncio.run(open_loop(gateway.port, messages, 100))
        gateway.wait_until_idle()
        cpu = (cpu_seconds(gateway.pid) - before) * 1000 / len(messages)
    half, most = waits[len(waits) // 2] * 1000, waits[int(len(waits) * 0.99)] * 1000
    report.note(
        "accept at 100/s: `triage serve`, triaging and relaying meanwhile; from when a message was due to its 250."
    )
    report.figures.append(
        Figure(
            "accept at 100/s, 2 KB, p50 and p99", f"{half:.1f} and {most:.1f} ms", cpu, (("p99 < 50 ms", most < 50),)
        )
    )


def large(report: Report, *, quick: bool) -> None:
    """Ten messages of 20 MB at once: how long the slowest small one beside them waits."""
    del quick
    if not has("smtp-source"):
        report.note("large: not run; smtp-source comes with Postfix.")
        return
    with serving() as gateway:
        asyncio.run(send_all(gateway.port, list(mails(2048, 60, seed=2))))
        gateway.wait_until_idle()
        with _memory_of(gateway.pid) as memory:
            seconds, waits = asyncio.run(_small_beside_large(gateway.port))
    report.figures.append(
        Figure(
            "ten of 20 MB at once, with small ones beside",
            f"{seconds:.1f} s; small: {max(waits) * 1000:.0f} ms at most",
        )
    )
    report.figures.append(Figure("memory of all its processes meanwhile", f"{memory[0]:.0f} MB"))


async def _small_beside_large(port: int) -> tuple[float, list[float]]:
    heavy = asyncio.create_task(asyncio.to_thread(smtp_source, port, _LARGE_BYTES, 10, sessions=10))
    client = await SmtpClient.connect(port)
    waits = []
    for sender, content in mails(2048, 100_000, seed=3):
        started = time.perf_counter()
        await client.send(sender, content)
        waits.append(time.perf_counter() - started)
        if heavy.done():
            break
        await asyncio.sleep(0.01)
    client.close()
    return await heavy, waits


def look_up(report: Report, *, quick: bool) -> None:
    """What finding a sender costs, by the number of identifiers in the register."""
    for identifiers in (1_000, 100_000) if quick else (1_000, 100_000, 1_000_000):
        with tempfile.TemporaryDirectory(prefix="triage-bench-") as made:
            hit, miss = asyncio.run(_look_ups(Path(made), identifiers))
        report.figures.append(
            Figure(f"look-up among {identifiers:,} identifiers", f"known {hit:.2f} ms, unknown {miss:.2f} ms")
        )


async def _look_ups(folder: Path, identifiers: int) -> tuple[float, float]:
    people = identifiers // 10
    document = yaml.load("\n".join(register(people, identifiers_each=10)), Loader=yaml.CSafeLoader)
    store = open_store(folder / "triage.db", keyfile.create(folder / "keys.json").sealer())
    try:
        loaded = Register.model_validate(document)
        del document
        await store.register_versions.replace(loaded, actor="benchmark", now=datetime.now(UTC))
        del loaded

        async def each(make: Callable[[int], str]) -> float:
            waits = []
            for number in range(500):
                started = time.perf_counter()
                await store.register.candidates([LookupKey("email", make(number * 7919 % people))])
                waits.append(time.perf_counter() - started)
            # Not the mean: the first after an import of a million opens what was written, which takes a second.
            return statistics.median(waits) * 1000

        hit = await each(lambda number: f"person{number}.1@restricted.example")
        return hit, await each(lambda number: f"nobody{number}@elsewhere.example")
    finally:
        store.close()


CASES: dict[str, Callable[..., None]] = {
    "accept": accept,
    "end-to-end": end_to_end,
    "latency": latency,
    "large": large,
    "look-up": look_up,
}
