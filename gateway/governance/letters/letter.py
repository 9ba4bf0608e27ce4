"""A letter as the steps of its file leave it, whatever file that is: a strategy's, or a challenge's of an entry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from gateway.governance.letters.steps import (
    LetterApproved,
    LetterCameBack,
    LetterQueued,
    LetterSent,
    LetterStep,
    LetterWritten,
)
from models.policy_course import Delivery


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter of the file: what was written, who let it go, how it went. `to_print`: until somebody posts it.

    `came_back`: what was brought back undelivered, by the number of the sending, from 1.
    """

    written: LetterWritten
    approved: LetterApproved | None = None
    to_print: LetterQueued | None = None
    sent: tuple[LetterSent, ...] = ()
    came_back: Mapping[int, LetterCameBack] = field(default_factory=dict)

    @property
    def reached(self) -> tuple[LetterSent, ...]:
        """What went and did not come back, so that somebody has it."""
        return tuple(sent for number, sent in enumerate(self.sent, start=1) if number not in self.came_back)

    @property
    def sent_that_count(self) -> tuple[LetterSent, ...]:
        """Without what came back, went where nothing is sent, or told what was not so any more."""
        return tuple(sent for sent in self.reached if not sent.went_although and not sent.went_untrue)


def after_step(letters: Mapping[str, Letter], step: LetterStep) -> Mapping[str, Letter]:
    """The letters of a file, by id, after one step more."""
    if isinstance(step, LetterWritten):
        return {**letters, step.letter: Letter(step)}
    return {**letters, step.letter: _further(letters[step.letter], step)}


def _further(letter: Letter, step: LetterApproved | LetterQueued | LetterSent | LetterCameBack) -> Letter:
    match step:
        case LetterApproved():
            return replace(letter, approved=step)
        case LetterQueued():
            return replace(letter, to_print=step)
        case LetterCameBack():
            return replace(letter, came_back={**letter.came_back, step.sending: step})
    waiting = None if step.way is Delivery.POST else letter.to_print
    return replace(letter, sent=(*letter.sent, step), to_print=waiting)
