"""What a complaint says: the sentences that complain, and all that its writer says anew."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import Final

import re2

from models.contact import NOT_NEW_TEXT, Contact
from models.finding import Evidence, Finding, Label

_SUBJECT: Final = "subject"
_STOP: Final = re.compile(
    r"(?i)[.!?;\n](?:(?<=\n)\s*\n|(?<!\n)(?=\s)(?<!\bmr.)(?<!\bms.)(?<!\bdr.)(?<!\bmrs.)(?<!\brev.)(?<!\bcllr.)"
    r"(?<!\n[0-9].)(?<!\n[0-9][0-9].))"
)
"""Where a sentence ends; a line or number of a list is none: it goes on with what it is a list of.

It begins with one of few characters, which are found many times faster than what stands before them.
"""
_MOST_CHARACTERS: Final = 1_000_000
"""Of a contact that are looked at for whom it complains of, some 500 pages: all else waits while that is decided."""
_MOST_NAMES: Final = 1000
"""A letter that names people oftener says nothing new."""
_LONGEST: Final = 2000
"""Characters after which a text without any stop is cut, so that the work on each sentence has an end."""


def complaining(findings: Iterable[Finding]) -> str:
    """The sentences that the scan found to complain."""
    return " ".join(evidence.quote for evidence in _evidence(findings))


def sentences_beside(contact: Contact, findings: Iterable[Finding], somebody: re2.Pattern[bytes]) -> Iterator[str]:
    """The sentences that speak of `somebody` in the parts in which something complains: it is seldom told in one.

    Below a subject line that complains, the body goes on with it. What staff say in a transcript complains of nobody.
    """
    parts = {evidence.part for evidence in _evidence(findings)} - NOT_NEW_TEXT
    if _SUBJECT in parts:
        parts.add("body")
    for part in contact.parts:
        if part.name in parts:
            yield from _speaking_of(somebody, part.own_text()[:_MOST_CHARACTERS])


def spans(names: re2.Pattern[bytes], text: str) -> Iterator[tuple[int, int]]:
    """The characters `[start, end)` of each match of a pattern of names, whose letters are ASCII ones.

    Of very many the first, so that no letter takes long. Each other character is one question mark to it: it needs no
    such, and to count characters takes longer than to find the names.
    """
    return (match.span() for match in islice(names.finditer(text.encode("ascii", "replace")), _MOST_NAMES))


def _speaking_of(somebody: re2.Pattern[bytes], text: str) -> Iterator[str]:
    """The sentences of `text` that a match lies in or reaches into; most of a long letter names nobody."""
    spoken = list(spans(somebody, text))
    if not spoken:
        return
    stops: list[tuple[int, int]] = []
    for match in _STOP.finditer(text):
        stops.append(match.span())
        if match.start() >= spoken[-1][1]:
            break
    ends = [*(end for end, _ in stops), len(text)]
    starts = [0, *(start for _, start in stops)]
    near = (range(bisect_left(ends, first + 1), bisect_left(starts, last)) for first, last in spoken)
    for sentence in dict.fromkeys(chain.from_iterable(near)):
        start, end = starts[sentence], ends[sentence]
        yield from (text[at : min(at + _LONGEST, end)] for at in range(start, end, _LONGEST))


def callers_words(contact: Contact) -> str:
    """The writer's own words, without those of staff in a transcript."""
    return "\n".join(part.own_text() for part in contact.parts if part.name not in NOT_NEW_TEXT)[:_MOST_CHARACTERS]


def own_words(contact: Contact) -> str:
    """Not what it quotes, nor who signs."""
    return " ".join(part.text for part in contact.parts if part.name not in NOT_NEW_TEXT)[:_MOST_CHARACTERS]


def _evidence(findings: Iterable[Finding]) -> Iterator[Evidence]:
    return (evidence for finding in findings if finding.label is Label.COMPLAINT for evidence in finding.evidence)
