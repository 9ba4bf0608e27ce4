"""What the whole scanner, rules and model together, does on the locked side of the corpus.

The figures hold only for texts like the authored ones; `caveat` of the manifest says so wherever they are shown.
"""

from __future__ import annotations

from pathlib import Path

from classifiers.authored import Item, Kind, Side, read, sides
from classifiers.scan import Scanner
from models.base import Model
from models.finding import CATEGORY_OF, SCORED_LABELS, Category, Label


class LabelReport(Model):
    """`recall`: share of the label's texts found at its threshold; `precision`: of its findings, the right ones."""

    positives: int
    recall: float
    precision: float


class Report(Model):
    """Shares in [0, 1]. A false flag is any finding of a concern, rights or conduct label where none belongs."""

    labels: dict[Label, LabelReport]
    any_concern_recall: float
    any_right_recall: float
    false_flags: dict[Kind, float]
    texts: int


def evaluate(scanner: Scanner, corpus: Path, seed: int, side: Side = Side.TEST) -> Report:
    """Scans every text of one side of `corpus` (divided by the seed the model was trained with)."""
    items = read(corpus).items
    division = sides(items, seed)
    chosen = [item for item, own in zip(items, division, strict=True) if own is side]
    found = [_labels(scanner, item) for item in chosen]
    return Report(
        labels={label: _label_report(label, chosen, found) for label in SCORED_LABELS},
        any_concern_recall=_any(chosen, found, Kind.CONCERN, {Category.CRIMINAL, Category.SAFEGUARDING}),
        any_right_recall=_any(chosen, found, Kind.RIGHTS, {Category.RIGHTS}),
        false_flags={
            kind: _share([bool(own) for item, own in zip(chosen, found, strict=True) if item.kind is kind])
            for kind in (Kind.HOST, Kind.ORDINARY, Kind.CONTRAST)
        },
        texts=len(chosen),
    )


def _labels(scanner: Scanner, item: Item) -> frozenset[Label]:
    findings = scanner.scan_text(item.text).findings
    return frozenset(finding.label for finding in findings if finding.category is not Category.SYSTEM)


def _label_report(label: Label, items: list[Item], found: list[frozenset[Label]]) -> LabelReport:
    pairs = [(label in item.labels, label in own) for item, own in zip(items, found, strict=True)]
    return LabelReport(
        positives=sum(truth for truth, _ in pairs),
        recall=_share([flagged for truth, flagged in pairs if truth]),
        precision=_share([truth for truth, flagged in pairs if flagged]),
    )


def _any(items: list[Item], found: list[frozenset[Label]], kind: Kind, wanted: set[Category]) -> float:
    pairs = zip(items, found, strict=True)
    return _share([any(CATEGORY_OF[label] in wanted for label in own) for item, own in pairs if item.kind is kind])


def _share(flags: list[bool]) -> float:
    return round(sum(flags) / len(flags), 4) if flags else 0.0
