"""Incidents, entries of a register and cases from their first step to the day they are deleted (Stoke-on-Trent)."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

from tests.acceptance.policies.office import AUTHOR, Office

DIRECTOR = ("--by", "Di Rector", "--role", "director")
INCIDENT, ENTRY, CASE = "IN-2026-0001", "DP-2026-0001", "CX-2026-0001"


def _incident(office: Office) -> None:
    what = ("--on", "2026-03-02", "--what", "He swore at her and would not stop.", "--ground", "abuse")
    office.do("incident", "record", "terminated_call", *what, "--person", "P-001", "--affected", "Ola Other", *AUTHOR)
    for question in ("told_unacceptable", "told_why", "warned", "told_of_ending"):
        office.do("incident", "answer", INCIDENT, question, "yes", *AUTHOR)
    told = ("--manager", "Sue Service", "--on", "2026-03-02", "--advice", "End the call sooner.")
    office.do("incident", "manager-told", INCIDENT, *told, *AUTHOR)
    head = ("--by", "Hal Head", "--role", "head_of_service")
    office.do("incident", "police", INCIDENT, "no", "--reason", "No threat was made.", *head)
    for task in ("support.1", "welfare"):
        service = ("--by", "Sue Service", "--role", "service_manager")
        office.do("incident", "done", INCIDENT, task, "--note", "Spoke with Ola Other.", *service)
    office.do("incident", "close", INCIDENT, *AUTHOR)


def _entry(office: Office) -> None:
    facts = ("--facts", "He threatened Vic Visitor at his door.", "--known-on", "2026-03-02")
    facts += ("--allow", "Vic Visitor", "--allow", "Di Rector")
    office.do("registers", "enter", "person", "P-001", *facts, "--methods", "Two go together.", *AUTHOR)
    for check in ("factual", "methods"):
        office.do("registers", "answer", ENTRY, check, "yes", *AUTHOR)
    office.do("registers", "approve", ENTRY, *DIRECTOR)


def _case(office: Office) -> None:
    office.do("case", "open", "--issue", "The car.", "--background", "Four services.", "--person", "P-001", *AUTHOR)
    invited = ("--invite", "Legal: Lee Legal", "--not-invited", "The others wrote.")
    office.do("case", "call", CASE, "--on", "2026-03-02", *invited, *DIRECTOR)
    action = {"id": "A1", "says": "Write the answer.", "owner": "Lee Legal", "due": "2026-03-20"}
    held = {"present": ["Di Rector", "Lee Legal"], "settled": "One answer.", "actions": [action]}
    office.do("case", "held", CASE, office.file("held.yaml", held), "--on", "2026-03-02", *DIRECTOR)
    office.do("case", "done", CASE, "A1", "--note", "Sent.", "--by", "Lee Legal")
    office.do("case", "close", CASE, "--reasons", "All is answered.", *AUTHOR)


def test_what_is_over_goes_when_its_period_is_over_and_nobody_forgets_it(
    open_office: Callable[[str], Office], tmp_path: Path
) -> None:
    office = open_office("stoke")
    _incident(office)
    _entry(office)
    _case(office)
    office.do("registers", "remove", ENTRY, "--reasons", "He has moved away.", *DIRECTOR)
    office.on(date(2028, 3, 1))
    assert INCIDENT not in office.do("retention", "due", *AUTHOR) and "retention/files" not in office.tasks()
    office.on(date(2028, 3, 3))
    task = office.tasks()["retention/files"]
    assert (task["due"], task["says"].split(" are ")[0]) == ("2028-03-02", "3 files")
    listed = office.do("retention", "due", *AUTHOR)
    assert all(id_ in listed for id_ in (INCIDENT, ENTRY, CASE))
    office.do("retention", "hold", INCIDENT, "--reason", "A claim is expected.", *AUTHOR)
    assert office.tasks()["retention/files"]["says"].startswith("2 files")
    office.do("retention", "release", "RH-2028-0001", "--reason", "Settled.", *AUTHOR)
    code = office.do("retention", "due", *AUTHOR).split("triage retention run ")[1].split()[0]
    office.do("retention", "run", code, *AUTHOR)
    assert "retention/files" not in office.tasks()
    office.refused("incident", "show", INCIDENT, *AUTHOR)
    assert ENTRY not in office.do("registers", "list", "dangerous_persons", "--all", *DIRECTOR)
    # Nothing of them is given to anybody any more, nor to the person.
    office.do("subject-access", "P-001", "--out", str(tmp_path / "gathered"), *AUTHOR)
    record = (tmp_path / "gathered" / "record.json").read_text("utf-8")
    assert not any(words in record for words in ("swore", "threatened", "The car.", INCIDENT, ENTRY, CASE))


def test_the_copy_to_give_has_the_incident_the_entry_and_the_case_without_staff_who_are_not_senior(
    open_office: Callable[[str], Office], tmp_path: Path
) -> None:
    office = open_office("stoke")
    _incident(office)
    _entry(office)
    _case(office)
    gathered, copy = tmp_path / "gathered", tmp_path / "copy"
    office.do("subject-access", "P-001", "--out", str(gathered), *AUTHOR)
    decisions = (gathered / "redactions.yaml").read_text("utf-8")
    marked = {line.split(": ")[1] for line in decisions.splitlines() if line.startswith("  text: ")}
    assert marked == {"Ann Author", "Lee Legal", "Ola Other", "Sue Service", "Vic Visitor"}
    assert "Ola Other" in (gathered / "record.json").read_text("utf-8")
    given = ("subject-access", "P-001", "--redactions", str(gathered / "redactions.yaml"), "--out", str(copy), *AUTHOR)
    office.refused(*given)
    (gathered / "redactions.yaml").write_text(decisions.replace("undecided", "redact"), "utf-8")
    office.do(*given)
    for page in ("record.json", "index.html"):
        said = (copy / page).read_text("utf-8")
        assert not [name for name in marked if name in said]
        assert all(
            words in said for words in (INCIDENT, ENTRY, CASE, "He swore at her", "Two go together.", "Di Rector")
        )
    assert len(json.loads((copy / "record.json").read_text("utf-8"))["sections"]) >= 4
