"""Titles before a name, as everybody writes them; who looks for more adds their own."""

from __future__ import annotations

from typing import Final

COMMON: Final = frozenset(
    "mr mrs ms miss mx dr prof professor rev reverend cllr councillor pc sgt".split()  # noqa: SIM905 - reads better
)
"""Lower case, without a full stop. They stand before a surname, and are no part of it."""
