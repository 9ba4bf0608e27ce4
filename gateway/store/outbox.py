"""What is to be sent: written with the decision that asked for it, drained until sent or dead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa

from gateway.ids import new_id
from gateway.store import audit, leases
from gateway.store.clock import from_micros, to_micros
from gateway.store.reader import Reader
from gateway.store.schema import Row, outbox, spool
from gateway.store.sealing import RecordKey, SealError
from gateway.store.vault import Vault, open_text, seal_text
from gateway.store.writer import Writer


class DispatchKind(StrEnum):
    """What an outbox row sends."""

    RELAY = "relay"
    DIVERT = "divert"
    COPY = "copy"
    NOTICE = "notice"
    DSN = "dsn"


@dataclass(frozen=True, slots=True)
class NewDispatch:
    """Something to send for a contact. `payload` is JSON that `gateway.dispatch` wrote and will read."""

    kind: DispatchKind
    payload: str


@dataclass(frozen=True, slots=True)
class Dispatch:
    """A row in a sender's hands. `id` is stable over attempts: every message sent for it carries it.

    `size_bytes`: of the contact's message as accepted.
    """

    id: str
    contact_id: str
    kind: DispatchKind
    payload: str
    token: str
    attempts: int
    created_at: datetime
    size_bytes: int


@dataclass(frozen=True, slots=True)
class DeadDispatch:
    """A row on the dead-letter list."""

    id: str
    contact_id: str
    kind: str
    attempts: int
    error: str | None


class OutboxStore:
    """Hands out what is ready, and takes back what could not be sent."""

    def __init__(self, writer: Writer, reader: Reader, vault: Vault) -> None:
        self._writer = writer
        self._reader = reader
        self._vault = vault

    @staticmethod
    def add(
        connection: sa.Connection, key: RecordKey, contact_id: str, dispatches: Sequence[NewDispatch], at: datetime
    ) -> None:
        """Rows for a contact, in its recording transaction."""
        rows = []
        for new in dispatches:
            id_ = new_id()
            rows.append(
                {
                    "id": id_,
                    "contact_id": contact_id,
                    "kind": new.kind.value,
                    "payload": seal_text(key, "outbox", "payload", id_, new.payload),
                    "created_at": to_micros(at),
                    "state": leases.WAITING,
                    "attempts": 0,
                    "ready_at": to_micros(at),
                }
            )
        if rows:
            connection.execute(outbox.insert(), rows)

    async def add_now(
        self, contact_id: str, dispatches: Sequence[NewDispatch], at: datetime, *, event: str, actor: str
    ) -> None:
        """Rows that a person asked for, such as the release of a diverted message; audited."""

        def job(connection: sa.Connection) -> None:
            key = self._vault.key_or_make(connection, contact_id)
            self.add(connection, key, contact_id, dispatches, at)
            audit.append(connection, event, actor=actor, subject=f"contact/{contact_id}", at=at)

        await self._writer.run(job)

    async def claim(self, *, now: datetime, lease: timedelta, limit: int) -> list[Dispatch]:
        """Take up to `limit` rows that are ready, oldest first."""

        def job(connection: sa.Connection) -> list[Dispatch]:
            token, rows = leases.claim(connection, outbox, now=now, lease=lease, limit=limit)
            contacts = {"contacts": [row.contact_id for row in rows]}
            sizes = {row.id: row.size_bytes for row in connection.execute(_SIZES, contacts)} if rows else {}
            opened = (self._open(connection, token, row, sizes.get(row.contact_id, 0), now) for row in rows)
            return [dispatch for dispatch in opened if dispatch is not None]

        return await self._writer.run(job)

    def _open(self, connection: sa.Connection, token: str, row: Row, size: int, now: datetime) -> Dispatch | None:
        """The row in hand; None where it does not open: one damaged row must not hold up all others."""
        try:
            key = self._vault.key(connection, row.contact_id)
            payload = open_text(key, "outbox", "payload", row.id, row.payload)
        except SealError as error:
            reason = type(error).__name__
            leases.finish(connection, outbox, row.id, token, state=leases.DEAD, error=f"the payload: {reason}")
            audit.append(connection, "dispatch_dead", actor="gateway", subject=f"outbox/{row.id}", at=now)
            return None
        kind, created_at = DispatchKind(row.kind), from_micros(row.created_at)
        return Dispatch(row.id, row.contact_id, kind, payload, token, row.attempts, created_at, size)

    async def extend(self, dispatches: Sequence[Dispatch], *, until: datetime) -> None:
        """Hold on to rows that are still being sent."""
        held = [(dispatch.id, dispatch.token) for dispatch in dispatches]
        await self._writer.run(lambda connection: leases.extend(connection, outbox, held, until=until))

    async def sent(self, dispatch: Dispatch, *, now: datetime) -> None:
        """Done. ClaimLost where the lease has passed on (it will be sent again, under the same id)."""

        def job(connection: sa.Connection) -> None:
            leases.finish(connection, outbox, dispatch.id, dispatch.token)
            audit.append(
                connection, f"sent_{dispatch.kind.value}", actor="gateway", subject=f"outbox/{dispatch.id}", at=now
            )

        await self._writer.run(job)

    async def later(
        self,
        dispatch: Dispatch,
        *,
        ready_at: datetime,
        error: str,
        now: datetime,
        payload: str | None = None,
        follow: Sequence[NewDispatch] = (),
    ) -> None:
        """Try again at `ready_at`; a new `payload` where part of it was done, `follow` for what goes its own way."""

        def job(connection: sa.Connection) -> None:
            leases.give_back(connection, outbox, dispatch.id, dispatch.token, ready_at=ready_at, error=error)
            self._keep_payload(connection, dispatch, payload)
            self.add(connection, self._vault.key(connection, dispatch.contact_id), dispatch.contact_id, follow, now)

        await self._writer.run(job)

    async def dead(
        self,
        dispatch: Dispatch,
        *,
        error: str,
        now: datetime,
        payload: str | None = None,
        follow: Sequence[NewDispatch] = (),
    ) -> None:
        """On the dead-letter list, which people see; `follow` is what takes its place (a summary, a DSN)."""

        def job(connection: sa.Connection) -> None:
            leases.finish(connection, outbox, dispatch.id, dispatch.token, state=leases.DEAD, error=error)
            self._keep_payload(connection, dispatch, payload)
            self.add(connection, self._vault.key(connection, dispatch.contact_id), dispatch.contact_id, follow, now)
            audit.append(connection, "dispatch_dead", actor="gateway", subject=f"outbox/{dispatch.id}", at=now)

        await self._writer.run(job)

    def _keep_payload(self, connection: sa.Connection, dispatch: Dispatch, payload: str | None) -> None:
        if payload is not None:
            key = self._vault.key(connection, dispatch.contact_id)
            sealed = seal_text(key, "outbox", "payload", dispatch.id, payload)
            connection.execute(outbox.update().where(outbox.c.id == dispatch.id).values(payload=sealed))

    async def dead_letters(self, limit: int = 200) -> list[DeadDispatch]:
        """The dead-letter list, newest first."""
        query = sa.select(outbox).where(outbox.c.state == leases.DEAD).order_by(outbox.c.seq.desc()).limit(limit)
        rows = await self._reader.run(lambda connection: connection.execute(query).all())
        return [DeadDispatch(row.id, row.contact_id, row.kind, row.attempts, row.error) for row in rows]

    async def retry(self, id_: str, *, actor: str, now: datetime) -> bool:
        """Give a dead row another life. False where it was not dead."""
        return await self._writer.run(lambda connection: leases.revive(connection, outbox, id_, actor=actor, now=now))

    async def waiting(self) -> int:
        """How many rows are still to be sent."""
        count = sa.select(sa.func.count()).select_from(outbox).where(outbox.c.ready_at.is_not(None))
        return await self._reader.run(lambda connection: connection.scalar(count) or 0)

    async def next_ready_at(self) -> datetime | None:
        """When the next row is due, None where there is none."""
        soonest = sa.select(sa.func.min(outbox.c.ready_at))
        micros = await self._reader.run(lambda connection: connection.scalar(soonest))
        return None if micros is None else from_micros(micros)


_SIZES = sa.select(spool.c.id, spool.c.size_bytes).where(spool.c.id.in_(sa.bindparam("contacts", expanding=True)))
