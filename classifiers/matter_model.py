"""The trained weights of the matter verdict: arrays and a manifest that says what they were made from.

Two linear models over `matter_features` and the words of the message; the second also over what the sentence encoder
makes of the message (`matter_meaning`). Where that is at hand both are asked (`joined`). They were fitted by
`classifiers.training.matter`; nothing of scikit-learn is needed here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from classifiers.encoder import TOLERANCE
from classifiers.matter_features import NAMES, Message
from classifiers.matter_meaning import GOLDEN, Meaning, beside, described, split_at
from classifiers.matter_text import Floats, Hashed, Lexis
from classifiers.weights_file import WeightsError, WeightsManifest, load
from models.base import Model

FORMAT = 2
COLUMNS = ("same", "new", "unclear", "new_information")
MEANING_COUNTS = 0.7
"""What the model with the encoder counts beside the one by words. Of 613 pairs that neither had met the first told 74
in 100 rightly, the second 66, and both 76."""
HARDLY_NEW = 0.3
"""What the model by words must give `new` at least. Of texts unlike those it met the other is at times sure of it where
the words say the reverse: "Homelessness application refusal. Says he'll keep ringing until decision changed." Of the
same pairs this leaves one of three wrong `new` in doubt, and 6 of 163 right ones."""
_NEW = COLUMNS.index("new")
Stored = npt.NDArray[np.generic]


class MatterFigures(Model):
    """Cross-validated; the manifest's caveat says over what.

    `confusion`: by true verdict, how many pairs were told `same`, `new`, `unclear`.
    `new_for_same`: share of `new` told `same`; `same_for_new` the reverse.
    """

    pairs: int
    accuracy: float
    new_for_same: float
    same_for_new: float
    confusion: Mapping[str, tuple[int, int, int]]
    new_information_recall: float
    new_information_false: float


class MatterLimits(Model):
    """Probabilities that a verdict, or new information, must reach, and what came of it in cross-validation."""

    same_from: float
    new_from: float
    information_from: float
    figures: MatterFigures


class MatterManifest(WeightsManifest):
    """What the arrays are. `by_meaning` holds with the sentence encoder at hand, `by_words` without."""

    seed: int
    versions: Mapping[str, str]
    features: tuple[str, ...]
    by_words: MatterLimits
    by_meaning: MatterLimits
    caveat: str


class Chances(NamedTuple):
    """Probabilities: `same`, `new` and `unclear` add up to 1."""

    same: float
    new: float
    unclear: float
    new_information: float


@dataclass(frozen=True, slots=True)
class Weights:
    """One of the two models. `linear` (features x COLUMNS); `tone` (words x COLUMNS): what each word says.

    `meaning` (what `matter_meaning.described` and `beside` give x COLUMNS); empty in the model by words.
    """

    linear: Floats
    intercept: Floats
    tone: Floats
    meaning: Floats


@dataclass(frozen=True, slots=True)
class Arrays:
    """`centre`, `spread` of each feature; `tone_rarity`: how rare each of `tone_words` is.

    `golden`: what the encoder's lower layers made of GOLDEN in training.
    """

    golden: Floats
    centre: Floats
    spread: Floats
    tone_words: Hashed
    tone_rarity: Floats
    by_words: Weights
    by_meaning: Weights


@dataclass(frozen=True, slots=True)
class StoredLexis:
    """A `Lexis` as it lies in `weights.npz`: a list of words is its bytes, with a newline between two."""

    stems: Stored
    rarity: Stored
    unknown: Stored
    words: Stored
    vectors: Stored
    scale: Stored


@dataclass(frozen=True, slots=True)
class StoredArrays(StoredLexis):
    """All that lies there: `Arrays`, with those of each `Weights` by its own name and theirs."""

    golden: Stored
    centre: Stored
    spread: Stored
    tone_words: Stored
    tone_rarity: Stored
    by_words_linear: Stored
    by_words_intercept: Stored
    by_words_tone: Stored
    by_words_meaning: Stored
    by_meaning_linear: Stored
    by_meaning_intercept: Stored
    by_meaning_tone: Stored
    by_meaning_meaning: Stored


@dataclass(frozen=True, slots=True)
class Told:
    """What a message says by itself, the same for every matter: for each of COLUMNS by each of the two models.

    `by_meaning`, `sentences` and `meaning`, what is read beside each matter: None where the model by words is alone.
    """

    by_words: Floats
    by_meaning: Floats | None
    limits: MatterLimits
    sentences: Sequence[str]
    meaning: Meaning | None


class MatterModel:
    """Weights ready for use."""

    def __init__(self, arrays: Arrays, lexis: Lexis, manifest: MatterManifest) -> None:
        self._arrays = arrays
        self._fitting: dict[str, bool] = {}
        self.lexis = lexis
        self.manifest = manifest

    @classmethod
    def load(cls, folder: Path) -> MatterModel:
        """Reads `folder/weights.npz` and `folder/manifest.json`; raises WeightsError."""
        manifest, stored = load(folder, MatterManifest, StoredArrays, format_=FORMAT)
        if manifest.features != NAMES or stored.by_words_linear.shape != (len(NAMES), len(COLUMNS)):
            raise WeightsError(f"{folder.name}: made for other features than this program's: train them again")
        return cls(_arrays(stored), lexis_of(stored), manifest)

    def told(self, message: Message, sentences: Sequence[str], meaning: Meaning | None = None) -> Told:
        """What `message` of `sentences` says by itself; by its words alone where `meaning` has other lower layers than
        the weights were made with. (Fine-tuning the encoder anew leaves those as they are.)"""
        arrays, manifest = self._arrays, self.manifest
        words = message.whole.words
        by_words = tone(words, arrays, arrays.by_words)
        if meaning is None or not sentences or not self._fits(meaning):
            return Told(by_words, None, manifest.by_words, sentences, None)
        own = arrays.by_meaning
        of_meaning: Floats = described(sentences, meaning) @ split_at(own.meaning)[0]
        return Told(by_words, tone(words, arrays, own) + of_meaning, manifest.by_meaning, sentences, meaning)

    def _fits(self, meaning: Meaning) -> bool:
        """Asked once of each encoder."""
        if meaning.checksum not in self._fitting:
            answered, golden = meaning.embed_lower(GOLDEN), self._arrays.golden
            self._fitting[meaning.checksum] = bool(
                answered.shape == golden.shape and 1.0 - np.min((answered * golden).sum(axis=1)) <= TOLERANCE
            )
        return self._fitting[meaning.checksum]

    def chances(
        self, values: Sequence[float], told: Told, matter: str, meaning_counts: float = MEANING_COUNTS
    ) -> Chances:
        """How likely each verdict is, were this matter the only one.

        `values`: of `matter_features.features`; `matter`: its `matter_meaning.known`; `meaning_counts`: of `joined`.
        """
        arrays = self._arrays
        apart: Floats = ((np.array(values) - arrays.centre) / arrays.spread).astype(np.float32)
        by_words: Floats = arrays.by_words.intercept + apart @ arrays.by_words.linear + told.by_words
        if told.by_meaning is None or told.meaning is None:
            return _chances(likely(by_words[None])[0])
        own = arrays.by_meaning
        by_meaning: Floats = own.intercept + apart @ own.linear + told.by_meaning
        by_meaning += beside(told.sentences, matter, told.meaning) @ split_at(own.meaning)[1]
        return _chances(joined(by_words[None], by_meaning[None], meaning_counts)[0])


def likely(logits: Floats) -> Floats:
    """(n x COLUMNS) probabilities of logits (n x COLUMNS): the verdicts add up to 1, new information is by itself."""
    verdicts = np.exp(logits[:, :3] - logits[:, :3].max(axis=1, keepdims=True))
    information = 1 / (1 + np.exp(-logits[:, 3:]))
    return np.concatenate([verdicts / verdicts.sum(axis=1, keepdims=True), information], axis=1)


def _chances(of_columns: Floats) -> Chances:
    return Chances(*of_columns.tolist())


def joined(by_words: Floats, by_meaning: Floats, meaning_counts: float = MEANING_COUNTS) -> Floats:
    """(n x COLUMNS) probabilities from what both models give (n x COLUMNS, logits).

    `meaning_counts`: what the second counts, from 0 to 1; the first counts the rest.
    New information is the second one's to tell. What is hardly `new` by words is not told to be, whatever it means.
    """
    both = by_meaning * meaning_counts + by_words * (1 - meaning_counts)
    both[:, 3] = by_meaning[:, 3]
    found = likely(both)
    doubted = likely(by_words)[:, _NEW] < HARDLY_NEW
    found[doubted, 2] += np.maximum(found[doubted, _NEW] - HARDLY_NEW, 0)
    found[doubted, _NEW] = np.minimum(found[doubted, _NEW], HARDLY_NEW)
    return found


def tone(words: Sequence[bytes], arrays: Arrays, weights: Weights) -> Floats:
    """TF-IDF (1 + ln count, unit length) of the listed words, times their weights."""
    places = arrays.tone_words.find(words)
    listed, counts = np.unique(places[places >= 0], return_counts=True)
    if not len(listed):
        return np.zeros(len(COLUMNS), dtype=np.float32)
    values = (1 + np.log(counts)).astype(np.float32) * arrays.tone_rarity[listed]
    sums = (values / np.sqrt(values @ values)) @ weights.tone[listed]
    return sums.astype(np.float32)


def lexis_of(stored: StoredLexis) -> Lexis:
    """What is known of words, ready for use."""
    return Lexis(
        stems=_words(stored.stems),
        rarity=_floats(stored.rarity),
        unknown=float(_floats(stored.unknown)),
        words=_words(stored.words),
        vectors=stored.vectors.astype(np.int8),
        scale=_floats(stored.scale),
    )


def _arrays(stored: StoredArrays) -> Arrays:
    def weights(name: str) -> Weights:
        own = {field.name: _floats(getattr(stored, f"{name}_{field.name}")) for field in fields(Weights)}
        return Weights(**own)

    return Arrays(
        golden=_floats(stored.golden),
        centre=_floats(stored.centre),
        spread=_floats(stored.spread),
        tone_words=_words(stored.tone_words),
        tone_rarity=_floats(stored.tone_rarity),
        by_words=weights("by_words"),
        by_meaning=weights("by_meaning"),
    )


def _floats(stored: Stored) -> Floats:
    return stored.astype(np.float32)


def _words(stored: Stored) -> Hashed:
    return Hashed(stored.tobytes().split(b"\n"))
