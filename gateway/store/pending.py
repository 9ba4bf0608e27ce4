"""Decided contacts whose last stage of the scan is still to come: what waits, the most telling first (DESIGN §1.4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from gateway.store import leases
from gateway.store.clock import to_micros
from gateway.store.prepared import Prepared
from gateway.store.reader import Reader
from gateway.store.schema import pending_scan
from gateway.store.writer import Writer


@dataclass(frozen=True, slots=True)
class PendingScan:
    """One contact in a worker's hands. `attempts` counts this one. `deaths`: see `Claim`."""

    contact_id: str
    token: str
    attempts: int
    deaths: int = 0


class PendingScans:
    """Hands out contacts to be scanned again, and takes back what could not be."""

    def __init__(self, writer: Writer, reader: Reader) -> None:
        self._writer = writer
        self._reader = reader

    @staticmethod
    def row(contact_id: str, score: float, at: datetime) -> dict[str, object]:
        """A contact's row, to be inserted in its recording transaction. `score`: the best so far, in [0, 1]."""
        return {
            "id": contact_id,
            "score": round(score * 1000),
            "queued_at": to_micros(at),
            "state": leases.WAITING,
            "attempts": 0,
            "ready_at": to_micros(at),
        }

    @staticmethod
    def insert(connection: sa.Connection, rows: Sequence[dict[str, object]]) -> None:
        """Rows of several contacts."""
        if rows:
            _PUT.run_many(connection, rows)

    async def claim(self, *, now: datetime, lease: timedelta, limit: int, only: str | None = None) -> list[PendingScan]:
        """Take up to `limit` that are ready: the highest score first, then the oldest; `only` the one of this id."""

        def job(connection: sa.Connection) -> list[PendingScan]:
            token, rows = leases.claim(
                connection, pending_scan, now=now, lease=lease, limit=limit, order=_ORDER, only=only
            )
            rows = sorted(rows, key=lambda row: (-row.score, row.seq))
            return [PendingScan(row.id, token, row.attempts, row.deaths) for row in rows]

        return await self._writer.run(job)

    async def give_back(self, pending: PendingScan, *, ready_at: datetime, error: str) -> None:
        """Another attempt later. ClaimLost where the lease has passed on."""
        await self._writer.run(
            lambda connection: leases.give_back(
                connection, pending_scan, pending.contact_id, pending.token, ready_at=ready_at, error=error
            )
        )

    async def bury(self, pending: PendingScan, *, error: str) -> None:
        """It is scanned no more. ClaimLost where the lease has passed on."""
        await self._writer.run(
            lambda connection: leases.finish(
                connection, pending_scan, pending.contact_id, pending.token, state=leases.DEAD, error=error
            )
        )

    async def waiting(self) -> int:
        """How many are still to be scanned."""
        count = sa.select(sa.func.count()).select_from(pending_scan).where(pending_scan.c.ready_at.is_not(None))
        return await self._reader.run(lambda connection: connection.scalar(count) or 0)

    async def oldest(self) -> int | None:
        """When the one that waits longest was queued (microseconds), None where none waits."""
        oldest = sa.select(sa.func.min(pending_scan.c.queued_at)).where(pending_scan.c.ready_at.is_not(None))
        return await self._reader.run(lambda connection: connection.scalar(oldest))


_PUT = Prepared(pending_scan.insert())
_ORDER = (pending_scan.c.score.desc(), pending_scan.c.seq)
