"""What a letter tells of: for each purpose, where the strategy must stand and what must have been done.

Else the person would read of a change that nobody made, or be reminded of rules that are over.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from gateway.governance.breaches.file import BreachFile
from gateway.governance.breaches.untold import as_far_as_told
from gateway.governance.challenges import file as challenges
from gateway.governance.challenges.file import ChallengeFile
from gateway.governance.challenges.steps import Outcome
from gateway.governance.demands import carrying_out
from gateway.governance.demands.carrying_out import last_answered
from gateway.governance.folding import as_of, live_steps
from gateway.governance.lacks import Lack
from gateway.governance.letters.steps import LetterPurpose, LetterWritten
from gateway.governance.situation import Situation
from gateway.governance.step import Step
from gateway.governance.steps import Changed, Extended, Reinstated
from gateway.governance.strategy_file import Standing, StrategyFile
from models.policy_course import NoticePart
from models.policy_events import BreachAction

if TYPE_CHECKING:
    from gateway.governance.course import File

_AFTER_ALL: Final = frozenset({LetterPurpose.END, LetterPurpose.CHALLENGE_OUTCOME})
"""What may be told when a strategy is over: that it is, and what came of a challenge."""
_OF_RULES_IN_FORCE: Final = frozenset(
    {LetterPurpose.CHANGE, LetterPurpose.EXTENSION, LetterPurpose.REVIEW_OUTCOME, LetterPurpose.REMINDER}
)
_AFTER_ITS_END: Final = {
    Standing.ACTIVE: "put that off (`triage strategy extend`), or end it and write a letter of purpose `end`",
    Standing.APPROVED: "withdraw it, and draft another where one is still needed",
}
REVIEW_FIRST: Final = "review it first, which sets the next day (`triage strategy review`)"
"""What is done of a strategy that is suspended, once its review date has passed."""
REMINDS: Final = frozenset({BreachAction.REMINDER_LETTER, BreachAction.WARNING_LETTER})
"""What a confirmed breach is answered with by a letter of purpose `reminder`.

One of purpose `warning` says that there are no rules yet.
"""


def of_purpose(file: StrategyFile, purpose: LetterPurpose, situation: Situation) -> Iterator[Lack]:
    """Why no letter of this purpose is for the strategy as it stands."""
    if file.standing.is_over and purpose not in _AFTER_ALL:
        text = f"the strategy is {file.standing}, and a letter of purpose `{purpose}` is for one that is not over"
        yield Lack(text + _instead_once_over(file, purpose), field="purpose")
    elif purpose not in _AFTER_ALL and (to_do := list(carrying_out.of_letter(file, purpose, situation))):
        yield from to_do
    elif purpose in _OF_RULES_IN_FORCE and file.standing is not Standing.ACTIVE:
        text = f"the strategy is not in force, and a letter of purpose `{purpose}` is for one that is"
        yield Lack(f"{text}; {_instead_before_force(file)}", field="purpose")
    elif purpose in (*_OF_RULES_IN_FORCE, LetterPurpose.NOTICE) and has_run_out(file, situation):
        text = f"the end of the strategy, {file.ends}, has passed, and it holds no more; {_instead_once_past(file)}"
        yield Lack(text, field="ends")
    elif purpose is LetterPurpose.NOTICE and review_has_passed(file, situation):
        instead = REVIEW_FIRST if file.is_suspended else _instead_once_past(file)
        text = f"its review date, {file.review_due}, has passed, and it cannot begin; {instead}"
        yield Lack(text, field="review_due")
    elif (lacking := _lacking(file, purpose, situation)) is not None:
        yield Lack(lacking, field="purpose")


def _instead_once_over(file: StrategyFile, purpose: LetterPurpose) -> str:
    if purpose is LetterPurpose.NOTICE and file.standing is not Standing.WITHDRAWN:
        return "; take it up again first (`triage strategy reinstate`)"
    return "; that it has ended, one of purpose `end` tells" if has_ended(file) else ""


def _instead_before_force(file: StrategyFile) -> str:
    if file.soft:
        return "whom they can ask first, one of purpose `warning` says"
    if file.standing is Standing.APPROVED:
        return "what is decided, one of purpose `notice` tells, and then it is activated (`triage strategy activate`)"
    return "what would follow, one of purpose `warning` says, and once it is decided a `notice` tells of it"


def _instead_once_past(file: StrategyFile) -> str:
    return _AFTER_ITS_END.get(file.standing, "set a later one first (`triage strategy revise`)")


def has_run_out(file: StrategyFile, situation: Situation) -> bool:
    """Whether its end has passed; on the day itself it holds still."""
    return file.ends is not None and file.ends < situation.day


def review_has_passed(file: StrategyFile, situation: Situation) -> bool:
    """Whether what is not in force cannot begin any more, for its review would be late from the first day."""
    return file.standing is not Standing.ACTIVE and file.review_due is not None and file.review_due <= situation.day


def has_ended(file: StrategyFile) -> bool:
    """Whether it was in force and is over, and was not taken up again."""
    return file.standing in (Standing.ENDED, Standing.DORMANT)


def tells_all_that_holds(file: StrategyFile, purpose: LetterPurpose, challenge: ChallengeFile | None) -> bool:
    """Whether a letter says how the person may contact us apart from this strategy.

    It does where it says that this one is over, will be, or does not hold for now: else they would read that there are
    no rules any more.
    `challenge`: the one whose outcome it tells.
    """
    match purpose:
        case LetterPurpose.WARNING | LetterPurpose.END:
            return True
        case LetterPurpose.REVIEW_OUTCOME:
            return file.is_lifted
        case LetterPurpose.CHALLENGE_OUTCOME:
            return file.ended_on is not None or file.is_suspended or lifts(challenge)
    return False


def lifts(challenge: ChallengeFile | None) -> bool:
    """Whether what came of it is that the strategy is no longer needed."""
    decided = challenge.decided if challenge is not None else None
    return decided is not None and decided.outcome is Outcome.LIFTED


def tells_of_the_end(written: LetterWritten) -> bool:
    """Whether a letter from after the end says all that one of purpose `end` does, or is one.

    What came of a challenge has the parts of an end letter where it tells of the end as well; before, it had not.
    """
    parts = {passage.part for passage in written.passages}
    answers = written.purpose is LetterPurpose.CHALLENGE_OUTCOME and NoticePart.DATA_USE in parts
    return answers or written.purpose is LetterPurpose.END


def answered(file: StrategyFile, besides: Iterable[File], challenge: str | None) -> ChallengeFile | None:
    """The challenge of that id, or else the one that was decided last; None where it is not decided, or is none."""
    those = besides if challenge is None else (one for one in besides if one.id == challenge)
    return last_answered(file, those)


def challenge_told(file: StrategyFile, written: LetterWritten, besides: Iterable[File]) -> str | None:
    """The challenge whose outcome a letter tells. One from before letters named it tells the last decided by then."""
    if written.challenge is not None:
        return written.challenge
    of_it = (one for one in besides if isinstance(one, ChallengeFile))
    then = (as_of(one.id, one.steps, challenges.fold, written.at) for one in of_it)
    last = last_answered(file, (one for one in then if one is not None))
    return last.id if last is not None else None


def _lacking(file: StrategyFile, purpose: LetterPurpose, situation: Situation) -> str | None:
    """What was not done that the letter would tell of, in words."""
    match purpose:
        case LetterPurpose.NOTICE if file.soft:
            return "it has no restrictions to give notice of; a letter of purpose `warning` says whom to write to"
        case LetterPurpose.NOTICE if file.is_suspended and file.is_lifted:
            return carrying_out.lifted_by_review(file)
        case LetterPurpose.END if not has_ended(file):
            return "the strategy has not ended; end it first, and then tell the person"
        case LetterPurpose.CHANGE if not _was_done(file, Changed):
            return "nothing was changed that the letter could tell of (`triage strategy change`)"
        case LetterPurpose.EXTENSION if not _was_done(file, Extended):
            return "its end was not put off, which the letter would tell of (`triage strategy extend`)"
        case LetterPurpose.REVIEW_OUTCOME if file.last_review is None:
            return "nobody has reviewed it, so that there is no outcome to tell (`triage strategy review`)"
        case LetterPurpose.REMINDER:
            return _no_reminder(file, situation)
        case LetterPurpose.WARNING if not file.soft and _has_rules(file, situation):
            return "a letter of purpose `warning` says that there are no rules yet; of these a `notice` tells"
        case LetterPurpose.CHALLENGE_OUTCOME if last_answered(file, situation.besides) is None:
            return "no challenge of it is decided, so that there is no outcome to tell (`triage challenge decide`)"
    return None


def _was_done(file: StrategyFile, kind: type[Step]) -> bool:
    """Since it was made, or taken up again: what was done before that holds no more."""
    return any(isinstance(step, kind) for step in of_this_course(file))


def of_this_course(file: StrategyFile) -> Iterator[Step]:
    """The steps that count since it was made, or taken up again: the taking up first."""
    steps: list[Step] = [step for _number, step in live_steps(file.steps)]
    begun = max((place for place, step in enumerate(steps) if isinstance(step, Reinstated)), default=0)
    yield from steps[begun:]


def _no_reminder(file: StrategyFile, situation: Situation) -> str | None:
    """Why the person is not reminded: nothing was breached, or those who decide that have not, or decided against it.

    Where the policy proposes none on what stands, nobody's decision is asked for.
    """
    if not _was_breached(file, situation):
        return "no breach of it is confirmed that the person could be reminded on (`triage breach confirm`)"
    for one in _told_breaches(file, situation):
        if open_ := next((it.action for it in one.proposals if it.action in REMINDS), None):
            return f"nobody has decided yet whether a reminder goes (`triage breach accept {one.id} {open_}`)"
        decided = [it for it in one.decisions if it.step.action in REMINDS and it.answers]
        if decided and not decided[-1].accepted:
            return f"{decided[-1].step.by} decided on {one.id} that no reminder goes, and why"
    return None


def _was_breached(file: StrategyFile, situation: Situation) -> bool:
    """Whether somebody has confirmed a breach that stands (Cleveland 9.11, POLICY_RULES §3.14)."""
    of_it = _told_breaches(file, situation)
    again = file.reinstated
    if again is None:
        return any(one.count for one in of_it)
    return any(breach.at >= again.at for one in of_it for breach in one.breaches.values())


def _told_breaches(file: StrategyFile, situation: Situation) -> list[BreachFile]:
    """Nobody is reminded of what they had not been told."""
    of_it = (one for one in situation.besides if isinstance(one, BreachFile) and one.strategy == file.id)
    return [as_far_as_told(one, file) for one in of_it]


def _has_rules(file: StrategyFile, situation: Situation) -> bool:
    urgent = file.urgent_now
    decided = file.standing in (Standing.APPROVED, Standing.ACTIVE)
    return decided or (urgent is not None and situation.day <= urgent.until)
