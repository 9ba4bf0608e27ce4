"""Minimal pairs: a sentence and its twin, which looks like it and is harmless."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

import numpy as np

from classifiers.evaluation.intervals import share
from classifiers.evaluation.scored import Scored
from classifiers.shares import Share
from models.finding import Label


def pair_accuracy(sentences: Scored, contrasts: Scored, labels: Collection[Label]) -> Share:
    """In how many pairs the sentence scores above its twin; a tie is wrong.

    Each contrast is set against one sentence of the family it is the twin of, each of the family in turn.
    """
    having = sentences.carrying(labels)
    family: dict[str, list[float]] = defaultdict(list)
    for text, score in zip(having.texts, having.over(labels).tolist(), strict=True):
        family[text.item.family].append(score)
    turn: dict[str, int] = defaultdict(int)
    right: list[bool] = []
    for text, score in zip(contrasts.texts, contrasts.over(labels).tolist(), strict=True):
        own = family.get(text.item.twin or "")
        if own and text.labels.isdisjoint(labels):
            right.append(own[turn[text.item.twin or ""] % len(own)] > score)
            turn[text.item.twin or ""] += 1
    return share(np.array(right, dtype=np.bool_))
