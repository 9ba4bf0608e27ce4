"""Letters from their first word to the proof that they went: composed, read, let go, sent, recorded.

A machine writes the draft; a named person approves it, and a named person sends it. Nothing goes where it may not:
that is asked before anything leaves the house, and what left is recorded at once.
"""

from __future__ import annotations

import asyncio
import shlex
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from gateway.dispatch.carriers.carrier import Carried, Enclosure, LetterCarrier, NotCarried, Parcel
from gateway.dispatch.carriers.print_queue import PrintQueue
from gateway.dispatch.settings import LetterSettings
from gateway.governance.challenges.file import ChallengeFile
from gateway.governance.common_steps import Noted
from gateway.governance.courses import STRATEGY
from gateway.governance.demands.sending import NOT_THERE, UNTRUE, of_going_once, of_unsafe, sending_of
from gateway.governance.desk import Desk, Readable
from gateway.governance.lacks import Lack, Refused, refuse
from gateway.governance.letter_files import LETTER_FILES, LetterFiles
from gateway.governance.letters.brief import Brief, Given
from gateway.governance.letters.compose import composed, layout_for
from gateway.governance.letters.entry_answer import EntryAnswer, answer_to_entry
from gateway.governance.letters.letter import Letter
from gateway.governance.letters.page import address_lines, page_of, text_of
from gateway.governance.letters.pdf import digest, pdf_of
from gateway.governance.letters.steps import (
    LetterApproved,
    LetterCameBack,
    LetterPurpose,
    LetterQueued,
    LetterSent,
    LetterWritten,
)
from gateway.governance.letters.wording import Wording
from gateway.governance.letters_owed import WithLetters
from gateway.governance.register_desk import RegisterDesk
from gateway.governance.registers.rules import OF_ENTRIES
from gateway.governance.role_holders import only_role
from gateway.governance.same_person import is_among
from gateway.governance.step import Step
from gateway.store.files import Within
from gateway.store.sealing import SealError
from models.history import Outbound, OutboundKind
from models.identity import Strength
from models.policy_course import Delivery, Layout, NoticePart
from models.policy_life import LifeRules
from routing.calendar import local_day
from routing.identity.extract import email_claims, postal_claims

_TO_COME = "to be sent"
"""Evidence of a sending that is only asked about."""
_SHOWN = "letter_shown"
_SHOWN_IN_PART = "letter_shown_in_part"
_UNANSWERED = "letter_try_unanswered"
_KEPT_BY_CARRIERS = timedelta(days=7)
"""For how long GOV.UK Notify says what it took, where an office has not set another period there."""
_GONE = Lack("if it is gone all the same, say how that came about (--went-although)", field="went_although")
_GONE_UNTRUE = Lack(
    "do not post it: take it out, and say so (`triage tasks` has the command); if it is gone all the "
    "same, say how that came about (--went-untrue)",
    field="went_untrue",
)


class NotRecorded(Exception):
    """A letter went, and the file does not say so. `command`: what records it."""

    def __init__(self, evidence: str, reason: str, command: str) -> None:
        super().__init__(f"the letter went ({evidence}), but could not be recorded: {reason}")
        self.command = command


@dataclass(frozen=True, slots=True)
class Copy:
    """A letter's PDF. `differs`: not byte for byte what was sent, as where the templates have changed since."""

    pdf: bytes
    differs: bool = False


@dataclass(frozen=True, slots=True)
class ToPrint:
    """A letter in the print queue. `file`: its file's id. `do_not_post`: why it is not to go; mostly nothing."""

    file: str
    letter: Letter
    do_not_post: str


@dataclass(frozen=True, slots=True)
class Author:
    """Who takes a step, in which role."""

    by: str
    role: str | None = None


class LetterOffice:
    """Writes, sends and records letters. `queue`: where letters wait for the printer."""

    def __init__(
        self,
        desk: Desk,
        carriers: Mapping[Delivery, LetterCarrier],
        queue: PrintQueue,
        settings: LetterSettings,
        *,
        now: Callable[[], datetime],
    ) -> None:
        self._desk = desk
        self._carriers = carriers
        self._queue = queue
        self._settings = settings
        self._now = now

    async def write(
        self,
        id_: str,
        purpose: LetterPurpose,
        author: Author,
        *,
        layout: Layout | None = None,
        given: Mapping[NoticePart, Given] | None = None,
        signed_by: str | None = None,
        challenge: str | None = None,
        addressee: str | None = None,
    ) -> LetterWritten:
        """Compose a letter and put it on the file, for somebody to approve. Refused where something is missing.

        `challenge`: the one whose outcome it tells; None for the one that was decided last. `addressee`: whom one on a
        challenge's file is to, where that is about nobody of the register.
        """
        kept = await self.kept(id_)
        await self._may_act(kept, id_, Step(at=self._now(), by=author.by, role=author.role))
        file = await self._desk.load(kept.course, id_)
        situation = await self._desk.situation(kept.course, file)
        pack, organisation = await self._desk.pack_of(kept.course, file), await self._desk.organisation()
        shared: dict[str, Any] = {
            "situation": situation,
            "pack": pack,
            "organisation": organisation,
            "purpose": purpose,
            "layout": layout or layout_for(situation.person),
            "signed_by": _signature(signed_by, author, organisation.role_holders, situation.rules),
            "sender": self._settings.sender,
            "given": given or {},
        }
        wording = Wording.load(self._settings.templates, pack.id, shared["layout"])
        beside: tuple[str, ...] = ()
        if isinstance(file, ChallengeFile):
            refuse(_of_another(file, challenge))
            head, passages = answer_to_entry(EntryAnswer(file, addressee=addressee, **shared), wording)
            answers: ChallengeFile | None = file
        else:
            refuse(_of_addressee(addressee))
            brief = Brief(file, challenge=challenge, **shared)
            head, passages = composed(brief, wording)
            answers = brief.answers
            beside = brief.told_of if any(one.in_part is not None for one in passages) else ()
        written = LetterWritten(
            at=self._now(),
            by=author.by,
            role=author.role,
            letter=_next_letter(file),
            purpose=purpose,
            layout=shared["layout"],
            passages=passages,
            signed_by=shared["signed_by"],
            head=head,
            challenge=answers.id if answers is not None else None,
            beside=beside,
        )
        await self._would_take(kept, id_, written)
        await pdf_of(page_of(written), self._settings.templates)  # a letter that cannot be set is not written
        await self._desk.take(kept.course, id_, written)
        return written

    async def kept(self, id_: str) -> LetterFiles[Any]:
        """The kind of file that letters are kept on of which this is one; strategies, where there is none."""
        stored = await self._desk.store.files.read(id_)
        kind = stored.kind if stored is not None else STRATEGY.kind
        if kind in OF_ENTRIES:
            text = f"{id_} is an entry in a register, which has no letters; what came of a challenge to it is written "
            raise Refused([Lack(f"{text}on the challenge (`triage letter write CH-… --purpose challenge_outcome`)")])
        return LETTER_FILES.get(kind) or LETTER_FILES[STRATEGY.kind]

    async def _may_act(self, kept: LetterFiles[Any], id_: str, step: Step) -> None:
        """Refused where whoever acts may not read a challenge: what it is about is on a register (Stoke 5.2.4)."""
        await RegisterDesk(self._desk, now=self._now).may_take(kept.course.kind, id_, step)

    async def _would_take(self, kept: LetterFiles[Any], id_: str, step: Step) -> WithLetters:
        await self._may_act(kept, id_, step)
        would_be: WithLetters = await self._desk.would_take(kept.course, id_, step)
        return would_be

    async def tells_of(self, file: WithLetters, written: LetterWritten) -> tuple[str, ...]:
        """The ids of the person's other strategies of which a letter tells."""
        kept = await self.kept(file.id)
        return kept.told_of(file, written, await self._desk.situation(kept.course, file))

    async def shown(self, id_: str, letter: str, *, by: str, in_part: bool = False) -> None:
        """Note on the audit trail that somebody was shown this very letter, all of it or a part."""
        event = _SHOWN_IN_PART if in_part else _SHOWN
        await self._desk.store.audit.record(event, actor=by, subject=_on_trail(id_, letter), at=self._now())

    async def approve(self, id_: str, letter: str, author: Author) -> None:
        """Let a letter go. Refused where this person may not, or was not shown it all: a person reads every letter."""
        step = LetterApproved(at=self._now(), by=author.by, role=author.role, letter=letter)
        kept = await self.kept(id_)
        would_be = await self._would_take(kept, id_, step)
        written = would_be.letters[letter].written
        looks = await self._desk.store.audit.events(subject=_on_trail(id_, letter), since=written.at)
        of_theirs = {look.event for look in looks if is_among(author.by, (look.actor,))}
        if _SHOWN not in of_theirs:
            what = f"a part of letter {letter} only" if _SHOWN_IN_PART in of_theirs else f"letter {letter}"
            was = "was" if _SHOWN_IN_PART in of_theirs else "was not"
            text = f"{author.by} {was} shown {what}; read it first (`triage letter show {id_} {letter}`)"
            if _SHOWN_IN_PART in of_theirs:
                text += ", all of it: by whoever needs to know of the other strategies, too, or says what for (--need)"
            raise Refused([Lack(text, field="letter")])
        await self._desk.take(kept.course, id_, step)

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
        it is known that a try did not go which had no answer, and is too long ago to be asked after; a note says so.

        Refused before anything leaves where it may not go; NotCarried where the carrier does not take it; NotRecorded
        where it went and the file could not be continued.
        """
        carrier = self._queue if print_it else self._carriers[way]
        # Two who press at once would both find that it has not gone.
        async with self._desk.store.alone("sending"):
            refuse(of_going_once(await self._letter(id_, letter), to, way))
            tries = await self._unanswered(id_, letter, way, to)
            if tries and not did_not_go.strip():
                await self._refuse_unknown(id_, letter, way, to, min(tries))
            elif tries:
                text = f"A try to send letter {letter} did not go: {did_not_go.strip()}"
                note = Noted(at=self._now(), by=author.by, role=author.role, text=text)
                kept = await self.kept(id_)
                await self._may_act(kept, id_, note)
                await self._desk.take(kept.course, id_, note)
            if carrier.sends or tries:
                return await self._send(id_, letter, way, to, to_because, author, carrier)
            return await self._put_by(id_, letter, to, to_because, author, carrier)

    async def posted(
        self,
        id_: str,
        letter: str,
        way: Delivery,
        to: str | None,
        on: date,
        evidence: str,
        author: Author,
        *,
        to_because: str = "",
        went_although: str = "",
        went_untrue: str = "",
    ) -> LetterSent:
        """Record that somebody sent a letter. `to` None: to where it waits to be posted. `to_because` as in `send`.

        `went_although`: how it came to go where nothing is sent, as to what is unsafe since. `went_untrue`: how it
        came to go though what it tells was not so any more.
        """
        known = await self._letter(id_, letter)
        address = to or (known.to_print.to if known.to_print else None)
        if address is None:
            raise Refused([_not_waiting(known)])
        pdf = await self._pdf(known.written, way, address)
        step = await self._sent(id_, letter, way, address, on, author)
        said = {"evidence": evidence, "to_because": to_because}
        said |= {"went_although": went_although, "went_untrue": went_untrue}
        step = step.model_copy(update={**said, "pdf_sha256": digest(pdf)})
        try:
            kept = await self.kept(id_)
            would_be = await self._would_take(kept, id_, step)
            await self._refuse_unsafe(would_be, address, way, step)
            await self._desk.take(kept.course, id_, step, beside=self._noted(id_, address, None))
        except Refused as refused:
            fields = {lack.field for lack in refused.lacks}
            ways = [_GONE] if fields & NOT_THERE.keys() else []
            ways += [_GONE_UNTRUE] if UNTRUE in fields else []
            raise Refused([*refused.lacks, *ways]) from None
        if way is Delivery.POST:
            await self._queue.remove(reference(id_, letter))
        return step

    async def came_back(
        self, id_: str, letter: str, on: date | None, reason: str, author: Author, *, sending: int | None = None
    ) -> LetterCameBack:
        """Record that a letter came back. `on` None: today. `sending`: which, from 1; None where only one can have."""
        kept = await self.kept(id_)
        file = await self._desk.load(kept.course, id_)
        situation = await self._desk.situation(kept.course, file)
        step = LetterCameBack(
            at=self._now(),
            by=author.by,
            role=author.role,
            letter=letter,
            sending=sending or _only_sending(file.letters.get(letter)),
            on=on or situation.day,
            reason=reason,
        )
        await self._may_act(kept, id_, step)
        await self._desk.take(kept.course, id_, step)
        return step

    async def copy(self, letter: Letter) -> Copy:
        """The PDF as it last went, or as it would go by email."""
        if not letter.sent:
            return Copy(await self._pdf(letter.written, Delivery.EMAIL, ""))
        last = letter.sent[-1]
        pdf = await self._pdf(letter.written, last.way, last.to)
        return Copy(pdf, differs=last.pdf_sha256 not in ("", digest(pdf)))

    async def not_to_go(self, file: WithLetters, letter: Letter) -> str:
        """Why a letter that waits is not to be posted or sent any more; nothing where it is."""
        return await self._not_to_go(await self.kept(file.id), file, letter)

    async def _not_to_go(self, kept: LetterFiles[Any], file: WithLetters, letter: Letter) -> str:
        return kept.not_to_go(file, letter, await self._desk.situation(kept.course, file))

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
                found += [ToPrint(file.id, one, await self._not_to_go(kept, file, one)) for one in waiting]
                await self._put_back(one for one in found if one.file == file.id)
            except NotCarried as error:
                damaged[file.id] = str(error)
            except (Refused, SealError) as error:  # of the others it is known
                damaged[file.id] = f"whether the letters of {file.id} are to be posted cannot be told: {error}"
        return Readable(found, damaged)

    async def _put_back(self, waiting: Iterable[ToPrint]) -> None:
        for one in waiting:
            name, queued = one.letter.written.letter, one.letter.to_print
            if queued is None or one.do_not_post or await self._queue.has(reference(one.file, name)):
                continue
            await self._queue.carry(await self._parcel(one.file, name, Delivery.POST, queued.to))

    async def _send(
        self, id_: str, letter: str, way: Delivery, to: str, to_because: str, author: Author, carrier: LetterCarrier
    ) -> Carried:
        asked = await self._sent(id_, letter, way, to, None, author)
        asked = asked.model_copy(update={"to_because": to_because})
        kept = await self.kept(id_)
        would_be = await self._would_take(kept, id_, asked)
        await self._refuse_unsafe(would_be, to, way, asked)
        parcel = await self._parcel(id_, letter, way, to)
        await self._enclosed(parcel, (await self._letter(id_, letter)).written)
        if carrier.sends:
            carried = await self._carry(parcel, author, carrier)
        else:  # it is to be printed, and a try before it was not answered
            taken = await self._carriers[way].taken(parcel)
            if taken is None:
                return await self._put_by(id_, letter, to, to_because, author, carrier)
            carried = taken
        if carried.taken_at is not None:
            asked = await self._sent(id_, letter, way, to, await self._day_of(carried.taken_at), author)
            asked = asked.model_copy(update={"to_because": to_because})
        step = asked.model_copy(
            update={"at": self._now(), "evidence": carried.evidence, "pdf_sha256": digest(parcel.pdf), "carried": True}
        )
        try:
            await self._desk.take(kept.course, id_, step, beside=self._noted(id_, to, carried))
        except Exception as error:  # whatever it was: the letter is gone, and somebody must know
            raise NotRecorded(carried.evidence, str(error) or type(error).__name__, _command(id_, step)) from error
        return carried

    async def _carry(self, parcel: Parcel, author: Author, carrier: LetterCarrier) -> Carried:
        """That no answer came is on the trail, for whoever is to know whether it went."""
        try:
            return await carrier.carry(parcel)
        except NotCarried as error:
            if error.perhaps:
                trail = self._desk.store.audit
                await trail.record(_UNANSWERED, actor=author.by, subject=f"file/{parcel.sending}", at=self._now())
            raise

    async def _refuse_unknown(self, id_: str, letter: str, way: Delivery, to: str, tried: datetime) -> None:
        """Nothing is sent again where nobody can say any more whether it went."""
        if self._now() - tried < _KEPT_BY_CARRIERS:
            return
        if await self._carriers[way].taken(await self._parcel(id_, letter, way, to)) is None:
            text = (
                f"a try of {tried:%d %b %Y} had no answer, and is too long ago to be asked after: ask the person, or "
                "look there. Where it went, record that (`triage letter posted`); where not, say how you know it "
                "(--did-not-go)"
            )
            raise Refused([Lack(text, field="did_not_go")])

    async def _unanswered(self, id_: str, letter: str, way: Delivery, to: str) -> list[datetime]:
        """When tries to send it there had no answer, so that it may be on its way."""
        known = await self._letter(id_, letter)
        subject = f"file/{reference(id_, letter)}/{sending_of(known, to, way)}"
        tries = await self._desk.store.audit.events(subject=subject, since=known.written.at)
        return [one.at for one in tries if one.event == _UNANSWERED and self._carriers[way].sends]

    async def _day_of(self, at: datetime) -> date:
        return local_day(at, ZoneInfo((await self._desk.organisation()).timezone))

    async def _put_by(
        self, id_: str, letter: str, to: str, to_because: str, author: Author, carrier: LetterCarrier
    ) -> Carried:
        step = LetterQueued(at=self._now(), by=author.by, role=author.role, letter=letter, to=to, to_because=to_because)
        kept = await self.kept(id_)
        would_be = await self._would_take(kept, id_, step)
        await self._refuse_unsafe(would_be, to, Delivery.POST, step)
        parcel = await self._parcel(id_, letter, Delivery.POST, to)
        carried = await carrier.carry(parcel)
        try:
            await self._desk.take(kept.course, id_, step)
        except BaseException:
            await self._queue.remove(reference(id_, letter))
            raise
        if not await self._queue.has(reference(id_, letter)):  # somebody cleared the folder before it was on the file
            await carrier.carry(parcel)
        return carried

    async def _sent(self, id_: str, letter: str, way: Delivery, to: str, on: date | None, author: Author) -> LetterSent:
        """The step that says so; `on` None: today."""
        kept = await self.kept(id_)
        situation = await self._desk.situation(kept.course, await self._desk.load(kept.course, id_))
        return LetterSent(
            at=self._now(),
            by=author.by,
            role=author.role,
            letter=letter,
            way=way,
            to=to,
            on=on or situation.day,
            received_on=situation.received_on(way, on or situation.day),
            evidence=_TO_COME,
        )

    async def _parcel(self, id_: str, letter: str, way: Delivery, to: str) -> Parcel:
        known = await self._letter(id_, letter)
        written = known.written
        page = page_of(written)
        return Parcel(
            reference=reference(id_, letter),
            sending=f"{reference(id_, letter)}/{sending_of(known, to, way)}",
            to=to,
            address=address_lines(written.head.person if written.head else "", to) if way is Delivery.POST else (),
            subject=f"{page.organisation}: {page.title} ({reference(id_, letter)})",
            text=text_of(written),
            pdf=await self._pdf(written, way, to),
            enclosures=await self._enclosures(written),
        )

    async def _enclosures(self, written: LetterWritten) -> tuple[Enclosure, ...]:
        path = self._settings.policy_copy
        if path is None or not _encloses_policy(written):
            return ()
        try:
            return (Enclosure("policy.pdf", await asyncio.to_thread(path.read_bytes)),)
        except OSError as error:
            raise Refused([Lack(f"{path} cannot be read: {error.strerror} (setting letters.policy_copy)")]) from None

    async def _enclosed(self, parcel: Parcel, written: LetterWritten) -> None:
        """What a letter says it encloses must be enclosed; who prints it sees to that themselves."""
        if _encloses_policy(written) and not parcel.enclosures:
            text = "the letter says that the policy comes with it; name its PDF in the setting letters.policy_copy"
            raise Refused([Lack(text, field="policy_copy")])

    async def _letter(self, id_: str, letter: str) -> Letter:
        course = (await self.kept(id_)).course
        found: Letter | None = (await self._desk.load(course, id_)).letters.get(letter)
        if found is None:
            raise Refused([Lack(f"there is no letter {letter}", field="letter")])
        return found

    async def _refuse_unsafe(self, file: WithLetters, to: str, way: Delivery, step: LetterQueued | LetterSent) -> None:
        """Of a place that is nobody's, whoever has that address in the register is whom it would be unsafe for."""
        if file.person or (isinstance(step, LetterSent) and step.went_although.strip()):
            return
        claims = email_claims if way is Delivery.EMAIL else postal_claims
        keys = [claim.key for claim in claims(to, Strength.POSSIBLE)]
        _register, dossiers = await self._desk.store.register.candidates(keys)
        refuse([lack for one in dossiers for lack in of_unsafe(one.person, to, way)])

    async def _pdf(self, written: LetterWritten, way: Delivery, to: str) -> bytes:
        return await pdf_of(page_of(written, to if way is Delivery.POST else None), self._settings.templates)

    def _noted(self, id_: str, to: str, carried: Carried | None) -> Within:
        """Written with the step. A notice invites nothing: a reply to it counts as any contact does (CONTRACT §4.5)."""
        outbound = Outbound(
            kind=OutboundKind.NOTICE,
            from_=carried.sent_from if carried else None,
            message_id=carried.message_id if carried else None,
            to=(to,),
            at=self._now(),
        )
        return lambda connection: self._desk.store.history.note_sent(connection, outbound, file_id=id_)


def reference(id_: str, letter: str) -> str:
    """The file's and the letter's id in one."""
    return f"{id_}/{letter}"


def _only_sending(letter: Letter | None) -> int:
    """The sending that has not come back, where there is one only; the first, which is refused, where there is none."""
    if letter is None or not letter.sent:
        return 1
    left = [number for number in range(1, len(letter.sent) + 1) if number not in letter.came_back]
    if len(left) > 1:
        went = "; ".join(f"{n}: {letter.sent[n - 1].way} to {letter.sent[n - 1].to}" for n in left)
        raise Refused([Lack(f"it went more than once; say which came back (--sending): {went}", field="sending")])
    return left[0] if left else 1


def _not_waiting(letter: Letter) -> Lack:
    """What somebody is told who records that one was posted, where nothing says to which address."""
    last = letter.sent[-1] if letter.sent else None
    already = f", and it is on the file that it went by {last.way} on {last.on}" if last is not None else ""
    text = f"letter {letter.written.letter} does not wait to be posted{already}; for another sending say where it went"
    return Lack(text, field="to")


def _signature(given: str | None, author: Author, holders: Mapping[str, Collection[str]], rules: LifeRules) -> str:
    """Who they are to whoever reads the letter: a name with the office it is signed in, said or as the register has it.

    `given`: whose name stands there in place of the author's, with their title where it says one.
    """
    name = given or author.by
    role = author.role if given is None and author.role else only_role(name, holders)
    words = rules.roles.get(role) if role else None
    return f"{name}, {words}" if words else name


def _encloses_policy(written: LetterWritten) -> bool:
    return any(passage.part is NoticePart.POLICY_COPY for passage in written.passages)


def _on_trail(id_: str, letter: str) -> str:
    return f"file/{id_}/letter/{letter}"


def _of_another(file: ChallengeFile, challenge: str | None) -> Iterator[Lack]:
    if challenge not in (None, file.id):
        yield Lack(f"a letter on the file of {file.id} tells of no other challenge", field="challenge")


def _of_addressee(addressee: str | None) -> Iterator[Lack]:
    if addressee is not None:
        yield Lack("a letter about a strategy is to whom that is about; leave out --addressee", field="addressee")


def _next_letter(file: WithLetters) -> str:
    """Never one that was used before, not even by a letter that was undone."""
    return f"L{sum(isinstance(step, LetterWritten) for step in file.steps) + 1}"


def _command(id_: str, step: LetterSent) -> str:
    options = {"--way": step.way.value, "--on": str(step.on), "--to": step.to, "--evidence": step.evidence}
    if step.to_because:
        options["--to-because"] = step.to_because
    words = ["triage", "letter", "posted", id_, step.letter, *(part for pair in options.items() for part in pair)]
    return shlex.join([*words, "--by", step.by])
