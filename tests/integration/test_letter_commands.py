"""`triage letter` as people use it: a letter is written, read, let go, and goes or is printed, with its proof on file."""

from __future__ import annotations

import asyncio
import hashlib
import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from clock_moved import TODAY
from notify_fake import KEY, TEMPLATE, FakeNotify, fake_notify
from smtp_sink import Sink, sink
from store_builders import erase_file

from gateway.cli.app import main
from gateway.cli.opened import opened_store
from gateway.cli.settings import settings_of
from gateway.clock import utc_now
from gateway.dispatch.carriers.carrier import Carried, Parcel
from gateway.dispatch.carriers.mail import ByMail
from gateway.dispatch.carriers.notify import NotifyPost
from gateway.governance.course import text_of
from gateway.governance.courses import STRATEGY
from gateway.governance.desk import Desk
from gateway.governance.letters.page import Page
from gateway.governance.letters.pdf import pdf_of
from gateway.governance.steps import STRATEGY_STEP, Drafted
from gateway.policies import Policies
from gateway.store.files import NewStep
from gateway.store.store import Store
from models.contact import Channel, Contact, EmailFacts, Sender
from models.history import OutboundKind
from models.restriction import SpocOnly
from models.strategy import Spoc

Run = Callable[..., tuple[int, str, str]]

ID = "CS-2026-0001"
OTHER = "CS-2026-0002"
REGISTER = """
organisation:
  name: Example Borough Council
  policy: generic
  domains: [council.example]
  addresses: {manager: manager@council.example, spoc: spoc@council.example}
people:
  - id: P-1
    name: Jordan Example
    identifiers:
      - {kind: email, value: jordan@mail.example}
      - {kind: email, value: shared@home.example, safe: false}
      - {kind: postal, value: "1 High Street, Stafford, ST16 1AA"}
      - {kind: postal, value: "9 Old Road, Stafford, ST16 9ZZ", safe: false}
matters:
  - {id: M-1, person: P-1, status: concluded, title: A seized car}
"""
HOME = "1 High Street, Stafford, ST16 1AA"
DRAFT = Drafted(
    at=datetime(2026, 3, 2, 12, tzinfo=UTC),
    by="Ann Author",
    person="P-1",
    matters=("M-1",),
    behaviours=("volume",),
    reasons="Forty calls in a week about what was decided.",
    restrictions=(SpocOnly(id="R1", kind="spoc_only"),),
    spoc=Spoc(name="Pat Contact", address="spoc@council.example", deputy="dee@council.example"),
)


class Office:
    """A gateway with one approved strategy, and the command line."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self._monkeypatch = monkeypatch
        self._capsys = capsys

    def configure(self, *, smtp: int = 9, notify: str = "") -> None:
        """Settings with these ports."""
        (self.folder / "policy.pdf").write_bytes(b"%PDF-1.7 the policy")
        (self.folder / "gateway.toml").write_text(
            f'[store]\npath = "{self.folder}/triage.db"\nkey_file = "{self.folder}/keys.json"\n'
            f'[relay]\nport = {smtp}\nconnect_seconds = 2\nfrom_address = "gateway@council.example"\n'
            f'[letters]\nfolder = "{self.folder}/letters"\nsender = ["1 Example Street", "Stafford"]\n'
            f'policy_copy = "{self.folder}/policy.pdf"\n{notify}',
            "utf-8",
        )
        self._monkeypatch.setenv("TRIAGE_CONFIG", str(self.folder / "gateway.toml"))

    def run(self, *arguments: str) -> tuple[int, str, str]:
        self._monkeypatch.setattr("sys.argv", ["triage", *arguments])
        with pytest.raises(SystemExit) as stopped:
            main()
        said = self._capsys.readouterr()
        return int(stopped.value.code or 0), said.out, said.err

    def ok(self, *arguments: str) -> str:
        code, said, fault = self.run(*arguments)
        assert code == 0, fault
        return said

    def refused(self, *arguments: str) -> str:
        code, _, fault = self.run(*arguments)
        assert code == 1, fault
        return fault

    def letter(self, purpose: str = "notice", **options: str) -> None:
        """A letter that is written and approved."""
        extra = [part for name, value in options.items() for part in (f"--{name}", value)]
        self.ok("letter", "write", ID, "--purpose", purpose, "--by", "Ann Author", *extra)
        self.ok("letter", "show", ID, "L1", "--by", "Sam Head", "--role", "manager")
        self.ok("letter", "approve", ID, "L1", "--by", "Sam Head", "--role", "manager")

    def steps(self) -> list[Any]:
        return self.in_store(_steps)

    def in_store(self, work: Callable[[Store], Coroutine[Any, Any, Any]]) -> Any:
        async def opened() -> Any:
            async with opened_store(settings_of(self.folder / "gateway.toml")) as store:
                return await work(store)

        return asyncio.run(opened())


async def _steps(store: Store) -> list[Any]:
    stored = await store.files.read(ID)
    assert stored is not None
    return [STRATEGY_STEP.validate_json(step.text or "") for step in stored.steps]


async def _approved(store: Store) -> None:
    """A strategy that was approved, however that came about."""
    desk = Desk(store, Policies.load(settings_of(None).policies), now=utc_now)
    file = await desk.begin(STRATEGY, DRAFT, person="P-1", id_=ID)
    for kind, fields in (
        ("submitted", {}),
        ("acted", {"by": "Hal Head", "act": "decided", "completes": True}),
    ):
        step = STRATEGY_STEP.validate_python({"kind": kind, "at": DRAFT.at, "by": DRAFT.by, **fields})
        await store.files.append(
            ID, NewStep(kind, text_of(step), step.by, step.at), expected=len(file.steps), projection=None
        )
        file = await desk.load(STRATEGY, ID)


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Office:
    made = Office(tmp_path, monkeypatch, capsys)
    made.configure()
    (tmp_path / "register.yaml").write_text(REGISTER, "utf-8")
    made.ok("keys", "init")
    made.ok("register", "import", str(tmp_path / "register.yaml"), "--by", "Ann")
    made.in_store(_approved)
    return made


def with_sink(office: Office, work: Callable[[], None]) -> Sink:
    """`work`, which runs commands, beside a mail server."""

    async def serving() -> Sink:
        async with sink() as server:
            office.configure(smtp=server.port)
            await asyncio.to_thread(work)
            return server

    return asyncio.run(serving())


def with_notify(office: Office, work: Callable[[FakeNotify], None], *, mails: bool = True) -> FakeNotify:
    """`work` beside GOV.UK Notify."""

    async def serving() -> FakeNotify:
        async with fake_notify() as fake:
            (office.folder / "notify.key").write_text(KEY, "utf-8")
            template = f'email_template_id = "{TEMPLATE}"\n' if mails else ""
            office.configure(
                notify=f'[notify]\napi_key_file = "{office.folder}/notify.key"\nbase_url = "{fake.url}"\n{template}'
            )
            await asyncio.to_thread(work, fake)
            return fake

    return asyncio.run(serving())


def test_a_letter_waits_for_the_printer_until_somebody_posts_it(office: Office) -> None:
    said = office.ok("letter", "write", ID, "--purpose", "notice", "--by", "Ann Author", "--role", "staff")
    assert "letter L1" in said and "approved" in said
    assert office.steps()[-1].signed_by == "Ann Author, Member of staff"
    assert "nobody has approved a letter L1" in office.refused(
        "letter", "send", ID, "L1", "--way", "post", "--to", HOME, "--by", "Ann Author"
    )
    assert "are for the Manager" in office.refused("letter", "approve", ID, "L1", "--by", "Ann", "--role", "staff")
    head = (ID, "L1", "--by", "Sam Head", "--role", "manager")
    office.ok("strategy", "show", ID, *head[2:])
    office.ok("letter", "show", ID, "L1", "--by", "Ann Author")
    assert "Sam Head was not shown letter L1; read it first (`triage letter show" in office.refused(
        "letter", "approve", *head
    )
    office.ok("letter", "show", *head)
    office.ok("letter", "approve", *head)
    said = office.ok("letter", "send", ID, "L1", "--way", "post", "--to", HOME, "--by", "Ann Author")
    pdf = office.folder / "letters" / f"{ID}-L1.pdf"
    assert str(pdf) in said
    content = pdf.read_bytes()
    pdf.unlink()  # as it is while something makes the letter untrue; the list puts it there again
    (row,) = map(json.loads, office.ok("letter", "queue", "--json").splitlines())
    assert (row["id"], row["letter"], row["file"], row["do_not_post"]) == (ID, "L1", str(pdf), None)
    assert pdf.read_bytes() == content
    assert "waits to be printed already" in office.refused(
        "letter", "send", ID, "L1", "--way", "post", "--to", HOME, "--by", "Ann Author"
    )

    posted = ("letter", "posted", ID, "L1", "--on", TODAY, "--evidence", "RM 1234 5678 9GB", "--by", "Post Room")
    assert "counts as received on" in office.ok(*posted)
    assert (
        f"letter L1 does not wait to be posted, and it is on the file that it went by post on {TODAY}; for another "
        "sending say where it went"
    ) in office.refused(*posted)
    assert not pdf.exists()
    assert office.ok("letter", "queue").strip() == "nothing there"
    sent = office.steps()[-1]
    assert (sent.way, sent.to, sent.evidence) == ("post", HOME, "RM 1234 5678 9GB")
    assert sent.received_on > sent.on
    assert sent.pdf_sha256 == hashlib.sha256(content).hexdigest()

    kept = office.folder / "kept.pdf"
    said = office.ok("letter", "show", ID, "L1", "--pdf", str(kept), "--by", "Ann Author")
    assert kept.read_bytes() == content
    assert "not those that were sent" not in said
    assert "Dear Jordan Example" in said and "RM 1234 5678 9GB" in said


def test_what_is_too_short_is_said_and_the_file_can_still_be_opened(office: Office) -> None:
    office.letter()
    posted = ("letter", "posted", ID, "L1", "--on", TODAY, "--to", HOME, "--by", "Ann Author")
    assert "evidence: " in office.refused(*posted, "--evidence", "x")
    assert "letter approved" in office.ok("strategy", "show", ID, "--by", "Ann Author")
    office.ok(*posted, "--evidence", "RM 1234 5678 9GB")


def test_a_role_that_the_register_gives_to_somebody_is_nobody_elses(office: Office) -> None:
    office.letter()
    shown = office.ok("strategy", "show", ID, "--by", "Ann Author")
    assert "letter approved by Sam Head, " in shown and "(as stated)" in shown
    listed = REGISTER.replace("people:", "  role_holders: {manager: [Hal Head]}\npeople:")
    (office.folder / "register.yaml").write_text(listed, "utf-8")
    office.ok("register", "import", str(office.folder / "register.yaml"), "--by", "Ann")
    office.ok("letter", "write", ID, "--purpose", "notice", "--by", "Ann Author")
    approve = ("letter", "approve", ID, "L2", "--role", "manager", "--by")
    assert "Sam Head does not hold the role manager, which the register gives to Hal Head" in office.refused(
        *approve, "Sam Head"
    )
    office.ok("letter", "show", ID, "L2", "--by", "Hal Head")
    office.ok(*approve, "hal head")
    last = office.ok("strategy", "show", ID, "--by", "Ann Author").split("letter approved")[-1].splitlines()[0]
    assert "hal head" in last and "as stated" not in last
    office.ok("letter", "write", ID, "--purpose", "notice", "--by", "Ann Author", "--signed-by", "Hal Head")
    office.ok("letter", "show", ID, "L3", "--by", "Hal Head")
    office.ok("letter", "approve", ID, "L3", "--by", "Hal Head")
    steps = office.steps()
    assert (steps[-2].signed_by, steps[-2].role) == ("Hal Head, Manager", None)
    assert (steps[-1].role, steps[-1].role_as) == ("manager", "listed")


def test_a_letter_goes_by_our_mail_server_with_the_policy_and_the_proof_is_on_file(office: Office) -> None:
    office.letter()

    def send() -> None:
        said = office.ok(
            "letter", "send", ID, "L1", "--way", "email", "--to", "jordan@mail.example", "--by", "Ann Author"
        )
        assert "is sent: mail <" in said

    server = with_sink(office, send)
    mail = message_from_bytes(server.taken[0].content, policy=policy.default)
    attached = {one.get_filename(): one.get_content() for one in mail.iter_attachments()}
    sent = office.steps()[-1]
    assert mail["Message-ID"] in sent.evidence
    assert hashlib.sha256(attached[f"{ID}-L1.pdf"]).hexdigest() == sent.pdf_sha256
    undo = ("strategy", "undo", ID, str(len(office.steps())), "--by", "Ann Author", "--reason", "Wrong key.")
    assert "went, and cannot be called back" in office.refused(*undo)
    assert "can be undone" not in office.ok("strategy", "show", ID, "--by", "Ann Author")
    assert attached["policy.pdf"] == b"%PDF-1.7 the policy"

    async def history(store: Store) -> Any:
        facts = EmailFacts(message_id="<r@mail.example>", in_reply_to=(mail["Message-ID"],))
        reply = Contact(
            id="C" * 32,
            channel=Channel.EMAIL,
            received_at=utc_now() + timedelta(minutes=1),
            sender=Sender(identifier="jordan@mail.example"),
            email=facts,
        )
        return await store.reader.run(lambda connection: store.recorder._history.read(connection, reply, ["P-1"]))

    known = office.in_store(history)
    assert [(one.kind, one.to) for one in known.outbound] == [(OutboundKind.NOTICE, ("jordan@mail.example",))]
    assert known.outbound_known is False  # our own letters do not show that other mail is noted, too

    async def erased(store: Store) -> Any:
        before = await store.about.sent_to(["jordan@mail.example"])
        await erase_file(store, ID, actor="Ann", now=utc_now())
        return len(before), await store.about.sent_to(["jordan@mail.example"])

    assert office.in_store(erased) == (1, [])


def test_a_letter_goes_by_notify_and_its_number_is_on_file(office: Office) -> None:
    office.letter(layout="easy_read")

    def send(_fake: FakeNotify) -> None:
        office.ok("letter", "send", ID, "L1", "--way", "email", "--to", "jordan@mail.example", "--by", "Ann Author")

    fake = with_notify(office, send)
    assert office.steps()[-1].evidence == f"GOV.UK Notify {fake.taken[0]['id']}"


def test_a_letter_goes_to_one_place_once_until_it_came_back(office: Office) -> None:
    office.letter(layout="easy_read")
    email = ("letter", "send", ID, "L1", "--way", "email", "--by", "Ann Author", "--to")

    def send(fake: FakeNotify) -> None:
        office.ok(*email, "jordan@mail.example")
        again = office.refused(*email, "Jordan@Mail.example")
        assert f"went there by email on {TODAY} already (GOV.UK Notify {fake.taken[0]['id']})" in again
        assert "triage letter came-back" in again
        assert office.run("letter", "came-back", ID, "L1", "--by", "Ann Author", "--reason", "No such user.")[0] == 0
        office.ok(*email, "jordan@mail.example")

    first, second = with_notify(office, send).taken
    assert first["reference"] != second["reference"]
    assert all("jordan" not in one["reference"] for one in (first, second))


def test_a_try_that_was_not_answered_is_looked_up_and_recorded_on_the_day_it_went(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.letter()
    today = utc_now()
    email = ("letter", "send", ID, "L1", "--way", "email", "--to", "jordan@mail.example", "--by", "Ann Author")

    def send(fake: FakeNotify) -> None:
        fake.loses_answers = fake.then_down = True
        assert "may have gone all the same. Send it again" in office.refused(*email)
        fake.says_of_taken = None
        monkeypatch.setattr("gateway.cli.letter_office.utc_now", lambda: today + timedelta(days=3))
        assert "which it took at" in office.ok(*email)

    fake = with_notify(office, send)
    assert len(fake.taken) == 1
    sent = office.steps()[-1]
    assert sent.on == today.astimezone(ZoneInfo("Europe/London")).date()
    assert fake.taken[0]["id"] in sent.evidence and sent.carried


def test_a_try_that_is_too_long_ago_to_be_asked_after_is_not_sent_again_before_somebody_says_that_it_did_not_go(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.letter()
    now = utc_now()
    email = ("letter", "send", ID, "L1", "--way", "email", "--to", "jordan@mail.example", "--by", "Ann Author")

    def send(fake: FakeNotify) -> None:
        fake.loses_answers = fake.then_down = True
        assert "may have gone all the same" in office.refused(*email)
        fake.loses_answers, fake.says_of_taken = False, None
        monkeypatch.setattr("gateway.cli.letter_office.utc_now", lambda: now + timedelta(days=8))
        forgotten = fake.taken.pop()
        assert "too long ago to be asked after" in office.refused(*email)
        assert fake.taken == []
        fake.taken.append(forgotten)  # where the office keeps them longer there, it is found
        assert "which it took at" in office.ok(*email)

    with_notify(office, send)
    office.ok("letter", "came-back", ID, "L1", "--reason", "She says that nothing came.", "--by", "Ann Author")


def test_somebody_says_how_they_know_that_a_try_did_not_go(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.letter()
    now = utc_now()
    email = ("letter", "send", ID, "L1", "--way", "email", "--to", "jordan@mail.example", "--by", "Ann Author")

    def send(fake: FakeNotify) -> None:
        fake.answer = (500, "Exception", "Internal server error")
        assert "may have gone all the same" in office.refused(*email)
        fake.answer = None
        monkeypatch.setattr("gateway.cli.letter_office.utc_now", lambda: now + timedelta(days=8))
        assert "--did-not-go" in office.refused(*email)
        copy = (office.folder / "policy.pdf").rename(office.folder / "gone.pdf")
        assert "policy.pdf cannot be read" in office.refused(*email, "--did-not-go", "It could not go now either.")
        copy.rename(office.folder / "policy.pdf")
        fake.answer = (400, "ValidationError", "No such template")
        assert "GOV.UK Notify refuses it" in office.refused(*email, "--did-not-go", "I rang her.")
        fake.answer = None
        office.ok(*email)  # that try is settled
        assert "say so first" in office.refused(*email)
        shown = office.ok("strategy", "show", ID, "--by", "Ann Author")
        assert shown.count("A try to send letter L1 did not go:") == 1 and "I rang her." in shown

    assert len(with_notify(office, send).taken) == 1


def test_where_a_carrier_says_that_a_try_went_nobody_says_that_it_did_not(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.letter()
    now = utc_now()
    email = ("letter", "send", ID, "L1", "--way", "email", "--to", "jordan@mail.example", "--by", "Ann Author")

    def send(fake: FakeNotify) -> None:
        fake.loses_answers = fake.then_down = True
        assert "may have gone all the same" in office.refused(*email)
        fake.loses_answers, fake.says_of_taken = False, None
        monkeypatch.setattr("gateway.cli.letter_office.utc_now", lambda: now + timedelta(days=8))
        assert "which it took at" in office.ok(*email, "--did-not-go", "I rang her.")

    assert len(with_notify(office, send).taken) == 1
    assert [step.kind for step in office.steps()][-2:] == ["letter_approved", "letter_sent"]


def test_what_our_mail_server_may_have_taken_is_not_sent_again_before_somebody_says_that_it_did_not_go(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.letter()
    email = ("letter", "send", ID, "L1", "--way", "email", "--to", "jordan@mail.example", "--by", "Ann Author")
    carry = ByMail.carry

    async def dies(self: ByMail, parcel: Parcel) -> Carried:
        await carry(self, parcel)
        raise SystemExit(9)

    async def serving() -> None:
        async with sink(answers={"dot": ["2drop"]}) as server:
            office.configure(smtp=server.port)

            def work() -> None:
                said = office.refused(*email)
                assert "may have gone all the same. Nobody can be asked but the person" in said and "451" not in said
                assert "had no answer, and this mail server cannot be asked" in office.refused(*email)
                with monkeypatch.context() as patched:
                    patched.setattr(ByMail, "carry", dies)
                    assert office.run(*email, "--did-not-go", "She has nothing.")[0] == 9
                assert len(server.taken) == 2
                assert "this mail server cannot be asked" in office.refused(*email)
                office.ok(*email, "--did-not-go", "Nor has she now.")
                assert len(server.taken) == 3

            await asyncio.to_thread(work)

    asyncio.run(serving())
    assert [step.kind for step in office.steps()][-3:] == ["noted", "noted", "letter_sent"]


def test_what_may_have_gone_by_notify_is_not_printed_beside_it(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.letters.desk._encloses_policy", lambda _written: False)  # which Notify cannot post
    office.letter()
    post = ("letter", "send", ID, "L1", "--way", "post", "--to", HOME, "--by", "Ann Author")

    def send(fake: FakeNotify) -> None:
        fake.loses_answers = fake.then_down = True
        assert "may have gone all the same" in office.refused(*post)
        assert "not sent: GOV.UK Notify is in trouble (503)" in office.refused(*post, "--print")
        fake.says_of_taken = None
        assert "which it took at" in office.ok(*post, "--print")

    fake = with_notify(office, send)
    assert len(fake.taken) == 1 and not (office.folder / "letters").exists()
    assert (office.steps()[-1].kind, office.steps()[-1].carried) == ("letter_sent", True)


def test_what_notify_took_before_the_gateway_died_is_not_printed_beside_it(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.letters.desk._encloses_policy", lambda _written: False)
    office.letter()
    post = ("letter", "send", ID, "L1", "--way", "post", "--to", HOME, "--by", "Ann Author")
    carry = NotifyPost.carry

    async def dies(self: NotifyPost, parcel: Parcel) -> Carried:
        await carry(self, parcel)
        raise SystemExit(9)

    def send(fake: FakeNotify) -> None:
        with monkeypatch.context() as patched:
            patched.setattr(NotifyPost, "carry", dies)
            assert office.run(*post)[0] == 9
        fake.says_of_taken = (503, "Exception", "Unavailable")
        assert "not sent: GOV.UK Notify is in trouble (503)" in office.refused(*post, "--print")
        fake.says_of_taken = None
        assert "which it took at" in office.ok(*post, "--print")

    fake = with_notify(office, send)
    assert len(fake.taken) == 1 and not (office.folder / "letters").exists()
    assert office.steps()[-1].kind == "letter_sent"


def test_what_our_mail_server_may_have_taken_does_not_go_by_notify_before_somebody_says_that_it_did_not_go(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.letter()
    email = ("letter", "send", ID, "L1", "--way", "email", "--to", "jordan@mail.example", "--by", "Ann Author")

    async def serving() -> None:
        async with sink(answers={"dot": ["2drop"]}) as server:
            office.configure(smtp=server.port)
            assert "may have gone all the same" in await asyncio.to_thread(office.refused, *email)

    asyncio.run(serving())

    def send(fake: FakeNotify) -> None:
        said = office.refused(*email)
        assert "had no answer, and it was given to our own mail server, which is not asked any more" in said
        assert fake.taken == []
        office.ok(*email, "--did-not-go", "She has nothing.")

    with monkeypatch.context() as patched:
        pages = counted_pages(patched)
        assert len(with_notify(office, send).taken) == 1
    assert len(pages) == 2, "once for each command"
    assert [step.kind for step in office.steps()][-2:] == ["noted", "letter_sent"]


def test_what_notify_may_have_posted_is_not_printed_once_there_is_no_notify_any_more(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.letters.desk._encloses_policy", lambda _written: False)
    office.letter()
    post = ("letter", "send", ID, "L1", "--way", "post", "--to", HOME, "--by", "Ann Author")

    def send(fake: FakeNotify) -> None:
        fake.loses_answers = fake.then_down = True
        assert "may have gone all the same" in office.refused(*post)

    with_notify(office, send)
    office.configure()
    assert "it was given to GOV.UK Notify, which is not asked any more" in office.refused(*post)
    assert not (office.folder / "letters").exists()
    pages = counted_pages(monkeypatch)
    assert "to be printed" in office.ok(*post, "--did-not-go", "Its dashboard has nothing.")
    assert len(pages) == 1
    assert [step.kind for step in office.steps()][-2:] == ["noted", "letter_queued"]


def test_the_pdf_of_what_is_printed_after_a_try_without_an_answer_is_set_once(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.letters.desk._encloses_policy", lambda _written: False)
    office.letter()
    post = ("letter", "send", ID, "L1", "--way", "post", "--to", HOME, "--by", "Ann Author")

    def send(fake: FakeNotify) -> None:
        fake.answer = (500, "Exception", "Internal server error")
        assert "may have gone all the same" in office.refused(*post)
        fake.answer = None
        pages = counted_pages(monkeypatch)
        assert "to be printed" in office.ok(*post, "--print")
        assert len(pages) == 1

    assert with_notify(office, send).taken == []
    assert office.steps()[-1].kind == "letter_queued"


def counted_pages(monkeypatch: pytest.MonkeyPatch) -> list[Page]:
    """Of what a PDF is set from now on, each time."""
    pages = list[Page]()

    async def counted(page: Page, templates: Path) -> bytes:
        pages.append(page)
        return await pdf_of(page, templates)

    monkeypatch.setattr("gateway.letters.desk.pdf_of", counted)
    return pages


def test_whoever_stops_a_sending_is_told_that_it_may_have_gone(office: Office) -> None:
    office.letter()
    email = ("letter", "send", ID, "L1", "--way", "email", "--to", "jordan@mail.example", "--by", "Ann Author")

    def send(fake: FakeNotify) -> None:
        fake.pause = 2
        command = [sys.executable, "-m", "gateway", *email]
        sending = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        while fake.asked < 2 and sending.poll() is None:  # whether it has it, then to send it
            time.sleep(0.05)
        sending.send_signal(signal.SIGINT)
        _out, said = sending.communicate(timeout=60)
        assert sending.returncode == 1, said
        assert "it was stopped before an answer came; it may have gone all the same. Send it again" in said
        fake.pause = 0
        assert "which it took at" in office.ok(*email)

    assert len(with_notify(office, send).taken) == 1


def test_what_notify_refused_is_printed_without_asking_it_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.letters.desk._encloses_policy", lambda _written: False)
    office.letter()
    post = ("letter", "send", ID, "L1", "--way", "post", "--to", HOME, "--by", "Ann Author")

    def send(fake: FakeNotify) -> None:
        fake.answer = (400, "ValidationError", "Letter content is not a valid PDF")
        assert "GOV.UK Notify refuses it" in office.refused(*post)
        fake.says_of_taken = (503, "Exception", "Unavailable")
        assert "to be printed" in office.ok(*post, "--print")

    assert with_notify(office, send).taken == []
    assert office.steps()[-1].kind == "letter_queued"


def test_two_who_press_send_at_once_send_it_once(office: Office) -> None:
    office.letter()

    def send(fake: FakeNotify) -> None:
        fake.pause = 1.5
        command = [sys.executable, "-m", "gateway", "letter", "send", ID, "L1", "--way", "email"]
        command += ["--to", "jordan@mail.example", "--by", "Ann Author"]
        both = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(2)]
        ended = [one.communicate(timeout=60) for one in both]
        assert sorted(one.returncode for one in both) == [0, 1]
        assert "went there by email on" in "".join(fault for _, fault in ended)

    assert len(with_notify(office, send).taken) == 1
    assert [one.kind for one in office.steps()].count("letter_sent") == 1


def test_what_notify_cannot_enclose_is_printed_here(office: Office) -> None:
    office.letter()
    by_post = ("letter", "send", ID, "L1", "--way", "post", "--to", HOME, "--by", "Ann Author")

    def send(_fake: FakeNotify) -> None:
        assert "print it here (--print)" in office.refused(*by_post)
        assert "to be printed" in office.ok(*by_post, "--print")

    assert with_notify(office, send).taken == []
    assert office.steps()[-1].kind == "letter_queued"


def test_nothing_goes_where_it_is_not_safe(office: Office) -> None:
    office.letter()

    def send(_fake: FakeNotify) -> None:
        for way, to in (("email", "Shared@home.example"), ("post", "9 Old Road, Stafford, ST16 9ZZ")):
            for extra in ((), ("--print",) if way == "post" else ()):
                said = office.refused(
                    "letter", "send", ID, "L1", "--way", way, "--to", to, "--by", "Ann Author", *extra
                )
                assert "nothing is ever sent to what is marked unsafe" in said
        said = office.refused("letter", "send", ID, "L1", "--way", "email", "--to", HOME, "--by", "Ann Author")
        assert "a letter by email goes to an email address" in said

    assert with_notify(office, send).asked == 0
    assert not (office.folder / "letters").exists()
    assert office.steps()[-1].kind == "letter_approved"


def test_what_was_posted_before_its_address_was_marked_unsafe_is_recorded_with_why_and_seen_to(office: Office) -> None:
    office.letter()
    office.ok("letter", "send", ID, "L1", "--way", "post", "--to", HOME, "--by", "Ann Author", "--print")
    marked = REGISTER.replace(f'value: "{HOME}"', f'value: "{HOME}", safe: false')
    assert marked != REGISTER
    (office.folder / "register.yaml").write_text(marked, "utf-8")
    office.ok("register", "import", str(office.folder / "register.yaml"), "--by", "Ann")
    shown = ("tasks", "--json")
    assert "do not post it there" in office.ok(*shown)
    posted = (
        "letter",
        "posted",
        ID,
        "L1",
        "--on",
        TODAY,
        "--evidence",
        "AB1 2",
        "--by",
        "Ann Author",
    )
    assert "if it is gone all the same, say how that came about (--went-although)" in office.refused(*posted)
    said = office.ok(*posted, "--went-although", "It went by the morning post; she moved out at noon.")
    assert "It went where nothing is sent" in said
    assert (office.steps()[-1].to, office.steps()[-1].evidence) == (HOME, "AB1 2")
    assert "Letter L1 went to what is marked unsafe" in office.ok(*shown)


def test_a_letter_that_came_back_is_on_file_as_that_and_of_several_it_is_said_which(office: Office) -> None:
    office.letter()
    posted = ("letter", "posted", ID, "L1", "--by", "Ann Author", "--to", HOME, "--on")
    came_back = ("letter", "came-back", ID, "L1", "--by", "Ann Author", "--reason", "Gone away")
    assert "not on the file that letter L1 went" in office.refused(*came_back)
    for evidence in ("RM 1234", "RM 1235"):
        office.ok(*posted, TODAY, "--evidence", evidence)
    assert f"say which came back (--sending): 1: post to {HOME}; 2: post to {HOME}" in office.refused(*came_back)
    assert f"letter L1 of {ID} came back" in office.ok(*came_back, "--sending", "2")
    shown = office.ok("letter", "show", ID, "L1", "--by", "Ann Author")
    first, second = shown[shown.index("sent (1)") :].split("sent (2)")
    assert "CAME BACK" in second and "Gone away" in second and "CAME BACK" not in first
    office.ok(*came_back)  # the one that is left


def test_a_queued_notice_of_a_withdrawn_strategy_is_marked_and_recorded_only_with_how_it_went(office: Office) -> None:
    office.letter()
    office.ok("letter", "send", ID, "L1", "--way", "post", "--to", HOME, "--by", "Ann Author")
    pdf = office.folder / "letters" / f"{ID}-L1.pdf"
    assert pdf.exists()
    _, _, told = office.run("strategy", "withdraw", ID, "--reasons", "It was not needed.", "--by", "Ann Author")
    assert f"{pdf} is removed" in told and not pdf.exists()
    why = "the strategy is withdrawn, and a letter of purpose `notice` is for one that is not over (since"
    (row,) = map(json.loads, office.ok("letter", "queue", "--json").splitlines())
    assert row["do_not_post"].startswith(why)
    assert f"DO NOT POST: {why}" in office.ok("letter", "queue")
    assert f"DO NOT POST OR SEND IT: {why}" in office.ok("letter", "show", ID, "Letter 1", "--by", "Ann Author")
    posted = ("letter", "posted", ID, "L1", "--on", TODAY, "--evidence", "RM 17", "--by", "Post Room")
    assert "do not post it: take it out" in office.refused(*posted)
    said = office.ok(*posted, "--went-untrue", "It was in the sack at eight.")
    assert "no evidence that the person was told" in said and "counts as received" not in said
    shown = office.ok("letter", "show", ID, "L1", "--by", "Ann Author")
    assert "went although untrue: It was in the sack at eight." in shown and "DO NOT" not in shown
    assert "Letter L1 went though it was not so any more" in office.ok("tasks")


def test_what_is_not_taken_is_not_on_file(office: Office) -> None:
    office.letter()

    def send(fake: FakeNotify) -> None:
        email = ("letter", "send", ID, "L1", "--way", "email", "--to", "jordan@mail.example", "--by", "Ann Author")
        fake.answer = (403, "AuthError", "Invalid token")
        assert "not sent: GOV.UK Notify does not accept the API key" in office.refused(*email)
        fake.answer = (500, "Exception", "Internal server error")
        assert "may have gone all the same" in office.refused(*email)

    with_notify(office, send)
    assert office.steps()[-1].kind == "letter_approved"
    said = office.refused(
        "letter", "send", ID, "L1", "--way", "email", "--to", "jordan@mail.example", "--by", "Ann Author"
    )
    assert "not sent: the mail server" in said or "not sent: GOV.UK Notify cannot be reached" in said


def test_a_letter_that_went_and_is_not_on_file_is_said_with_what_records_it(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.letter()
    take, broken = Desk.take, True

    async def fails(self: Desk, *arguments: Any, **named: Any) -> Any:
        if broken:
            raise OSError("database or disk is full")
        return await take(self, *arguments, **named)

    monkeypatch.setattr(Desk, "take", fails)
    said = ""

    def send(_fake: FakeNotify) -> None:
        nonlocal said
        said = office.refused(
            "letter", "send", ID, "L1", "--way", "email", "--to", "jordan@mail.example", "--by", "Ann Author"
        )

    fake = with_notify(office, send)
    assert f"the letter went (GOV.UK Notify {fake.taken[0]['id']})" in said
    assert "disk is full" in said and "Do not send it again" in said
    broken = False
    import shlex

    _, _, command = said.partition("Record it: triage ")
    office.ok(*shlex.split(command))
    sent = office.steps()[-1]
    assert (sent.way, sent.to, sent.evidence) == (
        "email",
        "jordan@mail.example",
        f"GOV.UK Notify {fake.taken[0]['id']}",
    )


def test_a_letter_says_its_policy_is_enclosed_only_where_it_is(office: Office) -> None:
    office.letter()
    (office.folder / "gateway.toml").write_text(
        (office.folder / "gateway.toml").read_text("utf-8").replace("policy_copy", "# policy_copy"), "utf-8"
    )
    said = office.refused(
        "letter", "send", ID, "L1", "--way", "email", "--to", "jordan@mail.example", "--by", "Ann Author"
    )
    assert "letters.policy_copy" in said


def test_an_author_writes_some_parts_themselves(office: Office) -> None:
    office.ok(
        "letter", "write", ID, "--purpose", "notice", "--by", "Ann Author", "--layout", "large_print",
        "--passage", "reasons=We had forty calls.", "--passage", "rights+=You can bring a friend.",
        "--signed-by", "Sam Head, Manager",
    )  # fmt: skip
    said = office.ok("letter", "show", ID, "L1", "--by", "Ann Author")
    assert "We had forty calls." in said and "Forty calls in a week" not in said
    assert "freedom of information" in said and "You can bring a friend." in said
    assert "Sam Head, Manager" in said
    assert "the author's own words stand in the place of the usual ones under “Our reasons” (reasons)" in said
    assert "the author's own words come after the usual ones under “Your rights stay the same” (rights)" in said
    assert said.count("the author's own words") == 2
    code, _, fault = office.run(
        "letter", "write", ID, "--purpose", "notice", "--by", "Ann Author", "--passage", "reason=x"
    )
    assert code == 2 and "--passage: expected PART" in fault


def test_a_letter_in_another_layout_than_they_need_says_why_and_the_approver_reads_that(office: Office) -> None:
    listed = REGISTER.replace("    identifiers:", "    adjustments: [{id: A1, need: Large print}]\n    identifiers:")
    (office.folder / "register.yaml").write_text(listed, "utf-8")
    office.ok("register", "import", str(office.folder / "register.yaml"), "--by", "Ann")
    write = ("letter", "write", ID, "--purpose", "notice", "--by", "Ann Author")
    office.ok(*write)
    assert office.steps()[-1].layout == "large_print"
    for layout in ("standard", "easy_read"):
        said = office.refused(*write, "--layout", layout, "--passage", "reasons=You rang a lot.")
        assert "they need letters in large print; one in another layout says why (--layout-reason)" in said
    assert "leave out --layout-reason" in office.refused(*write, "--layout-reason", "Asked for it.")
    office.ok(*write, "--layout", "standard", "--layout-reason", "Jordan asked for this one so.")
    assert office.steps()[-1].layout_reason == "Jordan asked for this one so."
    shown = office.ok("letter", "show", ID, "L2", "--by", "Sam Head", "--role", "manager")
    assert "NOT IN THE LAYOUT THAT THEY NEED: Jordan asked for this one so." in shown
    assert "NOT IN THE LAYOUT" not in office.ok("letter", "show", ID, "L1", "--by", "Sam Head", "--role", "manager")
    office.ok("letter", "approve", ID, "L2", "--by", "Sam Head", "--role", "manager")


def test_whoever_approves_easy_read_is_told_where_words_stand_as_somebody_wrote_them(office: Office) -> None:
    write = ("letter", "write", ID, "--purpose", "notice", "--by", "Ann Author", "--passage", "rights+=Bring a friend.")
    office.ok(*write, "--layout", "easy_read")
    told = "as somebody wrote it, so see that it is easy to read: what stands under “{}”"
    said = office.ok("letter", "show", ID, "L1", "--by", "Ann Author")
    assert [told.format(heading) in said for heading in ("Why", "Your rights")] == [True, True]
    assert said.count("so see that it is easy to read") == 2
    office.ok(*write, "--layout", "standard")
    assert "easy to read" not in office.ok("letter", "show", ID, "L2", "--by", "Ann Author")


def test_what_is_missing_in_a_letter_is_asked_for(office: Office) -> None:
    said = office.refused("letter", "write", ID, "--purpose", "reminder", "--by", "Ann Author")
    assert "the strategy is not in force, and a letter of purpose `reminder` is for one that is" in said
    said = office.refused(
        "letter", "write", ID, "--purpose", "notice", "--by", "Ann Author", "--passage", "reasons=日本語"
    )
    assert "cannot show these characters: 日, 本, 語" in said
    assert office.steps()[-1].kind == "acted"


def test_a_letters_number_is_never_used_again(office: Office) -> None:
    office.ok("letter", "write", ID, "--purpose", "notice", "--by", "Ann Author")
    office.ok("strategy", "undo", ID, "4", "--by", "Ann Author", "--reason", "Wrong layout.")
    assert "letter L2" in office.ok("letter", "write", ID, "--purpose", "notice", "--by", "Ann Author")


def test_a_secret_in_the_settings_file_is_refused(office: Office) -> None:
    office.configure(notify=f'[notify]\napi_key = "{KEY}"\n')
    code, _, fault = office.run("letter", "queue")
    assert code == 2 and "no secret belongs in this file" in fault and KEY not in fault


def test_a_letter_is_shown_to_those_who_need_to_know_and_others_say_what_for(office: Office) -> None:
    office.ok("letter", "write", ID, "--purpose", "notice", "--by", "Ann Author")
    kept = office.folder / "nosy.pdf"
    nosy = ("letter", "show", ID, "L1", "--pdf", str(kept), "--by", "Nosy Neighbour")
    code, said, fault = office.run(*nosy)
    assert (code, said) == (1, "") and "ask Hal Head, or say what you need it for" in fault and not kept.exists()
    assert "Forty calls" in office.ok("letter", "show", ID, "L1", "--by", "Sam Head", "--role", "manager")
    assert "Forty calls" in office.ok(*nosy, "--need", "She is at the desk.") and kept.exists()
    assert office.steps()[-1].need == "She is at the desk."
    viewed = [event for event in office.in_store(_viewed) if event.startswith("file_viewed")]
    assert viewed == ["file_viewed: Sam Head, manager", "file_viewed: Nosy Neighbour"]


async def _viewed(store: Store) -> list[str]:
    return [
        f"{event.event}: {event.actor}" for event in await store.about.events({ID, f"file/{ID}"}, lambda _done: None)
    ]


async def _another_in_force(store: Store) -> None:
    """The strategy is in force; another is drafted of the same person, by people who know nothing of it."""
    await _append(store, ID, STRATEGY_STEP.validate_python({"kind": "activated", "at": DRAFT.at, "by": "Hal Head"}))
    desk = Desk(store, Policies.load(settings_of(None).policies), now=utc_now)
    of_theirs = DRAFT.model_copy(update={"by": "Mo Maker", "spoc": None})
    await desk.begin(STRATEGY, of_theirs, person="P-1", id_=OTHER)
    named = {"kind": "allowed", "name": "Ned Nearby", "reason": "Signs letters."}
    await _append(store, OTHER, STRATEGY_STEP.validate_python({**named, "at": DRAFT.at, "by": "Mo Maker"}))


async def _append(store: Store, id_: str, step: Any) -> None:
    stored = await store.files.read(id_)
    assert stored is not None
    new = NewStep(step.kind, text_of(step), step.by, step.at)
    await store.files.append(id_, new, expected=len(stored.steps), projection=None)


def test_what_a_letter_tells_of_another_strategy_is_shown_to_those_who_need_to_know_of_that_one_too(
    office: Office,
) -> None:
    office.in_store(_another_in_force)
    office.ok("letter", "write", OTHER, "--purpose", "warning", "--by", "Mo Maker")
    kept, show = office.folder / "kept.pdf", ("letter", "show", OTHER, "L1", "--by", "Ned Nearby")
    code, said, fault = office.run(*show, "--pdf", str(kept))
    assert code == 1 and "the PDF has all of the letter in it" in fault and not kept.exists()
    assert "This still holds:" in said and "Pat Contact" not in said
    assert f"You are not shown what it says of {ID}:" in said and "ask Hal Head" in said
    assert "Pat Contact" not in office.ok("strategy", "show", OTHER, "--by", "Ned Nearby", "--json")
    approve = ("letter", "approve", OTHER, "L1", "--by", "Ned Nearby", "--role", "manager")
    assert "was shown a part of letter L1 only" in office.refused(*approve)
    said = office.ok(*show, "--need", "I let it go.")
    assert "Please contact only Pat Contact" in " ".join(said.split()) and "not shown" not in said
    assert office.steps()[-1].need == "I let it go."


STAFF, HEAD = ("--by", "Sam Staff"), ("--by", "Hal Head", "--role", "head_of_service")
DIRECTOR = ("--by", "Rel Director", "--role", "director")


def disputed(office: Office, *about: str) -> str:
    """A challenge to an entry about a person or a place, heard by a Director (Stoke 6.1, 6.2)."""
    register = (office.folder / "register.yaml").read_text("utf-8")
    (office.folder / "register.yaml").write_text(register.replace("policy: generic", "policy: stoke"), "utf-8")
    office.ok("register", "import", str(office.folder / "register.yaml"), "--by", "Ann")
    known = ("--facts", "A knife was shown.", "--known-on", TODAY, "--by", "Ann Author")
    entry = office.ok("registers", "enter", *about, *known).split()[0]
    came = ("--on", TODAY, "--reasons", "It was not so.", "--by", "Sam Staff")
    challenge = office.ok("challenge", "receive", entry, *came).split(":")[0]
    office.ok("challenge", "decide", challenge, "stands", "--reasons", "It was seen.", *DIRECTOR)
    return challenge


def answered(office: Office, challenge: str, *more: str) -> None:
    """Its letter, written and let go."""
    why = ("--purpose", "challenge_outcome", "--passage", "reasons=Two of our staff saw it.")
    office.ok("letter", "write", challenge, *why, *more, *STAFF)
    office.ok("letter", "show", challenge, "L1", *HEAD)
    office.ok("letter", "approve", challenge, "L1", *HEAD)


def test_the_answer_to_a_challenge_of_an_entry_goes_by_notify_and_the_person_was_told(office: Office) -> None:
    challenge = disputed(office, "person", "P-1")
    nosy = ("--by", "Nosy Neighbour")
    # Stoke 5.2.4: nobody writes, lets go or reads it who may not read what is disputed.
    write = ("letter", "write", challenge, "--purpose", "challenge_outcome")
    assert "DP-2026-0001 is for the" in office.refused(*write, *nosy)
    answered(office, challenge)
    for act in (("show",), ("approve",), ("send", "--way", "email", "--to", "jordan@mail.example")):
        fault = office.refused("letter", act[0], challenge, "L1", *act[1:], *nosy)
        assert "DP-2026-0001 is for the" in fault or "not among those who need to know" in fault

    def send(_fake: FakeNotify) -> None:
        sending = ("letter", "send", challenge, "L1", "--way", "email", *STAFF, "--to")
        assert "marked unsafe" in office.refused(*sending, "shared@home.example")
        office.ok(*sending, "jordan@mail.example")

    fake = with_notify(office, send)
    assert len(fake.taken) == 1
    told = ("challenge", "told", challenge, "--on", TODAY, "--way", "email", "--letter", "L1", *DIRECTOR)
    office.ok(*told)
    # What was said of it in letters is shown as such, and its words by the letter's own command.
    shown = office.ok("challenge", "show", challenge, *STAFF)
    assert "letter sent by Sam Staff" in shown and "Two of our staff" not in shown
    assert "Nothing is left to do" in shown
    # A carrier took it: that is not undone.
    number = next(line.split()[0] for line in shown.splitlines() if "letter sent by" in line)
    assert "cannot be called back" in office.refused(
        "challenge", "undo", challenge, number, "--reason", "A slip.", *STAFF
    )
    office.ok("letter", "came-back", challenge, "L1", "--reason", "user unknown", *STAFF)
    assert f"{challenge}" in office.ok("challenge", "list")


def test_where_no_address_is_safe_that_they_were_told_in_person_is_on_the_challenges_file(office: Office) -> None:
    marked = REGISTER.replace(f'value: "{HOME}"', f'value: "{HOME}", safe: false')
    marked = marked.replace("value: jordan@mail.example", "value: jordan@mail.example, safe: false")
    in_person = ("--on", TODAY, "--how", "Read to her at the drop-in.", "--told-by", "Sal Support", "--onward", "all")
    challenge = disputed(office, "person", "P-1")
    assert "a letter may go to an address" in office.refused(
        "challenge", "told-in-person", challenge, *in_person, *STAFF
    )
    (office.folder / "register.yaml").write_text(marked.replace("policy: generic", "policy: stoke"), "utf-8")
    office.ok("register", "import", str(office.folder / "register.yaml"), "--by", "Ann")
    assert f"`triage challenge told-in-person {challenge}`" in office.ok("tasks")
    office.ok("challenge", "told-in-person", challenge, *in_person, *STAFF)
    shown = office.ok("challenge", "show", challenge, *STAFF)
    assert "told by: Sal Support" in shown and "evidence: Read to her at the drop-in." in shown
    assert "Nothing is left to do" in shown


def test_what_a_letter_of_a_challenge_says_is_in_the_persons_copy_and_goes_with_the_file(office: Office) -> None:
    challenge = disputed(office, "person", "P-1")
    answered(office, challenge)
    office.ok("letter", "send", challenge, "L1", "--way", "post", "--to", HOME, *STAFF)
    assert challenge in office.ok("letter", "queue")
    pdf = office.folder / "letters" / f"{challenge}-L1.pdf"
    assert pdf.exists()
    copy = office.folder / "copy"
    office.ok("subject-access", "P-1", "--out", str(copy), "--by", "Ann Author", "--need", "She asked.")
    assert "Two of our staff saw it." in (copy / "record.json").read_text("utf-8")

    async def erased(store: Store) -> bool:
        return await erase_file(store, challenge, actor="Ann", now=utc_now())

    assert office.in_store(erased)
    office.ok("letter", "queue")
    assert not pdf.exists()


def test_the_answer_about_a_place_that_is_nobodys_goes_where_it_is_said_to_and_to_nothing_unsafe(
    office: Office,
) -> None:
    challenge = disputed(office, "property", "4 Weir Lane, Stafford, ST16 2BB")
    write = ("letter", "write", challenge, "--purpose", "challenge_outcome", "--passage", "reasons=It was seen.")
    assert "say who disputed it" in office.refused(*write, *STAFF)
    answered(office, challenge, "--addressee", "Mo Tenant")
    assert "Dear Mo Tenant" in office.ok("letter", "show", challenge, "L1", *STAFF)
    sending = ("letter", "send", challenge, "L1", *STAFF, "--way", "post", "--to")
    assert "say how you know" in office.refused(*sending, "4 Weir Lane, Stafford, ST16 2BB")
    known = ("--to-because", "The challenge gave it.")
    # It is unsafe for somebody of the register, whoever this is.
    assert "marked unsafe" in office.refused(*sending, "9 Old Road, Stafford, ST16 9ZZ", *known)
    office.ok(*sending, "4 Weir Lane, Stafford, ST16 2BB", *known)
    assert "untrue.L1" not in office.ok("tasks") and "DO NOT POST" not in office.ok("letter", "queue")
    office.ok("letter", "posted", challenge, "L1", "--on", TODAY, "--evidence", "Posting 17", *STAFF)
    office.ok("challenge", "told", challenge, "--on", TODAY, "--way", "post", "--letter", "L1", *DIRECTOR)
    assert challenge not in office.ok("challenge", "list")
