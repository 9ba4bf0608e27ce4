"""The replies that reply cycles promise: which wait, and what a named person said of each."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from gateway.store import audit
from gateway.store.clock import from_micros, to_micros
from gateway.store.prepared import Prepared
from gateway.store.reader import Reader
from gateway.store.schema import Row, contact, promised_reply
from gateway.store.sealing import RecordKey
from gateway.store.vault import Vault, open_text, seal_text
from gateway.store.writer import Writer
from routing.promised import PromisedReply


@dataclass(frozen=True, slots=True)
class OwedReply:
    """A reply to one contact, under one strategy.

    `answered_on`: the day it went, or that none was needed; None while it is owed.
    """

    contact_id: str
    strategy: str
    received_at: datetime
    due: date
    answered_on: date | None = None
    answered_by: str | None = None


class PromisedReplies:
    """Reads them, and writes what people did."""

    def __init__(self, writer: Writer, reader: Reader, vault: Vault) -> None:
        self._writer = writer
        self._reader = reader
        self._vault = vault

    @staticmethod
    def insert(connection: sa.Connection, promised: Sequence[tuple[str, PromisedReply]]) -> None:
        """By contact, in its recording transaction; none beside one of the same strategy that is there already."""
        if not promised:
            return
        ids = sorted({id_ for id_, _reply in promised})
        known = {tuple(row) for row in connection.execute(_THERE, {"ids": ids})}
        rows = [
            {"contact_id": id_, "strategy": reply.strategy, "due": reply.by.isoformat()}
            for id_, reply in promised
            if (id_, reply.strategy) not in known
        ]
        _PUT.run_many(connection, rows)

    async def owed(self) -> list[OwedReply]:
        """Those that nobody has answered, soonest due first."""
        return await self._read(_REPLIES.where(promised_reply.c.answered_at.is_(None)))

    async def versions(self) -> dict[tuple[str, date], str]:
        """By strategy and day: another text whenever more was promised for that day, or something was taken back."""
        rows = await self._reader.run(lambda connection: connection.execute(_VERSIONS).all())
        return {(row.strategy, date.fromisoformat(row.due)): f"{row.promised} {row.taken_back}" for row in rows}

    async def answered(self, strategy: str, due: date) -> list[OwedReply]:
        """Those of a strategy that were due on a day and are answered; not of contacts whose content was erased."""
        which = (
            promised_reply.c.strategy == strategy,
            promised_reply.c.due == due.isoformat(),
            promised_reply.c.answered_at.is_not(None),
            contact.c.erased_at.is_(None),
        )
        return await self._read(_REPLIES.where(*which))

    async def to(self, contact_id: str) -> list[OwedReply]:
        """Those to a contact, answered or not."""
        return await self._read(_REPLIES.where(promised_reply.c.contact_id == contact_id))

    async def _read(self, query: sa.Select[*tuple[object, ...]]) -> list[OwedReply]:
        return [_owed(row) for row in await self._reader.run(lambda connection: connection.execute(query).all())]

    async def answer(
        self, strategy: str, ids: Collection[str], *, on: date, how: str, by: str, now: datetime
    ) -> list[str]:
        """A named person's word that these contacts were answered; the ids of those that waited for it."""
        said = {"answered_on": on.isoformat(), "answered_by": by, "answered_at": to_micros(now)}
        which = _of(strategy, ids) & promised_reply.c.answered_at.is_(None)
        note = f"{by}, answered on {on}: {how}"
        return await self._writer.run(
            lambda connection: self._noted(connection, which, said, note, "reply_recorded", by, now)
        )

    async def take_back(self, strategy: str, ids: Collection[str], *, reason: str, by: str, now: datetime) -> list[str]:
        """That these were answered was an error: they are owed again. The ids of those that were recorded as answered.

        The reason is added to the note.
        """
        unsaid: dict[str, object] = dict.fromkeys(("answered_on", "answered_by", "answered_at"))
        unsaid["taken_back_at"] = to_micros(now)
        which = _of(strategy, ids) & promised_reply.c.answered_at.is_not(None)
        note = f"{by}, taken back: {reason}"
        return await self._writer.run(
            lambda connection: self._noted(connection, which, unsaid, note, "reply_taken_back", by, now)
        )

    def _noted(
        self,
        connection: sa.Connection,
        which: sa.ColumnElement[bool],
        values: dict[str, object],
        note: str,
        event: str,
        by: str,
        now: datetime,
    ) -> list[str]:
        rows = connection.execute(sa.select(promised_reply).where(which)).all()
        for row in rows:
            key, place = self._vault.key(connection, row.contact_id), note_place(row)
            before = [] if row.note is None else [note_of(key, row)]
            sealed = seal_text(key, "promised_reply", "note", place, "\n".join([*before, note]))
            this = _of(row.strategy, [row.contact_id])
            connection.execute(promised_reply.update().where(this).values(**values, note=sealed))
            audit.append(connection, event, actor=by, subject=f"contact/{place}", at=now)
        return [row.contact_id for row in rows]


_REPLIES = (
    sa.select(promised_reply, contact.c.received_at)
    .join(contact, contact.c.id == promised_reply.c.contact_id)
    .order_by(promised_reply.c.due, contact.c.received_at, promised_reply.c.contact_id, promised_reply.c.strategy)
)
_VERSIONS = sa.select(
    promised_reply.c.strategy,
    promised_reply.c.due,
    sa.func.count().label("promised"),
    sa.func.max(promised_reply.c.taken_back_at).label("taken_back"),
).group_by(promised_reply.c.strategy, promised_reply.c.due)
_THERE = sa.select(promised_reply.c.contact_id, promised_reply.c.strategy).where(
    promised_reply.c.contact_id.in_(sa.bindparam("ids", expanding=True))
)
_PUT = Prepared(promised_reply.insert())


def note_of(key: RecordKey, row: Row) -> str:
    """What people said of a reply, a line each time."""
    return open_text(key, "promised_reply", "note", note_place(row), row.note)


def note_place(row: Row) -> str:
    """What a note's seal is bound to."""
    return f"{row.contact_id}/{row.strategy}"


def _of(strategy: str, ids: Collection[str]) -> sa.ColumnElement[bool]:
    return sa.and_(promised_reply.c.strategy == strategy, promised_reply.c.contact_id.in_(ids))


def _owed(row: Row) -> OwedReply:
    return OwedReply(
        contact_id=row.contact_id,
        strategy=row.strategy,
        received_at=from_micros(row.received_at),
        due=date.fromisoformat(row.due),
        answered_on=None if row.answered_on is None else date.fromisoformat(row.answered_on),
        answered_by=row.answered_by,
    )
