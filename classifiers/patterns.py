"""RE2 patterns that are made ready for searching when they are first tried: most are not, for a long while."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import re2

_ANYWHERE: Any = re2._Anchor.UNANCHORED


class Pattern:
    """A pattern over ASCII bytes; where it is none, the first search raises re2.error (see `check`)."""

    __slots__ = ("_match", "text")

    def __init__(self, text: bytes) -> None:
        self.text = text
        self._match: Any = None

    def span(self, data: bytes) -> tuple[int, int] | None:
        """The bytes `[start, end)` of its first match in `data`."""
        if self._match is None:
            # re2's own `search` puts a generator and a match object around this, a fifth of what most searches cost.
            self._match = re2.compile(self.text, ascii_options())._regexp.Match
        start, end = self._match(_ANYWHERE, data, 0, len(data))[0]
        return None if start < 0 else (start, end)


def check(patterns: Iterable[Pattern]) -> None:
    """Raises re2.error, with the reason, where one is not a pattern. To read them is a tenth of making them ready."""
    readable = re2.Set.SearchSet(ascii_options())
    for pattern in patterns:
        try:
            readable.Add(pattern.text)
        except re2.error:
            re2.compile(pattern.text, ascii_options())
            raise


def ascii_options() -> Any:
    """Options for patterns over ASCII that need no groups.

    In Latin-1 whatever is not of a class is one byte, in UTF-8 one of four ways to write a character: a matcher that
    knows only one byte is a quarter smaller and faster, and of ASCII both say the same.
    """
    options = re2.Options()
    options.log_errors = False
    options.never_capture = True
    options.encoding = re2.Options.Encoding.LATIN1
    return options
