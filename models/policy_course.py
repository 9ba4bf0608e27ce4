"""The course of a strategy under a policy: who decides it, what it may ask, how it is told, reviewed and disputed."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field, field_validator

from models.base import Model
from models.duration import IsoDuration
from models.limit import Limit
from models.policy_question import Cites, Count, Stage
from models.restriction import RestrictionKind


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


class Behaviour(Model):
    """One kind of behaviour the policy names, for people to choose from; never given by the machine.

    `letter`: the same in a sentence to the person, for letters; empty: as `says`. `after_told`: on how many days they
    must have been told before, for it to be named (Cleveland 6.4).
    """

    id: str
    says: str
    letter: str = ""
    after_told: Annotated[int, Field(ge=0)] = 0
    head: str = "unreasonable"
    cites: Cites = ()
