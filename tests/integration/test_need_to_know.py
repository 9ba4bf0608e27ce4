"""What the list of what is due for deletion tells somebody who does not need to know whom a strategy is on."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from functools import partial
from pathlib import Path

from clock_moved import TODAY
from store_builders import claimed, decision, email, erase_file, outcome, record

from gateway.cli.opened import opened_store
from gateway.cli.settings import settings_of
from gateway.clock import utc_now
from gateway.governance.cases.steps import CaseClosed, CaseOpened
from gateway.governance.courses import COMPLEX_CASE, DANGEROUS_PERSON, DISCLOSURE, STRATEGY
from gateway.governance.desk import Desk
from gateway.governance.disclosures.steps import Proposed
from gateway.governance.disclosures.steps import Withdrawn as GivenUp
from gateway.governance.registers.steps import Entered, Removed
from gateway.governance.steps import Withdrawn
from gateway.places import sample_directory
from gateway.policies import Policies
from gateway.store.recording import Outcome
from models.contact import Contact
from models.decision import Decision
from models.history import History
from models.identity import Match, MatchedAs, MatchedBy, Strength
from tests.governing import draft

Run = Callable[..., tuple[int, str, str]]

NOSY = ("--by", "Nosy Neighbour")
HEAD = ("--by", "Hal Head", "--role", "head_of_standards")
GROUND = "a legitimate reason that is recorded"
CLOSED = "(for those who need to know)"


def looks(folder: Path, *events: str) -> list[str]:
    """Who looked at what, as the audit trail has it."""
    with closing(sqlite3.connect(folder / "triage.db")) as database, database:
        rows = database.execute("SELECT event, actor, subject FROM audit ORDER BY seq").fetchall()
    return [f"{actor}: {subject}" for event, actor, subject in rows if event in events]


async def _over_long_ago(config: Path) -> None:
    """Two strategies and two disclosures that were given up six years before today, by different people."""
    then = utc_now() - timedelta(days=6 * 366)
    settings = settings_of(config)
    async with opened_store(settings) as store:
        desk = Desk(store, Policies.load(settings.policies), now=lambda: then)
        for id_, person, by in (("CS-2020-1", "P-001", "Ann Author"), ("CS-2020-2", "P-002", "Una Other")):
            drafted = draft(person=person, matters=()).model_copy(update={"at": then, "by": by, "spoc": None})
            await desk.begin(STRATEGY, drafted, person=person, id_=id_)
            await desk.take(STRATEGY, id_, Withdrawn(at=then, by=by, reasons="It was not needed."))
        for id_, person in (("DS-2020-1", "P-001"), ("DS-2020-3", "P-014")):
            given = {"to": "Adult social care", "what": "That she calls.", "why": "She may need help."}
            proposed = Proposed(at=then, by="Ann Author", person=person, ground=GROUND, **given)
            await desk.begin(DISCLOSURE, proposed, person=person, id_=id_)
            await desk.take(DISCLOSURE, id_, GivenUp(at=then, by="Ann Author", reasons="She asked herself."))


async def _entry_and_case_over_long_ago(config: Path) -> None:
    """An entry about P-014 and a complex case of theirs, over six years before today, neither the other's author's."""
    then = utc_now() - timedelta(days=6 * 366)
    settings = settings_of(config)
    async with opened_store(settings) as store:
        desk = Desk(store, Policies.load(settings.policies), now=lambda: then)
        facts = "On 1 March a visitor was threatened at the door."
        named = {"needs_to_know": ("Dir Ector",)}
        entered = Entered(at=then, by="Ann Author", person="P-014", known_on=then.date(), facts=facts, **named)
        await desk.begin(DANGEROUS_PERSON, entered, person="P-014", id_="DP-2020-1")
        off = Removed(at=then, by="Dir Ector", role="director", reasons="They have moved.")
        await desk.take(DANGEROUS_PERSON, "DP-2020-1", off)
        opened = CaseOpened(at=then, by="Una Other", person="P-014", issues=("The car.",), background="Four services.")
        await desk.begin(COMPLEX_CASE, opened, person="P-014", id_="CX-2020-1")
        await desk.take(COMPLEX_CASE, "CX-2020-1", CaseClosed(at=then, by="Una Other", reasons="All is answered."))


async def _erased(folder: Path, id_: str) -> None:
    async with opened_store(settings_of(folder / "gateway.toml")) as store:
        assert await erase_file(store, id_, actor="Ann", now=utc_now())


async def _written(folder: Path, *people: str | None) -> list[str]:
    """The ids of contacts, each of which may be from this person, or is from nobody who is known."""
    ids = []
    async with opened_store(settings_of(folder / "gateway.toml")) as store:
        current = await store.register.current()
        assert current is not None
        for person in people:
            claim = await claimed(store, at=utc_now() + timedelta(minutes=1))
            contact = email(claim.contact_id)
            match = Match(person=person or "", as_=MatchedAs.PERSON, strength=Strength.POSSIBLE, by=MatchedBy.NAME)
            made = decision(contact).model_copy(update={"matches": (match,) if person else ()})
            seen = {"register_version": current.version, "last_step": current.last_step}
            await record(store, claim, contact, partial(_as_decided, contact, made), **seen)
            ids.append(contact.id)
    return ids


def _as_decided(contact: Contact, made: Decision, _history: History) -> Outcome:
    return outcome(contact, made)


def test_the_list_of_what_is_due_names_only_whom_one_needs_to_know(run: Run, tmp_path: Path) -> None:
    asyncio.run(_over_long_ago(tmp_path / "gateway.toml"))

    def people(*who: str) -> dict[str, str]:
        records = json.loads(run("retention", "due", "--json", *who)[1])["records"]
        assert all(record["kind"] and record["due"] for record in records)
        return {record["id"]: record["person"] for record in records}

    def told(*names: str) -> dict[str, str]:
        return dict(zip(("CS-2020-1", "CS-2020-2", "DS-2020-1", "DS-2020-3"), names, strict=True))

    # P-001 has a strategy of the register, too, which is not for Ann Author, who proposed the disclosures; P-014 has none.
    assert people(*NOSY) == told(CLOSED, CLOSED, CLOSED, CLOSED)
    assert people("--by", "Ann Author") == told("P-001", CLOSED, "P-001", "P-014")
    assert people(*HEAD) == told("P-001", "P-002", "P-001", "P-014")
    assert people() == people(*NOSY)  # whoever does not say who they are
    seen = looks(tmp_path, "file_viewed")
    assert "Hal Head, head_of_standards: file/CS-2020-2" in seen and "Ann Author: file/CS-2020-1" in seen
    assert not any(look.startswith("Nosy") for look in seen)


def test_the_list_of_holds_says_on_what_and_why_only_to_whom_needs_to_know(run: Run, tmp_path: Path) -> None:
    asyncio.run(_over_long_ago(tmp_path / "gateway.toml"))
    reason = "A claim is expected from them."
    held = ("P-001", "P-014", "CS-2020-2", "DS-2020-1")
    for subject in held:
        assert run("retention", "hold", subject, "--reason", reason, "--by", "Sol Solicitor")[0] == 0

    def subjects(*who: str) -> list[str]:
        rows = [json.loads(line) for line in run("retention", "holds", "--json", *who)[1].splitlines()]
        assert all(row["reason"] == (CLOSED if row["subject"] == CLOSED else reason) for row in rows)
        assert [row["because"] for row in rows] == ["legal_hold"] * len(held)
        return [row["subject"] for row in rows]

    assert subjects(*NOSY) == [CLOSED] * 4
    assert subjects() == subjects(*NOSY)  # whoever does not say who they are
    assert subjects("--by", "Una Other") == [CLOSED, CLOSED, "CS-2020-2", CLOSED]
    assert subjects(*HEAD) == subjects("--by", "sol  SOLICITOR") == list(held)
    seen = looks(tmp_path, "file_viewed")
    hold = "file/RH-2026-000"
    assert not any(look.startswith("Nosy") for look in seen)
    assert f"Hal Head, head_of_standards: {hold}1" in seen
    asyncio.run(_erased(tmp_path, "CS-2020-2"))  # nobody can tell any more whom it was about
    assert subjects(*HEAD) == ["P-001", "P-014", CLOSED, "DS-2020-1"]


def test_a_hold_on_a_place_a_contact_or_an_incident_of_nobody_known_is_as_closed_as_that(
    run: Run, tmp_path: Path
) -> None:
    stoke = (sample_directory() / "register.yaml").read_text("utf-8").replace("policy: cleveland", "policy: stoke")
    (tmp_path / "stoke.yaml").write_text(stoke, "utf-8")
    assert run("register", "import", str(tmp_path / "stoke.yaml"), "--by", "Ann")[0] == 0
    facts = ("--facts", "A dog is kept loose in the yard.", "--known-on", "2026-03-02")
    assert run("registers", "enter", "property", "4 Weir Lane, Northmoor", *facts, "--by", "Ann Author")[0] == 0
    contacts = asyncio.run(_written(tmp_path, "P-002", None))
    unknown = ("--on", "2026-03-02", "--what", "Shouting.", "--by", "Ann Author")
    assert run("incident", "record", "terminated_call", *unknown)[0] == 0
    for subject in ("DY-2026-0001", *contacts, "IN-2026-0001"):
        assert run("retention", "hold", subject, "--reason", "A claim.", "--by", "Sol Solicitor")[0] == 0

    def subjects(*who: str) -> list[str]:
        return [json.loads(line)["subject"] for line in run("retention", "holds", "--json", *who)[1].splitlines()]

    assert subjects(*NOSY) == [CLOSED, CLOSED, contacts[1], CLOSED]
    assert subjects("--by", "Ann Author") == ["DY-2026-0001", CLOSED, contacts[1], "IN-2026-0001"]
    assert subjects("--by", "Hal Head", "--role", "head_of_service") == [CLOSED, *contacts, "IN-2026-0001"]


def test_an_entry_and_a_case_that_are_due_name_whom_they_are_about_as_their_registers_do(
    run: Run, tmp_path: Path
) -> None:
    sample = (sample_directory() / "register.yaml").read_text("utf-8").replace("policy: cleveland", "policy: stoke")
    (tmp_path / "stoke.yaml").write_text(sample, "utf-8")
    assert run("register", "import", str(tmp_path / "stoke.yaml"), "--by", "Ann")[0] == 0
    asyncio.run(_entry_and_case_over_long_ago(tmp_path / "gateway.toml"))

    def people(*who: str) -> dict[str, str]:
        records = json.loads(run("retention", "due", "--json", *who)[1])["records"]
        return {record["id"]: record["person"] for record in records}

    assert people(*NOSY) == {"DP-2020-1": CLOSED, "CX-2020-1": CLOSED}
    assert people("--by", "Ann Author") == {"DP-2020-1": "P-014", "CX-2020-1": CLOSED}
    assert people("--by", "Una Other") == {"DP-2020-1": CLOSED, "CX-2020-1": "P-014"}


def test_nobody_alters_a_strategy_that_they_may_not_read(run: Run, tmp_path: Path) -> None:
    draft_file = tmp_path / "draft.yaml"
    draft_file.write_text("person: P-001\nreasons: Forty emails in May.\n", "utf-8")
    assert run("strategy", "draft", str(draft_file), "--by", "Ann Author")[0] == 0
    revised = tmp_path / "revised.yaml"
    revised.write_text("reasons: None at all.\n", "utf-8")
    steps = (
        ("revise", str(revised)),
        ("hold", "--reason", "To keep it.", "--legal"),
        ("withdraw", "--reasons", "Not needed."),
        ("note", "--text", "I know her."),
    )
    for name, *given in steps:
        code, _, said = run("strategy", name, "CS-2026-0001", *given, *NOSY)
        assert code == 1 and "is not among those who need to know; ask Ann Author" in said, name
    assert run("strategy", "act", "CS-2026-0001", "consulted", "--by", "Lin Manager", "--role", "line_manager")[0] == 0
    assert run("strategy", "allow", "CS-2026-0001", "Nosy Neighbour", *HEAD, "--reason", "Covers for Ann.")[0] == 0
    assert run("strategy", "note", "CS-2026-0001", "--text", "I know her.", *NOSY)[0] == 0


def test_nobody_writes_themselves_into_a_file_that_they_may_not_read(run: Run) -> None:
    sam = ("--by", "Sam Staff")
    happened = ("--on", TODAY, "--what", "Shouting.")
    given = ("--to", "NHS", "--what", "That she calls.", "--ground", GROUND, "--why", "She may need help.")
    assert run("incident", "record", "terminated_call", *sam, "--person", "P-001", *happened)[0] == 0
    assert run("incident", "record", "terminated_call", *sam, "--person", "P-014", *happened)[0] == 0
    assert run("disclosure", "propose", *sam, "--person", "P-001", *given)[0] == 0
    assert run("challenge", "receive", "CS-001", *sam, "--on", TODAY)[0] == 0
    year = TODAY[:4]
    incident, disclosure, challenge = f"IN-{year}-0001", f"DS-{year}-0001", f"CH-{year}-0001"
    for group, id_, *step in (
        ("incident", incident, "note", "--text", "x y"),
        ("incident", incident, "add", "--what", "x y"),
        ("incident", incident, "answer", "warned", "yes"),
        ("incident", incident, "draft-strategy"),
        ("disclosure", disclosure, "note", "--text", "x y"),
        ("challenge", challenge, "note", "--text", "x y"),
    ):
        name, *rest = step
        status, _, said = run(group, name, id_, *rest, *NOSY)
        assert status == 1 and "need to know" in said, (group, name, said)
        assert run(group, "show", id_, *NOSY)[0] == 1, (group, name)
    assert run("incident", "note", incident, "--text", "Seen.", *HEAD)[0] == 0
    assert run("incident", "note", incident, "--text", "Seen.", *sam)[0] == 0


def test_an_incident_of_somebody_without_a_strategy_is_for_those_who_need_to_know_too(run: Run, tmp_path: Path) -> None:
    sam, lee = ("--by", "Sam Staff"), ("--by", "Lee Line")
    record = ("incident", "record", "terminated_call", *sam, "--on", TODAY, "--what", "Shouting.")
    assert run(*record, "--person", "P-014")[0] == 0
    assert run(*record)[0] == 0  # nobody knows who it was
    known, unknown = (f"IN-{TODAY[:4]}-000{number}" for number in (1, 2))
    for id_ in (known, unknown):
        status, _, said = run("incident", "show", id_, *NOSY)
        assert status == 1 and "is for the 1 who need to know; ask Sam Staff" in said
        assert said.rstrip().endswith("or say what you need it for (Cleveland 4.6)")
        status, _, said = run("incident", "note", id_, "--text", "x y", *NOSY)
        assert status == 1 and "is for the 1 who need to know; ask Sam Staff (" in said  # a step takes no need
        assert run("incident", "show", id_, *sam)[0] == run("incident", "show", id_, *HEAD)[0] == 0
    assert run("incident", "show", known, *lee)[0] == 1
    told = ("--manager", "Lee Line", "--on", TODAY, "--advice", "Ring nobody back.")
    assert run("incident", "manager-told", known, *sam, *told)[0] == 0
    assert run("incident", "show", known, *lee)[0] == 0

    def about(*who: str) -> list[str]:
        rows = [json.loads(line) for line in run("incident", "list", "--json", *who)[1].splitlines()]
        return [row["person"] for row in rows]

    assert (about(*NOSY), about(*lee), about(*HEAD)) == ([CLOSED, None], ["P-014", None], ["P-014", None])
    assert run("incident", "allow", known, "Nosy Neighbour", *lee, "--reason", "Covers for Sam.")[0] == 0
    assert run("incident", "show", known, *NOSY)[0] == 0
    assert run("incident", "disallow", known, "Nosy Neighbour", *lee, "--reason", "Sam is back.")[0] == 0
    assert run("incident", "show", known, *NOSY)[0] == 1
    assert run("incident", "show", known, *NOSY, "--need", "He is at the desk.")[0] == 0
    assert "looked in by Nosy Neighbour" in run("incident", "show", known, *sam)[1]
    assert run("incident", "show", known, *NOSY)[0] == 1  # a need is said each time
    seen = looks(tmp_path, "file_viewed")
    assert seen.count(f"Nosy Neighbour: file/{known}") == 2 and f"Lee Line: file/{known}" in seen


def test_a_disclosure_about_somebody_without_a_strategy_is_for_those_who_need_to_know_too(run: Run) -> None:
    sam, shared = ("--by", "Sam Staff"), "DS-2026-0001"
    given = ("--to", "NHS", "--what", "That she calls.", "--ground", GROUND, "--why", "She may need help.")
    assert run("disclosure", "propose", *sam, "--person", "P-014", *given)[0] == 0
    status, _, said = run("disclosure", "show", shared, *NOSY)
    assert status == 1 and "is for the 1 who need to know; ask Sam Staff" in said
    assert run("disclosure", "note", shared, "--text", "x y", *NOSY)[0] == 1
    asked = ("--by", "Dee Officer", "--role", "data_protection_officer")
    for who in (sam, asked, HEAD):
        assert run("disclosure", "show", shared, *who)[0] == 0

    def about(*who: str) -> list[str]:
        return [json.loads(run("disclosure", name, "--json", *who)[1])["person"] for name in ("list", "log")]

    went = (
        "--on",
        TODAY,
        "--what",
        "Where she is.",
        "--how",
        "By 999.",
        "--vital",
        "Her life.",
    )
    assert run("disclosure", "emergency", shared, *sam, *went)[0] == 0
    assert (about(*NOSY), about(*sam), about(*asked)) == ([CLOSED] * 2, ["P-014"] * 2, ["P-014"] * 2)
    assert run("disclosure", "allow", shared, "Nosy Neighbour", *sam, "--reason", "Covers for Sam.")[0] == 0
    assert run("disclosure", "show", shared, *NOSY)[0] == 0
    assert run("disclosure", "disallow", shared, "Nosy Neighbour", *sam, "--reason", "Sam is back.")[0] == 0
    assert run("disclosure", "show", shared, *NOSY)[0] == 1
    assert run("disclosure", "show", shared, *NOSY, "--need", "She is at the desk.")[0] == 0
    assert "looked in by Nosy Neighbour" in run("disclosure", "show", shared, *sam)[1]
    assert run("disclosure", "show", shared, *NOSY)[0] == 1  # a need is said each time


def test_incidents_and_disclosures_tell_of_whom_they_are_only_to_whom_needs_to_know(run: Run, tmp_path: Path) -> None:
    sam = ("--by", "Sam Staff")
    assert run("incident", "record", "terminated_call", *sam, "--on", TODAY, "--what", "Shouting.", "--person", "P-001",
               "--affected", "Ola Other")[0] == 0  # fmt: skip
    given = ("--to", "NHS", "--what", "That she calls.", "--ground", GROUND, "--why", "She may need help.")
    assert run("disclosure", "propose", *sam, "--person", "P-001", *given)[0] == 0
    id_, shared = f"IN-{TODAY[:4]}-0001", f"DS-{TODAY[:4]}-0001"
    went = ("--on", TODAY, "--what", "Where she is.", "--how", "By 999.", "--vital", "Her life.")
    assert run("disclosure", "emergency", shared, *sam, *went)[0] == 0

    def person(*command: str) -> str:
        return str(json.loads(run(*command, "--json")[1])["person"])

    for command in (("incident", "list"), ("disclosure", "list"), ("disclosure", "log")):
        assert run(*command)[0] == 2
        assert [person(*command, *who) for who in (NOSY, sam, HEAD)] == [CLOSED, "P-001", "P-001"]
    assert run("disclosure", "log", "--person", "P-001", *NOSY)[1] == "nothing there\n"
    for group, one in (("incident", id_), ("disclosure", shared)):
        status, _, said = run(group, "show", one, *NOSY)
        assert (status, "need to know" in said) == (1, True)
        assert run(group, "show", one, *sam)[0] == 0
        assert run(group, "show", one, *HEAD)[0] == 0
    assert run("incident", "show", id_, "--by", "Ola Other")[0] == 0
    assert run("incident", "show", id_, "--by", "Lee Line", "--role", "line_manager")[0] == 0
    asked = ("--by", "Dee Officer", "--role", "data_protection_officer")
    assert run("disclosure", "show", shared, *asked)[0] == 0


def test_a_role_that_the_register_gives_to_another_opens_nothing_to_read(run: Run, tmp_path: Path) -> None:
    draft_file = tmp_path / "draft.yaml"
    draft_file.write_text("person: P-001\nreasons: Forty emails in May.\n", "utf-8")
    assert run("strategy", "draft", str(draft_file), "--by", "Sam Staff")[0] == 0
    sample = (sample_directory() / "register.yaml").read_text("utf-8")
    listed = sample.replace("people:", "  role_holders: {head_of_standards: [Hal Head]}\n\npeople:", 1)
    (tmp_path / "listed.yaml").write_text(listed, "utf-8")
    assert run("register", "import", str(tmp_path / "listed.yaml"), "--by", "Ann")[0] == 0
    reading = (
        ("strategy", "list"),
        ("strategy", "show", "CS-2026-0001"),
        ("letter", "show", "CS-2026-0001", "L1"),
        ("breach", "show", "BR-2026-0001"),
        ("case", "show", "CX-2026-0001"),
        ("challenge", "show", "CH-2026-0001"),
        ("disclosure", "list"),
        ("disclosure", "log"),
        ("disclosure", "show", "DS-2026-0001"),
        ("incident", "list"),
        ("incident", "show", "IN-2026-0001"),
        ("registers", "list", "contact_strategies"),
        ("registers", "list", "complex_cases"),
        ("registers", "list", "dangerous_persons"),
        ("registers", "show", "DP-2026-0001"),
        ("registers", "before-visit", "--person", "P-001", "--reason", "A visit today."),
        ("register", "export"),
        ("retention", "due"),
        ("retention", "holds"),
    )
    for command in reading:
        status, out, said = run(*command, *NOSY, "--role", "head_of_standards")
        assert (status, out) == (1, ""), command
        assert "does not hold the role head_of_standards, which the register gives to Hal Head" in said, command
    assert run("strategy", "show", "CS-2026-0001", *HEAD)[0] == 0
    assert run("strategy", "show", "CS-2026-0001", "--by", "Hal Head")[0] == 0  # unsaid, it is the only one he holds
