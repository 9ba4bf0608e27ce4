"""Mail through a real Postfix, out to the gateway as its content filter, back into Postfix, and on to a mailbox server."""

from __future__ import annotations

import asyncio
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from acceptance.gateway_process import GatewayProcess, gateway, wait_until
from acceptance.sink import Received, Sink, running_sink
from integration.postfix import Postfix, postfix, require

from benchmarks.machine import free_port, program
from gateway.settings import load_settings
from gateway.store.switches import Switch

pytestmark = pytest.mark.postfix

RESTRICTED = "wilfred.ashdown@fieldpost.example"
FAR_CLIENT = "203.0.113.9"


@dataclass(frozen=True)
class Chain:
    """The three in a row."""

    postfix: Postfix
    gateway: GatewayProcess
    sink: Sink


@contextmanager
def chain(folder: Path) -> Iterator[Chain]:
    """Postfix, the gateway (not yet started) as its filter, and the server behind them."""
    reinjection = free_port()
    with (
        running_sink() as sink,
        gateway(folder, reinjection) as process,
        postfix(content_filter=process.port, next_hop=sink.port, reinjection=reinjection) as instance,
    ):
        yield Chain(instance, process, sink)


def original(sender: str, number: int = 0) -> bytes:
    """A message whose every byte must come through: dots, tabs, 8-bit text, trailing blanks, a folded field."""
    return (
        f"From: Somebody <{sender}>\r\nTo: Office <office@opcc.example>\r\n"
        f"Subject: A question\r\n about bins, number {number}\r\nMessage-ID: <chain-{number}@far.example>\r\n"
        "Date: Mon, 02 Mar 2026 10:15:00 +0000\r\nMIME-Version: 1.0\r\n"
        "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
        ".a dot first\r\n..\r\n\ttab and trailing blanks  \r\n£20 – “quoted”\r\nThe bins in my road.\r\n\r\n\r\n"
    ).encode()


def swaks(port: int, sender: str, content: bytes, folder: Path) -> None:
    """Send one message as a client at `FAR_CLIENT`."""
    require("swaks")
    file = folder / "message.eml"
    file.write_bytes(content.removesuffix(b"\r\n").replace(b"\r\n", b"\n"))  # it ends the last line itself
    done = subprocess.run(
        ["swaks", "--server", "127.0.0.1", "--port", str(port), "--xclient-addr", FAR_CLIENT, "--ehlo", "far.example",
         "--from", sender, "--to", "office@opcc.example", "--data", f"@{file}"],
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-2000:]


def source(port: int, count: int, *options: str) -> None:
    """Send many with Postfix's own load generator, over four sessions."""
    path = program("smtp-source")
    assert path is not None
    command = [path, "-d", "-s", "4", "-m", str(count), "-f", "a@far.example", "-t", "office@opcc.example"]
    done = subprocess.run([*command, *options, f"127.0.0.1:{port}"], capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stderr


def enforce(process: GatewayProcess) -> None:
    """What an administrator does once the alerts were tested."""
    alerts = load_settings(process.folder / "gateway.toml").alerts
    process.turn(Switch.LADDER_TESTED, alerts.fingerprint())
    process.turn(Switch.MODE, "enforce")


def delivered(sink: Sink) -> list[Received]:
    """What arrived at the office; not what the gateway itself wrote to others about it."""
    return [mail for mail in list(sink.received) if "office@opcc.example" in mail.rcpt_to]


def resident_kilobytes(pid: int) -> int:
    """The process's memory."""
    (line,) = re.findall(r"^VmRSS:\s+(\d+) kB$", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
    return int(line)


def test_observing_every_byte_comes_through_and_the_client_is_known(tmp_path: Path) -> None:
    with chain(tmp_path) as parts:
        parts.gateway.start()
        for number, sender in enumerate(("writer@far.example", RESTRICTED)):
            swaks(parts.postfix.submission, sender, original(sender, number), tmp_path)
            wait_until(lambda expected=number + 1: len(delivered(parts.sink)) == expected, "delivered")
            mail = delivered(parts.sink)[-1]
            assert mail.mail_from == sender
            assert mail.rcpt_to == ("office@opcc.example",)
            assert mail.content.endswith(b"\r\n" + original(sender, number))
            contact = mail.header("X-Triage-Id")
            assert contact is not None
            with parts.gateway.opened_store() as store:
                envelope = asyncio.run(store.spool.envelope(contact))
            assert envelope is not None
            assert (envelope.client, envelope.helo) == (FAR_CLIENT, "far.example")
        parts.gateway.wait_until_idle()
        assert parts.postfix.queue() == []
        assert len(parts.gateway.query("SELECT 1 FROM breach")) == 1  # seen, shown, not acted on


def test_enforcing_a_restricted_persons_mail_goes_to_the_spoc(tmp_path: Path) -> None:
    with chain(tmp_path) as parts:
        enforce(parts.gateway)
        parts.gateway.start()
        swaks(parts.postfix.submission, RESTRICTED, original(RESTRICTED), tmp_path)
        wait_until(lambda: any(m.rcpt_to == ("spoc@opcc.example",) for m in parts.sink.received), "at the SPOC's")
        swaks(parts.postfix.submission, "writer@far.example", original("writer@far.example", 1), tmp_path)
        wait_until(lambda: bool(delivered(parts.sink)), "at the office")
        parts.gateway.wait_until_idle()
        assert [mail.mail_from for mail in delivered(parts.sink)] == ["writer@far.example"]
        to_the_spoc = [mail for mail in parts.sink.received if mail.rcpt_to == ("spoc@opcc.example",)]
        assert any(b"<chain-0@far.example>" in mail.content for mail in to_the_spoc)


def test_with_the_gateway_down_postfix_keeps_the_mail(tmp_path: Path) -> None:
    with chain(tmp_path) as parts:
        swaks(parts.postfix.submission, "writer@far.example", original("writer@far.example"), tmp_path)
        wait_until(lambda: any("refused" in reason for reason in parts.postfix.queue()), "deferred")
        assert parts.sink.received == []
        parts.gateway.start()
        parts.postfix.flush()
        wait_until(lambda: len(delivered(parts.sink)) == 1, "delivered once it is up")
        wait_until(lambda: parts.postfix.queue() == [], "the queue is empty")


def triaged(process: GatewayProcess) -> bool:
    return process.query("SELECT count(*) FROM spool WHERE ready_at IS NOT NULL") == [(0,)]


def test_with_the_server_behind_down_everything_waits_on_disk(tmp_path: Path) -> None:
    require("smtp-source")
    picture = tmp_path / "picture.eml"
    line = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAA\n"
    picture.write_text(
        "From: a@far.example\nTo: office@opcc.example\nSubject: A picture\nMIME-Version: 1.0\n"
        'Content-Type: image/png; name="road.png"\nContent-Disposition: attachment; filename="road.png"\n'
        "Content-Transfer-Encoding: base64\n\n" + line * 3200
    )
    behind = free_port()
    first, small, large = 20, 150, 150
    with gateway(tmp_path, behind) as process:
        process.start()
        # What any first messages take is taken; what is asked is whether those that wait take more.
        source(process.port, first, "-l", "2048")
        source(process.port, first, "-F", str(picture))
        wait_until(lambda: triaged(process), "the first are triaged", seconds=60)
        before = resident_kilobytes(process.pid)
        source(process.port, small, "-l", "2048")
        source(process.port, large, "-F", str(picture))
        assert process.query("SELECT count(*) FROM spool") == [(2 * first + small + large,)]
        wait_until(lambda: triaged(process), "all triaged", seconds=100)
        grown = resident_kilobytes(process.pid) - before
        in_flight = large * picture.stat().st_size // 1024
        assert grown < in_flight // 2, f"{grown} kB more for {in_flight} kB that wait"
        with running_sink(behind) as sink:
            process.wait_until_idle(100)
            ids = {mail.header("X-Triage-Id") for mail in delivered(sink)}
        assert len(ids) == 2 * first + small + large


@pytest.mark.long
def test_load_through_the_whole_chain(tmp_path: Path) -> None:
    with chain(tmp_path) as parts:
        parts.gateway.start()
        source(parts.postfix.submission, 100, "-l", "4096")
        wait_until(lambda: len(delivered(parts.sink)) >= 100, "all delivered")
        wait_until(lambda: parts.postfix.queue() == [], "the queue is empty")
        ids = [mail.header("X-Triage-Id") for mail in delivered(parts.sink)]
        assert len(ids) == len(set(ids)) == 100
