"""What a member of staff was trained in: the fold of its steps. No step is judged here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from gateway.governance.folding import folded
from gateway.governance.situation import later_by
from gateway.governance.training.steps import Joined, Left, Trained, TrainingStep
from models.policy_records import TrainingRule


@dataclass(frozen=True, slots=True)
class TrainingFile:
    """A member of staff as the steps leave them. `trained`: the newest of each; `since`: joined, or first met."""

    id: str
    name: str
    since: date
    trained: Mapping[str, Trained] = field(default_factory=dict)
    left: Left | None = None
    steps: tuple[TrainingStep, ...] = ()

    @property
    def person(self) -> None:
        """Nobody on the register is meant."""
        return None

    def next_due(self, rule: TrainingRule) -> date | None:
        """When they are to be trained again; None where nothing says so, or they never were."""
        last = self.trained.get(rule.id)
        if last is None:
            return None
        return last.next_due or (None if rule.every is None else later_by(last.on, rule.every))


def opened(id_: str, first: TrainingStep) -> TrainingFile:
    """The record that its first step makes. ValueError where that begins none."""
    if not isinstance(first, Joined | Trained):
        raise ValueError("a training record begins with joining or with a training")
    trained = {first.training: first} if isinstance(first, Trained) else {}
    return TrainingFile(id_, first.name, first.on, trained, steps=(first,))


def fold(id_: str, steps: Sequence[TrainingStep]) -> TrainingFile:
    """The record whose steps these are."""
    return folded(id_, steps, opened, _changed)


def _changed(file: TrainingFile, step: TrainingStep) -> TrainingFile:
    match step:
        case Trained():
            known = file.trained.get(step.training)
            # One that is recorded late does not go before a newer one.
            newest = step if known is None or known.on <= step.on else known
            return replace(file, trained={**file.trained, step.training: newest})
        case Left():
            return replace(file, left=step)
    return file
