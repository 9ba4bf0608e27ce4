"""What was accepted, read back: envelopes and bytes, one at a time or many small ones in one query."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

import sqlalchemy as sa

from gateway.store.schema import Row, body, spool
from gateway.store.sealing import Place, RecordKey, SealError, unseal
from gateway.store.vault import Vault, open_text
from models.envelope import Envelope

SMALL_BYTES = 64 * 1024
"""What is no larger is read together with the work on it: a few dozen of them at once are no burden on memory."""


class Accepted:
    """Reads within open transactions; whoever asks owns them."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def content(self, connection: sa.Connection, contact_id: str) -> bytes:
        """The bytes as accepted. SealError where they were erased, or a part of them is gone."""
        key = self._vault.key(connection, contact_id)
        rows = connection.execute(_CHUNKS, {"id": contact_id}).all()
        expected = connection.scalar(_EXPECTED, {"id": contact_id})
        if [row.chunk for row in rows] != list(range(expected or 0)):
            raise SealError(f"the body of record {contact_id} is incomplete: a chunk of it is missing")
        return b"".join(unseal(key, Place("body", f"data/{row.chunk}", contact_id), row.data) for row in rows)

    def envelope(self, connection: sa.Connection, contact_id: str) -> Envelope | None:
        """The envelope, None for an unknown id. SealError where it was erased."""
        sealed = connection.scalar(_ENVELOPE, {"id": contact_id})
        if sealed is None:
            return None
        return open_envelope(self._vault.key(connection, contact_id), contact_id, sealed)

    def small_contents(self, connection: sa.Connection, rows: Sequence[Row]) -> dict[str, bytes]:
        """The bytes of those spool rows that are small, by id; what does not open is left to `content` to explain."""
        small = [row.id for row in rows if row.chunks == 1 and row.size_bytes <= SMALL_BYTES]
        opened = {}
        for row in connection.execute(_FIRST_CHUNKS, {"ids": small}) if small else ():
            with suppress(SealError):
                key = self._vault.key(connection, row.contact_id)
                opened[row.contact_id] = unseal(key, Place("body", "data/0", row.contact_id), row.data)
        return opened

    def messages(
        self, connection: sa.Connection, contact_ids: Sequence[str]
    ) -> dict[str, tuple[int, tuple[Envelope, bytes] | None]]:
        """Of each that is known: its size in bytes and, where it is small and opens, envelope and bytes."""
        rows = connection.execute(_HEADS, {"ids": contact_ids}).all()
        contents = self.small_contents(connection, rows)
        found: dict[str, tuple[int, tuple[Envelope, bytes] | None]] = {}
        for row in rows:
            message = None
            if row.id in contents:
                with suppress(SealError, ValueError):
                    key = self._vault.key(connection, row.id)
                    message = open_envelope(key, row.id, row.envelope), contents[row.id]
            found[row.id] = row.size_bytes, message
        return found


def open_envelope(key: RecordKey, contact_id: str, sealed: bytes) -> Envelope:
    """The envelope of a spool row. SealError or ValueError where it does not open."""
    return Envelope.model_validate_json(open_text(key, "spool", "envelope", contact_id, sealed))


_CHUNKS = sa.select(body.c.chunk, body.c.data).where(body.c.contact_id == sa.bindparam("id")).order_by(body.c.chunk)
_FIRST_CHUNKS = sa.select(body.c.contact_id, body.c.data).where(
    body.c.contact_id.in_(sa.bindparam("ids", expanding=True)), body.c.chunk == 0
)
_EXPECTED = sa.select(spool.c.chunks).where(spool.c.id == sa.bindparam("id"))
_ENVELOPE = sa.select(spool.c.envelope).where(spool.c.id == sa.bindparam("id"))
_HEADS = sa.select(spool.c.id, spool.c.chunks, spool.c.size_bytes, spool.c.envelope).where(
    spool.c.id.in_(sa.bindparam("ids", expanding=True))
)
