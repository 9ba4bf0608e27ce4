"""Memory that loading took and nobody needs any more."""

from __future__ import annotations

import ctypes


def give_back() -> None:
    """What was freed goes back to the kernel, where the C library can do that (glibc); it would keep it for itself."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
