"""A letter of the file as what is set on paper: the same every time from the same steps."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Final

from gateway.governance.lacks import Lack, Refused
from gateway.governance.letters.steps import LetterWritten, Passage
from models.base import Model
from models.policy_course import Layout, NoticePart
from routing.calendar import in_full

_LONGEST_WORD: Final = {Layout.STANDARD: 60, Layout.LARGE_PRINT: 36, Layout.EASY_READ: 32}
"""Characters; what is longer may break, or it would run over the edge of the paper."""
_MAY_BREAK = "\u200b"
_NO_BREAK = "\u00a0"
_BETWEEN_DIGITS = re.compile(r"(?<=\d) (?=\d)")
_AFTER = re.compile(r"(?<=[@./_\-])")
_ENDS_IN_POSTCODE = re.compile(r"(?i)(.*\S)\s+([a-z]{1,2}[0-9][0-9a-z]? ?[0-9][a-z]{2})")
_TURNS_TEXT_ROUND = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class Block(Model):
    """A paragraph's lines, or a list's items with their lines."""

    lines: tuple[str, ...] = ()
    items: tuple[tuple[str, ...], ...] = ()

    def said(self) -> dict[str, Any]:
        """As the template reads it."""
        return {"items": self.items} if self.items else {"lines": self.lines}


class Part(Model):
    """A heading and what is under it."""

    part: NoticePart
    heading: str
    blocks: tuple[Block, ...]


class Page(Model):
    """All that stands on the paper. `written_at` is the time that the PDF says it was made."""

    layout: Layout
    title: str
    organisation: str
    sender: tuple[str, ...]
    address: tuple[str, ...]
    reference: str
    dated: str
    marking: str | None
    greeting: str
    parts: tuple[Part, ...]
    closing: str
    signed_by: str
    written_at: datetime

    def said(self) -> dict[str, Any]:
        """As the template reads it."""
        parts = [
            {"part": one.part.value, "heading": one.heading, "blocks": [block.said() for block in one.blocks]}
            for one in self.parts
        ]
        return {**self.model_dump(mode="json", exclude={"parts", "written_at"}), "parts": parts}


def page_of(written: LetterWritten, to: str | None = None) -> Page:
    """The page. `to`: the postal address of the copy that is posted. Refused where the letter was not set here."""
    head = written.head
    if head is None:
        raise Refused([Lack(f"letter {written.letter} was not written here; there is no more of it than its words")])
    most = _LONGEST_WORD[written.layout]
    return Page(
        layout=written.layout,
        title=_clean(head.title, most),
        organisation=_clean(head.organisation, most),
        sender=tuple(_clean(line, most) for line in head.sender),
        address=tuple(_clean(line, most) for line in address_lines(head.person, to)) if to else (),
        reference=_clean(f"{head.reference}, {written.letter}", most),
        dated=in_full(head.dated),
        marking=head.marking,
        greeting=_clean(head.greeting, most),
        parts=tuple(
            Part(part=one.part, heading=_clean(one.heading, most), blocks=tuple(_blocks(one, most)))
            for one in written.passages
        ),
        closing=_clean(head.closing, most),
        signed_by=_clean(written.signed_by or written.by, most),
        written_at=written.at,
    )


def text_of(written: LetterWritten) -> str:
    """The letter in plain text, as it goes in a mail."""
    page = page_of(written)
    lines = [page.dated, f"Our reference: {page.reference}", "", page.greeting, "", page.title]
    for part in page.parts:
        lines += ["", part.heading.upper(), ""]
        lines += "\n\n".join("\n".join(_plainly(block)) for block in part.blocks).splitlines()
    lines += ["", page.closing, "", page.signed_by, page.organisation]
    return "\n".join(lines).replace(_MAY_BREAK, "").replace(_NO_BREAK, " ")


def address_lines(name: str, to: str) -> tuple[str, ...]:
    """A postal address line by line, the name first, the postcode last; one in a single line is split at its commas."""
    given = to.splitlines() if "\n" in to.strip() else to.split(",")
    lines = [line.strip() for line in given if line.strip()]
    if lines and (ends := _ENDS_IN_POSTCODE.fullmatch(lines[-1])):
        lines[-1:] = ends.groups()
    return tuple(lines) if lines and lines[0].casefold() == name.casefold() else (name, *lines)


def _plainly(block: Block) -> Iterator[str]:
    yield from block.lines
    for item in block.items:
        yield f"- {' '.join(item)}"


def _blocks(passage: Passage, most: int) -> Iterator[Block]:
    """Paragraphs stand between blank lines; a line that begins with a dash is a list item, others go on with it."""
    for paragraph in re.split(r"\n\s*\n", passage.text.strip()):
        lines: list[str] = []
        items: list[list[str]] = []
        for line in paragraph.splitlines():
            if line.lstrip().startswith("- "):
                items.append([_sentence(line.lstrip()[2:], most)])
            elif items:
                items[-1].append(_sentence(line, most))
            else:
                lines.append(_sentence(line, most))
        if any(lines):
            yield Block(lines=tuple(lines))
        if items:
            yield Block(items=tuple(tuple(item) for item in items))


def _sentence(text: str, most: int) -> str:
    """As `_clean`; a telephone number stands on one line."""
    return _BETWEEN_DIGITS.sub(_NO_BREAK, _clean(text, most))


def _clean(text: str, most: int) -> str:
    """Without what paper cannot show, in words that fit its width."""
    shown = "".join(" " if _is_control(letter) else letter for letter in unicodedata.normalize("NFC", text))
    return " ".join(_fitting(word, most) for word in shown.split())


def _is_control(letter: str) -> bool:
    return unicodedata.category(letter) in ("Cc", "Cn", "Co", "Cs") or letter in _TURNS_TEXT_ROUND


def _fitting(word: str, most: int) -> str:
    if len(word) <= most:
        return word
    return _MAY_BREAK.join(_pieces(_AFTER.split(word), most))


def _pieces(parts: Iterable[str], most: int) -> Iterator[str]:
    for part in parts:
        yield from (part[start : start + most] for start in range(0, len(part), most))
