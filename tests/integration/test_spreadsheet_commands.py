"""`triage register mapping` and the import of spreadsheets, on a store with the sample register."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from gateway.places import sample_directory
from tests.workbooks import Serial, workbook

Run = Callable[..., tuple[int, str, str]]

HEADINGS = ("Name", "Email", "Telephone", "Ref", "Reason", "Restrictions", "Start date", "Review date", "Date notified")
ROWS = (
    ("Zoë O'Neill", "zoe@mail.example", 1632960201, "W 2025/1", "Fifty calls in a week.", "SPOC only; no calls",
     Serial(46112), "30 June 2026", "2/4/26"),
    ("Morag Tennant", "morag.tennant@mail.example", None, None, "Abusive letters.", "One email a week", "1/5/26", None,
     None),
)  # fmt: skip


@pytest.fixture
def run(command: Run) -> Run:
    assert command("register", "import", str(sample_directory() / "register.yaml"), "--by", "Ann Author")[0] == 0
    return command


@pytest.fixture
def book(tmp_path: Path) -> str:
    title = ("Managed contact register",)
    return str(workbook(tmp_path / "register.xlsx", {"Register": [title, (), HEADINGS, *ROWS]}))


def exported(run: Run) -> dict:
    return yaml.safe_load(run("register", "export", "--by", "Ann", "--role", "head_of_standards")[1])


def test_a_spreadsheet_is_taken_over_by_a_mapping_that_a_person_saved(run: Run, book: str) -> None:
    before = exported(run)
    status, out, said = run("register", "mapping", book, "--save", "ours")
    assert status == 0 and "--mapping ours" in said
    assert yaml.safe_load(out)["columns"]["Date notified"] == "notified_on"

    status, out, said = run("register", "import", book, "--mapping", "ours", "--by", "Ann Author")
    assert status == 0, said
    assert "1 person new, 0 known by more, 0 matters new; 2 strategies drafted" in out
    assert 'row 4, column "Telephone": a telephone number without its first nought, which was put before it' in said
    after = exported(run)
    assert len(after["people"]) == len(before["people"]) + 1
    zoe = next(person for person in after["people"] if person["name"] == "Zoë O'Neill")
    assert {one["value"] for one in zoe["identifiers"]} == {"zoe@mail.example", "01632960201"}

    drafted = next(strategy for strategy in after["strategies"] if strategy["id"] == "W-2025/1")
    assert (drafted["status"], drafted["person"], drafted["starts"]) == ("draft", zoe["id"], "2026-03-31")
    assert [one["kind"] for one in drafted["restrictions"]] == ["spoc_only", "channel_blocked"]
    assert drafted.get("notified_on") is None  # a draft until there is evidence
    shown = json.loads(run("strategy", "show", "W-2025/1", "--by", "Ann Author", "--json")[1])
    assert [step["kind"] for step in shown["steps"]] == ["drafted", "noted"]
    assert "register.xlsx, sheet Register, row 4" in shown["steps"][1]["text"]
    assert "told on 02 April 2026" in shown["steps"][1]["text"]
    assert any(one["person"] == "P-002" and one.get("reasons") == "Abusive letters." for one in after["strategies"])


def test_the_same_sheet_again_changes_nothing(run: Run, book: str) -> None:
    assert run("register", "mapping", book, "--save", "ours")[0] == 0
    assert run("register", "import", book, "--mapping", "ours", "--by", "Ann Author")[0] == 0
    once = exported(run)
    status, out, _ = run("register", "import", book, "--mapping", "ours", "--by", "Ann Author")
    assert status == 0 and "0 strategies drafted, 2 there already" in out
    assert exported(run) == once


def test_one_wrong_row_keeps_all_out_unless_the_others_are_asked_for(run: Run, tmp_path: Path) -> None:
    wrong = ("Bo Peep", "bo@mail.example", None, None, "x y z", "be nice", "31/2/26", None, None)
    book = str(workbook(tmp_path / "r.xlsx", {"S": [HEADINGS, ROWS[0], wrong]}))
    assert run("register", "mapping", book, "--save", "ours")[0] == 0
    before = exported(run)
    status, _, said = run("register", "import", book, "--mapping", "ours", "--by", "Ann Author")
    assert status == 2 and exported(run) == before
    assert 'row 3, column "Restrictions": part 1 is not among the words' in said
    assert 'row 3, column "Start date": there is no such day' in said
    status, out, said = run("register", "import", book, "--mapping", "ours", "--keep-going", "--by", "Ann Author")
    assert status == 0 and "1 strategy drafted" in out and "row 3" in said
    assert "Bo Peep" not in {person["name"] for person in exported(run)["people"]}


def test_a_doubtful_row_waits_for_a_person_to_say_who_it_is(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_text("Name;Email;Reason\nMorag Tennant;m.t@elsewhere.example;Letters.\n", "cp1252")
    (tmp_path / "m.yaml").write_text("columns: {Name: name, Email: emails, Reason: reasons}\n", "utf-8")
    arguments = ("register", "import", str(path), "--mapping", str(tmp_path / "m.yaml"), "--by", "Ann Author")
    status, _, said = run(*arguments)
    assert status == 2 and "P-002; say who it is with --is 2=ID or --is 2=new" in said
    status, out, _ = run(*arguments, "--is", "2=P-002", "--save-mapping", "csv")
    assert status == 0 and "1 known by more" in out
    assert (tmp_path / "mappings" / "csv.yaml").exists()
    assert run(*arguments, "--is", "two")[0] == 2


def test_what_is_wrong_with_the_command_is_said(run: Run, book: str, tmp_path: Path) -> None:
    status, _, said = run("register", "import", book, "--by", "Ann Author")
    assert status == 2 and "triage register mapping" in said
    sample = str(sample_directory() / "register.yaml")
    assert run("register", "import", sample, "--keep-going", "--by", "Ann Author")[0] == 2
    (tmp_path / "m.yaml").write_text("columns: {Nom: name}\n", "utf-8")
    status, _, said = run("register", "import", book, "--mapping", str(tmp_path / "m.yaml"), "--by", "Ann Author")
    assert status == 2 and "lacks 'Nom'" in said
    (tmp_path / "m.yaml").write_text("columns: {Name: name}\nphrases: {be nice: [{kind: nice}]}\n", "utf-8")
    status, _, said = run("register", "import", book, "--mapping", str(tmp_path / "m.yaml"), "--by", "Ann Author")
    assert status == 2 and "not a restriction" in said
    assert run("register", "import", sample, "--by", "Ann Author")[0] == 0
