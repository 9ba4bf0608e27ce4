"""Where sentences begin and end: linear in the text, exact in its characters, patient with how people write."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import re2

from classifiers.normalise import to_ascii

LONGEST_SENTENCE = 400
"""Characters after which a text without punctuation is cut at a space."""

_END = re2.compile(
    rb"([.!?]+[\"')\]]*)(?:[ \t]+|\r?\n)"
    rb"|((?:[ \t]*\r?\n)+[ \t>]*(?:[-*\x7f]+[ \t]+|\(?[0-9]{1,2}[.)][ \t]+|[a-z][.)][ \t]+)?)"
)
_ABBREVIATIONS = frozenset(
    b"mr mrs ms dr prof rev st sgt insp supt cllr hon no nos ref tel ext e.g i.e eg ie etc approx dept vs para paras"
    b" sec art reg p pp pg fig re c cc ch det con pc pcso dc ds di dci govt min max wk wks yr yrs hr hrs mins".split()
)
_WRAPPED_AT_LEAST = 50


@dataclass(frozen=True, slots=True)
class Span:
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
        spans.extend(_cut(data, start, end))
        start = resume
    spans.extend(_cut(data, start, len(data)))
    return spans


def _breaks(data: bytes) -> Iterator[tuple[int, int]]:
    line_start = 0
    for match in _END.finditer(data):
        if match.group(2) is None:
            if _ends_sentence(data, match.start(1), match.end()):
                yield match.end(1), match.end()
            continue
        wrapped = _wrapped(data, line_start, match.start(), match.end(), match.group())
        line_start = match.end()
        if not wrapped:
            yield match.start(), match.end()


def _ends_sentence(data: bytes, stop: int, after: int) -> bool:
    if data[stop : stop + 1] != b".":
        return True
    word_start = max(data.rfind(b" ", max(0, stop - 12), stop), data.rfind(b"\n", max(0, stop - 12), stop)) + 1
    word = data[max(word_start, stop - 12) : stop].lower().lstrip(b"(\"'")
    if word in _ABBREVIATIONS and data[stop : stop + 2] != b"..":
        # "No. I won't" is an answer, "no. 12" a number.
        return word in {b"no", b"re"} and not data[after : after + 1].isdigit()
    return not (len(word) == 1 and word.isalpha() and data[word_start : word_start + 1].isupper())


def _wrapped(data: bytes, line_start: int, line_end: int, next_start: int, gap: bytes) -> bool:
    """Whether a line was only folded by a mail program: long, one line end, and the next goes on in small letters."""
    long_enough = line_end - line_start >= _WRAPPED_AT_LEAST
    return long_enough and gap.strip(b" \t>\r") == b"\n" and gap.count(b"\n") == 1 and _goes_on(data, next_start)


def _goes_on(data: bytes, start: int) -> bool:
    first = data[start : start + 1]
    return first.islower() or first.isdigit() or data[start : start + 2] in {b"I ", b"I'"}


def _cut(data: bytes, start: int, end: int) -> Iterator[Span]:
    """`[start, end)` without its white space, in pieces of at most `LONGEST_SENTENCE` characters."""
    while start < end:
        stop = end
        if end - start > LONGEST_SENTENCE:
            comma = data.rfind(b", ", start + LONGEST_SENTENCE // 2, start + LONGEST_SENTENCE)
            space = data.rfind(b" ", start + 1, start + LONGEST_SENTENCE)
            stop = comma + 1 if comma > 0 else space if space > 0 else start + LONGEST_SENTENCE
        piece = data[start:stop]
        left = start + len(piece) - len(piece.lstrip())
        right = stop - (len(piece) - len(piece.rstrip()))
        if left < right:
            yield Span(left, right)
        start = stop
