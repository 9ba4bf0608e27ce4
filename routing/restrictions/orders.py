"""Formal demands and a court's order: `cease_and_desist`, `injunction` (Stoke 5.2.2)."""

from __future__ import annotations

from models.restriction import CeaseAndDesist, Injunction, Restriction
from routing.restrictions.situation import NOTHING, Effect, Situation, not_allowed


def cease_and_desist(_restriction: CeaseAndDesist, situation: Situation) -> Effect:
    """Not allowed: any contact on a matter in scope (a contact outside the scope never gets here)."""
    return not_allowed(situation)


def is_court_order(restriction: Restriction) -> bool:
    """Whether a court gave it: what clears a contact of anything else is then a reason for Legal to weigh."""
    return restriction.kind == "injunction"


def injunction(restriction: Injunction, situation: Situation) -> Effect:
    """Not allowed: any contact within its scope but on `channels_allowed`. The manager and Legal are told."""
    return NOTHING if situation.is_on(*restriction.channels_allowed) else not_allowed(situation)
