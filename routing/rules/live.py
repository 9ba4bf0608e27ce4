"""What the switchboard should have done with a call (CONTRACT §6): Wealden L101-L102 and L126, Cleveland 9.9."""

from __future__ import annotations

from models.contact import Channel
from models.decision import Live, LiveAnswer
from routing.case import Case
from routing.rules.enforcement import Enforced, closest_first

_STRICTEST_FIRST = (LiveAnswer.SCRIPT, LiveAnswer.SPOC)


def live(case: Case, enforced: tuple[Enforced, ...]) -> Live | None:
    """Script before SPOC before connect, and of two of a kind the closest strategy's.

    A contact that goes as addressed is connected. None for what is no call.
    """
    if case.contact.channel is not Channel.TELEPHONE:
        return None
    answers = tuple(
        applied.effect.live
        for one in closest_first(enforced)
        if not one.exceptions.as_addressed
        for applied in one.applied
        if applied.effect.live is not None
    )
    return min(answers, key=_order, default=Live(answer=LiveAnswer.CONNECT))


def _order(answer: Live) -> int:
    return _STRICTEST_FIRST.index(answer.answer)
