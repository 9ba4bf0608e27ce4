"""Whether names as they are written are one person's."""

from __future__ import annotations

from collections.abc import Iterable


def same_person(one: str, other: str) -> bool:
    """Whether two names as written are one person's."""
    return " ".join(one.casefold().split()) == " ".join(other.casefold().split())


def is_among(name: str, names: Iterable[str]) -> bool:
    """Whether somebody is one of these."""
    return any(same_person(name, other) for other in names)
