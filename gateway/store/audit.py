"""The audit trail: events written in the transaction they speak of, chained afterwards by one sealer.

An event holds ids and digests, never content, so that retention does not break the chain. Each link is
SHA-256(previous link, this row); whoever holds a published head can prove that nothing before it was changed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from gateway.store.clock import from_micros, to_micros
from gateway.store.prepared import Prepared
from gateway.store.reader import Reader
from gateway.store.schema import Row, audit
from gateway.store.writer import Writer

_START = bytes(32)
_ROWS_A_COMMIT = 1000


@dataclass(frozen=True, slots=True)
class Head:
    """The chain as far as it is sealed: the last event's number and link."""

    seq: int
    chain: str


@dataclass(frozen=True, slots=True)
class Event:
    """Something that was done or looked at. `subject`: what it was done to, such as file/CS-2026-0001."""

    seq: int
    at: datetime
    event: str
    actor: str
    subject: str


class AuditBroken(Exception):
    """The trail was altered; the message says at which event."""


def append(
    connection: sa.Connection, event: str, *, actor: str, subject: str, at: datetime, digest: bytes | None = None
) -> None:
    """One event, in the transaction it belongs to. `subject` is an id; `digest` of what was decided or done."""
    _APPEND.run(connection, entry(event, actor=actor, subject=subject, at=at, digest=digest))


def entry(event: str, *, actor: str, subject: str, at: datetime, digest: bytes | None = None) -> dict[str, object]:
    """An event, to be appended with others."""
    return {"at": to_micros(at), "event": event, "actor": actor, "subject": subject, "digest": digest}


def append_many(connection: sa.Connection, entries: Sequence[dict[str, object]]) -> None:
    """Several events, in their order."""
    _APPEND.run_many(connection, entries)


def _link(previous: bytes, row: Row) -> bytes:
    digest = row.digest.hex() if row.digest is not None else None
    line = json.dumps([row.seq, row.at, row.event, row.actor, row.subject, digest], separators=(",", ":"))
    return hashlib.sha256(previous + line.encode()).digest()


class AuditTrail:
    """Chains what was appended, and proves the chain."""

    def __init__(self, writer: Writer, reader: Reader) -> None:
        self._writer = writer
        self._reader = reader

    async def record(self, event: str, *, actor: str, subject: str, at: datetime, digest: bytes | None = None) -> None:
        """An event that stands alone, such as somebody viewing a record."""
        await self._writer.run(
            lambda connection: append(connection, event, actor=actor, subject=subject, at=at, digest=digest)
        )

    async def seal(self) -> Head | None:
        """Chain the events not yet chained, in order; the new head, None for an empty trail."""

        def job(connection: sa.Connection) -> int:
            previous = connection.execute(_LAST_SEALED).one_or_none()
            last, link = (previous.seq, previous.chain) if previous else (0, _START)
            rows = connection.execute(_AFTER, {"last": last, "most": _ROWS_A_COMMIT}).all()
            links = []
            for row in rows:
                link = _link(link, row)
                links.append({"its_seq": row.seq, "its_link": link})
            _CHAIN.run_many(connection, links)
            return len(rows)

        while await self._writer.run(job) == _ROWS_A_COMMIT:
            pass
        return await self.head()

    async def head(self) -> Head | None:
        """The last sealed event and its link."""
        row = await self._reader.run(lambda connection: connection.execute(_LAST_SEALED).one_or_none())
        return None if row is None else Head(row.seq, row.chain.hex())

    async def events(
        self, *, subject: str | None = None, actor: str | None = None, since: datetime | None = None
    ) -> list[Event]:
        """The events, the oldest first; only those about `subject`, by `actor` (in any case), from `since` on."""
        wanted = sa.select(audit).order_by(audit.c.seq)
        if subject is not None:
            # A subject is a path such as file/CS-2026-0001/3: the id is one of its steps, whole.
            path = sa.literal("/") + audit.c.subject + sa.literal("/")
            wanted = wanted.where(sa.func.instr(path, f"/{subject}/") > 0)
        if actor is not None:
            wanted = wanted.where(sa.func.lower(audit.c.actor) == actor.lower())
        if since is not None:
            wanted = wanted.where(audit.c.at >= to_micros(since))

        def job(connection: sa.Connection) -> list[Event]:
            return [
                Event(row.seq, from_micros(row.at), row.event, row.actor, row.subject)
                for row in connection.execute(wanted)
            ]

        return await self._reader.run(job)

    async def begins(self) -> datetime | None:
        """When the first event was; None for an empty trail."""
        first = await self._reader.run(
            lambda connection: connection.scalar(sa.select(audit.c.at).order_by(audit.c.seq).limit(1))
        )
        return None if first is None else from_micros(first)

    async def subjects(self, event: str) -> list[str]:
        """What events of this name were about, the oldest first."""
        wanted = sa.select(audit.c.subject).where(audit.c.event == event).order_by(audit.c.seq)
        return await self._reader.run(lambda connection: list(connection.scalars(wanted)))

    async def verify(self, published: Head | None = None) -> int:
        """How many events the chain holds. AuditBroken where it, or a published head, does not match."""

        def job(connection: sa.Connection) -> int:
            link, count, matched = _START, 0, published is None
            unchained: int | None = None
            for row in connection.execute(sa.select(audit).order_by(audit.c.seq)):
                if row.chain is None:
                    unchained = row.seq if unchained is None else unchained
                    continue
                if unchained is not None:  # the sealer chains in order: only the newest events may still be loose
                    raise AuditBroken(f"event {unchained} was taken out of the chain or put into it")
                link = _link(link, row)
                if link != row.chain:
                    raise AuditBroken(f"event {row.seq} or one before it was changed, added or removed")
                count += 1
                if published is not None and row.seq == published.seq:
                    matched = link.hex() == published.chain
            if not matched:
                raise AuditBroken(f"the published head {published.seq if published else ''} is not in this chain")
            return count

        return await self._reader.run(job)


_APPEND = Prepared(audit.insert())
_LAST_SEALED = (
    sa.select(audit.c.seq, audit.c.chain).where(audit.c.chain.is_not(None)).order_by(audit.c.seq.desc()).limit(1)
)
# One writer numbers the events: what is not chained yet comes after all that is.
_AFTER = sa.select(audit).where(audit.c.seq > sa.bindparam("last")).order_by(audit.c.seq).limit(sa.bindparam("most"))
_CHAIN = Prepared(audit.update().where(audit.c.seq == sa.bindparam("its_seq")).values(chain=sa.bindparam("its_link")))
