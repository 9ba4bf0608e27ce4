from pathlib import Path

import pytest

from classifiers.lexicon import Lexicon, load_folder
from classifiers.scan import Scanner

ROOT = Path(__file__).parents[3]
LEXICONS = ROOT / "config" / "lexicons"
WEIGHTS = ROOT / "classifiers" / "weights"


@pytest.fixture(scope="session")
def scanner() -> Scanner:
    return Scanner.load(LEXICONS, WEIGHTS)


@pytest.fixture(scope="session")
def rules_only() -> Scanner:
    return Scanner((Lexicon.load(LEXICONS),), load_folder(LEXICONS))
