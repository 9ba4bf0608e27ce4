"""Where sentences begin and end: linear in the text, exact in its characters, patient with how people write."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from classifiers.narrow import SHORT, column, unfinished
from classifiers.normalise import to_ascii

LONGEST_SENTENCE = 400
"""Characters after which a text without punctuation is cut at a space."""

# A stop, with what closes behind it, and the blank behind that if there is one; or the end of a line, with the empty
# lines and the bullet behind it. Linear on any text: every repeat is possessive, and what a match began it takes whole.
# The standard library finds the many short matches of a long text several times faster than re2 hands them over, above
# all where each begins with one of a few characters.
_END = re.compile(
    rb"[.!?\n](?:"
    rb"(?<=\n)(?:[ \t]*+\r?\n)*+[ \t>]*+(?:[-*\x7f]++[ \t]++|\(?[0-9]{1,2}[.)][ \t]++|[a-z][.)][ \t]++)?+"
    rb"|(?<!\n)[.!?]*+[\"')\]]*+([ \t]++|\r?\n)?+)"
)
_ABBREVIATIONS = frozenset(
    b"mr mrs ms dr prof rev st sgt insp supt cllr hon no nos ref tel ext e.g i.e eg ie etc approx dept vs para paras"
    b" sec art reg p pp pg fig re c cc ch det con pc pcso dc ds di dci govt min max wk wks yr yrs hr hrs mins".split()
)
_TOO_LONG = max(map(len, _ABBREVIATIONS)) + 1
"""Letters of a word that is no abbreviation."""
_FULL_STOP = ord(".")
_BLANK = ord(" ")
_NEW_LINE = ord("\n")
_RETURN = ord("\r")
_FAR_ENOUGH = 12
"""Characters before a full stop in which an abbreviation is looked for."""


class Span(NamedTuple):
    """Characters `[start, end)` of a text, without the white space around them."""

    start: int
    end: int


def split(text: str) -> list[Span]:
    """The sentences of `text` in order. Bullets, blank lines and lines that were not merely wrapped end one.

    >>> split("Hello. I am Mr. Smith w/ a cat!")
    [Span(start=0, end=6), Span(start=7, end=31)]
    """
    return split_ascii(to_ascii(text))


def split_ascii(data: bytes) -> list[Span]:
    """The sentences of a text that `to_ascii` has read; see `split`."""
    spans: list[Span] = []
    start = 0
    for end, resume in _breaks(data):
        if start < end:
            if end - start <= LONGEST_SENTENCE and data[start] > _BLANK and data[end - 1] > _BLANK:
                spans.append(Span(start, end))
            else:
                spans += _cut(data, start, end)
        start = resume
    return spans


def joined(spans: Sequence[Span]) -> list[Span]:
    """The same text in fewer pieces: neighbours are put together as long as none is longer than a sentence may be."""
    pieces: list[Span] = []
    for span in spans:
        if pieces and span.end - pieces[-1].start <= LONGEST_SENTENCE:
            pieces[-1] = Span(pieces[-1].start, span.end)
        else:
            pieces.append(span)
    return pieces


def _breaks(data: bytes) -> Iterator[tuple[int, int]]:
    """Where each sentence ends, and where the next may begin."""
    line_start = 0
    last_of_column, in_column = -1, False
    for match in _END.finditer(data):
        start, after = match.span()
        if data[start] != _NEW_LINE:
            blank = match.start(1)
            if blank >= 0 and (data[start] != _FULL_STOP or _ends_sentence(data, start, after)):
                yield blank, after
            continue
        end = start - 1 if start and data[start - 1] == _RETURN else start
        wrapped = end - line_start >= SHORT and _wrapped(data, after, match.group())
        line_start = after
        if not wrapped and _is_one_line_end(match.group()):
            begin = data.rfind(b"\n", max(0, end - SHORT), end) + 1
            if end - begin < SHORT:
                if begin > last_of_column:
                    last_of_column, in_column = column(data, begin)
                wrapped = (in_column and begin < last_of_column) or unfinished(data, begin, end, start + 1)
        if not wrapped:
            yield end, after
    yield len(data), len(data)


def _ends_sentence(data: bytes, stop: int, after: int) -> bool:
    if stop >= _TOO_LONG and data[stop - _TOO_LONG : stop].isalpha():
        return True
    written = data[max(0, stop - _FAR_ENOUGH) : stop].replace(b"\n", b" ").rpartition(b" ")[2]
    word = written.lower()
    if len(word) > 1 and word.isalpha() and word not in _ABBREVIATIONS:
        return True
    word = word.lstrip(b"(\"'")
    if word in _ABBREVIATIONS and data[stop : stop + 2] != b"..":
        # "No. I won't" is an answer, "no. 12" a number.
        return word in {b"no", b"re"} and not data[after : after + 1].isdigit()
    return not (len(word) == 1 and word.isalpha() and written[:1].isupper())


def _wrapped(data: bytes, next_start: int, gap: bytes) -> bool:
    """Whether a long line was only folded by a mail program: one line end, and the next goes on in small letters."""
    return _is_one_line_end(gap) and _goes_on(data, next_start)


def _is_one_line_end(gap: bytes) -> bool:
    """No empty line in it and no bullet behind it."""
    return gap.strip(b" \t>\r") == b"\n" and gap.count(b"\n") == 1


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
