"""The third stage: the most telling sentences of each passage by their meaning.

A sentence encoder turns each into a vector. Three things are then read from it, and weighed with the fast model's own
margin: heads trained on such vectors; how near it is to authored prototypes of the kind, against how near it is to
ordinary sentences and to contrasts (a ratio of densities); and, for people, which prototype is nearest.

Of a long passage only the sentences that the fast model ranks highest are embedded: an encoder costs some five
milliseconds a sentence. The leading one of them is then read once more together with each of its neighbours. Its score
stands for the fast model's where it looked (`StageScores.both`); elsewhere it says nothing.
"""

from __future__ import annotations

import hashlib
import re
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from classifiers.encoder import TOLERANCE, Encoder, files
from classifiers.fast import COLUMNS, KINDS, FastModel, LabelFigures, Margins, scores
from classifiers.features import Rows
from classifiers.normalise import Folded
from classifiers.stages import Sentence, StageScores
from classifiers.stated import Control
from classifiers.weights_file import WeightsError, WeightsManifest, load
from models.finding import SCORED_LABELS, Label
from models.scan import Stage as StageName

FORMAT = 1
MOST_TELLING = 7
"""Sentences of a passage that are embedded, whatever they score."""
MOST_IN_ALL = 32
"""Sentences of a passage that are embedded if the fast model finds as many noteworthy."""
NOTEWORTHY = -1.0
"""Log odds by the fast model from which a sentence is embedded though `MOST_TELLING` others rank higher."""
BESIDE = 0.3
"""Log odds by which a sentence read together with a neighbour must say more than it says alone."""
NEAREST = 3
"""Prototypes whose mean similarity is the density at a sentence."""
LIKE_FROM = 0.72
"""Similarity from which a prototype says something of a sentence: to one of a label an ordinary sentence comes as near
in one of a hundred cases (225 of the dev side, 12 labels), and half of the concerns there do to one of their own."""
_DENSITIES = slice(2, 5)
"""Their columns among the measures, and in what mixes them."""
REMEMBERED = 20_000
"""Sentences whose vectors are kept in memory: 16 MB."""

GOLDEN = (
    "The lamp outside our house has been out since Easter.",
    "I can't see a way through this any more.",
    "Please send me everything you hold about me.",
    "He follows her home & waits: every night, 22:15 - k1ll",
)

Floats = npt.NDArray[np.float32]

_NOT_LATIN = re.compile("[^\\u0000-\\u024f\\u1e00-\\u1eff\\u2000-\\u206f\u20ac]")


class Authored(NamedTuple):
    """A text that a prototype was made of. `labels`: none in heads made before they were written down."""

    text: str
    family: str
    labels: tuple[Label, ...] = ()


class Manifest(WeightsManifest):
    """What the heads are: which encoder they belong to, where from, how good, and for what they may be relied on.

    `control`: how each threshold was set; nothing in heads made before recalls could be stated.
    """

    encoder: str
    encoder_sha256: str
    seed: int
    split: str
    versions: Mapping[str, str]
    labels: tuple[Label, ...]
    thresholds: Mapping[Label, float]
    burden: str
    control: Mapping[Label, Control] = {}
    dev: Mapping[Label, LabelFigures]
    caveat: str
    prototypes: tuple[Authored, ...]


@dataclass(frozen=True, slots=True)
class Heads:
    """The arrays of the stage; `width` is the encoder's.

    `kind`: (width + 1 x kinds) and `label`: (width + 1 x labels), the last row the intercept. `bank`: (n x width) int8
    vectors times `scale`; `group`: (n) the kinds a vector is a prototype of (bits 0-2) or a contrast to (bits 3-5), 0
    for background; `source`: (n) its place in the manifest's prototypes, or -1. `mix`: (kinds x 6) what the fast
    margin, the head and the three densities (prototypes, background, contrasts) weigh, and the intercept. `slope`:
    (kinds) and `threshold`: (labels) make a mixed margin log odds. `notice`: (2 x kinds) slope and threshold of the
    fast margin, by which sentences are chosen. `golden`: (GOLDEN x width).
    """

    kind: Floats
    label: Floats
    bank: npt.NDArray[np.int8]
    scale: Floats
    group: npt.NDArray[np.uint8]
    source: npt.NDArray[np.int32]
    mix: Floats
    slope: Floats
    threshold: Floats
    notice: Floats
    golden: Floats


class Prototype(NamedTuple):
    """An authored text near to a sentence: its family and how similar, a cosine."""

    text: str
    family: str
    similarity: float


class EmbeddingStore(Protocol):
    """Keeps vectors longer than a process. Keys are digests: no text can be read from them."""

    def get(self, keys: Sequence[bytes]) -> Mapping[bytes, bytes]:
        """Those of `keys` that are known: float16 vectors as bytes."""
        ...

    def put(self, vectors: Mapping[bytes, bytes]) -> None:
        """Keeps the vectors, for as long as it likes."""
        ...


class Remembered:
    """Vectors of texts by digest, the least recently asked for forgotten first; `store` is asked before the encoder."""

    def __init__(self, encoder: Encoder, most: int = REMEMBERED, store: EmbeddingStore | None = None) -> None:
        self.encoder = encoder
        self._most = most
        self._store = store
        self._known: OrderedDict[bytes, bytes] = OrderedDict()

    def embed(self, texts: Sequence[str]) -> Floats:
        """(texts x width), as float16 holds them."""
        keys = [
            hashlib.blake2b(self.encoder.checksum.encode() + text.encode(), digest_size=16).digest() for text in texts
        ]
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._known}
        found: dict[bytes, bytes] = {}
        if missing and self._store is not None:
            found.update(self._store.get(list(missing)))
        new = [(key, text) for key, text in missing.items() if key not in found]
        if new:
            rows = self.encoder.embed([text for _, text in new]).astype(np.float16)
            made = {key: row.tobytes() for (key, _), row in zip(new, rows, strict=True)}
            found |= made
            if self._store is not None:
                self._store.put(made)
        out = np.zeros((len(texts), self.encoder.width), dtype=np.float32)
        for row, key in enumerate(keys):
            vector = found[key] if key in found else self._known[key]
            self._known[key] = vector
            self._known.move_to_end(key)
            out[row] = np.frombuffer(vector, dtype=np.float16)
        while len(self._known) > self._most:
            self._known.popitem(last=False)
        return out


class Semantic:
    """The stage. Holds the fast model too, by whose margins it chooses; its scores already contain those."""

    name = StageName.SEMANTIC

    def __init__(self, heads: Heads, fast: FastModel, remembered: Remembered, manifest: Manifest | None = None) -> None:
        self.encoder = remembered.encoder
        self._heads = heads
        self._fast = fast
        self._embed = remembered.embed
        # Beside heads trained with their encoder the densities weigh nothing, and cost the memory of the bank in floats
        # and a product with it.
        self._weighed = Bank(as_floats(heads), heads.group) if heads.mix[:, _DENSITIES].any() else None
        self._of_label: dict[Label, tuple[Rows, Floats]] = {}
        self._background: Floats | None = None
        self.manifest = manifest
        self.version = f"{manifest.model}/{fast.version}" if manifest else "semantic-untrained"
        self.thresholds: dict[Label, float] = dict(manifest.thresholds) if manifest else {}

    @classmethod
    def load(
        cls, folder: Path, fast: FastModel, encoder: Path | None = None, store: EmbeddingStore | None = None
    ) -> Semantic:
        """Reads `folder/weights.npz`, `folder/manifest.json` and the encoder of folder `encoder`, or the one installed.

        Raises WeightsError where the heads do not load, belong to another encoder, or the encoder answers otherwise
        than when they were trained; EncoderError where the encoder does not load.
        """
        manifest, heads = load(folder, Manifest, Heads, format_=FORMAT)
        if manifest.labels != SCORED_LABELS:
            raise WeightsError(f"{folder.name}: made for another version of this program: train them again")
        reader = Encoder.load(*files(encoder, folder))
        if reader.checksum != manifest.encoder_sha256:
            raise WeightsError(f"{folder.name}: these heads belong to another encoder: train heads for this one")
        distance = float(1.0 - np.min((reader.embed(GOLDEN) * heads.golden).sum(axis=1)))
        if not distance <= TOLERANCE:
            raise WeightsError(
                f"{folder.name}: the encoder answers otherwise than in training (distance {distance:.3f})"
            )
        return cls(heads, fast, Remembered(reader, store=store), manifest)

    def score(self, sentences: Sequence[Sentence]) -> StageScores:
        """Scores of the sentences that were embedded, which stand for the fast model's there; 0 for the others."""
        out = np.zeros((len(sentences), len(SCORED_LABELS)), dtype=np.float32)
        alone = np.zeros_like(out)
        looked = np.zeros(len(sentences), dtype=np.bool_)
        if sentences:
            single, fast = fast_margins(self._fast, sentences)
            passage = np.array([own.passage for own in sentences])
            ruled = np.array([own.ruled for own in sentences])
            chosen = self._choose(passage, fast.kind, ruled)
            vectors = self._embed([worded(sentences[index].text, sentences[index].folded) for index in chosen.tolist()])
            read = self._margins(Margins(fast.kind[chosen], fast.label[chosen]), vectors)
            first, of = beside_leading(passage, chosen, read.kind)
            pairs = self._margins(
                of_pairs(fast, first), self._embed([joined(sentences, place) for place in first.tolist()])
            )
            margins = with_neighbours(read, pairs, of)
            out[chosen] = scores(margins, self._heads.slope, self._heads.threshold)
            own = self._margins(Margins(single.kind[chosen], single.label[chosen]), vectors)
            alone[chosen] = scores(own, self._heads.slope, self._heads.threshold)
            looked[chosen] = True
        return StageScores(scores=out, alone=alone, both=looked)

    def nearest(self, text: Sentence, label: Label, most: int = 3) -> list[Prototype]:
        """The authored texts of the label that are most like the sentence, the nearest first; none from afar."""
        own, vectors = self._prototypes(label)
        if not len(own) or self.manifest is None:
            return []
        similar = vectors @ _unit(self._embed([worded(text.text, text.folded)]) - self._ordinary())[0]
        order = [index for index in np.argsort(-similar)[:most].tolist() if similar[index] >= LIKE_FROM]
        sources = [(index, self.manifest.prototypes[self._heads.source[own[index]]]) for index in order]
        return [Prototype(source.text, source.family, float(similar[index])) for index, source in sources]

    def _prototypes(self, label: Label) -> tuple[Rows, Floats]:
        """The (n) places in the bank of a label's prototypes and their vectors, side by side from the first asking.

        As seen from ordinary sentences: what the encoder was taught makes all texts of a kind alike, and what they have
        in common with the rest hides what one has in common with another.
        """
        if label not in self._of_label:
            texts = self.manifest.prototypes if self.manifest else ()
            carry = np.array([*(label in text.labels for text in texts), False])  # the last for what has no source
            own = np.flatnonzero(carry[self._heads.source])
            self._of_label[label] = own, _unit(as_floats(self._heads, own) - self._ordinary())
        return self._of_label[label]

    def _ordinary(self) -> Floats:
        """(width): the mean of the bank's background; zeros where it has none."""
        if self._background is None:
            rows = np.flatnonzero(self._heads.group == 0)
            vectors = as_floats(self._heads, rows)
            self._background = vectors.mean(axis=0) if len(rows) else np.zeros(vectors.shape[1], dtype=np.float32)
        return self._background

    def _choose(self, passage: Rows, kind: Floats, ruled: npt.NDArray[np.bool_]) -> Rows:
        """The most telling sentences, and those in which a rule found something: its word alone is not the last."""
        slope, threshold = self._heads.notice
        odds = (slope * (kind - threshold)).max(axis=1)
        hit = np.flatnonzero(ruled)
        return np.union1d(telling(passage, odds), hit[telling(passage[hit], odds[hit])])

    def _margins(self, fast: Margins, vectors: Floats) -> Margins:
        kind = mixed(measures(fast.kind, vectors, self._heads.kind, self._weighed), self._heads.mix)
        return Margins(kind, (fast.label + linear(vectors, self._heads.label)) / np.float32(2))


def as_floats(heads: Heads, rows: Rows | slice = slice(None)) -> Floats:
    """(rows x width): vectors of the bank."""
    floats: Floats = heads.bank[rows].astype(np.float32) * heads.scale
    return floats


def _unit(vectors: Floats) -> Floats:
    """Of length 1 each; what has no length keeps none."""
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: Floats = (vectors / np.maximum(length, 1e-6)).astype(np.float32)
    return unit


class Bank:
    """Prototypes, contrasts and background in memory. `densities` costs a product of n x width by sentence."""

    def __init__(self, vectors: Floats, group: npt.NDArray[np.uint8]) -> None:
        self.vectors = vectors
        kinds = range(len(KINDS))
        self._members = [
            (np.flatnonzero(group >> k & 1), np.flatnonzero(group >> k + 3 & 1), np.flatnonzero(group >> k & 9 == 0))
            for k in kinds
        ]

    def densities(self, vectors: Floats) -> Floats:
        """(n x kinds x 3): mean similarity to the `NEAREST` prototypes, background sentences and contrasts."""
        similar = vectors @ self.vectors.T
        out = np.zeros((len(vectors), len(KINDS), 3), dtype=np.float32)
        for kind, (own, contrast, background) in enumerate(self._members):
            for column, members in enumerate((own, background, contrast)):
                if len(members) >= NEAREST:
                    out[:, kind, column] = np.partition(similar[:, members], -NEAREST, axis=1)[:, -NEAREST:].mean(
                        axis=1
                    )
        return out


def fast_margins(fast: FastModel, sentences: Sequence[Sentence]) -> tuple[Margins, Margins]:
    """Of each sentence (n) its own; and with a kind's margin the best of its own and its pairs'."""
    margins, first = fast.windows(sentences)
    count = len(sentences)
    single = Margins(margins.kind[:count], margins.label[:count])
    kind = single.kind.copy()
    np.maximum.at(kind, first, margins.kind[count:])
    np.maximum.at(kind, first + 1, margins.kind[count:])
    return single, Margins(kind, single.label)


def telling(passage: npt.NDArray[np.int64], odds: Floats) -> Rows:
    """The sentences worth embedding, ascending: of each passage those with the highest log odds of any kind."""
    order = np.lexsort((-odds, passage))
    starts = np.flatnonzero(np.r_[True, np.diff(passage[order]) != 0])
    rank = np.arange(len(order)) - np.repeat(starts, np.diff(np.r_[starts, len(order)]))
    wanted = (rank < MOST_TELLING) | ((rank < MOST_IN_ALL) & (odds[order] > NOTEWORTHY))
    return np.sort(order[wanted])


def beside_leading(passage: Rows, chosen: Rows, kind: Floats) -> tuple[Rows, Rows]:
    """The pairs worth embedding: of each passage its leading sentence with the one before it and the one after.

    `kind`: (chosen x kinds) margins. Answers the first sentence of each pair, and the place in `chosen` of the sentence
    it is read for. What is said in two short sentences is often said by neither.
    """
    best, own = kind.max(axis=1), passage[chosen]
    order = np.lexsort((-best, own))
    leading = order[np.flatnonzero(np.r_[True, np.diff(own[order]) != 0])]
    first, of = np.r_[chosen[leading] - 1, chosen[leading]], np.r_[leading, leading]
    inside = (first >= 0) & (first + 1 < len(passage))
    first, of = first[inside], of[inside]
    together = passage[first] == passage[first + 1]
    return first[together], of[together]


def of_pairs(single: Margins, first: Rows) -> Margins:
    """The fast margins of pairs: the better of their two sentences'."""
    return Margins(
        np.maximum(single.kind[first], single.kind[first + 1]), np.maximum(single.label[first], single.label[first + 1])
    )


def joined(sentences: Sequence[Sentence], first: int) -> str:
    """Two neighbours as the encoder is given them."""
    return " ".join(worded(own.text, own.folded) for own in sentences[first : first + 2])


def with_neighbours(alone: Margins, pairs: Margins, of: Rows) -> Margins:
    """`alone`, but of each kind as the pair says it that says more of it by `BESIDE`; `of`: the row each pair is for.

    Of a kind one reading counts, its labels with it: else two readings that disagree would find two labels.
    """
    kind, label = alone.kind.copy(), alone.label.copy()
    for number, columns in enumerate(COLUMNS):
        for place in np.argsort(pairs.kind[:, number]).tolist():  # the pair that says most comes last
            row, said = of[place], pairs.kind[place, number] - np.float32(BESIDE)
            if said > kind[row, number]:
                kind[row, number] = said
                label[row, columns] = pairs.label[place, columns]
    return Margins(kind, label)


def measures(fast_kind: Floats, vectors: Floats, head: Floats, bank: Bank | None) -> Floats:
    """(n x kinds x 5): the fast margin, the head's, and the three densities; these are 0 where there is no bank."""
    densities = np.zeros((*fast_kind.shape, 3), dtype=np.float32) if bank is None else bank.densities(vectors)
    return np.concatenate(
        [fast_kind[:, :, None], linear(vectors, head)[:, :, None], densities], axis=2, dtype=np.float32
    )


def mixed(parts: Floats, mix: Floats) -> Floats:
    """(n x kinds): the measures weighed."""
    margin: Floats = (parts * mix[None, :, :-1]).sum(axis=2) + mix[:, -1]
    return margin


def linear(vectors: Floats, head: Floats) -> Floats:
    """(n x columns): a head whose last row is the intercept."""
    margin: Floats = vectors @ head[:-1] + head[-1]
    return margin


def worded(text: str, folded: Folded) -> str:
    """A sentence as the encoder is given it: as written, or folded where something in it was hidden or disguised."""
    if folded.layers or _NOT_LATIN.search(text) is not None:
        return folded.data.decode("ascii").replace("\x7f", " ").replace("\x00", "").replace("\x01", " ")
    return text.lower() if text.isupper() else text
