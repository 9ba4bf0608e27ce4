"""The content of contacts that nobody needs any more, erased on a clock, a few at a time beside everything else.

Only contacts of people without restrictions in which nothing was found (`governance.contents` says what keeps one);
every other record goes on a named person's word alone.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import structlog

from gateway.governance.contents import kept_because, people_of
from gateway.governance.courses import HOLD
from gateway.governance.desk import read_back
from gateway.governance.retention import CONTACT
from gateway.store.errors import FileMoved
from gateway.store.looked import Looked, Over
from gateway.store.retention import JudgedOn
from gateway.store.store import Store
from routing.calendar import local_day

log = structlog.get_logger()

ACTOR = "gateway"

_LOOKED_AT_ONCE = 50
_FORESEEN_AT_ONCE = 200
# A commit this small is over before a sender notices that it was there.
_ERASED_A_COMMIT = 10
_PAUSE_SECONDS = 0.05
_MOST_A_RUN = 5_000
_LOOK_AGAIN_AFTER = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class _Needed:
    """Whom and what nothing is erased of."""

    restricted: frozenset[str]
    held: frozenset[str]


class ContentRetention:
    """Erases what is older than `days` and needed by nobody; 0 days: nothing, ever."""

    def __init__(self, store: Store, *, days: int, now: Callable[[], datetime]) -> None:
        self._store = store
        self._days = days
        self._now = now

    @property
    def rule(self) -> str:
        """What the certificates give as their reason."""
        return f"contact: {self._days} days after it was sent on (setting retention.unflagged_days)"

    async def erase_unflagged(self) -> None:
        """One run over what is due; what it does not come to is left to the next one."""
        if self._days == 0:
            return
        now = self._now()
        before = now - timedelta(days=self._days)
        erased = looked = 0
        after: tuple[int, str] | None = None
        held, held_at = frozenset[str](), None
        while looked < _MOST_A_RUN:
            standing = await self._store.retention.standing()
            if standing != held_at:  # a hold may have been placed since
                held, held_at = await self._held(now), standing
            page = await self._store.retention.over(Over.HANDED_ON, before, now=now, after=after, limit=_LOOKED_AT_ONCE)
            looked += len(page.found)
            erased += await self._page(page.found, page.damaged, held, standing, before=before, now=now)
            after = page.last
            if after is None:
                break
        if erased:
            log.info("contents_erased", count=erased)

    async def foreseen(self) -> dict[date, int]:
        """How many are to be erased on which day, as things stand; those that wait for the next run, today."""
        if self._days == 0:
            return {}
        now, zone = self._now(), await self._zone()
        held = await self._held(now)
        today, falls = local_day(now, zone), Counter[date]()
        after: tuple[int, str] | None = None
        while True:
            page = await self._store.retention.over(Over.HANDED_ON, now, now=now, after=after, limit=_FORESEEN_AT_ONCE)
            needed = await self._needed(page.found, held)
            for one in page.found:
                if _kept(one, needed) is None:
                    falls[max(today, local_day(one.closed_at + timedelta(days=self._days), zone))] += 1
            after = page.last
            if after is None:
                return dict(sorted(falls.items()))

    async def _page(
        self,
        found: Sequence[Looked],
        damaged: Sequence[str],
        held: frozenset[str],
        standing: JudgedOn,
        *,
        before: datetime,
        now: datetime,
    ) -> int:
        needed = await self._needed(found, held)
        because = {one.contact_id: _kept(one, needed) for one in found}
        kept = {id_: why for id_, why in because.items() if why is not None} | dict.fromkeys(damaged, "damaged")
        await self._store.retention.leave(kept, until=now + _LOOK_AGAIN_AFTER)
        digests = {one.contact_id: one.digest for one in found if because[one.contact_id] is None}
        count = 0
        ids = list(digests)
        for start in range(0, len(ids), _ERASED_A_COMMIT):
            some = ids[start : start + _ERASED_A_COMMIT]
            try:
                erased, standing = await self._store.retention.erase_contents(
                    {id_: digests[id_] for id_ in some},
                    which=Over.HANDED_ON,
                    before=before,
                    rule=self.rule,
                    actor=ACTOR,
                    now=now,
                    standing=standing,
                )
            except FileMoved:  # somebody may have been restricted this moment: they are judged anew next time
                break
            count += len(erased)
            await asyncio.sleep(_PAUSE_SECONDS)
        return count

    async def _needed(self, found: Sequence[Looked], held: frozenset[str]) -> _Needed:
        people = {person for one in found for person in people_of(one.decisions)}
        dossiers = await self._store.register.dossiers(people)
        with_files = await self._store.files.people(besides=HOLD.kind)
        return _Needed(
            restricted=with_files | {dossier.person.id for dossier in dossiers if dossier.strategies},
            held=held,
        )

    async def _held(self, now: datetime) -> frozenset[str]:
        day = local_day(now, await self._zone())
        holds = [read_back(HOLD, file) for file in await self._store.files.of_kind(HOLD.kind)]
        return frozenset(hold.subject for hold in holds if hold.holds(hold.subject, CONTACT, day))

    async def _zone(self) -> ZoneInfo:
        register = await self._store.register.current()
        return ZoneInfo(register.organisation.timezone if register else "Europe/London")


def _kept(looked: Looked, needed: _Needed) -> str | None:
    return kept_because(looked.decisions, looked.judged, restricted=needed.restricted, held=needed.held)
