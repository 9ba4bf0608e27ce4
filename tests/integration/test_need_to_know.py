"""What a contact, a letter and the list of what is due tell somebody who does not need to know whom a strategy is on."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from store_builders import LEASE, email, envelope, outcome
from store_builders import decision as decided

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
from models.contact import Contact
from models.decision import Alert, AlertKind, Breach, Decision, Delivery, Disposition, Live, LiveAnswer, Reason
from models.finding import Category, Finding, Label, Urgency
from models.identity import Match, MatchedAs, MatchedBy, Strength
from tests.governing import draft

Run = Callable[..., tuple[int, str, str]]

NOSY = ("--by", "Nosy Neighbour")
HEAD = ("--by", "Hal Head", "--role", "head_of_standards")
GROUND = "a legitimate reason that is recorded"
CLOSED = "(for those who need to know)"
PARTICULARS = ("R1", "spoc_only", "Only Pat", "Say that", "always_reviewed", "breach")
FOUND = Finding(category=Category.RIGHTS, label=Label.FOI_REQUEST, score=0.9, threshold=0.5, urgency=Urgency.ROUTINE)


def of_a_restricted_person(contact: Contact) -> Decision:
    """A call of P-001 against CS-001, as the register has it: `CS-001/R1`, a script, a breach, an alert."""
    return decided(contact).model_copy(
        update={
            "matches": (Match(person="P-001", as_=MatchedAs.PERSON, strength=Strength.EXACT, by=MatchedBy.EMAIL),),
            "strategies": ("CS-001",),
            "findings": (FOUND,),
            "breaches": (Breach(strategy="CS-001", restriction="R1", kind="spoc_only"),),
            "deliveries": (
                Delivery(
                    recipient="chief@opcc.example",
                    disposition=Disposition.DIVERT,
                    to="contact@opcc.example",
                    because=("CS-001/R1",),
                ),
            ),
            "alerts": (
                Alert(kind=AlertKind.BREACH, urgency=Urgency.SAME_DAY, to=("manager@opcc.example",)),
                Alert(kind=AlertKind.RIGHTS, urgency=Urgency.ROUTINE, to=("foi@opcc.example",)),
            ),
            "reasons": (
                Reason(rule="spoc_only", text="Only Pat may be addressed."),
                Reason(rule="always_reviewed", text="A person looks at every contact of somebody restricted."),
                Reason(rule="rights_copied", text="Copied to those who answer it."),
            ),
            "live": Live(answer=LiveAnswer.SCRIPT, text="Say that the call is over."),
        }
    )


def contact(folder: Path, make: Callable[[Contact], Decision]) -> str:
    """The id of a contact that is recorded with this decision."""

    async def record() -> str:
        async with opened_store(settings_of(folder / "gateway.toml")) as store:
            await store.spool.accept(envelope(), b"Subject: x\r\n\r\nx\r\n")
            (claim,) = await store.spool.claim(now=utc_now(), lease=LEASE, limit=1)
            made = email(claim.contact_id)
            written = outcome(made, make(made))
            current = await store.register.current()
            assert current is not None
            await store.recorder.record(
                claim, made, (), lambda _history: written,
                register_version=current.version, last_step=current.last_step, now=utc_now,
            )  # fmt: skip
            return claim.contact_id

    return asyncio.run(record())


def looks(folder: Path, *events: str) -> list[str]:
    """Who looked at what, as the audit trail has it."""
    with sqlite3.connect(folder / "triage.db") as database:
        rows = database.execute("SELECT event, actor, subject FROM audit ORDER BY seq").fetchall()
    return [f"{actor}: {subject}" for event, actor, subject in rows if event in events]


def test_a_contact_is_shown_without_the_particulars_of_a_closed_strategy(run: Run, tmp_path: Path) -> None:
    id_ = contact(tmp_path, of_a_restricted_person)
    for form in ((), ("--json",)):
        status, said, complaint = run("queue", "show", id_, *NOSY, *form)
        assert status == 0, complaint
        assert not [one for one in PARTICULARS if one in said.replace('"breaches": []', "")], said
        for one in (
            "foi_request",
            "contact@opcc.example",
            "Copied to those who answer it.",
            "CS-001",
            "ask Pat Ellery",
        ):
            assert one in " ".join(said.split()), one
    shown = json.loads(run("queue", "show", id_, *NOSY, "--json")[1])
    assert Decision.model_validate(shown).strategies == ("CS-001",)
    assert [reason["rule"] for reason in shown["reasons"]] == ["rights_copied", "need_to_know"]
    assert [alert["kind"] for alert in shown["alerts"]] == ["rights"]
    assert shown["reasons"][-1]["cites"] == ["Cleveland 4.6"]
    assert set(looks(tmp_path, "contact_viewed")) == {f"Nosy Neighbour: contact/{id_}"}
    assert not looks(tmp_path, "file_viewed")


@pytest.mark.parametrize("who", [HEAD, ("--by", "pat  ELLERY")])
def test_a_contact_is_shown_whole_to_those_who_need_to_know(run: Run, tmp_path: Path, who: tuple[str, ...]) -> None:
    id_ = contact(tmp_path, of_a_restricted_person)
    shown = Decision.model_validate_json(run("queue", "show", id_, *who, "--json")[1])
    assert shown == of_a_restricted_person(email(id_))
    (look,) = looks(tmp_path, "file_viewed")
    assert look.endswith("file/CS-001") and look.startswith(", ".join(who[1::2]))


def test_that_a_strategy_is_not_in_force_is_for_those_who_need_to_know_of_it(run: Run, tmp_path: Path) -> None:
    def made(of: Contact) -> Decision:
        why = Reason(rule="not_in_force", text="CS-001 is not enforced: nobody was told.")
        none = {"strategies": (), "breaches": (), "deliveries": (), "live": None, "reasons": (why,)}
        return of_a_restricted_person(of).model_copy(update=none)

    id_ = contact(tmp_path, made)
    said = run("queue", "show", id_, *NOSY, "--json")[1]
    assert "nobody was told" not in said and "ask Pat Ellery" in said
    assert "nobody was told" in run("queue", "show", id_, *HEAD, "--json")[1]


def test_a_strategy_with_a_file_names_who_may_see_and_one_on_no_record_is_for_the_roles(
    run: Run, tmp_path: Path
) -> None:
    (tmp_path / "draft.yaml").write_text("person: P-001\nreasons: Forty calls in a week.\n", "utf-8")
    file = run("strategy", "draft", str(tmp_path / "draft.yaml"), "--by", "Ann Author")[1].split()[0]

    def by(strategy: str) -> Callable[[Contact], Decision]:
        breach = (Breach(strategy=strategy, restriction="R7", kind="spoc_only"),)
        names = {"strategies": (strategy,), "breaches": breach, "deliveries": ()}
        return lambda of: of_a_restricted_person(of).model_copy(update=names)

    filed, gone = contact(tmp_path, by(file)), contact(tmp_path, by("CS-2019-1"))
    assert "R7" in run("queue", "show", filed, "--by", "Ann Author", "--json")[1]
    said = run("queue", "show", filed, "--by", "Pat Ellery", "--json")[1]
    assert "R7" not in said and "ask Ann Author" in said
    said = run("queue", "show", gone, "--by", "Pat Ellery", "--json")[1]
    assert "R7" not in said and "CS-2019-1 says" in said and "Head of Standards" in said
    assert "R7" in run("queue", "show", gone, *HEAD, "--json")[1]


def test_a_contact_that_rests_on_no_strategy_is_shown_as_it_is(run: Run, tmp_path: Path) -> None:
    def made(of: Contact) -> Decision:
        rights = Reason(rule="rights_copied", text="Copied to those who answer it.")
        matches = of_a_restricted_person(of).matches
        return decided(of).model_copy(update={"matches": matches, "reasons": (rights,)})

    id_ = contact(tmp_path, made)
    assert Decision.model_validate_json(run("queue", "show", id_, *NOSY, "--json")[1]) == made(email(id_))


async def _over_long_ago(config: Path) -> None:
    """Two strategies and two disclosures that were given up six years before today, by different people."""
    then = datetime.now(UTC) - timedelta(days=6 * 366)
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
    then = datetime.now(UTC) - timedelta(days=6 * 366)
    settings = settings_of(config)
    async with opened_store(settings) as store:
        desk = Desk(store, Policies.load(settings.policies), now=lambda: then)
        facts = "On 1 March a visitor was threatened at the door."
        entered = Entered(at=then, by="Ann Author", person="P-014", known_on=then.date(), facts=facts)
        await desk.begin(DANGEROUS_PERSON, entered, person="P-014", id_="DP-2020-1")
        off = Removed(at=then, by="Dir Ector", role="director", reasons="They have moved.")
        await desk.take(DANGEROUS_PERSON, "DP-2020-1", off)
        opened = CaseOpened(at=then, by="Una Other", person="P-014", issues=("The car.",), background="Four services.")
        await desk.begin(COMPLEX_CASE, opened, person="P-014", id_="CX-2020-1")
        await desk.take(COMPLEX_CASE, "CX-2020-1", CaseClosed(at=then, by="Una Other", reasons="All is answered."))


def test_the_list_of_what_is_due_names_only_whom_one_needs_to_know(run: Run, tmp_path: Path) -> None:
    asyncio.run(_over_long_ago(tmp_path / "gateway.toml"))

    def people(*who: str) -> dict[str, str]:
        records = json.loads(run("retention", "due", "--json", *who)[1])["records"]
        assert all(record["kind"] and record["due"] for record in records)
        return {record["id"]: record["person"] for record in records}

    def told(*names: str) -> dict[str, str]:
        return dict(zip(("CS-2020-1", "CS-2020-2", "DS-2020-1", "DS-2020-3"), names, strict=True))

    # P-001 has a strategy of the register, too, which is not for Ann Author; P-014 has none.
    assert people(*NOSY) == told(CLOSED, CLOSED, CLOSED, "P-014")
    assert people("--by", "Ann Author") == told("P-001", CLOSED, CLOSED, "P-014")
    assert people(*HEAD) == told("P-001", "P-002", "P-001", "P-014")
    assert people() == people(*NOSY)  # whoever does not say who they are
    seen = looks(tmp_path, "file_viewed")
    assert "Hal Head, head_of_standards: file/CS-2020-2" in seen and "Ann Author: file/CS-2020-1" in seen
    assert {look for look in seen if look.startswith("Nosy")} == {"Nosy Neighbour: file/DS-2020-3"}


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
