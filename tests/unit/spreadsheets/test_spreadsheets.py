"""Spreadsheets read as offices keep them: encodings, delimiters, days, words for restrictions, headings."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest

from gateway.spreadsheets import sheet as sheets
from gateway.spreadsheets.days import day_of
from gateway.spreadsheets.mapping import ColumnMapping, Field, columns_of, propose
from gateway.spreadsheets.markup import AN_ERROR, NOT_WORKED_OUT
from gateway.spreadsheets.phrases import Phrases, UnknownWords
from gateway.spreadsheets.plan import plan
from gateway.spreadsheets.rows import Fault, ReadRow, read_row
from gateway.spreadsheets.sheet import Row, Sheet, SheetError, read
from models.register import Register
from tests.workbooks import Fault as CellFault
from tests.workbooks import Formula, Serial, workbook


@pytest.mark.parametrize(
    ("raw", "delimiter"),
    [
        ("Name,Reason\nZoë O'Neill,Fifty calls\n".encode(), ","),
        ("\ufeffName;Reason\nZoë O'Neill;Fifty calls\n".encode(), ";"),
        ("Name\tReason\r\nZoë O'Neill\tFifty calls\r\n".encode("cp1252"), "tab"),
        ("Name|Reason\nZoë O'Neill|Fifty calls\n".encode("utf-16"), "|"),
    ],
)
def test_a_csv_file_is_read_whatever_made_it(tmp_path: Path, raw: bytes, delimiter: str) -> None:
    path = tmp_path / "register.csv"
    path.write_bytes(raw)
    found = read(path)
    assert [row.cells for row in found.rows] == [("Name", "Reason"), ("Zoë O'Neill", "Fifty calls")], delimiter


AS_WRITTEN = {
    "a quotation among commas": 'Daily calls, said "ring me" often, and worse',
    "lines of its own": "First call.\nSecond call; third.",
    "all in quotation marks": '"Ring me"',
    "a mark alone": 'A 6" pipe',
    "what other files part cells by": "red; green\tblue|white, black",
    "a comma before the last mark": 'She wrote, "never again,"',
}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("kind", AS_WRITTEN)
def test_a_cell_is_read_as_it_was_written(tmp_path: Path, encoding: str, delimiter: str, kind: str) -> None:
    written = (
        ("Name", "E-mail", "Issue", "Grounds", "Notes"),
        ("Zoë O'Neill", "zoe@mail.example", "Noise", "Calls daily", "£5 – “owed”"),
        ("Bo Peep", "bo@mail.example", "Sheep", AS_WRITTEN[kind], "her note"),
        ("Al Last", "al@mail.example", AS_WRITTEN[kind], "Calls daily", ""),
    )
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=delimiter).writerows(written)  # as Excel does: quoted where there is need, CRLF
    path = tmp_path / "register.csv"
    path.write_bytes(file.getvalue().encode(encoding))
    assert tuple(row.cells for row in read(path).rows) == written
    assert [row.number for row in read(path).rows] == [1, 2, 3, 4]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_a_file_of_few_rows_and_many_quotation_marks_is_parted_as_its_headings_are(
    tmp_path: Path, delimiter: str
) -> None:
    few = [
        ("Name", "Ref", "Grounds, notes"),
        *(("Jo", "0", cell) for cell in ('said "ring me" often', "5'6\"", "a\nb")),
    ]
    path = tmp_path / "register.csv"
    for written in [few, few[:2], [few[0], few[2]], [few[0], few[3]], [*few[:1], few[2], few[3]]]:
        file = io.StringIO(newline="")
        csv.writer(file, delimiter=delimiter).writerows(written)
        path.write_text(file.getvalue(), "utf-8")
        assert [row.cells for row in read(path).rows] == written
    path.write_text('Name\n"Jo ""Fifty"" Bloggs; the elder"\n', "utf-8")
    assert read(path).rows[1].cells == ('Jo "Fifty" Bloggs; the elder',)


def test_a_quotation_mark_that_is_never_closed_is_refused_and_swallows_no_rows(tmp_path: Path) -> None:
    path = tmp_path / "register.csv"
    path.write_text('Name,Reason\nBo Peep,"calls daily\nAnn Other,x\n', "utf-8")
    with pytest.raises(SheetError, match="row 2 is not CSV"):
        read(path)
    path.write_text('Name,Reason\nBo Peep,"said "no", and left"\n', "utf-8")
    with pytest.raises(SheetError, match="row 2 is not CSV"):
        read(path)


def test_a_space_after_the_comma_is_no_part_of_the_cell(tmp_path: Path) -> None:
    path = tmp_path / "register.csv"
    path.write_text('Name, Reason\n"Bo Peep", "calls, daily"\n', "utf-8")
    assert read(path).rows[1].cells == ("Bo Peep", "calls, daily")


def test_rows_keep_the_numbers_that_the_spreadsheet_shows(tmp_path: Path) -> None:
    path = tmp_path / "register.csv"
    path.write_text('Name,Reason\n\n"Ann Other","two\nlines"\nBo Peep,x\n', "utf-8")
    assert [(row.number, row.cells[0]) for row in read(path).rows] == [(1, "Name"), (3, "Ann Other"), (4, "Bo Peep")]


def test_a_workbook_gives_days_numbers_and_text(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "register.xlsx",
        {"Notes": [["x"]], "Register": [[None], ["Name", "Start", "Tel"], ["Zoë O'Neill", Serial(46112), 1632960101]]},
    )
    found = read(path, sheet="Register")
    assert found.name == "register.xlsx, sheet Register"
    assert [row.number for row in found.rows] == [2, 3]
    assert day_of(found.rows[1].at(1)) == date(2026, 3, 31)
    assert read(path).rows[0].cells == ("x",)
    with pytest.raises(SheetError, match="there are Notes, Register"):
        read(path, sheet="Sheet1")


def test_what_a_cell_of_a_workbook_shows_and_does_not_hold_is_told(tmp_path: Path) -> None:
    rows = [
        ["Name", "Tel", "Review", "Start"],
        ["Ann Other", Formula("C9"), Serial(46112), Serial(46000)],
        ["Bo Peep", "01632 960101", CellFault("#REF!"), None],
        [CellFault("#N/A"), None, None, None],
        ["Cy Deer", None, None, Serial(1)],
    ]
    fields = (Field.NAME, Field.PHONES, Field.REVIEW_DUE, Field.STARTS)
    columns = {number: (str(rows[0][number]), field) for number, field in enumerate(fields)}
    path = workbook(tmp_path / "r.xlsx", {"R": rows}, merged=("D2:D3",))
    read_rows = read(path, sheet="R").rows
    assert [row.number for row in read_rows] == [1, 2, 3, 4, 5]
    told = [str(fault) for row in read_rows[1:] for fault in _faults(read_row(row, columns, Phrases.shipped({})))]
    lost = {text.partition(", got ")[0]: text.partition(", got ")[2] for text in told if ", got " in text}
    assert lost == {
        'row 2, column "Tel": expected a value': NOT_WORKED_OUT,
        'row 3, column "Review": expected a value': AN_ERROR,
        'row 3, column "Start": expected a value': "merged with the cell above or before it; part them, and write into each what holds "
        "for it",
        'row 4, column "Name": expected a value': AN_ERROR,
    }  # fmt: skip
    assert any(text.startswith('row 5, column "Start": expected a day') for text in told)  # the empty day of 1900
    with pytest.raises(SheetError, match="counts its days from 1904"):
        read(workbook(tmp_path / "old.xlsx", {"R": rows}, since_1904=True))
    with pytest.raises(SheetError, match="are merged"):
        read(workbook(tmp_path / "all.xlsx", {"R": rows}, merged=("A1:ZZ20000",)))


def _faults(made: ReadRow | tuple[Fault, ...]) -> tuple[Fault, ...]:
    return () if isinstance(made, ReadRow) else made


def test_what_is_no_spreadsheet_too_large_or_unfolds_without_end_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"not a zip file")
    with pytest.raises(SheetError, match="not a workbook"):
        read(tmp_path / "a.xlsx")
    with zipfile.ZipFile(tmp_path / "b.xlsx", "w") as folder:
        folder.writestr("hello.txt", "hello")
    with pytest.raises(SheetError, match="not a workbook"):
        read(tmp_path / "b.xlsx")
    with zipfile.ZipFile(tmp_path / "c.xlsx", "w", zipfile.ZIP_DEFLATED) as folder:
        for number in range(3):
            folder.writestr(f"{number}.xml", b"0" * (80 * 1024 * 1024))
    with pytest.raises(SheetError, match="unfolds to more than"):
        read(tmp_path / "c.xlsx")
    (tmp_path / "d.csv").write_bytes(b"")
    with pytest.raises(SheetError, match="nothing in it"):
        read(tmp_path / "d.csv")
    (tmp_path / "e.csv").write_bytes(b"a\0b,c\n")
    with pytest.raises(SheetError, match="not text"):
        read(tmp_path / "e.csv")
    with pytest.raises(SheetError, match=r"\.csv or \.xlsx"):
        (tmp_path / "f.xls").write_bytes(b"x")
        read(tmp_path / "f.xls")
    monkeypatch.setattr(sheets, "MOST_ROWS", 3)
    (tmp_path / "g.csv").write_text("a,b\n" * 5, "utf-8")
    with pytest.raises(SheetError, match="more than 3 rows"):
        read(tmp_path / "g.csv")
    monkeypatch.setattr(sheets, "MOST_BYTES", 3)
    with pytest.raises(SheetError, match="larger than"):
        read(tmp_path / "g.csv")


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("31/3/26", date(2026, 3, 31)),
        ("31/03/2026", date(2026, 3, 31)),
        ("31.3.26", date(2026, 3, 31)),
        ("3-4-2026", date(2026, 4, 3)),
        ("31 March 2026", date(2026, 3, 31)),
        ("31st Mar 26", date(2026, 3, 31)),
        ("Tuesday, 31 March 2026", date(2026, 3, 31)),
        ("1 Sept 2025", date(2025, 9, 1)),
        ("2026-03-31", date(2026, 3, 31)),
        ("31/3/75", date(1975, 3, 31)),
        (46112, date(2026, 3, 31)),
        (46112.0, date(2026, 3, 31)),
        ("46112", date(2026, 3, 31)),
        (datetime(2026, 3, 31, 9, 30), date(2026, 3, 31)),
        (date(2026, 3, 31), date(2026, 3, 31)),
        ("", None),
        ("  ", None),
    ],
)
def test_days_are_read_as_people_in_britain_write_them(cell, day) -> None:
    assert day_of(cell) == day


@pytest.mark.parametrize(
    "cell", ["3/31/26", "31/2/26", "31 Marchember 2026", "next week", "March 2026", 12, True, "1/2"]
)
def test_what_is_no_certain_day_is_none(cell) -> None:
    with pytest.raises(ValueError, match="expected a day such as"):
        day_of(cell)


def test_words_for_restrictions_become_restrictions() -> None:
    phrases = Phrases.shipped({})
    found = phrases.restrictions("Two e-mails a week; No telephone calls\nSPOC only, calls limited to 15 minutes")
    assert [one.kind for one in found] == ["contact_limit", "channel_blocked", "spoc_only", "call_duration"]
    assert (found[0].count, found[0].per, found[3].minutes) == (2, "week", 15)
    assert [one.id for one in found] == ["R1", "R2", "R3", "R4"]
    assert phrases.restrictions("no calls; no phone calls; ") == phrases.restrictions("No Calls")


def test_words_that_nobody_listed_are_not_guessed_at() -> None:
    with pytest.raises(UnknownWords) as unknown:
        Phrases.shipped({}).restrictions("SPOC only; no telephon calls")
    assert (unknown.value.part, unknown.value.like) == (2, "no telephone calls")
    own = Phrases.shipped({"as agreed": ({"kind": "contact_agreement"},), "spoc only": ({"kind": "call_recording"},)})
    assert [one.kind for one in own.restrictions("As agreed, SPOC only")] == ["contact_agreement", "call_recording"]


def test_a_mapping_is_proposed_from_the_headings_wherever_they_stand() -> None:
    sheet = Sheet(
        "s",
        (
            Row(1, ("Unreasonable complainants 2026",)),
            Row(3, ("Customer Name", "E-mail", "Tel. No.", "Restriction", "Review Date", "Hair colour", "Comments")),
            Row(4, ("Ann Other", "ann@mail.example", "", "SPOC only", "31/3/26", "", "")),
        ),
    )
    proposal = propose(sheet)
    assert proposal.columns == {
        "Customer Name": Field.NAME,
        "E-mail": Field.EMAILS,
        "Tel. No.": Field.PHONES,
        "Restriction": Field.RESTRICTIONS,
        "Review Date": Field.REVIEW_DUE,
        "Comments": Field.NOTE,
    }
    assert proposal.left_out == ("Hair colour",)
    number, columns = columns_of(sheet, ColumnMapping(columns=dict(proposal.columns)))
    assert number == 3 and columns[4] == ("Review Date", Field.REVIEW_DUE)
    with pytest.raises(SheetError, match="row 3 lacks 'Surname'"):
        columns_of(sheet, ColumnMapping(columns={"Surname": Field.NAME}))


def test_a_mapping_names_the_person_and_each_field_once() -> None:
    with pytest.raises(ValueError, match="the person's `name`"):
        ColumnMapping(columns={"Email": Field.EMAILS})
    with pytest.raises(ValueError, match="of which there can be one"):
        ColumnMapping(columns={"Name": Field.NAME, "A": Field.ENDS, "B": Field.ENDS})
    assert ColumnMapping(columns={"Name": Field.NAME, "Email 1": Field.EMAILS, "Email 2": Field.EMAILS})


COLUMNS = {n: (one.value.upper(), one) for n, one in enumerate(Field)}


def row(number: int = 2, **cells) -> Row:
    return Row(number, tuple(cells.get(one.value, "") for one in Field))


def reading(number: int = 2, **cells) -> ReadRow:
    made = read_row(row(number, **{"name": "Ann Other", **cells}), COLUMNS, Phrases.shipped({}))
    assert isinstance(made, ReadRow), made
    return made


def test_every_fault_of_a_row_is_named_with_its_column_and_never_with_what_stands_there() -> None:
    faults = read_row(
        row(
            7, name="Ann", emails="ann at mail", phones="12", reference="?", restrictions="be nice", starts="31/2/26",
            review_due="soon", spoc_address="nobody",
        ),
        COLUMNS,
        Phrases.shipped({}),
    )  # fmt: skip
    assert isinstance(faults, tuple)
    assert {fault.column for fault in faults} == {
        "NAME", "EMAILS", "PHONES", "REFERENCE", "RESTRICTIONS", "STARTS", "REVIEW_DUE", "SPOC_ADDRESS",
    }  # fmt: skip
    said = " ".join(map(str, faults))
    assert all(fault.row == 7 for fault in faults) and 'row 7, column "STARTS": there is no such day; expected' in said
    assert "be nice" not in said and "ann at mail" not in said


def test_what_an_export_could_not_be_imported_with_is_refused_with_its_row() -> None:
    columns = {
        0: ("Name", Field.NAME),
        1: ("Address", Field.ADDRESS),
        2: ("From", Field.STARTS),
        3: ("By", Field.REVIEW_DUE),
    }
    faults = read_row(Row(2, ("Ann Other", "2 B St", "1/4/2026", "1/3/2026")), columns, Phrases.shipped({}))
    assert sorted(map(str, faults)) == [
        'row 2, column "Address": expected a postal address such as 4 Weir Lane, Northmoor NM1 2AB',
        'row 2, column "By": before the strategy starts; expected a day on or after `starts`',
    ]


def test_a_row_says_who_what_why_and_until_when() -> None:
    made = reading(
        emails="ann@mail.example; a.other@post.example", phones=1632960101, address="4 Weir Lane,\nNorthmoor",
        reference="CS 2024/07", reasons="Fifty calls.", restrictions="SPOC only", starts="1/4/26", ends=46500,
        spoc="Pat Contact <spoc@council.example>", notified_on="3 April 2026", note="Be careful.", matter="The drain",
    )  # fmt: skip
    assert [(one.kind.value, one.value) for one in made.identifiers] == [
        ("email", "ann@mail.example"),
        ("email", "a.other@post.example"),
        ("phone", "01632960101"),
        ("postal", "4 Weir Lane, Northmoor"),
    ]
    assert (made.reference, made.starts, made.notified_on) == ("CS-2024/07", date(2026, 4, 1), date(2026, 4, 3))
    assert made.spoc is not None and (made.spoc.name, made.spoc.address) == ("Pat Contact", "spoc@council.example")
    assert made.notes == ("Be careful.",) and made.has_strategy


@pytest.mark.parametrize("field", [Field.PHONES, Field.REFERENCE, Field.MATTER_REFERENCE])
@pytest.mark.parametrize("cell", ["4.47E+11", "4,47e11", "#####", 1.2345678901234568e18])
def test_a_number_that_a_spreadsheet_cut_short_is_told_and_never_taken(field: Field, cell: str | float) -> None:
    (fault, *_) = _faults(read_row(row(**{"name": "Ann Other", field.value: cell}), COLUMNS, Phrases.shipped({})))
    assert fault.column == field.value.upper() and "got a number cut short" in fault.text


def test_a_nought_that_is_put_before_a_telephone_number_is_told() -> None:
    made = reading(phones="1632960101; 07700 900123; +44 1632 960102; 120452000")
    assert [one.value for one in made.identifiers] == ["01632960101", "07700 900123", "+44 1632 960102", "0120452000"]
    assert [fault.column for fault in made.told] == ["PHONES", "PHONES"]
    assert reading(phones=447700900123).told == ()


def test_a_row_without_a_reference_has_the_same_id_each_time_and_another_row_another() -> None:
    assert reading(reasons="A").reference == reading(9, reasons="A").reference != reading(reasons="B").reference
    assert not reading(emails="ann@mail.example").has_strategy
    assert reading(spoc="Pat Contact").notes == ("Single point of contact, without an address: Pat Contact",)


REGISTER = Register.model_validate(
    {
        "organisation": {"name": "O", "domains": ["opcc.example"], "addresses": {"manager": "m@opcc.example"}},
        "people": [
            {
                "id": "P-007",
                "name": "Ann Other",
                "identifiers": [
                    {"kind": "email", "value": "Ann@Mail.example"},
                    {"kind": "phone", "value": "01632 960 999", "shared": True},
                ],
            },
            {"id": "P-008", "name": "Bo Peep", "identifiers": [{"kind": "phone", "value": "01632 960 102"}]},
        ],
        "matters": [{"id": "M-01", "person": "P-007", "title": "The drain", "reference": "C/1"}],
        "strategies": [{"id": "CS-001", "person": "P-008", "status": "active", "starts": "2026-01-05"}],
    }
)


def planned(*rows: ReadRow, decided=None, taken=()):
    return plan(REGISTER, rows, decided or {}, taken=taken)


def test_somebody_is_known_by_an_identifier_of_their_own_and_what_is_new_of_them_is_added() -> None:
    made = planned(reading(emails="ann@mail.example", phones="01632 960 200", matter_reference="C/1", reasons="x y z"))
    assert (made.added, made.extended, made.matters) == ((), ("P-007",), 0)
    person = next(one for one in made.register.people if one.id == "P-007")
    assert [one.value for one in person.identifiers][-1] == "01632 960 200"
    (draft,) = made.drafts
    assert (draft.person, draft.matters) == ("P-007", ("M-01",))


def test_nobody_is_guessed_from_a_name_a_shared_number_or_somebody_elses_address() -> None:
    by_name = reading(2, emails="other@mail.example")
    by_shared = reading(3, name="Cy Cle", phones="01632 960 999")
    other_name = reading(4, name="Cy Cle", emails="ann@mail.example")
    two = reading(5, emails="ann@mail.example", phones="01632 960 102")
    made = planned(by_name, by_shared, other_name, two)
    assert [(doubt.row, doubt.like) for doubt in made.doubts] == [
        (2, ("P-007",)), (3, ("P-007",)), (4, ("P-007",)), (5, ("P-007", "P-008")),
    ]  # fmt: skip
    assert not made.added and made.register == REGISTER
    settled = planned(by_name, other_name, decided={2: "new", 4: "P-007"})
    assert settled.added == ("P-009",) and not settled.doubts
    assert "nobody P-999" in str(planned(by_name, decided={2: "P-999"}).faults[0])


def test_two_rows_of_one_person_are_one_person_with_two_strategies() -> None:
    one = reading(2, name="Dee Dee", emails="dee@mail.example", reference="A-1", matter="Bins")
    two = reading(3, name="Dee Dee", emails="dee@mail.example", reference="A-2", matter="Roads")
    made = planned(one, two)
    assert made.added == ("P-009",) and made.matters == 2
    assert {draft.person for draft in made.drafts} == {"P-009"}
    assert [matter.id for matter in made.register.matters] == ["M-01", "M-02", "M-03"]


def test_a_strategy_of_the_register_is_never_replaced_and_one_that_has_a_file_is_left() -> None:
    clash = reading(2, name="Dee Dee", emails="dee@mail.example", reference="CS-001")
    twice = reading(4, name="Dee Dee", emails="dee@mail.example", reference="A-1")
    made = planned(clash, reading(3, name="Dee Dee", emails="dee@mail.example", reference="A-1"), twice)
    assert [fault.row for fault in made.faults] == [2, 4]
    assert "an import does not replace" in made.faults[0].text
    again = planned(twice, taken={"A-1"})
    assert not again.drafts and [draft.id for draft in again.again] == ["A-1"]


TELEPHONES = (
    "Tel", "TEL", "Tel.", "tel:", "Tel no", "Tel. no.", "TelNo", "Tel nos", "Tel number", "Tel 1", "Tel 2", "Tel (home)",
    "Home tel.", "Work Tel", "Mob", "Mob.", "Mob no", "Mob. No.", "Mob 1", "Tel/Mob", "Mobile tel no", "Contact no.",
    "Contact tel no", "Ph. no.", "Landline",
)  # fmt: skip


@pytest.mark.parametrize("heading", ["Email / Tel", "Title", "Telling", "Mobility", "Job", "Total", "Next of kin"])
def test_what_is_like_a_telephones_heading_and_is_none_is_not_taken(tmp_path: Path, heading: str) -> None:
    path = tmp_path / "one.csv"
    path.write_text(f"Name,{heading}\nAnn Other,17\n", "utf-8")
    assert propose(read(path)).columns == {"Name": Field.NAME}


@pytest.mark.parametrize(
    ("heading", "is_"),
    [
        ("Complaint no", Field.MATTER_REFERENCE),
        ("Complaint No.", Field.MATTER_REFERENCE),
        ("Tel no", Field.PHONES),
        *((heading, Field.PHONES) for heading in TELEPHONES),
        ("Ref No", Field.REFERENCE),
    ],
)
def test_a_number_is_one_however_its_heading_shortens_it(tmp_path: Path, heading: str, is_: Field) -> None:
    path = tmp_path / "register.csv"
    path.write_text(f"Name,{heading}\nAnn Other,17\n", "utf-8")
    assert propose(read(path)).columns == {"Name": Field.NAME, heading: is_}
