"""What must always hold: POLICY_RULES §5 and the ten rules of CONTRACT §4, over whole generated cases."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from deciding import (
    CALENDAR,
    CHIEF,
    DEPUTY,
    HER_EMAIL,
    NEW,
    OTHER,
    OURS,
    QUEUES,
    SAME,
    SAME_WITH_NEWS,
    SPOC,
    UNCLEAR,
    call,
    dossier,
    earlier,
    email,
    finding,
    make_case,
    on,
    organisation,
    sent,
    strategy,
    visit,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from models.decision import Disposition
from models.finding import Category, Label, Urgency
from models.identity import Match
from models.scan import ScanResult, ScanStatus
from routing.decide import decide
from routing.reasons import REASONS
from routing.revision import later_revision

MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 30), timezones=st.just(UTC))
CHANNELS = ["email", "telephone", "voicemail", "letter", "visit", "webform", "sms", "social_media"]
SLOTS = [
    {"days": ["mon", "wed"], "from": "09:00", "until": "12:00"},
    {"days": ["fri"], "from": "14:00", "until": "15:00"},
]
RESTRICTIONS = st.one_of(
    st.builds(lambda c: {"kind": "channel_blocked", "channels": c}, st.lists(st.sampled_from(CHANNELS), min_size=1)),
    st.builds(lambda c: {"kind": "channel_only", "channels": c}, st.lists(st.sampled_from(CHANNELS), min_size=1)),
    st.just({"kind": "identifier_blocked", "identifiers": [{"kind": "email", "value": HER_EMAIL}]}),
    st.just({"kind": "dedicated_address", "address": f"cases@{OURS}"}),
    st.builds(
        lambda calls, per: {"kind": "call_window", "slots": SLOTS, "calls": calls, "per": per},
        st.none() | st.integers(0, 2),
        st.sampled_from(["slot", "day", "week", "month"]),
    ),
    st.builds(
        lambda count, per, rolling: {
            "kind": "contact_limit",
            "channels": ["email", "telephone"],
            "count": count,
            "per": per,
            "rolling": rolling,
        },
        st.integers(0, 2),
        st.sampled_from(["day", "week", "fortnight", "month"]),
        st.booleans(),
    ),
    st.just({"kind": "call_duration", "minutes": 1}),
    st.just({"kind": "reply_cycle", "every": "P14D"}),
    st.sampled_from(
        [
            {"kind": kind}
            for kind in [
                "spoc_only",
                "advocate_only",
                "same_matter_filed",
                "same_matter_refused",
                "call_script",
                "call_recording",
                "contact_agreement",
                "supervised_meetings",
                "visits_by_appointment",
                "designated_premises",
                "premises_ban",
                "no_copy_in",
                "cease_and_desist",
                "injunction",
            ]
        ]
    ),
)
RECIPIENTS = st.lists(
    st.sampled_from([CHIEF, SPOC, DEPUTY, f"cases@{OURS}", f"cllr@{OURS}", "mp@parliament.example", *QUEUES.values()]),
    min_size=1,
    max_size=4,
)
ORGANISATION = organisation(
    protected_recipients=[{"address": f"cllr@{OURS}", "kind": "elected_member", "concerns_to": f"lead@{OURS}"}]
)
FINDINGS = st.lists(
    st.builds(finding, st.sampled_from([label.value for label in Label]), st.sampled_from([u.value for u in Urgency])),
    max_size=4,
)
MATCHES = st.sampled_from(
    [
        (),
        *(
            (Match(person="P1", as_=role, strength=strength, by="email"),)
            for role in ("person", "representative")
            for strength in ("exact", "probable", "possible")
        ),
    ]
)


@st.composite
def strategies(draw):
    found = draw(st.lists(RESTRICTIONS, max_size=3))
    organisation_wide = draw(st.booleans())
    return strategy(
        *found,
        id=draw(st.sampled_from(["S1", "S2", "S3"])),
        scope="organisation" if organisation_wide else "matter",
        matters=[] if organisation_wide else ["M1"],
        status=draw(st.sampled_from(["active"] * 4 + ["draft", "ended"])),
        review_due=draw(st.sampled_from([None, "2026-02-01", "2027-01-01"])),
        ends=draw(st.sampled_from([None, None, "2026-06-30"])),
        spoc=draw(st.sampled_from([None, {"name": "R", "address": SPOC, "deputy": DEPUTY}])),
    )


@st.composite
def contacts(draw):
    moment = draw(MOMENTS)
    kind = draw(st.sampled_from(["email", "email", "email", "telephone", "visit", *CHANNELS]))
    direction = draw(st.sampled_from(["inbound"] * 5 + ["outbound"]))
    if kind == "email":
        recipients = draw(RECIPIENTS)
        facts = {
            "auto_submitted": draw(st.booleans()),
            "in_reply_to": draw(st.sampled_from([[], ["<ours@council.example>"]])),
        }
        return email(*recipients, received_at=moment, email=facts)
    if kind == "telephone":
        outcome = draw(st.sampled_from(["answered", "no_answer", None]))
        return call(moment, call={"outcome": outcome}, direction=direction)
    if kind == "visit":
        return visit(appointment=draw(st.booleans()), accompanied=draw(st.booleans()))
    return on(kind, received_at=moment)


@st.composite
def cases(draw, matches=MATCHES):
    contact = draw(contacts())
    ids = set()
    own = [s for s in draw(st.lists(strategies(), max_size=3)) if not (s.id in ids or ids.add(s.id))]
    person = {}
    if draw(st.integers(0, 4)) == 0:
        person["adjustments"] = [{"id": "A1", "need": "x", "exempts": [draw(st.sampled_from(CHANNELS))]}]
    if draw(st.integers(0, 8)) == 0:
        person["deceased_on"] = "2026-01-01"
    history = {
        "contacts": [
            earlier(f"E{n}", contact.received_at - timedelta(hours=hours), channel, outcome=None)
            for n, (hours, channel) in enumerate(
                draw(st.lists(st.tuples(st.integers(0, 400), st.sampled_from(["email", "telephone"])), max_size=4))
            )
        ],
        "outbound": draw(st.sampled_from([[], [sent(at=contact.received_at - timedelta(days=3))]])),
        "outbound_known": draw(st.booleans()),
    }
    return make_case(
        contact,
        dossier(*own, **person),
        matches=draw(matches),
        findings=draw(FINDINGS),
        matter=draw(st.sampled_from([None, SAME, SAME_WITH_NEWS, OTHER, NEW, UNCLEAR])),
        organisation=ORGANISATION,
        history=history,
    )


EXACTLY = st.just((Match(person="P1", as_="person", strength="exact", by="email"),))


def look(case):
    return decide(case, now=case.contact.received_at)


@given(cases())
def test_every_recipient_of_ours_appears_exactly_once(case):
    decision = look(case)
    wanted = list(case.our_recipients) if case.contact.channel == "email" else []
    assert [delivery.recipient for delivery in decision.deliveries] == wanted
    for delivery in decision.deliveries:
        diverted = delivery.disposition is Disposition.DIVERT
        assert bool(delivery.because) is diverted
        assert (delivery.to != delivery.recipient) is diverted


@given(cases(EXACTLY))
def test_a_restricted_persons_contact_always_has_a_review_item(case):
    decision = look(case)
    if decision.strategies:
        assert "spoc" in {item.queue.value for item in decision.review}
        assert any(reason.rule == "always_reviewed" for reason in decision.reasons)
    if case.dossiers[0].person.deceased_on:
        assert (decision.strategies, decision.breaches) == ((), ())
        assert "identity" in {item.queue.value for item in decision.review}


@given(cases())
def test_a_concern_is_reviewed_and_alerted_whatever_else_applies(case):
    decision = look(case)
    for category in (Category.CRIMINAL, Category.SAFEGUARDING):
        found = [f for f in case.scan.findings if f.category is category]
        items = [item for item in decision.review if item.queue.value == category.value]
        assert len(items) == bool(found)
        assert bool(found) <= any(copy.queue == category.value for copy in decision.copies)
        if any(f.urgency is Urgency.IMMEDIATE for f in found):
            assert items[0].priority.value == "immediate"
            assert items[0].due_at == case.contact.received_at + timedelta(minutes=15)
    alerts = [alert for alert in decision.alerts if alert.kind == "concern"]
    assert bool(alerts) is any(f.is_concern for f in case.scan.findings)
    assert all(alert.to for alert in decision.alerts)


@given(cases())
def test_concerns_do_not_depend_on_who_or_what_applies(case):
    nobody = replace(case, matches=(), dossiers=(), matter=None)
    concerns = {"criminal", "safeguarding"}
    for name, of in (
        ("alerts", lambda d: [a for a in d.alerts if a.kind == "concern"]),
        ("copies", lambda d: [c for c in d.copies if c.queue in concerns]),
        ("review", lambda d: [i for i in d.review if i.queue.value in concerns]),
    ):
        assert of(look(case)) == of(look(nobody)), name


@given(cases())
def test_a_restriction_never_removes_a_finding_nor_a_right(case):
    decision, free = look(case), look(replace(case, matches=()))
    assert decision.findings == case.scan.findings == free.findings
    asked = {"rights", "appeals"}
    assert {c for c in free.copies if c.queue in asked} == {c for c in decision.copies if c.queue in asked}
    assert [i for i in decision.review if i.queue.value in asked] == [i for i in free.review if i.queue.value in asked]


@given(cases())
def test_only_an_exact_match_of_the_person_ever_restricts(case):
    decision = look(case)
    exact = any(m.as_ == "person" and m.strength == "exact" for m in case.matches)
    if not exact:
        assert decision.breaches == ()
        assert decision.strategies == ()
        assert all(d.disposition is Disposition.DELIVER for d in decision.deliveries)
        assert decision.live is None or decision.live.answer == "connect"
    if any(m.strength != "exact" for m in case.matches):
        assert "identity" in {item.queue.value for item in decision.review}


@given(cases(EXACTLY))
def test_a_score_alone_never_acts_against_a_person(case):
    """Findings can clear a breach (a right), never make one; nor can they divert, or shorten what is delivered."""
    decision = look(case)
    unscanned = look(replace(case, scan=ScanResult(status=ScanStatus(complete=True))))
    assert set(decision.breaches) <= set(unscanned.breaches)
    diverted = {d.recipient for d in decision.deliveries if d.disposition is Disposition.DIVERT}
    assert diverted <= {d.recipient for d in unscanned.deliveries if d.disposition is Disposition.DIVERT}


@given(cases(EXACTLY))
def test_a_machine_only_flags(case):
    decision = look(case)
    assert all(breach.status == "flagged" for breach in decision.breaches)
    assert len({(b.strategy, b.restriction) for b in decision.breaches}) == len(decision.breaches)
    assert {breach.strategy for breach in decision.breaches} <= set(decision.strategies)
    told = [alert for alert in decision.alerts if alert.kind == "breach"]
    assert len(told) == bool(decision.breaches)
    assert all(alert.to[0] == QUEUES["manager"] and alert.urgency == "same_day" for alert in told)


@given(cases(EXACTLY))
def test_our_own_email_is_only_noted(case):
    decision = look(replace(case, contact=email(*case.contact.recipients, direction="outbound")))
    assert (decision.breaches, decision.review, decision.alerts, decision.copies) == ((), (), (), ())
    assert decision.findings == case.scan.findings
    assert all(delivery.disposition is Disposition.DELIVER for delivery in decision.deliveries)
    assert [reason.rule for reason in decision.reasons] == ["sent_by_us"]
    assert not decision.reply.due


@given(cases(EXACTLY))
def test_outbound_protected_and_exempted_contacts_are_never_diverted(case):
    decision = look(case)
    exempt = {channel for a in case.dossiers[0].person.adjustments for channel in a.exempts}
    not_orders = [b for b in decision.breaches if b.kind != "injunction"]
    if case.contact.direction == "outbound":
        assert decision.breaches == ()
    if case.contact.channel in exempt:
        assert not_orders == []
    assert all(d.disposition is Disposition.DELIVER for d in decision.deliveries if d.recipient == f"cllr@{OURS}")
    if case.our_recipients == (f"cllr@{OURS}",):
        assert decision.breaches == ()


@given(cases())
def test_deciding_twice_is_deciding_once(case):
    assert look(case) == look(case)
    assert decide(case, now=case.contact.received_at, revision=3).revision == 3


@given(cases())
def test_reasons_are_known_and_listed_once(case):
    reasons = look(case).reasons
    assert {reason.rule for reason in reasons} <= set(REASONS)
    assert len(set(reasons)) == len(reasons)


@given(cases())
def test_one_review_item_a_queue_due_after_the_contact(case):
    items = look(case).review
    assert len({item.queue for item in items}) == len(items)
    assert all(item.due_at > case.contact.received_at for item in items)


@given(cases())
def test_a_right_makes_a_reply_due_by_its_date(case):
    decision = look(case)
    kept = {Label.FOI_REQUEST, Label.EIR_REQUEST, Label.SUBJECT_ACCESS_REQUEST, Label.RESTRICTION_CHALLENGE}
    if any(f.label in kept for f in case.scan.findings):
        assert decision.reply.due
        assert decision.reply.by > case.contact.received_at.date()
        assert all(breach.kind == "injunction" for breach in decision.breaches)


@given(cases(), FINDINGS)
def test_a_later_revision_only_adds(case, more):
    first = look(case)
    again = look(replace(case, scan=ScanResult(findings=tuple(more), status=case.scan.status)))
    later = later_revision(first, again)
    assert later.revision == first.revision + 1
    assert later.deliveries == first.deliveries
    for name in ("copies", "alerts", "reasons", "breaches", "strategies"):
        assert set(getattr(first, name)) | set(getattr(again, name)) == set(getattr(later, name))
    assert {f.label for f in later.findings} == {f.label for f in (*first.findings, *again.findings)}
    due = {item.queue: item for item in later.review}
    assert all(due[item.queue].due_at <= item.due_at for item in (*first.review, *again.review))
    assert later.reply.due is (first.reply.due or again.reply.due)


@given(st.dates(datetime(2026, 1, 1).date(), datetime(2026, 12, 31).date()), st.integers(1, 30))
@settings(max_examples=50)
def test_working_days_are_counted_one_by_one(day, count):
    hours = make_case(email()).policy.office_hours
    due = CALENDAR.add_working_days(day, count, hours)
    between = [day + timedelta(days=n) for n in range(1, (due - day).days + 1)]
    assert sum(CALENDAR.is_working_day(one, hours) for one in between) == count
    assert CALENDAR.is_working_day(due, hours)
