"""Legs that come in a second file: the call stays one, and what they would change of it is said."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from gateway.intake.calls.asterisk import Asterisk
from gateway.intake.calls.generic import Generic
from gateway.intake.calls.importer import Imported, import_calls
from gateway.intake.calls.leg import CallFormat
from gateway.store import keyfile
from gateway.store.store import open_store
from tests.unit.intake.calls.test_call_logs import put, row, watched
from tests.unit.intake.fake_spool import FakeSpool

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2026, 6, 2, 12, tzinfo=UTC)
HEADER = "id,caller,called,start,duration,outcome,staff,notes,transcript\n"


def leg(number: int, **fields: object) -> str:
    return row(more=(f"1772446500.{number}", "", "", "link.1", str(number)), **fields)  # type: ignore[arg-type]


UNANSWERED = {"disposition": "NO ANSWER", "answer": "", "seconds_": (20, 0)}
RANG = leg(1, **UNANSWERED)


async def imported(text: str, spool: FakeSpool, format_: CallFormat | None = None) -> Imported:
    return await import_calls(text.encode(), format_ or Asterisk(), spool, zone=LONDON, now=NOW)


@pytest.mark.parametrize(
    ("second", "changes"),
    [
        (leg(2, start="2026-03-02 10:15:20"), "outcome (no_answer to answered), duration"),
        (leg(2, app="VoiceMail"), "outcome (no_answer to voicemail), duration"),
        (leg(2, start="2026-03-02 10:15:20", **{**UNANSWERED, "disposition": "BUSY"}), "outcome (no_answer to busy)"),
        (leg(2, start="2026-03-02 10:14:00", src="01632960002", **UNANSWERED), "start, caller"),
        (leg(2, start="2026-03-02 10:15:20", **UNANSWERED), None),
        (leg(2, start="2026-03-02 10:15:20", **{**UNANSWERED, "disposition": "FAILED"}), None),
        # Between two extensions: it is the transfer of a call from outside, not nobody's.
        (leg(2, context="from-internal", src="100", dst="101"), "outcome (no_answer to answered), duration"),
    ],
    ids=["answered", "voicemail", "busy", "earlier", "rang elsewhere", "failed", "transferred"],
)
async def test_a_later_leg_is_said_and_the_call_stays_one(second: str, changes: str | None) -> None:
    spool = FakeSpool()
    assert (await imported(RANG, spool)).calls == 1
    later = await imported(f"{RANG}\n{second}", spool)
    assert (later.calls, later.again, later.internal) == (0, 1, 0)
    assert len(spool.messages) == 1
    told, silent = (later.faults, later.notes) if changes else (later.notes, later.faults)
    assert silent == ()
    assert [each.row for each in told] == [2]
    assert "contact c1" in told[0].reason
    assert f"would change its {changes};" in told[0].reason if changes else "adds nothing" in told[0].reason


async def test_a_second_answered_leg_may_have_made_the_call_longer() -> None:
    spool = FakeSpool()
    await imported(leg(1), spool)
    (fault,) = (await imported(leg(2, start="2026-03-02 10:16:05"), spool)).faults
    assert "would change its duration;" in fault.reason


@pytest.mark.parametrize(
    ("before", "after", "changes"),
    [
        ("7,,100,2026-03-02 10:15:00,60,answered,Pat,,", "7,01632960001,100,2026-03-02 10:15:00,0,missed,,,", "caller"),
        ("7,1,100,2026-03-02 10:15:00,,missed,,rang off,", "7,1,100,2026-03-02 10:15:00,,missed,,said more,", "notes"),
        (
            "7,1,100,2026-03-02 10:15:00,,missed,,a note,",
            "7,1,100,2026-03-02 10:15:00,,missed,,a note,words",
            "transcript",
        ),
    ],
)
async def test_a_sheet_whose_row_was_filled_in_later(before: str, after: str, changes: str) -> None:
    spool = FakeSpool()
    await imported(HEADER + before, spool, Generic())
    (fault,) = (await imported(HEADER + after, spool, Generic())).faults
    assert fault.row == 2
    assert f"would change its {changes};" in fault.reason


async def test_of_two_imports_at_once_the_rows_of_neither_are_lost() -> None:
    class Slow(FakeSpool):
        async def accept(self, envelope: object, content: bytes) -> str:  # the other import is there first
            await FakeSpool.accept(self, envelope, self.other)  # type: ignore[arg-type]
            return "c1"

        other = b""

    first = FakeSpool()
    await imported(RANG, first)
    spool = Slow()
    spool.other = first.messages[0][1]
    (fault,) = (await imported(leg(2), spool)).faults
    assert "no_answer to answered" in fault.reason


async def test_a_watched_file_with_such_a_row_is_put_before_a_person(tmp_path: Path) -> None:
    spool = FakeSpool()
    put(tmp_path, "monday.csv", RANG)
    await watched(tmp_path, spool).poll()
    put(tmp_path, "tuesday.csv", leg(2))
    await watched(tmp_path, spool).poll()
    note = tmp_path / "faulty" / "20260602T120000-tuesday.csv.faults.txt"
    assert note.read_text().startswith("row 1: belongs to a call taken in before")


async def test_the_store_knows_what_it_took_and_what_is_damaged_is_not_compared(tmp_path: Path) -> None:
    store = open_store(tmp_path / "triage.db", keyfile.create(tmp_path / "keys.json").sealer())
    try:
        for text, again, faults in ((RANG, 0, 0), (RANG, 1, 0), (leg(2), 1, 1)):
            told = await import_calls(text.encode(), Asterisk(), store.spool, zone=LONDON, now=NOW)
            assert (told.again, len(told.faults)) == (again, faults)
        assert await store.spool.waiting() == 1
        (contact,) = (await store.spool.earlier(["calls:asterisk:link.1", "calls:asterisk:other"])).values()
        await store.writer.run(lambda connection: store.vault.erase_many(connection, [contact.contact_id]))
        told = await import_calls(leg(2).encode(), Asterisk(), store.spool, zone=LONDON, now=NOW)
        assert (told.again, told.faults) == (1, ())
    finally:
        store.close()
