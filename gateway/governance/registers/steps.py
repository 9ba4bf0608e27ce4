"""The steps of an entry in a register of dangerous persons or properties (Stoke 5.3)."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from gateway.governance.common_steps import (
    Allowed,
    Answered,
    AskedBeforeVisit,
    LookedIn,
    NoLongerAllowed,
    Noted,
    ReviewerAllowed,
    Undone,
)
from gateway.governance.step import PersonName, Step, Words
from models.base import Model
from routing.identity.postal import Address, are_equal_as_far_as_written, may_be_one_door


class Property(Model):
    """A house, flat or other place. `uprn`: its Unique Property Reference Number, where it is known."""

    address: Annotated[str, Field(min_length=3, max_length=500)]
    uprn: Annotated[str, Field(pattern=r"^[0-9]{1,12}$")] | None = None

    @cached_property
    def read(self) -> Address:
        """Its address, read once to be held against others."""
        return Address.of(self.address)

    def may_be(self, other: Property) -> bool:
        """Whether it may be the same place, however the address is written; in doubt it may.

        One of two numbers under one address may be mistyped.
        """
        if self.uprn and other.uprn:
            return self.uprn == other.uprn or are_equal_as_far_as_written(self.read, other.read)
        return may_be_one_door(self.read, other.read)


class Entered(Step):
    """A danger is recorded when it becomes known. `facts`: what happened, when, how it is known; never an opinion.

    `methods`: the agreed ways of communicating; `restrictions`: what staff do and do not do. `needs_to_know`: who may
    read the entry beside its author and approver. `told_at`: the address of whoever answers for it.
    """

    kind: Literal["entered"] = "entered"
    person: str | None = None
    premises: Property | None = None
    known_on: date
    facts: Words
    methods: str = ""
    restrictions: str = ""
    needs_to_know: tuple[PersonName, ...] = ()
    told_at: Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+$", max_length=254)] | None = None


class Amended(Step):
    """The entry is changed: what is given replaces what it said. It has to be approved anew."""

    kind: Literal["amended"] = "amended"
    reason: Words
    facts: Words | None = None
    methods: str | None = None
    restrictions: str | None = None


class EntryApproved(Step):
    """Somebody in the pack's role approves the entry."""

    kind: Literal["entry_approved"] = "entry_approved"
    note: str = ""


class EntryReviewed(Step):
    """The yearly look, by the one who approved it where the policy wants that, or whom somebody else allowed."""

    kind: Literal["entry_reviewed"] = "entry_reviewed"
    outcome: Literal["keep", "amend", "remove"]
    reasons: Words


class Removed(Step):
    """The entry is off the register."""

    kind: Literal["removed"] = "removed"
    reasons: Words


EntryStep = Annotated[
    Entered
    | Amended
    | Answered
    | EntryApproved
    | ReviewerAllowed
    | EntryReviewed
    | Allowed
    | NoLongerAllowed
    | LookedIn
    | AskedBeforeVisit
    | Removed
    | Noted
    | Undone,
    Field(discriminator="kind"),
]

ENTRY_STEP: TypeAdapter[EntryStep] = TypeAdapter(EntryStep)
"""Reads a step from JSON."""
