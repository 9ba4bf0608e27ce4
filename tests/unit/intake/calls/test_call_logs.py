"""Call logs of every shape: each call once, each bad row named, and nothing else lost with it."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from structlog.testing import capture_logs

from gateway.intake.calls.asterisk import Asterisk
from gateway.intake.calls.calls import calls
from gateway.intake.calls.generic import Generic
from gateway.intake.calls.importer import import_calls, import_record
from gateway.intake.calls.leg import CallFormat, Leg, RowFault
from gateway.intake.calls.rows import MOST_LINES_A_ROW, decode, moment, rows, seconds
from gateway.intake.calls.watch import WatchedFolder
from gateway.intake.spool_port import SpoolUnavailable
from models.contact import CallOutcome, Direction
from tests.unit.intake.fake_spool import FakeSpool

LONDON, UTC_ZONE = ZoneInfo("Europe/London"), ZoneInfo("UTC")
NOW = datetime(2026, 6, 2, 12, tzinfo=UTC)
UNIQUE = "1772446500.12"


def row(
    *,
    src: str = "01632960001",
    dst: str = "100",
    context: str = "from-trunk",
    start: str = "2026-03-02 10:15:00",
    answer: str = "2026-03-02 10:15:05",
    end: str = "2026-03-02 10:16:05",
    seconds_: tuple[int, int] = (65, 60),
    disposition: str = "ANSWERED",
    app: str = "Dial",
    more: tuple[str, ...] = (),
) -> str:
    texts = ["", src, dst, context, f'"Jo ""B"" X" <{src}>', "SIP/t-1", "SIP/100-2", app, "SIP/100,30"]
    quoted = ['"' + text.replace('"', '""') + '"' for text in texts]
    times = [f'"{text}"' if text else "" for text in (start, answer, end)]
    tail = [*times, str(seconds_[0]), str(seconds_[1]), f'"{disposition}"', '"DOCUMENTATION"']
    return ",".join([*quoted, *tail, *(f'"{text}"' for text in more)])


def read(format_: CallFormat, text: str, zone: ZoneInfo = LONDON) -> tuple[list[Leg], list[RowFault]]:
    found = list(format_.legs(text, zone))
    return [leg for leg in found if isinstance(leg, Leg)], [fault for fault in found if isinstance(fault, RowFault)]


def only(text: str, zone: ZoneInfo = LONDON, format_: CallFormat | None = None) -> Leg:
    (leg,), faults = read(format_ or Asterisk(), text, zone)
    assert faults == []
    return leg


@pytest.mark.parametrize(
    ("more", "call_id"),
    [
        ((UNIQUE,), UNIQUE),
        ((UNIQUE, "a note"), UNIQUE),
        (("", "linked.9", "4"), "linked.9"),
        ((UNIQUE, "", "linked.9", "4"), "linked.9"),
        (("a note", "", "linked.9", "4"), "linked.9"),
        ((UNIQUE, "a note", "", "linked.9", "4"), "linked.9"),
        ((f"pbx-{UNIQUE}",), f"pbx-{UNIQUE}"),
    ],
)
def test_the_columns_are_told_by_their_number(more: tuple[str, ...], call_id: str) -> None:
    assert only(row(more=more)).call_id == call_id


def test_a_user_field_alone_is_not_taken_for_an_id() -> None:
    legs, _ = read(Asterisk(), f"{row(more=('sales',))}\n{row(src='01632960002', more=('sales',))}")
    assert len({leg.call_id for leg in legs}) == 2


def test_the_custom_order_is_known_by_its_shape() -> None:
    text = (
        '"Jo <01632960001>","01632960001","100","from-trunk","SIP/1","SIP/2","Dial","x","2026-03-02 10:15:00",'
        f'"2026-03-02 10:15:05","2026-03-02 10:16:05",65,60,"ANSWERED","DOC","","{UNIQUE}",""'
    )
    leg = only(text)
    assert (leg.caller, leg.called, leg.talk_seconds, leg.call_id) == ("01632960001", "100", 60, UNIQUE)


@pytest.mark.parametrize("count", [1, 15, 22])
def test_other_numbers_of_columns_are_a_fault(count: int) -> None:
    _, (fault,) = read(Asterisk(), ",".join(["x"] * count))
    assert "16 to 21" in fault.reason


@pytest.mark.parametrize(
    ("disposition", "app", "outcome"),
    [
        ("ANSWERED", "Dial", CallOutcome.ANSWERED),
        ("ANSWERED", "VoiceMail", CallOutcome.VOICEMAIL),
        ("NO ANSWER", "Dial", CallOutcome.NO_ANSWER),
        ("BUSY", "Dial", CallOutcome.BUSY),
        ("FAILED", "Dial", CallOutcome.FAILED),
        ("CONGESTION", "Dial", CallOutcome.FAILED),
    ],
)
def test_dispositions(disposition: str, app: str, outcome: CallOutcome) -> None:
    assert only(row(disposition=disposition, app=app, answer="", seconds_=(65, 0))).outcome is outcome


@pytest.mark.parametrize(
    ("context", "src", "dst", "direction"),
    [
        ("from-trunk", "01632960001", "100", Direction.INBOUND),
        ("from-trunk-sip-bt", "", "s", Direction.INBOUND),
        ("default", "", "100", Direction.INBOUND),
        ("default", "anonymous", "100", Direction.INBOUND),
        ("default", "07700900001", "100", Direction.INBOUND),
        ("from-internal", "100", "01632960001", Direction.OUTBOUND),
        ("from-internal", "01632960999", "07700900001", Direction.OUTBOUND),
        ("from-internal", "07700900001", "101", Direction.INBOUND),
        ("candidates", "100", "101", None),
        ("from-internal", "100", "101", None),
    ],
)
def test_directions(context: str, src: str, dst: str, direction: Direction | None) -> None:
    assert only(row(context=context, src=src, dst=dst)).direction is direction


@pytest.mark.parametrize(
    ("start", "zone", "expected"),
    [
        ("2026-03-02 10:15:00", LONDON, "2026-03-02T10:15:00+00:00"),
        ("2026-06-01 10:15:00", LONDON, "2026-06-01T09:15:00+00:00"),
        ("2026-06-01 10:15:00", UTC_ZONE, "2026-06-01T10:15:00+00:00"),
        ("2025-10-26 01:30:00", LONDON, "2025-10-26T00:30:00+00:00"),
        ("01/06/2026 10:15", LONDON, "2026-06-01T09:15:00+00:00"),
        ("2026-06-01T10:15:00-04:00", LONDON, "2026-06-01T14:15:00+00:00"),
        ("2026/06/01 10:15:00", LONDON, "2026-06-01T09:15:00+00:00"),
    ],
)
def test_times_are_local_unless_they_say_otherwise(start: str, zone: ZoneInfo, expected: str) -> None:
    assert moment(start, zone).isoformat() == expected


def test_a_call_over_the_hour_that_comes_twice_does_not_end_before_it_starts() -> None:
    leg = only(row(start="2025-10-26 01:50:00", end="2025-10-26 01:10:00", seconds_=(1200, 1190)))
    assert leg.ended_at is not None
    assert leg.ended_at - leg.started_at == timedelta(minutes=20)


@pytest.mark.parametrize(
    "text", ["", "2026-03-02", "10:15", "yesterday 10:15", "0001-01-01 00:00:00", "9999-12-31 23:59:59"]
)
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="expected a time"):
        moment(text, LONDON)


@pytest.mark.parametrize(("text", "expected"), [("", 0), (" 65 ", 65), ("1:05", 65), ("1:01:05", 3665)])
def test_lengths(text: str, expected: int) -> None:
    assert seconds(text) == expected


@pytest.mark.parametrize("text", ["-5", "1.5", "x", "1:2:3:4", "9" * 5000, "999999999", "\u0661"])
def test_what_is_no_length_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="expected"):
        seconds(text)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_encodings(encoding: str) -> None:
    assert decode('"Zoë"\r\n,100'.encode(encoding)) == '"Zoë"\r\n,100'
    assert decode(b"") == ""


def test_a_mark_left_by_converting_is_no_part_of_the_first_name() -> None:
    assert decode("\ufeffCaller,Start".encode("utf-16")) == "Caller,Start"


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_line_ends_and_row_numbers(ending: str) -> None:
    text = ending.join(["a,b", "", '"c', 'd",e', "f\u2028,g"])
    assert list(rows(text)) == [(1, ["a", "b"]), (3, ["c\nd", "e"]), (5, ["f\u2028", "g"])]


@pytest.mark.parametrize(
    "broken",
    ['"","0163,"100"', row()[:-1], '"never closed', 'x,"a"b', "y" * 70_000],
    ids=["early", "last", "open", "after", "long"],
)
def test_a_broken_row_costs_itself_only(broken: str) -> None:
    good = [row(src=f"0163296000{number}", more=(f"1772446500.{number}",)) for number in range(5)]
    legs, faults = read(Asterisk(), "\n".join([good[0], broken, good[1], broken, *good[2:]]))
    assert [leg.row for leg in legs] == [1, 3, 5, 6, 7]
    assert [fault.row for fault in faults] == [2, 4]


def test_a_quote_open_to_the_end_costs_its_row_only() -> None:
    text = "\n".join(['"open', *(f"{number},x" for number in range(3 * MOST_LINES_A_ROW))])
    assert len([fields for _, fields in rows(text) if isinstance(fields, list)]) == 3 * MOST_LINES_A_ROW


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (row(disposition="MAYBE"), "disposition"),
        (row(start="soon"), "start"),
        (row(end="never"), "end or billsec"),
        (row().replace(",60,", ",sixty,"), "end or billsec"),
    ],
)
def test_a_fault_names_the_column(text: str, named: str) -> None:
    legs, (fault,) = read(Asterisk(), f"{row()}\n{text}")
    assert len(legs) == 1
    assert fault.row == 2
    assert named in fault.reason


def test_legs_with_one_linked_id_are_one_call() -> None:
    linked = ("", "", "link.1", "1")
    first = row(disposition="NO ANSWER", answer="", seconds_=(20, 0), more=(UNIQUE, *linked))
    second = row(
        start="2026-03-02 10:15:20", end="2026-03-02 10:17:30", seconds_=(130, 120), more=("1772446501.13", *linked)
    )
    legs, _ = read(Asterisk(), "\n".join([second, first, second]))
    (one,) = calls(legs)
    record = json.loads(one.record())
    assert len(record["legs"]) == 2
    assert (record["outcome"], record["duration_seconds"]) == ("answered", 120)
    assert (record["received_at"], record["source_id"]) == ("2026-03-02T10:15:00Z", "link.1")


def test_overlapping_legs_count_their_time_once() -> None:
    linked = ("", "link.1", "1")
    first = row(more=("a", *linked))
    second = row(start="2026-03-02 10:16:00", end="2026-03-02 10:18:00", seconds_=(120, 110), more=("b", *linked))
    (one,) = calls(read(Asterisk(), f"{first}\n{second}")[0])
    assert json.loads(one.record())["duration_seconds"] == 175  # 10:15:05 to 10:18:00


def test_voicemail_is_its_own_channel() -> None:
    (one,) = calls([only(row(app="VoiceMail"))])
    assert json.loads(one.record())["channel"] == "voicemail"


SHEETS = {
    "usual": "Caller,Called,Start,Duration,Outcome,Notes\n01632960001,100,02/03/2026 10:15,1:05,answered,hello",
    "synonyms": "From,To,Date/Time,Length,Result,Comments\n01632960001,100,02/03/2026 10:15,65,Taken,hello",
    "semicolons": "Caller;Called;Start;Duration;Outcome;Notes\n01632960001;100;02/03/2026 10:15;65;;hello",
    "tabs": "Caller\tCalled\tStart\tDuration\tOutcome\tNotes\n01632960001\t100\t2026-03-02 10:15:00\t65\t\thello",
    "excel": "sep=;\nCaller;Called;Start;Duration;Outcome;Notes\n01632960001;100;02/03/2026 10:15;65;;hello",
    "days": "Date,Time,End,Caller,Called,Notes\n02/03/2026,10:15,10:16,01632960001,100,hello",
}


@pytest.mark.parametrize("name", SHEETS)
def test_sheets(name: str) -> None:
    leg = only(SHEETS[name], format_=Generic())
    assert (leg.caller, leg.called, leg.notes, leg.outcome) == ("01632960001", "100", "hello", CallOutcome.ANSWERED)
    assert leg.started_at == datetime(2026, 3, 2, 10, 15, tzinfo=UTC)
    assert leg.talk_seconds == (60 if name == "days" else 65)
    assert leg.direction is Direction.INBOUND


def test_a_mapping_goes_before_the_usual_names() -> None:
    text = "Number,Who rang,When\n100,01632960001,2026-03-02 10:15:00"
    leg = only(text, format_=Generic({"caller": "who rang", "called": "Number", "start": "When "}))
    assert (leg.caller, leg.called) == ("01632960001", "100")
    _, (fault,) = read(Generic({"notes": "Remarks"}), SHEETS["usual"])
    assert "remarks" in fault.reason
    with pytest.raises(ValueError, match="colour"):
        Generic({"colour": "x"})


@pytest.mark.parametrize("text", ["Name,Age\nx,1", "Caller,Called\n1,2", '"open\n1,2', "Start\n2026-03-02 10:15"])
def test_a_sheet_without_the_columns_is_one_fault(text: str) -> None:
    legs, (fault,) = read(Generic(), text)
    assert legs == []
    assert fault.row == 1


def test_a_sheet_whose_callers_are_under_an_unknown_heading_is_refused_whole() -> None:
    legs, (fault,) = read(Generic(), "Number shown,Called,Start\n01632960001,100,2026-03-02 10:15:00")
    assert legs == []
    assert (fault.row, "mapping" in fault.reason) == (1, True)
    assert only("Called,Start,Direction\n01632960001,2026-03-02 10:15:00,out", format_=Generic()).caller is None


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ("1,2,soon,5,answered,in", "start"),
        ("1,2,2026-03-02 10:15:00,long,answered,in", "duration"),
        ("1,2,2026-03-02 10:15:00,5,exploded,in", "outcome"),
        ("1,2,2026-03-02 10:15:00,5,answered,up", "direction"),
        ('1,2,"2026-03-02 10:15:00,5,answered,in', "quote"),
    ],
)
def test_a_bad_row_of_a_sheet_is_named(fields: str, named: str) -> None:
    good = "3,4,2026-03-02 10:15:00,5,missed,out"
    legs, (fault,) = read(Generic(), f"caller,called,start,duration,outcome,direction\n{fields}\n{good}")
    assert [(leg.outcome, leg.direction) for leg in legs] == [(CallOutcome.NO_ANSWER, Direction.OUTBOUND)]
    assert fault.row == 2
    assert named in fault.reason


def test_an_end_before_its_start_is_named() -> None:
    _, (fault,) = read(Generic(), "caller,start,end\n1,2026-03-02 10:15:00,2026-03-02 09:15:00")
    assert "before" in fault.reason


def test_many_calls_of_one_case_stay_many_and_withheld_ones_do_not_merge() -> None:
    text = (
        "caller,start,reference,notes\n1,2026-03-02 10:15:00,CR/1,a\n1,2026-03-03 10:15:00,CR/1,b\n"
        ",2026-03-04 10:15:00,,c\n,2026-03-04 10:15:00,,d\n1,2026-03-02 10:15:00,CR/1,a, again"
    )
    assert len(list(calls(read(Generic(), text)[0]))) == 4


async def test_an_import_takes_each_call_and_names_the_rest() -> None:
    spool = FakeSpool()
    text = "\n".join(
        [
            row(more=("1772446500.1",)),
            row(start="2027-01-01 10:00:00", end="2027-01-01 10:01:00", more=("1772446500.2",)),
            row(context="from-internal", src="100", dst="101", more=("1772446500.3",)),
            "nonsense",
        ]
    )
    imported = await import_calls(text.encode(), Asterisk(), spool, zone=LONDON, now=NOW)
    assert (imported.calls, imported.internal) == (1, 1)
    assert [fault.row for fault in imported.faults] == [2, 4]
    ((envelope, _record),) = spool.messages
    assert (envelope.source, envelope.source_key) == ("calls:asterisk", "calls:asterisk:1772446500.1")


async def test_importing_again_uses_the_same_keys() -> None:
    spool = FakeSpool()
    text = "\n".join(row(src=f"016329600{number:02}") for number in range(90))
    for taken, again in ((90, 0), (0, 90)):
        imported = await import_calls(text.encode(), Asterisk(), spool, zone=LONDON, now=NOW)
        assert (imported.calls, imported.again, imported.faults, imported.notes) == (taken, again, (), ())
    assert len({envelope.source_key for envelope, _ in spool.messages}) == len(spool.messages) == 90


async def test_that_a_call_was_got_long_after_it_was_made_is_kept_beside_it() -> None:
    spool = FakeSpool()
    text = row(start="2026-05-28 09:01:00", end="2026-05-28 09:02:00")
    await import_calls(text.encode(), Asterisk(), spool, zone=LONDON, now=NOW)
    ((envelope, record),) = spool.messages
    assert envelope.received_at == NOW
    assert json.loads(record)["received_at"].startswith("2026-05-28T08:01")


async def test_a_clock_a_little_ahead_is_no_fault() -> None:
    spool = FakeSpool()
    text = row(start="2026-06-02 13:01:00", end="2026-06-02 13:02:00")
    imported = await import_calls(text.encode(), Asterisk(), spool, zone=LONDON, now=NOW)
    assert imported.faults == ()
    assert spool.messages[0][0].received_at == NOW


async def test_a_contact_file_is_keyed_by_its_source_or_its_bytes() -> None:
    spool = FakeSpool()
    for source_id in ("s-1", None, None):
        await import_record(b"{}", spool, received_at=NOW, source_id=source_id)
    keys = [envelope.source_key for envelope, _ in spool.messages]
    assert keys[0] == "contact:s-1"
    assert keys[1] == keys[2] != keys[0]


def put(folder: Path, name: str, content: str, *, age: float = 60) -> Path:
    path = folder / name
    path.write_text(content)
    os.utime(path, (NOW.timestamp() - age,) * 2)
    return path


def watched(folder: Path, spool: FakeSpool, format_: CallFormat | None = None) -> WatchedFolder:
    return WatchedFolder(folder, format_ or Asterisk(), spool, zone=LONDON, now=lambda: NOW)


async def test_the_log_does_not_hold_a_files_name(tmp_path: Path) -> None:
    put(tmp_path, "calls of Jordan Example.csv", "nonsense")
    with capture_logs() as logs:
        await watched(tmp_path, FakeSpool()).poll()
    assert logs and "Jordan" not in str(logs)


async def test_a_settled_file_is_imported_and_moved(tmp_path: Path) -> None:
    spool = FakeSpool()
    put(tmp_path, "Master.csv", row())
    put(tmp_path, "growing.csv", row(), age=0)
    put(tmp_path, ".hidden", row())
    await watched(tmp_path, spool).poll()
    assert len(spool.messages) == 1
    assert [path.name for path in (tmp_path / "done").iterdir()] == ["20260602T120000-Master.csv"]
    assert (tmp_path / "growing.csv").exists()
    put(tmp_path, "Master.csv", row(), age=60)
    await watched(tmp_path, spool).poll()
    assert len(list((tmp_path / "done").iterdir())) == 2


async def test_a_faulty_file_has_a_note_beside_it(tmp_path: Path) -> None:
    put(tmp_path, "log.csv", f"{row()}\nnonsense\n")
    await watched(tmp_path, FakeSpool()).poll()
    note = tmp_path / "faulty" / "20260602T120000-log.csv.faults.txt"
    assert note.read_text().startswith("row 2: 1 columns")
    assert (tmp_path / "faulty" / "20260602T120000-log.csv").exists()


async def test_somebody_is_told_of_rows_that_were_not_taken_in_before_the_file_is_moved(tmp_path: Path) -> None:
    told: list[str] = []

    async def tell(text: str) -> None:
        told.append(text)
        if len(told) == 1:
            raise OSError("on purpose")

    path = put(tmp_path, "Jordan.csv", f"{row()}\nnonsense\n")
    folder = WatchedFolder(tmp_path, Asterisk(), FakeSpool(), zone=LONDON, now=lambda: NOW, tell=tell)
    with pytest.raises(OSError, match="on purpose"):
        await folder.poll()
    assert path.exists()
    await folder.poll()
    assert told[1].startswith("1 row of a call log") and str(tmp_path / "faulty") in told[1]
    assert "Jordan" not in told[1]
    await folder.poll()
    assert len(told) == 2


async def test_somebody_is_told_once_of_a_file_that_cannot_be_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []

    async def tell(text: str) -> None:
        told.append(text)

    async def refused(_path: Path) -> None:
        raise PermissionError

    put(tmp_path, "log.csv", row())
    folder = WatchedFolder(tmp_path, Asterisk(), FakeSpool(), zone=LONDON, now=lambda: NOW, tell=tell)
    monkeypatch.setattr(folder, "_import", refused)
    await folder.poll()
    await folder.poll()
    assert len(told) == 1 and "cannot be opened (PermissionError)" in told[0]


class Hostile:
    """A format that a file makes fail."""

    name = "hostile"

    def legs(self, text: str, zone: ZoneInfo) -> object:
        raise ZeroDivisionError


async def test_no_file_stops_those_behind_it(tmp_path: Path) -> None:
    for name in ("a.csv", "b.csv"):
        put(tmp_path, name, "x")
    await watched(tmp_path, FakeSpool(), Hostile()).poll()  # type: ignore[arg-type]
    assert len(list((tmp_path / "faulty").iterdir())) == 4


async def test_too_large_a_file_is_refused_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.intake.calls.watch.LARGEST_FILE_BYTES", 10)
    put(tmp_path, "big.csv", row())
    spool = FakeSpool()
    await watched(tmp_path, spool).poll()
    assert spool.messages == []
    assert "split it" in (tmp_path / "faulty" / "20260602T120000-big.csv.faults.txt").read_text()


async def test_a_full_store_leaves_the_file_for_later(tmp_path: Path) -> None:
    path, spool = put(tmp_path, "log.csv", row()), FakeSpool(fail=SpoolUnavailable("full"))
    with pytest.raises(SpoolUnavailable):
        await watched(tmp_path, spool).poll()
    assert path.exists()
    spool.fail = None
    await watched(tmp_path, spool).poll()
    assert len(spool.messages) == 1


async def test_a_file_gone_meanwhile_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = watched(tmp_path, FakeSpool())
    monkeypatch.setattr(folder, "_settled", lambda: [tmp_path / "gone.csv", put(tmp_path, "here.csv", row())])
    await folder.poll()
    assert len(list((tmp_path / "done").iterdir())) == 1
