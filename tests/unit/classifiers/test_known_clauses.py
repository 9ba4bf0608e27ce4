"""What is worked out beforehand is what would be derived; and nothing hangs on the file but time."""

from pathlib import Path

import pytest

from classifiers import known_clauses
from classifiers.clauses import Reader
from classifiers.known_clauses import KnownReader, written
from classifiers.lexicon import expanded_patterns

LEXICONS = Path(__file__).parents[3] / "config" / "lexicons"
PATTERNS = ["(?:kill|end) +him", "die", "(?:a|b)?[a-z]+"]


class Underivable(Reader):
    def clauses(self, pattern):
        raise AssertionError(f"{pattern} was derived")


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "clauses.tsv"
    path.write_text(written(PATTERNS))
    return path


def test_the_file_that_ships_says_what_is_derived():
    assert known_clauses.SHIPPED.read_text() == written(expanded_patterns(LEXICONS)), "run: python docs/generate.py"


def test_what_is_in_the_file_is_not_derived_again(path, monkeypatch):
    derived = [Reader().clauses(pattern) for pattern in PATTERNS]
    assert derived[2] == ()
    monkeypatch.setattr(known_clauses, "Reader", Underivable)
    assert [KnownReader(path).clauses(pattern) for pattern in PATTERNS] == derived


def test_a_pattern_that_is_not_in_it_is_derived(path):
    assert KnownReader(path).clauses("kill +her") == Reader().clauses("kill +her") != ()


@pytest.mark.parametrize(
    "damaged",
    [
        lambda content: b"",
        lambda content: content[:-1],
        lambda content: content.replace(b" die ", b" dye "),
        lambda content: content.replace(b" die ", b" di\xe9 "),
    ],
)
def test_a_damaged_file_is_not_believed(path, damaged):
    path.write_bytes(damaged(path.read_bytes()))
    assert KnownReader(path).clauses("die") == (frozenset({" die "}),)


def test_without_the_file_clauses_are_derived(tmp_path):
    assert KnownReader(tmp_path / "none.tsv").clauses("die") == (frozenset({" die "}),)
