"""Brings a store's tables to the version this program knows; Alembic is only loaded where there is something to do."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from gateway.store.engine import open_engine
from gateway.store.errors import StoreError

HEAD = "0008"
"""The newest migration. `tests/integration` holds that it is, and that the tables match `schema`."""

_HERE = Path(__file__).parent / "migrations"


def migrate(engine: sa.Engine) -> None:
    """Migrate to HEAD. StoreError where the store was written by a newer program."""
    with engine.connect() as connection:
        current = _version(connection)
    if current == HEAD:
        return
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(_HERE))
    if current is not None:
        try:
            ScriptDirectory.from_config(config).get_revision(current)
        except CommandError:
            raise StoreError(
                f"the store is at version {current}, which this program does not know; it was written by a newer one"
            ) from None
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, HEAD)


def is_up_to_date(path: Path) -> bool:
    """Whether the store at `path` can be opened as it is. StoreError where it is none; nothing is written."""
    engine = open_engine(path, writer=False)
    try:
        with engine.connect() as connection:
            return _version(connection) == HEAD
    except sa.exc.DatabaseError as error:
        raise StoreError(f"the store {path} cannot be used: {error.orig}") from None
    finally:
        engine.dispose()


def _version(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    return connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
