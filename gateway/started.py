"""Long-lived parts, started from settings and stopped at the end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from classifiers.stages import LateStage
from gateway.clock import utc_now
from gateway.dispatch.dispatcher import Dispatcher
from gateway.dispatch.ladder import Ladder
from gateway.policies import Policies
from gateway.reading.pool import PoolOptions, ReadingPool
from gateway.settings import Settings
from gateway.store.store import Store


def all_stages(settings: Settings) -> LateStage:
    """For work that nobody waits for: every stage at once, where the third is not switched off."""
    return LateStage.NOW if settings.scan.semantic_children else LateStage.OFF


@asynccontextmanager
async def serving_pools(settings: Settings) -> AsyncIterator[tuple[ReadingPool, ReadingPool | None]]:
    """The children that read and scan, and those of the scan's late stage (None where it is switched off)."""
    if not settings.scan.semantic_children:
        async with _started(_pool(settings, LateStage.OFF, settings.triage.children)) as (pool,):
            yield pool, None
        return
    first = _pool(settings, LateStage.LATER, settings.triage.children)
    late = _pool(settings, LateStage.NOW, settings.scan.semantic_children)
    async with _started(first, late):
        yield first, late


@asynccontextmanager
async def reading_pool(settings: Settings, *, children: int = 1) -> AsyncIterator[ReadingPool]:
    """Children that read and scan with every stage at once."""
    async with _started(_pool(settings, all_stages(settings), children)) as (pool,):
        yield pool


def _pool(settings: Settings, late: LateStage, children: int) -> ReadingPool:
    return ReadingPool(
        PoolOptions(
            lexicons=settings.scan.lexicons,
            weights=settings.scan.weights,
            late=late,
            children=children,
            job_seconds=settings.triage.job_seconds,
            memory_bytes=settings.triage.child_memory_mb * 1024 * 1024,
        )
    )


@asynccontextmanager
async def _started(*pools: ReadingPool) -> AsyncIterator[tuple[ReadingPool, ...]]:
    """Started side by side, for loading takes seconds; stopped in the end, whichever of them came up."""
    try:
        for failure in await asyncio.gather(*(pool.start() for pool in pools), return_exceptions=True):
            if failure is not None:
                raise failure
        yield pools
    finally:
        for pool in pools:
            await pool.stop()


@asynccontextmanager
async def alert_ladder(settings: Settings, store: Store) -> AsyncIterator[Ladder]:
    """The ladder outside a running service: to test it."""
    public_url = settings.http.public_url
    async with Dispatcher(store, settings.relay, public_url=public_url, now=utc_now) as dispatcher:
        yield Ladder(
            store,
            settings.alerts,
            dispatcher.mailer,
            policies=Policies.load(settings.policies),
            public_url=public_url,
            now=utc_now,
        )
