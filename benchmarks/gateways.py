"""The measured gateways: `triage serve` as it ships, and its way in alone; each in a folder of its own."""

from __future__ import annotations

import contextlib
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.client import has
from benchmarks.machine import free_port
from benchmarks.mails import register
from benchmarks.processes import end

ROOT = Path(__file__).resolve().parents[1]
SIZE_LIMIT = 52_428_800


@dataclass(frozen=True)
class Gateway:
    """A running one: its process, its SMTP port, its store."""

    pid: int
    port: int
    store: Path

    def waiting(self) -> int:
        """How much is accepted and not yet relayed."""
        with contextlib.closing(sqlite3.connect(f"file:{self.store}?mode=ro", uri=True)) as connection:
            (count,) = connection.execute(
                "SELECT (SELECT count(*) FROM spool WHERE ready_at IS NOT NULL)"
                " + (SELECT count(*) FROM outbox WHERE ready_at IS NOT NULL)"
            ).fetchone()
        return int(count)

    def wait_until_idle(self) -> None:
        """Until everything accepted is relayed."""
        while self.waiting():
            time.sleep(0.02)


@contextlib.contextmanager
def serving() -> Iterator[Gateway]:
    """`triage serve` with its defaults, its mail server an smtp-sink."""
    with _folder() as folder, _sink() as relay:
        port = free_port()
        _write_settings(folder, port, relay)
        (folder / "register.yaml").write_text("\n".join(register()), encoding="utf-8")
        _triage(folder, "keys", "init")
        _triage(folder, "register", "import", str(folder / "register.yaml"), "--by", "benchmark")
        command = [sys.executable, "-m", "gateway", "serve", "--config", str(folder / "gateway.toml")]
        with _running(command, folder) as pid:
            yield Gateway(pid, port, folder / "triage.db")


@contextlib.contextmanager
def receiving() -> Iterator[Gateway]:
    """The way in and the store, in one process, with nobody to triage: what a sender waits for, and nothing else."""
    with _folder() as folder:
        port = free_port()
        command = [sys.executable, "-m", "benchmarks.receiver", str(folder), str(port)]
        with _running(command, folder) as pid:
            yield Gateway(pid, port, folder / "triage.db")


@contextlib.contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="triage-bench-") as made:
        yield Path(made)


@contextlib.contextmanager
def _running(command: list[str], folder: Path) -> Iterator[int]:
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, cwd=ROOT)
    assert process.stdout is not None
    try:
        if b"ready" not in process.stdout.readline():
            sys.exit(f"{' '.join(command)} did not start: {(folder / 'log').read_text()[-2000:]}")
        yield process.pid
    finally:
        end(process)
        process.stdout.close()


@contextlib.contextmanager
def _sink() -> Iterator[int]:
    if not has("smtp-sink"):
        sys.exit("smtp-sink is not installed: apt-get install --no-install-recommends postfix")
    port = free_port()
    process = subprocess.Popen(["/usr/sbin/smtp-sink", "-u", "nobody", f"127.0.0.1:{port}", "128"])
    try:
        while True:
            with contextlib.suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port)):
                break
            time.sleep(0.02)
        yield port
    finally:
        end(process)


def _write_settings(folder: Path, port: int, relay: int) -> None:
    (folder / "gateway.toml").write_text(
        f"""
log_level = "warning"
[store]
path = "{folder}/triage.db"
key_file = "{folder}/keys.json"
[smtp]
listen = ["127.0.0.1:{port}"]
message_bytes = {SIZE_LIMIT}
[relay]
port = {relay}
[scan]
semantic_children = 0
[http]
listen = "127.0.0.1:0"
""",
        encoding="utf-8",
    )


def _triage(folder: Path, *arguments: str) -> None:
    command = [sys.executable, "-m", "gateway", *arguments, "--config", str(folder / "gateway.toml")]
    subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
