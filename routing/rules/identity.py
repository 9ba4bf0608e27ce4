"""Rule 3: who. What is less than `exact` delivers as usual and goes to a person to look at."""

from __future__ import annotations

from datetime import datetime

from models.decision import Priority, Queue
from models.identity import MatchedAs, Strength
from routing.case import Case
from routing.consequences import Consequences
from routing.due import review_item
from routing.standing import exact_dossiers

NAMES_ANOTHER = frozenset({"names_another_writer", "check_reply_address"})
"""The identity reasons that say somebody else seems to be writing."""


def identity(case: Case, now: datetime) -> Consequences:
    """The identity's own reasons; a review of every tie that is not certain, and of mail in a dead person's name."""
    total = Consequences(reasons=case.identity_reasons)
    if any(match.strength is not Strength.EXACT for match in case.matches):
        total += _review(case, now)
    if any(dossier.person.deceased_on is not None for dossier in exact_dossiers(case)):
        text = "The register says this person has died: nothing is enforced, and somebody looks at every contact."
        total += _review(case, now) + Consequences(reasons=(case.reason("deceased", text),))
    return total


def representatives(case: Case) -> Consequences:
    """A representative is matched as such and is not restricted."""
    speaks_for = dict.fromkeys(
        match.person
        for match in case.matches
        if match.as_ is MatchedAs.REPRESENTATIVE and match.strength is Strength.EXACT
    )
    return Consequences(
        reasons=tuple(
            case.reason("representative", f"From a representative of {person}: not restricted.")
            for person in speaks_for
        )
    )


def _review(case: Case, now: datetime) -> Consequences:
    return Consequences(review=(review_item(case, now, Queue.IDENTITY, Priority.NORMAL),))
