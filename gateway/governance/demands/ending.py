"""How a strategy ends, rests, is taken up again, and is held from deletion."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile

from gateway.governance.demands.approving import deciding_roles, of_decider
from gateway.governance.demands.drafting import of_next_review
from gateway.governance.folding import live_steps
from gateway.governance.lacks import Lack
from gateway.governance.pack_words import people
from gateway.governance.situation import Situation
from gateway.governance.steps import AdjustmentChanged, AdviceTaken, Ended, Held, Reinstated, ReviewOutcome
from gateway.governance.strategy_file import StrategyFile


def of_end(file: StrategyFile, step: Ended, situation: Situation) -> Iterator[Lack]:
    """By those who decide or review. What a review decided, or the end date itself, anybody may carry out."""
    review = file.last_review
    lifted = review is not None and review.outcome is ReviewOutcome.LIFT
    over = file.ends is not None and file.ends <= situation.day
    died = situation.person is not None and situation.person.deceased_on is not None
    if file.soft or lifted or over or died:
        return
    rules = situation.rules
    roles = (*deciding_roles(rules, file.stage), *rules.review.reviewers, *rules.dispute.to)
    if roles and step.role not in roles:
        yield Lack(f"ending it is for the {people(tuple(dict.fromkeys(roles)), rules)}", rules.review.cites, "role")


def of_reinstatement(file: StrategyFile, step: Reinstated, situation: Situation) -> Iterator[Lack]:
    """On evidence, by those who decide, with a new review date; the notice is sent anew before it is enforced."""
    yield from of_decider(file, step, situation)
    yield from of_next_review(situation, situation.day, step.review_due, "")
    if situation.rules.duration.ends_compulsory and step.ends is None:
        yield Lack("an end date must be set", situation.rules.duration.cites, "ends")


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


_ADJUSTING = ("Cleveland 9.14",)
