"""Messages a second the SMTP way in takes from Postfix's smtp-source.

    python benchmarks/smtp_receive.py [--store FOLDER] [--profile]

Without `--store` nothing is kept, so what is measured is the receiver; with it every message is committed to a SQLite
store of its own in that folder, encrypted as in service, before the sender hears 250.

Prints one line a case: message size, connections kept or not, messages a second, and the longest a small message
waited while ten large ones were coming in.
"""

# ruff: noqa: ARG002, ARG005
from __future__ import annotations

import argparse
import asyncio
import cProfile
import pstats
import resource
import shutil
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from gateway.intake.smtp.server import SmtpIntake
from gateway.intake.smtp.settings import SmtpSettings
from gateway.intake.spool_port import Spool
from gateway.store import keyfile
from gateway.store.store import open_store
from models.envelope import Envelope

SMTP_SOURCE = shutil.which("smtp-source") or shutil.which("smtp-source", path="/usr/sbin:/usr/lib/postfix")
CASES = ((2048, 6000, True), (51200, 2000, True), (2048, 1500, False))
LARGE_BYTES = 20 * 1024 * 1024


class Discard:
    """A store that keeps nothing: what is left is the receiver."""

    async def accept(self, envelope: Envelope, content: bytes) -> str:
        await asyncio.sleep(0)
        return "c0"

    async def begin(self, envelope: Envelope) -> Discard:
        return self

    async def write(self, chunk: bytes) -> None:
        await asyncio.sleep(0)

    async def finish(self, envelope: Envelope) -> str:
        return "c0"

    async def abandon(self) -> None:
        return None


async def source(port: int, size: int, count: int, *, sessions: int = 20, keep: bool = True) -> float:
    """Seconds that smtp-source took."""
    if SMTP_SOURCE is None:
        sys.exit("smtp-source is not installed: it comes with Postfix")
    options = ["-d"] if keep else []
    started = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        SMTP_SOURCE, *options, "-s", str(sessions), "-m", str(count), "-l", str(size),
        "-f", "a@far.example", "-t", "b@ours.example", f"127.0.0.1:{port}",
    )  # fmt: skip
    if await process.wait() != 0:
        sys.exit("smtp-source failed")
    return time.perf_counter() - started


async def small_beside_large(port: int) -> tuple[float, float]:
    """(seconds for ten large messages, the longest a small one took meanwhile)."""
    large = asyncio.create_task(source(port, LARGE_BYTES, 10, sessions=10))
    longest = 0.0
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    await reader.readline()
    writer.write(b"HELO bench.example\r\n")
    await reader.readline()
    while not large.done():
        started = time.perf_counter()
        writer.write(b"MAIL FROM:<>\r\nRCPT TO:<b@ours.example>\r\nDATA\r\nsmall\r\n.\r\n")
        for _ in range(4):
            await reader.readline()
        longest = max(longest, time.perf_counter() - started)
        await asyncio.sleep(0.01)
    writer.close()
    return large.result(), longest


async def main(folder: Path | None) -> None:
    """Run every case."""
    if folder is None:
        await measure(Discard())
        return
    with tempfile.TemporaryDirectory(dir=folder) as made:
        store = open_store(Path(made) / "bench.db", keyfile.create(Path(made) / "keys.json").sealer())
        await measure(store.spool)
        store.close()


async def measure(spool: Spool) -> None:
    """Every case against this store."""
    settings = SmtpSettings(listen=("127.0.0.1:0",))
    intake = SmtpIntake(settings, spool, now=lambda: datetime.now(UTC), is_our_trace=lambda value: False)
    await intake.start()
    port = intake.addresses[0].address.port
    for size, count, keep in CASES:
        seconds = await source(port, size, count, keep=keep)
        kind = "kept" if keep else "one a message"
        print(f"{size:>6} bytes, connections {kind}: {count / seconds:,.0f} messages/s")
    seconds, longest = await small_beside_large(port)
    print(f"ten of 20 MB at once: {seconds:.1f} s; a small one beside them waited {longest * 1000:.0f} ms at most")
    print(f"memory at its peak: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
    await intake.stop(1)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--store", type=Path, metavar="FOLDER")
    parser.add_argument("--profile", action="store_true")
    chosen = parser.parse_args()
    if chosen.profile:
        profile = cProfile.Profile()
        profile.runcall(asyncio.run, main(chosen.store))
        pstats.Stats(profile).sort_stats("tottime").print_stats(25)
    else:
        asyncio.run(main(chosen.store))
