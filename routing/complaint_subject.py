"""Whom a complaint seems to be about, and so who deals with it: a proposal from its words, never a decision.

A complaint about the Chief Constable is this office's, about the Commissioner the Police and Crime Panel's, about the
force the force's; the policy pack says who deals with which (`life.complaints_about`). Nothing goes anywhere because
of it: a person reads the complaint and says.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final

import re2

from models.contact import Contact
from models.finding import Finding
from models.plain_names import plain
from models.policy_life import LifeRules
from routing.complaint_conflict import RULE
from routing.complaint_words import callers_words, complaining, own_words, sentences_beside, spans
from routing.courtesies import is_courtesy
from routing.grievance import (
    Named,
    complained_now,
    complained_of,
    complains_again,
    first_complained_of,
    went_wrong_with,
)

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
        "your switchboard",
        "your reception",
        "your helpline",
        "your phone line",
        "your desk",
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

_OURS: Final = "staff"
_YOUR: Final = re2.compile(rb"(?i)\byour\b")

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
_NAMED: Final = re2.compile(
    (r"(?i)\b(?:" + "|".join(name.replace(" ", "[^a-z0-9]+") for name, _ in _LONGEST_FIRST) + r")\b").encode()
)
_SUBJECT_OF: Final = dict(_LONGEST_FIRST)
_BETWEEN_WORDS: Final = re.compile(r"[\W_]+")
_ADDRESSED: Final = re.compile(
    r"\b(?:dear|hello|hi|hiya|morning|afternoon|evening|fao|attn|cc|attention of|attention|madam|sir|"
    r"(?<!relating )(?<!relation )(?<!regard )(?<!respect )to)[^a-z0-9]+"
    r"(?:(?:the|our|your|mr|mrs|ms|madam|sir)[^a-z0-9]+){0,3}$"
)
_BEFORE: Final = 40
"""Characters before a name in which it may be said that the letter is to them."""
_BEHIND: Final = 120
"""Characters behind it in which it may be said that they, to whom the writer turned, did wrong."""


def subjects(contact: Contact, findings: Sequence[Finding], dealt_with_by: Mapping[str, str]) -> tuple[str, ...]:
    """The subjects of a complaint, of those that the policy knows; () where its words do not say.

    Of the sentences that complain: who is complained of now, or else what follows a first "complaint about", or else
    all who are named. Of the sentences beside them: who is complained of there as well. If none of these names anybody,
    the whole of what was written counts, and from that only a single subject, for a long letter names many who are not
    complained of.
    """
    said = complaining(findings)
    names = _named(said, dealt_with_by)
    in_complaint = complained_now(said, names) or first_complained_of(said, names) or (name.who for name in names)
    beside = (
        who
        for sentence in sentences_beside(contact, findings, _NAMED)
        for who in complained_of(sentence, _named(sentence, dealt_with_by))
    )
    found = tuple(dict.fromkeys((*in_complaint, *beside)))
    if found:
        return found
    anywhere = tuple(dict.fromkeys(name.who for name in _named(own_words(contact), dealt_with_by)))
    return anywhere if len(anywhere) == 1 else ()


def has_more(contact: Contact, decision_rules: Collection[str]) -> bool:
    """Whether it may complain of more than its subjects tell: of whoever handles it here, or once again of something.

    Nothing that may be about somebody or something of ours is passed on whole, though it is not plain that it is
    complained of: not where it says "your", save in a courtesy or of a subject ("your police").
    `decision_rules`: those of the reasons that its decision carries, or will.
    """
    said = callers_words(contact)
    if RULE in decision_rules or complains_again(said):
        return True
    names = _named(said, _IN_WORDS)
    told_by_name = {name.start for name in names}
    return any(name.who == _OURS for name in names) or any(
        end + 1 not in told_by_name and not is_courtesy(said, start) for start, end in spans(_YOUR, said)
    )


def what_to_do(found: Iterable[str], life: LifeRules, *, more: bool) -> str | None:
    """What is passed on of such a complaint and what stays to be answered here; None where nothing goes elsewhere.

    It is never told that nothing is due from us while a part of it is ours. `more`: it complains of something else too.
    """
    elsewhere = [subject for subject in found if subject in life.complaints_elsewhere]
    ours = [subject for subject in found if subject not in life.complaints_elsewhere]
    if not elsewhere:
        return None
    if not ours and not more:
        to = "; ".join(life.complaints_about[subject] for subject in elsewhere)
        return f"Where it is as it seems, pass it on: {to}. Say so, and nothing is due from us for it."
    parts = "; ".join(f"about {called(subject)}, to: {life.complaints_about[subject]}" for subject in elsewhere)
    kept = " and ".join(f"about {called(subject)}" for subject in ours)
    rest = f"Its part {kept} is ours" if ours else "It seems to complain of something else as well, which may be ours"
    return (
        f"Where it is as it seems, pass on only its part {parts}. {rest}: the answer to it is due from us all the same."
    )


def called(subject: str) -> str:
    """A subject in words."""
    return _IN_WORDS.get(subject, plain(subject))


def in_words(found: Iterable[str], dealt_with_by: Mapping[str, str]) -> str:
    """One sentence a subject: what the complaint seems to be about and who deals with that."""
    return " ".join(
        f"The complaint seems to be about {_IN_WORDS[subject]}; who deals with that: {dealt_with_by[subject]}."
        for subject in found
    )


def _plain(text: str) -> str:
    """Words in lower case with single spaces between them, and nothing else."""
    return _BETWEEN_WORDS.sub(" ", text.casefold()).strip()


def _named(said: str, dealt_with_by: Mapping[str, str]) -> list[Named]:
    """The subjects whose names stand in it, in order; the longest name counts where several overlap.

    Anything may stand between the words of a name but letters and digits. Whoever is written to, or greeted, is no
    subject, unless it is said at once that they did wrong.
    """
    # A letter that is none of ours between two words of a name ("PoliceÂ officer") is as good as a space.
    written = ((said[start:end].encode("ascii", "replace").decode(), start, end) for start, end in spans(_NAMED, said))
    found = (Named(_SUBJECT_OF[_plain(name)], start, end) for name, start, end in written)
    return [
        name
        for name in found
        if name.who in dealt_with_by
        and (
            _ADDRESSED.search(said[max(0, name.start - _BEFORE) : name.start].casefold()) is None
            or went_wrong_with(said[name.end : name.end + _BEHIND])
        )
    ]
