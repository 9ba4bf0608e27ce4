"""The commit is on the disk before the sender hears 250: seen in the system calls, in their order."""

from __future__ import annotations

import re
import shutil
import smtplib
import sys
from pathlib import Path

import pytest
from acceptance.gateway_process import gateway, wait_until
from acceptance.sink import running_sink

_MESSAGES = 5


@pytest.mark.parametrize("size", [2_000, pytest.param(700_000, marks=pytest.mark.long)])
def test_the_log_is_flushed_before_the_250(size: int, tmp_path: Path) -> None:
    if shutil.which("strace") is None:
        pytest.fail("needs strace: apt-get install --no-install-recommends strace")
    calls = tmp_path / "calls"
    # -D: the tracer is the gateway's grandchild, so that the gateway is still the process we started.
    tracer = ("strace", "-D", "-f", "--seccomp-bpf", "-y", "-s", "80", "-o", str(calls))
    traced = (*tracer, "-e", "trace=fdatasync,fsync,write,sendto", sys.executable, "-m", "gateway")
    body = ("The bins were not emptied this week." + "\r\n") * (size // 38)
    with running_sink() as sink, gateway(tmp_path, sink.port, command=traced) as process:
        process.start()
        with smtplib.SMTP("127.0.0.1", process.port, timeout=60) as client:
            for _ in range(_MESSAGES):
                client.sendmail("s@far.example", ["office@opcc.example"], f"Subject: bins\r\n\r\n{body}")
        process.wait_until_idle()
        process.stop()
        wait_until(lambda: "exited with 0" in calls.read_text(errors="replace"), "the trace is written")
    events = _events(calls.read_text(errors="replace"))
    assert events.count("354") == _MESSAGES
    # Between the invitation to send a message and its 250 there is a finished flush of the store's log.
    for part in "".join({"354": "d", "flush": "f", "250": "k"}[event] for event in events).split("d")[1:]:
        assert re.match(r"f+k", part), events


def _events(text: str) -> list[str]:
    """`354`, `250` (for a message) and `flush` (finished, of the write-ahead log), in the order they happened."""
    found = []
    flushing: set[str] = set()
    for line in text.splitlines():
        thread, _, call = line.partition(" ")
        call = call.strip()
        if re.match(r'(sendto|write)\(\d+<[^>]*>, "354 ', call):
            found.append("354")
        elif re.match(r'(sendto|write)\(\d+<[^>]*>, "250 2\.0\.0 ', call):
            found.append("250")
        elif re.match(r"f(data)?sync\(\d+<[^>]*triage\.db-wal>", call):
            if call.endswith("= 0"):
                found.append("flush")
            else:
                flushing.add(thread)
        elif thread in flushing and re.match(r"<\.\.\. f(data)?sync resumed>.*= 0$", call):
            flushing.discard(thread)
            found.append("flush")
    return found
