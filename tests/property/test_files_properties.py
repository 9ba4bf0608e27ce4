"""Whatever steps are taken in whatever files, each file reads back as what was written, in that order."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from store_builders import NOW

from gateway.store.errors import FileMoved
from gateway.store.files import NewStep
from gateway.store.sealing import Sealer
from gateway.store.store import Store, open_store

_SEALER = Sealer({1: b"m" * 32}, 1)
# Which file, what is written, how many steps back the writer last looked, and how long after the step before it.
_STEPS = st.lists(
    st.tuples(st.sampled_from("ABC"), st.text(max_size=40), st.sampled_from([0, 0, 0, 1]), st.integers(-5, 5)),
    max_size=25,
)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty store, migrated once: each example starts from a copy of it."""
    path = tmp_path_factory.mktemp("template") / "triage.db"
    open_store(path, _SEALER).close()
    return path


@settings(max_examples=60, deadline=None)
@given(steps=_STEPS)
def test_a_fold_of_the_steps_that_were_taken_is_what_is_read_back(
    steps: list[tuple[str, str, int, int]], template: Path
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(Path(shutil.copy(template, folder)), _SEALER)
        try:
            asyncio.run(_take_and_read_back(store, steps))
        finally:
            store.close()


async def _take_and_read_back(store: Store, steps: list[tuple[str, str, int, int]]) -> None:
    taken: dict[str, list[str]] = {}
    for id_, text, behind, days in steps:
        # Order is that of taking, whatever day a step says it is of.
        step = NewStep("noted", text, "Pat Doe", NOW + timedelta(days=days))
        before = taken.get(id_, [])
        projection = "".join([*before, text])
        if not before:
            await store.files.open(id_, "strategy", "P-1", step, projection=projection)
        elif behind:
            with pytest.raises(FileMoved):
                await store.files.append(id_, step, expected=len(before) - behind, projection=projection)
            continue
        else:
            await store.files.append(id_, step, expected=len(before), projection=projection)
        taken[id_] = [*before, text]
    read = {found.id: found for found in await store.files.of_kind("strategy")}
    assert {id_: [step.text for step in found.steps] for id_, found in read.items()} == taken
    for id_, found in read.items():
        assert found.projection == "".join(taken[id_])
        assert [step.number for step in found.steps] == [*range(1, len(taken[id_]) + 1)]
    count = sum(map(len, taken.values()))
    assert sorted(step.seq for found in read.values() for step in found.steps) == [*range(1, count + 1)]
    await store.audit.seal()
    assert await store.audit.verify() == count + len(read)
