"""LMTP: LHLO, and a reply for each recipient."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from gateway.intake.smtp.server import SmtpIntake
from gateway.intake.smtp.settings import LOOPBACK, SmtpSettings
from gateway.intake.spool_port import SpoolUnavailable
from tests.integration.smtp_rig import NOW, Peer, serving
from tests.unit.intake.fake_spool import FakeSpool

LMTP = {"listen": (), "listen_lmtp": ("127.0.0.1:0",)}


@pytest.mark.parametrize(
    ("failure", "code"), [(None, b"250 2.0.0"), (SpoolUnavailable("full"), b"452 4.3.1"), (ValueError(), b"451 4.3.0")]
)
async def test_one_reply_a_recipient(failure: Exception | None, code: bytes) -> None:
    async with serving(FakeSpool(fail=failure), **LMTP) as rig:
        peer = await rig.connect("listen_lmtp")
        assert b"PIPELINING" in await peer.ask(b"LHLO mail.example")
        await peer.ask(b"MAIL FROM:<a@far.example>")
        for recipient in (b"b", b"c", b"b"):
            assert (await peer.ask(b"RCPT TO:<" + recipient + b"@ours.example>")).startswith(b"250 ")
        await peer.ask(b"RCPT TO:<>")
        await peer.ask(b"DATA")
        peer.send(b"x\r\n.\r\nNOOP\r\n")
        assert [reply[:9] for reply in await peer.replies(3)] == [code] * 3
        assert await peer.reply() == b"250 2.0.0 OK\r\n"
        if failure is None:
            ((envelope, _),) = rig.spool.messages
            assert (envelope.source, envelope.rcpt_to) == ("lmtp", ("b@ours.example", "c@ours.example"))


async def test_it_is_not_smtp() -> None:
    async with serving(**LMTP) as rig:
        peer = await rig.connect("listen_lmtp")
        assert (await peer.ask(b"EHLO x")).startswith(b"500 5.5.1")
        assert (await peer.ask(b"HELO x")).startswith(b"500 5.5.1")
        await peer.ask(b"LHLO x")
        await peer.ask(b"MAIL FROM:<>")
        assert (await peer.ask(b"DATA")).startswith(b"503 5.5.1")


async def test_over_a_unix_socket_mail_comes_in_for_the_domains_named_and_no_others(tmp_path: Path) -> None:
    path = tmp_path / "lmtp.sock"
    named = SmtpSettings(listen=(), listen_lmtp=(f"unix:{path}",), recipient_domains=("ours.example",))
    trusting = named.model_copy(update={"trusted_peers": LOOPBACK})
    for settings, elsewhere in ((named, b"550 5.7.1 "), (trusting, b"250 2.1.5 ")):
        intake = SmtpIntake(settings, FakeSpool(), now=lambda: NOW, is_our_trace=lambda value: False)
        await intake.start()
        peer = Peer(*await asyncio.open_unix_connection(path))
        await peer.reply()
        await peer.ask(b"LHLO mail.example")
        await peer.ask(b"MAIL FROM:<a@far.example>")
        assert (await peer.ask(b"RCPT TO:<x@other.example>")).startswith(elsewhere)
        assert (await peer.ask(b"RCPT TO:<b@ours.example>")).startswith(b"250 2.1.5 ")
        await peer.close()
        await intake.stop(0)


async def test_over_a_unix_socket_the_peer_is_trusted_where_no_domains_are_named(tmp_path: Path) -> None:
    spool, path = FakeSpool(), tmp_path / "lmtp.sock"
    settings = SmtpSettings(listen=(), listen_lmtp=(f"unix:{path}",))
    intake = SmtpIntake(settings, spool, now=lambda: NOW, is_our_trace=lambda value: False)
    await intake.start()
    assert [str(each) for each in intake.addresses] == [f"lmtp unix:{path}"]
    assert path.stat().st_mode & 0o777 == 0o660
    peer = Peer(*await asyncio.open_unix_connection(path))
    await peer.reply()
    await peer.to_data(hello=b"LHLO mail.example")
    assert (await peer.ask(b"x\r\n.")).startswith(b"250 ")
    assert spool.messages[0][0].client is None
    await peer.close()
    await intake.stop(0)
