"""Letters on their files: found, asked whether a step may be taken, set as PDF, packed for a carrier."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gateway.dispatch.carriers.carrier import Enclosure, Parcel
from gateway.dispatch.settings import LetterSettings
from gateway.governance.courses import STRATEGY
from gateway.governance.demands.sending import of_unsafe, sending_of
from gateway.governance.desk import Desk
from gateway.governance.lacks import Lack, Refused, refuse
from gateway.governance.letter_files import LETTER_FILES, LetterFiles
from gateway.governance.letters.letter import Letter
from gateway.governance.letters.page import address_lines, page_of, text_of
from gateway.governance.letters.pdf import pdf_of
from gateway.governance.letters.steps import LetterQueued, LetterSent, LetterWritten
from gateway.governance.letters_owed import WithLetters
from gateway.governance.register_desk import RegisterDesk
from gateway.governance.registers.rules import OF_ENTRIES
from gateway.governance.step import Step
from models.identity import Strength
from models.policy_course import Delivery, NoticePart
from routing.identity.extract import email_claims, postal_claims


@dataclass(frozen=True, slots=True)
class Author:
    """Who takes a step, in which role."""

    by: str
    role: str | None = None


class LetterDesk:
    """What writing, sending and printing share."""

    def __init__(self, desk: Desk, settings: LetterSettings, *, now: Callable[[], datetime]) -> None:
        self.desk = desk
        self.settings = settings
        self.now = now

    async def kept(self, id_: str) -> LetterFiles[Any]:
        """The kind of file that letters are kept on of which this is one; strategies, where there is none."""
        stored = await self.desk.store.files.read(id_)
        kind = stored.kind if stored is not None else STRATEGY.kind
        if kind in OF_ENTRIES:
            text = f"{id_} is an entry in a register, which has no letters; what came of a challenge to it is written "
            raise Refused([Lack(f"{text}on the challenge (`triage letter write CH-… --purpose challenge_outcome`)")])
        return LETTER_FILES.get(kind) or LETTER_FILES[STRATEGY.kind]

    async def may_act(self, kept: LetterFiles[Any], id_: str, step: Step) -> None:
        """Refused where whoever acts may not read a challenge: what it is about is on a register (Stoke 5.2.4)."""
        await RegisterDesk(self.desk, now=self.now).may_take(kept.course.kind, id_, step)

    async def would_take(self, kept: LetterFiles[Any], id_: str, step: Step) -> WithLetters:
        """The file as the step would leave it. Refused where it may not be taken."""
        await self.may_act(kept, id_, step)
        would_be: WithLetters = await self.desk.would_take(kept.course, id_, step)
        return would_be

    async def letter(self, id_: str, letter: str) -> Letter:
        """One that is on the file. Refused where there is none."""
        course = (await self.kept(id_)).course
        found: Letter | None = (await self.desk.load(course, id_)).letters.get(letter)
        if found is None:
            raise Refused([Lack(f"there is no letter {letter}", field="letter")])
        return found

    async def not_to_go(self, file: WithLetters, letter: Letter, *, kept: LetterFiles[Any] | None = None) -> str:
        """Why a letter that waits is not to be posted or sent any more; nothing where it is."""
        kept = kept or await self.kept(file.id)
        return kept.not_to_go(file, letter, await self.desk.situation(kept.course, file))

    async def pdf(self, written: LetterWritten, way: Delivery, to: str) -> bytes:
        """As it goes this way; by post with the address on it."""
        return await pdf_of(page_of(written, to if way is Delivery.POST else None), self.settings.templates)

    async def refuse_unsafe(self, file: WithLetters, to: str, way: Delivery, step: LetterQueued | LetterSent) -> None:
        """Of a place that is nobody's, whoever has that address in the register is whom it would be unsafe for."""
        if file.person or (isinstance(step, LetterSent) and step.went_although.strip()):
            return
        claims = email_claims if way is Delivery.EMAIL else postal_claims
        keys = [claim.key for claim in claims(to, Strength.POSSIBLE)]
        _register, dossiers = await self.desk.store.register.candidates(keys)
        refuse([lack for one in dossiers for lack in of_unsafe(one.person, to, way)])

    async def parcel(self, id_: str, letter: str, way: Delivery, to: str) -> Parcel:
        """As a carrier gets it, with what it encloses."""
        known = await self.letter(id_, letter)
        written = known.written
        page = page_of(written)
        return Parcel(
            reference=reference(id_, letter),
            sending=sending_name(id_, known, to, way),
            to=to,
            address=address_lines(written.addressee, to) if way is Delivery.POST else (),
            subject=f"{page.organisation}: {page.title} ({reference(id_, letter)})",
            text=text_of(written),
            pdf=await self.pdf(written, way, to),
            enclosures=await self._enclosures(written),
        )

    async def _enclosures(self, written: LetterWritten) -> tuple[Enclosure, ...]:
        path = self.settings.policy_copy
        if path is None or not _encloses_policy(written):
            return ()
        try:
            return (Enclosure("policy.pdf", await asyncio.to_thread(path.read_bytes)),)
        except OSError as error:
            raise Refused([Lack(f"{path} cannot be read: {error.strerror} (setting letters.policy_copy)")]) from None

    def refuse_unenclosed(self, parcel: Parcel, written: LetterWritten) -> None:
        """What a letter says it encloses must be enclosed; who prints it sees to that themselves."""
        if _encloses_policy(written) and not parcel.enclosures:
            text = "the letter says that the policy comes with it; name its PDF in the setting letters.policy_copy"
            raise Refused([Lack(text, field="policy_copy")])


def reference(id_: str, letter: str) -> str:
    """The file's and the letter's id in one."""
    return f"{id_}/{letter}"


def sending_name(id_: str, letter: Letter, to: str, way: Delivery) -> str:
    """What a carrier and the audit trail know a sending by."""
    return f"{reference(id_, letter.written.letter)}/{sending_of(letter, to, way)}"


def _encloses_policy(written: LetterWritten) -> bool:
    return any(passage.part is NoticePart.POLICY_COPY for passage in written.passages)
