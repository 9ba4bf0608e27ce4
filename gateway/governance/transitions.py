"""The course of a strategy at a glance: each transition with who, when, why, and what document it rests on.

What nobody said of a step follows from the file: a notice is put in force because it counts as received, and the
document is that letter. It tells of what was undone as well, for it was so until then.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate, pairwise
from typing import Final

from gateway.governance.challenges.file import decided_for_them
from gateway.governance.common_steps import Undone
from gateway.governance.folding import live_steps
from gateway.governance.letters.letter import Letter
from gateway.governance.letters.steps import LetterPurpose, LetterWritten
from gateway.governance.situation import Situation
from gateway.governance.steps import (
    Acted,
    Activated,
    Changed,
    ChangeInForce,
    Drafted,
    Ended,
    Extended,
    MadeDormant,
    Reinstated,
    Reviewed,
    Revised,
    SilenceApproved,
    StrategyStep,
    Submitted,
    Suspended,
    Urgent,
    Withdrawn,
)
from gateway.governance.strategy_file import Standing, StrategyFile
from gateway.governance.strategy_fold import after, opened
from models.plain_names import plain

_WITHIN_A_STANDING: Final = (Urgent, Reviewed, Changed, ChangeInForce, Extended, SilenceApproved)
"""Steps that change what holds and leave the standing as it is."""

_TOLD_BY: Final = {
    Reviewed: LetterPurpose.REVIEW_OUTCOME,
    Changed: LetterPurpose.CHANGE,
    Extended: LetterPurpose.EXTENSION,
    Ended: LetterPurpose.END,
    Reinstated: LetterPurpose.NOTICE,
}
"""The letter that tells the person of a step, and is written after it; what waits for a notice, the notice tells."""


@dataclass(frozen=True, slots=True)
class Transition:
    """A step that moved a strategy on, by its number on the file.

    `came_from`: where the strategy stood before, None of its beginning. `document`: where it is filed, or the file's
    own letter or draft; None while there is none.
    """

    number: int
    step: StrategyStep
    came_from: Standing | None
    to: Standing
    why: str
    document: str | None

    @property
    def on(self) -> date:
        """The day on which it was taken."""
        return self.step.taken_on


def transitions(file: StrategyFile, situation: Situation) -> Iterator[Transition]:
    """All of them, in the order in which they were taken."""
    begun, *others = file.steps
    stood = list(accumulate(others, after, initial=opened(file.id, begun)))
    now = stood[0]
    yield Transition(1, begun, None, now.standing, _why(begun, now, file), begun.document or "the draft itself")
    told = {1}
    for number, (then, now) in enumerate(pairwise(stood), start=2):
        step = file.steps[number - 1]
        of_one_told = isinstance(step, Undone) and step.number in told
        if then.standing is not now.standing or of_one_told or isinstance(step, _WITHIN_A_STANDING):
            told.add(number)
            document = step.document or _document(number, step, then, file, situation)
            yield Transition(number, step, then.standing, now.standing, _why(step, now, file), document)


def _why(step: StrategyStep, now: StrategyFile, file: StrategyFile) -> str:
    match step:
        case Drafted():
            return step.reasons or file.reasons
        case Submitted():
            return step.reason or "for decision, with the reasons of the draft"
        case Acted():
            return step.note or ("agreed to what was submitted" if step.agreed else "not agreed")
        case Activated():
            told = f"the notice counts as received on {now.notified_on}"
            return step.reason or ("told whom to write to; nothing is restricted" if now.soft else told)
        case ChangeInForce():
            return step.reason or "the letter about the change counts as received"
        case MadeDormant():
            return step.reason or f"it ended on {now.ended_on}, and is kept without effect until it is deleted"
        case Suspended() | Urgent() | SilenceApproved():
            return step.reason
        case Undone():
            return f"step {step.number} was an error: {step.reason}"
        case Reviewed():
            return f"{plain(step.outcome.value)}: {step.reasons}"
        case Changed() | Extended() | Ended() | Withdrawn():
            return step.reasons
        case Reinstated():
            return step.evidence
    raise AssertionError(step.kind)


def _document(
    number: int, step: StrategyStep, then: StrategyFile, file: StrategyFile, situation: Situation
) -> str | None:
    match step:
        case Submitted() | Acted():
            drafts = (n for n, one in live_steps(file.steps[: number - 1]) if isinstance(one, Drafted | Revised))
            return f"the draft as of step {max(drafts)}"
        case Urgent():
            return f"told on {step.told_on}: {step.told_how}"
        case Activated():
            notices = then.letters_for(LetterPurpose.WARNING) if then.soft else then.notices
            return _first_of([_named(letter) for letter in notices if letter.sent_that_count])
        case ChangeInForce():
            told = then.letters_for(LetterPurpose.CHANGE)
            since = [one for one in told if then.changing is None or one.written.at >= then.changing.at]
            return _first_of([_named(letter) for letter in since if letter.sent_that_count])
        case Suspended():
            back = then.last_back(LetterPurpose.NOTICE, LetterPurpose.CHANGE)
            return None if back is None else f"letter {back.letter}, which came back"
    return _telling(number, step, then, file, situation)


def _telling(
    number: int, step: StrategyStep, then: StrategyFile, file: StrategyFile, situation: Situation
) -> str | None:
    """The letter that tells of a step: one that reached them before any other; where none did, that is said."""
    live = live_steps(file.steps)
    until = next((n for n, one in live if n > number and type(one) is type(step)), len(file.steps) + 1)
    own = _TOLD_BY.get(type(step))
    purposes = {own, LetterPurpose.NOTICE if then.standing is Standing.APPROVED else own}
    written = [(n, file.letters[one.letter]) for n, one in live if isinstance(one, LetterWritten)]
    told = [one for n, one in written if number < n < until and one.written.purpose in purposes]
    if isinstance(step, MadeDormant):
        told = [one for _n, one in written if one.written.purpose is LetterPurpose.END]
    if not told and isinstance(step, Changed | Ended | MadeDormant):
        # What a challenge decided is told by its outcome, which may go before it is done.
        decided = {one.id for one in decided_for_them(situation.besides)}
        told = [one for _n, one in written if one.written.challenge in decided]
    reached = [one for one in told if one.sent_that_count]
    return _named((reached or told)[-1]) if told else None


def _named(letter: Letter) -> str:
    """By its id, as `triage letter show` takes it, and that it did not reach them."""
    written = letter.written
    answers = f", the answer to {written.challenge}" if written.challenge else ""
    if letter.sent_that_count:
        return f"letter {written.letter}{answers}"
    return f"letter {written.letter}{answers}, which {'did not reach them' if letter.sent else 'has not gone yet'}"


def _first_of(names: Sequence[str]) -> str | None:
    return ", ".join(names) or None
