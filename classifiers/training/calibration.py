"""Thresholds by burden: how many harmless texts a label may cost, and how steeply its score rises (Platt).

The lowest threshold that keeps a burden is its limit. What recall that gives, and whether a higher threshold would do,
`classifiers.training.risk_control` asks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression

from classifiers.authored import Item, Kind
from classifiers.fast import KINDS, Floats, LabelFigures, Margins, rivalry
from classifiers.stages import LABEL_INDEX
from classifiers.stated import FIRST_HEARD
from models.finding import SCORED_LABELS, Label

MESSAGE_BURDEN = (0.07, 0.03, 0.02)
"""By kind: the share of ordinary messages (letters and single sentences alike) that may carry any of its labels."""
LETTER_BURDEN = (0.16, 0.05, 0.03)
"""By kind: the same of whole letters alone, which have more sentences to go wrong in."""
CONTRAST_BURDEN = (0.14, 0.05, 0.08)
"""By kind: the share of its contrasts (written to look like it) that may carry any of its labels."""
FEWER = "; fewer where the recall stated for a label is certified with less"
CAVEAT = (
    "Measured on texts written for the purpose, not on an office's own mail: the figures hold only for mail like them. "
    "Calibrate on reviewed local contacts before relying on a rate."
)
"""What is said beside every figure."""

_HEAD_START = 0.25
"""How much lower, within the same burden, the thresholds are of labels that are heard first."""
_STEEPNESS = (1.0, 4.0)


@dataclass(frozen=True, slots=True)
class Windows:
    """The windows of several texts: margins, and the row of the text each belongs to."""

    margins: Margins
    owner: npt.NDArray[np.int64]


def best_by_text(values: Floats, owner: npt.NDArray[np.int64], count: int) -> Floats:
    """(count x columns): of each text the highest value any of its windows has."""
    best = np.full((count, values.shape[1]), -30.0, dtype=np.float32)
    np.maximum.at(best, owner, values)
    return best


def _head_starts() -> Floats:
    return np.array([_HEAD_START if label in FIRST_HEARD else 0.0 for label in SCORED_LABELS], dtype=np.float32)


def thresholds_of(items: Sequence[Item], windows: Windows) -> Floats:
    """(labels): the lowest that keep every burden, the head starts included."""
    limits: Floats = thresholds_spending(items, windows, (1.0,))[0]
    return limits


def thresholds_spending(items: Sequence[Item], windows: Windows, spent: Sequence[float]) -> Floats:
    """(spent x labels): the same for each share of every burden that may be spent."""
    near = [frozenset(item.near) for item in items]
    ordinary = np.array([item.kind in {Kind.HOST, Kind.ORDINARY} for item in items])
    letters = np.array([item.kind is Kind.HOST for item in items])
    threshold = np.zeros((len(spent), len(SCORED_LABELS)), dtype=np.float32)
    likeliest = rivalry(windows.margins.label) == 0.0
    for kind, labels in enumerate(KINDS):
        columns = [LABEL_INDEX[label] for label in labels]
        start = np.where(likeliest[:, columns], _head_starts()[columns], 0.0).max(axis=1)
        reached = best_by_text((windows.margins.kind[:, kind] + start)[:, None], windows.owner, len(items))[:, 0]
        contrast = np.array(
            [item.kind is Kind.CONTRAST and not own.isdisjoint(labels) for item, own in zip(items, near, strict=True)]
        )
        # A letter that does complain is no false flag of a right.
        silent = np.array([set(labels).isdisjoint(item.labels) for item in items])
        clean, letter = ordinary & silent, letters & silent
        limits = [
            np.quantile(reached[those], 1 - burden * np.array(spent))
            for those, burden in (
                (clean, MESSAGE_BURDEN[kind]),
                (letter, LETTER_BURDEN[kind]),
                (contrast, CONTRAST_BURDEN[kind]),
            )
            if those.any()
        ]
        limit = np.max(limits, axis=0) if limits else np.zeros(len(spent))
        threshold[:, columns] = limit[:, None] - _head_starts()[columns]
    return threshold


def platt_slopes(items: Sequence[Item], windows: Windows) -> Floats:
    """(kinds) Platt's slopes; with the thresholds they make every label's threshold 0.5."""
    best = best_by_text(windows.margins.kind, windows.owner, len(items))
    slopes = np.ones(len(KINDS), dtype=np.float32)
    for kind, labels in enumerate(KINDS):
        truth = np.array([not set(labels).isdisjoint(item.labels) for item in items])
        if truth.any() and not truth.all():
            platt = LogisticRegression(C=1e3).fit(best[:, kind : kind + 1], truth)
            slopes[kind] = np.clip(platt.coef_[0, 0], *_STEEPNESS)
    return slopes


def label_figures(items: Sequence[Item], chosen: Sequence[int], found: Floats) -> dict[Label, LabelFigures]:
    """`found`: (chosen x labels) scores."""
    clean = np.array([items[index].kind in {Kind.HOST, Kind.ORDINARY} for index in chosen], dtype=np.bool_)
    figures = {}
    for column, label in enumerate(SCORED_LABELS):
        flagged: npt.NDArray[np.bool_] = np.greater_equal(found[:, column], 0.5)
        truth = np.array([label in items[index].labels for index in chosen], dtype=np.bool_)
        near = np.array([label in items[index].near for index in chosen], dtype=np.bool_)
        figures[label] = LabelFigures(
            threshold=0.5,
            positives=int(truth.sum()),
            recall=share_of(flagged[truth]),
            false_flags_clean=share_of(flagged[clean & ~truth]),
            false_flags_contrast=share_of(flagged[near & ~truth]),
        )
    return figures


def share_of(flags: npt.NDArray[np.bool_]) -> float:
    """How many of 1, to four places; 0 of none."""
    return round(float(flags.mean()), 4) if len(flags) else 0.0
