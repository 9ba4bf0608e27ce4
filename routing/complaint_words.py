"""What a complaint says: the sentences that complain, and all that its writer says anew."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
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
    characters, names = _MOST_CHARACTERS, _MOST_NAMES
    for part in contact.parts:
        if part.name in parts:
            text = part.own_text()[:characters]
            spoken = list(islice(spans(somebody, text), names))
            yield from _speaking_of(spoken, text)
            characters, names = characters - len(text), names - len(spoken)


def spans(names: re2.Pattern[bytes], text: str) -> Iterator[tuple[int, int]]:
    """The characters `[start, end)` of each match of a pattern of names, whose letters are ASCII ones.

    Of very many the first, so that no letter takes long. Each other character is one question mark to it: it needs no
    such, and to count characters takes longer than to find the names.
    """
    return (match.span() for match in islice(names.finditer(text.encode("ascii", "replace")), _MOST_NAMES))


def _speaking_of(spoken: Sequence[tuple[int, int]], text: str) -> Iterator[str]:
    """The sentences of `text` that a match lies in or reaches into; most of a long letter names nobody.

    Of a sentence that is cut, only the pieces that one does: else a letter without a stop would be looked at whole.
    """
    if not spoken:
        return
    stops: list[tuple[int, int]] = []
    for match in _STOP.finditer(text):
        stops.append(match.span())
        if match.start() >= spoken[-1][1]:
            break
    ends = [*(end for end, _ in stops), len(text)]
    starts = [0, *(start for _, start in stops)]
    pieces: dict[int, int] = {}
    for first, last in spoken:
        for sentence in range(bisect_left(ends, first + 1), bisect_left(starts, last)):
            start, end = starts[sentence], ends[sentence]
            reached = range((max(first, start) - start) // _LONGEST, (min(last, end) - 1 - start) // _LONGEST + 1)
            pieces |= {start + piece * _LONGEST: end for piece in reached}
    yield from (text[at : min(at + _LONGEST, end)] for at, end in pieces.items())


def callers_words(contact: Contact) -> str:
    """The writer's own words, without those of staff in a transcript."""
    return "\n".join(part.own_text() for part in contact.parts if part.name not in NOT_NEW_TEXT)[:_MOST_CHARACTERS]


def own_words(contact: Contact) -> str:
    """Not what it quotes, nor who signs."""
    return " ".join(part.text for part in contact.parts if part.name not in NOT_NEW_TEXT)[:_MOST_CHARACTERS]


def _evidence(findings: Iterable[Finding]) -> Iterator[Evidence]:
    return (evidence for finding in findings if finding.label is Label.COMPLAINT for evidence in finding.evidence)
