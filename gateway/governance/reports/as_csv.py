"""The annual report as CSV, for a spreadsheet that must not take a cell for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from gateway.governance.reports.annual_page import AnnualReport, Figure, Table
from gateway.governance.reports.small_numbers import FEWEST

_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_HEAD = ("table", "line", "value", "unit", "of", "note")


def as_csv(report: AnnualReport) -> str:
    """One line a figure, under a head; RFC 4180 with CRLF. A policy's protective marking is a column of its own."""
    out = io.StringIO()
    writer = csv.writer(out)
    marking = [report.marking] if report.marking else []
    writer.writerow([*_HEAD, *(["marking"] if marking else [])])
    for table in report.tables:
        for figure in (*table.figures, *([table.total] if table.total else ())):
            writer.writerow(map(safe_cell, [*_row(table, figure), *marking]))
    return out.getvalue()


def safe_cell(text: str) -> str:
    """The text as a cell that no spreadsheet reckons with: an apostrophe before what would start a formula."""
    return f"'{text}" if text.startswith(_STARTS_A_FORMULA) else text


def _row(table: Table, figure: Figure) -> Iterable[str]:
    value = "" if figure.value is None else str(figure.value)
    base = "" if figure.base is None else str(figure.base)
    return table.title, figure.name, value, table.unit.value, base, note(figure)


def note(figure: Figure) -> str:
    """What there is to say of a figure beside its value."""
    if figure.hidden and figure.small:
        return f"hidden: it rests on fewer than {FEWEST}"
    if figure.hidden:
        return f"hidden: it or another rests on fewer than {FEWEST}"
    return f"rests on fewer than {FEWEST}: not for publication" if figure.small else ""
