"""Weights on the disk: arrays without pickles, and the manifest that says what they are."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt

from models.base import Model


def write(folder: Path, arrays: Mapping[str, npt.NDArray[np.generic]], manifest: Model) -> None:
    """Writes `folder/weights.npz` and `folder/manifest.json`, as the stages load them."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "weights.npz").open("wb") as file:
        np.savez_compressed(file, allow_pickle=False, **dict(arrays))
    text = json.dumps(manifest.model_dump(mode="json"), indent=1)
    (folder / "manifest.json").write_text(text + "\n", encoding="utf-8")
