"""Proposed passages as a small file that a person decides on, and that decision applied. Nothing undecided goes out."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from gateway.governance.subject_access.proposing import IN_WORDS, Ground, Mark
from gateway.governance.subject_access.record import Path, Tree, spelt, with_words, words_in
from models.base import Model

_SHOWN_CHARACTERS = 160


class Choice(StrEnum):
    """What a person decides of a passage."""

    UNDECIDED = "undecided"
    REDACT = "redact"
    KEEP = "keep"


class Use(StrEnum):
    """What a person decides of a place where somebody is named among what is kept about others."""

    UNDECIDED = "undecided"
    GIVE = "give"
    LEAVE_OUT = "leave_out"


class NamedIn(Model):
    """A contact, file or entry about others that names the person, at `place`: whether it goes into the copy."""

    place: str
    id: str
    found_by: tuple[str, ...] = ()
    decision: Use = Use.UNDECIDED


class Passage(Model):
    """One passage, wherever it stands (`times`), or the whole of one place (`place`)."""

    id: str
    ground: Ground
    text: str
    times: int = 1
    place: str | None = None
    decision: Choice = Choice.UNDECIDED


class Also(Model):
    """A passage that the machine did not see: redacted wherever it stands."""

    text: Annotated[str, Field(min_length=2)]
    reason: Annotated[str, Field(min_length=3)]


class Redactions(Model):
    """The file. `record`: SHA-256 of the record that it is about; `proposed`: how many passages it began with."""

    person: str
    record: str
    proposed: int
    named: tuple[NamedIn, ...] = ()
    passages: tuple[Passage, ...] = ()
    also: tuple[Also, ...] = ()

    def undecided(self) -> list[str]:
        """What nobody has decided on."""
        named = [f"{one.id} under `named`" for one in self.named if one.decision is Use.UNDECIDED]
        return named + [passage.id for passage in self.passages if passage.decision is Choice.UNDECIDED]


def passages_of(marks: Iterable[Mark]) -> tuple[Passage, ...]:
    """The marks as they are decided: the same words on the same ground once."""
    grouped: dict[tuple[Ground, str, str | None], list[Mark]] = defaultdict(list)
    for mark in marks:
        place = spelt(mark.at) if mark.whole else None
        grouped[mark.ground, "" if mark.whole else _same(mark.text), place].append(mark)
    return tuple(
        Passage(
            id=f"R{number}",
            ground=ground,
            text=same[0].text if place is None else _shown(same[0].text),
            times=len(same),
            place=place,
        )
        for number, ((ground, _text, place), same) in enumerate(grouped.items(), start=1)
    )


def named_in(record: Tree) -> tuple[NamedIn, ...]:
    """The places of a record that are about others, as they are decided."""
    return tuple(
        NamedIn(
            place=spelt(("sections", number, "entries", entry)), id=one["id"], found_by=tuple(one.get("found_by", ()))
        )
        for number, section in enumerate(record["sections"])
        if section.get("named")
        for entry, one in enumerate(section["entries"])
    )


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of a marked text. `label` names the passage and its ground; None for what stands between passages."""

    text: str
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Marked:
    """A text with passages to be decided on, in the place of the text: no sender can write such marks themselves."""

    runs: tuple[Run, ...]


def marked(tree: Tree, marks: Sequence[Mark], passages: Sequence[Passage]) -> Tree:
    """The review copy: each text in which something is proposed is a `Marked`."""
    by_words = {(one.ground, _same(one.text)): one.id for one in passages if one.place is None}
    by_place = {one.place: one.id for one in passages if one.place is not None}
    at: dict[Path, list[Mark]] = defaultdict(list)
    for mark in marks:
        at[mark.at].append(mark)

    def change(place: Path, text: str) -> str | Marked:
        if place not in at:
            return text
        runs, end = [], 0
        for mark in at[place]:
            id_ = by_place[spelt(mark.at)] if mark.whole else by_words[mark.ground, _same(mark.text)]
            runs += [Run(text[end : mark.start]), Run(mark.text, f"{id_}: {IN_WORDS[mark.ground]}")]
            end = mark.end
        return Marked((*runs, Run(text[end:])))

    return with_words(tree, change)


def redacted(tree: Tree, decided: Redactions) -> Tree:
    """The copy for the person. ValueError while anything is undecided, or a passage is missing in the file."""
    if decided.undecided():
        raise ValueError(f"nobody has decided on {', '.join(decided.undecided())}")
    known = {passage.id for passage in decided.passages}
    missing = [f"R{number}" for number in range(1, decided.proposed + 1) if f"R{number}" not in known]
    if missing:
        raise ValueError(f"{', '.join(missing)}: not in the file any more; to let a passage stand, decide `keep`")
    unseen = {one.place: one.id for one in named_in(tree)}
    for one in decided.named:
        unseen.pop(one.place, None)
    if unseen:
        raise ValueError(f"{', '.join(unseen.values())}: not under `named` any more; decide `give` or `leave_out`")
    chosen = [passage for passage in decided.passages if passage.decision is Choice.REDACT]
    places = {passage.place: IN_WORDS[passage.ground] for passage in chosen if passage.place is not None}
    words = [(passage.text, IN_WORDS[passage.ground]) for passage in chosen if passage.place is None]
    words += [(also.text, also.reason) for also in decided.also]
    # The longest first: a name may be part of a longer one.
    patterns = [(_wherever(text), reason) for text, reason in sorted(words, key=lambda one: -len(one[0]))]

    def change(place: Path, text: str) -> str:
        if spelt(place) in places:
            return hidden(places[spelt(place)])
        for pattern, reason in patterns:
            text = pattern.sub(lambda _match, reason=reason: hidden(reason), text)  # type: ignore[misc]
        return text

    return with_words(tree, change)


def without_left_out(given: Tree, decided: Redactions) -> Tree:
    """The copy for the person without what is about others and was not to be given."""
    left_out = {one.place for one in decided.named if one.decision is Use.LEAVE_OUT}
    sections = [
        section
        | {
            "entries": [
                entry
                for place, entry in enumerate(section["entries"])
                if spelt(("sections", number, "entries", place)) not in left_out
            ]
        }
        for number, section in enumerate(given["sections"])
    ]
    return given | {"sections": [section for section in sections if section["entries"]]}


def hidden(reason: str) -> str:
    """What stands in the place of a passage."""
    return f"[redacted: {reason}]"


def _wherever(text: str) -> re.Pattern[str]:
    """The words in any case, with any spaces between them, and not as a part of longer words."""
    body = r"\s+".join(re.escape(word) for word in text.split())
    return re.compile(rf"(?<!\w){body}(?!\w)", re.IGNORECASE)


def is_changed(before: Tree, after: Tree) -> bool:
    """Whether anything is hidden in one that was not in the other."""
    return [text for _at, text in words_in(before)] != [text for _at, text in words_in(after)]


def _same(text: str) -> str:
    """Words as they are told from others: capitals and spaces do not count."""
    return " ".join(text.casefold().split())


def _shown(text: str) -> str:
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}…"
