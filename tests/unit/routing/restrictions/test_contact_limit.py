"""Periods of `contact_limit`, and what of the history counts (CONTRACT §3)."""

from __future__ import annotations

import pytest
from deciding import HER_EMAIL, breached, call, decided, diverted_to, dossier, earlier, email, everything, strategy

DIGEST = {"message_id": "<now@home.example>", "body_digest": "d-now"}


def limited(contact, history, channels=("email",), person=None, **fields):
    limit = {"kind": "contact_limit", "channels": list(channels), "count": 1, **fields.pop("limit", {})}
    one = everything(limit, **fields)
    return bool(decided(contact, dossier(one, **(person or {})), history={"contacts": history}).breaches)


PERIODS = [
    # per, rolling, earlier, now, breach
    ("day", False, "2026-03-02T00:00:00Z", "2026-03-02T23:59:00Z", True),
    ("day", False, "2026-03-01T23:59:00Z", "2026-03-02T00:00:00Z", False),
    # 23:30 UTC on 30 June is the first of July in London.
    ("day", False, "2026-06-30T23:30:00Z", "2026-07-01T10:00:00Z", True),
    ("week", False, "2026-03-02T00:00:00Z", "2026-03-08T23:00:00Z", True),
    ("week", False, "2026-03-01T23:00:00Z", "2026-03-02T09:00:00Z", False),
    # Fortnights run from Monday 5 January: 2 March begins one.
    ("fortnight", False, "2026-03-02T09:00:00Z", "2026-03-15T09:00:00Z", True),
    ("fortnight", False, "2026-03-01T09:00:00Z", "2026-03-02T09:00:00Z", False),
    ("fortnight", False, "2026-03-15T09:00:00Z", "2026-03-16T09:00:00Z", False),
    ("month", False, "2026-03-01T09:00:00Z", "2026-03-31T09:00:00Z", True),
    ("month", False, "2026-02-28T09:00:00Z", "2026-03-01T09:00:00Z", False),
    ("day", True, "2026-03-01T10:00:01Z", "2026-03-02T10:00:00Z", True),
    ("day", True, "2026-03-01T10:00:00Z", "2026-03-02T10:00:00Z", False),
    ("week", True, "2026-03-01T10:00:01Z", "2026-03-08T10:00:00Z", True),
    ("week", True, "2026-03-01T10:00:00Z", "2026-03-08T10:00:00Z", False),
    ("fortnight", True, "2026-03-01T10:00:01Z", "2026-03-15T10:00:00Z", True),
    ("fortnight", True, "2026-03-01T10:00:00Z", "2026-03-15T10:00:00Z", False),
    ("month", True, "2026-03-01T10:00:01Z", "2026-03-31T10:00:00Z", True),
    ("month", True, "2026-03-01T10:00:00Z", "2026-03-31T10:00:00Z", False),
]


@pytest.mark.parametrize(("per", "rolling", "before", "received_at", "expected"), PERIODS)
def test_periods(per, rolling, before, received_at, expected):
    contact = email(received_at=received_at)
    assert limited(contact, [earlier("E1", before)], limit={"per": per, "rolling": rolling}) is expected


BEFORE = "2026-03-02T09:00:00Z"
COUNTED = [
    ([earlier("E1", BEFORE)], True),
    ([], False),
    ([earlier("E1", BEFORE, uses_allowance=False)], False),
    ([earlier("E1", BEFORE, direction="outbound")], False),
    ([earlier("E1", BEFORE, person="P9")], False),
    ([earlier("E1", BEFORE, person=None)], True),
    ([earlier("E1", BEFORE, person=None, sender="other@home.example")], False),
    ([earlier("E1", BEFORE, authentication="fail")], False),
    ([earlier("E1", BEFORE, "webform")], False),
    # The contact under decision, by id, source and copy.
    ([earlier("C-now", BEFORE)], False),
    ([earlier("E1", BEFORE, source_id="src")], False),
    ([earlier("E1", BEFORE, **DIGEST)], False),
    ([earlier("E1", BEFORE, **{**DIGEST, "body_digest": "other"})], True),
    ([earlier("E1", BEFORE, **DIGEST, person="P1").model_copy(update={"sender": "alex2@home.example"})], True),
    # Later, or at the same moment with a later id.
    ([earlier("E1", "2026-03-02T10:15:01Z")], False),
    ([earlier("B", "2026-03-02T10:15:00Z")], True),
    ([earlier("D", "2026-03-02T10:15:00Z")], False),
]


@pytest.mark.parametrize(("history", "expected"), COUNTED)
def test_what_counts(history, expected):
    assert limited(email(source_id="src"), history) is expected


def test_copies_within_five_days_are_one_contact():
    copy = {"message_id": "<x@home.example>", "body_digest": "d"}
    two = {"count": 2, "per": "month"}
    history = [earlier("E1", "2026-03-02T08:00:00Z", **copy), earlier("E2", "2026-03-07T08:00:00Z", **copy)]
    now = "2026-03-20T09:00:00Z"
    assert not limited(email(received_at=now), history, limit=two)
    assert limited(email(received_at=now), [history[0], earlier("E2", "2026-03-07T08:00:01Z", **copy)], limit=two)
    assert limited(email(received_at=now), [history[0], earlier("E2", "2026-03-07T07:00:00Z")], limit=two)


def test_copies_are_within_five_days_of_the_first_however_many_come_between():
    copy = {"message_id": "<x@home.example>", "body_digest": "d"}
    history = [earlier(f"E{day}", f"2026-03-{day:02d}T08:00:00Z", **copy) for day in (2, 6, 10)]
    now = email(received_at="2026-03-20T09:00:00Z")
    assert limited(now, history, limit={"count": 2, "per": "month"})
    assert not limited(now, history, limit={"count": 3, "per": "month"})


def test_a_copy_of_the_contact_itself_is_within_five_days_of_it():
    now = email(received_at="2026-03-07T08:00:00Z")
    assert not limited(now, [earlier("E1", "2026-03-02T08:00:00Z", **DIGEST)], limit={"per": "month"})
    assert limited(now, [earlier("E1", "2026-03-02T07:59:59Z", **DIGEST)], limit={"per": "month"})


def test_a_later_copy_stands_where_the_first_one_stood():
    first = earlier("E1", "2026-03-02T08:00:00Z", **DIGEST)
    between = earlier("E2", "2026-03-02T09:00:00Z")
    assert not limited(email(received_at="2026-03-02T10:00:00Z"), [first, between])
    six_days_on = email(received_at="2026-03-08T10:00:00Z")
    assert limited(six_days_on, [first])


def test_legs_of_one_call_are_one_contact_answered_if_any_is():
    legs = [
        earlier("E1", "2026-03-02T09:00:00Z", "telephone", source_id="s", outcome="no_answer"),
        earlier("E2", "2026-03-02T09:00:20Z", "telephone", source_id="s", outcome="answered"),
    ]
    contact = call("2026-03-03T10:00:00Z")
    assert limited(contact, legs, ["telephone"])
    assert not limited(contact, legs, ["telephone"], limit={"count": 2})
    assert not limited(contact, legs[:1], ["telephone"])
    assert not limited(call("2026-03-03T10:00:00Z", source_id="s"), legs, ["telephone"])


def test_a_call_or_copy_that_goes_on_past_midnight_counts_in_the_week_it_began_in():
    legs = [
        earlier("E1", "2026-03-01T23:59:50Z", "telephone", source_id="s", outcome="no_answer"),
        earlier("E2", "2026-03-02T00:00:10Z", "telephone", source_id="s", outcome="answered"),
    ]
    assert not limited(call("2026-03-03T10:00:00Z"), legs, ["telephone"], limit={"per": "week"})
    copy = {"message_id": "<x@home.example>", "body_digest": "d"}
    copies = [earlier("E1", "2026-03-01T23:59:50Z", **copy), earlier("E2", "2026-03-02T00:00:10Z", **copy)]
    assert not limited(email(received_at="2026-03-03T10:00:00Z"), copies, limit={"per": "week"})
    assert limited(email(received_at="2026-03-03T10:00:00Z"), copies[1:], limit={"per": "week"})


def test_one_leg_that_uses_no_allowance_speaks_for_all():
    legs = [
        earlier("E1", "2026-03-02T09:00:00Z", source_id="s", uses_allowance=False),
        earlier("E2", "2026-03-02T09:00:20Z", source_id="s"),
    ]
    assert not limited(email(received_at="2026-03-03T10:00:00Z"), legs)


def test_an_unanswered_call_is_neither_counted_nor_one_too_many():
    answered = earlier("E1", BEFORE, "telephone", outcome="answered")
    missed = earlier("E1", BEFORE, "telephone", outcome="no_answer")
    assert limited(call(), [answered], ["telephone"])
    assert not limited(call(), [missed], ["telephone"])
    assert not limited(call(call={"outcome": "busy"}), [answered], ["telephone"])
    assert limited(call().model_copy(update={"call": None}), [answered], ["telephone"])


def test_channels_are_counted_together():
    assert limited(email(), [earlier("E1", BEFORE, "webform")], ["email", "webform"])
    voicemail = earlier("E1", BEFORE, "voicemail", outcome="voicemail")
    assert limited(call(), [voicemail], ["telephone", "voicemail"])


STARTS = [
    ({"starts": "2026-03-02"}, True),
    ({"starts": "2026-03-03"}, False),
    ({"notified_on": "2026-03-02"}, True),
    ({"notified_on": "2026-03-03"}, False),
]


@pytest.mark.parametrize(("dates", "expected"), STARTS)
def test_what_came_before_the_strategy_could_not_have_been_a_breach(dates, expected):
    contact = email(received_at="2026-03-04T09:00:00Z")
    assert limited(contact, [earlier("E1", BEFORE)], **dates) is expected


def test_a_channel_that_an_adjustment_exempts_uses_up_none():
    adjusted = {"adjustments": [{"id": "A1", "need": "x", "exempts": ["telephone"]}]}
    history = [earlier("E1", BEFORE, "telephone", outcome="answered")]
    assert not limited(email(), history, ["email", "telephone"], person=adjusted)
    assert limited(email(), history, ["email", "telephone"])


def test_the_one_too_many_is_diverted_and_flagged():
    limit = {"kind": "contact_limit", "channels": ["email"], "count": 1}
    decision = decided(email(), dossier(strategy(limit)), history={"contacts": [earlier("E1", BEFORE)]})
    assert breached(decision) == ["S1/R1 contact_limit"]
    assert list(diverted_to(decision)) == ["chief@council.example"]
    assert decision.contact.sender.identifier == HER_EMAIL


def test_a_record_of_one_source_is_one_contact_whatever_its_message_ids():
    both = [
        earlier("E1", "2026-03-02T08:00:00Z", source_id="s", message_id="<a@x>", body_digest="d"),
        earlier("E2", "2026-03-02T08:00:01Z", source_id="s", message_id="<b@x>", body_digest="d"),
    ]
    two = {"count": 2, "per": "month"}
    assert not limited(email(received_at="2026-03-20T09:00:00Z"), both, limit=two)
    third = earlier("E3", "2026-03-03T08:00:00Z", message_id="<b@x>", body_digest="d")
    assert not limited(email(received_at="2026-03-20T09:00:00Z"), [*both, third], limit=two)
    other = earlier("E3", "2026-03-03T08:00:00Z", message_id="<c@x>", body_digest="d")
    assert limited(email(received_at="2026-03-20T09:00:00Z"), [*both, other], limit=two)
