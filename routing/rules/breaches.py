"""Breaches, flagged for a named person to confirm or dismiss (CONTRACT §4.10; Cleveland 9.11, Staffordshire 6.1)."""

from __future__ import annotations

from models.decision import Alert, AlertKind, Breach, Reason
from models.finding import Urgency
from routing.case import Case
from routing.consequences import Consequences
from routing.restrictions.orders import is_court_order
from routing.rules.enforcement import Applied, Enforced
from routing.rules.never_breach import INVITED

NOT_ALLOWED = {
    "channel_blocked": "contact on this channel is not allowed",
    "channel_only": "contact on this channel is not allowed",
    "identifier_blocked": "contact from this address or number is not allowed",
    "spoc_only": "only the single point of contact may be addressed",
    "dedicated_address": "email goes to one address only",
    "call_window": "the call came outside the agreed times, or was one too many",
    "contact_limit": "the contact was one more than agreed",
    "advocate_only": "contact goes through a representative",
    "visits_by_appointment": "visits are by appointment",
    "designated_premises": "visits are to named premises only",
    "premises_ban": "visits to these premises are not allowed",
    "no_copy_in": "we are not to be copied into letters to others",
    "cease_and_desist": "the person was asked to cease contact on this",
    "injunction": "a court's order does not allow this contact",
}
"""What each kind that can be broken does not allow."""


def breaches(case: Case, enforced: tuple[Enforced, ...]) -> Consequences:
    """One breach a restriction, however many recipients and copies; any breach raises one alert to the manager.

    Legal is told too where an injunction is among them, with the exceptions that would have cleared anything else.
    """
    breached = tuple((one, applied) for one in enforced for applied in one.breached)
    flagged = tuple(pair for pair in breached if _name(*pair) not in case.history.flagged_on_copies)
    on_copy = tuple(_on_copy(case, *pair) for pair in breached if pair not in flagged)
    if not flagged:
        return Consequences(reasons=(*_all_reasons(case, enforced), *on_copy))
    addresses = case.organisation.addresses
    told = [addresses.manager]
    if any(is_court_order(applied.restriction) for _, applied in flagged):
        told.append(addresses.of("legal"))
    return Consequences(
        breaches=tuple(
            Breach(strategy=one.strategy.id, restriction=applied.restriction.id, kind=applied.restriction.kind)
            for one, applied in flagged
        ),
        alerts=(Alert(kind=AlertKind.BREACH, urgency=Urgency.SAME_DAY, to=tuple(dict.fromkeys(told))),),
        reasons=(
            *_all_reasons(case, enforced),
            *on_copy,
            case.reason("breach_flagged", "Flagged by the gateway; a named person confirms or dismisses it."),
        ),
    )


def _name(one: Enforced, applied: Applied) -> str:
    return f"{one.strategy.id}/{applied.restriction.id}"


def _on_copy(case: Case, one: Enforced, applied: Applied) -> Reason:
    text = f"Another copy of this email is flagged for {_name(one, applied)}; they are one contact, and one breach."
    return case.reason("flagged_on_copy", text, cite_as="breach_flagged")


def _all_reasons(case: Case, enforced: tuple[Enforced, ...]) -> tuple[Reason, ...]:
    return tuple(reason for one in enforced for reason in _reasons(case, one))


def _reasons(case: Case, one: Enforced) -> tuple[Reason, ...]:
    broken = tuple(_broken(case, one, applied) for applied in one.broken)
    shown = tuple(reason for applied in one.applied for reason in applied.effect.reasons)
    invited = (case.reason("invited", INVITED),) if one.exceptions.invited else ()
    for_legal = (
        (case.reason("injunction_exception", "What speaks against a breach of the order is for Legal to weigh."),)
        if one.exceptions.clears and any(is_court_order(applied.restriction) for applied in one.broken)
        else ()
    )
    return (*broken, *shown, *(one.exceptions.reasons or invited), *for_legal)


def _broken(case: Case, one: Enforced, applied: Applied) -> Reason:
    kind, name = applied.restriction.kind, _name(one, applied)
    cleared = "" if applied in one.breached else "; no breach, for the reason given"
    return case.reason(kind, f"{name}: {NOT_ALLOWED[kind]}{cleared}.")
