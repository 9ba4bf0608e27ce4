"""Training of the semantic stage's heads from the authored corpus: repeatable, with figures written beside them.

What the heads see of a text in training is what serving sees: the whole of a labelled text (one or two sentences), and
each sentence of an ordinary one. How the measures are mixed, and every threshold, comes from margins that a text got
from models (fast model, heads and prototypes alike) that had not seen its cluster of families.

A fine-tuned encoder (`classifiers.training.encoder`) has itself seen the train side, and brings its heads with it:
then the fast model and the prototypes are of the train side too, and everything else is fitted on the dev side alone.
With an encoder as published the heads are fitted here, by five folds of both sides.
"""

from __future__ import annotations

import platform
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression

from classifiers.authored import Corpus, Item, Kind, MatterPair, Side, clusters, draw, read, side_of, sides
from classifiers.encoder import FINE_TUNED, TRAINED_HEADS, Encoder, files
from classifiers.fast import KINDS, FastModel, Floats, Margins, scores
from classifiers.normalise import Folder
from classifiers.own import is_own, tells_rates
from classifiers.semantic import (
    FORMAT,
    GOLDEN,
    Authored,
    Bank,
    Heads,
    Manifest,
    as_floats,
    beside_leading,
    fast_margins,
    joined,
    linear,
    measures,
    mixed,
    of_pairs,
    telling,
    with_neighbours,
    worded,
)
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
    thresholds_of,
)
from classifiers.training.fast import FOLDS, Vectors, fit, word_vectors
from classifiers.training.lessons import background_of, harmless, units_of
from classifiers.training.risk_control import controlled
from classifiers.training.written import write
from classifiers.weights_file import digest
from models.finding import SCORED_LABELS, Label

ENCODER = "multilingual-e5-small, upper layers fine-tuned on the train side, rounded to int8"
Embed = Callable[[Sequence[str]], Floats]

_INVERSE_PENALTY = 10.0
_LABEL_INVERSE_PENALTY = 10.0
_WEIGHTS = {Kind.CONTRAST: 0.5, Kind.HOST: 3.0}
_MIX_WEIGHTS = {Kind.CONTRAST: 0.3}
_CONTRAST_TOPIC = 0.5
_MOST_BACKGROUND = 4000
_ALL_USED = 5
_FINE_TUNED_USED = 2
"""Measures that are mixed, in their order: beside heads trained with the encoder the densities add nothing."""
_AT_ONCE = 512
_ROUNDS = 3
"""Times a labelled text of several sentences is asked again which of them is the telling one."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Vectors (n x width) to learn from and the item each belongs to; -1 for the text of a matter pair."""

    vectors: Floats
    item: npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Lesson:
    """The corpus as training uses it: the folded whole of each item, its sentences, and those of the pairs' texts."""

    items: Sequence[Item]
    pairs: Sequence[MatterPair]
    fold: Sequence[int]
    whole: Sequence[str]
    sentences: Sequence[Sequence[Sentence]]
    beside: Sequence[str]
    beside_fold: npt.NDArray[np.int64]
    seed: int


def train(
    corpus: Path,
    out: Path,
    seed: int,
    encoder: Path | None = None,
    embed: Embed | None = None,
    own: Sequence[Item] = (),
    stated: Mapping[str, float] | None = None,
) -> Manifest:
    """Trains on `corpus/*.jsonl` and `own` lines; writes `out/weights.npz` and `out/manifest.json`.

    `embed` stands in for the encoder's own where vectors are kept between runs. `stated`: recalls by label or kind,
    instead of ours. Raises CorpusError, EncoderError.
    """
    authored = read(corpus).with_lines(own)
    model, tokenizer = files(encoder, out)
    reader = Encoder.load(model, tokenizer)
    make = embed or reader.embed
    lesson = _lesson(authored, seed)
    vectors = word_vectors(corpus)
    side = np.array(sides(authored.items, seed))
    tells = np.array([tells_rates(item) for item in authored.items])
    if model == out / FINE_TUNED:
        learn, asked, used = side == Side.TRAIN, (side == Side.DEV) & tells, _FINE_TUNED_USED
        final = _fine_tuned_heads(lesson, learn, make, out)
        seen = measured(lesson, asked, _fast_of_train(lesson, learn, vectors), final, make)
    else:
        learn, asked, used = side != Side.TEST, (side != Side.TEST) & tells, _ALL_USED
        final = _heads(lesson, learn, make)
        seen = held_out(lesson, learn, asked, vectors, make)
    calibration, control, found = _calibrated(lesson, asked, seen, used, stated or {})
    heads = replace(final, **calibration, golden=reader.embed(GOLDEN))
    chosen = np.flatnonzero(asked).tolist()
    whole = digest(heads)
    manifest = Manifest(
        format=FORMAT,
        model=f"semantic-{whole[:12]}",
        encoder=ENCODER if encoder is None else encoder.name,
        encoder_sha256=reader.checksum,
        corpus_sha256=authored.digest,
        arrays_sha256=whole,
        seed=seed,
        split="Clusters of families joined by twins; locked.jsonl is the test side, the rest divided by the seed.",
        versions={
            "python": platform.python_version(),
            **{name: version(name) for name in ("numpy", "scikit-learn", "onnxruntime", "tokenizers")},
        },
        labels=SCORED_LABELS,
        thresholds=dict.fromkeys(SCORED_LABELS, 0.5),
        burden=(
            "0.5 = any concern, right, conduct label on at most "
            f"{MESSAGE_BURDEN} of ordinary messages, {LETTER_BURDEN} of letters and {CONTRAST_BURDEN} of contrasts"
            + FEWER
        ),
        control=control,
        dev=label_figures(authored.items, chosen, found),
        caveat=CAVEAT,
        prototypes=tuple(Authored(item.text, item.family, item.labels) for item in _prototypes(lesson, learn)),
    )
    write(out, {name: getattr(heads, name) for name in Heads.__slots__}, manifest)
    return manifest


def _lesson(authored: Corpus, seed: int) -> Lesson:
    folder = Folder()
    items, pairs = authored.items, harmless(authored.pairs)

    def read_as(text: str, passage: int) -> list[Sentence]:
        spans = split(text)
        return [
            Sentence("body", span.start, span.end, text[span.start : span.end], folded, passage)
            for span, folded in zip(spans, folder.fold_each(text, spans), strict=True)
        ]

    beside = [(worded(own.text, own.folded), pair) for pair in pairs for own in read_as(pair.text, 0)]
    return Lesson(
        items=items,
        pairs=pairs,
        fold=[draw(f"fold:{name}", seed) % FOLDS for name in clusters(items)],
        whole=[worded(item.text, folder.fold(item.text)) for item in items],
        sentences=[read_as(item.text, index) for index, item in enumerate(items)],
        beside=[text for text, _ in beside],
        beside_fold=np.array([draw(f"fold:{pair.family}", seed) % FOLDS for _, pair in beside], dtype=np.int64),
        seed=seed,
    )


def _sample(lesson: Lesson, chosen: npt.NDArray[np.bool_], embed: Embed, fold: int | None) -> Sample:
    texts: list[str] = []
    owner: list[int] = []
    for index in np.flatnonzero(chosen).tolist():
        item = lesson.items[index]
        own = [worded(sentence.text, sentence.folded) for sentence in lesson.sentences[index]]
        pieces = [] if item.labels or len(own) == 1 else own
        pieces += [] if item.kind is Kind.HOST else [lesson.whole[index]]
        texts += pieces
        owner += [index] * len(pieces)
    beside = [text for text, own_fold in zip(lesson.beside, lesson.beside_fold, strict=True) if own_fold != fold]
    return Sample(embed(texts + beside), np.array(owner + [-1] * len(beside)))


def _heads(lesson: Lesson, chosen: npt.NDArray[np.bool_], embed: Embed, fold: int | None = None) -> Heads:
    """Heads and prototypes of the chosen items; mixing, thresholds and golden vectors are still nothing."""
    sample = _sample(lesson, chosen, embed, fold)
    items = lesson.items
    width = sample.vectors.shape[1]
    labels, near = _said(lesson, sample)
    weight = np.array([_WEIGHTS.get(items[index].kind, 1.0) if index >= 0 else 1.0 for index in sample.item.tolist()])
    kind = np.zeros((width + 1, len(KINDS)), dtype=np.float32)
    label = np.zeros((width + 1, len(SCORED_LABELS)), dtype=np.float32)
    for number, names in enumerate(KINDS):
        truth = np.array([not own.isdisjoint(names) for own in labels])
        like = np.array([not own.isdisjoint(names) for own in near]) & ~truth
        kind[:, number] = _regression(sample.vectors, truth, weight, _INVERSE_PENALTY)
        own_rows = np.flatnonzero(truth | like)
        topics = [labels[row] or near[row] for row in own_rows.tolist()]
        sure = np.where(truth[own_rows], 1.0, _CONTRAST_TOPIC)
        for name in names:
            those = np.array([name in topic for topic in topics])
            rare = np.sqrt((~those).sum() / max(1, int(those.sum())))
            label[:, LABEL_INDEX[name]] = _regression(
                sample.vectors[own_rows], those, np.where(those, sure * rare, sure), _LABEL_INVERSE_PENALTY
            )
    return _with_bank(lesson, chosen, sample, kind, label)


def _fine_tuned_heads(lesson: Lesson, chosen: npt.NDArray[np.bool_], embed: Embed, folder: Path) -> Heads:
    """The heads that were trained with the encoder, and prototypes of the chosen items."""
    with np.load(folder / TRAINED_HEADS, allow_pickle=False) as arrays:
        kind, label = arrays["kind"], arrays["label"]
    return _with_bank(lesson, chosen, _sample(lesson, chosen, embed, None), kind, label)


def _fast_of_train(lesson: Lesson, learn: npt.NDArray[np.bool_], vectors: Vectors) -> FastModel:
    """The fast model served has seen the dev side; this one has not."""
    folder = Folder()
    pairs = [pair for pair in lesson.pairs if side_of(pair.family, lesson.seed) is Side.TRAIN]
    units = units_of(lesson.items, np.flatnonzero(learn).tolist(), folder) + background_of(pairs, folder)
    return FastModel(fit(units, vectors))


def _said(lesson: Lesson, sample: Sample) -> tuple[list[frozenset[Label]], list[frozenset[Label]]]:
    """Of each vector: the labels it carries, and those it resembles."""
    nothing: frozenset[Label] = frozenset()
    items = [lesson.items[index] if index >= 0 else None for index in sample.item.tolist()]
    labels = [frozenset(own.labels) if own else nothing for own in items]
    return labels, [frozenset(own.near) if own else nothing for own in items]


def _with_bank(lesson: Lesson, chosen: npt.NDArray[np.bool_], sample: Sample, kind: Floats, label: Floats) -> Heads:
    labels, near = _said(lesson, sample)
    group = np.zeros(len(labels), dtype=np.uint8)
    for number, names in enumerate(KINDS):
        truth = np.array([not own.isdisjoint(names) for own in labels])
        like = np.array([not own.isdisjoint(names) for own in near]) & ~truth
        group |= (truth.astype(np.uint8) << number) | (like.astype(np.uint8) << (number + 3))
    kept = _banked(lesson, sample, group)
    scale = np.float32(np.abs(sample.vectors[kept]).max() / 127.0)
    ordinal = {index: place for place, index in enumerate(_prototype_indices(lesson, chosen))}
    nothing = np.zeros(0, dtype=np.float32)
    return Heads(
        kind=kind,
        label=label,
        bank=np.round(sample.vectors[kept] / scale).astype(np.int8),
        scale=np.array(scale),
        group=group[kept],
        source=np.array([ordinal.get(index, -1) for index in sample.item[kept].tolist()], dtype=np.int32),
        mix=nothing,
        slope=nothing,
        threshold=nothing,
        notice=nothing,
        golden=nothing,
    )


def _regression(rows: Floats, truth: npt.NDArray[np.bool_], weight: npt.NDArray[np.float64], penalty: float) -> Floats:
    if truth.sum() < 2 or truth.all():
        return np.array([*np.zeros(rows.shape[1]), -5.0], dtype=np.float32)
    regression = LogisticRegression(C=penalty, solver="newton-cholesky").fit(rows, truth, sample_weight=weight)
    return np.array([*regression.coef_[0], regression.intercept_[0]], dtype=np.float32)


def _banked(lesson: Lesson, sample: Sample, group: npt.NDArray[np.uint8]) -> npt.NDArray[np.int64]:
    """Every authored prototype and contrast, and authored background drawn by the seed.

    Nothing of an organisation's own mail: from a sentence's vector much of the sentence can be guessed.
    """
    authored = np.array([index < 0 or not is_own(lesson.items[index].family) for index in sample.item.tolist()])
    background = np.flatnonzero((group == 0) & authored)
    drawn = np.array([draw(f"bank:{row}", lesson.seed) for row in background.tolist()])
    return np.sort(np.r_[np.flatnonzero((group > 0) & authored), background[np.argsort(drawn)[:_MOST_BACKGROUND]]])


def _prototype_indices(lesson: Lesson, chosen: npt.NDArray[np.bool_]) -> list[int]:
    """Authored ones only: prototypes are written into the manifest and shown to people."""
    items = lesson.items
    return [
        index for index in np.flatnonzero(chosen).tolist() if items[index].labels and not is_own(items[index].family)
    ]


def _prototypes(lesson: Lesson, chosen: npt.NDArray[np.bool_]) -> list[Item]:
    return [lesson.items[index] for index in _prototype_indices(lesson, chosen)]


@dataclass(frozen=True, slots=True)
class Seen:
    """Of sentences (n) of texts held out: the text of each, the measures of it, its label margins.

    `pair_parts`, `pair_label`: the same of each sentence and the next read together; nothing of a text's last one.
    """

    owner: npt.NDArray[np.int64]
    parts: Floats
    label: Floats
    pair_parts: Floats
    pair_label: Floats


def held_out(
    lesson: Lesson, learn: npt.NDArray[np.bool_], asked: npt.NDArray[np.bool_], vectors: Vectors, embed: Embed
) -> Seen:
    """Every sentence of every item asked about, measured by models that had not seen its cluster."""
    folder = Folder()
    seen: list[Seen] = []
    folds = np.array(lesson.fold)
    for fold in range(FOLDS):
        inside = learn & (folds != fold)
        pairs = [pair for pair in lesson.pairs if draw(f"fold:{pair.family}", lesson.seed) % FOLDS != fold]
        units = units_of(lesson.items, np.flatnonzero(inside).tolist(), folder) + background_of(pairs, folder)
        seen.append(
            measured(
                lesson,
                asked & (folds == fold),
                FastModel(fit(units, vectors)),
                _heads(lesson, inside, embed, fold),
                embed,
            )
        )
    return Seen(*(np.concatenate([getattr(own, field.name) for own in seen]) for field in fields(Seen)))


def measured(lesson: Lesson, chosen: npt.NDArray[np.bool_], fast: FastModel, heads: Heads, embed: Embed) -> Seen:
    """Every sentence of the chosen items, measured."""
    sentences = [own for index in np.flatnonzero(chosen).tolist() for own in lesson.sentences[index]]
    passage = np.array([sentence.passage for sentence in sentences])
    _, fast_says = fast_margins(fast, sentences)
    bank = Bank(as_floats(heads), heads.group)

    def measure(said: Margins, texts: Sequence[str]) -> tuple[Floats, Floats]:
        vectors = embed(texts)
        blocks = [slice(at, at + _AT_ONCE) for at in range(0, len(vectors), _AT_ONCE)]
        parts = [measures(said.kind[own], vectors[own], heads.kind, bank) for own in blocks]
        return np.concatenate(parts), (said.label + linear(vectors, heads.label)) / np.float32(2)

    parts, label = measure(fast_says, [worded(sentence.text, sentence.folded) for sentence in sentences])
    pair_parts, pair_label = np.zeros_like(parts), np.zeros_like(label)
    first = np.flatnonzero(passage[1:] == passage[:-1])
    if len(first):
        pairs = [joined(sentences, place) for place in first.tolist()]
        pair_parts[first], pair_label[first] = measure(of_pairs(fast_says, first), pairs)
    return Seen(passage, parts, label, pair_parts, pair_label)


def _calibrated(
    lesson: Lesson, chosen: npt.NDArray[np.bool_], seen: Seen, used: int, stated: Mapping[str, float]
) -> tuple[dict[str, Any], dict[Label, Control], Floats]:
    """The mix, slopes and thresholds by their names in Heads, how thresholds were set, and the chosen items' scores."""
    mix = _mix(lesson.items, seen, used)
    rows = np.flatnonzero(chosen)
    owner = np.searchsorted(rows, seen.owner)
    items = [lesson.items[index] for index in rows.tolist()]
    by_fast = Windows(Margins(np.ascontiguousarray(seen.parts[:, :, 0]), seen.label), owner)
    limits = thresholds_of(items, by_fast)
    lowest = np.array([np.min(limits[[LABEL_INDEX[name] for name in names]]) for names in KINDS])
    notice = np.stack([platt_slopes(items, by_fast), lowest]).astype(np.float32)
    looked = telling(seen.owner, (notice[0] * (seen.parts[:, :, 0] - notice[1])).max(axis=1))
    alone = Margins(mixed(seen.parts[looked], mix), seen.label[looked])
    first, of = beside_leading(seen.owner, looked, alone.kind)
    pairs = Margins(mixed(seen.pair_parts[first], mix), seen.pair_label[first])
    windows = Windows(with_neighbours(alone, pairs, of), owner[looked])
    slope = platt_slopes(items, windows)
    threshold, control = controlled(items, windows, slope, stated, lesson.seed)
    found = best_by_text(scores(windows.margins, slope, threshold), windows.owner, len(items))
    return {"mix": mix, "slope": slope, "threshold": threshold, "notice": notice}, control, found


def _mix(items: Sequence[Item], seen: Seen, used: int) -> Floats:
    """A regression for each kind over the measures; of a labelled text its most telling sentence stands for it."""
    mix = np.zeros((len(KINDS), seen.parts.shape[2] + 1), dtype=np.float32)
    weight = np.array([_MIX_WEIGHTS.get(items[index].kind, 1.0) for index in seen.owner.tolist()])
    for number, names in enumerate(KINDS):
        parts = seen.parts[:, number, :used].astype(np.float64)
        truth = np.array([not set(names).isdisjoint(items[index].labels) for index in seen.owner.tolist()])
        spread = parts.std(axis=0) + 1e-6
        margin = (parts[:, :2] / spread[:2]).sum(axis=1)
        for _ in range(_ROUNDS):
            best = np.full(len(items), -np.inf)
            np.maximum.at(best, seen.owner, margin)
            kept = ~truth | (margin >= best[seen.owner])
            fitted = LogisticRegression(C=1.0, max_iter=500).fit(
                parts[kept] / spread, truth[kept], sample_weight=weight[kept]
            )
            margin = fitted.decision_function(parts / spread)
        mix[number, :used], mix[number, -1] = fitted.coef_[0] / spread, fitted.intercept_[0]
    return mix


if __name__ == "__main__":
    here = Path(__file__).resolve().parents[1]
    train(here / "corpus", here / "weights" / "semantic", int(sys.argv[1]))
