"""The store's own keys, wrapped by the master key, and the sentinel that refuses a wrong one."""

from __future__ import annotations

import os

import sqlalchemy as sa

from gateway.store.errors import StoreError
from gateway.store.schema import keyring, record_key
from gateway.store.sealing import KEY_BYTES, Sealer, SealError

INDEX, TRACE = "index", "trace"
_NAMES = (INDEX, TRACE)
_ROWS_A_COMMIT = 500


def open_keyring(connection: sa.Connection, sealer: Sealer) -> dict[str, bytes]:
    """The store's keys by name, made on first use. StoreError where this is not the store's key file."""
    found = {row.name: row for row in connection.execute(sa.select(keyring))}
    keys = {}
    for name in _NAMES:
        row = found.get(name)
        if row is None:
            keys[name] = os.urandom(KEY_BYTES)
            wrapped = sealer.wrap(f"keyring/{name}", keys[name])
            connection.execute(
                keyring.insert(),
                {"name": name, "master_version": wrapped.master_version, "wrapped": wrapped.wrapped},
            )
            continue
        try:
            keys[name] = sealer.unwrap_bytes(f"keyring/{name}", row.master_version, row.wrapped)
        except SealError:
            raise StoreError(
                "the key file does not belong to this store: its sentinel does not open. "
                "Point store.key_file at the file made with this store"
            ) from None
    return keys


def rewrap_some(connection: sa.Connection, sealer: Sealer) -> int:
    """Wrap up to 500 keys of earlier master versions anew; how many. 0 means that all are under the current one."""
    done = 0
    for row in connection.execute(sa.select(keyring).where(keyring.c.master_version != sealer.current)).all():
        record = f"keyring/{row.name}"
        fresh = sealer.wrap(record, sealer.unwrap_bytes(record, row.master_version, row.wrapped))
        connection.execute(
            keyring.update()
            .where(keyring.c.name == row.name)
            .values(master_version=fresh.master_version, wrapped=fresh.wrapped)
        )
        done += 1
    stale = sa.select(record_key).where(record_key.c.master_version != sealer.current).limit(_ROWS_A_COMMIT)
    for row in connection.execute(stale).all():
        fresh = sealer.wrap(row.record_id, sealer.unwrap_bytes(row.record_id, row.master_version, row.wrapped))
        connection.execute(
            record_key.update()
            .where(record_key.c.record_id == row.record_id)
            .values(master_version=fresh.master_version, wrapped=fresh.wrapped)
        )
        done += 1
    return done
