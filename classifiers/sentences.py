"""Where sentences begin and end: linear in the text, exact in its characters, patient with how people write."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from classifiers.normalise import to_ascii

LONGEST_SENTENCE = 400
"""Characters after which a text without punctuation is cut at a space."""

# Linear on any text: every repeat is possessive, and no match begins inside a run that another could begin in. The
# standard library finds the many short matches of a long text several times faster than re2 hands them over.
_END = re.compile(
    rb"(?<![.!?])([.!?]++[\"')\]]*+)(?:[ \t]++|\r?\n)"
    rb"|(\r?\n(?:[ \t]*+\r?\n)*+[ \t>]*+(?:[-*\x7f]++[ \t]++|\(?[0-9]{1,2}[.)][ \t]++|[a-z][.)][ \t]++)?+)"
)
_ABBREVIATIONS = frozenset(
    b"mr mrs ms dr prof rev st sgt insp supt cllr hon no nos ref tel ext e.g i.e eg ie etc approx dept vs para paras"
    b" sec art reg p pp pg fig re c cc ch det con pc pcso dc ds di dci govt min max wk wks yr yrs hr hrs mins".split()
)
_LONGEST_ABBREVIATION = max(map(len, _ABBREVIATIONS))
_WRAPPED_AT_LEAST = 50
_FULL_STOP = ord(".")


class Span(NamedTuple):
    """Characters `[start, end)` of a text, without the white space around them."""

    start: int
    end: int


def split(text: str) -> list[Span]:
    """The sentences of `text` in order. Bullets, blank lines and lines that were not merely wrapped end one.

    >>> split("Hello. I am Mr. Smith w/ a cat!")
    [Span(start=0, end=6), Span(start=7, end=31)]
    """
    data = to_ascii(text)
    spans: list[Span] = []
    start = 0
    for end, resume in _breaks(data):
        if start < end:
            spans += _cut(data, start, end)
        start = resume
    spans += _cut(data, start, len(data))
    return spans


def _breaks(data: bytes) -> Iterator[tuple[int, int]]:
    line_start = 0
    for match in _END.finditer(data):
        start, after = match.span()
        stop = match.end(1)
        if stop >= 0:
            if data[start] != _FULL_STOP or _ends_sentence(data, start, after):
                yield stop, after
            continue
        wrapped = start - line_start >= _WRAPPED_AT_LEAST and _wrapped(data, after, match.group())
        line_start = after
        if not wrapped:
            yield start, after


def _ends_sentence(data: bytes, stop: int, after: int) -> bool:
    if stop > _LONGEST_ABBREVIATION and data[stop - _LONGEST_ABBREVIATION - 1 : stop].isalpha():
        return True  # the word is longer than any abbreviation
    word_start = max(data.rfind(b" ", max(0, stop - 12), stop), data.rfind(b"\n", max(0, stop - 12), stop)) + 1
    word = data[max(word_start, stop - 12) : stop].lower().lstrip(b"(\"'")
    if word in _ABBREVIATIONS and data[stop : stop + 2] != b"..":
        # "No. I won't" is an answer, "no. 12" a number.
        return word in {b"no", b"re"} and not data[after : after + 1].isdigit()
    return not (len(word) == 1 and word.isalpha() and data[word_start : word_start + 1].isupper())


def _wrapped(data: bytes, next_start: int, gap: bytes) -> bool:
    """Whether a long line was only folded by a mail program: one line end, and the next goes on in small letters."""
    return gap.strip(b" \t>\r") == b"\n" and gap.count(b"\n") == 1 and _goes_on(data, next_start)


def _goes_on(data: bytes, start: int) -> bool:
    first = data[start : start + 1]
    return first.islower() or first.isdigit() or data[start : start + 2] in {b"I ", b"I'"}


def _cut(data: bytes, start: int, end: int) -> list[Span]:
    """`[start, end)` without its white space, in pieces of at most `LONGEST_SENTENCE` characters."""
    spans = []
    while start < end:
        stop = end
        if end - start > LONGEST_SENTENCE:
            comma = data.rfind(b", ", start + LONGEST_SENTENCE // 2, start + LONGEST_SENTENCE)
            space = data.rfind(b" ", start + 1, start + LONGEST_SENTENCE)
            stop = comma + 1 if comma > 0 else space if space > 0 else start + LONGEST_SENTENCE
        piece = data[start:stop]
        left = stop - len(piece.lstrip())
        right = start + len(piece.rstrip())
        if left < right:
            spans.append(Span(left, right))
        start = stop
    return spans
