"""`triage registers` and `triage case` at the terminal, on the Stoke pack."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
import yaml
from clock_moved import TODAY

from gateway.cli.opened import opened_store
from gateway.cli.settings import settings_of
from gateway.places import sample_directory

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(command: Run, tmp_path: Path) -> Run:
    sample = (sample_directory() / "register.yaml").read_text("utf-8")
    (tmp_path / "register.yaml").write_text(sample.replace("policy: cleveland", "policy: stoke"), "utf-8")
    assert command("register", "import", str(tmp_path / "register.yaml"), "--by", "Ann")[0] == 0
    return command


def enter(run: Run) -> str:
    status, said, complaint = run(
        "registers", "enter", "person", "P-001", "--facts", "On 1 March a visitor was threatened at the door.",
        "--known-on", "2026-03-02", "--methods", "By letter.", "--allow", "Vic Visitor", "--allow", "Dir Ector", "--by", "Ann Author",
    )  # fmt: skip
    assert status == 0, complaint
    return said.split()[0]


def told(tmp_path: Path) -> list[str]:
    async def alerts() -> list[str]:
        async with opened_store(settings_of(tmp_path / "gateway.toml")) as store:
            return [str(alert.kind) for alert in await store.alerts.unacknowledged()]

    return asyncio.run(alerts())


def test_an_entry_is_approved_by_another_and_read_by_those_who_need_to_know(run: Run, tmp_path: Path) -> None:
    id_ = enter(run)
    status, _, said = run("registers", "approve", id_, "--role", "director", "--by", "Ann Author")
    assert status == 1 and "not answered" in said and "Stoke 5.3.1" in said and "somebody else" in said
    assert run("registers", "answer", id_, "factual", "yes", "--by", "Ann Author")[0] == 0
    assert run("registers", "answer", id_, "methods", "yes", "--by", "Ann Author")[0] == 0
    assert run("registers", "approve", id_, "--role", "director", "--by", "Dir Ector")[0] == 0

    status, said, _ = run("registers", "show", id_, "--by", "Vic Visitor")
    assert status == 0 and "threatened at the door" in said and "Dir Ector answers for it" in said

    status, out, said = run("registers", "show", id_, "--by", "Nosy Neighbour")
    assert status == 1 and not out and "say what you need it for" in said
    assert told(tmp_path) == []
    status, out, _ = run("registers", "show", id_, "--need", "A visit today.", "--by", "Nosy Neighbour", "--json")
    assert status == 0 and json.loads(out)["steps"][-1]["need"] == "A visit today."
    assert told(tmp_path) == ["system"]
    assert "need: A visit today." in run("registers", "show", id_, "--by", "Vic Visitor")[1]
    reviewed = run("tasks", "--role", "director", "--json")[1]
    assert f"{id_}/review" in reviewed, "whoever approved it looks at it again (Stoke 5.3.2)"


def test_a_look_by_another_and_a_challenge_heard_by_whoever_approved_it_are_allowed_by_somebody_else(run: Run) -> None:
    id_ = enter(run)
    for check in ("factual", "methods"):
        assert run("registers", "answer", id_, check, "yes", "--by", "Ann Author")[0] == 0
    director, head = ("--role", "director", "--by", "Dir Ector"), ("--role", "head_of_service", "--by", "Hal Head")
    assert run("registers", "approve", id_, *director)[0] == 0

    look = ("registers", "review", id_, "keep", "--reasons", "Nothing has changed.", *head)
    status, _, said = run(*look)
    assert status == 1 and "`triage registers allow-reviewer`) (Stoke 1.3" in said
    allow = ("registers", "allow-reviewer", id_, "Hal Head", "--reason", "The director is away.")
    assert "it is their own review" in run(*allow, *head)[2]
    assert run(*allow, *director)[0] == 0
    assert "read it first" in run(*look)[2]
    assert run("registers", "show", id_, "--need", "To review it.", *head)[0] == 0
    assert run(*look)[0] == 0

    receive = ("challenge", "receive", id_, "--reasons", "It is not so.", "--by", "Ann Author", "--on")
    assert f"{id_} is there since" in run(*receive, "2026-03-10")[2]
    said = run(*receive, TODAY)[1]
    challenge = said.split(":")[0]
    decide = ("challenge", "decide", challenge, "stands", "--reasons", "It was fair.", *director)
    status, _, said = run(*decide)
    assert status == 1 and "`triage challenge allow-reviewer`) (Stoke 6.1" in said
    allow = ("challenge", "allow-reviewer", challenge, "Dir Ector", "--reason", "There is one director only.")
    assert "it is their own review" in run(*allow, *director)[2]
    assert run(*allow, *head)[0] == 0
    assert run(*decide)[0] == 0


WEIR_LANE = "4 Weir Lane, Northmoor, NM1 2AB"
OFFICER = ("--by", "Dee Driver", "--role", "officer")


def enter_place(run: Run, address: str = WEIR_LANE) -> str:
    status, said, complaint = run(
        "registers", "enter", "property", address, "--facts", "A dog is kept loose in the yard.", "--known-on", "2026-03-02",
        "--restrictions", "Not without the dog warden.", "--allow", "Dir Ector", "--by", "Ann Author",
    )  # fmt: skip
    assert status == 0, complaint
    return said.split()[0]


def approve(run: Run, id_: str) -> None:
    for check in ("factual", "methods"):
        assert run("registers", "answer", id_, check, "yes", "--by", "Ann Author")[0] == 0
    assert run("registers", "approve", id_, "--role", "director", "--by", "Dir Ector")[0] == 0


def asks(run: Run, *about: str) -> tuple[int, str, str]:
    return run("registers", "before-visit", *about, "--reason", "A visit at 3 today.", *OFFICER)


def test_before_a_visit_an_officer_is_told_what_staff_do_and_nothing_else(run: Run, tmp_path: Path) -> None:
    person, place = enter(run), enter_place(run)
    approve(run, person)
    approve(run, place)
    status, said, _ = asks(run, "--address", "4 Weir Ln, NM12AB")
    assert status == 0 and f"{place} is about that place" in said and "Not without the dog warden." in said
    assert "ask: Dir Ector, or the Head of Service or the Director" in said
    for hidden in ("dog is kept", person, "P-001", "Ann Author", "Northmoor"):
        assert hidden not in said
    assert f"{place} may be about that place" in asks(run, "--address", "Flat 2, 4 Weir Lane, Northmoor, NM1 2AC")[1]
    for asked, what, fits in (
        ("person", "P-001", "is"),
        ("person", "J. Whitlock", "may be"),
        ("phone", "01632960101", "is"),
    ):
        said = asks(run, f"--{asked}", what)[1]
        assert f"{person} {fits} about that person" in said and "By letter." in said and place not in said
    said = asks(run, "--person", "P-002")[1]  # who lives there, as the register has it, and has no entry
    assert f"{place} is about that place" in said and person not in said
    status, said, _ = asks(run, "--address", "9 Hill Road, Northmoor")
    assert status == 0 and said == "nothing known; that is no promise that there is no danger\n"
    assert json.loads(asks(run, "--address", "9 Hill Road, Northmoor", "--json")[1])["nothing_known"] is True

    told_of = [look for look in looks(tmp_path) if look == f"Dee Driver, officer: file/{place}"]
    assert len(told_of) == 3, "each time it was told is a view of it"
    with closing(sqlite3.connect(tmp_path / "triage.db")) as database, database:
        rows = database.execute("SELECT actor, subject FROM audit WHERE event = 'asked_before_visit'").fetchall()
    assert {actor for actor, _subject in rows} == {"Dee Driver, officer"}
    assert [subject.rpartition("/")[2] for _actor, subject in rows] == ["something known"] * 6 + ["nothing known"] * 2
    shown = run("registers", "show", place, "--by", "Ann Author")[1]
    assert "asked before visit by Dee Driver, Officer" in shown and "reason: A visit at 3 today." in shown
    assert run("registers", "show", place, *OFFICER)[0] == 1, "to have asked opens nothing"
    assert run("registers", "review", place, "keep", "--reasons", "x y z", "--role", "director", *OFFICER[:2])[0] == 1


def test_a_question_needs_a_reason_a_role_and_one_thing_to_ask_about(run: Run) -> None:
    approve(run, enter_place(run))
    ask = ("registers", "before-visit", "--address", WEIR_LANE)
    assert run(*ask, "--reason", "…", *OFFICER)[0] == 2
    assert run(*ask, *OFFICER)[0] == 2
    for role in ((), ("--role", "equality_adviser")):
        status, out, said = run(*ask, "--reason", "A visit.", "--by", "Nosy Neighbour", *role)
        assert (status, out) == (1, "") and "before a visit is for the Officer" in said and "Stoke 5.3.1" in said
    assert asks(run)[0] == asks(run, "--address", WEIR_LANE, "--person", "P-001")[0] == 2
    assert asks(run, "--person", "P-001", "--uprn", "17")[0] == 2
    status, _, said = asks(run, "--address", "Weir Lane, Northmoor")
    assert status == 1 and "not the address of one door" in said
    for about in (("--phone", "withheld"), ("--reference", "no"), ("--person", "Jordan")):
        assert asks(run, *about)[0] == 1, about


def test_many_that_may_be_it_are_counted_and_not_told(run: Run) -> None:
    flats = [enter_place(run, f"Flat {number}, 34 Weir Lane, Northmoor") for number in range(2, 6)]
    status, said, _ = asks(run, "--address", "34 Weir Lane, Northmoor")
    assert status == 0 and said.startswith("4 entries may be about it, which are too many to be told")
    assert not any(flat in said for flat in flats)
    assert f"{flats[0]} is about" in asks(run, "--address", "Flat 2, 34 Weir Lane, Northmoor")[1]


def test_an_entry_that_cannot_be_read_is_not_taken_for_nothing_known(run: Run, tmp_path: Path) -> None:
    place = enter_place(run)
    with closing(sqlite3.connect(tmp_path / "triage.db")) as database, database:
        assert database.execute("UPDATE file_step SET sealed = x'00' WHERE file_id = ?", (place,)).rowcount == 1
    status, said, complaint = asks(run, "--address", "9 Hill Road, Northmoor")
    assert status == 1 and "nothing known" not in said
    assert "the answer lacks what cannot be read; ask the Head of Service or the Director" in complaint


def test_a_list_tells_others_that_there_is_an_entry_and_not_about_whom(run: Run) -> None:
    id_ = enter(run)
    status, said, _ = run("registers", "list", "dangerous_persons", "--by", "Nosy Neighbour")
    assert status == 0 and id_ in said and "P-001" not in said and "(for those who need to know)" in said
    assert "P-001" in run("registers", "list", "dangerous_persons", "--by", "Vic Visitor")[1]
    status, said, _ = run("registers", "list", "--by", "Nosy Neighbour")
    assert status == 0 and "dangerous_properties" in said and "complex_cases" in said
    assert run("registers", "list", "nothing", "--by", "Ann Author")[0] == 2
    assert run("registers", "list", "contact_strategies", "--by", "Ann Author")[0] == 0
    assert run("audit", "verify")[0] == 0


def test_an_entry_whose_person_has_left_the_register_is_not_taken_for_nothing_known(run: Run, tmp_path: Path) -> None:
    person = enter(run)
    without = yaml.safe_load((tmp_path / "register.yaml").read_text("utf-8"))
    for of_them, key in (("people", "id"), ("matters", "person"), ("strategies", "person")):
        without[of_them] = [one for one in without[of_them] if one[key] != "P-001"]
    (tmp_path / "without.yaml").write_text(yaml.safe_dump(without), "utf-8")
    assert run("register", "import", str(tmp_path / "without.yaml"), "--by", "Ann")[0] == 0
    status, said, complaint = asks(run, "--person", "Jordan Whitlock")
    assert (status, said) == (1, "") and f"{person} is about somebody whom the register does not have" in complaint
    assert f"{person} is about that person" in asks(run, "--person", "P-001")[1]


DRAFT = """\
person: P-001
matters: [M-001]
reasons: Forty calls in a week about what was decided.
"""


def begun(run: Run, tmp_path: Path) -> str:
    (tmp_path / "draft.yaml").write_text(DRAFT, "utf-8")
    status, said, complaint = run("strategy", "draft", str(tmp_path / "draft.yaml"), "--by", "Ann Author")
    assert status == 0, complaint
    return said.split()[0]


def looks(tmp_path: Path) -> list[str]:
    """Who looked at what, as the audit trail has it."""
    events = ("file_viewed", "register_exported")
    with closing(sqlite3.connect(tmp_path / "triage.db")) as database, database:
        rows = database.execute("SELECT event, actor, subject FROM audit ORDER BY seq").fetchall()
    return [f"{actor}: {subject}" for event, actor, subject in rows if event in events]


def test_a_strategy_is_read_by_those_who_need_to_know_and_others_say_what_for(run: Run, tmp_path: Path) -> None:
    id_ = begun(run, tmp_path)
    assert run("strategy", "show", id_, "--by", "Ann Author")[0] == 0
    assert run("strategy", "show", id_, "--by", "Dir Ector", "--role", "director")[0] == 0
    nosy = ("--by", "Nosy Neighbour")
    status, out, said = run("strategy", "show", id_, *nosy, "--role", "officer")
    assert status == 1 and not out and "ask Ann Author" in said and "(Stoke 5.2.4)" in said
    assert told(tmp_path) == []
    status, out, _ = run("strategy", "show", id_, *nosy, "--need", "A visit today.", "--json")
    assert status == 0 and json.loads(out)["steps"][-1]["need"] == "A visit today."
    assert told(tmp_path) == ["system"]
    assert run("strategy", "show", id_, *nosy)[0] == 1
    assert run("strategy", "allow", id_, "Nosy Neighbour", *nosy, "--reason", "I want to.")[0] == 1
    allowed = ("--by", "Ann Author", "--reason", "Visits weekly.")
    assert run("strategy", "allow", id_, "Nosy Neighbour", *allowed)[0] == 0
    assert run("strategy", "show", id_, *nosy)[0] == 0
    who = ("Ann Author", "Dir Ector, director", "Nosy Neighbour", "Nosy Neighbour")
    assert looks(tmp_path) == [f"{name}: file/{id_}" for name in who]


def test_lists_of_strategies_tell_others_that_there_is_one_and_whom_to_ask(run: Run, tmp_path: Path) -> None:
    id_ = begun(run, tmp_path)
    for command in (("strategy", "list"), ("registers", "list", "contact_strategies")):
        said = run(*command, "--by", "Nosy Neighbour")[1]
        assert id_ in said and "P-001" not in said and "Forty calls" not in said and "M-001" not in said, command
        assert "P-001" in run(*command, "--by", "Ann Author")[1]
        assert "P-001" in run(*command, "--by", "Dir Ector", "--role", "director")[1]
    assert "Ann Author" in run("registers", "list", "contact_strategies", "--by", "Nosy Neighbour")[1]


def test_the_whole_register_is_exported_in_a_role_that_needs_to_know(run: Run, tmp_path: Path) -> None:
    status, out, said = run("register", "export", "--by", "Nosy Neighbour", "--role", "officer")
    assert status == 1 and not out and "the Head of Service or the Director" in said and "(Stoke 5.2.4)" in said
    status, out, _ = run("register", "export", "--by", "Dir Ector", "--role", "director")
    assert status == 0 and "strategies:" in out
    seen = looks(tmp_path)
    assert seen[0] == "Dir Ector, director: register"
    assert "Dir Ector, director: file/CS-001" in seen
    assert run("audit", "verify")[0] == 0


def test_a_property_is_entered_and_taken_off(run: Run) -> None:
    status, said, complaint = run(
        "registers", "enter", "property", "4 Weir Lane, Northmoor", "--uprn", "100023336956",
        "--facts", "A dog is kept loose in the yard.", "--known-on", "2026-03-02", "--by", "Ann Author",
    )  # fmt: skip
    assert status == 0, complaint
    id_ = said.split()[0]
    assert id_.startswith("DY-")
    assert "UPRN 100023336956" in run("registers", "show", id_, "--by", "Ann Author")[1]
    gone = ("--reasons", "The dog is gone.", "--by", "Dir Ector", "--role", "director")
    assert "read it first" in run("registers", "remove", id_, *gone)[2]
    assert run("registers", "show", id_, "--need", "To take it off.", "--by", "Dir Ector")[0] == 0
    assert run("registers", "remove", id_, *gone)[0] == 0
    assert "nothing there" in run("registers", "list", "dangerous_properties", "--by", "Ann Author")[1]
    status, _, said = run(
        "registers", "enter", "property", "x", "--facts", "A dog.", "--known-on", "2026-03-02", "--by", "A B"
    )
    assert status == 2 and "--address" in said


def test_entries_and_cases_that_name_somebody_are_for_those_who_may_read_them_in_their_copy_too(
    run: Run, tmp_path: Path
) -> None:
    ann, facts = ("--by", "Ann Author"), "On 1 March Edwin Moss was threatened at the door."
    known = ("--known-on", "2026-03-02", "--facts", facts)
    ids = []
    for command in (
        ("registers", "enter", "person", "P-001", *known),
        ("registers", "enter", "property", "4 Weir Lane, Northmoor NM1 2AB", *known),
        ("case", "open", "--issue", "The car.", "--background", facts, "--person", "P-001"),
    ):
        status, said, complaint = run(*command, *ann)
        assert status == 0, complaint
        ids.append(said.split()[0])
    copy = ("subject-access", "P-014", "--out", str(tmp_path / "copy"), "--by", "Nosy Neighbour")
    status, _, said = run(*copy)
    assert status == 1 and not (tmp_path / "copy").exists()
    assert [f"{id_} is for the 1 who need to know; ask Ann Author" in said for id_ in ids] == [True] * 3
    status, said, complaint = run(*copy, "--need", "A request of 3 March.")
    assert status == 0 and "3 of the entries are about others and name the person" in said, complaint
    assert told(tmp_path) == ["system"] * 3
    for group, id_ in zip(("registers", "registers", "case"), ids, strict=True):
        assert "need: A request of 3 March." in run(group, "show", id_, *ann)[1]


def test_a_case_goes_from_its_conference_to_its_close(run: Run, tmp_path: Path) -> None:
    status, said, complaint = run(
        "case", "open", "--issue", "The car.", "--issue", "The letter.", "--background", "Four services.",
        "--person", "P-001", "--by", "Ann Author",
    )  # fmt: skip
    assert status == 0, complaint
    id_ = said.split()[0]
    chair = ("--by", "Dir Ector", "--role", "director")
    call = ("case", "call", id_, "--on", TODAY, "--invite", "legal: Lee Legal", *chair)
    status, _, said = run(*call)
    assert status == 1 and "Customer Feedback Team; Information Rights; The services concerned" in said
    assert "Legal;" not in said and "Stoke 5.1.1" in said
    invited = ("Customer Feedback Team", "Information Rights", "The services concerned: Housing")
    assert run(*call, *(word for one in invited for word in ("--invite", one)))[0] == 0
    assert run("case", "undo", id_, "2", "--reason", "Another day.", *chair)[0] == 0
    assert run(*call, "--not-invited", "The two others answered in writing.")[0] == 0
    assert "not invited: The two others answered" in run("case", "show", id_, "--by", "Ann Author")[1]
    (tmp_path / "held.yaml").write_text(
        "present: [Dir Ector, Lee Legal]\nsettled: One answer to both.\n"
        "actions:\n  - {id: A1, says: Write the answer., owner: Lee Legal, due: 2026-12-24}\n",
        "utf-8",
    )
    assert run("case", "held", id_, str(tmp_path / "held.yaml"), "--on", TODAY, *chair)[0] == 0
    assert "A1: Write the answer. (Lee Legal, by 2026-12-24)" in run("case", "show", id_, "--by", "Ann Author")[1]
    assert "Lee Legal" in run("case", "show", id_, "--by", "Lee Legal")[1]
    status, out, said = run("case", "show", id_, "--by", "Nosy Neighbour")
    assert status == 1 and not out and "ask Ann Author" in said
    assert "P-001" not in run("registers", "list", "complex_cases", "--by", "Nosy Neighbour")[1]
    assert "P-001" in run("registers", "list", "complex_cases", *chair)[1]
    assert run("case", "show", id_, "--by", "Nosy Neighbour", "--need", "Her call today.")[0] == 0
    assert told(tmp_path) == ["system"]
    assert run("case", "close", id_, "--reasons", "All done.", "--by", "Ann Author")[0] == 1
    assert run("case", "done", id_, "A1", "--note", "Sent.", "--by", "Lee Legal")[0] == 0
    assert run("case", "close", id_, "--reasons", "All done.", "--by", "Ann Author")[0] == 0
    shown = run("case", "show", id_, "--by", "Ann Author")[1]
    assert "note: Sent." in shown and "reasons: All done." in shown
    assert "closed" in run("registers", "list", "complex_cases", "--all", "--by", "Ann Author")[1]


def approved(run: Run, id_: str) -> str:
    for question in ("factual", "methods"):
        assert run("registers", "answer", id_, question, "yes", "--by", "Ann Author")[0] == 0
    assert run("registers", "approve", id_, "--role", "director", "--by", "Dir Ector")[0] == 0
    return id_


def sent(run: Run, challenge: str) -> str:
    """The letter with the outcome: written, let go by another, posted today."""
    head, home = ("--by", "Hal Head", "--role", "head_of_service"), "12 Mill Lane, Northmoor, NM1 2AB"
    why = ("--passage", "reasons=It was somebody else.", "--by", "Sam Staff")
    for command in (
        ("write", challenge, "--purpose", "challenge_outcome", *why),
        ("show", challenge, "L1", *head),
        ("approve", challenge, "L1", *head),
        ("send", challenge, "L1", "--way", "post", "--to", home, "--to-because", "She said so.", "--by", "Sam Staff"),
        ("posted", challenge, "L1", "--on", TODAY, "--evidence", "P 17", "--by", "Sam Staff"),
    ):
        status, _said, complaint = run("letter", *command)
        assert status == 0, complaint
    return "L1"


def test_an_entry_is_disputed_looked_at_by_somebody_else_and_answered(run: Run) -> None:
    # Stoke 6.1: the appeal covers the lists of dangerous persons and properties, too.
    person = approved(run, enter(run))
    facts = ("--facts", "On 1 March a dog bit a visitor.", "--known-on", "2026-03-02", "--allow", "Dir Ector")
    status, said, complaint = run("registers", "enter", "property", "4 Weir Lane", *facts, "--by", "Ann Author")
    assert status == 0, complaint
    for entry in (person, said.split()[0]):
        came = ("--on", TODAY, "--reasons", "It was not so.", "--by", "Sam Staff")
        status, said, complaint = run("challenge", "receive", entry, *came)
        assert status == 0, complaint
        challenge = said.split(":")[0]
        assert "note:" not in said
        # Stoke 5.2.4: that somebody disputes an entry says that they are on that register.
        status, out, said = run("challenge", "show", challenge, "--by", "Nosy Neighbour")
        assert status == 1 and not out and f"{entry} is for the" in said and "say what you need it for" in said
        for reader in (("Sam Staff",), ("Rel Director", "--role", "director"), ("Dee Driver", "--need", "A visit.")):
            status, said, complaint = run("challenge", "show", challenge, "--by", *reader)
            assert status == 0 and "It was not so." in said, complaint
        assert "need: A visit." in run("registers", "show", entry, "--by", "Ann Author")[1]
        decide = ("challenge", "decide", challenge, "lifted", "--role", "director", "--reasons", "It was another.")
        for involved in {"Ann Author", "Dir Ector"} if entry == person else {"Ann Author"}:
            assert "this is for somebody else" in run(*decide, "--by", involved)[2]
        assert run(*decide, "--by", "Rel Director")[0] == 0
        tell = ("challenge", "told", challenge, "--on", TODAY, "--way", "post")
        tell = (*tell, "--evidence", "Posting 17", "--onward", "all", "--role", "director", "--by", "Rel Director")
        if entry == person:
            # Stoke 6.3: a claim is no letter; of a place that is nobody's there may be none.
            assert f"`triage letter write {challenge} --purpose challenge_outcome`" in run(*tell)[2]
            tell = (*tell, "--letter", sent(run, challenge))
        told = run(*tell)
        assert told[0] == 0, told[2]
        done = ("challenge", "carried-out", challenge, "--note", "Off the register.", "--by", "Rel Director")
        assert f"{entry} is not removed yet" in run(*done)[2]
        removed = ("registers", "remove", entry, "--reasons", "As decided.", "--role", "director", "--by", "Dir Ector")
        assert run(*removed)[0] == 0
        assert run(*done)[0] == 0
    assert "no strategy DP-1, nor an entry" in run("challenge", "receive", "DP-1", *came)[2]


PLACE = ("property", "4 Weir Lane, Northmoor NM1 2AB")
LIVES_THERE = ("person", "P-002")
CALLED_BY_AN_ENDING = ("property", "2 Park Road, Anytown")
WITH_UPRN = ("property", "34 Weir Lane, Anytown AN1 2BB", "--uprn", "100023336956")


@pytest.mark.parametrize(
    ("disputed", "anew"),
    [
        (PLACE, ("property", "4, Weir Ln., NM12AB")),
        (LIVES_THERE, PLACE),
        (PLACE, LIVES_THERE),
        (CALLED_BY_AN_ENDING, CALLED_BY_AN_ENDING),
        (("property", "34 Weir Lane, Anytown"), ("property", "Flat 2, 34 Weir Lane")),
        (WITH_UPRN, (*WITH_UPRN[:3], "100023336957")),
    ],
)
def test_a_danger_at_one_door_is_not_put_back_by_those_whom_a_challenge_overruled(
    run: Run, disputed: tuple[str, ...], anew: tuple[str, ...]
) -> None:
    def entered(*what: str) -> str:
        facts = ("--facts", "A dog bit a visitor.", "--known-on", "2026-03-02")
        facts = (*facts, "--allow", "Dir Ector", "--by", "Ann Author")
        status, said, complaint = run("registers", "enter", *what, *facts)
        assert status == 0, complaint
        id_ = said.split()[0]
        answer(id_)
        return id_

    def answer(id_: str) -> None:
        for question in ("factual", "methods"):
            assert run("registers", "answer", id_, question, "yes", "--by", "Ann Author")[0] == 0

    def approve(id_: str, by: str = "Dir Ector") -> tuple[int, str]:
        status, _, complaint = run("registers", "approve", id_, "--role", "director", "--by", by)
        return status, complaint

    hearer = ("--role", "director", "--by", "Rel Director")
    first, before = entered(*disputed), entered(*anew)
    assert approve(first)[0] == 0
    came = ("--on", TODAY, "--reasons", "It was another dog.", "--by", "Sam Staff")
    status, said, complaint = run("challenge", "receive", first, *came)
    assert status == 0, complaint
    challenge = said.split(":")[0]
    meanwhile = entered(*anew)
    for command in (
        ("challenge", "decide", challenge, "lifted", "--reasons", "It was another.", *hearer),
        ("registers", "remove", first, "--reasons", "As decided.", "--role", "director", "--by", "Dir Ector"),
    ):
        status, _, complaint = run(*command)
        assert status == 0, complaint
    again = entered(*anew)
    changed = ("--facts", "Two dogs bit a visitor.", "--reason", "There were two.", "--by", "Ann Author")
    assert run("registers", "amend", before, *changed)[0] == 0
    answer(before)
    for entry in (before, meanwhile, again):
        status, complaint = approve(entry)
        assert status == 1
        assert f"{challenge} was decided for them, and Dir Ector wrote or decided what was disputed" in complaint
    for elsewhere in (("property", "9 Weir Lane, Northmoor NM1 2AB"), ("person", "P-003")):
        assert approve(entered(*elsewhere))[0] == 0
    allow = ("challenge", "allow-reviewer", challenge, "Dir Ector", "--reason", "A new bite, seen by others.")
    assert run(*allow, *hearer)[0] == 0
    assert approve(again)[0] == 0
