"""Patterns: where they match, and what is no pattern."""

import pytest
import re2

from classifiers.patterns import Pattern, check


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
