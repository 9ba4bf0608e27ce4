"""A store whose disk is full: a person hears of it though no alert can be kept."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from deciding import QUEUES
from dispatch_rig import Rig, rig
from smtp_sink import sink
from store_builders import envelope
from structlog.testing import capture_logs

from gateway.dispatch.payloads import alert_payload
from gateway.full_disk import FullDisk
from gateway.intake.spool_port import SpoolUnavailable
from gateway.store.alerts import NewAlert
from models.decision import AlertKind
from models.finding import Urgency


async def refuse_one(here: Rig) -> None:
    with pytest.raises(SpoolUnavailable):
        await here.store.spool.accept(envelope(), os.urandom(200_000))


def limit(pages: int | None) -> Callable[[sa.Connection], None]:
    """Room for no more pages than there are, or as much as anybody wants."""

    def job(connection: sa.Connection) -> None:
        most = pages or connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count={most}")

    return job


async def fill(here: Rig) -> None:
    """Until not even an alert can be kept."""
    await here.store.writer.run(limit(None))
    alert = NewAlert(AlertKind.SYSTEM, Urgency.ROUTINE, (), alert_payload("Of no matter."))
    with pytest.raises(sa.exc.OperationalError, match="full"):
        while True:
            await here.store.alerts.raise_system([alert], here.clock.now)


async def test_a_full_disk_is_logged_once_a_minute_and_mailed_past_the_store_once_an_hour(tmp_path: Path) -> None:
    async with sink() as server, rig(tmp_path, server) as here:
        full = FullDisk(here.store, tmp_path / "triage.db", here.dispatcher.mailer, now=here.clock)
        with capture_logs() as logs:
            await full.watch_room()
        assert (logs, server.taken) == ([], [])
        await fill(here)
        with capture_logs() as logs:
            for _ in range(2):
                await full.watch_room()
                await refuse_one(here)
                await full.watch_room()
        assert [line["event"] for line in logs].count("disk_full") == 1
        (mail,) = server.to(QUEUES["manager"])
        assert b"is full" in mail.content and b"refused with 452" in mail.content

        here.clock.on(minutes=61)
        await full.watch_room()
        assert len(server.taken) == 1
        await refuse_one(here)
        await full.watch_room()
        assert len(server.taken) == 2


async def test_where_there_is_room_for_an_alert_it_is_one(tmp_path: Path) -> None:
    async with sink() as server, rig(tmp_path, server) as here:
        full = FullDisk(here.store, tmp_path / "triage.db", here.dispatcher.mailer, now=here.clock)
        await fill(here)
        await here.store.writer.run(limit(1_000_000))
        await full.watch_room()
        urgent = [one for one in await here.store.alerts.unacknowledged() if one.urgency is Urgency.IMMEDIATE]
        assert (len(urgent), server.taken) == (1, [])

        # Full again before it could be told: the alert that is there helps nobody.
        await here.store.writer.run(limit(None))
        here.clock.on(minutes=61)
        await refuse_one(here)
        await full.watch_room()
        assert len(server.to(QUEUES["manager"])) == 1


async def test_what_could_not_be_mailed_is_mailed_at_the_next_failure(tmp_path: Path) -> None:
    manager = QUEUES["manager"]
    async with sink(answers={manager: "451 4.3.0 later"}) as server, rig(tmp_path, server) as here:
        full = FullDisk(here.store, tmp_path / "triage.db", here.dispatcher.mailer, now=here.clock)
        await fill(here)
        await full.watch_room()
        assert server.to(manager) == []
        server.answers.clear()
        here.clock.on(seconds=5)
        await refuse_one(here)
        await full.watch_room()
        assert len(server.to(manager)) == 1


async def test_a_disk_that_takes_no_writes_is_told_as_a_full_one_is(tmp_path: Path) -> None:
    """As where it fails, is mounted read-only, or its owner's quota is used up."""
    async with sink() as server, rig(tmp_path, server) as here:
        full = FullDisk(here.store, tmp_path / "triage.db", here.dispatcher.mailer, now=here.clock)
        await here.store.writer.run(lambda connection: connection.exec_driver_sql("PRAGMA query_only=ON"))
        with capture_logs() as logs:
            await refuse_one(here)
            await full.watch_room()
        assert [line["error"] for line in logs if line["event"] == "store_not_written"] == ["SQLITE_READONLY"]
        (mail,) = server.to(QUEUES["manager"])
        assert b"cannot be written" in mail.content and b"refused with 451" in mail.content
