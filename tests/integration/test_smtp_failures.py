"""What goes wrong, and that no message is lost or half-written by it."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

import pytest

from gateway.intake.smtp.server import ListenError, SmtpIntake
from gateway.intake.smtp.settings import SmtpSettings
from gateway.intake.spool_port import SpoolUnavailable
from tests.integration.smtp_rig import NOW, PATIENCE_SECONDS, serving
from tests.unit.intake.fake_spool import FakeSpool

SMALL = b"Subject: x\r\n\r\ntext\r\n"
LARGE = b"Subject: x\r\n\r\n" + (b"y" * 76 + b"\r\n") * 8000


@pytest.mark.parametrize("body", [SMALL, LARGE])
@pytest.mark.parametrize(
    ("failure", "code"),
    [
        (SpoolUnavailable("full"), b"452 4.3.1 "),
        (SpoolUnavailable("unavailable"), b"451 4.3.0 "),
        (RuntimeError("a defect"), b"451 4.3.0 "),
        (OSError(28, "No space left on device"), b"452 4.3.1 "),
    ],
)
async def test_a_failing_store_is_temporary_and_the_session_goes_on(
    body: bytes, failure: Exception, code: bytes
) -> None:
    async with serving(FakeSpool(fail=failure)) as rig:
        peer = await rig.connect()
        await peer.to_data()
        peer.send(body + b".\r\n")
        assert (await peer.reply()).startswith(code)
        rig.spool.fail = None
        await peer.to_data()
        peer.send(body + b".\r\n")
        assert (await peer.reply()).startswith(b"250 ")
        assert [content for _, content in rig.spool.messages] == [body]


async def test_the_disk_fills_half_way() -> None:
    async with serving(FakeSpool(fail_after_chunks=1)) as rig:
        peer = await rig.connect()
        await peer.to_data()
        peer.send(LARGE + b".\r\nNOOP\r\n")
        assert (await peer.reply()).startswith(b"452 4.3.1 ")
        assert (await peer.reply()).startswith(b"250 ")
        await asyncio.wait_for(rig.spool.abandoned.wait(), PATIENCE_SECONDS)
        assert rig.spool.messages == []


def broken_trace(value: bytes) -> bool:
    raise LookupError("no key")


async def test_a_defect_in_the_trace_check_is_temporary() -> None:
    async with serving(is_our_trace=broken_trace) as rig:
        peer = await rig.connect()
        await peer.to_data()
        assert (await peer.ask(b"X-Triage-Trace: a\r\n\r\nb\r\n.")).startswith(b"451 4.3.0 ")


@pytest.mark.parametrize("body", [SMALL, LARGE])
async def test_a_connection_lost_during_the_commit_loses_nothing(body: bytes) -> None:
    async with serving(FakeSpool(gate=asyncio.Event())) as rig:
        peer = await rig.connect()
        await peer.to_data()
        peer.send(body + b".\r\n")
        await asyncio.wait_for(rig.spool.committing.wait(), PATIENCE_SECONDS)
        peer.writer.transport.abort()
        await asyncio.sleep(0)
        assert rig.spool.gate
        rig.spool.gate.set()
        await asyncio.wait_for(rig.spool.arrived.wait(), PATIENCE_SECONDS)
        assert [content for _, content in rig.spool.messages] == [body]


async def test_outcomes_are_counted() -> None:
    async with serving(FakeSpool(fail=SpoolUnavailable("full"))) as rig:
        peer = await rig.connect()
        await peer.to_data()
        await peer.ask(SMALL + b".")
        await peer.ask(b"FOO")
        assert dict(rig.intake.outcomes) == {"452 4.3.1": 1, "500 5.5.1": 1}
        assert rig.intake.open_connections == 1


@pytest.mark.parametrize("body", [SMALL, LARGE])
async def test_a_connection_lost_before_the_end_of_data_stores_nothing(body: bytes) -> None:
    async with serving() as rig:
        peer = await rig.connect()
        await peer.to_data()
        peer.send(body)
        await peer.close()
        if body is LARGE:
            await asyncio.wait_for(rig.spool.abandoned.wait(), PATIENCE_SECONDS)
        other = await rig.connect()
        assert (await other.ask(b"NOOP")).startswith(b"250 ")
        assert rig.spool.messages == []


async def test_a_store_that_hangs_is_answered_for_and_what_it_then_commits_is_kept() -> None:
    async with serving(FakeSpool(gate=asyncio.Event()), commit_seconds=0.05) as rig:
        peer = await rig.connect()
        await peer.to_data()
        assert (await peer.ask(SMALL + b".")).startswith(b"451 4.3.0 ")
        assert rig.spool.gate
        rig.spool.gate.set()
        await asyncio.wait_for(rig.spool.arrived.wait(), PATIENCE_SECONDS)


@pytest.mark.parametrize(
    ("settings", "body", "code"),
    [
        ({"message_bytes": 1000}, b"x" * 70 + b"\r\n" + (b"y" * 70 + b"\r\n") * 14, b"552 5.3.4 "),
        ({"line_length_bytes": 998}, b"x" * 999 + b"\r\n", b"500 5.5.2 "),
        ({"line_length_bytes": 998}, b"x" * 998 + b"\r\n", b"250 2.0.0 "),
    ],
)
async def test_limits_on_the_body(settings: dict[str, Any], body: bytes, code: bytes) -> None:
    async with serving(**settings) as rig:
        peer = await rig.connect()
        await peer.to_data()
        peer.send(body + b".\r\nNOOP\r\n")
        assert (await peer.reply()).startswith(code)
        assert (await peer.reply()).startswith(b"250 2.0.0 OK")


async def test_a_body_without_end_is_cut_off() -> None:
    async with serving(message_bytes=1000) as rig:
        peer = await rig.connect()
        await peer.to_data()
        peer.send((b"z" * 998 + b"\r\n") * 4000)
        with suppress(ConnectionError):
            assert (await peer.rest()).startswith(b"421 4.3.0 ")
        assert rig.spool.messages == []


async def test_too_many_recipients_are_for_another_transaction() -> None:
    async with serving(recipients_per_message=100, errors_per_session=1, commands_between_messages=20) as rig:
        peer = await rig.connect()
        await peer.ask(b"EHLO c.example")
        await peer.ask(b"MAIL FROM:<>")
        peer.send(b"".join(b"RCPT TO:<r%d@ours.example>\r\n" % number for number in range(150)))
        said = await peer.replies(150)
        assert all(reply.startswith(b"250 ") for reply in said[:100])
        assert all(reply.startswith(b"452 4.5.3 ") for reply in said[100:])
        await peer.ask(b"DATA")
        assert (await peer.ask(b"x\r\n.")).startswith(b"250 ")
        assert len(rig.spool.messages[0][0].rcpt_to) == 100


@pytest.mark.parametrize(
    ("settings", "code"), [({"connections": 2}, b"421 4.3.2 "), ({"connections_per_client": 2}, b"421 4.7.0 ")]
)
async def test_connections_are_limited_and_come_free_again(settings: dict[str, Any], code: bytes) -> None:
    async with serving(**settings) as rig:
        first = await rig.connect()
        await rig.connect()
        third = await rig.connect(greeted=False)
        assert (await third.rest()).startswith(code)
        await first.ask(b"QUIT")
        await first.rest()
        fourth = await rig.connect(greeted=False)
        assert (await fourth.reply())[:3] == b"220"


async def test_messages_are_limited_by_rate() -> None:
    async with serving(messages_per_minute_per_client=2) as rig:
        peer = await rig.connect()
        for _ in range(2):
            await peer.to_data()
            await peer.ask(b"x\r\n.")
        assert (await peer.ask(b"MAIL FROM:<>")).startswith(b"450 4.7.1 ")


async def test_too_many_errors_end_the_session() -> None:
    async with serving(errors_per_session=3) as rig:
        peer = await rig.connect()
        peer.send(b"FOO\r\n" * 5)
        said = (await peer.rest()).splitlines()
        assert [line[:9] for line in said] == [b"500 5.5.1"] * 3 + [b"421 4.7.0"]


async def test_a_flood_of_idle_commands_ends_the_session() -> None:
    async with serving(commands_between_messages=20) as rig:
        peer = await rig.connect()
        peer.send(b"NOOP\r\n" * 25)
        said = (await peer.rest()).splitlines()
        assert len(said) == 21
        assert said[-1].startswith(b"421 4.7.0")


async def test_accepted_recipients_are_no_idle_commands() -> None:
    async with serving(commands_between_messages=20) as rig:
        peer = await rig.connect()
        await peer.ask(b"EHLO c.example")
        await peer.ask(b"MAIL FROM:<>")
        peer.send(b"RCPT TO:<b@ours.example>\r\n" * 50)
        assert all(reply.startswith(b"250 ") for reply in await peer.replies(50))


@pytest.mark.parametrize("failure", [None, SpoolUnavailable("full")])
async def test_memory_is_given_back_after_every_message(failure: Exception | None) -> None:
    async with serving(FakeSpool(fail=failure), memory_bytes=3000) as rig:
        peer = await rig.connect()
        body = b"Subject: x\r\n\r\n" + (b"y" * 98 + b"\r\n") * 15
        for _ in range(5):
            await peer.to_data()
            peer.send(body + b".\r\n")
            await peer.reply()
        rig.spool.fail = None
        await peer.to_data()
        assert (await peer.ask(body + b".")).startswith(b"250 ")
        assert rig.spool.begun == 0


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"command_seconds": 0.05}, b""),
        ({"data_block_seconds": 0.05}, b"MAIL FROM:<>\r\nRCPT TO:<b@ours.example>\r\nDATA\r\nhalf"),
        ({"data_seconds": 0.05}, b"MAIL FROM:<>\r\nRCPT TO:<b@ours.example>\r\nDATA\r\nhalf"),
    ],
)
async def test_silence_ends_the_session(settings: dict[str, Any], said: bytes) -> None:
    async with serving(**settings) as rig:
        peer = await rig.connect(greeted=False)
        peer.send(b"EHLO c.example\r\n" + said)
        assert (await peer.rest()).splitlines()[-1].startswith(b"421 4.4.2 ")
        assert rig.spool.messages == []


async def test_stop_tells_the_idle_and_waits_for_the_busy() -> None:
    async with serving(FakeSpool(gate=asyncio.Event())) as rig:
        idle, busy = await rig.connect(), await rig.connect()
        assert (await idle.ask(b"EHLO c.example")).startswith(b"250")
        await busy.to_data()
        busy.send(SMALL + b".\r\n")
        await asyncio.wait_for(rig.spool.committing.wait(), PATIENCE_SECONDS)
        stopping = asyncio.create_task(rig.intake.stop(PATIENCE_SECONDS))
        assert (await idle.rest()).startswith(b"421 4.3.2 ")
        assert rig.spool.gate
        rig.spool.gate.set()
        said = await busy.rest()
        assert [line[:9] for line in said.splitlines()] == [b"250 2.0.0", b"421 4.3.2"]
        await asyncio.wait_for(stopping, PATIENCE_SECONDS)


async def test_stop_waits_for_a_transaction_that_has_begun() -> None:
    async with serving() as rig:
        idle, busy = await rig.connect(), await rig.connect()
        await busy.ask(b"EHLO c.example")
        await busy.ask(b"MAIL FROM:<a@far.example>")
        stopping = asyncio.create_task(rig.intake.stop(PATIENCE_SECONDS))
        await idle.rest()
        assert (await busy.ask(b"RCPT TO:<b@ours.example>")).startswith(b"250 ")
        await busy.ask(b"DATA")
        busy.send(SMALL + b".\r\n")
        assert [line[:9] for line in (await busy.rest()).splitlines()] == [b"250 2.0.0", b"421 4.3.2"]
        await asyncio.wait_for(stopping, PATIENCE_SECONDS)


async def test_stop_drops_what_does_not_finish() -> None:
    async with serving() as rig:
        peer = await rig.connect()
        await peer.to_data()
        peer.send(LARGE)
        await peer.writer.drain()
        await asyncio.wait_for(rig.intake.stop(0.05), PATIENCE_SECONDS)
        with suppress(ConnectionError):
            assert await peer.rest() == b""
        await asyncio.wait_for(rig.spool.abandoned.wait(), PATIENCE_SECONDS)
        assert rig.spool.messages == []


async def test_a_port_in_use_is_one_clear_line() -> None:
    async with serving() as rig:
        text = f"127.0.0.1:{rig.port()}"
        settings = SmtpSettings(listen=("127.0.0.1:0",), listen_lmtp=(text,))
        second = SmtpIntake(settings, FakeSpool(), now=lambda: NOW, is_our_trace=lambda value: False)
        with pytest.raises(ListenError) as caught:
            await second.start()
        assert text in str(caught.value)
        assert "smtp.listen_lmtp" in str(caught.value)
        assert "in use" in str(caught.value)
        assert "\n" not in str(caught.value)
        assert second.addresses == ()


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"listen": ("192.0.2.1:2525",), "allowed_networks": ("192.0.2.0/24",)}, "no such address"),
        ({"tls_certificate": "missing.pem", "tls_key": "missing.key"}, "smtp.tls_certificate"),
        ({"tls_certificate": __file__, "tls_key": __file__}, "smtp.tls_certificate"),
    ],
)
async def test_a_start_that_fails_says_why_in_one_line(values: dict[str, Any], says: str) -> None:
    settings = SmtpSettings(**{"recipient_domains": ("ours.example",), **values})
    with pytest.raises(ListenError, match=says) as caught:
        await SmtpIntake(settings, FakeSpool(), now=lambda: NOW, is_our_trace=lambda value: False).start()
    assert "\n" not in str(caught.value)


async def test_ten_large_messages_do_not_hold_up_a_small_one() -> None:
    async with serving() as rig:
        large = [await rig.connect() for _ in range(10)]
        for peer in large:
            await peer.to_data()
            peer.send(LARGE * 8)
        small = await rig.connect()
        await small.to_data()
        assert (await small.ask(SMALL + b".")).startswith(b"250 ")
        assert len(rig.spool.messages) == 1
        for peer in large:
            peer.send(b".\r\n")
            assert (await peer.reply()).startswith(b"250 ")
        assert sorted(len(content) for _, content in rig.spool.messages)[1:] == [len(LARGE) * 8] * 10
