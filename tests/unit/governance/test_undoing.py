"""What somebody decided in a file of any kind they alone take back; anybody who may write puts a slip right."""

from datetime import timedelta

import pytest

from gateway.governance import life
from gateway.governance.courses import BREACH_RESPONSE, CHALLENGE, COMPLEX_CASE, DANGEROUS_PERSON, DISCLOSURE, INCIDENT
from gateway.governance.lacks import Refused
from gateway.governance.next_step import next_step
from gateway.governance.tasks import open_tasks
from tests.case_files import here, lacks, step, walked
from tests.governing import ACTIVE, MONDAY, READY, TOLD, draft, file, situation
from tests.governing import APPROVED as DECIDED
from tests.governing import step as strategy_step

LATER = MONDAY + timedelta(days=60)
SITUATIONS = {
    "challenge": here("stoke", LATER, earlier=(file(ACTIVE),)),
    "dangerous_person": here("stoke", LATER),
    "complex_case": here("stoke", LATER),
}
COLLEAGUE = "Sam Staff"
"""Who began each of the files, so whoever is refused is so for the decision and not for being a stranger."""


def first(course):
    begun = {
        CHALLENGE: ("received", {"about": "CS-1", "person": "P-001", "on": LATER, "in_writing": False}),
        DANGEROUS_PERSON: (
            "entered",
            {"person": "P-001", "known_on": MONDAY, "facts": "A knife at the door.", "needs_to_know": ("Hal Head",)},
        ),
        COMPLEX_CASE: ("case_opened", {"person": "P-001", "issues": ("The car.",), "background": "Four services."}),
        INCIDENT: ("recorded", {"incident": "written_abuse", "person": "P-001", "on": MONDAY, "what": "A letter."}),
        DISCLOSURE: (
            "proposed",
            {"person": "P-001", "to": "Police", "what": "All.", "ground": "safeguarding", "why": "A risk."},
        ),
        BREACH_RESPONSE: (
            "breach_confirmed",
            {"strategy": "CS-1", "contact": "c-1", "restriction": "R1", "count": 2},
        ),
    }
    kind, fields = begun[course]
    return step(course, kind, by=COLLEAGUE, at=LATER, **fields)


def taken(course, kind, by, role=None, **fields):
    return step(course, kind, by=by, role=role, at=LATER, **fields)


def answered():
    asks = next(rule.asks for rule in here("stoke").rules.registers if rule.kind == "dangerous_persons")
    return [
        taken(DANGEROUS_PERSON, "answered", COLLEAGUE, check=check.id, answer=check.required_answer, note="As said.")
        for check in asks
    ]


ADMITTED = ("admitted", "Rae Reviewer", "director", {"admitted": True, "reason": "Was ill."})
WAIVED = ("writing_waived", "Rae Reviewer", "director", {"reason": "He dictated it."})
APPROVED = ("entry_approved", "Hal Head", "head_of_service", {})
CALLED = ("conference_called", "Di Director", "director", {"on": LATER, "invited": ("Legal",), "not_invited": "Away."})
HELD = (
    "conference_held", "Di Director", "director",
    {
        "on": LATER,
        "present": ("Di Director",),
        "settled": "One answer.",
        "actions": ({"id": "A1", "says": "Answer.", "owner": "Lee Legal", "due": LATER},),
    },
)  # fmt: skip
DROPPED = ("action_dropped", "Lee Legal", None, {"action": "A1", "reason": "Settled by telephone."})
DECISIONS = [
    (CHALLENGE, [WAIVED]),
    (CHALLENGE, [WAIVED, ADMITTED]),
    (CHALLENGE, [("reviewer_allowed", "Rae Reviewer", "director", {"name": "Hal Head", "reason": "None else."})]),
    (CHALLENGE, [WAIVED, ADMITTED, ("decided", "Rae Reviewer", "director", {"outcome": "stands", "reasons": "So."})]),
    (DANGEROUS_PERSON, [APPROVED]),
    (DANGEROUS_PERSON, [APPROVED, ("entry_reviewed", "Hal Head", "head_of_service", {"outcome": "keep",
                                                                                     "reasons": "It goes on."})]),
    (DANGEROUS_PERSON, [APPROVED, ("removed", "Hal Head", "head_of_service", {"reasons": "He has moved."})]),
    (COMPLEX_CASE, [CALLED]),
    (COMPLEX_CASE, [CALLED, HELD]),
    (COMPLEX_CASE, [CALLED, HELD, DROPPED]),
    (COMPLEX_CASE, [CALLED, HELD, DROPPED, ("case_closed", "Di Director", "director", {"reasons": "Done."})]),
    (INCIDENT, [("police_decided", "Lee Line", "manager", {"told": True, "reason": "So.", "reference": "log 3"})]),
    (DISCLOSURE, [("gate_answered", "Dee Officer", "data_protection_officer", {"agreed": False, "reasons": "No."})]),
    (BREACH_RESPONSE, [("declined", "Lee Line", "manager", {"action": "reminder_letter", "reason": "Not now."})]),
]  # fmt: skip


@pytest.mark.parametrize(("course", "acts"), DECISIONS, ids=[f"{c.kind}-{a[-1][0]}" for c, a in DECISIONS])
def test_a_decision_is_taken_back_by_nobody_but_whoever_took_it(course, acts):
    situation = SITUATIONS.get(course.kind, here("generic", LATER))
    before = answered() if course is DANGEROUS_PERSON else []
    steps = [*before, *(taken(course, kind, by, role, **fields) for kind, by, role, fields in acts)]
    made = walked(course, first(course), steps, situation)
    number, (kind, decider, role, _fields) = len(made.steps), acts[-1]
    # A colleague in the very role decides anew by a step of their own, and does not unsay what somebody else said.
    for by, acting in ((COLLEAGUE, None), (COLLEAGUE, role), ("Cole League", role)):
        undone = taken(course, "undone", by, acting, number=number, reason="I see it otherwise.")
        assert f"{decider} decided this, and only they take it back" in lacks(course, made, undone, situation)
    own = taken(course, "undone", decider.upper(), role, number=number, reason="Another file was meant.")
    assert kind not in [one.kind for one in course.take(made, own, situation).steps if one is not made.steps[-1]]


def test_a_slip_in_a_record_is_put_right_by_a_colleague():
    situation = SITUATIONS["challenge"]
    written = taken(CHALLENGE, "put_in_writing", "Ann Author", on=LATER, reasons="Not true.")
    made = walked(CHALLENGE, first(CHALLENGE), [written], situation)
    undone = taken(CHALLENGE, "undone", "Cole League", number=2, reason="It was somebody else's letter.")
    assert CHALLENGE.take(made, undone, situation).written is None


def test_nobody_writes_in_a_complex_case_that_they_may_not_read():
    situation = SITUATIONS["complex_case"]
    made = walked(COMPLEX_CASE, first(COMPLEX_CASE), [], situation)
    note = taken(COMPLEX_CASE, "noted", "Nosy Neighbour", text="I heard of it.")
    assert lacks(COMPLEX_CASE, made, note, situation) == [
        "Nosy Neighbour is not among those who need to know; ask Sam Staff"
    ]
    looked = taken(COMPLEX_CASE, "looked_in", "Nosy Neighbour", need="She rang today.")
    assert COMPLEX_CASE.take(made, looked, situation).steps[-1] == looked


HEAD = {"by": "Hal Head", "role": "head"}
URGENT = strategy_step(
    "urgent", **HEAD, reason="Threats today.", told_on=MONDAY, told_how="By telephone.",
    until=MONDAY + timedelta(days=4), restrictions=[{"id": "U1", "kind": "spoc_only"}],
)  # fmt: skip
GIVEN_UP = strategy_step("withdrawn", **HEAD, reasons="I have thought again.")


def done(task, by="Hal Head"):
    return strategy_step("task_done", by=by, role="head", task=task, note="I telephoned her: it does not hold.")


def undo(made, by, number=None):
    undone = strategy_step("undone", by=by, number=number or len(made.steps), reason="A slip.")
    return life.take(made, undone, situation())


@pytest.mark.parametrize("steps", [DECIDED, TOLD, (URGENT,), (URGENT, *READY)])
def test_what_a_decider_gave_up_nobody_takes_up_for_them(steps):
    gone = file((*steps, GIVEN_UP))
    with pytest.raises(Refused, match="Hal Head decided this, and only they take it back"):
        undo(gone, "Ann Author")
    assert not undo(gone, "Hal Head").standing.is_over


def test_a_proposal_that_was_given_up_anybody_who_may_write_takes_up():
    assert undo(file((*READY, GIVEN_UP)), "Ann Author").standing == "draft"


@pytest.mark.parametrize(("steps", "task"), [(TOLD, "notice_over"), ((URGENT,), "urgent_over")])
def test_that_the_person_was_told_only_whoever_said_so_takes_back(steps, task):
    told = file((*steps, GIVEN_UP, done(task, "Hal Head")))
    with pytest.raises(Refused, match="Hal Head said that this is done, and only they take it back"):
        undo(told, "Ann Author")
    back = undo(told, "Hal Head")
    assert f"CS-1/{task}" in {one.id for one in open_tasks(back, situation())}


def test_who_was_told_that_it_does_not_hold_is_given_notice_anew():
    told = file((*TOLD, GIVEN_UP, done("notice_over")))
    again = undo(undo(told, "Hal Head"), "Hal Head", len(told.steps) - 1)
    assert again.standing == "approved"
    later = MONDAY + timedelta(days=3)
    with pytest.raises(Refused, match="no evidence that a notice was sent"):
        life.take(again, strategy_step("activated", at=later), situation(later))
    (notice,) = [one for one in open_tasks(again, situation(later)) if one.id == "CS-1/notice"]
    assert "was told that what they had notice of does not hold: give notice anew" in notice.says
    assert next_step(again, situation(later)).lacks
    # Only withdrawn and taken back, nobody knows anything else than that it holds.
    slip = undo(file((*TOLD, GIVEN_UP)), "Hal Head")
    assert life.take(slip, strategy_step("activated", at=later), situation(later)).standing == "active"
    written, let_go, sent = (one.model_copy(update={"letter": "L2"}) for one in TOLD[-3:])
    for one in (written, let_go, sent, strategy_step("activated")):
        again = life.take(again, one, situation())
    assert again.standing == "active"


def test_urgent_measures_that_the_person_was_told_are_over_do_not_hold_again():
    told = file((URGENT, GIVEN_UP, done("urgent_over")), first=draft())
    again = undo(undo(told, "Hal Head"), "Hal Head", len(told.steps) - 1)
    assert (again.standing, again.urgent_now) == ("draft", None)
