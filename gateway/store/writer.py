"""The one thread that writes. Jobs that wait together are committed together: one flush serves them all.

A job is a function of the open connection, and may be run twice: where one fails, what the commit held is rolled back
and its jobs are run again, each inside a savepoint, so that the one that fails takes nothing of its neighbours with it.
No caller hears of success before the commit that holds its job is on the disk.

Work that comes often (accepting, recording, marking as sent) is handed over as items of one handler (`run_together`):
those that wait at the same time are written with one statement a table.

What a sender waits for (`urgent`) goes first, and a commit is closed after a short while: recording decisions takes
milliseconds each, and dozens of them at once must not keep a sender from its 250.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import sqlalchemy as sa

from gateway.store.engine import abandon_transaction, is_transaction_open, unwritable
from gateway.store.errors import StoreError

T = TypeVar("T")
I = TypeVar("I")  # noqa: E741 - an item
Job = Callable[[sa.Connection], Any]
Handler = Callable[[sa.Connection, Sequence[I]], Sequence[T | Exception]]
"""Writes several items at once. One result an item, in their order; an exception where that item alone is at fault."""

# Enough to share a flush among every session there can be, few enough to keep a commit short.
_MOST_JOBS_A_COMMIT = 256
# As many as a sender can wait for: recording one takes a millisecond.
_MOST_TOGETHER = 8
_SECONDS_A_COMMIT = 0.01
# In a commit that a sender waits for, whatever else goes with it is kept shorter still.
_MOST_BESIDE_URGENT = 4
_SECONDS_BESIDE_URGENT = 0.004
# Nobody outside waits for what is not urgent: a moment's patience lets several contacts share a flush.
_LINGER_SECONDS = 0.004


@dataclass(slots=True, eq=False)
class _Waiting:
    """A job and who waits for it. `handler`: set where it is an item to be written with others like it."""

    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[Any]
    job: Job | None = None
    handler: Handler[Any, Any] | None = None
    item: Any = None
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
    """Owns the writing connection for as long as the store is open.

    `times_unwritable`: commits in which the store could not be written, and `why` in SQLite's word for the last.
    """

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        # Connected here, so that a store that cannot be opened is the opener's error and not a thread's end.
        self._connection = engine.connect()
        self._urgent: deque[_Waiting] = deque()
        self._others: deque[_Waiting] = deque()
        self._changed = threading.Condition()
        self._closed = False
        self.times_unwritable = 0
        self.why = ""
        self._thread = threading.Thread(target=self._work, name="store-writer", daemon=True)
        self._thread.start()

    async def run(self, job: Callable[[sa.Connection], T], *, urgent: bool = False) -> T:
        """The job's result, once it is durable. Whatever the job or its commit raises is raised here."""
        loop = asyncio.get_running_loop()
        result: T = await self._put(_Waiting(loop, loop.create_future(), job=job), urgent=urgent)
        return result

    async def run_together(self, handler: Handler[I, T], item: I, *, urgent: bool = False) -> T:
        """The item's result, once it is durable; whatever items of the same handler wait with it share its statements.

        The handler may be called again with fewer items, in a transaction that holds nothing of the first call.
        """
        loop = asyncio.get_running_loop()
        result: T = await self._put(_Waiting(loop, loop.create_future(), handler=handler, item=item), urgent=urgent)
        return result

    async def _put(self, waiting: _Waiting, *, urgent: bool) -> Any:
        with self._changed:  # nothing may queue behind the end: nobody would ever answer it
            if self._closed:
                raise StoreError("the store is closed")
            (self._urgent if urgent else self._others).append(waiting)
            self._changed.notify()
        return await waiting.future

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
                batch = self._commit(connection)
                reasons = (unwritable(waiting.error) for waiting in batch if waiting.error is not None)
                if (why := next(filter(None, reasons), None)) is not None:
                    self.why = why
                    self.times_unwritable += 1
                _settle(batch)

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
        begun = time.monotonic()
        waited_for = running = False
        try:
            with connection.begin():
                while len(batch) < _MOST_JOBS_A_COMMIT:
                    seconds = _SECONDS_BESIDE_URGENT if waited_for else _SECONDS_A_COMMIT
                    taken, urgent = self._next(
                        also_others=not batch or time.monotonic() < begun + seconds,
                        most_others=_MOST_BESIDE_URGENT if waited_for else _MOST_TOGETHER,
                    )
                    if not taken:
                        break
                    waited_for = waited_for or urgent
                    batch += taken
                    running = True
                    _run(connection, taken)
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

    def _next(self, *, also_others: bool, most_others: int) -> tuple[list[_Waiting], bool]:
        """The next job, with whatever may share its statements (empty where there is none); whether it is urgent."""
        with self._changed:
            urgent = bool(self._urgent)
            queue = self._urgent or (self._others if also_others else None)
            if not queue:
                return [], False
            most = _MOST_TOGETHER if urgent else most_others
            taken = [queue.popleft()]
            handler = taken[0].handler
            if handler is not None:
                rest: list[_Waiting] = []
                for waiting in queue:
                    together = waiting.handler == handler and len(taken) < most
                    (taken if together else rest).append(waiting)
                queue.clear()
                queue.extend(rest)
            return taken, urgent


def _run(connection: sa.Connection, taken: list[_Waiting]) -> None:
    """One job, or several items of one handler."""
    first = taken[0]
    if first.handler is None:
        assert first.job is not None
        first.result = first.job(connection)
        return
    results = first.handler(connection, [waiting.item for waiting in taken])
    for waiting, result in zip(taken, results, strict=True):
        waiting.error = result if isinstance(result, Exception) else None
        waiting.result = result


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
        _run(connection, [waiting])
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
