"""How much is in hand at once, whatever waits."""

from __future__ import annotations

import asyncio

_ONE_PLACE_BYTES = 16_384
_MOST_PLACES = 4


class Room:
    """Room for so many messages, and for so many bytes of them together; one that is larger than that goes alone.

    A message of many pages takes the place of several, up to four: that is enough to keep all readers busy, and each
    takes six times its size of memory. One task enters, any may leave.
    """

    def __init__(self, messages: int, size_bytes: int) -> None:
        self._messages = messages
        self._bytes = size_bytes
        self._entered = 0
        self._held = 0
        self._left = asyncio.Event()

    async def for_one_more(self) -> None:
        """Wait until one more may come in, if it is small enough."""
        await self._until_fits(0)

    async def enter(self, size_bytes: int) -> None:
        """Come in with a message of this size, as soon as there is room."""
        await self._until_fits(size_bytes)
        self._entered += _places(size_bytes)
        self._held += size_bytes

    def leave(self, size_bytes: int) -> None:
        """What entered with this size is done."""
        self._entered -= _places(size_bytes)
        self._held -= size_bytes
        self._left.set()

    async def _until_fits(self, size_bytes: int) -> None:
        while not self._fits(size_bytes):
            self._left.clear()
            await self._left.wait()

    def _fits(self, size_bytes: int) -> bool:
        return not self._entered or (self._entered < self._messages and self._held + size_bytes <= self._bytes)


def _places(size_bytes: int) -> int:
    return min(_MOST_PLACES, 1 + size_bytes // _ONE_PLACE_BYTES)
