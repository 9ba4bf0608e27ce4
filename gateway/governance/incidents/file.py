"""Where an incident stands: the fold of its steps. No step is judged here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final, TypeVar

from gateway.governance.common_steps import Allowed, Answered, LookedIn, NoLongerAllowed, RecordedInError, TaskDone
from gateway.governance.folding import folded, who_may_see
from gateway.governance.incidents.steps import (
    Added,
    Blocked,
    Captured,
    Closed,
    Deleted,
    Ground,
    IncidentKind,
    IncidentStep,
    ManagerTold,
    PoliceDecided,
    Recorded,
    ReferralAnswered,
    Referred,
    TaskDeclined,
)

T = TypeVar("T")

BLOCK_CONSIDERED: Final = "block_considered"
"""The task to decide on a block (Warwickshire 6), which a block settles."""


@dataclass(frozen=True, slots=True)
class Referral:
    """A referral and what came of it."""

    made: Referred
    answered: ReferralAnswered | None = None


@dataclass(frozen=True, slots=True)
class IncidentFile:
    """An incident as its steps leave it. `steps`: all of them, in order, the undone ones too.

    `seen_by`: who may read it beside those it names, and why. `settled`: by the task's id. `police`: the decision in
    view of all grounds that are known; None: to be taken.
    """

    id: str
    incident: IncidentKind
    person: str | None
    on: date
    what: str
    recorded_by: str
    recorded_on: date
    count: int = 0
    grounds: tuple[Ground, ...] = ()
    affected: tuple[str, ...] = ()
    contacts: tuple[str, ...] = ()
    answers: Mapping[str, Answered] = field(default_factory=dict)
    manager: ManagerTold | None = None
    captured: tuple[Captured, ...] = ()
    deleted: tuple[Deleted, ...] = ()
    blocked: tuple[Blocked, ...] = ()
    settled: Mapping[str, TaskDone | TaskDeclined | Blocked] = field(default_factory=dict)
    police: PoliceDecided | None = None
    referrals: Mapping[str, Referral] = field(default_factory=dict)
    seen_by: Mapping[str, str] = field(default_factory=dict)
    closed: Closed | RecordedInError | None = None
    steps: tuple[IncidentStep, ...] = ()

    @property
    def in_error(self) -> bool:
        """Whether it was about somebody else, or never happened: nothing follows from it any more."""
        return isinstance(self.closed, RecordedInError)

    @property
    def named(self) -> tuple[str, ...]:
        """Who needs to know of it by name: whoever acted in it, is affected, was told of it, or was allowed."""
        acted = [step.by for step in self.steps if not isinstance(step, LookedIn)]
        told = [self.manager.manager] if self.manager is not None else []
        return tuple(dict.fromkeys((*acted, *self.affected, *told, *self.seen_by)))


def opened(id_: str, first: IncidentStep) -> IncidentFile:
    """The file that a record opens. ValueError where the first step is none."""
    if not isinstance(first, Recorded):
        raise ValueError("an incident's file begins with its record")
    return IncidentFile(
        id=id_,
        incident=first.incident,
        person=first.person,
        on=first.on,
        what=first.what,
        recorded_by=first.by,
        recorded_on=first.taken_on,
        count=first.count,
        grounds=first.grounds,
        affected=first.affected,
        contacts=first.contacts,
        steps=(first,),
    )


def fold(id_: str, steps: Sequence[IncidentStep]) -> IncidentFile:
    """The file whose steps these are."""
    return folded(id_, steps, opened, _changed)


def _changed(file: IncidentFile, step: IncidentStep) -> IncidentFile:
    match step:
        case Added():
            return _added(file, step)
        case Answered():
            return replace(file, answers={**file.answers, step.check: step})
        case ManagerTold():
            return replace(file, manager=step)
        case Captured():
            return replace(file, captured=(*file.captured, step))
        case Deleted():
            return replace(file, deleted=(*file.deleted, step))
        case Blocked():
            settled = {**file.settled, BLOCK_CONSIDERED: step}
            return replace(file, blocked=(*file.blocked, step), settled=settled)
        case TaskDone() | TaskDeclined():
            return replace(file, settled={**file.settled, step.task: step})
        case PoliceDecided():
            return replace(file, police=step)
        case Referred():
            return replace(file, referrals={**file.referrals, step.body: Referral(step)})
        case ReferralAnswered():
            answered = replace(file.referrals[step.body], answered=step)
            return replace(file, referrals={**file.referrals, step.body: answered})
        case Allowed() | NoLongerAllowed():
            return replace(file, seen_by=who_may_see(file.seen_by, step))
        case Closed() | RecordedInError():
            return replace(file, closed=step)
    return file


def _added(file: IncidentFile, step: Added) -> IncidentFile:
    grounds = _joined(file.grounds, step.grounds)
    return replace(
        file,
        grounds=grounds,
        affected=_joined(file.affected, step.affected),
        contacts=_joined(file.contacts, step.contacts),
        police=file.police if grounds == file.grounds else None,
    )


def _joined(one: tuple[T, ...], other: tuple[T, ...]) -> tuple[T, ...]:
    return tuple(dict.fromkeys((*one, *other)))
