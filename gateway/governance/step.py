"""What every step says, whatever file it is taken in, and the words and names that people give it."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field

from gateway.governance.person_name import a_person
from models.base import Model, UtcTime

PersonName = Annotated[str, Field(min_length=2, max_length=200), AfterValidator(a_person)]
Words = Annotated[str, Field(min_length=3, max_length=20_000)]
"""A reason or note in a person's own words."""
Name = Annotated[str, Field(min_length=1, max_length=500)]
"""What something is called, or its address."""


class RoleAs(StrEnum):
    """On what it rests that somebody holds a role: the register's list of who does, or their own word."""

    LISTED = "listed"
    STATED = "stated"


class Step(Model):
    """What every step says: when it was recorded, by whom, and in which of the policy's roles they acted.

    `document`: where what it rests on is filed, if somebody says so.

    Filled in where the step is taken: `role_as`, None without a role, and in steps from before there was such a list;
    `day`, which is that of `at` in the organisation's zone: an hour after midnight in summer it is not the day in UTC.
    """

    at: UtcTime
    by: PersonName
    role: str | None = None
    role_as: RoleAs | None = None
    day: date | None = None
    document: Name | None = None

    @property
    def taken_on(self) -> date:
        """The day on which it was taken, for whoever counts days from it."""
        return self.day or self.at.date()
