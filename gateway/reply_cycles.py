"""Replies that go on a cycle, as people work on them: what is owed by which day, and that it went (Wealden L123-L125).

One reply answers all that came in before it; a named person says that it went, who knows what came in.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from gateway.faults import NoRegister
from gateway.store.replies import OwedReply
from gateway.store.store import Store
from routing.calendar import local_day
from routing.statutory_clock import NotAllowed


@dataclass(frozen=True, slots=True)
class OwedTogether:
    """The contacts that one reply answers: of one strategy, due on one day.

    `version`: another whenever more came for that day, or an answer was taken back.
    """

    strategy: str
    due: date
    replies: Sequence[OwedReply]
    version: str


@dataclass(frozen=True, slots=True)
class Recorded:
    """Contacts by id: those that are recorded as answered now, and those that wait on."""

    answered: Sequence[str]
    waiting: Sequence[str]


class ReplyCycles:
    """Reads what cycles promise, and records what was done. `now`: the clock."""

    def __init__(self, store: Store, *, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now

    async def owed(self) -> list[OwedTogether]:
        """All that is owed, soonest due first."""
        owed = sorted(await self._store.replies.owed(), key=_together)
        versions = await self._store.replies.versions() if owed else {}
        return [
            OwedTogether(strategy, due, tuple(replies), versions.get((strategy, due), ""))
            for (due, strategy), replies in groupby(owed, key=_together)
        ]

    async def today(self) -> date:
        """The day it is where the organisation is."""
        return local_day(self._now(), await self._zone())

    async def answerable(
        self, strategy: str, due: date, *, on: date, contacts: Collection[str] = ()
    ) -> Sequence[OwedReply]:
        """What a reply of that day answers: all that had come in before the day, or the contacts that are named.

        What came on the day itself may have come after the reply. NotAllowed says what stands against it.
        """
        zone = await self._zone()
        if on > local_day(self._now(), zone):
            raise NotAllowed(f"{on} is still to come")
        owed = _chosen(await self._due(strategy, due), contacts, f"is owed a reply by {due} under {strategy}")
        came = [(one, local_day(one.received_at, zone)) for one in owed]
        before = [one for one, day in came if day < on or (contacts and day == on)]
        if not before:
            raise NotAllowed(
                f"nothing that is due on {due} had come in before {on}; where the reply answered what came on the day "
                "itself, name it (--contact)"
            )
        return before

    async def replied(self, replies: Sequence[OwedReply], *, on: date, how: str, by: str) -> Recorded:
        """Record that these were answered. `how`: how it went, or why none was needed."""
        strategy, due = replies[0].strategy, replies[0].due
        ids = [one.contact_id for one in replies]
        answered = await self._store.replies.answer(strategy, ids, on=on, how=how, by=by, now=self._now())
        left = [one for together in await self.owed() for one in together.replies]
        waiting = [one.contact_id for one in left if (one.strategy, one.due) == (strategy, due)]
        return Recorded(answered, waiting)

    async def answered(self, strategy: str, due: date, contacts: Collection[str] = ()) -> Sequence[OwedReply]:
        """What is recorded as answered of what was due on a day, or the contacts that are named.

        NotAllowed says which there are, or that there is none.
        """
        answered = await self._store.replies.answered(strategy, due)
        if not answered:
            raise NotAllowed(f"nothing of {strategy} that was due on {due} is recorded as answered")
        return _chosen(answered, contacts, f"is recorded as answered for {due} under {strategy}")

    async def take_back(self, replies: Sequence[OwedReply], *, reason: str, by: str) -> Sequence[str]:
        """That these were answered was an error: they are owed again. The contacts' ids."""
        ids = [one.contact_id for one in replies]
        return await self._store.replies.take_back(replies[0].strategy, ids, reason=reason, by=by, now=self._now())

    async def _due(self, strategy: str, due: date) -> Sequence[OwedReply]:
        owed = await self.owed()
        for together in owed:
            if (together.strategy, together.due) == (strategy, due):
                return together.replies
        waits = ", ".join(f"{one.strategy} {one.due}" for one in owed) or "none"
        raise NotAllowed(f"no reply of {strategy} is owed by {due}; owed are: {waits}")

    async def _zone(self) -> ZoneInfo:
        current = await self._store.register.current()
        if current is None:
            raise NoRegister
        return ZoneInfo(current.organisation.timezone)


def _together(reply: OwedReply) -> tuple[date, str]:
    return reply.due, reply.strategy


def _chosen(replies: Sequence[OwedReply], contacts: Collection[str], what: str) -> Sequence[OwedReply]:
    """Those of these contacts, all where none is named. NotAllowed where one is not among them."""
    there = {one.contact_id for one in replies}
    for contact in contacts:
        if contact not in there:
            raise NotAllowed(f"contact {contact} is not among what {what}: {', '.join(sorted(there))}")
    return [one for one in replies if not contacts or one.contact_id in contacts]
