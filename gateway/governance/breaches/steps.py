"""The steps of the file in which a strategy's breaches are answered: theirs that were confirmed, and some of ours.

What else is recorded of a strategy that stands in the register only has no other file.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from gateway.governance.common_steps import Noted, Undone
from gateway.governance.letters.naming import LetterId
from gateway.governance.step import Step, Words
from models.base import Model
from models.policy_events import BreachAction
from models.policy_question import Cites


class Because(StrEnum):
    """Why a confirmation is undone."""

    ADJUSTMENT = "adjustment"
    INVITATION = "invitation"
    ERROR = "error"


class Proposal(Model):
    """What the ladder proposes. `from_count`: from the how manieth breach; `due`: when somebody has decided it."""

    action: BreachAction
    from_count: int
    decided_by: tuple[str, ...] = ()
    due: date
    cites: Cites = ()


class BreachConfirmed(Step):
    """A named person says that it was a breach. `contact`, `restriction`: which.

    Filled in where it is taken: the how manieth confirmed one of the strategy it is, whose strategy that is, the pack
    it goes by, what the policy proposes on it, and the day on which the contact was received (None: an older version
    did not say).
    """

    kind: Literal["breach_confirmed"] = "breach_confirmed"
    strategy: str
    contact: str
    restriction: str
    count: int = 0
    received_on: date | None = None
    person: str | None = None
    policy: str | None = None
    policy_version: str | None = None
    note: str = ""
    proposes: tuple[Proposal, ...] = ()


class BreachUndone(Step):
    """It was none: an adjustment, an invitation, an error. `withdraws`: what falls with it, proposed or accepted."""

    kind: Literal["breach_undone"] = "breach_undone"
    contact: str
    restriction: str
    because: Because
    note: Words
    withdraws: tuple[BreachAction, ...] = ()


class Accepted(Step):
    """Somebody who may decide it takes a proposal up. It is still to be done."""

    kind: Literal["accepted"] = "accepted"
    action: BreachAction
    note: str = ""


class Declined(Step):
    """Somebody who may decide it leaves a proposal, and says why."""

    kind: Literal["declined"] = "declined"
    action: BreachAction
    reason: Words


class CarriedOut(Step):
    """What was accepted is done. `letter`: of the strategy's file, where it was one."""

    kind: Literal["carried_out"] = "carried_out"
    action: BreachAction
    note: Words
    letter: LetterId | None = None


class PutRight(Step):
    """What was done on a breach that was none is put right.

    `letter`: the one that went on it, filled in where nobody had recorded that letter here as done.
    """

    kind: Literal["put_right"] = "put_right"
    action: BreachAction
    note: Words
    letter: LetterId | None = None


class OurBreach(Step):
    """We did not keep to a strategy ourselves (Cleveland 9.11) that stands in the register only: it has no other file.

    `on`: when; `put_right`: who is spoken to, and what is put right. Filled in where it is taken: whose strategy that
    is, and how many breaches of theirs were confirmed before the file began.
    """

    kind: Literal["our_breach"] = "our_breach"
    strategy: str
    on: date
    what: Words
    put_right: Words
    before: int = 0
    person: str | None = None


class OurBreachSettled(Step):
    """Whoever did not keep to it was spoken to, and what was to be put right is: of the earliest that waits."""

    kind: Literal["our_breach_settled"] = "our_breach_settled"
    done: Words


class AskedToContact(Step):
    """We asked them to contact us, as `Invited` has it, under a strategy that stands in the register only.

    Filled in where it is taken: as in `OurBreach`.
    """

    kind: Literal["asked_to_contact"] = "asked_to_contact"
    strategy: str
    on: date
    until: date
    how: Words
    before: int = 0
    person: str | None = None


BreachStep = Annotated[
    BreachConfirmed
    | BreachUndone
    | Accepted
    | Declined
    | CarriedOut
    | PutRight
    | OurBreach
    | OurBreachSettled
    | AskedToContact
    | Noted
    | Undone,
    Field(discriminator="kind"),
]

BREACH_STEP: TypeAdapter[BreachStep] = TypeAdapter(BreachStep)
"""Reads a step from JSON."""
