"""Files that only the gateway's account can read, and what must outlast a power cut."""

from __future__ import annotations

import os
from pathlib import Path


def write_new(path: Path, content: bytes) -> None:
    """A new file for nobody else to read. FileExistsError where there is one, OSError where it cannot be written."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)


def flush(path: Path) -> None:
    """Put a file on the disk, or a folder, which is the names in it."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
