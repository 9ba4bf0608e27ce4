"""The store, opened with its keys."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from gateway.cli.exits import Failed
from gateway.settings import Settings
from gateway.store.errors import StoreError
from gateway.store.keyfile import KeyFileError
from gateway.store.keyfile import load as load_keys
from gateway.store.store import Store, open_store


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
