"""The peers, started privately with the same size limit and their own flushing; None where they are not installed."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from benchmarks.client import has
from benchmarks.gateways import SIZE_LIMIT
from benchmarks.machine import free_port
from benchmarks.private_postfix import can_run, listener, private_postfix
from benchmarks.processes import end

_RSPAMD_OFF = [
    "rbl",
    "spf",
    "dkim",
    "dmarc",
    "asn",
    "fuzzy_check",
    "arc",
    "rspamd_update",
    "bimi",
    "mx_check",
    "surbl",
    "phishing",
    "greylist",
    "ratelimit",
    "history_redis",
    "neural",
    "reputation",
    "replies",
    "dkim_signing",
    "url_redirector",
    "elastic",
    "clickhouse",
    "antivirus",
]
RSPAMD_NOTE = (
    "rspamd scans only: it stores nothing, flushes nothing and relays nothing. Switched off in it, as they ask the"
    f" network or another server: {', '.join(_RSPAMD_OFF)}."
)


@dataclass(frozen=True)
class Peer:
    """A running peer."""

    pid: int
    port: int


@contextlib.contextmanager
def postfix(settings: Mapping[str, object] = MappingProxyType({})) -> Iterator[Peer | None]:
    """Postfix that receives, flushes to its queue, and discards; `settings` over its defaults."""
    if not can_run():
        yield None
        return
    port = free_port()
    parameters = {
        "myhostname": "bench.example",
        "default_transport": "discard:",
        "relay_transport": "discard:",
        "message_size_limit": SIZE_LIMIT,
        **settings,
    }
    with private_postfix(parameters, [listener(port)]) as instance:
        yield Peer(instance.pid, port)


@contextlib.contextmanager
def rspamd() -> Iterator[Peer | None]:
    """rspamd that answers `/checkv2` without asking anybody else."""
    if not has("rspamd") or os.geteuid() != 0:
        yield None
        return
    root = Path(tempfile.mkdtemp(prefix="triage-bench-rspamd-"))
    root.chmod(0o755)
    port = free_port()
    try:
        shutil.copytree("/etc/rspamd", root / "etc")
        for name in ("db", "run", "log"):
            (root / name).mkdir()
            shutil.chown(root / name, "_rspamd", "_rspamd")
        local = root / "etc/local.d"
        local.mkdir(exist_ok=True)
        for name in _RSPAMD_OFF:
            (local / f"{name}.conf").write_text("enabled = false;\n")
        (local / "worker-normal.inc").write_text(f'bind_socket = "127.0.0.1:{port}";\n')
        (local / "worker-controller.inc").write_text(f'bind_socket = "127.0.0.1:{free_port()}";\n')
        (local / "worker-proxy.inc").write_text("enabled = false;\n")
        (local / "options.inc").write_text(
            'dns { nameserver = ["127.0.0.1:53535:1"]; timeout = 0.2s; retransmits = 1; }\n'
            f'filters = "chartable,regexp";\nmax_message = {SIZE_LIMIT};\n'
        )
        folders = {"CONFDIR": "etc", "LOCAL_CONFDIR": "etc", "DBDIR": "db", "RUNDIR": "run", "LOGDIR": "log"}
        variables = [f"--var={name}={root / folder}" for name, folder in folders.items()]
        command = ["rspamd", "-f", "-c", str(root / "etc/rspamd.conf"), "-u", "_rspamd", "-g", "_rspamd", *variables]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            _wait_for(port)
            yield Peer(process.pid, port)
        finally:
            end(process)
    finally:
        shutil.rmtree(root, ignore_errors=True)


def _wait_for(port: int) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            opener.open(
                urllib.request.Request(f"http://127.0.0.1:{port}/checkv2", data=b"Subject: x\r\n\r\nx\r\n"), timeout=30
            )
            return
        time.sleep(0.3)
    raise SystemExit("rspamd did not come up")
