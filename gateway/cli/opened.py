"""What most commands begin with: settings, keys, and the store."""

from __future__ import annotations

import getpass
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated

import typer

from gateway.cli.exits import BadInput, Failed
from gateway.settings import Settings, SettingsError, load_settings
from gateway.store.errors import StoreError
from gateway.store.keyfile import KeyFileError
from gateway.store.keyfile import load as load_keys
from gateway.store.store import Store, open_store

Config = Annotated[Path | None, typer.Option("--config", help="The settings file (TOML).", envvar="TRIAGE_CONFIG")]
By = Annotated[
    str, typer.Option("--by", help="Who does this; written to the audit trail.", default_factory=getpass.getuser)
]


def settings_of(config: Path | None) -> Settings:
    """The settings, or a clear line and exit 2."""
    try:
        return load_settings(config)
    except SettingsError as error:
        raise BadInput(str(error)) from None


@asynccontextmanager
async def opened_store(settings: Settings) -> AsyncIterator[Store]:
    """The store, closed at the end; a clear line and exit 1 where it cannot be opened."""
    try:
        store = open_store(settings.store.path, load_keys(settings.store.key_file).sealer())
    except (KeyFileError, StoreError) as error:
        raise Failed(str(error)) from None
    try:
        yield store
    finally:
        store.close()
