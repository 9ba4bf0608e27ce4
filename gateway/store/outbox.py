"""What is to be sent: written with the decision that asked for it, drained until sent or dead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa

from gateway.ids import new_id
from gateway.store import audit, leases
from gateway.store.accepted import Accepted
from gateway.store.claiming import take
from gateway.store.clock import from_micros, to_micros
from gateway.store.deaths import ServerDied, cannot_be_given_up_on, is_deadly
from gateway.store.fresh import FreshMessages, Message
from gateway.store.prepared import Prepared
from gateway.store.reader import Reader
from gateway.store.schema import Row, outbox
from gateway.store.schema import audit as trail
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

    `size_bytes`: of the contact's message as accepted. `message`: its envelope and bytes, where they are few. `deaths`:
    of the serving process in a row, while it was in hand; of what is deadly nothing is opened.
    """

    id: str
    contact_id: str
    kind: DispatchKind
    payload: str
    token: str
    attempts: int
    created_at: datetime
    size_bytes: int
    message: Message | None = field(default=None, repr=False)
    deaths: int = 0


@dataclass(frozen=True, slots=True)
class DeadDispatch:
    """A row on the dead-letter list. `payload`: None where it was erased, or does not open.

    `instead`: the row that went on in its place, without the original or to the next reader; None where none did.
    """

    id: str
    contact_id: str
    kind: str
    attempts: int
    error: str | None
    instead: str | None
    payload: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Released:
    """A row that somebody had sent by hand."""

    payload: str = field(repr=False)
    by: str
    at: datetime


class OutboxStore:
    """Hands out what is ready, and takes back what could not be sent."""

    def __init__(self, writer: Writer, reader: Reader, vault: Vault, *, fresh: FreshMessages) -> None:
        self._writer = writer
        self._reader = reader
        self._vault = vault
        self._fresh = fresh
        self._accepted = Accepted(vault)

    @classmethod
    def add(
        cls, connection: sa.Connection, key: RecordKey, contact_id: str, dispatches: Sequence[NewDispatch], at: datetime
    ) -> None:
        """Rows for a contact, in an open transaction."""
        cls.insert(connection, cls.rows(key, contact_id, dispatches, at))

    @staticmethod
    def rows(
        key: RecordKey, contact_id: str, dispatches: Sequence[NewDispatch], at: datetime
    ) -> list[dict[str, object]]:
        """A contact's rows, to be inserted with those of others."""
        return [
            {
                "id": (id_ := new_id()),
                "contact_id": contact_id,
                "kind": new.kind.value,
                "payload": seal_text(key, "outbox", "payload", id_, new.payload),
                "created_at": to_micros(at),
                "state": leases.WAITING,
                "attempts": 0,
                "ready_at": to_micros(at),
            }
            for new in dispatches
        ]

    @staticmethod
    def insert(connection: sa.Connection, rows: Sequence[dict[str, object]]) -> None:
        """Rows of several contacts."""
        _PUT.run_many(connection, rows)

    async def claim(self, *, now: datetime, lease: timedelta, limit: int, only: str | None = None) -> list[Dispatch]:
        """Take up to `limit` rows that are ready, oldest first; `only` the one of this id, where it is given."""
        return await take(
            self._writer,
            self._reader,
            outbox,
            self._open,
            self._at_hand,
            now=now,
            lease=lease,
            limit=limit,
            dead_event="dispatch_dead",
            only=only,
        )

    def _at_hand(self, token: str, rows: Sequence[Row]) -> list[Dispatch] | None:
        """Those whose messages are in memory still; after this, they need not be."""
        contacts = [row.contact_id for row in rows]
        messages, keys = self._fresh.of(contacts), self._vault.held(contacts)
        self._fresh.forget(contacts)
        if messages is None or keys is None:
            return None
        try:
            return [
                _dispatch(row, token, key, len(message[1]), message)
                for row, key, message in zip(rows, keys, messages, strict=True)
            ]
        except SealError:  # `_open` says which
            return None

    def _open(
        self, connection: sa.Connection, token: str, rows: Sequence[Row]
    ) -> tuple[list[Dispatch], dict[str, str]]:
        """The rows in hand, with small messages; and why those that do not open do not, by id."""
        contacts = [row.contact_id for row in rows if not is_deadly(row.deaths)]
        self._vault.look_up(connection, contacts)
        accepted = self._accepted.messages(connection, contacts)
        dispatches, damaged = [], {}
        for row in rows:
            if cannot_be_given_up_on(row.deaths):
                damaged[row.id] = ServerDied.__name__
                continue
            if is_deadly(row.deaths):
                dispatches.append(_unopened(row, token))
                continue
            size, message = accepted.get(row.contact_id, (0, None))
            try:
                dispatches.append(_dispatch(row, token, self._vault.key(connection, row.contact_id), size, message))
            except SealError as error:
                damaged[row.id] = f"the payload: {type(error).__name__}"
        return dispatches, damaged

    async def extend(self, dispatches: Sequence[Dispatch], *, until: datetime) -> None:
        """Hold on to rows that are still being sent."""
        held = [(dispatch.id, dispatch.token) for dispatch in dispatches]
        await self._writer.run(lambda connection: leases.extend(connection, outbox, held, until=until))

    async def sent(self, dispatch: Dispatch, *, now: datetime) -> None:
        """Done. ClaimLost where the lease has passed on (it will be sent again, under the same id)."""
        await self._writer.run_together(_mark_sent, (dispatch, now))

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

    async def released(self, contact_id: str) -> list[Released]:
        """What people sent on of a contact, and what is not dead of it; the first first."""

        def job(connection: sa.Connection) -> list[Released]:
            rows = connection.execute(_RELEASED, {"id": contact_id, "subject": f"contact/{contact_id}"}).all()
            key = self._vault.key(connection, contact_id) if rows else None
            return [
                Released(open_text(key, "outbox", "payload", row.id, row.payload), row.actor, from_micros(row.at))
                for row in rows
                if key is not None
            ]

        return await self._reader.run(job)

    async def sent_after_all(self, id_: str) -> str | None:
        """Who had a row tried again that had been dead, where it was sent then; None where it was not."""
        is_sent = sa.select(outbox.c.id).where(outbox.c.id == id_, outbox.c.state == leases.DONE)
        by = (
            sa.select(trail.c.actor)
            .where(trail.c.subject == f"outbox/{id_}", trail.c.event == "tried_again")
            .order_by(trail.c.seq.desc())
            .limit(1)
        )

        def job(connection: sa.Connection) -> str | None:
            return None if connection.scalar(is_sent) is None else connection.scalar(by)

        return await self._reader.run(job)

    async def was_sent_since(self, at: datetime) -> bool:
        """Whether anything was sent after that moment."""
        sent = trail.c.event.in_([f"sent_{kind}" for kind in DispatchKind])
        last = sa.select(trail.c.at).where(sent).order_by(trail.c.seq.desc()).limit(1)
        micros = await self._reader.run(lambda connection: connection.scalar(last))
        return micros is not None and micros > to_micros(at)

    async def dead_letters(self, contact_id: str | None = None) -> list[DeadDispatch]:
        """The dead-letter list, newest first; of one contact alone, with its payloads, where its id is given."""
        query = (
            sa.select(outbox.c.id, outbox.c.contact_id, outbox.c.kind, outbox.c.attempts, outbox.c.error, _INSTEAD)
            .where(outbox.c.state == leases.DEAD)
            .order_by(outbox.c.seq.desc())
        )
        if contact_id is None:
            rows = await self._reader.run(lambda connection: connection.execute(query).all())
            return [_dead(row) for row in rows]
        of_one = query.add_columns(outbox.c.payload).where(outbox.c.contact_id == contact_id)

        def job(connection: sa.Connection) -> list[DeadDispatch]:
            return [_dead(row, self._payload(connection, row)) for row in connection.execute(of_one).all()]

        return await self._reader.run(job)

    def _payload(self, connection: sa.Connection, row: Row) -> str | None:
        try:
            return open_text(self._vault.key(connection, row.contact_id), "outbox", "payload", row.id, row.payload)
        except SealError:
            return None

    async def count_damaged(self) -> int:
        """How many rows do not open, and are on the dead-letter list for that."""
        return await self._reader.run(lambda connection: leases.count_damaged(connection, outbox))

    async def retry(self, id_: str, *, actor: str, now: datetime) -> bool:
        """Give a dead row another life. False where it was not dead."""
        return await self._writer.run(lambda connection: leases.revive(connection, outbox, id_, actor=actor, now=now))

    async def waiting(self) -> int:
        """How many rows are still to be sent."""
        count = sa.select(sa.func.count()).select_from(outbox).where(outbox.c.ready_at.is_not(None))
        return await self._reader.run(lambda connection: connection.scalar(count) or 0)

    async def next_ready_at(self) -> datetime | None:
        """When the next row is due, None where there is none."""
        micros = await self._reader.run(lambda connection: connection.scalar(_SOONEST))
        return None if micros is None else from_micros(micros)


def _dead(row: Row, payload: str | None = None) -> DeadDispatch:
    return DeadDispatch(row.id, row.contact_id, row.kind, row.attempts, row.error, row.instead, payload)


def _dispatch(row: Row, token: str, key: RecordKey, size: int, message: Message | None) -> Dispatch:
    """A claimed row, opened. SealError where its payload does not open."""
    payload = open_text(key, "outbox", "payload", row.id, row.payload)
    return replace(_unopened(row, token), payload=payload, size_bytes=size, message=message)


def _unopened(row: Row, token: str) -> Dispatch:
    kind, created_at = DispatchKind(row.kind), from_micros(row.created_at)
    return Dispatch(row.id, row.contact_id, kind, "", token, row.attempts, created_at, 0, deaths=row.deaths)


def _mark_sent(connection: sa.Connection, sent: Sequence[tuple[Dispatch, datetime]]) -> list[None]:
    leases.finish_many(connection, outbox, [(dispatch.id, dispatch.token) for dispatch, _now in sent])
    events = [
        audit.entry(f"sent_{dispatch.kind.value}", actor="gateway", subject=f"outbox/{dispatch.id}", at=now)
        for dispatch, now in sent
    ]
    audit.append_many(connection, events)
    return [None] * len(sent)


_SOONEST = sa.select(sa.func.min(outbox.c.ready_at))
_PUT = Prepared(outbox.insert())
# A release and its rows are of one transaction, and so of one moment.
_RELEASED = (
    sa.select(outbox.c.id, outbox.c.payload, trail.c.actor, trail.c.at)
    .join(trail, trail.c.at == outbox.c.created_at)
    .where(
        outbox.c.contact_id == sa.bindparam("id"),
        outbox.c.kind == DispatchKind.RELAY.value,
        outbox.c.state != leases.DEAD,
        trail.c.event == "released",
        trail.c.subject == sa.bindparam("subject"),
    )
    .order_by(outbox.c.seq)
)
# A row dies and another takes its place in one transaction, and so at one moment. A notification takes no row's place.
_AFTER = outbox.alias()
_INSTEAD = (
    sa.select(_AFTER.c.id)
    .join(trail, trail.c.at == _AFTER.c.created_at)
    .where(
        _AFTER.c.contact_id == outbox.c.contact_id,
        _AFTER.c.kind == outbox.c.kind,
        _AFTER.c.seq > outbox.c.seq,
        trail.c.event == "dispatch_dead",
        trail.c.subject == sa.literal("outbox/") + outbox.c.id,
    )
    .order_by(_AFTER.c.seq)
    .limit(1)
    .scalar_subquery()
    .label("instead")
)
