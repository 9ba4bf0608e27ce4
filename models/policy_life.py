"""What a policy says of the life of a strategy: who may decide what, on which grounds, told how, reviewed when.

Part of a policy pack (`models.policy`). Every group names the paragraphs it rests on in `cites`; `gateway.governance`
holds people to them. Periods are ISO 8601 durations (`P3M`); working days are days the office opens.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator

from models.base import Model
from models.duration import IsoDuration
from models.limit import Limit
from models.restriction import RestrictionKind

Cites = tuple[str, ...]
Stage = Annotated[int, Field(ge=1, le=9)]
Count = Annotated[int, Field(gt=0)]


class Answer(StrEnum):
    """An answer to a check. `na`: it does not arise here, with a note that says why."""

    YES = "yes"
    NO = "no"
    NA = "na"


def _answer_from_yaml(value: object) -> object:
    # YAML 1.1 reads an unquoted yes or no as true or false.
    return ("yes" if value else "no") if isinstance(value, bool) else value


class Question(Model):
    """One question that somebody answers.

    `required_answer`: the answer that is wanted; any other needs a note. Questions differ in polarity (Cleveland
    7.2-7.3). `note_needed`: every answer says what, when or how (Staffordshire 4.1).
    """

    id: str
    question: str
    required_answer: Annotated[Answer, BeforeValidator(_answer_from_yaml)] = Answer.YES
    na_allowed: bool = False
    note_needed: bool = False
    cites: Cites = ()


class Check(Question):
    """A question before a restriction or an entry. `blocking`: any other answer than the required one stops it."""

    blocking: bool = True
    stages: tuple[Stage, ...] = ()


class StageRule(Model):
    """A step of severity. `needs_reason_to_jump`: it may come first, exceptionally, and says why (Wealden L73-L78)."""

    number: Stage
    name: str
    says: str = ""
    needs_reason_to_jump: bool = True
    cites: Cites = ()


class Act(StrEnum):
    """What somebody in the approval chain does."""

    CONSULTED = "consulted"
    PROPOSES = "proposes"
    AGREES = "agrees"
    SIGNS = "signs"
    DECIDES = "decides"


class ApprovalStep(Model):
    """One act of the chain, in the order of the list.

    `roles`: any one of these may act. `before`: the step must be there before this happens. `distinct_from`: acts (by
    id, or `author`) that must be another person's. `no_prior_knowledge`: declares not to know customer or issue.
    `nominee_of`: somebody may act who was nominated by the role named here. `says`: what they do, in words.
    """

    id: str
    act: Act
    roles: Annotated[tuple[str, ...], Field(min_length=1)]
    before: Annotated[str, Field(pattern="^(submission|approval)$")] = "approval"
    stages: tuple[Stage, ...] = ()
    distinct_from: tuple[str, ...] = ("author",)
    no_prior_knowledge: bool = False
    nominee_of: str | None = None
    says: str = ""
    cites: Cites = ()


class MeasureRule(Model):
    """A restriction that the policy knows, at which stages, and within which limits.

    `on_open_matter`: whether it may touch a matter that is still open. `fields`: settings it must state. `limits`: how
    far a setting may go (Wealden L123-L125).
    `needs_warning`: only after a written warning, whatever the reasons for leaving one out (Warwickshire 6).
    """

    kind: RestrictionKind
    stages: tuple[Stage, ...] = ()
    on_open_matter: bool = True
    fields: tuple[str, ...] = ()
    limits: dict[str, Limit] = {}
    needs_reason: bool = False
    needs_warning: bool = False
    cites: Cites = ()


class Needed(StrEnum):
    """Whether something must be there."""

    REQUIRED = "required"
    WAIVABLE = "waivable"
    OPTIONAL = "optional"


class PriorWarning(Model):
    """Whether the person was first told, and given a chance to change; `waivable` with a recorded reason.

    `waivers`: the reasons that count, by id and in words; `waiver_stages`: those of them that count only at these
    stages, and later ones that one of these came before: that stage 1 is itself the warning is no reason where it was
    left out (Wealden L108-L112).
    """

    needed: Needed = Needed.WAIVABLE
    waivers: dict[str, str] = {}
    waiver_stages: dict[str, tuple[Stage, ...]] = {}
    options: tuple[str, ...] = ()
    cites: Cites = ()


class NoticePart(StrEnum):
    """A part of the letter that tells somebody of a strategy."""

    PURPOSE = "purpose"
    BEHAVIOUR = "behaviour"
    REASONS = "reasons"
    RESTRICTIONS = "restrictions"
    EFFECT = "effect"
    THIS_MATTER_ONLY = "this_matter_only"
    FRESH_MATTERS = "fresh_matters"
    RIGHTS = "rights"
    NON_COMPLIANCE = "non_compliance"
    EMERGENCY = "emergency"
    ENDS = "ends"
    REVIEW_DATE = "review_date"
    DATA_USE = "data_use"
    DISPUTE = "dispute"
    OMBUDSMAN = "ombudsman"
    POLICY_COPY = "policy_copy"


class Delivery(StrEnum):
    """How a letter goes."""

    POST = "post"
    EMAIL = "email"


class Layout(StrEnum):
    """How a letter is set."""

    STANDARD = "standard"
    LARGE_PRINT = "large_print"
    EASY_READ = "easy_read"


class NoticeRule(Model):
    """`all_of`: every one of these ways is used (Staffordshire 5.3); `any_of`: one of them is enough.

    `parts`: what the letter says; the emergency route is always among them. `senders`: who signs it; `sender_when`: on
    what occasion that role does rather than another, in words (Wealden L70-L72). `without_notice`: the reasons for
    which the office may act, as by going to the police, without a word before (Cleveland 10.3).
    """

    all_of: tuple[Delivery, ...] = ()
    any_of: tuple[Delivery, ...] = (Delivery.POST, Delivery.EMAIL)
    parts: Annotated[tuple[NoticePart, ...], Field(min_length=1)]
    layouts: tuple[Layout, ...] = tuple(Layout)
    attachments: tuple[str, ...] = ()
    senders: tuple[str, ...] = ()
    sender_when: dict[str, str] = {}
    without_notice: dict[str, str] = {}
    seeks_agreement: bool = False
    cites: Cites = ()

    @field_validator("parts")
    @classmethod
    def _emergency_route(cls, parts: tuple[NoticePart, ...]) -> tuple[NoticePart, ...]:
        if NoticePart.EMERGENCY not in parts:
            raise ValueError("emergency is missing; every notice says how to reach help, and no pack may leave it out")
        return parts


class ReviewRule(Model):
    """How often a strategy is looked at again.

    `every`: the usual interval; `ceiling`: never later; between them a slip needs a reason. `first_request_after`:
    when the person may first ask for one. `by_decider_after`: when the original decider looks again (Stoke 5.2.5).
    `not_by`: who may not review (`author`, `decider`, an act of the chain by its id); a waiver is recorded with its
    reason. `silent_outcomes_need`: the role that may leave an outcome untold, with a reason; None: the person is always
    told. `consulted`: the roles in consultation with which a review is held, one of them at least (Wealden L148).
    """

    every: IsoDuration = "P3M"
    ceiling: IsoDuration = "P3M"
    first_request_after: IsoDuration | None = None
    by_decider_after: IsoDuration | None = None
    reviewers: tuple[str, ...] = ()
    consulted: tuple[str, ...] = ()
    not_by: tuple[str, ...] = ("author", "decider")
    reminder_days: Count = 14
    tells_outcome: bool = True
    silent_outcomes_need: str | None = None
    cites: Cites = ()


class DurationRule(Model):
    """How long a strategy lasts. A minimum never keeps a review from lifting it early, with a reason.

    `ends_compulsory`: an end date must be set. `extension`: `notice` tells the person; `silent` may leave it out with
    a recorded reason that somebody else approves.
    """

    least: IsoDuration | None = None
    usual: IsoDuration | None = None
    most: IsoDuration | None = None
    ends_compulsory: bool = False
    extension: Annotated[str, Field(pattern="^(notice|silent)$")] = "notice"
    cites: Cites = ()


class DisputeRule(Model):
    """How somebody disputes a strategy. `to` empty: the policy offers no route of its own; letters name `onward`.

    `window`, `outcome`: working days, None where the policy sets none. `covers`: what may be disputed. `reviewed_by`:
    who decides it, where that is not whom it is written to (Stoke 6.2). `not_by`: as of a review. `onward`: bodies by
    name, as letters say it.
    """

    to: tuple[str, ...] = ()
    reviewed_by: tuple[str, ...] = ()
    window: Count | None = None
    outcome: Count | None = None
    not_by: tuple[str, ...] = ("author", "decider")
    in_writing: bool = True
    covers: tuple[str, ...] = ("strategy",)
    onward: tuple[str, ...] = ()
    cites: Cites = ()


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


class RegisterRule(Model):
    """A register that the policy keeps: who approves an entry, how often it is looked at again, who may see it.

    `need_to_know`: closed to all but those whom an entry names and the roles in `seen_by`. `tells`: these roles are
    told of a strategy that comes into force, changes or ends (Stoke 5.2.4). `asks`: what is asked of an entry before it
    is approved (Stoke 5.3.1).
    """

    kind: Annotated[str, Field(pattern="^(contact_strategies|dangerous_persons|dangerous_properties|complex_cases)$")]
    name: str
    approvers: tuple[str, ...] = ()
    review_every: IsoDuration | None = None
    review_by_approver: bool = False
    need_to_know: bool = True
    seen_by: tuple[str, ...] = ()
    tells: bool = False
    asks: tuple[Check, ...] = ()
    cites: Cites = ()


class ConferenceRule(Model):
    """A meeting of everybody concerned with a complex case: who calls and chairs it, who comes, what it settles."""

    chair: str
    invites: Annotated[tuple[str, ...], Field(min_length=1)]
    settles: Annotated[tuple[str, ...], Field(min_length=1)]
    cites: Cites = ()


class RetentionRule(Model):
    """How long a kind of record is kept after `trigger`. An exception has a reason and a day on which it ends."""

    record: str
    trigger: str
    period: IsoDuration
    exceptions: tuple[str, ...] = ()
    exception_lasts: IsoDuration = "P1Y"
    cites: Cites = ()


class TrainingRule(Model):
    """What staff are trained in when they begin, and again after `every`; None: the policy sets no interval.

    `to`: whose task it is to see to it.
    """

    id: str
    says: str
    to: str
    every: IsoDuration | None = None
    cites: Cites = ()


class ReportRule(Model):
    """A report that somebody is owed."""

    id: str
    says: str
    to: str
    every: IsoDuration = "P1Y"
    cites: Cites = ()


class Behaviour(Model):
    """One kind of behaviour the policy names, for people to choose from; never given by the machine.

    `letter`: the same in a sentence to the person, for letters; empty: as `says`.
    """

    id: str
    says: str
    letter: str = ""
    head: str = "unreasonable"
    cites: Cites = ()


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
    is taken. `reinstated_by`: who takes up again what is dormant, beside those who decide (Wealden L148).
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
