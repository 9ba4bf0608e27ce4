"""What the lower layers of the sentence encoder make of a message: how it speaks, and how it reads beside the matter.

Layers nearer the top know it less well: fine-tuning bent them to what the scan looks for. How like the two texts'
vectors are says next to nothing, because people write of their old matter in new words and of a new one in the old; so
the encoder also reads both as one text, in which each word has seen those of the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from classifiers.matter_text import Floats
from classifiers.normalise import Folder
from classifiers.semantic import worded

VIEWS = ("whole", "mean", "first", "last", "most")
"""The whole message as far as the encoder reads; of its sentences the mean, the first, the last, and of each number the
highest."""
_BESIDE = 2
"""The matter and the message, read as one."""
_MOST = 32
"""Sentences that are embedded, at some three milliseconds each."""
_FOLDER = Folder()
GOLDEN = ("You told me in May that nobody was to blame.", "Could somebody tell me when the library opens?")
"""By whose vectors it is seen whether an encoder has the lower layers that the weights were made with."""


class Meaning(Protocol):
    """An encoder whose lower layers can be asked. `checksum`: of its file and tokenizer."""

    checksum: str

    def embed_lower(self, texts: Sequence[str]) -> Floats:
        """(texts x width), each of unit length."""
        ...

    def embed_beside(self, first: str, second: str) -> Floats:
        """(2 x width), each of unit length."""
        ...


def split_at(weights: Floats) -> tuple[Floats, Floats]:
    """Rows that weigh what `described` gives, and those for `beside`."""
    at = len(weights) * len(VIEWS) // (len(VIEWS) + _BESIDE)
    return weights[:at], weights[at:]


def known(title: str, summary: str) -> str:
    """A matter as the encoder reads it."""
    return f"{title}. {summary}"


def described(sentences: Sequence[str], meaning: Meaning) -> Floats:
    """(VIEWS x width, flat) of a message of one sentence at least."""
    texts = [" ".join(sentences), *sentences[: _MOST - 1]]
    if len(sentences) >= _MOST:
        texts.append(sentences[-1])
    vectors = meaning.embed_lower([_worded(text) for text in texts])
    whole, each = vectors[0], vectors[1:]
    return np.concatenate([whole, each.mean(axis=0), each[0], each[-1], each.max(axis=0)], dtype=np.float32)


def beside(sentences: Sequence[str], matter: str, meaning: Meaning) -> Floats:
    """(2 x width, flat) of a matter as `known` gives it and a message."""
    return meaning.embed_beside(_worded(matter), _worded(" ".join(sentences))).reshape(-1)


def _worded(text: str) -> str:
    return worded(text, _FOLDER.fold(text))
