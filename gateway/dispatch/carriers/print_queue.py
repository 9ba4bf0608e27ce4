"""Letters that a person prints and posts: PDF files in a folder that only the gateway's account can read."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Final

from gateway.dispatch.carriers.carrier import Carried, NotCarried, Parcel
from gateway.private_files import flush, write_new

_NAME: Final = re.compile(r"(.+)-(L[1-9]\d*)\.(?:pdf|part)")
"""Of what `path` names, whole or not: whatever else lies in the folder, somebody put there."""


class PrintQueue:
    """Writes the PDF for the printer. It is on its way only when somebody records that they posted it."""

    name = "print"
    sends = False
    can_be_asked = False

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, reference: str) -> Path:
        """Where a letter is. Its name holds ids, nobody's name."""
        return self.folder / f"{reference.replace('/', '-')}.pdf"

    async def carry(self, parcel: Parcel) -> Carried:
        """Put it there. NotCarried where it cannot be written."""
        path = self.path(parcel.reference)
        try:
            await asyncio.to_thread(_write, path, parcel.pdf)
        except OSError as error:
            raise NotCarried(f"{path} cannot be written: {error.strerror}") from None
        return Carried("to be printed", waits_at=path)

    async def taken(self, parcel: Parcel) -> Carried | None:
        """What is here is printed by a person, who knows."""
        del parcel
        return None

    async def references(self) -> list[str]:
        """The letters of which anything is there. OSError where the folder cannot be read."""
        return await asyncio.to_thread(_references, self.folder)

    async def has(self, reference: str) -> bool:
        """Whether a letter is there."""
        return await asyncio.to_thread(self.path(reference).exists)

    async def remove(self, reference: str) -> None:
        """It was posted, or is not to be: nothing of it stays outside the store. OSError where it cannot be removed."""
        for path in (self.path(reference), _beside(self.path(reference))):
            await asyncio.to_thread(path.unlink, missing_ok=True)


def _references(folder: Path) -> list[str]:
    if not folder.exists():
        return []
    found = (_NAME.fullmatch(path.name) for path in folder.iterdir())
    return sorted({f"{one[1]}/{one[2]}" for one in found if one is not None})


def _beside(path: Path) -> Path:
    """Where it is written before it is whole."""
    return path.with_suffix(".part")


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all, for nobody else to read."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = _beside(path)
    beside.unlink(missing_ok=True)
    write_new(beside, content)
    flush(beside)
    beside.replace(path)
