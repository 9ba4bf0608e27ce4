"""A candidate: the fast model and the semantic heads, trained anew beside the weights in use.

The encoder, its own heads and its tokenizer are taken over as they are. The matter model is left alone: it learns
nothing from reviews, and its arrays hold words as they are written. All that was divided between training and tuning
is divided again by the seed of the weights in use, because the encoder has seen one of the two sides.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from classifiers.authored import Item, read
from classifiers.encoder import FINE_TUNED
from classifiers.fast import FastModel
from classifiers.own import OwnCounts, counted
from classifiers.training import fast, semantic
from classifiers.training.semantic import Embed
from classifiers.weights_file import WeightsError
from models.base import Model

Step = Callable[[str], AbstractContextManager[None]]
"""Tells that a step begins, and when it is left, that it is done."""

_MADE_HERE = frozenset({"weights.npz", "manifest.json"})


class Candidate(Model):
    """What was trained. `data_sha256`: of the corpus and the own lines together; `models`: the stages by name."""

    data_sha256: str
    corpus_sha256: str
    own: OwnCounts
    seed: int
    versions: Mapping[str, str]
    models: Mapping[str, str]


def train(
    corpus: Path,
    old: Path,
    out: Path,
    own: Sequence[Item],
    step: Step,
    stated: Mapping[str, float],
    embed: Embed | None = None,
) -> Candidate:
    """Writes `out/fast` and, where `old` has an encoder, `out/semantic`; each is arrays and a manifest.

    `stated`: the recalls the organisation states, by label or kind. `embed` stands in for the encoder's own. Raises
    CorpusError, WeightsError, EncoderError.
    """
    authored = read(corpus)
    seed = _seed(old)
    with step("the fast model"):
        made = fast.train(corpus, out / "fast", seed, own, stated)
    models, versions = {"fast": made.model}, dict(made.versions)
    if (old / "semantic" / FINE_TUNED).is_file():
        take_over(old / "semantic", out / "semantic")
        with step("the semantic heads"):
            heads = semantic.train(corpus, out / "semantic", seed, embed=embed, own=own, stated=stated)
        models["semantic"] = heads.model
        versions |= heads.versions
    return Candidate(
        data_sha256=authored.with_lines(own).digest,
        corpus_sha256=authored.digest,
        own=counted(own),
        seed=seed,
        versions=versions,
        models=models,
    )


def take_over(old: Path, new: Path) -> None:
    """The files of `old` that are not made anew, as links where the disk allows it: an encoder takes 23 MB."""
    new.mkdir(parents=True)
    for file in sorted(old.iterdir()):
        if file.is_file() and file.name not in _MADE_HERE:
            try:
                os.link(file, new / file.name)
            except OSError:
                shutil.copyfile(file, new / file.name)


def _seed(old: Path) -> int:
    manifest = FastModel.load(old / "fast").manifest
    if manifest is None:
        raise WeightsError("fast: has no manifest: train it again")
    return manifest.seed
