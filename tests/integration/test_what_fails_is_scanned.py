"""A message whose triage fails every time is held for a person, and what the scan found in it alerts at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, cast

import pytest
from deciding import CHIEF, organisation
from dispatch_rig import Clock

import gateway.deciding
from gateway.deciding import Deciding
from gateway.enforcement import Enforcement
from gateway.places import config_directory
from gateway.policies import Policies
from gateway.reading.email import read_email
from gateway.reading.jobs import Reading, ReadingJob
from gateway.reading.pool import ReadingPool
from gateway.settings import TriageSettings
from gateway.store.keyfile import create
from gateway.store.store import Store, open_store
from gateway.triage import Triage
from models.decision import AlertKind, Decision, Queue
from models.envelope import Envelope
from models.finding import CATEGORY_OF, Evidence, Finding, Label, Urgency
from models.register import Register
from models.scan import ScanResult, ScanStatus
from routing.case import Case
from routing.identity.claims import claims_of

FOUND = Finding(
    category=CATEGORY_OF[Label.SELF_HARM],
    label=Label.SELF_HARM,
    score=0.9,
    threshold=0.5,
    urgency=Urgency.IMMEDIATE,
    evidence=(Evidence(part="body", start=0, end=4, quote="Told", by="fast"),),
)


class Pool:
    """Finds self-harm in everything, or cannot read at all."""

    reads = True

    async def read(self, job: ReadingJob) -> Reading:
        if not self.reads:
            raise RuntimeError("no child")
        contact = read_email(
            job.raw, contact_id=job.contact_id, envelope=job.envelope, domains=job.domains, trusted_authserv=None
        )
        scan = ScanResult(findings=(FOUND,), status=ScanStatus(complete=True))
        return Reading(contact, contact.model_dump_json().encode(), scan, claims_of(contact))

    async def matter(self, *_: object) -> None:
        return None


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    store = open_store(tmp_path / "t.db", create(tmp_path / "keys.json").sealer(), now=Clock())
    await store.register_versions.replace(Register(organisation=organisation()), actor="t", now=Clock().now)
    yield store
    store.close()


async def buried(
    store: Store, pool: Pool, clock: Clock | None = None, settings: TriageSettings | None = None
) -> Decision:
    clock = clock or Clock()

    async def enforcement() -> Enforcement:
        return Enforcement(mode="enforce")

    deciding = Deciding(store, cast("ReadingPool", pool), Policies.load(config_directory() / "policies"))
    once = settings or TriageSettings(attempts=1)
    more: dict[str, Any] = {"now": clock, "enforcement": enforcement, "deep": None}
    triage = Triage(store, cast("ReadingPool", pool), deciding, cast("Any", None), once, **more)
    content = f"From: new@far.example\r\nTo: {CHIEF}\r\n\r\nTold nobody.\r\n".encode()
    envelope = Envelope(source="smtp", received_at=clock.now, mail_from="new@far.example", rcpt_to=(CHIEF,))
    id_ = await store.spool.accept(envelope, content)
    await triage.drain()
    made = await store.recorder.latest(id_)
    assert made is not None
    return made


@pytest.mark.parametrize(
    ("fails_on", "reads", "labels"),
    [
        ("parts", True, [Label.SELF_HARM, Label.SCAN_INCOMPLETE]),
        ("findings", True, [Label.SCAN_INCOMPLETE]),
        ("", False, [Label.SCAN_INCOMPLETE]),
    ],
)
async def test_what_was_found_in_a_message_that_cannot_be_decided_is_told_at_once(
    store: Store, monkeypatch: pytest.MonkeyPatch, fails_on: str, reads: bool, labels: list[Label]
) -> None:
    decide = gateway.deciding.decide

    def failing(case: Case, **more: Any) -> Decision:
        if (fails_on == "parts" and case.contact.parts) or (fails_on == "findings" and FOUND in case.scan.findings):
            raise KeyError("on purpose")
        return decide(case, **more)

    monkeypatch.setattr(gateway.deciding, "decide", failing)
    pool = Pool()
    pool.reads = reads
    made = await buried(store, pool)
    assert [finding.label for finding in made.findings] == labels
    found = Label.SELF_HARM in labels
    assert (Queue.SAFEGUARDING in {copy.queue for copy in made.copies}) is found
    assert any(one.kind is AlertKind.CONCERN and one.urgency is Urgency.IMMEDIATE for one in made.alerts) is found
    assert made.review  # whatever was found, somebody looks
    kept = await store.alerts.unacknowledged()
    assert any(alert.urgency is Urgency.IMMEDIATE for alert in kept) is found


async def test_what_a_full_store_could_not_take_back_goes_on_once_there_is_room(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, room = Clock(), [OSError(), OSError()]
    record, give_back = store.recorder.record, store.spool.give_back

    async def recording(*asked: Any, **more: Any) -> Any:
        if room:
            raise OSError
        return await record(*asked, **more)

    async def giving_back(*asked: Any, **more: Any) -> None:
        if room:
            raise room.pop()
        await give_back(*asked, **more)
        clock.on(minutes=1)  # of the five that the lease would run

    monkeypatch.setattr(store.recorder, "record", recording)
    monkeypatch.setattr(store.spool, "give_back", giving_back)
    async with asyncio.timeout(20):
        made = await buried(store, Pool(), clock, TriageSettings())
    assert [finding.label for finding in made.findings] == [Label.SELF_HARM]
