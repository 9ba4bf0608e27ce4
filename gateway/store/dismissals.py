"""Ties that a person looked at and said: not them. Remembered, and not asked again (CONTRACT §4.3)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa

from gateway.store import audit
from gateway.store.clock import to_micros
from gateway.store.reader import Reader
from gateway.store.schema import dismissed_tie
from gateway.store.sealing import Index
from gateway.store.vault import Vault, open_text, seal_text
from gateway.store.writer import Writer


class Dismissals:
    """Pairs of a person and a tie (as `routing.identity.match.tie_name` writes it)."""

    def __init__(self, writer: Writer, reader: Reader, vault: Vault, index: Index) -> None:
        self._writer = writer
        self._reader = reader
        self._vault = vault
        self._index = index

    async def of(self, people: Iterable[str]) -> frozenset[tuple[str, str]]:
        """What has been dismissed for any of these people."""
        wanted = sorted(set(people))
        if not wanted:
            return frozenset()

        def job(connection: sa.Connection) -> frozenset[tuple[str, str]]:
            return frozenset(
                (row.person, self._open(connection, row.person, row.sealed))
                for row in connection.execute(_OF_PEOPLE, {"people": wanted})
            )

        return await self._reader.run(job)

    async def dismiss(self, person: str, tie: str, *, actor: str, now: datetime) -> bool:
        """Remember that this tie does not mean this person. False where that is known already."""
        hashed = self._index.hash("tie", person, tie)

        def job(connection: sa.Connection) -> bool:
            known = (dismissed_tie.c.person == person) & (dismissed_tie.c.tie_hash == hashed)
            if connection.scalar(sa.select(dismissed_tie.c.person).where(known)) is not None:
                return False
            record = _record(person)
            key = self._vault.key_or_make(connection, record)
            sealed = seal_text(key, "dismissed_tie", "sealed", record, tie)
            connection.execute(
                dismissed_tie.insert(),
                {"person": person, "tie_hash": hashed, "sealed": sealed, "at": to_micros(now), "actor": actor},
            )
            audit.append(connection, "tie_dismissed", actor=actor, subject=f"person/{person}", at=now)
            return True

        return await self._writer.run(job)

    def _open(self, connection: sa.Connection, person: str, sealed: bytes) -> str:
        record = _record(person)
        return open_text(self._vault.key(connection, record), "dismissed_tie", "sealed", record, sealed)


def _record(person: str) -> str:
    return f"dismissed/{person}"


_OF_PEOPLE = sa.select(dismissed_tie.c.person, dismissed_tie.c.sealed).where(
    dismissed_tie.c.person.in_(sa.bindparam("people", expanding=True))
)
