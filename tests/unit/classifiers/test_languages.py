"""The Welsh and Polish lines: they are apart from everything else, and those held are of other families."""

from collections import Counter

import pytest

from classifiers.authored import Kind, read
from classifiers.evaluation.languages import LANGUAGES, held_out
from classifiers.scan import Scanner
from classifiers.stated import FIRST_HEARD
from gateway.places import corpus_directory
from models.finding import CATEGORY_OF, CONCERN_CATEGORIES

OPEN = read(corpus_directory() / "languages" / "open").items
HELD = held_out(corpus_directory())


@pytest.mark.parametrize("code", LANGUAGES)
def test_sixty_concerns_and_forty_ordinary_lines_of_each_half_of_them_held(code: str):
    for items in (OPEN, HELD):
        own = [item for item in items if item.family.startswith(f"{code}-")]
        assert Counter(item.kind for item in own) == {Kind.CONCERN: 30, Kind.ORDINARY: 20}
        assert {label for item in own for label in item.labels} == FIRST_HEARD


def test_no_family_is_on_both_sides():
    assert {item.family for item in OPEN}.isdisjoint(item.family for item in HELD)
    assert len({item.text for item in (*OPEN, *HELD)}) == 200


def test_they_enter_no_training_and_no_english_figures():
    english = {item.text for item in read(corpus_directory()).items}
    assert english.isdisjoint(item.text for item in (*OPEN, *HELD))


def test_rules_find_what_they_were_written_by_and_leave_ordinary_lines_alone(rules_only: Scanner):
    for item, result in zip(OPEN, rules_only.scan_texts([item.text for item in OPEN]), strict=True):
        concerns = {finding.label for finding in result.findings if CATEGORY_OF[finding.label] in CONCERN_CATEGORIES}
        assert concerns >= set(item.labels), item.text
        assert item.labels or not concerns, item.text
