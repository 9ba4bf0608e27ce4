"""Whether names as they are written are one person's, or may be. Pure.

What somebody may do by their name asks whether it is theirs (`same_person`). Where two people are wanted, a name that
only may be the other's is in doubt, and in doubt it is one person (`may_be_one_person`).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import dropwhile
from typing import Final, TypeAlias

from routing.naming import without_title

_Words: TypeAlias = tuple[str, ...]

_POSTS: Final = frozenset({"the", "line", "deputy", "chief", "manager", "officer", "director", "commissioner", "team",
                           "head", "of", "service", "senior", "assistant", "acting", "interim", "leader"})  # fmt: skip
_APOSTROPHES: Final = {ord(char): None for char in "'’‘ʼ`´"}
_UNDIVIDED: Final = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe"})
"""Letters whose stroke is no sign of its own to leave out."""


def same_person(one: str, other: str) -> bool:
    """Whether two names as written are one person's: `Dr Iris Mánager` and `manager, iris` are.

    Titles, case, accents, punctuation, the order of the words and where one ends say nothing about who somebody is, nor
    does a post before the name: `manager Sam Staff` is Sam Staff.
    """
    names, others = _words(one), _words(other)
    return _are_one(names, others) or _are_one(_without_post(names), _without_post(others))


def is_among(name: str, names: Iterable[str]) -> bool:
    """Whether somebody is one of these."""
    return any(same_person(name, other) for other in names)


def may_be_one_person(one: str, other: str) -> bool:
    """Whether they are one person's, or one has only the initial of what the other has in full: `P. Contact`."""
    if same_person(one, other):
        return True
    names, others = (_without_post(_words(name)) for name in (one, other))
    return any(_fit(*sorted((first, second), key=len)) for first in _with_o(names) for second in _with_o(others))


def may_be_among(name: str, names: Iterable[str]) -> bool:
    """Whether somebody may be one of these."""
    return who_it_may_be(name, names) is not None


def who_it_may_be(name: str, names: Iterable[str]) -> str | None:
    """Which of these somebody is, or else may be; None where it is another."""
    likely = [other for other in names if may_be_one_person(name, other)]
    return next((other for other in likely if same_person(name, other)), likely[0] if likely else None)


def in_doubt(name: str, *names: str | None) -> str:
    """What to say after a refusal that rests on an initial; empty where somebody is one of these without a doubt."""
    other = who_it_may_be(name, filter(None, names))
    if other is None or same_person(name, other):
        return ""
    return f" ({other} and {name} may be one person: write names in full)"


@lru_cache(maxsize=1024)
def _words(name: str) -> _Words:
    plain = (char for char in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(char))
    return without_title("".join(plain).translate(_UNDIVIDED).translate(_APOSTROPHES))


def _without_post(name: _Words) -> _Words:
    """The words after a post; all of them where fewer than two are left, for Manager is a surname too."""
    left = tuple(dropwhile(_POSTS.__contains__, name))
    return left if len(left) > 1 else name


def _are_one(names: _Words, others: _Words) -> bool:
    return sorted(names) == sorted(others) or not set(_run_together(names)).isdisjoint(_run_together(others))


def _run_together(name: _Words) -> Iterator[str]:
    """The letters, begun with each word in turn: `O Brien, Pat` is Pat OBrien."""
    return ("".join((*name[place:], *name[:place])) for place in range(len(name)))


def _with_o(name: _Words) -> Iterator[_Words]:
    """As it is; and with what may be an Irish O, and no initial, before the word that it belongs to."""
    yield name
    for place in range(len(name) - 1):
        if name[place] == "o":
            yield (*name[:place], f"o{name[place + 1]}", *name[place + 2 :])


def _fit(fewer: _Words, more: _Words) -> bool:
    """Whether a full word is in both, and every other is an initial or has its own in the other name."""
    left, unmatched = list(more), []
    for word in fewer:
        if word in left:
            left.remove(word)
        else:
            unmatched.append(word)
    if len(fewer) < 2 or not any(len(word) > 1 for word in set(fewer) & set(more)):
        return False
    for word in unmatched:
        its = next((other for other in left if 1 in (len(word), len(other)) and word[0] == other[0]), None)
        if its is None:
            return False
        left.remove(its)
    return all(len(word) == 1 for word in left)
