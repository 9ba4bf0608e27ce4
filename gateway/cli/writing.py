"""A file that somebody asked for, and the line that they read where it cannot be written."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gateway.cli.exits import Failed


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Failed where what is written in it cannot be: no such folder, not allowed, there already, no room."""
    try:
        yield
    except OSError as error:
        raise Failed(f"{path} cannot be written: {error.strerror}") from None
