"""The gateway that one message kills, as a fault in a C library would: `poisoned_gateway.py PLACE serve …`.

It dies where a message that has `POISON` in it is unpacked, decided, sent or told of. At the place `asleep` it has all
that comes in hand and gets no further, at `asleep_over_one` it has such a message in hand.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import gateway.service
from gateway.cli import main
from gateway.dispatch.ladder import Ladder
from gateway.dispatch.writing import Writing
from gateway.reading.pool import ReadingPool
from gateway.store.accepted import Accepted
from gateway.store.recording import Recorder

POISON = "poisoned"


def asleep() -> None:
    """Nothing is ever read, and a stop waits for nothing."""
    gateway.service.DRAIN_SECONDS = 0.2

    async def never(*_: Any) -> None:
        await asyncio.Event().wait()

    ReadingPool.read = never  # type: ignore[method-assign,assignment]


def asleep_over_one() -> None:
    """Of a message that has `POISON` in it the reading never ends; of others it does."""
    read = ReadingPool.read

    async def reading(self: ReadingPool, job: Any) -> Any:
        if POISON.encode() in job.raw:
            await asyncio.Event().wait()
        return await read(self, job)

    ReadingPool.read = reading  # type: ignore[method-assign]


def opened() -> None:
    """Its bytes kill whoever unpacks them."""
    content, small = Accepted.content, Accepted.small_contents

    def unpacked(self: Accepted, *given: Any) -> bytes:
        found = content(self, *given)
        _die_of(found.decode())
        return found

    def all_unpacked(self: Accepted, *given: Any) -> dict[str, bytes]:
        found = small(self, *given)
        for one in found.values():
            _die_of(one.decode())
        return found

    Accepted.content, Accepted.small_contents = unpacked, all_unpacked  # type: ignore[method-assign]


def decided() -> None:
    """It kills the writer while it is decided and recorded."""
    decide = Recorder._decide

    def deciding(self: Recorder, connection: Any, one: Any, *given: Any) -> Any:
        _die_of(one.read.subject or "")
        return decide(self, connection, one, *given)

    Recorder._decide = deciding  # type: ignore[method-assign]


def sent() -> None:
    """It kills the dispatcher while it is written for the mail server."""
    write = Writing.message

    async def writing(self: Writing, dispatch: Any, *given: Any) -> Any:
        _die_of((dispatch.message[1] if dispatch.message else b"").decode())
        return await write(self, dispatch, *given)

    Writing.message = writing  # type: ignore[method-assign]


def told() -> None:
    """The alert of a contact kills the ladder: in the test one alone has one."""
    tell = Ladder._tell

    async def telling(self: Ladder, to: str, notice: Any, *given: Any) -> None:
        if notice.contact_id is not None:
            os.abort()
        await tell(self, to, notice, *given)

    Ladder._tell = telling  # type: ignore[method-assign]


def command(place: str) -> tuple[str, ...]:
    """What starts it."""
    return sys.executable, __file__, place


def _die_of(text: str) -> None:
    if POISON in text:
        os.abort()


PLACES: dict[str, Callable[[], None]] = {
    place.__name__: place for place in (asleep, asleep_over_one, opened, decided, sent, told)
}

if __name__ == "__main__":
    PLACES[sys.argv.pop(1)]()
    main()
