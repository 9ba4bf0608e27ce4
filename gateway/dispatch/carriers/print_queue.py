"""Letters that a person prints and posts: PDF files in a folder that only the gateway's account can read."""

from __future__ import annotations

import asyncio
from pathlib import Path

from gateway.dispatch.carriers.carrier import Carried, NotCarried, Parcel
from gateway.private_files import flush, write_new


class PrintQueue:
    """Writes the PDF for the printer. It is on its way only when somebody records that they posted it."""

    sends = False

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, reference: str) -> Path:
        """Where a letter is. Its name holds ids, nobody's name."""
        return self._folder / f"{reference.replace('/', '-')}.pdf"

    async def carry(self, parcel: Parcel) -> Carried:
        """Put it there. NotCarried where it cannot be written."""
        path = self.path(parcel.reference)
        try:
            await asyncio.to_thread(_write, path, parcel.pdf)
        except OSError as error:
            raise NotCarried(f"{path} cannot be written: {error.strerror}") from None
        return Carried("to be printed", waits_at=path)

    async def remove(self, reference: str) -> None:
        """It was posted: nothing of it stays outside the store."""
        await asyncio.to_thread(self.path(reference).unlink, missing_ok=True)


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all, for nobody else to read."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = path.with_suffix(".part")
    beside.unlink(missing_ok=True)
    write_new(beside, content)
    flush(beside)
    beside.replace(path)
