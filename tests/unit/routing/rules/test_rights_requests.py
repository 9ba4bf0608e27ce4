"""Rule 6: rights requests (CONTRACT §4.5, §4.6)."""

from __future__ import annotations

import pytest
from deciding import (
    CHIEF,
    DEPUTY,
    LIFE,
    NEW,
    OTHER,
    OURS,
    QUEUES,
    SAME,
    SPOC,
    UNCLEAR,
    alerted,
    breached,
    call,
    copied,
    decided,
    diverted_to,
    dossier,
    email,
    everything,
    finding,
    make_case,
    organisation,
    reviewed,
    rules,
    strategy,
)

from models.decision import ReviewItem
from models.policy import PolicyPack

SPOC_ONLY = {"kind": "spoc_only"}
NO_EMAIL = {"kind": "channel_blocked", "channels": ["email"]}

CLOCKS = [
    # label, received, by: 17 March 2026 is a holiday in Northern Ireland, 3 and 6 April at Easter
    ("foi_request", "2026-03-02T10:15:00Z", "2026-03-31"),
    ("eir_request", "2026-03-02T10:15:00Z", "2026-03-31"),
    ("foi_request", "2026-03-07T10:15:00Z", "2026-04-08"),
    ("foi_request", "2026-03-02T23:59:00Z", "2026-03-31"),
    ("subject_access_request", "2026-03-02T10:15:00Z", "2026-04-02"),
    ("subject_access_request", "2026-01-31T10:15:00Z", "2026-03-02"),
    ("subject_access_request", "2026-03-03T10:15:00Z", "2026-04-07"),
    ("subject_access_request", "2026-12-15T10:15:00Z", "2027-01-15"),
    ("data_rights_request", "2026-03-31T10:15:00Z", "2026-04-30"),
    ("data_protection_complaint", "2026-03-02T10:15:00Z", "2026-04-01"),
    ("complaint_review", "2026-03-02T10:15:00Z", "2026-03-16"),
    ("restriction_challenge", "2026-03-02T10:15:00Z", "2026-03-23"),
    ("adjustment_request", "2026-03-02T10:15:00Z", "2026-03-09"),
    # 23:30 UTC on 30 June is the first of July in London.
    ("data_protection_complaint", "2026-06-30T23:30:00Z", "2026-07-31"),
]


@pytest.mark.parametrize(("label", "received_at", "by"), CLOCKS)
def test_statutory_dates(label, received_at, by):
    decision = decided(email(received_at=received_at), matches=(), matter=None, findings=[label])
    assert decision.reply.due is True
    assert str(decision.reply.by) == by
    queue = "appeals" if label == "restriction_challenge" else "rights"
    hour = "16:00" if by > "2026-03-29" and by < "2026-10-25" else "17:00"
    assert decision.review == (ReviewItem(queue=queue, priority="normal", due_at=f"{by}T{hour}:00Z"),)
    assert copied(decision) == [(queue, QUEUES[queue])]
    assert alerted(decision) == [("rights", "routine", (QUEUES[queue],))]
    assert rules(decision) == ["rights_copied"]


def test_a_pack_has_its_own_clock_for_complaints():
    pack = PolicyPack.model_validate(
        {"id": "x", "name": "x", "version": "1", "life": LIFE, "rights": {"complaint_working_days": 3}}
    )
    decision = decided(email(), matches=(), matter=None, findings=["complaint"], policy=pack)
    assert str(decision.reply.by) == "2026-03-05"


# label, verdict, review right -> whether it clears
FRESH = [
    ("foi_request", SAME, "unknown", True),
    ("subject_access_request", SAME, "unknown", True),
    ("restriction_challenge", SAME, "unknown", True),
    ("adjustment_request", SAME, "unknown", True),
    ("data_protection_complaint", SAME, "unknown", True),
    ("complaint", SAME, "unknown", False),
    ("complaint", OTHER, "unknown", False),
    ("complaint", UNCLEAR, "unknown", True),
    ("complaint", NEW, "unknown", True),
    ("complaint", None, "unknown", True),
    ("complaint_review", SAME, "used", False),
    ("complaint_review", SAME, "none", False),
    ("complaint_review", SAME, "open", True),
    ("complaint_review", SAME, "unknown", True),
    ("complaint_review", UNCLEAR, "used", True),
    ("complaint_review", None, "used", True),
]


@pytest.mark.parametrize(("label", "verdict", "review_right", "clears"), FRESH)
def test_which_requests_are_never_a_breach(label, verdict, review_right, clears):
    filed = everything(NO_EMAIL, {"kind": "same_matter_filed"}, {"kind": "reply_cycle", "every": "P1Y"})
    person = dossier(filed, review_right=review_right)
    decision = decided(email(), person, findings=[label], matter=verdict)
    assert bool(decision.breaches) is not clears
    assert ("rights_request" in rules(decision)) is clears
    assert ("repeated_request" in rules(decision)) is not clears
    assert diverted_to(decision) == {CHIEF: SPOC}
    queue = "appeals" if label == "restriction_challenge" else "rights"
    assert (queue, QUEUES[queue]) in copied(decision)
    assert set(reviewed(decision)) == {"spoc", queue}
    if clears:
        assert decision.reply.due is True
        assert decision.reply.by is not None
        assert decision.reply.by.year == 2026
    else:
        assert decision.reply.due is False
    asked = label == "complaint_review" and verdict is SAME and review_right == "unknown"
    assert ("review_right_unknown" in rules(decision)) is asked


@pytest.mark.parametrize("kind", ["same_matter_filed", "same_matter_refused"])
def test_the_reasons_of_one_decision_do_not_contradict_its_reply(kind):
    def said(rule, labels):
        decision = decided(email(), dossier(everything({"kind": kind})), findings=labels, matter=SAME)
        return decision.reply.due, next((reason.text for reason in decision.reasons if reason.rule == rule), "")

    due, text = said(kind, [])
    assert not due and text.endswith("no reply due.")
    due, text = said(kind, ["restriction_challenge"])
    assert (
        due
        and "no reply" not in text
        and text.endswith("the right it exercises (restriction challenge) is, and is answered.")
    )
    due, text = said("repeated_request", ["complaint"])
    assert not due and text.endswith("looked at as a right, but no clearance and no new clock.")
    due, text = said("repeated_request", ["complaint", "restriction_challenge"])
    assert due and text.endswith("which by itself clears nothing; the restriction challenge beside it does.")


def test_delivered_where_addressed_only_if_that_is_a_queue():
    recipients = (CHIEF, QUEUES["rights"], QUEUES["manager"])
    decision = decided(email(*recipients), dossier(everything(NO_EMAIL)), findings=["foi_request"])
    assert diverted_to(decision) == {CHIEF: SPOC}
    assert decision.breaches == ()
    without = decided(email(*recipients), dossier(everything(NO_EMAIL)))
    assert set(diverted_to(without)) == set(recipients)
    stale = decided(email(QUEUES["rights"]), dossier(everything(NO_EMAIL)), findings=["complaint"])
    assert diverted_to(stale) == {QUEUES["rights"]: SPOC}


def test_a_right_comes_before_every_restriction_on_replies():
    one = strategy({"kind": "same_matter_refused"}, {"kind": "reply_cycle", "every": "P1Y"})
    assert str(decided(email(), dossier(one), findings=["foi_request"]).reply.by) == "2026-03-31"
    two = decided(email(), dossier(one), findings=["foi_request", "adjustment_request"])
    assert str(two.reply.by) == "2026-03-09"
    assert [str(item.due_at.date()) for item in two.review if item.queue == "rights"] == ["2026-03-09"]


def test_two_rights_to_two_queues():
    decision = decided(email(), matches=(), findings=["foi_request", "restriction_challenge"], matter=None)
    assert copied(decision) == [("rights", QUEUES["rights"]), ("appeals", QUEUES["appeals"])]
    assert alerted(decision) == [
        ("rights", "routine", (QUEUES["rights"],)),
        ("rights", "routine", (QUEUES["appeals"],)),
    ]
    assert reviewed(decision) == {"rights": "normal", "appeals": "normal"}


def test_a_missing_queue_address_falls_to_the_manager():
    org = organisation(addresses={"rights": None, "appeals": None})
    decision = decided(email(), matches=(), findings=["foi_request", "restriction_challenge"], organisation=org)
    assert copied(decision) == [("rights", QUEUES["manager"]), ("appeals", QUEUES["manager"])]


def test_a_complaints_copy_goes_to_complaints_where_there_is_such_an_address():
    org = organisation(addresses={"complaints": f"complaints@{OURS}"})
    decision = decided(email(), matches=(), matter=None, findings=["complaint"], organisation=org)
    assert copied(decision) == [("rights", f"complaints@{OURS}")]
    assert alerted(decision) == [("rights", "routine", (f"complaints@{OURS}",))]
    review = decided(email(), matches=(), matter=None, findings=["complaint_review"], organisation=org)
    assert copied(review) == [("rights", QUEUES["rights"])]


NAMED = [
    ("I complain about Robin Marsh.", True),
    ("I complain about ROBIN\nMARSH's manner", True),
    ("I complain about R. Marsh", True),
    ("I complain about Ms Marsh", True),
    ("I complain about the marsh", False),
    ("I complain about robin", False),
    ("Robin lives by the marsh", False),
    (f"I complain about {SPOC}", True),
    (f"I complain about {DEPUTY}", True),
    ("I complain about the deputy", False),
    ("I complain about Dana Head", True),
    ("I complain about Kim Approver", True),
    (f"I complain about {QUEUES['criminal']}", True),
    ("I complain about the duty to pay", False),
    ("I complain about the chief executive", True),
    ("I complain about the bins", False),
]


@pytest.mark.parametrize(("text", "expected"), NAMED)
def test_a_complaint_that_names_a_handler_goes_to_another_too(text, expected):
    org = organisation(addresses={"appeals": f"chief.executive@{OURS}"})
    one = everything(
        SPOC_ONLY, decider="Dana Head", approvals=[{"role": "director", "name": "Kim Approver"}, {"role": "x"}]
    )
    decision = decided(email(text=text), dossier(one), findings=["complaint"], matter=NEW, organisation=org)
    assert (("manager", QUEUES["manager"]) in copied(decision)) is expected
    assert ("complaint_conflict" in rules(decision)) is expected


def test_another_is_somebody_who_is_not_named_either():
    text = f"Robin Marsh and {QUEUES['manager']} hid it"
    org = organisation(addresses={"legal": f"legal@{OURS}"})
    one = dossier(everything(SPOC_ONLY))
    decision = decided(email(text=text), one, findings=["complaint"], matter=NEW, organisation=org)
    assert ("legal", f"legal@{OURS}") in copied(decision)
    most = f"{text} {QUEUES['appeals']} legal@{OURS}"
    decision = decided(email(text=most), one, findings=["complaint"], matter=NEW, organisation=org)
    assert copied(decision) == [("rights", QUEUES["rights"])]
    everybody = f"{text} legal@{OURS} {' '.join(QUEUES.values())}"
    decision = decided(email(text=everybody), one, findings=["complaint"], matter=NEW, organisation=org)
    assert ("manager", QUEUES["manager"]) in copied(decision)
    chosen = PolicyPack(id="x", name="x", version="1", life=LIFE, conflict_to="appeals")
    decision = decided(email(text="Robin Marsh"), one, findings=["complaint"], matter=NEW, policy=chosen)
    assert ("appeals", QUEUES["appeals"]) in copied(decision)


def test_the_post_is_named_where_the_complaint_is_about_it():
    one = dossier(everything(SPOC_ONLY), strategy(SPOC_ONLY, id="S2", spoc=None))
    for quote, expected in (("my single point of contact is rude", True), ("the SPOC", True), ("the bins", False)):
        about = finding("complaint", quote=quote)
        decision = decided(email(text="x"), one, findings=[about], matter=NEW)
        assert ("complaint_conflict" in rules(decision)) is expected
    named = PolicyPack(id="x", name="x", version="1", life=LIFE, spoc_term="named contact")
    for quote in ("my single point of contact is rude", "the SPOC", "that Named Contact of yours"):
        about = finding("complaint", quote=quote)
        decision = decided(email(text="x"), one, findings=[about], matter=NEW, policy=named)
        assert "complaint_conflict" in rules(decision)
    other = finding("foi_request", quote="the SPOC's diary")
    assert "complaint_conflict" not in rules(decided(email(), one, findings=["complaint", other], matter=NEW))


def test_names_in_quoted_text_or_a_signature_or_without_a_complaint_are_nothing():
    parts = [{"name": "quoted", "text": "Robin Marsh wrote"}, {"name": "signature", "text": "cc Robin Marsh"}]
    one = dossier(everything(SPOC_ONLY))
    assert "complaint_conflict" not in rules(decided(email(parts=parts), one, findings=["complaint"], matter=NEW))
    assert "complaint_conflict" not in rules(decided(email(text="Robin Marsh"), one, findings=["foi_request"]))


def test_a_request_by_telephone():
    blocked = everything({"kind": "channel_blocked", "channels": ["telephone"]})
    decision = decided(call(), dossier(blocked), findings=["subject_access_request"])
    assert breached(decision) == []
    assert decision.live.answer == "spoc"
    assert copied(decision) == [("rights", QUEUES["rights"])]


def test_the_label_order_does_not_matter_for_the_case():
    case = make_case(email(), findings=["complaint", "complaint"])
    assert len(case.scan.findings) == 2
    assert copied(decided(email(), matches=(), matter=None, findings=["complaint", "complaint"])) == [
        ("rights", QUEUES["rights"])
    ]


CHALLENGE = "This is my appeal against the decision to restrict my contact."


@pytest.mark.parametrize(
    ("review", "by", "queues"),
    [
        ("This is my appeal against the decision", "2026-03-23", {"appeals"}),
        ("", "2026-03-03", {"appeals", "rights"}),
    ],
)
def test_the_words_of_a_challenge_are_no_review_of_an_outcome_too(review, by, queues):
    findings = [finding("complaint_review", quote=review), finding("restriction_challenge", quote=CHALLENGE)]
    policy = PolicyPack(id="test", name="Test", version="1", life=LIFE, rights={"complaint_review_working_days": 1})
    decision = decided(email(), matches=(), matter=None, findings=findings, policy=policy)
    assert (decision.reply.due, str(decision.reply.by)) == (True, by)
    assert {queue for queue, _ in copied(decision)} == queues
    assert {f.label for f in decision.findings} == {"complaint_review", "restriction_challenge"}


def test_a_review_asked_for_elsewhere_stands_beside_a_challenge():
    elsewhere = finding("complaint_review", quote="Review it.")
    moved = elsewhere.evidence[0].model_copy(update={"start": 200, "end": 210})
    findings = [
        elsewhere.model_copy(update={"evidence": (moved,)}),
        finding("restriction_challenge", quote=CHALLENGE),
    ]
    decision = decided(email(), matches=(), matter=None, findings=findings)
    assert {queue for queue, _ in copied(decision)} == {"appeals", "rights"}
