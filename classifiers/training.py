"""Training of the fast model from the authored corpus: repeatable, with its thresholds and figures written beside it.

scikit-learn is imported here only. Thresholds and calibration come from scores that each text got from a model which
had not seen its family (five folds of the train and dev sides); the figures shown come from the locked test side.
"""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from classifiers.authored import Item, Kind, Side, read, sides
from classifiers.fast import FORMAT, FastModel, LabelFigures, Manifest
from classifiers.features import BUCKETS, GROUPS, Features, Vectoriser
from classifiers.normalise import Folder
from classifiers.sentences import split
from classifiers.stages import LABEL_INDEX, Sentence
from models.finding import CATEGORY_OF, CONCERN_CATEGORIES, SCORED_LABELS, Category, Label

FOLDS = 5
CLEAN_BURDEN = 0.01
"""Share of ordinary messages that a label's threshold may flag."""
CONTRAST_BURDEN = 0.12
"""Share of the contrasts (written to look like something) that a label's threshold may flag."""

OTHERS_BURDEN = 0.002
"""Share of all texts of other groups that a rights or conduct label may flag."""

_INVERSE_PENALTY = 8.0
_SEEN_AT_LEAST = 2
_LOWEST = -5.0
_FLATTEST, _STEEPEST = 0.8, 3.0
_WEIGHTS = {Kind.CONTRAST: 0.4, Kind.HOST: 2.0}
_SHARED = (0.7, 0.0, 0.0)
"""By group: how much of the margin for any of its labels is added to each label's own. Rare concerns learn from all."""

_GROUPS = (
    frozenset(label for label in SCORED_LABELS if CATEGORY_OF[label] in CONCERN_CATEGORIES),
    frozenset(label for label in SCORED_LABELS if CATEGORY_OF[label] is Category.RIGHTS),
    frozenset(label for label in SCORED_LABELS if CATEGORY_OF[label] is Category.CONDUCT),
)
_GROUP_BURDENS = (0.12, 0.06, 0.03)
"""Share of whole ordinary messages that may carry any concern, any rights label, any conduct label."""
_CAVEAT = (
    "Measured on texts written for the purpose, not on an office's own mail: the figures hold only for mail like them. "
    "Calibrate on reviewed local contacts before relying on a rate."
)

Margins = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Unit:
    """One row of training: folded text and the labels it carries."""

    text: bytes
    labels: tuple[Label, ...]
    weight: float = 1.0


def train(corpus: Path, out: Path, seed: int) -> Manifest:
    """Trains on `corpus/*.jsonl`, writes `out/weights.npz` and `out/manifest.json`; raises CorpusError."""
    authored = read(corpus)
    items = authored.items
    side = sides([(item.family, item.twin) for item in items], seed)
    learn = [index for index, own in enumerate(side) if own is not Side.TEST]
    test = [index for index, own in enumerate(side) if own is Side.TEST]
    folder = Folder()
    fold_of = _folds(items, seed)
    held_out = np.zeros((len(items), len(SCORED_LABELS)), dtype=np.float32)
    for fold in range(FOLDS):
        inside = [index for index in learn if fold_of[index] != fold]
        outside = [index for index in learn if fold_of[index] == fold]
        weights, intercept = _fit(_units(items, inside, folder))
        held_out[outside] = _message_margins(_model(weights, intercept), items, outside, folder)
    thresholds = _thresholds(items, learn, held_out)
    slope = _slopes(items, learn, held_out)
    offset = -slope * thresholds
    weights, intercept = _fit(_units(items, learn, folder))
    arrays = _arrays(weights, intercept, slope, offset)
    model = _model(weights, intercept)
    tested = _message_margins(model, items, test, folder)
    manifest = Manifest(
        format=FORMAT,
        model=f"fast-{_digest(arrays)[:12]}",
        corpus_sha256=authored.digest,
        arrays_sha256=_digest(arrays),
        seed=seed,
        versions={"python": platform.python_version(), **{n: version(n) for n in ("numpy", "scikit-learn", "scipy")}},
        labels=SCORED_LABELS,
        thresholds=dict.fromkeys(SCORED_LABELS, 0.5),
        burden=(
            f"0.5 = a label flags at most {CLEAN_BURDEN:.0%} of ordinary texts and {CONTRAST_BURDEN:.0%} of contrasts; "
            "any concern, right, conduct label at most {:.0%}, {:.0%}, {:.0%} of whole messages".format(*_GROUP_BURDENS)
        ),
        dev=_figures(items, learn, held_out[learn] - thresholds),
        test=_test_figures(items, test, tested - thresholds),
        caveat=_CAVEAT,
    )
    _write(out, arrays, manifest)
    return manifest


def _folds(items: Sequence[Item], seed: int) -> list[int]:
    return [
        int.from_bytes(hashlib.sha256(f"fold:{seed}:{item.twin or item.family}".encode()).digest()[:4]) % FOLDS
        for item in items
    ]


def _units(items: Sequence[Item], chosen: Sequence[int], folder: Folder) -> list[Unit]:
    """A labelled text whole; an unlabelled one sentence by sentence and pair by pair, as it will be met in mail."""
    units: list[Unit] = []
    for index in chosen:
        item = items[index]
        spans = split(item.text)
        weight = _WEIGHTS.get(item.kind, 1.0)
        if item.labels or len(spans) < 2:
            units.append(Unit(folder.fold(item.text).data, item.labels, weight))
            continue
        for first, last in [(s, s) for s in spans] + list(pairwise(spans)):
            units.append(Unit(folder.fold(item.text[first.start : last.end]).data, (), weight))
    return units


def _matrix(features: Features) -> sparse.csr_matrix:
    """(units x BUCKETS), each group scaled as in serving."""
    sizes = np.sqrt(np.maximum(features.sizes(), 1.0))
    rows = np.concatenate(features.rows)
    columns = np.concatenate(features.ids)
    values = np.concatenate([1.0 / sizes[features.rows[group], group] for group in range(GROUPS)])
    return sparse.csr_matrix((values, (rows, columns)), shape=(features.count, BUCKETS))


def _fit(units: Sequence[Unit]) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """One logistic regression a label; inverse document frequency is folded into the weights."""
    matrix = _matrix(Vectoriser().features([unit.text for unit in units]))
    frequency = np.asarray((matrix > 0).sum(axis=0)).ravel()
    kept = np.flatnonzero(frequency >= _SEEN_AT_LEAST)
    rarity = np.log((1.0 + len(units)) / (1.0 + frequency[kept])) / 4.0
    seen = sparse.csr_matrix(matrix[:, kept].multiply(rarity[None, :]))
    weights = np.zeros((BUCKETS, len(SCORED_LABELS)), dtype=np.float32)
    intercept = np.full(len(SCORED_LABELS), -5.0, dtype=np.float32)
    weight = np.array([unit.weight for unit in units])
    for group, share in zip(_GROUPS, _SHARED, strict=True):
        shared, shared_intercept = _regression(
            seen, weight, np.array([not group.isdisjoint(unit.labels) for unit in units])
        )
        for label in group:
            own, own_intercept = _regression(seen, weight, np.array([label in unit.labels for unit in units]))
            column = LABEL_INDEX[label]
            weights[kept, column] = (own + share * shared) * rarity
            intercept[column] = own_intercept + share * shared_intercept
    return weights, intercept


def _regression(
    seen: sparse.csr_matrix, weight: npt.NDArray[np.float64], truth: npt.NDArray[np.bool_]
) -> tuple[npt.NDArray[np.float64], float]:
    if truth.sum() < 2:
        return np.zeros(seen.shape[1]), -5.0
    regression = LogisticRegression(C=_INVERSE_PENALTY, solver="liblinear", class_weight=_class_weight(truth))
    regression.fit(seen, truth, sample_weight=weight)
    return regression.coef_[0], float(regression.intercept_[0])


def _class_weight(truth: npt.NDArray[np.bool_]) -> dict[bool, float]:
    # Half way between as counted and balanced: rare labels are heard, but do not shout.
    return {True: float(np.sqrt((~truth).sum() / truth.sum())), False: 1.0}


def _model(weights: npt.NDArray[np.float32], intercept: npt.NDArray[np.float32]) -> FastModel:
    ones = np.ones(len(SCORED_LABELS), dtype=np.float32)
    return FastModel(weights, intercept, ones, np.zeros_like(ones))


def _message_margins(model: FastModel, items: Sequence[Item], chosen: Sequence[int], folder: Folder) -> Margins:
    """(chosen x labels): the best margin anywhere in each text, as serving would find it."""
    sentences: list[Sentence] = []
    owner: list[int] = []
    for row, index in enumerate(chosen):
        text = items[index].text
        for span in split(text):
            piece = text[span.start : span.end]
            sentences.append(Sentence("body", span.start, span.end, piece, folder.fold(piece), row))
            owner.append(row)
    best = np.full((len(chosen), len(SCORED_LABELS)), -30.0, dtype=np.float32)
    np.maximum.at(best, np.array(owner), model.margins(sentences))
    return best


def _clean(items: Sequence[Item], chosen: Sequence[int]) -> list[int]:
    return [index for index in chosen if items[index].kind in {Kind.HOST, Kind.ORDINARY} and not items[index].labels]


def _thresholds(items: Sequence[Item], learn: Sequence[int], margins: Margins) -> npt.NDArray[np.float32]:
    clean = margins[_clean(items, learn)]
    contrast = margins[[index for index in learn if items[index].kind is Kind.CONTRAST]]
    limits = [np.full(len(SCORED_LABELS), _LOWEST)]
    if len(clean):
        limits.append(np.quantile(clean, 1 - CLEAN_BURDEN, axis=0))
    if len(contrast):
        near = [
            [margins[i, c] for i in learn if items[i].kind is Kind.CONTRAST and label in items[i].near]
            for c, label in enumerate(SCORED_LABELS)
        ]
        limits.append(np.array([np.quantile(own, 1 - CONTRAST_BURDEN) if own else _LOWEST for own in near]))
    chosen: npt.NDArray[np.float32] = np.max(limits, axis=0).astype(np.float32)
    # A rights request clears a breach and conduct is held against a person: neither may rest on a loose likeness.
    for group in _GROUPS[1:]:
        others = margins[[index for index in learn if group.isdisjoint(items[index].labels)]]
        columns = [LABEL_INDEX[label] for label in group]
        if len(others):
            chosen[columns] = np.maximum(chosen[columns], np.quantile(others[:, columns], 1 - OTHERS_BURDEN, axis=0))
    return _eased_to_burden(items, learn, margins, chosen)


def _eased_to_burden(
    items: Sequence[Item], learn: Sequence[int], margins: Margins, thresholds: npt.NDArray[np.float32]
) -> npt.NDArray[np.float32]:
    """Raises a group's thresholds together until no more whole messages than its burden carry any of its labels."""
    hosts = [index for index in learn if items[index].kind is Kind.HOST]
    raised = thresholds.copy()
    for group, burden in zip(_GROUPS, _GROUP_BURDENS, strict=True):
        columns = [LABEL_INDEX[label] for label in group]
        if hosts:
            over = (margins[hosts] - thresholds)[:, columns].max(axis=1)
            raised[columns] += max(0.0, float(np.quantile(over, 1 - burden)))
    return raised


def _slopes(items: Sequence[Item], learn: Sequence[int], margins: Margins) -> npt.NDArray[np.float32]:
    """Platt's slope of each label; the offset is then set so that every label's threshold is 0.5."""
    slopes = np.ones(len(SCORED_LABELS), dtype=np.float32)
    for column, label in enumerate(SCORED_LABELS):
        truth = np.array([label in items[index].labels for index in learn])
        if truth.any():
            platt = LogisticRegression(C=1e3).fit(margins[list(learn), column : column + 1], truth)
            slopes[column] = np.clip(platt.coef_[0, 0], _FLATTEST, _STEEPEST)
    return slopes


def _figures(items: Sequence[Item], chosen: Sequence[int], over: Margins) -> dict[Label, LabelFigures]:
    """`over`: (chosen x labels) margins above the threshold."""
    clean = np.array([items[index].kind in {Kind.HOST, Kind.ORDINARY} for index in chosen], dtype=np.bool_)
    figures = {}
    for column, label in enumerate(SCORED_LABELS):
        flagged: npt.NDArray[np.bool_] = np.greater_equal(over[:, column], 0)
        truth = np.array([label in items[index].labels for index in chosen], dtype=np.bool_)
        near = np.array([label in items[index].near for index in chosen], dtype=np.bool_)
        figures[label] = LabelFigures(
            threshold=0.5,
            positives=int(truth.sum()),
            recall=_share(flagged[truth]),
            false_flags_clean=_share(flagged[clean & ~truth]),
            false_flags_contrast=_share(flagged[near & ~truth]),
        )
    return figures


def _test_figures(items: Sequence[Item], test: Sequence[int], over: Margins) -> dict[str, float]:
    figures = _figures(items, test, over)
    concern = np.array([items[index].kind is Kind.CONCERN for index in test])
    clean = np.array([items[index].kind in {Kind.HOST, Kind.ORDINARY} for index in test])
    anything: npt.NDArray[np.bool_] = np.array(over[:, :12].max(axis=1) >= 0)
    return {
        "any_concern_recall": _share(anything[concern]),
        "any_concern_false_flags_clean": _share(anything[clean]),
        **{f"recall_{label}": own.recall for label, own in figures.items()},
    }


def _share(flags: npt.NDArray[np.bool_]) -> float:
    return round(float(flags.mean()), 4) if len(flags) else 0.0


def _arrays(
    weights: npt.NDArray[np.float32],
    intercept: npt.NDArray[np.float32],
    slope: npt.NDArray[np.float32],
    offset: npt.NDArray[np.float32],
) -> dict[str, npt.NDArray[np.generic]]:
    rows = np.flatnonzero(np.abs(weights).max(axis=1) > 1e-4)
    return {
        "rows": rows.astype(np.uint32),
        "values": weights[rows].astype(np.float16),
        "intercept": intercept.astype(np.float32),
        "slope": slope.astype(np.float32),
        "offset": offset.astype(np.float32),
    }


def _digest(arrays: dict[str, npt.NDArray[np.generic]]) -> str:
    digest = hashlib.sha256()
    for name in sorted(arrays):
        digest.update(name.encode() + np.ascontiguousarray(arrays[name]).tobytes())
    return digest.hexdigest()


def _write(out: Path, arrays: dict[str, npt.NDArray[np.generic]], manifest: Manifest) -> None:
    out.mkdir(parents=True, exist_ok=True)
    with (out / "weights.npz").open("wb") as file:
        np.savez_compressed(file, allow_pickle=False, **arrays)
    text = json.dumps(manifest.model_dump(mode="json"), indent=1)
    (out / "manifest.json").write_text(text + "\n", encoding="utf-8")
