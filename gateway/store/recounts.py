"""Contacts recorded late: what was received after each is still to be counted again.

The row is written with the record, in its transaction and already claimed by whoever recorded: a process that dies
between the two leaves it for the next start.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from gateway.store import leases
from gateway.store.clock import to_micros
from gateway.store.prepared import Prepared
from gateway.store.reader import Reader
from gateway.store.schema import recount
from gateway.store.writer import Writer

RECOUNT_LEASE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Recount:
    """One late contact in a worker's hands. `attempts` counts this one; `deaths`: see `Claim`."""

    contact_id: str
    token: str
    attempts: int
    deaths: int = 0


class Recounts:
    """Hands out late contacts, and takes back those not all of whose later ones could be counted again."""

    def __init__(self, writer: Writer, reader: Reader) -> None:
        self._writer = writer
        self._reader = reader

    @staticmethod
    def row(first: Recount, at: datetime) -> dict[str, object]:
        """Of a contact that is being recorded, by whoever will recount."""
        return {
            "id": first.contact_id,
            "state": leases.CLAIMED,
            "attempts": first.attempts,
            "lease_token": first.token,
            "ready_at": to_micros(at + RECOUNT_LEASE),
        }

    @staticmethod
    def insert(connection: sa.Connection, rows: Sequence[dict[str, object]]) -> None:
        """Rows of several contacts."""
        _PUT.run_many(connection, rows)

    async def claim(self, *, now: datetime, limit: int, only: str | None = None) -> list[Recount]:
        """Take up to `limit` that nobody has in hand, oldest first; `only` the one of this id, where it is given."""

        def job(connection: sa.Connection) -> list[Recount]:
            token, rows = leases.claim(connection, recount, now=now, lease=RECOUNT_LEASE, limit=limit, only=only)
            return [Recount(row.id, token, row.attempts, row.deaths) for row in rows]

        # Hardly ever is there one: a look costs less than a claim in vain.
        return await self._writer.run(job) if await self._is_due(now) else []

    async def _is_due(self, now: datetime) -> bool:
        ready_at = await self._reader.run(lambda connection: connection.scalar(_SOONEST))
        return ready_at is not None and ready_at <= to_micros(now)

    async def finish(self, done: Recount) -> None:
        """Nothing is left to be counted again. ClaimLost where the lease has passed on."""
        await self._writer.run(lambda connection: leases.remove(connection, recount, done.contact_id, done.token))

    async def give_back(self, due: Recount, *, ready_at: datetime, error: str) -> None:
        """Another attempt later. ClaimLost where the lease has passed on."""
        await self._writer.run(
            lambda connection: leases.give_back(
                connection, recount, due.contact_id, due.token, ready_at=ready_at, error=error
            )
        )

    async def waiting(self) -> int:
        """How many late contacts there are whose recount is not done."""
        count = sa.select(sa.func.count()).select_from(recount)
        return await self._reader.run(lambda connection: connection.scalar(count) or 0)


_PUT = Prepared(recount.insert())
_SOONEST = sa.select(sa.func.min(recount.c.ready_at))
