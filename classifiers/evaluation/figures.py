"""Figures of a ranking: recall at a burden, area under the curve, and how far scores can be taken for probabilities."""

from __future__ import annotations

import numpy as np

from classifiers.evaluation.intervals import share
from classifiers.evaluation.scored import Values
from classifiers.shares import Share
from models.base import Model

BINS = 10


class Ranking(Model):
    """`at_5`, `at_10`: recall where 5 and 10 % of harmless letters are flagged. `auc`: ties count half."""

    at_5: Share
    at_10: Share
    auc: float


class Point(Model):
    """Recall, were `burden` of the harmless letters flagged."""

    burden: float
    recall: float


class Bin(Model):
    """Letters with a score in [`low`, `high`): their mean score, and the share that has what was scored."""

    low: float
    high: float
    mean_score: float
    true: Share


def limit(harmless: Values, burden: float) -> float:
    """The lowest value that no larger a share of the harmless letters exceeds; infinite where there are none."""
    if not len(harmless):
        return np.inf
    allowed = int(burden * len(harmless) + 1e-9)
    return float(np.sort(harmless)[len(harmless) - 1 - allowed])


def ranking(having: Values, harmless: Values) -> Ranking:
    """Of letters that have it against letters that do not."""
    return Ranking(
        at_5=share(having > limit(harmless, 0.05)),
        at_10=share(having > limit(harmless, 0.10)),
        auc=round(auc(having, harmless), 4),
    )


def auc(having: Values, harmless: Values) -> float:
    """How often one that has it scores above one that does not; 0.5 where either kind is missing."""
    if not len(having) or not len(harmless):
        return 0.5
    order = np.sort(harmless)
    below, up_to = np.searchsorted(order, having, "left"), np.searchsorted(order, having, "right")
    return float((below + up_to).mean() / 2 / len(order))


def curve(having: Values, harmless: Values) -> tuple[Point, ...]:
    """Recall at each per cent of burden up to 30."""
    return tuple(
        Point(burden=per_cent / 100, recall=share(having > limit(harmless, per_cent / 100)).value)
        for per_cent in range(1, 31)
    )


def reliability(scores: Values, truth: Values) -> tuple[Bin, ...]:
    """The bins that have letters in them. `truth`: 1 or 0."""
    place = np.minimum((scores * BINS).astype(int), BINS - 1)
    return tuple(
        Bin(
            low=number / BINS,
            high=(number + 1) / BINS,
            mean_score=round(float(scores[place == number].mean()), 4),
            true=share(truth[place == number] > 0),
        )
        for number in range(BINS)
        if (place == number).any()
    )


def calibration_error(bins: tuple[Bin, ...]) -> float:
    """The mean gap between score and share, weighted by letters (expected calibration error)."""
    letters = sum(own.true.of for own in bins)
    return round(sum(abs(own.mean_score - own.true.value) * own.true.of for own in bins) / max(1, letters), 4)
