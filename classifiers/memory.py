"""Memory that somebody took and nobody needs any more goes back to the kernel, where the C library is glibc."""

from __future__ import annotations

import ctypes

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8
"""Parameters of `mallopt(3)`."""
_LARGE_BYTES = 131_072
_SPARE_BYTES = 1_048_576
_ARENAS = 2


def give_back() -> None:
    """What was freed goes back; the library would keep it for itself."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


def keep_little() -> None:
    """From now on what is large goes back as soon as it is freed, and threads share what the library keeps.

    For a process through which messages of all sizes pass, and leave holes of all sizes. (A limit of 32 KB would save
    another 8 MB, and cost a message of 50 KB a millisecond.)
    """
    _set(_M_ARENA_MAX, _ARENAS)
    return_from(_LARGE_BYTES)


def return_from(size_bytes: int) -> None:
    """From now on a block of this size and more has pages of its own, which go back as soon as it is freed."""
    _set(_M_MMAP_THRESHOLD, size_bytes)
    _set(_M_TRIM_THRESHOLD, max(_SPARE_BYTES, size_bytes))


def _set(parameter: int, value: int) -> None:
    setting = getattr(ctypes.CDLL(None), "mallopt", None)
    if setting is not None:
        setting(parameter, value)
