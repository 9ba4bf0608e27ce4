"""People's names: one form to look them up by, and whether a written name may be a given person's."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Final, TypeAlias

import re2
from rapidfuzz import fuzz

from routing import titles
from routing.identity.given_names import DIMINUTIVES, GIVEN_NAMES

Name: TypeAlias = tuple[str, ...]
"""The words of a name in order, lower case, without titles, accents, apostrophes or punctuation."""

TITLES: Final = titles.COMMON | frozenset(
    "revd sir dame lady lord master madam hon father sister capt captain major colonel".split()  # noqa: SIM905
)
_SUFFIXES: Final = frozenset(
    "esq jp obe mbe cbe ba bsc msc ma phd snr senior jnr junior ret retd frcs qc kc mp".split()  # noqa: SIM905
)
CAPITAL: Final = "[A-ZÀ-ÖØ-ÞĀ-Ž]"
LETTERS: Final = r"[^\s0-9!-&(-,./:-@\[-`{-~\x{a0}-\x{bf}\x{2000}-\x{2018}\x{201a}-\x{206f}]"
"""Classes for this package's patterns: a Latin capital; what a name's words are made of, with apostrophe and hyphen.

Unicode's own classes have hundreds of ranges, and a pattern of several of them outgrows re2's memory for it.
"""
_WORD: Final = re2.compile(r"[\pL\pM\pN]+")
_ASCII_WORD: Final = re.compile(r"[a-z0-9]++")
_APOSTROPHES: Final = {ord(c): None for c in "'’‘`´"}
_SIMILAR: Final = 85.0
"""rapidfuzz ratio from which two words of a name may be one misspelt; it only ever suggests."""


def name(text: str) -> Name:
    """The words of a name; `Tolley, Graham (Mr)` is `graham tolley`. Empty where there are none or over six.

    >>> name("Dr. Zoë O'Neill-Hart")
    ('zoe', 'oneill', 'hart')
    """
    text = text[:200]
    before, comma, after = text.partition(",")
    if comma and "," not in after and len(before.split()) <= 2 and _strip(_words(after)):
        text = f"{after} {before}"
    words = _strip(_words(text))
    return words if len(words) <= 6 and sum(map(len, words)) >= 2 else ()


def titled_surname(text: str) -> Name:
    """The surname of a name given as title and surname only (`Mr Stubbs`), else empty."""
    words = _words(text[:200])
    plain = _strip(words)
    return plain if words and words[0] in TITLES and len(plain) == 1 and len(plain[0]) > 1 else ()


def initial_surname(words: Name) -> str | None:
    """`g tolley` for Graham Tolley; None for a single word."""
    return f"{words[0][0]} {words[-1]}" if len(words) > 1 and len(words[-1]) > 1 else None


def sketch(words: Name) -> str | None:
    """Initial and surname without vowels or doubled letters, under which misspellings of a name meet."""
    if len(words) < 2 or len(words[-1]) < 3:
        return None
    kept = words[-1][0]
    for char in words[-1][1:]:
        if char not in "aeiouyh" and char != kept[-1]:
            kept += char
    return f"{words[0][0]} {kept}"


def is_given(word: str) -> bool:
    """Whether a word is a common given name."""
    return word in GIVEN_NAMES or word in DIMINUTIVES


@cache
def _forms(word: str) -> frozenset[str]:
    return DIMINUTIVES.get(word, frozenset()) | {word}


def may_be(written: Name, full: Name) -> bool:
    """Whether `written` may stand for the person called `full`: initials, a short or pet form, a part of the name.

    Every word written must be accounted for: `R Tuppen`, `Ros`, `Denise H` fit, `K Tolley` does not fit Graham Tolley.
    """
    if not written or not full:
        return False
    if len(written) == 1 and _are_initials(written[0], full):
        return True
    givens, surname = (full[:-1], full[-1]) if len(full) > 1 else (full, full[-1])
    fits_given = [any(_given_fits(word, other) for other in givens) for word in written]
    fits_surname = [_surname_fits(word, surname) for word in written]
    if len(written) == 1:
        return fits_given[0] or (fits_surname[0] and len(written[0]) > 1)
    if len(full) == 1:
        return False
    # One word, at either end, must be the surname ("Tolley Graham" is written too) and the rest the given names.
    middle = all(g or s for g, s in zip(fits_given[1:-1], fits_surname[1:-1], strict=True))
    given_first = fits_given[0] and (fits_surname[-1] or (len(full) > 2 and fits_given[-1]))
    return middle and (given_first or (fits_surname[0] and fits_given[-1]))


def similar(written: Name, full: Name) -> bool:
    """Whether two names of two words or more are the same but for spelling."""
    return min(len(written), len(full)) > 1 and fuzz.ratio(" ".join(written), " ".join(full)) >= _SIMILAR


def _given_fits(word: str, other: str) -> bool:
    if word == other or word in _forms(other) or other in _forms(word):
        return True
    if len(word) == 1 or len(other) == 1:
        # Billy Marwood signs as W. Marwood.
        initials = {form[0] for form in _forms(other)} if len(word) == 1 else {other[0]}
        return word[0] in initials
    if len(word) >= 3 and other.startswith(word):
        return True
    return not (is_given(word) and is_given(other)) and _misspelt(word, other)


def _surname_fits(word: str, other: str) -> bool:
    if len(word) == 1 or len(other) == 1:
        return word[0] == other[0]
    return (
        word == other
        or (len(other) >= 4 and word in {f"{other}y", f"{other}ie", f"{other}s"})
        or (not is_given(word) and _misspelt(word, other))
    )


def _misspelt(word: str, other: str) -> bool:
    return min(len(word), len(other)) >= 4 and fuzz.ratio(word, other) >= _SIMILAR


def _are_initials(word: str, full: Name) -> bool:
    return 2 <= len(word) <= 4 and word[0] == full[0][0] and word[-1] == full[-1][0] and len(word) <= len(full)


def _words(text: str) -> Name:
    if text.isascii():
        return tuple(_ASCII_WORD.findall(text.translate(_APOSTROPHES).lower()))
    plain = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    return tuple(_WORD.findall(plain.translate(_APOSTROPHES).lower()))


def _strip(words: Name) -> Name:
    return tuple(word for word in words if word not in TITLES and word not in _SUFFIXES)
