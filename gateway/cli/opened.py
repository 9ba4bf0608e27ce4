"""The store, opened with its keys."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from gateway.settings import Settings
from gateway.store.keyfile import load as load_keys
from gateway.store.store import Store, open_store


@asynccontextmanager
async def opened_store(settings: Settings) -> AsyncIterator[Store]:
    """The store, closed at the end. KeyFileError or StoreError where it cannot be opened."""
    store = open_store(settings.store.path, load_keys(settings.store.key_file).sealer())
    try:
        yield store
    finally:
        store.close()
