"""Thresholds label by label for a stated recall: learn-then-test with exact binomial bounds, within a burden.

The thresholds to try come from ordinary mail alone, before anything is asked of the labelled texts: the limit, which
spends the whole burden permitted, and steps up from it that spend less. They are tested from the lowest up, and the
first that fails ends it: this fixed order makes many tests cost the doubt of one (Angelopoulos et al., "Learn then
test", 2021). So the highest threshold stands at which the stated recall is certified. Where not even the limit's is,
the limit stands: recall cannot be vouched for, and what can be spent on it is spent.

A label's case is noticed when any label of its kind is found. While one threshold is tried, the other labels of the
kind stand at the highest that any may be given: whatever these get in the end, no less is noticed.

Families tell of one situation in several ways, and are not independent cases line by line. Of each cluster of families
one line is drawn, so that the cases are, and the binomial bound is exact.

Certified is what a model does by itself with texts as they were written. What rules add and take away, and letters
around the texts, `triage evaluate` measures.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from classifiers.authored import Item, Kind, clusters, draw
from classifiers.evaluation.intervals import at_least, misses_allowed, share
from classifiers.fast import KINDS, Floats, Margins, scores
from classifiers.shares import Share
from classifiers.stages import LABEL_INDEX
from classifiers.stated import Control, Tried, recall_of
from classifiers.training.calibration import Windows, best_by_text, thresholds_spending
from models.finding import SCORED_LABELS, Label

SPENT = tuple(step / 20 for step in range(20, 9, -1))
"""The shares of the permitted burden that are tried. A label gives back half of it at most: recall comes first."""


@dataclass(frozen=True, slots=True)
class _Path:
    """`thresholds`: (tried x labels), each label's ascending; `burdens`: by label what each would flag."""

    thresholds: Floats
    burdens: Mapping[Label, Sequence[Share]]


def controlled(
    items: Sequence[Item], windows: Windows, slope: Floats, stated: Mapping[str, float], seed: int
) -> tuple[Floats, dict[Label, Control]]:
    """(labels) the thresholds, and how each came about. `stated`: recalls by label or kind."""
    path = _path(items, windows, slope)
    cases = _cases(items, seed)
    control: dict[Label, Control] = {}
    for labels in KINDS:
        columns = [LABEL_INDEX[label] for label in labels]
        for label in labels:
            own = _windows_of(cases[label], windows)
            found = [_found(own, len(cases[label]), slope, _raised(path, label, row)) for row in range(len(SPENT))]
            noticed = [share(row[:, columns].max(axis=1, initial=False)) for row in found]
            control[label] = _control(label, path, noticed, recall_of(label, stated))
    chosen = [path.thresholds[control[label].chosen, column] for column, label in enumerate(SCORED_LABELS)]
    return np.array(chosen, dtype=np.float32), control


def _control(label: Label, path: _Path, noticed: Sequence[Share], stated: float) -> Control:
    bounds = [at_least(own.found, own.of) for own in noticed]
    passed = next((row for row, bound in enumerate(bounds) if bound < stated), len(bounds))
    tried = tuple(
        Tried(threshold=round(float(threshold), 4), noticed=own, bound=round(bound, 4), burden=burden)
        for threshold, own, bound, burden in zip(
            path.thresholds[:, LABEL_INDEX[label]], noticed, bounds, path.burdens[label], strict=True
        )
    )
    return Control(
        stated=stated,
        certified=passed > 0,
        enough=misses_allowed(noticed[0].of, stated) is not None,
        chosen=max(0, passed - 1),
        tried=tried,
    )


def _path(items: Sequence[Item], windows: Windows, slope: Floats) -> _Path:
    thresholds = thresholds_spending(items, windows, SPENT)
    letters = np.array([index for index, item in enumerate(items) if item.kind is Kind.HOST], dtype=np.int64)
    own = _windows_of(letters, windows)
    found = [_found(own, len(letters), slope, row) for row in thresholds]
    burdens = {}
    for column, label in enumerate(SCORED_LABELS):
        without = np.array([label not in items[index].labels for index in letters.tolist()], dtype=np.bool_)
        burdens[label] = [share(flagged[without, column]) for flagged in found]
    return _Path(thresholds, burdens)


def _cases(items: Sequence[Item], seed: int) -> dict[Label, npt.NDArray[np.int64]]:
    """By label the items that stand for their clusters, each drawn among those of its cluster that have the label."""
    drawn: dict[Label, dict[str, tuple[int, int]]] = {label: {} for label in SCORED_LABELS}
    for index, (item, cluster) in enumerate(zip(items, clusters(items), strict=True)):
        lot = draw(f"case:{item.text}", seed), index
        for label in item.labels:
            drawn[label][cluster] = min(lot, drawn[label].get(cluster, lot))
    return {label: np.array(sorted(index for _, index in own.values()), dtype=np.int64) for label, own in drawn.items()}


def _windows_of(chosen: npt.NDArray[np.int64], windows: Windows) -> Windows:
    """Those of the chosen texts (ascending), which are numbered anew."""
    kept = np.isin(windows.owner, chosen)
    margins = Margins(windows.margins.kind[kept], windows.margins.label[kept])
    return Windows(margins, np.searchsorted(chosen, windows.owner[kept]))


def _raised(path: _Path, label: Label, row: int) -> Floats:
    """(labels): the label's own threshold of this row, the others' the highest there is."""
    threshold: Floats = path.thresholds[-1].copy()
    threshold[LABEL_INDEX[label]] = path.thresholds[row, LABEL_INDEX[label]]
    return threshold


def _found(own: Windows, count: int, slope: Floats, threshold: Floats) -> npt.NDArray[np.bool_]:
    """(texts x labels) whether the label is found."""
    return np.greater_equal(best_by_text(scores(own.margins, slope, threshold), own.owner, count), 0.5)
