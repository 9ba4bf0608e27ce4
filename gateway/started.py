"""Long-lived parts, started from settings and stopped at the end."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from gateway.reading.pool import PoolOptions, ReadingPool
from gateway.settings import Settings


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
