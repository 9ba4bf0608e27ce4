"""Whether names as they are written are one person's. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import dropwhile
from typing import Final

from routing.naming import without_title

_POSTS: Final = frozenset({"the", "line", "deputy", "chief", "manager", "officer", "director", "commissioner", "team"})


def same_person(one: str, other: str) -> bool:
    """Whether two names as written are one person's: `Dr Iris Manager` and `manager, iris` are.

    Titles, case, punctuation and the order of the words say nothing about who somebody is, nor does a post before the
    name: `manager Sam Staff` is Sam Staff.
    """
    names, others = without_title(one), without_title(other)
    return sorted(names) == sorted(others) or sorted(_without_post(names)) == sorted(_without_post(others))


def is_among(name: str, names: Iterable[str]) -> bool:
    """Whether somebody is one of these."""
    return any(same_person(name, other) for other in names)


def _without_post(name: tuple[str, ...]) -> tuple[str, ...]:
    """The words after a post; all of them where fewer than two are left, for Manager is a surname too."""
    left = tuple(dropwhile(_POSTS.__contains__, name))
    return left if len(left) > 1 else name
