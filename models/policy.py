"""A policy pack: one organisation's policy as data (`config/policies/*.yaml`)."""

from __future__ import annotations

from datetime import date, time
from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator, model_validator
from pydantic_core import PydanticCustomError

from models.alert_ladder import AlertLadders
from models.base import Model
from models.organisation import QueueAddresses
from models.policy_checks import faults
from models.policy_life import LifeRules
from models.restriction import LocalTime, Weekday

EMERGENCY_ROUTE = "If anyone is in danger now, call 999. For the police when it is not an emergency, call 101."
"""What every notice says, whatever the pack: the product's own, as no pack may send somebody elsewhere first."""


class OfficeHours(Model):
    """When people are at their desks, local time: some hours of some day, for what is due is counted by them."""

    days: Annotated[tuple[Weekday, ...], Field(min_length=1)] = (
        Weekday.MON, Weekday.TUE, Weekday.WED, Weekday.THU, Weekday.FRI
    )  # fmt: skip
    opens: LocalTime = time(9, 0)
    closes: Annotated[LocalTime, Field(validate_default=True)] = time(17, 0)

    @field_validator("closes")
    @classmethod
    def _after_opens(cls, closes: time, info: ValidationInfo) -> time:
        opens = info.data.get("opens")
        if opens is not None and closes <= opens:
            raise ValueError(f"an office closes after it opens, got {opens:%H:%M} to {closes:%H:%M}")
        return closes


class ReviewDue(Model):
    """How soon a review item is opened by a person (CONTRACT §6); a pack may only shorten."""

    immediate_minutes: Annotated[int, Field(gt=0, le=15)] = 15
    high_office_hours: Annotated[int, Field(gt=0, le=4)] = 4
    normal_working_days: Annotated[int, Field(gt=0, le=2)] = 2


class RightsClocks(Model):
    """Statutory answers: working days for FOI (s.10) and EIR (reg.5), calendar months for data rights (Art.12).

    Where the law sets a period a pack may only shorten it; the others are the office's own.
    """

    foi_working_days: Annotated[int, Field(gt=0, le=20)] = 20
    eir_working_days: Annotated[int, Field(gt=0, le=20)] = 20
    data_rights_months: Annotated[int, Field(gt=0, le=1)] = 1
    data_protection_complaint_days: Annotated[int, Field(gt=0, le=30)] = 30
    complaint_working_days: Annotated[int, Field(gt=0)] = 10
    complaint_review_working_days: Annotated[int, Field(gt=0)] = 10
    restriction_challenge_working_days: Annotated[int, Field(gt=0)] = 15
    adjustment_request_working_days: Annotated[int, Field(gt=0)] = 5


class PolicyPack(Model):
    """One organisation's policy. `cites`: rule or restriction to paragraphs, for decisions; `life`: the rest.

    What is named is there, and what contradicts itself is refused, or it does not load (`models.policy_checks`).
    `approved_by`: the meeting or person who approved it. `equality_impact_assessed_on`: None where it is not known.
    `conflict_to`: the queue that a complaint about one of its handlers goes to as well.
    `emergency_text`: what the policy adds to the emergency route; never instead of it.
    """

    id: str
    name: str
    version: str
    approved_on: date | None = None
    approved_by: str | None = None
    review_due: date | None = None
    equality_impact_assessed_on: date | None = None
    strategy_term: str = "contact strategy"
    spoc_term: str = "single point of contact"
    holidays: str = "england-and-wales"
    office_hours: OfficeHours = OfficeHours()
    review: ReviewDue = ReviewDue()
    rights: RightsClocks = RightsClocks()
    alerts: AlertLadders = AlertLadders()
    conflict_to: str = "manager"
    emergency_text: str = ""
    cites: dict[str, tuple[str, ...]] = {}
    life: LifeRules

    @field_validator("conflict_to")
    @classmethod
    def _is_a_queue(cls, queue: str, info: ValidationInfo) -> str:
        known = tuple(QueueAddresses.model_fields)
        if queue not in known and not (info.context or {}).get("kept"):
            raise ValueError(f"no queue is called {queue}; expected {', '.join(known)}")
        return queue

    @property
    def emergency_route(self) -> str:
        """How to reach help now: the product's route, and what this policy adds."""
        added = self.emergency_text.replace(EMERGENCY_ROUTE, "").strip()
        return f"{EMERGENCY_ROUTE} {added}".rstrip()

    @model_validator(mode="after")
    def _whole(self, info: ValidationInfo) -> PolicyPack:
        context = info.context or {}
        if context.get("kept"):  # it was whole by the checks of its day, and strategies go by it
            return self
        # Which features and reasons there are is the gateway's to know; whoever reads packs for it passes them in.
        found = list(faults(self, context.get("features"), context.get("reasons")))
        if found:
            text = "; ".join(f"{'.'.join(map(str, location))}: {message}" for location, message in found)
            # The context lets a reader of files say on which line each fault stands.
            raise PydanticCustomError("policy", "{text}", {"text": text, "faults": found})
        return self
