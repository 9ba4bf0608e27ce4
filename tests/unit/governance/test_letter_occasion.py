"""A letter is written, let go and sent only for a strategy that is, and did, what it tells of."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from gateway.governance import life
from gateway.governance.breaches import file as breaches
from gateway.governance.breaches.steps import Proposal
from gateway.governance.challenges import file as challenges
from gateway.governance.challenges.steps import Outcome
from gateway.governance.courses import BREACH_RESPONSE, STRATEGY
from gateway.governance.courses import CHALLENGE as CHALLENGE_STEPS
from gateway.governance.demands.beside import ids_beside, rules_beside, rules_to_come
from gateway.governance.demands.occasion import of_purpose
from gateway.governance.demands.sending import UNTRUE
from gateway.governance.demands.telling import not_to_go
from gateway.governance.lacks import Refused
from gateway.governance.letters.steps import LetterPurpose, Passage
from gateway.governance.steps import StrategyStep
from gateway.governance.strategy_file import StrategyFile
from gateway.governance.strategy_fold import fold
from gateway.governance.tasks import Task, open_tasks
from gateway.store.managed import NO_STRATEGY
from models.matter import MatterStatus
from models.policy_course import Delivery, NoticePart
from models.restriction import ChannelBlocked, SameMatterRefused, SpocOnly
from models.strategy import Spoc
from tests.case_files import step as case_step
from tests.governing import (
    ACTIVE,
    APPROVED,
    HOME,
    MATTERS,
    MONDAY,
    PERSON,
    RULES,
    SUBMITTED,
    TOLD,
    draft,
    situation,
    step,
)
from tests.lettering import TOLD_OF

HEAD = {"by": "Hal Head", "role": "head"}
STRICTER = (SpocOnly(id="R1", kind="spoc_only"), ChannelBlocked(id="R2", kind="channel_blocked", channels=("visit",)))
CHANGED = step("changed", **HEAD, restrictions=STRICTER, reasons="He comes in daily.")
CONTINUED = step("reviewed", **HEAD, outcome="continue", reasons="It helps.", next_review=MONDAY + timedelta(days=60))
LESS = step("changed", **HEAD, restrictions=STRICTER[:1], reasons="Visits are well.")
IN_FORCE = step("change_in_force", **HEAD)
OTHER_REASONS = step("revised", reasons="Ten calls in a day.")
EXTENDED = step("extended", **HEAD, ends=MONDAY + timedelta(days=90), reasons="It goes on.")
REVIEWED = step("reviewed", **HEAD, outcome="lift", reasons="It has stopped.")
ENDED = step("ended", **HEAD, reasons="It has stopped.")
DORMANT = step("made_dormant")
REINSTATED = step("reinstated", **HEAD, evidence="Nine calls.", review_due=MONDAY + timedelta(days=60))
URGENT = step(
    "urgent", **HEAD, reason="A threat.", restrictions=STRICTER, told_on=MONDAY, told_how="By telephone.",
    until=MONDAY + timedelta(days=4),
)  # fmt: skip
DECIDED = (*SUBMITTED, APPROVED[-1].model_copy(update={"completes": True}))
ACTIVE_STRICTER = (step("revised", restrictions=STRICTER), *ACTIVE)
DID = (CHANGED, EXTENDED, REVIEWED)
SOFT = {"soft": True, "restrictions": ()}
(BREACHES,), (CHALLENGE,) = TOLD_OF[LetterPurpose.REMINDER], TOLD_OF[LetterPurpose.CHALLENGE_OUTCOME]


def made(*steps: StrategyStep, **drafted: Any) -> StrategyFile:
    return fold("CS-1", (draft(**drafted), *steps))


def allowed(file: StrategyFile, **here: Any) -> set[str]:
    """The purposes of which a letter may be written."""
    return {one.value for one in LetterPurpose if not list(of_purpose(file, one, situation(**here)))}


@pytest.mark.parametrize(
    ("file", "purposes"),
    [
        (made(), {"notice", "warning"}),
        (made(*SUBMITTED), {"notice", "warning"}),
        (made(*SUBMITTED, URGENT), {"notice"}),
        (made(*DECIDED), {"notice"}),
        (made(*ACTIVE), {"notice"}),
        (made(*ACTIVE, CHANGED), {"notice", "change"}),
        (made(*ACTIVE, EXTENDED), {"notice", "extension"}),
        (made(*ACTIVE, REVIEWED), {"notice", "review_outcome"}),
        (made(*ACTIVE, *DID, ENDED), {"end"}),
        (made(*ACTIVE, *DID, ENDED, DORMANT), {"end"}),
        (made(*ACTIVE, *DID, ENDED, DORMANT, REINSTATED, step("activated")), {"notice"}),
        (made(*SUBMITTED, step("withdrawn", reasons="Not needed.")), set()),
        (made(**SOFT), {"warning"}),
        (made(step("activated"), **SOFT), {"warning"}),
        (made(step("activated"), ENDED, **SOFT), {"end"}),
    ],
)
def test_a_letter_is_for_a_strategy_that_is_and_did_what_it_tells_of(file: StrategyFile, purposes: set[str]) -> None:
    assert allowed(file) == purposes
    dismissed = step("undone", number=len(file.steps), reason="Another was meant.")
    if len(file.steps) > 1 and file.steps[-1] in DID:
        assert allowed(made(*file.steps[1:], dismissed)) == {"notice"}


def test_a_reminder_rests_on_a_confirmed_breach_of_what_is_in_force() -> None:
    """A human confirms each breach before a letter (POLICY_RULES conflict 14, Cleveland 9.11)."""
    active, again = made(*ACTIVE), made(*ACTIVE, ENDED, DORMANT, REINSTATED, step("activated"))
    assert "reminder" in allowed(active, besides=(BREACHES,))
    assert "reminder" not in allowed(replace(active, id="CS-2"), besides=(BREACHES,))
    for file in (made(*DECIDED), made(*ACTIVE, ENDED)):
        assert "reminder" not in allowed(file, besides=(BREACHES,))
    # Nor on one from before it was taken up again; the person has been told of the new course only.
    before = next(iter(BREACHES.breaches.values())).at - timedelta(days=1)
    earlier = {key: one.model_copy(update={"at": before}) for key, one in BREACHES.breaches.items()}
    assert "reminder" in allowed(again, besides=(BREACHES,))
    assert "reminder" not in allowed(again, besides=(replace(BREACHES, breaches=earlier),))
    assert "reminder" not in allowed(active, besides=(replace(BREACHES, breaches={}),))


def test_nobody_is_reminded_before_those_who_decide_that_have_or_where_they_decided_against_it() -> None:
    """Cleveland 9.11, Warwickshire 7.1: it is theirs to decide, also while the letter is under way."""
    proposal = {"action": "reminder_letter", "from_count": 1, "due": MONDAY}
    confirmed = BREACHES.steps[0].model_copy(update={"proposes": (Proposal.model_validate(proposal),)})
    accepted = case_step(BREACH_RESPONSE, "accepted", "Hal Head", action="reminder_letter")
    declined = case_step(BREACH_RESPONSE, "declined", "Hal Head", action="reminder_letter", reason="He is ill.")
    done = case_step(BREACH_RESPONSE, "carried_out", "Hal Head", action="reminder_letter", note="Sent.")
    active, queued = made(*lettered("reminder", *ACTIVE)), step("letter_queued", letter="L2", to=HOME)

    def here(*steps: Any) -> dict[str, Any]:
        return {"besides": (breaches.fold("BR-1", [confirmed, *steps]),)}

    for decided in ((accepted,), (accepted, done)):
        assert "reminder" in allowed(active, **here(*decided))
        assert life.take(active, queued, situation(**here(*decided))).letters["L2"].to_print
    for steps, why in (((), "nobody has decided yet"), ((declined,), "Hal Head decided on BR-1 that no reminder goes")):
        assert "reminder" not in allowed(active, **here(*steps))
        (told,) = refused(active, queued, **here(*steps))
        assert told.startswith(why)


def test_the_answer_to_a_challenge_rests_on_its_decision_whatever_became_of_the_strategy() -> None:
    for file in (made(*SUBMITTED, URGENT), made(*ACTIVE), made(*ACTIVE, ENDED)):
        assert "challenge_outcome" in allowed(file, besides=(CHALLENGE,))
        assert "challenge_outcome" not in allowed(file, besides=(replace(CHALLENGE, decided=None),))


def lettered(purpose: str, *before: StrategyStep, approved: bool = True) -> tuple[StrategyStep, ...]:
    parts = {NoticePart.REASONS, *RULES.notice.parts}
    passages = tuple(Passage(part=part, text="In plain words.") for part in parts)
    written = step("letter_written", letter="L2", purpose=purpose, passages=passages)
    let_go = step("letter_approved", **HEAD, letter="L2")
    return (*before, written, let_go) if approved else (*before, written)


def refused(file: StrategyFile, last: StrategyStep, **here: Any) -> list[str]:
    with pytest.raises(Refused) as one:
        life.take(file, last, situation(**here))
    return [lack.text for lack in one.value.lacks]


@pytest.mark.parametrize(
    ("purpose", "before", "here"),
    [
        ("notice", ACTIVE, {}),
        ("change", (*ACTIVE, CHANGED), {}),
        ("extension", (*ACTIVE, EXTENDED), {}),
        ("review_outcome", (*ACTIVE, REVIEWED), {}),
        ("reminder", ACTIVE, {"besides": (BREACHES,)}),
    ],
)
def test_what_was_written_before_the_end_is_neither_let_go_nor_sent_after_it(
    purpose: str, before: tuple[StrategyStep, ...], here: dict[str, Any]
) -> None:
    approve = step("letter_approved", **HEAD, letter="L2")
    says = f"the strategy is ended, and a letter of purpose `{purpose}` is for one that is not over"
    waiting = made(*lettered(purpose, *before, approved=False))
    assert life.take(waiting, approve, situation(**here)).letters["L2"].approved
    (told,) = refused(made(*lettered(purpose, *before, approved=False), ENDED), approve, **here)
    assert told.startswith(says)
    let_go = made(*lettered(purpose, *before), ENDED)
    queued = step("letter_queued", letter="L2", to=HOME)
    sent = step(
        "letter_sent", letter="L2", way="email", to="jordan@mail.example", on=MONDAY,
        received_on=MONDAY + timedelta(days=1), evidence="message id 18",
    )  # fmt: skip
    for out in (queued, sent):
        (told,) = refused(let_go, out, **here)
        assert told.startswith(says)
    # What went on a day before is on the file all the same, and it counts.
    ended = ENDED.model_copy(update={"at": ENDED.at + timedelta(days=1)})
    tomorrow = MONDAY + timedelta(days=1)
    late = step(
        "letter_sent", at=tomorrow, letter="L2", way="email", to="jordan@mail.example", on=MONDAY,
        received_on=tomorrow, evidence="message id 18",
    )  # fmt: skip
    ended_since = made(*lettered(purpose, *before), ended)
    assert life.take(ended_since, late, situation(tomorrow, **here)).letters["L2"].sent_that_count
    in_the_tray = made(*lettered(purpose, *before), queued, ended)
    posted = posted_on(MONDAY, at=tomorrow)
    assert life.take(in_the_tray, posted, situation(tomorrow, **here)).letters["L2"].sent_that_count


def posted_on(day: date, *, at: date, **fields: Any) -> StrategyStep:
    received_on = situation(at).received_on(Delivery.POST, day)
    given = {"letter": "L2", "way": "post", "to": HOME, "evidence": "RM 17", **fields}
    return step("letter_sent", at=at, on=day, received_on=received_on, **given)


@pytest.mark.parametrize(
    ("purpose", "before", "then", "why"),
    [
        (
            "notice",
            ACTIVE,
            ENDED,
            "the strategy is ended, and a letter of purpose `notice` is for one that is not over",
        ),
        ("notice", ACTIVE, EXTENDED, "the strategy was altered after letter L2 was written"),
        ("end", (*ACTIVE, ENDED), None, "the person has died"),
        ("notice", DECIDED, step("withdrawn", reasons="Not needed."), "the strategy is withdrawn"),
    ],
)
def test_what_went_though_it_was_untrue_by_then_is_recorded_with_how_and_counts_for_nothing(
    purpose: str, before: tuple[StrategyStep, ...], then: StrategyStep | None, why: str
) -> None:
    tuesday, wednesday = MONDAY + timedelta(days=1), MONDAY + timedelta(days=2)
    after = () if then is None else (then.model_copy(update={"at": then.at + timedelta(days=1)}),)
    person = PERSON.model_copy(update={"deceased_on": tuesday}) if then is None else PERSON
    here = situation(wednesday, person=person)
    file = made(*lettered(purpose, *before), step("letter_queued", letter="L2", to=HOME), *after)
    found = not_to_go(file, file.letters["L2"], here)
    assert found.startswith(why) and found.endswith("(since 3 March 2026)")
    posted = posted_on(tuesday, at=wednesday)
    with pytest.raises(Refused, match=re.escape(why)) as one:
        life.take(file, posted, here)
    assert {lack.field for lack in one.value.lacks} == {UNTRUE}
    how = posted.model_copy(update={"went_untrue": "It was in the sack at eight."})
    went = life.take(file, how, here)
    letter = went.letters["L2"]
    assert (letter.to_print, letter.sent_that_count, letter.sent[-1].was_untrue) == (None, (), found)
    assert replace(went, letters=file.letters, steps=file.steps) == file
    (task,) = (task for task in open_tasks(went, here) if task.id == "CS-1/went_untrue.L2")
    assert why in task.says and "Put that right with whoever has it" in task.says
    assert (task.to_role, task.due) == ("head", MONDAY + timedelta(days=3))
    done = step("task_done", at=wednesday, task="went_untrue.L2", note="I rang her about it.")
    assert "CS-1/went_untrue.L2" not in {task.id for task in open_tasks(life.take(went, done, here), here)}


def test_nobody_says_of_a_letter_that_was_true_that_it_was_not() -> None:
    file = made(*lettered("notice", *ACTIVE), step("letter_queued", letter="L2", to=HOME))
    (told,) = refused(file, posted_on(MONDAY, at=MONDAY, went_untrue="I think so."))
    assert told == "what letter L2 tells was so when it went; record it without --went-untrue"


def test_a_notice_that_went_before_its_strategy_was_given_up_is_recorded_as_what_is_to_be_put_right() -> None:
    """True when it went, it is believed since by somebody whom nothing holds to it."""
    tuesday = MONDAY + timedelta(days=1)
    given_up = step("withdrawn", at=tuesday, reasons="Not needed.")
    file = made(*lettered("notice", *DECIDED), step("letter_queued", letter="L2", to=HOME), given_up)
    posted = posted_on(MONDAY, at=tuesday)
    with pytest.raises(Refused, match="the strategy is withdrawn"):
        life.take(file, posted, situation(tuesday))
    how = posted.model_copy(update={"went_untrue": "It went before we gave it up."})
    went = life.take(file, how, situation(tuesday))
    assert (went.standing, went.notified_on, went.strategy().status) == (file.standing, None, file.strategy().status)
    assert STRATEGY.projection(went) == NO_STRATEGY


def test_since_when_a_letter_is_untrue_is_not_said_where_only_the_register_altered() -> None:
    """It has no history: of a matter that was taken up again nobody knows the day."""
    refusing = (SameMatterRefused(id="R1", kind="same_matter_refused"),)
    file = made(*lettered("notice", *DECIDED), step("letter_queued", letter="L2", to=HOME), restrictions=refusing)
    reopened = MATTERS[0].model_copy(update={"status": MatterStatus.OPEN})
    assert not_to_go(file, file.letters["L2"], situation()) == ""
    found = not_to_go(file, file.letters["L2"], situation(MONDAY + timedelta(days=9), matters=(reopened,)))
    assert found and "since" not in found


def test_a_letter_that_was_let_go_and_is_not_put_by_yet_is_marked_too() -> None:
    let_go = made(*lettered("notice", *ACTIVE), ENDED)
    assert "the strategy is ended" in not_to_go(let_go, let_go.letters["L2"], situation())
    # One that went is history, and one that nobody let go is not to go anyway.
    assert not_to_go(let_go, let_go.letters["L1"], situation()) == ""
    waiting = made(*lettered("notice", *ACTIVE, approved=False), ENDED)
    assert not_to_go(waiting, waiting.letters["L2"], situation()) == ""


def test_a_reminder_does_not_go_once_its_breach_was_none() -> None:
    file = made(*lettered("reminder", *ACTIVE))
    queued = step("letter_queued", letter="L2", to=HOME)
    assert life.take(file, queued, situation(besides=(BREACHES,))).letters["L2"].to_print
    (told,) = refused(file, queued, besides=(replace(BREACHES, breaches={}),))
    assert told.startswith("no breach of it is confirmed")


@pytest.mark.parametrize(
    ("purpose", "before", "then", "was"),
    [
        ("notice", ACTIVE, (EXTENDED,), "altered"),
        ("change", (*ACTIVE, LESS), (CHANGED,), "altered"),
        ("review_outcome", (*ACTIVE, REVIEWED), (CONTINUED,), "reviewed again"),
        ("review_outcome", (*ACTIVE_STRICTER, CONTINUED), (LESS,), "altered"),
        ("review_outcome", (*ACTIVE, CONTINUED, CHANGED), (IN_FORCE,), "altered"),
        ("reminder", ACTIVE_STRICTER, (LESS,), "altered"),
        ("reminder", (*ACTIVE, CHANGED), (IN_FORCE,), "altered"),
        ("warning", (step("answered", check="explained", answer="yes"),), (OTHER_REASONS,), "altered"),
    ],
)
def test_a_letter_that_something_has_overtaken_is_neither_let_go_nor_sent(
    purpose: str, before: tuple[StrategyStep, ...], then: tuple[StrategyStep, ...], was: str
) -> None:
    here = {"besides": (BREACHES,)} if purpose == "reminder" else {}
    says = f"the strategy was {was} after letter L2 was written, which does not say so; write it anew"
    approve = step("letter_approved", **HEAD, letter="L2")
    assert refused(made(*lettered(purpose, *before, approved=False), *then), approve, **here) == [says]
    queued = step("letter_queued", letter="L2", to=HOME)
    assert refused(made(*lettered(purpose, *before), *then), queued, **here) == [says]
    let_go = made(*lettered(purpose, *before))
    assert life.take(let_go, queued, situation(**here)).letters["L2"].to_print


def test_what_a_letter_does_not_tell_of_may_alter_after_it() -> None:
    """A change that is to come alters nothing yet of what the person was told, nor the contact that a draft will have.

    The one person whom somebody can ask first is what a warning tells, where that is all there is.
    """
    queued = step("letter_queued", letter="L2", to=HOME)
    another = step("revised", spoc=Spoc(name="Chris Contact", address="chris@opcc.example"))
    still_true = [
        (made(*lettered("reminder", *ACTIVE), CHANGED), {"besides": (BREACHES,)}),
        (made(*lettered("review_outcome", *ACTIVE, CONTINUED), CHANGED), {}),
        (made(*lettered("warning"), another), {}),
    ]
    for file, here in still_true:
        assert life.take(file, queued, situation(**here)).letters["L2"].to_print
    (told,) = refused(made(*lettered("warning"), another, **SOFT), queued)
    assert told.startswith("the strategy was altered after letter L2 was written")


def test_the_answer_to_a_challenge_does_not_go_once_something_else_was_decided() -> None:
    tuesday = MONDAY + timedelta(days=1)
    file, here = made(*lettered("challenge_outcome", *ACTIVE)), {"besides": (CHALLENGE,)}
    queued = step("letter_queued", at=tuesday, letter="L2", to=HOME)
    lifted = case_step(CHALLENGE_STEPS, "decided", "Di Decider", at=tuesday, outcome="lifted", reasons="It was wrong.")
    taken_back = case_step(CHALLENGE_STEPS, "undone", "Rae Reviewer", at=tuesday, number=2, reason="Too soon.")
    again = challenges.fold("CH-1", [*CHALLENGE.steps, taken_back, lifted])
    one_more = challenges.fold("CH-2", [CHALLENGE.steps[0], lifted])
    waiting = challenges.fold("CH-2", [CHALLENGE.steps[0]])
    assert life.take(file, queued, situation(tuesday, **here)).letters["L2"].to_print
    assert life.take(file, queued, situation(tuesday, besides=(CHALLENGE, waiting))).letters["L2"].to_print
    for besides in ((again,), (CHALLENGE, one_more)):
        with pytest.raises(Refused, match="something else was decided on a challenge of it after letter L2"):
            life.take(file, queued, situation(tuesday, besides=besides))
        in_the_tray = made(*lettered("challenge_outcome", *ACTIVE), queued)
        assert untrue(in_the_tray, besides=besides)
    with pytest.raises(Refused, match="no challenge of it is decided"):
        life.take(file, queued, situation(besides=(challenges.fold("CH-1", [*CHALLENGE.steps, taken_back]),)))


def test_the_answer_to_a_challenge_does_not_go_once_the_strategy_ended_or_began_anew() -> None:
    tuesday = MONDAY + timedelta(days=1)
    queued = step("letter_queued", letter="L2", to=HOME)
    lifted = challenges.fold(
        "CH-1", [CHALLENGE.steps[0], CHALLENGE.steps[1].model_copy(update={"outcome": Outcome.LIFTED})]
    )
    over = step("ended", **HEAD, at=tuesday, reasons="It stopped.")
    again = step("reinstated", **HEAD, at=tuesday, evidence="Nine calls.", review_due=MONDAY + timedelta(days=60))
    before_the_end = made(*lettered("challenge_outcome", *ACTIVE), queued, over)
    (task,) = untrue(before_the_end, besides=(CHALLENGE,))
    assert "the strategy ended after letter L2" in task.says
    # That it will end, and that they will be told, is so on the day of the end, too.
    assert not untrue(before_the_end, besides=(lifted,))
    taken_up = made(*lettered("challenge_outcome", *ACTIVE, ENDED, DORMANT), queued, again)
    for answer in (CHALLENGE, lifted):
        (task,) = untrue(taken_up, besides=(answer,))
        assert "the strategy was taken up again after letter L2" in task.says


def test_an_outcome_from_before_such_letters_told_what_else_holds_does_not_go() -> None:
    other = fold("CS-2", (draft(), *TOLD, ACTIVE[-1]))
    queued = step("letter_queued", letter="L2", to=HOME)
    for steps, here in (
        (lettered("review_outcome", *ACTIVE, REVIEWED), {}),
        (lettered("challenge_outcome", *ACTIVE, ENDED), {"besides": (CHALLENGE,)}),
    ):
        file = made(*steps, queued)
        (task,) = untrue(file, earlier=(other,), **here)
        assert "letter L2 does not say what else holds" in task.says
        assert not untrue(file, **here)


@pytest.mark.parametrize(("purpose", "before"), [("warning", ()), ("end", (*ACTIVE, ENDED))])
def test_what_says_how_the_person_may_contact_us_does_not_go_once_another_strategy_has_altered_that(
    purpose: str, before: tuple[StrategyStep, ...]
) -> None:
    tuesday = MONDAY + timedelta(days=1)
    file = made(*lettered(purpose, *before))
    queued = step("letter_queued", at=tuesday, letter="L2", to=HOME)
    then = step("activated", at=tuesday)
    decided, active = fold("CS-2", (draft(), *DECIDED)), fold("CS-2", (draft(), *TOLD, ACTIVE[-1]))
    for unaltered in ((), (decided,), (active,)):
        assert life.take(file, queued, situation(tuesday, earlier=unaltered)).letters["L2"].to_print
    ended = fold("CS-2", (*active.steps, step("ended", **HEAD, at=tuesday, reasons="It has stopped.")))
    # Given notice is told of already before it is put in force, and told of otherwise then; sent again it is not.
    told = fold("CS-2", (draft(), *DECIDED, *TOLD[len(APPROVED) :]))
    again = told.steps[-1].model_copy(update={"at": then.at, "received_on": MONDAY + timedelta(days=3)})
    for unaltered in (told, fold("CS-2", (*told.steps, again))):
        assert life.take(file, queued, situation(tuesday, earlier=(unaltered,))).letters["L2"].to_print
    sent_since = fold("CS-2", (*told.steps[:-1], again))
    withdrawn = fold("CS-2", (*told.steps, step("withdrawn", at=tuesday, reasons="Not needed.")))
    of_it = (sent_since, withdrawn, fold("CS-2", (*told.steps, then)))
    for altered in (fold("CS-2", (*decided.steps, then)), ended, *of_it):
        with pytest.raises(Refused, match="what else holds for the person was altered after letter L2 was written"):
            life.take(file, queued, situation(tuesday, earlier=(altered,)))


def test_urgent_measures_hold_beside_what_the_person_was_given_notice_of() -> None:
    other = fold("CS-2", (draft(starts=MONDAY + timedelta(days=9)), URGENT, *DECIDED, *TOLD[len(APPROVED) :]))
    here = situation(earlier=(other,))
    (holds,), (to_come,) = rules_beside(made(), here), rules_to_come(made(), here)
    assert (holds.restrictions, to_come.strategy.restrictions) == (STRICTER, STRICTER[:1])
    assert to_come.earliest == MONDAY + timedelta(days=9)
    assert ids_beside(made(), here) == ("CS-2",)


@pytest.mark.parametrize(
    ("purpose", "steps", "then"),
    [
        ("notice", DECIDED, "withdraw it"),
        ("notice", ACTIVE, "or end it and write a letter of purpose `end`"),
        ("reminder", ACTIVE, "or end it and write a letter of purpose `end`"),
        ("review_outcome", (*ACTIVE, CONTINUED), "or end it and write a letter of purpose `end`"),
    ],
)
def test_nobody_is_told_of_rules_whose_own_end_has_passed(
    purpose: str, steps: tuple[StrategyStep, ...], then: str
) -> None:
    file, here = made(*lettered(purpose, *steps), ends=MONDAY), {"besides": (BREACHES,)}
    tuesday = MONDAY + timedelta(days=1)
    assert life.take(file, step("letter_queued", letter="L2", to=HOME), situation(**here)).letters["L2"].to_print
    with pytest.raises(Refused, match="the end of the strategy, 2026-03-02, has passed") as one:
        life.take(file, step("letter_queued", at=tuesday, letter="L2", to=HOME), situation(tuesday, **here))
    assert then in str(one.value)


@pytest.mark.parametrize(
    ("purpose", "before", "then", "why"),
    [
        ("notice", ACTIVE, (ENDED,), "the strategy is ended"),
        ("notice", ACTIVE, (EXTENDED,), "was altered after letter L2 was written"),
        ("change", (*ACTIVE, LESS), (CHANGED,), "was altered after letter L2 was written"),
        ("review_outcome", (*ACTIVE, REVIEWED), (CONTINUED,), "was reviewed again"),
        ("end", (*ACTIVE, ENDED), (DORMANT, REINSTATED), "was written before the strategy ended"),
        ("notice", ACTIVE, (ENDED, DORMANT, REINSTATED), "written before the strategy was taken up again"),
    ],
)
def test_a_letter_in_the_print_queue_that_is_untrue_by_now_is_a_task_until_somebody_says_that_it_was_taken_out(
    purpose: str, before: tuple[StrategyStep, ...], then: tuple[StrategyStep, ...], why: str
) -> None:
    """Once put by it is judged no more, as what was posted is recorded: whoever posts it must hear before."""
    queued = (*lettered(purpose, *before), step("letter_queued", letter="L2", to=HOME))
    assert untrue(made(*queued)) == []
    (task,) = untrue(made(*queued, *then))
    assert (task.to_role, task.due) == ("head", MONDAY)
    assert task.says.startswith(
        "Do not post letter L2; take it out, and say so (`triage strategy done CS-1 untrue.L2`): "
    )
    assert why in task.says
    assert untrue(made(*queued, *then, step("noted", text="He rang about letter L2.")))
    assert untrue(made(*queued, *then, step("task_done", task="untrue.L2", note="It is shredded."))) == []
    posted = step(
        "letter_sent", letter="L2", way="post", to=HOME, on=MONDAY, received_on=MONDAY + timedelta(days=2),
        evidence="RM 17",
    )  # fmt: skip
    assert untrue(made(*queued, posted, *then)) == []


def test_a_letter_in_the_print_queue_for_somebody_who_has_died_since_is_a_task() -> None:
    queued = made(*lettered("notice", *ACTIVE), step("letter_queued", letter="L2", to=HOME))
    (task,) = untrue(queued, person=PERSON.model_copy(update={"deceased_on": MONDAY}))
    assert "the person has died" in task.says


def untrue(file: StrategyFile, **here: Any) -> list[Task]:
    return [task for task in open_tasks(file, situation(**here)) if task.id == "CS-1/untrue.L2"]


def test_a_notice_is_refused_for_the_right_reason() -> None:
    over = made(*ACTIVE, ENDED, DORMANT)
    (told,) = refused(over, *lettered("notice", approved=False))
    assert told == (
        "the strategy is dormant, and a letter of purpose `notice` is for one that is not over; take it up again first "
        "(`triage strategy reinstate`)"
    )
    draft_only = made(*lettered("notice", approved=False))
    assert refused(draft_only, step("letter_approved", **HEAD, letter="L2")) == [
        "the strategy itself is not approved yet"
    ]


@pytest.mark.parametrize(
    ("file", "purpose", "then"),
    [
        (made(*ACTIVE, ENDED), "reminder", "one of purpose `end` tells"),
        (made(*ACTIVE, ENDED), "warning", "one of purpose `end` tells"),
        (made(), "change", "one of purpose `warning` says, and once it is decided a `notice`"),
        (made(*DECIDED), "change", "one of purpose `notice` tells"),
        (made(**SOFT), "change", "whom they can ask first, one of purpose `warning` says"),
        (made(*DECIDED), "warning", "a `notice` tells"),
    ],
)
def test_whoever_asks_for_the_wrong_letter_hears_which_is_the_right_one(
    file: StrategyFile, purpose: str, then: str
) -> None:
    (lack,) = of_purpose(file, LetterPurpose(purpose), situation())
    assert then in lack.text
    # What is said to be right is.
    for right in {"end", "notice", "warning"} - {purpose}:
        if f"`{right}`" in then.partition(", and once")[0]:
            assert right in allowed(file)


@pytest.mark.parametrize(
    ("how", "document"),
    [
        ("By letter L2.", None),
        ("By L2", None),
        ("by l2, which he has", None),
        ("By letters L2 and others.", None),
        ("Letter no. L2", None),
        ("Our letter (L2)", None),
        ("In writing, with what follows.", "L2"),
        ("In writing, with what follows.", "Letter 2"),
    ],
)
def test_nobody_was_told_by_a_letter_of_the_file_that_had_not_gone(how: str, document: str | None) -> None:
    tuesday = MONDAY + timedelta(days=1)
    sent = step(
        "letter_sent", at=tuesday, letter="L2", way="email", to="jordan@mail.example", on=tuesday,
        received_on=tuesday + timedelta(days=1), evidence="message id 18",
    )  # fmt: skip

    def warned(on: Any) -> StrategyStep:
        return step("warned", at=tuesday, on=on, how=how, document=document)

    unsent = made(*lettered("warning"), **SOFT)
    went = made(*lettered("warning"), sent, **SOFT)
    for file in (made(**SOFT), unsent):
        with pytest.raises(Refused, match="letter L2 has not been sent, so nobody was told by it"):
            life.take(file, warned(MONDAY), situation(tuesday))
    with pytest.raises(Refused, match="letter L2 went on 2026-03-03 only"):
        life.take(went, warned(MONDAY), situation(tuesday))
    assert life.take(went, warned(tuesday), situation(tuesday)).warned
    untrue_by_then = sent.model_copy(update={"went_untrue": "It was in the sack."})
    with pytest.raises(Refused, match="letter L2 came back, or went to what is unsafe, or when it was not so any more"):
        life.take(made(*lettered("warning"), untrue_by_then, **SOFT), warned(tuesday), situation(tuesday))


def test_a_postcode_of_liverpool_is_no_letter_and_a_letter_that_never_was_told_nobody() -> None:
    at_home = step("warned", on=MONDAY, how="In person, at 2 High Street, Liverpool L1 8JQ.")
    assert life.take(made(), at_home, situation()).warned
    with pytest.raises(Refused, match="letter L9 has not been sent"):
        life.take(made(), step("warned", on=MONDAY, how="By L9"), situation())
    assert life.take(made(), step("warned", on=MONDAY, how="In person.", document="2"), situation()).warned


@pytest.mark.parametrize(
    "file",
    [
        made(*SUBMITTED, URGENT),
        made(*ACTIVE, ENDED),
        made(*ACTIVE, ENDED, DORMANT),
        made(*DECIDED, step("withdrawn", reasons="Lifted on challenge.")),
    ],
)
def test_a_challenge_is_answered_in_writing_wherever_the_strategy_stands(file: StrategyFile) -> None:
    """Stoke 6.3: also where what it lifted was given notice of and never came into force."""
    here = situation(besides=(CHALLENGE,))
    wanted = {NoticePart.REASONS, NoticePart.OMBUDSMAN, *RULES.notice.parts}
    passages = tuple(Passage(part=part, text="In plain words.") for part in wanted)
    sent = {"way": "email", "to": "jordan@mail.example", "on": MONDAY, "received_on": MONDAY + timedelta(days=1)}
    for one in (
        step("letter_written", letter="L2", purpose="challenge_outcome", passages=passages),
        step("letter_approved", **HEAD, letter="L2"),
        step("letter_queued", letter="L2", to=HOME),
        step("letter_sent", letter="L2", evidence="message id 18", **sent),
    ):
        file = life.take(file, one, here)
    assert len(file.letters["L2"].sent_that_count) == 1


def test_an_answer_from_before_the_withdrawal_does_not_say_that_there_was_one() -> None:
    file = made(*lettered("challenge_outcome", *DECIDED), step("withdrawn", reasons="Lifted on challenge."))
    (why,) = refused(file, step("letter_queued", letter="L2", to=HOME), besides=(CHALLENGE,))
    assert why == "the strategy was withdrawn after letter L2 was written, which does not say so; write it anew"
