"""Statements that run with every message, compiled once and handed to SQLite's own driver.

SQLAlchemy's way to the driver (looking the statement up, putting a result around it) costs several times what such a
statement itself does. What it compiles and how it names a fault stay its own.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

_DIALECT = sqlite.dialect(paramstyle="named")

Values = Mapping[str, object]


class Prepared:
    """A statement whose values are whole numbers, texts, bytes, truth values and nothing: what SQLite takes as it is.

    An insert, or an update without values of its own, writes the columns that the values name. Raises what SQLAlchemy
    would (`sa.exc.DBAPIError`), without the values.
    """

    def __init__(self, statement: sa.Insert | sa.Update | sa.Select[*tuple[Any, ...]]) -> None:
        self._statement = statement
        self._compiled: dict[tuple[str, ...], tuple[str, dict[str, object]]] = {}

    def run(self, connection: sa.Connection, values: Values) -> int:
        """How many rows it changed."""
        sql, constants = self._for(values)
        try:
            return _driver(connection).execute(sql, {**constants, **values}).rowcount
        except sqlite3.Error as error:
            raise _named(error, sql) from error

    def run_many(self, connection: sa.Connection, rows: Sequence[Values]) -> int:
        """How many rows it changed for all of `rows`, which name the same columns; there may be none."""
        if not rows:
            return 0
        sql, constants = self._for(rows[0])
        try:
            return _driver(connection).executemany(sql, [{**constants, **row} for row in rows]).rowcount
        except sqlite3.Error as error:
            raise _named(error, sql) from error

    def first(self, connection: sa.Connection, values: Values) -> tuple[Any, ...] | None:
        """The first row of a query, None where there is none."""
        sql, constants = self._for(values)
        try:
            row: tuple[Any, ...] | None = _driver(connection).execute(sql, {**constants, **values}).fetchone()
        except sqlite3.Error as error:
            raise _named(error, sql) from error
        return row

    def all(self, connection: sa.Connection, values: Values) -> list[tuple[Any, ...]]:
        """Every row of a query."""
        sql, constants = self._for(values)
        try:
            return _driver(connection).execute(sql, {**constants, **values}).fetchall()
        except sqlite3.Error as error:
            raise _named(error, sql) from error

    def _for(self, values: Values) -> tuple[str, dict[str, object]]:
        """The statement's text, and the values that it brings itself."""
        names = tuple(values)
        known = self._compiled.get(names)
        if known is None:
            compiled: Any = self._statement.compile(dialect=_DIALECT, column_keys=list(names))
            own = {name: bind.value for name, bind in compiled.binds.items() if not bind.required}
            if isinstance(self._statement, sa.Insert):
                own |= {column.key: column.default.arg for column in compiled.insert_prefetch}
            known = self._compiled[names] = str(compiled), own
        return known


def _driver(connection: sa.Connection) -> sqlite3.Connection:
    driver = connection.connection.dbapi_connection
    assert isinstance(driver, sqlite3.Connection)
    return driver


def _named(error: sqlite3.Error, sql: str) -> BaseException:
    """The error as SQLAlchemy names it."""
    return sa.exc.DBAPIError.instance(sql, None, error, sqlite3.Error, dialect=_DIALECT)
