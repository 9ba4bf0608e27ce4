"""The course of a strategy at a glance: each transition with who, when, why, and what document it rests on.

What nobody said of a step follows from the file: a notice is put in force because it counts as received, and the
document is that letter.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Final

from gateway.governance.folding import live_steps
from gateway.governance.letters.letter import Letter
from gateway.governance.letters.steps import LetterPurpose, LetterWritten
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
from gateway.governance.strategy_file import Standing, StrategyFile, walked
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
"""The letter that tells the person of a step, and is written after it."""


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
    on: date
    why: str
    document: str | None


def transitions(file: StrategyFile) -> Iterator[Transition]:
    """Those that count, the first first; what was undone is among the steps alone."""
    (number, first), *others = live_steps(file.steps)
    stood = [*(then for then, _step in walked(file)), file]
    yield _transition(number, first, None, stood[0], file)
    for (number, step), (then, now) in zip(others, pairwise(stood), strict=True):
        if then.standing is not now.standing or isinstance(step, _WITHIN_A_STANDING):
            yield _transition(number, step, then, now, file)


def _transition(
    number: int, step: StrategyStep, then: StrategyFile | None, now: StrategyFile, file: StrategyFile
) -> Transition:
    document = step.document or ("the draft itself" if then is None else _document(number, step, then, now, file))
    came_from = None if then is None else then.standing
    return Transition(number, step, came_from, now.standing, step.taken_on, _why(step, now, file), document)


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
        case Reviewed():
            return f"{plain(step.outcome.value)}: {step.reasons}"
        case Changed() | Extended() | Ended() | Withdrawn():
            return step.reasons
        case Reinstated():
            return step.evidence
    raise AssertionError(step.kind)


def _document(number: int, step: StrategyStep, then: StrategyFile, now: StrategyFile, file: StrategyFile) -> str | None:
    match step:
        case Submitted() | Acted():
            drafts = (n for n, one in live_steps(file.steps) if n < number and isinstance(one, Drafted | Revised))
            return f"the draft as of step {max(drafts)}"
        case Activated():
            notices = then.letters_for(LetterPurpose.WARNING) if then.soft else then.notices
            return _letters([letter for letter in notices if letter.sent_that_count])
        case ChangeInForce():
            told = then.letters_for(LetterPurpose.CHANGE)
            since = [one for one in told if then.changing is None or one.written.at >= then.changing.at]
            return _letters([letter for letter in since if letter.sent_that_count])
        case Suspended():
            back = then.last_back(LetterPurpose.NOTICE, LetterPurpose.CHANGE)
            return None if back is None else f"letter {back.letter}, which came back"
        case MadeDormant():
            return _letters(list(now.letters_for(LetterPurpose.END)))
    purpose = _TOLD_BY.get(type(step))
    written = (one for n, one in live_steps(file.steps) if n > number and isinstance(one, LetterWritten))
    return next((f"letter {one.letter}" for one in written if one.purpose is purpose), None)


def _letters(letters: list[Letter]) -> str | None:
    """By their ids, as `triage letter show` takes them."""
    ids = [letter.written.letter for letter in letters]
    return f"{'letter' if len(ids) == 1 else 'letters'} {', '.join(ids)}" if ids else None
