"""`triage demo`: the gateway with a made-up organisation, shown at work. `make run` runs it.

As in `serve`, the nursery begins first, and the rest is imported meanwhile.
"""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path
from typing import Annotated

import typer

from gateway.cli.exits import Failed
from gateway.cli.settings import settings_of
from gateway.configured_nursery import nursery_of
from gateway.logs import configure_logs
from gateway.places import sample_directory
from gateway.settings import Settings


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(demo)


def demo(
    once: Annotated[
        bool, typer.Option("--once", help="Exit when all is done; 0 only if all ended as expected.")
    ] = False,
    export: Annotated[Path | None, typer.Option(help="Only write the sample into this folder.")] = None,
    folder: Annotated[Path, typer.Option(help="Where the demo's key, store and settings go.")] = Path("var/demo"),
) -> None:
    """Start the gateway with a sample organisation, send it contacts, and show what becomes of each."""
    if export is not None:
        _export(export)
        return
    configure_logs("error", human=True)
    if not asyncio.run(_demo(settings_of(None), folder, once=once)):
        raise Failed("not every sample ended as expected")


def _export(into: Path) -> None:
    try:
        shutil.copytree(sample_directory(), into, dirs_exist_ok=True)
    except OSError as error:
        raise Failed(f"the sample cannot be written to {into}: {error.strerror or error}") from None
    print(f"wrote register.yaml, messages, calls.csv and expected.yaml to {into}")


async def _demo(settings: Settings, folder: Path, *, once: bool) -> bool:
    # What ends as expected is known of the weights that ship with the program, so no others are looked for.
    scan = settings.scan.model_copy(update={"own_weights": folder / "weights"})
    async with nursery_of(settings.model_copy(update={"scan": scan})) as nursery:
        from gateway.cli.demonstration import demonstrate

        return await demonstrate(settings, nursery, folder, once=once)
