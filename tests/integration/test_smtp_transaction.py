"""A session on a real socket: what is said, what is stored."""

from __future__ import annotations

import pytest

from tests.integration.smtp_rig import NOW, serving

TO_DATA = b"EHLO c.example\r\nMAIL FROM:<a@far.example>\r\nRCPT TO:<b@ours.example>\r\nDATA\r\n"


async def test_a_message_is_stored_before_250() -> None:
    async with serving() as rig:
        peer = await rig.connect()
        await peer.to_data()
        reply = await peer.ask(b"Subject: x\r\nX-Triage-Id: forged\r\n\r\n..dot\r\n.")
        assert reply == b"250 2.0.0 OK: c1\r\n"
        ((envelope, content),) = rig.spool.messages
        assert content == b"Subject: x\r\n\r\n.dot\r\n"
        assert envelope.model_dump(exclude_defaults=True) == {
            "source": "smtp",
            "received_at": NOW,
            "mail_from": "a@far.example",
            "rcpt_to": ("b@ours.example",),
            "client": "127.0.0.1",
            "helo": "client.example",
        }
        assert await peer.ask(b"QUIT") == b"221 2.0.0 Bye\r\n"
        assert await peer.rest() == b""


async def test_what_is_offered() -> None:
    async with serving(message_bytes=1000) as rig:
        peer = await rig.connect()
        offered = (await peer.ask(b"EHLO c.example")).split(b"\r\n")
        assert offered[0] == b"250-mx.ours.example"
        for extension in (b"PIPELINING", b"SIZE 1000", b"8BITMIME", b"SMTPUTF8", b"ENHANCEDSTATUSCODES", b"DSN"):
            assert b"250-" + extension in offered
        assert not [line for line in offered if b"STARTTLS" in line or b"AUTH" in line or b"XCLIENT" in line]


async def test_everything_at_once_even_past_the_end_of_data() -> None:
    async with serving() as rig:
        peer = await rig.connect(greeted=False)
        peer.send(
            TO_DATA + b"one\r\n.\r\n"
            b"MAIL FROM:<>\r\nRCPT TO:<c@ours.example>\r\nRSET\r\n"
            b"MAIL FROM:<>\r\nRCPT TO:<d@ours.example>\r\nDATA\r\ntwo\r\n.\r\nNOOP\r\nQUIT\r\n"
        )
        said = await peer.rest()
        codes = [line[:3] for line in said.splitlines() if line[3:4] == b" "]
        assert codes == b"220 250 250 250 354 250 250 250 250 250 250 354 250 250 221".split()
        assert [content for _, content in rig.spool.messages] == [b"one\r\n", b"two\r\n"]
        assert [envelope.mail_from for envelope, _ in rig.spool.messages] == ["a@far.example", ""]


async def test_a_client_that_closes_its_side_is_still_answered() -> None:
    async with serving() as rig:
        peer = await rig.connect(greeted=False)
        peer.send(TO_DATA + b"text\r\n.\r\n")
        peer.writer.write_eof()
        assert b"250 2.0.0 OK: c1" in await peer.rest()


async def test_byte_by_byte() -> None:
    async with serving() as rig:
        peer = await rig.connect()
        for byte in TO_DATA + b"a\r\n..b\r\n.\r\n":
            peer.send(bytes([byte]))
            await peer.writer.drain()
        assert (await peer.replies(5))[-1] == b"250 2.0.0 OK: c1\r\n"
        assert rig.spool.messages[0][1] == b"a\r\n.b\r\n"


@pytest.mark.parametrize(
    "ending", [b"\n.\n", b"\n.\r\n", b"\r\n.\n", b"\r.\r", b"\r\n.\r", b"\r.\r\n", b"\r\n\x00.\r\n", b"\n\n.\r\n"]
)
async def test_nothing_is_smuggled(ending: bytes) -> None:
    async with serving() as rig:
        peer = await rig.connect()
        await peer.to_data()
        peer.send(b"Subject: x\r\n\r\na" + ending + b"MAIL FROM:<evil@far.example>\r\nDATA\r\nb\r\n.\r\nNOOP\r\n")
        assert [reply[:9] for reply in await peer.replies(2)] == [b"250 2.0.0", b"250 2.0.0"]
        ((_, content),) = rig.spool.messages
        assert content.count(b"\r") == content.count(b"\n") == content.count(b"\r\n")
        assert b"evil@far.example" in content


@pytest.mark.parametrize("body", [b"a\nb", b"a\rb", b"a\n.\nb"])
async def test_bare_newlines_refused_by_setting(body: bytes) -> None:
    async with serving(bare_newlines="refuse") as rig:
        peer = await rig.connect()
        await peer.to_data()
        assert (await peer.ask(body + b"\r\n.")).startswith(b"554 5.6.0 ")
        peer.send(b"NOOP\n")
        assert (await peer.reply()).startswith(b"500 5.5.2 ")
        await peer.to_data()
        assert (await peer.ask(b"clean\r\n.")).startswith(b"250 ")
        assert [content for _, content in rig.spool.messages] == [b"clean\r\n"]


async def test_bare_lf_commands_are_understood_by_default() -> None:
    async with serving() as rig:
        peer = await rig.connect()
        peer.send(b"NOOP\n")
        assert await peer.reply() == b"250 2.0.0 OK\r\n"


@pytest.mark.parametrize(
    ("commands", "code"),
    [
        ([b"MAIL FROM:<a@b.example>"], b"503 5.5.1"),
        ([b"EHLO"], b"501 5.5.4"),
        ([b"EHLO x", b"RCPT TO:<a@b.example>"], b"503 5.5.1"),
        ([b"EHLO x", b"DATA"], b"503 5.5.1"),
        ([b"EHLO x", b"MAIL FROM:<>", b"DATA"], b"554 5.5.1"),
        ([b"EHLO x", b"MAIL FROM:<>", b"MAIL FROM:<>"], b"503 5.5.1"),
        ([b"EHLO x", b"MAIL FROM:<>", b"RCPT TO:<a@b.example>", b"DATA now"], b"501 5.5.4"),
        ([b"EHLO x", b"MAIL FROM:<> SIZE=99999999999"], b"552 5.3.4"),
        ([b"EHLO x", b"MAIL FROM:<> BADPARAM=1"], b"555 5.5.4"),
        ([b"EHLO x", b"MAIL FROM:<a b>"], b"501 5.1.7"),
        ([b"VRFY someone"], b"252 2.5.2"),
        ([b"EXPN list"], b"502 5.5.1"),
        ([b"HELP"], b"214 2.0.0"),
        ([b"RSET x"], b"501 5.5.4"),
        ([b"QUIT x"], b"501 5.5.4"),
        ([b"STARTTLS"], b"454 4.7.0"),
        ([b"AUTH PLAIN AA=="], b"502 5.5.1"),
        ([b"LHLO x"], b"500 5.5.1"),
        ([b"BDAT 5 LAST"], b"500 5.5.1"),
        ([b""], b"500 5.5.1"),
        ([b"NO\0OP"], b"500 5.5.2"),
        ([b"NOOP " + b"x" * 3000], b"500 5.5.2"),
        ([b"XCLIENT ADDR=192.0.2.1"], b"550 5.7.0"),
        ([b"GET / HTTP/1.1"], b"221 2.7.0"),
    ],
)
async def test_replies(commands: list[bytes], code: bytes) -> None:
    async with serving() as rig:
        peer = await rig.connect()
        for command in commands[:-1]:
            await peer.ask(command)
        assert (await peer.ask(commands[-1])).startswith(code)


async def test_ehlo_and_rset_forget_the_transaction() -> None:
    async with serving() as rig:
        peer = await rig.connect()
        for forget in (b"EHLO again.example", b"HELO again.example", b"RSET"):
            await peer.ask(b"EHLO c.example")
            await peer.ask(b"MAIL FROM:<a@far.example>")
            await peer.ask(forget)
            assert (await peer.ask(b"RCPT TO:<b@ours.example>")).startswith(b"503 ")


async def test_delivery_report_wishes_are_kept() -> None:
    async with serving() as rig:
        peer = await rig.connect()
        await peer.ask(b"EHLO c.example")
        await peer.ask(b"MAIL FROM:<a@far.example> RET=HDRS ENVID=Q+2B1 BODY=8BITMIME")
        await peer.ask(b"RCPT TO:<b@ours.example> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;x@ours.example")
        await peer.ask(b"RCPT TO:<c@ours.example>")
        await peer.ask(b"DATA")
        await peer.ask(b"x\r\n.")
        envelope = rig.spool.messages[0][0]
        assert envelope.body_8bit
        assert envelope.dsn is not None
        assert envelope.dsn.model_dump() == {
            "ret": "HDRS",
            "envid": "Q+2B1",
            "notify": {"b@ours.example": "SUCCESS,FAILURE"},
            "orcpt": {"b@ours.example": "rfc822;x@ours.example"},
        }


async def test_utf8_addresses() -> None:
    async with serving() as rig:
        peer = await rig.connect()
        await peer.ask(b"EHLO c.example")
        assert (await peer.ask("MAIL FROM:<é@far.example>".encode())).startswith(b"553 5.6.7")
        assert (await peer.ask("MAIL FROM:<é@far.example> SMTPUTF8".encode())).startswith(b"250 ")
        assert (await peer.ask("RCPT TO:<ü@ours.example>".encode())).startswith(b"250 ")
        await peer.ask(b"DATA")
        await peer.ask(b"x\r\n.")
        envelope = rig.spool.messages[0][0]
        assert (envelope.mail_from, envelope.rcpt_to, envelope.smtputf8) == ("é@far.example", ("ü@ours.example",), True)


@pytest.mark.parametrize(
    ("headers", "hold"),
    [
        (b"Received: x\r\n" * 50, None),
        (b"Received: x\r\n" * 51, "hops"),
        (b"Received: x\r\n" * 51 + b"X-Triage-Trace: genuine\r\n", "loop"),
        (b"X-Triage-Trace: genuine\r\n", "loop"),
        (b"X-Triage-Trace: forged\r\n", None),
        (b"X-Triage-Trace: forged\r\nX-TRIAGE-TRACE: genuine\r\n", "loop"),
    ],
)
@pytest.mark.parametrize("size", [1, 200_000])
async def test_a_loop_is_held_never_refused(headers: bytes, hold: str | None, size: int) -> None:
    async with serving(is_our_trace=lambda value: value == b"genuine") as rig:
        peer = await rig.connect()
        await peer.to_data()
        assert (await peer.ask(headers + b"\r\n" + b"x\r\n" * size + b".")).startswith(b"250 ")
        ((envelope, content),) = rig.spool.messages
        assert envelope.hold == hold
        assert b"X-TRIAGE" not in content.upper()


async def test_a_large_body_goes_in_chunks() -> None:
    async with serving() as rig:
        peer = await rig.connect()
        await peer.to_data()
        body = b"Subject: x\r\nX-Triage-A: b\r\n\r\n" + (b"." + b"z" * 75 + b"\r\n") * 40_000
        peer.send(body.replace(b"\r\n.", b"\r\n..") + b".\r\n")
        assert (await peer.reply()).startswith(b"250 2.0.0 ")
        ((_, content),) = rig.spool.messages
        assert content == body.replace(b"X-Triage-A: b\r\n", b"")
        assert rig.spool.begun == 1
        assert rig.spool.largest_chunk <= 400 * 1024
        assert not rig.spool.abandoned.is_set()


async def test_with_no_memory_left_even_small_ones_go_in_chunks() -> None:
    async with serving(memory_bytes=10) as rig:
        peer = await rig.connect()
        await peer.to_data()
        assert (await peer.ask(b"Subject: x\r\n\r\nlonger than that\r\n.")).startswith(b"250 ")
        assert rig.spool.begun == 1
        assert rig.spool.messages[0][1].endswith(b"longer than that\r\n")


async def test_the_relay_rule_on_the_wire() -> None:
    async with serving(trusted_peers=(), allowed_networks=("127.0.0.0/8",), recipient_domains=("ours.example",)) as rig:
        peer = await rig.connect()
        await peer.ask(b"EHLO c.example")
        await peer.ask(b"MAIL FROM:<a@far.example>")
        assert (await peer.ask(b"RCPT TO:<b@far.example>")).startswith(b"550 5.7.1 ")
        assert (await peer.ask(b"RCPT TO:<b%far.example@ours.example>")).startswith(b"550 5.7.1 ")
        assert (await peer.ask(b"RCPT TO:<@ours.example:b@far.example>")).startswith(b"550 5.7.1 ")
        assert (await peer.ask(b"RCPT TO:<b@ours.example>")).startswith(b"250 2.1.5 ")
        assert (await peer.ask(b"RCPT TO:<Postmaster>")).startswith(b"250 2.1.5 ")


async def test_a_stranger_gets_no_service() -> None:
    async with serving(
        trusted_peers=(), allowed_networks=("192.0.2.0/24",), recipient_domains=("ours.example",)
    ) as rig:
        peer = await rig.connect(greeted=False)
        assert (await peer.rest()).startswith(b"554 5.7.1 ")


async def test_with_domains_named_even_this_machine_sends_to_no_others() -> None:
    async with serving(recipient_domains=("ours.example",)) as rig:
        peer = await rig.connect()
        await peer.ask(b"EHLO c.example")
        await peer.ask(b"MAIL FROM:<a@far.example>")
        assert (await peer.ask(b"RCPT TO:<b@far.example>")).startswith(b"550 5.7.1 ")
        assert (await peer.ask(b"RCPT TO:<b@ours.example>")).startswith(b"250 2.1.5 ")
        assert rig.intake.outcomes["550 5.7.1"] == 1


async def test_a_long_command_line_sent_slowly_is_read_to_its_end() -> None:
    async with serving() as rig:
        peer = await rig.connect()
        for _ in range(4):
            peer.send(b"x" * 100_000)
            await peer.writer.drain()
        assert (await peer.ask(b"")).startswith(b"500 5.5.2 ")
        assert (await peer.ask(b"NOOP")).startswith(b"250 ")
