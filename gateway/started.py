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
from gateway.reading.process import Nursery
from gateway.settings import Settings
from gateway.store.store import Store


def all_stages(settings: Settings) -> LateStage:
    """For work that nobody waits for: every stage at once, where the third is not switched off."""
    return LateStage.NOW if settings.scan.semantic_children else LateStage.OFF


@asynccontextmanager
async def nursery_of(settings: Settings) -> AsyncIterator[Nursery]:
    """Where all reading children come from. It begins to load at once, in a process of its own, and is not waited for."""
    nursery = _options(settings, LateStage.OFF, 1).nursery()
    try:
        await nursery.begin()
        yield nursery
    finally:
        await nursery.close()


@asynccontextmanager
async def serving_pools(settings: Settings, nursery: Nursery) -> AsyncIterator[tuple[ReadingPool, ReadingPool | None]]:
    """The children that read and scan, and those of the scan's late stage (None where it is switched off)."""
    if not settings.scan.semantic_children:
        async with _started(ReadingPool(_options(settings, LateStage.OFF, settings.triage.children), nursery)) as (
            pool,
        ):
            yield pool, None
        return
    first = ReadingPool(_options(settings, LateStage.LATER, settings.triage.children), nursery)
    late = ReadingPool(_options(settings, LateStage.NOW, settings.scan.semantic_children), nursery)
    async with _started(first, late):
        yield first, late


@asynccontextmanager
async def reading_pool(settings: Settings, *, children: int = 1) -> AsyncIterator[ReadingPool]:
    """Children that read and scan with every stage at once."""
    async with _started(ReadingPool(_options(settings, all_stages(settings), children))) as (pool,):
        yield pool


def _options(settings: Settings, late: LateStage, children: int) -> PoolOptions:
    return PoolOptions(
        lexicons=settings.scan.lexicons,
        weights=settings.scan.weights,
        late=late,
        children=children,
        job_seconds=settings.triage.job_seconds,
        memory_bytes=settings.triage.child_memory_mb * 1024 * 1024,
    )


@asynccontextmanager
async def _started(*pools: ReadingPool) -> AsyncIterator[tuple[ReadingPool, ...]]:
    """Started one after another: the first waits for what is loaded; stopped in the end, whichever of them came up."""
    try:
        for pool in pools:
            await pool.start()
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
