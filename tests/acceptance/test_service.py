"""`triage serve` as its administrator meets it: starting, stopping, refusing to start, and going on when a part fails."""

from __future__ import annotations

import os
import re
import shutil
import signal
import smtplib
import socket
import time
from pathlib import Path

import pytest
from acceptance.gateway_process import GatewayProcess, attempt, gateway, triage, wait_until
from acceptance.sink import Received, Sink, running_sink

from benchmarks.machine import free_port
from gateway.store.keyfile import create
from gateway.store.switches import Switch


def submit(process: GatewayProcess, count: int, *, first: int = 0) -> None:
    with smtplib.SMTP("127.0.0.1", process.port, timeout=20) as client:
        for number in range(first, first + count):
            text = (
                f"From: s@far.example\r\nMessage-ID: <{number}@far.example>\r\nSubject: {number}\r\n\r\nThe bins.\r\n"
            )
            client.sendmail("s@far.example", ["office@opcc.example"], text)


def decided(process: GatewayProcess) -> int:
    ((count,),) = process.query("SELECT count(*) FROM decision WHERE revision = 0")
    return int(str(count))


def test_a_stop_finishes_what_is_in_hand_and_a_start_goes_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with running_sink() as sink, gateway(tmp_path, sink.port) as process:
        process.start(TRIAGE_SMTP__HOSTNAME="in.opcc.example", TRIAGE_RELAY__HOSTNAME="out.opcc.example")
        submit(process, 40)
        assert process.stop() == 0
        assert process.query("SELECT 1 FROM spool WHERE state = 'claimed'") == []
        assert process.query("SELECT 1 FROM outbox WHERE state = 'claimed'") == []
        started = time.perf_counter()
        process.start()
        with capsys.disabled():
            print(f" [second start: {time.perf_counter() - started:.1f} s]", end="")
        process.wait_until_idle()
        assert process.stop() == 0
        ids = sorted(mail.header("Message-ID") or "" for mail in sink.received)
        assert ids == sorted(f"<{number}@far.example>" for number in range(40))
        assert "by in.opcc.example with ESMTP id" in (sink.received[0].header("Received") or "")


def refusal(folder: Path) -> tuple[int, str]:
    """(exit code, the one line that says why) of a start that must not succeed."""
    done = attempt(folder, "serve")
    said = [line for line in done.stderr.splitlines() if not line.startswith("{")]  # log lines are JSON
    assert "Traceback" not in done.stderr
    assert len(said) == 1, done.stderr
    return done.returncode, said[0]


def test_a_port_in_use_is_named_with_its_setting(tmp_path: Path) -> None:
    with gateway(tmp_path, free_port()) as process, socket.socket() as taken:
        taken.bind(("127.0.0.1", process.port))
        taken.listen()
        code, line = refusal(tmp_path)
        assert code == 1
        assert f"127.0.0.1:{process.port}" in line
        assert "smtp.listen" in line


def test_a_watched_folder_that_is_not_there_is_named_with_its_setting(tmp_path: Path) -> None:
    with gateway(tmp_path, free_port()), (tmp_path / "gateway.toml").open("a") as config:
        config.write(f'[calls]\nwatch = "{tmp_path}/calls"\n')
        config.flush()
        code, line = refusal(tmp_path)
        assert code == 1
        assert f"{tmp_path}/calls (setting calls.watch)" in line


def test_a_second_server_on_one_store_is_refused(tmp_path: Path) -> None:
    with gateway(tmp_path, free_port()) as process:
        process.start()
        code, line = refusal(tmp_path)
        assert code == 1
        assert "another `triage serve`" in line
        submit(process, 1)


def test_a_key_that_does_not_open_the_store_stops_the_start(tmp_path: Path) -> None:
    with gateway(tmp_path, free_port()):
        (tmp_path / "keys.json").unlink()
        create(tmp_path / "keys.json")
        code, line = refusal(tmp_path)
        assert code == 1
        assert "key" in line


def test_without_a_register_it_says_how_to_load_one(tmp_path: Path) -> None:
    with gateway(tmp_path, free_port()):
        (tmp_path / "triage.db").unlink()
        code, line = refusal(tmp_path)
        assert code == 1
        assert "triage register import" in line


@pytest.mark.parametrize("setting", ["listen", "listen_lmtp"])
def test_an_open_relay_does_not_start(setting: str, tmp_path: Path) -> None:
    with gateway(tmp_path, free_port()):
        config = tmp_path / "gateway.toml"
        shown = f'{setting} = ["0.0.0.0:{free_port()}"]\n'
        lines = [shown if line.startswith("listen = [") else line + "\n" for line in config.read_text().splitlines()]
        config.write_text("".join(lines))
        code, line = refusal(tmp_path)
        assert code == 2
        assert "smtp.allowed_networks" in line


def relayed(sink: Sink) -> list[Received]:
    return [mail for mail in sink.received if mail.rcpt_to == ("office@opcc.example",)]


def test_passing_through_mail_goes_on_though_nothing_can_be_read(tmp_path: Path) -> None:
    with running_sink() as sink, gateway(tmp_path, sink.port) as process:
        process.turn(Switch.PASS_THROUGH, "on")
        process.start()
        (child,) = process.children()
        os.kill(child, signal.SIGSTOP)
        submit(process, 3)
        wait_until(lambda: len(relayed(sink)) == 3, "relayed")
        assert decided(process) == 0
        wait_until(lambda: len(sink.received) == 4, "the manager told that pass-through is on")
        os.kill(child, signal.SIGCONT)
        process.wait_until_idle()
        assert decided(process) == 3
        assert len(relayed(sink)) == 3


def test_passing_through_a_message_in_circles_is_held_all_the_same(tmp_path: Path) -> None:
    with running_sink() as sink, gateway(tmp_path, sink.port, few_rules=True) as process:
        process.turn(Switch.PASS_THROUGH, "on")
        process.start()
        with smtplib.SMTP("127.0.0.1", process.port, timeout=20) as client:
            hops = "Received: from a.example by b.example; Mon, 2 Mar 2026 10:00:00 +0000\r\n" * 51
            client.sendmail("s@far.example", ["office@opcc.example"], f"{hops}Subject: round\r\n\r\nThe bins.\r\n")
        wait_until(lambda: decided(process) == 1, "decided")
        process.wait_until_idle()
        assert relayed(sink) == []
        assert process.query("SELECT queue FROM review") == [("intake",)]


def test_a_child_that_dies_with_a_message_in_hand_costs_nothing(tmp_path: Path) -> None:
    with running_sink() as sink, gateway(tmp_path, sink.port) as process:
        process.start()
        (child,) = process.children()
        os.kill(child, signal.SIGSTOP)
        submit(process, 2)
        wait_until(lambda: len(process.query("SELECT 1 FROM spool WHERE state = 'claimed'")) == 2, "claimed")
        os.kill(child, signal.SIGKILL)
        process.wait_until_idle()
        assert decided(process) == 2
        assert len(sink.received) == 2
        assert child not in process.children()


@pytest.mark.long
def test_a_store_from_another_place_starts_with_its_keys(tmp_path: Path) -> None:
    """A restored backup: the file and its keys are all there is."""
    original, restored = tmp_path / "original", tmp_path / "restored"
    original.mkdir()
    with running_sink() as sink, gateway(original, free_port()) as process:
        process.start()
        submit(process, 1)
        process.kill()
        restored.mkdir()
        with gateway(restored, sink.port) as again:
            for kept in original.glob("triage.db*"):
                shutil.copy(kept, restored / kept.name)
            shutil.copy(original / "keys.json", restored / "keys.json")
            again.start()
            again.wait_until_idle()
            assert len(sink.received) == 1


def test_the_auditor_is_mailed_a_head_that_the_command_verifies(tmp_path: Path) -> None:
    with running_sink() as sink, gateway(tmp_path, sink.port) as process:
        process.start(TRIAGE_AUDIT__AUDITOR="internal.audit@elsewhere.example")
        wait_until(lambda: bool(sink.received), "the head is mailed")
        (mail,) = sink.received
        assert mail.rcpt_to == ("internal.audit@elsewhere.example",)
        (head,) = re.findall(r"^triage audit verify --head (\S+)\r?$", mail.content.decode(), re.MULTILINE)
        assert "events hold" in triage(tmp_path, "audit", "verify", "--head", head)


def test_the_late_stage_looks_at_everything_after_it_has_gone_on(tmp_path: Path) -> None:
    with running_sink() as sink, gateway(tmp_path, sink.port, semantic=True) as process:
        process.start()
        submit(process, 5)
        process.wait_until_idle()
        wait_until(lambda: process.query("SELECT 1 FROM pending_scan") == [], "the late stage is done")
        revisions = process.query("SELECT revision, count(*), count(DISTINCT model) FROM decision GROUP BY revision")
        assert [(revision, count) for revision, count, _models in revisions] == [(0, 5), (1, 5)]
        ((first,),) = process.query("SELECT DISTINCT model FROM decision WHERE revision = 0")
        ((second,),) = process.query("SELECT DISTINCT model FROM decision WHERE revision = 1")
        assert str(second).startswith(f"{first}+semantic-")
        assert len(sink.received) == 5
