"""A message whose triage fails every time is held for a person, and what the scan found in it alerts at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Collection
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from deciding import CHIEF, organisation
from dispatch_rig import Clock
from store_builders import decided_count

import gateway.deciding
from gateway.deciding import Deciding
from gateway.enforcement import Enforcement
from gateway.places import config_directory
from gateway.policies import Policies
from gateway.reading.email import read_email
from gateway.reading.jobs import Reading, ReadingJob
from gateway.reading.pool import ReadingPool
from gateway.review_desk import ReviewDesk
from gateway.settings import TriageSettings
from gateway.store.keyfile import create
from gateway.store.spool import Claim
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
    """Finds self-harm in everything, or cannot read at all; `seconds` are what it takes, by the clock of the test."""

    reads = True
    seconds = 0.0

    def __init__(self) -> None:
        self.clock = Clock()
        self.readings = 0

    async def read(self, job: ReadingJob) -> Reading:
        self.readings += 1
        self.clock.now += timedelta(seconds=self.seconds)
        await self.meanwhile()
        if not self.reads:
            raise RuntimeError("no child")
        contact = read_email(
            job.raw, contact_id=job.contact_id, envelope=job.envelope, domains=job.domains, trusted_authserv=None
        )
        scan = ScanResult(findings=(FOUND,), status=ScanStatus(complete=True))
        return Reading(contact, contact.model_dump_json().encode(), scan, claims_of(contact))

    async def meanwhile(self) -> None:
        """What others do while it reads."""

    async def matter(self, *_: object) -> None:
        return None


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    store = open_store(tmp_path / "t.db", create(tmp_path / "keys.json").sealer(), now=Clock())
    await store.register_versions.replace(Register(organisation=organisation()), actor="t", now=Clock().now)
    yield store
    store.close()


def triage_of(store: Store, pool: Pool, *, attempts: int = 1) -> Triage:
    async def enforcement() -> Enforcement:
        return Enforcement(mode="enforce")

    deciding = Deciding(store, cast("ReadingPool", pool), Policies.load(config_directory() / "policies"))
    more: dict[str, Any] = {"now": pool.clock, "enforcement": enforcement, "deep": None}
    settings = TriageSettings(attempts=attempts)
    return Triage(store, cast("ReadingPool", pool), deciding, cast("Any", _NoLaterLook()), settings, **more)


class _NoLaterLook:
    async def after_late_record(self, *_: object) -> None:
        return None


async def accepted(store: Store, *, sender: str = "new@far.example", to: str = CHIEF) -> str:
    content = f"From: {sender}\r\nTo: {to}\r\n\r\nTold nobody.\r\n".encode()
    envelope = Envelope(
        source="smtp", received_at=Clock().now, mail_from=sender, rcpt_to=(to,), authenticated=sender == CHIEF
    )
    return await store.spool.accept(envelope, content)


async def attempt(triage: Triage, clock: Clock) -> None:
    """One attempt, an hour after whatever was before: what waits is ready, and what an earlier one held is free."""
    clock.now += timedelta(hours=1)
    for claim in await triage._claim():
        await triage._triage_or_give_back(claim)


async def latest(store: Store, id_: str) -> Decision:
    made = await store.recorder.latest(id_)
    assert made is not None
    return made


async def told(store: Store) -> list[tuple[AlertKind, Urgency]]:
    return [(alert.kind, alert.urgency) for alert in await store.alerts.unacknowledged()]


def fails(monkeypatch: pytest.MonkeyPatch, where: Callable[[Case], bool]) -> None:
    """Let the decision fail on some cases."""
    decide = gateway.deciding.decide

    def failing(case: Case, **more: Any) -> Decision:
        if where(case):
            raise KeyError("on purpose")
        return decide(case, **more)

    monkeypatch.setattr(gateway.deciding, "decide", failing)


def is_read(case: Case) -> bool:
    return bool(case.contact.parts)


def has_cry(case: Case) -> bool:
    return FOUND in case.scan.findings


def never(_case: Case) -> bool:
    return False


async def became_of(store: Store, id_: str) -> str | None:
    held, _since = await ReviewDesk(store, lambda: Policies({}), now=Clock()).became_of(id_)
    return held


CRY = (AlertKind.CONCERN, Urgency.IMMEDIATE)
UNREAD = (AlertKind.SYSTEM, Urgency.SAME_DAY)


@pytest.mark.parametrize(
    ("fails_on", "reads", "labels"),
    [
        (is_read, True, [Label.SELF_HARM, Label.SCAN_INCOMPLETE]),
        (has_cry, True, [Label.SCAN_INCOMPLETE]),
        (never, False, [Label.SCAN_INCOMPLETE]),
    ],
)
async def test_what_was_found_in_a_message_that_cannot_be_decided_is_told_at_once(
    store: Store, monkeypatch: pytest.MonkeyPatch, fails_on: Callable[[Case], bool], reads: bool, labels: list[Label]
) -> None:
    fails(monkeypatch, fails_on)
    pool = Pool()
    pool.reads = reads
    id_ = await accepted(store)
    await triage_of(store, pool).drain()
    made = await latest(store, id_)
    assert [finding.label for finding in made.findings] == labels
    found = Label.SELF_HARM in labels
    assert (Queue.SAFEGUARDING in {copy.queue for copy in made.copies}) is found
    assert made.review  # whatever was found, somebody looks
    assert await told(store) == ([CRY, UNREAD] if found else [UNREAD])
    assert pool.readings == 1
    assert await store.spool.is_held(id_)


async def test_a_cry_for_help_is_told_from_the_first_attempt_that_fails_and_once(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    fails(monkeypatch, is_read)
    pool = Pool()
    triage = triage_of(store, pool, attempts=3)
    id_ = await accepted(store)
    await attempt(triage, pool.clock)
    first = await latest(store, id_)
    assert first.revision == 0
    assert Queue.SAFEGUARDING in {item.queue for item in first.review}
    assert not await store.spool.is_held(id_)
    assert "is tried again within minutes" in (await became_of(store, id_) or "")
    before = await told(store)
    assert CRY in before
    await attempt(triage, pool.clock)
    assert await latest(store, id_) == first
    await attempt(triage, pool.clock)
    assert await store.spool.is_held(id_)
    assert sorted(await told(store)) == sorted({CRY, UNREAD})
    assert await store.outbox.waiting() == 0


FAILS_AFTER_DECIDING = [("gateway.triage", "plan"), ("gateway.store.recording", "_breach_rows")]


@pytest.mark.parametrize(("module", "name"), FAILS_AFTER_DECIDING)
async def test_an_attempt_that_does_not_fail_any_more_goes_its_way_and_alerts_nobody_again(
    store: Store, monkeypatch: pytest.MonkeyPatch, module: str, name: str
) -> None:
    pool = Pool()
    triage = triage_of(store, pool, attempts=3)
    id_ = await accepted(store)
    with monkeypatch.context() as broken:
        broken.setattr(f"{module}.{name}", _raises)
        await attempt(triage, pool.clock)
        noted = module == "gateway.triage"  # where nothing can be written, nothing is
        assert (await told(store) == [CRY]) is noted
    await attempt(triage, pool.clock)
    made = await latest(store, id_)
    assert made.revision == (1 if noted else 0)
    assert await told(store) == [CRY]
    assert await store.outbox.waiting() > 0
    assert await store.spool.waiting() == 0
    assert await decided_count(store) == 1
    assert await became_of(store, id_) is None


def _raises(*_: object, **__: object) -> None:
    raise KeyError("on purpose")


async def test_who_wrote_is_told_where_that_was_read(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.triage.plan", _raises)
    pool = Pool()
    await accepted(store)
    await attempt(triage_of(store, pool), pool.clock)
    said = [alert.payload for alert in await store.alerts.claim(now=pool.clock(), lease=timedelta(1), limit=9)]
    assert all("new@far.example" in text for text in said) and said


async def test_our_own_mail_about_somebodys_danger_is_told_to_nobody_before_it_is_held(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.triage.plan", _raises)
    pool = Pool()
    triage = triage_of(store, pool, attempts=2)
    id_ = await accepted(store, sender=CHIEF, to="somebody@far.example")
    await attempt(triage, pool.clock)
    assert await told(store) == []
    await attempt(triage, pool.clock)
    assert await store.spool.is_held(id_)
    assert UNREAD in await told(store)


async def test_whatever_is_slow_to_read_is_held_before_its_claim_has_passed_on(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The pool may take 3.25 times its minute; whoever else looks takes what is free by then."""
    fails(monkeypatch, is_read)
    pool = Pool()
    pool.seconds = 195.0
    triage = triage_of(store, pool)
    id_ = await accepted(store)

    async def others() -> None:
        await triage._claim()

    monkeypatch.setattr(pool, "meanwhile", others)
    await attempt(triage, pool.clock)
    assert await store.spool.is_held(id_)
    assert CRY in await told(store)


async def test_a_claim_is_kept_while_its_message_waits_for_a_child(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool = Pool()
    triage = triage_of(store, pool)
    triage._settings = triage._settings.model_copy(update={"lease_seconds": 0.3})
    extend, extended, stopping = store.spool.extend, asyncio.Event(), asyncio.Event()
    others_got: list[Claim] = []

    async def noting(held: Collection[tuple[str, str]], *, until: datetime) -> None:
        await extend(held, until=until)
        extended.set()

    async def others() -> None:
        for _turn in range(3):
            extended.clear()
            await extended.wait()
            pool.clock.now += timedelta(seconds=0.2)
            others_got.extend(await triage._claim())
        stopping.set()

    monkeypatch.setattr(store.spool, "extend", noting)
    monkeypatch.setattr(pool, "meanwhile", others)
    id_ = await accepted(store)
    async with asyncio.timeout(20):
        await triage.run(stopping)
    assert others_got == []
    assert (await latest(store, id_)).revision == 0
    assert await store.spool.waiting() == 0


async def test_what_a_full_store_could_not_take_back_goes_on_once_there_is_room(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool = Pool()
    triage = triage_of(store, pool, attempts=3)
    id_ = await accepted(store)
    began = pool.clock.now
    with monkeypatch.context() as full:
        for part, name in ((store.recorder, "record"), (store.recorder, "failed"), (store.spool, "give_back")):
            full.setattr(part, name, _is_full)
        for claim in await triage._claim():
            await triage._triage_or_give_back(claim)
    assert await triage._claim() == []  # given back, to be tried a little later
    pool.clock.now += timedelta(minutes=1)
    for claim in await triage._claim():
        await triage._triage_or_give_back(claim)
    assert FOUND in (await latest(store, id_)).findings
    assert pool.clock.now - began < timedelta(seconds=TriageSettings().lease_seconds)


async def _is_full(*_: object, **__: object) -> None:
    raise OSError
