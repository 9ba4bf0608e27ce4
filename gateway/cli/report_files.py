"""The reports that an office owes or publishes, each as data, words or pages: `triage report annual|dpia|…`."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from gateway.annual_figures import AnnualFigures
from gateway.cli.days import Day
from gateway.cli.exits import BadInput, Failed
from gateway.cli.files import Role
from gateway.cli.opened import opened_store
from gateway.cli.settings import Config, Named, settings_of
from gateway.cli.writing import writing
from gateway.clock import utc_now
from gateway.governance.lacks import Refused
from gateway.governance.reports.annual_page import AnnualReport
from gateway.governance.reports.as_csv import as_csv
from gateway.governance.reports.as_pages import as_pages
from gateway.governance.reports.atrs import atrs
from gateway.governance.reports.document import Document, markdown, pages
from gateway.governance.reports.dpia import dpia
from gateway.governance.reports.facts import OfficeFacts
from gateway.governance.reports.model_card import model_card
from gateway.office_facts import office_facts
from gateway.places import config_directory
from gateway.policies import Policies
from gateway.reports_given import Because, ReportsGiven
from gateway.settings import Settings
from gateway.store.store import Store
from gateway.typeset import TypesetError, typeset

T = TypeVar("T")

Out = Annotated[Path | None, typer.Option("--out", help="Write it here; default standard output.")]
WordsOrPages = Annotated[str, typer.Option("--format", help="`markdown` or `pdf`.")]


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command()(annual)
    app.command()(given)
    app.command("dpia")(_command(dpia, "Facts for a data protection impact assessment, from what runs here."))
    app.command("atrs")(_command(atrs, "An Algorithmic Transparency Recording Standard record, tiers 1 and 2."))
    app.command("model-card")(_command(model_card, "What the scan in use was measured to find and to miss."))


def annual(
    year: Annotated[int, typer.Option(help="The calendar year.", min=2000, max=9998)],
    format_: Annotated[str, typer.Option("--format", help="`json`, `csv` or `pdf`.")] = "json",
    out: Out = None,
    publish: Annotated[
        bool, typer.Option("--publish", help="Hide small numbers, so that it may leave the office.")
    ] = False,
    config: Config = None,
) -> None:
    """A year's strategies, breaches, reviews and concerns, counted; small numbers are marked."""
    _check(format_, ("json", "csv", "pdf"), out)
    if year > utc_now().year:
        raise BadInput(f"--year {year}: that year is still to come")
    report = _with_store(
        config,
        lambda settings, store: AnnualFigures(store, Policies.as_asked_for(settings.policies), now=utc_now).of(
            year, publish=publish
        ),
    )
    match format_:
        case "json":
            _put(out, report.model_dump_json(by_alias=True, indent=2).encode() + b"\n")
        case "csv":
            # With a mark at its beginning, for spreadsheets that would take it for another encoding.
            _put(out, as_csv(report).encode("utf-8-sig" if out else "utf-8"))
        case _:
            _put(out, _pdf_of(report))


def given(
    report: Annotated[str, typer.Argument(help="The report's id in the policy, as `triage tasks` names it.")],
    until: Day,
    by: Named,
    role: Role = None,
    undo: Annotated[bool, typer.Option("--undo", help="It was recorded in error: it is owed again.")] = False,
    because: Annotated[
        Because | None,
        typer.Option(
            help=f"With --undo, why: `{Because.NOT_GIVEN}` (none was), `{Because.OTHER_REPORT}` (of another kind or "
            f"period) or `{Because.NOT_RIGHT}` (what was given is not right).",
        ),
    ] = None,
    config: Config = None,
) -> None:
    """Record that a report which the policy owes somebody was given; until then it is a task.

    For those whom it is for, who decide or who review, as is taking it back.
    """
    last = date.fromisoformat(until)
    if undo != (because is not None):
        raise BadInput(f"--undo and --because go together; why it was an error is {' or '.join(Because)}")

    async def work(settings: Settings, store: Store) -> None:
        given = ReportsGiven(store, Policies.as_asked_for(settings.policies), now=utc_now)
        if because is None:
            await given.give(report, last, by=by, role=role)
        else:
            await given.take_back(report, last, by=by, role=role, because=because)

    _with_store(config, work)
    print(f"{report} to {last} is {'owed again' if undo else 'recorded as given'}")


def _pdf_of(report: AnnualReport) -> bytes:
    return _set("annual.typ", as_pages(report), report.made_at)


def _command(made: Callable[[OfficeFacts], Document], says: str) -> Callable[..., None]:
    """A command that exports one document."""

    def command(format_: WordsOrPages = "markdown", out: Out = None, config: Config = None) -> None:
        _check(format_, ("markdown", "pdf"), out)
        now = utc_now()
        facts = _with_store(config, lambda settings, store: office_facts(settings, store, now))
        document = replace(made(facts), marking=facts.pack.life.marking)
        _put(out, markdown(document).encode() if format_ == "markdown" else _set("document.typ", pages(document), now))

    command.__doc__ = says
    return command


def _check(format_: str, known: tuple[str, ...], out: Path | None) -> None:
    if format_ not in known:
        raise BadInput(f"--format {format_}: expected {' or '.join(known)}")
    if format_ == "pdf" and out is None:
        raise BadInput("a PDF goes into a file: --out FILE")


def _set(template: str, data: dict[str, Any], at: datetime) -> bytes:
    try:
        return asyncio.run(typeset(config_directory() / "reports" / template, data, timestamp=at))
    except TypesetError as error:
        raise Failed(str(error)) from None


def _put(out: Path | None, content: bytes) -> None:
    if out is None:
        sys.stdout.write(content.decode())
        return
    with writing(out):
        out.write_bytes(content)
    print(f"written to {out}")


def _with_store(config: Path | None, work: Callable[[Settings, Store], Coroutine[Any, Any, T]]) -> T:
    try:
        return asyncio.run(_opened(config, work))
    except Refused as refused:
        raise Failed(str(refused)) from None


async def _opened(config: Path | None, work: Callable[[Settings, Store], Coroutine[Any, Any, T]]) -> T:
    settings = settings_of(config)
    async with opened_store(settings) as store:
        return await work(settings, store)
