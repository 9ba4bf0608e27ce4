"""Where a complex case stands: the fold of its steps. No step is judged here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from gateway.governance.cases.steps import (
    Action,
    ActionAdded,
    ActionDone,
    ActionDropped,
    CaseClosed,
    CaseOpened,
    CaseStep,
    ConferenceCalled,
    ConferenceHeld,
)
from gateway.governance.folding import folded


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A case as its steps leave it. `actions`: by id; `over`: those that are done or dropped."""

    id: str
    author: str
    issues: tuple[str, ...]
    background: str
    person: str | None = None
    called: ConferenceCalled | None = None
    held: tuple[ConferenceHeld, ...] = ()
    actions: Mapping[str, Action] = field(default_factory=dict)
    over: Mapping[str, ActionDone | ActionDropped] = field(default_factory=dict)
    ended: CaseClosed | None = None
    steps: tuple[CaseStep, ...] = ()

    @property
    def open_actions(self) -> tuple[Action, ...]:
        """What is still to be done, soonest due first."""
        left = [action for id_, action in self.actions.items() if id_ not in self.over]
        return tuple(sorted(left, key=lambda action: (action.due, action.id)))

    @property
    def standing(self) -> str:
        """In a word."""
        if self.ended is not None:
            return "closed"
        if self.called is not None:
            return "conference called"
        return "under way" if self.held else "opened"

    @property
    def closed(self) -> bool:
        """Whether nothing is to come any more."""
        return self.ended is not None


def opened(id_: str, first: CaseStep) -> CaseFile:
    """The case that its first step makes. ValueError where that opens none."""
    if not isinstance(first, CaseOpened):
        raise ValueError("a case begins with its opening")
    return CaseFile(id_, first.by, first.issues, first.background, person=first.person, steps=(first,))


def fold(id_: str, steps: Sequence[CaseStep]) -> CaseFile:
    """The case whose steps these are."""
    return folded(id_, steps, opened, _changed)


def _changed(file: CaseFile, step: CaseStep) -> CaseFile:
    match step:
        case ConferenceCalled():
            return replace(file, called=step)
        case ConferenceHeld():
            agreed = {action.id: action for action in step.actions}
            return replace(file, called=None, held=(*file.held, step), actions={**file.actions, **agreed})
        case ActionAdded():
            return replace(file, actions={**file.actions, step.action.id: step.action})
        case ActionDone() | ActionDropped():
            return replace(file, over={**file.over, step.action: step})
        case CaseClosed():
            return replace(file, ended=step)
    return file
