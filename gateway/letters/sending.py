"""A letter from where a person sends it to the proof that it went, or came back.

Nothing goes where it may not: that is asked before anything leaves the house, and what left is recorded at once.
"""

from __future__ import annotations

import asyncio
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from gateway.dispatch.carriers.carrier import Carried, LetterCarrier, NotCarried, Parcel
from gateway.governance.common_steps import Noted
from gateway.governance.demands.sending import of_going_once
from gateway.governance.lacks import Lack, Refused, refuse
from gateway.governance.letters.pdf import digest
from gateway.governance.letters.steps import LetterSent
from gateway.letters.desk import Author, LetterDesk, sending_name
from gateway.letters.printing import LetterPrinting
from gateway.letters.proof import LetterProof
from models.policy_course import Delivery
from routing.calendar import local_day

_BEGUN = "letter_try_begun"
_NOT_TAKEN = "letter_try_not_taken"
_UNANSWERED = "letter_try_unanswered"
_DID_NOT_GO = "letter_try_did_not_go"
"""Somebody says so of all tries before it."""
_KEPT_BY_CARRIERS = timedelta(days=7)
"""For how long GOV.UK Notify says what it took, where an office has not set another period there."""


_CALLED: Final = {"mail": "our own mail server", "notify": "GOV.UK Notify"}


@dataclass(frozen=True, slots=True)
class _Try:
    """A try to send a letter. `carrier`: by name, who was given it; "" where an older version did not say."""

    at: datetime
    carrier: str


class NotRecorded(Exception):
    """A letter went, and the file does not say so. `command`: what records it."""

    def __init__(self, evidence: str, reason: str, command: str) -> None:
        super().__init__(f"the letter went ({evidence}), but could not be recorded: {reason}")
        self.command = command


class LetterSending:
    """Sends letters by a carrier, or has them printed, and records what went."""

    def __init__(
        self,
        letters: LetterDesk,
        carriers: Mapping[Delivery, LetterCarrier],
        proof: LetterProof,
        printing: LetterPrinting,
    ) -> None:
        self._letters = letters
        self._desk = letters.desk
        self._carriers = carriers
        self._proof = proof
        self._printing = printing

    async def send(
        self,
        id_: str,
        letter: str,
        way: Delivery,
        to: str,
        author: Author,
        *,
        print_it: bool,
        to_because: str = "",
        did_not_go: str = "",
    ) -> Carried:
        """Send an approved letter, or put it in the print queue, and record it.

        `to_because`: how a postal address that the register does not have is known to be theirs. `did_not_go`: how
        it is known that a try did not go which had no answer and cannot be asked after; a note says so, once, and that
        try is asked after no more.

        Refused before anything leaves where it may not go; NotCarried where the carrier does not take it; NotRecorded
        where it went and the file could not be continued.
        """
        carrier = self._printing.queue if print_it else self._carriers[way]
        # Two who press at once would both find that it has not gone.
        async with self._desk.store.alone("sending"):
            refuse(of_going_once(await self._letters.letter(id_, letter), to, way))
            tries = await self._unanswered(id_, letter, way, to)
            if carrier.sends or tries:
                return await self._send(id_, letter, way, to, to_because, did_not_go.strip(), author, carrier, tries)
            return await self._printing.put_by(id_, letter, to, to_because, author)

    async def _send(
        self,
        id_: str,
        letter: str,
        way: Delivery,
        to: str,
        to_because: str,
        did_not_go: str,
        author: Author,
        carrier: LetterCarrier,
        tries: Sequence[_Try],
    ) -> Carried:
        asked = await self._proof.sent(id_, letter, way, to, None, author)
        asked = asked.model_copy(update={"to_because": to_because})
        kept = await self._letters.kept(id_)
        would_be = await self._letters.would_take(kept, id_, asked)
        await self._letters.refuse_unsafe(would_be, to, way, asked)
        parcel = await self._letters.parcel(id_, letter, way, to)
        self._letters.refuse_unenclosed(parcel, (await self._letters.letter(id_, letter)).written)
        untold = [one for one in tries if self._may_never_be_told(way, one)]
        if untold and await self._carriers[way].taken(parcel) is None:
            if not did_not_go:
                raise Refused([_unknown(untold[0], self._carriers[way])])
            await self._settle(id_, letter, did_not_go, parcel, author)
        if carrier.sends:
            carried = await self._carry(parcel, author, carrier)
        else:  # it is to be printed, and a try before it was not answered
            taken = await self._carriers[way].taken(parcel)
            if taken is None:
                return await self._printing.put_by(id_, letter, to, to_because, author, parcel=parcel)
            carried = taken
        if carried.taken_at is not None:
            asked = await self._proof.sent(id_, letter, way, to, await self._day_of(carried.taken_at), author)
            asked = asked.model_copy(update={"to_because": to_because})
        step = asked.model_copy(
            update={
                "at": self._letters.now(),
                "evidence": carried.evidence,
                "pdf_sha256": digest(parcel.pdf),
                "carried": True,
            }
        )
        try:
            await self._desk.take(kept.course, id_, step, beside=self._proof.noted(id_, to, carried))
        except Exception as error:  # whatever it was: the letter is gone, and somebody must know
            raise NotRecorded(carried.evidence, str(error) or type(error).__name__, _command(id_, step)) from error
        return carried

    async def _carry(self, parcel: Parcel, author: Author, carrier: LetterCarrier) -> Carried:
        """That it is tried is on the trail before, and what came of it after, for whoever is to know whether it went.

        A process that ends between the two leaves a try that may have gone.
        """
        await self._note(_BEGUN, parcel, author, carrier)
        try:
            return await carrier.carry(parcel)
        except NotCarried as error:
            await self._note(_UNANSWERED if error.perhaps else _NOT_TAKEN, parcel, author, carrier)
            raise
        except asyncio.CancelledError:  # whoever pressed Ctrl-C is to know what that may not have stopped
            text = "it was stopped before an answer came"
            raise NotCarried(text, perhaps=True, can_be_asked=carrier.can_be_asked) from None

    async def _settle(self, id_: str, letter: str, did_not_go: str, parcel: Parcel, author: Author) -> None:
        """Somebody says that what was tried did not go, and no carrier says that it did."""
        text = f"A try to send letter {letter} did not go: {did_not_go}"
        note = Noted(at=self._letters.now(), by=author.by, role=author.role, text=text)
        kept = await self._letters.kept(id_)
        await self._letters.may_act(kept, id_, note)
        await self._desk.take(kept.course, id_, note)
        await self._note(_DID_NOT_GO, parcel, author)

    async def _note(self, event: str, parcel: Parcel, author: Author, carrier: LetterCarrier | None = None) -> None:
        """`carrier`: whose try it is; None of all."""
        subject = _subject(parcel.sending) + (f"/{carrier.name}" if carrier is not None else "")
        await self._desk.store.audit.record(event, actor=author.by, subject=subject, at=self._letters.now())

    def _may_never_be_told(self, way: Delivery, tried: _Try) -> bool:
        """Whether who carries it now may not know any more what became of a try, never does, or was not given it."""
        carrier = self._carriers[way]
        too_long_ago = self._letters.now() - tried.at >= _KEPT_BY_CARRIERS
        return too_long_ago or not carrier.can_be_asked or tried.carrier != carrier.name

    async def _unanswered(self, id_: str, letter: str, way: Delivery, to: str) -> list[_Try]:
        """The tries to send it there that had no answer that is known, so that it may be on its way.

        Whoever carries it now: another may have had it before the settings were changed.
        """
        known = await self._letters.letter(id_, letter)
        subject = _subject(sending_name(id_, known, to, way))
        tries = list[_Try]()
        for one in await self._desk.store.audit.events(subject=subject, since=known.written.at):
            if one.event in (_BEGUN, _UNANSWERED):
                tries.append(_Try(one.at, one.subject.removeprefix(subject).removeprefix("/")))
            elif one.event == _NOT_TAKEN and tries:
                tries.pop()
            elif one.event == _DID_NOT_GO:
                tries.clear()
        return tries

    async def _day_of(self, at: datetime) -> date:
        return local_day(at, ZoneInfo((await self._desk.organisation()).timezone))


def _unknown(tried: _Try, carrier: LetterCarrier) -> Lack:
    """Nothing is sent again where nobody can say any more whether it went. `carrier`: who would carry it now."""
    why = "is too long ago to be asked after" if carrier.can_be_asked else "this mail server cannot be asked"
    if tried.carrier != carrier.name:
        why = f"it was given to {_CALLED.get(tried.carrier, 'another carrier')}, which is not asked any more"
    text = (
        f"a try of {tried.at:%d %b %Y} had no answer, and {why}: ask the person, or look there. Where it went, "
        "record that (`triage letter posted`); where not, say how you know it (--did-not-go)"
    )
    return Lack(text, field="did_not_go")


def _subject(sending: str) -> str:
    return f"file/{sending}"


def _command(id_: str, step: LetterSent) -> str:
    options = {"--way": step.way.value, "--on": str(step.on), "--to": step.to, "--evidence": step.evidence}
    if step.to_because:
        options["--to-because"] = step.to_because
    words = ["triage", "letter", "posted", id_, step.letter, *(part for pair in options.items() for part in pair)]
    return shlex.join([*words, "--by", step.by])
