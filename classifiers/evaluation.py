"""What the whole scanner, rules and model together, does on the locked side of the corpus.

A concern is met in mail as a sentence among others, so each is put at a place drawn by the seed into an ordinary
letter of the same side, and stands against letters with a harmless sentence put in. The figures hold only for texts
like the authored ones; `caveat` of the manifest says so wherever they are shown.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from classifiers.authored import Item, Kind, Side, draw, read, sides
from classifiers.fast import FastModel
from classifiers.scan import Scanner
from classifiers.sentences import split
from models.base import Model
from models.finding import CATEGORY_OF, CONCERN_CATEGORIES, SCORED_LABELS, Category, Label

BURDENS = (0.01, 0.02, 0.05, 0.10)
"""Shares of false flags among ordinary letters at which recall is told, whatever the thresholds are."""

CONCERNS = frozenset(label for label in SCORED_LABELS if CATEGORY_OF[label] in CONCERN_CATEGORIES)
RIGHTS = frozenset(label for label in SCORED_LABELS if CATEGORY_OF[label] is Category.RIGHTS)

_LETTERS_EACH = 3
_AT_ONCE = 64


class LabelReport(Model):
    """Of letters with a sentence of this label in them. `named`: the label itself is found; `noticed`: any of its kind.

    `precision`: of the findings of this label in all letters, the right ones.
    """

    letters: int
    named: float
    noticed: float
    precision: float


class KindReport(Model):
    """Concerns, or rights. `recall_at`: recall where so large a share of ordinary letters would be flagged.

    `top_label_right`: of the letters noticed, those whose likeliest label is right. `labels_each`: labels per letter
    noticed. `ordinary`, `contrast`: shares flagged of letters with a harmless sentence, or one that looks alike.
    """

    recall: float
    recall_at: Mapping[str, float]
    recall_by_voice: Mapping[str, float]
    top_label_right: float
    labels_each: float
    ordinary: float
    contrast: float


class Report(Model):
    """Shares in [0, 1] of `letters` letters made from the texts of one side."""

    concerns: KindReport
    rights: KindReport
    labels: dict[Label, LabelReport]
    letters: int


class _Letter(Model):
    item: Item
    scores: tuple[float, ...]


def evaluate(scanner: Scanner, corpus: Path, seed: int, side: Side = Side.TEST) -> Report:
    """Scans letters made of one side of `corpus` (divided by the seed the model was trained with).

    Raises CorpusError; ValueError where the side has no letters or nothing to put into them.
    """
    items = read(corpus).items
    chosen = [item for item, own in zip(items, sides(items, seed), strict=True) if own is side]
    hosts = [item.text for item in chosen if item.kind is Kind.HOST]
    inserted = [item for item in chosen if item.kind is not Kind.HOST]
    if not hosts or not inserted:
        raise ValueError(
            f"the {side} side of the corpus has {len(hosts)} letters and {len(inserted)} sentences for them"
        )
    letters = list(_scanned(scanner, inserted, hosts, seed))
    return Report(
        concerns=_kind_report(scanner, letters, CONCERNS, Kind.CONCERN),
        rights=_kind_report(scanner, letters, RIGHTS, Kind.RIGHTS),
        labels={label: _label_report(scanner, letters, label) for label in SCORED_LABELS},
        letters=len(letters),
    )


def told(report: Report) -> str:
    """The report in lines for a terminal."""
    lines = [f"{report.letters} letters, each with one sentence put in"]
    for name, kind in (("concerns", report.concerns), ("rights", report.rights)):
        at = ", ".join(f"{recall:.0%} at {burden}" for burden, recall in kind.recall_at.items())
        voices = ", ".join(f"{voice} {recall:.0%}" for voice, recall in kind.recall_by_voice.items())
        lines += [
            f"{name}: found {kind.recall:.0%}; flagged by mistake: "
            f"ordinary {kind.ordinary:.0%}, contrasts {kind.contrast:.0%}",
            f"  recall by share of ordinary letters flagged: {at}",
            f"  by voice: {voices}; top label right {kind.top_label_right:.0%}; {kind.labels_each:.1f} labels a letter",
        ]
    lines += [
        f"  {label:28} {own.letters:5} letters  noticed {own.noticed:4.0%}  named {own.named:4.0%}"
        f"  precision {own.precision:4.0%}"
        for label, own in report.labels.items()
    ]
    return "\n".join(lines)


def _scanned(scanner: Scanner, items: Sequence[Item], hosts: Sequence[str], seed: int) -> Iterable[_Letter]:
    made = [
        (item, _put_in(item.text, hosts[draw(f"host:{n}:{item.text}", seed) % len(hosts)], seed))
        for item in items
        for n in range(_LETTERS_EACH)
    ]
    for at in range(0, len(made), _AT_ONCE):
        block = made[at : at + _AT_ONCE]
        results = scanner.scan_texts([text for _, text in block])
        for (item, _), result in zip(block, results, strict=True):
            yield _Letter(item=item, scores=tuple(result.scores[label] for label in SCORED_LABELS))


def _put_in(sentence: str, host: str, seed: int) -> str:
    spans = split(host)
    place = spans[draw(f"place:{sentence}:{host}", seed) % len(spans)].end
    return f"{host[:place]} {sentence} {host[place:].lstrip(' ')}"


def _margins(scanner: Scanner, letters: Sequence[_Letter], labels: Iterable[Label]) -> npt.NDArray[np.float64]:
    """(letters x labels) how far above its threshold each score is."""
    wanted = [(SCORED_LABELS.index(label), scanner.thresholds[label]) for label in SCORED_LABELS if label in labels]
    return np.array([[letter.scores[column] - limit for column, limit in wanted] for letter in letters])


def _kind_report(scanner: Scanner, letters: Sequence[_Letter], labels: frozenset[Label], kind: Kind) -> KindReport:
    over = _margins(scanner, letters, labels)
    best = over.max(axis=1)
    flagged: npt.NDArray[np.bool_] = np.greater_equal(best, 0)
    order = [label for label in SCORED_LABELS if label in labels]
    own = np.array([letter.item.kind is kind for letter in letters])
    ordinary = np.array([letter.item.kind is Kind.ORDINARY for letter in letters])
    near = np.array([not labels.isdisjoint(letter.item.near) for letter in letters]) & ~own
    voice = np.array([letter.item.voice for letter in letters])
    right = np.array(
        [order[top] in letter.item.labels for top, letter in zip(over.argmax(axis=1), letters, strict=True)]
    )
    return KindReport(
        recall=_share(flagged[own]),
        recall_at={
            f"{burden:.0%}": _share(best[own] > np.quantile(best[ordinary], 1 - burden)) if ordinary.any() else 0.0
            for burden in BURDENS
        },
        recall_by_voice={name: _share(flagged[own & (voice == name)]) for name in sorted(set(voice[own].tolist()))},
        top_label_right=_share(right[own & flagged]),
        labels_each=round(float((over[own & flagged] >= 0).sum(axis=1).mean()), 2) if (own & flagged).any() else 0.0,
        ordinary=_share(flagged[ordinary]),
        contrast=_share(flagged[near]),
    )


def _label_report(scanner: Scanner, letters: Sequence[_Letter], label: Label) -> LabelReport:
    truth: npt.NDArray[np.bool_] = np.array([label in letter.item.labels for letter in letters], dtype=np.bool_)
    kind = next((kind for kind in (CONCERNS, RIGHTS) if label in kind), frozenset(SCORED_LABELS) - CONCERNS - RIGHTS)
    found: npt.NDArray[np.bool_] = np.greater_equal(_margins(scanner, letters, {label})[:, 0], 0)
    noticed = np.greater_equal(_margins(scanner, letters, kind).max(axis=1), 0)
    return LabelReport(
        letters=int(truth.sum()),
        named=_share(found[truth]),
        noticed=_share(noticed[truth]),
        precision=_share(truth[found]),
    )


def _share(flags: npt.NDArray[np.bool_]) -> float:
    return round(float(flags.mean()), 4) if len(flags) else 0.0


def main(lexicons: str, seed: str | None = None) -> None:
    """Tells how the scanner of this package fares with the rules of folder `lexicons`, on the model's test side."""
    here = Path(__file__).parent
    scanner = Scanner.load(Path(lexicons), here / "weights")
    trained = FastModel.load(here / "weights" / "fast").manifest
    chosen = int(seed) if seed else trained.seed if trained else 0
    sys.stdout.write(told(evaluate(scanner, here / "corpus", chosen)) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
