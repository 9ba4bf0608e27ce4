"""What the person is still to be told of a strategy that holds, or has ended: which letter, from whom, by when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from gateway.governance.demands.approving import signing_roles
from gateway.governance.demands.carrying_out import changed_since
from gateway.governance.demands.occasion import tells_of_the_end
from gateway.governance.demands.reviewing import untold_extension, untold_review
from gateway.governance.folding import last_of, live_steps
from gateway.governance.letters.steps import LetterPurpose
from gateway.governance.situation import Situation
from gateway.governance.step import Step
from gateway.governance.steps import Changed, Ended, Extended, Reviewed, ReviewOutcome
from gateway.governance.strategy_file import StrategyFile
from gateway.governance.strategy_fold import fold
from gateway.governance.task import USUAL_WORKING_DAYS, Task, for_any
from models.policy_question import Cites

_TELLING_OF_A_REVIEW = (
    LetterPurpose.REVIEW_OUTCOME,
    LetterPurpose.CHANGE,
    LetterPurpose.EXTENSION,
)


def change_letter(file: StrategyFile, situation: Situation) -> Iterator[Task]:
    """What needs no letter before it holds, as a restriction less, is told after it."""
    changes = [step for _number, step in live_steps(file.steps) if isinstance(step, Changed)]
    change = next((one for one in reversed(changes) if not _only_another_deputy(file, one)), None)
    if change is None or change is file.changed_out_of_force or was_sent(file, (LetterPurpose.CHANGE,), change.at):
        return
    if noticed_since(file, change):
        return
    due = days_after(latest(change, file.last_back(LetterPurpose.CHANGE)), situation)
    says = "Tell the person what was changed: send the letter about the change"
    yield for_any(signers(file, situation), f"{file.id}/change_letter", says, due, notice_cites(situation))


def extension_letter(file: StrategyFile, situation: Situation) -> Iterator[Task]:
    """That its end was put off they are told, unless two people decided otherwise, where the policy lets them."""
    extended = last_of(file.steps, Extended)
    told = extended is None or was_sent(file, (LetterPurpose.EXTENSION,), extended.at)
    if extended is None or told or noticed_since(file, extended):
        return
    says = "Send the letter about the extension"
    if extended.silent:
        if untold_extension(file) is None:
            return
        says = "Approve that the person is not told of the extension, as another than who extended; or send the letter"
    due = days_after(latest(extended, file.last_back(LetterPurpose.EXTENSION)), situation)
    yield for_any(signers(file, situation), f"{file.id}/extension_letter", says, due, situation.rules.duration.cites)


def review_letter(file: StrategyFile, situation: Situation, review: Reviewed) -> Iterator[Task]:
    """The person is told what a review decided, by a letter of its own or by the notice that followed it."""
    telling = (LetterPurpose.REVIEW_OUTCOME,) if review.outcome is ReviewOutcome.LIFT else _TELLING_OF_A_REVIEW
    told = was_sent(file, telling, review.at) or _notice_told(file, review)
    if not situation.rules.review.tells_outcome or told:
        return
    says, roles = "Tell the person the outcome of the review", signers(file, situation)
    if file.is_suspended:
        if review.outcome is ReviewOutcome.CONTINUE or not review.told:
            return  # the notice is a task of its own; that they are not told, is approved once it is in force
        by_notice = review.outcome is ReviewOutcome.CHANGE
        says += ": the notice does, once it is changed" if by_notice else ", once it is in force again"
    cites = situation.rules.review.cites
    due = days_after(latest(review, file.last_back(*_TELLING_OF_A_REVIEW)), situation)
    if not review.told:
        if untold_review(file, situation.rules) is None:
            return
        says = "Approve that the person is not told the outcome of the review, as another than who reviewed; or send it"
        roles = tuple(dict.fromkeys((situation.rules.review.silent_outcomes_need or "", *roles)))
    yield for_any(roles, f"{file.id}/review_letter", says, due, cites)


def end_letter(file: StrategyFile, situation: Situation) -> Iterator[Task]:
    """Whoever was told of it is told that it is over, unless a review decided, with its reason, that they are not."""
    ended, review = last_of(file.steps, Ended), file.last_review
    if ended is None or file.active_since is None or situation.person is None or situation.person.deceased_on:
        return
    if review is not None and review.outcome is ReviewOutcome.LIFT:
        # A letter about the review says only that it will end, and that we will write when it has.
        untold = not review.told and untold_review(file, situation.rules) is None
        if untold and not was_sent(file, (LetterPurpose.REVIEW_OUTCOME,), review.at):
            return
    after_it = (one for one in file.letters.values() if one.sent_that_count and one.written.at >= ended.at)
    if any(tells_of_the_end(one.written) for one in after_it):
        return
    says = "Tell the person that the strategy has ended: send the letter"
    due = days_after(latest(ended, file.last_back(LetterPurpose.END)), situation)
    yield for_any(signers(file, situation), f"{file.id}/end_letter", says, due, situation.rules.review.cites)


def noticed_since(file: StrategyFile, step: Changed | Extended) -> bool:
    """Whether a notice that was written after it told them all that holds by now, so that no letter more is needed."""
    return any(_told_by_notice(one) == _told_by_notice(file) for one in _as_noticed_after(file, step))


def was_sent(file: StrategyFile, purposes: tuple[LetterPurpose, ...], since: datetime) -> bool:
    """Whether a letter of one of these purposes, written from then on, counts as sent."""
    return any(
        letter.sent_that_count and letter.written.purpose in purposes and letter.written.at >= since
        for letter in file.letters.values()
    )


def signers(file: StrategyFile, situation: Situation) -> tuple[str, ...]:
    """The roles that let its letters go."""
    return signing_roles(situation.rules, file.stage)


def notice_cites(situation: Situation) -> Cites:
    """The paragraphs by which the person is told."""
    return situation.rules.notice.cites


def days_after(step: Step, situation: Situation) -> date:
    """By when what follows a step is done, where the policy sets no days of its own."""
    return situation.working_days_after(step.taken_on, USUAL_WORKING_DAYS)


def latest(first: Step, *others: Step | None) -> Step:
    """The one taken last, from which whoever has to do it anew has their days."""
    return max((first, *(one for one in others if one is not None)), key=lambda step: step.at)


def _notice_told(file: StrategyFile, review: Reviewed) -> bool:
    """Whether a notice that was given after it told what it decided: that it goes on, and until when, or as changed."""
    match review.outcome:
        case ReviewOutcome.CONTINUE:
            return bool(_as_noticed_after(file, review))
        case ReviewOutcome.CHANGE:
            return any(changed_since(one, review.at) for one in _as_noticed_after(file, review))
    return False


def _as_noticed_after(file: StrategyFile, step: Changed | Extended | Reviewed) -> list[StrategyFile]:
    """The file as each notice tells it that was written after a step and counts as sent."""
    since = file.steps.index(step)
    written = (file.steps.index(one.written) for one in file.letters_for(LetterPurpose.NOTICE) if one.sent_that_count)
    return [fold(file.id, file.steps[: number + 1]) for number in written if number > since]


def _told_by_notice(file: StrategyFile) -> tuple[object, ...]:
    return (file.restrictions, file.spoc, file.ends, file.changing)


def _only_another_deputy(file: StrategyFile, change: Changed) -> bool:
    """Whether the person would read nothing new: no letter names who stands in for a contact without restrictions."""
    before, after = fold(file.id, file.steps[: file.steps.index(change)]).spoc, change.spoc
    if not file.soft or before is None or after is None:
        return False
    return before.model_copy(update={"deputy": after.deputy}) == after
