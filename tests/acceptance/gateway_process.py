"""The gateway as its users run it: a `triage serve` process on a folder of its own."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

from benchmarks.machine import free_port
from gateway.clock import utc_now
from gateway.store import keyfile
from gateway.store.store import Store, open_store
from gateway.store.switches import Switch

ROOT = Path(__file__).resolve().parents[2]
LEXICONS = ROOT / "config/lexicons"

REVIEW_DUE = str(utc_now().date() + timedelta(days=60))
"""Within what the policy allows, so that nobody is told of it."""

REGISTER = """\
organisation:
  name: Office of the Police and Crime Commissioner for Exampleshire
  policy: generic
  domains: [opcc.example]
  trusted_authserv: [mx1.opcc.example]
  addresses:
    spoc: spoc@opcc.example
    manager: manager@opcc.example
    safeguarding: safeguarding@opcc.example
    criminal: duty@opcc.example
    rights: foi@opcc.example
    appeals: appeals@opcc.example
people:
  - id: P-001
    name: Wilfred Ashdown
    identifiers: [{kind: email, value: wilfred.ashdown@fieldpost.example}, {kind: phone, value: 01632 960001}]
matters:
  - {id: M-001, person: P-001, reference: OP/2026/001, status: concluded, title: A hedge in Mill Lane, summary: The height of a hedge.}
strategies:
  - id: CS-001
    person: P-001
    scope: organisation
    status: active
    starts: 2026-01-05
    review_due: REVIEW_DUE
    notified_on: 2026-01-06
    spoc: {name: Pat Contact, address: spoc@opcc.example, deputy: deputy@opcc.example}
    restrictions: [{id: R1, kind: spoc_only}]
""".replace("REVIEW_DUE", REVIEW_DUE)


@functools.cache
def _prepared() -> dict[str, bytes]:
    """The files of a gateway with keys and a register, made once and by the commands that users would give."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        (folder / "register.yaml").write_text(REGISTER, encoding="utf-8")
        (folder / "gateway.toml").write_text(
            f'[store]\npath = "{folder}/triage.db"\nkey_file = "{folder}/keys.json"\n', encoding="utf-8"
        )
        triage(folder, "keys", "init")
        triage(folder, "register", "import", str(folder / "register.yaml"), "--by", "test")
        assert not (folder / "triage.db-wal").exists()
        return {name: (folder / name).read_bytes() for name in ("register.yaml", "triage.db", "keys.json")}


def triage(folder: Path, *arguments: str) -> str:
    """The output of one `triage` command on the gateway in `folder`. Fails the test where it fails."""
    done = attempt(folder, *arguments)
    assert done.returncode == 0, f"triage {' '.join(arguments)}: {done.stderr[-2000:]}"
    return done.stdout


def attempt(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """One `triage` command on the gateway in `folder`, however it ends."""
    return subprocess.run(
        [sys.executable, "-m", "gateway", *arguments, "--config", str(folder / "gateway.toml")],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=60,
    )


def wait_until(reached: Callable[[], bool], what: str, *, seconds: float = 60) -> None:
    """Look until it is so; for what other processes do, whose events we cannot await."""
    deadline = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < deadline, f"after {seconds} s still not: {what}"
        time.sleep(0.02)


def _children_of(pid: int) -> list[int]:
    return [
        int(child) for listed in Path(f"/proc/{pid}/task").glob("*/children") for child in listed.read_text().split()
    ]


def _few_rules(folder: Path) -> Path:
    few = folder / "lexicons"
    few.mkdir()
    for name in ("macros", "contexts", "disguises", "abusive"):
        shutil.copy(LEXICONS / f"{name}.yaml", few)
    return few


class GatewayProcess:
    """A gateway in `folder`; started, killed and started again at will. `relay_port`: where it sends mail on.

    `semantic`: whether it has a child for the scan's late stage, which takes seconds to load. `few_rules`: with the
    rules of one label alone, which are ready sooner, for what does not hang on what is found.
    """

    def __init__(
        self,
        folder: Path,
        relay_port: int,
        *,
        command: tuple[str, ...] | None = None,
        semantic: bool = False,
        few_rules: bool = False,
    ) -> None:
        self.folder = folder
        self.port = free_port()
        self._command = command or (sys.executable, "-m", "gateway")
        self._process: subprocess.Popen[bytes] | None = None
        (folder / "gateway.toml").write_text(
            f"""
[store]
path = "{folder}/triage.db"
key_file = "{folder}/keys.json"
[smtp]
listen = ["127.0.0.1:{self.port}"]
[relay]
host = "127.0.0.1"
port = {relay_port}
retry_seconds = [0.2, 0.5, 1]
[http]
listen = "127.0.0.1:0"
[triage]
children = 1
[scan]
semantic_children = {int(semantic)}
lexicons = "{_few_rules(folder) if few_rules else LEXICONS}"
""",
            encoding="utf-8",
        )
        for name, content in _prepared().items():
            (folder / name).write_bytes(content)
            (folder / name).chmod(0o600)

    def run_as(self, command: tuple[str, ...]) -> None:
        """From the next start on, another program than the gateway itself."""
        self._command = command

    def start(self, *, may_die: bool = False, **environment: str) -> None:
        """Start and wait until it is ready, or where it `may_die` before that. `environment` adds to ours."""
        with (self.folder / "serve.log").open("ab") as log:
            self._process = subprocess.Popen(
                [*self._command, "serve", "--config", str(self.folder / "gateway.toml")],
                stdout=subprocess.PIPE,
                stderr=log,
                cwd=ROOT,
                env={**os.environ, **environment},
            )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert b"ready" in line or may_die, self.log()

    def log(self) -> str:
        """The end of what it logged."""
        return (self.folder / "serve.log").read_text()[-3000:]

    @property
    def pid(self) -> int:
        """The serving process's id."""
        assert self._process is not None
        return self._process.pid

    def dies_within(self, seconds: float) -> bool:
        """Whether the process ends by itself in that time."""
        assert self._process is not None
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        self._close()
        return True

    def children(self) -> list[int]:
        """The process ids of those that read and scan."""
        return [child for nursery in _children_of(self.pid) for child in _children_of(nursery)]

    @contextlib.contextmanager
    def opened_store(self) -> Iterator[Store]:
        """The store, beside the gateway."""
        store = open_store(self.folder / "triage.db", keyfile.load(self.folder / "keys.json").sealer())
        try:
            yield store
        finally:
            store.close()

    def turn(self, switch: Switch, value: str) -> None:
        """Turn a switch, as an administrator does."""
        with self.opened_store() as store:
            asyncio.run(store.switches.turn(switch, value, actor="test", now=utc_now()))

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self._process is not None and self._process.poll() is None

    def kill(self) -> None:
        """`kill -9`, as a power cut would."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                self._process.send_signal(signal.SIGKILL)
            self._process.wait(10)
            self._close()

    def stop(self) -> int:
        """SIGTERM, and wait for the drain; the return code."""
        assert self._process is not None
        self._process.terminate()
        code = self._process.wait(60)
        self._close()
        return code

    def _close(self) -> None:
        if self._process is not None and self._process.stdout is not None:
            self._process.stdout.close()
        self._process = None

    def query(self, sql: str) -> list[tuple[object, ...]]:
        """Rows of the store, read beside the running gateway."""
        with contextlib.closing(sqlite3.connect(f"file:{self.folder}/triage.db?mode=ro", uri=True)) as connection:
            return connection.execute(sql).fetchall()

    def wait_until_idle(self, seconds: float = 60) -> None:
        """Wait until everything accepted is triaged and everything triaged is sent (or dead)."""
        deadline = time.monotonic() + seconds
        left: list[tuple[object, ...]] = []
        while time.monotonic() < deadline:
            left = self.query(
                "SELECT 'spool', count(*) FROM spool WHERE ready_at IS NOT NULL"
                " UNION ALL SELECT 'outbox', count(*) FROM outbox WHERE ready_at IS NOT NULL"
            )
            if not any(count for _name, count in left):
                return
            assert self.alive, self.log()
            time.sleep(0.05)
        raise AssertionError(f"still to do after {seconds} s: {left}; {self.log()}")


@contextlib.contextmanager
def gateway(
    folder: Path,
    relay_port: int,
    *,
    command: tuple[str, ...] | None = None,
    semantic: bool = False,
    few_rules: bool = False,
) -> Iterator[GatewayProcess]:
    """A gateway that is gone at the end, whatever happened."""
    process = GatewayProcess(folder, relay_port, command=command, semantic=semantic, few_rules=few_rules)
    try:
        yield process
    finally:
        process.kill()
