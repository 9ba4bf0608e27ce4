"""How a strategy ends, rests, is taken up again, and is held from deletion."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.governance.demands import after_challenge
from gateway.governance.demands.approving import deciding_roles, ending_roles, of_decider
from gateway.governance.demands.drafting import of_next_review
from gateway.governance.demands.measures import of_open_matters
from gateway.governance.folding import live_steps
from gateway.governance.following import of_another, of_role
from gateway.governance.lacks import Lack
from gateway.governance.pack_words import people
from gateway.governance.same_person import in_doubt, may_be_among, may_be_one_person
from gateway.governance.situation import Situation
from gateway.governance.steps import (
    AdjustmentChanged,
    AdviceTaken,
    Ended,
    Held,
    Reinstated,
    StaffBreach,
    StaffBreachSettled,
)
from gateway.governance.strategy_file import StrategyFile
from models.policy_events import BreachAction, BreachStep
from models.policy_life import LifeRules


def of_end(file: StrategyFile, step: Ended, situation: Situation) -> Iterator[Lack]:
    """By those who decide or review. What a review decided, or the end date itself, anybody may carry out."""
    over = file.ends is not None and file.ends <= situation.day
    died = situation.person is not None and situation.person.deceased_on is not None
    if file.soft or file.is_lifted or over or died:
        return
    rules = situation.rules
    yield from of_role(step, ending_roles(rules, file.stage), situation, "ending it", rules.review.cites)


def of_reinstatement(file: StrategyFile, step: Reinstated, situation: Situation) -> Iterator[Lack]:
    """On evidence, by those who decide or, where the policy names who does it, by them alone; with a new review date.

    The notice is sent anew before it is enforced.
    """
    besides, named = after_challenge.roles_besides(situation), situation.rules.reinstated_by
    if named:
        # A service that wants it back sends its evidence; it does not act on that itself (Wealden L148).
        cites = situation.rules.review.cites
        yield from of_role(step, (*named, *besides), situation, "taking it up again", cites)
        yield from of_another(step, {"wrote the draft": file.author}, "taking it up again", cites)
    else:
        yield from of_decider(file, step, situation, besides=besides)
    yield from after_challenge.of_another_than_disputed(file, step, situation, "taking it up again")
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


def of_advice(file: StrategyFile, step: AdviceTaken, situation: Situation) -> Iterator[Lack]:
    """What a change of an adjustment is to rest on is about one that there is, and independent."""
    if step.adjustment is None:
        return
    yield from _of_known(file, step.adjustment, situation)
    if step.adviser_role in situation.rules.adjustment_advice_from:
        yield from _of_independence(file, step, situation)


def of_adjustment(file: StrategyFile, step: AdjustmentChanged, situation: Situation) -> Iterator[Lack]:
    """Equality advice on it comes first, by somebody else, and the person is told (Cleveland 9.13-9.14)."""
    yield from _of_known(file, step.adjustment, situation)
    advisers = situation.rules.adjustment_advice_from
    given = [one for one in _advice_since_last(file, step.adjustment) if one.adviser_role in advisers]
    on_it = [one for one in given if one.adjustment == step.adjustment]
    lacking = [list(_of_independence(file, one, situation, step.by)) for one in on_it]
    cites = situation.rules.adjustment_advice_rests_on
    if not on_it:
        text = f"the {people(advisers, situation.rules)} was not asked before an adjustment is changed"
        if given:
            text += f"; no advice that was given names {step.adjustment} (`triage strategy advice --adjustment`)"
        yield Lack(text, cites, "advice_taken")
    elif all(lacking):
        yield from lacking[0]
    if step.told_on > situation.day:
        yield Lack("the person must have been told by now", cites, "told_on")


def _of_known(file: StrategyFile, adjustment: str, situation: Situation) -> Iterator[Lack]:
    known = {one.id for one in situation.person.adjustments} if situation.person else set()
    if adjustment not in known:
        yield Lack(f"{file.person} has no adjustment {adjustment}", field="adjustment")


def _advice_since_last(file: StrategyFile, adjustment: str) -> Iterator[AdviceTaken]:
    """The latest first. Each change is on advice of its own: what was advised on the last says nothing of this one."""
    for _number, earlier in reversed(live_steps(file.steps)):
        if isinstance(earlier, AdjustmentChanged) and earlier.adjustment == adjustment:
            return
        if isinstance(earlier, AdviceTaken):
            yield earlier


def _of_independence(
    file: StrategyFile, advice: AdviceTaken, situation: Situation, changed_by: str | None = None
) -> Iterator[Lack]:
    """Nobody who is under a strategy loses what they need on the word of whoever proposed that, or takes it away."""
    authors, cites = (file.author, *file.revised_by), situation.rules.adjustment_advice_rests_on
    if may_be_among(advice.adviser, authors):
        text = f"{advice.adviser} wrote the draft; advice on an adjustment is for somebody else"
        yield Lack(f"{text}{in_doubt(advice.adviser, *authors)}", cites, "adviser")
    if changed_by is not None and may_be_one_person(advice.adviser, changed_by):
        text = f"{changed_by} advised on it; changing the adjustment is for somebody else"
        yield Lack(f"{text}{in_doubt(changed_by, advice.adviser)}", cites, "by")


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
