"""The second stage: a linear model over every sentence and every pair of neighbouring sentences.

It answers two questions, one after the other: does this say anything of a group's kind (a concern, a right, conduct),
and if so, which of the group's labels is it. Serving reads arrays and a manifest; nothing of scikit-learn is imported
and nothing is unpickled.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from classifiers.features import BUCKETS, GROUPS, Rows, Vocabulary, Words
from classifiers.stages import LABEL_INDEX, Scores, Sentence, StageScores
from classifiers.stated import Control
from classifiers.weights_file import WeightsError, WeightsManifest, load
from models.base import Model
from models.finding import CATEGORY_OF, CONCERN_CATEGORIES, SCORED_LABELS, Category, Label
from models.scan import Stage as StageName

FORMAT = 3
LONGEST_WINDOW = 400
"""Characters of a pair of sentences that are still read together."""

KINDS = (
    tuple(label for label in SCORED_LABELS if CATEGORY_OF[label] in CONCERN_CATEGORIES),
    tuple(label for label in SCORED_LABELS if CATEGORY_OF[label] is Category.RIGHTS),
    tuple(label for label in SCORED_LABELS if CATEGORY_OF[label] is Category.CONDUCT),
)
"""The groups of labels that share a first question: concerns, rights, conduct."""

SHORTEST = 100.0
"""Squared length added to each group's, about that of three rare words: a fragment of a line proves little."""

SECOND_LABEL = 0.75
"""How likely, against the likeliest label of its kind, another label must be to be named beside it."""

_SUREST = 4.0
"""The log odds beyond which more certainty of a kind makes no other label of it likelier."""
_BEYOND = np.float32(0.05)
NOTHING = np.float32(-30.0)
_KIND_OF = np.array([next(k for k, labels in enumerate(KINDS) if label in labels) for label in SCORED_LABELS])
COLUMNS = [np.array([LABEL_INDEX[label] for label in labels]) for labels in KINDS]
"""By kind the columns of its labels."""
_RIVALRY = np.float32(_SUREST / -np.log(SECOND_LABEL))
_WORTH_NAMING = -4.0
"""Log odds of a kind below which the labels of a sentence are not told apart: all of them score 0."""
_LESSER_HALF = np.float32(0.999)
"""So that the half of a pair that says more stands first in the evidence."""
_AT_ONCE = 4096

Floats = npt.NDArray[np.float32]


class LabelFigures(Model):
    """How one label fared. Recall is of sentences, false flags of whole ordinary messages and of contrasts."""

    threshold: float
    positives: int
    recall: float
    false_flags_clean: float
    false_flags_contrast: float


class Manifest(WeightsManifest):
    """What the weights are: where from, how good, and for what they may be relied on.

    `control`: how each threshold was set; nothing in weights made before recalls could be stated.
    """

    seed: int
    split: str
    versions: Mapping[str, str]
    labels: tuple[Label, ...]
    thresholds: Mapping[Label, float]
    burden: str
    control: Mapping[Label, Control] = {}
    dev: Mapping[Label, LabelFigures]
    test: Mapping[str, float]
    caveat: str


@dataclass(frozen=True, slots=True)
class Weights:
    """The arrays of the model. A margin: the sum of the features' values over the root of SHORTEST and their squares.

    `buckets`: (n) the hashed features known, ascending; `values`: (n x kinds + labels) the margins each adds;
    `squares`: (n) what each adds to its group's squared length. `intercept`: (kinds + labels).
    `slope`: (kinds) and `threshold`: (labels), with which a margin of a kind becomes log odds.
    """

    buckets: npt.NDArray[np.uint32]
    values: npt.NDArray[np.float16]
    squares: Floats
    intercept: Floats
    slope: Floats
    threshold: Floats


@dataclass(frozen=True, slots=True)
class Margins:
    """Of n windows: `kind` (n x kinds), whether anything of the kind is said; `label` (n x labels), which it is."""

    kind: Floats
    label: Floats


class FastModel:
    """`thresholds` are 0.5 throughout: the burden each label may cause is in its score."""

    name = StageName.FAST

    def __init__(self, weights: Weights, manifest: Manifest | None = None) -> None:
        self._intercept = weights.intercept
        self._slope = weights.slope
        self._threshold = weights.threshold
        self._lowest = np.array([weights.threshold[columns].min() for columns in COLUMNS], dtype=np.float32)
        # Row 0 is of features never seen: they add nothing.
        self._index = np.zeros(BUCKETS, dtype=np.int32)
        self._index[weights.buckets] = np.arange(1, len(weights.buckets) + 1, dtype=np.int32)
        values, squares = _with_unknown(weights.values), _with_unknown(weights.squares)
        self._kinds = _Table(self._index, values[:, : len(KINDS)], squares)
        self._labels = _Table(self._index, values[:, len(KINDS) :], squares)
        self._vocabulary = Vocabulary()
        self.manifest = manifest
        self.version = manifest.model if manifest else "fast-untrained"
        self.thresholds: dict[Label, float] = dict(manifest.thresholds) if manifest else {}

    @classmethod
    def load(cls, folder: Path) -> FastModel:
        """Reads `folder/weights.npz` and `folder/manifest.json`; raises WeightsError."""
        manifest, weights = load(folder, Manifest, Weights, format_=FORMAT)
        wide = len(KINDS) + len(SCORED_LABELS)
        if manifest.labels != SCORED_LABELS or weights.values.shape[1:] != (wide,):
            raise WeightsError(f"{folder.name}: made for another version of this program: train them again")
        return cls(weights, manifest)

    def score(self, sentences: Sequence[Sentence]) -> StageScores:
        """The better of each sentence's own score and its pairs' (a pair speaks for both of its sentences)."""
        best = np.zeros((len(sentences), len(SCORED_LABELS)), dtype=np.float32)
        alone = np.zeros_like(best)
        for at in range(0, len(sentences), _AT_ONCE):
            self._score(sentences[at : at + _AT_ONCE], best[at : at + _AT_ONCE], alone[at : at + _AT_ONCE])
        return StageScores(scores=best, alone=alone)

    def _score(self, sentences: Sequence[Sentence], best: Scores, alone: Scores) -> None:
        words = self._words(sentences)
        first = np.flatnonzero(neighbours(sentences))
        kind = self._margins(self._kinds, words, first) + self._intercept[: len(KINDS)]
        gained = _gained(kind, len(sentences), first)
        worth = np.flatnonzero((gained & (self._slope * (kind - self._lowest) > _WORTH_NAMING)).any(axis=1))
        if len(worth) == 0:
            return
        label = self._label_margins(words, first, worth)
        found = scores(Margins(kind[worth], label), self._slope, self._threshold)
        found = np.where(gained[worth][:, _KIND_OF], found, np.float32(0))
        pair = worth >= len(sentences)
        best[worth[~pair]] = found[~pair]
        alone[:] = best
        front = first[worth[pair] - len(sentences)]
        stronger = (kind[front] >= kind[front + 1])[:, _KIND_OF]
        more, less = found[pair], found[pair] * _LESSER_HALF
        best[front] = np.maximum(best[front], np.where(stronger, more, less))
        best[front + 1] = np.maximum(best[front + 1], np.where(stronger, less, more))

    def windows(self, sentences: Sequence[Sentence]) -> tuple[Margins, Rows]:
        """Margins of each sentence and then of each pair; and the index of each pair's first sentence.

        A pair that says no more of a kind than either of its halves has the margin NOTHING.
        """
        words = self._words(sentences)
        first = np.flatnonzero(neighbours(sentences))
        kind = self._margins(self._kinds, words, first) + self._intercept[: len(KINDS)]
        label = self._label_margins(words, first, np.arange(len(kind)))
        return Margins(np.where(_gained(kind, len(sentences), first), kind, NOTHING), label), first

    def _words(self, sentences: Sequence[Sentence]) -> Words:
        return self._vocabulary.words([sentence.folded.data for sentence in sentences])

    def _label_margins(self, words: Words, first: Rows, windows: Rows) -> Floats:
        """Of those windows alone; the words of the others are left out before anything is added up."""
        pair = windows >= words.count
        starts = first[windows[pair] - words.count]
        wanted = np.zeros(words.count, dtype=np.bool_)
        wanted[windows[~pair]] = wanted[starts] = wanted[starts + 1] = True
        number = np.cumsum(wanted) - 1
        kept = wanted[words.row]
        few = Words(int(wanted.sum()), words.word[kept], number[words.row[kept]])
        margins = self._margins(self._labels, few, number[starts]) + self._intercept[len(KINDS) :]
        order = np.empty(len(windows), dtype=np.int64)
        order[~pair] = number[windows[~pair]]
        order[pair] = few.count + np.arange(len(starts))
        return margins[order]

    def _margins(self, table: _Table, words: Words, first: Rows) -> Floats:
        """(sentences and then pairs x columns), without the intercept."""
        sums = table.sums(self._vocabulary, words)
        sums = np.concatenate([sums, sums[first] + sums[first + 1]])
        each = sums[:, :, :-1] / np.sqrt(sums[:, :, -1:] + np.float32(SHORTEST))
        margins: Floats = each.sum(axis=1, dtype=np.float32)
        return margins


class _Table:
    """Rows of weights by bucket, and by word of a vocabulary: a word's own, and those of its pieces added up.

    A row is a bucket's `values`, which are kept as small as they were stored, and the last its square.
    """

    def __init__(self, index: npt.NDArray[np.int32], values: npt.NDArray[np.float16], squares: Floats) -> None:
        self._index = index
        self._values = np.ascontiguousarray(values)
        self._squares = squares
        self._width = values.shape[1] + 1
        self._of_words: Floats = np.zeros((0, 2, self._width), dtype=np.float32)
        self._known = 0
        self._generation = -1

    def sums(self, vocabulary: Vocabulary, words: Words) -> Floats:
        """(sentences x GROUPS x columns): the rows of each group's features, added up."""
        self._learn(vocabulary)
        out = np.zeros((words.count, GROUPS, self._width), dtype=np.float32)
        _add(out[:, ::2], self._of_words.take(words.word, axis=0), words.row)
        ids, owner = vocabulary.pairs(words)
        _add(out[:, 1], self._rows(ids), owner)
        return out

    def _rows(self, buckets: npt.NDArray[np.uint32]) -> Floats:
        """(buckets x columns)."""
        chosen = self._index.take(buckets)
        rows = np.empty((len(chosen), self._width), dtype=np.float32)
        rows[:, :-1] = self._values.take(chosen, axis=0)
        rows[:, -1] = self._squares.take(chosen)
        return rows

    def _learn(self, vocabulary: Vocabulary) -> None:
        if self._generation != vocabulary.generation:
            self._generation, self._known = vocabulary.generation, 0
        met = len(vocabulary.hashes)
        if met <= self._known:
            return
        if met > len(self._of_words):
            grown = np.zeros((met * 3 // 2, *self._of_words.shape[1:]), dtype=np.float32)
            grown[: self._known] = self._of_words[: self._known]
            self._of_words = grown
        new = np.arange(self._known, met)
        alone = Words(len(new), new, np.arange(len(new)))
        whole, _, pieces = vocabulary.buckets(alone)
        block = np.zeros((len(new), 2, self._width), dtype=np.float32)
        _add(block[:, 0], self._rows(whole[0]), whole[1])
        _add(block[:, 1], self._rows(pieces[0]), pieces[1])
        self._of_words[self._known : met] = block
        self._known = met


def _add(out: Floats, rows: Floats, owner: Rows) -> None:
    """Adds `rows` up by owner (ascending) into `out[owner]`."""
    if len(rows):
        starts = np.flatnonzero(np.diff(owner, prepend=-1))
        out[owner[starts]] = np.add.reduceat(rows, starts, axis=0)


def _with_unknown(rows: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """With a row of zeros before them, for features never seen."""
    return np.concatenate([np.zeros_like(rows[:1]), rows])


def _gained(kind: Floats, sentences: int, first: Rows) -> npt.NDArray[np.bool_]:
    """(windows x kinds). A pair must say more than either half, so that one sentence does not colour its neighbour."""
    gained = np.ones(kind.shape, dtype=np.bool_)
    gained[sentences:] = kind[sentences:] > np.maximum(kind[first], kind[first + 1])
    return gained


def neighbours(sentences: Sequence[Sentence]) -> npt.NDArray[np.bool_]:
    """Whether sentence i and i + 1 stand in one passage and are short enough to be read together."""
    passage = np.array([own.passage for own in sentences], dtype=np.int64)
    start = np.array([own.start for own in sentences], dtype=np.int64)
    end = np.array([own.end for own in sentences], dtype=np.int64)
    near: npt.NDArray[np.bool_] = (passage[1:] == passage[:-1]) & (end[1:] - start[:-1] <= LONGEST_WINDOW)
    return near


def rivalry(label: Floats) -> Floats:
    """(n x labels): how much less likely than the likeliest of its kind each label is, as a log ratio of 0 or less."""
    out = np.empty_like(label)
    for columns in COLUMNS:
        own = label[:, columns]
        # log of the sigmoid: one-against-the-rest margins as shares that can be compared.
        logs = -np.logaddexp(np.float32(0), -own)
        out[:, columns] = logs - logs.max(axis=1, keepdims=True)
    return out


def scores(margins: Margins, slope: Floats, threshold: Floats) -> Scores:
    """(n x labels) in [0, 1]: 0.5 where the kind's margin is at the label's threshold and no label is likelier."""
    odds = slope[_KIND_OF] * (margins.kind[:, _KIND_OF] - threshold)
    # Beyond the surest a little is left of each step: of two sure sentences the surer one still ranks first.
    odds = np.clip(odds, -30.0, _SUREST) + _BEYOND * np.maximum(odds - _SUREST, 0) + _RIVALRY * rivalry(margins.label)
    found: Scores = (1.0 / (1.0 + np.exp(-np.clip(odds, -30.0, 30.0)))).astype(np.float32)
    return found
