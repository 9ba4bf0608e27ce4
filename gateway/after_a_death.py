"""A start after the serving process died: what was in hand then is taken one by one, before anything else.

So what kills the process is told from what only happened to be there, and the innocent are through first: the least
suspect goes first. What is deadly by now (`gateway.store.deaths`) comes last, and is given up on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence

import structlog

from gateway.store.deaths import Suspect

log = structlog.get_logger()

Take = Callable[[str], Awaitable[None]]
"""Takes the work of this id, does it, and returns when that is over."""

_MOST_SECONDS = 60.0


class Trial:
    """The one-by-one of a start. `take`: whose work it is, by the table where it waits."""

    def __init__(self, suspects: Sequence[Suspect], take: Mapping[str, Take]) -> None:
        self._suspects = suspects
        self._take = take
        self._over = asyncio.Event()
        if not suspects:
            self._over.set()

    async def run(self, stopping: asyncio.Event) -> None:
        """Try each. The rest waits for a minute at most: a slow mail server must hold no cry for help up."""
        if not self._suspects:
            return
        log.warning("in_hand_at_a_death", count=len(self._suspects))
        others = asyncio.get_running_loop().call_later(_MOST_SECONDS, self._over.set)
        try:
            for suspect in self._suspects:
                if stopping.is_set():
                    return
                await self._try(suspect)
        finally:
            others.cancel()
            self._over.set()

    async def _try(self, suspect: Suspect) -> None:
        log.warning("tried_alone", table=suspect.table, id=suspect.id, deaths=suspect.deaths)
        try:
            await self._take[suspect.table](suspect.id)
        except Exception as error:  # the store may be full: it is taken with all the rest, later
            log.error("not_tried_alone", table=suspect.table, id=suspect.id, error=type(error).__name__)

    async def then(self, work: Callable[[asyncio.Event], Coroutine[None, None, None]], stopping: asyncio.Event) -> None:
        """Do `work` once the suspects have been tried."""
        over, stopped = asyncio.ensure_future(self._over.wait()), asyncio.ensure_future(stopping.wait())
        try:
            await asyncio.wait((over, stopped), return_when=asyncio.FIRST_COMPLETED)
        finally:
            over.cancel()
            stopped.cancel()
        await work(stopping)
