"""The steps of a strategy's file, each taken by a named person. A file is a list of steps; none is ever changed."""

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
    Released,
    ReviewerAllowed,
    TaskDone,
    Undone,
)
from gateway.governance.letters.steps import LetterApproved, LetterCameBack, LetterQueued, LetterSent, LetterWritten
from gateway.governance.step import PersonName, Step, Words
from models.base import Model
from models.person import Adjustment
from models.policy_course import Delivery
from models.restriction import Restriction
from models.strategy import Spoc, StrategyScope


class Drafted(Step):
    """A strategy is proposed. It holds nobody to anything. `soft`: a single point of contact, without restrictions.

    `policy…`: the pack it is made under, for all its life, filled in where it is begun. `reasons_for`: a reason
    for each thing the pack wants one for (`scope_organisation`, `stage_jump`, `measure:premises_ban`).
    """

    kind: Literal["drafted"] = "drafted"
    person: str
    policy: str = ""
    policy_version: str = ""
    policy_digest: str = ""
    stage: int = 1
    soft: bool = False
    scope: StrategyScope = StrategyScope.MATTER
    matters: tuple[str, ...] = ()
    behaviours: tuple[str, ...] = ()
    reasons: str = ""
    impact: str = ""
    restrictions: tuple[Restriction, ...] = ()
    spoc: Spoc | None = None
    starts: date | None = None
    ends: date | None = None
    review_due: date | None = None
    reasons_for: dict[str, str] = {}


class DraftFields(Model):
    """What a draft may say; None where it says nothing of it yet."""

    stage: int | None = None
    scope: StrategyScope | None = None
    matters: tuple[str, ...] | None = None
    behaviours: tuple[str, ...] | None = None
    reasons: str | None = None
    impact: str | None = None
    restrictions: tuple[Restriction, ...] | None = None
    spoc: Spoc | None = None
    starts: date | None = None
    ends: date | None = None
    review_due: date | None = None
    reasons_for: dict[str, str] = {}


Clearable = Literal["spoc", "starts", "ends", "review_due"]
"""What a draft can do without again."""


class Revised(DraftFields, Step):
    """The draft is changed: the fields given replace its own. `cleared`: what it does not say any more."""

    kind: Literal["revised"] = "revised"
    cleared: tuple[Clearable, ...] = ()


class Warned(Step):
    """The person was told what is wrong, how to change it, and what else would follow (Cleveland 9.1)."""

    kind: Literal["warned"] = "warned"
    on: date
    how: Words


class WarningWaived(Step):
    """There was no prior warning, and why: one of the pack's waivers, and what happened."""

    kind: Literal["warning_waived"] = "warning_waived"
    waiver: str
    note: Words


class Submitted(Step):
    """The author puts the draft forward for decision."""

    kind: Literal["submitted"] = "submitted"
    reason: str = ""


class Acted(Step):
    """Somebody of the approval chain acts: `agreed`, or not, and then it goes back to the author.

    `knew`: whether they knew the person or issue before. `completes`: set where no further act was wanted.
    """

    kind: Literal["acted"] = "acted"
    act: str
    agreed: bool = True
    note: str = ""
    knew: bool | None = None
    completes: bool = False


class Nominated(Step):
    """Somebody is nominated for an act of the chain, by whoever the policy lets nominate (Warwickshire 7)."""

    kind: Literal["nominated"] = "nominated"
    act: str
    name: PersonName
    reason: Words


class WayWaived(Step):
    """A required way of sending is not used, and why: an adjustment, no safe address."""

    kind: Literal["way_waived"] = "way_waived"
    way: Delivery
    reason: Words


class AgreementSought(Step):
    """Whether the person agreed (Cleveland 9.6): `agreed`, `refused`, or `not_sought` and why."""

    kind: Literal["agreement_sought"] = "agreement_sought"
    outcome: Literal["agreed", "refused", "not_sought"]
    note: str = ""


class Activated(Step):
    """The strategy comes into force, once the notice counts as received.

    `review_due`: filled in where a single point of contact without restrictions has no end and no review of its own.
    """

    kind: Literal["activated"] = "activated"
    reason: str = ""
    review_due: date | None = None


class Suspended(Step):
    """What is in force holds nobody any more until they were given notice anew: the notice of it came back."""

    kind: Literal["suspended"] = "suspended"
    reason: Words


class Urgent(Step):
    """Measures at once, for a few days, while the policy's own course is taken. The person is told all the same.

    `reasons_for` as in `Drafted`, for what is new here.
    """

    kind: Literal["urgent"] = "urgent"
    reason: Words
    reasons_for: dict[str, str] = {}
    restrictions: tuple[Restriction, ...]
    told_on: date
    told_how: Words
    until: date


class ReviewOutcome(StrEnum):
    """What a review decides."""

    CONTINUE = "continue"
    CHANGE = "change"
    LIFT = "lift"
    NEXT_STAGE = "next_stage"


class Reviewed(Step):
    """Somebody looked again. `slip_reason`: why the next review is later than usual.

    `told`: whether the person is told of the outcome; where not, `silence_reason`, and whoever the policy lets decide
    that approves it (Wealden L144-147). `consulted`: with whom it was held, where the policy wants that (Wealden L148);
    `consulted_as`: the role of each, or `outside`, in the same order; empty where it is not said.
    """

    kind: Literal["reviewed"] = "reviewed"
    outcome: ReviewOutcome
    reasons: Words
    next_review: date | None = None
    slip_reason: str = ""
    told: bool = True
    silence_reason: str = ""
    consulted: tuple[PersonName, ...] = ()
    consulted_as: tuple[str, ...] = ()


class ReviewAsked(Step):
    """The person asks for a review (Stoke 5.2.5). `on`: when it came. `early_because`: why it is taken up all the same.

    The policy may set a day before which nobody need look again because of it; it never keeps anybody from looking.
    """

    kind: Literal["review_asked"] = "review_asked"
    on: date
    reasons: str = ""
    early_because: str = ""


class Changed(Step):
    """The restrictions are changed. What is new or stricter holds only once a letter about it counts as received.

    What only takes restrictions away holds at once, and so does another contact where there are no restrictions.
    `reasons_for` as in `Drafted`, for what is new here.
    """

    kind: Literal["changed"] = "changed"
    restrictions: tuple[Restriction, ...]
    reasons: Words
    reasons_for: dict[str, str] = {}
    spoc: Spoc | None = None


class ChangeInForce(Step):
    """The change is in force from now on."""

    kind: Literal["change_in_force"] = "change_in_force"
    reason: str = ""


class Extended(Step):
    """The end is put off. `silent`: the person shall not be told, once somebody else approves that (Wealden L93-94)."""

    kind: Literal["extended"] = "extended"
    ends: date
    reasons: Words
    silent: bool = False
    silence_reason: str = ""


class Silenced(StrEnum):
    """What the person is not told of."""

    EXTENSION = "extension"
    REVIEW = "review"


class SilenceApproved(Step):
    """Somebody else than whoever extended or reviewed approves that the person is not told of it.

    Until then they are to be. `of`: of which of the two, as both may wait.
    """

    kind: Literal["silence_approved"] = "silence_approved"
    reason: Words
    of: Silenced = Silenced.EXTENSION


class Ended(Step):
    """The strategy is over."""

    kind: Literal["ended"] = "ended"
    reasons: Words


class MadeDormant(Step):
    """Kept without effect, to be deleted after the policy's period unless it is taken up again."""

    kind: Literal["made_dormant"] = "made_dormant"
    reason: str = ""


class Reinstated(Step):
    """A dormant strategy is taken up again on evidence (Wealden L148); the person is told anew."""

    kind: Literal["reinstated"] = "reinstated"
    evidence: Words
    review_due: date
    ends: date | None = None


class Withdrawn(Step):
    """A proposal is given up before it was in force."""

    kind: Literal["withdrawn"] = "withdrawn"
    reasons: Words


class AdviceTaken(Step):
    """Advice from somebody: equality and diversity, legal, data protection, police. `about`: what it is for.

    `adjustment`: the one whose change it is about; None where it is about none, and in steps from before it was named.
    """

    kind: Literal["advice_taken"] = "advice_taken"
    about: Words
    adjustment: str | None = None
    adviser: PersonName
    adviser_role: str
    advice: Words


class AdjustmentChanged(Step):
    """A disclosed adjustment is changed, after advice (Cleveland 9.13-9.14). `told_on`: when the person was told.

    `was`: the adjustment as it stood, filled in where the step is taken; only what stood so is altered on its strength.
    `removed`: whether they have it no more, rather than another in its place; None in steps from before that was asked.
    """

    kind: Literal["adjustment_changed"] = "adjustment_changed"
    adjustment: str
    change: Words
    reasons: Words
    told_on: date
    was: Adjustment | None = None
    removed: bool | None = None


class Invited(Step):
    """We asked them to contact us: until that day no contact of theirs is a breach. `on`: when they were asked."""

    kind: Literal["invited"] = "invited"
    on: date
    until: date
    how: Words


class StaffBreach(Step):
    """We did not keep to the strategy ourselves (Cleveland 9.11): who is spoken to, and what is put right."""

    kind: Literal["staff_breach"] = "staff_breach"
    on: date
    what: Words
    put_right: Words


class StaffBreachSettled(Step):
    """Whoever did not keep to it was spoken to, and what was to be put right is."""

    kind: Literal["staff_breach_settled"] = "staff_breach_settled"
    done: Words


class Held(Step):
    """A hold or an exception from deletion, until a day, with its reason; `until` None only for a legal hold."""

    kind: Literal["held"] = "held"
    reason: Words
    until: date | None = None
    legal: bool = False


StrategyStep = Annotated[
    Drafted
    | Revised
    | Answered
    | Warned
    | WarningWaived
    | Submitted
    | Acted
    | Nominated
    | LetterWritten
    | LetterApproved
    | LetterQueued
    | LetterSent
    | LetterCameBack
    | WayWaived
    | AgreementSought
    | Activated
    | Suspended
    | Urgent
    | ReviewAsked
    | ReviewerAllowed
    | Reviewed
    | Changed
    | ChangeInForce
    | Extended
    | SilenceApproved
    | Ended
    | MadeDormant
    | Reinstated
    | Withdrawn
    | AdviceTaken
    | AdjustmentChanged
    | Invited
    | StaffBreach
    | StaffBreachSettled
    | Allowed
    | NoLongerAllowed
    | LookedIn
    | Held
    | Released
    | Noted
    | TaskDone
    | Undone,
    Field(discriminator="kind"),
]

STRATEGY_STEP: TypeAdapter[StrategyStep] = TypeAdapter(StrategyStep)
"""Reads a step from JSON."""
