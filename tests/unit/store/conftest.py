"""The store that every test here gets. Tests of behaviour know only its ports, so that another engine can stand in."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from store_builders import NOW

from gateway.store.sealing import Sealer
from gateway.store.store import Store, open_store

OpenStore = Callable[[], Store]


@pytest.fixture(scope="session")
def sealer() -> Sealer:
    return Sealer({1: b"m" * 32}, 1)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory, sealer: Sealer) -> Path:
    """An empty store, migrated once: each test starts from a copy of it."""
    path = tmp_path_factory.mktemp("template") / "triage.db"
    open_store(path, sealer).close()
    return path


@pytest.fixture
def path(tmp_path: Path, template: Path) -> Path:
    copy = tmp_path / "triage.db"
    shutil.copy(template, copy)
    return copy


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
