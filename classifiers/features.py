"""What the fast model sees of a sentence: hashed words, neighbouring words and pieces of words.

The same code serves training and serving, so the two cannot drift apart. A sentence has three groups of features
(words, word pairs, pieces of words); each is counted, and scaled by the root of the group's size. The groups are
additive, so that a window of two sentences costs no second pass.
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
_MOST_CACHED = 100_000
_WORDS = bytes(
    byte if byte in b"abcdefghijklmnopqrstuvwxyz" else ord("0") if byte in b"0123456789" else ord(" ")
    for byte in range(256)
)

Ids = npt.NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Features:
    """Features of `n` sentences: for each group the bucket ids, and the sentence each id belongs to (ascending)."""

    count: int
    ids: tuple[Ids, Ids, Ids]
    rows: tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.int64]]

    def sizes(self) -> npt.NDArray[np.float32]:
        """(n x GROUPS) how many features each sentence has in each group."""
        return np.stack([np.bincount(rows, minlength=self.count) for rows in self.rows], axis=1).astype(np.float32)


class Vectoriser:
    """Turns folded sentences into Features; remembers words it has met, up to a bound."""

    def __init__(self) -> None:
        self._known: dict[bytes, tuple[int, Ids]] = {}

    def features(self, sentences: Sequence[bytes]) -> Features:
        """Linear in the total length. `sentences`: folded (lower-case ASCII) bytes."""
        words: list[tuple[int, Ids]] = []
        lengths: list[int] = []
        known = self._known
        if len(known) > _MOST_CACHED:
            known.clear()
        for sentence in sentences:
            tokens = sentence.replace(b"'", b"").translate(_WORDS).split()
            lengths.append(len(tokens))
            for token in tokens:
                word = known.get(token)
                if word is None:
                    word = known[token] = _word(token)
                words.append(word)
        rows = np.repeat(np.arange(len(sentences)), lengths)
        hashes = np.fromiter((word[0] for word in words), dtype=np.uint32, count=len(words))
        pieces = [word[1] for word in words]
        together = rows[1:] == rows[:-1]
        mixed = hashes[:-1] * np.uint32(0x9E3779B1) ^ (hashes[1:] * np.uint32(0x85EBCA6B) >> np.uint32(7))
        return Features(
            count=len(sentences),
            ids=(
                hashes & _MASK,
                (mixed ^ (mixed >> np.uint32(15)))[together] & _MASK,
                np.concatenate(pieces) if pieces else np.zeros(0, dtype=np.uint32),
            ),
            rows=(rows, rows[1:][together], np.repeat(rows, [len(piece) for piece in pieces])),
        )


def _word(token: bytes) -> tuple[int, Ids]:
    token = token[:_LONGEST_WORD]
    edged = b"<" + token + b">"
    last = max(1, len(edged) - _PIECE + 1)
    pieces = [crc32(b"#" + edged[start : start + _PIECE]) & int(_MASK) for start in range(last)]
    return crc32(token), np.array(pieces, dtype=np.uint32)
