"""A stage follows the one before it, of which the person was told; where its letter came back since, it does not."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gateway.governance import life
from gateway.governance.lacks import Refused
from gateway.governance.letters.steps import LetterPurpose, Passage
from gateway.governance.next_step import next_step
from gateway.governance.situation import Situation
from gateway.governance.steps import StrategyStep
from gateway.governance.strategy_file import StrategyFile
from gateway.governance.strategy_fold import fold
from gateway.governance.tasks import open_tasks
from models.policy_course import StageRule
from tests.governing import ACTIVE, APPROVED, MONDAY, READY, RULES, SUBMITTED, TOLD, draft, situation, step

STAGED = RULES.model_copy(update={"stages": (StageRule(number=1, name="First"), StageRule(number=2, name="Second"))})
DECISION = step("acted", by="Hal Head", role="head", act="decision")
BACK = step("letter_came_back", letter="L1", sending=1, on=MONDAY, reason="Gone away")
SUSPENDED = step("suspended", by="Hal Head", role="head", reason="Nobody has read it.")
GIVEN_UP = step("withdrawn", by="Hal Head", role="head", reasons="Given up.")
NOTICE = step(
    "letter_written",
    letter="L1",
    purpose=LetterPurpose.NOTICE,
    passages=tuple(Passage(part=part, text="In plain words.") for part in RULES.notice.parts),
)


def told(*since: StrategyStep) -> Situation:
    """What a second stage finds: the first, in force, and what came since."""
    first = fold("CS-1", (draft(), *_completed(ACTIVE), *since))
    return situation(MONDAY + timedelta(days=1), STAGED, earlier=(first,))


def second(*steps: StrategyStep, **drafted: object) -> StrategyFile:
    return fold("CS-2", (draft(stage=2, **drafted), *_completed(steps)))


def _completed(steps: tuple[StrategyStep, ...]) -> list[StrategyStep]:
    return [one.model_copy(update={"completes": True}) if one == DECISION else one for one in steps]


def why(file: StrategyFile, one: StrategyStep, here: Situation) -> str:
    with pytest.raises(Refused) as refused:
        life.take(file, one, here)
    return " ".join(lack.text for lack in refused.value.lacks)


@pytest.mark.parametrize("since", [(BACK,), (BACK, SUSPENDED), (BACK, SUSPENDED, GIVEN_UP)])
@pytest.mark.parametrize(
    ("steps", "one"),
    [(SUBMITTED, DECISION), (APPROVED, NOTICE), (TOLD[:-2], TOLD[-2]), (TOLD, step("activated"))],
)
def test_no_stage_goes_on_after_one_that_nobody_was_told_of(
    steps: tuple[StrategyStep, ...], one: StrategyStep, since: tuple[StrategyStep, ...]
) -> None:
    refusal = why(second(*steps), one, told(*since))
    assert "nobody was told of stage 1, for the notice of CS-1 came back" in refusal
    life.take(second(*steps), one, told())
    life.take(second(*steps, reasons_for={"stage_jump": "Threats to two officers."}), one, told(*since))


def test_a_stage_before_that_came_back_is_not_one_to_submit_the_next_on() -> None:
    assert "exceptional and needs its reason" in why(second(*READY), step("submitted"), told(BACK))
    life.take(second(*READY), step("submitted"), told())


def test_what_waits_says_so_and_the_notice_is_no_task() -> None:
    here = told(BACK, SUSPENDED)
    of_it = {one.id: one for one in open_tasks(second(*APPROVED), here)}
    assert set(of_it) == {"CS-2/stage_before"}
    assert of_it["CS-2/stage_before"].to_role == "head"
    assert any("nobody was told of stage 1" in lack.text for lack in next_step(second(*SUBMITTED), here).lacks)
    assert any("nobody was told of stage 1" in lack.text for lack in next_step(second(*TOLD), here).lacks)
    assert {one.id for one in open_tasks(second(*APPROVED), told())} == {"CS-2/notice"}


def test_in_force_somebody_says_why_it_stands_and_no_letter_of_it_is_untrue_for_that() -> None:
    here, file = told(BACK), second(*ACTIVE)
    (task,) = (one for one in open_tasks(file, here) if one.id == "CS-2/stage_before")
    assert "triage strategy done CS-2 stage_before" in task.says
    said = step("task_done", by="Hal Head", role="head", at=here.day, task="stage_before", note="Threats, too.")
    done = life.take(file, said, here)
    assert "CS-2/stage_before" not in {one.id for one in open_tasks(done, here)}


def test_an_earlier_file_that_is_deleted_by_now_was_looked_at_when_the_next_was_submitted() -> None:
    here = situation(MONDAY + timedelta(days=1), STAGED)
    assert life.take(second(*SUBMITTED), DECISION, here).standing == "approved"
