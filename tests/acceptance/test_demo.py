"""`make run` as a person meets it: what it prints, how it ends, and what it says where a port is taken."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

FREE_PORTS = {"TRIAGE_SMTP__LISTEN": '["127.0.0.1:0"]', "TRIAGE_HTTP__LISTEN": "127.0.0.1:0"}


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "gateway", *arguments]


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*arguments), env={**os.environ, **environment}, capture_output=True, text=True, timeout=60, check=False
    )


def test_every_sample_ends_as_expected_and_a_second_run_does_too(tmp_path: Path) -> None:
    for _ in range(2):
        done = run("demo", "--once", "--folder", str(tmp_path), **FREE_PORTS)
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr
        assert "All 18 samples ended as expected" in done.stdout
    assert (tmp_path / "previous-triage.db").exists()

    listed = run("queue", "list", "--json", "--config", str(tmp_path / "gateway.toml"))
    queues = {json.loads(line)["queue"] for line in listed.stdout.splitlines()}
    assert {"spoc", "safeguarding", "criminal", "rights", "identity", "intake"} <= queues

    report = json.loads(run("report", "--json", "--config", str(tmp_path / "gateway.toml")).stdout)
    assert report["contacts"] == {"email": 14, "telephone": 4}
    assert report["breaches"]["spoc_only"] == {"flagged": 1}
    assert report["found"]["safeguarding"]["self_harm"] >= 1
    assert report["now"]["dead letters"] == report["now"]["waiting to be triaged"] == 0

    assert run("audit", "verify", "--config", str(tmp_path / "gateway.toml")).returncode == 0


def test_stays_up_until_interrupted_and_then_drains(tmp_path: Path) -> None:
    with subprocess.Popen(
        command("demo", "--folder", str(tmp_path)),
        env={**os.environ, **FREE_PORTS, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if "Running until Ctrl-C" in line:
                break
        assert process.poll() is None
        process.send_signal(signal.SIGINT)
        rest = process.stdout.read()
        assert process.wait(30) == 0, rest


@pytest.mark.parametrize(
    ("setting", "listens"),
    [("smtp.listen", "TRIAGE_SMTP__LISTEN"), ("http.listen", "TRIAGE_HTTP__LISTEN")],
)
def test_a_port_in_use_is_one_line_naming_port_and_setting(tmp_path: Path, setting: str, listens: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        address = f"127.0.0.1:{port}"
        value = json.dumps([address]) if setting == "smtp.listen" else address
        done = run("demo", "--once", "--folder", str(tmp_path / "demo"), **{**FREE_PORTS, listens: value})
    assert done.returncode == 1
    assert done.stdout == ""
    [line] = done.stderr.splitlines()
    assert str(port) in line and setting in line
    assert not (tmp_path / "demo").exists()


@pytest.mark.long
def test_export_gives_files_that_check_takes(tmp_path: Path) -> None:
    assert run("demo", "--export", str(tmp_path / "sample")).returncode == 0
    [first] = (tmp_path / "sample" / "messages").glob("01-*.eml")
    register = str(tmp_path / "sample" / "register.yaml")
    checked = run("check", str(first), "--register", register, "--at", "2026-03-02T10:15:00Z", "--json")
    assert checked.returncode == 0, checked.stderr
    decision = json.loads(checked.stdout)
    assert decision["matches"][0] == {"person": "P-001", "as": "person", "strength": "exact", "by": "email"}
    assert [breach["kind"] for breach in decision["breaches"]] == ["spoc_only"]
