"""When a worker wakes."""

from __future__ import annotations

import asyncio

from gateway.bell import Bell

LONG, SHORT = 30.0, 0.001


async def test_rung_before_or_while_somebody_waits_it_is_heard_once() -> None:
    bell = Bell(LONG)
    bell.ring()
    bell.ring()
    assert await bell.wait()
    waiting = asyncio.create_task(bell.wait())
    await asyncio.sleep(0)
    assert not waiting.done()
    bell.ring()
    assert await waiting


async def test_after_the_seconds_without_a_ring_it_wakes_all_the_same() -> None:
    assert not await Bell(SHORT).wait()


async def test_the_end_of_the_service_rings_it_and_a_worker_that_ended_leaves_nothing_waiting() -> None:
    bell, stopping = Bell(LONG), asyncio.Event()
    with bell.rung_by(stopping):
        stopping.set()
        assert await bell.wait()
    with bell.rung_by(asyncio.Event()):
        pass
    await asyncio.sleep(0)
    assert asyncio.all_tasks() == {asyncio.current_task()}
