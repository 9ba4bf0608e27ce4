"""The peers, started privately with the same size limit and their own flushing; None where they are not installed."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.client import has
from benchmarks.gateways import SIZE_LIMIT, free_port
from benchmarks.processes import end

_MAIN = """
compatibility_level = 3.6
queue_directory = {root}/spool
data_directory = {root}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
myhostname = bench.example
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
local_recipient_maps =
alias_maps =
alias_database =
default_transport = discard:
relay_transport = discard:
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_peername_lookup = no
disable_dns_lookups = yes
smtpd_client_connection_count_limit = 0
smtpd_client_connection_rate_limit = 0
message_size_limit = {size_limit}
maillog_file = {root}/maillog
maillog_file_prefixes = {root}
default_database_type = hash
{settings}
"""
_SERVICES = """
127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""
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
def postfix(settings: str = "") -> Iterator[Peer | None]:
    """Postfix that receives, flushes to its queue, and discards."""
    if not has("postfix") or os.geteuid() != 0:
        yield None
        return
    root = Path(tempfile.mkdtemp(prefix="triage-bench-postfix-"))
    root.chmod(0o755)
    port = free_port()
    try:
        for name in ("etc", "spool", "data"):
            (root / name).mkdir()
        shutil.chown(root / "data", "postfix", "postfix")
        (root / "etc/main.cf").write_text(_MAIN.format(root=root, size_limit=SIZE_LIMIT, settings=settings))
        (root / "etc/master.cf").write_text(_SERVICES.format(port=port))
        _postfix(root, "start")
        try:
            yield Peer(int((root / "spool/pid/master.pid").read_text()), port)
        finally:
            _postfix(root, "stop")
    finally:
        shutil.rmtree(root)


def _postfix(root: Path, verb: str) -> None:
    subprocess.run(["/usr/sbin/postfix", "-c", root / "etc", verb], check=True, capture_output=True)


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
