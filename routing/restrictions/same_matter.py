"""No more on a closed matter: `same_matter_filed`, `same_matter_refused`. Never a breach; it is read all the same.

Logged without reply: Staffordshire 5.2, Wealden L104, Stoke 5.2.2. No new registration: Staffordshire 5.2,
Cleveland 9.9, Stoke 5.2.2. On a matter that is open contact goes on (Staffordshire 5.1).
"""

from __future__ import annotations

from models.matter import MatterStatus
from models.plain_names import plain
from models.restriction import SameMatterFiled, SameMatterRefused
from models.scan import Verdict
from routing.beside import concerns_beside
from routing.restrictions.situation import NOTHING, Effect, Situation
from routing.rights import fresh


def same_matter(restriction: SameMatterFiled | SameMatterRefused, situation: Situation) -> Effect:
    """No reply due where the contact is about the same matter, tells nothing new and raises no concern beside it.

    A right is always answered.
    """
    matter = situation.matter
    if matter is None or matter.verdict is not Verdict.SAME or matter.new_information:
        return NOTHING
    if _is_open(matter.nearest, situation):
        text = "The matter is open, so that it may not be left without an answer: a reply stays due."
        return Effect(reasons=(situation.case.reason(restriction.kind, text),))
    if beside := concerns_beside(situation.case):
        named = ", ".join(map(plain, beside))
        text = f"Not filed as nothing new: it tells of something beside the matter ({named}). A reply stays due."
        return Effect(reasons=(situation.case.reason(restriction.kind, text),))
    done = "read and filed" if restriction.kind == "same_matter_filed" else "not registered again"
    asked = ", ".join(map(plain, fresh(situation.case)))
    text = (
        f"The same matter and nothing new in it: {done}; the right it exercises ({asked}) is, and is answered."
        if asked
        else f"The same matter and nothing new in it: {done}, no reply due."
    )
    return Effect(no_reply=True, reasons=(situation.case.reason(restriction.kind, text),))


def _is_open(matter: str | None, situation: Situation) -> bool:
    """Whether the person's matter is open now, for one can be taken up again after the measure was decided."""
    dossier = situation.case.dossier(situation.person.id)
    matters = dossier.matters if dossier is not None else ()
    return any(one.id == matter and one.status is MatterStatus.OPEN for one in matters)
