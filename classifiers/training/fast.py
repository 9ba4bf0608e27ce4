"""Training of the fast model from the authored corpus: repeatable, with its thresholds and figures written beside it.

scikit-learn is imported here only. Thresholds and calibration come from margins that each text got from a model which
had not seen its cluster of families (five folds of the train and dev sides); the figures shown come from the locked
test side. Word vectors (`word_vectors.npz`) lend the model words that the corpus does not have; they are folded into
the weights, so that serving needs none. They are distilled from sentence-transformers/all-MiniLM-L6-v2 (Apache-2.0; as
int8 ONNX, SHA-256 8199be6f...b014f3d2a6): every whole word of its vocabulary embedded alone (mean of the tokens, unit
length), centred, cut to 128 principal components, stored as int8 with a scale for each.
"""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from importlib.metadata import version
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import ComplementNB

from classifiers.authored import Corpus, Item, Kind, Side, clusters, draw, read, sides
from classifiers.fast import (
    FORMAT,
    KINDS,
    SHORTEST,
    FastModel,
    Floats,
    LabelFigures,
    Manifest,
    Margins,
    Weights,
    scores,
)
from classifiers.features import BUCKETS, Vocabulary
from classifiers.normalise import Folder
from classifiers.own import tells_rates
from classifiers.sentences import split
from classifiers.stages import LABEL_INDEX, Sentence
from classifiers.stated import Control
from classifiers.training.calibration import (
    CAVEAT,
    CONTRAST_BURDEN,
    FEWER,
    LETTER_BURDEN,
    MESSAGE_BURDEN,
    Windows,
    best_by_text,
    label_figures,
    platt_slopes,
    share_of,
)
from classifiers.training.lessons import Unit, background_of, harmless, units_of
from classifiers.training.risk_control import controlled
from classifiers.training.written import write
from classifiers.weights_file import digest
from models.finding import SCORED_LABELS, Label

FOLDS = 5


_INVERSE_PENALTY = 1.0
_LABEL_INVERSE_PENALTY = 1.5
_CONTRAST_TOPIC = 0.5
_SEEN_AT_LEAST = 2
_VECTOR_SCALE = 1.0
_NAIVE_SHARES = (1.5, 0.5, 0.3)
"""By kind: how much complement naive Bayes counts beside the regression."""
_NAIVE_SMOOTHING = 0.1
_SPLIT = (
    "Clusters of families joined by twins. The test side is locked.jsonl, written by somebody who saw nothing of the "
    "rest; all other clusters are divided by the seed."
)


@dataclass(frozen=True, slots=True)
class Vectors:
    """Words and what they mean: `buckets` (n) of the words, `values` (n x dimensions)."""

    buckets: npt.NDArray[np.uint32]
    values: Floats


def train(
    corpus: Path, out: Path, seed: int, own: Sequence[Item] = (), stated: Mapping[str, float] | None = None
) -> Manifest:
    """Trains on `corpus/*.jsonl` and `own` lines, writes `out/weights.npz` and `out/manifest.json`.

    `stated`: recalls by label or kind, instead of ours. Raises CorpusError.
    """
    authored = read(corpus).with_lines(own)
    items = authored.items
    vectors = word_vectors(corpus)
    side = sides(items, seed)
    learn = [index for index, own in enumerate(side) if own is not Side.TEST]
    test = [index for index, own in enumerate(side) if own is Side.TEST]
    folder = Folder()
    slope, threshold, control, dev = _calibrated(authored, learn, vectors, folder, seed, stated or {})
    weights = fit(
        units_of(items, learn, folder) + background_of(harmless(authored.pairs), folder), vectors, slope, threshold
    )
    tested = _scores(_windows(FastModel(weights), items, test, folder), weights, len(test))
    arrays = digest(weights)
    manifest = Manifest(
        format=FORMAT,
        model=f"fast-{arrays[:12]}",
        corpus_sha256=authored.digest,
        arrays_sha256=arrays,
        seed=seed,
        split=_SPLIT,
        versions={"python": platform.python_version(), **{n: version(n) for n in ("numpy", "scikit-learn", "scipy")}},
        labels=SCORED_LABELS,
        thresholds=dict.fromkeys(SCORED_LABELS, 0.5),
        burden=(
            "0.5 = any concern, right, conduct label on at most {:.1%}, {:.1%}, {:.1%} of ordinary messages, ".format(
                *MESSAGE_BURDEN
            )
            + "{:.0%}, {:.0%}, {:.0%} of whole letters and ".format(*LETTER_BURDEN)
            + "{:.0%}, {:.0%}, {:.0%} of contrasts".format(*CONTRAST_BURDEN)
            + FEWER
        ),
        control=control,
        dev=dev,
        test=_test_figures(items, test, tested),
        caveat=CAVEAT,
    )
    write(out, _arrays(weights), manifest)
    return manifest


def _calibrated(
    authored: Corpus, learn: Sequence[int], vectors: Vectors, folder: Folder, seed: int, stated: Mapping[str, float]
) -> tuple[Floats, Floats, dict[Label, Control], dict[Label, LabelFigures]]:
    """Slopes, thresholds, how they were set and figures, from models that had not seen what they were asked about."""
    items = authored.items
    fold_of = [draw(f"fold:{name}", seed) % FOLDS for name in clusters(items)]
    asked = [index for index in learn if tells_rates(items[index])]
    margins: list[Margins] = []
    owners: list[npt.NDArray[np.int64]] = []
    for fold in range(FOLDS):
        inside = [index for index in learn if fold_of[index] != fold]
        outside = [index for index in asked if fold_of[index] == fold]
        pairs = [pair for pair in harmless(authored.pairs) if draw(f"fold:{pair.family}", seed) % FOLDS != fold]
        units = units_of(items, inside, folder) + background_of(pairs, folder)
        windows = _windows(FastModel(fit(units, vectors)), items, outside, folder)
        margins.append(windows.margins)
        owners.append(np.array(outside)[windows.owner])
    together = Windows(
        Margins(np.concatenate([m.kind for m in margins]), np.concatenate([m.label for m in margins])),
        np.searchsorted(np.array(asked), np.concatenate(owners)),
    )
    chosen = [items[index] for index in asked]
    slope = platt_slopes(chosen, together)
    threshold, control = controlled(chosen, together, slope, stated, seed)
    found = best_by_text(scores(together.margins, slope, threshold), together.owner, len(chosen))
    return slope, threshold, control, label_figures(items, asked, found)


def word_vectors(corpus: Path) -> Vectors:
    """Those of `corpus/word_vectors.npz`, by the buckets of their words."""
    with np.load(corpus / "word_vectors.npz", allow_pickle=False) as arrays:
        words = arrays["words"].tobytes().split(b"\n")
        values = arrays["vectors"].astype(np.float32) * arrays["scale"]
    vocabulary = Vocabulary()
    return Vectors(vocabulary.buckets(vocabulary.words(words))[0][0], values)


def _counts(texts: Sequence[bytes]) -> list[sparse.csr_matrix]:
    """(texts x BUCKETS) of each group of features."""
    vocabulary = Vocabulary()
    shape = (len(texts), BUCKETS)
    return [
        sparse.csr_matrix((np.ones(len(ids), dtype=np.float32), (rows, ids)), shape=shape)
        for ids, rows in vocabulary.buckets(vocabulary.words(texts))
    ]


def fit(
    units: Sequence[Unit], vectors: Vectors, slope: Floats | None = None, threshold: Floats | None = None
) -> Weights:
    """One regression a kind over all units, one a label over its kind's; everything folded into weights by bucket."""
    groups = _counts([unit.text for unit in units])
    frequency = np.asarray(sum((group > 0).sum(axis=0) for group in groups)).ravel()
    rarity = np.where(frequency >= _SEEN_AT_LEAST, np.log((1.0 + len(units)) / (1.0 + frequency)), 0.0)
    rarity[vectors.buckets] = np.log((1.0 + len(units)) / (1.0 + frequency[vectors.buckets]))
    kept = np.flatnonzero(frequency >= _SEEN_AT_LEAST)
    scaled = [_scaled(group, rarity) for group in groups]
    seen = sparse.csr_matrix(sum(group[:, kept] for group in scaled))
    meaning = sparse.csr_matrix(scaled[0][:, vectors.buckets] @ vectors.values * _VECTOR_SCALE)
    rows = sparse.hstack([seen, meaning]).tocsr()
    weight = np.array([unit.weight for unit in units])
    values = np.zeros((BUCKETS, len(KINDS) + len(SCORED_LABELS)), dtype=np.float32)
    intercept = np.full(values.shape[1], -5.0, dtype=np.float32)

    def put(column: int, coefficients: npt.NDArray[np.float64], constant: float) -> None:
        values[kept, column] = coefficients[: len(kept)]
        values[vectors.buckets, column] += vectors.values @ coefficients[len(kept) :] * _VECTOR_SCALE
        intercept[column] = constant

    for kind, labels in enumerate(KINDS):
        truth = np.array([not set(labels).isdisjoint(unit.labels) for unit in units])
        coefficients, constant = _regression(rows, weight, truth, _INVERSE_PENALTY)
        naive = _naive(seen, weight, truth)
        spread, naive_spread = np.std(rows @ coefficients), np.std(seen @ naive)
        if naive_spread > 0:
            share = _NAIVE_SHARES[kind] * spread / naive_spread
            coefficients[: len(kept)] += share * naive
            constant -= float(np.mean(share * (seen @ naive)))
        put(kind, coefficients, constant)
        # A contrast is about what it is near to, although it does not say it: which label it resembles it can teach.
        topics = [frozenset(unit.labels or unit.near) for unit in units]
        own = np.flatnonzero([not topic.isdisjoint(labels) for topic in topics])
        sure = np.where(truth[own], 1.0, _CONTRAST_TOPIC)
        for label in labels:
            those = np.array([label in topics[index] for index in own], dtype=np.bool_)
            put(len(KINDS) + LABEL_INDEX[label], *_told_apart(rows[own], sure, those))
    values *= rarity[:, None].astype(np.float32)
    rows_used = np.flatnonzero(rarity > 0)
    return Weights(
        buckets=rows_used.astype(np.uint32),
        values=values[rows_used].astype(np.float16),
        squares=np.square(rarity[rows_used]).astype(np.float32),
        intercept=intercept,
        slope=np.ones(len(KINDS), dtype=np.float32) if slope is None else slope,
        threshold=np.zeros(len(SCORED_LABELS), dtype=np.float32) if threshold is None else threshold,
    )


def _scaled(counts: sparse.csr_matrix, rarity: npt.NDArray[np.float64]) -> sparse.csr_matrix:
    length = np.sqrt(counts @ np.square(rarity) + SHORTEST)
    return sparse.csr_matrix(sparse.diags(1.0 / length) @ counts @ sparse.diags(rarity))


def _regression(
    rows: sparse.csr_matrix, weight: npt.NDArray[np.float64], truth: npt.NDArray[np.bool_], penalty: float
) -> tuple[npt.NDArray[np.float64], float]:
    if truth.sum() < 2 or truth.all():
        return np.zeros(rows.shape[1]), -5.0
    regression = LogisticRegression(C=penalty, solver="liblinear", random_state=0)
    regression.fit(rows, truth, sample_weight=weight)
    return regression.coef_[0].copy(), float(regression.intercept_[0])


def _told_apart(
    rows: sparse.csr_matrix, weight: npt.NDArray[np.float64], truth: npt.NDArray[np.bool_]
) -> tuple[npt.NDArray[np.float64], float]:
    # Half way between as counted and balanced, so that a rare label is not lost among the common ones of its kind.
    rare = np.sqrt((~truth).sum() / max(1, int(truth.sum())))
    return _regression(rows, np.where(truth, weight * rare, weight), truth, _LABEL_INVERSE_PENALTY)


def _naive(
    seen: sparse.csr_matrix, weight: npt.NDArray[np.float64], truth: npt.NDArray[np.bool_]
) -> npt.NDArray[np.float64]:
    """Complement naive Bayes' log ratios: steadier than regression where a word was met a few times only."""
    if truth.sum() < 2 or truth.all():
        return np.zeros(seen.shape[1])
    weight = np.where(weight < 1.0, weight, 1.0)
    bayes = ComplementNB(alpha=_NAIVE_SMOOTHING).fit(seen, truth, sample_weight=weight)
    ratios: npt.NDArray[np.float64] = bayes.feature_log_prob_[1] - bayes.feature_log_prob_[0]
    return ratios


def _windows(model: FastModel, items: Sequence[Item], chosen: Sequence[int], folder: Folder) -> Windows:
    """Every sentence and every pair that says more than its halves, as serving would find them."""
    sentences: list[Sentence] = []
    for row, index in enumerate(chosen):
        text = items[index].text
        for span in split(text):
            piece = text[span.start : span.end]
            sentences.append(Sentence("body", span.start, span.end, piece, folder.fold(piece), row))
    margins, first = model.windows(sentences)
    owner = np.array([sentence.passage for sentence in sentences])
    return Windows(margins, np.concatenate([owner, owner[first]]))


def _scores(windows: Windows, weights: Weights, count: int) -> Floats:
    return best_by_text(scores(windows.margins, weights.slope, weights.threshold), windows.owner, count)


def _test_figures(items: Sequence[Item], test: Sequence[int], found: Floats) -> dict[str, float]:
    figures = label_figures(items, test, found)
    kind = np.array([items[index].kind for index in test])
    out: dict[str, float] = {}
    for number, own in enumerate((Kind.CONCERN, Kind.RIGHTS, Kind.CONDUCT)):
        columns = [LABEL_INDEX[label] for label in KINDS[number]]
        flagged = found[:, columns].max(axis=1) >= 0.5
        near = np.array([not set(KINDS[number]).isdisjoint(items[index].near) for index in test])
        out |= {
            f"any_{own}_recall": share_of(flagged[kind == own]),
            f"any_{own}_false_flags_letters": share_of(flagged[kind == Kind.HOST]),
            f"any_{own}_false_flags_ordinary": share_of(flagged[kind == Kind.ORDINARY]),
            f"any_{own}_false_flags_contrasts": share_of(flagged[(kind == Kind.CONTRAST) & near]),
        }
    return out | {f"recall_{label}": own_figures.recall for label, own_figures in figures.items()}


def _arrays(weights: Weights) -> dict[str, npt.NDArray[np.generic]]:
    return {field.name: getattr(weights, field.name) for field in fields(Weights)}
