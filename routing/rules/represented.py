"""Rules 4 and 9 for whoever speaks for somebody else: not restricted, seen all the same, their authority checked.

Cleveland 9.10, Warwickshire 7.2: all contact is reviewed, whatever the strategy.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from models.decision import Priority, Queue, Reason
from models.identity import MatchedAs, Strength
from models.register import Dossier
from models.scan import Verdict
from routing.case import Case
from routing.consequences import Consequences
from routing.due import review_item
from routing.standing import exact_dossiers, why_not_in_force


def seen_for_the_represented(case: Case, now: datetime, day: date) -> Consequences:
    """What a representative of a restricted person sends is not restricted, and is looked at all the same.

    So is what the authority they have does not cover, or does not cover any more, whoever they speak for: a person
    checks before anything is disclosed. It restricts nobody.
    """
    speaks_for = {
        match.person
        for match in case.matches
        if match.as_ is MatchedAs.REPRESENTATIVE and match.strength is Strength.EXACT
    }
    restricted = any(
        why_not_in_force(strategy, day) is None
        for dossier in case.dossiers
        if dossier.person.id in speaks_for and dossier.person.deceased_on is None
        for strategy in dossier.strategies
    )
    asked, reasons = _authority(case, day)
    review = (Queue.SPOC,) if restricted else (Queue.IDENTITY,) if asked else ()
    return Consequences(
        review=tuple(review_item(case, now, queue, Priority.NORMAL) for queue in review), reasons=reasons
    )


def _authority(case: Case, day: date) -> tuple[bool, tuple[Reason, ...]]:
    """(whether a person must check the representative's authority, what is to be said of it)."""
    if not case.authorities:
        return False, ()
    themselves = exact_dossiers(case)
    if case.matter and case.matter.verdict is Verdict.SAME and case.matter.nearest in _matters(themselves):
        return False, ()  # they write on a matter of their own
    live = tuple(one for one in case.authorities if one.representative.live_on(day))
    covering = tuple(one for one in live if one.covers(case.matter, _matters(filter(None, [case.dossier(one.person)]))))
    limited = tuple(
        case.reason("representative_limited", one.live_text(case.matter, covers=one in covering))
        for one in covering or live
        if one.representative.matters
    )
    covered = {one.person for one in covering}
    over = tuple(one for one in case.authorities if one not in live and one.person not in covered)
    expired = tuple(case.reason("representative_expired", one.not_live_text(day)) for one in over)
    # Whoever is known for themselves is no stranger where another's authority ran out.
    to_check = (*(() if covering else live), *(() if themselves else over))
    return any(one.certain for one in to_check), tuple(dict.fromkeys((*limited, *expired)))


def _matters(dossiers: Iterable[Dossier]) -> frozenset[str]:
    return frozenset(matter.id for dossier in dossiers for matter in dossier.matters)
