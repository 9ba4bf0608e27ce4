"""The annual report as what its template (`config/reports/annual.typ`) sets: every word ready, nothing to reckon."""

from __future__ import annotations

from typing import Any, Final

from gateway.governance.reports.annual_page import AnnualReport, Figure, Table, Unit
from gateway.governance.reports.as_csv import note
from gateway.governance.reports.small_numbers import FEWEST
from routing.calendar import in_full

_UNITS: Final = {Unit.COUNT: "Number", Unit.MINUTES: "Minutes", Unit.PERCENT: "Per cent"}


def as_pages(report: AnnualReport) -> dict[str, Any]:
    """JSON-ready words for the template."""
    shared = "For publication" if report.published else "Not for publication: small numbers are shown"
    return {
        "title": f"Managed contact: annual report {report.since.year}",
        "organisation": report.organisation,
        "period": f"{in_full(report.since)} to {in_full(report.until)}. Policy: {report.policy}.",
        "opening": _opening(report),
        "footer": shared,
        "marking": report.marking,
        "tables": [_table(table) for table in report.tables],
    }


def _opening(report: AnnualReport) -> list[str]:
    small = (
        f"Numbers from one to {FEWEST - 1} are not shown, and others where they could be worked out from them, so that "
        "nobody can be recognised."
        if report.published
        else f"Figures that rest on fewer than {FEWEST} cases are marked. Do not publish them: use the published form."
    )
    owed = f"It is owed to: {', '.join(report.owed_to)}." if report.owed_to else ""
    cites = f" It rests on: {', '.join(report.cites)}." if report.cites else ""
    made = "The figures are counts of what was recorded. They say nothing of any one person or contact."
    return [line for line in (f"{owed}{cites}".strip(), made, small) if line]


def _table(table: Table) -> dict[str, Any]:
    rows = [_row(figure, table.unit, total=False) for figure in table.figures]
    if table.total is not None and rows:
        rows.append(_row(table.total, table.unit, total=True))
    return {
        "title": table.title,
        "says": table.says,
        "empty": "None in this period.",
        "head": "What",
        "unit": _UNITS[table.unit],
        "rows": rows,
        "noted": any(row["note"] for row in rows),
        "chart": _chart(table),
    }


def _row(figure: Figure, unit: Unit, *, total: bool) -> dict[str, Any]:
    return {"name": figure.name, "shown": shown(figure, unit), "note": _note(figure), "total": total}


def _note(figure: Figure) -> str:
    of = f"of {figure.base}" if figure.base else ""
    return "; ".join(filter(None, (of, note(figure))))


def shown(figure: Figure, unit: Unit) -> str:
    """The figure as people read it."""
    if figure.hidden:
        return f"fewer than {FEWEST}" if figure.small and unit is Unit.COUNT else "not shown"
    if figure.value is None:
        return "–"
    return f"{figure.value:,}" + (" %" if unit is Unit.PERCENT else "")


def _chart(table: Table) -> dict[str, Any] | None:
    """Bars, and the same in words; none where there is little to compare or something is hidden."""
    drawn = [figure for figure in table.figures if figure.value is not None]
    most = 100 if table.unit is Unit.PERCENT else max((figure.value or 0 for figure in drawn), default=0)
    if len(table.figures) < 2 or len(drawn) < len(table.figures) or not most:
        return None
    bars = [
        {"name": figure.name, "shown": shown(figure, table.unit), "share": 100 * (figure.value or 0) / most}
        for figure in drawn
    ]
    words = "; ".join(f"{bar['name']}: {bar['shown']}" for bar in bars)
    return {"bars": bars, "words": f"Bar chart. {table.title}, {_UNITS[table.unit].lower()}. {words}."}
