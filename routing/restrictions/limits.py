"""How often: `contact_limit` (Staffordshire 5.2, Wealden L101-L102)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

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
    is_in_period = _period(restriction, situation)
    used = sum(_counts(restriction, earlier) and is_in_period(earlier.received_at) for earlier in situation.earlier)
    if used < restriction.count:
        return NOTHING
    return not_allowed(situation)


def _counts(restriction: ContactLimit, earlier: Counted) -> bool:
    return earlier.channel in restriction.channels and (earlier.channel is not Channel.TELEPHONE or earlier.answered)


def _period(restriction: ContactLimit, situation: Situation) -> Callable[[datetime], bool]:
    """Whether a moment is in the period that the contact is in."""
    if restriction.rolling:
        after = situation.contact.received_at - timedelta(days=ROLLING_DAYS[restriction.per])
        return lambda moment: moment > after
    zone = situation.zone
    start = period_start(restriction.per, situation.day, situation.strategy.starts)
    return lambda moment: local_day(moment, zone) >= start
