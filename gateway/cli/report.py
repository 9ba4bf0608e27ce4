"""`triage report`: what came, what was found in it, what waits for somebody; and the reports an office owes."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from gateway.cli import report_files
from gateway.cli.days import day_of
from gateway.cli.exits import BadInput
from gateway.cli.opened import opened_store
from gateway.cli.settings import Config, settings_of
from gateway.clock import utc_now
from gateway.faults import NoRegister
from gateway.settings import Settings
from models.plain_names import plain
from routing.calendar import local_midnight

_app = typer.Typer(help="Figures of a period, and the reports an office owes.", invoke_without_command=True)
report_files.add_to(_app)


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.add_typer(_app, name="report")


@_app.callback()
def report(
    context: typer.Context,
    since: Annotated[str | None, typer.Option(help="First day, YYYY-MM-DD; default 30 days ago.")] = None,
    until: Annotated[str | None, typer.Option(help="Last day, YYYY-MM-DD; default today.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
    config: Config = None,
) -> None:
    """Count contacts by channel, findings, breaches and open reviews; no names, no content."""
    if context.invoked_subcommand is not None:
        return
    days = day_of("--since", since), day_of("--until", until)
    if all(days) and days[1] < days[0]:  # type: ignore[operator]
        raise BadInput("--until is before --since")
    figures = asyncio.run(_report(settings_of(config), *days))
    if as_json:
        sys.stdout.write(json.dumps(figures, indent=2) + "\n")
    else:
        _print(figures)


async def _report(settings: Settings, first: date | None, last: date | None) -> dict[str, Any]:
    async with opened_store(settings) as store:
        register = await store.register.current()
        if register is None:
            raise NoRegister
        zone = ZoneInfo(register.organisation.timezone)
        now = utc_now()
        last = last or now.astimezone(zone).date()
        first = first or last - timedelta(days=30)
        since, until = local_midnight(first, zone), local_midnight(last + timedelta(days=1), zone)
        counted = await store.figures.counted(since, until)
        found = await store.figures.found(since, until)
        standing = await store.figures.standing(now)
    breaches: dict[str, dict[str, int]] = {}
    for (kind, status), number in sorted(counted.breaches.items()):
        breaches.setdefault(kind, {})[status] = number
    return {
        "organisation": register.organisation.name,
        "since": first.isoformat(),
        "until": last.isoformat(),
        "contacts": dict(sorted(counted.channels.items())),
        "found": {category: dict(sorted(labels.items())) for category, labels in sorted(found.items())},
        "breaches": breaches,
        "now": {
            "open reviews": dict(sorted(standing.reviews.items())),
            "overdue reviews": dict(sorted(standing.overdue.items())),
            "unacknowledged alerts": standing.unacknowledged_alerts,
            "waiting to be triaged": standing.waiting,
            "dead letters": standing.dead_letters,
        },
    }


def _print(figures: Mapping[str, Any]) -> None:
    print(f"{figures['organisation']}, {figures['since']} to {figures['until']}")
    _section("Contacts", figures["contacts"])
    for category, labels in figures["found"].items():
        _section(f"Contacts with {category} findings", labels)
    _section("Breaches", {kind: _statuses(statuses) for kind, statuses in figures["breaches"].items()})
    now = figures["now"]
    _section("Reviews not closed", now["open reviews"])
    _section("Reviews overdue", now["overdue reviews"])
    _section("Now", {name: now[name] for name in ("unacknowledged alerts", "waiting to be triaged", "dead letters")})


def _statuses(statuses: Mapping[str, int]) -> str:
    return ", ".join(f"{number} {status}" for status, number in statuses.items())


def _section(title: str, rows: Mapping[str, object]) -> None:
    print(f"\n{title}")
    for name, value in rows.items():
        print(f"  {plain(name):<28} {value}")
    if not rows:
        print("  none")
