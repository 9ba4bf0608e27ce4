"""Coming in person: `visits_by_appointment`, `designated_premises`, `premises_ban`, `supervised_meetings`.

By appointment: Staffordshire 3.6.1. Named premises: Wealden L129. A ban: Stoke 5.2.2. A third person: Wealden L128.
"""

from __future__ import annotations

from models.contact import Channel
from models.restriction import DesignatedPremises, PremisesBan, SupervisedMeetings, VisitsByAppointment
from routing.restrictions.situation import NOTHING, Effect, Situation

_BROKEN = Effect(broken=True)


def visits_by_appointment(_restriction: VisitsByAppointment, situation: Situation) -> Effect:
    """Not allowed: a visit whose appointment is not on record."""
    visit = situation.contact.visit
    if not situation.is_on(Channel.VISIT) or (visit is not None and visit.appointment):
        return NOTHING
    return _BROKEN


def designated_premises(restriction: DesignatedPremises, situation: Situation) -> Effect:
    """Not allowed: a visit to any other premises. Where either is not recorded nobody can say so."""
    visited, named = _visited(situation), _names(restriction.premises)
    if visited is None or not named or visited in named:
        return NOTHING
    return _BROKEN


def premises_ban(restriction: PremisesBan, situation: Situation) -> Effect:
    """Not allowed: a visit to one of the premises; none named = all of ours."""
    named = _names(restriction.premises)
    if not situation.is_on(Channel.VISIT) or (named and _visited(situation) not in named):
        return NOTHING
    return _BROKEN


def supervised_meetings(_restriction: SupervisedMeetings, situation: Situation) -> Effect:
    """Shown to staff on a visit; one without a third person is for staff to put right, not a breach."""
    visit = situation.contact.visit
    if not situation.is_on(Channel.VISIT):
        return NOTHING
    shown = situation.case.reason("supervised_meetings", "Meetings with this person take place with a third person.")
    if visit is None or visit.accompanied is not False:
        return Effect(reasons=(shown,))
    needed = situation.case.reason(
        "third_party_needed",
        "No third person was at this visit; one is needed. This is for staff, not a breach.",
        cite_as="supervised_meetings",
    )
    return Effect(reasons=(shown, needed))


def _visited(situation: Situation) -> str | None:
    visit = situation.contact.visit
    if not situation.is_on(Channel.VISIT) or visit is None or not visit.premises:
        return None
    return _folded(visit.premises)


def _names(premises: str | tuple[str, ...] | None) -> frozenset[str]:
    return frozenset(_folded(name) for name in ((premises,) if isinstance(premises, str) else premises or ()))


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())
