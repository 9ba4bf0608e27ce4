"""Days, counts and lists as a letter says them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time


def clock(value: time) -> str:
    """A time of day; the last minute of the day is midnight.

    >>> clock(time(9, 30)), clock(time.max)
    ('09:30', 'midnight')
    """
    return "midnight" if value == time.max else f"{value:%H:%M}"


def listed(items: Sequence[str], last: str = "and") -> str:
    """A list in a sentence.

    >>> listed(["post", "email", "telephone"], "or")
    'post, email or telephone'
    """
    *rest, end = items
    return f"{', '.join(rest)} {last} {end}" if rest else end


def times(count: int) -> str:
    """How often.

    >>> times(1), times(2), times(5)
    ('once', 'twice', '5 times')
    """
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def role(words: str) -> str:
    """Somebody by their role, within a sentence; what the policy adds of them, as in "who owns", is for staff.

    >>> role("A Director of the Council"), role("Head of Standards, who owns the policy")
    ('a Director of the Council', 'the Head of Standards')
    >>> role("Police, Fire and Crime Commissioner")
    'the Police, Fire and Crime Commissioner'
    """
    name = words.partition(", who ")[0].strip()
    article, _, rest = name.partition(" ")
    return f"{article.lower()} {rest}" if article in ("A", "An", "The") else f"the {name}"
