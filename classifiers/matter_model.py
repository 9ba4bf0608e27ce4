"""The trained weights of the matter verdict: arrays and a manifest that says what they were made from.

A linear model over `matter_features` and the words of the message. It was fitted by `classifiers.training.matter`;
nothing of scikit-learn is needed here.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from classifiers.matter_features import NAMES, Message
from classifiers.matter_text import Floats, Hashed, Lexis
from models.base import Model

FORMAT = 1
COLUMNS = ("same", "new", "unclear", "new_information")


class MatterFigures(Model):
    """Cross-validated over families. `confusion`: by true verdict, how many pairs were told `same`, `new`, `unclear`.

    `new_for_same`: share of `new` told `same`; `same_for_new` the reverse.
    """

    pairs: int
    accuracy: float
    new_for_same: float
    same_for_new: float
    confusion: Mapping[str, tuple[int, int, int]]
    new_information_recall: float
    new_information_false: float


class MatterManifest(Model):
    """What the arrays are. `same_from`, `new_from`, `information_from`: probabilities a verdict must reach."""

    format: Literal[1]
    model: str
    corpus_sha256: str
    arrays_sha256: str
    seed: int
    versions: Mapping[str, str]
    features: tuple[str, ...]
    same_from: float
    new_from: float
    information_from: float
    figures: MatterFigures
    caveat: str


class MatterWeightsError(ValueError):
    """The weights cannot be used: which folder and what to do."""


class Chances(NamedTuple):
    """Probabilities: `same`, `new` and `unclear` add up to 1."""

    same: float
    new: float
    unclear: float
    new_information: float


@dataclass(frozen=True, slots=True)
class Arrays:
    """`centre`, `spread` of each feature; `linear` (features x COLUMNS).

    `tone` (words x COLUMNS): what each of `tone_words` says, `tone_rarity` how rare it is.
    """

    centre: Floats
    spread: Floats
    linear: Floats
    intercept: Floats
    tone_words: Hashed
    tone_rarity: Floats
    tone: Floats


class MatterModel:
    """Weights ready for use."""

    def __init__(self, arrays: Arrays, lexis: Lexis, manifest: MatterManifest) -> None:
        self._arrays = arrays
        self._scaled = arrays.linear / arrays.spread[:, None]
        self._base = arrays.intercept - arrays.centre @ self._scaled
        self.lexis = lexis
        self.manifest = manifest

    @classmethod
    def load(cls, folder: Path) -> MatterModel:
        """Reads `folder/weights.npz` and `folder/manifest.json`; raises MatterWeightsError."""
        try:
            manifest = MatterManifest.model_validate(json.loads((folder / "manifest.json").read_text(encoding="utf-8")))
            with np.load(folder / "weights.npz", allow_pickle=False) as stored:
                held = {name: stored[name] for name in stored.files}
            arrays, lexis = unpacked(held)
        except (OSError, ValueError, KeyError) as error:
            raise MatterWeightsError(
                f"{folder.name}: weights.npz and manifest.json do not load ({type(error).__name__}): train them again"
            ) from error
        if manifest.arrays_sha256 != digest(held):
            raise MatterWeightsError(f"{folder.name}: weights.npz is not what manifest.json names: train them again")
        if manifest.features != NAMES or arrays.linear.shape != (len(NAMES), len(COLUMNS)):
            raise MatterWeightsError(f"{folder.name}: made for other features than this program's: train them again")
        return cls(arrays, lexis, manifest)

    def tone(self, told: Message) -> Floats:
        """What the words of a message say by themselves, for each of COLUMNS; the same for every matter."""
        return tone(told.whole.words, self._arrays)

    def chances(self, values: Sequence[float], of_tone: Floats) -> Chances:
        """How likely each verdict is, were this matter the only one. `values`: of `matter_features.features`."""
        logits = self._base + np.array(values, dtype=np.float32) @ self._scaled + of_tone
        verdicts = np.exp(logits[:3] - logits[:3].max())
        same, new, unclear = (verdicts / verdicts.sum()).tolist()
        return Chances(same, new, unclear, float(1 / (1 + np.exp(-logits[3]))))


def tone(words: Sequence[bytes], arrays: Arrays) -> Floats:
    """TF-IDF (1 + ln count, unit length) of the listed words, times their weights."""
    places = arrays.tone_words.find(words)
    listed, counts = np.unique(places[places >= 0], return_counts=True)
    if not len(listed):
        return np.zeros(len(COLUMNS), dtype=np.float32)
    values = (1 + np.log(counts)).astype(np.float32) * arrays.tone_rarity[listed]
    sums = (values / np.sqrt(values @ values)) @ arrays.tone[listed]
    return sums.astype(np.float32)


def unpacked(held: Mapping[str, npt.NDArray[np.generic]]) -> tuple[Arrays, Lexis]:
    """The arrays of `weights.npz`; raises KeyError where one is missing."""

    def floats(name: str) -> Floats:
        return held[name].astype(np.float32)

    def words(name: str) -> Hashed:
        return Hashed(held[name].tobytes().split(b"\n"))

    arrays = Arrays(
        centre=floats("centre"),
        spread=floats("spread"),
        linear=floats("linear"),
        intercept=floats("intercept"),
        tone_words=words("tone_words"),
        tone_rarity=floats("tone_rarity"),
        tone=floats("tone"),
    )
    lexis = Lexis(
        stems=words("stems"),
        rarity=floats("rarity"),
        unknown=float(held["unknown"].astype(np.float32)),
        words=words("words"),
        vectors=held["vectors"].astype(np.int8),
        scale=floats("scale"),
    )
    return arrays, lexis


def digest(held: Mapping[str, npt.NDArray[np.generic]]) -> str:
    """SHA-256 hex of the arrays, by name."""
    made = hashlib.sha256()
    for name in sorted(held):
        made.update(name.encode() + b"\0" + held[name].dtype.str.encode() + np.ascontiguousarray(held[name]).tobytes())
    return made.hexdigest()
