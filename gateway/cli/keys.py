"""`triage keys`: the master keys that everything kept is encrypted under."""

from __future__ import annotations

import asyncio

import typer

from gateway.cli.exits import Failed
from gateway.cli.opened import opened_store
from gateway.cli.settings import Config, settings_of
from gateway.settings import Settings
from gateway.store import keyfile
from gateway.store.store import sole_server

_app = typer.Typer(help="Make, check and rotate the master keys.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.add_typer(_app, name="keys")


@_app.command()
def init(config: Config = None) -> None:
    """Make the key file. Keep a copy where the store's backups are not: without it they cannot be read."""
    store = settings_of(config).store
    path = store.key_file
    if not path.exists() and store.path.exists():
        raise Failed(
            f"there is a store at {store.path}, and a new key does not open it: put its own key file back at {path},"
            " or move the store away if that is lost for good"
        )
    keyfile.create(path)
    print(f"made {path}")


@_app.command()
def check(config: Config = None) -> None:
    """Say whether the key file opens the store."""
    asyncio.run(_check(settings_of(config)))


async def _check(settings: Settings) -> None:
    async with opened_store(settings):
        print("the key file opens the store")


@_app.command()
def rotate(config: Config = None) -> None:
    """Make a new master key and put every record's key under it. Stop the gateway first.

    The key before stays in the file until the next rotation, for a command that was running meanwhile.
    """
    settings = settings_of(config)
    path = settings.store.key_file
    with sole_server(settings.store.path):
        keyfile.replace(path, keyfile.load(path).rotated())
        count = asyncio.run(_rewrap(settings))
        keyfile.replace(path, keyfile.load(path).only_latest_two())
    print(f"{count} keys are now under the new master key")


async def _rewrap(settings: Settings) -> int:
    async with opened_store(settings) as store:
        return await store.rewrap()
