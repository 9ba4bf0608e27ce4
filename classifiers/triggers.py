"""Which patterns could match a sentence, told from its words: sound, and far cheaper than trying them.

From each pattern clauses are derived: sets of pieces of words of which every match must hold at least one. A sentence
that lacks a clause cannot match. Nothing is listed by hand; what a pattern says that is not understood here is left
out of its clauses, so that it is tried too often and never too seldom.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, reduce
from operator import or_

from classifiers.language import ENGLISH

CLAUSES = 4
"""How many clauses of a pattern are kept, the most telling first."""

Clause = frozenset[str]
"""Pieces of words; a space at an end stands for the beginning or the end of the word."""

_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")
_MOST_SPELLINGS = 48
_KEY = 3
_MOST_PARTS = 4
"""Of a word with apostrophes; one with more is only looked at roughly."""
_MOST_WORDS = 40_000
_WORDS = bytes(byte if chr(byte) in _LETTERS or byte == ord("'") else ord(" ") for byte in range(256))
_COMMON = [f" {word} " for word in sorted(ENGLISH)]
_BREAKS = " -/&,;:"
_BROKEN = "b.+-/"
_LONG_ESCAPES = "0123456789xpPQ"
_REPEAT = re.compile(r"[?*+]|\{(\d+)(?:,\d*)?\}")


@dataclass(frozen=True, slots=True)
class _Said:
    """What part of a pattern requires. `spellings`: all it can be, where that is known and few; else `clauses`."""

    spellings: frozenset[str] | None
    clauses: tuple[Clause, ...] = ()


_ANYTHING = _Said(None)
_NOTHING = _Said(frozenset({""}))
_BREAK = _Said(frozenset({" "}))
"""What stands between words, once or more."""


def clauses_of(pattern: str) -> tuple[Clause, ...]:
    """The clauses of an RE2 pattern of lower-case text that matches whole words; apostrophes are left out of it.

    >>> clauses_of("(?:kill|end) +it'?s?")
    (frozenset({' kill ', ' end '}), frozenset({' it ', ' its '}))
    """
    try:
        said, end = _alternatives(pattern, 0, " ", " ")
    except ValueError:
        return ()
    return _best(_told(said)) if end == len(pattern) else ()


def _alternatives(pattern: str, at: int, before: str = "", after: str = "") -> tuple[_Said, int]:
    """What the pattern says from `at` to its closing bracket; `before` and `after`: a space where a word ends there."""
    branches: list[_Said] = []
    while True:
        branch, at = _sequence(pattern, at, before, after)
        branches.append(branch)
        if at >= len(pattern) or pattern[at] != "|":
            break
        at += 1
    spellings: frozenset[str] = frozenset().union(*(branch.spellings or () for branch in branches))
    if all(branch.spellings is not None for branch in branches) and len(spellings) <= _MOST_SPELLINGS:
        return _Said(spellings), at
    each = [_best(_told(branch)) for branch in branches]
    # Every branch meets its own first clause, so any match meets the first clauses taken together; likewise the next.
    return _Said(None, tuple(_minimal(frozenset().union(*some)) for some in zip(*each, strict=False))), at


def _sequence(pattern: str, at: int, before: str, after: str) -> tuple[_Said, int]:
    clauses: list[Clause] = []
    run: frozenset[str] = frozenset({before})
    whole = True
    while at < len(pattern) and pattern[at] not in "|)":
        edge = " " if run == _BREAK.spellings else ""
        item, at = _item(pattern, at, edge)
        least, repeated, at = _repeats(pattern, at)
        repeated = repeated and item != _BREAK
        if least == 0:
            item = _Said(item.spellings | {""}) if item.spellings is not None and not repeated else _ANYTHING
        if item.spellings is None or len(run) * len(item.spellings) > _MOST_SPELLINGS:
            clauses += (*_clauses(run), *item.clauses)
            run, whole = item.spellings or frozenset({""}), False
        else:
            run = _joined(run, item.spellings)
        if repeated or (run != {before} and all(spelling.endswith(" ") for spelling in run)):
            clauses += _clauses(run)
            run, whole = frozenset({"" if repeated else " "}), False
    run = _joined(run, {after})
    return (_Said(run) if whole else _Said(None, _best((*clauses, *_clauses(run))))), at


def _joined(run: Iterable[str], more: Iterable[str]) -> frozenset[str]:
    return frozenset((said + more_said).replace("  ", " ") for said in run for more_said in more)


def _item(pattern: str, at: int, edge: str) -> tuple[_Said, int]:
    char = pattern[at]
    if char == "(":
        plain = pattern.startswith("(?:", at)
        if pattern.startswith("(?", at) and not plain:
            raise ValueError("flags and names are not understood")
        said, end = _alternatives(pattern, at + (3 if plain else 1), edge)
        return said, end + 1
    if char == "[":
        end = pattern.index("]", at + 2)
        members = pattern[at + 1 : end]
        return (_Said(frozenset(members)) if set(members) <= _LETTERS else _ANYTHING), end + 1
    if char == "\\":
        if pattern[at + 1] in _LONG_ESCAPES:
            raise ValueError("an escape of several characters is not understood")
        return (_BREAK if pattern[at + 1] in _BROKEN else _ANYTHING), at + 2
    if char == "'":
        return _NOTHING, at + 1
    if char in _LETTERS:
        return _Said(frozenset({char})), at + 1
    return (_BREAK if char in _BREAKS else _ANYTHING), at + 1


def _repeats(pattern: str, at: int) -> tuple[int, bool, int]:
    """How often at least the item before `at` is said, whether more than once, and where the pattern goes on."""
    least, repeated = 1, False
    while (found := _REPEAT.match(pattern, at)) is not None:
        sign = found.group()
        least *= int(found.group(1)) if found.group(1) else sign == "+"
        repeated |= sign != "?"
        at = found.end()
    return least, repeated, at


def _told(said: _Said) -> tuple[Clause, ...]:
    return said.clauses if said.spellings is None else _clauses(said.spellings)


def _clauses(spellings: Iterable[str]) -> tuple[Clause, ...]:
    """One of these is said: of each its longest piece of a word, and the next; nothing where one could be empty."""
    ranked = [sorted(filter(str.strip, _pieces(spelling)), key=len, reverse=True) for spelling in spellings]
    if not ranked or not all(ranked):
        return ()
    longest, second = (_minimal(frozenset(pieces[:count][-1] for pieces in ranked)) for count in (1, 2))
    return (longest,) if longest == second else (longest, second)


def _pieces(spelling: str) -> list[str]:
    first, *rest = spelling.split(" ")
    words = [first, *(f" {word}" for word in rest)]
    return [f"{word} " for word in words[:-1]] + words[-1:]


def _minimal(clause: Clause) -> Clause:
    """Without the pieces that hold another of them."""
    return frozenset(piece for piece in clause if not any(other != piece and other in piece for other in clause))


def _best(clauses: Iterable[Clause]) -> tuple[Clause, ...]:
    return tuple(sorted(dict.fromkeys(clauses), key=lambda clause: (_burden(clause), sorted(clause)))[:CLAUSES])


def _burden(clause: Clause) -> float:
    """Roughly how often a clause is met by chance: for its short pieces, and for common words that hold a piece."""
    return sum(4.0 ** -len(piece) + _common(piece) for piece in clause)


@cache
def _common(piece: str) -> float:
    """The share of the words of a text that hold `piece`, as though its common words were used alike."""
    return 0.002 * sum(piece in word for word in _COMMON)


class Triggers:
    """Which of `patterns` (expanded, as RE2 reads them) could match a sentence."""

    def __init__(self, patterns: Sequence[str]) -> None:
        self._count = len(patterns)
        self._every = (1 << self._count) - 1
        self._always = 0
        pieces: dict[str, int] = defaultdict(int)
        for number, pattern in enumerate(patterns):
            clauses = clauses_of(pattern)
            for place in range(CLAUSES):
                bit = 1 << (place * self._count + number)
                if place >= len(clauses):
                    self._always |= bit
                    continue
                for piece in clauses[place]:
                    pieces[piece] |= bit
        self._met = _Met(pieces)

    def possible(self, sentences: Sequence[bytes]) -> Iterator[list[int]]:
        """For each folded sentence the numbers of the patterns that could match it, ascending."""
        met, count = self._met, self._count
        met.forget()
        for data in sentences:
            words = data.translate(_WORDS)
            found = reduce(or_, map(met.__getitem__, words.split()), self._always)
            # All four clauses: the first two and the last two of each pattern, then both.
            both = found & found >> 2 * count
            yield _numbers(both & both >> count & self._every)


def _numbers(bits: int) -> list[int]:
    numbers = []
    while bits:
        lowest = bits & -bits
        numbers.append(lowest.bit_length() - 1)
        bits ^= lowest
    return numbers


class _Met(dict[bytes, int]):
    """What each word meets, worked out the first time the word is seen: linear in its length."""

    def __init__(self, pieces: dict[str, int]) -> None:
        super().__init__()
        self._pieces: dict[str, list[tuple[str, bool, bool, int]]] = {}
        for piece, bits in pieces.items():
            letters = piece.strip()
            known = (letters, piece.startswith(" "), piece.endswith(" "), bits)
            self._pieces.setdefault(letters[:_KEY], []).append(known)

    def __missing__(self, word: bytes) -> int:
        parts = [part for part in word.decode("ascii").split("'") if part]
        bits = 0
        if len(parts) > _MOST_PARTS:
            bits = self._read("".join(parts), anywhere=True)
        else:
            for start in range(len(parts)):
                # `he's` is `he`, `s` and `hes`.
                for end in range(start, len(parts)):
                    bits |= self._read("".join(parts[start : end + 1]), anywhere=False)
        self[word] = bits
        return bits

    def _read(self, text: str, *, anywhere: bool) -> int:
        """What `text` meets between spaces; `anywhere`: with a space wherever a piece asks for one."""
        bits = 0
        for at in range(len(text)):
            for length in range(1, _KEY + 1):
                for letters, left, right, own in self._pieces.get(text[at : at + length], ()):
                    fits = anywhere or ((not left or at == 0) and (not right or at + len(letters) == len(text)))
                    if fits and text.startswith(letters, at):
                        bits |= own
        return bits

    def forget(self) -> None:
        """Start anew where strange words have filled the memory."""
        if len(self) > _MOST_WORDS:
            self.clear()
