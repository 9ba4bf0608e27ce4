"""Retention never erases what anybody still needs, whatever comes together."""

from __future__ import annotations

import asyncio
import tempfile
from datetime import date, timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from store_builders import DAY, NOW, alert, decision, email, recorded, relay

from gateway.content_retention import ContentRetention
from gateway.governance.course import text_of
from gateway.governance.holds import HoldFile, Placed
from gateway.governance.retention import Record, judge
from gateway.store.files import NewStep
from gateway.store.sealing import Sealer, SealError
from gateway.store.store import Store, open_store
from models.decision import Decision, Queue
from models.finding import Category, Finding, Label, Urgency
from models.identity import Match, MatchedAs, MatchedBy, Strength
from models.policy_records import RetentionRule

DAYS = st.dates(date(2020, 1, 1), date(2030, 1, 1))
KINDS = ("strategy", "incident", "challenge", "disclosure", "breach_response")
PEOPLE = st.sampled_from(("P-1", "P-2", None))
RULES = tuple(
    RetentionRule(record=kind, trigger=trigger, period=period)
    for kind, trigger, period in (("strategy", "dormant", "P24M"), ("incident", "closed", "P12M"))
)


@st.composite
def records(draw) -> list[Record]:
    made = []
    for number in range(draw(st.integers(1, 6))):
        closed = draw(st.booleans())
        since = {"closed": draw(DAYS), "dormant": draw(DAYS)} if closed else {}
        made.append(
            Record(
                id=f"F-{number}",
                kind=draw(st.sampled_from(KINDS)),
                person=draw(PEOPLE),
                opened=draw(DAYS),
                closed=closed,
                steps=draw(st.integers(1, 9)),
                since=since,
                rules=RULES,
                held=draw(st.sampled_from((None, None, "held"))),
            )
        )
    return made


HOLDS = st.lists(
    st.builds(
        HoldFile,
        id=st.just("RH-1"),
        subject=st.sampled_from(("P-1", "P-2", "F-0", "F-1")),
        because=st.just("legal_hold"),
        reason=st.just("A claim."),
        until=st.none() | DAYS,
    ),
    max_size=3,
)


@given(records(), HOLDS, DAYS)
def test_what_is_due_is_closed_past_its_period_and_held_by_nothing(made, holds, day):
    for judged in judge(made, holds, day):
        if not judged.is_due(day):
            continue
        record = judged.record
        assert record.closed and record.held is None
        assert any(rule.record == record.kind for rule in RULES)
        months = 24 if record.kind == "strategy" else 12
        trigger = "dormant" if record.kind == "strategy" else "closed"
        assert record.since[trigger] + timedelta(days=months * 30) < day
        for hold in holds:
            assert hold.subject not in (record.id, record.person) or (hold.until is not None and hold.until < day)
        for other in made:
            assert (
                other.closed
                or other.person is None
                or other.person != record.person
                or other.kind not in ("challenge", "disclosure", "incident", "breach_response")
            )


NEEDED = (
    "review",
    "outbox",
    "breach",
    "finding",
    "pending",
    "alert",
    "file",
    "hold on contact",
    "hold on person",
    "young",
)


def _finding() -> Finding:
    return Finding(
        category=Category.CRIMINAL, label=Label.CRIME_REPORT, score=0.9, threshold=0.5, urgency=Urgency.SAME_DAY
    )


def _decision(needs: frozenset[str]) -> Decision:
    match = Match(person="P-1", as_=MatchedAs.PERSON, strength=Strength.PROBABLE, by=MatchedBy.NAME)
    made = decision(
        email("-"),
        breaches=("R1",) if "breach" in needs else (),
        review=(Queue.IDENTITY,) if "review" in needs else (),
    )
    return made.model_copy(update={"matches": (match,), "findings": (_finding(),) if "finding" in needs else ()})


async def _is_kept(store: Store, needs: frozenset[str]) -> bool:
    contact = await recorded(
        store,
        made=_decision(needs),
        dispatches=(relay(),) if "outbox" in needs else (),
        alerts=(alert(),) if "alert" in needs else (),
        pending_score=0.5 if "pending" in needs else None,
    )
    if "file" in needs:
        await store.files.open("IN-1", "incident", "P-1", NewStep("noted", "{}", "Ann", NOW), projection=None)
    for number, (need, subject) in enumerate((("hold on contact", contact.id), ("hold on person", "P-1"))):
        if need in needs:
            step = Placed(at=NOW, by="Ann Author", subject=subject, because="legal_hold", reason="A claim.")
            person = subject if subject == "P-1" else None
            new = NewStep(step.kind, text_of(step), step.by, step.at)
            await store.files.open(f"RH-{number}", "hold", person, new, projection=None)
    now = NOW + (29 if "young" in needs else 31) * DAY
    await ContentRetention(store, days=30, now=lambda: now).erase_unflagged()
    try:
        return await store.recorder.contact(contact.id) is not None
    except SealError:
        return False


@settings(max_examples=40, deadline=None)
@given(st.frozensets(st.sampled_from(NEEDED)))
def test_content_goes_only_where_nothing_at_all_needs_it(needs):
    async def one() -> bool:
        with tempfile.TemporaryDirectory() as folder:
            store = open_store(Path(folder) / "triage.db", Sealer({1: b"k" * 32}, 1), now=lambda: NOW)
            try:
                return await _is_kept(store, needs)
            finally:
                store.close()

    assert asyncio.run(one()) is bool(needs)
