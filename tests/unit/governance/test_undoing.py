"""What somebody decided in a file of any kind they alone take back; anybody who may write puts a slip right."""

from datetime import timedelta

import pytest

from gateway.governance.courses import BREACH_RESPONSE, CHALLENGE, COMPLEX_CASE, DANGEROUS_PERSON, DISCLOSURE, INCIDENT
from tests.case_files import here, lacks, step, walked
from tests.governing import ACTIVE, MONDAY, file

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
