"""What a policy wants done when something happens: a breach, an incident, a crime, a partner who asks."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator

from models.base import Model
from models.policy_question import Cites, Count, Question


class BreachAction(StrEnum):
    """What is proposed when a confirmed breach calls for more. A named person decides."""

    REMINDER_LETTER = "reminder_letter"
    WARNING_LETTER = "warning_letter"
    TIGHTEN = "tighten"
    NEXT_STAGE = "next_stage"
    LEGAL_ADVICE = "legal_advice"
    POLICE = "police"


class BreachStep(Model):
    """Proposed from the `from_count`th confirmed breach on; `decided_by`: one of these roles."""

    action: BreachAction
    from_count: Count = 1
    decided_by: tuple[str, ...] = ()
    working_days: Count = 5
    cites: Cites = ()


class PoliceRule(Model):
    """When police are told. Each answer is a recorded decision; `always`: "no" is not among the answers.

    `by`: who decides. The kinds: violence (used or threatened), serious_threat, apparent_offence, abuse, staff_safety.
    """

    always: tuple[str, ...] = ()
    consider: tuple[str, ...] = ("violence", "serious_threat", "apparent_offence", "abuse", "staff_safety")
    by: tuple[str, ...] = ("manager",)
    cites: Cites = ()


class SharingGate(Model):
    """Who is asked before anything about a person goes to a partner; in an emergency afterwards, and it is logged."""

    asked: tuple[str, ...] = ("manager",)
    unless_consent: bool = False
    grounds: tuple[str, ...] = ()
    emergency_review_working_days: Count = 1
    cites: Cites = ()


class TaskRule(Model):
    """A task that follows something: for whom, in how many working days."""

    id: str
    says: str
    to: str
    working_days: Count = 1
    cites: Cites = ()


class IncidentRule(Model):
    """An incident with contact: what is asked when it is recorded, and what follows.

    `asks`: questions with a tick each (told why? warned?), all answered before it is closed; none stops that, for what
    happened cannot be put right afterwards. `kind`: terminated_call, written_abuse, social_media, visit.
    """

    kind: Annotated[str, Field(pattern="^(terminated_call|written_abuse|social_media|visit)$")]
    asks: tuple[Question, ...] = ()
    tasks: tuple[TaskRule, ...] = ()
    prompts_strategy_from: Count | None = None
    cites: Cites = ()

    @field_validator("asks", mode="before")
    @classmethod
    def _without_what_did_nothing(cls, asks: object, info: ValidationInfo) -> object:
        """A pack that was kept from before may say `blocking` and `stages`, which never had an effect here."""
        if not (info.context or {}).get("kept") or not isinstance(asks, list):
            return asks
        return [{name: ask[name] for name in ask if name not in ("blocking", "stages")} for ask in asks]


class Body(Model):
    """An organisation that people or cases are referred to."""

    id: str
    name: str
    for_: Annotated[str, Field(alias="for")]
    reach: str = ""
    cites: Cites = ()
