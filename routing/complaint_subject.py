"""Whom a complaint seems to be about, and so who deals with it: a proposal from its words, never a decision.

A complaint about the Chief Constable is this office's, about the Commissioner the Police and Crime Panel's, about the
force the force's; the policy pack says who deals with which (`life.complaints_about`). Nothing goes anywhere because
of it: a person reads the complaint and says.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

import re2

from models.contact import Contact
from models.finding import Finding
from routing.complaint_words import complaining, own_words

ELSEWHERE: Final = "complaint_elsewhere"
"""The reason that a complaint carries where the policy says that another body deals with such."""

_NAMES: Final[dict[str, tuple[str, ...]]] = {
    "chief_constable": ("chief constable", "chief constables", "head of the police", "head of the force"),
    "commissioner": (
        "police and crime commissioner",
        "police crime commissioner",
        "police fire and crime commissioner",
        "crime commissioner",
        "commissioner",
        "pcc",
        "pfcc",
    ),
    "police": (
        "police officer",
        "police officers",
        "police staff",
        "police force",
        "police station",
        "police",
        "constabulary",
        "constable",
        "pcso",
        "pc",
        "detective",
        "custody sergeant",
        "inspector",
        "sergeant",
        "superintendent",
        "officers who came",
        "officers came",
        "officer who came",
        "officers attended",
        "officer attended",
    ),
    "staff": (
        "office of the police and crime commissioner",
        "police and crime commissioner s office",
        "commissioner s office",
        "commissioner s staff",
        "commissioner s team",
        "opcc",
        "member of staff",
        "members of staff",
        "your staff",
        "your office",
        "your team",
        "your colleague",
        "your colleagues",
        "case officer",
        "caseworker",
        "receptionist",
        "front desk",
    ),
    "councillor": ("councillor", "councillors", "cllr"),
    "landlord": ("my landlord", "as a landlord", "housing repairs", "my tenancy", "council house", "council flat"),
    "decision": (
        "your decision",
        "the decision",
        "the council s decision",
        "decision to refuse",
        "planning decision",
        "outcome of my complaint",
    ),
}
"""What people call each subject, in words without punctuation; the pack says which subjects there are."""

_IN_WORDS: Final[dict[str, str]] = {
    "chief_constable": "the Chief Constable",
    "commissioner": "the Commissioner",
    "police": "the police force",
    "staff": "staff of this office",
    "councillor": "a councillor",
    "landlord": "the landlord",
    "decision": "a decision",
}

_LONGEST_FIRST: Final = sorted(
    ((name, subject) for subject, names in _NAMES.items() for name in names), key=lambda each: (-len(each[0]), each)
)
_NAMED: Final = re2.compile(r"\b(?:" + "|".join(name.replace(" ", "[^a-z0-9]+") for name, _ in _LONGEST_FIRST) + r")\b")
_SUBJECT_OF: Final = dict(_LONGEST_FIRST)
_BETWEEN_WORDS: Final = re.compile(r"[\W_]+")
_ABOUT: Final = re.compile(
    r"\b(?:complain|complaint|complaints|complaining|grievance|unhappy|dissatisfied|disgusted|appalled|angry)"
    r"(?: [a-z0-9]+){0,3}? (?:about|against|regarding|concerning|of|with|re|at) "
)
_ADDRESSED: Final = re.compile(
    r"\b(?:dear|hello|hi|hiya|morning|afternoon|evening|fao|attn|cc|attention of|attention|madam|sir|"
    r"(?<!relating )(?<!relation )(?<!regard )(?<!respect )to)[^a-z0-9]+"
    r"(?:(?:the|our|your|mr|mrs|ms|madam|sir)[^a-z0-9]+){0,3}$"
)
_BEFORE: Final = 40
"""Characters before a name in which it may be said that the letter is to them."""


def subjects(contact: Contact, findings: Iterable[Finding], dealt_with_by: Mapping[str, str]) -> tuple[str, ...]:
    """The subjects of a complaint, of those that the policy knows; () where its words do not say.

    What follows "complain about" tells most; then the sentences that complain; then the whole of what was written, and
    from that only a single subject, for a long letter names many who are not complained of.
    """
    said = _plain(complaining(findings))
    after = _ABOUT.search(said)
    near = _named(said[after.end() :], dealt_with_by)[:1] if after else ()
    if near:
        return near
    in_complaint = _named(said, dealt_with_by)
    if in_complaint:
        return in_complaint
    anywhere = _named(own_words(contact).casefold(), dealt_with_by)
    return anywhere if len(anywhere) == 1 else ()


def in_words(found: Iterable[str], dealt_with_by: Mapping[str, str]) -> str:
    """One sentence a subject: what the complaint seems to be about and who deals with that."""
    return " ".join(
        f"The complaint seems to be about {_IN_WORDS[subject]}; who deals with that: {dealt_with_by[subject]}."
        for subject in found
    )


def _plain(text: str) -> str:
    """Words in lower case with single spaces between them, and nothing else."""
    return _BETWEEN_WORDS.sub(" ", text.casefold()).strip()


def _named(said: str, dealt_with_by: Mapping[str, str]) -> tuple[str, ...]:
    """The subjects whose names stand in it, each once, in order; the longest name counts where several overlap.

    `said` is in lower case; anything may stand between the words of a name but letters and digits. Whoever is written
    to, or greeted, is no subject.
    """
    found = (
        _SUBJECT_OF[_plain(match.group())]
        for match in _NAMED.finditer(said)
        if _ADDRESSED.search(said[max(0, match.start() - _BEFORE) : match.start()]) is None
    )
    return tuple(dict.fromkeys(subject for subject in found if subject in dealt_with_by))
