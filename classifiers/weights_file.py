"""Weights on the disk: arrays without pickles and the manifest that says what they are; none is used unchecked."""

from __future__ import annotations

import hashlib
import json
import zipfile
import zlib
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from pydantic import ValidationError

from models.base import Model

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

M = TypeVar("M", bound="WeightsManifest")
A = TypeVar("A", bound="DataclassInstance")


class WeightsError(ValueError):
    """A model's files cannot be used: which one, and what to do."""


class WeightsManifest(Model):
    """What every manifest says. `arrays_sha256`: see `digest`."""

    format: int
    model: str
    corpus_sha256: str
    arrays_sha256: str


def load(folder: Path, manifest: type[M], arrays: type[A], *, format_: int) -> tuple[M, A]:
    """`folder/manifest.json` and the arrays of `folder/weights.npz`, which are the ones it describes.

    WeightsError where they do not load, are of another `format_`, or do not belong together.
    """
    try:
        described = manifest.model_validate(json.loads((folder / "manifest.json").read_text(encoding="utf-8")))
        with (folder / "weights.npz").open("rb") as file, np.load(file, allow_pickle=False) as stored:
            held: dict[str, Any] = {field.name: stored[field.name] for field in fields(arrays)}
    except (OSError, ValueError, KeyError, EOFError, ValidationError, zipfile.BadZipFile, zlib.error) as error:
        raise WeightsError(
            f"{folder.name}: weights.npz and manifest.json do not load ({type(error).__name__}): train them again"
        ) from error
    if described.format != format_:
        raise WeightsError(f"{folder.name}: made for another version of this program: train them again")
    weights = arrays(**held)
    if digest(weights) != described.arrays_sha256:
        raise WeightsError(f"{folder.name}: weights.npz is not the file that manifest.json describes")
    return described, weights


def digest(arrays: DataclassInstance) -> str:
    """SHA-256 hex of the arrays and their names."""
    whole = hashlib.sha256()
    for name in sorted(field.name for field in fields(arrays)):
        whole.update(name.encode() + np.ascontiguousarray(getattr(arrays, name)).tobytes())
    return whole.hexdigest()
