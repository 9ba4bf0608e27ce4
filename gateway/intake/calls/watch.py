"""A watched folder: call logs put there are imported and moved to `done`, or to `faulty` with a note of why."""

from __future__ import annotations

import asyncio
import hashlib
import itertools
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import structlog

from gateway.intake.calls.importer import Imported, import_calls
from gateway.intake.calls.leg import CallFormat, RowFault
from gateway.intake.spool_port import RecordSpool, SpoolUnavailable

log = structlog.get_logger()

LARGEST_FILE_BYTES = 128 * 1024 * 1024
_SETTLED_SECONDS = 2.0


async def _nobody(_text: str) -> None:
    return None


class WatchedFolder:
    """Imports what settles in `folder`. A file still being written is left until it has not changed for a while.

    `tell`: somebody hears in these words of what was not taken in, for nobody has read or scanned what it says.
    """

    def __init__(
        self,
        folder: Path,
        format_: CallFormat,
        spool: RecordSpool,
        *,
        zone: ZoneInfo,
        now: Callable[[], datetime],
        tell: Callable[[str], Awaitable[None]] = _nobody,
    ) -> None:
        self._folder = folder
        self._format = format_
        self._spool = spool
        self._zone = zone
        self._now = now
        self._tell = tell
        # Files that could not be opened, and stay where they are: each is told once.
        self._unreadable: set[Path] = set()

    async def poll(self) -> None:
        """Import every settled file. SpoolUnavailable leaves the file where it is, for the next time."""
        settled = await asyncio.to_thread(self._settled)
        self._unreadable &= set(settled)
        for path in settled:
            await self._take(path)

    def _settled(self) -> list[Path]:
        latest = self._now().timestamp() - _SETTLED_SECONDS
        return [
            path
            for path in sorted(self._folder.iterdir())
            if not path.name.startswith(".") and path.is_file() and path.stat().st_mtime <= latest
        ]

    async def _take(self, path: Path) -> None:
        # People choose a file's name, and may name a person in it: the log has a digest, the folder has the name.
        file = hashlib.sha256(path.name.encode("utf-8", "surrogateescape")).hexdigest()[:12]
        try:
            imported = await self._import(path)
        except SpoolUnavailable:
            raise
        except OSError as error:  # not ours to read, or gone: the others behind it must not wait for it
            log.error("calls_unreadable", file=file, error=type(error).__name__)
            if path not in self._unreadable and not isinstance(error, FileNotFoundError):
                await self._tell(
                    f"A file in {self._folder} cannot be opened ({type(error).__name__}), so its calls are not taken"
                    " in, and nobody has read what they say. Let the gateway read and write it."
                )
                self._unreadable.add(path)
            return
        except Exception as error:
            log.error("calls_failed", file=file, error=type(error).__name__)
            imported = _refused(f"the file could not be read as a call log ({type(error).__name__})")
        log.info(
            "calls_imported",
            file=file,
            calls=imported.calls,
            again=imported.again,
            faults=len(imported.faults),
            format=self._format.name,
        )
        if imported.faults:  # before it is moved: a gateway that ends in between takes the file up again
            await self._tell(
                f"{len(imported.faults)} row{'s' if len(imported.faults) != 1 else ''} of a call log could not be"
                f" taken in, and nobody has read what they say. See the file and the note beside it in"
                f" {self._folder / 'faulty'}."
            )
        await asyncio.to_thread(self._move, path, imported)

    async def _import(self, path: Path) -> Imported:
        size = (await asyncio.to_thread(path.stat)).st_size
        if size > LARGEST_FILE_BYTES:
            return _refused(f"the file has {size} bytes; at most {LARGEST_FILE_BYTES} are read: split it")
        raw = await asyncio.to_thread(path.read_bytes)
        return await import_calls(raw, self._format, self._spool, zone=self._zone, now=self._now())

    def _move(self, path: Path, imported: Imported) -> None:
        folder = self._folder / ("faulty" if imported.faults else "done")
        folder.mkdir(exist_ok=True)
        target = _free(folder, f"{self._now():%Y%m%dT%H%M%S}-{path.name}")
        if imported.faults:
            lines = (f"row {fault.row}: {fault.reason}\n" for fault in imported.faults)
            target.with_name(target.name + ".faults.txt").write_text("".join(lines), encoding="utf-8")
        path.replace(target)


def _refused(reason: str) -> Imported:
    return Imported(faults=(RowFault(1, reason),))


def _free(folder: Path, name: str) -> Path:
    """A name that no file has yet: nothing imported earlier is overwritten."""
    names = itertools.chain([name], (f"{number}-{name}" for number in itertools.count(2)))
    return next(path for path in map(folder.joinpath, names) if not path.exists())
