"""Whether names as they are written are one person's, or may be. Pure.

What somebody may do by their name asks whether it is theirs (`same_person`). Where two people are wanted, a name that
only may be the other's is in doubt, and in doubt it is one person (`may_be_one_person`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final, TypeAlias

from routing.naming import without_title

_Words: TypeAlias = tuple[str, ...]

_POSTS: Final = frozenset({
    *("the", "line", "deputy", "chief", "manager", "officer", "director", "commissioner", "team", "head", "of"),
    *("service", "services", "senior", "assistant", "acting", "interim", "leader", "lead", "member", "staff"),
    *("colleague", "adviser", "advisor", "executive", "supervisor", "coordinator", "administrator", "caseworker"),
    *("handler", "spoc", "mbe", "obe", "cbe", "jp", "jr", "sr", "ii", "iii"),
})  # fmt: skip
"""And what else stands behind a name and is no part of it."""
_ASIDE: Final = re.compile(r"[(\[{<][^)\]}>]*+[)\]}>]?")
_NAME_ENDS: Final = re.compile(r"[,;:|/@]|\s[-‐-―−]|[-‐-―−]\s")
"""After it a post may follow; after a comma a forename may, too."""
_APOSTROPHES: Final = {ord(char): None for char in "'’‘ʼ`´"}
_UNDIVIDED: Final = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe"})
"""Letters whose stroke is no sign of its own to leave out."""
_LOOKALIKES: Final = str.maketrans("авекмнорстухіјѕԁԛԝһӏαβεικνορτυχıɡɑ", "abekmhopctyxijsdqwhlabeikvoptuxiga")
"""Cyrillic and Greek letters that nobody tells from Latin ones in a list of names."""


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
    """Whether they are one person's, or would be without an initial or what stands behind one of the names.

    `P. Contact` may be Pat Contact, and so may `Pat Contact, Complaints Lead`.
    """
    if same_person(one, other):
        return True
    pairs = ((names, others) for names in _readings(one) for others in _readings(other))
    return any(_are_one(names, others) or _fit(*sorted((names, others), key=len)) for names, others in pairs)


def may_be_among(name: str, names: Iterable[str]) -> bool:
    """Whether somebody may be one of these."""
    return who_it_may_be(name, names) is not None


def who_it_may_be(name: str, names: Iterable[str]) -> str | None:
    """Which of these somebody is, or else may be; None where it is another."""
    likely = [other for other in names if may_be_one_person(name, other)]
    return next((other for other in likely if same_person(name, other)), likely[0] if likely else None)


def in_doubt(name: str, *names: str | None) -> str:
    """What to say after a refusal that rests on a doubt; empty where somebody is one of these without a doubt."""
    other = who_it_may_be(name, filter(None, names))
    if other is None or same_person(name, other):
        return ""
    return f" ({other} and {name} may be one person: write names in full)"


@lru_cache(maxsize=1024)
def _words(name: str) -> _Words:
    plain = (char for char in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(char))
    return without_title("".join(plain).translate(_UNDIVIDED).translate(_LOOKALIKES).translate(_APOSTROPHES))


def _without_post(name: _Words) -> _Words:
    """The words between posts, two at least, for Manager is a surname too; all where there is nothing but posts."""
    first, last = 0, len(name)
    if not all(map(_is_post, name)):
        while last - first > 2 and _is_post(name[first]):
            first += 1
        while last - first > 2 and _is_post(name[last - 1]):
            last -= 1
    return name[first:last]


def _is_post(word: str) -> bool:
    return word in _POSTS or word.isdigit()


def _readings(name: str) -> Iterator[_Words]:
    """The words as they may be meant: all, or without what may be no part of the name."""
    for written in dict.fromkeys((name, _bare(name))):
        yield from _with_o(_without_post(_words(written)))


def _bare(name: str) -> str:
    """Without what is in brackets, and what may be a post behind a comma or dash."""
    bare = _ASIDE.sub(" ", name)
    for end in _NAME_ENDS.finditer(bare):
        before, behind = _words(bare[: end.start()]), _words(bare[end.end() :])
        is_whole = len(before) > 1 and not all(map(_is_post, before))  # not of `Contact, Pat`
        if is_whole and (end.group() != "," or any(map(_is_post, behind))):
            return bare[: end.start()]
    return bare


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
