"""The course of a strategy: who, when, why and by what document of each transition (issue 4: the state machine)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from governing import ACTIVE, APPROVED, MONDAY, RULES, SUBMITTED, draft, file, situation, step

from gateway.governance import life
from gateway.governance.challenges.file import ChallengeFile
from gateway.governance.letters.steps import LetterPurpose, Passage
from gateway.governance.step import Step
from gateway.governance.strategy_file import StrategyFile
from gateway.governance.strategy_fold import fold
from gateway.governance.transitions import Transition, transitions
from tests.case_files import challenged

CALLS = {"id": "R2", "kind": "channel_blocked", "channels": ["telephone"]}
END = step("ended", by="Hal Head", role="head", reasons="It has stopped.")


def course(*steps: Step) -> list[Transition]:
    return list(transitions(file(steps), situation()))  # type: ignore[arg-type]


SENT = {"way": "email", "to": "jordan@mail.example", "on": MONDAY, "received_on": MONDAY, "evidence": "message id 17"}


def said(one: Transition) -> tuple[str | None, str, str, str | None]:
    return (one.came_from, one.to, one.why, one.document)


def test_a_straight_course_says_why_and_by_what_document_though_nobody_gave_either():
    made = course(*ACTIVE)
    assert [(one.step.kind, one.step.by) for one in made] == [
        ("drafted", "Ann Author"),
        ("submitted", "Ann Author"),
        ("acted", "Hal Head"),
        ("activated", "Ann Author"),
    ]
    assert [said(one) for one in made] == [
        (None, "draft", "Forty calls in a week about what was decided.", "the draft itself"),
        ("draft", "submitted", "for decision, with the reasons of the draft", "the draft as of step 1"),
        ("submitted", "approved", "agreed to what was submitted", "the draft as of step 1"),
        ("approved", "active", "the notice counts as received on 2026-03-03", "letter L1"),
    ]
    assert {one.on for one in made} == {MONDAY}


def test_a_draft_alone_is_a_course():
    (only,) = course()
    assert said(only) == (None, "draft", "Forty calls in a week about what was decided.", "the draft itself")


@pytest.mark.parametrize(
    ("before", "kind", "more"),
    [
        ((*SUBMITTED[:-1],), "submitted", {}),
        (SUBMITTED, "acted", {"by": "Hal Head", "role": "head", "act": "decision"}),
        (ACTIVE[:-1], "activated", {}),
        ((*ACTIVE, END), "made_dormant", {}),
    ],
)
def test_what_somebody_says_of_it_stands_before_what_follows(before, kind, more):
    words = "note" if kind == "acted" else "reason"
    last = course(*before, step(kind, **more, **{words: "As the case conference wished."}, document="CASE-7/4"))[-1]
    assert (last.step.kind, last.why, last.document) == (kind, "As the case conference wished.", "CASE-7/4")


def test_a_refusal_leads_back_to_the_draft_and_so_does_undoing_it():
    refused = step("acted", by="Hal Head", role="head", act="decision", agreed=False, note="Warn them first.")
    made = course(*SUBMITTED, refused, step("revised", impact="Two days a week."))
    assert said(made[-1]) == ("submitted", "draft", "Warn them first.", "the draft as of step 1")
    undone = step("undone", by="Hal Head", number=len(SUBMITTED) + 2, reason="Pressed by mistake.")
    then, back = course(*SUBMITTED, refused, undone)[-2:]
    assert (then.to, said(back)[:2]) == ("draft", ("draft", "submitted"))
    assert back.why == f"step {len(SUBMITTED) + 2} was an error: Pressed by mistake."


def test_a_revised_draft_is_the_document_of_what_follows():
    steps = (step("revised", impact="Two days a week."), *SUBMITTED)
    assert course(*steps)[-1].document == "the draft as of step 2"


def after_a_while(made: StrategyFile, *steps: Step, days: int) -> StrategyFile:
    for one in steps:
        made = life.take(made, one, situation(MONDAY + timedelta(days=days)))  # type: ignore[arg-type]
    return made


def test_what_tells_of_a_step_is_its_document_once_it_is_written():
    day = MONDAY + timedelta(days=60)
    role = {"by": "Hera Head", "role": "head", "at": day}
    review = step("reviewed", **role, outcome="continue", reasons="It goes on.", next_review=day + timedelta(days=80))
    made = after_a_while(file(ACTIVE), review, days=60)
    assert said(list(transitions(made, situation()))[-1]) == ("active", "active", "continue: It goes on.", None)
    passages = [Passage(part=part, text="In plain words.") for part in RULES.notice.parts]
    outcome = step("letter_written", at=day, letter="L2", purpose=LetterPurpose.REVIEW_OUTCOME, passages=passages)
    made = after_a_while(made, outcome, days=60)
    assert list(transitions(made, situation()))[-1].document == "letter L2, which has not gone yet"


def test_the_end_and_what_follows_it():
    made = course(*ACTIVE, END, step("made_dormant"))
    assert said(made[-2]) == ("active", "ended", "It has stopped.", None)
    rests = "it ended on 2026-03-02, and is kept without effect until it is deleted"
    assert said(made[-1]) == ("ended", "dormant", rests, None)
    again = step("reinstated", by="Hal Head", role="head", evidence="Nine calls.", review_due=MONDAY + timedelta(60))
    taken_up = course(*ACTIVE, END, step("made_dormant"), again)[-1]
    assert said(taken_up) == ("dormant", "approved", "Nine calls.", None)


def test_giving_up_says_why():
    made = course(*APPROVED, step("withdrawn", by="Hal Head", role="head", reasons="Not needed."))
    assert said(made[-1]) == ("approved", "withdrawn", "Not needed.", None)


def test_a_single_point_of_contact_restricts_nobody():
    told = step("warned", on=MONDAY, how="By telephone.")
    made = fold("CS-1", (draft(soft=True, restrictions=(), review_due=None), told, step("activated")))
    assert said(list(transitions(made, situation()))[-1]) == (
        "draft",
        "active",
        "told whom to write to; nothing is restricted",
        None,
    )


def test_a_change_in_force_and_a_suspension_name_the_letter_they_rest_on():
    written, approved, sent = ACTIVE[-4:-1]
    change = step("changed", by="Hal Head", role="head", restrictions=[CALLS], reasons="He rings at night.")
    letter = {"letter": "L2"}
    told = [
        written.model_copy(update={**letter, "purpose": LetterPurpose.CHANGE}),
        approved.model_copy(update=letter),
        sent.model_copy(update=letter),
    ]
    in_force = fold("CS-1", (draft(), *ACTIVE, change, *told, step("change_in_force")))
    changed, held = list(transitions(in_force, situation()))[-2:]
    assert said(changed) == ("active", "active", "He rings at night.", "letter L2")
    assert said(held) == ("active", "active", "the letter about the change counts as received", "letter L2")
    back = step("letter_came_back", letter="L1", sending=1, on=MONDAY, reason="Gone away.")
    suspended = step("suspended", by="Hal Head", role="head", reason="She was not told.")
    (*_, last) = transitions(fold("CS-1", (draft(), *ACTIVE, back, suspended)), situation())
    assert said(last) == ("active", "approved", "She was not told.", "letter L1, which came back")


def of(*steps: Step, besides: tuple[ChallengeFile, ...] = ()) -> list[str | None]:
    """The documents of a course whose steps nobody judges here, from its activation on."""
    made = fold("CS-1", (draft(), *ACTIVE, *steps))  # type: ignore[arg-type]
    return [one.document for one in transitions(made, situation(besides=besides)) if one.number > len(ACTIVE) + 1]


def letter(id_: str, purpose: LetterPurpose, *, sent: bool = True, **more: object) -> list[Step]:
    written = ACTIVE[-4].model_copy(update={"letter": id_, "purpose": purpose, **more})
    return [written, step("letter_sent", letter=id_, **SENT)] if sent else [written]


def test_of_several_letters_the_one_that_reached_them_tells_of_it():
    change = step("changed", by="Hal Head", role="head", restrictions=[CALLS], reasons="He rings at night.")
    purpose = LetterPurpose.CHANGE
    assert of(change, *letter("L2", purpose, sent=False), *letter("L3", purpose)) == ["letter L3"]
    back = step("letter_came_back", letter="L2", sending=1, on=MONDAY, reason="Gone away.")
    assert of(change, *letter("L2", purpose), back) == ["letter L2, which did not reach them"]


def test_a_letter_tells_of_the_step_before_it_and_not_of_one_before_that():
    def review(outcome: str) -> Step:
        return step("reviewed", by="Hera Head", role="head", outcome=outcome, reasons="So it is.", next_review=MONDAY)

    told = letter("L2", LetterPurpose.REVIEW_OUTCOME)
    assert of(review("continue"), review("continue"), *told) == [None, "letter L2"]


def test_what_a_challenge_decided_is_told_by_its_answer():
    answer = letter("L2", LetterPurpose.CHALLENGE_OUTCOME, challenge="CH-1")
    decided = challenged("lifted")
    assert of(*answer, END, step("made_dormant"), besides=(decided,)) == ["letter L2, the answer to CH-1"] * 2
    # An answer that it stands tells of no end.
    assert of(*answer, END, besides=(challenged("stands"),)) == [None]


def test_what_waits_for_a_notice_is_told_by_it_and_urgent_measures_by_word():
    suspended = step("suspended", by="Hal Head", role="head", reason="She was not told.")
    review = step("reviewed", by="Hera Head", role="head", outcome="continue", reasons="On.", next_review=MONDAY)
    assert of(suspended, review, *letter("L2", LetterPurpose.NOTICE))[1] == "letter L2"
    urgent = step(
        "urgent", by="Hal Head", role="head", reason="A threat.", restrictions=[CALLS], told_on=MONDAY,
        told_how="By telephone at ten.", until=MONDAY + timedelta(days=4),
    )  # fmt: skip
    made = fold("CS-1", (draft(), urgent))
    assert list(transitions(made, situation()))[-1].document == "told on 2026-03-02: By telephone at ten."


def test_what_is_undone_without_moving_the_standing_is_told_to_be():
    change = step("changed", by="Hal Head", role="head", restrictions=[CALLS], reasons="He rings at night.")
    undone = step("undone", by="Hal Head", number=len(ACTIVE) + 2, reason="The wrong file.")
    made = fold("CS-1", (draft(), *ACTIVE, change, undone))
    (*_, told, taken_back) = transitions(made, situation())
    assert (told.step.kind, told.to, taken_back.to) == ("changed", "active", "active")
    assert taken_back.why == f"step {len(ACTIVE) + 2} was an error: The wrong file."
    # A note that is undone is neither.
    note = step("noted", text="He rang.")
    back = step("undone", number=len(ACTIVE) + 2, reason="The wrong file.")
    (*_, last) = transitions(fold("CS-1", (draft(), *ACTIVE, note, back)), situation())
    assert last.step.kind == "activated"
