"""RE2 patterns that are made ready for searching when they are first tried: most are not, for a long while."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate
from typing import Any

import re2

_ANYWHERE: Any = re2._Anchor.UNANCHORED
_COUNTED = b"{0,40}"
"""How often at most what stands in a gap of a rule (`lexicon`) is said; any other count is small."""
_LEAST_MEMORY = 262_144
"""Bytes of a matcher that says where: a thirtieth of what it would take, and no slower in a sentence. (Where it needs
more it goes on without what it remembered. A set would give up, and one that looks through a whole part be slow.)"""


class Pattern:
    """A pattern over ASCII bytes; where it is none, the first search raises re2.error (see `check`).

    Most searches of most patterns find nothing. A matcher that only says whether there is a match is less than half as
    large as one that says where, all the more where it does not count (see `InALine`): it is asked first, and for most
    patterns no other is ever made.
    """

    __slots__ = ("_exactly", "_found", "_may", "text")

    def __init__(self, text: bytes) -> None:
        self.text = text
        self._may: Any = None
        self._exactly: Any = None
        self._found: Any = None

    def matches(self, data: bytes) -> bool:
        """Whether it matches anywhere in `data`."""
        if not self._may_match(data):
            return False
        if _COUNTED not in self.text:
            return True
        if self._exactly is None:
            self._exactly = _whether(self.text)
        return bool(self._exactly(data))

    def span(self, data: bytes) -> tuple[int, int] | None:
        """The bytes `[start, end)` of its first match in `data`."""
        return next(self.spans(data), None)

    def spans(self, data: bytes) -> Iterator[tuple[int, int]]:
        """The bytes `[start, end)` of each of its matches in `data`."""
        if not self._may_match(data):
            return
        if self._found is None:
            # re2's own `search` puts a generator and a match object around this, a fifth of what most searches cost.
            options = ascii_options()
            options.max_mem = _LEAST_MEMORY
            self._found = re2.compile(self.text, options)._regexp.Match
        at = 0
        while at <= len(data):
            start, end = self._found(_ANYWHERE, data, at, len(data))[0]
            if start < 0:
                return
            yield start, end
            at = max(end, start + 1)

    def _may_match(self, data: bytes) -> bool:
        if self._may is None:
            self._may = _whether(_uncounted(self.text))
        return bool(self._may(data))


class InALine:
    """A pattern that is looked for in many lines of ASCII bytes at once, each as if it stood alone.

    A matcher that counts `_COUNTED` letters from everywhere at once has thousands of states, which are made anew for
    nearly every text. One that counts nothing, and so matches more, is asked first; what it finds is then looked at
    exactly.
    """

    __slots__ = ("_exact", "_quick", "text")

    def __init__(self, text: bytes) -> None:
        self.text = text
        self._exact = Pattern(text) if _COUNTED in text else None
        self._quick: Any = None

    def matches(self, lines: bytes) -> bool:
        """Whether it matches in one of the `lines`."""
        return next(self._found(lines), None) is not None

    def among(self, lines: Sequence[bytes]) -> frozenset[int]:
        """The numbers of the lines that it matches in; none of `lines` holds a line end."""
        together = b"\n".join(lines)
        starts = list(accumulate((len(line) + 1 for line in lines), initial=0))
        return frozenset(bisect_left(starts, start) for start in self._found(together)) if lines else frozenset()

    def _found(self, lines: bytes) -> Iterator[int]:
        """Where each of the lines begins that it matches in."""
        if self._quick is None:
            options = ascii_options()
            options.never_nl = True
            self._quick = re2.compile(b"(?m:" + _uncounted(self.text) + b")", options)._regexp.Match
        at = 0
        while at <= len(lines):
            found = self._quick(_ANYWHERE, lines, at, len(lines))[0][0]
            if found < 0:
                return
            start, end = lines.rfind(b"\n", 0, found) + 1, lines.find(b"\n", found)
            end = len(lines) if end < 0 else end
            if self._exact is None or self._exact.matches(lines[start:end]):
                yield start
            at = end + 1


def _uncounted(text: bytes) -> bytes:
    """A pattern that matches wherever this one does, and more."""
    return text.replace(_COUNTED, b"*")


def _whether(text: bytes) -> Callable[[bytes], list[int]]:
    """A search for one pattern that answers with nothing where it does not match.

    A set never gives up for want of memory while it has room for two of its states, and begins anew when it is full:
    its answer is as sure as that of the one pattern.
    """
    alone = re2.Set.SearchSet(ascii_options())
    try:
        alone.Add(text)
    except re2.error:
        re2.compile(text, ascii_options())
        raise
    alone.Compile()
    match: Callable[[bytes], list[int]] = alone._set.Match
    return match


def check(patterns: Iterable[Pattern | InALine]) -> None:
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
