"""The steps of a disclosure's file."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from gateway.governance.common_steps import Allowed, LookedIn, NoLongerAllowed, Noted, Undone
from gateway.governance.step import Name, Step, Words

ConsentOutcome = Literal["given", "refused", "withdrawn", "not_sought"]


class Proposed(Step):
    """Somebody wants to tell a partner something. `ground`: one of the policy's; `why`: how it applies here."""

    kind: Literal["proposed"] = "proposed"
    person: str
    to: Name
    what: Words
    ground: str
    why: Words


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
    """Something went. `what`: what it was, `how`: by which way and to whom there, `evidence`: what shows it."""

    kind: Literal["shared"] = "shared"
    on: date
    what: Words
    how: Words
    evidence: str = ""


class SharedUrgently(Step):
    """Something went at once because somebody's life or safety was at stake: `vital` says whose, and how."""

    kind: Literal["shared_urgently"] = "shared_urgently"
    on: date
    what: Words
    how: Words
    vital: Words


class GateReviewed(Step):
    """The gate looks at what went without it. Not justified, `put_right` says what is done about it."""

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
