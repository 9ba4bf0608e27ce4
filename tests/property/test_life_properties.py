"""No path leads to `active` that skips what a policy demands: in no pack that ships, whatever is tried in what order."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.governance.demands.approving import chain
from gateway.governance.letters.steps import LetterPurpose
from gateway.governance.situation import Situation, later_by
from gateway.governance.steps import StrategyStep
from gateway.governance.strategy_file import Standing, StrategyFile
from gateway.governance.strategy_fold import fold
from gateway.governance.transitions import transitions
from models.matter import MatterStatus
from models.policy_course import Act
from models.policy_life import LifeRules
from models.policy_question import Answer
from models.strategy import StrategyScope
from tests.governing import MONDAY, SPARE, step
from tests.policies.course import AUTHOR, person_of
from tests.policies.spoilt import COURSES, refusing, spoilt, straight, walked

AROUND = (
    step("undone", number=1, reason="Pressed by mistake."),
    step("noted", text="A note."),
    step("submitted"),
    step("activated"),
    step("ended", reasons="It has stopped."),
    step("made_dormant"),
)
"""Steps off the straight course, by which nothing that was spoilt is put right."""


@pytest.mark.parametrize("name", COURSES)
def test_the_straight_course_is_active_so_what_is_spoilt_of_it_says_something(name):
    whole = straight(name)
    assert _walk(whole.steps, whole.situation).standing is Standing.ACTIVE
    for kind, steps in refusing(name).items():
        assert _walk(steps, whole.situation).standing is Standing.ACTIVE, kind


@pytest.mark.parametrize("name", COURSES)
def test_a_course_with_one_demand_spoilt_is_never_active(name):
    here = straight(name).situation
    ends = {what: walked(steps, here) for what, steps in spoilt(name).items()}
    assert [what for what, made in ends.items() if made is not None and made.standing is Standing.ACTIVE] == []


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_what_is_spoilt_is_not_active_in_any_other_order_either(data):
    name = data.draw(st.sampled_from(COURSES))
    steps = spoilt(name)[data.draw(st.sampled_from(sorted(spoilt(name))))]
    first, *rest = steps
    tried = data.draw(st.lists(st.sampled_from((*rest, *AROUND)), max_size=8))
    shuffled = data.draw(st.permutations(rest))
    made = _walk((first, *tried, *shuffled, *rest, *tried, *rest), straight(name).situation)
    assert made is None or made.standing is not Standing.ACTIVE


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_whatever_is_tried_by_whomever_active_means_all_was_there(data):
    whole = straight(data.draw(st.sampled_from(COURSES)))
    first, *rest = whole.steps
    attempts = st.lists(_attempts(whole.rules, rest), max_size=12)
    shuffled = data.draw(st.permutations(rest))
    _walk((first, *data.draw(attempts), *shuffled, *rest, *data.draw(attempts), *rest), whole.situation)


def _attempts(rules: LifeRules, steps: list[StrategyStep]) -> st.SearchStrategy:
    """Any step of the course, or out of it, by anybody in any role; most of them are refused."""
    known = st.sampled_from((*steps, *SPARE, *AROUND))
    people = st.sampled_from((AUTHOR, "Rae Head", *map(person_of, rules.roles)))
    roles = st.sampled_from((None, *rules.roles))
    return known | st.builds(
        lambda one, by, role: one.model_copy(update={"by": by, "role": role}), known, people, roles
    )


def _walk(steps: tuple[StrategyStep, ...], here: Situation) -> StrategyFile | None:
    """As `walked`, looking after each step whether all is there where the file is active."""
    made = walked(steps, here, after=lambda one: _holds(one, here) if one.standing is Standing.ACTIVE else None)
    assert made is None or fold(made.id, made.steps) == made
    if made is not None:
        _course_is_whole(made, here)
    return made


def _course_is_whole(made: StrategyFile, here: Situation) -> None:
    """Each transition joins the one before it, has who and why, and the last leads to where the file stands."""
    course = list(transitions(made, here))
    assert [one.to for one in course[:-1]] == [one.came_from for one in course[1:]]
    assert course[-1].to is made.standing
    assert all(one.step.by and one.why.strip() for one in course[1:])


def _holds(made: StrategyFile, here: Situation) -> None:
    """What invariant 7 and the pack want of a strategy that is in force, read from the file and not from the code."""
    rules = here.rules
    assert made.reasons.strip()
    assert made.impact.strip() or not rules.impact_statement
    assert made.spoc is not None
    assert made.spoc.deputy
    assert made.ends or (made.review_due and not rules.duration.ends_compulsory)
    assert made.review_due is None or made.review_due <= later_by(MONDAY, rules.review.ceiling)
    assert made.warned or (made.warning_waived and made.warning_waived.waiver in rules.warning.waivers)
    _measures_hold(made, here)
    _answers_hold(made, rules)
    _chain_holds(made, rules)
    _notice_holds(made, rules)


def _measures_hold(made: StrategyFile, here: Situation) -> None:
    kinds = {restriction.kind for restriction in made.restrictions}
    assert kinds
    assert here.rules.measures_open or kinds <= {rule.kind for rule in here.rules.measures}
    for restriction in made.restrictions:
        for rule in here.rules.measures:
            if rule.kind == restriction.kind:
                assert not [limit for name, limit in rule.limits.items() if [*limit.faults(getattr(restriction, name))]]
    everything = made.scope is StrategyScope.ORGANISATION
    covered = [matter for matter in here.matters if everything or matter.id in made.matters]
    if any(matter.status is MatterStatus.OPEN for matter in covered):
        assert not kinds & {rule.kind for rule in here.rules.measures if not rule.on_open_matter}


def _answers_hold(made: StrategyFile, rules: LifeRules) -> None:
    for check in rules.checklist:
        if check.stages and made.stage not in check.stages:
            continue
        given = made.answers[check.id]
        assert given.answer is check.required_answer or not check.blocking or given.answer is Answer.NA
        assert given.answer is not Answer.NA or (check.na_allowed and given.note.strip())
        assert given.note.strip() or not check.note_needed


def _chain_holds(made: StrategyFile, rules: LifeRules) -> None:
    acts = {act.act: act for act in made.acts}
    assert list(acts) == [act.id for act in chain(rules, made.stage)]
    for act in chain(rules, made.stage):
        taken = acts[act.id]
        assert taken.agreed
        assert taken.role in act.roles
        assert taken.by != made.author or act.act is Act.PROPOSES
        assert taken.by not in [acts[other].by for other in act.distinct_from if other in acts]
        assert taken.knew is False or not act.no_prior_knowledge
        assert taken.by not in made.revised_by or act.act in (Act.CONSULTED, Act.PROPOSES)


def _notice_holds(made: StrategyFile, rules: LifeRules) -> None:
    letters = [letter for letter in made.letters_for(LetterPurpose.NOTICE) if letter.sent]
    went = {sent.way for letter in letters for sent in letter.sent}
    assert went & set(rules.notice.any_of or rules.notice.all_of)
    assert went | made.ways_waived >= set(rules.notice.all_of)
    assert all(letter.approved and letter.approved.by != letter.written.by for letter in letters)
    assert made.agreement or not rules.notice.seeks_agreement
    assert made.notified_on is not None
