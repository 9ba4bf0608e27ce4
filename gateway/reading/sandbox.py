"""What a reading child gives up before it sees a stranger's bytes (Linux)."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys
from typing import BinaryIO

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 1, 4, 38
_OPEN_FILES = 64


def bind_to_parent(parent: int) -> None:
    """Die with the parent: without it nobody would read the answers or set a deadline."""
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit(0)  # it was gone before the kernel knew


def take_streams() -> tuple[BinaryIO, BinaryIO]:
    """The private ends of the line to the parent.

    Descriptors 0 and 1 are pointed elsewhere, so that a stray print or a native library's message can neither eat a
    frame nor tear one.
    """
    requests = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nowhere, 0)
    os.close(nowhere)
    os.dup2(2, 1)
    return requests, answers


def limit_memory(size_bytes: int) -> None:
    """Bound the address space, and leave no core file (it would hold the message)."""
    resource.setrlimit(resource.RLIMIT_AS, (size_bytes, size_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def renounce(niceness: int) -> None:
    """After loading: no files written, few opened, no new privileges, no tracing; and yield to the accepting side."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (_OPEN_FILES, _OPEN_FILES))
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)
    _prctl(_PR_SET_DUMPABLE, 0)
    os.nice(niceness)


def _prctl(option: int, value: int) -> None:
    library = ctypes.CDLL(None, use_errno=True)
    if library.prctl(option, value, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl was refused")
