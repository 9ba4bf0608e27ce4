"""The proof that a letter went, or came back: what somebody says of it, held against the file, and put on it."""

from __future__ import annotations

from datetime import date

from gateway.dispatch.carriers.carrier import Carried
from gateway.dispatch.carriers.print_queue import PrintQueue
from gateway.governance.demands.sending import NOT_THERE, UNTRUE
from gateway.governance.lacks import Lack, Refused
from gateway.governance.letters.letter import Letter
from gateway.governance.letters.pdf import digest
from gateway.governance.letters.steps import LetterCameBack, LetterSent
from gateway.letters.desk import Author, LetterDesk, reference
from gateway.store.files import Within
from models.history import Outbound, OutboundKind
from models.policy_course import Delivery

_TO_COME = "to be sent"
"""Evidence of a sending that is only asked about."""
_GONE = Lack("if it is gone all the same, say how that came about (--went-although)", field="went_although")
_GONE_UNTRUE = Lack(
    "do not post it: take it out, and say so (`triage tasks` has the command); if it is gone all the "
    "same, say how that came about (--went-untrue)",
    field="went_untrue",
)


class LetterProof:
    """Records what went and what came back."""

    def __init__(self, letters: LetterDesk, queue: PrintQueue) -> None:
        self._letters = letters
        self._desk = letters.desk
        self._queue = queue

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
        known = await self._letters.letter(id_, letter)
        address = to or (known.to_print.to if known.to_print else None)
        if address is None:
            raise Refused([_not_waiting(known)])
        pdf = await self._letters.pdf(known.written, way, address)
        step = await self.sent(id_, letter, way, address, on, author)
        said = {"evidence": evidence, "to_because": to_because}
        said |= {"went_although": went_although, "went_untrue": went_untrue}
        step = step.model_copy(update={**said, "pdf_sha256": digest(pdf)})
        try:
            kept = await self._letters.kept(id_)
            would_be = await self._letters.would_take(kept, id_, step)
            await self._letters.refuse_unsafe(would_be, address, way, step)
            await self._desk.take(kept.course, id_, step, beside=self.noted(id_, address, None))
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
        kept = await self._letters.kept(id_)
        file = await self._desk.load(kept.course, id_)
        situation = await self._desk.situation(kept.course, file)
        step = LetterCameBack(
            at=self._letters.now(),
            by=author.by,
            role=author.role,
            letter=letter,
            sending=sending or _only_sending(file.letters.get(letter)),
            on=on or situation.day,
            reason=reason,
        )
        await self._letters.may_act(kept, id_, step)
        await self._desk.take(kept.course, id_, step)
        return step

    async def sent(self, id_: str, letter: str, way: Delivery, to: str, on: date | None, author: Author) -> LetterSent:
        """The step that says so; `on` None: today."""
        kept = await self._letters.kept(id_)
        situation = await self._desk.situation(kept.course, await self._desk.load(kept.course, id_))
        return LetterSent(
            at=self._letters.now(),
            by=author.by,
            role=author.role,
            letter=letter,
            way=way,
            to=to,
            on=on or situation.day,
            received_on=situation.received_on(way, on or situation.day),
            evidence=_TO_COME,
        )

    def noted(self, id_: str, to: str, carried: Carried | None) -> Within:
        """Written with the step. A notice invites nothing: a reply to it counts as any contact does (CONTRACT §4.5)."""
        outbound = Outbound(
            kind=OutboundKind.NOTICE,
            from_=carried.sent_from if carried else None,
            message_id=carried.message_id if carried else None,
            to=(to,),
            at=self._letters.now(),
        )
        return lambda connection: self._desk.store.history.note_sent(connection, outbound, file_id=id_)


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
