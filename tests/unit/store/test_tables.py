"""The steps that made a store, and the schema that the program reads it with, say the same of every table."""

from __future__ import annotations

import importlib
import re
import subprocess
import sys
from io import StringIO

import pytest
import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from gateway.store.schema import metadata

STEPS = (
    "0001_first_tables",
    "0002_pending_scan",
    "0003_case_files",
    "0004_retention",
    "0005_what_erasing_reaches",
    "0006_events_by_subject",
    "0007_promised_replies",
    "0008_deaths",
)


def made_by_the_steps(dialect: sa.Dialect) -> dict[str, set[str]]:
    written = StringIO()
    context = MigrationContext.configure(dialect=dialect, opts={"as_sql": True, "output_buffer": written})
    with Operations.context(context):
        for step in STEPS:
            importlib.import_module(f"gateway.store.migrations.versions.{step}").upgrade()
    return clauses(written.getvalue().split(";"))


def made_by_the_schema(dialect: sa.Dialect) -> dict[str, set[str]]:
    tables = [str(CreateTable(table).compile(dialect=dialect)) for table in metadata.tables.values()]
    # Of which rows a partial index is, the schema says for SQLite alone; an index is written alike for both.
    indexes = [
        str(CreateIndex(index).compile(dialect=sqlite.dialect()))
        for table in metadata.tables.values()
        for index in table.indexes
    ]
    return clauses([*tables, *indexes])


def clauses(statements: list[str]) -> dict[str, set[str]]:
    """By table or index, each column and constraint; in any order, since an added column comes last."""
    found: dict[str, set[str]] = {}
    for statement in filter(None, (" ".join(one.split()) for one in statements)):
        if added := re.fullmatch(r"ALTER TABLE (\w+) ADD COLUMN (.*)", statement):
            found[f"TABLE {added[1]}"].add(added[2])
        elif table := re.fullmatch(r"CREATE (TABLE \w+) \( ?(.*?) ?\)( WITHOUT ROWID)?", statement):
            found[table[1]] = {*re.split(r", (?![^(]*\))", table[2]), table[3] or "with row ids"}
        else:
            found[statement] = set()
    return found


@pytest.mark.parametrize("dialect", [sqlite.dialect(), postgresql.dialect()], ids=["SQLite", "PostgreSQL"])
def test_the_steps_and_the_schema_make_the_same_tables(dialect: sa.Dialect) -> None:
    from_steps, from_schema = made_by_the_steps(dialect), made_by_the_schema(dialect)
    assert len(from_steps) > len(metadata.tables)
    assert from_steps == from_schema


def test_the_schema_loads_no_dialect_that_is_not_used() -> None:
    loaded = "import sys, gateway.store.schema; print('sqlalchemy.dialects.postgresql' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True)
    assert told.stdout == "False\n"
