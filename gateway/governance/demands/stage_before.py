"""That a stage follows the one before it, of which the person was told; or why it comes first all the same.

What became of that one, the notice of the next tells: what was asked, when, and what followed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from gateway.governance.breaches import file as breaches
from gateway.governance.breaches.file import BreachFile
from gateway.governance.breaches.untold import as_far_as_told
from gateway.governance.folding import as_of, last_of
from gateway.governance.lacks import Lack, reason_lacking
from gateway.governance.letters.steps import LetterPurpose, LetterWritten
from gateway.governance.situation import Situation
from gateway.governance.steps import Activated, Reviewed, ReviewOutcome
from gateway.governance.strategy_file import Standing, StrategyFile
from gateway.governance.strategy_fold import fold
from models.policy_course import StageRule

_INSTEAD = {
    Standing.SUBMITTED: "send it back to its author (`triage strategy act … --refuse`), who gives the reason",
    Standing.APPROVED: "withdraw it, and draft it anew with its reason",
    Standing.ACTIVE: "decide whether it can stand, or end it",
}


@dataclass(frozen=True, slots=True)
class StageBefore:
    """The stage before, of which the person was told. `contacts`: how many were confirmed not to be in line with it.

    `told_on`: the day on which its notice went. `more_needed_on`: on which a review decided the next stage.
    """

    file: StrategyFile
    told_on: date
    reminded_on: tuple[date, ...] = ()
    contacts: int = 0
    more_needed_on: date | None = None


def stage_before(file: StrategyFile, situation: Situation, written: LetterWritten | None = None) -> StageBefore | None:
    """The last strategy of the stage before that they were told of; None where there was none.

    `written`: as the files were when this letter was.
    """
    found = [one if written is None else as_of(one.id, one.steps, fold, written.at) for one in situation.earlier]
    told = [one for one in found if one is not None and one.stage == file.stage - 1 and one.person == file.person]
    last = max(filter(_was_told, told), key=lambda one: one.active_since or date.min, default=None)
    if last is None or last.active_since is None:
        return None
    went = [sent.on for letter in last.letters_for(LetterPurpose.NOTICE) for sent in letter.sent_that_count]
    reminders = last.letters_for(LetterPurpose.REMINDER)
    review = last_of(last.steps, Reviewed)
    more = review is not None and review.outcome is ReviewOutcome.NEXT_STAGE
    return StageBefore(
        last,
        min(went, default=last.notified_on or last.active_since),
        tuple(sorted({sent.on for letter in reminders for sent in letter.sent_that_count})),
        sum(_contacts(one, last, written) for one in situation.besides if isinstance(one, BreachFile)),
        review.taken_on if review is not None and more else None,
    )


def _contacts(file: BreachFile, about: StrategyFile, written: LetterWritten | None) -> int:
    then = file if written is None else as_of(file.id, file.steps, breaches.fold, written.at)
    if then is None or then.strategy != about.id:
        return 0
    then = as_far_as_told(then, about)
    return then.before + len({contact for contact, _restriction in then.breaches})


def is_taken_back(told: StageBefore, now: StageBefore | None) -> bool:
    """Whether something of what a notice told of the stage before is so no more; what came since is not in it."""
    if now is None or now.file.id != told.file.id or now.contacts < told.contacts:
        return True
    review_undone = told.more_needed_on is not None and now.more_needed_on is None
    return review_undone or not set(told.reminded_on) <= set(now.reminded_on)


def of_stage(file: StrategyFile, situation: Situation) -> Iterator[Lack]:
    """A stage that the policy has, and not without the one before it unless with a reason (Wealden L73-L78)."""
    known = [rule.number for rule in situation.rules.stages] or [1]
    if file.stage not in known:
        yield Lack(f"the policy has no stage {file.stage}", field="stage")
        return
    rule = _may_jump_with_a_reason(file, situation)
    if rule is not None and not came_before(file, situation, file.stage - 1):
        text = f"stage {file.stage} without stage {file.stage - 1} first is exceptional and needs its reason"
        yield reason_lacking(text, "stage_jump", rule.cites)


def of_stage_still(file: StrategyFile, situation: Situation) -> Iterator[Lack]:
    """Whether the stage before turned out since the submission to have come without the person being told of it.

    Its letter came back. A file that is deleted since was looked at when this one was submitted.
    """
    rule = _may_jump_with_a_reason(file, situation)
    begun = [one for one in _at(file, situation, file.stage - 1) if last_of(one.steps, Activated) is not None]
    if rule is None or not begun or any(map(_was_told, begun)):
        return
    text = (
        f"nobody was told of stage {file.stage - 1}, for the notice of {', '.join(one.id for one in begun)} came back, "
        f"and stage {file.stage} without it first is exceptional and needs its reason: tell them of that first"
    )
    instead = _INSTEAD.get(file.standing)
    yield Lack(f"{text}, or {instead}" if instead else text, rule.cites, "reasons_for.stage_jump")


def came_before(file: StrategyFile, situation: Situation, stage: int) -> bool:
    """Whether an earlier strategy of theirs was in force at this stage, and they had been told of it."""
    return any(map(_was_told, _at(file, situation, stage)))


def _may_jump_with_a_reason(file: StrategyFile, situation: Situation) -> StageRule | None:
    """The rule of a stage that comes first only with a reason, where the file gives none."""
    stages = {rule.number: rule for rule in situation.rules.stages}
    rule = stages.get(file.stage)
    if rule is None or file.stage == min(stages) or not rule.needs_reason_to_jump or file.reasons_for.get("stage_jump"):
        return None
    return rule


def _at(file: StrategyFile, situation: Situation, stage: int) -> list[StrategyFile]:
    return [one for one in situation.earlier if one.stage == stage and one.person == file.person]


def _was_told(file: StrategyFile) -> bool:
    """Suspended, it holds nobody; and a notice of which every copy came back, nobody had."""
    notices = file.letters_for(LetterPurpose.NOTICE)
    reached = file.last_back(LetterPurpose.NOTICE) is None or any(letter.sent_that_count for letter in notices)
    return file.active_since is not None and reached
