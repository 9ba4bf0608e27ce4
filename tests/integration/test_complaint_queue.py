"""A complaint that names its handler, in the queue on the command line: somebody else opens and closes it."""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from deciding import EXACT, decided, dossier, email, finding, organisation
from store_builders import NOW, claimed, outcome, record

from gateway.settings import load_settings
from gateway.store.keyfile import load as load_keys
from gateway.store.store import open_store
from models.identity import Match
from models.register import Dossier
from models.strategy import Spoc, Strategy

Run = Callable[..., tuple[int, str, str]]

HANDLED = Strategy.model_validate(
    {
        "id": "CS-001",
        "person": "P-001",
        "scope": "organisation",
        "status": "active",
        "starts": "2026-01-05",
        "notified_on": "2026-01-07",
        "spoc": Spoc(name="Pat Ellery", address="contact@opcc.example", deputy="deputy.contact@opcc.example"),
        "restrictions": [{"id": "R1", "kind": "spoc_only"}],
    }
)
"""As the sample register has it."""


@pytest.fixture
def run(run: Run, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `triage ARGUMENTS` with the sample register, from the account named account."""
    monkeypatch.setenv("LOGNAME", "account")
    return run


def complaint(text: str, *, quote: str = "I complain") -> str:
    """A complaint by the person of CS-001 is decided and on record; the contact's id."""
    settings = load_settings(Path(os.environ["TRIAGE_CONFIG"]))
    store = open_store(settings.store.path, load_keys(settings.store.key_file).sealer(), now=lambda: NOW)

    async def put() -> str:
        with closing(store):
            claim = await claimed(store)
            contact = email("chief@opcc.example", text=text, id=claim.contact_id)
            one = dossier().model_copy(update={"strategies": (HANDLED,)})
            one = Dossier(person=one.person.model_copy(update={"id": "P-001"}), strategies=one.strategies)
            made = decided(
                contact,
                one,
                matches=(Match(**{**EXACT[0].model_dump(by_alias=True), "person": "P-001"}),),
                findings=[finding("complaint", quote=quote)],
                matter=None,
                organisation=organisation(domains=["opcc.example"]),
            )
            version = (await store.register.current()).version
            await record(store, claim, contact, lambda _history: outcome(contact, made), register_version=version)
            return contact.id

    return asyncio.run(put())


def items(run: Run) -> dict[str, dict[str, str]]:
    """What waits, by queue."""
    return {row["queue"]: row for row in map(json.loads, run("queue", "list", "--json")[1].splitlines())}


@pytest.mark.parametrize("by", ["Pat Ellery", "P. Ellery", "pat.ellery", "Ms Ellery"])
def test_whoever_the_complaint_names_does_not_close_it_and_is_told_who_does(run: Run, by: str) -> None:
    complaint("I complain about Pat Ellery, who never rang me back.")
    item = items(run)["rights"]["item"]
    code, out, said = run("queue", "close", item, "--by", by, "--outcome", "dismissed")
    assert (code, out) == (1, "")
    assert by in said
    assert "standards@opcc.example" in said
    assert items(run)["rights"]["item"] == item
    with closing(sqlite3.connect(Path(os.environ["TRIAGE_CONFIG"]).parent / "triage.db")) as database, database:
        tried = database.execute("SELECT actor, subject FROM audit WHERE event = 'close_refused'").fetchall()
    assert tried == [(by, f"review/{item}")]
    assert run("audit", "verify")[0] == 0

    assert run("queue", "close", item, "--by", "Dee Standards", "--outcome", "confirmed")[0] == 0
    assert "rights" not in items(run)


def test_whoever_the_complaint_names_does_not_take_back_what_was_decided_on_it(run: Run) -> None:
    complaint("I complain about Pat Ellery, who never rang me back.")
    item = items(run)["rights"]["item"]
    assert run("queue", "close", item, "--by", "Dee Standards", "--outcome", "confirmed")[0] == 0
    again = ("queue", "reopen", item, "--reason", "It is not so.", "--by")
    code, out, said = run(*again, "Pat Ellery")
    assert (code, out) == (1, "") and "not done: the complaint in it names Pat Ellery" in said
    assert "rights" not in items(run)
    tried = run("audit", "list", "--by", "Dee Standards")[1]
    assert "reopen_refused" in tried and "close_refused" not in tried
    assert run(*again, "Dee Standards")[0] == 0
    assert items(run)["rights"]["item"] == item


def test_whoever_the_complaint_names_does_not_take_back_that_it_was_passed_on(run: Run) -> None:
    complaint("I complain about Pat Ellery, who never rang me back.")
    item = items(run)["rights"]["item"]
    passed = (
        "clock",
        "pass-on",
        item,
        "--about",
        "commissioner",
        "--reason",
        "It is about her.",
        "--by",
        "Dee Standards",
    )
    # It names somebody of ours: whether that is all, a person says.
    status, _, refused = run(*passed)
    assert status == 1 and "about more than that, such as somebody of ours" in refused
    assert run(*passed, "--whole")[0] == 0
    assert "rights" not in items(run)
    undo = ("clock", "undo", item, "--reason", "It is not so.", "--by")
    code, _, said = run(*undo, "Pat Ellery")
    assert code == 1 and "not done: the complaint in it names Pat Ellery" in said
    assert run(*undo, "Dee Standards")[0] == 0
    assert items(run)["rights"]["item"] == item


@pytest.mark.parametrize("by", [("--by", "dee"), ()])
def test_an_account_or_one_name_alone_does_not_say_who_decides_such_a_complaint(run: Run, by: tuple[str, ...]) -> None:
    complaint("I complain about Pat Ellery, who never rang me back.")
    code, _, said = run("queue", "close", items(run)["rights"]["item"], *by)
    assert (code, "your name in full with --by" in said) == (1, True)


def test_the_rest_of_such_a_contact_is_theirs_to_look_at_and_close(run: Run) -> None:
    contact = complaint("I complain about Pat Ellery, who never rang me back.")
    code, out, said = run("queue", "show", contact, "--by", "Pat Ellery", "--json")
    assert (code, json.loads(out)["contact"]["id"]) == (0, contact)
    assert "standards@opcc.example" in said
    listed = items(run)
    assert {queue: (row["state"], row["opened_by"]) for queue, row in listed.items()} == {
        "rights": ("open", ""),
        "spoc": ("opened", "Pat Ellery"),
    }
    assert run("queue", "close", listed["spoc"]["item"], "--by", "Pat Ellery")[0] == 0

    assert run("queue", "show", contact, "--by", "Dee Standards")[::2] == (0, "")
    assert items(run)["rights"]["opened_by"] == "Dee Standards"


def test_a_complaint_about_the_post_is_closed_by_neither_who_holds_it_nor_the_deputy(run: Run) -> None:
    complaint("My single point of contact ignores me.", quote="My single point of contact ignores me.")
    item = items(run)["rights"]["item"]
    for by in ("Pat Ellery", "deputy.contact@opcc.example"):
        assert run("queue", "close", item, "--by", by)[0] == 1
    assert run("queue", "close", item, "--by", "Dee Standards")[0] == 0


def test_a_complaint_about_the_post_in_two_sentences_is_not_closed_by_who_holds_it(run: Run) -> None:
    complaint("This is a complaint. The person I have to write to hung up on me.", quote="This is a complaint.")
    item = items(run)["rights"]["item"]
    code, _, said = run("queue", "close", item, "--by", "Pat Ellery", "--outcome", "dismissed")
    assert code == 1 and "standards@opcc.example" in said
    assert run("queue", "close", item, "--by", "Dee Standards")[0] == 0


def test_a_complaint_that_names_no_handler_is_anybodys(run: Run) -> None:
    contact = complaint("I complain about the bins.")
    assert run("queue", "show", contact, "--by", "Pat Ellery")[::2] == (0, "")
    assert run("queue", "close", items(run)["rights"]["item"], "--by", "Pat Ellery")[0] == 0
