"""Waking a worker: when there may be something to do, when the service stops, and now and then in any case."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


class Bell:
    """One worker's. Rung while nobody waits, it is heard at the next wait."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """There may be something to do."""
        self._rung.set()

    @contextmanager
    def rung_by(self, stopping: asyncio.Event) -> Iterator[None]:
        """Rings at the end of the service too."""
        waiting = asyncio.ensure_future(stopping.wait())
        waiting.add_done_callback(lambda _: self.ring())
        try:
            yield
        finally:
            waiting.cancel()

    async def wait(self) -> bool:
        """True once it is rung, False where the seconds have passed without."""
        try:
            async with asyncio.timeout(self._seconds):
                await self._rung.wait()
        except TimeoutError:
            return False
        self._rung.clear()
        return True
