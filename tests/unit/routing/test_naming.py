"""Whether a text names somebody."""

from __future__ import annotations

import pytest

from routing.naming import Said, is_named, spellings, words

CASES = [
    ("Pat Contact", "pat contact", True),
    ("Pat Contact", "it was Pat Contact's doing", True),
    ("Pat Contact", "contact pat", False),
    ("Pat Contact", "Pat", False),
    ("Pat Contact", "P. Contact", True),
    ("Pat Contact", "Q. Contact", False),
    ("Pat Contact", "Dr Contact", True),
    ("Pat Contact", "Contact Dr", False),
    ("Pat Contact", "Dear Sir, contact with your office is hard", False),
    ("Pat Lee Contact", "p contact", True),
    ("Pat Lee Contact", "Pat Contact", False),
    ("Contact", "no contact at all", True),
    ("Contact", "mr nobody", False),
    ("", "anything", False),
    ("  ", "anything", False),
    ("pat.contact@x.example", "pat contact", True),
    ("pat.contact@x.example", "ms contact", False),
    ("duty@x.example", "my duty", False),
    ("duty@x.example", "write to duty@x.example now", True),
    ("Pat Contact", "", False),
]


@pytest.mark.parametrize(("name", "text", "expected"), CASES)
def test_is_named(name, text, expected):
    assert is_named(name, Said(text)) is expected


def test_words_have_neither_case_nor_punctuation():
    assert words("Ms. O'Neill-STRASSE, straße") == ("ms", "o", "neill", "strasse", "strasse")


def test_a_name_is_looked_for_however_its_words_are_ordered():
    assert "pat contact" in spellings("contact, Pat")
    assert "pat lee contact" in spellings("Dr Contact, Pat Lee")
    assert spellings("Pat") == ("Pat",)
    assert spellings("pat.contact@x.example") == ("pat.contact@x.example",)
