"""Postal addresses: a premises and a postcode are one address however the lines between are written."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Final

import re2

_POSTCODE: Final = re2.compile(r"(?i)\b([a-z]{1,2}[0-9][a-z0-9]?)\s{0,2}([0-9][a-z]{2})\b")
_NUMBER: Final = re2.compile(r"\b[0-9]{1,5}[a-z]?\b")
_BREAK: Final = re2.compile(r"[\n\r,;]+")
_PUNCTUATION: Final = re2.compile(r"[^\pL\pN]+")
_ENDINGS: Final = {"rd": "road", "st": "street", "ave": "avenue", "av": "avenue", "ln": "lane", "cl": "close",
                   "dr": "drive", "cres": "crescent", "gdns": "gardens", "pl": "place", "ct": "court",
                   "tce": "terrace", "terr": "terrace", "sq": "square", "gr": "grove", "pk": "park"}  # fmt: skip
_LINES: Final = 6
"""Lines of an address block at most, as Royal Mail prints it."""


def postal(text: str) -> str | None:
    """The key of a whole address: postcode and premises numbers, or the whole of it where it has no postcode.

    Without case, punctuation, postcode spacing or street abbreviations. None for what is too short to be an address.

    >>> postal("12 Clay St., Fenton, Stoke-on-Trent, ST4 1AB") == postal("12 Clay Street\\nST41AB")
    True
    """
    return _key(_lines(text)[: 2 * _LINES])


def blocks(text: str) -> Iterator[str]:
    """The keys of every run of lines in `text` that could be an address, nearest a postcode first; at most 72."""
    lines = _lines(text)[:40]
    found = [i for i, line in enumerate(lines) if _POSTCODE.search(line)][:6]
    for last in found:
        for first in range(last, max(-1, last - _LINES), -1):
            if key := _key(lines[first : last + 1]):
                yield key
    for first in range(min(6, len(lines))):
        for last in range(first, min(first + 5, len(lines))):
            if not any(first <= i <= last for i in found) and (key := _key(lines[first : last + 1])):
                yield key


def _lines(text: str) -> list[str]:
    parts = (part.strip() for part in _BREAK.split(unicodedata.normalize("NFC", text[:4000]).lower()))
    return [part for part in parts if part]


def _key(lines: list[str]) -> str | None:
    postcode = None
    kept: list[str] = []
    for line in lines:
        rest = line
        if match := _POSTCODE.search(line):
            postcode = match.group(1) + match.group(2)
            rest = line[: match.start()] + line[match.end() :]
        words = _PUNCTUATION.sub(" ", rest).split()
        if words:
            kept.append(" ".join([*words[:-1], _ENDINGS.get(words[-1], words[-1])]))
    if postcode is None:
        whole = " ".join(kept)
        # A street without its town could be in any town; a number and two words is the least that says a place.
        return whole if len(kept) > 1 and len(whole) >= 12 and any(c.isdigit() for c in whole) else None
    numbers = [number for line in kept for number in _NUMBER.findall(line)]
    premises = "+".join(sorted(set(numbers))) if numbers else (kept[0] if kept else None)
    return f"{postcode}|{premises}" if premises else None
