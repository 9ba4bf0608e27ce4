"""Formal demands and a court's order: `cease_and_desist`, `injunction` (Stoke 5.2.2)."""

from __future__ import annotations

from models.restriction import CeaseAndDesist, Injunction
from routing.restrictions.channels import closed_channel
from routing.restrictions.situation import NOTHING, Effect, Situation


def cease_and_desist(_restriction: CeaseAndDesist, situation: Situation) -> Effect:
    """Not allowed: any contact on a matter in scope (a contact outside the scope never gets here)."""
    return closed_channel(situation)


def injunction(restriction: Injunction, situation: Situation) -> Effect:
    """Not allowed: any contact within its scope but on `channels_allowed`. The manager and Legal are told."""
    return NOTHING if situation.is_on(*restriction.channels_allowed) else closed_channel(situation)
