"""The words of letters, as data (`config/letters/*.yaml`): `base.yaml`, and what a pack says otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Self

from pydantic import AfterValidator, BeforeValidator, Field

from gateway.governance.letters.placeholders import FACTS, MEASURE_FACTS, PLACEHOLDER
from gateway.governance.letters.steps import LetterPurpose
from gateway.yaml_file import load
from models.base import Model
from models.policy_course import Layout, NoticePart
from models.restriction import RestrictionKind

_BASE = "base"


def _known(names: Sequence[str], known: frozenset[str]) -> None:
    for name in names:
        if name not in known:
            raise ValueError(f"no such placeholder: {name!r}; there are {', '.join(sorted(known))}")


class Line(Model):
    """A sentence. It is left out where a placeholder in it, or `when`, has nothing to say, or where `unless` has."""

    say: str
    when: str | None = None
    unless: str | None = None

    def names(self) -> tuple[str, ...]:
        """The placeholders it looks at."""
        return (*PLACEHOLDER.findall(self.say), *(name for name in (self.when, self.unless) if name))


def _of_letter(line: str | Line) -> str | Line:
    _known(_names(line), FACTS)
    return line


def _of_measure(line: str | Line) -> str | Line:
    _known(_names(line), MEASURE_FACTS)
    return line


def _names(line: str | Line) -> Sequence[str]:
    return PLACEHOLDER.findall(line) if isinstance(line, str) else line.names()


Lines = tuple[Annotated[str | Line, AfterValidator(_of_letter)], ...]
"""Sentences; an empty one ends a paragraph."""
Title = Annotated[Lines, BeforeValidator(lambda given: (given,) if isinstance(given, str) else given)]
"""Lines of which those that apply are the title; mostly one."""
MeasureLines = Annotated[tuple[Annotated[str | Line, AfterValidator(_of_measure)], ...], Field(min_length=1)]


class Purpose(Model):
    """What letters of one purpose say: their title, their parts and, where they differ, the words of a part.

    `asks`: parts that only the author can fill where the file has nothing, and what is wanted of them.
    """

    title: Title = ()
    parts: tuple[NoticePart, ...] = ()
    words: Mapping[NoticePart, Lines] = {}
    asks: Mapping[NoticePart, str] = {}


class Words(Model):
    """Words for one way of reading. `behaviours`: the packs' sentences on conduct, and what is said in their place."""

    headings: Mapping[NoticePart, str] = {}
    parts: Mapping[NoticePart, Lines] = {}
    purposes: Mapping[LetterPurpose, Purpose] = {}
    measures: Mapping[RestrictionKind, MeasureLines] = {}
    behaviours: Mapping[str, str] = {}
    greeting: Annotated[str, AfterValidator(_of_letter)] = ""
    closing: Annotated[str, AfterValidator(_of_letter)] = ""


class WordingFile(Words):
    """One file. `bodies`: where an ombudsman or panel is reached, by the beginning of its name in the packs."""

    bodies: Mapping[str, tuple[str, ...]] = {}
    easy_read: Words = Words()


class Wording:
    """The words for one pack and layout: the pack's own before those of the base, easy read before the rest."""

    def __init__(self, words: Sequence[Words], bodies: Mapping[str, tuple[str, ...]]) -> None:
        self._words = words
        self.bodies = bodies

    @classmethod
    def load(cls, folder: Path, pack: str, layout: Layout) -> Self:
        """From `folder`. YamlFileError names file, line and field of what is wrong."""
        own = folder / f"{pack}.yaml"
        names = [own] if own.is_file() else []
        files = [load(path, WordingFile) for path in (*names, folder / f"{_BASE}.yaml")]
        easy = [file.easy_read for file in files] if layout is Layout.EASY_READ else []
        bodies = {name: lines for file in reversed(files) for name, lines in file.bodies.items()}
        return cls((*easy, *files), bodies)

    def purpose_parts(self, purpose: LetterPurpose) -> tuple[NoticePart, ...]:
        """The parts that a letter of this purpose has, beside those its policy asks for."""
        return next((found.parts for found in self._purposes(purpose) if found.parts), ())

    def asked(self, purpose: LetterPurpose) -> Mapping[NoticePart, str]:
        """What only the author can say."""
        return next((found.asks for found in self._purposes(purpose) if found.asks), {})

    def title(self, purpose: LetterPurpose) -> Lines:
        """The letter's title."""
        return next(found.title for found in self._purposes(purpose) if found.title)

    def heading(self, part: NoticePart) -> str:
        """The heading over a part."""
        return next(words.headings[part] for words in self._words if part in words.headings)

    def part(self, purpose: LetterPurpose, part: NoticePart) -> Lines:
        """A part's sentences, empty where there are none."""
        for words in self._words:
            found = words.purposes.get(purpose)
            if found is not None and part in found.words:
                return found.words[part]
            if part in words.parts:
                return words.parts[part]
        return ()

    def measure(self, kind: str) -> Sequence[str | Line]:
        """What a restriction means for the person."""
        return next(words.measures[kind] for words in self._words if kind in words.measures)

    def behaviour(self, says: str) -> str:
        """What a pack says of a kind of conduct, as it is said in this way of reading."""
        return next((words.behaviours[says] for words in self._words if says in words.behaviours), says)

    @property
    def greeting(self) -> str:
        """`Dear …`."""
        return next(words.greeting for words in self._words if words.greeting)

    @property
    def closing(self) -> str:
        """`Yours sincerely`."""
        return next(words.closing for words in self._words if words.closing)

    def _purposes(self, purpose: LetterPurpose) -> Iterator[Purpose]:
        return (words.purposes[purpose] for words in self._words if purpose in words.purposes)
