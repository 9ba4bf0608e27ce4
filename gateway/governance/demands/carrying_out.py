"""What a challenge decided of a strategy, or a review to change, and nobody has done yet: it is taken no further.

Whoever heard the challenge neither wrote nor decided what was disputed (conflict 18; Stoke 6.2). Could those who did go
on all the same, the person would be held again to what was decided not to stand, or read a notice of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Final

from gateway.governance.challenges.file import ChallengeFile
from gateway.governance.challenges.steps import Decided, Outcome
from gateway.governance.common_steps import TaskDone, Undone
from gateway.governance.folding import live_steps
from gateway.governance.lacks import Lack
from gateway.governance.letters.steps import LetterPurpose
from gateway.governance.situation import Situation
from gateway.governance.steps import (
    Acted,
    Activated,
    Changed,
    ChangeInForce,
    Extended,
    Reinstated,
    Reviewed,
    ReviewOutcome,
    StrategyStep,
    Submitted,
    Urgent,
)
from gateway.governance.strategy_changes import alters_nothing, holds_at_once, is_told_by_notice, only_adds
from gateway.governance.strategy_file import Standing, StrategyFile
from gateway.governance.strategy_fold import after, walked
from models.strategy import StrategyStatus

if TYPE_CHECKING:
    from gateway.governance.course import File

_Leaves = Callable[[StrategyFile, Changed], bool]

REVIEW_MEANT: Final = "review_meant"
"""The task (`TaskDone.task`) by which a reviewer says that what was made stricter is the change that they decided."""

_GOES_ON: Final = (Submitted, Activated, Urgent, Changed, ChangeInForce, Extended)
"""Steps after which a person is held, or held longer, to what a challenge lifted, or is nearer to that."""


def last_answered(file: StrategyFile, besides: Iterable[File]) -> ChallengeFile | None:
    """The challenge of it that was decided last, of those that stand."""
    return max(_answered(file, besides), key=_when, default=None)


def waiting(file: StrategyFile, besides: Iterable[File]) -> ChallengeFile | None:
    """The challenge whose outcome is still to be done to the strategy; None where nothing is.

    Only what those who may decided since does away with it: that the strategy is taken up again, or another challenge
    that is decided in the person's favour by as much. That another found that it stands does not. Whether it is done,
    the strategy's own file says: what was recorded as carried out may have been undone since.
    """
    heard = _heard(file, besides)
    to_do = [one for one in heard if not is_done(file, one)]
    open_ = [one for one in to_do if _in_its_place(one, heard) is None and not _taken_up_again(file, _when(one))]
    return max(open_, key=lambda one: (_favour(one), _when(one)), default=None)


def overtaken_by(file: ChallengeFile, strategy: StrategyFile, besides: Iterable[File]) -> str | None:
    """What was decided of the strategy and holds in place of this challenge's outcome, in words; None: nothing was."""
    if file.decided is None:
        return None
    if (other := _in_its_place(file, _heard(strategy, besides))) is not None:
        return f"{other.id} was decided after it"
    if _taken_up_again(strategy, file.decided.at):
        return f"{strategy.id} was taken up again after it"
    open_ = waiting(strategy, (file, *besides))
    return f"{open_.id} lifted {strategy.id}" if open_ is not None and _favour(open_) > _favour(file) else None


def of_outcome(file: ChallengeFile, decided: Decided, situation: Situation) -> Iterator[Lack]:
    """Why a challenge is not decided so: another gave the person more, which is still to be done and told."""
    strategy = situation.strategy(file.received.about)
    others = [one for one in situation.besides if one.id != file.id]
    open_ = waiting(strategy, others) if strategy is not None else None
    if strategy is None or open_ is None or _FAVOUR[decided.outcome] > _favour(open_):
        return
    did = "lifted" if _outcome(open_) is Outcome.LIFTED else "decided to change"
    if _outcome(open_) is Outcome.CHANGED and not to_change(strategy, open_):
        # Decided alike by now, it would ask for yet another change than the one under way.
        text = f"{open_.id} {did} {strategy.id}, and the change is not in force yet; put it in force first"
    elif _FAVOUR[decided.outcome] < _favour(open_):
        text = f"{open_.id} {did} {strategy.id}, and that is still to be done; do that first, or decide this one alike"
    else:
        return
    yield Lack(text, situation.rules.dispute.cites, "outcome")


_FAVOUR: Final = {Outcome.STANDS: 0, Outcome.CHANGED: 1, Outcome.LIFTED: 2}
"""By how much a challenge was decided in the person's favour."""


def _favour(file: ChallengeFile) -> int:
    return _FAVOUR[file.decided.outcome] if file.decided is not None else 0


def _when(file: ChallengeFile) -> datetime:
    return file.decided.at if file.decided is not None else file.steps[0].at


def _answered(file: StrategyFile, besides: Iterable[File]) -> list[ChallengeFile]:
    challenges = (one for one in besides if isinstance(one, ChallengeFile) and one.received.about == file.id)
    return [one for one in challenges if one.decided is not None and one.in_error is None]


def _heard(file: StrategyFile, besides: Iterable[File]) -> list[ChallengeFile]:
    return [one for one in _answered(file, besides) if not (one.taken_back or one.pointed_on)]


def _in_its_place(file: ChallengeFile, heard: Iterable[ChallengeFile]) -> ChallengeFile | None:
    """The last challenge that was decided after this one, in the person's favour by as much."""
    later = [one for one in heard if _when(one) > _when(file) and _favour(one) >= _favour(file)]
    return max(later, key=_when, default=None)


def is_done(file: StrategyFile, challenge: ChallengeFile) -> bool:
    """Whether the strategy's own file says what was decided.

    Until somebody who hears challenges has said that it does, a change back to what was disputed undoes that.
    """
    decided = challenge.decided
    if decided is None or decided.outcome is Outcome.STANDS or file.standing.is_over:
        return True
    for_good = challenge.carried_out is not None
    return decided.outcome is Outcome.CHANGED and changed_since(file, decided.at, only_adds, for_good=for_good)


def changed_since(
    file: StrategyFile, moment: datetime, leaves: _Leaves = alters_nothing, *, for_good: bool = True
) -> bool:
    """Whether a change that was decided from that moment on has altered what the strategy says.

    `leaves`: whether a change leaves what was to be altered. A challenge is carried out by none that `only_adds`.
    `for_good`: whether it stays altered, though it is changed back, once the person was told.
    """
    was, altered = None, False
    for before, step in walked(file):
        change = _brought(before, step)
        if change is None or change.at < moment:
            continue
        was = was or before
        if not leaves(was, change):
            altered = True
        elif not for_good or _is_untold(before):
            altered = False
    return altered


def is_still_to_change(
    file: StrategyFile, moment: datetime, leaves: _Leaves = alters_nothing, *, for_good: bool = True
) -> bool:
    """Whether nobody has decided how it is changed, which was to be done from that moment on. The rest: as above."""
    under_way = file.changing if file.standing is Standing.ACTIVE else None
    decided = under_way is not None and under_way.at >= moment and not leaves(file, under_way)
    return not (decided or changed_since(file, moment, leaves, for_good=for_good))


def to_change(file: StrategyFile, challenge: ChallengeFile) -> bool:
    """The same of what a challenge decided."""
    decided, for_good = challenge.decided, challenge.carried_out is not None
    if decided is None or decided.outcome is not Outcome.CHANGED:
        return False
    return is_still_to_change(file, decided.at, only_adds, for_good=for_good)


def _is_untold(file: StrategyFile) -> bool:
    """Whether it was changed out of force and no notice of that went, so that nobody knows of the change yet."""
    return file.changed_out_of_force is not None and not any(letter.sent for letter in file.notices)


def _brought(before: StrategyFile, step: StrategyStep) -> Changed | None:
    """The change that a step brings into what the strategy says."""
    if isinstance(step, ChangeInForce):
        return before.changing
    at_once = isinstance(step, Changed) and (is_told_by_notice(before) or holds_at_once(before, step))
    return step if isinstance(step, Changed) and at_once else None


def _taken_up_again(file: StrategyFile, since: datetime) -> bool:
    return any(isinstance(step, Reinstated) and step.at > since for _number, step in live_steps(file.steps))


def lifted_by_challenge(file: StrategyFile, besides: Iterable[File]) -> bool:
    """Whether a challenge lifted it, and it is not over."""
    open_ = waiting(file, besides)
    return open_ is not None and _outcome(open_) is Outcome.LIFTED


def is_to_be_changed(file: StrategyFile, besides: Iterable[File]) -> bool:
    """Whether a challenge or the last review decided that it is to be changed, and nobody has decided how."""
    return review_to_change(file) is not None or _by_challenge(file, besides)


def review_to_change(file: StrategyFile) -> Reviewed | None:
    """The last review, where it decided that the strategy is to be changed, and nobody has decided how.

    What only makes it stricter, as after a breach, is not that, until somebody says that the review meant it.
    """
    review = file.last_review
    if review is None or review.outcome is not ReviewOutcome.CHANGE or _was_meant(file, review):
        return None
    return review if is_still_to_change(file, review.at, only_adds) else None


def review_is_done(file: StrategyFile, review: Reviewed) -> bool:
    """Whether what it decided to change is changed, or whoever reviews said that the change since was meant."""
    if review.outcome is not ReviewOutcome.CHANGE:
        return False
    return changed_since(file, review.at, alters_nothing if _was_meant(file, review) else only_adds)


def only_stricter_since_review(file: StrategyFile) -> Reviewed | None:
    """The same, where all that was decided since makes it stricter."""
    review = review_to_change(file)
    return None if review is None or is_still_to_change(file, review.at) else review


def _was_meant(file: StrategyFile, review: Reviewed) -> bool:
    live = (step for _number, step in live_steps(file.steps))
    return any(isinstance(step, TaskDone) and step.task == REVIEW_MEANT and step.at > review.at for step in live)


def _by_challenge(file: StrategyFile, besides: Iterable[File]) -> bool:
    open_ = waiting(file, besides)
    return open_ is not None and to_change(file, open_)


def opens(file: StrategyFile, step: StrategyStep, situation: Situation) -> bool:
    """Whether a step is for the strategy as it stands because of what a challenge or a review decided.

    What is approved and not in force is changed then, so that the notice tells what was decided and not what was not to
    stand; and changed again, where that was wrong, until a notice of it went.
    """
    if not isinstance(step, Changed) or not is_told_by_notice(file):
        return False
    return _is_untold(file) or is_to_be_changed(file, situation.besides)


def of_step(file: StrategyFile, step: StrategyStep, situation: Situation) -> Iterator[Lack]:
    """Why the strategy is taken no further by this step."""
    if isinstance(step, Undone):
        yield from _of_undoing(file, after(file, step), situation)
        return
    agreed = isinstance(step, Acted) and step.agreed
    goes_on = agreed or (isinstance(step, Reviewed) and step.outcome is not ReviewOutcome.LIFT)
    if lifted_by_challenge(file, situation.besides):
        if goes_on or isinstance(step, _GOES_ON):
            yield _lack(file, situation)
    elif file.is_lifted and isinstance(step, _GOES_ON) and not _takes_away(file, step):
        yield Lack(lifted_by_review(file), situation.rules.review.cites)
    elif isinstance(step, (Activated, Urgent)) and is_to_be_changed(file, situation.besides):
        yield _lack(file, situation)


def _takes_away(file: StrategyFile, step: StrategyStep) -> bool:
    return isinstance(step, Changed) and holds_at_once(file, step)


def _of_undoing(file: StrategyFile, then: StrategyFile, situation: Situation) -> Iterator[Lack]:
    """What a challenge lifted does not begin again because its end, or what had it wait, is taken back.

    Nor do the old rules, once whoever hears challenges said that they were changed as one decided.
    """
    heard = _heard(file, situation.besides)
    for one in heard:
        done = one.carried_out is not None and _in_its_place(one, heard) is None
        if done and is_done(file, one) and not is_done(then, one):
            text = f"{one.id} was carried out by this, and the person held again to what was disputed; change it anew"
            yield Lack(text, situation.rules.dispute.cites, "challenge")
    if not lifted_by_challenge(then, situation.besides):
        return
    held = [one.strategy().status is StrategyStatus.ACTIVE for one in (file, then)]
    if file.standing.is_over or held == [False, True]:
        text = f"a challenge lifted {file.id}, and undoing this would begin it again, or hold the person to it"
        yield Lack(text, situation.rules.dispute.cites, "challenge")


def of_letter(file: StrategyFile, purpose: LetterPurpose, situation: Situation) -> Iterator[Lack]:
    """Why no letter tells of rules that a challenge lifted, and none gives notice of what is to be changed first.

    What came of the challenge, and of a review that lifted it as well, the person is told.
    """
    if lifted_by_challenge(file, situation.besides):
        if purpose is not LetterPurpose.REVIEW_OUTCOME or not file.is_lifted:
            yield _lack(file, situation)
    elif purpose is LetterPurpose.NOTICE and is_to_be_changed(file, situation.besides):
        yield _lack(file, situation)


def _lack(file: StrategyFile, situation: Situation) -> Lack:
    open_, first = waiting(file, situation.besides), how_changed(file)
    cites, field = situation.rules.dispute.cites, "challenge"
    if open_ is not None and _outcome(open_) is Outcome.LIFTED:
        text, first = f"a challenge lifted {file.id} ({open_.id})", how_lifted(file)
    elif open_ is not None and _by_challenge(file, situation.besides):
        text = f"a challenge decided to change {file.id} ({open_.id})"
    else:
        text = f"a review decided to change {file.id}"
        cites, field = situation.rules.review.cites, "reviewed"
    return Lack(f"{text}, and that is still to be done: {first}", cites, field)


def _outcome(file: ChallengeFile) -> Outcome | None:
    return file.decided.outcome if file.decided is not None else None


def lifted_by_review(file: StrategyFile) -> str:
    """What is said to whoever would go on with what a review decided to lift."""
    return f"a review decided that it is no longer needed: {how_lifted(file)}"


def how_lifted(file: StrategyFile) -> str:
    """The step by which it is over, as it stands."""
    if file.standing is Standing.ACTIVE:
        return f"end it (`triage strategy end {file.id}`)"
    return f"withdraw it (`triage strategy withdraw {file.id}`)"


def how_changed(file: StrategyFile) -> str:
    """The step by which it says what was decided, as it stands."""
    if file.standing in (Standing.DRAFT, Standing.SUBMITTED):
        return f"withdraw it and draft another (`triage strategy withdraw {file.id}`), or change it once it is approved"
    return f"change it (`triage strategy change {file.id}`)"
