"""The name of whoever acts: a person's, never a machine's. Pure."""

from __future__ import annotations

from typing import Final

_MACHINES: Final = frozenset({"gateway", "system", "triage", "machine", "automatic"})


def a_person(value: str) -> str:
    """The name of somebody who acts. ValueError where it is a machine's or no name: a machine only proposes."""
    if value.strip().lower() in _MACHINES or not any(letter.isalpha() for letter in value):
        raise ValueError("expected the name of the person who does this; a machine decides nothing here")
    return value.strip()
