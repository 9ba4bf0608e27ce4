"""How much the worker has in hand at once."""

from __future__ import annotations

import asyncio

from gateway.room import Room


async def _waits(entering: asyncio.Task[None]) -> bool:
    for _ in range(5):
        await asyncio.sleep(0)
    return not entering.done()


async def test_as_many_as_there_is_room_for_and_the_next_when_one_leaves() -> None:
    room = Room(2, 1_000)
    await room.enter(1)
    await room.enter(1)
    third = asyncio.create_task(room.enter(1))
    assert await _waits(third)
    room.leave(1)
    await third


async def test_a_message_of_many_pages_takes_the_place_of_several() -> None:
    room = Room(5, 10_000_000)
    await room.enter(50_000)
    await room.enter(1)
    third = asyncio.create_task(room.enter(1))
    assert await _waits(third)
    room.leave(50_000)
    await third


async def test_no_more_bytes_than_there_is_room_for() -> None:
    room = Room(10, 1_000)
    await room.enter(600)
    second = asyncio.create_task(room.enter(500))
    assert await _waits(second)
    room.leave(600)
    await second


async def test_what_is_larger_than_the_room_goes_alone() -> None:
    room = Room(10, 1_000)
    await room.enter(1)
    large = asyncio.create_task(room.enter(5_000))
    assert await _waits(large)
    room.leave(1)
    await large
    small = asyncio.create_task(room.for_one_more())
    assert await _waits(small)
    room.leave(5_000)
    await small
