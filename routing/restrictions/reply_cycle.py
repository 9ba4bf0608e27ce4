"""Replies at set times: `reply_cycle` (Wealden L123-L125)."""

from __future__ import annotations

from models.restriction import ReplyCycle
from routing.calendar import next_in_cycle
from routing.restrictions.situation import Effect, Situation
from routing.rights import fresh


def reply_cycle(restriction: ReplyCycle, situation: Situation) -> Effect:
    """A reply is due at the next date of the cycle, counted from the strategy's start, strictly after the contact.

    A rights request is answered by its statutory date all the same (CONTRACT §4.6), and the reason says so.
    """
    case = situation.case
    due = next_in_cycle(situation.strategy.starts, restriction.every, situation.day)
    text = f"Replies go on a set cycle; the next date is {due}."
    if fresh(case):
        text += " The rights request is answered by its statutory date instead."
    return Effect(reply_by=due, reasons=(case.reason("reply_cycle", text),))
