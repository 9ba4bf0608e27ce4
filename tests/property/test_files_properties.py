"""Whatever steps are taken in whatever files, each file reads back as what was written, in that order."""

from __future__ import annotations

import asyncio
import tempfile
from collections import defaultdict
from datetime import timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from store_builders import NOW

from gateway.store.errors import FileMoved
from gateway.store.files import NewStep
from gateway.store.sealing import Sealer
from gateway.store.store import open_store

# Which file, what is written, how many steps back the writer last looked, and how long after the step before it.
_STEPS = st.lists(
    st.tuples(st.sampled_from("ABC"), st.text(max_size=40), st.sampled_from([0, 0, 0, 1]), st.integers(-5, 5)),
    max_size=25,
)


@settings(max_examples=40, deadline=None)
@given(_STEPS)
def test_a_fold_of_the_steps_that_were_taken_is_what_is_read_back(steps: list[tuple[str, str, int, int]]) -> None:
    asyncio.run(_take_and_read_back(steps))


async def _take_and_read_back(steps: list[tuple[str, str, int, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(Path(folder) / "triage.db", Sealer({1: b"m" * 32}, 1), now=lambda: NOW)
        try:
            taken: dict[str, list[str]] = defaultdict(list)
            for id_, text, behind, days in steps:
                # Order is that of taking, whatever day a step says it is of.
                step = NewStep("noted", text, "Pat Doe", NOW + timedelta(days=days))
                projection = "".join([*taken[id_], text])
                try:
                    if not taken[id_]:
                        await store.files.open(id_, "strategy", "P-1", step, projection=projection)
                    else:
                        expected = len(taken[id_]) - behind
                        await store.files.append(id_, step, expected=expected, projection=projection)
                except FileMoved:
                    assert behind
                else:
                    assert not (behind and taken[id_])
                    taken[id_].append(text)
            taken = {id_: texts for id_, texts in taken.items() if texts}  # type: ignore[assignment]
            read = {found.id: found for found in await store.files.of_kind("strategy")}
            assert {id_: [step.text for step in found.steps] for id_, found in read.items()} == taken
            assert all(found.projection == "".join(taken[id_]) for id_, found in read.items())
            assert all(
                [s.number for s in found.steps] == [*range(1, len(taken[id_]) + 1)] for id_, found in read.items()
            )
            seqs = sorted(step.seq for found in read.values() for step in found.steps)
            assert seqs == [*range(1, sum(map(len, taken.values())) + 1)]
            await store.audit.seal()
            assert await store.audit.verify() == len(seqs) + len(read)
        finally:
            store.close()
