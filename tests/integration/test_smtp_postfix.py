"""A real Postfix hands us mail: as its content filter over SMTP with XFORWARD, and over LMTP."""

from __future__ import annotations

import asyncio
import smtplib
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from integration.postfix import FILTER_CLIENT, QUICK_RETRIES, require

from benchmarks.machine import free_port
from benchmarks.private_postfix import listener, private_postfix
from tests.integration.smtp_rig import PATIENCE_SECONDS, Rig, serving

pytestmark = pytest.mark.postfix


@pytest.fixture(autouse=True)
def _needs_postfix() -> None:
    require("postfix")


@contextmanager
def postfix(transport: str) -> Iterator[int]:
    """The port of an instance of its own that sends everything by `transport`."""
    port = free_port()
    parameters = {
        **QUICK_RETRIES,
        "myhostname": "filter.test.example",
        "default_transport": transport,
        "smtpd_discard_ehlo_keywords": "chunking",
    }
    with private_postfix(parameters, [listener(port), FILTER_CLIENT]):
        yield port


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
