"""RE2 patterns that are made ready for searching when they are first tried: most are not, for a long while."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import re2


class Pattern:
    """A pattern over bytes; where it is none, the first search raises re2.error (see `check`)."""

    __slots__ = ("_search", "text")

    def __init__(self, text: bytes) -> None:
        self.text = text
        self._search: Any = None

    def span(self, data: bytes) -> tuple[int, int] | None:
        """The bytes `[start, end)` of its first match in `data`."""
        if self._search is None:
            self._search = re2.compile(self.text, _options()).search
        match = self._search(data)
        return None if match is None else match.span()


def check(patterns: Iterable[Pattern]) -> None:
    """Raises re2.error, with the reason, where one is not a pattern. To read them is a tenth of making them ready."""
    readable = re2.Set.SearchSet(_options())
    for pattern in patterns:
        try:
            readable.Add(pattern.text)
        except re2.error:
            re2.compile(pattern.text, _options())
            raise


def _options() -> Any:
    options = re2.Options()
    options.log_errors = False
    options.never_capture = True
    return options
