"""A report in words: headings, paragraphs, lists and tables, as Markdown and as what its template sets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

TO_COMPLETE: Final = "[to be completed by the office]"
"""What stands where only the office knows."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text."""

    text: str


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list of points."""

    points: Sequence[str]


@dataclass(frozen=True, slots=True)
class Rows:
    """A table. Every row has as many cells as the head."""

    head: Sequence[str]
    rows: Sequence[Sequence[str]]


Block = Paragraph | Bullets | Rows


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it. `level`: 1 or 2."""

    title: str
    blocks: Sequence[Block]
    level: int = 1


@dataclass(frozen=True, slots=True)
class Document:
    """A whole report. `marking`: the policy's protective marking."""

    title: str
    organisation: str
    opening: str
    sections: Sequence[Section]
    marking: str | None = None


def markdown(document: Document) -> str:
    """The report as Markdown."""
    marking = [f"**{document.marking}**"] if document.marking else []
    lines = [*marking, f"# {document.title}", document.organisation, document.opening]
    for section in document.sections:
        lines.append(f"{'#' * (section.level + 1)} {section.title}")
        lines += map(_markdown, section.blocks)
    return "\n\n".join(lines) + "\n"


def _markdown(block: Block) -> str:
    match block:
        case Paragraph():
            return block.text
        case Bullets():
            return "\n".join(f"- {point}" for point in block.points)
        case Rows():
            lines = [block.head, ["---"] * len(block.head), *block.rows]
            return "\n".join("| " + " | ".join(map(_cell, line)) + " |" for line in lines)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def pages(document: Document) -> dict[str, Any]:
    """JSON-ready words for `config/reports/document.typ`."""
    return {
        "title": document.title,
        "organisation": document.organisation,
        "opening": _without_marks(document.opening),
        "to_complete": TO_COMPLETE,
        "marking": document.marking,
        "sections": [
            {"title": section.title, "level": section.level, "blocks": [_page(block) for block in section.blocks]}
            for section in document.sections
        ],
    }


def _page(block: Block) -> dict[str, Any]:
    match block:
        case Paragraph():
            return {"kind": "paragraph", "text": _without_marks(block.text)}
        case Bullets():
            return {"kind": "bullets", "points": list(map(_without_marks, block.points))}
        case Rows():
            rows = [list(map(_without_marks, row)) for row in block.rows]
            return {"kind": "rows", "head": list(block.head), "rows": rows}


def _without_marks(text: str) -> str:
    """Markdown sets `words` of the program apart; on pages the mark would stand there as it is."""
    return text.replace("`", "")
