"""A letter until it may go: composed from the file and the policy, read, let go.

A machine writes the draft; a named person reads it, and approves it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from gateway.governance.challenges.file import ChallengeFile
from gateway.governance.lacks import Lack, Refused, refuse
from gateway.governance.letters.brief import Brief, Given
from gateway.governance.letters.compose import composed
from gateway.governance.letters.entry_answer import EntryAnswer, answer_to_entry
from gateway.governance.letters.layouts import layout_for
from gateway.governance.letters.letter import Letter
from gateway.governance.letters.page import page_of
from gateway.governance.letters.pdf import digest, pdf_of
from gateway.governance.letters.steps import LetterApproved, LetterPurpose, LetterWritten
from gateway.governance.letters.wording import Wording
from gateway.governance.letters_owed import WithLetters
from gateway.governance.role_holders import only_role
from gateway.governance.same_person import is_among
from gateway.governance.step import Step
from gateway.letters.desk import Author, LetterDesk
from models.policy_course import Delivery, Layout, NoticePart
from models.policy_life import LifeRules

_SHOWN = "letter_shown"
_SHOWN_IN_PART = "letter_shown_in_part"


@dataclass(frozen=True, slots=True)
class Copy:
    """A letter's PDF. `differs`: not byte for byte what was sent, as where the templates have changed since."""

    pdf: bytes
    differs: bool = False


class LetterWriting:
    """Writes letters, and notes who read and approved them."""

    def __init__(self, letters: LetterDesk) -> None:
        self._letters = letters
        self._desk = letters.desk

    async def write(
        self,
        id_: str,
        purpose: LetterPurpose,
        author: Author,
        *,
        layout: Layout | None = None,
        layout_reason: str = "",
        given: Mapping[NoticePart, Given] | None = None,
        signed_by: str | None = None,
        challenge: str | None = None,
        addressee: str | None = None,
    ) -> LetterWritten:
        """Compose a letter and put it on the file, for somebody to approve. Refused where something is missing.

        `layout_reason`: why it is not the one that the person needs. `challenge`: the one whose outcome it tells; None
        for the one that was decided last. `addressee`: whom one on a
        challenge's file is to, where that is about nobody of the register.
        """
        kept = await self._letters.kept(id_)
        await self._letters.may_act(kept, id_, Step(at=self._letters.now(), by=author.by, role=author.role))
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
            "sender": self._letters.settings.sender,
            "given": given or {},
        }
        wording = Wording.load(self._letters.settings.templates, pack.id, shared["layout"])
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
            at=self._letters.now(),
            by=author.by,
            role=author.role,
            letter=_next_letter(file),
            purpose=purpose,
            layout=shared["layout"],
            layout_reason=layout_reason,
            passages=passages,
            signed_by=shared["signed_by"],
            head=head,
            challenge=answers.id if answers is not None else None,
            beside=beside,
        )
        await self._letters.would_take(kept, id_, written)
        await pdf_of(page_of(written), self._letters.settings.templates)  # a letter that cannot be set is not written
        await self._desk.take(kept.course, id_, written)
        return written

    async def tells_of(self, file: WithLetters, written: LetterWritten) -> tuple[str, ...]:
        """The ids of the person's other strategies of which a letter tells."""
        kept = await self._letters.kept(file.id)
        return kept.told_of(file, written, await self._desk.situation(kept.course, file))

    async def shown(self, id_: str, letter: str, *, by: str, in_part: bool = False) -> None:
        """Note on the audit trail that somebody was shown this very letter, all of it or a part."""
        event = _SHOWN_IN_PART if in_part else _SHOWN
        await self._desk.store.audit.record(event, actor=by, subject=_on_trail(id_, letter), at=self._letters.now())

    async def approve(self, id_: str, letter: str, author: Author) -> None:
        """Let a letter go. Refused where this person may not, or was not shown it all: a person reads every letter."""
        step = LetterApproved(at=self._letters.now(), by=author.by, role=author.role, letter=letter)
        kept = await self._letters.kept(id_)
        would_be = await self._letters.would_take(kept, id_, step)
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

    async def copy(self, letter: Letter) -> Copy:
        """The PDF as it last went, or as it would go by email."""
        if not letter.sent:
            return Copy(await self._letters.pdf(letter.written, Delivery.EMAIL, ""))
        last = letter.sent[-1]
        pdf = await self._letters.pdf(letter.written, last.way, last.to)
        return Copy(pdf, differs=last.pdf_sha256 not in ("", digest(pdf)))


def _signature(given: str | None, author: Author, holders: Mapping[str, Collection[str]], rules: LifeRules) -> str:
    """Who they are to whoever reads the letter: a name with the office it is signed in, said or as the register has it.

    `given`: whose name stands there in place of the author's, with their title where it says one.
    """
    name = given or author.by
    role = author.role if given is None and author.role else only_role(name, holders)
    words = rules.roles.get(role) if role else None
    return f"{name}, {words}" if words else name


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
