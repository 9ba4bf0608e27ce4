"""Which decided contacts use up an allowance (CONTRACT §3)."""

from __future__ import annotations

from typing import Any

import pytest
from deciding import (
    CHIEF,
    EXACT,
    NEW,
    OTHER,
    OURS,
    SAME,
    call,
    decided,
    dossier,
    earlier,
    email,
    everything,
    rules,
    sent,
    strategy,
)

from models.identity import Match
from routing.earlier import uses_allowance
from routing.invitation import was_invited

LIMIT = {"kind": "contact_limit", "channels": ["email", "telephone"], "count": 5}
NO_EMAIL = {"kind": "channel_blocked", "channels": ["email"]}
EXEMPT = {"adjustments": [{"id": "A1", "need": "x", "exempts": ["email"]}]}
REPLY = {"in_reply_to": ["<ours@council.example>"]}
INVITATION = sent(kind="invitation", to=["01632 960001"], until="2026-03-04T09:00:00Z")

CASES = [
    (email(), dossier(strategy(LIMIT)), {}, True),
    (email(), dossier(), {}, True),
    (call(), dossier(strategy(LIMIT)), {}, True),
    (email(), dossier(strategy(LIMIT)), {"findings": ["foi_request"]}, False),
    (email(), dossier(strategy(LIMIT)), {"findings": ["complaint"]}, True),
    (email(), dossier(strategy(LIMIT)), {"matter": NEW}, False),
    (email(), dossier(everything(LIMIT)), {"matter": NEW}, True),
    (email(), dossier(strategy(LIMIT)), {"matter": OTHER}, False),
    (email(), dossier(strategy(LIMIT), everything(LIMIT, id="S2")), {"matter": OTHER}, True),
    (email(), dossier(strategy(LIMIT), **EXEMPT), {}, False),
    (call(), dossier(strategy(LIMIT), **EXEMPT), {}, True),
    (email(email={"auto_submitted": True}), dossier(strategy(LIMIT)), {}, False),
    (email(email={"auto_submitted": True}), dossier(), {}, False),
    (email(email={"auto_submitted": True}), dossier(strategy(LIMIT)), {"history": {"outbound_known": True}}, True),
    (email(email=REPLY), dossier(strategy(LIMIT)), {"history": {"outbound": [sent()]}}, False),
    (call(), dossier(strategy(LIMIT)), {"history": {"outbound": [INVITATION]}}, False),
    (call("2026-03-04T09:00:01Z"), dossier(strategy(LIMIT)), {"history": {"outbound": [INVITATION]}}, True),
    (email(email=REPLY), dossier(strategy(NO_EMAIL)), {"history": {"outbound": [sent()]}}, False),
    (email(CHIEF, f"x@{OURS}", email=REPLY), dossier(strategy(NO_EMAIL)), {"history": {"outbound": [sent()]}}, True),
    (email(), dossier(strategy(NO_EMAIL)), {"findings": ["foi_request"]}, False),
    (call(direction="outbound"), dossier(strategy(LIMIT)), {}, False),
    (email(), dossier(strategy({"kind": "injunction"}, LIMIT)), {"findings": ["foi_request"]}, False),
]


@pytest.mark.parametrize(("contact", "person", "fields", "expected"), CASES)
def test_only_what_could_have_been_a_breach_uses_up_an_allowance(contact, person, fields, expected):
    decision = decided(contact, person, **fields)
    assert uses_allowance(decision) is expected


def test_it_is_said_only_where_there_is_an_allowance():
    assert "uses_no_allowance" in rules(decided(email(), dossier(strategy(LIMIT)), findings=["foi_request"]))
    window = {"kind": "call_window", "slots": [{"days": ["mon"], "from": "09:00", "until": "11:00"}]}
    assert "uses_no_allowance" in rules(decided(call(), dossier(strategy(window)), findings=["foi_request"]))
    assert "uses_no_allowance" not in rules(decided(email(), dossier(strategy(NO_EMAIL)), findings=["foi_request"]))
    assert "uses_no_allowance" not in rules(decided(email(), dossier(strategy(LIMIT))))
    unsure = (Match(person="P1", as_="person", strength="possible", by="name"),)
    assert "uses_no_allowance" not in rules(decided(email(), dossier(strategy(LIMIT)), matches=unsure))
    assert unsure != EXACT
    assert uses_allowance(decided(email(), dossier(strategy(LIMIT)), matter=SAME))


RANG = {"channel": "telephone", "sender": "+441632960001"}


@pytest.mark.parametrize(
    ("received_at", "fields", "invitation", "expected"),
    [
        ("2026-02-20T09:00:00Z", RANG, {}, True),
        ("2026-02-20T08:59:59Z", RANG, {}, False),
        ("2026-03-04T09:00:00Z", RANG, {}, True),
        ("2026-03-04T09:00:01Z", RANG, {}, False),
        ("2026-03-02T09:00:00Z", RANG, {"until": None, "at": None}, True),
        ("2026-03-02T09:00:00Z", {"channel": "email"}, {}, True),
        ("2026-03-02T09:00:00Z", RANG, {"to": ["01632 960002"]}, False),
        ("2026-03-02T09:00:00Z", RANG, {"kind": "message"}, False),
    ],
)
def test_an_earlier_contact_within_a_live_invitation_was_invited(received_at, fields, invitation, expected):
    sent_then = sent(**{**INVITATION.model_dump(by_alias=True), **invitation})
    assert was_invited(earlier("E1", received_at, **fields), [sent_then], dossier().person) is expected


ANSWERED = {"channel": "email", "replies_to": "<ours@council.example>"}
SOONER = earlier("E0", "2026-03-02T08:00:00Z", **ANSWERED)


@pytest.mark.parametrize(
    ("fields", "message", "known", "expected"),
    [
        (ANSWERED, {}, {}, True),
        ({**ANSWERED, "replies_to": "<other@council.example>"}, {}, {}, False),
        ({"channel": "email"}, {}, {}, False),
        (ANSWERED, {"kind": "notice"}, {}, False),
        (ANSWERED, {"to": ["somebody@else.example"]}, {}, False),
        (ANSWERED, {"at": "2026-01-30T09:00:00Z"}, {}, False),
        (ANSWERED, {"at": "2026-03-02T09:00:01Z"}, {}, False),
        (ANSWERED, {"from": CHIEF}, {"recipients": [CHIEF.upper()]}, True),
        (ANSWERED, {"from": CHIEF}, {"recipients": [f"x@{OURS}"]}, False),
        (ANSWERED, {"from": None}, {"recipients": [f"x@{OURS}"]}, True),
        (ANSWERED, {}, {"among": [SOONER]}, False),
        ({**ANSWERED, "message_id": "<a@x>"}, {}, {"among": [SOONER.model_copy(update={"message_id": "<a@x>"})]}, True),
    ],
)
def test_an_earlier_email_that_answered_ours_first_was_invited(fields, message, known, expected):
    sent_then = sent(**message)
    then = earlier("E1", "2026-03-02T09:00:00Z", **fields)
    assert was_invited(then, [sent_then], dossier().person, **known) is expected


@pytest.mark.parametrize(
    ("restriction", "asked"),
    [
        ({"kind": "spoc_only"}, False),
        ({"kind": "contact_limit", "channels": ["email"], "count": 1, "per": "week"}, True),
    ],
)
def test_a_history_is_gone_through_only_where_something_is_counted(
    restriction: dict[str, Any], asked: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = []

    def counting(*_: object) -> tuple[()]:
        calls.append(1)
        return ()

    monkeypatch.setattr("routing.rules.enforcement.earlier_communications", counting)
    decided(email(), dossier(everything(restriction)))
    assert bool(calls) is asked
