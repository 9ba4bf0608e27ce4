"""The annual report: what each table counts, and the report as CSV and as pages."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime

import pytest

from gateway.governance.reports.annual import ItemFacts, StrategyFacts, YearFacts, annual_report
from gateway.governance.reports.annual_page import AnnualReport, Table
from gateway.governance.reports.as_csv import as_csv, safe_cell
from gateway.governance.reports.as_pages import as_pages
from gateway.places import config_directory
from gateway.policies import load_pack
from gateway.typeset import compile_pdf

PACK = load_pack(config_directory() / "policies" / "staffordshire.yaml")
AT = datetime(2026, 12, 31, 12, tzinfo=UTC)


def item(
    queue: str = "spoc", waited: int | None = 10, *, late: bool = False, outcome: str | None = "done"
) -> ItemFacts:
    return ItemFacts(queue, waited, late, closed=outcome is not None, outcome=outcome)


def strategy(*kinds: str, introduced: bool = True, in_force: bool = True, discloses: bool = False) -> StrategyFacts:
    return StrategyFacts(introduced, not in_force, in_force, discloses, frozenset(kinds), 1, 0)


def about(*behaviours: str, introduced: bool = True) -> StrategyFacts:
    return StrategyFacts(introduced, ended=False, in_force=True, discloses=False, behaviours=frozenset(behaviours))


FACTS = YearFacts(
    contacts={"email": 120, "telephone": 30},
    breaches={("email", "confirmed"): 12, ("email", "dismissed"): 8, ("telephone", "confirmed"): 6, ("email", "flagged"): 2},
    undone={"adjustment": 1},
    strategies=[
        *[strategy("spoc_only") for _ in range(6)],
        *[strategy("spoc_only", "call_window", discloses=True) for _ in range(5)],
        strategy(in_force=False),
    ],
    items=[
        *[item(waited=minutes) for minutes in range(1, 11)],
        item(waited=None, late=True, outcome=None),
        item("criminal", outcome="confirmed"),
        item("criminal", outcome="Dismissed"),
        item("safeguarding", outcome="dismissed"),
        item("safeguarding", outcome="passed on"),
    ],
)  # fmt: skip


def report(facts: YearFacts = FACTS, *, publish: bool = False) -> AnnualReport:
    return annual_report(
        facts,
        PACK,
        "Office of =Somewhere",
        since=date(2026, 1, 1),
        until=date(2026, 12, 31),
        made_at=AT,
        publish=publish,
    )


def values(id_: str, made: AnnualReport | None = None) -> dict[str, int | None]:
    table = table_of(id_, made or report())
    figures = {figure.name: figure.value for figure in table.figures}
    return figures if table.total is None else {**figures, "All": table.total.value}


def table_of(id_: str, made: AnnualReport) -> Table:
    return next(table for table in made.tables if table.id == id_)


COUNTED = {
    "strategies": {"Introduced": 12, "Ended": 1, "In force on the last day": 11},
    "breaches": {"Confirmed": 18, "Dismissed": 8, "Not decided": 2, "All": 28},
    "breaches_undone": {"Adjustment": 1, "All": 1},
    "breaches_by_channel": {"Email": 12, "Telephone": 6, "All": 18},
    "contacts": {"Email": 120, "Telephone": 30, "All": 150},
    "overdue": {"SPOC": 1, "All": 1},
    "strategy_reviews": {"In time": 12, "Late": 0, "All": 12},
    "concerns": {"Confirmed": 1, "Dismissed": 2, "Closed with another outcome": 1, "Not closed": 0, "All": 4},
    "overridden": {"Concerns": 67, "Breaches": 31},
    "disclosed_needs": {"The person disclosed a need": 5, "No need was disclosed": 6, "All": 11},
    "restrictions_with_disclosed_needs": {"Call window": 5, "SPOC only": 5},
}


@pytest.mark.parametrize("id_", COUNTED)
def test_each_table_counts_what_it_says(id_: str) -> None:
    assert values(id_) == COUNTED[id_]


def test_the_median_and_the_ninetieth_are_waits_that_there_were() -> None:
    assert {name: value for name, value in values("time_to_review").items() if name.startswith("SPOC")} == {
        "SPOC: half within": 5,
        "SPOC: nine in ten within": 9,
    }


def test_a_year_without_anything_is_a_report_all_the_same() -> None:
    empty = report(YearFacts({}, {}, {}, [], []), publish=True)
    assert values("overridden", empty) == {"Concerns": None, "Breaches": None}
    assert values("contacts", empty) == {"All": 0}
    assert compile_pdf(config_directory() / "reports" / "annual.typ", as_pages(empty), timestamp=AT)


def test_it_says_to_whom_it_is_owed_and_on_what_it_rests() -> None:
    made = report()
    assert made.owed_to and made.cites == ("Staffordshire 7.1",)


BEHAVIOURS = YearFacts(
    {}, {}, {},
    [
        *[about("threats", "chasing") for _ in range(6)],
        about("chasing"),
        about("threats", introduced=False),
        about("of_an_earlier_version"),
        about(),
        strategy(),
    ],
    [],
)  # fmt: skip
CHASING = "Keeps asking for updates or action after being told how things stand"
THREATS = "Harasses, intimidates, or threatens harm to people or property"


def test_the_strategies_that_were_introduced_are_counted_by_behaviour_in_all_three_forms() -> None:
    counted = {CHASING: 7, THREATS: 6, "Of an earlier version": 1, "No behaviour is named": 1, "Not known": 1}
    made = report(BEHAVIOURS)
    assert list(values("strategies_by_behaviour", made).items()) == list(counted.items())
    rows = [row for row in csv.reader(io.StringIO(as_csv(made))) if row[0] == "Strategies by behaviour"]
    assert [row[1:4] for row in rows] == [[name, str(number), "count"] for name, number in counted.items()]
    (pages,) = [table for table in as_pages(made)["tables"] if table["title"] == "Strategies by behaviour"]
    assert [(row["name"], row["shown"]) for row in pages["rows"]] == [(name, str(n)) for name, n in counted.items()]
    assert compile_pdf(config_directory() / "reports" / "annual.typ", as_pages(made), timestamp=AT)


def test_few_strategies_about_a_behaviour_are_not_shown_where_it_is_published() -> None:
    made = values("strategies_by_behaviour", report(BEHAVIOURS, publish=True))
    assert [number for number in made.values() if number is not None] == [7, 6]


def test_a_published_report_shows_no_small_number() -> None:
    made = report(publish=True)
    shown = [figure for table in made.tables for figure in (*table.figures, *([table.total] if table.total else ()))]
    assert all(figure.value is None for figure in shown if figure.small)
    assert values("breaches", made) == {"Confirmed": 18, "Dismissed": None, "Not decided": None, "All": 28}


def test_the_schema_takes_its_own_json() -> None:
    made = report(publish=True)
    assert AnnualReport.model_validate_json(made.model_dump_json(by_alias=True)) == made


DANGEROUS = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\n=x"]


@pytest.mark.parametrize("cell", DANGEROUS)
def test_no_cell_begins_as_a_formula(cell: str) -> None:
    assert safe_cell(cell) == f"'{cell}"
    assert safe_cell("email") == "email"


def test_no_cell_of_the_csv_is_a_formula_whatever_a_line_is_called() -> None:
    facts = YearFacts({"=cmd|' /C calc'!A0": 7, "+44": 9}, {}, {}, [], [])
    rows = list(csv.reader(io.StringIO(as_csv(report(facts)))))
    assert rows[0] == ["table", "line", "value", "unit", "of", "note"]
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)
    assert any(row[1].startswith("'=cmd") for row in rows)


def test_pages_have_a_chart_with_its_words_and_the_table_beside_it() -> None:
    (contacts,) = [table for table in as_pages(report())["tables"] if table["title"] == "Contacts by channel"]
    assert contacts["chart"]["words"] == "Bar chart. Contacts by channel, number. Email: 120; Telephone: 30."
    assert [(row["name"], row["shown"]) for row in contacts["rows"]] == [
        ("Email", "120"),
        ("Telephone", "30"),
        ("All", "150"),
    ]


def test_a_chart_that_would_show_what_is_hidden_is_not_drawn() -> None:
    tables = {table["title"]: table for table in as_pages(report(publish=True))["tables"]}
    assert tables["Breaches"]["chart"] is None
    assert [row["shown"] for row in tables["Breaches"]["rows"]] == ["18", "not shown", "not shown", "28"]


def test_the_pdf_is_tagged_with_alternative_words_for_each_chart_and_the_same_each_time() -> None:
    template = config_directory() / "reports" / "annual.typ"
    made = compile_pdf(template, as_pages(report()), timestamp=AT)
    assert made == compile_pdf(template, as_pages(report()), timestamp=AT)
    assert b"pdfuaid:part" in made and b"/StructTreeRoot" in made
    assert b"SourceSansPro" in made and b"Libertinus" not in made
