"""`triage serve`: the service.

The nursery takes as long to load as the service takes to import: so it begins first, and the rest is imported
meanwhile.
"""

from __future__ import annotations

import asyncio
import signal
import sys

import typer

from classifiers.memory import keep_little
from gateway.cli.exits import Failed
from gateway.cli.settings import Config, settings_of
from gateway.configured_nursery import nursery_of
from gateway.logs import configure_logs
from gateway.reading.process import Nursery
from gateway.settings import Settings


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(serve)


def serve(config: Config = None) -> None:
    """Run the gateway until SIGINT or SIGTERM, then finish what is in hand."""
    settings = settings_of(config)
    configure_logs(settings.log_level, human=sys.stderr.isatty())
    keep_little()
    asyncio.run(_serve(settings))


async def _serve(settings: Settings) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with nursery_of(settings) as nursery:
        await _serve_with(nursery, settings, stop)


async def _serve_with(nursery: Nursery, settings: Settings, stop: asyncio.Event) -> None:
    from gateway.cli.opened import opened_store
    from gateway.faults import YamlFileError
    from gateway.intake.smtp.server import ListenError
    from gateway.reading.process import ChildLost
    from gateway.service import CannotStart, running

    async with opened_store(settings) as store:
        try:
            async with running(settings, store, nursery) as service:
                print(f"triage gateway ready: {', '.join(service.addresses)}", flush=True)
                await _either(stop, service.broken)
                if service.broken.is_set():
                    raise Failed("a part of the gateway ended by itself (`part_ended` in its log): start it again")
        except (CannotStart, ChildLost, ListenError, YamlFileError) as error:
            raise Failed(str(error)) from None


async def _either(*events: asyncio.Event) -> None:
    waiting = [asyncio.ensure_future(event.wait()) for event in events]
    try:
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for one in waiting:
            one.cancel()
