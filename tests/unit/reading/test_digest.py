"""The digest of a text does not depend on its white space."""

from __future__ import annotations

import hashlib
import sys

from hypothesis import given
from hypothesis import strategies as st

from gateway.reading.digest import text_digest

SPACES = "".join(filter(str.isspace, map(chr, range(sys.maxunicode + 1))))


def by_words(text: str) -> str:
    return hashlib.sha256(" ".join(text.split()).encode("utf-8", "replace")).hexdigest()


@given(st.text(st.sampled_from(SPACES + "ab’\ud800") | st.characters(), max_size=60))
def test_it_is_of_the_words(text: str) -> None:
    assert text_digest(text) == by_words(text)


def test_every_space_of_unicode_parts_words() -> None:
    for space in SPACES:
        assert text_digest(f" a{space}{space}b’") == by_words("a b’"), hex(ord(space))


def test_other_words_are_another_text() -> None:
    assert text_digest("ab") != text_digest("a b")
