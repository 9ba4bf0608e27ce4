"""SQLite opened for durability: WAL, a flush with every commit, foreign keys and secure delete on."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.pool import QueuePool, StaticPool

_PRAGMAS = (
    # 8 KB pages: a 50 KB message takes a chain of 6 overflow pages rather than 12.
    "PRAGMA page_size=8192",
    "PRAGMA journal_mode=WAL",
    # FULL: the commit that lets us answer 250 is on the disk, not only in the kernel (DESIGN §3).
    "PRAGMA synchronous=FULL",
    "PRAGMA busy_timeout=10000",
    "PRAGMA foreign_keys=ON",
    "PRAGMA secure_delete=FAST",
    # The service moves the log into the file beside the writer (`checkpoint`); a commit does it only where nobody else
    # has for 256 MB, because a sender would wait for it.
    "PRAGMA wal_autocheckpoint=32768",
    "PRAGMA temp_store=MEMORY",
)
_UNWRITABLE = frozenset(
    {
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,  # a failing disk, or one that its owner may write no more on
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_NOTADB,
    }
)
FULL = "SQLITE_FULL"
"""SQLite's word for a disk without room."""
_WRITER_CACHE, _READER_CACHE = "PRAGMA cache_size=-8000", "PRAGMA cache_size=-2000"
"""Pages in kilobytes. A reader looks things up by key; the file's pages are in the kernel's memory once already."""


def open_engine(path: Path, *, writer: bool) -> sa.Engine:
    """An engine on the file. The writer takes its lock at BEGIN; readers never block it, nor it them."""
    engine = sa.create_engine(
        f"sqlite:///{path}",
        poolclass=StaticPool if writer else QueuePool,
        connect_args={"check_same_thread": False, "isolation_level": None},
    )

    def configure(connection: sqlite3.Connection, _record: object) -> None:
        for pragma in _PRAGMAS:
            connection.execute(pragma)
        connection.execute(_WRITER_CACHE if writer else _READER_CACHE)
        if not writer:
            connection.execute("PRAGMA query_only=ON")

    def begin(connection: sa.PoolProxiedConnection) -> None:
        connection.cursor().execute("BEGIN IMMEDIATE" if writer else "BEGIN")

    sa.event.listen(engine, "connect", configure)
    # Where the driver would begin. A listener for "begin" costs more: with one, every statement looks for listeners.
    engine.dialect.do_begin = begin  # type: ignore[method-assign, assignment]
    return engine


def is_transaction_open(connection: sa.Connection) -> bool:
    """Whether the database still holds our transaction: SQLite rolls all of it back by itself when a disk is full."""
    driver = connection.connection.dbapi_connection
    return isinstance(driver, sqlite3.Connection) and driver.in_transaction


def abandon_transaction(connection: sa.Connection) -> None:
    """Take back what a failed COMMIT left open, or no transaction could ever begin on this connection again."""
    driver = connection.connection.dbapi_connection
    if isinstance(driver, sqlite3.Connection) and driver.in_transaction:
        driver.rollback()


def checkpoint(engine: sa.Engine) -> None:
    """Move what is committed from the log into the file, as far as no reader needs the log; nobody waits for it."""
    raw = engine.raw_connection()
    try:
        raw.execute("PRAGMA wal_checkpoint(PASSIVE)")
    finally:
        raw.close()


def is_disk_full(error: BaseException) -> bool:
    """Whether a failed write failed for want of room."""
    return unwritable(error) == FULL


def unwritable(error: BaseException) -> str | None:
    """SQLite's word for why no write can succeed for now, whatever is written; None where another may."""
    original = getattr(error, "orig", error)
    if not isinstance(original, sqlite3.Error):
        return None
    code: int = getattr(original, "sqlite_errorcode", 0)
    return original.sqlite_errorname if code & 0xFF in _UNWRITABLE else None
