"""What came after a letter was written, so that it tells the person of something else than what holds by now."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.governance.challenges import file as challenges
from gateway.governance.challenges.file import ChallengeFile
from gateway.governance.challenges.steps import Decided
from gateway.governance.demands.beside import ids_beside, rules_beside, rules_to_come
from gateway.governance.demands.carrying_out import last_answered, review_is_done
from gateway.governance.demands.measures import of_open_matters
from gateway.governance.demands.occasion import (
    answered,
    challenge_told,
    has_ended,
    lifts,
    tells_all_that_holds,
)
from gateway.governance.demands.outcome_state import OutcomeState, outcome_state
from gateway.governance.demands.stage_before import is_taken_back, of_stage_still, stage_before
from gateway.governance.folding import as_of, live_steps
from gateway.governance.lacks import Lack
from gateway.governance.letters.steps import LetterPurpose, LetterWritten
from gateway.governance.situation import Situation
from gateway.governance.step import Step
from gateway.governance.steps import Acted, Changed, Ended, Extended, Reinstated, Reviewed, Revised
from gateway.governance.strategy_file import Standing, StrategyFile
from gateway.governance.strategy_fold import fold
from models.policy_course import NoticePart

NOTICES = frozenset({LetterPurpose.NOTICE, LetterPurpose.CHANGE, LetterPurpose.EXTENSION})
"""What tells the person of rules that they did not know yet, or of how long those hold."""

_OUTCOMES = frozenset({LetterPurpose.REVIEW_OUTCOME, LetterPurpose.CHALLENGE_OUTCOME})


def of_what_came_after(file: StrategyFile, written: LetterWritten, situation: Situation) -> Iterator[Lack]:
    """Whether it tells the person of something else than what was decided: nobody is held to what they never read.

    A notice says who decided, and so does not go where anybody of the chain acted after it was written. Nobody is told
    that contact is refused on a matter that was taken up again.
    """
    what = _what_came_after(file, written, situation)
    if what is not None:
        text = f"{what} after letter {written.letter} was written, which does not say so; write it anew"
        yield Lack(text, situation.rules.notice.cites, "letter")
    elif _leaves_out_what_holds(file, written, situation):
        text = f"letter {written.letter} does not say what else holds for the person; write it anew"
        yield Lack(text, field="letter")
    elif written.purpose in NOTICES:
        told = file.restrictions if file.changing is None else file.changing.restrictions
        yield from of_open_matters(file, situation, told)
        if file.standing is Standing.APPROVED:
            yield from of_stage_still(file, situation)


def tells_of_no_end(file: StrategyFile, written: LetterWritten) -> bool:
    """Whether it tells that the strategy is over, and was written before that was so."""
    if written.purpose is not LetterPurpose.END:
        return False
    return not has_ended(file) or _has_since(file, written, Ended)


def _what_came_after(file: StrategyFile, written: LetterWritten, situation: Situation) -> str | None:
    purpose = written.purpose
    if purpose in NOTICES and _has_since(file, written, Revised, Changed, Extended, Reinstated):
        return "the strategy was altered"
    says_review = any(passage.part is NoticePart.REVIEW_DATE for passage in written.passages)
    if purpose in NOTICES and says_review and _as_written(file, written).review_due != file.review_due:
        return "another review date was set"
    if purpose is LetterPurpose.NOTICE and _is_stage_before_taken_back(file, written, situation):
        return "something that it tells of the stage before was taken back"
    if purpose is LetterPurpose.NOTICE and _has_since(file, written, Acted):
        return "the strategy was decided on"
    if purpose is LetterPurpose.REVIEW_OUTCOME and _has_since(file, written, Reviewed):
        return "the strategy was reviewed again"
    if _told(_as_written(file, written), purpose) != _told(file, purpose):
        return "the strategy was altered"
    told = _challenge_of(file, written, situation)
    if tells_all_that_holds(_as_written(file, written), purpose, told) and (
        _told_beside(file, situation) != _told_beside(file, situation, written)
    ):
        return "what else holds for the person was altered"
    if purpose is LetterPurpose.CHALLENGE_OUTCOME:
        if _answered_otherwise(file, written, situation):
            return "something else was decided on a challenge of it"
        return _came_or_went(file, written, told) or _done_or_not(file, written, told)
    return None


def _is_stage_before_taken_back(file: StrategyFile, written: LetterWritten, situation: Situation) -> bool:
    told = stage_before(file, situation, written) if written.beside else None
    is_told = told is not None and told.file.id in (written.beside or ())
    return told is not None and is_told and is_taken_back(told, stage_before(file, situation))


def _came_or_went(file: StrategyFile, written: LetterWritten, told: ChallengeFile | None) -> str | None:
    """Whether the strategy ended, was let go or began anew. That it is to end, a letter may say on that day, too."""
    then = _as_written(file, written)
    if file.standing is Standing.WITHDRAWN and then.standing is not Standing.WITHDRAWN:
        return "the strategy was withdrawn"  # no other letter would say so
    if then.is_suspended and file.standing is Standing.ACTIVE:
        return "the strategy was put in force again"
    if file.is_suspended and not then.is_suspended:
        return "the strategy was suspended"
    before, now = has_ended(then), has_ended(file)
    if before and not now:
        return "the strategy was taken up again"
    return "the strategy ended" if now and not before and not lifts(told) else None


def _done_or_not(file: StrategyFile, written: LetterWritten, told: ChallengeFile | None) -> str | None:
    """Whether what it says of how far the outcome is done is so still. That it is to end, it may say on that day."""
    before = as_of(told.id, told.steps, challenges.fold, written.at) if told is not None else None
    if told is None or before is None:
        return None
    then, now = outcome_state(_as_written(file, written), before), outcome_state(file, told)
    still_so = {(OutcomeState.TO_END, OutcomeState.OVER), (OutcomeState.CHANGED_SINCE, OutcomeState.NOW_CHANGED)}
    return None if then is now or (then, now) in still_so else "what was decided was done, or is no longer so,"


def _leaves_out_what_holds(file: StrategyFile, written: LetterWritten, situation: Situation) -> bool:
    """Whether it tells of an end and not of the person's other strategies, as outcomes once did."""
    told = _challenge_of(file, written, situation)
    if written.purpose not in _OUTCOMES or not tells_all_that_holds(_as_written(file, written), written.purpose, told):
        return False
    return not set(ids_beside(file, situation, written)) <= set(written.beside or ())


def _challenge_of(file: StrategyFile, written: LetterWritten, situation: Situation) -> ChallengeFile | None:
    """The challenge whose outcome a letter tells; None where it tells none."""
    if written.purpose is not LetterPurpose.CHALLENGE_OUTCOME:
        return None
    told = challenge_told(file, written, situation.besides)
    return answered(file, situation.besides, told) if told is not None else None


def _told(file: StrategyFile, purpose: LetterPurpose) -> tuple[object, ...]:
    """What a letter of this purpose takes from the strategy as it stands, where no step by itself overtakes it."""
    match purpose:
        case LetterPurpose.WARNING:
            return (file.behaviours, file.reasons, file.soft, file.spoc if file.soft else None)
        case LetterPurpose.REMINDER:
            return (file.restrictions, file.spoc, file.reinstated)
        case LetterPurpose.REVIEW_OUTCOME:
            done = file.last_review is not None and review_is_done(file, file.last_review)
            return (file.restrictions, file.spoc, file.reinstated, done)
    return ()


def _told_beside(
    file: StrategyFile, situation: Situation, written: LetterWritten | None = None
) -> list[tuple[object, ...]]:
    """What else holds, or is to; not the earliest day of that, which one more copy of the notice only puts off."""
    holding, to_come = rules_beside(file, situation, written), rules_to_come(file, situation, written)
    known = [(one, None) for one in holding] + [(one.strategy, one.strategy.starts) for one in to_come]
    return [(one.id, one.scope, one.matters, one.restrictions, one.spoc, one.status, day) for one, day in known]


def _as_written(file: StrategyFile, written: LetterWritten) -> StrategyFile:
    return fold(file.id, file.steps[: file.steps.index(written) + 1])


def _answered_otherwise(file: StrategyFile, written: LetterWritten, situation: Situation) -> bool:
    """Whether the decision that it tells of was taken back, or another came after it, on this challenge or on one more.

    Where none stands any more, there is nothing to tell at all, and `of_purpose` says so.
    """
    of_it = [one for one in situation.besides if isinstance(one, ChallengeFile)]
    then = (as_of(one.id, one.steps, challenges.fold, written.at) for one in of_it)
    before = [one for one in then if one is not None]
    told = challenge_told(file, written, of_it)
    last = last_answered(file, of_it)
    return last is not None and any(
        _decision(file, of_it, one) != _decision(file, before, one) for one in dict.fromkeys((told, None))
    )


def _decision(file: StrategyFile, of_it: list[ChallengeFile], challenge: str | None) -> Decided | None:
    found = answered(file, of_it, challenge)
    return found.decided if found is not None else None


def _has_since(file: StrategyFile, written: LetterWritten, *kinds: type[Step]) -> bool:
    counting = [step for _number, step in live_steps(file.steps)]
    return any(isinstance(step, kinds) for step in counting[counting.index(written) + 1 :])
