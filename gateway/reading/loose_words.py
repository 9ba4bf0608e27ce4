"""The words in JSON of no form we know: kept and scanned all the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def loose_words(value: Any) -> str:
    """Every text within `value` (lists and objects, however deep), a line each, in order; "" where there is none."""
    found: list[str] = []
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            found.append(one.replace("\x00", "").strip())
        elif isinstance(one, Mapping):
            waiting.extend(reversed(list(one.values())))
        elif isinstance(one, list):
            waiting.extend(reversed(one))
    return "\n".join(filter(None, found))
