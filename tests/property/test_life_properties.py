"""No path leads to `active` that skips what the policy demands, whatever anybody tries in whatever order."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.governance import life
from gateway.governance.lacks import Refused
from gateway.governance.steps import LetterPurpose
from gateway.governance.strategy_file import Standing, StrategyFile, fold
from tests.governing import ACTIVE, MONDAY, RULES, SPARE, draft, file, situation, step

PEOPLE = ("Ann Author", "Ada Adviser", "Hal Head", "Rae Head")
ROLES = ("head", "adviser", None)


def _attempts() -> st.SearchStrategy:
    """Any step of the course, or out of it, by anybody in any role; most of them are refused."""
    of_the_course = st.sampled_from((*ACTIVE, *SPARE))
    return (
        st.builds(
            lambda one, by, role: one.model_copy(update={"by": by, "role": role}),
            of_the_course,
            st.sampled_from(PEOPLE),
            st.sampled_from(ROLES),
        )
        | of_the_course
    )


def _walk(attempts) -> StrategyFile:
    made, here = file(), situation(MONDAY)
    for attempt in attempts:
        if attempt.kind == "undone":
            attempt = attempt.model_copy(update={"number": len(made.steps)})
        try:
            made = life.take(made, attempt, here)
        except Refused:
            continue
        _holds(made)
    return made


def _holds(made: StrategyFile) -> None:
    assert fold(made.id, made.steps) == made
    if made.standing is not Standing.ACTIVE:
        return
    acts = {act.act: act for act in made.acts}
    assert set(acts) == {"advice", "decision"}
    assert len({act.by for act in acts.values()} | {made.author}) == 3
    assert acts["advice"].role == "adviser"
    assert acts["decision"].role == "head"
    assert {check.id for check in RULES.checklist} == set(made.answers)
    assert made.answers["explained"].answer == "yes"
    assert made.answers["new_information"].answer == "no"
    assert made.warned or made.warning_waived
    assert made.reasons
    assert made.spoc is not None
    assert made.spoc.deputy
    assert made.ends or made.review_due
    notices = [letter for letter in made.letters_for(LetterPurpose.NOTICE) if letter.sent]
    assert notices
    assert all(letter.approved for letter in notices)
    assert made.notified_on is not None


@settings(max_examples=150, deadline=None)
@given(st.lists(_attempts(), max_size=40))
def test_whatever_is_tried_active_means_all_was_there(attempts):
    _walk(attempts)


@settings(max_examples=60, deadline=None)
@given(st.lists(_attempts(), max_size=12), st.permutations(range(len(ACTIVE))))
def test_the_course_in_any_order_among_other_attempts(attempts, order):
    shuffled = [ACTIVE[place] for place in order]
    _walk([*shuffled, *attempts, *ACTIVE, *attempts])


@settings(max_examples=100, deadline=None)
@given(st.integers(min_value=0, max_value=len(ACTIVE) - 1))
def test_a_course_with_one_step_left_out_is_never_active(left_out):
    made = _walk([one for place, one in enumerate(ACTIVE) if place != left_out])
    assert made.standing is not Standing.ACTIVE


def test_the_whole_course_is_active_so_the_tests_above_say_something():
    assert _walk(ACTIVE).standing is Standing.ACTIVE
    assert file(ACTIVE, first=draft()).strategy().notified_on == MONDAY + timedelta(days=1)
    assert step("noted", text="A note.").kind == "noted"
