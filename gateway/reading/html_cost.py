"""Whether a page is made to be slow: what a parser does for some pages grows with the square of their length.

A megabyte of elements within each other takes it a minute, and whatever else waits for a child waits that long.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Final

_SHORT: Final = 20_000
"""A page so short is parsed in a moment, whatever it holds."""
_DEEPEST: Final = 2_000
"""Elements open at once. Browsers keep some five hundred."""
_MOST_FORMATS: Final = 500
"""Of them such as are opened anew in each paragraph until they are closed."""
_MOST_ATTRIBUTES: Final = 2_000
"""Of one element."""
_LONG_TAG: Final = 4_000

_TOKEN: Final = re.compile(r"""<(?:!--|(/?)([a-zA-Z][^\s/>]*+)((?:[^>=]++|=\s*+(?:"[^"]*+"|'[^']*+')?+)*+))""")
"""Possessive throughout: nothing is tried twice, whatever it is given."""
_TAG: Final = re.compile(r"""<[a-zA-Z][^\s/>]*+(?:[^>=]++|=\s*+(?:"[^"]*+"|'[^']*+')?+)*+""")
_QUOTED: Final = re.compile(r"""=\s*+(?:"[^"]*+"|'[^']*+')""")
_FORMATS: Final = frozenset(("a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "u"))
_MOST_ALIKE: Final = 3
"""Formats in the same words that are kept."""
_CELLS: Final = frozenset(("td", "th", "caption"))
_ENDS_CELL: Final = _CELLS | {"tr", "tbody", "thead", "tfoot"}
_NEVER_NESTED: Final = frozenset(
    (
        # These hold nothing.
        *(
            "area",
            "base",
            "br",
            "col",
            "embed",
            "hr",
            "img",
            "input",
            "link",
            "meta",
            "param",
            "source",
            "track",
            "wbr",
        ),
        # The next one closes these.
        *("p", "li", "dt", "dd", "tr", "tbody", "thead", "tfoot", "colgroup", "rp", "rt"),
    )
)
_FLAT: Final = tuple(f"<{name}{end}" for name in ("p", "br", "td", "th", "tr", "li", "hr", "img") for end in (">", " "))
"""How most of the elements begin that hold no others for long."""


def is_dear(source: str) -> bool:
    """Whether it is left to no parser."""
    if len(source) < _SHORT or not _may_be_dear(source):
        return False
    page, at = _Page(), 0
    while (token := _TOKEN.search(source, at)) is not None:
        closes, name, attributes = token.groups()
        at = token.end()
        if name is None:  # a comment
            at = source.find("-->", at)
            if at < 0:
                return False
            continue
        if len(attributes) > _LONG_TAG and _count(attributes) > _MOST_ATTRIBUTES:
            return True
        if closes:
            page.close(name.lower())
        else:
            page.open(name.lower(), attributes)
        if len(page.elements) > _DEEPEST or len(page.formats) > _MOST_FORMATS:
            return True
    return False


def _may_be_dear(source: str) -> bool:
    """Told at a glance of most pages: it opens few elements that hold others, and has no long tag."""
    lowered = source.lower()
    opened = lowered.count("<") - lowered.count("</") - lowered.count("<!") - sum(map(lowered.count, _FLAT))
    return opened > _DEEPEST or max(map(len, _TAG.findall(source)), default=0) > _LONG_TAG


class _Page:
    """What is open, about as a parser has it. `formats`: what is opened anew in each paragraph, until it is closed."""

    def __init__(self) -> None:
        self.elements: list[tuple[str, int]] = []
        self.formats: list[tuple[str, str]] = []
        self._counts: Counter[str] = Counter()
        self._alike: Counter[tuple[str, str]] = Counter()
        self._formats: Counter[str] = Counter()
        # Where tables and cells stand among the elements.
        self._tables: list[int] = []

    def open(self, name: str, attributes: str) -> None:
        """An opening tag."""
        if name in _ENDS_CELL:
            self._end_cell()
        if name in _NEVER_NESTED:
            return
        if name == "table" or name in _CELLS:
            self._tables.append(len(self.elements))
        self.elements.append((name, len(self.formats)))
        self._counts[name] += 1
        format_ = (name, attributes)
        if name in _FORMATS and self._alike[format_] < _MOST_ALIKE:
            self._alike[format_] += 1
            self._formats[name] += 1
            self.formats.append(format_)

    def close(self, name: str) -> None:
        """A closing tag; with an element all within it is closed, but its formats go on behind it."""
        if name in _ENDS_CELL:
            self._end_cell()
        if name in _FORMATS and self._formats[name] > 0:
            self._end_format(name)
        while self._counts[name] > 0:
            if self._pop() == name:
                return

    def _pop(self) -> str:
        name, _formats = self.elements.pop()
        self._counts[name] -= 1
        if self._tables and self._tables[-1] == len(self.elements):
            self._tables.pop()
        return name

    def _end_cell(self) -> None:
        """A cell of the innermost table: no format goes on beyond it."""
        if not self._tables:
            return
        place = self._tables[-1]
        name, formats = self.elements[place]
        if name in _CELLS:
            while len(self.elements) > place:
                self._pop()
            while len(self.formats) > formats:
                self._forget(len(self.formats) - 1)

    def _end_format(self, name: str) -> None:
        place = len(self.formats) - 1
        while self.formats[place][0] != name:
            place -= 1
        self._forget(place)

    def _forget(self, place: int) -> None:
        format_ = self.formats.pop(place)
        self._alike[format_] -= 1
        self._formats[format_[0]] -= 1


def _count(attributes: str) -> int:
    """How many there may be, at most."""
    return len(_QUOTED.sub(" ", attributes).replace("/", " ").split())
