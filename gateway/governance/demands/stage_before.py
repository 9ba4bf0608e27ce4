"""That a stage follows the one before it, of which the person was told; or why it comes first all the same."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.governance.folding import last_of
from gateway.governance.lacks import Lack, reason_lacking
from gateway.governance.letters.steps import LetterPurpose
from gateway.governance.situation import Situation
from gateway.governance.steps import Activated
from gateway.governance.strategy_file import Standing, StrategyFile
from models.policy_life import StageRule

_INSTEAD = {
    Standing.SUBMITTED: "send it back to its author (`triage strategy act … --refuse`), who gives the reason",
    Standing.APPROVED: "withdraw it, and draft it anew with its reason",
    Standing.ACTIVE: "decide whether it can stand, or end it",
}


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
