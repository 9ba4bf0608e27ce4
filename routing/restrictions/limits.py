"""How often: `contact_limit` (Staffordshire 5.2, Wealden L101-L102)."""

from __future__ import annotations

from datetime import timedelta

from models.contact import Channel
from models.restriction import ContactLimit
from routing.calendar import ROLLING_DAYS, local_day, period_start
from routing.earlier import Counted, is_answered
from routing.restrictions.situation import NOTHING, Effect, Situation, not_allowed


def contact_limit(restriction: ContactLimit, situation: Situation) -> Effect:
    """Not allowed: one more than `count` on `channels` in the period. A call that nobody answers uses up none."""
    call = situation.contact.call
    if not situation.is_on(*restriction.channels):
        return NOTHING
    if situation.is_on(Channel.TELEPHONE) and call is not None and not is_answered(call.outcome):
        return NOTHING
    used = sum(_counts(restriction, situation, earlier) for earlier in situation.earlier)
    if used < restriction.count:
        return NOTHING
    return not_allowed(situation)


def _counts(restriction: ContactLimit, situation: Situation, earlier: Counted) -> bool:
    if earlier.channel not in restriction.channels:
        return False
    if earlier.channel is Channel.TELEPHONE and not earlier.answered:
        return False
    if restriction.rolling:
        reach = timedelta(days=ROLLING_DAYS[restriction.per])
        return earlier.received_at > situation.contact.received_at - reach
    start = period_start(restriction.per, situation.day, situation.strategy.starts)
    return local_day(earlier.received_at, situation.zone) >= start
