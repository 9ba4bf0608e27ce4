"""Measures eased by a person's reasonable adjustments (Equality Act 2010; Cleveland 9.13). They only ever ease."""

from __future__ import annotations

from models.person import Person, Variation
from models.restriction import CallDuration, CallWindow, ContactLimit, Restriction
from models.strategy import Strategy


def adjusted(restriction: Restriction, strategy: Strategy, person: Person) -> Restriction:
    """The restriction with every variation for it applied. It is named by its id, or `STRATEGY/ID`."""
    for adjustment in person.adjustments:
        for variation in adjustment.varies:
            if variation.restriction in (restriction.id, f"{strategy.id}/{restriction.id}"):
                restriction = _eased(restriction, variation)
    return restriction


def _eased(restriction: Restriction, variation: Variation) -> Restriction:
    if isinstance(restriction, CallDuration) and variation.minutes is not None:
        return restriction.model_copy(update={"minutes": max(restriction.minutes, variation.minutes)})
    if isinstance(restriction, CallWindow) and variation.calls is not None and restriction.calls is not None:
        return restriction.model_copy(update={"calls": max(restriction.calls, variation.calls)})
    if isinstance(restriction, ContactLimit) and variation.count is not None:
        return restriction.model_copy(update={"count": max(restriction.count, variation.count)})
    return restriction
