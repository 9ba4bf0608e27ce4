"""Which steps a training record may take, and what each needs (Warwickshire 6)."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.governance.common_steps import Noted, Undone
from gateway.governance.following import of_following
from gateway.governance.lacks import Lack, refuse
from gateway.governance.situation import Situation, later_by
from gateway.governance.training.file import TrainingFile, fold, opened
from gateway.governance.training.steps import Joined, Left, Trained, TrainingStep
from models.duration import in_words

_BEGUN = "the first record is not undone; record that they left, and begin anew"


def begin(id_: str, step: Joined | Trained, situation: Situation) -> TrainingFile:
    """A member of staff whom nothing is known of yet. Refused where the policy knows no such training."""
    refuse(_of_days_and_training(step, situation))
    return opened(id_, step)


def take(file: TrainingFile, step: TrainingStep, situation: Situation) -> TrainingFile:
    """The record after the step. Refused, with everything that stands in the way, where it may not be."""
    refuse([*_demands(file, step, situation), *of_following(file.steps, step, decisions=(), begun=_BEGUN)])
    return fold(file.id, (*file.steps, step))


def _demands(file: TrainingFile, step: TrainingStep, situation: Situation) -> Iterator[Lack]:
    if file.left is not None and not isinstance(step, Noted | Undone):
        yield Lack(f"{file.id}: they have left; a new record begins where they come back")
    match step:
        case Joined():
            yield Lack("they have joined already")
        case Trained() | Left():
            yield from _of_days_and_training(step, situation)


def _of_days_and_training(step: Joined | Trained | Left, situation: Situation) -> Iterator[Lack]:
    if step.on > situation.day:
        yield Lack("the day is still to come", field="on")
    if not isinstance(step, Trained):
        return
    rules = {rule.id: rule for rule in situation.rules.training}
    rule = rules.get(step.training)
    if rule is None:
        known = ", ".join(rules) or "none"
        yield Lack(f"the policy knows no training {step.training!r}; there are {known}", field="training")
        return
    if step.next_due is None:
        return
    if step.next_due <= step.on:
        yield Lack("the next training comes after this one", field="next_due")
    if rule.every is not None and step.next_due > later_by(step.on, rule.every):
        yield Lack(f"the policy wants it again within {in_words(rule.every)}", rule.cites, "next_due")
