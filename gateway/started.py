"""Long-lived parts, started from settings and stopped at the end."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from gateway.clock import utc_now
from gateway.dispatch.dispatcher import Dispatcher
from gateway.dispatch.ladder import Ladder
from gateway.policies import Policies
from gateway.reading.pool import PoolOptions, ReadingPool
from gateway.settings import Settings
from gateway.store.store import Store


@asynccontextmanager
async def deep_pool(settings: Settings) -> AsyncIterator[ReadingPool | None]:
    """The children of the scan's late stage; None where it is switched off."""
    if not settings.scan.semantic_children:
        yield None
        return
    async with reading_pool(settings, children=settings.scan.semantic_children) as pool:
        yield pool


@asynccontextmanager
async def reading_pool(settings: Settings, *, children: int | None = None) -> AsyncIterator[ReadingPool]:
    """The children that read and scan."""
    options = PoolOptions(
        lexicons=settings.scan.lexicons,
        weights=settings.scan.weights,
        children=children or settings.triage.children,
        job_seconds=settings.triage.job_seconds,
        memory_bytes=settings.triage.child_memory_mb * 1024 * 1024,
    )
    pool = ReadingPool(options)
    await pool.start()
    try:
        yield pool
    finally:
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
