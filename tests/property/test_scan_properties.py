"""What holds of the scan whatever the text: evidence by exact characters, no letter lost, time linear in the length."""

import re
from functools import cache
from itertools import pairwise
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifiers.language import unsupported
from classifiers.normalise import to_ascii
from classifiers.scan import Scanner
from classifiers.sentences import split

ROOT = Path(__file__).parents[2]
WORDS = st.sampled_from(
    [
        "kill",
        "k1ll",
        "k i l l",
        "myself",
        "MYSELF",
        "him",
        "\u200b",
        "ﬁre",
        "ß",
        "knife",
        "’",
        "…",
        "\n",
        "no.",
        "Mr.",
        "🔪",
        "é",
    ]
)
TEXTS = st.one_of(
    st.text(max_size=400), st.lists(WORDS, max_size=60).map(" ".join), st.lists(WORDS, max_size=60).map("".join)
)


@cache
def scanner() -> Scanner:
    return Scanner.load(ROOT / "config" / "lexicons", ROOT / "classifiers" / "weights")


@given(TEXTS)
@settings(max_examples=150, deadline=None)
def test_any_text_is_scanned_and_evidence_is_exact(text):
    result = scanner().scan_text(text)
    assert not [f for f in result.findings if f.label == "scan_incomplete"]
    for finding in result.findings:
        for evidence in finding.evidence:
            assert text[evidence.start : evidence.end] == evidence.quote
    assert all(0.0 <= score <= 1.0 for score in result.scores.values())


LIST_MARK = re.compile(r"[\s>]*(?:[^\w\s]+\s+|\(?[0-9]{1,2}[.)]\s+|[a-z][.)]\s+)?[\s>]*")


@given(TEXTS)
@settings(max_examples=300, deadline=None)
def test_sentences_cover_every_letter_in_order(text):
    spans = split(text)
    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    assert all(a.end <= b.start for a, b in pairwise(spans))
    edges = [0, *(edge for span in spans for edge in span), len(text)]
    plain = to_ascii(text).decode().replace("\x7f", "-").replace("\x00", " ")
    gaps = [plain[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True)]
    # Between sentences stand white space, marks of quotation and the marks of lists, and nothing that says anything.
    for gap in gaps:
        assert all(LIST_MARK.fullmatch(line) for line in gap.split("\n")), gap


@given(TEXTS)
@settings(max_examples=300, deadline=None)
def test_folding_a_text_at_once_is_folding_each_of_its_sentences(text):
    spans = split(text)
    folder = scanner()._folder
    assert folder.fold_each(text, spans) == [folder.fold(text[span.start : span.end]) for span in spans]


def test_a_letter_lost_between_sentences_would_be_seen():
    assert not LIST_MARK.fullmatch(" kill ")
    assert not LIST_MARK.fullmatch("- him")


@pytest.mark.long
@pytest.mark.parametrize(
    "piece",
    [
        "k i l l ",
        "a",
        "a.",
        "\n- ",
        "kill ",
        "aaaa",
        "ki.ll",
        "\u200bk",
        "not ",
        "((((",
        "I will not ",
        "ż ",
        "Ж",
        "1a2b",
        "!!!",
    ],
)
def test_time_is_linear_in_the_length(piece):
    def seconds(size: int) -> float:
        text = (piece * size)[:size]
        started = process_time()
        scanner().scan_text(text)
        return process_time() - started

    seconds(4_000)
    small = min(seconds(60_000) for _ in range(3))
    large = min(seconds(240_000) for _ in range(2))
    # Four times the text; quadratic would be sixteen times the time.
    assert large < 9 * small + 0.1


@pytest.mark.long
def test_language_check_is_linear():
    started = process_time()
    unsupported("żółw " * 4_000)
    small = process_time() - started
    started = process_time()
    unsupported("qwrt " * 40_000)
    assert process_time() - started < 40 * small + 2.0
