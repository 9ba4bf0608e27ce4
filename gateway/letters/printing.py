"""Letters that a person prints and posts: put by, listed, and marked where they are not to be posted any more."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from gateway.dispatch.carriers.carrier import Carried, NotCarried, Parcel
from gateway.dispatch.carriers.print_queue import PrintQueue
from gateway.governance.desk import Readable
from gateway.governance.lacks import Refused
from gateway.governance.letter_files import LETTER_FILES, LetterFiles
from gateway.governance.letters.letter import Letter
from gateway.governance.letters.steps import LetterQueued
from gateway.governance.letters_owed import WithLetters
from gateway.letters.desk import Author, LetterDesk, reference
from gateway.store.sealing import SealError
from models.policy_course import Delivery


@dataclass(frozen=True, slots=True)
class ToPrint:
    """A letter in the print queue. `file`: its file's id. `do_not_post`: why it is not to go; mostly nothing."""

    file: str
    letter: Letter
    do_not_post: str


class LetterPrinting:
    """Puts letters into the print queue, and knows which wait there."""

    def __init__(self, letters: LetterDesk, queue: PrintQueue) -> None:
        self._letters = letters
        self._desk = letters.desk
        self.queue = queue

    async def put_by(
        self, id_: str, letter: str, to: str, to_because: str, author: Author, *, parcel: Parcel | None = None
    ) -> Carried:
        """Have an approved letter wait for the printer. Refused where it may not go there.

        `parcel`: as it was packed already.
        """
        step = LetterQueued(
            at=self._letters.now(), by=author.by, role=author.role, letter=letter, to=to, to_because=to_because
        )
        kept = await self._letters.kept(id_)
        would_be = await self._letters.would_take(kept, id_, step)
        await self._letters.refuse_unsafe(would_be, to, Delivery.POST, step)
        parcel = parcel or await self._letters.parcel(id_, letter, Delivery.POST, to)
        carried = await self.queue.carry(parcel)
        try:
            await self._desk.take(kept.course, id_, step)
        except BaseException:
            await self.queue.remove(reference(id_, letter))
            raise
        if not await self.queue.has(reference(id_, letter)):  # somebody cleared the folder before it was on the file
            await self.queue.carry(parcel)
        return carried

    async def to_print(self) -> Readable[ToPrint]:
        """The letters that wait for somebody to print and post them, the oldest file first; each with its PDF.

        Where what made one untrue was taken back, its PDF is written again.
        """
        files: list[tuple[LetterFiles[Any], WithLetters]] = []
        found, damaged = list[ToPrint](), dict[str, str]()
        for kept in LETTER_FILES.values():
            listed = await self._desk.readable(kept.course, closed=None)
            damaged |= listed.damaged
            files += [(kept, file) for file in listed.found]
        for kept, file in files:
            waiting = [one for one in file.letters.values() if one.to_print]
            try:
                found += [ToPrint(file.id, one, await self._letters.not_to_go(file, one, kept=kept)) for one in waiting]
                await self._put_back(one for one in found if one.file == file.id)
            except NotCarried as error:
                damaged[file.id] = str(error)
            except (Refused, SealError) as error:  # of the others it is known
                damaged[file.id] = f"whether the letters of {file.id} are to be posted cannot be told: {error}"
        return Readable(found, damaged)

    async def _put_back(self, waiting: Iterable[ToPrint]) -> None:
        for one in waiting:
            name, queued = one.letter.written.letter, one.letter.to_print
            if queued is None or one.do_not_post or await self.queue.has(reference(one.file, name)):
                continue
            await self.queue.carry(await self._letters.parcel(one.file, name, Delivery.POST, queued.to))
