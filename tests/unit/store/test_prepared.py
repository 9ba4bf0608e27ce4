"""Statements handed to SQLite's driver: the same rows, and the same faults, as by SQLAlchemy."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from gateway.store.prepared import Prepared

METADATA = sa.MetaData()
THING = sa.Table(
    "thing",
    METADATA,
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("name", sa.String(20), nullable=False, unique=True),
    sa.Column("sealed", sa.LargeBinary),
    sa.Column("done", sa.Boolean, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False, default=3),
)
PUT = Prepared(THING.insert())
NAMED = THING.update().where(THING.c.name == sa.bindparam("its_name"))


@pytest.fixture
def connection() -> Iterator[sa.Connection]:
    engine = sa.create_engine("sqlite://")
    METADATA.create_all(engine)
    with engine.connect() as connection, connection.begin():
        yield connection
    engine.dispose()


def rows(connection: sa.Connection) -> list[tuple[object, ...]]:
    return [tuple(row) for row in connection.execute(sa.select(THING).order_by(THING.c.seq))]


def test_rows_are_as_sqlalchemy_reads_them_with_the_defaults_of_the_table(connection):
    changed = PUT.run_many(
        connection, [{"name": "a", "sealed": b"\0x", "done": True}, {"name": "b", "sealed": None, "done": False}]
    )
    assert changed == 2
    assert rows(connection) == [(1, "a", b"\0x", True, 3), (2, "b", None, False, 3)]


def test_no_rows_are_no_work(connection):
    assert PUT.run_many(connection, []) == 0


def test_an_update_without_values_of_its_own_writes_the_columns_that_are_named(connection):
    PUT.run_many(connection, [{"name": name, "done": False} for name in ("a", "b")])
    update = Prepared(NAMED)
    assert update.run(connection, {"attempts": 7, "its_name": "a"}) == 1
    assert update.run(connection, {"done": True, "its_name": "b"}) == 1
    assert update.run(connection, {"done": True, "its_name": "nobody"}) == 0
    assert rows(connection) == [(1, "a", None, False, 7), (2, "b", None, True, 3)]


def test_an_update_keeps_the_values_it_brings_itself(connection):
    PUT.run(connection, {"name": "a", "sealed": b"x", "done": False})
    Prepared(NAMED.values(sealed=None, attempts=THING.c.attempts + 1)).run(connection, {"its_name": "a"})
    assert rows(connection) == [(1, "a", None, False, 4)]


def test_a_query_gives_its_first_row_or_none(connection):
    PUT.run_many(connection, [{"name": name, "done": False} for name in ("a", "b")])
    query = Prepared(sa.select(THING.c.name).where(THING.c.seq >= sa.bindparam("from")).order_by(THING.c.seq).limit(1))
    assert query.first(connection, {"from": 2}) == ("b",)
    assert query.first(connection, {"from": 3}) is None


def test_a_fault_has_sqlalchemys_name_the_drivers_error_and_no_values(connection):
    PUT.run(connection, {"name": "secret", "done": False})
    with pytest.raises(sa.exc.IntegrityError) as caught:
        PUT.run_many(connection, [{"name": "secret", "done": False}])
    assert caught.value.orig.sqlite_errorname == "SQLITE_CONSTRAINT_UNIQUE"
    assert "secret" not in str(caught.value)


def test_a_value_that_is_missing_is_a_fault_and_not_nothing(connection):
    PUT.run(connection, {"name": "a", "done": False})
    with pytest.raises(sa.exc.ProgrammingError):
        Prepared(NAMED.values(done=sa.bindparam("to"))).run(connection, {"its_name": "a"})
