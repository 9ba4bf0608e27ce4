"""Whatever a pattern matches, its triggers let through."""

from __future__ import annotations

import re2
from hypothesis import example, given
from hypothesis import strategies as st

from classifiers.triggers import Triggers

ATOMS = st.sampled_from(
    ["a", "b", "ab", "ba", " +", " *", "'?", "'", "[ab]", "[a-z]", "[^.!?;]", ".", r"\b", r"\.", "-", "/", "c"]
)
QUANTIFIERS = st.sampled_from(["", "", "", "?", "*", "+", "{2}", "{0,2}", "{1,2}"])


def larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    group = st.lists(inner, min_size=1, max_size=3).map(lambda branches: f"(?:{'|'.join(branches)})")
    return st.lists(
        st.tuples(group | ATOMS.filter(lambda atom: len(atom) == 1), QUANTIFIERS) | st.tuples(ATOMS), max_size=4
    ).map(lambda items: "".join("".join(item) for item in items))


PATTERNS = st.recursive(ATOMS, larger, max_leaves=10)
TEXTS = st.text(alphabet="aabbc' -./", max_size=14)


@given(PATTERNS, TEXTS)
@example("b|o/d", "so b")
@example("a'?b", "x'a'b'y")
@example("(?: +a){2}", "b a a")
def test_no_match_is_overlooked(pattern: str, text: str) -> None:
    folded = text.encode()
    if re2.search(rf"\b(?:{pattern})\b".encode(), folded) is not None:
        assert next(Triggers([pattern]).possible([folded])) == [0]
