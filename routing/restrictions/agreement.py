"""An agreement on future contact: `contact_agreement` (Wealden L99)."""

from __future__ import annotations

from models.restriction import ContactAgreement
from routing.restrictions.situation import Effect, Situation


def contact_agreement(restriction: ContactAgreement, situation: Situation) -> Effect:
    """Shown to staff, in its own words where the register has them."""
    text = restriction.text.strip() or "There is an agreement with this person on future contact."
    return Effect(reasons=(situation.case.reason("contact_agreement", text),))
