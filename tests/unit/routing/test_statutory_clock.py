"""What stops and extends a statutory clock, with the dates worked out by hand."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.calendars import working_calendar
from gateway.places import config_directory
from gateway.policies import load_pack
from models.finding import Label
from routing.rights import answer_due
from routing.statutory_clock import NotAllowed, RightsClock, Why, due, extend, pause, resume

PACK = load_pack(config_directory() / "policies" / "generic.yaml")
CALENDAR = working_calendar(PACK.holidays)
SAR, FOI, EIR = Label.SUBJECT_ACCESS_REQUEST, Label.FOI_REQUEST, Label.EIR_REQUEST
MONDAY = date(2026, 3, 2)


def clock(right: Label = SAR, received: date = MONDAY) -> RightsClock:
    return RightsClock(right, received)


def by(one: RightsClock) -> date:
    return due(one, PACK, CALENDAR)


def test_an_undisturbed_clock_ends_on_the_statutory_date():
    for right in (SAR, FOI, EIR, Label.DATA_PROTECTION_COMPLAINT):
        assert by(clock(right)) == answer_due(right, MONDAY, PACK, CALENDAR)
    assert by(clock()) == date(2026, 4, 2)


def test_days_in_which_we_wait_for_a_clarification_do_not_count():
    stopped = pause(clock(), Why.CLARIFICATION, date(2026, 3, 10))
    assert by(stopped) == date(2026, 4, 10)  # a month on, somebody looks again
    # Two days lost: 4 April is a Saturday, 6 April Easter Monday.
    assert by(resume(stopped, date(2026, 3, 12))) == date(2026, 4, 7)


def test_proof_of_identity_starts_the_whole_period():
    started = resume(pause(clock(), Why.IDENTITY, date(2026, 3, 3)), date(2026, 3, 20))
    assert by(started) == date(2026, 4, 20)


def test_a_clarified_foi_request_is_counted_from_the_answer():
    again = resume(pause(clock(FOI), Why.CLARIFICATION, date(2026, 3, 3)), date(2026, 3, 9))
    assert by(again) == answer_due(FOI, date(2026, 3, 9), PACK, CALENDAR)


def test_an_extension_is_three_months_from_the_start_not_two_from_a_date_moved_by_a_weekend():
    received = date(2026, 1, 30)
    assert by(clock(received=received)) == date(2026, 3, 2)  # 28 February is a Saturday
    assert by(extend(clock(received=received), date(2026, 2, 10), PACK, CALENDAR)) == date(2026, 4, 30)


def test_an_eir_extension_makes_forty_working_days():
    longer = extend(clock(EIR), date(2026, 3, 9), PACK, CALENDAR)
    assert by(longer) == CALENDAR.add_statutory_working_days(MONDAY, 40)


@pytest.mark.parametrize("told", [date(2026, 3, 1), date(2026, 4, 3)])
def test_an_extension_that_is_not_told_in_the_first_month_is_refused(told):
    with pytest.raises(NotAllowed, match=r"between 2026-03-02 and 2026-04-02 \(UK GDPR Art\.12A\)"):
        extend(clock(), told, PACK, CALENDAR)


REFUSED = [
    (lambda: pause(clock(FOI), Why.IDENTITY, MONDAY), "stops for clarification"),
    (lambda: pause(clock(Label.COMPLAINT), Why.CLARIFICATION, MONDAY), "stops for nothing"),
    (lambda: pause(clock(Label.DATA_PROTECTION_COMPLAINT), Why.IDENTITY, MONDAY), "stops for nothing"),
    (lambda: pause(pause(clock(), Why.IDENTITY, MONDAY), Why.IDENTITY, MONDAY), "stood still since 2026-03-02"),
    (lambda: pause(clock(), Why.IDENTITY, date(2026, 3, 1)), "cannot have stopped"),
    (lambda: resume(clock(), MONDAY), "does not stand still"),
    (lambda: resume(pause(clock(), Why.IDENTITY, MONDAY), date(2026, 3, 1)), "cannot have run on"),
    (lambda: extend(clock(Label.COMPLAINT), MONDAY, PACK, CALENDAR), "gives no more time"),
    (lambda: extend(extend(clock(), MONDAY, PACK, CALENDAR), MONDAY, PACK, CALENDAR), "only once"),
    (lambda: extend(pause(clock(), Why.IDENTITY, MONDAY), MONDAY, PACK, CALENDAR), "stands still"),
]


@pytest.mark.parametrize(("act", "why"), REFUSED)
def test_what_the_law_does_not_allow_is_refused(act, why):
    with pytest.raises(NotAllowed, match=why):
        act()


@given(st.dates(date(2025, 1, 1), date(2027, 6, 1)), st.integers(0, 40), st.integers(0, 60), st.sampled_from(list(Why)))
def test_waiting_never_shortens_the_time_to_answer(received, after, waited, why):
    from datetime import timedelta

    asked = received + timedelta(days=after)
    again = resume(pause(clock(received=received), why, asked), asked + timedelta(days=waited))
    assert by(again) >= by(clock(received=received))
    assert CALENDAR.statutory_day(by(again)) == by(again)
