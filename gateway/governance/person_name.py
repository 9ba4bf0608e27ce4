"""The name of whoever acts: a person's, never a machine's. Pure."""

from __future__ import annotations

from typing import Final

from routing.naming import words

_MACHINES: Final = frozenset({"gateway", "system", "triage", "machine", "automatic"})
_BESIDE: Final = frozenset({"the", "a", "an", "this", "our", "of", "by", "computer", "software", "service"})
"""Words that are no name either, beside one of a machine's: `The Gateway`, `our triage service`."""


def a_person(value: str) -> str:
    """The name of somebody who acts. ValueError where it is a machine's or no name: a machine only proposes."""
    said = set(words(value))
    if (said & _MACHINES and said <= _MACHINES | _BESIDE) or not any(letter.isalpha() for letter in value):
        raise ValueError("expected the name of the person who does this; a machine decides nothing here")
    return value.strip()
