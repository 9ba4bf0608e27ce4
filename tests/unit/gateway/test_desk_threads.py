"""Many files are read back and judged beside the event loop, on which mail is received meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from store_builders import NOW, organisation

from gateway.governance import desk as desk_module
from gateway.governance.courses import INCIDENT
from gateway.governance.desk import Desk
from gateway.places import config_directory
from gateway.policies import Policies
from gateway.store.files import NewStep
from gateway.store.sealing import Sealer
from gateway.store.store import open_store
from models.register import Register

RECORDED = (
    '{"kind":"recorded","at":"2026-03-02T12:00:00Z","by":"Ann Author","incident":"terminated_call",'
    '"on":"2026-03-02","what":"He swore at her.","affected":["Ola Other"]}'
)


async def test_reading_back_and_judging_are_not_on_the_loops_thread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: dict[str, set[int]] = {"read_back": set(), "open_tasks": set()}

    def noting(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def noted(*given: Any) -> Any:
            threads[name].add(threading.get_ident())
            return function(*given)

        return noted

    for name in threads:
        monkeypatch.setattr(desk_module, name, noting(name, getattr(desk_module, name)))
    store = open_store(tmp_path / "triage.db", Sealer({1: b"k" * 32}, 1), now=lambda: NOW)
    await store.register_versions.replace(Register(organisation=organisation()), actor="t", now=NOW)
    await store.files.open("IN-1", INCIDENT.kind, None, NewStep("recorded", RECORDED, "Ann", NOW), projection=None)
    desk = Desk(store, Policies.load(config_directory() / "policies"), now=lambda: NOW)
    assert (await desk.tasks(await desk.all_files())).damaged == {}
    assert [file.id for file in await desk.every(INCIDENT)] == ["IN-1"]
    store.close()
    assert all(seen and threading.get_ident() not in seen for seen in threads.values())
