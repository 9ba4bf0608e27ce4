"""A message or a matter as words with weights: what is compared when the two are held against each other.

The weights and vectors of words come with the model (`classifiers.matter_model`). A word counts by its rarity in the
authored corpus; words in common are compared by stem, other words by the vectors that all-MiniLM-L6-v2 lent them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
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
class Reading:
    """A text as words. `weights`: each stem's; `norm`: their length; `prefixes` of rare words.

    `units` (words x width): vectors of unit length of the words that have one, `unit_weights` theirs, `mean` their
    weighted sum.
    """

    words: tuple[bytes, ...]
    weights: dict[bytes, float]
    norm: float
    prefixes: frozenset[bytes]
    units: Floats
    unit_weights: Floats
    mean: Floats


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


def read(words: Sequence[bytes], lexis: Lexis) -> Reading:
    """What `words` are by `lexis`."""
    distinct = list(dict.fromkeys(words))
    stems = [stem(word) for word in distinct]
    places = lexis.stems.find(stems)
    rarity = np.where(places >= 0, lexis.rarity[places], np.float32(lexis.unknown))
    weights = dict(zip(stems, np.maximum(0.0, rarity - _COMMON).tolist(), strict=True))
    prefixes = frozenset(
        word[:_PREFIX]
        for word, rare in zip(distinct, (rarity > _RARE).tolist(), strict=True)
        if rare and len(word) >= _PREFIX
    )
    rows = lexis.words.find(distinct)
    known = rows >= 0
    vectors = lexis.vectors[rows[known]].astype(np.float32) * lexis.scale
    unit_weights: Floats = np.maximum(np.float32(0), rarity[known] - np.float32(_MEANS_LITTLE)).astype(np.float32)
    length = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))[:, None]
    return Reading(
        words=tuple(words),
        weights=weights,
        norm=float(np.sqrt(sum(weight * weight for weight in weights.values()))) + 1e-9,
        prefixes=prefixes,
        units=vectors / np.maximum(np.float32(1e-9), length),
        unit_weights=unit_weights,
        mean=unit_weights @ vectors,
    )
