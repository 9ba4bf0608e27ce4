"""The replies that reply cycles promise: of which strategy, and by which day (Wealden L123-L125)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from models.contact import Direction
from routing.calendar import local_day
from routing.case import Case
from routing.invitation import is_sent_by_us
from routing.rules.enforcement import Enforced, enforce
from routing.rules.never_breach import is_live_automatic
from routing.standing import strategies_in_force

CYCLE: Final = "reply_cycle"
"""The rule of the reason that a decision carries where a cycle applies."""


@dataclass(frozen=True, slots=True)
class PromisedReply:
    """A reply that is owed `by` a day, because a cycle of `strategy` says so."""

    strategy: str
    by: date


def promised(case: Case, enforced: tuple[Enforced, ...]) -> tuple[PromisedReply, ...]:
    """What the cycle of each strategy that applies promises. Nothing where no reply is due by another measure."""
    effects = [applied.effect for one in enforced for applied in one.applied]
    ours = case.contact.direction is Direction.OUTBOUND or is_live_automatic(case)
    if ours or any(effect.no_reply for effect in effects):
        return ()
    found = ((one.strategy.id, [applied.effect.reply_by for applied in one.applied]) for one in enforced)
    dates = ((strategy, [by for by in days if by is not None]) for strategy, days in found)
    return tuple(PromisedReply(strategy, min(days)) for strategy, days in dates if days)


def promised_replies(case: Case, *, now: datetime) -> tuple[PromisedReply, ...]:
    """The same of a contact that is not judged yet; `now`: when it was received.

    A right that is asked for in it is answered by its own clock (CONTRACT §4.6) and settles nothing else: whether it
    was one at all, and was all, a person says.
    """
    if is_sent_by_us(case.contact):
        return ()
    day = local_day(now, case.zone)
    return promised(case, enforce(case, strategies_in_force(case, day), day))
