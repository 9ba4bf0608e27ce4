"""Rule 3: who. What is less than `exact` delivers as usual and goes to a person to look at."""

from __future__ import annotations

from datetime import datetime

from models.decision import Priority, Queue
from models.identity import Match, MatchedAs, Strength
from models.plain_names import plain
from routing.case import Case
from routing.consequences import Consequences
from routing.due import review_item
from routing.standing import exact_dossiers

NAMES_ANOTHER = "other_writer"
"""The identity's reason that somebody else seems to be writing."""


def identity(case: Case, now: datetime) -> Consequences:
    """The identity's own reasons; a review of every tie that is not certain, and of mail in a dead person's name."""
    total = Consequences(
        reasons=tuple(
            reason.model_copy(update={"cites": reason.cites or case.cites(reason.rule)})
            for reason in case.identity_reasons
        )
    )
    certain = {match.person for match in case.matches if match.strength is Strength.EXACT}
    unsure = tuple(match for match in case.matches if match.person not in certain)
    if unsure:
        total += _review(case, now) + Consequences(reasons=(case.reason("identity_unsure", _question(unsure)),))
    if any(dossier.person.deceased_on is not None for dossier in exact_dossiers(case)):
        text = "The register says this person has died: nothing is enforced, and somebody looks at every contact."
        total += _review(case, now) + Consequences(reasons=(case.reason("deceased", text),))
    elif dead := _dead(case, unsure):
        text = f"The register says that {' and '.join(dead)} has died: whoever writes, somebody looks at it."
        total += Consequences(reasons=(case.reason("deceased", text),))
    return total


def _dead(case: Case, unsure: tuple[Match, ...]) -> tuple[str, ...]:
    """Whom of those that it may be from the register has as dead: a widow writes from her husband's account."""
    people = dict.fromkeys(match.person for match in unsure if match.as_ is MatchedAs.PERSON)
    dossiers = (case.dossier(person) for person in people)
    return tuple(one.person.id for one in dossiers if one is not None and one.person.deceased_on is not None)


def _question(unsure: tuple[Match, ...]) -> str:
    people = ", ".join(f"{person} ({_ties(unsure, person)})" for person in dict.fromkeys(m.person for m in unsure))
    return f"It may be from {people}: a person says whether it is. Until then nothing of theirs applies."


def _ties(unsure: tuple[Match, ...], person: str) -> str:
    """How sure each of a person's ties is, and by what: `probable, by email and name; possible, by postal`."""
    by: dict[Strength, dict[str, None]] = {}
    for match in unsure:
        if match.person == person:
            by.setdefault(match.strength, {})[plain(match.by)] = None
    return "; ".join(f"{strength}, by {' and '.join(by[strength])}" for strength in Strength if strength in by)


def _review(case: Case, now: datetime) -> Consequences:
    return Consequences(review=(review_item(case, now, Queue.IDENTITY, Priority.NORMAL),))
