"""What a policy has the office keep, and for how long: registers, conferences, retention, training, reports."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from models.base import Model
from models.duration import IsoDuration
from models.policy_question import Check, Cites


class RegisterRule(Model):
    """A register that the policy keeps: who approves an entry, how often it is looked at again, who may see it.

    `need_to_know`: closed to all but those whom an entry names and the roles in `seen_by`. `tells`: which of these
    roles are told of a strategy that comes into force, changes or ends (Stoke 5.2.4, Wealden L84-L86). `asks`: what is
    asked of an entry before it is approved (Stoke 5.3.1). `asked_by`: who may ask before a visit whether there is an
    entry, and is told what staff do and nothing else; beside them only those to whom the register is open.
    """

    kind: Annotated[str, Field(pattern="^(contact_strategies|dangerous_persons|dangerous_properties|complex_cases)$")]
    name: str
    approvers: tuple[str, ...] = ()
    review_every: IsoDuration | None = None
    review_by_approver: bool = False
    need_to_know: bool = True
    seen_by: tuple[str, ...] = ()
    tells: tuple[str, ...] = ()
    asked_by: tuple[str, ...] = ()
    asks: tuple[Check, ...] = ()
    cites: Cites = ()

    @property
    def is_of_dangers(self) -> bool:
        """Whether it says what a visit may meet with."""
        return self.kind in ("dangerous_persons", "dangerous_properties")


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
