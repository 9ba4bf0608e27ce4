"""`triage alerts`: who was told what, who has it, and whether telling works."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from gateway.cli.exits import Failed
from gateway.cli.opened import opened_store
from gateway.cli.rows import AsLines, print_rows
from gateway.cli.settings import By, Config, settings_of
from gateway.clock import utc_now
from gateway.dispatch.ladder_alone import alert_ladder
from gateway.settings import Settings

_app = typer.Typer(help="Alerts and their ladder.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.add_typer(_app, name="alerts")


@_app.command("list")
def list_(as_json: AsLines = False, config: Config = None) -> None:
    """List the alerts that nobody has acknowledged, most urgent and oldest first."""
    print_rows(asyncio.run(_list(settings_of(config))), as_json=as_json)


@_app.command()
def ack(
    id_: Annotated[str, typer.Argument(metavar="ID", help="The alert's id.")], by: By, config: Config = None
) -> None:
    """Take an alert on: nobody further up its ladder is told."""
    asyncio.run(_acknowledge(settings_of(config), id_, by))
    print(f"{id_} is yours")


@_app.command()
def test(by: By, config: Config = None) -> None:
    """Tell a test to every rung of the ladder. Enforcing needs a test that reached them all."""
    faults = asyncio.run(_test(settings_of(config), by))
    if faults:
        raise Failed("not everybody could be told: " + "; ".join(faults))
    print("every rung was told; ask those at its ends whether it reached them")


async def _list(settings: Settings) -> list[dict[str, object]]:
    async with opened_store(settings) as store:
        told = await store.alerts.rungs_told()
        return [
            {
                "alert": alert.id,
                "contact": alert.contact_id or "",
                "kind": alert.kind.value,
                "urgency": alert.urgency.value,
                "raised": alert.raised_at.isoformat(timespec="minutes"),
                "rungs_told": told.get(alert.id, 0),
                "more_like_it": alert.folded,
            }
            for alert in await store.alerts.unacknowledged()
        ]


async def _acknowledge(settings: Settings, id_: str, by: str) -> None:
    async with opened_store(settings) as store:
        if await store.alerts.acknowledge(id_, by=by, now=utc_now()):
            return
        taken = await store.alerts.acknowledged(id_)
        if taken is None:
            raise Failed(f"no alert {id_} waits to be acknowledged")
        raise Failed(f"{id_} was acknowledged already, by {taken[0]} on {taken[1]:%d %B %Y, %H:%M} UTC")


async def _test(settings: Settings, by: str) -> list[str]:
    async with opened_store(settings) as store, alert_ladder(settings, store) as ladder:
        return await ladder.test(actor=by)
