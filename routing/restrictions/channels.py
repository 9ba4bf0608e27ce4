"""Which ways of contact are open: `channel_blocked`, `channel_only`.

Staffordshire 5.2, Cleveland 9.9, Warwickshire 7, Wealden L101-L103, Stoke 5.2.2. "Blocked" means accepted, stored,
scanned and diverted: nothing is refused at the door.
"""

from __future__ import annotations

from models.contact import Channel
from models.decision import Live, LiveAnswer
from models.restriction import ChannelBlocked, ChannelOnly
from routing.restrictions.situation import NOTHING, Effect, Situation


def channel_blocked(restriction: ChannelBlocked, situation: Situation) -> Effect:
    """Not allowed: contact on one of the channels."""
    return closed_channel(situation) if situation.is_on(*restriction.channels) else NOTHING


def channel_only(restriction: ChannelOnly, situation: Situation) -> Effect:
    """Not allowed: contact on any other channel."""
    return NOTHING if situation.is_on(*restriction.channels) else closed_channel(situation)


def closed_channel(situation: Situation) -> Effect:
    """Broken, every recipient diverted, and a call put to the SPOC."""
    return Effect(
        broken=True,
        diverts=situation.recipients,
        live=Live(answer=LiveAnswer.SPOC) if situation.is_on(Channel.TELEPHONE) else None,
    )
