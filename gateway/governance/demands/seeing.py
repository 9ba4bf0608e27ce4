"""Who may write in a strategy's file: those who need to know of it, and those whom the policy gives the step to."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.governance import owing
from gateway.governance.common_steps import LookedIn, NoLongerAllowed, ReviewerAllowed, TaskDone, Undone
from gateway.governance.demands.approving import ending_roles, tightening_roles
from gateway.governance.demands.carrying_out import lifted_by_challenge
from gateway.governance.demands.ending import settling_roles
from gateway.governance.lacks import Lack
from gateway.governance.letters.steps import LetterApproved, LetterCameBack, LetterQueued, LetterSent, LetterWritten
from gateway.governance.registers.rules import rule_of
from gateway.governance.registers.seeing import may_see_strategy, not_for, not_listed
from gateway.governance.registers.strategies import owner_of
from gateway.governance.same_person import same_person
from gateway.governance.situation import Situation
from gateway.governance.step import Step
from gateway.governance.steps import (
    Acted,
    AdviceTaken,
    AgreementSought,
    Changed,
    ChangeInForce,
    Ended,
    Extended,
    MadeDormant,
    Nominated,
    Reinstated,
    ReviewAsked,
    Reviewed,
    SilenceApproved,
    StaffBreachSettled,
    Suspended,
    Urgent,
    WayWaived,
    Withdrawn,
)
from gateway.governance.strategy_file import StrategyFile


def of_writing(file: StrategyFile, step: Step, situation: Situation) -> Iterator[Lack]:
    """Nobody alters what they may not read (Stoke 5.2.4), but in a role that the policy gives the step to."""
    if isinstance(step, (LookedIn, Acted, Nominated)):  # looking in says why; in whose role one acts, the act asks
        return
    rule = rule_of("strategy", situation)
    if may_see_strategy(file, step.by, rule, step.role) or step.role in _given_to(file, step, situation):
        return
    if isinstance(step, Undone) and any(same_person(step.by, one.by) for one in file.steps[step.number - 1 :][:1]):
        return  # their own
    if isinstance(step, LetterSent) and (letter := file.letters.get(step.letter)) and letter.to_print is not None:
        return  # the post room has it in its hands
    if isinstance(step, LetterApproved):
        if not any(isinstance(one, LookedIn) and same_person(step.by, one.by) for one in file.steps):
            way = "or read it first, saying what for (`triage letter show --need`), in the role in which you approve it"
            yield not_for(step, owner_of(file), rule, f"{way} (--role)")
        return  # whoever read it, and in which role they may sign, the letter asks
    yield not_for(step, owner_of(file), rule)


def of_disallowing(file: StrategyFile, step: NoLongerAllowed) -> Iterator[Lack]:
    """Only somebody who is on the list is taken off it."""
    yield from not_listed(step, file.seen_by)


def _given_to(file: StrategyFile, step: Step, situation: Situation) -> tuple[str | None, ...]:
    rules = situation.rules
    match step:
        case LetterWritten() | LetterQueued() | LetterSent() | LetterCameBack() | AgreementSought():
            return rules.notice.senders
        case TaskDone():
            return owing.roles_for(file, step.task, situation)
        case StaffBreachSettled():
            return settling_roles(rules, file.stage)
        case AdviceTaken():
            return rules.adjustment_advice_from
        case Reinstated() if step.role in rules.reinstated_by:
            return rules.reinstated_by
        case Withdrawn() if file.suspended is not None or lifted_by_challenge(file, situation.besides):
            return ending_roles(rules, file.stage)
        case (
            WayWaived() | Suspended() | Urgent() | ReviewAsked() | ReviewerAllowed() | Reviewed() | Changed()
            | ChangeInForce() | Extended() | SilenceApproved() | Ended() | MadeDormant() | Reinstated()
        ):  # fmt: skip
            silent = (rules.review.silent_outcomes_need,) if rules.review.silent_outcomes_need else ()
            return (*ending_roles(rules, file.stage), *silent, *tightening_roles(rules))
    return ()
