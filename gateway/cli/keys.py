"""`triage keys`: the master keys that everything kept is encrypted under."""

from __future__ import annotations

import asyncio

import typer

from gateway.cli.exits import Failed
from gateway.cli.opened import Config, opened_store, settings_of
from gateway.settings import Settings
from gateway.store import keyfile

app = typer.Typer(help="Make, check and rotate the master keys.", no_args_is_help=True)


@app.command()
def init(config: Config = None) -> None:
    """Make the key file. Keep a copy where the store's backups are not: without it they cannot be read."""
    path = settings_of(config).store.key_file
    try:
        keyfile.create(path)
    except keyfile.KeyFileError as error:
        raise Failed(str(error)) from None
    print(f"made {path}")


@app.command()
def check(config: Config = None) -> None:
    """Say whether the key file opens the store."""
    asyncio.run(_check(settings_of(config)))


async def _check(settings: Settings) -> None:
    async with opened_store(settings):
        print("the key file opens the store")


@app.command()
def rotate(config: Config = None) -> None:
    """Make a new master key and put every record's key under it; the gateway may be running.

    The key before stays in the file until the next rotation: a running gateway goes on with it until its restart.
    """
    settings = settings_of(config)
    path = settings.store.key_file
    try:
        keyfile.replace(path, keyfile.load(path).rotated())
    except keyfile.KeyFileError as error:
        raise Failed(str(error)) from None
    count = asyncio.run(_rewrap(settings))
    keyfile.replace(path, keyfile.load(path).only_latest_two())
    print(f"{count} keys are now under the new master key; restart the gateway so that it uses it too")


async def _rewrap(settings: Settings) -> int:
    async with opened_store(settings) as store:
        return await store.rewrap()
