"""Slots, occurrences, carry-over and allowances of `call_window` (CONTRACT §3)."""

from __future__ import annotations

import pytest
from deciding import breached, call, decided, dossier, earlier, everything

WED = {"days": ["wed"], "from": "10:00", "until": "11:00"}
DAILY = {"days": ["mon", "tue", "wed", "thu", "fri"], "from": "10:00", "until": "11:00"}
MON = {"days": ["mon"], "from": "10:00", "until": "11:00"}


def window(*slots, **fields):
    return everything({"kind": "call_window", "slots": list(slots), **fields})


def rang(received_at, outcome="answered", id_="E1", **fields):
    return earlier(id_, received_at, "telephone", outcome=outcome, **fields)


def is_breach(received_at, one, *history, **facts):
    decision = decided(call(received_at, call=facts), dossier(one), history={"contacts": history})
    assert breached(decision) in ([], ["S1/R1 call_window"])
    assert decision.deliveries == ()
    return bool(decision.breaches)


HOURS = [
    ("2026-03-04T10:00:00Z", WED, False),
    ("2026-03-04T09:59:59Z", WED, True),
    ("2026-03-04T10:59:59Z", WED, False),
    ("2026-03-04T11:00:00Z", WED, True),
    ("2026-03-03T10:30:00Z", WED, True),
    # Clocks go forward on 29 March 2026: ten o'clock is 09:00 UTC from then on.
    ("2026-04-01T09:00:00Z", WED, False),
    ("2026-04-01T10:30:00Z", WED, True),
    ("2026-04-01T08:59:59Z", WED, True),
    # 1 April is the first Wednesday, 29 April the fifth and last, 27 May the fourth and last.
    ("2026-04-01T09:30:00Z", {**WED, "ordinal": 1}, False),
    ("2026-04-08T09:30:00Z", {**WED, "ordinal": 1}, True),
    ("2026-04-08T09:30:00Z", {**WED, "ordinal": 2}, False),
    ("2026-04-29T09:30:00Z", {**WED, "ordinal": 5}, False),
    ("2026-04-29T09:30:00Z", {**WED, "ordinal": -1}, False),
    ("2026-05-27T09:30:00Z", {**WED, "ordinal": -1}, False),
    ("2026-05-20T09:30:00Z", {**WED, "ordinal": -1}, True),
    ("2026-05-27T09:30:00Z", {**WED, "ordinal": 4}, False),
    ("2026-03-04T23:59:30Z", {"days": ["wed"], "from": "10:00", "until": "24:00"}, False),
]


@pytest.mark.parametrize(("received_at", "slot", "expected"), HOURS)
def test_hours(received_at, slot, expected):
    assert is_breach(received_at, window(slot)) is expected


@pytest.mark.parametrize(
    ("received_at", "expected"),
    [
        ("2026-03-04T10:30:00Z", False),
        ("2026-03-04T12:30:00Z", True),
        ("2026-03-04T14:30:00Z", False),
    ],
)
def test_a_call_in_any_of_several_slots_is_allowed(received_at, expected):
    assert is_breach(received_at, window(WED, {"days": ["wed"], "from": "14:00", "until": "15:00"})) is expected


def test_a_slot_on_a_bank_holiday_is_still_a_slot():
    assert not is_breach("2026-05-04T09:20:00Z", window(MON))


CARRIED = [
    # Monday 4 May 2026 is a bank holiday: Tuesday's same hours are open, Wednesday's are not.
    ("2026-05-05T09:20:00Z", MON, (), False),
    ("2026-05-05T10:20:00Z", MON, (), True),
    ("2026-05-06T09:20:00Z", MON, (), True),
    # A slot on a Saturday is carried to Monday; on Good Friday, over Easter, to Tuesday.
    ("2026-03-09T10:30:00Z", {**MON, "days": ["sat"]}, (), False),
    ("2026-03-10T10:30:00Z", {**MON, "days": ["sat"]}, (), True),
    ("2026-04-07T09:30:00Z", {**MON, "days": ["fri"]}, (), False),
    ("2026-04-04T09:30:00Z", {**MON, "days": ["fri"]}, (), True),
    # Nobody answered: Thursday's same hours are open.
    ("2026-03-05T10:30:00Z", WED, (rang("2026-03-04T10:30:00Z", "no_answer"),), False),
    ("2026-03-05T10:30:00Z", WED, (rang("2026-03-04T10:30:00Z", "voicemail"),), False),
    ("2026-03-06T10:30:00Z", WED, (rang("2026-03-04T10:30:00Z", "no_answer"),), True),
    ("2026-03-05T10:30:00Z", WED, (rang("2026-03-04T11:30:00Z", "no_answer"),), True),
    ("2026-03-05T10:30:00Z", WED, (rang("2026-03-04T09:30:00Z", "no_answer"),), True),
    ("2026-03-05T10:30:00Z", WED, (rang("2026-02-25T10:30:00Z", "no_answer"),), True),
    # The slot that nobody answered in holds its first moment and not its last.
    ("2026-03-05T10:30:00Z", WED, (rang("2026-03-04T10:00:00Z", "no_answer"),), False),
    ("2026-03-05T10:30:00Z", WED, (rang("2026-03-04T09:59:59Z", "no_answer"),), True),
    ("2026-03-05T10:30:00Z", WED, (rang("2026-03-04T10:59:59Z", "no_answer"),), False),
    ("2026-03-05T10:30:00Z", WED, (rang("2026-03-04T11:00:00Z", "no_answer"),), True),
    ("2026-03-05T10:30:00Z", WED, (rang("2026-03-04T10:30:00Z", "answered"),), True),
    (
        "2026-03-05T10:30:00Z",
        WED,
        (rang("2026-03-04T10:10:00Z", "no_answer"), rang("2026-03-04T10:40:00Z", "answered", "E2")),
        True,
    ),
    ("2026-03-05T10:30:00Z", WED, (), True),
    # Saturday is no working day, so nothing is carried to it.
    ("2026-03-07T10:30:00Z", {**WED, "days": ["fri"]}, (rang("2026-03-06T10:30:00Z", "no_answer"),), True),
    ("2026-03-09T10:30:00Z", {**WED, "days": ["fri"]}, (rang("2026-03-06T10:30:00Z", "busy"),), False),
]


@pytest.mark.parametrize(("received_at", "slot", "history", "expected"), CARRIED)
def test_the_next_working_day(received_at, slot, history, expected):
    assert is_breach(received_at, window(slot), *history) is expected


ALLOWANCES = [
    # per, calls, earlier calls, this call, breach
    ("slot", 1, ["2026-03-02T10:05:00Z"], "2026-03-02T10:30:00Z", True),
    ("slot", 2, ["2026-03-02T10:05:00Z"], "2026-03-02T10:30:00Z", False),
    ("slot", 1, ["2026-03-02T10:05:00Z"], "2026-03-03T10:30:00Z", False),
    ("slot", 1, ["2026-03-02T12:05:00Z"], "2026-03-02T10:30:00Z", False),
    ("slot", 1, ["2026-03-02T09:05:00Z"], "2026-03-02T10:30:00Z", False),
    ("slot", 1, ["2026-03-02T10:00:00Z"], "2026-03-02T10:30:00Z", True),
    ("slot", 1, ["2026-03-02T09:59:59Z"], "2026-03-02T10:30:00Z", False),
    ("slot", 0, [], "2026-03-02T10:30:00Z", True),
    ("day", 1, ["2026-03-02T09:05:00Z"], "2026-03-02T10:30:00Z", True),
    ("day", 1, ["2026-03-02T10:05:00Z"], "2026-03-03T10:30:00Z", False),
    ("week", 1, ["2026-03-02T10:05:00Z"], "2026-03-06T10:30:00Z", True),
    ("week", 1, ["2026-03-06T10:05:00Z"], "2026-03-09T10:30:00Z", False),
    ("week", 2, ["2026-03-02T10:05:00Z"], "2026-03-06T10:30:00Z", False),
    ("month", 1, ["2026-03-02T10:05:00Z"], "2026-03-31T09:30:00Z", True),
    ("month", 1, ["2026-02-27T10:05:00Z"], "2026-03-02T10:30:00Z", False),
    ("month", None, ["2026-03-02T10:05:00Z"], "2026-03-02T10:30:00Z", False),
    # 23:30 UTC on 31 March is 00:30 on 1 April in London.
    ("month", 1, ["2026-03-31T23:30:00Z"], "2026-04-01T09:30:00Z", True),
]


@pytest.mark.parametrize(("per", "calls", "history", "received_at", "expected"), ALLOWANCES)
def test_allowances(per, calls, history, received_at, expected):
    contacts = [rang(moment, id_=f"E{n}") for n, moment in enumerate(history)]
    assert is_breach(received_at, window(DAILY, calls=calls, per=per), *contacts) is expected


@pytest.mark.parametrize("outcome", ["no_answer", "busy", "failed", "voicemail", "abandoned", "blocked"])
def test_a_call_that_nobody_answers_uses_up_none(outcome):
    one = window(DAILY, calls=1, per="week")
    assert not is_breach("2026-03-04T10:30:00Z", one, rang("2026-03-02T10:30:00Z", outcome))
    assert not is_breach("2026-03-04T10:30:00Z", one, rang("2026-03-02T10:30:00Z"), outcome=outcome)
    assert is_breach("2026-03-04T10:30:00Z", one, rang("2026-03-02T10:30:00Z"), outcome=None)
    assert is_breach("2026-03-04T12:30:00Z", one, outcome=outcome)


def test_a_carried_slot_is_one_more_call_and_no_more():
    one = window(DAILY, calls=1)
    first, second = rang("2026-05-05T09:10:00Z"), rang("2026-05-05T09:20:00Z", id_="E2")
    assert not is_breach("2026-05-05T09:30:00Z", one, first)
    assert is_breach("2026-05-05T09:30:00Z", one, first, second)
    # Somebody did answer on the bank holiday: that occurrence is used up.
    assert is_breach("2026-05-05T09:30:00Z", one, rang("2026-05-04T09:30:00Z", id_="E0"), first)
    assert is_breach("2026-05-05T09:30:00Z", one, rang("2026-05-04T09:00:00Z", id_="E0"), first)
    assert not is_breach("2026-05-05T09:30:00Z", one, rang("2026-05-04T10:00:00Z", id_="E0"), first)


def test_overlapping_slots_each_allow_their_own():
    long = {"days": ["mon"], "from": "10:00", "until": "12:00"}
    one = window(MON, long, calls=1)
    assert is_breach("2026-03-02T10:30:00Z", one, rang("2026-03-02T10:10:00Z"))
    assert not is_breach("2026-03-02T10:30:00Z", one, rang("2026-03-02T11:10:00Z"))


def test_only_calls_are_counted_and_only_calls_are_judged():
    one = window(DAILY, calls=1, per="week")
    assert not is_breach("2026-03-04T10:30:00Z", one, earlier("E1", "2026-03-02T10:30:00Z", "voicemail"))
    assert not is_breach("2026-03-04T10:30:00Z", one, earlier("E1", "2026-03-02T10:30:00Z"))


def test_a_call_record_without_facts_is_taken_as_answered():
    contact = call("2026-03-04T10:30:00Z").model_copy(update={"call": None})
    one = window(DAILY, calls=1, per="week")
    decision = decided(contact, dossier(one), history={"contacts": [rang("2026-03-02T10:30:00Z")]})
    assert breached(decision) == ["S1/R1 call_window"]
