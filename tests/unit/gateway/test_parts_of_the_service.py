"""A gateway of which a part has ended does not go on taking mail."""

from __future__ import annotations

import asyncio

from structlog.testing import capture_logs

from gateway.service import watch_for_ends


async def fails() -> None:
    raise LookupError("on purpose")


async def ends() -> None:
    return None


async def broken_by(*works: asyncio.Task[None], stopping: bool = False) -> bool:
    stop, broken = asyncio.Event(), asyncio.Event()
    if stopping:
        stop.set()
    watch_for_ends(works, stop, broken)
    await asyncio.gather(*works, return_exceptions=True)
    await asyncio.sleep(0)
    return broken.is_set()


async def test_a_part_that_fails_is_named_and_ends_the_service() -> None:
    with capture_logs() as logs:
        assert await broken_by(asyncio.create_task(fails(), name="dispatch"))
    assert [(line["part"], line["error"]) for line in logs] == [("dispatch", "LookupError")]


async def test_one_that_has_nothing_to_do_or_fails_at_the_end_does_not() -> None:
    assert not await broken_by(asyncio.create_task(ends()))
    assert not await broken_by(asyncio.create_task(fails()), stopping=True)
