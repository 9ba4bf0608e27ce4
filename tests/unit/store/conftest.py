"""The store that every test here gets. Tests of behaviour know only its ports, so that another engine can stand in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from store_builders import NOW

from gateway.store.sealing import Sealer
from gateway.store.store import Store, open_store

OpenStore = Callable[[], Store]


@pytest.fixture
def sealer() -> Sealer:
    return Sealer({1: b"m" * 32}, 1)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "triage.db"


@pytest.fixture
def opening(path: Path, sealer: Sealer) -> Iterator[OpenStore]:
    """Opens the store at `path`, again and again; each is closed in the end."""
    stores: list[Store] = []

    def open_again() -> Store:
        stores.append(open_store(path, sealer, now=lambda: NOW))
        return stores[-1]

    yield open_again
    for store in stores:
        store.close()


@pytest.fixture
def store(opening: OpenStore) -> Store:
    return opening()
