"""The folder of letters to be printed holds those that wait for that, and nothing else.

What is in it is in the clear, and gets posted: so a letter leaves it when it is not to be printed any more, because
that was undone, what it tells is not so any more, nothing goes to its address any more, or its file was deleted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import structlog

from gateway.dispatch.carriers.print_queue import PrintQueue
from gateway.governance.desk import Desk, read_back
from gateway.governance.lacks import Refused
from gateway.governance.letter_files import LETTER_FILES
from gateway.store.sealing import SealError

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Cleared:
    """Names of PDFs that were removed, and of those that were left and why: somebody has to look at these."""

    removed: tuple[str, ...] = ()
    left: Mapping[str, str] = field(default_factory=dict)


class PrintFolder:
    """Looks at what waits in the folder, by the files it is of."""

    def __init__(self, desk: Desk, queue: PrintQueue) -> None:
        self._desk = desk
        self._queue = queue

    async def clear(self) -> Cleared:
        """Remove what is not to be printed any more. What no file here is known of is left: it may be another's."""
        removed, left = list[str](), dict[str, str]()
        try:
            waiting = await self._queue.references()
        except OSError as error:
            return Cleared(left={str(self._queue.folder): f"cannot be read: {error.strerror}"})
        for reference in waiting:
            name = str(self._queue.path(reference))
            try:
                why = await self._left_because(reference)
                if why is None:
                    await self._queue.remove(reference)
                    removed.append(name)
                elif why:
                    left[name] = why
            except OSError as error:
                left[name] = f"is not to be printed any more, and cannot be removed ({error.strerror}); remove it"
        return Cleared(tuple(removed), left)

    async def look(self) -> None:
        """`clear`, and a line in the log of what it did."""
        cleared = await self.clear()
        if cleared.removed:
            log.info("printed_letters_removed", count=len(cleared.removed))
        if cleared.left:
            log.warning("letters_to_look_at", files=tuple(cleared.left))

    async def _left_because(self, reference: str) -> str | None:
        """Why somebody has to look at it; "" where it waits as it should; None where it is not to be printed."""
        id_, _slash, name = reference.rpartition("/")
        try:
            stored = await self._desk.store.files.read(id_)
            kept = LETTER_FILES.get(stored.kind) if stored is not None else None
            if stored is None or kept is None:
                return "is of no strategy or challenge that is known here; see whose it is before anybody posts it"
            if stored.erased_at is not None:
                return None
            file = read_back(kept.course, stored)
            letter = file.letters.get(name)
            if letter is None or letter.to_print is None:
                return None
            return None if kept.not_to_go(file, letter, await self._desk.situation(kept.course, file)) else ""
        except (Refused, SealError) as error:
            return f"may not be posted before it is known whether it still may: {error}"
