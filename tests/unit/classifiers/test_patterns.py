"""Patterns: where they match, and what is no pattern."""

import random

import pytest
import re2
from hypothesis import given
from hypothesis import strategies as st

from classifiers.patterns import InALine, Pattern, ascii_options, check


def test_a_pattern_says_where_it_first_matches():
    pattern = Pattern(rb"\bkill(?:ed)?\b")
    assert pattern.span(b"skilled, killed, kill") == (9, 15)
    assert pattern.span(b"skill") is None


def test_what_is_not_of_a_class_is_one_byte_of_any_kind():
    assert Pattern(rb"a[^.]b").span(b"a-b") == (0, 3)
    assert Pattern(rb"a[^.]{2}b").span(b"a\x7f\x00b") == (0, 4)
    assert Pattern(rb"a[^.]b").span(b"a.b") is None


def test_nothing_is_found_nowhere():
    assert Pattern(rb"x?").span(b"") == (0, 0)
    assert Pattern(rb"x").span(b"") is None


def test_what_is_no_pattern_is_found_before_it_is_tried():
    check([Pattern(b"kill"), Pattern(b"(?:end|stop) it")])
    with pytest.raises(re2.error, match="missing"):
        check([Pattern(b"kill"), Pattern(b"(?:end")])


_LINES = st.lists(st.text("abc .-", max_size=60).map(str.encode), max_size=6)


@pytest.mark.parametrize(
    "text", [rb"\ba[^.]{0,40}\bc", rb"^a", rb"b$", rb"a[^c]*b", rb"\b(?:ab|c)\b", rb"a{2}", rb"x?"]
)
@given(lines=_LINES)
def test_every_way_to_ask_says_the_same_as_re2_of_each_line(text: bytes, lines: list[bytes]) -> None:
    pattern, among = Pattern(text), InALine(text)
    found = [re2.search(text, line, ascii_options()) for line in lines]
    assert [pattern.span(line) for line in lines] == [match and match.span() for match in found]
    assert [pattern.matches(line) for line in lines] == [match is not None for match in found]
    assert among.among(lines) == {number for number, match in enumerate(found) if match is not None}
    if lines:
        assert among.matches(b"\n".join(lines)) is any(match is not None for match in found)


def test_a_gap_is_counted_though_one_that_is_not_is_looked_for_first() -> None:
    text = rb"\bstart\b[^.!?;]{0,40}\bend\b"
    near, far = b"start " + b"x" * 20 + b" end", b"start " + b"x" * 60 + b" end"
    assert Pattern(text).matches(near) and not Pattern(text).matches(far)
    assert Pattern(text).span(far) is None
    assert InALine(text).among([far, near, b"nothing"]) == {1}
    assert not InALine(text).matches(far)


def test_what_is_none_is_an_error_however_it_is_asked() -> None:
    for ask in (Pattern(b"(?:end").span, Pattern(b"(?:end").matches, InALine(b"(?:end").matches):
        with pytest.raises(re2.error, match="missing"):
            ask(b"end")


def test_a_set_of_one_pattern_goes_on_where_its_memory_is_full() -> None:
    # Thousands of states for each of many texts: more than the matcher keeps, which it then begins anew.
    pattern = Pattern(rb"\b(?:a|b)[^.]{0,39}\bc[^.]{0,39}\bd[^.]{0,39}\be\b")
    chosen = random.Random(1)
    for _ in range(300):
        words = [chosen.choice(["a", "b", "c", "d", "f"]) for _ in range(400)]
        data = " ".join(words).encode()
        assert not pattern.matches(data)
        assert pattern.matches(data + b" a c d e")
