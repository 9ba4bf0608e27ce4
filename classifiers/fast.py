"""The second stage: a linear model over every sentence and every pair of neighbouring sentences.

It answers two questions, one after the other: does this say anything of a group's kind (a concern, a right, conduct),
and if so, which of the group's labels is it. Serving reads arrays and a manifest; nothing of scikit-learn is imported
and nothing is unpickled.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
import numpy.typing as npt
from pydantic import ValidationError

from classifiers.features import BUCKETS, GROUPS, Features, Vectoriser
from classifiers.stages import LABEL_INDEX, Scores, Sentence, StageScores
from models.base import Model
from models.finding import CATEGORY_OF, CONCERN_CATEGORIES, SCORED_LABELS, Category, Label
from models.scan import Stage as StageName

FORMAT = 2
LONGEST_WINDOW = 400
"""Characters of a pair of sentences that are still read together."""

KINDS = (
    tuple(label for label in SCORED_LABELS if CATEGORY_OF[label] in CONCERN_CATEGORIES),
    tuple(label for label in SCORED_LABELS if CATEGORY_OF[label] is Category.RIGHTS),
    tuple(label for label in SCORED_LABELS if CATEGORY_OF[label] is Category.CONDUCT),
)
"""The groups of labels that share a first question: concerns, rights, conduct."""

SECOND_LABEL = 0.45
"""How likely, against the likeliest label of its kind, another label must be to be named beside it."""

_SUREST = 4.0
"""The log odds beyond which more certainty of a kind makes no other label of it likelier."""
_KIND_OF = np.array([next(k for k, labels in enumerate(KINDS) if label in labels) for label in SCORED_LABELS])
_COLUMNS = [np.array([LABEL_INDEX[label] for label in labels]) for labels in KINDS]
_RIVALRY = np.float32(_SUREST / -np.log(SECOND_LABEL))
_AT_ONCE = 4096

Floats = npt.NDArray[np.float32]


class WeightsError(ValueError):
    """The fast model's files cannot be used: which one, and what to do."""


class LabelFigures(Model):
    """How one label fared. Recall is of sentences, false flags of whole ordinary messages and of contrasts."""

    threshold: float
    positives: int
    recall: float
    false_flags_clean: float
    false_flags_contrast: float


class Manifest(Model):
    """What the weights are: where from, how good, and for what they may be relied on."""

    format: int
    model: str
    corpus_sha256: str
    arrays_sha256: str
    seed: int
    split: str
    versions: Mapping[str, str]
    labels: tuple[Label, ...]
    thresholds: Mapping[Label, float]
    burden: str
    dev: Mapping[Label, LabelFigures]
    test: Mapping[str, float]
    caveat: str


@dataclass(frozen=True, slots=True)
class Weights:
    """The arrays of the model. A margin is the sum of the features' values over the root of the sum of their squares.

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
        # Row 0 is of features never seen: they add nothing.
        self._index = np.zeros(BUCKETS, dtype=np.int32)
        self._index[weights.buckets] = np.arange(1, len(weights.buckets) + 1, dtype=np.int32)
        columns = np.column_stack([weights.values.astype(np.float32), weights.squares])
        self._table = np.vstack([np.zeros((1, columns.shape[1]), dtype=np.float32), columns])
        self._vectoriser = Vectoriser()
        self.manifest = manifest
        self.version = manifest.model if manifest else "fast-untrained"
        self.thresholds: dict[Label, float] = dict(manifest.thresholds) if manifest else {}

    @classmethod
    def load(cls, folder: Path) -> FastModel:
        """Reads `folder/weights.npz` and `folder/manifest.json`; raises WeightsError."""
        try:
            manifest = Manifest.model_validate(json.loads((folder / "manifest.json").read_text(encoding="utf-8")))
            with np.load(folder / "weights.npz", allow_pickle=False) as arrays:
                weights = Weights(**{field.name: arrays[field.name] for field in fields(Weights)})
        except (OSError, ValueError, KeyError, ValidationError) as error:
            raise WeightsError(
                f"{folder.name}: weights.npz and manifest.json do not load ({type(error).__name__}): train them again"
            ) from error
        wide = len(KINDS) + len(SCORED_LABELS)
        if manifest.format != FORMAT or manifest.labels != SCORED_LABELS or weights.values.shape[1:] != (wide,):
            raise WeightsError(f"{folder.name}: made for another version of this program: train them again")
        return cls(weights, manifest)

    def score(self, sentences: Sequence[Sentence]) -> StageScores:
        """The better of each sentence's own score and its pairs' (a pair speaks for both of its sentences)."""
        if not sentences:
            return StageScores()
        alone, pairs, first = self.windows(sentences)
        best = scores(alone, self._slope, self._threshold)
        if len(first):
            both = scores(pairs, self._slope, self._threshold)
            # A pair must say more than either half does, so that one bad sentence does not colour its neighbour.
            gained = pairs.kind > np.maximum(alone.kind[first], alone.kind[first + 1])
            both = np.where(gained[:, _KIND_OF], both, np.float32(0))
            best[first] = np.maximum(best[first], both)
            best[first + 1] = np.maximum(best[first + 1], both)
        return StageScores(scores=best)

    def windows(self, sentences: Sequence[Sentence]) -> tuple[Margins, Margins, npt.NDArray[np.int64]]:
        """Margins of each sentence; of each pair of neighbours; and the index of each pair's first sentence."""
        blocks = [self._sums(sentences[at : at + _AT_ONCE]) for at in range(0, len(sentences), _AT_ONCE)]
        sums = np.concatenate(blocks)
        first = np.flatnonzero(neighbours(sentences))
        return self._margins(sums), self._margins(sums[first] + sums[first + 1]), first

    def _sums(self, sentences: Sequence[Sentence]) -> Floats:
        features = self._vectoriser.features([sentence.folded.data for sentence in sentences])
        return group_sums(features, self._index, self._table)

    def _margins(self, sums: Floats) -> Margins:
        length = np.sqrt(np.maximum(sums[:, :, -1:], 1.0))
        margins = (sums[:, :, :-1] / length).sum(axis=1) + self._intercept
        return Margins(margins[:, : len(KINDS)], margins[:, len(KINDS) :])


def group_sums(features: Features, index: npt.NDArray[np.int32], table: Floats) -> Floats:
    """(sentences x GROUPS x columns): the rows of each group's features, added up."""
    out = np.zeros((features.count, GROUPS, table.shape[1]), dtype=np.float32)
    for group, (ids, rows) in enumerate(zip(features.ids, features.rows, strict=True)):
        if len(ids) == 0:
            continue
        starts = np.flatnonzero(np.r_[True, rows[1:] != rows[:-1]])
        out[rows[starts], group] = np.add.reduceat(table[index[ids]], starts, axis=0)
    return out


def neighbours(sentences: Sequence[Sentence]) -> npt.NDArray[np.bool_]:
    """Whether sentence i and i + 1 stand in one passage and are short enough to be read together."""
    passage = np.array([sentence.passage for sentence in sentences])
    start = np.array([sentence.start for sentence in sentences])
    end = np.array([sentence.end for sentence in sentences])
    near: npt.NDArray[np.bool_] = (passage[1:] == passage[:-1]) & (end[1:] - start[:-1] <= LONGEST_WINDOW)
    return near


def rivalry(label: Floats) -> Floats:
    """(n x labels): how much less likely than the likeliest of its kind each label is, as a log ratio of 0 or less."""
    out = np.empty_like(label)
    for columns in _COLUMNS:
        own = label[:, columns]
        # log of the sigmoid: one-against-the-rest margins as shares that can be compared.
        logs = -np.logaddexp(np.float32(0), -own)
        out[:, columns] = logs - logs.max(axis=1, keepdims=True)
    return out


def scores(margins: Margins, slope: Floats, threshold: Floats) -> Scores:
    """(n x labels) in [0, 1]: 0.5 where the kind's margin is at the label's threshold and no label is likelier."""
    odds = slope[_KIND_OF] * (margins.kind[:, _KIND_OF] - threshold)
    odds = np.clip(odds, -30.0, _SUREST) + _RIVALRY * rivalry(margins.label)
    found: Scores = (1.0 / (1.0 + np.exp(-np.clip(odds, -30.0, 30.0)))).astype(np.float32)
    return found
