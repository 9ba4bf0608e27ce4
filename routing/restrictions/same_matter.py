"""No more on a closed matter: `same_matter_filed`, `same_matter_refused`. Never a breach; it is read all the same.

Logged without reply: Staffordshire 5.2, Wealden L104, Stoke 5.2.2. No new registration: Staffordshire 5.2,
Cleveland 9.9, Stoke 5.2.2.
"""

from __future__ import annotations

from models.restriction import SameMatterFiled, SameMatterRefused
from models.scan import Verdict
from routing.restrictions.situation import NOTHING, Effect, Situation


def same_matter(restriction: SameMatterFiled | SameMatterRefused, situation: Situation) -> Effect:
    """No reply due where the contact is about the same matter and tells nothing new."""
    matter = situation.matter
    if matter is None or matter.verdict is not Verdict.SAME or matter.new_information:
        return NOTHING
    text = (
        "The same matter and nothing new in it: read and filed, no reply due."
        if restriction.kind == "same_matter_filed"
        else "The same matter and nothing new in it: not registered again, no reply due."
    )
    return Effect(no_reply=True, reasons=(situation.case.reason(restriction.kind, text),))
