"""Training of the matter verdict from the authored pairs: repeatable, its figures cross-validated over writers.

No figure and no limit rests on a matter, or a manner of writing, that the model has met. Pairs of the locked test are
left out. Beside the pairs as written there are made ones (`matter_examples`), with small weights and never measured on.

Two models are made: one by words alone, and one that also has what the sentence encoder's lower layers make of the
message, alone and beside the matter. Fine-tuning leaves those layers as they are, so the second holds for an encoder
that was fine-tuned anew.

scikit-learn is imported here only.
"""

from __future__ import annotations

import json
import platform
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.optimize import Bounds, minimize
from sklearn.linear_model import LogisticRegression

from classifiers.authored import MatterPair, is_locked, read
from classifiers.encoder import Encoder, files
from classifiers.matter_features import NAMES, Message, compared, features, message
from classifiers.matter_meaning import GOLDEN, Meaning, beside, described, known
from classifiers.matter_model import (
    COLUMNS,
    FORMAT,
    MatterFigures,
    MatterLimits,
    MatterManifest,
    StoredArrays,
    StoredLexis,
    joined,
    lexis_of,
    likely,
)
from classifiers.matter_text import Lexis, stem, words_of
from classifiers.matter_vocabulary import ORDINARY
from classifiers.sentences import split
from classifiers.training.matter_examples import Example, as_written, made
from classifiers.training.written import write
from classifiers.weights_file import digest

VERDICTS = COLUMNS[:3]
NEW_FOR_SAME = 0.04
SAME_FOR_NEW = 0.09
"""The largest shares of `new` told `same` (5 % are allowed, and the thresholds are chosen on the figures) and back."""

_IN_COMMON = ("summary_shared", "title_shared", "cosine", "shared", "prefixes")
"""Features that may speak for `same` and against `new` only, whatever the pairs at hand suggest."""
_OFFICE_FROM = 0.01
"""Share of the matters in whose titles and summaries a stem stands, from which it is the office's word and no matter's.
A share: else each new matter in the corpus would leave the known ones fewer words of their own."""
_OFFICE_RARITY = 2.5
_INVERSE_PENALTY = 3.0
_AXES = 600
"""Directions kept of what the encoder makes of a message; those left out vary least."""
_SEEN_AT_LEAST = 3
_INFORMATION_FROM = np.arange(0.2, 0.8, 0.02)
_INFORMATION_FALSE = 0.05
_CAVEAT = (
    "Cross-validated over writers who wrote for the purpose, not on an office's own mail: the figures hold for texts "
    "like them. An old matter wholly reworded and a complaint about another decision are told apart poorly."
)

Matrix = npt.NDArray[np.float32]
Flags = npt.NDArray[np.bool_]
Chosen = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Scales:
    """By how much each sort of input is multiplied: the smaller, the less it is relied on."""

    values: float
    words: float
    meaning: float


_BY_WORDS = _Scales(values=0.3, words=1.0, meaning=0.0)
_BY_MEANING = _Scales(values=0.11, words=0.55, meaning=1.8)


@dataclass(frozen=True, slots=True)
class _Fitted:
    """`meaning` over `_Table.meaning`; empty where that is not used."""

    centre: Matrix
    spread: Matrix
    linear: Matrix
    intercept: Matrix
    words: tuple[bytes, ...]
    rarity: Matrix
    tone: Matrix
    meaning: Matrix


@dataclass(frozen=True, slots=True)
class _Axes:
    """The directions in which what the encoder makes of messages differs most, found without any verdict."""

    centre: Matrix
    turned: Matrix

    @classmethod
    def of(cls, meanings: Matrix) -> _Axes:
        centre = meanings.mean(axis=0)
        spread = (meanings.std(axis=0) + np.float32(1e-6)) * np.float32(np.sqrt(meanings.shape[1]))
        _, turned = np.linalg.eigh(np.cov((meanings - centre) / spread, rowvar=False))
        return cls(centre, (turned[:, ::-1][:, :_AXES] / spread[:, None]).astype(np.float32))

    def seen(self, meanings: Matrix) -> Matrix:
        """(rows x _AXES)."""
        along: Matrix = ((meanings - self.centre) @ self.turned).astype(np.float32)
        return along


@dataclass(frozen=True, slots=True)
class _Table:
    """Every example as numbers: `values` (examples x NAMES), `words` of each message, `meaning` (examples x _AXES)."""

    examples: Sequence[Example]
    values: Matrix
    words: Sequence[tuple[bytes, ...]]
    meaning: Matrix
    verdict: Chosen
    information: Flags


@dataclass(frozen=True, slots=True)
class _Limits:
    same: float
    new: float


def train(corpus: Path, folder: Path, seed: int, meaning: Meaning) -> MatterManifest:
    """Writes `folder/weights.npz` and `folder/manifest.json`; raises CorpusError."""
    read_corpus = read(corpus)
    pairs = [pair for pair in read_corpus.pairs if not is_locked(pair.family)]
    texts = [item.text for item in read_corpus.items if not is_locked(item.family)]
    stored = _known_words(corpus, pairs, texts)
    table, axes = _table([*as_written(pairs), *made(pairs, seed)], lexis_of(StoredLexis(**stored)), meaning)
    every = np.arange(len(table.examples))
    words, fold_of = _cross_validated(table, _BY_WORDS)
    meant, _ = _cross_validated(table, _BY_MEANING)
    limits = {
        "by_words": _measured(table, likely(words), fold_of),
        "by_meaning": _measured(table, joined(words, meant), fold_of),
    }
    for name, scales in (("by_words", _BY_WORDS), ("by_meaning", _BY_MEANING)):
        fitted = _fit(table, every, scales)
        of_meaning = axes.turned @ fitted.meaning if scales.meaning else np.zeros((0, len(COLUMNS)), np.float32)
        base = fitted.intercept - axes.centre @ of_meaning if scales.meaning else fitted.intercept
        stored |= {
            "centre": fitted.centre,
            "spread": fitted.spread,
            "tone_words": np.frombuffer(b"\n".join(fitted.words), dtype=np.uint8),
            "tone_rarity": fitted.rarity,
            f"{name}_linear": fitted.linear,
            f"{name}_intercept": base,
            f"{name}_tone": fitted.tone,
            f"{name}_meaning": of_meaning,
        }
    stored["golden"] = meaning.embed_lower(GOLDEN)
    arrays = digest(StoredArrays(**stored))
    manifest = MatterManifest(
        format=FORMAT,
        model=f"matter-{arrays[:12]}",
        corpus_sha256=read_corpus.digest,
        arrays_sha256=arrays,
        seed=seed,
        versions={
            "python": platform.python_version(),
            **{name: version(name) for name in ("numpy", "scikit-learn", "scipy", "onnxruntime", "tokenizers")},
        },
        features=NAMES,
        by_words=limits["by_words"],
        by_meaning=limits["by_meaning"],
        caveat=_CAVEAT,
    )
    write(folder, stored, manifest)
    return manifest


def _measured(table: _Table, chances: Matrix, fold_of: Chosen) -> MatterLimits:
    """The limits for what says these `chances`, cross-validated, and its figures on the pairs as written."""
    written = np.array([example.written for example in table.examples])
    chances, fold_of = chances[written], fold_of[written]
    verdict, information = table.verdict[written], table.information[written]
    limits = _limits(chances, verdict)
    return MatterLimits(
        same_from=limits.same,
        new_from=limits.new,
        information_from=_information_limit(chances[:, 3], information),
        figures=_figures(chances, verdict, information, fold_of),
    )


def _known_words(corpus: Path, pairs: Sequence[MatterPair], texts: Sequence[str]) -> dict[str, npt.NDArray[np.generic]]:
    """Rarity of stems over all open texts, and the vectors of words (`word_vectors.npz`)."""
    documents = [
        *texts,
        *(pair.text for pair in pairs),
        *sorted({f"{pair.matter.title} {pair.matter.summary}" for pair in pairs}),
    ]
    counts: Counter[bytes] = Counter()
    for document in documents:
        counts.update({stem(word) for word in words_of(document)})
    kept = sorted(word for word, count in counts.items() if count > 1)
    rarity = np.log((1 + len(documents)) / (1 + np.array([counts[word] for word in kept])))
    matters = {pair.matter for pair in pairs}
    office = Counter(own for one in matters for own in {stem(word) for word in words_of(f"{one.title} {one.summary}")})
    ordinary = np.array([office[word] >= _OFFICE_FROM * len(matters) or _is_ordinary(word.decode()) for word in kept])
    rarity[ordinary] = np.minimum(rarity[ordinary], _OFFICE_RARITY)
    with np.load(corpus / "word_vectors.npz", allow_pickle=False) as arrays:
        vectors = {name: arrays[name] for name in ("words", "vectors", "scale")}
    return {
        "stems": np.frombuffer(b"\n".join(kept), dtype=np.uint8),
        "rarity": rarity.astype(np.float16),
        "unknown": np.array(np.log((1 + len(documents)) / 1.7), dtype=np.float32),
        **vectors,
    }


def _is_ordinary(own: str) -> bool:
    return own in ORDINARY or any(own.startswith(word) for word in ORDINARY if len(word) >= 6)


def _table(examples: Sequence[Example], lexis: Lexis, meaning: Meaning) -> tuple[_Table, _Axes]:
    messages: dict[tuple[str, ...], Message] = {}
    meant: dict[tuple[str, ...], Matrix] = {}
    for example in examples:
        sentences = _sentences(example.pair)
        if sentences not in messages:
            messages[sentences] = message(sentences, lexis, example.pair.sender)
            meant[sentences] = described(sentences, meaning)
    read_as = [_sentences(example.pair) for example in examples]
    meanings = np.array(
        [
            np.concatenate([meant[sentences], beside(sentences, known(matter.title, matter.summary), meaning)])
            for sentences, matter in zip(read_as, (example.pair.matter for example in examples), strict=True)
        ]
    )
    axes = _Axes.of(meanings)
    values = [
        features(messages[sentences], compared(example.pair.matter.title, example.pair.matter.summary, lexis))
        for sentences, example in zip(read_as, examples, strict=True)
    ]
    table = _Table(
        examples,
        np.array(values, dtype=np.float32),
        [messages[sentences].whole.words for sentences in read_as],
        axes.seen(meanings),
        np.array([VERDICTS.index(example.pair.verdict) for example in examples]),
        np.array([example.pair.new_information for example in examples]),
    )
    return table, axes


def _sentences(pair: MatterPair) -> tuple[str, ...]:
    """As `classifiers.matter.judge` reads them: the subject line first."""
    subject = (pair.subject,) if pair.subject else ()
    return (*subject, *(pair.text[span.start : span.end] for span in split(pair.text)))


def _folds(examples: Sequence[Example]) -> Chosen:
    """(examples x 2) the writers of message and matter: a family's name begins with who wrote it."""
    writers = [[family.partition("-")[0] for family in example.families] for example in examples]
    names = sorted({name for own in writers for name in own})
    return np.array([[names.index(name) for name in own] for own in writers])


def _cross_validated(table: _Table, scales: _Scales) -> tuple[Matrix, Chosen]:
    """(examples x COLUMNS) logits by a model that had met neither its message's writer nor its matter's; its fold."""
    folds = _folds(table.examples)
    given = np.zeros((len(table.examples), len(COLUMNS)), dtype=np.float32)
    for held in np.unique(folds):
        fitted = _fit(table, np.flatnonzero((folds != held).all(axis=1)), scales)
        out = np.flatnonzero(folds[:, 0] == held)
        logits = ((table.values[out] - fitted.centre) / fitted.spread) @ fitted.linear + fitted.intercept
        logits += _counts([table.words[int(row)] for row in out], fitted.words, fitted.rarity) @ fitted.tone
        if scales.meaning:
            logits += table.meaning[out] @ fitted.meaning
        given[out] = logits
    return given, folds[:, 0]


def _fit(table: _Table, rows: Chosen, scales: _Scales) -> _Fitted:
    values = table.values[rows]
    centre, spread = values.mean(axis=0), values.std(axis=0) + np.float32(1e-6)
    written = [table.words[int(row)] for row in rows if table.examples[int(row)].written]
    seen: Counter[bytes] = Counter(word for words in written for word in set(words))
    words = tuple(sorted(word for word, count in seen.items() if count >= _SEEN_AT_LEAST))
    rarity = (1 + np.log((1 + len(written)) / (1 + np.array([seen[word] for word in words])))).astype(np.float32)
    blocks = [
        _counts([table.words[int(row)] for row in rows], words, rarity) * scales.words,
        sparse.csr_matrix((values - centre) / spread * scales.values),
    ]
    meant = table.meaning[rows].astype(np.float64) * scales.meaning if scales.meaning else np.zeros((len(rows), 0))
    weights = np.array([table.examples[int(row)].weight for row in rows])
    verdict, verdict_base = _bounded(sparse.hstack(blocks).tocsr(), meant, table.verdict[rows], weights, len(words))
    inputs = sparse.hstack([*blocks, sparse.csr_matrix(meant)]).tocsr()
    brings = LogisticRegression(C=_INVERSE_PENALTY, max_iter=3000).fit(inputs, table.information[rows], weights)
    linear = np.hstack([verdict, brings.coef_.T]).astype(np.float32)
    above = len(words) + len(NAMES)
    return _Fitted(
        centre=centre,
        spread=spread,
        linear=linear[len(words) : above] * np.float32(scales.values),
        intercept=np.concatenate([verdict_base, brings.intercept_]).astype(np.float32),
        words=words,
        rarity=rarity,
        tone=linear[: len(words)] * np.float32(scales.words),
        meaning=linear[above:] * np.float32(scales.meaning),
    )


def _bounded(
    inputs: sparse.csr_matrix,
    meant: npt.NDArray[np.float64],
    verdict: Chosen,
    weights: npt.NDArray[np.float64],
    words: int,
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Multinomial regression in which words in common never speak for `new`: (inputs and meant x VERDICTS), bases."""
    above = inputs.shape[1]
    shape = (above + meant.shape[1] + 1, len(VERDICTS))
    truth = np.eye(len(VERDICTS))[verdict] * weights[:, None]
    across = inputs.T.tocsr()

    def loss(flat: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        values = flat.reshape(shape)
        logits = inputs @ values[:above] + meant @ values[above:-1] + values[-1]
        logits -= logits.max(axis=1, keepdims=True)
        log_shares = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
        error = np.exp(log_shares) * weights[:, None] - truth
        slope = np.vstack([across @ error, meant.T @ error, error.sum(axis=0)])
        slope[:-1] += values[:-1] / _INVERSE_PENALTY
        cost = -(truth * log_shares).sum() + 0.5 * (values[:-1] ** 2).sum() / _INVERSE_PENALTY
        return float(cost), slope.ravel()

    lowest, highest = np.full(shape, -np.inf), np.full(shape, np.inf)
    for name in _IN_COMMON:
        index = words + NAMES.index(name)
        lowest[index, 0] = highest[index, 1] = 0.0
    bounds = Bounds(lowest.ravel(), highest.ravel())
    found = minimize(
        loss, np.zeros(shape).ravel(), jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 1000}
    )
    values = found.x.reshape(shape)
    return values[:-1], values[-1]


def _counts(texts: Sequence[Sequence[bytes]], words: Sequence[bytes], rarity: Matrix) -> sparse.csr_matrix:
    """(texts x words) as `matter_model.tone` counts them."""
    place = {word: index for index, word in enumerate(words)}
    rows, columns, values = [], [], []
    for row, text in enumerate(texts):
        counts = Counter(place[word] for word in text if word in place)
        own = {index: (1 + np.log(count)) * float(rarity[index]) for index, count in counts.items()}
        length = float(np.sqrt(sum(value * value for value in own.values()))) or 1.0
        for index, value in own.items():
            rows.append(row)
            columns.append(index)
            values.append(value / length)
    return sparse.csr_matrix((values, (rows, columns)), shape=(len(texts), len(words)), dtype=np.float32)


def _told(chances: Matrix, limits: _Limits) -> Chosen:
    same, new = chances[:, 0], chances[:, 1]
    return np.where((same >= limits.same) & (same > new), 0, np.where((new >= limits.new) & (new > same), 1, 2))


def _limits(chances: Matrix, verdict: Chosen) -> _Limits:
    """The most accurate of those that keep both errors within bounds; only doubt where none does."""
    best, most = _Limits(1.0, 1.0), -1.0
    is_same, is_new = verdict == 0, verdict == 1
    for same in np.arange(0.3, 1.0, 0.02):
        for new in np.arange(0.3, 1.0, 0.02):
            limits = _Limits(round(float(same), 2), round(float(new), 2))
            told = _told(chances, limits)
            right = float((told == verdict).mean())
            within = (told[is_new] == 0).mean() <= NEW_FOR_SAME and (told[is_same] == 1).mean() <= SAME_FOR_NEW
            if within and right > most:
                best, most = limits, right
    return best


def _information_limit(chances: Matrix, information: Flags) -> float:
    """The lowest with few enough false alarms."""
    fit = [limit for limit in _INFORMATION_FROM if (chances[~information] >= limit).mean() <= _INFORMATION_FALSE]
    return round(float(min(fit, default=0.8)), 2)


def _figures(chances: Matrix, verdict: Chosen, information: Flags, fold_of: Chosen) -> MatterFigures:
    """Each fold is told by limits chosen on the others."""
    told = np.zeros_like(verdict)
    brings = np.zeros_like(information)
    for held in np.unique(fold_of):
        own = fold_of == held
        told[own] = _told(chances[own], _limits(chances[~own], verdict[~own]))
        brings[own] = chances[own, 3] >= _information_limit(chances[~own, 3], information[~own])
    counts = [[int(((verdict == true) & (told == said)).sum()) for said in range(3)] for true in range(3)]
    return MatterFigures(
        pairs=len(verdict),
        accuracy=round(float((told == verdict).mean()), 4),
        new_for_same=round(float((told[verdict == 1] == 0).mean()), 4),
        same_for_new=round(float((told[verdict == 0] == 1).mean()), 4),
        confusion={name: (row[0], row[1], row[2]) for name, row in zip(VERDICTS, counts, strict=True)},
        new_information_recall=round(float(brings[information].mean()), 4),
        new_information_false=round(float(brings[~information].mean()), 4),
    )


def main(seed: str = "20261128") -> None:
    """Trains the model of this package anew."""
    here = Path(__file__).resolve().parents[1]
    encoder = Encoder.load(*files(None, here / "weights" / "semantic"))
    manifest = train(here / "corpus", here / "weights" / "matter", int(seed), encoder)
    shown = manifest.model_dump(mode="json", include={"by_words", "by_meaning"})
    sys.stdout.write(json.dumps(shown, indent=1) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
