"""Replies at set times: `reply_cycle` (Wealden L123-L125)."""

from __future__ import annotations

from models.restriction import ReplyCycle
from routing.calendar import next_in_cycle
from routing.restrictions.situation import Effect, Situation


def reply_cycle(restriction: ReplyCycle, situation: Situation) -> Effect:
    """A reply is due at the next date of the cycle, counted from the strategy's start, strictly after the contact."""
    due = next_in_cycle(situation.strategy.starts, restriction.every, situation.day)
    return Effect(
        reply_by=due,
        reasons=(situation.case.reason("reply_cycle", f"Replies go on a set cycle; the next date is {due}."),),
    )
