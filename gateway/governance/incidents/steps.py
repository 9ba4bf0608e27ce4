"""The steps of an incident's file. Anybody on the staff may record one, whatever their level (Cleveland 4.4)."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from gateway.governance.common_steps import (
    Allowed,
    Answered,
    LookedIn,
    NoLongerAllowed,
    Noted,
    RecordedInError,
    TaskDone,
    Undone,
)
from gateway.governance.step import Name, PersonName, Step, Words


class IncidentKind(StrEnum):
    """What happened."""

    TERMINATED_CALL = "terminated_call"
    WRITTEN_ABUSE = "written_abuse"
    SOCIAL_MEDIA = "social_media"
    VISIT = "visit"


class Ground(StrEnum):
    """What the police may have to hear of; the pack says of which they always do."""

    VIOLENCE = "violence"
    SERIOUS_THREAT = "serious_threat"
    APPARENT_OFFENCE = "apparent_offence"
    ABUSE = "abuse"
    STAFF_SAFETY = "staff_safety"


class Recorded(Step):
    """Something happened. `affected`: who else was there or is hurt by it. `contacts`: ids of what came in.

    `count`: the how manieth of its kind with this person, filled in where it is begun; 0 where nobody knows who it was.
    """

    kind: Literal["recorded"] = "recorded"
    incident: IncidentKind
    person: str | None = None
    on: date
    what: Words
    grounds: tuple[Ground, ...] = ()
    affected: tuple[PersonName, ...] = ()
    contacts: tuple[str, ...] = ()
    count: int = 0


class Added(Step):
    """More became known. A further ground asks for the police decision anew."""

    kind: Literal["added"] = "added"
    what: Words
    grounds: tuple[Ground, ...] = ()
    affected: tuple[PersonName, ...] = ()
    contacts: tuple[str, ...] = ()


class ManagerTold(Step):
    """The line manager heard of it, and what they advised (Cleveland 4.5)."""

    kind: Literal["manager_told"] = "manager_told"
    manager: PersonName
    on: date
    advice: Words


class Captured(Step):
    """A post is kept as evidence. `post`: its address. `digest`: SHA-256 of the copy. `filed`: where that is."""

    kind: Literal["captured"] = "captured"
    post: Name
    digest: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    filed: Words


class Deleted(Step):
    """A captured post is removed."""

    kind: Literal["deleted"] = "deleted"
    post: Name


class Blocked(Step):
    """An account is blocked; what it sends elsewhere is read all the same."""

    kind: Literal["blocked"] = "blocked"
    account: Name
    reason: Words


class TaskDeclined(Step):
    """A task that followed is not done, and why."""

    kind: Literal["task_declined"] = "task_declined"
    task: str
    reason: Words


class PoliceDecided(Step):
    """Whether police are told. `reference`: theirs, or when and how they were told.

    `without_notice`: why the person hears nothing of it before, one of the policy's reasons by its id (Cleveland 10.3).
    """

    kind: Literal["police_decided"] = "police_decided"
    told: bool
    reason: Words
    reference: str = ""
    without_notice: str | None = None


class Referred(Step):
    """Somebody else is asked to help. What they are told about a person goes as a disclosure, or nothing is told."""

    kind: Literal["referred"] = "referred"
    body: Name
    why: Words
    disclosure: str | None = None
    nothing_shared: bool = False


class ReferralAnswered(Step):
    """What came of a referral."""

    kind: Literal["referral_answered"] = "referral_answered"
    body: Name
    outcome: Words


class Closed(Step):
    """Nothing is left to do."""

    kind: Literal["closed"] = "closed"


IncidentStep = Annotated[
    Recorded
    | Added
    | Answered
    | ManagerTold
    | Captured
    | Deleted
    | Blocked
    | TaskDone
    | TaskDeclined
    | PoliceDecided
    | Referred
    | ReferralAnswered
    | Closed
    | RecordedInError
    | Allowed
    | NoLongerAllowed
    | LookedIn
    | Noted
    | Undone,
    Field(discriminator="kind"),
]

INCIDENT_STEP: TypeAdapter[IncidentStep] = TypeAdapter(IncidentStep)
"""Reads a step from JSON."""
