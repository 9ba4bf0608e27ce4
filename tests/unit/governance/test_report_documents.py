"""A report in words as pages: every table fits, every row stands under its head, and no mark of Markdown is left."""

from __future__ import annotations

from datetime import UTC, datetime

import pypdfium2
import pytest

from gateway.governance.reports.document import Bullets, Document, Paragraph, Rows, Section, pages
from gateway.governance.reports.model_card import read_card
from gateway.places import config_directory
from gateway.typeset import compile_pdf

AT = datetime(2026, 12, 31, 12, tzinfo=UTC)
EDGE = (210 - 22) / 25.4 * 72
"""Where the right margin begins, in points."""

CARD = """\
## Same or new

Verdicts: `unclear` is a person's.

![Shares](shares.svg)

*Shares. On the diagonal.*

|  | said same | said new |
| --- | --- | --- |
| is same | 30 | 2 |
"""
NAMES = ("data_protection_complaint", "subject_access_request", "harassment_or_stalking")
COLUMNS = {
    4: (
        "fast-c8c4b01b917e",
        "A sentence encoder (multilingual-e5-small, fine-tuned), on the most telling sentences of all",
        "25",
        "5eaf4c85c8bf",
    ),
    8: ("90", "79 (59–84) of 77", "49", "not certified: too few", "burden", "0 (0–2) of 303", "3 to 1"),
    10: ("54 (40–67) of 56", "86 (74–94) of 56", "71", "73", "86", "91", "0.828", "0.828", "68"),
}


def test_a_card_keeps_its_empty_corner_and_leaves_out_what_stands_under_a_picture() -> None:
    _first, section = read_card(CARD)
    assert section.blocks == [
        Paragraph("Verdicts: unclear is a person's."),
        Rows(["", "said same", "said new"], [["is same", "30", "2"]]),
    ]


def test_pages_show_no_marks() -> None:
    blocks = (Paragraph("a `b`"), Bullets(["in `observe`"]), Rows(("What", "It"), [("`c`", "d")]))
    made = str(pages(Document("Title", "The Office", "by `triage`", (Section("One", blocks),))))
    assert "`" not in made and "in observe" in made


@pytest.mark.parametrize("columns", COLUMNS)
def test_what_stands_in_a_wide_table_is_within_the_page_and_over_nothing_else(columns: int) -> None:
    cells = COLUMNS[columns]
    rows = [(name, *cells) if columns > len(cells) else cells for name in NAMES]
    table = Rows(tuple(f"Head {number}" for number in range(len(rows[0]))), rows)
    document = Document("Title", "The Office", "Opening.", (Section("One", (table,)),))
    made = compile_pdf(config_directory() / "reports" / "document.typ", pages(document), timestamp=AT)
    (page,) = pypdfium2.PdfDocument(made)
    text = page.get_textpage()
    boxes = [text.get_charbox(at) for at in range(text.count_chars()) if not text.get_text_range(at, 1).isspace()]
    assert max(right for _left, _bottom, right, _top in boxes) <= EDGE + 1
    said = text.get_text_bounded().replace("\u200b", "")
    for name in NAMES if columns > len(cells) else cells[:1]:
        assert name in said.replace("_\r\n", "_"), said
