"""Incidents, breaches, challenges and disclosures at the terminal, on a real store under Cleveland's policy."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from clock_moved import TODAY
from store_builders import claimed, decision, email, outcome, record

from gateway.cli.opened import opened_store
from gateway.cli.settings import settings_of
from gateway.clock import utc_now
from models.decision import Breach, Priority, Queue
from models.identity import Match, MatchedAs, MatchedBy, Strength

Run = Callable[..., tuple[int, str, str]]
Do = Callable[..., str]
Contact = Callable[..., str]


@pytest.fixture
def do(run: Run) -> Do:
    """Runs a command that must succeed; what it printed."""

    def do(*arguments: str) -> str:
        code, said, complained = run(*arguments)
        assert code == 0, complained
        return said

    return do


@pytest.fixture
def refused(run: Run) -> Do:
    """Runs a command that must be refused; what it complained of."""

    def refused(*arguments: str) -> str:
        code, _, complained = run(*arguments)
        assert code == 1
        return complained

    return refused


@pytest.fixture
def contact(run: Run, tmp_path: Path) -> Contact:
    """Makes a contact of P-001 that broke CS-001/R1, as the gateway would have flagged it."""

    def contact() -> str:
        async def make() -> str:
            match = Match(person="P-001", as_=MatchedAs.PERSON, strength=Strength.EXACT, by=MatchedBy.EMAIL)
            breach = Breach(strategy="CS-001", restriction="R1", kind="spoc_only")
            async with opened_store(settings_of(tmp_path / "gateway.toml")) as store:
                claim = await claimed(store, at=utc_now() + timedelta(minutes=1))
                mail = email("-").model_copy(update={"id": claim.contact_id})
                made = decision(mail).model_copy(update={"breaches": (breach,), "matches": (match,)})
                current = await store.register.current()
                assert current is not None
                seen = {"register_version": current.version, "last_step": current.last_step}
                await record(store, claim, mail, lambda _history: outcome(mail, made), **seen)
                return mail.id

        return asyncio.run(make())

    return contact


def tasks(run: Run, *options: str) -> dict[str, dict[str, object]]:
    code, said, _ = run("tasks", "--json", *options)
    assert code == 0
    return {task["id"]: task for task in map(json.loads, said.splitlines())}


def test_an_incident_from_its_record_to_its_closing(run: Run, do: Do, refused: Do, contact: Contact) -> None:
    by = ("--by", "Sam Staff")
    record = ("incident", "record", "terminated_call", *by, "--on", TODAY, "--what", "He swore and would not stop.")
    assert "no contact nowhere" in refused(*record, "--contact", "nowhere")
    said = do(*record, "--person", "P-001", "--ground", "abuse", "--affected", "Ola Other", "--contact", contact())
    id_ = said.split(":")[0]
    found = tasks(run)
    assert found[f"{id_}/police_considered"]["to_role"] == "line_manager"
    assert "Cleveland 4.4" in refused("incident", "close", id_, *by)
    for check in ("told_unacceptable", "told_why", "warned", "told_of_ending", "file_note"):
        do("incident", "answer", id_, check, "yes", *by)
    do("incident", "manager-told", id_, *by, "--manager", "Lee Line", "--on", TODAY, "--advice", "Ring nobody back.")
    manager = ("--by", "Lee Line", "--role", "line_manager")
    do("incident", "police", id_, "no", *manager, "--reason", "Words only, no threat.")
    for task in ("advice", "welfare", "support.1"):
        do("incident", "done", id_, task, *manager, "--note", "Done today.")
    assert do("incident", "close", id_, *by).endswith("nothing is left to do\n")
    as_json = json.loads(do("incident", "show", id_, *by, "--json"))
    assert as_json["steps"][0]["affected"] == ["Ola Other"]
    assert as_json["tasks"] == []
    assert do("incident", "list", *by) == "nothing there\n"


def test_a_post_is_captured_before_it_is_deleted(do: Do, refused: Do, run: Run, tmp_path: Path) -> None:
    by = ("--by", "Sam Staff")
    said = do("incident", "record", "social_media", *by, "--on", TODAY, "--what", "A post about a colleague.")
    id_ = said.split(":")[0]
    post = "https://social.example/1"
    assert "not captured" in refused("incident", "deleted", id_, post, *by)
    copy = tmp_path / "post.png"
    code, _, complained = run("incident", "capture", id_, post, str(copy), *by, "--filed", "Case 12")
    assert (code, "No such file" in complained) == (2, True)
    copy.write_bytes(b"picture")
    do("incident", "capture", id_, post, str(copy), *by, "--filed", "Case 12")
    do("incident", "deleted", id_, post, *by)
    steps = json.loads(do("incident", "show", id_, *by, "--json"))["steps"]
    assert steps[1]["digest"] == hashlib.sha256(b"picture").hexdigest()


def test_a_draft_strategy_is_made_of_abuse_in_writing_by_a_person(do: Do) -> None:
    by = ("--by", "Sam Staff")
    said = do(
        "incident", "record", "written_abuse", *by, "--on", TODAY, "--what", "Threats in a letter.", "--person", "P-001"
    )
    id_ = said.split(":")[0]
    assert do("strategy", "list", *by) == "nothing there\n"
    drafted = do("incident", "draft-strategy", id_, *by, "--role", "staff").split()[0]
    shown = json.loads(do("strategy", "show", drafted, *by, "--json"))
    assert shown["standing"] == "draft"
    assert shown["strategy"]["reasons"] == f"Incident {id_}: Threats in a letter."
    assert drafted in do("incident", "show", id_, *by)


def test_an_incident_of_the_wrong_person_is_taken_back_with_trace(run: Run, do: Do, refused: Do) -> None:
    by = ("--by", "Sam Staff")
    record = ("incident", "record", "terminated_call", *by, "--on", TODAY, "--what", "He swore.")
    wrong = do(*record, "--person", "P-001").split(":")[0]
    why = ("--why", "It was his brother.")
    assert "taking an incident back is for" in refused("incident", "recorded-in-error", wrong, *by, *why)
    manager = ("--by", "Lee Line", "--role", "line_manager")
    said = do("incident", "recorded-in-error", wrong, *manager, *why)
    assert said == f"{wrong}: recorded in error; nothing is left to do\n"
    assert not [task for task in tasks(run) if task.startswith(wrong)]
    assert "no reason for anything" in refused("incident", "draft-strategy", wrong, *by)
    assert json.loads(do("incident", "list", "--all", "--json", *by))["closed"] == "in error"
    right = do(*record, "--person", "P-001").split(":")[0]
    shown = json.loads(do("incident", "show", right, *by, "--json"))
    assert shown["number_with_this_person"] == 1
    assert "It was his brother." in do("incident", "show", wrong, *by)
    owed = ("--ground", "apparent_offence", "--affected", "Ola Other")
    wrong = do(*record, "--person", "P-001", *owed).split(":")[0]
    error = ("incident", "recorded-in-error", wrong, *manager, *why)
    assert "name that one (`--instead IN-" in refused(*error)
    assert "there is no incident IN-9999-0001" in refused(*error, "--instead", "IN-9999-0001")
    brothers = do(*record, *owed).split(":")[0]  # of whom the register knows nothing
    assert "nothing is left to do" in do(*error, "--instead", brothers)
    assert any(task.startswith(f"{brothers}/police_considered") for task in tasks(run))


def test_breaches_climb_the_ladder_by_people_and_are_undone_with_a_trace(
    do: Do, refused: Do, run: Run, contact: Contact
) -> None:
    first, second = contact(), contact()
    which, by = "CS-001/R1", ("--by", "Pat Ellery")
    assert do("breach", "list", "--strategy", "CS-001").count("flagged") == 3  # two, and the column's name
    said = do("breach", "confirm", first, which, *by)
    assert "number 1 of CS-001" in said
    assert "reminder letter" in said
    assert "tighten" not in said
    assert "breach undo" in refused("breach", "confirm", first, which, *by)
    assert "breach undo" in refused("breach", "dismiss", first, which, *by, "--note", "It was none.")
    said = do("queue", "breach", second, which, "confirmed", *by)
    assert "proposed: reminder letter" in said
    assert "proposed: tighten" in said
    id_ = json.loads(do("breach", "responses", "--json"))["id"]
    assert id_.startswith("BR-")
    assert f"{id_}/tighten" in tasks(run)
    seen = {role: run("tasks", "--role", role)[1] for role in ("line_manager", "head_of_standards", "chief_executive")}
    # Either may decide on the letter (Cleveland 10.1); only one of them on what is stricter.
    assert [f"{id_}/reminder_letter" in seen[role] for role in seen] == [True, True, False]
    assert [f"{id_}/tighten" in seen[role] for role in seen] == [False, True, False]
    assert "Head of Standards" in refused("breach", "accept", id_, "tighten", *by)
    head = ("--by", "Hal Head", "--role", "head_of_standards")
    assert "not among those who need to know" in refused("breach", "show", id_, "--by", "Nosy Neighbour")
    shown = do("breach", "show", id_, *head, "--json")
    assert '"person": "P-001"' in shown
    assert shown.count('"received_on": "2026-03-02"') == 2  # the day of the contact, not of what was said of it
    assert "P-001" not in do("breach", "responses", "--json")
    do("breach", "accept", id_, "reminder_letter", *head)
    said = do("breach", "undo", second, which, *by, "--because", "adjustment", "--note", "He may ring on Mondays.")
    assert "no longer proposed or to be done: tighten" in said
    assert f"{id_}/tighten" not in tasks(run)
    rows = [json.loads(line) for line in do("breach", "list", "--json").splitlines()]
    assert {row["contact"]: row["status"] for row in rows} == {first: "confirmed", second: "dismissed"}
    do("breach", "carried-out", id_, "reminder_letter", *head, "--note", "Sent by post.")
    do("breach", "undo", first, which, *by, "--because", "error", "--note", "Another sender.")
    assert f"{id_}/put_right.reminder_letter" in tasks(run)
    anew = json.loads(do("breach", "list", "--json").splitlines()[0])
    assert (anew["status"], anew["decided_by"]) == ("flagged", "")
    assert "it is flagged" in refused("breach", "undo", first, which, *by, "--because", "error", "--note", "Again.")
    assert do("audit", "verify")


def test_a_breach_is_judged_by_whoever_needs_to_know_or_opened_its_contact(
    do: Do, refused: Do, run: Run, contact: Contact, tmp_path: Path
) -> None:
    first, second, which = contact(), contact(), "CS-001/R1"
    nosy, head = ("--by", "Nosy Neighbour"), ("--by", "Hal Head", "--role", "head_of_standards")
    undo = ("--because", "error", "--note", "It was not him.")

    async def put() -> None:
        async with opened_store(settings_of(tmp_path / "gateway.toml")) as store:
            await store.review.add(second, Queue.SPOC, Priority.NORMAL, utc_now(), utc_now())

    for judge in (("confirm",), ("dismiss", "--note", "It was none.")):
        said = refused("breach", judge[0], first, which, *nosy, *judge[1:])
        assert "not among those who need to know" in said and f"triage queue show {first}" in said
    assert "need to know" in refused("queue", "breach", first, which, "confirmed", *nosy)
    do("breach", "confirm", first, which, *head)
    assert "need to know" in refused("breach", "undo", first, which, *nosy, *undo)
    assert run("breach", "show", json.loads(do("breach", "responses", "--json"))["id"], *nosy)[0] == 1
    do("breach", "undo", first, which, "--by", "Pat Ellery", *undo)
    asyncio.run(put())
    do("queue", "show", second, *nosy)
    do("breach", "confirm", second, which, *nosy)

    # What is written there of somebody else is read in a copy for them by the same gate.
    do("breach", "confirm", first, which, *head, "--note", "Edwin Moss saw it.")
    copy = ("subject-access", "P-014", "--out", str(tmp_path / "copy"))
    assert "is not among those who need to know of CS-001" in refused(*copy, "--by", "Zed Outsider")
    assert not (tmp_path / "copy").exists()
    do(*copy, *nosy)  # who acted there


def test_a_reason_of_blanks_is_none(do: Do, run: Run, refused: Do, contact: Contact, tmp_path: Path) -> None:
    """Every exception has its reason; and a breach is dismissed with one, by whichever command."""
    first, which, by = contact(), "CS-001/R1", ("--by", "Hal Head", "--role", "head_of_standards")
    for dismiss in (("breach", "dismiss", first, which), ("queue", "breach", first, which, "dismissed")):
        code, _, complained = run(*dismiss, *by, "--note", "   ")
        assert (code, complained) == (2, "triage: --note: nothing is said there; write it in words\n")
    draft = tmp_path / "draft.yaml"
    every = "{scope_organisation: '   '}"
    draft.write_text(f"{{person: P-001, scope: organisation, reasons: Daily., reasons_for: {every}}}", "utf-8")
    said = refused("strategy", "draft", str(draft), *by)
    assert "reasons for scope organisation: nothing is said there" in said
    # An option that may be left out, too: the engine asks it of every step.
    assert "nothing is said there" in refused("breach", "confirm", first, which, *by, "--note", "...")


def test_what_nobody_flagged_is_not_confirmed(run: Run, refused: Do) -> None:
    assert "no breach CS-001/R1 is flagged on nowhere" in refused(
        "breach", "confirm", "nowhere", "CS-001/R1", "--by", "Hal Head", "--role", "head_of_standards"
    )
    assert run("breach", "confirm", "nowhere", "CS-001", "--by", "Pat")[0] == 2
    assert run("breach", "confirm", "nowhere", "CS-001/R1", "--by", "gateway")[0] == 2


def test_a_challenge_that_came_late_is_admitted_decided_and_told(do: Do, refused: Do, contact: Contact) -> None:
    by, head = ("--by", "Sam Staff"), ("--by", "Cat Chief", "--role", "chief_executive")
    said = do("challenge", "receive", "CS-001", *by, "--on", TODAY, "--spoken", "--contact", contact())
    id_ = said.split(":")[0]
    assert "it came after" in said  # the notice of the sample is of January 2026
    assert "the scan did not see a challenge" in said
    assert "no strategy CS-404" in refused("challenge", "receive", "CS-404", *by, "--on", TODAY)
    assert "was not admitted" in refused("challenge", "decide", id_, "stands", *head, "--reasons", "It is right.")
    do("challenge", "admit", id_, "yes", *head, "--reason", "He was ill.")
    do("challenge", "waive-writing", id_, *by, "--reason", "Written down with him.")
    do("challenge", "decide", id_, "stands", *head, "--reasons", "It is right.")
    told = ("challenge", "told", id_, *head, "--on", TODAY, "--way", "post", "--evidence", "Posting 12")
    assert "was not told of" in refused(*told, "--onward", "Somebody")
    assert do(*told, "--onward", "all").endswith("nothing is left to do\n")
    do("challenge", "complaint", id_, "CO-7", *by)
    assert id_ in do("challenge", "list") and "P-001" not in do("challenge", "list")
    assert "not among those who need to know" in refused("challenge", "show", id_, "--by", "Nosy Neighbour")
    assert "P-001" in do("challenge", "show", id_, *by)
    do("challenge", "complaint-answered", id_, "CO-7", *head, "--outcome", "Not upheld, after a look.")
    assert do("challenge", "list") == "nothing there\n"


def test_nothing_goes_to_a_partner_before_the_officer_answers(do: Do, refused: Do, run: Run) -> None:
    by, officer = ("--by", "Sam Staff"), ("--by", "Dee Officer", "--role", "data_protection_officer")
    ground = ("--ground", "a legitimate reason that is recorded", "--why", "They meet him weekly.")
    items = ("--what", "The strategy.", "--what", "His address.", "--what", "His calls.")
    said = do("disclosure", "propose", *by, "--person", "P-001", "--to", "NHS", *items, *ground)
    id_ = said.split(":")[0]
    share = ("disclosure", "share", id_, *by, "--on", TODAY, "--to", "NHS", "--what", "1", "--how", "By email.")
    assert "Data Protection Officer has not answered (Cleveland 9.15)" in refused(*share)
    assert "for somebody else" in refused(
        "disclosure", "answer", id_, "yes", "--by", "Sam Staff", *officer[2:], "--reasons", "Mine."
    )
    do("disclosure", "answer", id_, "yes", *officer, "--reasons", "Proportionate.")
    more = refused(*share, "--what", "2", "--what", "His diagnosis.")
    assert (
        "not among what was let go: His diagnosis. (that was 1: The strategy.; 2: His address.; 3: His calls.)" in more
    )
    assert "it was let go to NHS, not to Police" in refused(*("Police" if one == "NHS" else one for one in share))
    assert "let go, and did not go: His address." in do(*share, "--what", "His calls.")
    log = json.loads(do("disclosure", "log", *by, "--json"))
    assert (log["to"], log["as_let_go"]) == ("NHS", "less")
    assert "did not go: His address." in do("disclosure", "show", id_, *by)
    assert do("disclosure", "log", *by, "--person", "P-002") == "nothing there\n"
    second = do("disclosure", "propose", *by, "--person", "P-001", "--to", "Police", "--what", "An address.", *ground)
    other = second.split(":")[0]
    do(
        "disclosure", "emergency", other, *by, "--on", TODAY, "--what", "Where he is.", "--how", "By 999.",
        "--vital", "He said goodbye.",
    )  # fmt: skip
    due = str(tasks(run)[f"{other}/review"]["due"])
    assert utc_now().date() < date.fromisoformat(due) <= utc_now().date() + timedelta(days=6)


def test_what_is_shown_is_on_the_trail_and_nothing_of_it_in_the_task_list(do: Do, run: Run) -> None:
    by = ("--by", "Sam Staff")
    do("incident", "record", "visit", *by, "--on", TODAY, "--what", "Shouted in the lobby.", "--affected", "Ola Other")
    shown = do("incident", "show", "IN-" + TODAY[:4] + "-0001", *by)
    assert "Shouted in the lobby." in shown
    assert "Decide whether police are told" in shown
    called = do("incident", "record", "terminated_call", *by, "--on", TODAY, "--what", "He swore.").split(":")[0]
    do("incident", "answer", called, "told_unacceptable", "yes", *by)
    asked = do("incident", "show", called, *by)
    assert "[told_unacceptable] Was the caller told that the behaviour was unacceptable? yes" in asked
    assert "[warned] Was the caller warned that the call would be ended? not answered" in asked
    assert [task for task in tasks(run, "--overdue") if task.startswith("IN-")] == []
    assert set(tasks(run, "--role", "line_manager")) < set(tasks(run))
    said = run("tasks")[1]
    assert "police_considered" in said
    assert "Ola" not in said
    assert "lobby" not in said
