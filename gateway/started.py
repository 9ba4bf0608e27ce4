"""The reading children, started from settings and stopped at the end."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from classifiers.late_stage import LateStage
from gateway.configured_nursery import nursery_of
from gateway.reading.job_queue import PoolOptions
from gateway.reading.pool import ReadingPool
from gateway.reading.process import Nursery
from gateway.settings import Settings


def all_stages(settings: Settings) -> LateStage:
    """For work that nobody waits for: every stage at once, where the third is not switched off."""
    return LateStage.NOW if settings.scan.semantic_children else LateStage.OFF


@asynccontextmanager
async def serving_pools(settings: Settings, nursery: Nursery) -> AsyncIterator[tuple[ReadingPool, ReadingPool | None]]:
    """The children that read and scan, and those of the scan's late stage (None where it is switched off)."""
    if not settings.scan.semantic_children:
        async with _started(_pool(settings, nursery, LateStage.OFF, settings.triage.children)) as pool:
            yield pool, None
        return
    first = _pool(settings, nursery, LateStage.LATER, settings.triage.children)
    late = _pool(settings, nursery, LateStage.NOW, settings.scan.semantic_children)
    async with _started(first):
        # Mail can be taken and read from here on; what only the late stage can say waits a second longer.
        late.begin()
        try:
            yield first, late
        finally:
            await late.stop()


@asynccontextmanager
async def reading_pool(settings: Settings, *, children: int = 1) -> AsyncIterator[ReadingPool]:
    """Children that read and scan with every stage at once."""
    async with (
        nursery_of(settings) as nursery,
        _started(_pool(settings, nursery, all_stages(settings), children, kept=children)) as pool,
    ):
        yield pool


def _pool(settings: Settings, nursery: Nursery, late: LateStage, children: int, *, kept: int = 1) -> ReadingPool:
    job_seconds = settings.triage.job_seconds
    return ReadingPool(nursery, PoolOptions(children=children, kept=kept, job_seconds=job_seconds, late=late))


@asynccontextmanager
async def _started(pool: ReadingPool) -> AsyncIterator[ReadingPool]:
    """Ready once it is entered; stopped in the end, whether it came up or not."""
    try:
        await pool.start()
        yield pool
    finally:
        await pool.stop()
