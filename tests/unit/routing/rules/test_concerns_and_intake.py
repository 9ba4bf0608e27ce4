"""Rules 2 and 8: concerns, what escaped the scan, and what is only noted."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest
from deciding import (
    CHIEF,
    HER_EMAIL,
    LIFE,
    OURS,
    QUEUES,
    SPOC,
    alerted,
    at,
    breached,
    call,
    copied,
    decided,
    diverted_to,
    dossier,
    email,
    everything,
    finding,
    organisation,
    reviewed,
    rules,
)

from models.contact import PartProblem, PartProblemKind
from models.decision import Queue, Reason, ReviewItem
from models.policy import PolicyPack
from models.scan import ScanResult, ScanStatus
from routing.calendar import local_day

CONCERNS = [
    ("self_harm", "immediate", "safeguarding", "immediate"),
    ("self_harm", "same_day", "safeguarding", "high"),
    ("child_at_risk", "routine", "safeguarding", "high"),
    ("threat_to_life", "immediate", "criminal", "immediate"),
    ("crime_report", "routine", "criminal", "high"),
]


@pytest.mark.parametrize(("label", "urgency", "queue", "priority"), CONCERNS)
def test_a_concern_opens_its_own_review_and_alert(label, urgency, queue, priority):
    decision = decided(email(), matches=(), matter=None, findings=[finding(label, urgency)])
    assert reviewed(decision) == {queue: priority}
    assert alerted(decision) == [("concern", urgency, (QUEUES[queue],))]
    assert copied(decision) == [(queue, QUEUES[queue])]
    assert rules(decision) == ["concern"]


def test_each_category_at_its_most_urgent():
    findings = [
        finding("self_harm", "routine"),
        finding("medical_crisis", "immediate"),
        finding("crime_report", "same_day"),
        finding("threat_of_harm", "routine"),
    ]
    decision = decided(email(), matches=(), matter=None, findings=findings)
    assert alerted(decision) == [
        ("concern", "same_day", (QUEUES["criminal"],)),
        ("concern", "immediate", (QUEUES["safeguarding"],)),
    ]
    assert [item.queue.value for item in decision.review] == ["safeguarding", "criminal"]


def test_a_concern_beside_a_breach():
    blocked = everything({"kind": "channel_blocked", "channels": ["email"]})
    decision = decided(email(), dossier(blocked), findings=[finding("self_harm", "immediate")])
    assert breached(decision) == ["S1/R1 channel_blocked"]
    assert diverted_to(decision) == {CHIEF: SPOC}
    assert reviewed(decision) == {"safeguarding": "immediate", "spoc": "normal"}
    assert [alert[0] for alert in alerted(decision)] == ["concern", "breach"]
    assert rules(decision)[0] == "concern_overrides_restriction"


CITED = PolicyPack(id="x", name="x", version="1", life=LIFE, cites={"concern_overrides_restriction": ("X 9.10",)})


def test_a_concern_is_cited_whoever_sent_it():
    for one in (dossier(), dossier(everything({"kind": "spoc_only"}))):
        decision = decided(email(), one, findings=["self_harm"], policy=CITED)
        assert decision.reasons[0].cites == ("X 9.10",)


CHECKS = [
    ({"identity_reasons": (Reason(rule="other_writer", text="x"),)}, {}, True),
    ({"identity_reasons": (Reason(rule="resent", text="x"),)}, {}, False),
    ({}, {"identifiers": [{"kind": "email", "value": "ALEX@home.example", "safe": False}]}, True),
    ({}, {"identifiers": [{"kind": "email", "value": HER_EMAIL, "safe": True}]}, False),
    ({}, {"identifiers": [{"kind": "email", "value": "b@home.example", "safe": False}]}, False),
]


@pytest.mark.parametrize(("fields", "person", "expected"), CHECKS)
def test_check_the_reply_address(fields, person, expected):
    concern = decided(email(), dossier(**person), findings=["domestic_abuse"], **fields)
    assert ("check_reply_address" in rules(concern)) is expected
    assert "check_reply_address" not in rules(decided(email(), dossier(**person), **fields))


def test_a_call_from_an_unsafe_number():
    unsafe = dossier(identifiers=[{"kind": "phone", "value": "01632 960001", "safe": False}])
    contact = call(sender={"identifier": None})
    assert "check_reply_address" in rules(decided(contact, unsafe, findings=["domestic_abuse"]))
    withheld = call(sender={"identifier": None}, call={"caller": None})
    assert "check_reply_address" not in rules(decided(withheld, unsafe, findings=["domestic_abuse"]))
    bare = email().model_copy(update={"sender": withheld.sender})
    assert "check_reply_address" not in rules(decided(bare, unsafe, findings=["domestic_abuse"]))


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("please dont email back on here cos he will see it", True),
        ("Do not ring me on this number.", True),
        ("don't reply, he will see", True),
        ("My husband reads my emails.", True),
        ("Don't reply to my neighbour", False),
        ("He said he will see you about it", False),
    ],
)
def test_who_says_that_an_answer_would_be_seen_is_not_simply_answered(said, expected):
    contact = email(parts=[{"name": "body", "text": said}])
    concern = decided(contact, dossier(everything({"kind": "spoc_only"})), findings=["domestic_abuse"])
    assert ("check_reply_address" in rules(concern)) is expected
    assert breached(concern), "the address may well be the writer's own"
    older = email(parts=[{"name": "quoted", "text": said}])
    assert "check_reply_address" not in rules(decided(older, dossier(), findings=["domestic_abuse"]))


PROTECTED = organisation(
    protected_recipients=[
        {"address": f"HR@{OURS}", "kind": "hr", "concerns_to": f"hr.lead@{OURS}"},
        {"address": f"cllr@{OURS}", "kind": "elected_member", "concerns_to": None},
        {"address": f"legal.team@{OURS}", "kind": "legal", "concerns_to": f"hr.lead@{OURS}"},
    ]
)
TOLD = [
    ([f"hr@{OURS}"], [f"hr.lead@{OURS}"]),
    ([f"hr@{OURS}", f"legal.team@{OURS}"], [f"hr.lead@{OURS}"]),
    ([f"hr@{OURS}", f"cllr@{OURS}"], [f"hr.lead@{OURS}"]),
    ([f"cllr@{OURS}"], [QUEUES["safeguarding"]]),
    ([f"hr@{OURS}", CHIEF], [QUEUES["safeguarding"], f"hr.lead@{OURS}"]),
    ([f"hr@{OURS}", "mp@parliament.example"], [f"hr.lead@{OURS}"]),
    ([CHIEF], [QUEUES["safeguarding"]]),
]


@pytest.mark.parametrize(("recipients", "told"), TOLD)
def test_concerns_in_protected_mail_go_only_where_they_say(recipients, told):
    decision = decided(email(*recipients), matches=(), findings=["self_harm"], organisation=PROTECTED)
    assert alerted(decision) == [("concern", "routine", tuple(told))]
    assert copied(decision) == [("safeguarding", address) for address in told]
    assert reviewed(decision) == {"safeguarding": "high"}


@pytest.mark.parametrize(("recipient", "rule"), [(f"hr@{OURS}", "concern"), (SPOC, "concern_overrides_restriction")])
def test_a_concern_overrides_a_restriction_only_where_one_has_a_say(recipient, rule):
    restricted = dossier(everything({"kind": "spoc_only"}))
    decision = decided(email(recipient), restricted, findings=["self_harm"], organisation=PROTECTED)
    assert rules(decision)[0] == rule


def test_a_missing_queue_address_falls_to_the_manager():
    org = organisation(addresses={"safeguarding": None})
    decision = decided(email(), matches=(), findings=["self_harm"], organisation=org)
    assert copied(decision) == [("safeguarding", QUEUES["manager"])]


DUE = [
    # urgency, received, due
    ("immediate", "2026-03-02T10:15:00Z", "2026-03-02T10:30:00Z"),
    ("immediate", "2026-03-07T23:50:00Z", "2026-03-08T00:05:00Z"),
    ("same_day", "2026-03-02T10:15:00Z", "2026-03-02T14:15:00Z"),
    ("same_day", "2026-03-02T13:00:00Z", "2026-03-02T17:00:00Z"),
    ("same_day", "2026-03-02T13:00:01Z", "2026-03-03T09:00:01Z"),
    ("same_day", "2026-03-02T16:00:00Z", "2026-03-03T12:00:00Z"),
    ("same_day", "2026-03-02T07:00:00Z", "2026-03-02T13:00:00Z"),
    ("same_day", "2026-03-06T16:30:00Z", "2026-03-09T12:30:00Z"),
    ("same_day", "2026-03-07T12:00:00Z", "2026-03-09T13:00:00Z"),
    # Over Easter, and into summer time.
    ("same_day", "2026-04-02T15:00:00Z", "2026-04-07T11:00:00Z"),
    ("same_day", "2026-03-27T16:00:00Z", "2026-03-30T11:00:00Z"),
]


@pytest.mark.parametrize(("urgency", "received_at", "due_at"), DUE)
def test_when_a_concern_is_due(urgency, received_at, due_at):
    decision = decided(email(received_at=received_at), matches=(), findings=[finding("self_harm", urgency)])
    priority = "immediate" if urgency == "immediate" else "high"
    assert decision.review == (ReviewItem(queue="safeguarding", priority=priority, due_at=due_at),)


NORMAL_DUE = [
    ("2026-03-02T10:15:00Z", "2026-03-04T17:00:00Z"),
    ("2026-03-05T10:15:00Z", "2026-03-09T17:00:00Z"),
    ("2026-03-07T10:15:00Z", "2026-03-10T17:00:00Z"),
    ("2026-04-02T10:15:00Z", "2026-04-08T16:00:00Z"),
]


@pytest.mark.parametrize(("received_at", "due_at"), NORMAL_DUE)
def test_when_an_ordinary_item_is_due(received_at, due_at):
    decision = decided(email(SPOC, received_at=received_at), dossier(everything(review_due="2027-01-01")))
    assert decision.review == (ReviewItem(queue="spoc", priority="normal", due_at=due_at),)


def test_a_pack_may_shorten():
    pack = PolicyPack.model_validate(
        {
            "id": "x",
            "name": "x",
            "version": "1",
            "life": LIFE,
            "review": {"immediate_minutes": 5, "high_office_hours": 1, "normal_working_days": 1},
            "office_hours": {"opens": "08:00", "closes": "16:30", "days": ["mon", "wed"]},
        }
    )
    findings = [finding("self_harm", "immediate"), finding("crime_report")]
    decision = decided(email(SPOC), dossier(everything()), findings=findings, policy=pack)
    assert {item.queue.value: item.due_at.isoformat()[:16] for item in decision.review} == {
        "safeguarding": "2026-03-02T10:20",
        "criminal": "2026-03-02T11:15",
        "spoc": "2026-03-04T16:30",
    }


INTAKE = [
    ("scan_incomplete", True),
    ("unreadable_part", False),
    ("unsupported_language", False),
    ("low_confidence_transcript", False),
]


@pytest.mark.parametrize(("label", "alerts"), INTAKE)
def test_what_escaped_the_scan_is_read_by_a_person(label, alerts):
    decision = decided(email(), matches=(), findings=[label])
    assert reviewed(decision) == {"intake": "high"}
    assert alerted(decision) == ([("system", "same_day", (QUEUES["manager"],))] if alerts else [])
    assert rules(decision) == [label]
    assert diverted_to(decision) == {}


@pytest.mark.parametrize("kind", list(PartProblemKind))
def test_a_problem_that_reading_met_is_enough(kind):
    contact = email(problems=[PartProblem(part="attachment:a.pdf", kind=kind, detail="encrypted")])
    decision = decided(contact, matches=())
    assert rules(decision) == [kind.value]
    assert reviewed(decision) == {"intake": "high"}


STATUSES = [
    (ScanStatus(complete=True), []),
    (ScanStatus(complete=False, pending=["semantic"]), []),
    (ScanStatus(complete=False), ["scan_incomplete"]),
]


@pytest.mark.parametrize(("status", "expected"), STATUSES)
def test_a_scan_that_stopped_without_a_word_is_never_clear(status, expected):
    decision = decided(email(), matches=(), scan=ScanResult(status=status))
    assert rules(decision) == expected
    assert decision.scan == status


@pytest.mark.parametrize("label", ["abusive", "discriminatory", "sexual", "threatening_tone"])
def test_conduct_is_noted_and_nothing_else(label):
    decision = decided(email(SPOC), dossier(everything({"kind": "spoc_only"})), findings=[label])
    assert decision.breaches == ()
    assert decision.alerts == ()
    assert rules(decision) == ["conduct_noted", "always_reviewed"]
    assert decision.findings[0].label == label


@pytest.mark.parametrize(
    ("found_at", "due_at"),
    [
        (None, "2026-03-02T10:30:00Z"),
        ("2026-03-02T10:10:00Z", "2026-03-02T10:30:00Z"),
        ("2026-03-05T09:00:00Z", "2026-03-05T09:15:00Z"),
    ],
)
def test_what_we_got_late_is_due_from_when_we_got_it_and_a_right_from_when_it_was_asked_for(
    found_at: str | None, due_at: str
) -> None:
    danger, asked = finding("threat_to_life", "immediate", "he will kill her"), finding("foi_request")
    when = at(found_at) if found_at else None
    made = decided(call(), findings=(danger, asked), found_at=when, matches=(), matter=None)
    due = {item.queue: item.due_at for item in made.review}
    assert due[Queue.CRIMINAL] == at(due_at)
    assert local_day(due[Queue.RIGHTS], ZoneInfo("Europe/London")) == date(2026, 3, 31)
