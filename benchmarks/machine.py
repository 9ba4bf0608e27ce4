"""What the machine offers: where a program is, and a port for oneself."""

from __future__ import annotations

import shutil
import socket


def program(name: str) -> str | None:
    """The path of a program, also where only root's PATH has it; None where it is not installed."""
    return shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin")


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
