"""A watched folder: call logs put there are imported and moved to `done`, or to `faulty` with a note of why."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import structlog

from gateway.intake.calls.importer import Imported, import_calls
from gateway.intake.calls.leg import CallFormat
from gateway.intake.spool_port import Spool

log = structlog.get_logger()

_SETTLED_SECONDS = 2.0


class WatchedFolder:
    """Imports what settles in `folder`. A file still being written is left until it has not changed for a while."""

    def __init__(
        self, folder: Path, format_: CallFormat, spool: Spool, *, zone: ZoneInfo, now: Callable[[], datetime]
    ) -> None:
        self._folder = folder
        self._format = format_
        self._spool = spool
        self._zone = zone
        self._now = now

    async def poll(self) -> None:
        """Import every settled file."""
        for path in sorted(self._folder.iterdir()):
            if path.is_file() and not path.name.startswith(".") and self._settled(path):
                await self._take(path)

    def _settled(self, path: Path) -> bool:
        return self._now().timestamp() - path.stat().st_mtime >= _SETTLED_SECONDS

    async def _take(self, path: Path) -> None:
        imported = await import_calls(path.read_bytes(), self._format, self._spool, zone=self._zone, now=self._now())
        log.info(
            "calls_imported",
            file=path.name,
            calls=imported.calls,
            faults=len(imported.faults),
            format=self._format.name,
        )
        self._move(path, imported)

    def _move(self, path: Path, imported: Imported) -> None:
        folder = self._folder / ("faulty" if imported.faults else "done")
        folder.mkdir(exist_ok=True)
        target = folder / f"{self._now():%Y%m%dT%H%M%S}-{path.name}"
        path.replace(target)
        if imported.faults:
            lines = (f"row {fault.row}: {fault.reason}\n" for fault in imported.faults)
            target.with_name(target.name + ".faults.txt").write_text("".join(lines), encoding="utf-8")
