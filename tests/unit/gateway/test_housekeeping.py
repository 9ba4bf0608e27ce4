"""The alarms that no message raises, and the trail's chaining, on a store of their own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gateway.housekeeping import Housekeeping
from gateway.store import schema
from gateway.store.pending import PendingScans
from gateway.store.sealing import Sealer
from gateway.store.store import Store, open_store
from gateway.store.switches import Switch
from models.envelope import Envelope
from models.register import Register

START = datetime(2026, 3, 2, 10, 15, tzinfo=UTC)


class Clock:
    """A clock that is set."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def store(tmp_path: Path, clock: Clock) -> AsyncIterator[Store]:
    store = open_store(tmp_path / "triage.db", Sealer({1: b"k" * 32}, 1), now=clock)
    organisation = {"name": "Office", "domains": ["opcc.example"], "addresses": {"manager": "manager@opcc.example"}}
    register = Register.model_validate({"organisation": organisation})
    await store.register_versions.replace(register, actor="test", now=START)
    yield store
    store.close()


async def failing(*_: object) -> None:
    raise OSError("on purpose")


async def alarms(store: Store) -> int:
    return len(await store.alerts.unacknowledged())


async def test_pass_through_alarms_at_once_and_again_until_it_ends(store: Store, clock: Clock) -> None:
    keeping = Housekeeping(store, clock)
    await keeping.watch_pass_through()
    assert await alarms(store) == 0
    await store.switches.turn(Switch.PASS_THROUGH, "on", actor="Pat", now=START)
    await keeping.watch_pass_through()
    await keeping.watch_pass_through()
    assert await alarms(store) == 1
    clock.now += timedelta(minutes=31)
    await keeping.watch_pass_through()
    assert await alarms(store) == 1  # which is told again and again, until somebody takes it on
    (pending,) = await store.alerts.unacknowledged()
    await store.alerts.acknowledge(pending.id, by="Pat", now=clock.now)
    clock.now += timedelta(minutes=31)
    await keeping.watch_pass_through()
    assert await alarms(store) == 1
    (resting,) = await store.alerts.claim(now=clock.now, lease=timedelta(seconds=30), limit=1)
    await store.alerts.told(resting, next_at=None, rung=1, now=clock.now)
    clock.now += timedelta(minutes=31)
    await keeping.watch_pass_through()
    assert await alarms(store) == 2
    await store.switches.turn(Switch.PASS_THROUGH, "off", actor="Pat", now=clock.now)
    clock.now += timedelta(minutes=31)
    await keeping.watch_pass_through()
    assert await alarms(store) == 2
    (told, *_rest) = await store.alerts.claim(now=clock.now, lease=timedelta(seconds=30), limit=1)
    assert told.urgency == "immediate"
    assert "manager@opcc.example" in told.payload


async def test_an_alarm_on_pass_through_that_could_not_be_raised_is_raised_at_the_next_look(
    store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeping = Housekeeping(store, clock)
    await store.switches.turn(Switch.PASS_THROUGH, "on", actor="Pat", now=START)
    with monkeypatch.context() as patched, pytest.raises(OSError, match="on purpose"):
        patched.setattr(store.alerts, "raise_system", failing)
        await keeping.watch_pass_through()
    await keeping.watch_pass_through()
    assert await alarms(store) == 1


async def test_a_queue_that_does_not_move_is_told_once(store: Store, clock: Clock) -> None:
    keeping = Housekeeping(store, clock)
    await store.spool.accept(Envelope(source="smtp", received_at=START), b"Subject: hello\r\n\r\nhello\r\n")
    await keeping.watch_queue()
    assert await alarms(store) == 0
    clock.now += timedelta(minutes=6)
    await keeping.watch_queue()
    await keeping.watch_queue()
    assert await alarms(store) == 1


async def test_a_damaged_message_that_nobody_buried_is_told_once(store: Store, clock: Clock, tmp_path: Path) -> None:
    keeping = Housekeeping(store, clock)
    # Accepted before a restart: of what has just been accepted, nothing need be read that could be found damaged.
    before = open_store(tmp_path / "triage.db", Sealer({1: b"k" * 32}, 1), now=clock)
    await before.spool.accept(Envelope(source="smtp", received_at=START), b"Subject: hello\r\n\r\nhello\r\n")
    before.close()
    damage = schema.spool.update().values(envelope=b"short")
    await store.writer.run(lambda connection: connection.execute(damage).rowcount)
    await keeping.watch_damaged()
    assert await alarms(store) == 0
    assert await store.spool.claim(now=clock.now, lease=timedelta(seconds=30), limit=1) == []
    await keeping.watch_damaged()
    await keeping.watch_damaged()
    assert await alarms(store) == 1


async def test_one_more_damaged_message_is_told_however_many_there_are_and_what_was_buried_is_not(
    store: Store, clock: Clock
) -> None:
    keeping = Housekeeping(store, clock)
    bury = schema.spool.update().values(state="dead", ready_at=None, error="TimeoutError")
    await store.spool.accept(Envelope(source="smtp", received_at=START), b"Subject: hello\r\n\r\n")
    await store.writer.run(lambda connection: connection.execute(bury).rowcount)
    await keeping.watch_damaged()
    assert await alarms(store) == 0
    bury = bury.values(error="damaged: the envelope: SealError")
    for number, told in ((250, 1), (1, 2)):
        arrived = [Envelope(source="smtp", received_at=START) for _ in range(number)]
        await asyncio.gather(*(store.spool.accept(envelope, b"Subject: hello\r\n\r\n") for envelope in arrived))
        await store.writer.run(lambda connection: connection.execute(bury).rowcount)
        await keeping.watch_damaged()
        assert await alarms(store) == told


async def test_the_trail_is_chained(store: Store, clock: Clock) -> None:
    await Housekeeping(store, clock).seal_audit()
    head = await store.audit.head()
    assert head is not None
    assert await store.audit.verify(head) == head.seq


async def test_a_late_stage_that_lags_is_told_once_and_the_stages_before_it_widen(store: Store, clock: Clock) -> None:
    behind: list[bool] = []
    keeping = Housekeeping(store, clock, on_behind=behind.append)
    row = PendingScans.row("c1", 0.2, clock.now)
    await store.writer.run(lambda connection: PendingScans.insert(connection, [row]))
    await keeping.watch_pending()
    clock.now += timedelta(minutes=6)
    await keeping.watch_pending()
    await keeping.watch_pending()
    assert await alarms(store) == 1
    await store.writer.run(lambda connection: connection.execute(schema.pending_scan.delete()).rowcount)
    await keeping.watch_pending()
    assert behind == [False, True, True, False]
