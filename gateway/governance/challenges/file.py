"""Where a challenge stands: the fold of its steps. No step is judged here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from gateway.governance.challenges.steps import (
    Admitted,
    CarriedOut,
    ChallengeStep,
    ComplaintAnswered,
    ComplaintLinked,
    Decided,
    Outcome,
    OutcomeTold,
    PointedOn,
    PutInWriting,
    Received,
    TakenBack,
    WritingWaived,
)
from gateway.governance.common_steps import RecordedInError, ReviewerAllowed
from gateway.governance.folding import folded
from gateway.governance.letters.letter import Letter, after_step
from gateway.governance.letters.steps import LetterApproved, LetterCameBack, LetterQueued, LetterSent, LetterWritten
from gateway.governance.registers.rules import OF_ENTRIES


@dataclass(frozen=True, slots=True)
class ChallengeFile:
    """A challenge as its steps leave it. `steps`: all of them, in order, the undone ones too.

    `received`: as it came, with what was filled in. `reviewers_allowed`: who may hear it all the same who wrote or
    decided what is disputed. `letters`: that tell the outcome of one about an entry, which has no letters of its own.
    `complaints`: by reference, with their answer.
    """

    id: str
    person: str
    received: Received
    written: PutInWriting | None = None
    writing_waived: WritingWaived | None = None
    reviewers_allowed: tuple[str, ...] = ()
    admitted: Admitted | None = None
    decided: Decided | None = None
    letters: Mapping[str, Letter] = field(default_factory=dict)
    told: OutcomeTold | None = None
    pointed_on: PointedOn | None = None
    carried_out: CarriedOut | None = None
    complaints: Mapping[str, ComplaintAnswered | None] = field(default_factory=dict)
    taken_back: TakenBack | None = None
    in_error: RecordedInError | None = None
    steps: tuple[ChallengeStep, ...] = ()

    @property
    def of_entry(self) -> bool:
        """Whether it is about an entry in a register."""
        return self.received.about_kind in OF_ENTRIES

    @property
    def is_complete(self) -> bool:
        """Whether it is in writing with reasons, or need not be."""
        as_it_came = self.received.in_writing and bool(self.received.reasons.strip())
        return as_it_came or self.written is not None or self.writing_waived is not None

    @property
    def authors(self) -> tuple[str, ...]:
        """Whoever had written what is disputed when it came."""
        return (*filter(None, (self.received.author,)), *self.received.authors)

    @property
    def deciders(self) -> tuple[str, ...]:
        """Whoever had decided what held when it came."""
        return (*filter(None, (self.received.decider,)), *self.received.deciders)

    @property
    def found_for_them(self) -> bool:
        """Whether it was decided for the person, and stands."""
        decided = self.decided is not None and self.decided.outcome is not Outcome.STANDS
        return decided and self.in_error is None

    @property
    def to_carry_out(self) -> bool:
        """Whether the outcome changes something that is not changed yet."""
        return self.found_for_them and self.carried_out is None

    @property
    def closed(self) -> bool:
        """Whether nothing is open; a linked complaint stays open whatever becomes of the challenge."""
        if any(answer is None for answer in self.complaints.values()):
            return False
        answered = self.told is not None and not self.to_carry_out
        over = (self.pointed_on, self.taken_back, self.in_error)
        return answered or any(step is not None for step in over)


def decided_for_them(besides: Iterable[object]) -> list[ChallengeFile]:
    """Of a person's files, the challenges that were decided for them and stand."""
    return [one for one in besides if isinstance(one, ChallengeFile) and one.found_for_them]


def opened(id_: str, first: ChallengeStep) -> ChallengeFile:
    """The file that a receipt opens. ValueError where the first step is none."""
    if not isinstance(first, Received):
        raise ValueError("a challenge's file begins with its receipt")
    return ChallengeFile(id=id_, person=first.person, received=first, steps=(first,))


def fold(id_: str, steps: Sequence[ChallengeStep]) -> ChallengeFile:
    """The file whose steps these are."""
    return folded(id_, steps, opened, _changed)


def _changed(file: ChallengeFile, step: ChallengeStep) -> ChallengeFile:
    match step:
        case PutInWriting():
            return replace(file, written=step)
        case WritingWaived():
            return replace(file, writing_waived=step)
        case ReviewerAllowed():
            return replace(file, reviewers_allowed=(*file.reviewers_allowed, step.name))
        case Admitted():
            return replace(file, admitted=step)
        case Decided():
            return replace(file, decided=step)
        case LetterWritten() | LetterApproved() | LetterQueued() | LetterSent() | LetterCameBack():
            return replace(file, letters=after_step(file.letters, step))
        case OutcomeTold():
            return replace(file, told=step)
        case PointedOn():
            return replace(file, pointed_on=step)
        case CarriedOut():
            return replace(file, carried_out=step)
        case ComplaintLinked():
            return replace(file, complaints={**file.complaints, step.reference: None})
        case ComplaintAnswered():
            return replace(file, complaints={**file.complaints, step.reference: step})
        case TakenBack():
            return replace(file, taken_back=step)
        case RecordedInError():
            return replace(file, in_error=step)
    return file
