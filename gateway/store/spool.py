"""What was accepted and is not yet triaged: raw bytes on disk before the sender hears 250 (DESIGN §1.1)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TypeVar

import sqlalchemy as sa

from gateway.clock import utc_now
from gateway.crashpoints import crash_point
from gateway.ids import new_id
from gateway.intake.spool_port import Earlier, SpoolUnavailable
from gateway.store import audit, leases
from gateway.store.accepted import SMALL_BYTES, Accepted, open_envelope
from gateway.store.claiming import take
from gateway.store.clock import to_micros
from gateway.store.deaths import ServerDied, cannot_be_given_up_on, is_deadly
from gateway.store.engine import is_disk_full
from gateway.store.errors import StoreError
from gateway.store.fresh import FreshMessages
from gateway.store.outbox import NewDispatch, OutboxStore
from gateway.store.prepared import Prepared
from gateway.store.reader import Reader
from gateway.store.schema import Row, body, record_key, spool
from gateway.store.sealing import Index, Place, RecordKey, SealError, seal
from gateway.store.vault import Vault, seal_text
from gateway.store.writer import Writer
from models.envelope import Envelope

T = TypeVar("T")

CHUNK_BYTES = 256 * 1024
"""Larger bodies are stored in chunks of this size, each its own commit (DESIGN §3)."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One accepted message in a worker's hands. `attempts` counts this one.

    `relayed`: it went to everybody addressed before it was triaged, in pass-through. `content`: its bytes, where they
    are few; of a large one they are read when its turn comes (`Spool.content`). `deaths`: of the serving process in a
    row, while it was in hand.
    """

    contact_id: str
    token: str
    attempts: int
    envelope: Envelope
    size_bytes: int
    relayed: bool
    content: bytes | None = field(default=None, repr=False)
    deaths: int = 0


@dataclass(frozen=True, slots=True)
class _Arrival:
    """A message that fits one chunk, on its way in."""

    contact_id: str
    envelope: Envelope
    content: bytes


class Spool:
    """Accepts, hands out, and takes back messages."""

    def __init__(
        self,
        writer: Writer,
        reader: Reader,
        vault: Vault,
        index: Index,
        *,
        fresh: FreshMessages,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._fresh = fresh
        self._writer = writer
        self._reader = reader
        self._vault = vault
        self._index = index
        self._read = Accepted(vault)
        self._now = now
        self.on_accepted: Callable[[], None] = lambda: None

    async def accept(self, envelope: Envelope, content: bytes) -> str:
        """The new contact's id, after the commit. A second accept of one `source_key` gives the first's id."""
        if len(content) > CHUNK_BYTES:
            return await self._accept_large(envelope, content)
        arrival = _Arrival(new_id(), envelope, content)

        async def put() -> str:
            contact_id, key = await self._writer.run_together(self._put, arrival, urgent=True)
            if key is not None:
                self._vault.hold(contact_id, key)
                if len(content) <= SMALL_BYTES:
                    self._fresh.put(contact_id, envelope, content)
            return contact_id

        return await self._accepting(put, last=True)

    def _put(self, connection: sa.Connection, arrivals: Sequence[_Arrival]) -> list[tuple[str, RecordKey | None]]:
        """Write several messages: id and key of each, or no key and the id that was there under its `source_key`."""
        ids: dict[int, str] = {}
        fresh: dict[str, _Arrival] = {}  # by source key: the same call may come twice in one commit
        for number, arrival in enumerate(arrivals):
            same = arrival.envelope.source_key or arrival.contact_id
            known = fresh[same].contact_id if same in fresh else self._known(connection, arrival.envelope)
            ids[number] = known or arrival.contact_id
            if known is None:
                fresh[same] = arrival
        keys = self._vault.make_many(connection, [arrival.contact_id for arrival in fresh.values()])
        _PUT_CHUNK.run_many(
            connection,
            [self._chunk_row(keys[new.contact_id], new.contact_id, 0, new.content) for new in fresh.values()],
        )
        _PUT_HEAD.run_many(
            connection,
            [
                self._head_row(keys[new.contact_id], new.contact_id, new.envelope, chunks=1, size=len(new.content))
                for new in fresh.values()
            ],
        )
        return [(ids[number], keys.get(arrival.contact_id)) for number, arrival in enumerate(arrivals)]

    async def _accept_large(self, envelope: Envelope, content: bytes) -> str:
        writer = await self.begin(envelope)
        try:
            for start in range(0, len(content), CHUNK_BYTES):
                await writer.write(content[start : start + CHUNK_BYTES])
            return await writer.finish(envelope)
        except SpoolUnavailable:
            # Room is what may be short. Where even this fails, the chunks are orphans and collected later.
            with suppress(sa.exc.SQLAlchemyError, StoreError):
                await writer.abandon()
            raise

    async def begin(self, envelope: Envelope) -> ChunkWriter:  # noqa: ARG002 - the port's signature
        """Start a large body: nothing of it is visible before `finish`, which brings the envelope that counts."""
        return ChunkWriter(self, new_id())

    async def claim(self, *, now: datetime, lease: timedelta, limit: int, only: str | None = None) -> list[Claim]:
        """Take up to `limit` messages that are ready, oldest first; `only` the one of this id, where it is given."""
        return await take(
            self._writer,
            self._reader,
            spool,
            self._open_claims,
            self._claims_at_hand,
            now=now,
            lease=lease,
            limit=limit,
            dead_event="triage_dead",
            only=only,
        )

    def _claims_at_hand(self, token: str, rows: Sequence[Row]) -> list[Claim] | None:
        messages = self._fresh.of([row.id for row in rows])
        if messages is None:
            return None
        return [
            Claim(row.id, token, row.attempts, envelope, row.size_bytes, row.relayed, content, row.deaths)
            for row, (envelope, content) in zip(rows, messages, strict=True)
        ]

    def _open_claims(
        self, connection: sa.Connection, token: str, rows: Sequence[Row]
    ) -> tuple[list[Claim], dict[str, str]]:
        """The claims, and why those that do not open do not, by contact id."""
        self._vault.look_up(connection, [row.id for row in rows])
        # To unpack what is deadly may be what kills.
        contents = self._read.small_contents(connection, [row for row in rows if not is_deadly(row.deaths)])
        claims, damaged = [], {}
        for row in rows:
            if cannot_be_given_up_on(row.deaths):
                damaged[row.id] = ServerDied.__name__
                continue
            try:
                key = self._vault.key(connection, row.id)
                envelope = open_envelope(key, row.id, row.envelope)
            except (SealError, ValueError) as error:
                damaged[row.id] = f"the envelope: {type(error).__name__}"
                continue
            content = contents.get(row.id)
            claims.append(
                Claim(row.id, token, row.attempts, envelope, row.size_bytes, row.relayed, content, row.deaths)
            )
        return claims, damaged

    async def content(self, contact_id: str) -> bytes:
        """The bytes as accepted. SealError where they were erased, or a part of them is gone."""
        return await self._reader.run(lambda connection: self._read.content(connection, contact_id))

    async def message(self, contact_id: str) -> tuple[Envelope, bytes] | None:
        """Envelope and bytes of an accepted message, None for an unknown id."""

        def job(connection: sa.Connection) -> tuple[Envelope, bytes] | None:
            envelope = self._read.envelope(connection, contact_id)
            return None if envelope is None else (envelope, self._read.content(connection, contact_id))

        return await self._reader.run(job)

    async def earlier(self, source_keys: Sequence[str]) -> dict[str, Earlier]:
        """What was accepted under each of these keys, by key; keys that are not known are left out."""
        keys = {self._index.hash("source", key): key for key in source_keys}
        query = sa.select(spool.c.source_hash, spool.c.id).where(spool.c.source_hash.in_(keys))

        def job(connection: sa.Connection) -> dict[str, Earlier]:
            rows = connection.execute(query).all()
            self._vault.look_up(connection, [row.id for row in rows])
            return {keys[row.source_hash]: Earlier(row.id, self._opened(connection, row.id)) for row in rows}

        try:
            return await self._reader.run(job)
        except (sa.exc.SQLAlchemyError, StoreError) as error:
            raise SpoolUnavailable from error

    def _opened(self, connection: sa.Connection, contact_id: str) -> bytes | None:
        try:
            return self._read.content(connection, contact_id)
        except SealError:
            return None

    async def envelope(self, contact_id: str) -> Envelope | None:
        """The envelope of an accepted message, None for an unknown id."""
        return await self._reader.run(lambda connection: self._read.envelope(connection, contact_id))

    async def relay_first(self, claim: Claim, relay: NewDispatch, *, now: datetime) -> Claim:
        """In pass-through: put the relay in the outbox before anything is read. The claim, marked as relayed."""

        def job(connection: sa.Connection) -> None:
            leases.expect_held(connection, spool, claim.contact_id, claim.token)
            key = self._vault.key(connection, claim.contact_id)
            first = (spool.c.id == claim.contact_id) & spool.c.relayed.is_(False)
            if connection.execute(spool.update().where(first).values(relayed=True)).rowcount:
                OutboxStore.add(connection, key, claim.contact_id, [relay], now)

        await self._writer.run(job)
        return replace(claim, relayed=True)

    async def extend(self, held: Collection[tuple[str, str]], *, until: datetime) -> None:
        """Hold claims, as (contact id, token), until a later time; those that have passed on are left alone."""
        if held:
            await self._writer.run(lambda connection: leases.extend(connection, spool, held, until=until))

    async def give_back(self, claim: Claim, *, ready_at: datetime, error: str) -> None:
        """Another attempt later. ClaimLost where the lease has passed on."""
        await self._writer.run(
            lambda connection: leases.give_back(
                connection, spool, claim.contact_id, claim.token, ready_at=ready_at, error=error
            )
        )

    async def retry(self, contact_id: str, *, actor: str, now: datetime) -> bool:
        """Give a dead message another life. False where it was not dead."""
        return await self._writer.run(
            lambda connection: leases.revive(connection, spool, contact_id, actor=actor, now=now)
        )

    async def release(
        self, contact_id: str, relays: Sequence[NewDispatch], *, held: bool, actor: str, now: datetime
    ) -> None:
        """A person sends it on by hand; audited. `held`: another attempt at its triage will not send it again."""

        def job(connection: sa.Connection) -> None:
            if held:
                connection.execute(spool.update().where(spool.c.id == contact_id).values(relayed=True))
            key = self._vault.key_or_make(connection, contact_id)
            OutboxStore.add(connection, key, contact_id, relays, now)
            audit.append(connection, "released", actor=actor, subject=f"contact/{contact_id}", at=now)

        await self._writer.run(job)

    async def dead(self) -> list[tuple[str, int, str | None]]:
        """Messages that triage gave up on, newest first: (contact id, attempts, error)."""
        query = (
            sa.select(spool.c.id, spool.c.attempts, spool.c.error)
            .where(spool.c.state == leases.DEAD)
            .order_by(spool.c.seq.desc())
        )
        rows = await self._reader.run(lambda connection: connection.execute(query).all())
        return [(row.id, row.attempts, row.error) for row in rows]

    async def unread(self) -> list[str]:
        """Messages whose triage is not done, the oldest first: they wait, or triage gave up on them."""
        query = sa.select(spool.c.id).where(spool.c.state != leases.DONE).order_by(spool.c.seq)
        return await self._reader.run(lambda connection: list(connection.scalars(query)))

    async def count_damaged(self) -> int:
        """How many messages do not open, and wait on the dead-letter list for that."""
        return await self._reader.run(lambda connection: leases.count_damaged(connection, spool))

    async def is_held(self, contact_id: str) -> bool:
        """Whether the message went to nobody: triage gave up on it, or its envelope says to hold it."""
        query = sa.select(spool.c.state).where(spool.c.id == contact_id)
        if await self._reader.run(lambda connection: connection.scalar(query)) == leases.DEAD:
            return True
        envelope = await self.envelope(contact_id)
        return envelope is not None and envelope.hold is not None

    async def is_tried_again(self, contact_id: str) -> bool:
        """Whether the triage of a message that is recorded is still to be done: an attempt at it failed."""
        query = sa.select(spool.c.ready_at).where(spool.c.id == contact_id)
        return await self._reader.run(lambda connection: connection.scalar(query)) is not None

    async def waiting(self) -> int:
        """How many accepted messages are not yet triaged."""
        count = sa.select(sa.func.count()).select_from(spool).where(spool.c.ready_at.is_not(None))
        return await self._reader.run(lambda connection: connection.scalar(count) or 0)

    async def oldest_waiting(self) -> int | None:
        """When the oldest message not yet triaged was accepted (microseconds), None if there is none.

        Not when it was received: a call log of last week has only just come in.
        """
        oldest = (
            sa.select(sa.func.min(body.c.written_at))
            .join(spool, spool.c.id == body.c.contact_id)
            .where(spool.c.ready_at.is_not(None), body.c.chunk == 0)
        )
        return await self._reader.run(lambda connection: connection.scalar(oldest))

    async def collect_orphans(self, older_than: datetime) -> int:
        """Remove chunks whose head row never came, written before `older_than`; how many bodies went."""
        orphaned = (
            sa.select(body.c.contact_id)
            .outerjoin(spool, spool.c.id == body.c.contact_id)
            .where(spool.c.id.is_(None))
            .group_by(body.c.contact_id)
            .having(sa.func.max(body.c.written_at) < to_micros(older_than))
        )

        def job(connection: sa.Connection) -> int:
            ids = list(connection.scalars(orphaned))
            for contact_id in ids:
                _forget(connection, contact_id)
            return len(ids)

        return await self._writer.run(job)

    async def _accepting(self, write: Callable[[], Awaitable[T]], *, last: bool = False) -> T:
        """Write part of an accept; the `last` one makes the message exist."""
        crash_point("before_spool_commit" if last else "mid_chunk")
        try:
            result = await write()
        except (sa.exc.SQLAlchemyError, StoreError, SealError) as error:
            raise SpoolUnavailable("full" if is_disk_full(error) else "unavailable") from error
        if last:
            crash_point("after_spool_commit")
            self.on_accepted()
        return result

    def _known(self, connection: sa.Connection, envelope: Envelope) -> str | None:
        if envelope.source_key is None:
            return None
        hashed = self._index.hash("source", envelope.source_key)
        return connection.scalar(sa.select(spool.c.id).where(spool.c.source_hash == hashed))

    def _chunk_row(self, key: RecordKey, contact_id: str, chunk: int, data: bytes) -> dict[str, object]:
        return {
            "contact_id": contact_id,
            "chunk": chunk,
            "written_at": to_micros(self._now()),
            "data": seal(key, Place("body", f"data/{chunk}", contact_id), data),
        }

    def _head_row(
        self, key: RecordKey, contact_id: str, envelope: Envelope, *, chunks: int, size: int
    ) -> dict[str, object]:
        source_key = envelope.source_key
        return {
            "id": contact_id,
            "received_at": to_micros(envelope.received_at),
            "source_hash": None if source_key is None else self._index.hash("source", source_key),
            "envelope": seal_text(key, "spool", "envelope", contact_id, envelope.model_dump_json()),
            "chunks": chunks,
            "size_bytes": size,
            "relayed": False,
            "state": leases.WAITING,
            "attempts": 0,
            # Not when it was received: a log of last month's calls does not go before the mail of this minute.
            "ready_at": to_micros(self._now()),
        }


class ChunkWriter:
    """A large body on its way in. Only `finish` makes it a message; until then it is an orphan to be collected."""

    def __init__(self, into: Spool, contact_id: str) -> None:
        self._spool = into
        self._contact_id = contact_id
        self._begun = False
        self._chunks = 0
        self._size = 0

    async def write(self, chunk: bytes) -> None:
        """One chunk, committed on its own."""
        number = self._chunks

        def job(connection: sa.Connection) -> None:
            vault = self._spool._vault
            make = vault.make if number == 0 else vault.key
            key = make(connection, self._contact_id)
            _PUT_CHUNK.run(connection, self._spool._chunk_row(key, self._contact_id, number, chunk))

        self._begun = True
        await self._spool._accepting(lambda: self._spool._writer.run(job, urgent=True))
        self._chunks += 1
        self._size += len(chunk)

    async def finish(self, envelope: Envelope) -> str:
        """The head row: from this commit on the message exists. Its contact id."""
        if self._chunks == 0:
            return await self._spool.accept(envelope, b"")

        def job(connection: sa.Connection) -> str:
            if (known := self._spool._known(connection, envelope)) is not None:
                _forget(connection, self._contact_id)
                return known
            stored = connection.scalar(_CHUNK_COUNT, {"id": self._contact_id})
            if stored != self._chunks:  # collected as an orphan meanwhile: the sender must send it again
                raise StoreError(f"{stored} of {self._chunks} chunks of {self._contact_id} are there")
            key = self._spool._vault.key(connection, self._contact_id)
            head = self._spool._head_row(key, self._contact_id, envelope, chunks=self._chunks, size=self._size)
            _PUT_HEAD.run(connection, head)
            return self._contact_id

        return await self._spool._accepting(lambda: self._spool._writer.run(job, urgent=True), last=True)

    async def abandon(self) -> None:
        """Take back what was written; the sender did not hear 250."""
        if self._begun:  # even where the caller left before it heard of the first commit
            await self._spool._writer.run(lambda connection: _forget(connection, self._contact_id))


def _forget(connection: sa.Connection, contact_id: str) -> None:
    connection.execute(body.delete().where(body.c.contact_id == contact_id))
    connection.execute(record_key.delete().where(record_key.c.record_id == contact_id))


_PUT_CHUNK, _PUT_HEAD = Prepared(body.insert()), Prepared(spool.insert())
_CHUNK_COUNT = sa.select(sa.func.count()).select_from(body).where(body.c.contact_id == sa.bindparam("id"))
