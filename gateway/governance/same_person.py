"""Whether names as they are written are one person's. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from routing.naming import without_title


def same_person(one: str, other: str) -> bool:
    """Whether two names as written are one person's: `Dr Iris Manager` and `manager, iris` are.

    Titles, case, punctuation and the order of the words say nothing about who somebody is.
    """
    return sorted(without_title(one)) == sorted(without_title(other))


def is_among(name: str, names: Iterable[str]) -> bool:
    """Whether somebody is one of these."""
    return any(same_person(name, other) for other in names)
