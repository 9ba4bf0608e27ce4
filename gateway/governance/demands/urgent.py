"""What may hold at once in an emergency: for a few days, once, by those who decide, and the person is told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gateway.governance.common_steps import Undone
from gateway.governance.demands import after_challenge
from gateway.governance.demands.approving import of_decider
from gateway.governance.demands.measures import of_measures
from gateway.governance.folding import last_of
from gateway.governance.lacks import Lack
from gateway.governance.same_person import in_doubt, may_be_one_person
from gateway.governance.situation import Situation, later_by
from gateway.governance.step import Step
from gateway.governance.steps import Activated, Reinstated, Urgent
from gateway.governance.strategy_file import StrategyFile


def of_urgent(file: StrategyFile, step: Urgent, situation: Situation) -> Iterator[Lack]:
    """Who takes them, what they are, and how long they last."""
    before = _came_to_nothing(file, situation)
    hearing = after_challenge.roles_besides(situation, also=bool(before))
    yield from of_decider(file, step, situation, besides=hearing)
    yield from after_challenge.of_another_than_disputed(file, step, situation, "taking urgent measures")
    for other, urgent in before:
        if may_be_one_person(step.by, urgent.by):
            text = f"{step.by} took urgent measures about them in {other}, which never came into force; these are for"
            another = after_challenge.somebody_else(file, situation)
            yield Lack(f"{text} {another}{in_doubt(step.by, urgent.by)}", field="by")
            break
    if file.urgent is not None:
        yield Lack("there were urgent measures already; take the policy's own course", field="urgent")
    if file.soft:
        text = "a single point of contact without restrictions has none for a few days either; draft a strategy"
        yield Lack(f"{text} (`triage strategy draft`)", field="restrictions")
    if not step.restrictions:
        yield Lack("no restriction is named", field="restrictions")
    yield from of_measures(file, situation, step.restrictions, {**file.reasons_for, **step.reasons_for})
    yield from _of_days(file, step, situation)
    if step.told_on > situation.day:
        yield Lack("the person must have been told by now", field="told_on")


def _of_days(file: StrategyFile, step: Urgent, situation: Situation) -> Iterator[Lack]:
    """Undone and recorded anew, they last no longer than from when they were first taken in this course."""
    again, days = last_of(file.steps, Reinstated), situation.rules.urgent_days
    begun = file.steps.index(again) if again is not None else 0
    first = min((one.taken_on for number, one in _held(file.steps) if number > begun), default=situation.day)
    last = situation.working_days_after(first, days)
    if last < situation.day:
        text = f"urgent measures were taken here on {first}, and those last {days} working days; take the policy's own"
        yield Lack(f"{text} course, or withdraw this and draft anew", field="until")
    elif not situation.day <= step.until <= last:
        yield Lack(f"urgent measures last {days} working days, to {last}", field="until")


def _held(steps: Sequence[Step]) -> list[tuple[int, Urgent]]:
    """Those that held somebody, with their numbers: all but what was undone as a slip on the day it was recorded."""
    undone = {step.number: step for step in steps if isinstance(step, Undone)}
    taken = ((number, step) for number, step in enumerate(steps, start=1) if isinstance(step, Urgent))
    return [(n, step) for n, step in taken if n not in undone or undone[n].taken_on > step.taken_on]


def _came_to_nothing(file: StrategyFile, situation: Situation) -> list[tuple[str, Urgent]]:
    """Urgent measures of late in another file of theirs that was not put in force since, and its id: in a row, they
    would be a strategy. Those that were over for as long as one may go without a review are another story."""
    found = []
    for other in situation.earlier:
        held = _held(other.steps)
        if other.id == file.id or not held or last_of(other.steps, Activated) is not None:
            continue
        _number, last = held[-1]
        if situation.day < later_by(last.until, situation.rules.review.every):
            found.append((other.id, last))
    return found
