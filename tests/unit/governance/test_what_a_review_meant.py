"""What a review decided to change is not forgotten because the strategy was made stricter after a breach."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gateway.governance import life
from gateway.governance.lacks import Refused
from gateway.governance.steps import StrategyStep
from gateway.governance.strategy_file import StrategyFile
from gateway.governance.strategy_fold import fold
from gateway.governance.tasks import open_tasks
from models.restriction import ChannelBlocked
from tests.governing import ACTIVE, MONDAY, draft, situation, step

FRIDAY = MONDAY + timedelta(days=4)
TELEPHONE = ChannelBlocked(id="R2", kind="channel_blocked", channels=("telephone",))
REVIEWED = step(
    "reviewed", by="Rae Reviewer", role="head", at=MONDAY, outcome="change", reasons="One letter a month will do.",
    next_review=MONDAY + timedelta(days=60), told=True,
)  # fmt: skip
STRICTER = step(
    "changed", by="Hal Head", role="head", at=FRIDAY, restrictions=(*draft().restrictions, TELEPHONE),
    reasons="Three breaches.",
)  # fmt: skip
IN_FORCE = step("change_in_force", at=FRIDAY)


def made(*steps: StrategyStep) -> StrategyFile:
    return fold("CS-1", (draft(), *ACTIVE, REVIEWED, *steps))


def waiting(file: StrategyFile) -> dict[str, str]:
    return {task.id: task.says for task in open_tasks(file, situation(FRIDAY))}


def meant(by: str, role: str | None = "head") -> StrategyStep:
    return step("task_done", by=by, role=role, at=FRIDAY, task="review_meant", note="Stricter it was to be.")


def lacking(file: StrategyFile, one: StrategyStep) -> str:
    with pytest.raises(Refused) as refused:
        life.take(file, one, situation(FRIDAY))
    return "; ".join(lack.text for lack in refused.value.lacks)


@pytest.mark.parametrize("in_force", [True, False])
def test_made_stricter_it_waits_still(in_force: bool) -> None:
    assert "CS-1/change" in waiting(made())
    stricter = made(STRICTER, *([IN_FORCE] if in_force else []))
    says = waiting(stricter)
    assert "CS-1/change" not in says
    assert "all that was decided since is stricter: change it" in says["CS-1/review_meant"]
    milder = step(
        "changed", by="Hal Head", role="head", at=FRIDAY, restrictions=(TELEPHONE,), reasons="As the review says."
    )
    assert "CS-1/review_meant" not in waiting(made(*stricter.steps[len(made().steps) :], IN_FORCE, milder))


def test_that_it_was_meant_says_whoever_reviews_and_did_not_make_it_stricter() -> None:
    stricter = made(STRICTER, IN_FORCE)
    for by in ("Hal Head", "H. Head"):
        assert "made it stricter since" in lacking(stricter, meant(by))
    assert "saying what a review meant is for the head of service" in lacking(stricter, meant("Ann Author", None))
    # The author of the draft reviews nothing of it, whatever role they say.
    assert "another reviews" in lacking(stricter, meant("Ann Author"))
    for by in ("Rae Reviewer", "Olu Other"):
        assert "CS-1/review_meant" not in waiting(life.take(stricter, meant(by), situation(FRIDAY)))
    # Who decided the review knows what it meant, though they changed it themselves.
    own = made(STRICTER.model_copy(update={"by": "Rae Reviewer"}), IN_FORCE)
    assert "CS-1/review_meant" not in waiting(life.take(own, meant("Rae Reviewer"), situation(FRIDAY)))


def test_nothing_is_asked_where_nothing_was_made_stricter() -> None:
    assert "there is no task review_meant" in lacking(made(), meant("Rae Reviewer"))
