"""How a strategy ends, rests, is taken up again, and is held from deletion."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile

from gateway.governance.demands.approving import deciding_roles, of_decider, overseeing_roles
from gateway.governance.demands.drafting import of_next_review
from gateway.governance.demands.measures import of_open_matters
from gateway.governance.folding import live_steps
from gateway.governance.following import of_role
from gateway.governance.lacks import Lack
from gateway.governance.pack_words import people
from gateway.governance.situation import Situation
from gateway.governance.steps import (
    AdjustmentChanged,
    AdviceTaken,
    Ended,
    Held,
    Reinstated,
    ReviewOutcome,
    StaffBreach,
    StaffBreachSettled,
)
from gateway.governance.strategy_file import StrategyFile
from models.policy_life import BreachAction, BreachStep, LifeRules


def of_end(file: StrategyFile, step: Ended, situation: Situation) -> Iterator[Lack]:
    """By those who decide or review. What a review decided, or the end date itself, anybody may carry out."""
    review = file.last_review
    lifted = review is not None and review.outcome is ReviewOutcome.LIFT
    over = file.ends is not None and file.ends <= situation.day
    died = situation.person is not None and situation.person.deceased_on is not None
    if file.soft or lifted or over or died:
        return
    rules = situation.rules
    roles = (*overseeing_roles(rules, file.stage), *rules.dispute.to)
    yield from of_role(step, roles, situation, "ending it", rules.review.cites)


def of_reinstatement(file: StrategyFile, step: Reinstated, situation: Situation) -> Iterator[Lack]:
    """On evidence, by those who decide or whom the policy has do it, with a new review date.

    The notice is sent anew before it is enforced.
    """
    yield from of_decider(file, step, situation, besides=situation.rules.reinstated_by)
    yield from of_next_review(situation, situation.day, step.review_due, "")
    if situation.rules.duration.ends_compulsory and step.ends is None:
        yield Lack("an end date must be set", situation.rules.duration.cites, "ends")
    yield from of_open_matters(file, situation)


def of_hold(step: Held, situation: Situation) -> Iterator[Lack]:
    """An exception from deletion ends on a day; only a legal hold may be without."""
    if step.until is None and not step.legal:
        yield Lack("an exception from deletion ends on a day; only a legal hold may have none", field="until")
    if step.until is not None and step.until <= situation.day:
        yield Lack("the day on which it ends has passed", field="until")


def of_adjustment(file: StrategyFile, step: AdjustmentChanged, situation: Situation) -> Iterator[Lack]:
    """Equality advice comes first, and the person is told (Cleveland 9.13-9.14)."""
    known = {adjustment.id for adjustment in situation.person.adjustments} if situation.person else set()
    if step.adjustment not in known:
        yield Lack(f"{file.person} has no adjustment {step.adjustment}", field="adjustment")
    advisers = situation.rules.adjustment_advice_from
    # Each change on advice of its own: what was advised on the last says nothing of this one.
    since = takewhile(lambda one: not isinstance(one[1], AdjustmentChanged), reversed(live_steps(file.steps)))
    if not any(isinstance(earlier, AdviceTaken) and earlier.adviser_role in advisers for _number, earlier in since):
        who = people(advisers, situation.rules)
        yield Lack(f"the {who} was not asked before an adjustment is changed", _ADJUSTING, "advice_taken")
    if step.told_on > situation.day:
        yield Lack("the person must have been told by now", _ADJUSTING, "told_on")


def of_settling(file: StrategyFile, step: StaffBreachSettled, situation: Situation) -> Iterator[Lack]:
    """By those who answer for it, where there is anything to settle."""
    rule = of_our_breaches(situation.rules)
    if unsettled_breach(file) is None:
        yield Lack("no breach of ours waits to be settled")
    roles = settling_roles(situation.rules, file.stage)
    yield from of_role(step, roles, situation, "settling a breach of ours", rule.cites if rule else ())


def of_our_breaches(rules: LifeRules) -> BreachStep | None:
    """What a policy says first of a breach, and of keeping to it ourselves in the same paragraph (Cleveland 9.11)."""
    return next((one for one in rules.breaches if one.action is BreachAction.REMINDER_LETTER), None)


def settling_roles(rules: LifeRules, stage: int) -> tuple[str, ...]:
    """Those who answer for a breach of ours, and those who decide of the strategy."""
    rule = of_our_breaches(rules)
    return (*(rule.decided_by if rule else ()), *deciding_roles(rules, stage))


def unsettled_breach(file: StrategyFile) -> StaffBreach | None:
    """The earliest breach of ours that nobody has settled yet; each is settled by itself, the earliest first."""
    waiting: list[StaffBreach] = []
    for _number, step in live_steps(file.steps):
        if isinstance(step, StaffBreach):
            waiting.append(step)
        elif isinstance(step, StaffBreachSettled):
            del waiting[:1]
    return waiting[0] if waiting else None


_ADJUSTING = ("Cleveland 9.14",)
