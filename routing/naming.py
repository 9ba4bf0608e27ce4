"""Whether a complaint names somebody who would otherwise handle it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice

from models.strategy import Strategy
from routing import titles

_BEFORE_A_SURNAME = titles.COMMON | {
    *("doctor", "pcso", "dc", "ds", "sergeant", "insp", "inspector", "supt", "superintendent"),
}
_TITLES = _BEFORE_A_SURNAME | {"sir", "dame"}
"""The last two stand before a forename; `Dear Sir` before anything."""


class _Spaced(dict[int, int]):
    """Characters to themselves, and to spaces what is neither letter nor digit; filled as characters are met."""

    def __missing__(self, code: int) -> int:
        kept = self[code] = code if chr(code).isalnum() else 32
        return kept


_SPACED = _Spaced()


@lru_cache(maxsize=1024)
def words(name: str) -> tuple[str, ...]:
    """The words of a name or address, without case or punctuation; the same few are asked for with every complaint."""
    return _parted(name.casefold())


def without_title(name: str) -> tuple[str, ...]:
    """The words of a name but titles; all of them where there is nothing else."""
    parted = words(name.replace("'", "").replace("’", ""))
    return tuple(word for word in parted if word not in _TITLES) or parted


def spellings(name: str) -> tuple[str, ...]:
    """A name as given, and begun with each of its words: `Ellery, Pat` is Pat Ellery. An address only as given."""
    parted = without_title(name)
    if "@" in name or len(parted) < 2:
        return (name,)
    return (name, *(" ".join((*parted[place:], *parted[:place])) for place in range(len(parted))))


def _parted(folded: str) -> tuple[str, ...]:
    return tuple(folded.translate(_SPACED).split())


MOST_PLACES = 1000
"""Where one word stands in a complaint that are looked at: a letter that says it oftener is made to be slow."""
_BREAK = re.compile(r"[\W_]*+")


class Said:
    """A text that names are looked for in. It is never taken apart, for texts can be very long.

    `most_places`: of each word so many are looked at, the first; None for all.
    """

    def __init__(self, text: str, *, most_places: int | None = None) -> None:
        self.folded = text.casefold()
        self._most_places = most_places
        self._holds: dict[str, bool] = {}

    def holds(self, word: str) -> bool:
        """Whether the letters of `word` are in it, alone or within a longer one."""
        held = self._holds.get(word)
        if held is None:  # the addresses of one office share most of their words
            held = self._holds[word] = word in self.folded
        return held

    def words(self) -> tuple[str, ...]:
        """All of its words."""
        return _parted(self.folded)

    def places(self, word: str) -> Iterator[int]:
        """Where `word` stands by itself, first to last."""
        return islice(self._all_places(word), self._most_places)

    def _all_places(self, word: str) -> Iterator[int]:
        text, at = self.folded, -1
        while (at := text.find(word, at + 1)) >= 0:
            if not text[max(0, at - 1) : at].isalnum() and not text[at + len(word) : at + len(word) + 1].isalnum():
                yield at

    def says(self, wanted: tuple[str, ...], at: int) -> bool:
        """Whether these words stand at `at`, one after the other, whatever is between them."""
        for word in wanted:
            end = at + len(word)
            gap = _BREAK.match(self.folded, end)
            if gap is None or not self.folded.startswith(word, at) or self.folded[end : end + 1].isalnum():
                return False
            at = gap.end()
        return True

    def before(self, at: int) -> str:
        """The word before `at`; none at the beginning."""
        text, end = self.folded, at
        while end and not text[end - 1].isalnum():
            end -= 1
        start = end
        while start and text[start - 1].isalnum():
            start -= 1
        return text[start:end]


def is_named(name: str, said: Said) -> bool:
    """Whether a person's or a post's name, or an address of theirs, stands in a text.

    Found in full (`Pat Contact`), by initial (`P Contact`), by title (`Ms Contact`), or as the words of an address
    (`pat.contact@…`); an address whose name is one common word (`spoc@…`) only in full.
    """
    local, at, _ = name.partition("@")
    wanted = words(local)
    if at and len(wanted) < 2:
        wanted = words(name)
    # Told apart from nearly every text at once: an address needs all of its words, a name its last.
    if not wanted or not all(map(said.holds, wanted if at else wanted[-1:])):
        return False
    if any(said.says(wanted, place) for place in said.places(wanted[0])):
        return True
    if len(wanted) < 2 or at:
        return False
    before = {said.before(place) for place in said.places(wanted[-1])}
    return wanted[0][0] in before or not before.isdisjoint(_BEFORE_A_SURNAME)


def handlers(strategy: Strategy) -> dict[str, str | None]:
    """Who decides on or answers under a strategy: name or address to the address they read, None where not known."""
    people: dict[str, str | None] = {approval.name: None for approval in strategy.approvals if approval.name}
    if strategy.decider:
        people[strategy.decider] = None
    if strategy.spoc:
        people[strategy.spoc.name] = strategy.spoc.address
        people[strategy.spoc.address] = strategy.spoc.address
        if strategy.spoc.deputy:
            people[strategy.spoc.deputy] = strategy.spoc.deputy
    return people
