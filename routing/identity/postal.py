"""Postal addresses: a premises and a postcode are one address however the lines between are written."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from string import ascii_lowercase
from typing import Final

import re2
from rapidfuzz.distance import OSA

_POSTCODE: Final = re2.compile(r"(?i)\b([a-z]{1,2}[0-9][a-z0-9]?)\s{0,2}([0-9][a-z]{2})\b")
_NUMBER: Final = re2.compile(r"\b[0-9]{1,5}[a-z]?\b")
_BREAK: Final = re2.compile(r"[\n\r,;]+")
_PUNCTUATION: Final = re2.compile(r"[^\pL\pN]+")
_ENDINGS: Final = {"rd": "road", "st": "street", "ave": "avenue", "av": "avenue", "ln": "lane", "cl": "close",
                   "dr": "drive", "cres": "crescent", "gdns": "gardens", "pl": "place", "ct": "court",
                   "tce": "terrace", "terr": "terrace", "sq": "square", "gr": "grove", "pk": "park"}  # fmt: skip
_WRITTEN_OUT: Final = frozenset(_ENDINGS.values())
_GENERAL: Final = frozenset({"the", "flat", "apartment", "apt", "unit", "room", "floor"})
"""What many addresses say, and what names none."""
_LINES: Final = 6
"""Lines of an address block at most, as Royal Mail prints it."""
_NUMBERS: Final = 4
"""Numbers in the address of one door at most: a flat's, a house's from and to, a road's."""


def postal(text: str) -> str | None:
    """The key of a whole address: postcode and premises numbers, or the whole of it where it has no postcode.

    Without case, punctuation, postcode spacing or street abbreviations. None for what is too short to be an address.

    >>> postal("12 Clay St., Fenton, Stoke-on-Trent, ST4 1AB") == postal("12 Clay Street\\nST41AB")
    True
    """
    return _key(_lines(text)[: 2 * _LINES])


@dataclass(frozen=True, slots=True)
class Address:
    """An address, read once to be held against others. `key`: as `postal` gives it. `kept`: its lines, no postcode."""

    key: str | None
    postcode: str | None
    kept: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> Address:
        """The address that is written so."""
        lines = _lines(text)
        postcode, kept = _parts(lines)
        return cls(_key(lines[: 2 * _LINES]), postcode, tuple(kept))

    def is_equal(self, other: Address) -> bool:
        """Whether the two are one address, however the lines between are written."""
        same_key = self.key is not None and self.key == other.key
        return same_key or (self.postcode, self.kept) == (other.postcode, other.kept)


def may_be_same(one: Address, other: Address) -> bool:
    """Whether two addresses may be the same door, however much of them is written; in doubt they may.

    A postcode may be mistyped: another tells them apart only where another street or town is written, too.

    >>> may_be_same(Address.of("1, High St., Anytown AN12BB"), Address.of("1 High Street, Anytown"))
    True
    >>> may_be_same(Address.of("1, High St., Anytown AN12BB"), Address.of("1 High Street, Anytown AN1 2BD"))
    True
    """
    if one.is_equal(other):
        return True
    if _have_other_numbers(one.kept, other.kept):
        return False
    names, others = _names(one.kept), _names(other.kept)
    if one.postcode and other.postcode:
        return one.postcode == other.postcode or bool(names and others and (names <= others or others <= names))
    return bool(names & others)


def may_be_one_door(one: Address, other: Address) -> bool:
    """`may_be_same`, and not by the town alone: for what is done to whoever is behind a door.

    A postcode mistyped under the same lines, or what is no more than a number, leaves it in doubt. So does a county
    where no street is written: of `The Mill, Broadway, Anytown` nothing says whether Broadway is a street or a town.

    >>> here = Address.of("1 High Street, Anytown AN1 2BB")
    >>> may_be_one_door(here, Address.of("1 High St, Anytown"))
    True
    >>> may_be_one_door(here, Address.of("Town Hall, Anytown"))
    False
    """
    if one.is_equal(other) or (one.kept == other.kept and len(one.kept) > 1):
        return True
    if one.postcode and other.postcode:
        return one.postcode == other.postcode and not _have_other_numbers(one.kept, other.kept)
    streets, others = _names(_without_town(one.kept)), _names(_without_town(other.kept))
    return not _have_other_numbers(one.kept, other.kept) and (not streets or not others or bool(streets & others))


def are_equal_as_far_as_written(one: Address, other: Address) -> bool:
    """Whether nothing written in two addresses tells them apart: not a flat's number or letter, nor a house's name.

    >>> here = Address.of("34 Weir Lane, Anytown")
    >>> are_equal_as_far_as_written(here, Address.of("34 Weir Ln"))
    True
    >>> are_equal_as_far_as_written(here, Address.of("Flat 2, 34 Weir Lane, Anytown"))
    False
    """
    numbers = _numbers_and_letters(one.kept)
    if not may_be_one_door(one, other) or numbers != _numbers_and_letters(other.kept):
        return one.is_equal(other)
    return bool(numbers) or _names(_without_town(one.kept)) == _names(_without_town(other.kept))


def may_be_meant(one: Address, other: Address) -> bool:
    """`may_be_one_door`, or it may be but for a slip in writing one of them: for who asks about a door before a visit.

    The slip: another postcode where nothing else differs that both say, or a letter of the street.

    >>> here = Address.of("4 Weir Lane, Northmoor, NM1 2AB")
    >>> may_be_meant(here, Address.of("4 Weir Ln, NM1 2BA")), may_be_meant(here, Address.of("4 Wier Lane, Northmoor"))
    (True, True)
    >>> may_be_meant(here, Address.of("6 Weir Lane, NM1 2BA"))
    False
    """
    if may_be_one_door(one, other):
        return True
    if _have_other_numbers(one.kept, other.kept):
        return False
    if one.postcode and other.postcode:
        return may_be_same(one, other)
    streets, others = _names(_without_town(one.kept)), _names(_without_town(other.kept))
    return any(_is_slip(name, meant) for name in streets for meant in others)


def is_of_one_door(address: Address) -> bool:
    """Whether it says a house, by its number or name: not a street, town or postcode, nor a row of numbers.

    >>> [is_of_one_door(Address.of(text)) for text in ("The Mill, Weir Lane, Northmoor", "Weir Lane, Northmoor")]
    [True, False]
    """
    numbers = [number for line in address.kept for number in _NUMBER.findall(line)]
    if not address.kept or len(numbers) > _NUMBERS or not (address.postcode or _names(address.kept)):
        return False
    if numbers:
        return True
    is_street = bool(_endings_in(address.kept[0]) - {"court"})
    return not is_street and (len(address.kept) > 1 or address.postcode is not None)


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
    postcode, kept = _parts(lines)
    if postcode is None:
        whole = " ".join(kept)
        # A street without its town could be in any town; a number and two words is the least that says a place.
        return whole if len(kept) > 1 and len(whole) >= 12 and any(c.isdigit() for c in whole) else None
    numbers = [number for line in kept for number in _NUMBER.findall(line)]
    premises = "+".join(sorted(set(numbers))) if numbers else (kept[0] if kept else None)
    return f"{postcode}|{premises}" if premises else None


def _have_other_numbers(kept: Sequence[str], other_kept: Sequence[str]) -> bool:
    numbers, others = _house_numbers(kept), _house_numbers(other_kept)
    return bool(numbers and others and not numbers & others)


def _house_numbers(kept: Sequence[str]) -> set[str]:
    """Without the letter behind: 12a may be a door of 12."""
    return {number.rstrip(ascii_lowercase) for line in kept for number in _NUMBER.findall(line)}


def _numbers_and_letters(kept: Sequence[str]) -> set[str]:
    """What tells flats apart; the letter that an apostrophe cuts off does not."""
    words = {word for line in kept for word in line.split()}
    return {word for word in words if word[0].isdigit() or (len(word) == 1 and word != "s")}


def _is_slip(name: str, meant: str) -> bool:
    """Whether two words differ by one letter, or by two that changed places."""
    return min(len(name), len(meant)) > 3 and OSA.distance(name, meant) == 1


def _names(kept: Sequence[str]) -> set[str]:
    """The words that name a house, street or town; every street is a street."""
    return {name for line in kept for name in _names_of(line)}


def _names_of(line: str) -> Iterator[str]:
    """An ending names nothing after a name: `Weir Lane` is Weir. It is a name where nothing else is: `Park Road`."""
    written = f"{line} ".replace(" s ", "s ")  # Mary's and Marys
    words = [word for word in written.split() if word not in _GENERAL and (len(word) > 1 or word.isdigit())]
    for before, word, after in zip(["", *words], words, [*words[1:], ""], strict=False):
        if word[0].isdigit() or (word == "st" and after):  # Saint Mary's Road is Mary's
            continue
        follows = bool(before) and not before[0].isdigit()
        if not (_is_ending(word) and follows and not _is_ending(after)):
            yield _ENDINGS.get(word, word)


def _without_town(kept: Sequence[str]) -> Sequence[str]:
    """The lines of house and street: those after the last street are town and county. Of no street, the last is a town.

    What holds a number or a street ending is no town. A court may be a house in a street that is called otherwise.
    """
    is_street = [bool(_endings_in(line) - {"court"}) for line in kept]
    is_no_town = [bool(_endings_in(line) or _NUMBER.search(line)) for line in kept]
    if any(is_street):
        return kept[: 1 + max(i for i, no_town in enumerate(is_no_town) if no_town)]
    return kept if not any(_names(kept[:-1])) or is_no_town[-1] else kept[:-1]


def _endings_in(line: str) -> set[str]:
    """Its street endings, written out; that of Park House is none, nor the `st` of Bury St Edmunds."""
    words = line.split()
    ending = (word for i, word in enumerate(words) if (i or len(words) == 1) and word != "st" and _is_ending(word))
    return {_ENDINGS.get(word, word) for word in ending}


def _is_ending(word: str) -> bool:
    return word in _ENDINGS or word in _WRITTEN_OUT


def _parts(lines: list[str]) -> tuple[str | None, list[str]]:
    """The postcode, and the lines without it."""
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
    return postcode, kept
