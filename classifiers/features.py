"""What the fast model sees of a sentence: hashed words, neighbouring words and pieces of words.

The same code serves training and serving, so the two cannot drift apart. A sentence has three groups of features
(words, word pairs, pieces of words), each scaled to its own length. The groups are additive, so that a window of two
sentences costs no second pass, and the pieces of a word are added up only once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np
import numpy.typing as npt

BITS = 20
BUCKETS = 1 << BITS
GROUPS = 3
"""Words, pairs, pieces: the order of every group axis."""

_MASK = np.uint32(BUCKETS - 1)
_PIECE = 4
_LONGEST_WORD = 24
_BREAK = ord("|")
_WORDS = bytes(
    byte
    if byte in b"abcdefghijklmnopqrstuvwxyz"
    else ord("0")
    if byte in b"0123456789"
    else _BREAK
    if byte == ord("\n")
    else ord(" ")
    for byte in range(256)
)

Ids = npt.NDArray[np.uint32]
Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Words:
    """The words of `count` sentences in order: `word` their numbers in a Vocabulary, `row` the sentence of each."""

    count: int
    word: npt.NDArray[np.int64]
    row: Rows


class Vocabulary:
    """Numbers the words it meets, from 1, and knows their buckets; forgets all of them once there are `most`."""

    def __init__(self, most: int = 40_000) -> None:
        self._most = most
        self._forget()

    def _forget(self) -> None:
        self._numbers = _Numbers({b"|": 0})
        self.hashes: Ids = np.zeros(1, dtype=np.uint32)
        self.pieces: list[Ids] = [np.zeros(0, dtype=np.uint32)]
        self.generation = getattr(self, "generation", 0) + 1

    def words(self, sentences: Sequence[bytes]) -> Words:
        """Linear in the total length. `sentences`: folded (lower-case ASCII) bytes."""
        if len(self._numbers) > self._most:
            self._forget()
        joined = b"\n".join([sentence.replace(b"\n", b" ") for sentence in sentences])
        tokens = joined.replace(b"'", b"").translate(_WORDS).replace(b"|", b" | ").split()
        numbers = self._numbers
        found = np.fromiter(map(numbers.__getitem__, tokens), dtype=np.int64, count=len(tokens))
        if numbers.new:
            self.hashes = np.concatenate([self.hashes, np.array([crc32(t) for t in numbers.new], dtype=np.uint32)])
            self.pieces += map(_pieces, numbers.new)
            numbers.new = []
        own = np.flatnonzero(found)
        # Before the word of number i stand i words, and one token more for each sentence that has ended.
        row: Rows = own - np.arange(len(own))
        return Words(len(sentences), found.take(own), row)

    def pairs(self, words: Words) -> tuple[Ids, Rows]:
        """The buckets of neighbouring words, and the sentence of each."""
        hashes = self.hashes.take(words.word)
        together = words.row[1:] == words.row[:-1]
        mixed = hashes[:-1] * np.uint32(0x9E3779B1) ^ (hashes[1:] * np.uint32(0x85EBCA6B) >> np.uint32(7))
        return ((mixed ^ (mixed >> np.uint32(15))) & _MASK)[together], words.row[1:][together]

    def buckets(self, words: Words) -> tuple[tuple[Ids, Rows], tuple[Ids, Rows], tuple[Ids, Rows]]:
        """By group: the buckets of all features and the sentence of each, ascending."""
        pieces = [self.pieces[number] for number in words.word.tolist()]
        flat = np.concatenate(pieces) if pieces else np.zeros(0, dtype=np.uint32)
        rows = np.repeat(words.row, [len(piece) for piece in pieces])
        return (self.hashes[words.word] & _MASK, words.row), self.pairs(words), (flat, rows)


class _Numbers(dict[bytes, int]):
    """Gives a number to a word it has not met; `new` holds those words until they are looked at."""

    def __init__(self, known: dict[bytes, int]) -> None:
        super().__init__(known)
        self.new: list[bytes] = []

    def __missing__(self, word: bytes) -> int:
        self[word] = number = len(self)
        self.new.append(word[:_LONGEST_WORD])
        return number


def _pieces(word: bytes) -> Ids:
    edged = b"<" + word + b">"
    last = max(1, len(edged) - _PIECE + 1)
    return np.array(
        [crc32(b"#" + edged[start : start + _PIECE]) & int(_MASK) for start in range(last)], dtype=np.uint32
    )
