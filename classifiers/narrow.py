"""Lines broken in mid-phrase: by a narrow window, or word by word; and which short lines are a list and stay apart."""

from __future__ import annotations

import re

SHORT = 50
"""Characters of a line that a mail program would not have folded."""

_NARROW = 30
"""Characters of the longest line of a column in which every third line may end in mid-phrase by chance alone."""
_FEW_WORDS = 2
_FEWEST_BREAKS = 2

_FOLLOWS = re.compile(rb"[ \t>]*+(?![-*\x7f]|\(?[0-9]{1,2}[.)][ \t]|[a-z][.)][ \t])([A-Za-z0-9'\"]++)")
"""The first word of a line that goes on, after what marks it as quoted; none of a blank line or a bullet."""
_CLOSED = b".!?:;"
_UNFINISHED = frozenset(
    b"to the a an my your his our their of with from and or but because if i we he she they am going"
    b" gonna will would could should i'm im i've ive i'll i'd we're we've he's she's they're every own".split()
)
"""What no statement ends with, whatever stands on the next line."""
_OPEN = _UNFINISHED | frozenset(
    b"in on at for by is are was were have has had be been when that who while so into this these those very not all"
    b" can't cannot don't won't just want wants wanted need".split()
)
"""What a phrase seldom ends with: in a column of short lines enough to tell it from a list."""


def unfinished(data: bytes, start: int, end: int, following: int) -> bool:
    """Whether the short line `[start, end)` stops in mid-phrase and the line at `following` may be the rest of it."""
    return _last_word(data, start, end) in _UNFINISHED and _FOLLOWS.match(data, following) is not None


def column(data: bytes, start: int) -> tuple[int, bool]:
    """Where the last of the short lines begins that follow the line at `start`, and whether they are one column.

    They follow each other without stop, blank line or bullet, and with a capital only in mid-phrase. A column is told
    from a list by how often a line ends there. Each line is looked at once.
    """
    lines: list[tuple[int, int]] = []
    while True:
        end = data.find(b"\n", start, start + SHORT + 1)
        if end < 0:
            end = min(len(data), start + SHORT)
        lines.append((start, end))
        if end >= len(data) or data[end : end + 1] != b"\n" or not _runs_on(data, start, end):
            break
        start = end + 1
    return lines[-1][0], _is_column(data, lines)


def _runs_on(data: bytes, start: int, end: int) -> bool:
    line = data[start:end].rstrip()
    if not line or line[-1] in _CLOSED:
        return False
    word = _FOLLOWS.match(data, end + 1)
    if word is None:
        return False
    first = word.group(1)
    return first[:1].islower() or first[:1].isdigit() or line.isupper() or _last_word(data, start, end) in _OPEN


def _is_column(data: bytes, lines: list[tuple[int, int]]) -> bool:
    breaks = len(lines) - 1
    if breaks < _FEWEST_BREAKS:
        return False
    opened = sum(_last_word(data, start, end) in _OPEN for start, end in lines[:-1])
    words = max(len(data[start:end].split()) for start, end in lines)
    width = max(end - start for start, end in lines)
    return width <= _NARROW and (opened * 3 >= breaks or (words <= _FEW_WORDS and opened > 0))


def _last_word(data: bytes, start: int, end: int) -> bytes:
    words = data[start:end].rsplit(None, 1)
    return words[-1].strip(b"\"'(,").lower() if words else b""
