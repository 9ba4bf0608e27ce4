"""`triage report annual|dpia|atrs|model-card` on a real store, and the report that was there before."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pypdfium2
import pytest

from gateway.cli import report_files
from gateway.governance.reports.document import TO_COMPLETE
from gateway.places import sample_directory

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(run: Run, tmp_path: Path) -> Run:
    """Runs `triage ARGUMENTS` with the sample register and a target of alerts."""
    with (tmp_path / "gateway.toml").open("a", encoding="utf-8") as config:
        config.write('[alerts.targets.duty]\nkind = "webhook"\nurl_file = "/run/secrets/duty"\n')
    return run


def text_of(path: Path) -> str:
    document = pypdfium2.PdfDocument(io.BytesIO(path.read_bytes()))
    try:
        return " ".join("\n".join(page.get_textpage().get_text_range() for page in document).split())
    finally:
        document.close()


def test_the_annual_report_is_data_a_spreadsheet_or_pages(run: Run, tmp_path: Path) -> None:
    code, said, _ = run("report", "annual", "--year", "2026")
    report = json.loads(said)
    assert (code, report["schema"], report["published"]) == (0, "triage.annual-report/1", False)
    (strategies,) = [table for table in report["tables"] if table["id"] == "strategies"]
    assert [(each["name"], each["value"]) for each in strategies["figures"]] == [
        ("Introduced", 13),
        ("Ended", 0),
        ("In force on the last day", 13),
    ]
    (behaviours,) = [table for table in report["tables"] if table["id"] == "strategies_by_behaviour"]
    assert [(each["name"], each["value"]) for each in behaviours["figures"]] == [("Not known", 13)]
    code, said, _ = run("report", "annual", "--year", "2026", "--format", "csv")
    assert code == 0 and "Strategies,Introduced,13,count,," in said
    assert "Strategies by behaviour,Not known,13,count,," in said
    out = tmp_path / "annual.pdf"
    assert run("report", "annual", "--year", "2026", "--format", "pdf", "--publish", "--out", str(out))[0] == 0
    assert "annual report 2026" in text_of(out) and "Strategies by behaviour" in text_of(out)
    assert "For publication" in text_of(out)


REFUSED = [
    (("--year", "2026", "--format", "pdf"), "a PDF goes into a file"),
    (("--year", "2026", "--format", "odt"), "expected json or csv or pdf"),
    (("--year", "9998"), "still to come"),
    (("--year", "2026", "--out", "/nowhere/x"), "cannot be written"),
]


@pytest.mark.parametrize(("arguments", "words"), REFUSED)
def test_what_cannot_be_made_is_said_in_a_line(run: Run, arguments: tuple[str, ...], words: str) -> None:
    code, _, said = run("report", "annual", *arguments)
    assert code in (1, 2)
    assert words in said and said.count("\n") == 1


SAYS = {
    "dpia": [
        "Office of the Police and Crime Commissioner for Northmoor",
        "127.0.0.1:2525",
        "duty (webhook)",
        "cleveland",
        "30 days after it was sent on",
    ],
    "atrs": [
        "2.1.3 Senior responsible owner",
        "2.3.6 Appeals and review",
        "2.5.1 Impact assessments",
        "Tier 1: overview",
    ],
    "model-card": ["In use here", "Use and limits", "were measured with the weights in use here"],
}


@pytest.mark.parametrize("name", SAYS)
def test_each_document_is_filled_from_what_runs_here(run: Run, tmp_path: Path, name: str) -> None:
    code, said, _ = run("report", name)
    assert code == 0
    for words in SAYS[name]:
        assert words.lower() in said.lower(), words
    out = tmp_path / "out.pdf"
    assert run("report", name, "--format", "pdf", "--out", str(out))[0] == 0
    assert b"pdfuaid:part" in out.read_bytes()
    assert SAYS[name][0] in text_of(out)


@pytest.mark.parametrize("name", ["dpia", "atrs"])
def test_what_only_the_office_knows_is_left_to_it(run: Run, name: str) -> None:
    assert run("report", name)[1].count(TO_COMPLETE) > 10


def test_an_office_that_erases_nothing_on_a_clock_says_so_in_its_assessment(run: Run, tmp_path: Path) -> None:
    config = tmp_path / "gateway.toml"
    config.write_text(config.read_text("utf-8") + "\n[retention]\nunflagged_days = 0\n", "utf-8")
    said = run("report", "dpia")[1]
    assert "no end: it is never erased" in said and "30 days after it was sent on" not in said


def test_every_field_of_the_transparency_standard_has_an_entry(run: Run) -> None:
    said = run("report", "atrs")[1]
    wanted = [
        *(f"1.{n} " for n in range(1, 5)),
        *(f"2.1.{n} " for n in range(1, 5)),
        *(f"2.1.4.{n} " for n in range(1, 6)),
        *(f"2.2.{n} " for n in range(1, 6)),
        *(f"2.3.{n} " for n in range(1, 7)),
        *(f"2.4.1.{n} " for n in range(1, 5)),
        *(f"2.4.2.{n} " for n in range(1, 10)),
        *(f"2.4.3.{n} " for n in range(1, 12)),
        "2.5.1 ",
        "2.5.2 ",
    ]
    assert [field for field in wanted if f"| {field}" not in said] == []


def test_the_counts_of_a_period_are_still_told(run: Run) -> None:
    code, said, _ = run("report", "--since", "2026-01-01", "--json")
    assert code == 0 and json.loads(said)["since"] == "2026-01-01"
    assert run("report", "--since", "yesterday")[0] == 2


def test_a_report_that_is_owed_is_a_task_until_it_is_recorded_as_given(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def owed() -> list[str]:
        code, said, _ = run("tasks", "--json")
        assert code == 0
        tasks = [json.loads(line)["id"] for line in said.splitlines()]
        return [task for task in tasks if task.startswith("report/")]

    (task,) = owed()
    _kind, report, until = task.split("/")
    code, _, fault = run(
        "report", "given", report, "--until", "2001-12-31", "--by", "Iris Manager", "--role", "senior_manager"
    )
    assert code == 1 and "no report/" in fault and task in fault
    given = ("report", "given", report, "--until", until, "--by", "Iris Manager", "--role", "senior_manager")
    noon = datetime.combine(date.fromisoformat(until), time(12), UTC)
    monkeypatch.setattr(report_files, "utc_now", lambda: noon - timedelta(days=1))
    code, _, fault = run(*given)
    assert code == 1 and f"the period is not over; it ends with {until}" in fault
    assert owed() == [task]
    monkeypatch.setattr(report_files, "utc_now", lambda: noon)
    code, _, fault = run(*given[:-1], "staff")
    assert code == 1 and "is for the Chief Executive" in fault and owed() == [task]
    assert run(*given)[0] == 0
    assert owed() == []
    assert run(*given)[0] == 1
    for half in (("--undo",), ("--because", "not_given")):
        code, _, fault = run(*given, *half)
        assert code == 2 and "not_given or other_report or not_right" in fault
    undone = (*given, "--undo", "--because", "not_given")
    for anybody in (("--role", "staff"), ()):
        code, _, fault = run(*given[:-2], *anybody, "--undo", "--because", "not_given")
        assert code == 1 and "saying that a report was given, or was not, is for the Chief Executive" in fault
    assert owed() == []
    assert run(*undone)[0] == 0
    assert "report_given_undone_not_given" in run("audit", "list", "--by", "Iris Manager")[1]
    assert owed() == [task], "recorded in error, it is owed again"
    assert run(*undone)[0] == 1
    assert run(*given)[0] == 0
    assert owed() == []


def test_what_leaves_the_store_carries_the_policys_marking(run: Run, tmp_path: Path) -> None:
    """Warwickshire marks documents OFFICIAL (W-32)."""
    marked = tmp_path / "marked.yaml"
    sample = (sample_directory() / "register.yaml").read_text("utf-8")
    marked.write_text(sample.replace("policy: cleveland", "policy: warwickshire"), "utf-8")
    assert run("register", "import", str(marked), "--by", "Ann Author")[0] == 0
    assert json.loads(run("report", "annual", "--year", "2026")[1])["marking"] == "OFFICIAL"
    head, *lines = run("report", "annual", "--year", "2026", "--format", "csv")[1].splitlines()
    assert head.endswith(",marking") and all(line.endswith(",OFFICIAL") for line in lines)
    for name in ("annual", "dpia", "atrs", "model-card"):
        out, year = tmp_path / f"{name}.pdf", ("--year", "2026") if name == "annual" else ()
        assert run("report", name, *year, "--format", "pdf", "--out", str(out))[0] == 0
        assert text_of(out).startswith("OFFICIAL")
        assert not year or "annual report 2026" in text_of(out)
    assert run("report", "dpia")[1].startswith("**OFFICIAL**\n")
    code, exported, _ = run("register", "export", "--by", "Mo Manager", "--role", "manager")
    assert code == 0 and exported.startswith("# OFFICIAL\n")
    out = tmp_path / "gathered"
    given = ("--out", str(out), "--by", "Mo Manager", "--role", "manager")
    assert run("subject-access", "P-001", *given)[0] == 0
    assert "<strong>OFFICIAL</strong>" in (out / "index.html").read_text("utf-8")
