"""A real Postfix hands us mail: as its content filter over SMTP with XFORWARD, and over LMTP."""

from __future__ import annotations

import asyncio
import shutil
import smtplib
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from integration.postfix import require

from tests.integration.smtp_rig import PATIENCE_SECONDS, Rig, serving

pytestmark = pytest.mark.postfix


@pytest.fixture(autouse=True)
def _needs_postfix() -> None:
    require("postfix")


MAIN = """
compatibility_level = 3.6
queue_directory = {root}/spool
data_directory = {root}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
myhostname = filter.test.example
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
local_recipient_maps =
alias_maps =
alias_database =
default_transport = {transport}
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_peername_lookup = no
smtpd_discard_ehlo_keywords = chunking
disable_dns_lookups = yes
maillog_file = {root}/maillog
maillog_file_prefixes = {root}
minimal_backoff_time = 1s
maximal_backoff_time = 1s
queue_run_delay = 1s
"""
SERVICES = """
127.0.0.1:{port} inet n - n - - smtpd
triage unix - - n - 20 smtp
    -o smtp_send_xforward_command=yes
    -o disable_mime_output_conversion=yes
    -o smtp_tls_security_level=none
lmtp unix - - n - - lmtp
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
retry unix - - n - - error
error unix - - n - - error
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""


@contextmanager
def postfix(transport: str) -> Iterator[int]:
    """The port of an instance of its own that sends everything by `transport`."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    # Postfix wants every folder above its own to be open to all, which pytest's are not.
    root = Path(tempfile.mkdtemp(prefix="triage-postfix-"))
    root.chmod(0o755)
    try:
        for name in ("etc", "spool", "data"):
            (root / name).mkdir()
        shutil.chown(root / "data", "postfix", "postfix")
        (root / "etc/main.cf").write_text(MAIN.format(root=root, transport=transport))
        (root / "etc/master.cf").write_text(SERVICES.format(port=port))
        subprocess.run(["postfix", "-c", root / "etc", "start"], check=True, capture_output=True)
        try:
            yield port
        finally:
            subprocess.run(["postfix", "-c", root / "etc", "stop"], check=True, capture_output=True)
    finally:
        shutil.rmtree(root)


def submit(port: int) -> None:
    with smtplib.SMTP("127.0.0.1", port, local_hostname="writer.far.example") as client:
        for sender in ("a@far.example", ""):
            client.sendmail(sender, ["b@ours.example", "c@ours.example"], b"Subject: x\r\n\r\n.dot\r\n", ["RET=HDRS"])
        client.sendmail("l@far.example", ["b@ours.example"], b"Subject: x\r\n\r\n" + (b"y" * 76 + b"\r\n") * 6000)


async def arrivals(rig: Rig, count: int) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while len(rig.spool.messages) < count:
            rig.spool.arrived.clear()
            await rig.spool.arrived.wait()


@pytest.mark.parametrize(("setting", "scheme"), [("listen", "triage"), ("listen_lmtp", "lmtp:inet")])
async def test_postfix_hands_over(setting: str, scheme: str) -> None:
    listens = {"listen": (), "listen_lmtp": (), setting: ("127.0.0.1:0",)}
    async with serving(**listens) as rig:
        hop = f":127.0.0.1:{rig.port(setting)}" if scheme.startswith("lmtp") else f":[127.0.0.1]:{rig.port(setting)}"
        with postfix(scheme + hop) as port:
            await asyncio.to_thread(submit, port)
            await arrivals(rig, 3)
        by_sender = {envelope.mail_from: (envelope, content) for envelope, content in rig.spool.messages}
        assert set(by_sender) == {"a@far.example", "", "l@far.example"}
        envelope, content = by_sender["a@far.example"]
        assert envelope.rcpt_to == ("b@ours.example", "c@ours.example")
        assert content.endswith(b"\r\n\r\n.dot\r\n")
        assert envelope.dsn is not None
        assert envelope.dsn.ret == "HDRS"
        assert by_sender["l@far.example"][1].count(b"y" * 76 + b"\r\n") == 6000
        if setting == "listen":
            assert envelope.helo == "writer.far.example"
