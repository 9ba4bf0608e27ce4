"""What recall the data can vouch for, label by label: learn-then-test with exact binomial bounds at 95 %.

Two questions. Does the scan, at the thresholds in force, notice at least the stated share? (The thresholds were there
before, so one test says it.) And which threshold on the label's own score would find the stated share, and what would
it cost? Thresholds are tried from the lowest up and the last one that passes stands: this order makes it one test.
"""

from __future__ import annotations

import numpy as np

from classifiers.evaluation.groups import GROUPS, KIND_OF
from classifiers.evaluation.intervals import at_least, fewest_for, misses_allowed, share
from classifiers.evaluation.scored import Scored
from classifiers.shares import Share
from models.base import Model
from models.finding import Label

TARGET = 0.90
"""What is asked of a label whose manifest states no recall."""


class Certificate(Model):
    """`noticed`: letters with the label in which any label of its kind is found; `bound`: at least that, at 95 %.

    `threshold`: the highest on its own score that finds the target; None where the letters are too few, or where only
    a threshold of 0 does. `burden`: what it would flag of ordinary messages.
    """

    label: Label
    target: float
    noticed: Share
    bound: float
    certified: bool
    enough: bool
    threshold: float | None
    burden: Share | None


def certificate(letters: Scored, ordinary: Scored, label: Label, target: float) -> Certificate:
    """`letters`: those with the label; `ordinary`: messages that do not have it."""
    noticed = share(letters.flagged(GROUPS[KIND_OF[label]]))
    bound = at_least(noticed.found, noticed.of)
    threshold = _highest(letters, label, target)
    return Certificate(
        label=label,
        target=target,
        noticed=noticed,
        bound=round(bound, 4),
        certified=bound >= target,
        enough=noticed.of >= fewest_for(target),
        threshold=None if threshold is None else round(threshold, 4),
        burden=None if threshold is None else share(np.greater_equal(ordinary.highest((label,)), threshold)),
    )


def _highest(letters: Scored, label: Label, target: float) -> float | None:
    allowed = misses_allowed(len(letters.texts), target)
    if allowed is None:
        return None
    threshold = float(np.sort(letters.highest((label,)))[allowed])
    return threshold if threshold > 0.0 else None
