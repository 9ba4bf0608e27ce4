"""What stops and extends a statutory clock, with the dates worked out by hand."""

from __future__ import annotations

import re
from datetime import date, timedelta

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


def waiting() -> RightsClock:
    return pause(clock(), Why.IDENTITY, MONDAY)


def by(one: RightsClock) -> date:
    return due(one, PACK, CALENDAR)


def test_an_undisturbed_clock_ends_on_the_statutory_date():
    for right in (SAR, FOI, EIR, Label.DATA_PROTECTION_COMPLAINT):
        assert by(clock(right)) == answer_due(right, MONDAY, PACK, CALENDAR)
    assert by(clock()) == date(2026, 4, 2)


def test_a_clock_that_stands_still_is_looked_at_again_after_a_month():
    assert by(pause(clock(), Why.CLARIFICATION, date(2026, 3, 10))) == date(2026, 4, 10)
    again = pause(resume(waiting(), date(2026, 3, 3)), Why.CLARIFICATION, date(2026, 3, 12))
    assert by(again) == date(2026, 4, 12)


ANSWERED = [
    # Begun anew on 10 March: a month from then, or twenty working days (17 March, 3 and 6 April are holidays).
    (SAR, Why.IDENTITY, date(2026, 4, 10)),
    (Label.DATA_RIGHTS_REQUEST, Why.IDENTITY, date(2026, 4, 10)),
    (FOI, Why.CLARIFICATION, date(2026, 4, 10)),
    (EIR, Why.CLARIFICATION, date(2026, 4, 10)),
    # A month from 2 March, and the seven days that did not count.
    (SAR, Why.CLARIFICATION, date(2026, 4, 9)),
]


@pytest.mark.parametrize(("right", "why", "expected"), ANSWERED)
def test_what_the_law_says_of_the_days_in_which_we_wait(right, why, expected):
    """UK GDPR Art.12A, Freedom of Information Act 2000 s.1(3), Environmental Information Regulations 2004 reg.9."""
    assert by(resume(pause(clock(right), why, date(2026, 3, 3)), date(2026, 3, 10))) == expected


def test_days_that_did_not_count_are_added_to_the_month_and_not_to_a_date_that_easter_moved():
    """Received on 4 March 2026; 4 April is the Saturday before Easter, and six days on is a Friday of work."""
    asked = pause(clock(received=date(2026, 3, 4)), Why.CLARIFICATION, date(2026, 3, 6))
    assert by(clock(received=date(2026, 3, 4))) == date(2026, 4, 7)
    assert by(resume(asked, date(2026, 3, 12))) == date(2026, 4, 10)


WAITS = [
    ([], date(2026, 4, 2)),
    ([(Why.CLARIFICATION, 3, 3)], date(2026, 4, 2)),
    # 4 April is a Saturday, 6 April Easter Monday.
    ([(Why.CLARIFICATION, 10, 12)], date(2026, 4, 7)),
    ([(Why.CLARIFICATION, 3, 6), (Why.CLARIFICATION, 9, 14)], date(2026, 4, 10)),
    ([(Why.CLARIFICATION, 3, 6), (Why.CLARIFICATION, 6, 11)], date(2026, 4, 10)),
    # What did not count before the whole period began anew is not added to it.
    ([(Why.CLARIFICATION, 3, 6), (Why.IDENTITY, 7, 13)], date(2026, 4, 13)),
    ([(Why.IDENTITY, 3, 10), (Why.CLARIFICATION, 11, 14)], date(2026, 4, 13)),
    ([(Why.IDENTITY, 3, 10), (Why.CLARIFICATION, 11, 15)], date(2026, 4, 14)),
]


@pytest.mark.parametrize(("waits", "expected"), WAITS)
def test_days_in_which_we_wait_add_up_until_the_period_begins_anew(waits, expected):
    one = clock()
    for why, since, until in waits:
        one = resume(pause(one, why, date(2026, 3, since)), date(2026, 3, until))
    assert by(one) == expected


EXTENDED = [
    (SAR, date(2026, 4, 2), date(2026, 6, 2), "UK GDPR Art.12A"),
    (Label.DATA_RIGHTS_REQUEST, date(2026, 4, 2), date(2026, 6, 2), "UK GDPR Art.12A"),
    # Forty working days: 17 March, 3 and 6 April are holidays.
    (FOI, date(2026, 3, 31), date(2026, 4, 30), "Freedom of Information Act 2000 s.10(3)"),
    (EIR, date(2026, 3, 31), date(2026, 4, 30), "Environmental Information Regulations 2004 reg.7"),
]


@pytest.mark.parametrize(("right", "first", "extended", "cites"), EXTENDED)
def test_more_time_is_given_to_whoever_is_told_before_the_first_period_is_over(right, first, extended, cites):
    assert by(clock(right)) == first
    for told in (MONDAY, first):
        assert by(extend(clock(right), told, PACK, CALENDAR)) == extended
    for told in (MONDAY - timedelta(days=1), first + timedelta(days=1)):
        with pytest.raises(NotAllowed, match=re.escape(f"between 2026-03-02 and {first} ({cites})")):
            extend(clock(right), told, PACK, CALENDAR)


def test_more_time_is_added_to_days_that_did_not_count_and_to_a_period_begun_anew():
    clarified = resume(pause(clock(), Why.CLARIFICATION, date(2026, 3, 3)), date(2026, 3, 10))
    assert by(extend(clarified, date(2026, 4, 9), PACK, CALENDAR)) == date(2026, 6, 9)
    proved = resume(pause(clock(), Why.IDENTITY, date(2026, 3, 3)), date(2026, 3, 10))
    assert by(extend(proved, date(2026, 4, 10), PACK, CALENDAR)) == date(2026, 6, 10)


def test_an_extension_is_three_months_from_the_start_not_two_from_a_date_moved_by_a_weekend():
    received = date(2026, 1, 30)
    assert by(clock(received=received)) == date(2026, 3, 2)  # 28 February is a Saturday
    assert by(extend(clock(received=received), date(2026, 2, 10), PACK, CALENDAR)) == date(2026, 4, 30)


REFUSED = [
    (
        lambda: pause(clock(FOI), Why.IDENTITY, MONDAY),
        "the clock of a foi request does not stop for identity; it stops for clarification",
    ),
    (
        lambda: pause(clock(Label.DATA_RIGHTS_REQUEST), Why.CLARIFICATION, MONDAY),
        "the clock of a data rights request does not stop for clarification; it stops for identity",
    ),
    (
        lambda: pause(clock(Label.COMPLAINT), Why.CLARIFICATION, MONDAY),
        "the clock of a complaint does not stop for clarification; it stops for nothing",
    ),
    (
        lambda: pause(clock(Label.DATA_PROTECTION_COMPLAINT), Why.IDENTITY, MONDAY),
        "the clock of a data protection complaint does not stop for identity; it stops for nothing",
    ),
    (lambda: pause(waiting(), Why.IDENTITY, MONDAY), "it has stood still since 2026-03-02 already"),
    (lambda: pause(clock(), Why.IDENTITY, date(2026, 3, 1)), "it cannot have stopped before that"),
    (
        lambda: pause(resume(waiting(), date(2026, 3, 10)), Why.IDENTITY, date(2026, 3, 9)),
        "it cannot have stopped before that",
    ),
    (lambda: resume(clock(), MONDAY), "it does not stand still"),
    (lambda: resume(resume(waiting(), MONDAY), MONDAY), "it does not stand still"),
    (
        lambda: resume(waiting(), date(2026, 3, 1)),
        "it stopped on 2026-03-02, and cannot have run on before",
    ),
    (
        lambda: extend(clock(Label.COMPLAINT), MONDAY, PACK, CALENDAR),
        "the law gives no more time for a complaint",
    ),
    (
        lambda: extend(extend(clock(), MONDAY, PACK, CALENDAR), MONDAY, PACK, CALENDAR),
        "it was extended already, and is so only once",
    ),
    (
        lambda: extend(waiting(), MONDAY, PACK, CALENDAR),
        "it stands still; say first when the person answered",
    ),
]


@pytest.mark.parametrize(("act", "why"), REFUSED)
def test_what_the_law_does_not_allow_is_refused(act, why):
    with pytest.raises(NotAllowed, match=f"^{why}$"):
        act()


@given(st.dates(date(2025, 1, 1), date(2027, 6, 1)), st.integers(0, 40), st.integers(0, 60), st.sampled_from(list(Why)))
def test_waiting_never_shortens_the_time_to_answer(received, after, waited, why):
    asked = received + timedelta(days=after)
    again = resume(pause(clock(received=received), why, asked), asked + timedelta(days=waited))
    assert by(again) >= by(clock(received=received))
    assert CALENDAR.statutory_day(by(again)) == by(again)
