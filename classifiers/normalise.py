"""Folding of written disguises, with the way back to the original characters.

A text is folded in two steps. `to_ascii` gives exactly one ASCII byte per character, so that an offset in one is an
offset in the other. `Folder.fold` then lowers the case and undoes what people do to hide a word (zero-width
characters, ligatures, `k i l l`, `su1c1de`, `kiiill`); the `Folded` it returns knows where each byte came from.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

import re2

HIDDEN = b"\x00"
"""Stands for a character with no width of its own."""
EXPANDED = b"\x01"
"""Stands for a character that reads as several letters."""

_QUOTES = {**dict.fromkeys("‘’‚‛′ʼ`´ʹˈ", "'"), **dict.fromkeys("“”„‟″«»", '"'), **dict.fromkeys("‐‑‒–—―−⁃", "-")}
_HOMOGLYPHS = dict(
    zip(
        "авекмнорстухіјѕԁԛԝьһӏԍАВЕКМНОРСТУХІЈЅԌαβεικνορτυχγΑΒΕΖΗΙΚΜΝΟΡΤΥΧıɡɑłŁđĐøØ",
        "abekmhopctyxijsdqwbhlgABEKMHOPCTYXIJSGabeikvoptuxyABEZHIKMNOPTYXigalLdDoO",
        strict=True,
    )
)
_PICTURES = {"🔪": " knife ", "🗡": " knife ", "🔫": " gun ", "💣": " bomb ", "🪓": " axe ", "🧨": " bomb ", "ß": "ss"}


def _expansion(char: str) -> str:
    if char in _PICTURES:
        return _PICTURES[char]
    return "".join(c for c in unicodedata.normalize("NFKD", char) if c.isascii())


class _OneForOne(dict[int, str]):
    """A translation table that works a character out the first time it is met."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        self[code] = folded = self._fold(char)
        return folded

    @staticmethod
    def _fold(char: str) -> str:
        if char.isascii():
            return char if (char >= " " and char != "\x7f") or char in "\t\n\r" else " "
        if char in _QUOTES or char in _HOMOGLYPHS:
            return _QUOTES.get(char) or _HOMOGLYPHS[char]
        category = unicodedata.category(char)
        if category in {"Mn", "Me", "Cf"}:
            return HIDDEN.decode()
        if char in _PICTURES:
            return EXPANDED.decode()
        plain = "".join(c for c in unicodedata.normalize("NFKD", char) if c.isascii())
        if len(plain) == 1 and plain >= " ":
            return plain
        if len(plain) > 1:
            return "." if char == "…" else EXPANDED.decode()
        if category in {"Zl", "Zp"} or char == "\x85":
            return "\n"
        return " " if category[0] in "ZC" else "\x7f"


_TABLE = _OneForOne()
_ONE_LINE = bytes(ord(" ") if ord(EXPANDED) < byte < ord(" ") else byte for byte in range(256))
"""A phrase that is broken over two lines, or by a tab, is read as if it stood on one."""
_STRANGE = re.compile(r"[^\t\n\r -~]++")
"""What the table changes: most of a text is not looked up character by character."""


def to_ascii(text: str) -> bytes:
    """One ASCII byte per character, case kept: accents dropped, lookalikes read as Latin, the unknown as DEL."""
    if text.isascii() and "\x00" not in text:
        return text.encode("ascii")
    return _STRANGE.sub(_translated, text).encode("ascii")


def _lower(written: bytes) -> bytes:
    return written.lower().translate(_ONE_LINE)


def _translated(match: re.Match[str]) -> str:
    return match.group().translate(_TABLE)


@dataclass(frozen=True, slots=True)
class Edit:
    """Folded bytes `[start, end)` stand for bytes `[source_start, source_end)` of the layer below."""

    start: int
    end: int
    source_start: int
    source_end: int


class Folded(NamedTuple):
    """Lower-case ASCII `data`, and the edits that made it, the last layer first."""

    data: bytes
    layers: tuple[tuple[Edit, ...], ...] = ()

    def source(self, start: int, end: int) -> tuple[int, int]:
        """The character offsets of the original that `data[start:end]` stands for."""
        for edits in self.layers:
            starts = [edit.start for edit in edits]
            start = _to_source(edits, starts, start, at_end=False)
            end = _to_source(edits, starts, end, at_end=True)
        return start, end


def _to_source(edits: Sequence[Edit], starts: Sequence[int], position: int, *, at_end: bool) -> int:
    # An end lies behind what it closes: the edit that begins exactly there is not part of the span.
    index = bisect_right(starts, position - 1 if at_end else position) - 1
    if index < 0:
        return position
    edit = edits[index]
    if position >= edit.end:
        return edit.source_end + position - edit.end
    return edit.source_end if at_end else edit.source_start


_REPEATED = "|".join(f"{letter}{{3,}}" for letter in "abcdefghijklmnopqrstuvwxyz")
_DISGUISES = (
    r"\b[a-z](?:[ .*_-][a-z]\b){2,60}"  # k i l l
    r"|[a-z0-9@$!|*]*(?:[a-z][0-9@$!|*]|[0-9@$|*][a-z])[a-z0-9@$!|*]*"  # k1ll
    rf"|[a-z]*(?:{_REPEATED})[a-z]*"  # kiiill
    r"|[a-z]+(?:[.*_-][a-z]+)+"  # ki.ll
)
_DISGUISE = re2.compile(_DISGUISES.encode())
_SUSPECT = re2.compile((r"[\x00\x01]|" + _DISGUISES).encode())
_LEET = tuple(str.maketrans("0134578@$!|", f"o{one}eastbasi{one}") for one in "il")
_GLUE = frozenset(
    [
        "i",
        "a",
        "u",
        "me",
        "my",
        "you",
        "him",
        "her",
        "it",
        "us",
        "them",
        "im",
        "ill",
        "am",
        "to",
        "self",
        "the",
        "and",
        "will",
        "is",
        "he",
        "she",
        "we",
    ]
)
_LONGEST_DISGUISE = 80
_REMEMBERED = 2048
_LENGTHENED = re.compile(r"([a-z])\1\1")


class Folder:
    """Undoes disguises of the words it is given, and of no others: `A34` and `B4RT` stay what they are."""

    def __init__(self, words: Iterable[str] = ()) -> None:
        self._words = frozenset(words)
        self._masked: dict[int, tuple[str, ...]] = {
            length: tuple(sorted(group)) for length, group in groupby(sorted(self._words, key=len), key=len)
        }
        # The same few words look disguised all day ("3rd", "e-mail"), and most of them are not.
        self._read = lru_cache(_REMEMBERED)(self._plain)

    def fold_each(self, text: str, spans: Sequence[tuple[int, int]]) -> list[Folded]:
        """`fold` of each `text[start:end]`, ascending; only those with something hidden or disguised are read twice."""
        return self.fold_spans(text, to_ascii(text), spans)

    def fold_spans(self, text: str, written: bytes, spans: Sequence[tuple[int, int]]) -> list[Folded]:
        """As `fold_each`, of a text that `to_ascii` has read as `written`."""
        data = _lower(written)
        folded = [Folded(data[start:end]) for start, end in spans]
        number = 0
        for match in _SUSPECT.finditer(data):
            first, last = match.span()
            while number < len(spans) and spans[number][1] <= first:
                number += 1
            while number < len(spans) and spans[number][0] < last:
                start, end = spans[number]
                folded[number] = self._fold(text[start:end], data[start:end])
                number += 1
        return folded

    def fold(self, text: str) -> Folded:
        """Linear in the length of `text`."""
        return self._fold(text, _lower(to_ascii(text)))

    def _fold(self, text: str, data: bytes) -> Folded:
        layers: list[tuple[Edit, ...]] = []
        if HIDDEN in data or EXPANDED in data:
            data, edits = self._drop_hidden(text, data)
            layers.append(edits)
        data, edits = self._undisguise(data)
        if edits:
            layers.insert(0, edits)
        return Folded(data, tuple(layers))

    @staticmethod
    def _drop_hidden(text: str, data: bytes) -> tuple[bytes, tuple[Edit, ...]]:
        found = (
            (m.start(), m.end(), "".join(map(_expansion, text[m.start() : m.end()])).lower().encode())
            for m in re2.finditer(rb"\x00+|\x01", data)
        )
        return _apply(data, found)

    def _undisguise(self, data: bytes) -> tuple[bytes, tuple[Edit, ...]]:
        found = []
        for match in _DISGUISE.finditer(data):
            written = match.group().decode()
            plain = self._read(written) if len(written) <= _LONGEST_DISGUISE else None
            if plain is not None and plain != written:
                found.append((match.start(), match.end(), plain.encode()))
        return _apply(data, found) if found else (data, ())

    def _plain(self, written: str) -> str | None:
        letters = "".join(c for c in written if c.isalpha())
        if len(written) > 2 and all(not c.isalnum() for c in written[1::2]) and letters == written[::2]:
            return self._segmented(letters)
        known = next((word for word in _readings(written, letters) if word in self._words), None)
        if known is None and "*" in written and len(letters) >= 2 and "*" in written.strip("*"):
            fits = (w for w in self._masked.get(len(written), ()) if _fits(w, written))
            known = next(fits, None)
        return known

    def _segmented(self, letters: str) -> str | None:
        """`letters` as known words, at least one of them a word of ours; None where it does not come out."""
        best: list[tuple[str, ...] | None] = [()] + [None] * len(letters)
        for end in range(1, len(letters) + 1):
            for start in range(max(0, end - 14), end):
                before, word = best[start], letters[start:end]
                if before is not None and best[end] is None and (word in self._words or word in _GLUE):
                    best[end] = (*before, word)
        words = best[-1]
        return " ".join(words) if words and any(word in self._words for word in words) else None


def _readings(written: str, letters: str) -> Iterator[str]:
    yield letters
    for table in _LEET:
        yield written.translate(table)
    if _LENGTHENED.search(letters) is not None:
        for to in (1, 2):
            yield _shortened(letters, to)


def _shortened(letters: str, to: int) -> str:
    """Runs of three and more of one letter cut `to` one or two."""
    runs = ((c, len(list(run))) for c, run in groupby(letters))
    return "".join(c * (to if length > 2 else length) for c, length in runs)


def _fits(word: str, masked: str) -> bool:
    return all(m in ("*", w) for w, m in zip(word, masked, strict=True))


def _apply(data: bytes, found: Iterable[tuple[int, int, bytes]]) -> tuple[bytes, tuple[Edit, ...]]:
    pieces: list[bytes] = []
    edits: list[Edit] = []
    done = length = 0
    for start, end, plain in found:
        pieces += (data[done:start], plain)
        length += start - done
        edits.append(Edit(length, length + len(plain), start, end))
        length += len(plain)
        done = end
    pieces.append(data[done:])
    return b"".join(pieces), tuple(edits)
