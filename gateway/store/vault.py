"""Record keys in the store: made with the first thing kept of a record, found again for the rest."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from threading import Lock

import sqlalchemy as sa

from gateway.store.prepared import Prepared
from gateway.store.schema import Row, record_key
from gateway.store.sealing import Place, RecordKey, Sealer, SealError, seal, unseal

# A contact's key is asked for some five times within a second or, behind a queue, a minute; then hardly ever again.
_MOST_HELD = 4096


class Vault:
    """Seals and opens values of the store. One instance serves every thread; it holds the last few keys it read."""

    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer
        self._held: dict[str, RecordKey] = {}
        self._holding = Lock()

    def make_many(self, connection: sa.Connection, record_ids: Sequence[str]) -> dict[str, RecordKey]:
        """Keys of several new records, stored wrapped in the same transaction."""
        keys = {record_id: self._sealer.new_key(record_id) for record_id in record_ids}
        rows = [
            {"record_id": record_id, "master_version": key.master_version, "wrapped": key.wrapped}
            for record_id, key in keys.items()
        ]
        _PUT.run_many(connection, rows)
        return keys

    def make(self, connection: sa.Connection, record_id: str) -> RecordKey:
        """A new record's key, stored wrapped in the same transaction."""
        return self.make_many(connection, [record_id])[record_id]

    def key(self, connection: sa.Connection, record_id: str) -> RecordKey:
        """A stored record's key. SealError where it was erased."""
        held = self._held.get(record_id)
        if held is not None:
            return held
        row = connection.execute(_KEY, {"id": record_id}).one_or_none()
        if row is None:
            raise SealError(f"record {record_id} has no key: its content was erased")
        return self._read(record_id, row)

    def held(self, record_ids: Sequence[str]) -> list[RecordKey] | None:
        """The keys of all of these, in their order, without asking the store; None where any is not held."""
        keys = [key for record_id in record_ids if (key := self._held.get(record_id)) is not None]
        return keys if len(keys) == len(record_ids) else None

    def look_up(self, connection: sa.Connection, record_ids: Sequence[str]) -> None:
        """Read several keys at once, so that `key` need not ask for each. Those erased or damaged are left to `key`."""
        wanted = [record_id for record_id in record_ids if record_id not in self._held]
        for row in connection.execute(_KEYS, {"ids": wanted}) if wanted else ():
            with suppress(SealError):
                self._read(row.record_id, row)

    def hold(self, record_id: str, key: RecordKey) -> None:
        """Keep a key whose commit is on the disk: what is done with its record next need not ask for it."""
        with self._holding:  # the writer's thread and the readers' both come here
            if len(self._held) >= _MOST_HELD:
                del self._held[next(iter(self._held))]  # the one held longest
            self._held[record_id] = key

    def _read(self, record_id: str, row: Row) -> RecordKey:
        key = self._sealer.unwrap(record_id, row.master_version, row.wrapped)
        self.hold(record_id, key)
        return key

    def stored(self, connection: sa.Connection, record_id: str) -> RecordKey | None:
        """The record's key as this transaction sees it, None where there is none: a held one may be rolled back."""
        row = connection.execute(_KEY, {"id": record_id}).one_or_none()
        return None if row is None else self._sealer.unwrap(record_id, row.master_version, row.wrapped)

    def key_or_make(self, connection: sa.Connection, record_id: str) -> RecordKey:
        """The record's key, made where there is none yet."""
        return self.stored(connection, record_id) or self.make(connection, record_id)

    def erase_many(self, connection: sa.Connection, record_ids: Sequence[str]) -> None:
        """Forget the keys: whatever they sealed, in this store and its backups, can no longer be read.

        Once the commit is on the disk, `let_go` of them.
        """
        self.let_go(record_ids)
        connection.execute(record_key.delete().where(record_key.c.record_id.in_(record_ids)))

    def let_go(self, record_ids: Sequence[str]) -> None:
        """Hold these keys no longer: a reader may have looked one up while the transaction that erased it was open."""
        with self._holding:
            for record_id in record_ids:
                self._held.pop(record_id, None)


def seal_text(key: RecordKey, table: str, column: str, record_id: str, text: str) -> bytes:
    """Sealed UTF-8 text."""
    return seal(key, Place(table, column, record_id), text.encode("utf-8", "surrogatepass"))


def open_text(key: RecordKey, table: str, column: str, record_id: str, sealed: bytes) -> str:
    """The text sealed by `seal_text` at the same place."""
    return unseal(key, Place(table, column, record_id), sealed).decode("utf-8", "surrogatepass")


_PUT = Prepared(record_key.insert())
_KEYS = sa.select(record_key).where(record_key.c.record_id.in_(sa.bindparam("ids", expanding=True)))
_KEY = sa.select(record_key.c.master_version, record_key.c.wrapped).where(record_key.c.record_id == sa.bindparam("id"))
