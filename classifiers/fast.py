"""The second stage: a linear model over every sentence and every pair of neighbouring sentences.

Serving reads arrays and a manifest; nothing of scikit-learn is imported and nothing is unpickled.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from pydantic import ValidationError

from classifiers.features import BUCKETS, GROUPS, Features, Vectoriser
from classifiers.stages import Scores, Sentence, StageScores
from models.base import Model
from models.finding import SCORED_LABELS, Label
from models.scan import Stage as StageName

FORMAT = 1
LONGEST_WINDOW = 400
"""Characters of a pair of sentences that are still read together."""

_AT_ONCE = 4096


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
    versions: Mapping[str, str]
    labels: tuple[Label, ...]
    thresholds: Mapping[Label, float]
    burden: str
    dev: Mapping[Label, LabelFigures]
    test: Mapping[str, float]
    caveat: str


class FastModel:
    """`weights`: (BUCKETS x labels); `slope`, `offset`: the calibration, score = sigmoid(slope x margin + offset)."""

    name = StageName.FAST

    def __init__(
        self,
        weights: npt.NDArray[np.float32],
        intercept: npt.NDArray[np.float32],
        slope: npt.NDArray[np.float32],
        offset: npt.NDArray[np.float32],
        manifest: Manifest | None = None,
    ) -> None:
        self._weights = weights
        self._intercept = intercept
        self._slope = slope
        self._offset = offset
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
                rows, values = arrays["rows"], arrays["values"].astype(np.float32)
                small = [arrays[name].astype(np.float32) for name in ("intercept", "slope", "offset")]
        except (OSError, ValueError, KeyError, ValidationError) as error:
            raise WeightsError(
                f"{folder.name}: weights.npz and manifest.json do not load ({type(error).__name__}): train them again"
            ) from error
        if manifest.format != FORMAT or manifest.labels != SCORED_LABELS or values.shape[1:] != (len(SCORED_LABELS),):
            raise WeightsError(f"{folder.name}: made for another version of this program: train them again")
        weights = np.zeros((BUCKETS, len(SCORED_LABELS)), dtype=np.float32)
        weights[rows] = values
        intercept, slope, offset = small
        return cls(weights, intercept, slope, offset, manifest)

    def score(self, sentences: Sequence[Sentence]) -> StageScores:
        """The better of each sentence's own score and its pairs' (a pair speaks for both of its sentences)."""
        if not sentences:
            return StageScores()
        return StageScores(scores=calibrated(self.margins(sentences), self._slope, self._offset))

    def margins(self, sentences: Sequence[Sentence]) -> npt.NDArray[np.float32]:
        """(sentences x labels) uncalibrated: the best of the windows each sentence is in."""
        blocks = [self._sums(sentences[at : at + _AT_ONCE]) for at in range(0, len(sentences), _AT_ONCE)]
        sums = np.concatenate([block[0] for block in blocks])
        sizes = np.concatenate([block[1] for block in blocks])
        alone = _margin(sums, sizes, self._intercept)
        if len(sentences) == 1:
            return alone
        first = np.flatnonzero(neighbours(sentences))
        pairs = _margin(sums[first] + sums[first + 1], sizes[first] + sizes[first + 1], self._intercept)
        best = alone.copy()
        # A pair must say more than either half does, so that one bad sentence does not colour its neighbour.
        gained = pairs > np.maximum(alone[first], alone[first + 1])
        pairs = np.where(gained, pairs, -np.inf)
        best[first] = np.maximum(best[first], pairs)
        best[first + 1] = np.maximum(best[first + 1], pairs)
        return best

    def _sums(self, sentences: Sequence[Sentence]) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        features = self._vectoriser.features([sentence.folded.data for sentence in sentences])
        return group_sums(features, self._weights), features.sizes()


def group_sums(features: Features, weights: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """(sentences x GROUPS x labels): the weights of each group's features, added up."""
    out = np.zeros((features.count, GROUPS, weights.shape[1]), dtype=np.float32)
    for group, (ids, rows) in enumerate(zip(features.ids, features.rows, strict=True)):
        if len(ids) == 0:
            continue
        starts = np.flatnonzero(np.r_[True, rows[1:] != rows[:-1]])
        out[rows[starts], group] = np.add.reduceat(weights[ids], starts, axis=0)
    return out


def neighbours(sentences: Sequence[Sentence]) -> npt.NDArray[np.bool_]:
    """Whether sentence i and i + 1 stand in one passage and are short enough to be read together."""
    passage = np.array([sentence.passage for sentence in sentences])
    start = np.array([sentence.start for sentence in sentences])
    end = np.array([sentence.end for sentence in sentences])
    near: npt.NDArray[np.bool_] = (passage[1:] == passage[:-1]) & (end[1:] - start[:-1] <= LONGEST_WINDOW)
    return near


def _margin(
    sums: npt.NDArray[np.float32], sizes: npt.NDArray[np.float32], intercept: npt.NDArray[np.float32]
) -> npt.NDArray[np.float32]:
    scaled = sums / np.sqrt(np.maximum(sizes, 1.0))[:, :, None]
    margins: npt.NDArray[np.float32] = scaled.sum(axis=1) + intercept
    return margins


def calibrated(
    margins: npt.NDArray[np.float32], slope: npt.NDArray[np.float32], offset: npt.NDArray[np.float32]
) -> Scores:
    """Margins as scores in [0, 1]."""
    scores: Scores = (1.0 / (1.0 + np.exp(-np.clip(margins * slope + offset, -30.0, 30.0)))).astype(np.float32)
    return scores
