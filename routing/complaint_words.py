"""What a complaint says: the sentences that complain, and all that its writer says anew."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from models.contact import NOT_NEW_TEXT, Contact
from models.finding import Evidence, Finding, Label

_SUBJECT: Final = "subject"
_STOP: Final = re.compile(
    r"(?i)(?<!\bmr)(?<!\bms)(?<!\bdr)(?<!\bmrs)(?<!\brev)(?<!\bcllr)(?<!\n[0-9])(?<!\n[0-9][0-9])[.!?;](?=\s)|\n\s*\n"
)
"""Where a sentence ends; a line or number of a list is none: it goes on with what it is a list of."""
_LONGEST: Final = 2000
"""Characters after which a text without any stop is cut, so that the work on each sentence has an end."""


def complaining(findings: Iterable[Finding]) -> str:
    """The sentences that the scan found to complain."""
    return " ".join(evidence.quote for evidence in _evidence(findings))


def sentences_beside(contact: Contact, findings: Iterable[Finding]) -> Iterator[str]:
    """The sentences of the parts in which something complains: a complaint is seldom told in one.

    Below a subject line that complains, the body goes on with it. What staff say in a transcript complains of nobody.
    """
    parts = {evidence.part for evidence in _evidence(findings)} - NOT_NEW_TEXT
    if _SUBJECT in parts:
        parts.add("body")
    for part in contact.parts:
        if part.name in parts:
            for sentence in _STOP.split(part.own_text()):
                yield from (sentence[start : start + _LONGEST] for start in range(0, len(sentence), _LONGEST))


def callers_words(contact: Contact) -> str:
    """The writer's own words, without those of staff in a transcript."""
    return "\n".join(part.own_text() for part in contact.parts if part.name not in NOT_NEW_TEXT)


def own_words(contact: Contact) -> str:
    """Not what it quotes, nor who signs."""
    return " ".join(part.text for part in contact.parts if part.name not in NOT_NEW_TEXT)


def _evidence(findings: Iterable[Finding]) -> Iterator[Evidence]:
    return (evidence for finding in findings if finding.label is Label.COMPLAINT for evidence in finding.evidence)
