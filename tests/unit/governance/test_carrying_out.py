"""What a challenge decided is done before anything else: nobody is held, or told, as if it had not been heard."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from gateway.governance import life
from gateway.governance.challenges.file import ChallengeFile
from gateway.governance.challenges.file import fold as fold_challenge
from gateway.governance.courses import CHALLENGE
from gateway.governance.demands import carrying_out
from gateway.governance.demands.beside import rules_to_come
from gateway.governance.demands.occasion import of_purpose
from gateway.governance.lacks import Refused
from gateway.governance.letters.steps import LetterPurpose, Passage
from gateway.governance.next_step import next_step
from gateway.governance.situation import Situation
from gateway.governance.steps import StrategyStep
from gateway.governance.strategy_file import Standing, StrategyFile
from gateway.governance.strategy_fold import fold
from gateway.governance.task import Task
from gateway.governance.tasks import open_tasks
from models.policy_course import NoticePart
from models.restriction import ChannelBlocked, SpocOnly
from tests.case_files import here as shipped
from tests.case_files import lacks as challenge_lacks
from tests.case_files import step as case_step
from tests.governing import ACTIVE as IN_FORCE
from tests.governing import APPROVED as DECIDED
from tests.governing import HOME, MONDAY, RULES, SUBMITTED, draft, situation, step
from tests.governing import TOLD as NOTIFIED

HEAD = {"by": "Hal Head", "role": "head"}
THURSDAY, FRIDAY = MONDAY + timedelta(days=3), MONDAY + timedelta(days=4)
NEXT_WEEK, DUE = MONDAY + timedelta(days=7), MONDAY + timedelta(days=60)
TELLING = RULES.model_copy(update={"review": RULES.review.model_copy(update={"tells_outcome": True})})
TOLD = tuple(one.model_copy(update={"completes": True}) if one.kind == "acted" else one for one in NOTIFIED)
APPROVED, ACTIVE = TOLD[: len(DECIDED)], (*TOLD, IN_FORCE[-1])
CAME_BACK = step("letter_came_back", at=THURSDAY, letter="L1", sending=1, on=THURSDAY, reason="User unknown.")
SUSPENDED = (*ACTIVE, CAME_BACK, step("suspended", at=THURSDAY, **HEAD, reason="He has not read it."))
_URGENT = {
    **HEAD, "reason": "Threats today.", "told_on": MONDAY, "told_how": "By telephone.", "until": FRIDAY,
    "restrictions": [{"id": "U1", "kind": "spoc_only"}],
}  # fmt: skip
URGENT = step("urgent", **_URGENT)
TELEPHONE = ChannelBlocked(id="R2", kind="channel_blocked", channels=("telephone",))
CHANGE = step("changed", at=FRIDAY, **HEAD, restrictions=(TELEPHONE,), reasons="As the challenge says.")
MILDER = step(
    "changed", at=FRIDAY, **HEAD, restrictions=(SpocOnly(id="R1", kind="spoc_only"),), reasons="One rule is enough."
)
CARRIED_OUT = case_step(CHALLENGE, "carried_out", by="Di Decider", role="director", at=FRIDAY, note="Done.")
WITHDRAWN = step("withdrawn", at=FRIDAY, **HEAD, reasons="A challenge lifted it.")
SOFT = {"soft": True, "restrictions": (), "review_due": None}
SOFT_ACTIVE = (step("warned", on=MONDAY, how="By telephone."), step("activated", review_due=NEXT_WEEK))


def made(*steps: StrategyStep, **drafted: Any) -> StrategyFile:
    return fold("CS-1", (draft(**drafted), *steps))


def challenge(outcome: str | None, at: date = THURSDAY, id_: str = "CH-1", *more: Any) -> ChallengeFile:
    received = case_step(
        CHALLENGE, "received", at=at, about="CS-1", person="P-001", on=at, reasons="It was not me.",
        about_kind="strategy",
    )  # fmt: skip
    decided = case_step(
        CHALLENGE, "decided", by="Di Decider", role="director", at=at, outcome=outcome or "stands", reasons="Looked at."
    )
    return fold_challenge(id_, (received, *((decided,) if outcome is not None else ()), *more))


def after(outcome: str | None, day: date = FRIDAY, *others: ChallengeFile) -> Situation:
    return situation(day, besides=(challenge(outcome), *others))


def why(file: StrategyFile, one: StrategyStep, here: Situation) -> str:
    with pytest.raises(Refused) as refused:
        life.take(file, one, here)
    return "; ".join(lack.text for lack in refused.value.lacks)


def waiting(file: StrategyFile, here: Situation) -> set[str]:
    return {task.id for task in open_tasks(file, here)}


def to_carry_out(file: StrategyFile, of: ChallengeFile, day: date = FRIDAY) -> Task:
    here = shipped("stoke", day, earlier=(file,))
    return next(task for task in open_tasks(of, here) if task.id.endswith("/carry_out"))


def notice(name: str = "L2", at: date = FRIDAY) -> tuple[StrategyStep, ...]:
    """Written, let go and sent."""
    passages = tuple(Passage(part=part, text="In plain words.") for part in RULES.notice.parts)
    sent = {"way": "post", "to": HOME, "on": at, "received_on": NEXT_WEEK + timedelta(days=1), "evidence": "RM 1"}
    return (
        step("letter_written", at=at, letter=name, purpose="notice", passages=passages),
        step("letter_approved", at=at, **HEAD, letter=name),
        step("letter_sent", at=at, letter=name, **sent),
    )


def walk(file: StrategyFile, here: Situation, *steps: StrategyStep) -> StrategyFile:
    for one in steps:
        file = life.take(file, one, here)
    return file


LIFTED = "a challenge lifted CS-1 (CH-1), and that is still to be done: "
GOING_ON = {
    "activated": (TOLD, step("activated", at=FRIDAY), "withdraw it"),
    "again": ((*SUSPENDED, *notice("L2", THURSDAY)), step("activated", at=FRIDAY), "withdraw it"),
    "notice": (APPROVED, notice()[0], "withdraw it"),
    "let go": ((*APPROVED, notice(at=THURSDAY)[0]), notice()[1], "withdraw it"),
    "sent": ((*APPROVED, *notice(at=THURSDAY)[:2]), notice()[2], "withdraw it"),
    "extended": (ACTIVE, step("extended", at=FRIDAY, **HEAD, ends=NEXT_WEEK, reasons="It goes on."), "end it"),
    "changed": (ACTIVE, CHANGE, "end it"),
    "milder": (ACTIVE, MILDER, "end it"),
    "in force": (
        (*ACTIVE, CHANGE.model_copy(update={"at": TOLD[0].at})), step("change_in_force", at=FRIDAY, **HEAD), "end it",
    ),
    "reviewed": (
        ACTIVE,
        step("reviewed", at=FRIDAY, by="Rae Reviewer", role="head", outcome="continue", reasons="So.",
             next_review=NEXT_WEEK),
        "end it",
    ),
    "submitted": ((URGENT, *SUBMITTED[:-1]), step("submitted", at=FRIDAY), "withdraw it"),
    "decided": ((URGENT, *SUBMITTED), APPROVED[-1].model_copy(update={"at": CHANGE.at}), "withdraw it"),
    "urgent": (APPROVED, URGENT.model_copy(update={"at": CHANGE.at, "until": NEXT_WEEK}), "withdraw it"),
}  # fmt: skip


@pytest.mark.parametrize("name", GOING_ON)
def test_what_a_challenge_lifted_is_taken_no_further(name: str) -> None:
    steps, going_on, how = GOING_ON[name]
    first = {"ends": FRIDAY, "review_due": FRIDAY} if name == "extended" else {}
    assert f"{LIFTED}{how}" in why(made(*steps, **first), going_on, after("lifted"))
    # Nor does another challenge, where it was found that the strategy stands, take back what was decided.
    assert f"{LIFTED}{how}" in why(
        made(*steps, **first), going_on, after("lifted", FRIDAY, challenge("stands", FRIDAY, "CH-2"))
    )
    for here in (after("stands"), situation(FRIDAY)):
        try:
            life.take(made(*steps, **first), going_on, here)
        except Refused as refused:
            assert not [lack for lack in refused.lacks if lack.field == "challenge"]


@pytest.mark.parametrize("purpose", ["warning", "change", "reminder", "extension", "review_outcome"])
def test_no_letter_tells_of_rules_that_a_challenge_lifted(purpose: str) -> None:
    def lacks(here: Situation, *steps: StrategyStep) -> list[str]:
        return [lack.text for lack in of_purpose(made(*ACTIVE, *steps), LetterPurpose(purpose), here)]

    lifting = step("reviewed", **HEAD, outcome="lift", reasons="It has stopped.")
    assert lacks(after("lifted")) == [LIFTED + "end it (`triage strategy end CS-1`)"]
    assert (lacks(after("lifted"), lifting) == []) == (purpose == "review_outcome")
    outcome = LetterPurpose.CHALLENGE_OUTCOME
    assert not list(of_purpose(made(*ACTIVE), outcome, after("lifted")))


@pytest.mark.parametrize(
    "steps", [TOLD, SUSPENDED, (*SUSPENDED, *notice("L2", THURSDAY)), ACTIVE, (URGENT, *SUBMITTED)]
)
def test_nobody_is_asked_to_go_on_with_what_a_challenge_lifted(steps: tuple[StrategyStep, ...]) -> None:
    file = made(*steps)
    assert waiting(file, after("stands"))
    assert waiting(file, after("lifted")) == set()
    over = "ended" if file.standing is Standing.ACTIVE else "withdrawn"
    assert next_step(file, after("lifted")).step == over
    assert over in to_carry_out(file, challenge("lifted")).says.replace("end it", "ended").replace(
        "withdraw it", "withdrawn"
    )


def test_it_is_ended_or_withdrawn_and_then_recorded_as_carried_out() -> None:
    here, file = after("lifted"), made(*SUSPENDED)
    assert "giving up what was in force" in why(file, WITHDRAWN.model_copy(update={"role": None}), here)
    gone = life.take(file, WITHDRAWN, here)
    assert "it is over: say that it is carried out" in to_carry_out(gone, challenge("lifted")).says
    ended = step("ended", at=FRIDAY, **HEAD, reasons="A challenge lifted it.")
    assert life.take(made(*ACTIVE), ended, here).standing is Standing.ENDED
    carried = case_step(CHALLENGE, "carried_out", at=FRIDAY, note="Ended.")
    assert challenge_lacks(CHALLENGE, challenge("lifted"), carried, shipped("stoke", FRIDAY, earlier=(file,))) == [
        "CS-1 is not over yet: withdraw it (`triage strategy withdraw CS-1`)"
    ]


def test_those_who_hear_a_challenge_may_do_what_it_decided() -> None:
    here = situation(FRIDAY, RULES.model_copy(update={"dispute": shipped("stoke").rules.dispute}),
                     besides=(challenge("lifted"),))  # fmt: skip
    for role in ("director", "head_of_customer_services"):
        by = {"by": "Di Decider", "role": role}
        for steps in (SUSPENDED, TOLD):
            assert life.take(made(*steps), WITHDRAWN.model_copy(update=by), here).standing is Standing.WITHDRAWN
        ended = step("ended", at=FRIDAY, **by, reasons="A challenge lifted it.")
        assert life.take(made(*ACTIVE), ended, here).standing is Standing.ENDED


def test_that_it_was_recorded_as_carried_out_holds_only_while_it_is_so() -> None:
    carried = challenge("lifted", THURSDAY, "CH-1", case_step(CHALLENGE, "carried_out", at=FRIDAY, note="Withdrawn."))
    here = situation(FRIDAY, besides=(carried,))
    back = step("undone", at=FRIDAY, **HEAD, number=len(SUSPENDED) + 2, reason="A slip.")
    file = made(*SUSPENDED, WITHDRAWN, back)
    assert LIFTED in why(file, notice()[0], here)
    assert "withdraw it" in to_carry_out(file, carried).says


@pytest.mark.parametrize(
    "steps",
    [
        (*ACTIVE, step("ended", at=FRIDAY, **HEAD, reasons="A challenge lifted it.")),
        SUSPENDED,
        (URGENT, *SUBMITTED, WITHDRAWN),
        (*TOLD, WITHDRAWN),
        (*SUSPENDED, WITHDRAWN),
    ],
)
def test_what_a_challenge_lifted_does_not_begin_again_by_undoing_its_end(steps: tuple[StrategyStep, ...]) -> None:
    file = made(*steps)
    undone = step("undone", at=FRIDAY, **HEAD, number=len(file.steps), reason="A slip.")
    for carried in (challenge("lifted"), challenge("lifted", THURSDAY, "CH-1", CARRIED_OUT)):
        assert "undoing this would begin it again" in why(file, undone, situation(FRIDAY, besides=(carried,)))
    assert not life.take(file, undone, after("stands")).standing.is_over


def test_a_contact_without_restrictions_that_a_challenge_lifted_is_ended_too() -> None:
    soft, here = made(*SOFT_ACTIVE, **SOFT), after("lifted")
    assert waiting(soft, here) == set()
    another = step("changed", at=FRIDAY, restrictions=(), reasons="Ill.", spoc=soft.spoc)
    assert LIFTED + "end it" in why(soft, another, here)
    assert LIFTED + "withdraw it" in why(
        made(SOFT_ACTIVE[0], **SOFT), SOFT_ACTIVE[1].model_copy(update={"at": CHANGE.at}), here
    )


def test_what_was_taken_up_again_since_was_decided_anew() -> None:
    rested = (
        *ACTIVE, step("ended", at=FRIDAY, **HEAD, reasons="A challenge lifted it."), step("made_dormant", at=FRIDAY),
    )  # fmt: skip
    later = NEXT_WEEK + timedelta(days=1)
    again = step("reinstated", at=later, **HEAD, evidence="Nine calls.", review_due=later + timedelta(days=60))
    file = made(*rested, again)
    assert "CS-1/notice" in waiting(file, after("lifted", later))
    assert "CS-1 was taken up again after it" in to_carry_out(file, challenge("lifted"), later).says
    carried = case_step(CHALLENGE, "carried_out", at=later, note="Ended then.")
    here = shipped("stoke", later, earlier=(file,))
    assert not CHALLENGE.take(challenge("lifted"), carried, here).to_carry_out


BY_AS_MUCH = [
    ("lifted", "lifted", "CH-2"), ("changed", "changed", "CH-2"), ("changed", "lifted", "CH-2"),
    ("lifted", "stands", "CH-1"), ("changed", "stands", "CH-1"), ("lifted", "changed", "CH-1"),
    ("stands", "stands", None),
]  # fmt: skip


@pytest.mark.parametrize(("first", "second", "holds"), BY_AS_MUCH)
def test_a_challenge_gives_way_only_to_a_later_one_that_gives_the_person_as_much(
    first: str, second: str, holds: str | None
) -> None:
    one, two = challenge(first), challenge(second, FRIDAY, "CH-2")
    file = made(*ACTIVE)
    open_ = carrying_out.waiting(file, (two, one))
    assert (open_.id if open_ is not None else None) == holds
    for this, other in ((one, two), (two, one)):
        here = shipped("stoke", FRIDAY, earlier=(file,), besides=(other,))
        says = [task.says for task in open_tasks(this, here) if task.id.endswith("/carry_out")]
        if this.id == holds:
            assert "which holds the person still" in says[0]
        elif this.to_carry_out:
            assert "and holds in place" in says[0] and holds in says[0]
        else:
            assert not says


@pytest.mark.parametrize(("first", "second", "holds"), BY_AS_MUCH)
def test_a_challenge_is_not_decided_against_what_another_gave_the_person(
    first: str, second: str, holds: str | None
) -> None:
    file = made(*ACTIVE)
    here = shipped("stoke", FRIDAY, earlier=(file,), besides=(challenge(first),))
    decided = case_step(
        CHALLENGE, "decided", by="Di Decider", role="director", at=FRIDAY, outcome=second, reasons="Nothing new."
    )
    lacks = [lack.text for lack in carrying_out.of_outcome(challenge(None, FRIDAY, "CH-2"), decided, here)]
    did = "lifted" if first == "lifted" else "decided to change"
    refused = f"CH-1 {did} CS-1, and that is still to be done; do that first, or decide this one alike"
    assert lacks == ([refused] if holds == "CH-1" else [])
    if holds == "CH-1":
        assert refused in challenge_lacks(CHALLENGE, challenge(None, FRIDAY, "CH-2"), decided, here)
    over = made(*ACTIVE, step("ended", at=FRIDAY, **HEAD, reasons="A challenge lifted it."))
    done = shipped("stoke", FRIDAY, earlier=(over,), besides=(challenge(first),))
    assert not list(carrying_out.of_outcome(challenge(None, FRIDAY, "CH-2"), decided, done))


@pytest.mark.parametrize(("outcome", "waits"), [("stands", True), ("changed", True), ("lifted", False)])
def test_another_challenge_waits_for_the_change_that_carries_the_first_out(outcome: str, waits: bool) -> None:
    here = shipped("stoke", FRIDAY, earlier=(made(*ACTIVE, CHANGE),), besides=(challenge("changed"),))
    decided = case_step(
        CHALLENGE, "decided", by="Di Decider", role="director", at=FRIDAY, outcome=outcome, reasons="Looked at."
    )
    lacks = [lack.text for lack in carrying_out.of_outcome(challenge(None, FRIDAY, "CH-2"), decided, here)]
    first = "CH-1 decided to change CS-1, and the change is not in force yet; put it in force first"
    assert lacks == ([first] if waits else [])


@pytest.mark.parametrize("by", ["challenge", "review"])
def test_no_urgent_measures_go_round_what_was_decided(by: str) -> None:
    again = step("urgent", at=FRIDAY, **_URGENT)
    to_change, here = made(*SUSPENDED), after("changed")
    if by == "challenge":
        assert "decided to change CS-1 (CH-1), and that is still to be done" in why(to_change, again, here)
        life.take(life.take(to_change, CHANGE, here), again.model_copy(update={"by": "Olu Other"}), here)
    lifted = made(*SUSPENDED, step("reviewed", outcome="lift", **{**REVIEW, "next_review": None}))
    assert "a review decided that it is no longer needed: withdraw it" in why(lifted, again, situation(FRIDAY))


@pytest.mark.parametrize("suspended", [True, False])
def test_a_change_that_only_adds_carries_no_challenge_out(suspended: bool) -> None:
    file, here = made(*(SUSPENDED if suspended else ACTIVE)), after("changed")
    stricter = life.take(file, CHANGE.model_copy(update={"restrictions": (*file.restrictions, TELEPHONE)}), here)
    assert carrying_out.is_to_be_changed(stricter, here.besides)
    assert "change it (`triage strategy change CS-1`)" in to_carry_out(stricter, challenge("changed")).says
    in_force = made(*ACTIVE, stricter.steps[-1], step("change_in_force", at=FRIDAY))
    assert carrying_out.is_to_be_changed(in_force, here.besides)


def test_what_a_review_lifted_is_neither_extended_nor_held_to_more() -> None:
    lifted = made(*ACTIVE, step("reviewed", outcome="lift", **{**REVIEW, "next_review": None}))
    first, here = "a review decided that it is no longer needed: end it", situation(FRIDAY, TELLING)
    assert first in why(lifted, step("extended", at=FRIDAY, **HEAD, ends=DUE, reasons="Longer."), here)
    assert first in why(lifted, CHANGE, here)
    both = made(*lifted.steps[1:], restrictions=(*draft().restrictions, TELEPHONE))
    less = life.take(both, CHANGE, here)
    assert less.restrictions == (TELEPHONE,)
    # The letter about that tells nothing of what the review decided.
    letter = [
        one.model_copy(update={"purpose": "change"} if one.kind == "letter_written" else {}) for one in notice("L9")
    ]
    assert "CS-1/review_letter" in waiting(made(*less.steps[1:], *letter), here)


def test_a_change_back_to_the_old_rules_carries_nothing_out_whatever_was_under_way() -> None:
    under_way = step("changed", **HEAD, restrictions=(TELEPHONE, *draft().restrictions), reasons="He rings daily.")
    file, here = made(*ACTIVE, under_way, *SUSPENDED[len(ACTIVE) :]), after("changed")
    old = CHANGE.model_copy(update={"restrictions": file.restrictions})
    back = life.take(file, old, here)
    assert back.changing is None and carrying_out.is_to_be_changed(back, here.besides)
    assert "a challenge decided to change CS-1" in why(back, step("activated", at=FRIDAY), here)
    assert life.take(back, CHANGE, here).restrictions == (TELEPHONE,)


def test_nobody_takes_back_for_the_person_what_was_decided_for_them() -> None:
    taken_back = case_step(CHALLENGE, "taken_back", by="Ann Author", at=FRIDAY, on=FRIDAY, how="By telephone.")
    here = shipped("stoke", FRIDAY, earlier=(made(*TOLD),))
    for outcome in ("lifted", "changed"):
        assert challenge_lacks(CHALLENGE, challenge(outcome), taken_back, here) == [
            "what was decided for them holds; put what they say in a note"
        ]
    assert CHALLENGE.take(challenge("stands"), taken_back, here).closed
    # As an older version left it.
    gone = situation(FRIDAY, besides=(challenge("lifted", THURSDAY, "CH-1", taken_back),))
    assert "CS-1/activate" in waiting(made(*TOLD), gone)


@pytest.mark.parametrize("steps", [TOLD, (*SUSPENDED, *notice("L2", THURSDAY)), SUSPENDED, APPROVED])
def test_what_is_to_be_changed_is_changed_before_it_is_told_or_put_in_force(steps: tuple[StrategyStep, ...]) -> None:
    file, here = made(*steps), after("changed")
    first = "a challenge decided to change CS-1 (CH-1), and that is still to be done: change it"
    assert first in why(file, step("activated", at=FRIDAY), here)
    assert first in why(file, notice("L9")[0], here)
    assert not {"CS-1/notice", "CS-1/activate"} & waiting(file, here)
    assert next_step(file, here).step == "changed"
    assert (
        "which is not in force: change it (`triage strategy change CS-1`)"
        in to_carry_out(file, challenge("changed")).says
    )
    assert "for the head of service" in why(file, CHANGE.model_copy(update={"by": "Ann Author", "role": None}), here)
    for other in (after("stands"), situation(FRIDAY), after("lifted")):
        assert why(file, CHANGE, other) == "changed: not while the strategy is approved"
    changed = life.take(file, CHANGE, here)
    assert (changed.standing, changed.restrictions, changed.changing) == (Standing.APPROVED, (TELEPHONE,), None)
    assert "no evidence that a notice" in why(changed, step("activated", at=FRIDAY), here)
    assert "CS-1/notice" in waiting(changed, here)
    assert "it was changed: say that it is carried out" in to_carry_out(changed, challenge("changed")).says
    told = walk(changed, here, *notice("L9"))
    again = life.take(told, step("activated", at=NEXT_WEEK), after("changed", NEXT_WEEK))
    assert (again.notified_on, again.restrictions) == (NEXT_WEEK + timedelta(days=1), (TELEPHONE,))
    assert not {"CS-1/change_letter", "CS-1/notice_came_back"} & waiting(again, after("changed", NEXT_WEEK))


REVIEW = {"at": THURSDAY, "by": "Rae Reviewer", "role": "head", "reasons": "One rule.", "next_review": DUE}
REVIEWED = {
    "in force": (*ACTIVE, step("reviewed", outcome="change", **REVIEW), *SUSPENDED[len(ACTIVE) :]),
    "suspended": (*SUSPENDED, step("reviewed", outcome="change", **REVIEW)),
}


@pytest.mark.parametrize("name", REVIEWED)
def test_what_a_review_is_to_have_changed_is_changed_before_it_is_told_or_put_in_force(name: str) -> None:
    if name == "suspended":
        life.take(made(*SUSPENDED), REVIEWED[name][-1], situation(THURSDAY))
    file, here = made(*REVIEWED[name]), situation(FRIDAY, TELLING)
    first = "a review decided to change CS-1, and that is still to be done: change it (`triage strategy change CS-1`)"
    assert first in why(file, step("activated", at=FRIDAY), here)
    assert first in why(file, notice("L9")[0], here)
    assert {"CS-1/change", "CS-1/review_letter"} <= waiting(file, here)
    assert not {"CS-1/notice", "CS-1/activate"} & waiting(file, here)
    assert next_step(file, here).step == "changed"
    assert "for the head of service" in why(file, CHANGE.model_copy(update={"by": "Ann Author", "role": None}), here)
    changed = life.take(file, CHANGE, here)
    assert "CS-1/change" not in waiting(changed, here) and {"CS-1/notice", "CS-1/review_letter"} <= waiting(
        changed, here
    )
    told = walk(changed, here, *notice("L9"), step("activated", at=NEXT_WEEK))
    assert told.restrictions == (TELEPHONE,)
    # The notice said what came of the review, as it was done.
    assert not {"CS-1/change", "CS-1/review_letter", "CS-1/change_letter"} & waiting(told, here)


@pytest.mark.parametrize(("outcome", "settled"), [("continue", True), ("change", False), ("next_stage", False)])
def test_a_notice_settles_the_letter_about_a_review_only_where_it_tells_what_was_decided(
    outcome: str, settled: bool
) -> None:
    """As an older version let it go."""
    reviewed = (*ACTIVE, step("reviewed", outcome=outcome, **REVIEW), *SUSPENDED[len(ACTIVE) :])
    file = made(*reviewed, *notice("L9"), step("activated", at=FRIDAY))
    assert ("CS-1/review_letter" not in waiting(file, situation(FRIDAY, TELLING))) == settled


def test_a_change_out_of_force_is_changed_again_until_a_notice_of_it_went() -> None:
    file, here = made(*TOLD), after("changed")
    nothing = CHANGE.model_copy(update={"restrictions": file.restrictions})
    assert "this changes nothing" in why(file, nothing, here)
    visits = ChannelBlocked(id="R3", kind="channel_blocked", channels=("visit",))
    again = CHANGE.model_copy(update={"restrictions": (TELEPHONE, visits)})
    written = walk(file, here, CHANGE, *notice("L9")[:2])
    assert "for the head of service" in why(written, again.model_copy(update={"role": None}), here)
    twice = life.take(written, again, here)
    assert "the strategy was altered after letter L9" in why(twice, notice("L9")[2], here)
    assert "it was changed: say that it is carried out" in to_carry_out(twice, challenge("changed")).says
    sent = life.take(written, notice("L9")[2], here)
    assert why(sent, again, here) == "changed: not while the strategy is approved"


def test_what_was_altered_back_before_anybody_was_told_is_not_carried_out() -> None:
    file, here = made(*TOLD), after("changed")
    back = walk(file, here, CHANGE, CHANGE.model_copy(update={"restrictions": file.restrictions}))
    assert "still to be done: change it" in why(back, notice("L9")[0], here)
    assert "CS-1/notice" not in waiting(back, here)
    # Nor is what was changed back in force, until somebody who hears challenges has said that it is carried out: what
    # is decided after that is another decision.
    told = made(*TOLD, CHANGE, *notice("L9"), step("activated", at=FRIDAY))
    stricter = step("changed", at=NEXT_WEEK, **HEAD, restrictions=(TELEPHONE, *file.restrictions), reasons="Daily.")
    fewer = stricter.model_copy(update={"restrictions": file.restrictions})
    later = made(*told.steps[1:], stricter, step("change_in_force", at=NEXT_WEEK), fewer)
    assert later.restrictions == file.restrictions
    assert "which holds the person still: change it" in to_carry_out(later, challenge("changed"), NEXT_WEEK).says
    carried = fold_challenge("CH-1", (*challenge("changed").steps, CARRIED_OUT))
    assert carrying_out.is_done(later, carried) and not carrying_out.is_done(later, challenge("changed"))


def test_a_change_as_an_older_version_took_it_that_changed_nothing_does_not_count() -> None:
    for steps in (TOLD, ACTIVE):
        nothing = CHANGE.model_copy(update={"restrictions": made(*steps).restrictions})
        file = made(*steps, nothing)
        assert "change it (`triage strategy change CS-1`)" in to_carry_out(file, challenge("changed")).says
        carried = shipped("stoke", FRIDAY, earlier=(file,))
        assert (
            "CS-1 has not been changed since"
            in challenge_lacks(CHALLENGE, challenge("changed"), CARRIED_OUT, carried)[0]
        )


def test_a_notice_let_go_before_the_change_is_not_sent_after_it() -> None:
    file, here = made(*APPROVED, *notice(at=THURSDAY)[:2]), after("changed")
    assert "the strategy was altered after letter L2" in why(life.take(file, CHANGE, here), notice()[2], here)


def test_a_change_that_was_under_way_as_it_was_suspended_gives_way_to_what_was_decided() -> None:
    under_way = step("changed", **HEAD, restrictions=(TELEPHONE, *draft().restrictions), reasons="He rings daily.")
    file = made(*ACTIVE, under_way, *SUSPENDED[len(ACTIVE) :])
    changed = life.take(file, MILDER, after("changed"))
    assert (changed.changing, changed.restrictions) == (None, MILDER.restrictions)


def test_a_change_under_way_while_it_is_in_force_is_put_in_force_to_carry_it_out() -> None:
    file = made(*ACTIVE, CHANGE)
    assert not list(of_purpose(file, LetterPurpose.NOTICE, after("changed")))
    assert "the change is not in force yet: put it in force" in to_carry_out(file, challenge("changed")).says
    (lack,) = of_purpose(made(*ACTIVE), LetterPurpose.NOTICE, after("changed"))
    assert "a challenge decided to change" in lack.text


def test_urgent_measures_that_are_to_be_changed_are_withdrawn_or_changed_once_approved() -> None:
    says = to_carry_out(made(URGENT, *SUBMITTED), challenge("changed"), THURSDAY).says
    assert f"whose urgent measures hold the person until {FRIDAY}: withdraw it and draft another" in says


def test_another_letter_does_not_tell_of_rules_to_come_that_a_challenge_lifted() -> None:
    told, other = made(*TOLD), fold("CS-2", (draft(),))
    for outcome, ids in (("stands", ["CS-1"]), ("lifted", [])):
        here = situation(FRIDAY, earlier=(told,), besides=(challenge(outcome),))
        assert [one.strategy.id for one in rules_to_come(other, here)] == ids
    written = step("letter_written", letter="L1", purpose="end", passages=[{"part": NoticePart.REASONS, "text": "So."}])
    here = situation(FRIDAY, earlier=(told,), besides=(challenge("lifted"),))
    assert [one.strategy.id for one in rules_to_come(other, here, written)] == ["CS-1"]
