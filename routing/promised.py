"""The reply that a reply cycle promises: of which strategy, and by which day (Wealden L123-L125)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

from models.decision import Decision
from models.restriction import ReplyCycle
from models.strategy import Strategy
from routing.calendar import local_day, next_in_cycle

CYCLE: Final = "reply_cycle"
"""The rule of the reason that a decision carries where a cycle sets the day of the reply."""


@dataclass(frozen=True, slots=True)
class PromisedReply:
    """A reply that is owed `by` a day, because a cycle of `strategy` says so."""

    strategy: str
    by: date


def promised_reply(decision: Decision, strategies: Iterable[Strategy], zone: ZoneInfo) -> PromisedReply | None:
    """What a cycle promises whoever wrote. `strategies`: of everybody it may be from.

    None where the day is another's: a rights request is answered by its own clock (CONTRACT §4.6), and what is filed
    needs no reply.
    """
    by = decision.reply.by
    if by is None or CYCLE not in {reason.rule for reason in decision.reasons}:
        return None
    came = local_day(decision.contact.received_at, zone)
    for strategy in strategies:
        cycles = (one.every for one in strategy.restrictions if isinstance(one, ReplyCycle))
        if strategy.id in decision.strategies and by in (
            next_in_cycle(strategy.starts, every, came) for every in cycles
        ):
            return PromisedReply(strategy.id, by)
    return None
