"""Restrictions from the words that offices use for them, by a table that anybody can add to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import RootModel, TypeAdapter, ValidationError, field_validator
from rapidfuzz import fuzz, process

from gateway.places import config_directory
from gateway.yaml_file import load
from models.plain_faults import first
from models.restriction import Restriction

_RESTRICTION: TypeAdapter[Restriction] = TypeAdapter(Restriction)
_COUNT = "{count}"
_NUMBERS = (
    "nought", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
)  # fmt: skip
_PERIODS = frozenset({"day", "week", "fortnight", "month"})
_SEPARATORS = re.compile(r"[;,\n\r•·]+|\s[-–—]\s|(?<=\w)\.\s")
_WORD = re.compile(r"\{count\}|[^\W_]+")


class PhrasesFile(RootModel[dict[str, tuple[dict[str, Any], ...]]]):
    """Words to restrictions, as written by hand."""

    @field_validator("root")
    @classmethod
    def _restrictions(cls, value: dict[str, tuple[dict[str, Any], ...]]) -> dict[str, tuple[dict[str, Any], ...]]:
        check(value)
        return value


def check(phrases: Mapping[str, tuple[dict[str, Any], ...]]) -> None:
    """ValueError where what words stand for is no restriction."""
    for words, stands_for in phrases.items():
        for each in stands_for:
            try:
                _restriction(each, "R1", 1)
            except ValidationError as error:
                where, what = first(error, whole="it")
                raise ValueError(f"{words!r}: not a restriction: {where}: {what}") from None


class UnknownWords(Exception):
    """Part of a cell is no restriction we know. `part`: which, from 1; `like`: the nearest words that are."""

    def __init__(self, part: int, like: str | None) -> None:
        self.part = part
        self.like = like
        super().__init__(part)


class Phrases:
    """The table, ready to be asked."""

    def __init__(self, phrases: Mapping[str, tuple[dict[str, Any], ...]]) -> None:
        self._known = {_normal(words): stands_for for words, stands_for in phrases.items()}
        self._as_written = {_normal(words): words for words in phrases}
        self._patterns = [
            (re.compile(re.escape(words).replace(re.escape(_COUNT), r"(\d{1,3})")), stands_for)
            for words, stands_for in self._known.items()
            if _COUNT in words
        ]

    @classmethod
    def shipped(cls, besides: Mapping[str, tuple[dict[str, Any], ...]]) -> Phrases:
        """The table that ships with the program, and a mapping's own words, which go first."""
        own = load(config_directory() / "spreadsheets" / "restrictions.yaml", PhrasesFile).root
        return cls({**own, **besides})

    def restrictions(self, cell: str) -> tuple[Restriction, ...]:
        """What a cell says, part by part. UnknownWords where a part is not in the table: nothing is guessed."""
        found: list[Restriction] = []
        parts = [part for part in _SEPARATORS.split(cell) if _normal(part)]
        for number, part in enumerate(parts, start=1):
            stands_for, count = self._stands_for(_normal(part), number)
            for each in stands_for:
                made = _restriction(each, f"R{len(found) + 1}", count)
                if not any(made == other.model_copy(update={"id": made.id}) for other in found):
                    found.append(made)
        return tuple(found)

    def _stands_for(self, part: str, number: int) -> tuple[tuple[dict[str, Any], ...], int]:
        if part in self._known:
            return self._known[part], 1
        for pattern, stands_for in self._patterns:
            if (matched := pattern.fullmatch(part)) is not None:
                return stands_for, int(matched.group(1))
        like = process.extractOne(part, list(self._known), scorer=fuzz.ratio, score_cutoff=60)
        raise UnknownWords(number, self._as_written[like[0]] if like else None)


def _restriction(fields: Mapping[str, Any], id_: str, count: int) -> Restriction:
    filled = {
        name: value.replace(_COUNT, str(count)) if isinstance(value, str) else value for name, value in fields.items()
    }
    return _RESTRICTION.validate_python({"id": id_, **filled})


def _normal(text: str) -> str:
    """Words as they are compared.

    >>> _normal("Two e-mails a week")
    '2 email per week'
    """
    text = text.casefold().replace("e-mail", "email").replace("'", "").replace("’", "")
    words = [_singular(word) for word in _WORD.findall(text)]
    return " ".join(_plain(words))


def _plain(words: list[str]) -> Iterator[str]:
    for place, word in enumerate(words):
        following = words[place + 1] if place + 1 < len(words) else ""
        if word in ("a", "each", "every", "per") and following in _PERIODS:
            yield "per"
        elif word in _NUMBERS:
            yield str(_NUMBERS.index(word))
        else:
            yield word


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
