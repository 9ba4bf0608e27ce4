"""Bank holidays from the shipped list, and by rule for the years it does not have."""

from __future__ import annotations

from datetime import date

import pytest

from gateway.calendars import data_reaches, easter_sunday, england_and_wales_holidays, working_calendar

PROCLAIMED = {
    # Days moved or added once: jubilees, VE Day, a funeral, a coronation.
    2012: ({"2012-06-04", "2012-06-05"}, {"2012-05-28"}),
    2020: ({"2020-05-08"}, {"2020-05-04"}),
    2022: ({"2022-06-02", "2022-06-03", "2022-09-19"}, {"2022-05-30"}),
    2023: ({"2023-05-08"}, set()),
}


@pytest.mark.parametrize("year", range(2012, 2029))
def test_the_rule_gives_what_was_published(year):
    listed = {day.isoformat() for day in working_calendar().holidays if day.year == year}
    ruled = {day.isoformat() for day in england_and_wales_holidays(year)}
    added, removed = PROCLAIMED.get(year, (set(), set()))
    assert (listed - ruled, ruled - listed) == (added, removed)


EASTERS = [(2019, "2019-04-21"), (2024, "2024-03-31"), (2026, "2026-04-05"), (2038, "2038-04-25"), (2100, "2100-03-28")]


@pytest.mark.parametrize(("year", "expected"), EASTERS)
def test_easter(year, expected):
    assert easter_sunday(year) == date.fromisoformat(expected)


def test_years_that_the_list_lacks_have_their_holidays():
    after = data_reaches().year + 1
    for year in (after, 2050, 2100):
        assert england_and_wales_holidays(year) <= working_calendar().holidays
        assert england_and_wales_holidays(year) <= working_calendar("scotland").any_uk_holidays
    assert len(england_and_wales_holidays(2050)) == 8


def test_christmas_on_a_saturday_and_new_year_on_a_sunday():
    assert {date(2032, 12, 27), date(2032, 12, 28)} <= england_and_wales_holidays(2032)
    assert date(2034, 1, 2) in england_and_wales_holidays(2034)


def test_any_part_of_the_kingdom_counts_for_the_statutory_days():
    ours = working_calendar()
    st_patrick, st_andrew = date(2026, 3, 17), date(2026, 11, 30)
    assert {st_patrick, st_andrew} <= ours.any_uk_holidays
    assert not {st_patrick, st_andrew} & ours.holidays
    assert st_andrew in working_calendar("scotland").holidays


def test_an_unknown_division_says_what_to_give():
    with pytest.raises(KeyError, match="unknown bank holiday division 'wessex'; expected one of england-and-wales"):
        working_calendar("wessex")
