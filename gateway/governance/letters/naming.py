"""What a letter of a strategy's file is called: `L1`, in however many ways people write that."""

from __future__ import annotations

import re
from typing import Annotated, Final

from pydantic import AfterValidator

_ALONE: Final = re.compile(r"(?:letter\b)?\s*(?:no\.?|number|#)?\s*L?\s*0*([1-9]\d*)", re.IGNORECASE)
_BY_ID: Final = re.compile(r"\bL ?0*([1-9]\d*)\b(?!\s*\d[A-Z]{2}\b)", re.IGNORECASE)
"""In the midst of words; no district of Liverpool in a postcode (L1 8JQ)."""
_MONTHS: Final = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_NO_LETTER: Final = (
    rf"(?:st|nd|rd|th)\b|[./-]\d|\s+(?:of\s+)?(?:{_MONTHS}|second class|(?:hour|day|week|month|page)s?\b)"
)
_BY_NUMBER: Final = re.compile(
    rf"\bletter\s+(?:no\.?\s*|number\s+|#\s*)?0*([1-9]\d*)\b(?!\d|{_NO_LETTER})", re.IGNORECASE
)
"""`letter 1`, where that begins no date and counts nothing (a letter 2 weeks ago)."""


def letter_id(text: str) -> str:
    """The id that somebody writes where a letter is asked for. What names none stays as it is, and is not found.

    >>> [letter_id(text) for text in ("L1", "l1", "L 1", "Letter 1", "letter no. L01", "1", "the first")]
    ['L1', 'L1', 'L1', 'L1', 'L1', 'L1', 'the first']
    """
    found = _ALONE.fullmatch(text.strip())
    return f"L{found[1]}" if found else text


def letters_named(text: str) -> frozenset[str]:
    """The ids of the letters that a note, or whatever else people wrote, speaks of.

    >>> sorted(letters_named("By l2 and letter 3, at 2 High Street, L1 8JQ; not by letter 4 May."))
    ['L2', 'L3']
    """
    return frozenset(f"L{number}" for pattern in (_BY_ID, _BY_NUMBER) for number in pattern.findall(text))


def letters_told_by(how: str, document: str | None) -> frozenset[str]:
    """The ids of the letters by which somebody says that a person was told, or under which that is filed.

    A number alone is some other file's.

    >>> sorted(letters_told_by("By letter 1.", "L2")), sorted(letters_told_by("By telephone.", "2"))
    (['L1', 'L2'], [])
    """
    filed = letter_id(document or "")
    is_letter = not (document or "").strip().isdigit() and letters_named(filed) == {filed}
    return letters_named(how) | (frozenset({filed}) if is_letter else frozenset())


LetterId = Annotated[str, AfterValidator(letter_id)]
"""A letter's id, however it is written."""
