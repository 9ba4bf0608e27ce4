"""The steps of a disclosure's file."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from gateway.governance.common_steps import Allowed, LookedIn, NoLongerAllowed, Noted, Undone
from gateway.governance.step import Name, Step, Words

ConsentOutcome = Literal["given", "refused", "withdrawn", "not_sought"]


class Proposed(Step):
    """Somebody wants to tell a partner something. `ground`: one of the policy's; `why`: how it applies here.

    `what` and `also`: the items that are to go, one by one, so that what went can be held against them.
    """

    kind: Literal["proposed"] = "proposed"
    person: str
    to: Name
    what: Words
    also: tuple[Words, ...] = ()
    ground: str
    why: Words

    @property
    def items(self) -> tuple[str, ...]:
        """Everything that is to go."""
        return (self.what, *self.also)


class ConsentRecorded(Step):
    """What the person says to it, or why they were not asked."""

    kind: Literal["consent_recorded"] = "consent_recorded"
    outcome: ConsentOutcome
    how: Words


class GateAnswered(Step):
    """Whoever the policy wants asked first answers: the Data Protection Officer (Cleveland 9.15), a senior manager."""

    kind: Literal["gate_answered"] = "gate_answered"
    agreed: bool
    reasons: Words
    conditions: str = ""


class Shared(Step):
    """Something went. `to`: to whom, `what` and `also`: which items, `how`: by which way and to whom there.

    `evidence`: what shows it. `conditions_kept`: how those of the answer were kept. `otherwise`: how it came to go in
    another way than it was let, said of what is gone already. `to` is empty in records from before it was asked.
    """

    kind: Literal["shared"] = "shared"
    on: date
    to: Annotated[str, Field(max_length=500)] = ""
    what: Words
    also: tuple[Words, ...] = ()
    how: Words
    evidence: str = ""
    conditions_kept: str = ""
    otherwise: str = ""

    @property
    def items(self) -> tuple[str, ...]:
        """Everything that went."""
        return (self.what, *self.also)


class SharedUrgently(Step):
    """Something went at once because somebody's life or safety was at stake: `vital` says whose, and how.

    `to`: to whom, where it was not to whom it was proposed.
    """

    kind: Literal["shared_urgently"] = "shared_urgently"
    on: date
    to: Annotated[str, Field(max_length=500)] = ""
    what: Words
    how: Words
    vital: Words


class GateReviewed(Step):
    """The gate looks at what went without it, or not as it let it. Not justified, `put_right`: what is done then."""

    kind: Literal["gate_reviewed"] = "gate_reviewed"
    justified: bool
    reasons: Words
    put_right: str = ""


class Withdrawn(Step):
    """It is given up before anything went."""

    kind: Literal["withdrawn"] = "withdrawn"
    reasons: Words


DisclosureStep = Annotated[
    Proposed
    | ConsentRecorded
    | GateAnswered
    | Shared
    | SharedUrgently
    | GateReviewed
    | Withdrawn
    | Allowed
    | NoLongerAllowed
    | LookedIn
    | Noted
    | Undone,
    Field(discriminator="kind"),
]

DISCLOSURE_STEP: TypeAdapter[DisclosureStep] = TypeAdapter(DisclosureStep)
"""Reads a step from JSON."""
