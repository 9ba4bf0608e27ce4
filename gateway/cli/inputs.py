"""Files that a command is given to read."""

from __future__ import annotations

from pathlib import Path

from gateway.cli.exits import BadInput


def bytes_of(path: Path) -> bytes:
    """All of it. BadInput where it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadInput(f"{path}: cannot be read: {error.strerror}") from None
