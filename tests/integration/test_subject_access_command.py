"""`triage subject-access` at the terminal: gathered, looked through, given."""

from __future__ import annotations

import asyncio
import base64
import json
import re
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
import yaml
from clock_moved import TODAY
from store_builders import LEASE, decision, envelope, outcome

from gateway.cli.opened import opened_store
from gateway.cli.settings import settings_of
from gateway.clock import utc_now
from gateway.dispatch.payloads import Letter, read_alert
from gateway.places import sample_directory
from gateway.store.files import NewStep
from gateway.store.outbox import DispatchKind, NewDispatch
from models.contact import Channel, Contact, Part, Sender
from models.decision import Queue
from models.history import Outbound
from models.identity import Match, MatchedAs, MatchedBy, Strength

Run = Callable[..., tuple[int, str, str]]

TEXT = "I spoke to Morag Tennant about the drain. Call me on 01632 960 101."
RAW = b"From: jordan.whitlock@mail.example\r\n\r\nI spoke to Morag Tennant about the drain.\r\n"

ANN = ("--by", "Ann Author", "--role", "line_manager")
"""In a role to which the register of strategies is open."""

GROUND = "a legitimate reason that is recorded"


@pytest.fixture
def run(command: Run, tmp_path: Path) -> Run:
    assert command("register", "import", str(sample_directory() / "register.yaml"), "--by", "Ann Author")[0] == 0
    asyncio.run(_three_contacts(tmp_path / "gateway.toml"))
    return command


async def _three_contacts(config: Path) -> None:
    """One of P-001 that names P-002, one that may be of P-001, and one of somebody else."""
    for raw, text, person, strength in (
        (RAW, TEXT, "P-001", Strength.EXACT),
        (b"Subject: x\r\n\r\nThank you.\r\n", "Thank you.", "P-001", Strength.PROBABLE),
        (b"Subject: y\r\n\r\nNot theirs.\r\n", "Not theirs.", "P-003", Strength.EXACT),
    ):
        match = Match(person=person, as_=MatchedAs.PERSON, strength=strength, by=MatchedBy.EMAIL)
        sender = "jordan.whitlock@mail.example" if person == "P-001" else "d.pryce@post.example"
        await _a_contact(config, raw, text, Sender(identifier=sender), match)


async def _a_contact(config: Path, raw: bytes, text: str, sender: Sender, *matches: Match) -> None:
    async with opened_store(settings_of(config)) as store:
        await store.spool.accept(envelope(), raw)
        (claim,) = await store.spool.claim(now=utc_now(), lease=LEASE, limit=1)
        contact = Contact(
            id=claim.contact_id,
            channel=Channel.EMAIL,
            received_at=envelope().received_at,
            sender=sender,
            parts=(Part(name="body", text=text),),
        )
        made = decision(contact, breaches=("R1",), review=(Queue.SPOC,)).model_copy(update={"matches": matches})
        people = tuple(match.person for match in matches if match.strength is Strength.EXACT)
        current = await store.register.current()
        written = outcome(contact, made, people=people)
        await store.recorder.record(
                claim, contact, people, lambda _history, written=written: written,
                register_version=current.version if current else None, last_step=0, now=utc_now,
            )  # fmt: skip


def test_a_record_is_looked_through_and_then_given(run: Run, tmp_path: Path) -> None:
    review, given = tmp_path / "review", tmp_path / "given"
    status, said, complaint = run("subject-access", "P-001", "--out", str(review), *ANN)
    assert status == 0, complaint
    assert "2 originals" in said
    record = (review / "record.json").read_text("utf-8")
    assert "spoke to Morag Tennant" in record and "Thank you." in record and "Not theirs." not in record
    assert stat.S_IMODE(review.stat().st_mode) == 0o700
    assert stat.S_IMODE((review / "record.json").stat().st_mode) == 0o600
    sections = {section["title"]: section["entries"] for section in json.loads(record)["sections"]}
    assert [len(entry["breaches"]) for entry in sections["Contacts"]] == [1, 1]
    assert {"decided"} <= {entry["event"] for entry in sections["What was done, by whom, when"]}
    assert len(list((review / "originals").iterdir())) == 2

    arguments = ("subject-access", "P-001", "--out", str(given), *ANN)
    arguments = (*arguments, "--redactions", str(review / "redactions.yaml"))
    status, _, said = run(*arguments)
    assert status == 1 and "nobody has decided on" in said and not given.exists()

    decide = yaml.safe_load((review / "redactions.yaml").read_text("utf-8"))
    assert "Morag Tennant" in {passage["text"] for passage in decide["passages"]}
    for passage in decide["passages"]:
        passage["decision"] = "redact" if passage["text"] == "Morag Tennant" else "keep"
    (review / "redactions.yaml").write_text(yaml.safe_dump(decide, allow_unicode=True), "utf-8")
    status, said, complaint = run(*arguments)
    assert status == 0, complaint
    assert "1 originals, 1 left out" in said
    for file in given.rglob("*"):
        assert file.is_dir() or "Morag Tennant" not in file.read_text("utf-8"), file
    page = (given / "index.html").read_text("utf-8")
    assert "[redacted: another person]" in page and "1 original message is left out, for it names others" in page
    assert run("audit", "verify")[0] == 0


def test_the_redactions_of_another_record_are_refused(run: Run, tmp_path: Path) -> None:
    review = tmp_path / "review"
    assert run("subject-access", "P-001", "--out", str(review), *ANN)[0] == 0
    with (review / "record.json").open("a") as record:
        record.write(" ")
    status, _, said = run(
        "subject-access", "P-001", "--out", str(tmp_path / "x"), "--redactions", str(review / "redactions.yaml"),
        "--by", "Ann Author",
    )  # fmt: skip
    assert status == 2 and "not the record of P-001" in said
    status, _, said = run("subject-access", "P-001", "--out", str(review), *ANN)
    assert status == 2 and "is there already" in said
    nosy = ("subject-access", "P-001", "--out", str(tmp_path / "nosy"), "--by", "Nosy Person")
    status, _, said = run(*nosy)
    assert status == 1 and "Nosy Person is not among those who need to know of CS-001" in said
    assert not (tmp_path / "nosy").exists()
    status, _, said = run("subject-access", "P-999", "--out", str(tmp_path / "y"), *ANN)
    assert status == 1 and "knows nobody P-999" in said


def test_a_need_opens_a_strategy_that_only_the_register_has_and_the_manager_is_told_what_for(
    run: Run, tmp_path: Path
) -> None:
    nosy = ("subject-access", "P-001", "--out", str(tmp_path / "nosy"), "--by", "Nosy Person")
    status, _, said = run(*nosy)
    assert status == 1 and "say your --role, or say what you need it for (Cleveland 4.6)" in said
    assert run(*nosy, "--need", "x")[0] == 2 and not (tmp_path / "nosy").exists()
    status, _, complaint = run(*nosy, "--need", "Subject access request of 3 March.")
    assert status == 0, complaint
    trail = run("audit", "list", "--by", "Aud Itor")[1].splitlines()
    assert [line.split()[2] for line in trail if "strategy/CS-001" in line] == ["looked_in"]
    record = json.loads((tmp_path / "nosy" / "record.json").read_text("utf-8"))
    done = next(one["entries"] for one in record["sections"] if one["title"].startswith("What was done"))
    assert ("looked_in", "Nosy Person", "strategy/CS-001") in {
        (one["event"], one["actor"], one["record"]) for one in done
    }

    async def told() -> list[str]:
        async with opened_store(settings_of(tmp_path / "gateway.toml")) as store:
            return [read_alert(one.payload).text for one in await store.alerts.of_the_gateway()]

    (alert,) = asyncio.run(told())
    assert "Nosy Person" in alert and "CS-001" in alert and "“Subject access request of 3 March.”" in alert


def _with_reasons(folder: Path, strategy: str, words: str) -> str:
    """The register, with these reasons in a strategy that only it has."""
    register = yaml.safe_load((sample_directory() / "register.yaml").read_text("utf-8"))
    next(one for one in register["strategies"] if one["id"] == strategy)["reasons"] = words
    (folder / "with_reasons.yaml").write_text(yaml.safe_dump(register, allow_unicode=True), "utf-8")
    return str(folder / "with_reasons.yaml")


async def _sent_for(config: Path, file: str, to: str) -> None:
    """A line of the list of what we sent, which is part of a file."""
    async with opened_store(settings_of(config)) as store:
        sent = Outbound(kind="notice", to=(to,), at=utc_now())
        await store.writer.run(lambda connection: store.history.note_sent(connection, sent, file_id=file))


def test_words_of_others_files_are_for_those_who_may_read_each_or_say_what_for(run: Run, tmp_path: Path) -> None:
    words = "She says that Edwin Moss is in a refuge."
    spoc = {"name": "Pat Ellery", "address": "contact@opcc.example", "deputy": "deputy.contact@opcc.example"}
    for name, reasons in (("draft.yaml", words), ("other.yaml", "Forty calls in a week.")):
        drafted = {"person": "P-002", "matters": [], "reasons": reasons, "spoc": spoc}
        (tmp_path / name).write_text(yaml.safe_dump(drafted), "utf-8")
    shared = ("--person", "P-003", "--to", "NHS", "--ground", GROUND, "--why", "She may need help.")
    for command in (
        ("strategy", "draft", str(tmp_path / "draft.yaml")),
        ("strategy", "draft", str(tmp_path / "other.yaml")),
        ("incident", "record", "visit", "--on", TODAY, "--what", words),
        ("incident", "record", "visit", "--on", TODAY, "--what", words, "--person", "P-003"),
        ("disclosure", "propose", *shared, "--what", words),
        ("challenge", "receive", "CS-004", "--on", TODAY, "--reasons", words),
        ("retention", "hold", "P-005", "--reason", words),
        ("register", "import", _with_reasons(tmp_path, "CS-006", words)),
    ):
        status, _, complaint = run(*command, "--by", "Sam Staff")
        assert status == 0, complaint
    year = TODAY[:4]
    asyncio.run(_sent_for(tmp_path / "gateway.toml", f"CS-{year}-0002", "Edwin Moss c/o Morag Tennant"))
    nosy = ("subject-access", "P-014", "--out", str(tmp_path / "nosy"), "--by", "Nosy Person")
    status, said, complaint = run(*nosy)
    assert status == 1 and not said and not (tmp_path / "nosy").exists()
    registered = {f"CS-00{number}" for number in (3, 4, 5, 6)}
    closed = {f"CS-{year}-0001", f"CS-{year}-0002", f"IN-{year}-0001", *registered}
    assert sorted(re.findall(r"\b(?:CS|IN)-[0-9-]+[0-9]", complaint)) == sorted(closed)
    assert "say what you need it for" in complaint and "P-0" not in complaint
    assert "looked in" not in run("strategy", "show", f"CS-{year}-0001", "--by", "Sam Staff")[1]

    status, said, complaint = run(*nosy, "--need", "A request of 3 March.")
    assert status == 0 and "are about others and name the person" in said, complaint
    for shown in (("strategy", f"CS-{year}-0001"), ("incident", f"IN-{year}-0001")):
        page = run(shown[0], "show", shown[1], "--by", "Sam Staff")[1]
        assert page.count("looked in by Nosy Person") == 1 and "need: A request of 3 March." in page
    trail = run("audit", "list", "--by", "Aud Itor")[1].splitlines()
    looked = [line.split()[-1] for line in trail if "looked_in" in line]
    assert sorted(looked) == sorted(f"strategy/{id_}" for id_ in registered)
    # Each file whose words are in it was read, also those that are behind another's gate.
    viewed = {line.split()[-1] for line in trail if "file_viewed" in line and "Nosy Person" in line}
    shown = ("CS-{}-0001", "CS-{}-0002", "IN-{}-0001", "IN-{}-0002", "DS-{}-0001", "CH-{}-0001", "RH-{}-0001", "CS-006")
    assert viewed == {f"file/{one.format(year)}" for one in shown}
    status, _, complaint = run("subject-access", "P-014", "--out", str(tmp_path / "head"), *ANN)
    assert status == 0, complaint


async def _noted_and_not_yet_read(config: Path, *messages: bytes) -> None:
    """Notes and clocks on contacts of P-003 and P-001; and messages that wait, the last of which triage gave up on."""
    async with opened_store(settings_of(config)) as store:
        (ours,) = await store.about.contacts_of("P-003")
        (item,) = [one for one in await store.review.items(queue=Queue.SPOC) if one.contact_id == ours]
        note = "Jordan Whitlock's neighbour; Morag Tennant told me."
        await store.review.close(item.id, by="Ray Reviewer", outcome="done", note=note, now=utc_now())
        theirs = (await store.about.contacts_of("P-001"))[0]
        (other,) = [one for one in await store.review.items(queue=Queue.SPOC) if one.contact_id == theirs]
        for id_, reason in ((item.id, "Jordan Whitlock is asked first."), (other.id, "The drain is asked about.")):
            paused = {"kind": "clock_paused", "at": utc_now().isoformat(), "by": "Ray Reviewer", "reason": reason}
            step = NewStep("clock_paused", json.dumps(paused), "Ray Reviewer", utc_now())
            await store.clocks.take(id_, "rights_clock", step, expected=0, due_at=utc_now())
        for raw in messages:
            await store.spool.accept(envelope(), raw)
        for claim in await store.spool.claim(now=utc_now(), lease=LEASE, limit=len(messages)):
            if claim.content == messages[-1]:
                read = Contact(id=claim.contact_id, channel=Channel.EMAIL, received_at=envelope().received_at)
                await store.recorder.failed(claim, outcome(read), error="it would not do", again_at=None, now=utc_now())


def test_notes_on_others_and_messages_not_yet_read_are_searched_and_marked_like_the_rest(
    run: Run, tmp_path: Path
) -> None:
    head = b"From: Wendy Witness <wendy@post.example>\r\nSubject: The flat\r\nMIME-Version: 1.0\r\n"
    coded = head + b"Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    waits = coded + base64.b64encode(b"Jordan Whitlock has moved. Ring me on 01632 960 777.") + b"\r\n"
    dead = head + b"Content-Type: text/html\r\n\r\n<p>Mr Whitlock again.</p>"
    unasked = head + b"\r\nJordan is a river."
    asyncio.run(_noted_and_not_yet_read(tmp_path / "gateway.toml", waits, unasked, dead))
    review = tmp_path / "review"
    assert run("subject-access", "P-001", "--out", str(review), *ANN)[0] == 0
    record = json.loads((review / "record.json").read_text("utf-8"))
    named = {section["title"]: section["entries"] for section in record["sections"] if section.get("named")}
    (noted,) = named["Notes on contacts of others that name the person"]
    assert [note["by"] for note in noted["notes"]] == ["Ray Reviewer"] and set(noted) == {"id", "notes", "found_by"}
    (clock,) = named["Files about others that name the person"]
    assert [step["reason"] for step in clock["steps"]] == ["Jordan Whitlock is asked first."]
    (own,) = [section["entries"] for section in record["sections"] if section["title"] == "Contacts"]
    assert [[step["reason"] for step in one.get("clock", ())] for one in own] == [["The drain is asked about."], []]
    unread = named["Messages not yet read that name the person"]
    assert [entry["contact"]["parts"][-1]["text"].strip()[:7] for entry in unread] == ["Jordan ", "<p>Mr W"]
    assert "Contacts of others that name the person" not in named  # the note names them, and not what it is on
    decide = yaml.safe_load((review / "redactions.yaml").read_text("utf-8"))
    marked = {(passage["text"], passage["ground"]) for passage in decide["passages"]}
    assert {("Morag Tennant", "another_person"), ("01632 960 777", "contact_details")} <= marked
    assert ("Wendy Witness", "another_person") in marked
    assert ("Ray Reviewer", "staff") in marked
    assert len(decide["named"]) == 4


def test_training_under_the_persons_name_is_theirs_and_others_named_in_it_are_marked(run: Run, tmp_path: Path) -> None:
    sample = (sample_directory() / "register.yaml").read_text("utf-8")
    (tmp_path / "trained.yaml").write_text(sample.replace("policy: cleveland", "policy: warwickshire"), "utf-8")
    assert run("register", "import", str(tmp_path / "trained.yaml"), "--by", "Ann Author")[0] == 0
    for name, by, trainer in (
        ("jordan  WHITLOCK", "Mo Manager", "Tess Trainer"),
        ("Jordan Whitlock", "Jordan Whitlock", "Jordan Whitlock"),
        ("Ola Old", "Mo Manager", "Ugo Unseen"),
    ):
        given = ("--on", "2026-01-12", "--given-by", trainer, "--by", by)
        assert run("training", "record", name, "customer_service", *given)[0] == 0
    review = tmp_path / "review"
    assert run("subject-access", "P-001", "--out", str(review), *ANN[:2], "--role", "manager")[0] == 0
    record = (review / "record.json").read_text("utf-8")
    sections = {section["title"]: section["entries"] for section in json.loads(record)["sections"]}
    (entry,) = sections["Training records found by name"]
    assert [step["given_by"] for step in entry["steps"]] == ["Tess Trainer", "Jordan Whitlock"]
    assert "Ola Old" not in record and "Ugo Unseen" not in record
    done = [event for event in sections["What was done, by whom, when"] if event["record"] == f"file/{entry['id']}"]
    assert done
    decide = yaml.safe_load((review / "redactions.yaml").read_text("utf-8"))
    marked = {(passage["text"], passage["ground"]) for passage in decide["passages"]}
    assert {("Tess Trainer", "another_person"), ("Mo Manager", "staff")} <= marked
    assert "jordan whitlock" not in {text.casefold() for text, _ground in marked}


def test_staff_who_are_named_in_a_file_or_looked_at_it_are_marked_and_whoever_decides_is_not(
    run: Run, tmp_path: Path
) -> None:
    for command in (
        ("record", "visit", "--on", TODAY, "--what", "He shouted.", "--person", "P-001", "--affected", "Ola Other"),
        (
            "manager-told",
            f"IN-{TODAY[:4]}-0001",
            "--manager",
            "Lee Line",
            "--on",
            TODAY,
            "--advice",
            "Ring nobody back.",
        ),
    ):
        run("incident", *command, "--by", "Sam Staff")
    run("incident", "show", f"IN-{TODAY[:4]}-0001", "--by", "Vic Viewer", "--role", "line_manager")
    run("incident", "note", f"IN-{TODAY[:4]}-0001", "--text", "Seen.", "--by", "Hal Head", "--role", "chief_executive")
    assert run("subject-access", "P-001", "--out", str(tmp_path / "review"), *ANN)[0] == 0
    decide = yaml.safe_load((tmp_path / "review" / "redactions.yaml").read_text("utf-8"))
    staff = {passage["text"] for passage in decide["passages"] if passage["ground"] == "staff"}
    assert {"Sam Staff", "Ola Other", "Lee Line", "Vic Viewer"} <= staff
    assert "Hal Head" not in staff


def test_what_is_kept_of_others_is_searched_for_the_person_and_nothing_goes_out_before_each_place_is_decided(
    run: Run, tmp_path: Path
) -> None:
    config = tmp_path / "gateway.toml"
    for name, text in (
        ("Wendy Witness", "Jordan Whitlock has a knife. Wendy Witness, 01632 960 777"),
        ("Nell Next", "Mr Whitlock shouted. Nell Next."),
        ("Nobody There", "Jordan is a river, and Whitlocks a shop."),
    ):
        asyncio.run(_a_contact(config, text.encode(), text, Sender(identifier="w@post.example", name=name)))
    visit = ("incident", "record", "visit", "--on", TODAY, "--by", "Sam Staff")
    assert run(*visit, "--what", "Somebody rang from 01632 960101 and came in.")[0] == 0
    review, given = tmp_path / "review", tmp_path / "given"
    status, said, _ = run("subject-access", "P-001", "--out", str(review), *ANN)
    assert status == 0 and "3 of the entries are about others and name the person" in said
    record = json.loads((review / "record.json").read_text("utf-8"))
    named = {section["title"]: section["entries"] for section in record["sections"] if section.get("named")}
    contacts = named["Contacts of others that name the person"]
    assert [entry["contact"]["sender"]["name"] for entry in contacts] == ["Wendy Witness", "Nell Next"]
    assert all(set(entry) == {"id", "contact", "found_by"} for entry in contacts)  # nothing of what was decided of them
    (incident,) = named["Files about others that name the person"]
    assert incident["found_by"] == ["telephone number"]
    assert "Not found are a forename" in record["searched"]

    decide = yaml.safe_load((review / "redactions.yaml").read_text("utf-8"))
    marked = {(passage["text"], passage["ground"]) for passage in decide["passages"]}
    assert {("Wendy Witness", "another_person"), ("01632 960 777", "contact_details")} <= marked
    for passage in decide["passages"]:
        passage["decision"] = "redact"
    arguments = ("subject-access", "P-001", "--out", str(given), *ANN)
    arguments = (*arguments, "--redactions", str(review / "redactions.yaml"))

    def release() -> tuple[int, str]:
        (review / "redactions.yaml").write_text(yaml.safe_dump(decide, allow_unicode=True), "utf-8")
        status, _said, complaint = run(*arguments)
        return status, complaint

    status, complaint = release()
    assert status == 1 and f"{contacts[0]['id']} under `named`" in complaint
    places = decide["named"]
    decide["named"] = [place | {"decision": "leave_out"} for place in places[1:]]
    status, complaint = release()
    assert status == 1 and f"{contacts[0]['id']}: not under `named` any more" in complaint
    decide["named"].append(places[0] | {"decision": "give"})
    assert release() == (0, "")
    page = (given / "index.html").read_text("utf-8")
    assert "has a knife" in page and "shouted" not in page and "Somebody rang" not in page
    assert "Wendy" not in page and "w@post" not in page and "Not found are a forename" in page


async def _sent_to_others(config: Path) -> None:
    """A mail of ours about a contact of P-003, one about a contact of P-001, and lines of the list of what we sent."""
    async with opened_store(settings_of(config)) as store:
        for person in ("P-003", "P-001"):
            id_ = (await store.about.contacts_of(person))[0]
            says = Letter(
                recipients=("contact@opcc.example",), subject="A copy", text="He says Jordan Whitlock hit him."
            )
            copy = NewDispatch(DispatchKind.COPY, says.model_dump_json())

            def put(connection: sa.Connection, id_: str = id_, copy: NewDispatch = copy) -> None:
                store.outbox.add(connection, store.vault.key(connection, id_), id_, [copy], utc_now())

            await store.writer.run(put)
        for to in (
            "Jordan Whitlock c/o Dilys Pryce, 5 Mill Lane",
            "Dilys Pryce, 5 Mill Lane",
            "jordan.whitlock@mail.example",
        ):
            sent = Outbound(kind="notice", to=(to,), at=utc_now())
            await store.writer.run(lambda connection, sent=sent: store.history.note_sent(connection, sent))


def test_what_we_sent_to_others_is_searched_and_is_for_a_person_to_look_through(run: Run, tmp_path: Path) -> None:
    asyncio.run(_sent_to_others(tmp_path / "gateway.toml"))
    review = tmp_path / "review"
    status, _, complaint = run("subject-access", "P-001", "--out", str(review), *ANN)
    assert status == 0, complaint
    record = json.loads((review / "record.json").read_text("utf-8"))
    sections = {section["title"]: section["entries"] for section in record["sections"]}
    assert [one["to"] for one in sections["What we sent"]] == [["jordan.whitlock@mail.example"]]
    line, mail = sections["What we sent to others that names the person"]
    assert (line["to"], line["found_by"]) == (["Jordan Whitlock c/o Dilys Pryce, 5 Mill Lane"], ["name"])
    assert (mail["text"], mail["recipients"]) == ("He says Jordan Whitlock hit him.", ["contact@opcc.example"])
    assert "list of what we sent" in record["searched"].partition("Not searched")[0]
    decide = yaml.safe_load((review / "redactions.yaml").read_text("utf-8"))
    assert {line["id"], mail["id"]} <= {one["id"] for one in decide["named"]}
    (whole,) = [one for one in decide["passages"] if "Mill Lane" in one["text"]]
    assert whole["ground"] == "another_person" and whole["place"].endswith("to/0")
