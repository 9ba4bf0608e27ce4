"""Where the data that ships with the program is: beside the packages in a checkout, inside the wheel when installed."""

from __future__ import annotations

from pathlib import Path

import classifiers

_HERE = Path(__file__).resolve().parent


def config_directory() -> Path:
    """The folder with `gateway.toml`, `policies/` and `lexicons/`."""
    inside = _HERE / "config"
    return inside if inside.is_dir() else _HERE.parent / "config"


def sample_directory() -> Path:
    """The folder with `register.yaml`, `messages/`, `calls.csv` and `expected.yaml`."""
    return config_directory() / "sample"


def corpus_directory() -> Path:
    """The folder of the authored texts, `*.jsonl` and `word_vectors.npz`."""
    return Path(classifiers.__file__).resolve().parent / "corpus"


def weights_directory() -> Path:
    """The folder with a folder for each model: its arrays and manifest."""
    return Path(classifiers.__file__).resolve().parent / "weights"


def model_card_file() -> Path:
    """The model card of the weights that ship with the program."""
    inside = _HERE / "config" / "model-card.md"
    return inside if inside.is_file() else _HERE.parent / "docs" / "reference" / "model-card.md"
