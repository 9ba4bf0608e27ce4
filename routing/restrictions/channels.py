"""Which ways of contact are open: `channel_blocked`, `channel_only`.

Staffordshire 5.2, Cleveland 9.9, Warwickshire 7, Wealden L101-L103, Stoke 5.2.2. "Blocked" means accepted, stored,
scanned and diverted: nothing is refused at the door.
"""

from __future__ import annotations

from models.restriction import ChannelBlocked, ChannelOnly
from routing.restrictions.situation import NOTHING, Effect, Situation, not_allowed


def channel_blocked(restriction: ChannelBlocked, situation: Situation) -> Effect:
    """Not allowed: contact on one of the channels."""
    return not_allowed(situation) if situation.is_on(*restriction.channels) else NOTHING


def channel_only(restriction: ChannelOnly, situation: Situation) -> Effect:
    """Not allowed: contact on any other channel."""
    return NOTHING if situation.is_on(*restriction.channels) else not_allowed(situation)
