"""Nobody goes round a challenge that was decided against them by acting at once in another file."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import pytest

from gateway.governance import life
from gateway.governance.challenges.file import ChallengeFile
from gateway.governance.challenges.file import fold as fold_challenge
from gateway.governance.courses import CHALLENGE
from gateway.governance.lacks import Refused
from gateway.governance.situation import Situation
from gateway.governance.steps import StrategyStep
from gateway.governance.strategy_file import StrategyFile, fold
from tests.case_files import step as case_step
from tests.governing import ACTIVE, MONDAY, RULES, draft, situation, step

FRIDAY = MONDAY + timedelta(days=4)
DISPUTE = RULES.dispute.model_copy(update={"to": ("director",), "reviewed_by": ("director",)})
HEARING = RULES.model_copy(update={"dispute": DISPUTE, "roles": {**RULES.roles, "director": "director"}})
REINSTATED = {"evidence": "He rings again.", "review_due": MONDAY + timedelta(days=60)}


def old(*steps: StrategyStep, id_: str = "CS-1") -> StrategyFile:
    """Written by Ann Author, decided by Hal Head."""
    return fold(id_, (draft(), *(steps or ACTIVE)))


def new(*steps: StrategyStep) -> StrategyFile:
    """Written by somebody else, so that only the first one's people stand in the way."""
    return fold("CS-2", (draft().model_copy(update={"by": "Una New"}), *steps))


def challenge(outcome: str, *more: str, about: str = "CS-1") -> ChallengeFile:
    received = case_step(
        CHALLENGE, "received", at=FRIDAY, about=about, person="P-001", on=FRIDAY, reasons="It was not me.",
        about_kind="strategy",
    )  # fmt: skip
    decided = case_step(
        CHALLENGE, "decided", by="Di Decider", role="director", at=FRIDAY, outcome=outcome, reasons="Looked at."
    )
    return fold_challenge("CH-1", (received, decided, *(case_step(CHALLENGE, kind, at=FRIDAY) for kind in more)))


def after(*files: ChallengeFile, earlier: Iterable[StrategyFile] = ()) -> Situation:
    return situation(FRIDAY, HEARING, besides=files, earlier=tuple(earlier))


def urgent(by: str, role: str = "head", at: date = FRIDAY) -> StrategyStep:
    return step(
        "urgent", by=by, role=role, at=at, reason="Threats today.", told_on=at, told_how="By telephone.",
        until=at + timedelta(days=4), restrictions=[{"id": "U1", "kind": "spoc_only"}],
    )  # fmt: skip


def why(file: StrategyFile, one: StrategyStep, here: Situation) -> str:
    with pytest.raises(Refused) as refused:
        life.take(file, one, here)
    return "; ".join(lack.text for lack in refused.value.lacks)


@pytest.mark.parametrize("outcome", ["lifted", "changed"])
def test_urgent_measures_in_another_file_are_not_for_those_who_were_disputed(outcome: str) -> None:
    ended = old(*ACTIVE, step("ended", at=FRIDAY, by="Hal Head", role="head", reasons="A challenge lifted it."))
    for before in (old(), ended):
        here = after(challenge(outcome), earlier=[before])
        assert why(new(), urgent("Hal Head"), here).startswith(
            "CH-1 was decided for them, and Hal Head wrote or decided what they disputed there; taking urgent measures is for "
        )
        assert "Ann Author wrote or decided" in why(new(), urgent("Ann Author"), here)
        # So there is always somebody who may: whoever else decides, or hears challenges.
        assert life.take(new(), urgent("Olu Other"), here).urgent is not None
        assert life.take(new(), urgent("Di Decider", "director"), here).urgent is not None


def test_a_challenge_that_was_not_decided_for_them_keeps_nobody_from_it() -> None:
    for here in (after(challenge("stands"), earlier=[old()]), after(earlier=[old()])):
        assert life.take(new(), urgent("Hal Head"), here).urgent is not None
        assert "this is for the head of service" in why(new(), urgent("Di Decider", "director"), here)


def test_what_was_lifted_is_taken_up_again_by_somebody_else() -> None:
    over = (
        step("ended", at=FRIDAY, by="Hal Head", role="head", reasons="A challenge lifted it."),
        step("made_dormant", at=FRIDAY),
    )
    dormant, here = old(*ACTIVE, *over), after(challenge("lifted"))

    def again(by: str, role: str = "head") -> StrategyStep:
        return step("reinstated", at=FRIDAY, by=by, role=role, **REINSTATED)

    assert "taking it up again is for somebody else" in why(dormant, again("Hal Head"), here)
    taken_up = life.take(dormant, again("Olu Other"), here)
    # And whoever was disputed takes no urgent measures in it either, though it is a new course.
    assert "Hal Head wrote or decided what they disputed" in why(taken_up, urgent("Hal Head"), here)
    assert life.take(dormant, again("Di Decider", "director"), here).reinstated is not None


@pytest.mark.parametrize("given_up", [True, False])
def test_urgent_measures_do_not_follow_one_another_from_draft_to_draft(given_up: bool) -> None:
    withdrawn: list[Any] = [step("withdrawn", at=FRIDAY, reasons="Drafted anew.")] if given_up else []
    before = old(urgent("Hal Head", at=MONDAY), *withdrawn)
    here = after(earlier=[before])
    assert "Hal Head took urgent measures about them in CS-1, which never came into force" in why(
        new(), urgent("Hal Head"), here
    )
    assert life.take(new(), urgent("Olu Other"), here).urgent is not None
    assert life.take(new(), urgent("Di Decider", "director"), here).urgent is not None
    in_force = old(urgent("Hal Head", at=MONDAY), *ACTIVE)
    assert life.take(new(), urgent("Hal Head"), after(earlier=[in_force])).urgent is not None
