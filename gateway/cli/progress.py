"""How far long work has come, on a terminal's standard error; silent where nobody watches."""

from __future__ import annotations

import sys
from collections.abc import Callable
from time import monotonic

_EVERY_SECONDS = 0.5


def progress(what: str, total: int | None = None) -> Callable[[int], None]:
    """A function to be told how much is done: it says so twice a second, in one line that it writes over."""
    last = monotonic()

    def tell(done: int) -> None:
        nonlocal last
        if sys.stderr.isatty() and monotonic() - last >= _EVERY_SECONDS:
            last = monotonic()
            sys.stderr.write(f"\r{done}/{total} {what}" if total else f"\r{done} {what}")
            sys.stderr.flush()

    return tell
