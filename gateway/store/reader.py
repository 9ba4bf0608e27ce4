"""Readers: a few threads with a connection each. In WAL mode they see the last commit and wait for nobody."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import sqlalchemy as sa

from gateway.store.engine import checkpoint
from gateway.store.errors import StoreError

T = TypeVar("T")
I = TypeVar("I")  # noqa: E741 - an item
Handler = Callable[[sa.Connection, Sequence[I]], Sequence[T]]
"""Reads for several items at once; one result an item, in their order."""

READERS = 2


class Reader:
    """Runs read-only jobs off the event loop."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._closed = False
        self._threads = ThreadPoolExecutor(READERS, thread_name_prefix="store-reader")
        self._own = threading.local()
        self._connections: list[sa.Connection] = []
        self._together: dict[Handler[Any, Any], list[tuple[Any, asyncio.Future[Any]]]] = {}

    async def run(self, job: Callable[[sa.Connection], T]) -> T:
        """The job's result, from one consistent snapshot of the store."""
        if self._closed:
            raise StoreError("the store is closed")
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._within, job)

    async def run_together(self, handler: Handler[I, T], item: I) -> T:
        """The item's result; whatever items of the same handler are asked for in the same moment share its queries."""
        if self._closed:
            raise StoreError("the store is closed")
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        asked = self._together.setdefault(handler, [])
        asked.append((item, future))
        if len(asked) == 1:
            # At the end of this turn of the loop: the answers of one frame from a child arrive in one turn.
            loop.call_soon(self._read_together, handler, loop)
        return await future

    def _read_together(self, handler: Handler[Any, Any], loop: asyncio.AbstractEventLoop) -> None:
        self._read(handler, self._together.pop(handler), loop)

    def _read(
        self,
        handler: Handler[Any, Any],
        asked: Sequence[tuple[Any, asyncio.Future[Any]]],
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        items = [item for item, _future in asked]
        waiting = [future for _item, future in asked]
        try:
            read = loop.run_in_executor(self._threads, self._within, lambda connection: handler(connection, items))
        except RuntimeError:  # closed meanwhile
            _fail(waiting, StoreError("the store is closed"))
        else:
            read.add_done_callback(lambda done: self._settle(handler, asked, done, loop))

    def _settle(
        self,
        handler: Handler[Any, Any],
        asked: Sequence[tuple[Any, asyncio.Future[Any]]],
        done: asyncio.Future[Sequence[Any]],
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        error = done.exception()
        if error is None:
            for (_item, future), result in zip(asked, done.result(), strict=True):
                if not future.done():  # the caller was cancelled
                    future.set_result(result)
        elif len(asked) == 1:
            _fail([future for _item, future in asked], error)
        else:
            # One of them met a row that is damaged: each alone, so that it is in nobody else's way.
            for one in asked:
                self._read(handler, [one], loop)

    def _within(self, job: Callable[[sa.Connection], T]) -> T:
        connection = getattr(self._own, "connection", None)
        if connection is None:  # one a thread, kept: making one costs more than most reads
            self._own.connection = connection = self._engine.connect()
            self._connections.append(connection)
        with connection.begin():
            return job(connection)

    async def checkpoint(self) -> None:
        """Move the log into the file, beside the writer and off the event loop."""
        await asyncio.get_running_loop().run_in_executor(self._threads, checkpoint, self._engine)

    def close(self) -> None:
        """Let running jobs end, then stop the threads."""
        self._closed = True
        self._threads.shutdown(wait=True)
        for connection in self._connections:
            connection.close()
        self._engine.dispose()


def _fail(waiting: Sequence[asyncio.Future[Any]], error: BaseException) -> None:
    for future in waiting:
        if not future.done():
            future.set_exception(error)
