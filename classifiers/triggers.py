"""Which patterns could match a sentence, told from its words: sound, and far cheaper than trying them.

Of each pattern clauses are known: a sentence that lacks one of them cannot match.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from classifiers.clauses import CLAUSES, LETTERS, words_of
from classifiers.known_clauses import KnownReader

_MOST_PARTS = 4
"""Of a word with apostrophes; one with more is only looked at roughly."""
_MOST_WORDS = 15_000
"""Of which is remembered what they meet: about a KB each, as many words meet the same."""
_CLAUSE_BITS = 32
_WORDS = bytes(byte if chr(byte) in LETTERS or byte == ord("'") else ord(" ") for byte in range(256))


class Triggers:
    """Which of `patterns` (expanded, as RE2 reads them) could match a sentence."""

    def __init__(self, patterns: Sequence[str]) -> None:
        self._count = len(patterns)
        self._every = (1 << self._count) - 1
        self._always = 0
        reader = KnownReader()
        meetings = _Meetings()
        for number, pattern in enumerate(patterns):
            clauses = reader.clauses(pattern)
            for place in range(CLAUSES):
                clause = place * self._count + number
                if place >= len(clauses):
                    self._always |= 1 << clause
                    continue
                for piece in clauses[place]:
                    meetings.add(piece, clause)
        self._met = _Met(meetings)

    def possible(self, sentences: Sequence[bytes]) -> Iterator[list[int]]:
        """For each folded sentence the numbers of the patterns that could match it, ascending."""
        met, count = self._met, self._count
        met.forget()
        for data in sentences:
            found, before = self._always, 0
            for alone, first, second in map(met.__getitem__, data.translate(_WORDS).split()):
                found |= alone
                if beside := before & second:
                    found |= beside
                before = first
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


def _bits(numbers: set[int]) -> int:
    if not numbers:
        return 0
    bits = bytearray(max(numbers) // 8 + 1)
    for number in numbers:
        bits[number // 8] |= 1 << number % 8
    return int.from_bytes(bits, "little")


class _Meets(NamedTuple):
    """The clauses met by a word, as bits: by itself, as the first of two neighbours, and as the second of two."""

    alone: int
    first: int
    second: int


_NO_WORD = _Meets(0, -1, 0)
"""Apostrophes alone: what stands behind them may be the neighbour of anything."""


class _Meetings:
    """Which clauses the words of pieces meet, as numbers in rows.

    As objects they would be written on by who reads them, and then each child of the nursery has them for itself; and
    what they were made from would leave holes in its memory.
    """

    def __init__(self) -> None:
        self.places: dict[str, int] = {}
        self._written = array("Q")

    def add(self, piece: str, clause: int) -> None:
        """A piece of `clause`: its word alone, or its words as the first and the second of two."""
        left, right = words_of(piece)
        if right:
            self._add(left, 1, clause)
            self._add(right, 2, clause)
        else:
            self._add(left, 0, clause)

    def _add(self, word: str, field: int, clause: int) -> None:
        place = self.places.setdefault(word, len(self.places) * len(_Meets._fields))
        self._written.append((place + field) << _CLAUSE_BITS | clause)

    def rows(self) -> tuple[array[int], array[int]]:
        """All clauses, by word and field and each once; and where those of each word and field end, after a 0."""
        written = np.unique(np.frombuffer(self._written, dtype=np.uint64))
        row = (written >> np.uint64(_CLAUSE_BITS)).astype(np.int64)
        ends = np.cumsum(np.bincount(row, minlength=len(self.places) * len(_Meets._fields)))
        clauses = (written & np.uint64((1 << _CLAUSE_BITS) - 1)).astype(np.uint32)
        return array("I", clauses.tobytes()), array("I", [0, *ends.tolist()])


class _Met(dict[bytes, _Meets]):
    """What each word meets, worked out the first time the word is seen: linear in its length.

    Two neighbours meet a clause where it has a pair that begins like the first and a pair that ends like the second.
    """

    def __init__(self, meetings: _Meetings) -> None:
        super().__init__()
        self._bits: dict[int, int] = {}
        self._same: dict[_Meets, _Meets] = {}
        self._places = meetings.places
        self._longest = max(map(len, self._places), default=0)
        self._clauses, self._ends = meetings.rows()

    def __missing__(self, word: bytes) -> _Meets:
        meets = self._parted([part for part in word.decode("ascii").split("'") if part])
        self[word] = meets = self._shared(meets)
        return meets

    def _shared(self, meets: _Meets) -> _Meets:
        """An equal one that is remembered already, or at least is made of numbers that are."""
        known = self._same.get(meets)
        if known is None:
            known = _Meets(*(self._bits.setdefault(bits, bits) for bits in meets))
            self._same[known] = known
        return known

    def _parted(self, parts: Sequence[str]) -> _Meets:
        """What a word meets that apostrophes part: `he's` is `he`, `s` and `hes`."""
        if not parts:
            return _NO_WORD
        if len(parts) > _MOST_PARTS:
            alone, first, second = self._read("".join(parts), anywhere=True)
            return _Meets(alone | first & second, first, second)
        alone = 0
        firsts, seconds = [0] * len(parts), [0] * (len(parts) + 1)
        for start in range(len(parts)):
            for end in range(start, len(parts)):
                read = self._read("".join(parts[start : end + 1]), anywhere=False)
                alone |= read.alone
                firsts[end] |= read.first
                seconds[start] |= read.second
        for end, first in enumerate(firsts):
            alone |= first & seconds[end + 1]
        return _Meets(alone, firsts[-1], seconds[0])

    def _read(self, text: str, *, anywhere: bool) -> _Meets:
        """What `text` meets between spaces; `anywhere`: with a space wherever a piece asks for one."""
        edged = text if anywhere else f" {text} "
        found = {
            edged[start:end]
            for start in range(len(edged))
            for end in range(start + 1, min(len(edged), start + self._longest) + 1)
        }
        if anywhere:
            found = {f"{left}{part}{right}" for part in found for left in ("", " ") for right in ("", " ")}
        met: tuple[set[int], ...] = tuple(set() for _ in _Meets._fields)
        for place in map(self._places.__getitem__, found & self._places.keys()):
            for offset, clauses in enumerate(met, start=place):
                clauses.update(self._clauses[self._ends[offset] : self._ends[offset + 1]])
        return _Meets(*map(_bits, met))

    def forget(self) -> None:
        """Start anew where strange words have filled the memory."""
        if len(self) > _MOST_WORDS:
            for remembered in (self, self._bits, self._same):
                remembered.clear()
