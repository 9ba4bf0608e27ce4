"""What the nursery gives up, and each of its children before it sees a stranger's bytes (Linux)."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 1, 4, 38
_OPEN_FILES = 64


def bind_to_parent(parent: int) -> None:
    """Die with the parent: without it nobody would read the answers or set a deadline."""
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit(0)  # it was gone before the kernel knew


def close_standard_streams() -> None:
    """Point descriptors 0 and 1 elsewhere.

    A stray print or a native library's message can then neither eat a frame nor tear one.
    """
    nowhere = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nowhere, 0)
    os.close(nowhere)
    os.dup2(2, 1)


def log_to(descriptor: int) -> None:
    """Make `descriptor` the standard error, and where stray prints go."""
    os.dup2(descriptor, 2)
    os.dup2(descriptor, 1)


def close_all_but(line: int) -> None:
    """Close every descriptor but the standard ones and `line`: a sibling's must not be within reach."""
    os.closerange(3, line)
    os.closerange(line + 1, resource.getrlimit(resource.RLIMIT_NOFILE)[0])


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
