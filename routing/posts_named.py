"""Which of the policy's posts a text complains of: by what they are called, not by who holds them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import islice
from typing import Final

import re2

from routing.complaint_words import spans
from routing.grievance import Named, complained_of

_MOST: Final = 20
"""Posts named in one sentence: more tell nothing more."""
_REST: Final = re.compile(r",| and ")
_ADDRESSED: Final = re.compile(r"(?i)\b(?:dear|fao|attn|attention|cc|to)[^a-z0-9]+(?:(?:the|our|your)[^a-z0-9]+)?$")
_BEFORE: Final = 30
"""Characters before a post in which it may be said that the letter is to them."""


@lru_cache(maxsize=64)
def pattern_of(titles: tuple[str, ...]) -> re2.Pattern[bytes]:
    """Finds any of these titles, of several at one place the longest."""
    longest_first = sorted({one for title in titles for one in _said(title)}, key=lambda words: (-len(words), words))
    return re2.compile((r"(?i)\b(?:" + "|".join("[^a-z0-9]+".join(words) for words in longest_first) + r")\b").encode())


def posts_complained_of(sentences: Iterable[str], titles: Mapping[str, str]) -> set[str]:
    """The roles whose post one of the sentences complains of. `titles`: by role, what the policy calls it."""
    pattern, role_of = pattern_of(tuple(titles.values())), _role_of(titles)
    found = set[str]()
    for sentence in sentences:
        places = islice(spans(pattern, sentence), _MOST)
        named = [
            Named(role_of[_words(sentence[start:end])], start, end)
            for start, end in places
            if not _ADDRESSED.search(sentence[max(0, start - _BEFORE) : start])
        ]
        found.update(complained_of(sentence, named))
    return found


def _role_of(titles: Mapping[str, str]) -> dict[tuple[str, ...], str]:
    """By the words that are said of it; where two roles begin alike, the one that is called just that."""
    short = {words: role for role, title in titles.items() for words in _said(title)}
    return short | {_words(title): role for role, title in titles.items()}


def _said(title: str) -> set[tuple[str, ...]]:
    """The words of a title, and of one that goes on and on its beginning: `Head of Standards, Scrutiny and …`."""
    begins = _words(_REST.split(title)[0])
    return {_words(title), *([begins] if len(begins) > 2 else [])}


def _words(text: str) -> tuple[str, ...]:
    """As the pattern reads them, which knows ASCII letters only."""
    return tuple(re.findall("[a-z0-9]+", text.casefold().encode("ascii", "replace").decode()))
