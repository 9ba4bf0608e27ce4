"""Texts with the scores that the scan gave them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from classifiers.evaluation.intervals import Flags
from classifiers.evaluation.letters import Text
from classifiers.scan import Scanner
from classifiers.stages import LABEL_INDEX
from models.finding import SCORED_LABELS, Label

Values = npt.NDArray[np.float64]

AT_ONCE = 64


@dataclass(frozen=True, slots=True)
class Scored:
    """`scores`: (texts x labels) in [0, 1]. `limits`: (labels) the thresholds in force."""

    texts: tuple[Text, ...]
    scores: Values
    limits: Values

    @classmethod
    def by(cls, scanner: Scanner, texts: Sequence[Text]) -> Scored:
        """Scans `texts` in batches."""
        rows = [
            [result.scores[label] for label in SCORED_LABELS]
            for at in range(0, len(texts), AT_ONCE)
            for result in scanner.scan_texts([text.text for text in texts[at : at + AT_ONCE]])
        ]
        limits = np.array([scanner.thresholds[label] for label in SCORED_LABELS])
        return cls(tuple(texts), np.array(rows, dtype=np.float64).reshape(-1, len(SCORED_LABELS)), limits)

    def where(self, wanted: Callable[[Text], bool]) -> Scored:
        """Those texts alone."""
        kept = [number for number, text in enumerate(self.texts) if wanted(text)]
        return Scored(tuple(self.texts[number] for number in kept), self.scores[kept], self.limits)

    def carrying(self, labels: Collection[Label]) -> Scored:
        """Those into which a sentence with one of the labels was put."""
        return self.where(lambda text: not set(text.item.labels).isdisjoint(labels))

    def without(self, labels: Collection[Label]) -> Scored:
        """Those that carry none of the labels."""
        return self.where(lambda text: text.labels.isdisjoint(labels))

    def over(self, labels: Collection[Label]) -> Values:
        """(texts) how far above its threshold the label is that is farthest above."""
        columns = [LABEL_INDEX[label] for label in labels]
        best: Values = (self.scores[:, columns] - self.limits[columns]).max(axis=1, initial=-1.0)
        return best

    def highest(self, labels: Collection[Label]) -> Values:
        """(texts) the highest score of any of the labels."""
        best: Values = self.scores[:, [LABEL_INDEX[label] for label in labels]].max(axis=1, initial=0.0)
        return best

    def flagged(self, labels: Collection[Label]) -> Flags:
        """(texts) whether any of the labels is found."""
        return np.greater_equal(self.over(labels), 0.0)
