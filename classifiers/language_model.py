"""The language model of py3langid in a fifth of its memory: the same features, the same weights, the same answer.

py3langid follows a text through an automaton that has a move for each of 256 bytes from every state (39 MB). Its states
are the beginnings of its features, so a tree of those says the same: a state is the longest beginning of a feature that
ends at this byte of the text. The tree has one edge a state (1 MB) and is walked for all places of a text at once.
"""

from __future__ import annotations

import io
import lzma
import math
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

_START = 0
"""The state before the first byte, and wherever no feature begins."""
_ROWS_AT_ONCE = 2048


@dataclass(frozen=True, slots=True)
class Tree:
    """`edges`: state * 256 + byte, ascending; `targets`: the state each edge leads to; `depth`: the longest way."""

    edges: npt.NDArray[np.uint32]
    targets: npt.NDArray[np.uint32]
    depth: int

    def states(self, data: bytes) -> npt.NDArray[np.uint32]:
        """The state after each byte of `data`."""
        text = np.frombuffer(data, dtype=np.uint8)
        after = np.full(len(text), _START, dtype=np.uint32)
        place = np.arange(len(text))
        state = after.copy()
        # One step from every place, then a second from those that found an edge: a longer way overwrites a shorter.
        for _ in range(self.depth):
            wanted = (state << np.uint32(8)) | text[place]
            edge = np.minimum(np.searchsorted(self.edges, wanted), len(self.edges) - 1)
            found = self.edges[edge] == wanted
            state = self.targets[edge[found]]
            place = place[found]
            after[place] = state
            inside = place + 1 < len(text)
            place, state = place[inside] + 1, state[inside]
        return after


def tree_of(moves: npt.NDArray[np.uint32], row_of: npt.NDArray[np.uint16]) -> Tree:
    """The tree in an automaton: `moves` (rows x 256) gives the next state, `row_of` the row of each state.

    The shortest way to a state is its own beginning of a feature, so the first moves that reach a state are edges.
    """
    known = np.zeros(len(row_of), dtype=np.bool_)
    known[_START] = True
    edges: list[npt.NDArray[np.uint32]] = []
    targets: list[npt.NDArray[np.uint32]] = []
    level = np.array([_START], dtype=np.uint32)
    depth = 0
    while len(level):
        following: list[npt.NDArray[np.uint32]] = [level[:0]]
        for at in range(0, len(level), _ROWS_AT_ONCE):
            some = level[at : at + _ROWS_AT_ONCE]
            reached = moves[row_of[some]]
            state, byte = np.nonzero(~known[reached])
            edges.append((some[state] << np.uint32(8)) | byte.astype(np.uint32))
            following.append(reached[state, byte])
        level = np.concatenate(following)
        known[level] = True
        targets.append(level)
        depth += len(level) > 0
    unordered = np.concatenate(edges)
    order = np.argsort(unordered)
    return Tree(unordered[order], np.concatenate(targets)[order], depth)


@dataclass(frozen=True, slots=True)
class LanguageModel:
    """`features`: of each state the feature that ends there, -1 for none; `weights` (features x classes).

    A language written in two scripts is two classes; `language_of` tells the number of each class's language.
    """

    tree: Tree
    features: npt.NDArray[np.int32]
    weights: npt.NDArray[np.float16]
    priors: npt.NDArray[np.float32]
    languages: tuple[str, ...]
    language_of: npt.NDArray[np.int64]

    def classify(self, text: str) -> tuple[str, float]:
        """The likeliest language of lower-case `text`, and how likely it is among those known."""
        data = unicodedata.normalize("NFC", text).encode("utf-8", "surrogatepass")
        features = self.features[self.tree.states(data)]
        met, counts = np.unique(features[features >= 0], return_counts=True)
        scores = np.log1p(counts.astype(np.float32)) @ self.weights[met].astype(np.float32)
        if len(met):
            scores = scores + self.priors
        # The longer a text, the further its scores lie apart; the root of its length keeps the shares comparable.
        scores /= math.sqrt(len(data) or 1)
        odds = np.exp(scores - scores.max())
        shares = np.bincount(self.language_of, weights=odds / odds.sum())
        best = int(np.argmax(shares))
        return self.languages[best], float(shares[best])


def load(languages: Collection[str]) -> LanguageModel:
    """py3langid's own model for these languages alone.

    Unpacked in memory, because py3langid's own loader writes a temporary file, which a reading child may not.
    """
    from py3langid.langid import MODEL_DIR, MODEL_FILE

    with lzma.open(MODEL_DIR / MODEL_FILE) as packed:
        unpacked = io.BytesIO(packed.read())
    with np.load(unpacked, allow_pickle=False) as arrays:
        labels = arrays["classes"].tolist()
        kept = [index for index, label in enumerate(labels) if label in languages]
        known = list(dict.fromkeys(labels[index] for index in kept))
        return LanguageModel(
            tree_of(arrays["nextmove"].reshape(-1, 256), arrays["nextmove_row"]),
            arrays["out_feat"],
            np.ascontiguousarray(arrays["ptc"][:, kept]),
            arrays["pc"][kept],
            tuple(known),
            np.array([known.index(labels[index]) for index in kept]),
        )
