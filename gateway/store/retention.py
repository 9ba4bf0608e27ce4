"""Erasing: the content of contacts that nobody needs any more, and whole files; a certificate is left of each.

The key of a record goes, and with it all that was ever sealed under it, backups included. What it sealed goes too, so
that a key which another process still holds in its memory opens nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

import sqlalchemy as sa

from gateway.store.certificates import Certificate, Certificates, certify
from gateway.store.clock import to_micros
from gateway.store.clocks import file_of
from gateway.store.errors import FileMoved
from gateway.store.files import Files, record_of
from gateway.store.fresh import FreshMessages
from gateway.store.looked import Over, Page, read_page, still_over
from gateway.store.reader import Reader
from gateway.store.register_rows import CURRENT_VERSION
from gateway.store.register_versions import RegisterVersions
from gateway.store.schema import (
    body,
    breach,
    contact,
    decision,
    file,
    file_step,
    outbound,
    outbox,
    promised_reply,
    retained,
    review,
    spool,
)
from gateway.store.vault import Vault
from gateway.store.writer import Writer

CONTACT = "contact"
"""The kind of a contact on its certificate."""

_IDS_A_QUERY = 500


@dataclass(frozen=True, slots=True)
class JudgedOn:
    """What a judgement about retention rests on beside the record itself: the register, and every file there is."""

    register_version: int | None
    last_step: int


@dataclass(frozen=True, slots=True)
class GoesToo:
    """What is erased with a record. `letters`: how many that we noted as sent, by file; `clocks`: by contact."""

    letters: Mapping[str, int]
    clocks: Mapping[str, int]


class Retention:
    """Looks for what may go, and erases it. `certificates`: what is left of it."""

    def __init__(
        self,
        writer: Writer,
        reader: Reader,
        vault: Vault,
        *,
        files: Files,
        versions: RegisterVersions,
        fresh: FreshMessages,
    ) -> None:
        self._writer = writer
        self._reader = reader
        self._vault = vault
        self._files = files
        self._versions = versions
        self._fresh = fresh
        self.certificates = Certificates(reader)

    async def standing(self) -> JudgedOn:
        """To be read before records are judged, and given with those to be erased."""
        return await self._reader.run(_standing)

    async def over(
        self, which: Over, before: datetime, *, now: datetime, after: tuple[int, str] | None, limit: int
    ) -> Page:
        """Contacts that were over before a day."""
        return await self._reader.run(
            partial(read_page, vault=self._vault, which=which, before=before, now=now, after=after, limit=limit)
        )

    async def leave(self, because: Mapping[str, str], *, until: datetime) -> None:
        """Contacts that are kept, and why: not to be looked at before `until`."""
        rows = [{"contact_id": id_, "because": why[:32], "again_at": to_micros(until)} for id_, why in because.items()]

        def job(connection: sa.Connection) -> None:
            connection.execute(retained.delete().where(retained.c.contact_id.in_(list(because))))
            connection.execute(retained.insert(), rows)

        if rows:
            await self._writer.run(job)

    async def goes_too(self, files: Sequence[str], contacts: Sequence[str]) -> GoesToo:
        """What would be erased with these files and contacts."""
        letters: dict[str, int] = {}
        clocks: dict[str, int] = {}
        for start in range(0, len(files), _IDS_A_QUERY):
            letters |= await self._counted(_LETTERS, files[start : start + _IDS_A_QUERY])
        for start in range(0, len(contacts), _IDS_A_QUERY):
            clocks |= await self._counted(_CLOCKS, contacts[start : start + _IDS_A_QUERY])
        return GoesToo(letters, clocks)

    async def _counted(self, query: sa.Select[Any], ids: Sequence[str]) -> dict[str, int]:
        rows = await self._reader.run(lambda connection: connection.execute(query, {"ids": list(ids)}).all())
        return {row[0]: row[1] for row in rows}

    async def erase_contents(
        self,
        digests: Mapping[str, bytes],
        *,
        which: Over,
        before: datetime,
        rule: str,
        actor: str,
        now: datetime,
        standing: JudgedOn,
    ) -> tuple[list[str], JudgedOn]:
        """Erase what these contacts say, and the files of their clocks; ids, days, counts and digests stay.

        The ids of those erased, and how things stand after it. Those that are not over any more are passed over.
        FileMoved where the register or any file changed since `standing` was read: nothing is erased then.
        """

        def job(connection: sa.Connection) -> tuple[list[str], list[str], JudgedOn]:
            _expect(connection, standing)
            ids = still_over(connection, which, list(digests), before=before, now=now)
            if not ids:
                return [], [], standing
            connection.execute(body.delete().where(body.c.contact_id.in_(ids)))
            connection.execute(spool.update().where(spool.c.id.in_(ids)).values(envelope=b""))
            connection.execute(outbox.update().where(outbox.c.contact_id.in_(ids)).values(payload=b""))
            connection.execute(decision.update().where(decision.c.contact_id.in_(ids)).values(sealed=b""))
            for noted in (review, breach, promised_reply):
                connection.execute(noted.update().where(noted.c.contact_id.in_(ids)).values(note=None))
            erased = {"sealed": b"", "erased_at": to_micros(now)}
            connection.execute(contact.update().where(contact.c.id.in_(ids)).values(erased))
            connection.execute(retained.delete().where(retained.c.contact_id.in_(ids)))
            self._vault.erase_many(connection, ids)
            left = [Certificate(f"contact/{id_}", CONTACT, digests[id_].hex(), rule, actor, now) for id_ in ids]
            clocks = list(connection.scalars(_CLOCKS_OF, {"ids": ids}))
            for clock in clocks:
                left.append(self._erase_file(connection, clock, rule=rule, actor=actor, now=now))
            certify(connection, left)
            return ids, clocks, _standing(connection)

        ids, clocks, after = await self._writer.run(job)
        self._vault.let_go([*ids, *map(record_of, clocks)])
        self._fresh.forget(ids)
        return ids, after

    async def erase_file(
        self,
        id_: str,
        *,
        steps: int,
        rule: str,
        actor: str,
        now: datetime,
        standing: JudgedOn,
        copy_of: str | None = None,
    ) -> tuple[Certificate, JudgedOn]:
        """Erase a file that has this many steps; with the certificate, how things stand after it.

        `copy_of`: of a strategy, with whom the register itself has it, too (`RegisterStore.copies_of`); it goes from
        there in the same transaction. FileMoved where the file, the register or any other file changed since
        `standing` was read.
        """

        def job(connection: sa.Connection) -> tuple[Certificate, JudgedOn]:
            _expect(connection, standing)
            left = self._erase_file(connection, id_, steps=steps, rule=rule, actor=actor, now=now)
            if copy_of is not None:
                self._versions.erase_copy_within(connection, id_, person=copy_of, actor=actor, now=now)
            certify(connection, [left])
            return left, _standing(connection)

        done = await self._writer.run(job)
        self._vault.let_go([record_of(id_)])
        return done

    def _erase_file(
        self, connection: sa.Connection, id_: str, *, rule: str, actor: str, now: datetime, steps: int | None = None
    ) -> Certificate:
        """Erase a file within an open transaction; the certificate, still to be left."""
        kind, digest = self._digest(connection, id_)
        if not self._files.erase_within(connection, id_, actor=actor, now=now, expected=steps):
            raise FileMoved(f"{id_} is gone already")
        return Certificate(record_of(id_), kind, digest, rule, actor, now)

    def _digest(self, connection: sa.Connection, id_: str) -> tuple[str, str]:
        """The file's kind, and SHA-256 over the digests of its steps as the trail has them, in their order."""
        stored = self._files.read_within(connection, id_)
        if stored is None:
            raise FileMoved(f"there is no {id_}")
        whole = hashlib.sha256()
        for step in stored.steps:
            whole.update(hashlib.sha256((step.text or "").encode("utf-8", "surrogatepass")).digest())
        return stored.kind, whole.hexdigest()


def _standing(connection: sa.Connection) -> JudgedOn:
    return JudgedOn(connection.scalar(CURRENT_VERSION), connection.scalar(_NEWEST_STEP) or 0)


def _expect(connection: sa.Connection, standing: JudgedOn) -> None:
    if _standing(connection) != standing:
        raise FileMoved("the register or a file changed meanwhile: look again at what is due")


_NEWEST_STEP = sa.select(sa.func.max(file_step.c.seq))
_IDS: sa.BindParameter[Sequence[str]] = sa.bindparam("ids", expanding=True)
_LETTERS = (
    sa.select(outbound.c.file_id, sa.func.count(outbound.c.id.distinct()))
    .where(outbound.c.file_id.in_(_IDS))
    .group_by(outbound.c.file_id)
)
_HAS_A_CLOCK = (file.c.id == sa.literal(file_of("")) + review.c.id) & file.c.erased_at.is_(None)
_CLOCKS = (
    sa.select(review.c.contact_id, sa.func.count())
    .join(file, _HAS_A_CLOCK)
    .where(review.c.contact_id.in_(_IDS))
    .group_by(review.c.contact_id)
)
_CLOCKS_OF = sa.select(file.c.id).join(review, _HAS_A_CLOCK).where(review.c.contact_id.in_(_IDS)).order_by(file.c.id)
