"""What came back reached nobody: it counts for nothing, and what it was to do is open again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from gateway.governance import life
from gateway.governance.breaches.steps import Proposal
from gateway.governance.challenges.disputed import stands_now
from gateway.governance.challenges.file import ChallengeFile
from gateway.governance.challenges.route import is_late
from gateway.governance.course import Course, F
from gateway.governance.courses import BREACH_RESPONSE, CHALLENGE
from gateway.governance.desk import Desk, Readable
from gateway.governance.lacks import Refused
from gateway.governance.letters.steps import Passage
from gateway.governance.next_step import next_step
from gateway.governance.situation import Situation
from gateway.governance.steps import StrategyStep
from gateway.governance.strategy_file import Standing, StrategyFile
from gateway.governance.strategy_fold import fold
from gateway.governance.tasks import open_tasks
from models.identifier import IdentifierKind, PersonIdentifier
from models.person import Representative
from models.policy_course import DurationRule, NoticePart, NoticeRule
from models.restriction import ChannelBlocked, SpocOnly
from routing.standing import why_not_in_force
from tests.case_files import pack
from tests.case_files import step as case_step
from tests.governing import ACTIVE as IN_FORCE
from tests.governing import HOME, MONDAY, PERSON, READY, RULES, draft, situation, step
from tests.governing import TOLD as NOTIFIED

HEAD = {"by": "Hal Head", "role": "head"}
TUESDAY, THURSDAY = MONDAY + timedelta(days=1), MONDAY + timedelta(days=3)


TOLD = tuple(one.model_copy(update={"completes": True}) if one.kind == "acted" else one for one in NOTIFIED)
ACTIVE = (*TOLD, IN_FORCE[-1])


def made(*steps: StrategyStep, **drafted: Any) -> StrategyFile:
    return fold("CS-1", (draft(**drafted), *steps))


def back(letter: str = "L1", sending: int = 1, **fields: Any) -> StrategyStep:
    return step(
        "letter_came_back", letter=letter, sending=sending, **{"on": MONDAY, "reason": "User unknown", **fields}
    )


def posted(letter: str = "L1", **fields: Any) -> StrategyStep:
    sent = {"way": "post", "to": HOME, "on": MONDAY, "received_on": MONDAY + timedelta(days=2), "evidence": "RM 1"}
    return step("letter_sent", letter=letter, **{**sent, **fields})


def letter(purpose: str, name: str = "L2", **fields: Any) -> tuple[StrategyStep, ...]:
    """Written, let go and sent."""
    passages = (Passage(part=NoticePart.OMBUDSMAN, text="In plain words."),)
    written = step("letter_written", letter=name, purpose=purpose, passages=passages)
    return written, step("letter_approved", **HEAD, letter=name), posted(name, **fields)


def stoke(**changes: Any) -> Situation:
    return situation(rules=pack("stoke").life, **changes)


def waiting(file: StrategyFile, here: Situation | None = None) -> set[str]:
    return {task.id.split("/", 1)[1] for task in open_tasks(file, here or situation())}


def why(file: StrategyFile, one: StrategyStep, here: Situation | None = None) -> list[str]:
    with pytest.raises(Refused) as refused:
        life.take(file, one, here or situation())
    return [lack.text for lack in refused.value.lacks]


def test_nothing_is_put_in_force_on_a_notice_that_came_back_until_another_copy_went() -> None:
    file = life.take(made(*TOLD), back(), situation())
    assert why(file, step("activated")) == ["no evidence that a notice reached them"]
    assert "notice" in waiting(file) and "activate" not in waiting(file)
    again = life.take(file, posted(), situation())
    assert life.take(again, step("activated"), situation()).notified_on == MONDAY + timedelta(days=2)


def test_one_way_of_two_that_came_back_is_still_wanted() -> None:
    rules = RULES.model_copy(update={"notice": NoticeRule(parts=RULES.notice.parts, all_of=("email", "post"))})
    here = situation(rules=rules)
    file = life.take(made(*TOLD, posted()), back(sending=2), here)
    assert why(file, step("activated"), here) == ["no evidence that the notice went by post"]


def test_that_it_came_back_is_undone_where_that_was_an_error_and_the_sending_is_not() -> None:
    carried = TOLD[-1].model_copy(update={"carried": True})
    file = life.take(made(*TOLD[:-1], carried), back(), situation())
    assert life.take(file, step("undone", number=len(file.steps), reason="L3 was meant."), situation()) == made(
        *TOLD[:-1], carried, back(), step("undone", number=len(file.steps), reason="L3 was meant.")
    )
    (told,) = why(made(*TOLD[:-1], carried), step("undone", number=len(TOLD) + 1, reason="It came back."))
    assert "triage letter came-back CS-1 L1" in told


@pytest.mark.parametrize(
    ("one", "says"),
    [
        (back("L7"), "not on the file that letter L7 went"),
        (back(sending=2), "not on the file that letter L1 went 2 times"),
        (back(on=MONDAY - timedelta(days=1)), "it went on 2026-03-02"),
        (back(on=TUESDAY), "it went on 2026-03-02"),
    ],
)
def test_only_what_went_comes_back_and_not_before_it_did(one: StrategyStep, says: str) -> None:
    assert says in why(made(*TOLD), one)[0]
    assert "came back" in why(made(*TOLD, back()), back())[0]


def test_what_is_in_force_on_a_notice_that_came_back_is_a_task_at_once_and_a_person_suspends_it() -> None:
    file = life.take(made(*ACTIVE), back(), situation())
    (task,) = (one for one in open_tasks(file, situation()) if one.id == "CS-1/notice_came_back")
    assert (task.to_role, task.due) == ("head", MONDAY)
    assert "triage strategy suspend CS-1" in task.says
    assert file.in_force_from == TUESDAY  # no machine lets go of what people decided
    suspend = step("suspended", **HEAD, reason="He has not read it.")
    assert "for the head of service" in why(file, step("suspended", reason="He has not read it."))[0]
    over = life.take(file, suspend, situation())
    assert (over.standing, over.in_force_from) == (Standing.APPROVED, None)
    assert why_not_in_force(over.strategy(), THURSDAY) is not None
    assert "notice" in waiting(over)
    assert why(over, step("activated")) == ["no evidence that a notice reached them"]
    held = walked_on(over, posted(), step("activated"))
    assert (held.standing, held.notified_on, held.suspended) == (Standing.ACTIVE, MONDAY + timedelta(days=2), None)


def walked_on(file: StrategyFile, *steps: StrategyStep) -> StrategyFile:
    for one in steps:
        file = life.take(file, one, situation())
    return file


def test_only_what_rests_on_nothing_is_suspended() -> None:
    suspend = step("suspended", **HEAD, reason="It helps no more.")
    assert "did not come back" in why(made(*ACTIVE), suspend)[0]
    assert "did not come back" in why(made(*TOLD, posted(), ACTIVE[-1], back()), suspend)[0]


def test_a_copy_that_goes_while_it_is_in_force_tells_them_from_its_own_day() -> None:
    file = made(*ACTIVE, back(), posted(on=TUESDAY, received_on=THURSDAY))
    assert file.in_force_from == THURSDAY
    assert "notice_came_back" not in waiting(file)
    # One more copy beside one that reached them moves nothing.
    assert made(*ACTIVE, posted(on=TUESDAY, received_on=THURSDAY)).in_force_from == TUESDAY


STRICTER = (SpocOnly(id="R1", kind="spoc_only"), ChannelBlocked(id="R2", kind="channel_blocked", channels=("visit",)))
CHANGED = step("changed", **HEAD, restrictions=STRICTER, reasons="He comes in daily.")


@pytest.mark.parametrize(
    ("before", "purpose", "task"),
    [
        ((CHANGED,), "change", "change_letter"),
        ((step("extended", **HEAD, ends=MONDAY + timedelta(days=90), reasons="It goes on."),), "extension",
         "extension_letter"),
        ((step("reviewed", **HEAD, outcome="continue", reasons="It helps.", next_review=MONDAY + timedelta(days=60)),),
         "review_outcome", "review_letter"),
        ((step("ended", **HEAD, reasons="It has stopped."),), "end", "end_letter"),
    ],
)  # fmt: skip
def test_what_a_letter_that_came_back_was_to_tell_is_to_be_told_again_and_has_its_days(
    before: tuple[StrategyStep, ...], purpose: str, task: str
) -> None:
    file = made(*ACTIVE, *before, *letter(purpose, on=MONDAY, received_on=MONDAY))
    assert task not in waiting(file)
    later = THURSDAY + timedelta(days=30)
    again = life.take(file, back("L2", at=later, on=later), situation(later))
    (due,) = (one.due for one in open_tasks(again, situation(later)) if one.id == f"CS-1/{task}")
    assert due is not None and due > later
    assert task not in waiting(made(*again.steps[1:], posted("L2", at=later)), situation(later))


def test_a_change_whose_letter_came_back_is_not_put_in_force_and_is_a_task_where_it_was() -> None:
    told = (*ACTIVE, CHANGED, *letter("change", received_on=MONDAY))
    assert why(made(*told, back("L2")), step("change_in_force", **HEAD)) == [
        "no letter about the change counts as received yet"
    ]
    held = made(*told, step("change_in_force", **HEAD), back("L2"))
    assert {"change_came_back", "change_letter"} <= waiting(held)
    assert "change_came_back" not in waiting(made(*held.steps[1:], posted("L2")))


def test_a_notice_anew_tells_the_change_and_the_new_end_too_where_it_was_written_after_them() -> None:
    longer = step("extended", **HEAD, ends=MONDAY + timedelta(days=90), reasons="It goes on.")
    told = (*ACTIVE, CHANGED, *letter("change", received_on=MONDAY), step("change_in_force", **HEAD), longer)
    all_back = made(*told, back(), back("L2"))
    owed = {"change_came_back", "change_letter", "extension_letter"}
    assert owed <= waiting(all_back)
    anew = made(*all_back.steps[1:], *_on(THURSDAY, *letter("notice", "L3", on=THURSDAY, received_on=THURSDAY)))
    assert not owed & waiting(anew)
    fewer = step("changed", **HEAD, restrictions=STRICTER[:1], reasons="He has not come.", at=MONDAY + timedelta(4))
    assert "change_letter" in waiting(made(*anew.steps[1:], fewer))
    assert owed <= waiting(made(*anew.steps[1:], back("L3", at=THURSDAY, on=THURSDAY)))


def _on(day: date, *steps: StrategyStep) -> list[StrategyStep]:
    return [one.model_copy(update={"at": step("activated", at=day).at}) for one in steps]


BY_LETTER = step("warned", on=MONDAY, how="By letter L2, with what would follow.")


def test_whoever_was_to_be_warned_by_a_letter_that_came_back_was_not_warned() -> None:
    warned = tuple(BY_LETTER if one.kind == "warned" else one for one in READY)
    drafted = made(*letter("warning"), *warned)
    assert life.take(drafted, step("submitted"), situation()).standing is Standing.SUBMITTED
    assert "not warned first" in why(made(*drafted.steps[1:], back("L2")), step("submitted"))[0]
    submitted = made(*drafted.steps[1:], step("submitted"), back("L2"))
    assert "warning_came_back" in waiting(submitted)
    assert "not warned first" in why(submitted, step("acted", **HEAD, act="decision"))[0]
    assert life.take(
        submitted, step("acted", **HEAD, act="decision", agreed=False, note="Warn them."), situation()
    ).standing is (Standing.DRAFT)
    by_telephone = step("warned", on=MONDAY, how="By telephone, with what would follow.")
    assert "warning_came_back" not in waiting(walked_on(submitted, by_telephone))


def test_whoever_has_a_contact_without_restrictions_is_told_of_it_again() -> None:
    soft = {"soft": True, "restrictions": ()}
    file = made(*letter("warning"), BY_LETTER, step("activated"), back("L2"), **soft)
    assert "warning_came_back" in waiting(file)
    assert "warning_came_back" not in waiting(made(*file.steps[1:], posted("L2"), **soft))


def suspended(**drafted: Any) -> StrategyFile:
    return walked_on(made(*ACTIVE, **drafted), back(), step("suspended", **HEAD, reason="He has not read it."))


def test_what_was_suspended_is_put_in_force_or_given_up_by_those_who_decide_alone() -> None:
    file = suspended()
    (only_they,) = why(file, step("undone", number=len(file.steps), reason="No need."))
    assert "Hal Head" in only_they
    assert "for the head of service" in why(file, step("withdrawn", reasons="Enough."))[0]
    assert life.take(file, step("withdrawn", **HEAD, reasons="Enough."), situation()).standing is Standing.WITHDRAWN


def test_whoever_answers_a_challenge_sees_that_it_holds_nobody_and_no_answer_goes_that_does_not_say_so() -> None:
    answer = step("letter_written", letter="L2", purpose="challenge_outcome", passages=())
    approve = step("letter_approved", by="Rae Head", role="head", letter="L2")
    decided = told_by("L2")
    assert (
        "strategy was suspended after letter L2"
        in why(made(*ACTIVE, answer, *suspended().steps[-2:]), approve, situation(besides=(decided,)))[0]
    )
    again = made(*suspended().steps[1:], answer, posted(), step("activated"))
    assert "strategy was put in force again after letter L2" in why(again, approve, situation(besides=(decided,)))[0]
    assert stands_now("CS-1", situation(earlier=(again,))) == "active"
    let_go = stands_now("CS-1", situation(earlier=(suspended(),)))
    assert let_go == "suspended since 2026-03-02, and holds nobody until they are given notice anew"


def test_whoever_has_any_letter_of_what_is_given_up_is_told_that_it_does_not_hold() -> None:
    given_up = step("withdrawn", **HEAD, reasons="Enough.")
    suspend = step("suspended", **HEAD, reason="He has not read it.")
    assert "notice_over" not in waiting(made(*ACTIVE, back(), suspend, given_up))
    assert "notice_over" in waiting(made(*ACTIVE, *letter("review_outcome"), back(), suspend, given_up))


def test_no_notice_promises_a_review_on_a_day_that_has_passed() -> None:
    file = suspended(review_due=TUESDAY)
    written = step("letter_written", at=THURSDAY, letter="L2", purpose="notice", passages=())
    assert any("its review date, 2026-03-03, has passed" in one for one in why(file, written, situation(THURSDAY)))


MAY = MONDAY + timedelta(days=90)
LOOKED = {"by": "Di Rector", "role": "head", "at": MAY, "reasons": "It is needed still."}


def walk(file: StrategyFile, *steps: StrategyStep, day: date) -> StrategyFile:
    for one in steps:
        file = life.take(file, one, situation(day))
    return file


def notice_of(day: str, name: str = "L2", **fields: Any) -> tuple[StrategyStep, ...]:
    """One that names the day of the review, let go and sent."""
    passages = (
        *(Passage(part=part, text="In plain words.") for part in RULES.notice.parts),
        Passage(part=NoticePart.REVIEW_DATE, text=f"We will look at this again by {day}."),
    )
    sent = {"on": MAY, "received_on": MAY + timedelta(days=2), "at": MAY}
    return (
        step("letter_written", letter=name, purpose="notice", passages=passages, at=MAY),
        step("letter_approved", **HEAD, letter=name, at=MAY),
        posted(name, **sent),
    )


@pytest.mark.parametrize("planned", [{}, {"starts": MONDAY}, {"ends": MAY + timedelta(days=80)}])
def test_what_is_suspended_is_reviewed_once_its_day_has_passed_told_anew_and_put_in_force(
    planned: dict[str, Any],
) -> None:
    file = suspended(**planned)
    there = situation(MAY)
    assert waiting(file, there) == {"review"}
    assert next_step(file, there).step == "reviewed"
    written, *_ = notice_of("the old day")
    assert any("review it first" in one for one in why(file, written, there))
    due = MAY + timedelta(days=79)
    review = step("reviewed", outcome="continue", next_review=due, **LOOKED)
    by_decider = review.model_copy(update={"by": "Hal Head"})
    assert "Hal Head was the decider" in why(file, by_decider, there)[0]
    looked = walk(file, review, day=MAY)
    assert (looked.standing, looked.review_due, waiting(looked, there)) == (
        Standing.APPROVED,
        due,
        {"notice", "review"},
    )
    (notice,) = (task for task in open_tasks(looked, there) if task.id == "CS-1/notice")
    assert notice.due is not None and notice.due > MAY  # days of its own
    told = walk(looked, *notice_of("21 August"), day=MAY)
    held = walk(told, step("activated", at=MAY + timedelta(days=1)), day=MAY + timedelta(days=1))
    assert (held.standing, held.notified_on, held.review_due) == (Standing.ACTIVE, MAY + timedelta(days=2), due)
    assert waiting(held, there) == {"review", *({"end"} if planned.get("ends") else ())}  # the notice told of it


def test_no_copy_goes_of_a_notice_that_names_the_day_before() -> None:
    names_it = (Passage(part=NoticePart.REVIEW_DATE, text="We will look at this again by 21 May."),)
    steps = (
        one.model_copy(update={"passages": names_it}) if one.kind == "letter_written" else one
        for one in suspended().steps[1:]
    )
    looked = made(*steps, step("reviewed", outcome="continue", next_review=MAY + timedelta(days=79), **LOOKED))
    again = posted(on=MAY, received_on=MAY + timedelta(days=2), at=MAY)
    assert "another review date was set after letter L1" in why(looked, again, situation(MAY))[0]


def test_what_a_review_lifts_while_it_is_suspended_is_withdrawn_and_not_put_in_force() -> None:
    looked = walk(suspended(), step("reviewed", outcome="lift", **LOOKED), day=MAY)
    there = situation(MAY)
    assert waiting(looked, there) == {"lift"}
    assert next_step(looked, there).step == "withdrawn"
    written = step("letter_written", letter="L2", purpose="notice", passages=())
    in_time = walk(suspended(), step("reviewed", outcome="lift", **{**LOOKED, "at": MONDAY}), day=MONDAY)
    assert any("no longer needed: withdraw it" in one for one in why(in_time, written, situation()))
    assert any("no longer needed: withdraw it" in one for one in why(looked, step("activated", at=MAY), there))
    over = walk(looked, step("withdrawn", at=MAY, reasons="A review lifted it."), day=MAY)
    assert over.standing is Standing.WITHDRAWN


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"outcome": "next_stage"}, "it is suspended: continue or change it"),
        ({"outcome": "continue", "next_review": MAY + timedelta(days=60)}, "set the next review on or before that day"),
    ],
)
def test_no_stage_follows_what_holds_nobody(fields: dict[str, Any], says: str) -> None:
    review = step("reviewed", **LOOKED, **{"next_review": MAY + timedelta(days=9), **fields})
    assert any(says in one for one in why(suspended(ends=MAY + timedelta(days=40)), review, situation(MAY)))


def test_what_was_never_in_force_is_not_reviewed_and_is_a_task_once_its_day_has_passed() -> None:
    file = made(*TOLD)
    assert "nothing to review" in why(file, step("reviewed", outcome="lift", **LOOKED), situation(MAY))[0]
    allowed = step("reviewer_allowed", by="Di Rector", role="head", at=MAY, name="Hal Head", reason="None else.")
    assert "nothing to review" in why(file, allowed, situation(MAY))[0]
    assert waiting(file, situation(MAY)) == {"too_late"}


def test_its_periods_run_from_when_it_was_first_in_force_or_was_taken_up_again() -> None:
    half_a_year = situation(TUESDAY, RULES.model_copy(update={"duration": DurationRule(least="P6M", most="P7M")}))
    ends = MONDAY + timedelta(days=190)
    later = replace(half_a_year, day=MONDAY + timedelta(days=20))
    again = made(*suspended(ends=ends).steps[1:], posted())
    assert life.take(again, step("activated", at=later.day), later).standing is Standing.ACTIVE
    # An earlier course's start is no start of this one.
    up_again = MONDAY + timedelta(days=700)
    dates = {"review_due": up_again + timedelta(days=80), "ends": up_again + timedelta(days=200)}
    reinstated = step("reinstated", **HEAD, at=up_again, evidence="Nine calls.", **dates)
    anew = posted("L2", on=up_again, received_on=up_again, at=up_again)
    written = step("letter_written", letter="L2", purpose="notice", passages=(), at=up_again)
    course = made(*ACTIVE, reinstated, written, anew, starts=MONDAY)
    there = replace(half_a_year, day=up_again)
    assert life.take(course, step("activated", at=up_again), there).standing is Standing.ACTIVE


def test_somebody_whose_notice_came_back_is_not_late_with_a_challenge() -> None:
    given = {"about": "CS-1", "about_kind": "strategy", "person": "P-001", "reasons": "I only heard of it today."}
    much_later = MONDAY + timedelta(days=60)
    received = case_step(CHALLENGE, "received", on=much_later, notified_on=MONDAY, **given)
    file = CHALLENGE.fold("CH-1", [received])
    told = made(*ACTIVE)
    assert is_late(file, stoke(earlier=(told,), day=much_later))
    assert not is_late(file, stoke(earlier=(made(*told.steps[1:], back()),), day=much_later))


def test_nobody_is_told_that_a_notice_does_not_hold_which_they_never_had() -> None:
    withdrawn = step("withdrawn", reasons="Not needed.")
    assert "notice_over" in waiting(made(*TOLD, withdrawn))
    assert "notice_over" not in waiting(made(*TOLD, withdrawn, back()))
    assert life.take(made(*TOLD, withdrawn), back(), situation()).standing is Standing.WITHDRAWN


def told_by(name: str) -> ChallengeFile:
    given = {"about": "CS-1", "about_kind": "strategy", "person": "P-001", "reasons": "It is not true."}
    steps = [
        case_step(CHALLENGE, "received", on=MONDAY, **given),
        case_step(CHALLENGE, "decided", "Rae Reviewer", outcome="stands", reasons="Looked at again."),
        case_step(CHALLENGE, "outcome_told", on=MONDAY, way="post", letter=name),
    ]
    return CHALLENGE.fold("CH-1", steps)


def test_a_challenge_whose_answer_came_back_is_to_be_told_again() -> None:
    told = told_by("L2")
    answered = made(*ACTIVE, *letter("challenge_outcome"))
    assert not open_tasks(told, stoke(earlier=(answered,)))
    here = stoke(earlier=(made(*answered.steps[1:], back("L2")),))
    assert [task.id for task in open_tasks(told, here)] == ["CH-1/tell"]
    sent_again = stoke(earlier=(made(*answered.steps[1:], back("L2"), posted("L2", on=TUESDAY)),), day=TUESDAY)
    anew = case_step(CHALLENGE, "outcome_told", at=TUESDAY, on=TUESDAY, way="post", letter="L2")
    again = CHALLENGE.take(told, anew, sent_again)
    assert not open_tasks(again, sent_again)


class OneFile(Desk):
    """A desk on which a single challenge lies."""

    def __init__(self, file: ChallengeFile, here: Situation) -> None:
        self._file, self._here = file, here

    async def readable(self, course: Course[F], *, closed: bool | None = False) -> Readable[Any]:
        return Readable([self._file] if closed is None or not self._file.closed else [], {})

    async def situation(self, course: Course[F], file: F) -> Situation:
        return self._here


async def test_a_list_shows_what_is_closed_and_waits_for_something_since() -> None:
    told, answered = told_by("L2"), made(*ACTIVE, *letter("challenge_outcome"))
    assert (await OneFile(told, stoke(earlier=(answered,))).unsettled(CHALLENGE)).found == []
    came_back = stoke(earlier=(made(*answered.steps[1:], back("L2")),))
    assert (await OneFile(told, came_back).unsettled(CHALLENGE)).found == [told]


def test_a_reminder_that_came_back_is_still_to_be_sent() -> None:
    proposal = Proposal.model_validate({"action": "reminder_letter", "from_count": 1, "due": MONDAY})
    confirmed = case_step(
        BREACH_RESPONSE, "breach_confirmed", strategy="CS-1", contact="c-1", restriction="R1", count=1
    ).model_copy(update={"proposes": (proposal,)})
    accepted = case_step(BREACH_RESPONSE, "accepted", **HEAD, action="reminder_letter")
    done = case_step(BREACH_RESPONSE, "carried_out", action="reminder_letter", note="Sent.", letter="L2")
    file = BREACH_RESPONSE.fold("BR-1", [confirmed, accepted, done])
    gone = made(*ACTIVE, *letter("reminder"))
    assert not open_tasks(file, situation(earlier=(gone,)))
    assert not open_tasks(file, situation(earlier=(made(*gone.steps[1:], back("L2"), posted("L2")),)))
    here = situation(earlier=(made(*gone.steps[1:], back("L2")),))
    assert [task.id for task in open_tasks(file, here)] == ["BR-1/do.reminder_letter"]
    again = situation(earlier=(made(*gone.steps[1:], back("L2"), *letter("reminder", "L3")),))
    by_another = done.model_copy(update={"letter": "L3"})
    assert not open_tasks(BREACH_RESPONSE.take(file, by_another, again), again)
    undone = case_step(
        BREACH_RESPONSE, "breach_undone", contact="c-1", restriction="R1", because="error", note="A slip."
    )
    assert not open_tasks(BREACH_RESPONSE.take(file, undone, here), here)  # nobody read it


def with_advocate(day: date = TUESDAY, **authority: Any) -> Situation:
    """`TOLD` with its notice sent to an advocate's address."""
    address = PersonIdentifier(kind=IdentifierKind.EMAIL, value="ali@advocates.example")
    advocate = Representative(name="Ali Advocate", identifiers=(address,), **authority)
    return situation(day, person=PERSON.model_copy(update={"representatives": (advocate,)}))


@pytest.mark.parametrize(
    ("authority", "waits"),
    [
        ({"matters": ("M-002",)}, True),
        ({"until": MONDAY - timedelta(days=1)}, True),
        ({}, False),
        ({"until": MONDAY}, False),  # over since; when it went it was not
    ],
)
def test_a_notice_that_an_older_version_sent_to_somebody_without_authority_is_a_task(
    authority: dict[str, Any], waits: bool
) -> None:
    there = with_advocate(**authority)
    sent = TOLD[-1].model_copy(update={"to": "ali@advocates.example"})
    file = made(*TOLD[:-1], sent, step("activated"))
    assert ("not_theirs.L1" in waiting(file, there)) is waits
    if not waits:
        return
    (task,) = (one for one in open_tasks(file, there) if one.id == "CS-1/not_theirs.L1")
    assert "`triage letter came-back CS-1 L1`" in task.says and task.to_role == "head"
    seen = step("task_done", **HEAD, task="not_theirs.L1", note="He is her son, and read it to her.", at=TUESDAY)
    assert "not_theirs.L1" not in waiting(life.take(file, seen, there), there)
    over = waiting(life.take(file, back(), there), there)
    assert "notice_came_back" in over and "not_theirs.L1" not in over
