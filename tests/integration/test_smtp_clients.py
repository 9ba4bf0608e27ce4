"""Clients that others wrote, and lines that nobody should."""

from __future__ import annotations

import asyncio
import shutil
import smtplib

import aiosmtplib
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.integration.smtp_rig import PATIENCE_SECONDS, serving


def needed(name: str) -> str:
    """The path of a program that the tests need; where it is missing the test fails and says what to install."""
    path = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/lib/postfix")
    assert path, f"{name} is missing: apt-get install --no-install-recommends postfix swaks"
    return path


async def run(*command: str) -> None:
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    out, _ = await asyncio.wait_for(process.communicate(), PATIENCE_SECONDS)
    assert process.returncode == 0, out.decode()


async def test_smtplib() -> None:
    def send(port: int) -> None:
        with smtplib.SMTP("127.0.0.1", port) as client:
            client.sendmail("a@far.example", ["b@ours.example", "c@ours.example"], b"Subject: x\r\n\r\n.dot\r\n")
            client.sendmail("", ["b@ours.example"], b"two\r\n")

    async with serving() as rig:
        await asyncio.to_thread(send, rig.port())
        assert [content for _, content in rig.spool.messages] == [b"Subject: x\r\n\r\n.dot\r\n", b"two\r\n"]
        assert [envelope.mail_from for envelope, _ in rig.spool.messages] == ["a@far.example", ""]


async def test_aiosmtplib() -> None:
    async with serving() as rig:
        async with aiosmtplib.SMTP(hostname="127.0.0.1", port=rig.port(), start_tls=False, use_tls=False) as client:
            for _ in range(3):
                await client.sendmail("a@far.example", ["b@ours.example"], b"Subject: x\r\n\r\ntext\r\n")
        assert len(rig.spool.messages) == 3


@pytest.mark.parametrize("options", [("-d",), (), ("-l", "300000")])
async def test_smtp_source(options: tuple[str, ...]) -> None:
    async with serving() as rig:
        smtp_source = needed("smtp-source")
        target = f"127.0.0.1:{rig.port()}"
        await run(smtp_source, *options, "-s", "5", "-m", "20", "-f", "a@far.example", "-t", "b@ours.example", target)
        assert len(rig.spool.messages) == 20


async def test_smtp_source_lmtp() -> None:
    async with serving(listen=(), listen_lmtp=("127.0.0.1:0",)) as rig:
        smtp_source = needed("smtp-source")
        target = f"127.0.0.1:{rig.port('listen_lmtp')}"
        await run(
            smtp_source, "-L", "-s", "2", "-m", "4", "-r", "3", "-f", "a@far.example", "-t", "b@ours.example", target
        )
        assert len(rig.spool.messages) == 4


@pytest.mark.parametrize("pipeline", [(), ("--pipeline",)])
async def test_swaks(pipeline: tuple[str, ...]) -> None:
    async with serving() as rig:
        swaks = needed("swaks")
        where = ("--server", "127.0.0.1", "--port", str(rig.port()), "--helo", "c.example")
        await run(swaks, *where, *pipeline, "--from", "a@far.example", "--to", "b@ours.example,c@ours.example")
        assert rig.spool.messages[0][0].rcpt_to == ("b@ours.example", "c@ours.example")


VERBS = [
    b"EHLO",
    b"HELO",
    b"MAIL FROM:",
    b"RCPT TO:",
    b"DATA",
    b"RSET",
    b"NOOP",
    b"AUTH",
    b"STARTTLS",
    b"XFORWARD",
    b"VRFY",
]
PIECES = st.one_of(
    st.sampled_from([*VERBS, b"\r\n", b"\r", b"\n", b".", b"<a@b.example>", b" ", b"SIZE=1", b"x=y"]),
    st.binary(max_size=30),
)


@given(st.lists(PIECES, max_size=60).map(b"".join))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_bytes_crash_or_hang_a_session(said: bytes) -> None:
    async def session() -> None:
        async with serving(command_seconds=5) as rig:
            peer = await rig.connect()
            peer.send(said)
            peer.writer.write_eof()
            for line in (await peer.rest()).splitlines():
                assert line[:1] in b"2345"
                assert not line.startswith((b"421 4.3.0", b"451"))
            other = await rig.connect()
            assert (await other.ask(b"NOOP")).startswith(b"250 ")

    asyncio.run(session())
