"""Whatever anybody tries in whatever order: nothing is shared past the gate, deleted unseen, or judged by one alone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.governance.courses import BREACH_RESPONSE, CHALLENGE, DISCLOSURE, INCIDENT
from gateway.governance.folding import live_steps
from gateway.governance.lacks import Refused
from gateway.governance.tasks import open_tasks
from tests.case_files import here, step
from tests.governing import ACTIVE, MONDAY, file

PEOPLE = ("Sam Staff", "Dee Officer", "Rae Reviewer", "Ann Author", "Hal Head", "sam  STAFF")
ROLES = (None, "data_protection_officer", "manager", "director", "senior_manager", "head_of_business_services")
DAY = MONDAY + timedelta(days=30)


def _attempts(course: Any, steps: tuple[Any, ...]) -> st.SearchStrategy[list[Any]]:
    """Any of the steps, by anybody in any role, and undoing; most are refused."""
    anyhow = st.builds(
        lambda one, by, role: one.model_copy(update={"by": by, "role": role}),
        st.sampled_from(steps),
        st.sampled_from(PEOPLE),
        st.sampled_from(ROLES),
    )
    undone = step(course, "undone", at=DAY, number=2, reason="Pressed by mistake.")
    return st.lists(anyhow | st.just(undone), max_size=30)


def _walk(course: Any, first: Any, attempts: list[Any], situation: Any, holds: Any) -> Any:
    made = course.begin("X-1", first, situation)
    for attempt in attempts:
        if attempt.kind == "undone":
            attempt = attempt.model_copy(update={"number": live_steps(made.steps)[-1][0]})
        try:
            made = course.take(made, attempt, situation)
        except Refused:
            continue
        assert course.fold(made.id, made.steps) == made
        open_tasks(made, situation)
        holds(made)
    return made


DISCLOSING = tuple(
    step(DISCLOSURE, kind, at=DAY, **fields)
    for kind, fields in (
        ("consent_recorded", {"outcome": "given", "how": "In writing."}),
        ("consent_recorded", {"outcome": "withdrawn", "how": "By telephone."}),
        ("gate_answered", {"agreed": True, "reasons": "Weighed."}),
        ("gate_answered", {"agreed": False, "reasons": "Weighed."}),
        ("shared", {"on": DAY, "to": "Police", "what": "All.", "how": "By email."}),
        ("shared", {"on": DAY, "to": "The press", "what": "All of it, and more.", "how": "By email."}),
        ("shared", {"on": DAY, "to": "The press", "what": "All.", "how": "By email.", "otherwise": "A slip."}),
        ("shared_urgently", {"on": DAY, "what": "All of it.", "how": "By email.", "vital": "A life."}),
        ("gate_reviewed", {"justified": True, "reasons": "Weighed."}),
        ("withdrawn", {"reasons": "Not needed."}),
    )
)
PROPOSED = step(
    DISCLOSURE, "proposed", at=DAY, person="P-001", to="Police", what="All.", ground="safeguarding", why="A risk."
)


def _nothing_past_the_gate(pack: str, gate_role: str) -> Any:
    def holds(made: Any) -> None:
        gate, consent = None, None
        for _number, one in live_steps(made.steps):
            match one.kind:
                case "gate_answered":
                    assert one.role == gate_role
                    assert one.by.split()[0].lower() != "sam"
                    gate = one.agreed
                case "consent_recorded":
                    consent = one.outcome
                    gate = None if gate and consent == "withdrawn" else gate
                case "shared":
                    by_consent = pack == "warwickshire" and consent == "given" and gate is None
                    assert gate is True or by_consent
                    assert (one.to, one.what) == ("Police", "All.") or one.otherwise
                case "gate_reviewed":
                    assert one.role == gate_role
        if made.unreviewed:
            assert not made.closed
            assert any(task.id == "X-1/review" for task in open_tasks(made, here(pack, DAY)))

    return holds


@settings(max_examples=150, deadline=None)
@given(_attempts(DISCLOSURE, DISCLOSING))
def test_nothing_is_shared_past_the_gate(attempts):
    holds = _nothing_past_the_gate("generic", "data_protection_officer")
    _walk(DISCLOSURE, PROPOSED, attempts, here("generic", DAY), holds)


@settings(max_examples=100, deadline=None)
@given(_attempts(DISCLOSURE, DISCLOSING))
def test_where_consent_is_enough_nothing_is_shared_without_either(attempts):
    holds = _nothing_past_the_gate("warwickshire", "senior_manager")
    _walk(DISCLOSURE, PROPOSED, attempts, here("warwickshire", DAY), holds)


POSTS = ("https://social.example/1", "https://social.example/2")
HAPPENING = tuple(
    step(INCIDENT, kind, at=DAY, **fields)
    for kind, fields in (
        *(("captured", {"post": post, "digest": "b" * 64, "filed": "Case 3"}) for post in POSTS),
        *(("deleted", {"post": post}) for post in POSTS),
        ("blocked", {"account": "@x", "reason": "It goes on."}),
        ("added", {"what": "A threat.", "grounds": ("violence",)}),
        ("police_decided", {"told": False, "reason": "Words only."}),
        ("police_decided", {"told": True, "reason": "A threat.", "reference": "log 3"}),
        ("closed", {}),
        ("recorded_in_error", {"why": "Another person.", "put_right": "All were told."}),
    )
)
POSTED = step(INCIDENT, "recorded", at=DAY, incident="social_media", person="P-001", on=DAY, what="A post.")


def _nothing_unseen(made: Any) -> None:
    captured: set[str] = set()
    violent = False
    for _number, one in live_steps(made.steps):
        match one.kind:
            case "captured":
                captured.add(one.post)
            case "deleted":
                assert one.post in captured
            case "blocked":
                assert captured
                assert one.role == "head_of_business_services"
            case "added":
                violent = True
            case "police_decided":
                assert one.told or not violent
            case "recorded_in_error":
                assert one.role in here("warwickshire").rules.police.by
                assert one.by.lower() != "sam staff"
                assert not violent or (made.police is not None and made.police.told)
            case "closed":
                raise AssertionError("closed with questions and tasks open")
    if made.police is not None and not made.police.told:
        assert not violent


@settings(max_examples=150, deadline=None)
@given(_attempts(INCIDENT, HAPPENING))
def test_no_post_is_deleted_unseen_and_no_violence_kept_from_the_police(attempts):
    _walk(INCIDENT, POSTED, attempts, here("warwickshire", DAY), _nothing_unseen)


DISPUTING = tuple(
    step(CHALLENGE, kind, at=DAY, **fields)
    for kind, fields in (
        ("put_in_writing", {"on": DAY, "reasons": "Not true."}),
        ("admitted", {"admitted": True, "reason": "Was ill."}),
        ("admitted", {"admitted": False, "reason": "Too late."}),
        ("decided", {"outcome": "stands", "reasons": "Right."}),
        ("reviewer_allowed", {"name": "Ann Author", "reason": "There is nobody else."}),
        ("reviewer_allowed", {"name": "Hal Head", "reason": "There is nobody else."}),
        ("complaint_linked", {"reference": "CO-1"}),
        ("taken_back", {"on": DAY, "how": "By letter."}),
        ("recorded_in_error", {"why": "Another strategy was meant."}),
    )
)
LATE = step(CHALLENGE, "received", at=DAY, about="CS-1", person="P-001", on=DAY, in_writing=False)
STRATEGY = file(ACTIVE)


def _four_eyes(made: Any) -> None:
    seen: set[str] = set()
    allowed: set[str] = set()
    for _number, one in live_steps(made.steps):
        if one.kind == "reviewer_allowed":
            assert one.by not in ("Ann Author", one.name)
            allowed.add(one.name)
        if one.kind == "admitted":
            seen.add("admitted" if one.admitted else "turned away")
        if one.kind == "put_in_writing":
            seen.add("written")
        if one.kind == "decided":
            assert one.role == "director"
            assert one.by in allowed or one.by not in ("Ann Author", "Hal Head")
            assert {"admitted", "written"} <= seen
        if one.kind == "recorded_in_error":
            assert one.role == "director"
            assert one.by in allowed or one.by not in ("Ann Author", "Hal Head")
    if "CO-1" in made.complaints:
        assert not made.closed


@settings(max_examples=150, deadline=None)
@given(_attempts(CHALLENGE, DISPUTING))
def test_a_late_unwritten_challenge_is_decided_only_once_admitted_written_and_by_another(attempts):
    _walk(CHALLENGE, LATE, attempts, here("stoke", DAY, earlier=(STRATEGY,)), _four_eyes)


ACTIONS = ("reminder_letter", "tighten", "legal_advice", "police")
ANSWERING = tuple(
    step(BREACH_RESPONSE, kind, at=DAY, **fields)
    for kind, fields in (
        *(
            ("breach_confirmed", {"strategy": "CS-1", "contact": f"c-{n}", "restriction": "R1", "count": n})
            for n in (1, 2, 3)
        ),
        *(
            ("breach_undone", {"contact": f"c-{n}", "restriction": "R1", "because": "error", "note": "Wrong."})
            for n in (1, 2, 3)
        ),
        *(("accepted", {"action": action}) for action in ACTIONS),
        *(("declined", {"action": action, "reason": "Not now."}) for action in ACTIONS),
        *(("carried_out", {"action": action, "note": "Done."}) for action in ACTIONS),
        *(("put_right", {"action": action, "note": "Told."}) for action in ACTIONS),
    )
)


def _nothing_by_itself(made: Any) -> None:
    accepted: list[str] = []
    for _number, one in live_steps(made.steps):
        if one.kind == "accepted":
            assert one.role in ("manager", "senior_manager")
            accepted.append(one.action)
        if one.kind == "carried_out":
            assert one.action in accepted
    assert made.count >= 0
    if not made.breaches:
        assert made.proposals == ()
        assert made.to_do == ()
    for proposal in made.proposals:
        assert proposal.answers <= made.breaches.keys()


@settings(max_examples=150, deadline=None)
@given(_attempts(BREACH_RESPONSE, ANSWERING))
def test_nothing_is_done_that_was_not_accepted_and_nothing_proposed_without_a_breach(attempts):
    first = ANSWERING[0]
    _walk(BREACH_RESPONSE, first, attempts, here("generic", DAY), _nothing_by_itself)


def test_the_courses_can_be_walked_so_the_tests_above_say_something():
    gate = DISCLOSING[2].model_copy(update={"by": "Dee Officer", "role": "data_protection_officer"})
    assert _walk(DISCLOSURE, PROPOSED, [gate, DISCLOSING[4]], here("generic", DAY), lambda _made: None).went
    deleted = _walk(INCIDENT, POSTED, [HAPPENING[0], HAPPENING[2]], here("warwickshire", DAY), lambda _made: None)
    assert deleted.deleted
    reviewer = {"by": "Rae Reviewer", "role": "director"}
    admitted, decided = DISPUTING[1].model_copy(update=reviewer), DISPUTING[3].model_copy(update=reviewer)
    situation = here("stoke", DAY, earlier=(STRATEGY,))
    assert _walk(CHALLENGE, LATE, [DISPUTING[0], admitted, decided], situation, lambda _made: None).decided
