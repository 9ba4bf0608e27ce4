"""What a strategy waits for: nothing lapses and nothing continues without somebody being told."""

from datetime import date, timedelta

import pytest

from gateway.governance import life
from gateway.governance.lacks import Refused
from gateway.governance.situation import later_by
from gateway.governance.strategy_fold import fold
from gateway.governance.tasks import open_tasks
from models.matter import MatterStatus
from models.policy_records import RegisterRule, RetentionRule
from models.restriction import ChannelBlocked, SameMatterRefused, SpocOnly
from models.strategy import Spoc
from tests.governing import (
    ACTIVE,
    ANSWERED,
    APPROVED,
    HOME,
    MATTERS,
    MONDAY,
    PERSON,
    RULES,
    SUBMITTED,
    TOLD,
    draft,
    file,
    situation,
    step,
)

RULES_THAT_KEEP = RULES.model_copy(
    update={"retention": (RetentionRule(record="strategy", trigger="dormant", period="P24M"),)}
)
REVIEW_DUE = MONDAY + timedelta(days=80)
ONE_WEEK = MONDAY + timedelta(days=7)
STRICTER = (
    SpocOnly(id="R1", kind="spoc_only"),
    ChannelBlocked(id="R2", kind="channel_blocked", channels=("telephone",)),
)


def after(*steps, first=None, base=ACTIVE):
    """A strategy as these steps leave it, whether or not the rules would have allowed them."""
    return fold("CS-1", (first or draft(), *base, *steps))


def waits(file, day=MONDAY, **changes):
    return {task.id.removeprefix("CS-1/"): task for task in open_tasks(file, situation(day, **changes))}


def letter(purpose, sent=True, at=MONDAY, parts=()):
    named = {"letter": f"L-{purpose}"}
    passages = [{"part": part, "text": "In plain words."} for part in parts]
    written = step("letter_written", at=at, purpose=purpose, passages=passages, **named)
    if not sent:
        return (written,)
    gone = step("letter_sent", at=at, way="post", to="1 High St", on=at, received_on=at, evidence="Posting 4", **named)
    return (written, step("letter_approved", at=at, **named), gone)


def reviewed(outcome, **fields):
    return step("reviewed", outcome=outcome, reasons="Looked at.", next_review=REVIEW_DUE, **fields)


def done(task):
    return step("task_done", task=task, note="I saw to it at ten.")


def test_a_draft_waits_for_its_author_and_is_never_left_lying():
    found = waits(file(ANSWERED), MONDAY + timedelta(days=365))
    assert {name: (task.due, task.reminded_from) for name, task in found.items()} == {"draft": (ONE_WEEK, ONE_WEEK)}
    assert "submit it, or withdraw it" in found["draft"].says
    soft = waits(after(first=draft(soft=True, restrictions=()), base=()))
    assert "put it in force, or withdraw it" in soft["draft"].says


def test_work_on_a_draft_puts_its_day_off_and_a_look_at_it_does_not():
    noted = step("noted", at=ONE_WEEK, text="He rang again.")
    looked = step("looked_in", at=ONE_WEEK + timedelta(days=1), by="Vic Visitor", need="A visit.")
    assert waits(after(noted, looked, base=()), ONE_WEEK)["draft"].due == ONE_WEEK + timedelta(days=7)


def test_what_was_submitted_waits_for_the_next_of_the_chain():
    found = waits(file(SUBMITTED))
    assert {name: (task.to_role, task.due) for name, task in found.items()} == {"decision": ("head", ONE_WEEK)}


def test_what_is_approved_waits_for_its_notice_and_then_to_be_put_in_force():
    assert waits(file(APPROVED))["notice"].due == ONE_WEEK
    found = waits(file(TOLD))
    assert set(found) == {"activate"}
    assert found["activate"].due == MONDAY + timedelta(days=1)


def test_a_notice_that_lacks_a_way_is_to_be_completed_before_it_is_in_force():
    both = RULES.model_copy(update={"notice": RULES.notice.model_copy(update={"all_of": ("post", "email")})})
    found = waits(file(TOLD), rules=both)
    assert set(found) == {"notice"}
    assert "no evidence that the notice went by" in found["notice"].says


def test_a_letter_that_went_to_an_unsafe_address_is_seen_to_and_one_that_waits_for_it_is_not_posted():
    where = {"way": "email", "to": "shared@home.example", "on": MONDAY, "received_on": MONDAY + timedelta(days=1)}
    gone = step("letter_sent", letter="L1", evidence="message id", went_although="It was a mistake.", **where)
    assert "unsafe.L1" in waits(after(gone))
    assert "unsafe.L1" not in waits(after(gone, done("unsafe.L1")))
    again = gone.model_copy(update={"to": "10 Old Road, Stafford, ST16 9ZZ"})
    assert "unsafe.L1" in waits(after(gone, done("unsafe.L1"), again))
    queued = step("letter_queued", letter="L1", to=HOME)
    marked = tuple(one.model_copy(update={"safe": one.value != HOME}) for one in PERSON.identifiers)
    unsafe = PERSON.model_copy(update={"identifiers": marked})
    assert "unsafe_tray.L1" not in waits(after(queued))
    assert "unsafe_tray.L1" in waits(after(queued), person=unsafe)
    assert "unsafe_tray.L1" not in waits(after(queued, done("unsafe_tray.L1")), person=unsafe)


def test_a_review_is_told_ahead_by_the_policys_days():
    review = waits(file(ACTIVE))["review"]
    assert (review.due, review.to_role) == (REVIEW_DUE, "head")
    assert review.reminded_from == REVIEW_DUE - timedelta(days=14)


def test_an_end_is_a_task_before_and_after_its_day():
    ends = MONDAY + timedelta(days=30)
    made = file(ACTIVE, first=draft(ends=ends, review_due=None))
    for day in (MONDAY, ends + timedelta(days=1)):
        assert waits(made, day)["end"].due == ends


def test_what_names_no_review_is_looked_at_before_an_end_that_is_far_away():
    soon, far = MONDAY + timedelta(days=30), MONDAY + timedelta(days=400)
    assert "review" not in waits(file(ACTIVE, first=draft(ends=soon, review_due=None)))
    from_before = fold("CS-1", (draft(ends=far, review_due=None), *ACTIVE))
    assert waits(from_before)["review"].due == later_by(MONDAY, RULES.review.every)


def test_a_change_waits_for_its_letter_and_then_to_be_put_in_force():
    changed = step("changed", by="Rae Head", role="head", restrictions=STRICTER, reasons="He rings.")
    assert "change_letter" in waits(after(changed))
    assert "change_letter" in waits(after(changed, *letter("change", sent=False)))
    found = waits(after(changed, *letter("change")))
    assert "change_in_force" in found
    assert "change_letter" not in found
    assert "change_in_force" not in waits(after(changed, *letter("change"), step("change_in_force")))


SILENCE_APPROVED = (step("silence_approved", by="Hal Head", reason="He is calm."),)


@pytest.mark.parametrize(
    ("silent", "more", "open_"),
    [
        (False, (), True),
        (False, letter("extension"), False),
        (True, (), True),
        (True, letter("extension"), False),
        (True, SILENCE_APPROVED, False),
    ],
)
def test_an_extension_waits_for_its_letter_or_for_somebody_who_approves_silence(silent, more, open_):
    ends = MONDAY + timedelta(days=30)
    extended = step("extended", by="Rae Head", ends=ends + timedelta(days=30), reasons="It goes on.", silent=silent)
    assert ("extension_letter" in waits(after(extended, *more, first=draft(ends=ends)))) is open_


@pytest.mark.parametrize(
    ("outcome", "task", "done"),
    [
        ("lift", "lift", step("ended", reasons="Lifted.")),
        ("change", "change", step("changed", restrictions=STRICTER, reasons="As decided.")),
    ],
)
def test_what_a_review_decided_is_a_task_until_it_is_done(outcome, task, done):
    made = after(reviewed(outcome))
    assert waits(made)[task].due == ONE_WEEK
    assert task not in waits(after(reviewed(outcome), done))


def test_the_next_stage_is_a_task_until_it_is_drafted():
    made = after(reviewed("next_stage"))
    assert "next_stage" in waits(made)
    second = fold("CS-2", (draft(stage=2),))
    assert "next_stage" not in waits(made, earlier=(second,))


def test_a_lifted_strategy_has_no_further_review():
    assert "review" not in waits(after(reviewed("lift")))


def test_a_milder_change_holds_at_once_and_is_told_all_the_same():
    milder = step("changed", by="Rae Head", role="head", restrictions=STRICTER[:1], reasons="It is better.")
    made = after(milder, first=draft(restrictions=STRICTER))
    assert made.strategy().restrictions == STRICTER[:1]
    assert waits(made)["change_letter"].due == ONE_WEEK
    assert "change_in_force" not in waits(made)
    told = after(milder, *letter("change"), first=draft(restrictions=STRICTER))
    assert "change_letter" not in waits(told)


def test_a_strategy_taken_up_again_has_the_days_of_a_new_notice():
    ended, rested = step("ended", reasons="It stopped."), step("made_dormant")
    day = MONDAY + timedelta(days=700)
    again = step("reinstated", at=day, evidence="Nine calls today.", review_due=day + timedelta(days=60))
    assert waits(after(ended, rested, again), day)["notice"].due == day + timedelta(days=7)


def test_that_it_has_ended_is_told_whatever_ended_it():
    ended = step("ended", reasons="It stopped.")
    assert waits(after(ended))["end_letter"].due == ONE_WEEK
    assert "end_letter" in waits(after(ended, step("made_dormant")))
    assert "end_letter" not in waits(after(ended, *letter("end")))
    assert "end_letter" in waits(after(ended, *letter("end", sent=False)))
    # An answer to a challenge tells of the end where it has the parts of a letter that does.
    assert "end_letter" in waits(after(ended, *letter("challenge_outcome")))
    assert "end_letter" not in waits(after(ended, *letter("challenge_outcome", parts=("data_use",))))
    assert "end_letter" not in waits(after(ended, *letter("end", parts=("purpose",))))
    # Never in force, so nobody was told anything.
    assert "end_letter" not in waits(after(step("withdrawn", reasons="No."), base=APPROVED))


def test_a_letter_from_before_the_end_does_not_tell_of_it():
    later = MONDAY + timedelta(days=1)
    ended = step("ended", at=later, reasons="It stopped.")
    assert "end_letter" in waits(after(*letter("end"), ended))
    assert "end_letter" in waits(after(reviewed("lift"), *letter("end"), ended))
    assert "end_letter" not in waits(after(ended, *letter("end", at=later)))


def test_a_second_end_is_told_as_the_first_was():
    ended, rested = step("ended", reasons="Lifted."), step("made_dormant")
    untold = reviewed("lift", told=False, silence_reason="It would begin anew.")
    again = step("reinstated", evidence="Nine calls today.", review_due=REVIEW_DUE)
    course = (untold, ended, *letter("end"), rested, again, *letter("notice"), step("activated"))
    assert "lift" not in waits(after(*course))
    second = step("ended", at=MONDAY + timedelta(days=1), reasons="It stopped.")
    assert "end_letter" in waits(after(*course, second))


@pytest.mark.parametrize("purpose", ["review_outcome", "change", "extension", "end"])
def test_a_letter_that_a_review_will_end_it_is_followed_by_one_that_it_has_ended(purpose):
    ended = step("ended", at=MONDAY + timedelta(days=1), reasons="Lifted.")
    file = after(reviewed("lift"), *letter(purpose), ended)
    assert "end_letter" in waits(file) and "end_letter" in waits(file, MONDAY + timedelta(days=90))
    told = after(reviewed("lift"), *letter(purpose), ended, *letter("end", at=MONDAY + timedelta(days=2)))
    assert "end_letter" not in waits(told)


def test_an_end_that_a_review_decided_is_told_or_left_untold_with_its_reason():
    ended = step("ended", reasons="Lifted.")
    assert "end_letter" in waits(after(reviewed("lift"), ended))
    assert "end_letter" not in waits(after(reviewed("lift", told=False, silence_reason="It would begin anew."), ended))


def test_nobody_is_to_write_to_somebody_who_has_died():
    gone = PERSON.model_copy(update={"deceased_on": MONDAY})
    assert "end_letter" not in waits(after(step("ended", reasons="She has died.")), person=gone)


@pytest.mark.parametrize("purpose", ["review_outcome", "change", "extension"])
def test_the_outcome_of_a_review_is_told_by_any_letter_that_tells_it(purpose):
    assert "review_letter" in waits(after(reviewed("continue")))
    assert "review_letter" not in waits(after(reviewed("continue"), *letter(purpose)))
    assert "review_letter" not in waits(after(reviewed("continue", told=False, silence_reason="Safety.")))


UNTIL = MONDAY + timedelta(days=4)
OF_HAL = step(
    "urgent", by="Hal Head", role="head", reason="A threat.", restrictions=STRICTER, told_on=MONDAY,
    told_how="By email.", until=UNTIL,
)  # fmt: skip


def test_urgent_measures_end_on_their_day():
    assert waits(after(OF_HAL, base=()))["urgent"].due == UNTIL
    assert "urgent" not in waits(after(OF_HAL, *ACTIVE, base=()))


def test_urgent_measures_that_lapsed_hold_nobody_and_are_not_said_to_be_still_to_end():
    file = after(OF_HAL, base=())
    (task,) = (one for one in open_tasks(file, situation(UNTIL + timedelta(days=1))) if one.id == "CS-1/urgent")
    assert "ended on 2026-03-06 and hold nobody" in task.says
    suspended = step("suspended", by="Hal Head", role="head", reason="It came back.", at=UNTIL)
    assert "urgent" not in waits(after(OF_HAL, *ACTIVE, suspended, base=()))


def test_whoever_was_told_of_urgent_measures_is_told_that_they_are_over_before_their_day():
    measures = {"restrictions": STRICTER, "told_on": MONDAY, "told_how": "By telephone.", "until": ONE_WEEK}
    urgent = step("urgent", by="Hal Head", role="head", reason="A threat.", **measures)
    withdrawn = step("withdrawn", reasons="Another person was meant.")
    over = waits(after(urgent, withdrawn, base=SUBMITTED))
    assert [(task, over[task].to_role, over[task].due) for task in over] == [("urgent_over", "head", ONE_WEEK)]
    assert waits(after(urgent, withdrawn, done("urgent_over"), base=SUBMITTED)) == {}
    before = done("urgent_over")
    assert waits(after(urgent, before, withdrawn, base=SUBMITTED)) != {}, "what was done before says nothing of it"
    late = step("withdrawn", at=ONE_WEEK + timedelta(days=1), reasons="It has stopped.")
    assert waits(after(urgent, late, base=SUBMITTED)) == {}
    assert waits(after(withdrawn, base=SUBMITTED)) == {}


def test_what_has_ended_is_to_rest_where_its_period_runs_from_then():
    """Wealden L150-L154: else it would be kept for ever, whatever its last letter promised."""
    ended = step("ended", reasons="It stopped.")
    made = after(ended, *letter("end"))
    waiting = waits(made, date(2033, 1, 5), rules=RULES_THAT_KEEP)
    assert {name: (task.to_role, task.due) for name, task in waiting.items()} == {"dormant": ("head", ONE_WEEK)}
    assert waits(after(ended, step("made_dormant"), *letter("end")), rules=RULES_THAT_KEEP) == {}
    closed = RULES.model_copy(
        update={"retention": (RetentionRule(record="strategy", trigger="closed", period="P24M"),)}
    )
    assert waits(made, rules=closed) == {}


def test_a_hold_ends_on_its_day_and_a_legal_one_without_has_none():
    until = MONDAY + timedelta(days=100)
    assert waits(after(step("held", reason="A claim.", until=until)))["hold"].due == until
    assert "hold" not in waits(after(step("held", reason="A claim.", legal=True)))


def test_a_single_point_of_contact_without_a_deputy_is_a_task():
    """LGSCO 19 007 748 (Islington): nobody answered while the contact was away."""
    alone = Spoc(name="Pat Contact", address="spoc@opcc.example")
    changed = step("changed", restrictions=STRICTER, reasons="He rings.", spoc=alone)
    made = after(changed, *letter("change"), step("change_in_force"))
    assert waits(made)["deputy"].due == MONDAY
    assert "deputy" not in waits(file(ACTIVE))


def test_tasks_come_soonest_first():
    ends = MONDAY + timedelta(days=30)
    dues = [task.due for task in open_tasks(file(ACTIVE, first=draft(ends=ends, review_due=ends)), situation())]
    assert dues == sorted(dues)
    assert len(dues) == 2


REFUSING = (SameMatterRefused(id="R1", kind="same_matter_refused"),)
TAKEN_UP_AGAIN = {"matters": (MATTERS[0].model_copy(update={"status": MatterStatus.OPEN}),)}
ADDED = step("changed", restrictions=(SpocOnly(id="R1", kind="spoc_only"), *REFUSING), reasons="Daily.")
URGENT = step("urgent", reason="A threat.", restrictions=REFUSING, told_on=MONDAY, told_how="By telephone.",
              until=MONDAY + timedelta(days=3))  # fmt: skip


@pytest.mark.parametrize(
    ("made", "way", "instead_of"),
    [
        (after(first=draft(restrictions=REFUSING)), "Change the strategy, or end it", None),
        (file(TOLD, first=draft(restrictions=REFUSING)), "Withdraw the strategy", "activate"),
        (after(ADDED), "Change the strategy, or end it", "change_letter"),
        (after(URGENT, base=SUBMITTED), "Withdraw the draft with its urgent measures", None),
    ],
)
def test_that_a_matter_was_taken_up_again_on_which_contact_is_refused_is_a_task_of_those_who_decide(
    made, way, instead_of
):
    """Staffordshire 5.1; the register says that it is open again, and nobody took a step in the file."""
    before, since = waits(made), waits(made, **TAKEN_UP_AGAIN)
    assert "open_matter" not in before
    assert since["open_matter"].says.startswith(way)
    assert "same_matter_refused on M-001" in since["open_matter"].says
    assert (since["open_matter"].to_role, since["open_matter"].due) == ("head", MONDAY)
    assert since["open_matter"].at_once
    assert instead_of not in since
    assert instead_of is None or instead_of in before


@pytest.mark.parametrize("base", [SUBMITTED, (*ACTIVE, step("ended", reasons="It has stopped."))])
def test_nobody_is_told_of_a_matter_taken_up_again_that_holds_nobody_to_anything(base):
    assert "open_matter" not in waits(after(first=draft(restrictions=REFUSING), base=base), **TAKEN_UP_AGAIN)
    if base == SUBMITTED:
        over = after(URGENT, base=base)
        assert "open_matter" not in waits(over, MONDAY + timedelta(days=4), **TAKEN_UP_AGAIN)


def test_another_contact_without_restrictions_is_told_and_another_deputy_is_nobodys_news():
    theirs = {"name": "New Contact", "address": "new@opcc.example", "deputy": "deputy@opcc.example"}
    base = (step("warned", on=MONDAY, how="Told."), step("activated"))
    soft, old = draft(soft=True, restrictions=()), draft().spoc
    replaced = step("changed", restrictions=(), reasons="Pat has left.", spoc=theirs)
    assert waits(after(replaced, first=soft, base=base))["change_letter"].due == ONE_WEEK
    assert "change_letter" not in waits(after(replaced, *letter("change"), first=soft, base=base))
    deputy = replaced.model_copy(update={"spoc": old.model_copy(update={"deputy": "lee@opcc.example"})})
    assert "change_letter" not in waits(after(deputy, first=soft, base=base))
    again = replaced.model_copy(update={"spoc": replaced.spoc.model_copy(update={"deputy": "lee@opcc.example"})})
    assert "change_letter" in waits(after(replaced, again, first=soft, base=base))
    assert "change_letter" not in waits(after(replaced, *letter("change"), again, first=soft, base=base))
    decided = after(reviewed("change"), first=soft, base=base)
    assert "another single point of contact: name them" in waits(decided)["change"].says


def test_whoever_was_given_notice_of_what_was_withdrawn_is_told_that_it_does_not_hold():
    tuesday = MONDAY + timedelta(days=1)
    withdrawn = step("withdrawn", reasons="It is not needed.")
    assert "notice_over" not in waits(after(withdrawn, base=APPROVED))
    told = after(withdrawn, base=TOLD)
    task = waits(told)["notice_over"]
    assert (task.to_role, task.due) == ("head", tuesday)
    assert "notice_over" not in waits(after(withdrawn, done("notice_over"), base=TOLD))
    # One that went untrue is a task of its own.
    untrue = TOLD[-1].model_copy(update={"went_untrue": "It was in the sack."})
    assert set(waits(after(withdrawn, untrue, base=TOLD[:-1]))) == {"went_untrue.L1"}


def all_that_is_owed():
    """A withdrawn strategy: its notice went to what is marked unsafe, again untrue, and a copy is in the tray."""
    measures = {"restrictions": STRICTER, "told_on": MONDAY, "told_how": "By telephone.", "until": ONE_WEEK}
    urgent = step("urgent", by="Hal Head", role="head", reason="A threat.", **measures)
    sent = {"letter": "L1", "way": "post", "to": HOME, "on": MONDAY, "received_on": MONDAY, "evidence": "AB1"}
    unsafe = step("letter_sent", **sent, went_although="It went first.")
    untrue = step("letter_sent", **sent, went_untrue="It was in the sack.", was_untrue="it is withdrawn")
    queued = step("letter_queued", letter="L1", to=HOME)
    return after(urgent, unsafe, step("withdrawn", reasons="No."), untrue, queued, base=TOLD)


MARKED = PERSON.model_copy(
    update={"identifiers": tuple(one.model_copy(update={"safe": one.value != HOME}) for one in PERSON.identifiers)}
)
OWED = {"unsafe.L1", "went_untrue.L1", "unsafe_tray.L1", "untrue.L1", "urgent_over", "notice_over"}


@pytest.mark.parametrize(
    "text",
    [
        "Filing: moved to cabinet 4.",
        "I took letter L1 out of the tray.",
        "The notice, letter L1, went in the wrong envelope; she is safe and was told.",
    ],
)
def test_no_note_settles_what_is_owed(text):
    owed = all_that_is_owed()
    assert set(waits(owed, person=MARKED)) == OWED
    assert set(waits(fold("CS-1", (*owed.steps, step("noted", text=text))), person=MARKED)) == OWED


@pytest.mark.parametrize("task", sorted(OWED))
def test_what_is_done_settles_the_task_that_it_names_and_no_other(task):
    owed, here = all_that_is_owed(), situation(person=MARKED)
    assert f"`triage strategy done CS-1 {task}`" in waits(owed, person=MARKED)[task].says
    settled = life.take(owed, done(task), here)
    assert set(waits(settled, person=MARKED)) == OWED - {task}
    with pytest.raises(Refused, match=f"there is no task {task} that waits for this; those that are: "):
        life.take(settled, done(task), here)


FOR_SENDERS = {"unsafe_tray.L1", "untrue.L1"}


@pytest.mark.parametrize("task", sorted(OWED))
def test_whoever_need_not_know_says_that_a_task_is_done_only_in_a_role_that_it_is_for(task):
    closed = RegisterRule(kind="contact_strategies", name="Strategies", seen_by=("manager",))
    notice = RULES.notice.model_copy(update={"senders": ("staff",)})
    rules = RULES.model_copy(update={"registers": (closed,), "notice": notice})
    owed, here = all_that_is_owed(), situation(person=MARKED, rules=rules)
    theirs, others = ("staff", "head") if task in FOR_SENDERS else ("head", "staff")

    def said(by, role):
        return life.take(owed, done(task).model_copy(update={"by": by, "role": role}), here).steps[-1].by

    for role in (others, "adviser", None):
        with pytest.raises(Refused, match="Curious Colleague is not among those who need to know"):
            said("Curious Colleague", role)
    assert said("Curious Colleague", theirs) == "Curious Colleague"
    assert [said(by, role) for by, role in (("Ann Author", None), ("Max Manager", "manager"))]


def test_only_what_somebodys_word_can_settle_is_said_to_be_done():
    with pytest.raises(Refused, match="there is no task review that waits for this; none is"):
        life.take(after(), done("review"), situation())


ENDED = step("ended", by="Hal Head", role="head", reasons="It stopped.")


def undone(*numbers, at=MONDAY):
    """Each step of these undone, in turn, by whoever took it."""
    return [step("undone", by="Hal Head", at=at, number=number, reason="Wrong key.") for number in numbers]


def test_what_a_carrier_took_is_not_undone_nor_what_it_told():
    written, approved, sent = letter("end")
    by_hand = after(ENDED, written, approved, sent)
    last = len(by_hand.steps)
    assert life.take(by_hand, *undone(last), situation()).letters["L-end"].sent == ()
    carried = after(ENDED, written, approved, sent.model_copy(update={"carried": True}))
    with pytest.raises(Refused, match="that letter went, and cannot be called back"):
        life.take(carried, *undone(last), situation())
    with pytest.raises(Refused, match="only the last step can be undone"):
        life.take(carried, *undone(last - 3), situation())


def test_a_letter_that_somebody_recorded_as_posted_is_asked_after_where_what_it_told_is_undone_too():
    base = after(ENDED, *letter("end"))
    last = len(base.steps)

    def task(*steps):
        return waits(fold("CS-1", (*base.steps, *steps))).get(f"undone.{last}")

    assert task() is None
    assert task(*undone(last)) is None, "it is so still, and waits to be sent"
    assert task(*undone(last), base.steps[-1]) is None, "recorded anew, with another day or number"
    assert task(*undone(last, last - 1, last - 2)) is not None, "written anew, perhaps in other words"
    found = task(*undone(last, last - 1, last - 2, last - 3))
    assert (found.to_role, found.due) == ("head", MONDAY + timedelta(days=1))
    assert f"`triage strategy done CS-1 undone.{last}`" in found.says
    assert task(*undone(last, last - 1, last - 2, last - 3), done(f"undone.{last}")) is None


def test_a_letter_that_was_undone_is_asked_after_where_it_is_on_the_file_and_untrue():
    """A change was recorded as told, and then another was decided, which it does not tell."""
    changed = step("changed", reasons="Calls.", restrictions=STRICTER)
    base = after(changed, *letter("change"))
    last = len(base.steps)
    other = step("changed", reasons="More.", restrictions=STRICTER[:1])
    assert f"undone.{last}" not in waits(fold("CS-1", (*base.steps, *undone(last))))
    assert f"undone.{last}" in waits(fold("CS-1", (*base.steps, *undone(last), other)))


def test_urgent_measures_that_are_undone_after_the_person_was_told_are_asked_after():
    measures = {"restrictions": STRICTER, "told_on": MONDAY, "told_how": "By telephone.", "until": ONE_WEEK}
    urgent = step("urgent", by="Hal Head", role="head", reason="A threat.", **measures)
    number = len(SUBMITTED) + 2
    assert set(waits(after(urgent, *undone(number), base=SUBMITTED))) == {"decision", f"undone.{number}"}
    assert f"undone.{number}" not in waits(after(urgent, *undone(number), urgent, base=SUBMITTED))
    late = undone(number, at=ONE_WEEK + timedelta(days=1))
    assert f"undone.{number}" not in waits(after(urgent, *late, base=SUBMITTED)), "they would be over anyway"


def test_each_breach_of_ours_is_settled_by_itself():
    breaches = [step("staff_breach", at=day, on=day, what="Rang.", put_right="Sorry.") for day in (MONDAY, ONE_WEEK)]
    settled = step("staff_breach_settled", at=ONE_WEEK, done="Spoken to.")
    first, second = (waits(after(*breaches, *done_))["staff_breach"].due for done_ in ((), (settled,)))
    assert second - first == timedelta(days=7)
    assert "staff_breach" not in waits(after(*breaches, settled, settled))
