"""The model card as a report: what is in use, then the figures as `triage evaluate` measured and wrote them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from gateway.governance.reports.document import Block, Bullets, Document, Paragraph, Rows, Section
from gateway.governance.reports.facts import OfficeFacts

_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_CAPTION = re.compile(r"\*[^*]+\*")
_MARKS = re.compile(r"\*\*|`|(?<!\w)\*(?=\S)|(?<=\S)\*(?!\w)")


def model_card(facts: OfficeFacts) -> Document:
    """The card of the scan in use."""
    return Document(
        title="Model card of the scan",
        organisation=facts.organisation,
        opening=f"Triage gateway {facts.version}. {_holds_for(facts)}",
        sections=(
            Section("In use here", (models_in_use(facts),)),
            *(read_card(facts.card) if facts.card else ()),
        ),
    )


def models_in_use(facts: OfficeFacts) -> Rows:
    """A row a model."""
    rows = [(made.name, made.stage, str(made.labels or "–"), made.trained_on) for made in facts.models]
    return Rows(("Model", "What it is", "Labels", "Made from texts"), rows)


def _holds_for(facts: OfficeFacts) -> str:
    if facts.card is None:
        return "No figures are at hand; measure them with `triage evaluate`."
    if facts.own_weights or not all(made.name in facts.card for made in facts.models if made.labels):
        return (
            "The figures below are those of the weights that ship with the program. This office uses others: measure "
            "them with `triage evaluate`."
        )
    return "The figures below were measured with the weights in use here, on texts written for the purpose."


def read_card(text: str) -> Sequence[Section]:
    """The sections of a card that `triage evaluate` wrote.

    Pictures and what stands under them are left out, for their figures stand in tables.
    """
    parts = re.split(r"^## +(.*)$", text, flags=re.MULTILINE)
    first = list(_blocks(re.sub(r"^# .*$|<!--.*?-->", "", parts[0], flags=re.MULTILINE)))
    sections = [Section("About these figures", first)]
    for title, body in zip(parts[1::2], parts[2::2], strict=True):
        sections.append(Section(plain(title), list(_blocks(body))))
    return sections


def _blocks(text: str) -> Iterator[Block]:
    for chunk in re.split(r"\n\s*\n", text.strip()):
        lines = chunk.splitlines()
        if not lines or lines[0].startswith("![") or _CAPTION.fullmatch(chunk):
            continue
        if lines[0].startswith("|"):
            head, _rule, *rows = map(_cells, lines)
            yield Rows(head, rows)
        elif lines[0].startswith("- "):
            yield Bullets([plain(point) for point in re.split(r"(?:^|\n)- ", chunk) if point])
        else:
            yield Paragraph(plain(chunk.lstrip("# ")))


def _cells(line: str) -> list[str]:
    """Those of a row of a table; the first may be empty, as in the head over names of rows."""
    return [plain(cell) for cell in line.strip().removeprefix("|").removesuffix("|").split("|")]


def plain(text: str) -> str:
    """A line of the card without its marks."""
    return " ".join(_MARKS.sub("", _LINK.sub(r"\1", text)).split())
