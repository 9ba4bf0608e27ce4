"""Migrations bring a store to what the program knows, and a newer one is left alone."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from store_builders import LEASE, NOW, accepted, audited

import gateway.store.migrate as migrating
from gateway.store.deaths import Suspect
from gateway.store.engine import open_engine
from gateway.store.errors import StoreError
from gateway.store.files import NewStep
from gateway.store.schema import metadata
from gateway.store.sealing import Sealer
from gateway.store.store import Store, open_store


def test_the_tables_are_those_of_the_schema(store: Store, path: Path) -> None:
    engine = open_engine(path, writer=False)
    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), metadata)
    engine.dispose()
    assert differences == []


def test_head_is_the_newest_step() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrating.__file__).parent / "migrations"))
    assert ScriptDirectory.from_config(config).get_heads() == [migrating.HEAD]


async def test_a_store_without_case_files_gets_them_and_keeps_what_it_held(
    tmp_path: Path, sealer: Sealer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as earlier:
        earlier.setattr(migrating, "HEAD", "0002")
        before = open_store(tmp_path / "triage.db", sealer, now=lambda: NOW)
        id_ = await accepted(before, content=b"Subject: kept\r\n\r\n")
        await before.audit.record("serve_started", actor="t", subject="gateway", at=NOW)
        before.close()
    store = open_store(tmp_path / "triage.db", sealer, now=lambda: NOW)
    (claim,) = await store.spool.claim(now=NOW, lease=LEASE, limit=1)
    assert claim.contact_id == id_
    assert await audited(store, "serve_started") == ["gateway"]
    await store.files.open("CS-001", "strategy", None, NewStep("proposed", "{}", "t", NOW), projection=None)
    differences = await store.reader.run(
        lambda connection: compare_metadata(MigrationContext.configure(connection), metadata)
    )
    store.close()
    assert differences == []


async def test_a_newer_store_is_refused_and_left_as_it_is(store: Store, path: Path, sealer: Sealer) -> None:
    await store.writer.run(
        lambda connection: connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    )
    with pytest.raises(StoreError, match="newer"):
        open_store(path, sealer)
    version = await store.reader.run(
        lambda connection: connection.execute(sa.text("SELECT * FROM alembic_version")).scalar()
    )
    assert version == "9999"


async def test_readers_cannot_write(store: Store) -> None:
    with pytest.raises(sa.exc.OperationalError, match="readonly"):
        await store.reader.run(lambda connection: connection.execute(sa.text("DELETE FROM spool")))


async def test_what_an_earlier_program_left_in_hand_is_taken_back_by_this_one(
    tmp_path: Path, sealer: Sealer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as earlier:
        earlier.setattr(migrating, "HEAD", "0007")
        before = open_store(tmp_path / "triage.db", sealer, now=lambda: NOW)
        ids = [await accepted(before) for _ in range(2)]
        held = sa.text("UPDATE spool SET state = 'claimed', attempts = 1, lease_token = 't' WHERE id = :id")
        await before.writer.run(lambda connection: connection.execute(held, {"id": ids[0]}).rowcount)
        before.close()
    store = open_store(tmp_path / "triage.db", sealer, now=lambda: NOW)
    assert await store.suspects() == []
    assert await store.take_back_claims(NOW) == 1
    assert await store.suspects() == [Suspect("spool", ids[0], 1)]
    claims = await store.spool.claim(now=NOW, lease=LEASE, limit=5)
    assert [(claim.contact_id, claim.deaths) for claim in claims] == [(ids[0], 1), (ids[1], 0)]
    assert await store.recounts.waiting() == 0
    store.close()
