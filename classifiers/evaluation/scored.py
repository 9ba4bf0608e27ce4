"""Texts with the scores that the scan gave them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from classifiers.evaluation.intervals import Flags
from classifiers.evaluation.letters import Text
from classifiers.scan import Scanner
from classifiers.stages import LABEL_INDEX
from models.finding import SCORED_LABELS, Label
from models.scan import ScanResult

Values = npt.NDArray[np.float64]

AT_ONCE = 64


@dataclass(frozen=True, slots=True)
class Scored:
    """`scores`: (texts x labels) in [0, 1]. `quoted`: (texts x labels) found, with what was put in as evidence.

    `limits`: (labels) the thresholds in force.
    """

    texts: tuple[Text, ...]
    scores: Values
    quoted: npt.NDArray[np.bool_]
    limits: Values

    @classmethod
    def by(cls, scanner: Scanner, texts: Sequence[Text]) -> Scored:
        """Scans `texts` in batches."""
        scores = np.zeros((len(texts), len(SCORED_LABELS)))
        quoted = np.zeros(scores.shape, dtype=np.bool_)
        for at in range(0, len(texts), AT_ONCE):
            block = texts[at : at + AT_ONCE]
            for row, result in enumerate(scanner.scan_texts([text.text for text in block]), start=at):
                scores[row] = [result.scores[label] for label in SCORED_LABELS]
                for label in _quoted(result, texts[row]):
                    quoted[row, LABEL_INDEX[label]] = True
        limits = np.array([scanner.thresholds[label] for label in SCORED_LABELS])
        return cls(tuple(texts), scores, quoted, limits)

    def where(self, wanted: Callable[[Text], bool]) -> Scored:
        """Those texts alone."""
        kept = [number for number, text in enumerate(self.texts) if wanted(text)]
        return Scored(tuple(self.texts[number] for number in kept), self.scores[kept], self.quoted[kept], self.limits)

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

    def quoting(self, labels: Collection[Label]) -> Flags:
        """(texts) whether any of the labels is found in the very sentence that was put in."""
        found: Flags = self.quoted[:, [LABEL_INDEX[label] for label in labels]].max(axis=1, initial=False)
        return found


def _quoted(result: ScanResult, text: Text) -> Iterator[Label]:
    for finding in result.findings:
        overlapping = any(shown.start < text.end and text.start < shown.end for shown in finding.evidence)
        if overlapping and finding.label in LABEL_INDEX:
            yield finding.label
