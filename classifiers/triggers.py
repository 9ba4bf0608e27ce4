"""Which patterns could match a sentence, told from its words: sound, and far cheaper than trying them.

Of each pattern clauses are known: a sentence that lacks one of them cannot match.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from classifiers.clauses import CLAUSES, LETTERS, words_of
from classifiers.known_clauses import KnownReader

_KEY = 3
_MOST_PARTS = 4
"""Of a word with apostrophes; one with more is only looked at roughly."""
_MOST_WORDS = 15_000
"""Of which is remembered what they meet: about a KB each, as many words meet the same."""
_WORDS = bytes(byte if chr(byte) in LETTERS or byte == ord("'") else ord(" ") for byte in range(256))


class Triggers:
    """Which of `patterns` (expanded, as RE2 reads them) could match a sentence."""

    def __init__(self, patterns: Sequence[str]) -> None:
        self._count = len(patterns)
        self._every = (1 << self._count) - 1
        self._always = 0
        reader = KnownReader()
        pieces: dict[str, list[int]] = defaultdict(list)
        for number, pattern in enumerate(patterns):
            clauses = reader.clauses(pattern)
            for place in range(CLAUSES):
                clause = place * self._count + number
                if place >= len(clauses):
                    self._always |= 1 << clause
                    continue
                for piece in clauses[place]:
                    pieces[piece].append(clause)
        self._met = _Met(pieces)

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


class _Piece(NamedTuple):
    """A word as pieces have it, or one of the two of a pair. `left`, `right`: whether it begins or ends a word.

    The clauses that it meets are numbers here: they are few, and what is written on while it is read, as are all
    objects, each child of the nursery has for itself.
    """

    letters: str
    left: bool
    right: bool
    alone: array[int]
    first: array[int]
    second: array[int]


class _Met(dict[bytes, _Meets]):
    """What each word meets, worked out the first time the word is seen: linear in its length.

    Two neighbours meet a clause where it has a pair that begins like the first and a pair that ends like the second.
    """

    def __init__(self, pieces: dict[str, list[int]]) -> None:
        super().__init__()
        self._bits: dict[int, int] = {}
        self._same: dict[_Meets, _Meets] = {}
        by_word: dict[str, tuple[set[int], set[int], set[int]]] = defaultdict(lambda: (set(), set(), set()))
        for piece, clauses in pieces.items():
            left, right = words_of(piece)
            if right:
                by_word[left][1].update(clauses)
                by_word[right][2].update(clauses)
            else:
                by_word[left][0].update(clauses)
        self._pieces: dict[str, list[_Piece]] = defaultdict(list)
        for word, met in by_word.items():
            letters = word.strip()
            known = _Piece(letters, word.startswith(" "), word.endswith(" "), *(array("I", numbers) for numbers in met))
            self._pieces[letters[:_KEY]].append(known)

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
        met: tuple[set[int], set[int], set[int]] = set(), set(), set()
        for at in range(len(text)):
            for length in range(1, _KEY + 1):
                for letters, left, right, alone, first, second in self._pieces.get(text[at : at + length], ()):
                    fits = anywhere or ((not left or at == 0) and (not right or at + len(letters) == len(text)))
                    if fits and text.startswith(letters, at):
                        met[0].update(alone)
                        met[1].update(first)
                        met[2].update(second)
        return _Meets(*map(_bits, met))

    def forget(self) -> None:
        """Start anew where strange words have filled the memory."""
        if len(self) > _MOST_WORDS:
            for remembered in (self, self._bits, self._same):
                remembered.clear()
