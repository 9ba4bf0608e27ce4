"""The steps of a complex case (Stoke 5.1)."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from gateway.governance.common_steps import LookedIn, Noted, Undone
from gateway.governance.step import PersonName, Step, Words
from models.base import Model


class CaseOpened(Step):
    """A case is complex: what is open, and what came before. The person need not be unreasonable."""

    kind: Literal["case_opened"] = "case_opened"
    person: str | None = None
    issues: Annotated[tuple[Words, ...], Field(min_length=1)]
    background: Words


class ConferenceCalled(Step):
    """A conference is called by whoever chairs it. `not_invited`: why some whom the policy wants there are not."""

    kind: Literal["conference_called"] = "conference_called"
    on: date
    invited: Annotated[tuple[str, ...], Field(min_length=1)]
    not_invited: Words | None = None


class Action(Model):
    """Something that somebody does by a day."""

    id: str
    says: Words
    owner: PersonName
    due: date


class ConferenceHeld(Step):
    """What the conference came to. `settled`: the way out of each issue, in words; `actions`: who does what by when."""

    kind: Literal["conference_held"] = "conference_held"
    on: date
    present: Annotated[tuple[PersonName, ...], Field(min_length=1)]
    settled: Words
    actions: tuple[Action, ...] = ()


class ActionAdded(Step):
    """An action more."""

    kind: Literal["action_added"] = "action_added"
    action: Action


class ActionDone(Step):
    """An action is done, and what came of it."""

    kind: Literal["action_done"] = "action_done"
    action: str
    note: Words


class ActionDropped(Step):
    """An action is not done after all, and why."""

    kind: Literal["action_dropped"] = "action_dropped"
    action: str
    reason: Words


class CaseClosed(Step):
    """Nothing is open any more."""

    kind: Literal["case_closed"] = "case_closed"
    reasons: Words


CaseStep = Annotated[
    CaseOpened
    | ConferenceCalled
    | ConferenceHeld
    | ActionAdded
    | ActionDone
    | ActionDropped
    | CaseClosed
    | LookedIn
    | Noted
    | Undone,
    Field(discriminator="kind"),
]

CASE_STEP: TypeAdapter[CaseStep] = TypeAdapter(CaseStep)
"""Reads a step from JSON."""
