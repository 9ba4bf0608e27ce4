"""Which steps a complex case may take, and what each needs (Stoke 5.1)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Final

from gateway.governance.cases.file import CaseFile, fold, opened
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
from gateway.governance.common_steps import LookedIn, Noted, Undone
from gateway.governance.following import of_following
from gateway.governance.lacks import Lack, refuse
from gateway.governance.registers.rules import rule_of
from gateway.governance.registers.seeing import may_see_case, not_for
from gateway.governance.situation import Situation
from gateway.governance.step import Step

_BEGUN = "the opening itself is not undone; close the case"
_DECISIONS: Final = (ConferenceCalled, ConferenceHeld, ActionDropped, CaseClosed)
"""Only whoever decided takes it back."""


def begin(id_: str, step: CaseOpened, situation: Situation) -> CaseFile:
    """A new case. Refused where the policy knows no case conference or register of cases, or nobody of the id."""
    lacks = []
    if rule_of("complex_case", situation) is None:
        lacks.append(Lack("the policy keeps no register of complex cases", field="registers"))
    if situation.rules.conference is None:
        lacks.append(Lack("the policy knows no conference on complex cases", field="conference"))
    if step.person is not None and (situation.person is None or situation.person.id != step.person):
        lacks.append(Lack(f"the register knows nobody {step.person}", field="person"))
    refuse(lacks)
    return opened(id_, step)


def take(file: CaseFile, step: CaseStep, situation: Situation) -> CaseFile:
    """The case after the step. Refused, with everything that stands in the way, where it may not be."""
    refuse([*_demands(file, step, situation), *of_following(file.steps, step, decisions=_DECISIONS, begun=_BEGUN)])
    return fold(file.id, (*file.steps, step))


def _demands(file: CaseFile, step: CaseStep, situation: Situation) -> Iterator[Lack]:
    if not isinstance(step, LookedIn) and not may_see_case(file, step.by, situation.rules, step.role):
        # Nobody alters what they may not read (Stoke 5.2.4).
        yield not_for(step, file.author, rule_of("complex_case", situation))
    if file.closed and not isinstance(step, LookedIn | Noted | Undone):
        yield Lack(f"{file.id} is closed")
        return
    match step:
        case CaseOpened():
            yield Lack("it is opened already")
        case ConferenceCalled():
            yield from _of_chair(step, situation)
            if step.on < situation.day:
                yield Lack("a conference is called for a day to come", field="on")
            yield from _of_invited(step, situation)
        case ConferenceHeld():
            yield from _of_chair(step, situation)
            if file.called is None:
                yield Lack("no conference was called", _cites(situation), "called")
            if step.on > situation.day:
                yield Lack("it cannot have been held on a day to come", field="on")
            yield from _of_actions(step.actions, file.actions)
        case ActionAdded():
            yield from _of_actions([step.action], file.actions)
        case ActionDone() | ActionDropped():
            if step.action not in file.actions:
                yield Lack(f"there is no action {step.action}", field="action")
            elif step.action in file.over:
                yield Lack(f"{step.action} is over already", field="action")
        case CaseClosed():
            for action in file.open_actions:
                yield Lack(f"{action.id} is still to be done, by {action.owner}", _cites(situation), "action")


def _of_chair(step: Step, situation: Situation) -> Iterator[Lack]:
    conference = situation.rules.conference
    if conference is not None and step.role != conference.chair:
        who = situation.rules.roles.get(conference.chair, conference.chair)
        yield Lack(f"the {who} calls and chairs it", conference.cites, "role")


def _of_invited(step: ConferenceCalled, situation: Situation) -> Iterator[Lack]:
    """It "will normally include" them (Stoke 5.1.1): whoever calls it may leave some out, and says why."""
    conference = situation.rules.conference
    if conference is None or step.not_invited is not None:
        return
    invited = [one.casefold() for one in step.invited]
    missing = [each for each in conference.invites if not any(each.casefold() in one for one in invited)]
    if missing:
        text = (
            f"a conference normally has these, too: {'; '.join(missing)}; invite each under this name "
            f'(--invite "{missing[0]}: who comes"), or say why not (--not-invited)'
        )
        yield Lack(text, conference.cites, "invited")


def _of_actions(actions: Iterable[Action], known: Collection[str]) -> Iterator[Lack]:
    seen = set(known)
    for action in actions:
        if action.id in seen:
            yield Lack(f"there is an action {action.id} already", field="actions")
        seen.add(action.id)


def _cites(situation: Situation) -> tuple[str, ...]:
    return situation.rules.conference.cites if situation.rules.conference is not None else ()
