"""An office at its terminal, on whatever day the story has come to: the commands, and messages through the worker."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any, cast

import pytest
import yaml

import gateway.clock
from classifiers.lexicon import Lexicon, load_folder
from classifiers.matter import judge
from classifiers.scan import Scanner
from gateway.cli.app import main
from gateway.cli.opened import opened_store
from gateway.cli.settings import settings_of
from gateway.deciding import Deciding
from gateway.enforcement import Enforcement
from gateway.later_looks import LaterLooks
from gateway.places import config_directory
from gateway.policies import Policies
from gateway.reading.email import read_email
from gateway.reading.jobs import Reading, ReadingJob
from gateway.reading.pool import ReadingPool
from gateway.settings import TriageSettings
from gateway.triage import Triage
from models.contact import Contact
from models.decision import Decision
from models.envelope import Envelope
from models.matter import EarlierText, Matter
from models.scan import MatterVerdict
from routing.identity.claims import claims_of

OURS = "office.example"
CHIEF, SPOC = f"chief@{OURS}", f"spoc@{OURS}"
AUTHOR = ("--by", "Ann Author")
HER, HOME = "jordan@mail.example", "1 High Street, Anytown AN1 1AA"
AGAIN = "About REF-1407, the seized car: I do not accept it. Look at the seizure of my car again."

REGISTER: dict[str, Any] = {
    "organisation": {
        "name": "The Office",
        "domains": [OURS],
        "addresses": {"manager": f"manager@{OURS}", "spoc": f"contact@{OURS}", "rights": f"rights@{OURS}"},
    },
    "people": [
        {
            "id": "P-001",
            "name": "Jordan Example",
            "identifiers": [{"kind": "email", "value": HER}, {"kind": "postal", "value": HOME}],
            "adjustments": [{"id": "A1", "need": "large print"}],
        }
    ],
    "matters": [
        {
            "id": "M-001", "person": "P-001", "status": "concluded", "reference": "REF-1407",
            "title": "The seizure of a car", "summary": "Whether the car was rightly seized in May.",
        },
        {
            "id": "M-002", "person": "P-001", "status": "open", "reference": "REF-2203",
            "title": "Street lights in Hill Road", "summary": "Lights that have been out since winter.",
        },
    ],
}  # fmt: skip


@cache
def shipped_packs() -> Policies:
    """The packs that ship with the program, read once."""
    return Policies.load(config_directory() / "policies")


class _Inline:
    """Reads and judges as the children do, in this process; of the scan the first stage."""

    def __init__(self) -> None:
        lexicons = config_directory() / "lexicons"
        self._scanner = Scanner((Lexicon.load(lexicons),), load_folder(lexicons))

    async def read(self, job: ReadingJob) -> Reading:
        contact = read_email(
            job.raw, contact_id=job.contact_id, envelope=job.envelope, domains=job.domains, trusted_authserv=None
        )
        return Reading(contact, contact.model_dump_json().encode(), self._scanner.scan(contact), claims_of(contact))

    async def matter(
        self, contact: Contact, matters: tuple[Matter, ...], earlier: tuple[EarlierText, ...] = ()
    ) -> MatterVerdict | None:
        return judge(contact, matters, earlier)


class Office:
    """`day`: today, at ten in the morning; `on` moves it. Commands are those of the console script, with `settings`."""

    def __init__(
        self,
        policy: str,
        folder: Path,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
        *,
        day: date = date(2026, 3, 2),
    ) -> None:
        self._folder, self._monkeypatch, self._capsys = folder, monkeypatch, capsys
        self.day = day
        self._minutes = 0
        config = folder / "gateway.toml"
        config.write_text(
            f'[store]\npath = "{folder}/triage.db"\nkey_file = "{folder}/keys.json"\n[relay]\nport = 9\n'
            f'[letters]\nfolder = "{folder}/letters"\nsender = ["1 Example Street", "Stafford"]\n'
            f'policy_copy = "{folder}/policy.pdf"\n',
            "utf-8",
        )
        (folder / "policy.pdf").write_bytes(b"%PDF-1.7 the policy")
        shipped_packs()
        self.settings = settings_of(config)
        monkeypatch.setenv("TRIAGE_CONFIG", str(config))
        office = self

        class Moved(datetime):
            @classmethod
            def now(cls, tz: Any = None) -> datetime:
                return office.moment().astimezone(tz)

        monkeypatch.setattr(gateway.clock, "datetime", Moved)
        # A story is a hundred commands, and the packs are the same for all of them.
        monkeypatch.setattr(Policies, "load", lambda _folder: shipped_packs())
        self._pool = _Inline()
        register = {**REGISTER, "organisation": {**REGISTER["organisation"], "policy": policy}}
        self.do("keys", "init")
        self.do("register", "import", self.file("register.yaml", register), *AUTHOR)

    def moment(self) -> datetime:
        """Each time a minute later, so that steps of one day have an order."""
        self._minutes += 1
        return datetime.combine(self.day, time(9), UTC) + timedelta(minutes=self._minutes)

    def on(self, day: date) -> None:
        """The story goes on on that day."""
        self.day, self._minutes = day, 0

    def file(self, name: str, document: object) -> str:
        """A YAML file for a command."""
        path = self._folder / name
        path.write_text(yaml.safe_dump(document, sort_keys=False), "utf-8")
        return str(path)

    def path(self, name: str) -> str:
        """Where a command writes what it is asked for."""
        return str(self._folder / name)

    def _run(self, *arguments: str) -> tuple[int, str, str]:
        self._monkeypatch.setattr("sys.argv", ["triage", *arguments])
        with pytest.raises(SystemExit) as stopped:
            main()
        said = self._capsys.readouterr()
        return int(stopped.value.code or 0), said.out, said.err

    def do(self, *arguments: str) -> str:
        """A command that must succeed; what it printed."""
        code, said, complained = self._run(*arguments)
        assert code == 0, f"triage {' '.join(arguments)}: {complained}"
        return said

    def refused(self, *arguments: str, cites: str | None = None) -> str:
        """A command that must be refused, citing this paragraph; what it complained of."""
        code, said, complained = self._run(*arguments)
        assert code == 1, f"triage {' '.join(arguments)}: not refused: {said}{complained}"
        assert cites is None or cites in complained, complained
        return complained

    def told(self, *arguments: str) -> Any:
        """A command's JSON."""
        said = self.do(*arguments, "--json")
        return json.loads(said) if said.lstrip().startswith(("{", "[")) and "\n{" not in said else [
            json.loads(line) for line in said.splitlines()
        ]  # fmt: skip

    def lines(self, *arguments: str) -> list[dict[str, Any]]:
        """A command's JSON, one object a line."""
        return list(map(json.loads, self.do(*arguments, "--json").splitlines()))

    def standing(self, id_: str) -> str:
        """Where a strategy stands."""
        return str(self.told("strategy", "show", id_, *AUTHOR)["standing"])

    def tasks(self) -> dict[str, dict[str, Any]]:
        """What waits for somebody, by id."""
        return {task["id"]: task for task in self.lines("tasks")}

    def due(self) -> list[str]:
        """What is due for deletion and kept by nothing."""
        return [record["id"] for record in self.told("retention", "due")["records"] if not record["kept_by"]]

    def alerts(self) -> list[str]:
        """The kinds of alert that nobody has acknowledged, the oldest first."""
        return asyncio.run(self._alerts())

    async def _alerts(self) -> list[str]:
        async with opened_store(self.settings) as store:
            return [alert.kind.value for alert in await store.alerts.unacknowledged()]

    def letter(self, id_: str, name: str, purpose: str, *, by: str, role: str, passages: tuple[str, ...] = ()) -> None:
        """Written by the author, let go by somebody who may."""
        given = [word for passage in passages for word in ("--passage", passage)]
        self.do("letter", "write", id_, "--purpose", purpose, *AUTHOR, *given)
        self.do("letter", "show", id_, name, "--by", by, "--role", role, "--need", "To sign it.")
        self.do("letter", "approve", id_, name, "--by", by, "--role", role)

    def post(self, id_: str, name: str) -> None:
        """Printed and posted today."""
        self.do("letter", "send", id_, name, "--way", "post", "--to", HOME, *AUTHOR)
        proof = ("--on", self.day.isoformat(), "--evidence", "Proof of posting 17")
        self.do("letter", "posted", id_, name, *proof, *AUTHOR)

    def emailed(self, id_: str, name: str) -> None:
        """Gone by email today."""
        proof = ("--on", self.day.isoformat(), "--evidence", "Message id 17", "--way", "email", "--to", HER)
        self.do("letter", "posted", id_, name, *proof, *AUTHOR)

    def message(self, text: str = AGAIN, *, to: str = CHIEF) -> Decision:
        """A message from her today, through the worker; its decision is in the store."""
        return asyncio.run(self._message(text, to))

    async def _message(self, text: str, to: str) -> Decision:
        async with opened_store(self.settings) as store:
            pool = cast("ReadingPool", self._pool)
            deciding = Deciding(store, pool, Policies.load(self.settings.policies))

            async def enforcement() -> Enforcement:
                return Enforcement(mode="enforce")

            more: dict[str, Any] = {
                "now": self.moment,
                "enforcement": enforcement,
                "on_recorded": lambda _outcome: None,
            }
            later = LaterLooks(store, deciding, pool, **more)
            triage = Triage(store, pool, deciding, later, TriageSettings(), deep=None, **more)
            content = f"From: {HER}\r\nTo: {to}\r\nSubject: Hello\r\n\r\n{text}\r\n".encode()
            envelope = Envelope(source="smtp", received_at=self.moment(), mail_from=HER, rcpt_to=(to,))
            id_ = await store.spool.accept(envelope, content)
            await triage.drain()
            made = await store.recorder.latest(id_)
        assert made is not None
        return made


def broken(decision: Decision) -> list[str]:
    """The measures that a contact broke."""
    return [f"{breach.strategy}/{breach.restriction}" for breach in decision.breaches]


def answers(office: Office, id_: str, given: dict[str, str], *, by: str = "Ann Author") -> None:
    """Answers to the checklist, each with its note."""
    for check, answer in given.items():
        office.do("strategy", "answer", id_, check, answer, "--by", by, "--note", "As the case file says.")


def incident_closed(office: Office, id_: str, checks: tuple[str, ...], tasks: dict[str, tuple[str, ...]]) -> None:
    """Its questions answered, the line manager told, its tasks done by whom each is for; then it is closed."""
    for check in checks:
        office.do("incident", "answer", id_, check, "yes", *AUTHOR)
    told = ("--manager", "Lin Manager", "--on", "2026-03-02", "--advice", "Rest, and write it down.")
    office.do("incident", "manager-told", id_, *told, *AUTHOR)
    for task, by in tasks.items():
        office.do("incident", "done", id_, task, "--note", "Done.", *by)
    office.do("incident", "close", id_, *AUTHOR)


def told_of_the_end(office: Office, id_: str, name: str, *, by: str, role: str) -> None:
    """The person is written to that it ended today, and nobody owes them that letter any more."""
    assert f"{id_}/end_letter" in office.tasks()
    office.letter(id_, name, "end", by=by, role=role)
    said = " ".join(office.do("letter", "show", id_, name, *AUTHOR).split())
    assert f"That ended on {office.day.day} {office.day:%B %Y}." in said
    office.emailed(id_, name)
    assert f"{id_}/end_letter" not in office.tasks()


def deleted(office: Office, id_: str, *, rule: str) -> None:
    """It goes today on a named person's word, and a certificate of it is all that is left."""
    assert id_ in office.due()
    assert f"{id_}/delete" in office.tasks()
    code = office.told("retention", "due")["code"]
    assert f"file/{id_}: deleted ({rule})\n" in office.do("retention", "run", code, "--only", id_, *AUTHOR)
    gone = f"{id_} was deleted on {office.day:%d %B %Y}"
    assert gone in office.refused("strategy", "show", id_, *AUTHOR)
    assert id_ not in office.do("strategy", "list", "--all", *AUTHOR)
    assert f"{id_}/delete" not in office.tasks()
    certificates = {one["record"]: one for one in office.lines("retention", "certificates")}
    left = certificates[f"file/{id_}"]
    assert (left["rule"], left["by"], left["at"][:10]) == (rule, "Ann Author", office.day.isoformat())
    office.do("audit", "verify")


STRICT = "strategy: 24 months after it was closed"
"""The rule by which a strategy is kept where the policy gives no period of its own."""

DRAFT: dict[str, Any] = {
    "person": "P-001",
    "matters": ["M-001"],
    "reasons": "Forty emails in May about what was decided.",
    "impact": "Two days a week of one officer.",
    "restrictions": [{"id": "R1", "kind": "spoc_only"}],
    "spoc": {"name": "Pat Contact", "address": SPOC, "deputy": f"deputy@{OURS}"},
    "review_due": "2026-05-29",
}
