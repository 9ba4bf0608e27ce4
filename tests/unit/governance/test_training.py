"""Who of the staff was trained in what: what is asked of a record, and when it waits for the next."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from gateway.governance.courses import TRAINING
from gateway.governance.lacks import Refused
from gateway.governance.tasks import open_tasks
from gateway.governance.training import taking
from gateway.governance.training.file import TrainingFile, fold
from models.policy_records import TrainingRule
from tests.case_files import step as step_of
from tests.governing import MONDAY, RULES, situation

CALLS = TrainingRule(id="calls", says="Difficult calls", to="head", every="P1Y", cites=("Warwickshire 6",))
WRITING = TrainingRule(id="writing", says="Plain English", to="head")
HERE = situation(rules=RULES.model_copy(update={"training": (CALLS, WRITING)}))


def step(kind: str, by: str = "Mo Manager", at: date = MONDAY, **fields: Any) -> Any:
    return step_of(TRAINING, kind, by, at, **fields)


def trained(training: str = "calls", on: date = MONDAY, **fields: Any) -> Any:
    return step("trained", name="Nia New", training=training, on=on, given_by="The college", **fields)


JOINED = step("joined", name="Nia New", on=MONDAY)


def due(file: TrainingFile) -> dict[str, date | None]:
    return {task.id: task.due for task in open_tasks(file, HERE)}


def test_whoever_begins_is_to_be_trained_in_everything_within_days() -> None:
    in_a_week = HERE.working_days_after(MONDAY, 5)
    assert due(taking.begin("TR-1", JOINED, HERE)) == {"TR-1/calls": in_a_week, "TR-1/writing": in_a_week}


def test_a_training_is_due_again_by_the_policys_interval_or_sooner_where_that_is_said() -> None:
    assert due(fold("TR-1", (JOINED, trained(), trained("writing")))) == {"TR-1/calls": date(2027, 3, 2)}
    soon = MONDAY + timedelta(days=90)
    assert due(fold("TR-1", (trained(next_due=soon), trained("writing", next_due=soon)))) == {
        "TR-1/calls": soon,
        "TR-1/writing": soon,
    }


def test_a_training_that_is_recorded_late_does_not_go_before_a_newer_one() -> None:
    file = fold("TR-1", (trained(), trained(on=MONDAY - timedelta(days=300)), trained("writing")))
    assert due(file) == {"TR-1/calls": date(2027, 3, 2)}


def test_an_undone_training_counts_for_nothing() -> None:
    file = fold("TR-1", (JOINED, trained(), step("undone", number=2, reason="It was somebody else.")))
    assert "calls" not in file.trained


@pytest.mark.parametrize(
    ("last", "words"),
    [
        (trained("juggling"), "the policy knows no training 'juggling'; there are calls, writing"),
        (trained(on=MONDAY + timedelta(days=1)), "the day is still to come"),
        (trained(next_due=MONDAY), "the next training comes after this one"),
        (trained(next_due=date(2027, 3, 3)), "the policy wants it again within 1 year (Warwickshire 6)"),
        (JOINED, "they have joined already"),
        (step("undone", number=1, reason="In error."), "the first record is not undone"),
    ],
)
def test_what_is_wrong_with_a_record_is_said(last: Any, words: str) -> None:
    with pytest.raises(Refused) as why:
        taking.take(taking.begin("TR-1", JOINED, HERE), last, HERE)
    assert words in str(why.value)


def test_nothing_is_due_of_somebody_who_has_left_and_nothing_more_is_recorded() -> None:
    gone = taking.take(taking.begin("TR-1", JOINED, HERE), step("left", on=MONDAY), HERE)
    assert due(gone) == {}
    with pytest.raises(Refused, match="they have left"):
        taking.take(gone, trained(), HERE)
