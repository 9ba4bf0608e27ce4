"""Readers: a few threads with a connection each. In WAL mode they see the last commit and wait for nobody."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import sqlalchemy as sa

from gateway.store.engine import checkpoint
from gateway.store.errors import StoreError

T = TypeVar("T")

READERS = 2


class Reader:
    """Runs read-only jobs off the event loop."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._closed = False
        self._threads = ThreadPoolExecutor(READERS, thread_name_prefix="store-reader")

    async def run(self, job: Callable[[sa.Connection], T]) -> T:
        """The job's result, from one consistent snapshot of the store."""
        if self._closed:
            raise StoreError("the store is closed")
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._within, job)

    def _within(self, job: Callable[[sa.Connection], T]) -> T:
        with self._engine.connect() as connection, connection.begin():
            return job(connection)

    async def checkpoint(self) -> None:
        """Move the log into the file, beside the writer and off the event loop."""
        await asyncio.get_running_loop().run_in_executor(self._threads, checkpoint, self._engine)

    def close(self) -> None:
        """Let running jobs end, then stop the threads."""
        self._closed = True
        self._threads.shutdown(wait=True)
        self._engine.dispose()
