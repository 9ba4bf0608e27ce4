"""A contact strategy: who may be contacted how, why, by whose decision, until when."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from models.base import Model
from models.restriction import Restriction


class StrategyScope(StrEnum):
    """`matter`: only the strategy's matters (Cleveland 9.8). `organisation`: whatever the contact is about."""

    MATTER = "matter"
    ORGANISATION = "organisation"


class StrategyStatus(StrEnum):
    """Where a strategy is in its life. Only `active` is ever enforced."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    ACTIVE = "active"
    ENDED = "ended"
    DORMANT = "dormant"

    @property
    def is_over(self) -> bool:
        """Whether it holds nobody to anything any more."""
        return self in (StrategyStatus.ENDED, StrategyStatus.DORMANT)


class Spoc(Model):
    """The single point of contact and the deputy. `phones`: numbers on which calls to the SPOC are allowed."""

    name: str
    address: str
    deputy: str | None = None
    phones: tuple[str, ...] = ()


class Approval(Model):
    """One person's approval in the chain."""

    role: str
    name: str | None = None
    on: date | None = None


class Strategy(Model):
    """Days are days in the organisation's zone, inclusive. Not notified means not enforced (CONTRACT §2)."""

    id: str
    person: str
    scope: StrategyScope = StrategyScope.MATTER
    matters: tuple[str, ...] = ()
    status: StrategyStatus
    starts: date
    ends: date | None = None
    review_due: date | None = None
    notified_on: date | None = None
    spoc: Spoc | None = None
    decider: str | None = None
    reasons: str | None = None
    approvals: tuple[Approval, ...] = ()
    restrictions: tuple[Restriction, ...] = ()
    mode: str | None = None
