"""What every match of a pattern must say: derived from the pattern, so that nothing is listed by hand.

A clause is a set of pieces of which any match holds at least one. What a pattern says that is not understood here is
left out of its clauses: it is then tried too often, and never too seldom.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import combinations, pairwise
from typing import NamedTuple

from classifiers.language import ENGLISH

CLAUSES = 4
"""How many clauses of a pattern are kept, the most telling first."""

Clause = frozenset[str]
"""Pieces of words, or of two neighbouring words; a space at an end stands for the beginning or the end of a word."""

LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")
"""What words are made of; apostrophes in them are left out."""

_MOST_SPELLINGS = 96
_VERY_COMMON = frozenset(
    ["the", "to", "i", "and", "a", "of", "you", "my", "it", "in", "is", "that", "for", "on", "have", "me", "was", "not"]
)
_SHARE_OF_COMMON, _SHARE_OF_VERY_COMMON = 0.002, 0.02
"""Roughly which share of the words of a letter each of them is."""
_ONE_MORE = 20.0
_REMEMBERED = 4096
_NEIGHBOURS = 5.0
"""How much oftener two words stand side by side than chance would have it."""
_BREAKS = " -/&,;:"
_BROKEN = "b.+-/"
_LONG_ESCAPES = "0123456789xpPQ"
_WORD_ENDS = (" +", r"\b")
_LITERAL = re.compile(r"[a-z0-9]+(?![?*+{])|[a-z0-9]")
_PHRASE = re.compile(r"[a-z0-9]+(?: \+[a-z0-9]+)*+")
_BRACKETS = re.compile(r"\\.|\[.[^\]]*\]|[()|]")
_REPEAT = re.compile(r"[?*+]|\{(\d+)(?:,\d*)?\}")


class _Said(NamedTuple):
    """What part of a pattern requires. `spellings`: all it can be, where that is known and few; else `clauses`.

    `ended`: whether a word has always ended where the part ends.
    """

    spellings: frozenset[str] | None
    clauses: tuple[Clause, ...] = ()
    ended: bool = False


_ANYTHING = _Said(None)
_NOTHING = _Said(frozenset({""}))
_BREAK = _Said(frozenset({" "}), ended=True)
"""What stands between words, once or more."""


class Reader:
    """Derives clauses, of each bracket once: patterns are largely made of the same macros."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str, str], _Said] = {}

    def clauses(self, pattern: str) -> tuple[Clause, ...]:
        """The clauses of an RE2 pattern of lower-case text that matches whole words.

        >>> [sorted(clause) for clause in Reader().clauses("(?:kill|end) +it'?s?")]
        [[' end it ', ' end its ', ' kill it ', ' kill its '], [' end ', ' kill ']]
        """
        try:
            return _best([_told(self._alternatives(pattern, " ", " "))])
        except ValueError:
            return ()

    def _alternatives(self, inside: str, before: str, after: str) -> _Said:
        """What the inside of a bracket says; `before` and `after`: a space where a word ends there."""
        key = inside, before, after
        said = self._known.get(key)
        if said is None:
            said = self._known[key] = _either([self._sequence(part, before, after) for part in _branches(inside)])
        return said

    def _sequence(self, branch: str, before: str, after: str) -> _Said:
        if _PHRASE.fullmatch(branch) is not None:
            return _Said(_joined([before], [branch.replace(" +", " ") + after]), ended=after == " ")
        told: list[tuple[Clause, ...]] = []
        run: frozenset[str] = frozenset({before})
        whole = True
        at = 0
        while at < len(branch):
            ended = _ended(run)
            item, at = self._item(branch, at, " " if ended else "")
            least, repeated, at = _repeats(branch, at)
            repeated = repeated and item != _BREAK
            anew = frozenset({" " if item.ended and (ended or least) else ""})
            if least == 0:
                item = _Said(item.spellings | {""}) if item.spellings is not None and not repeated else _ANYTHING
            if ended and item.spellings is not None and len(run) * len(item.spellings) > _MOST_SPELLINGS:
                run, whole = frozenset({" "}), False  # the word before was told when it ended
            if item.spellings is None or len(run) * len(item.spellings) > _MOST_SPELLINGS:
                told += (_clauses(run), item.clauses)
                run, whole = item.spellings or anew, False
            else:
                run = _joined(run, item.spellings)
            if repeated:
                told.append(_clauses(run))
                run, whole = anew, False
            elif run != {before} and _ended(run):
                told.append(_clauses(run))
                run, whole = frozenset(map(_last_word, run)), False
        run = _joined(run, {after})
        return _Said(run if whole else None, () if whole else _best((*told, _clauses(run))), _ended(run))

    def _item(self, pattern: str, at: int, before: str) -> tuple[_Said, int]:
        """What the item at `at` says, and where it ends."""
        char = pattern[at]
        if char == "(":
            plain = pattern.startswith("(?:", at)
            if pattern.startswith("(?", at) and not plain:
                raise ValueError("flags and names are not understood")
            end = _closing(pattern, at)
            after = " " if pattern.startswith(_WORD_ENDS, end + 1) else ""
            return self._alternatives(pattern[at + (3 if plain else 1) : end], before, after), end + 1
        if char == "[":
            end = pattern.index("]", at + 2)
            members = pattern[at + 1 : end]
            return (_Said(frozenset(members)) if set(members) <= LETTERS else _ANYTHING), end + 1
        if char == "\\":
            if pattern[at + 1] in _LONG_ESCAPES:
                raise ValueError("an escape of several characters is not understood")
            return (_BREAK if pattern[at + 1] in _BROKEN else _ANYTHING), at + 2
        if char == "'":
            return _NOTHING, at + 1
        if (word := _LITERAL.match(pattern, at)) is not None:
            return _Said(frozenset({word.group()})), word.end()
        return (_BREAK if char in _BREAKS else _ANYTHING), at + 1


def _either(branches: list[_Said]) -> _Said:
    ended = all(branch.ended for branch in branches)
    spellings: frozenset[str] = frozenset().union(*(branch.spellings or () for branch in branches))
    if all(branch.spellings is not None for branch in branches) and len(spellings) <= _MOST_SPELLINGS:
        return _Said(spellings, ended=ended)
    each = [_told(branch) for branch in branches]
    if not all(each):
        return _Said(None, ended=ended)
    # Every branch meets its own first clause, so any match meets the first clauses taken together; likewise the next,
    # for which a branch that has no more says its last again.
    together = (
        frozenset().union(*(own[min(place, len(own) - 1)] for own in each)) for place in range(max(map(len, each)))
    )
    return _Said(None, tuple(map(_minimal, together)), ended)


def _branches(inside: str) -> list[str]:
    branches = []
    start = depth = 0
    for token in _BRACKETS.finditer(inside):
        sign = token.group()
        depth += (sign == "(") - (sign == ")")
        if depth < 0:
            raise ValueError("a bracket is closed that was not opened")
        if sign == "|" and depth == 0:
            branches.append(inside[start : token.start()])
            start = token.end()
    return [*branches, inside[start:]]


def _closing(pattern: str, at: int) -> int:
    """The place of the bracket that closes the one at `at`."""
    depth = 0
    for token in _BRACKETS.finditer(pattern, at):
        sign = token.group()
        depth += (sign == "(") - (sign == ")")
        if depth == 0:
            return token.start()
    raise ValueError("a bracket is not closed")


def _repeats(pattern: str, at: int) -> tuple[int, bool, int]:
    """How often at least the item before `at` is said, whether more than once, and where the pattern goes on."""
    least, repeated = 1, False
    while (found := _REPEAT.match(pattern, at)) is not None:
        sign = found.group()
        least *= int(found.group(1)) if found.group(1) else sign == "+"
        repeated |= sign != "?"
        at = found.end()
    return least, repeated, at


def _joined(run: Iterable[str], more: Iterable[str]) -> frozenset[str]:
    return frozenset([(said + more_said).replace("  ", " ") for said in run for more_said in more])


def _ended(run: Iterable[str]) -> bool:
    return all(spelling.endswith(" ") for spelling in run)


def _last_word(spelling: str) -> str:
    return spelling[max(0, spelling.rstrip().rfind(" ")) :]


def _told(said: _Said) -> tuple[Clause, ...]:
    return said.clauses if said.spellings is None else _clauses(said.spellings)


def _clauses(spellings: Iterable[str]) -> tuple[Clause, ...]:
    """One of these is said: of each its most telling piece, and the next; nothing where one could be empty."""
    ranked = [_pieces(spelling) for spelling in spellings]
    if not ranked or not all(ranked):
        return ()
    first, second = (_minimal(frozenset([pieces[:count][-1] for pieces in ranked])) for count in (1, 2))
    return (first,) if first == second else (first, second)


@lru_cache(_REMEMBERED)
def _pieces(spelling: str) -> tuple[str, ...]:
    """Its neighbouring words, or its only word; the most telling first.

    >>> sorted(_pieces("ing him now"))
    [' him now', 'ing him ']
    """
    first, *rest = spelling.split(" ")
    words = [first, *(f" {word}" for word in rest)]
    words = [*(f"{word} " for word in words[:-1]), words[-1]]
    words = [word for word in words if word.strip()]
    pairs = [left + right.lstrip() for left, right in pairwise(words)]
    return tuple(sorted(pairs or words, key=_chance))


def _minimal(clause: Clause) -> Clause:
    """Without the pieces that hold another of them."""
    if len(clause) == 1:
        return clause
    written = "\n".join(clause)
    held = [piece for piece in clause if written.count(piece) > 1]
    return frozenset([piece for piece in clause if not any(other in piece and other != piece for other in held)])


def _best(told: Iterable[tuple[Clause, ...]]) -> tuple[Clause, ...]:
    """The most telling clauses of several parts of a pattern. A part's second clause adds little to its first."""
    weighed: dict[Clause, float] = {}
    for part in told:
        for place, clause in enumerate(part):
            weighed[clause] = min(_burden(clause) * _ONE_MORE**place, weighed.get(clause, math.inf))
    return tuple(sorted(weighed, key=lambda clause: (weighed[clause], sorted(clause)))[:CLAUSES])


@lru_cache(_REMEMBERED)
def _burden(clause: Clause) -> float:
    """Roughly how often a clause is met by chance."""
    return sum(map(_chance, sorted(clause)))


@lru_cache(_REMEMBERED)
def _chance(piece: str) -> float:
    """Roughly the share of the words of a text that hold `piece`: more for short ones and for those in common words."""
    left, right = words_of(piece)
    if right:
        return _NEIGHBOURS * _chance(left) * _chance(right)
    return 4.0 ** -len(piece) + _shares().get(piece, 0.0)


@lru_cache(1)
def _shares() -> Mapping[str, float]:
    """Of every piece of a common word: the share of all the common words that hold it."""
    shares: dict[str, float] = defaultdict(float)
    for word in sorted(ENGLISH | _VERY_COMMON):
        spaced = f" {word} "
        share = _SHARE_OF_VERY_COMMON if word in _VERY_COMMON else _SHARE_OF_COMMON
        for piece in {spaced[start:end] for start, end in combinations(range(len(spaced) + 1), 2)}:
            shares[piece] += share
    return shares


def words_of(piece: str) -> tuple[str, str]:
    """The words of a piece, the second empty where it has only one.

    >>> words_of("ing him"), words_of(" kill ")
    (('ing ', ' him'), (' kill ', ''))
    """
    between = piece.find(" ", 1, -1) if piece.strip() != piece else piece.find(" ")
    return (piece, "") if between <= 0 else (piece[: between + 1], piece[between:])
