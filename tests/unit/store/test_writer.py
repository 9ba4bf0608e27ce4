"""The one writer: commits are shared, failures are not, and nobody hears of success that is not on the disk."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from store_builders import accepted, envelope, names_kept

from gateway.intake.spool_port import SpoolUnavailable
from gateway.store import writer
from gateway.store.errors import StoreError
from gateway.store.schema import state
from gateway.store.store import Store

PLENTY = 1_000_000


def put(name: str) -> object:
    return lambda connection: connection.execute(state.insert(), {"name": name, "value": "x", "at": 0, "actor": "test"})


class Gate:
    """Holds the writer inside a job until opened, so that what comes meanwhile waits together."""

    def __init__(self) -> None:
        self.reached, self.open = threading.Event(), threading.Event()

    def __call__(self, _connection: sa.Connection) -> None:
        self.reached.set()
        assert self.open.wait(10)


async def together(store: Store, *jobs: object) -> list[object]:
    """The results of jobs that share one commit."""
    gate = Gate()
    first = asyncio.create_task(store.writer.run(gate))
    await asyncio.to_thread(gate.reached.wait, 10)
    tasks = [asyncio.ensure_future(store.writer.run(job)) for job in jobs]  # type: ignore[arg-type]
    await asyncio.sleep(0)  # each has queued its job
    gate.open.set()
    await asyncio.gather(first, return_exceptions=True)
    return await asyncio.gather(*tasks, return_exceptions=True)


async def test_jobs_that_wait_together_share_one_commit(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "_SECONDS_A_COMMIT", 60.0)  # a busy machine ends a commit early
    commits: list[object] = []
    sa.event.listen(store.writer._engine, "commit", commits.append)
    await together(store, *(put(f"n{number}") for number in range(20)))
    assert len(commits) <= 2  # one for all twenty, with the gate's or after it
    assert len(await names_kept(store)) == 20


async def test_a_failing_job_takes_nothing_of_its_neighbours(store: Store) -> None:
    def half(connection: sa.Connection) -> None:
        put("half")(connection)  # type: ignore[operator]
        raise ValueError("on purpose")

    results = await together(store, put("before"), half, put("after"))
    assert [type(result) is ValueError for result in results] == [False, True, False]
    assert await names_kept(store) == {"before", "after"}


class Panic(BaseException):
    """As a library written in Rust raises it: no `Exception`."""


async def test_not_even_a_panic_ends_the_thread(store: Store) -> None:
    def panic(_connection: sa.Connection) -> None:
        raise Panic

    (result,) = await together(store, panic)
    assert isinstance(result, Panic)
    await store.writer.run(put("alive"))
    assert await names_kept(store) == {"alive"}


async def test_the_commit_stands_where_the_caller_was_cancelled(store: Store) -> None:
    gate = Gate()
    blocked = asyncio.create_task(store.writer.run(gate))
    await asyncio.to_thread(gate.reached.wait, 10)
    leaving = asyncio.create_task(store.writer.run(put("left")))  # type: ignore[arg-type]
    await asyncio.sleep(0)
    leaving.cancel()
    gate.open.set()
    await blocked
    await store.writer.run(lambda _connection: None)
    assert leaving.cancelled()
    assert await names_kept(store) == {"left"}


async def test_close_finishes_what_is_queued_and_refuses_what_comes_after(opening) -> None:
    store = opening()
    gate = Gate()
    tasks = [asyncio.ensure_future(store.writer.run(gate))]
    await asyncio.to_thread(gate.reached.wait, 10)
    tasks += [asyncio.ensure_future(store.writer.run(put(f"n{number}"))) for number in range(300)]
    await asyncio.sleep(0)
    closing = asyncio.create_task(asyncio.to_thread(store.writer.close))
    gate.open.set()
    await asyncio.gather(*tasks, closing)
    with pytest.raises(StoreError, match="closed"):
        await store.writer.run(put("late"))
    store.close()
    with pytest.raises(StoreError, match="closed"):
        await store.reader.run(lambda _connection: None)
    assert len(await names_kept(opening())) == 300


def test_a_loop_that_is_gone_is_not_waited_for(store: Store) -> None:
    gate = Gate()

    async def leave() -> None:
        asyncio.ensure_future(store.writer.run(gate)).add_done_callback(lambda _done: None)
        await asyncio.to_thread(gate.reached.wait, 10)

    asyncio.run(leave())
    gate.open.set()
    asyncio.run(store.writer.run(put("next")))  # type: ignore[arg-type]
    assert asyncio.run(names_kept(store)) == {"next"}


async def fill(store: Store, *, pages: int) -> None:
    """Leave the file room for so many pages more."""

    def job(connection: sa.Connection) -> None:
        count = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count={count + pages}")

    await store.writer.run(job)


async def test_a_full_disk_fails_the_whole_batch_and_acknowledges_nothing_that_is_not_kept(store: Store) -> None:
    before = await accepted(store)
    await fill(store, pages=6)
    gate = Gate()
    first = asyncio.create_task(store.writer.run(gate))
    await asyncio.to_thread(gate.reached.wait, 10)
    accepts = [asyncio.ensure_future(store.spool.accept(envelope(), os.urandom(16_000))) for _number in range(8)]
    await asyncio.sleep(0)
    gate.open.set()
    await asyncio.gather(first, return_exceptions=True)
    results = await asyncio.gather(*accepts, return_exceptions=True)
    faults = [result for result in results if isinstance(result, SpoolUnavailable)]
    kept = {result for result in results if isinstance(result, str)}
    assert faults
    assert {fault.reason for fault in faults} == {"full"}
    assert await store.spool.waiting() == 1 + len(kept)

    await store.writer.run(lambda connection: connection.exec_driver_sql(f"PRAGMA max_page_count={PLENTY}").scalar())
    after = await store.spool.accept(envelope(), os.urandom(16_000))
    assert await store.spool.waiting() == 2 + len(kept)
    for id_ in {before, after, *kept}:
        assert await store.spool.content(id_)


async def test_a_large_body_that_found_no_room_gives_back_what_it_took(store: Store) -> None:
    await fill(store, pages=60)
    with pytest.raises(SpoolUnavailable) as caught:
        await store.spool.accept(envelope(), os.urandom(1_000_000))
    assert caught.value.reason == "full"
    count = await store.reader.run(lambda connection: connection.exec_driver_sql("SELECT count(*) FROM body").scalar())
    assert count == 0


async def test_a_commit_that_fails_fails_every_job_in_it(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_connection: sa.Connection) -> None:
        raise OSError("no device")

    sa.event.listen(store.writer._engine, "commit", refuse)
    results = await together(store, put("a"), put("b"))
    sa.event.remove(store.writer._engine, "commit", refuse)
    assert [type(result) for result in results] == [OSError, OSError]
    assert await names_kept(store) == set()
    await store.writer.run(put("c"))  # type: ignore[arg-type]
    assert await names_kept(store) == {"c"}


async def test_what_a_sender_waits_for_goes_before_what_nobody_does(store: Store) -> None:
    started, go = threading.Event(), threading.Event()
    order: list[str] = []

    def first(_connection: sa.Connection) -> None:
        started.set()
        assert go.wait(10)

    def job(name: str) -> Callable[[sa.Connection], None]:
        return lambda _connection: order.append(name)

    running = [asyncio.create_task(store.writer.run(first))]
    await asyncio.to_thread(started.wait, 10)
    running += [asyncio.create_task(store.writer.run(job(f"other {n}"))) for n in range(3)]
    running.append(asyncio.create_task(store.writer.run(job("urgent"), urgent=True)))
    await asyncio.sleep(0)
    go.set()
    await asyncio.gather(*running)
    assert order == ["urgent", "other 0", "other 1", "other 2"]


def test_the_log_is_moved_into_the_file_beside_the_writer(store: Store, path: Path) -> None:
    before = path.stat().st_size
    asyncio.run(store.spool.accept(envelope(), os.urandom(500_000)))
    assert path.stat().st_size == before  # so far it is in the log alone
    asyncio.run(store.reader.checkpoint())
    assert path.stat().st_size > before + 300_000
