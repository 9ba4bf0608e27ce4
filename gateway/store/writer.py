"""The one thread that writes. Jobs that wait together are committed together: one flush serves them all.

A job is a function of the open connection, and may be run twice: where one fails, what the commit held is rolled back
and its jobs are run again, each inside a savepoint, so that the one that fails takes nothing of its neighbours with it.
No caller hears of success before the commit that holds its job is on the disk.

What a sender waits for (`urgent`) goes first, and a commit is closed after a short while: recording decisions takes
milliseconds each, and dozens of them at once must not keep a sender from its 250.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import sqlalchemy as sa

from gateway.store.engine import abandon_transaction, is_transaction_open
from gateway.store.errors import StoreError

T = TypeVar("T")
Job = Callable[[sa.Connection], Any]

# Enough to share a flush among every session there can be, few enough to keep a commit short.
_MOST_JOBS_A_COMMIT = 256
_SECONDS_A_COMMIT = 0.01
# Nobody outside waits for what is not urgent: a moment's patience lets several contacts share a flush.
_LINGER_SECONDS = 0.004


@dataclass(slots=True)
class _Waiting:
    job: Job
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[Any]
    result: Any = None
    error: BaseException | None = None

    def settle(self) -> None:
        if self.future.done():  # the caller was cancelled; the commit stands
            return
        if self.error is None:
            self.future.set_result(self.result)
        else:
            self.future.set_exception(self.error)


class Writer:
    """Owns the writing connection for as long as the store is open."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        # Connected here, so that a store that cannot be opened is the opener's error and not a thread's end.
        self._connection = engine.connect()
        self._urgent: deque[_Waiting] = deque()
        self._others: deque[_Waiting] = deque()
        self._changed = threading.Condition()
        self._closed = False
        self._thread = threading.Thread(target=self._work, name="store-writer", daemon=True)
        self._thread.start()

    async def run(self, job: Callable[[sa.Connection], T], *, urgent: bool = False) -> T:
        """The job's result, once it is durable. Whatever the job or its commit raises is raised here."""
        loop = asyncio.get_running_loop()
        waiting = _Waiting(job, loop, loop.create_future())
        with self._changed:  # nothing may queue behind the end: nobody would ever answer it
            if self._closed:
                raise StoreError("the store is closed")
            (self._urgent if urgent else self._others).append(waiting)
            self._changed.notify()
        result: T = await waiting.future
        return result

    def close(self) -> None:
        """Finish what is queued, then stop the thread and close the file."""
        with self._changed:
            if self._closed:
                return
            self._closed = True
            self._changed.notify()
        self._thread.join()
        self._engine.dispose()

    def _work(self) -> None:
        with self._connection as connection:
            while self._wait():
                _settle(self._commit(connection))

    def _wait(self) -> bool:
        """Wait for a job; False at the end, when all is done."""
        with self._changed:
            while not self._urgent and not self._others and not self._closed:
                self._changed.wait()
            if not self._urgent and not self._closed:
                self._changed.wait_for(lambda: self._urgent or self._closed, _LINGER_SECONDS)
            return bool(self._urgent or self._others)

    def _commit(self, connection: sa.Connection) -> list[_Waiting]:
        """The jobs of one commit: all of them are on the disk or, where the commit fails, none."""
        batch: list[_Waiting] = []
        late = time.monotonic() + _SECONDS_A_COMMIT
        running = False
        try:
            with connection.begin():
                while len(batch) < _MOST_JOBS_A_COMMIT:
                    waiting = self._next(also_others=not batch or time.monotonic() < late)
                    if waiting is None:
                        break
                    batch.append(waiting)
                    running = True
                    waiting.result = waiting.job(connection)
                    running = False
        except BaseException as error:  # whatever it is: the thread must live, or no mail is taken any more
            abandon_transaction(connection)
            if running and len(batch) > 1:
                _commit_apart(connection, batch)
            else:
                # Where not even BEGIN succeeded, all who wait hear of it now, not each after a timeout of its own.
                batch = batch or self._everyone()
                _fail(batch, error)
        return batch

    def _everyone(self) -> list[_Waiting]:
        with self._changed:
            waiting = [*self._urgent, *self._others]
            self._urgent.clear()
            self._others.clear()
        return waiting

    def _next(self, *, also_others: bool) -> _Waiting | None:
        with self._changed:
            if self._urgent:
                return self._urgent.popleft()
            return self._others.popleft() if self._others and also_others else None


def _commit_apart(connection: sa.Connection, batch: list[_Waiting]) -> None:
    """The same jobs again, each in a savepoint: only those that fail are left out of the commit."""
    try:
        with connection.begin():
            for waiting in batch:
                _attempt(connection, waiting)
    except BaseException as error:
        _fail(batch, error)
        abandon_transaction(connection)


def _attempt(connection: sa.Connection, waiting: _Waiting) -> None:
    """Run one job in a savepoint. Raises only where its failure took the whole transaction with it."""
    savepoint = connection.begin_nested()
    try:
        waiting.result = waiting.job(connection)
        savepoint.commit()
    except BaseException as error:
        waiting.error = error
        if not is_transaction_open(connection):
            raise
        savepoint.rollback()


def _fail(batch: list[_Waiting], error: BaseException) -> None:
    for waiting in batch:
        waiting.error = waiting.error or error


def _settle(batch: list[_Waiting]) -> None:
    """Wake each event loop once for the batch, not once a job."""
    loops: dict[asyncio.AbstractEventLoop, list[_Waiting]] = {}
    for waiting in batch:
        loops.setdefault(waiting.loop, []).append(waiting)
    for loop, members in loops.items():
        try:
            loop.call_soon_threadsafe(_settle_members, members)
        except RuntimeError:  # that loop has been closed: nobody is left to tell
            continue


def _settle_members(members: list[_Waiting]) -> None:
    for waiting in members:
        waiting.settle()
