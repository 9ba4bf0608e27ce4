"""Erasing: the content of contacts that nobody needs any more, and whole files; a certificate is left of each.

The key of a record goes, and with it all that was ever sealed under it, backups included. What it sealed goes too, so
that a key which another process still holds in its memory opens nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

import sqlalchemy as sa

from gateway.store import audit, leases
from gateway.store.alerts import AlertState
from gateway.store.clock import from_micros, to_micros
from gateway.store.errors import FileMoved
from gateway.store.files import Files, record_of
from gateway.store.fresh import FreshMessages
from gateway.store.reader import Reader
from gateway.store.register import RegisterStore
from gateway.store.review import ReviewState
from gateway.store.schema import (
    Row,
    alert,
    body,
    breach,
    certificate,
    contact,
    decision,
    file_step,
    outbox,
    pending_scan,
    retained,
    review,
    spool,
)
from gateway.store.sealing import SealError
from gateway.store.vault import Vault, open_text
from gateway.store.writer import Writer
from models.decision import Decision, Judgement, Queue

CONTACT = "contact"
"""The kind of a contact on its certificate."""

_CERTIFICATES_A_QUERY = 1000


@dataclass(frozen=True, slots=True)
class Certificate:
    """What is left of an erased record. `digest`: SHA-256 in hex of what it held; `rule`: why it went, in words."""

    record: str
    kind: str
    digest: str
    rule: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """What a judgement about retention rests on beside the record itself: the register, and every file there is."""

    register_version: int | None
    last_step: int


@dataclass(frozen=True, slots=True)
class Looked:
    """A contact that nothing in the tables keeps. `judged`: what people said of it; `digest`: of its last decision."""

    contact_id: str
    received_at: int
    decisions: tuple[Decision, ...]
    judged: Mapping[Queue, Judgement]
    digest: bytes


@dataclass(frozen=True, slots=True)
class Page:
    """Some contacts. `last`: where the next page begins, None at the end. `damaged`: those that do not open."""

    found: tuple[Looked, ...]
    damaged: tuple[str, ...]
    last: tuple[int, str] | None


class Retention:
    """Looks for what may go, erases it, and keeps the certificates."""

    def __init__(self, writer: Writer, reader: Reader, vault: Vault, *, files: Files, fresh: FreshMessages) -> None:
        self._writer = writer
        self._reader = reader
        self._vault = vault
        self._files = files
        self._fresh = fresh

    async def standing(self) -> Standing:
        """To be read before records are judged, and given with those to be erased."""
        return await self._reader.run(_standing)

    async def unneeded(self, before: datetime, *, now: datetime, after: tuple[int, str] | None, limit: int) -> Page:
        """Contacts that were received, decided and sent on before a day, and that no table says are needed still.

        Not among them: what has an open review, an undelivered row of the outbox, a pending scan, a breach that is
        flagged or confirmed, an alert nobody acknowledged; nor what was looked at and left alone a short while ago.
        """

        def job(connection: sa.Connection) -> Page:
            received, id_ = after or (0, "")
            values = {"before": to_micros(before), "now": to_micros(now), "at": received, "after": id_, "most": limit}
            rows = connection.execute(_UNNEEDED, values).all()
            ids = [row.id for row in rows]
            self._vault.look_up(connection, ids)
            judged = _judged(connection, ids)
            decisions: dict[str, list[Row]] = {id_: [] for id_ in ids}
            for made in connection.execute(_DECISIONS, {"ids": ids}) if ids else ():
                decisions[made.contact_id].append(made)
            found, damaged = [], []
            for row in rows:
                try:
                    key = self._vault.key(connection, row.id)
                    texts = [
                        open_text(key, "decision", f"sealed/{made.revision}", row.id, made.sealed)
                        for made in decisions[row.id]
                    ]
                except SealError:
                    damaged.append(row.id)
                    continue
                opened = tuple(Decision.model_validate_json(text) for text in texts)
                digest = hashlib.sha256(texts[-1].encode()).digest() if texts else hashlib.sha256(b"").digest()
                found.append(Looked(row.id, row.received_at, opened, judged.get(row.id, {}), digest))
            last = (rows[-1].received_at, rows[-1].id) if len(rows) == limit else None
            return Page(tuple(found), tuple(damaged), last)

        return await self._reader.run(job)

    async def leave(self, because: Mapping[str, str], *, until: datetime) -> None:
        """Contacts that are kept, and why: not to be looked at before `until`."""
        rows = [{"contact_id": id_, "because": why[:32], "again_at": to_micros(until)} for id_, why in because.items()]

        def job(connection: sa.Connection) -> None:
            connection.execute(retained.delete().where(retained.c.contact_id.in_(list(because))))
            connection.execute(retained.insert(), rows)

        if rows:
            await self._writer.run(job)

    async def erase_contents(
        self,
        digests: Mapping[str, bytes],
        *,
        before: datetime,
        rule: str,
        actor: str,
        now: datetime,
        standing: Standing,
    ) -> list[str]:
        """Erase what these contacts say; ids, days, counts and digests stay. The ids of those erased.

        Those that are needed again by now are passed over. FileMoved where the register or any file changed since
        `standing` was read: nothing is erased then.
        """

        def job(connection: sa.Connection) -> list[str]:
            _expect(connection, standing)
            values = {"ids": list(digests), "before": to_micros(before), "now": to_micros(now)}
            ids = list(connection.scalars(_STILL_UNNEEDED, values))
            if not ids:
                return []
            connection.execute(body.delete().where(body.c.contact_id.in_(ids)))
            connection.execute(spool.update().where(spool.c.id.in_(ids)).values(envelope=b""))
            connection.execute(outbox.update().where(outbox.c.contact_id.in_(ids)).values(payload=b""))
            connection.execute(decision.update().where(decision.c.contact_id.in_(ids)).values(sealed=b""))
            for noted in (review, breach):
                connection.execute(noted.update().where(noted.c.contact_id.in_(ids)).values(note=None))
            erased = {"sealed": b"", "erased_at": to_micros(now)}
            connection.execute(contact.update().where(contact.c.id.in_(ids)).values(erased))
            connection.execute(retained.delete().where(retained.c.contact_id.in_(ids)))
            self._vault.erase_many(connection, ids)
            _certify(
                connection,
                [Certificate(f"contact/{id_}", CONTACT, digests[id_].hex(), rule, actor, now) for id_ in ids],
            )
            return ids

        ids = await self._writer.run(job)
        self._vault.let_go(ids)
        self._fresh.forget(ids)
        return ids

    async def erase_file(
        self, id_: str, *, steps: int, rule: str, actor: str, now: datetime, standing: Standing
    ) -> tuple[Certificate, Standing]:
        """Erase a file that has this many steps; with the certificate, how things stand after it.

        FileMoved where the file, the register or any other file changed since `standing` was read.
        """

        def job(connection: sa.Connection) -> tuple[Certificate, Standing]:
            _expect(connection, standing)
            kind, digest = self._digest(connection, id_)
            if not self._files.erase_within(connection, id_, actor=actor, now=now, expected=steps):
                raise FileMoved(f"{id_} is gone already")
            left = Certificate(record_of(id_), kind, digest, rule, actor, now)
            _certify(connection, [left])
            return left, _standing(connection)

        done = await self._writer.run(job)
        self._vault.let_go([record_of(id_)])
        return done

    def _digest(self, connection: sa.Connection, id_: str) -> tuple[str, str]:
        """The file's kind, and SHA-256 over the digests of its steps as the trail has them, in their order."""
        stored = self._files.read_within(connection, id_)
        if stored is None:
            raise FileMoved(f"there is no {id_}")
        whole = hashlib.sha256()
        for step in stored.steps:
            whole.update(hashlib.sha256((step.text or "").encode("utf-8", "surrogatepass")).digest())
        return stored.kind, whole.hexdigest()

    async def certificates(self, since: datetime | None = None) -> list[Certificate]:
        """Every certificate, those from `since` on; the oldest first."""
        found: list[Certificate] = []
        last = 0
        while True:
            values = {"since": 0 if since is None else to_micros(since), "last": last}
            rows = await self._reader.run(partial(_certificates, values=values))
            found += [
                Certificate(row.record, row.kind, row.digest.hex(), row.rule, row.actor, from_micros(row.at))
                for row in rows
            ]
            if len(rows) < _CERTIFICATES_A_QUERY:
                return found
            last = rows[-1].seq


def _certificates(connection: sa.Connection, values: Mapping[str, int]) -> Sequence[Row]:
    return connection.execute(_CERTIFICATES, values).all()


def _standing(connection: sa.Connection) -> Standing:
    return Standing(RegisterStore.read_version(connection), connection.scalar(_NEWEST_STEP) or 0)


def _expect(connection: sa.Connection, standing: Standing) -> None:
    if _standing(connection) != standing:
        raise FileMoved("the register or a file changed meanwhile: look again at what is due")


def _certify(connection: sa.Connection, certificates: Sequence[Certificate]) -> None:
    connection.execute(
        certificate.insert(),
        [
            {
                "record": one.record,
                "kind": one.kind,
                "digest": bytes.fromhex(one.digest),
                "rule": one.rule,
                "actor": one.by,
                "at": to_micros(one.at),
            }
            for one in certificates
        ],
    )
    audit.append_many(
        connection,
        [
            audit.entry("erased", actor=one.by, subject=one.record, at=one.at, digest=digest_of(one))
            for one in certificates
        ],
    )


def digest_of(one: Certificate) -> bytes:
    """SHA-256 of a certificate, which its audit event carries: whoever holds one can show that it is ours."""
    said = [one.record, one.kind, one.digest, one.rule, one.by, to_micros(one.at)]
    return hashlib.sha256(json.dumps(said, separators=(",", ":"), ensure_ascii=False).encode()).digest()


def _judged(connection: sa.Connection, ids: Sequence[str]) -> dict[str, dict[Queue, Judgement]]:
    """What people said of these contacts, the last word of each queue."""
    found: dict[str, dict[Queue, Judgement]] = {}
    for row in connection.execute(_JUDGED, {"ids": ids}) if ids else ():
        found.setdefault(row.contact_id, {})[Queue(row.queue)] = Judgement(row.word)
    return found


_WORD = sa.func.lower(review.c.outcome)
_JUDGED = (
    sa.select(review.c.contact_id, review.c.queue, _WORD.label("word"))
    .where(
        review.c.contact_id.in_(sa.bindparam("ids", expanding=True)),
        review.c.state == ReviewState.CLOSED.value,
        _WORD.in_([own.value for own in Judgement]),
    )
    .order_by(review.c.closed_at, review.c.id)
)
_DECISIONS = (
    sa.select(decision.c.contact_id, decision.c.revision, decision.c.sealed)
    .where(decision.c.contact_id.in_(sa.bindparam("ids", expanding=True)))
    .order_by(decision.c.contact_id, decision.c.revision)
)
_NEWEST_STEP = sa.select(sa.func.max(file_step.c.seq))


def _without(table: sa.Table, column: sa.Column[str], *which: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    return ~sa.exists(sa.select(sa.literal(1)).select_from(table).where(column == contact.c.id, *which))


_BEFORE: sa.BindParameter[Any] = sa.bindparam("before")
_NOW: sa.BindParameter[Any] = sa.bindparam("now")
_NOT_NEEDED = (
    contact.c.erased_at.is_(None),
    contact.c.received_at < _BEFORE,
    # Triaged, and not given up on; what did not come through the spool does not wait in it.
    _without(spool, spool.c.id, spool.c.state != leases.DONE),
    _without(decision, decision.c.contact_id, decision.c.decided_at >= _BEFORE),
    _without(
        outbox,
        outbox.c.contact_id,
        outbox.c.ready_at.is_not(None) | (outbox.c.state != leases.DONE) | (outbox.c.created_at >= _BEFORE),
    ),
    _without(review, review.c.contact_id, review.c.state != ReviewState.CLOSED.value),
    _without(pending_scan, pending_scan.c.id),
    _without(breach, breach.c.contact_id, breach.c.status != Judgement.DISMISSED.value),
    _without(alert, alert.c.contact_id, alert.c.acknowledged_at.is_(None), alert.c.state != AlertState.FOLDED.value),
    _without(retained, retained.c.contact_id, retained.c.again_at > _NOW),
)
_UNNEEDED = (
    sa.select(contact.c.id, contact.c.received_at)
    .where(
        *_NOT_NEEDED,
        sa.tuple_(contact.c.received_at, contact.c.id) > sa.tuple_(sa.bindparam("at"), sa.bindparam("after")),
    )
    .order_by(contact.c.received_at, contact.c.id)
    .limit(sa.bindparam("most"))
)
_STILL_UNNEEDED = (
    sa.select(contact.c.id)
    .where(contact.c.id.in_(sa.bindparam("ids", expanding=True)), *_NOT_NEEDED)
    .order_by(contact.c.id)
)
_CERTIFICATES = (
    sa.select(certificate)
    .where(certificate.c.at >= sa.bindparam("since"), certificate.c.seq > sa.bindparam("last"))
    .order_by(certificate.c.seq)
    .limit(_CERTIFICATES_A_QUERY)
)
