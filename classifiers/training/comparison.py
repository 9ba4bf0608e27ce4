"""Whether a new model is worse than the old one, on texts of the locked test that both are asked about.

Only texts on which the two differ tell anything: where neither is better, a difference goes either way with equal
chance (McNemar's exact test, one-sided). Many questions are asked at once, so each family of them shares a doubt of
5 % by Holm's method; a question with too few differences to prove anything takes no part of it (Tarone).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from math import comb

import numpy as np

from classifiers.authored import Corpus, Side
from classifiers.evaluation.groups import ANY_CONCERN, GROUPS
from classifiers.evaluation.intervals import Flags
from classifiers.evaluation.letters import HARMLESS_A_HOST, Material, Text, alone
from classifiers.evaluation.scored import Scored
from classifiers.scan import Scanner
from models.base import Model
from models.finding import SCORED_LABELS, Label

DOUBT = 0.05
_KINDS = (ANY_CONCERN, "rights", "conduct")


class Question(StrEnum):
    """What is counted. The families within which questions share the doubt."""

    LABEL_FOUND = "label found"
    GROUP_FOUND = "any label of the group found"
    LETTERS_CLEAR = "harmless letters left alone"
    CONTRASTS_CLEAR = "contrasts left alone"


class Row(Model):
    """One question. Of `of` texts `old` and `new` were right; `gained` by the new model alone, `lost` by the old alone.

    `p`: how likely so many losses among the differences are where neither model is better.
    """

    question: Question
    about: str
    of: int
    old: int
    new: int
    gained: int
    lost: int
    p: float
    worse: bool


class Comparison(Model):
    """Every question's row. `texts`: how many texts of the locked test each model scanned."""

    texts: int
    rows: tuple[Row, ...]

    @property
    def worse(self) -> tuple[Row, ...]:
        """The rows by which the new model must not take the old one's place."""
        return tuple(row for row in self.rows if row.worse)


class _Scans:
    """What one model makes of the texts."""

    def __init__(self, scanner: Scanner, material: Material) -> None:
        self.letters = Scored.by(scanner, [material.letter(item) for item in material.sentences])
        self.harmless = Scored.by(scanner, material.harmless())
        self.contrasts = Scored.by(scanner, [alone(item) for item in material.contrasts])
        self.texts = len(self.letters.texts) + len(self.harmless.texts) + len(self.contrasts.texts)


def compare(old: Scanner, new: Scanner, corpus: Corpus, seed: int, side: Side = Side.TEST) -> Comparison:
    """Both at their own thresholds, on letters drawn by the seed. Raises ValueError where the side lacks texts."""
    material = Material.of(corpus, side, seed)
    before, after = _Scans(old, material), _Scans(new, material)
    found = {
        Question.LABEL_FOUND: {label.value: _found(before, after, (label,)) for label in SCORED_LABELS},
        Question.GROUP_FOUND: {name: _found(before, after, labels) for name, labels in GROUPS.items()},
        Question.LETTERS_CLEAR: {name: _letters_clear(before, after, GROUPS[name]) for name in _KINDS},
        Question.CONTRASTS_CLEAR: {name: _contrasts_clear(before, after, GROUPS[name]) for name in _KINDS},
    }
    rows = [row for question, pairs in found.items() for row in judged(question, pairs)]
    return Comparison(texts=before.texts, rows=tuple(rows))


def judged(question: Question, right: Mapping[str, tuple[Flags, Flags]]) -> list[Row]:
    """The rows of one family. `right`: whether the old and the new model were right, text by text (or letter)."""
    changes = [(int((new & ~old).sum()), int((old & ~new).sum())) for old, new in right.values()]
    chances = [chance(gained, lost) for gained, lost in changes]
    worse = proved(chances, [gained + lost for gained, lost in changes])
    return [
        Row(
            question=question,
            about=about,
            of=len(old),
            old=int(old.sum()),
            new=int(new.sum()),
            gained=gained,
            lost=lost,
            p=round(p, 4),
            worse=proof,
        )
        for (about, (old, new)), (gained, lost), p, proof in zip(right.items(), changes, chances, worse, strict=True)
    ]


def chance(gained: int, lost: int) -> float:
    """That of so many differences at least `lost` are losses, where a loss and a gain are equally likely."""
    changed = gained + lost
    ways: int = sum(comb(changed, number) for number in range(lost, changed + 1))
    return ways / (1 << changed)


def proved(chances: Sequence[float], changed: Sequence[int]) -> list[bool]:
    """Which are too unlikely to be noise: with `DOUBT` for all of them together, by the method of Tarone and Holm.

    `changed`: the differences each rests on. Only those that could prove something share the doubt: how many
    differences there are says nothing of which way they went. What is proved leaves its share to the others.
    """
    left = dict(enumerate(chances))
    while left:
        sharing = next(
            number
            for number in range(1, len(left) + 1)
            if sum(0.5 ** changed[index] <= DOUBT / number for index in left) <= number
        )
        found = [index for index, p in left.items() if p <= DOUBT / sharing]
        if not found:
            break
        for index in found:
            del left[index]
    return [index not in left for index in range(len(chances))]


def _found(before: _Scans, after: _Scans, labels: tuple[Label, ...]) -> tuple[Flags, Flags]:
    return before.letters.carrying(labels).flagged(labels), after.letters.carrying(labels).flagged(labels)


def _letters_clear(before: _Scans, after: _Scans, labels: tuple[Label, ...]) -> tuple[Flags, Flags]:
    """A letter is there several times, each with another sentence put into it: it is one witness, clear or not."""

    def clear(scans: _Scans) -> Flags:
        flagged = scans.harmless.without(labels).flagged(labels).reshape(-1, HARMLESS_A_HOST)
        return np.logical_not(flagged.any(axis=1))

    return clear(before), clear(after)


def _contrasts_clear(before: _Scans, after: _Scans, labels: tuple[Label, ...]) -> tuple[Flags, Flags]:
    def looks_like(text: Text) -> bool:
        return not set(text.item.near).isdisjoint(labels) and text.labels.isdisjoint(labels)

    def clear(scans: _Scans) -> Flags:
        return np.logical_not(scans.contrasts.where(looks_like).flagged(labels))

    return clear(before), clear(after)
