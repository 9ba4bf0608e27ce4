"""Contact through a representative: `advocate_only` (Cleveland 9.9, Warwickshire 7, Wealden L130)."""

from __future__ import annotations

from models.restriction import AdvocateOnly
from routing.restrictions.situation import Effect, Situation, not_allowed


def advocate_only(_restriction: AdvocateOnly, situation: Situation) -> Effect:
    """Not allowed: contact by the person. Not enforced without a live representative: nobody is left without a way."""
    if not situation.represented:
        text = f"{situation.strategy.id} asks for a representative and none has live authority: not enforced."
        return Effect(unenforced=True, reasons=(situation.case.reason("advocate_missing", text),))
    return not_allowed(situation)
