"""Whether a complaint names somebody who would otherwise handle it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property, lru_cache

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


class Said:
    """A text that names are looked for in; taken apart only where the letters of one are in it, for texts are long."""

    def __init__(self, text: str) -> None:
        self.folded = text.casefold()
        self._holds: dict[str, bool] = {}

    def holds(self, word: str) -> bool:
        """Whether the letters of `word` are in it, alone or within a longer one."""
        held = self._holds.get(word)
        if held is None:  # the addresses of one office share most of their words
            held = self._holds[word] = word in self.folded
        return held

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Its words."""
        return _parted(self.folded)


def is_named(name: str, said: Said) -> bool:
    """Whether a person's or a post's name, or an address of theirs, stands in a text.

    Found in full (`Pat Contact`), by initial (`P Contact`), by title (`Ms Contact`), or as the words of an address
    (`pat.contact@…`); an address whose name is one common word (`spoc@…`) only in full.
    """
    local, at, _ = name.partition("@")
    wanted = words(local)
    if at and len(wanted) < 2:
        wanted = words(name)
    # Told apart from nearly every text without taking it apart: an address needs all of its words, a name its last.
    if not wanted or not all(map(said.holds, wanted if at else wanted[-1:])):
        return False
    if _stands_in(wanted, said.words):
        return True
    if len(wanted) < 2 or at:
        return False
    before = {said.words[place - 1] for place in _places(wanted[-1], said.words) if place}
    return wanted[0][0] in before or not before.isdisjoint(_BEFORE_A_SURNAME)


def _stands_in(wanted: tuple[str, ...], text: tuple[str, ...]) -> bool:
    return any(text[place : place + len(wanted)] == wanted for place in _places(wanted[0], text))


def _places(word: str, text: tuple[str, ...]) -> Iterator[int]:
    """Where `word` stands in `text`; searched in C, for texts can be long."""
    place = -1
    for _ in range(text.count(word)):
        place = text.index(word, place + 1)
        yield place


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
