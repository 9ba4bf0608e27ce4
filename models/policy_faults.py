"""A fault in a policy pack: where it stands, and the words that say what may have been meant."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from difflib import get_close_matches

Location = tuple[str | int, ...]
Fault = tuple[Location, str]


def meant(word: str, known: Iterable[str]) -> str:
    """The end of a fault: what was meant, or else all that there is."""
    names = list(known)
    return close_to(word, names) or f"; there are {', '.join(names) or 'none'}"


def close_to(word: str, known: Collection[str]) -> str:
    """The same; nothing where no name is like it."""
    close = get_close_matches(word, known, n=1)
    return f"; did you mean {close[0]}?" if close else ""


def one_of(words: Iterable[str]) -> str:
    """What is expected, where it is one of these."""
    return ", ".join(words)
