"""A message or a matter as words with weights: what is compared when the two are held against each other.

The weights and vectors of words come with the model (`classifiers.matter_model`). A word counts by its rarity in the
authored corpus; words in common are compared by stem, other words by the vectors that all-MiniLM-L6-v2 lent them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from zlib import crc32

import numpy as np
import numpy.typing as npt

from classifiers.normalise import to_ascii

Floats = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]

_ENDINGS = (
    *(b"ations", b"ation", b"ings", b"ing", b"ments", b"ment", b"edly", b"ied", b"ies", b"ed", b"es", b"ers", b"er"),
    *(b"ly", b"s", b"e", b"y"),
)
_COMMON = 2.5
"""Rarity (natural logarithm) up to which a stem says nothing about what a text is on."""
_MEANS_LITTLE = 3.5
"""The same for vectors, which find a likeness between any two common words."""
_RARE = 4.0
_PREFIX = 5
_BREAKS = bytes(byte if chr(byte).isalnum() and byte < 128 else 32 for byte in range(256))


class Hashed:
    """The places of words in a list, by CRC-32: an array in place of a dictionary."""

    def __init__(self, words: Sequence[bytes]) -> None:
        hashes = np.fromiter(map(crc32, words), dtype=np.uint32, count=len(words))
        self._order = np.argsort(hashes, kind="stable")
        self._hashes = hashes[self._order]

    def find(self, words: Sequence[bytes]) -> Rows:
        """The place of each word, -1 for one not listed."""
        wanted = np.fromiter(map(crc32, words), dtype=np.uint32, count=len(words))
        at = np.minimum(np.searchsorted(self._hashes, wanted), len(self._hashes) - 1)
        found: Rows = np.where(self._hashes[at] == wanted, self._order[at], -1)
        return found


@dataclass(frozen=True, slots=True)
class Lexis:
    """What is known of words. `rarity`: of listed stems, `unknown` for all others; `vectors` (words x width), int8."""

    stems: Hashed
    rarity: Floats
    unknown: float
    words: Hashed
    vectors: npt.NDArray[np.int8]
    scale: Floats


@dataclass(frozen=True, slots=True)
class Vectors:
    """Of the words of a text that have one: `units` (words x width) of unit length, `weights` theirs, `mean` their
    weighted sum.
    """

    units: Floats
    weights: Floats
    mean: Floats


@dataclass(frozen=True)
class Reading:
    """A text as words. `weights`: each stem's; `distinct`: each word once."""

    words: tuple[bytes, ...]
    weights: dict[bytes, float]
    distinct: list[bytes]
    lexis: Lexis

    @cached_property
    def norm(self) -> float:
        """Length of the weights."""
        return float(np.sqrt(sum(weight * weight for weight in self.weights.values()))) + 1e-9

    @cached_property
    def _rarity(self) -> Floats:
        return _rarity(list(map(stem, self.distinct)), self.lexis)

    @cached_property
    def prefixes(self) -> frozenset[bytes]:
        """Of rare words."""
        return frozenset(
            word[:_PREFIX]
            for word, rare in zip(self.distinct, (self._rarity > _RARE).tolist(), strict=True)
            if rare and len(word) >= _PREFIX
        )

    @cached_property
    def vectors(self) -> Vectors:
        """What vectors say of it. Most passages are told from their words before they are asked."""
        rows = self.lexis.words.find(self.distinct)
        known = rows >= 0
        vectors = self.lexis.vectors[rows[known]].astype(np.float32) * self.lexis.scale
        weights: Floats = np.maximum(np.float32(0), self._rarity[known] - np.float32(_MEANS_LITTLE)).astype(np.float32)
        length = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))[:, None]
        return Vectors(vectors / np.maximum(np.float32(1e-9), length), weights, weights @ vectors)


def words_of(text: str) -> list[bytes]:
    """Lower-case ASCII words and figures in order; an apostrophe breaks none (`don't` is `dont`)."""
    return to_ascii(text).lower().replace(b"'", b"").translate(_BREAKS).split()


@lru_cache(maxsize=16384)
def stem(word: bytes) -> bytes:
    """The word without its ending, four letters of it at least."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word


def read(words: Sequence[bytes], lexis: Lexis, whole: Reading | None = None) -> Reading:
    """What `words` are by `lexis`; `whole`: of a text that has all of them, which is read already."""
    distinct = list(dict.fromkeys(words))
    stems = list(map(stem, distinct))
    if whole is not None:
        weights = {own: whole.weights[own] for own in stems}
    else:
        weights = dict(zip(stems, np.maximum(0.0, _rarity(stems, lexis) - _COMMON).tolist(), strict=True))
    return Reading(tuple(words), weights, distinct, lexis)


def _rarity(stems: Sequence[bytes], lexis: Lexis) -> Floats:
    places = lexis.stems.find(stems)
    return np.where(places >= 0, lexis.rarity[places], np.float32(lexis.unknown))
