"""CPU time and memory of a server with all its processes, as the kernel counts them."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


def tree(pid: int) -> list[int]:
    """The process and its descendants that live now."""
    found = [pid]
    for parent in found:
        for listed in Path(f"/proc/{parent}/task").glob("*/children"):
            found += [int(child) for child in _read(listed).split()]
    return found


def cpu_seconds(pid: int) -> float:
    """CPU time of the whole tree so far, with those of its processes that have ended and were waited for."""
    total = 0
    for each in tree(pid):
        fields = _read(Path(f"/proc/{each}/stat")).rpartition(")")[2].split()
        total += sum(map(int, fields[11:15]))
    return total / _TICKS


def pss_megabytes(pid: int) -> float:
    """Memory of the whole tree; what several share is counted once (proportional set size)."""
    kilobytes = 0
    for each in tree(pid):
        for line in _read(Path(f"/proc/{each}/smaps_rollup")).splitlines():
            if line.startswith("Pss:"):
                kilobytes += int(line.split()[1])
    return kilobytes / 1024


def end(process: subprocess.Popen[bytes]) -> None:
    """Ask it to stop; make it after a while."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def settle(pid: int, *, seconds: float = 20) -> None:
    """Wait until the tree is idle: under 2 % of a core over a second."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        before = cpu_seconds(pid)
        time.sleep(1)
        if cpu_seconds(pid) - before < 0.02:
            return


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except (FileNotFoundError, ProcessLookupError):  # it ended meanwhile
        return ""
