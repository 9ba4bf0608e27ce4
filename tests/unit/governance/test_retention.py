"""When a period is over, what keeps a record all the same, and which holds a policy allows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from gateway.governance import holds
from gateway.governance.holds import HoldFile, Placed
from gateway.governance.lacks import Refused
from gateway.governance.retention import STRICT, Record, begun_by, code_of, contact_rules, judge, judge_contact
from gateway.governance.situation import later_by
from models.policy_records import RetentionRule
from tests.governing import MONDAY, RULES, situation

DORMANT = RetentionRule(
    record="strategy",
    trigger="dormant",
    period="P24M",
    exceptions=("repeated_history", "legal_hold"),
    cites=("Wealden L150-L154",),
)
CLOSED = RetentionRule(record="incident", trigger="closed", period="P12M", exceptions=("legal_hold",))
SHORT = {"exceptions": ("repeated_history",), "exception_lasts": "P6M"}
WITH_RULES = RULES.model_copy(update={"retention": (DORMANT, CLOSED)})


def record(id_: str = "CS-1", *, kind: str = "strategy", closed: bool = True, **more) -> Record:
    given = {"person": "P-001", "opened": date(2020, 1, 6), "steps": 9, "rules": (DORMANT, CLOSED), **more}
    given.setdefault("since", {"dormant": date(2024, 3, 1)} if closed and kind == "strategy" else {})
    return Record(id=id_, kind=kind, closed=closed, **given)


def hold(subject: str, *, until: date | None = None, because: str = "legal_hold") -> HoldFile:
    return HoldFile("RH-1", subject, because, "A claim is expected.", until)


def test_a_dormant_strategy_is_due_when_its_months_are_over_and_not_a_day_before():
    (judged,) = judge([record()], (), MONDAY)
    assert judged.due == date(2026, 3, 1)
    assert judged.is_due(date(2026, 3, 1)) and not judged.is_due(date(2026, 2, 28))
    assert judged.because == "strategy: 24 months after it was dormant (Wealden L150-L154)"


def test_a_record_without_a_rule_or_that_anything_can_still_happen_in_is_never_due():
    assert not judge([record(kind="complex_case", since={"closed": date(2001, 1, 1)})], (), MONDAY)
    assert not judge([record(closed=False)], (), MONDAY)
    assert not judge([record(since={})], (), MONDAY)
    assert not judge([record(since={"ended": date(2001, 1, 1)})], (), MONDAY)


def test_activity_while_it_rests_begins_its_period_anew():
    later = record("IN-1", kind="incident", opened=date(2025, 6, 2), since={"closed": date(2025, 6, 3)})
    by_id = {judged.record.id: judged for judged in judge([record(), later], (), MONDAY)}
    assert by_id["CS-1"].due == date(2027, 6, 2)


def test_a_hold_on_the_record_or_its_person_keeps_it_until_the_hold_ends():
    for subject in ("CS-1", "P-001"):
        (judged,) = judge([record()], [hold(subject)], MONDAY)
        assert not judged.is_due(MONDAY)
        assert "legal hold" in judged.kept_by[0] and "RH-1" in judged.kept_by[0]
    (judged,) = judge([record()], [hold("CS-1", until=date(2026, 3, 1))], MONDAY)
    assert judged.is_due(MONDAY)
    (judged,) = judge([record(person=None)], [hold("CS-2"), hold("P-001")], MONDAY)
    assert judged.is_due(MONDAY)


def test_an_exception_on_a_person_keeps_only_those_of_their_records_that_the_policy_has_it_for():
    given = {"because": "repeated_history", "until": date(2027, 3, 2)}
    placed = holds.begin("RH-1", placing(**given), situation(rules=WITH_RULES))
    incident = record("IN-1", kind="incident", since={"closed": date(2020, 6, 1)})
    answers = record("BR-1", kind="breach_response", since={"dormant": date(2024, 3, 1)})
    answers = replace(answers, rules=(DORMANT.model_copy(update={"record": "breach_response"}),))
    kept = {judged.record.id: bool(judged.kept_by) for judged in judge([record(), incident, answers], [placed], MONDAY)}
    assert kept == {"CS-1": True, "IN-1": False, "BR-1": True}
    asked = judge_contact(contact(), {"P-001"}, [placed], {}, MONDAY)
    assert asked is not None and asked.is_due(MONDAY)


def test_an_exception_of_other_records_is_refused_for_a_file_and_lasts_no_longer_than_each_allows():
    rules = RULES.model_copy(update={"retention": (DORMANT, CLOSED.model_copy(update=SHORT))})

    def refused(**fields) -> str:
        with pytest.raises(Refused) as refused:
            holds.begin("RH-1", placing(because="repeated_history", **fields), situation(rules=rules))
        return str(refused.value)

    until = date(2026, 9, 3)
    said = refused(subject="DS-1", records=("disclosure",), until=until)
    assert "the policy has no exception 'repeated_history' for a disclosure; there are legal_hold" in said
    assert "at most 6 months" in refused(until=until) and "at most 6 months" in refused(
        records=("incident",), until=until
    )
    of_strategy = placing(because="repeated_history", subject="CS-1", records=("strategy",), until=until)
    assert holds.begin("RH-1", of_strategy, situation(rules=rules)).records == ("strategy",)


def test_an_open_challenge_keeps_what_it_is_about():
    challenge = record("CH-1", kind="challenge", closed=False)
    (judged,) = judge([record(), challenge], (), MONDAY)
    assert judged.kept_by == ("CH-1 is open, which may need it",)


def test_the_code_stands_for_one_list_as_it_was_read():
    one = judge([record()], (), MONDAY)
    two = judge([record(steps=10)], (), MONDAY)
    both = judge([record(), record("CS-2", person="P-002")], (), MONDAY)
    assert len({code_of(one), code_of(two), code_of(both)}) == 3
    assert code_of(one) == code_of(judge([record()], (), MONDAY))


def contact(**more) -> Record:
    given = {"person": None, "since": {"closed": date(2024, 3, 1)}, "rules": (STRICT,), **more}
    return record("C-1", kind="contact", **given)


def test_a_contact_goes_by_the_policys_rule_or_else_by_the_strict_default():
    policys = RetentionRule(record="contact", trigger="closed", period="P6M")
    assert contact_rules([DORMANT, policys]) == (policys,)
    assert contact_rules([DORMANT]) == (STRICT,)
    judged = judge_contact(contact(), (), (), {}, MONDAY)
    assert judged is not None and judged.due == date(2026, 3, 1) and judged.is_due(MONDAY)
    assert judge_contact(contact(rules=(CLOSED,)), (), (), {}, MONDAY) is None


def test_a_contact_is_kept_by_what_is_open_of_anybody_it_may_be_from():
    needed_by = {"P-001": {"IN-1"}, "P-002": {"CS-9"}, "P-003": {"CS-4"}}
    judged = judge_contact(contact(), {"P-001", "P-002"}, [hold("P-002")], needed_by, MONDAY)
    assert judged is not None and not judged.is_due(MONDAY)
    assert judged.kept_by == (
        "legal hold (RH-1)",
        "CS-9 is open, which may need it",
        "IN-1 is open, which may need it",
    )


@pytest.mark.parametrize("period", ["P3M", "P24M", "P1Y", "P28D", "P1M2D"])
def test_the_last_day_from_which_a_period_is_over_is_the_last(period):
    for shift in range(800):
        day = MONDAY + timedelta(days=shift)
        begun = begun_by(day, period)
        assert later_by(begun, period) <= day < later_by(begun + timedelta(days=1), period)


def placing(**fields) -> Placed:
    given = {"at": "2026-03-02T12:00:00Z", "by": "Ann Author", "subject": "P-001", "reason": "It came up again."}
    return Placed(**{**given, **fields})


def refusals(**fields) -> str:
    with pytest.raises(Refused) as refused:
        holds.begin("RH-1", placing(**fields), situation(rules=WITH_RULES))
    return str(refused.value)


def test_only_a_legal_hold_may_be_without_an_end():
    assert holds.begin("RH-1", placing(because="legal_hold"), situation(rules=WITH_RULES)).until is None
    assert "at most 1 year from now" in refusals(because="repeated_history")
    assert "at most 1 year from now" in refusals(because="repeated_history", until=date(2027, 3, 3))
    assert holds.begin("RH-1", placing(because="repeated_history", until=date(2027, 3, 2)), situation(rules=WITH_RULES))


def test_an_exception_that_the_policy_does_not_know_is_refused():
    assert "there are legal_hold, repeated_history" in refusals(because="forgotten", until=date(2026, 6, 1))
    assert "has passed" in refusals(because="legal_hold", until=MONDAY)


def test_a_released_hold_holds_nothing_and_is_not_released_again():
    placed = holds.begin("RH-1", placing(because="legal_hold"), situation(rules=WITH_RULES))
    step = holds.HOLD_STEP.validate_python(
        {"kind": "released", "at": "2026-03-03T12:00:00Z", "by": "Ann Author", "reason": "It was settled."}
    )
    released = holds.take(placed, step, situation(rules=WITH_RULES))
    assert placed.holds("P-001", "incident", MONDAY) and not released.holds("P-001", "incident", MONDAY)
    with pytest.raises(Refused):
        holds.take(released, step, situation(rules=WITH_RULES))
