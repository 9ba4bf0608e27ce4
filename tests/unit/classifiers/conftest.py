"""The scanner as it ships, loaded once for all that only ask it."""

from pathlib import Path
from typing import Any

import pytest

from classifiers.authored import Item, Kind
from classifiers.lexicon import Lexicon, load_folder
from classifiers.normalise import Folder
from classifiers.scan import Scanner
from classifiers.sentences import split
from classifiers.stages import Sentence

ROOT = Path(__file__).parents[3]
LEXICONS = ROOT / "config" / "lexicons"
WEIGHTS = ROOT / "classifiers" / "weights"


@pytest.fixture(scope="session")
def scanner() -> Scanner:
    return Scanner.load(LEXICONS, WEIGHTS)


@pytest.fixture(scope="session")
def rules_only() -> Scanner:
    return Scanner((Lexicon.load(LEXICONS),), load_folder(LEXICONS))


def sentences_of(text: str, passage: int = 0) -> list[Sentence]:
    """The sentences of one body, as the stages are given them."""
    spans = split(text)
    folded = Folder().fold_each(text, spans)
    return [
        Sentence("body", start, end, text[start:end], own, passage)
        for (start, end), own in zip(spans, folded, strict=True)
    ]


def item(text: str, kind: Kind, family: str, **more: Any) -> Item:
    """A text of the locked test."""
    return Item(text=text, kind=kind, family=f"lk3-{family}", **more)
