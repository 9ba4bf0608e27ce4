"""What is told of a date that runs, and on which day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from governing import MONDAY
from hypothesis import given
from hypothesis import strategies as st

from gateway.governance.clocks import pack_task, register_tasks, reminders, report_tasks
from gateway.governance.task import Task, at_once
from gateway.places import config_directory
from gateway.policies import load_pack
from models.policy_records import ReportRule
from models.strategy import Strategy

PACK = load_pack(config_directory() / "policies" / "cleveland.yaml")

DAYS = [
    # days from the due day, told from (days before), what is told
    (-15, None, None),
    (-14, None, "soon"),
    (0, None, "soon"),
    (1, None, "late"),
    (400, None, "late"),
    (-6, 5, None),
    (-5, 5, "soon"),
    (1, 5, "late"),
]


@pytest.mark.parametrize(("days", "ahead", "expected"), DAYS)
def test_a_task_is_told_ahead_and_when_it_is_late(days: int, ahead: int | None, expected: str | None) -> None:
    told_from = None if ahead is None else MONDAY - timedelta(days=ahead)
    task = Task("CS-1/review", "Review the strategy", "head", MONDAY, reminded_from=told_from)
    told = reminders([task], MONDAY + timedelta(days=days), reminder_days=14)
    assert [("late" if each.late else "soon") for each in told] == ([expected] if expected else [])


def test_a_task_without_a_day_is_never_late() -> None:
    assert reminders([Task("CS-1/x", "Something", None, None)], MONDAY, reminder_days=14) == ()


def test_a_day_that_is_moved_is_told_anew_and_so_is_being_late() -> None:
    task = Task("CS-1/review", "Review the strategy", None, MONDAY)
    moved = Task("CS-1/review", "Review the strategy", None, MONDAY + timedelta(days=1))
    told = [
        *reminders([task, moved], MONDAY, reminder_days=1),
        *reminders([task], MONDAY + timedelta(days=1), reminder_days=1),
    ]
    assert len({each.key for each in told}) == 3


def test_what_should_not_be_so_at_all_is_told_as_late_from_its_first_day_and_once_said_not_each_day_anew() -> None:
    """Its day is always today, for no file says since when it is so: it would never be late, and never climb."""
    says = "Change the strategy, or end it: M-001 is open"
    days = [MONDAY, MONDAY + timedelta(days=1)]
    told = [reminders([at_once(("head",), "CS-1/open_matter", says, day)], day, reminder_days=14)[0] for day in days]
    more = reminders([at_once(("head",), "CS-1/open_matter", f"{says}, M-2", days[1])], days[1], reminder_days=14)[0]
    assert [each.late for each in (*told, more)] == [True, True, True]
    assert told[0].key == told[1].key != more.key


@given(st.lists(st.integers(-60, 60), max_size=12), st.integers(0, 30))
def test_nothing_that_is_due_is_passed_over_and_the_soonest_comes_first(offsets: list[int], ahead: int) -> None:
    tasks = [Task(f"CS-{n}/review", "Review", None, MONDAY + timedelta(days=days)) for n, days in enumerate(offsets)]
    told = reminders(tasks, MONDAY, reminder_days=ahead)
    assert {each.task.id for each in told} == {task.id for task in tasks if task.due <= MONDAY + timedelta(days=ahead)}
    assert [each.due for each in told] == sorted(each.due for each in told)


def strategy(**fields: object) -> Strategy:
    given = {"id": "CS-9", "person": "P-001", "status": "active", "starts": "2026-01-05", **fields}
    return Strategy.model_validate(given)


def test_a_strategy_that_only_the_register_knows_has_its_dates_too() -> None:
    known = strategy(review_due="2026-04-01", ends="2026-05-01")
    assert [(task.id, task.due) for task in register_tasks(known, PACK, (), MONDAY)] == [
        ("CS-9/review", date(2026, 4, 1)),
        ("CS-9/end", date(2026, 5, 1)),
    ]
    assert register_tasks(strategy(review_due="2026-04-01", status="ended"), PACK, (), MONDAY) == ()
    assert "Cleveland 9.12" in register_tasks(known, PACK, (), MONDAY)[0].cites
    for ends, due in (("2026-04-01", []), ("2028-01-05", [date(2026, 4, 5)])):
        found = register_tasks(strategy(ends=ends), PACK, (), MONDAY)
        assert [task.due for task in found if task.id == "CS-9/review"] == due
    # Nothing holds somebody unseen, nor is anybody's only contact away.
    endless = strategy(spoc={"name": "Pat Contact", "address": "pat@opcc.example"})
    assert [task.id for task in register_tasks(endless, PACK, (), MONDAY)] == ["CS-9/dates", "CS-9/deputy"]


@pytest.mark.parametrize(
    ("every", "day", "due"),
    [
        ("P1Y", date(2026, 1, 1), date(2026, 12, 31)),
        ("P1Y", date(2026, 12, 31), date(2026, 12, 31)),
        ("P3M", date(2026, 5, 2), date(2026, 6, 30)),
        ("P2Y", date(2027, 5, 2), date(2027, 12, 31)),
    ],
)
def test_a_report_is_owed_on_the_last_day_of_its_period(every: str, day: date, due: date) -> None:
    rule = ReportRule(id="figures", says="How many there were", to="chief_executive", every=every)
    pack = PACK.model_copy(update={"life": PACK.life.model_copy(update={"reports": (rule,)})})
    assert [(task.id, task.to_role, task.due) for task in report_tasks(pack, day, since=day)] == [
        (f"report/figures/{due}", "chief_executive", due)
    ]


def test_a_report_is_owed_until_it_was_given_and_not_for_what_was_before() -> None:
    rule = ReportRule(id="figures", says="How many there were", to="chief_executive", every="P3M")
    pack = PACK.model_copy(update={"life": PACK.life.model_copy(update={"reports": (rule,)})})
    begun, day, spring = date(2026, 2, 1), date(2026, 8, 1), date(2026, 6, 30)
    owed = [task.due for task in report_tasks(pack, day, given={("figures", spring)}, since=begun)]
    assert owed == [date(2026, 3, 31), date(2026, 9, 30)]
    assert [task.due for task in report_tasks(pack, day, given={("other", spring)}, since=spring)] == [
        spring,
        date(2026, 9, 30),
    ]


def test_the_policy_itself_is_reviewed() -> None:
    (task,) = pack_task(PACK)
    assert (task.id, task.due) == ("policy/cleveland/review", PACK.review_due)
    assert pack_task(PACK.model_copy(update={"review_due": None})) == ()
