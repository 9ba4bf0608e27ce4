"""All that a policy says of the life of a strategy, and which rule of it is met by what.

Part of a policy pack (`models.policy`). Every group names the paragraphs it rests on in `cites`; `gateway.governance`
holds people to them. Periods are ISO 8601 durations (`P3M`); working days are days the office opens.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from models.base import Model
from models.policy_course import (
    ApprovalStep,
    Behaviour,
    DisputeRule,
    DurationRule,
    MeasureRule,
    NoticeRule,
    PriorWarning,
    ReviewRule,
    StageRule,
)
from models.policy_events import Body, BreachStep, IncidentRule, PoliceRule, SharingGate, TaskRule
from models.policy_question import Check, Cites, Count
from models.policy_records import ConferenceRule, RegisterRule, ReportRule, RetentionRule, TrainingRule


class Mode(StrEnum):
    """How a rule is met: enforced, supported, tracked or reported."""

    ENFORCED = "enforced"
    SUPPORTED = "supported"
    TRACKED = "tracked"
    REPORTED = "reported"


class RuleMet(Model):
    """One rule of the policy and what in the product meets it.

    `by`: places in `life` (`review.ceiling`, `checklist.outcome_explained`), in the pack around it
    (`pack.cites.new_matter`) or features (`feature:always_scanned`).
    `invariant`: no pack can switch it off; `by` has features, and what is quoted for it (`pack.cites.always_reviewed`).
    """

    modes: Annotated[tuple[Mode, ...], Field(min_length=1)]
    says: str
    cites: Cites = ()
    by: Annotated[tuple[str, ...], Field(min_length=1)]
    invariant: bool = False


class LifeRules(Model):
    """All that a policy says of the life of a strategy. Defaults are the strict ones that `generic` holds.

    `measures_open`: a measure beyond the list may be used, with a reason (Wealden L106-L107). `needs_reason`: what else
    is only done with a reason of its own. `urgent_days`: how long measures may run at once, while the policy's course
    is taken. `reinstated_by`: who alone takes up again what is dormant; none: those who decide (Wealden L148).
    `complaints_about`: about whom -> who deals with it, in words; `complaints_elsewhere`: those of them
    that another body deals with, to which such a complaint is passed on; `complaints_rest_on`: where that stands.
    """

    roles: dict[str, str] = {}
    stages: tuple[StageRule, ...] = ()
    behaviours: tuple[Behaviour, ...] = ()
    checklist: tuple[Check, ...] = ()
    approvals: tuple[ApprovalStep, ...] = ()
    measures: tuple[MeasureRule, ...] = ()
    measures_open: bool = False
    warning: PriorWarning = PriorWarning()
    notice: NoticeRule
    review: ReviewRule = ReviewRule()
    duration: DurationRule = DurationRule()
    dispute: DisputeRule = DisputeRule()
    breaches: tuple[BreachStep, ...] = ()
    police: PoliceRule = PoliceRule()
    sharing: SharingGate = SharingGate()
    incidents: tuple[IncidentRule, ...] = ()
    welfare: tuple[TaskRule, ...] = ()
    referrals: tuple[Body, ...] = ()
    registers: tuple[RegisterRule, ...] = ()
    conference: ConferenceRule | None = None
    retention: tuple[RetentionRule, ...] = ()
    reports: tuple[ReportRule, ...] = ()
    training: tuple[TrainingRule, ...] = ()
    needs_reason: tuple[str, ...] = ()
    adjustment_advice_from: tuple[str, ...] = ("equality_adviser",)
    adjustment_advice_rests_on: Cites = ()
    urgent_days: Count = 5
    reinstated_by: tuple[str, ...] = ()
    impact_statement: bool = False
    spoc_without_strategy: bool = False
    marking: str | None = None
    complaints_about: dict[str, str] = {}
    complaints_elsewhere: tuple[str, ...] = ()
    complaints_rest_on: dict[str, Cites] = {}
    references: tuple[str, ...] = ()
    rules: dict[str, RuleMet] = {}

    @property
    def stages_or_none(self) -> list[int | None]:
        """The stages; a policy without them is all one."""
        return [stage.number for stage in self.stages] or [None]

    def acts_at(self, stage: int | None) -> list[ApprovalStep]:
        """The acts that a strategy of the stage takes, in order."""
        return [step for step in self.approvals if not step.stages or stage in step.stages]
