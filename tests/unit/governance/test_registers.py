"""Entries on the dangerous registers, complex cases, and the register of strategies as a view."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from gateway.governance.cases import taking as cases
from gateway.governance.cases.steps import CASE_STEP
from gateway.governance.challenges.disputed import disputed
from gateway.governance.lacks import Refused
from gateway.governance.registers import taking
from gateway.governance.registers.file import EntryStanding, fold
from gateway.governance.registers.seeing import may_see, may_see_strategy, those_who_may_see
from gateway.governance.registers.steps import ENTRY_STEP
from gateway.governance.registers.strategies import entry_of, outside_of
from gateway.governance.registers.telling import comes_to, to_be_told, told
from gateway.governance.tasks import open_tasks
from models.policy_question import Check
from models.policy_records import ConferenceRule, RegisterRule
from models.restriction import ChannelBlocked, SpocOnly
from models.strategy import Spoc
from tests.governing import ACTIVE, MONDAY, RULES, file, situation
from tests.governing import step as strategy_step

PERSONS = RegisterRule(
    kind="dangerous_persons",
    name="Dangerous persons",
    approvers=("head",),
    review_every="P1Y",
    review_by_approver=True,
    asks=(
        Check(id="factual", question="Is the entry factual, without personal comment?", cites=("Stoke 5.3.1",)),
        Check(id="methods", question="Does it say the agreed ways?", na_allowed=True),
    ),
    cites=("Stoke 5.3.2",),
)
PROPERTIES = PERSONS.model_copy(update={"kind": "dangerous_properties"})
KEEPING = RULES.model_copy(
    update={
        "registers": (PERSONS, PROPERTIES, RegisterRule(kind="complex_cases", name="Complex cases")),
        "conference": ConferenceRule(
            chair="head", invites=("Legal",), settles=("A clear path",), cites=("Stoke 5.1.1",)
        ),
    }
)


def here(day: date = MONDAY, rules=KEEPING, **changes):
    return situation(day, rules, **changes)


def entry_step(kind: str, by: str = "Ann Author", at: date = MONDAY, **fields):
    moment = datetime(at.year, at.month, at.day, 12, tzinfo=UTC)
    return ENTRY_STEP.validate_python({"kind": kind, "by": by, "at": moment, **fields})


ENTERED = entry_step(
    "entered",
    person="P-001",
    known_on=MONDAY,
    facts="On 1 March a visitor was threatened with a knife at the door.",
    methods="By letter.",
    restrictions="Two officers visit together.",
    needs_to_know=("Vic Visitor", "Hal Head"),
)
ANSWERED = (
    entry_step("answered", check="factual", answer="yes"),
    entry_step("answered", check="methods", answer="yes"),
)
APPROVED = (*ANSWERED, entry_step("entry_approved", by="Hal Head", role="head"))


IN_PLACE = {"name": "Nia New", "reason": "Hal Head has left."}


def entry(steps=(), day: date = MONDAY):
    made = taking.begin_person("DP-1", ENTERED, here())
    for one in steps:
        made = taking.take(made, one, here(day))
    return made


def refused(steps, last, day: date = MONDAY) -> str:
    with pytest.raises(Refused) as why:
        taking.take(entry(steps), last, here(day))
    return str(why.value)


def test_an_entry_is_recorded_when_it_is_known_and_waits_for_its_approval():
    made = entry()
    assert made.standing is EntryStanding.WAITING and made.owner == "Ann Author"
    assert made.review_due(PERSONS) is None


def test_it_is_approved_only_with_its_questions_answered_by_another_in_the_policys_role():
    text = refused((), entry_step("entry_approved", by="Ann Author", role="staff"))
    assert "not answered: Is the entry factual, without personal comment? (Stoke 5.3.1)" in text
    assert "this is for the head of service" in text
    assert "Ann Author wrote what is to be approved" in text
    no = entry_step("answered", check="factual", answer="no")
    assert "put this right first" in refused((*ANSWERED, no), APPROVED[-1])
    assert entry(APPROVED).standing is EntryStanding.APPROVED


def test_its_questions_are_answered_as_those_before_a_restriction_are():
    asks = (Check(id="factual", question="Who says so?", note_needed=True), PERSONS.asks[1])
    rules = KEEPING.model_copy(update={"registers": (PERSONS.model_copy(update={"asks": asks}),)})
    with pytest.raises(Refused, match="what the answer rests on is not said"):
        taking.take(entry(ANSWERED), APPROVED[-1], here(rules=rules))
    said = entry_step("answered", check="factual", answer="yes", note="The visitor, on 1 March.")
    assert taking.take(entry((*ANSWERED, said)), APPROVED[-1], here(rules=rules)).approved is not None


def test_the_yearly_review_is_the_approvers_and_sets_the_next():
    made = entry(APPROVED)
    assert made.review_due(PERSONS) == MONDAY.replace(year=2027)
    later = MONDAY + timedelta(days=300)
    review = {"outcome": "keep", "reasons": "Nothing has changed.", "role": "head", "at": later}
    by_another = entry_step("entry_reviewed", by="Nia New", **review)
    why = (
        "the review is for Hal Head, who approved it, "
        "or somebody else allows it with a reason (`triage registers allow-reviewer`)"
    )
    assert why in refused(APPROVED, by_another, later)
    allowed = entry_step("reviewer_allowed", by="Rae Head", at=later, role="head", **IN_PLACE)
    read = entry_step("looked_in", by="Nia New", at=later, need="To review it.")
    looked = (*APPROVED, allowed, read, by_another)
    assert entry(looked, later).review_due(PERSONS) == later.replace(year=later.year + 1)
    assert why in refused(looked, by_another, later)  # it was good for one review
    amended = entry_step("amended", at=later, reason="The court found otherwise.", facts="There was an argument.")
    again = (one.model_copy(update={"at": allowed.at}) for one in APPROVED)
    anew = (*APPROVED, allowed, amended, *again)
    assert why in refused(anew, by_another, later)  # and for the entry as it was


@pytest.mark.parametrize(
    ("by", "role", "why"),
    [
        ("nia new", "head", "allowing a reviewer is for somebody else than nia new: it is their own review"),
        ("Ann Author", "head", "allowing a reviewer is for somebody else than Ann Author: they wrote the entry"),
        ("Hal Head", "adviser", "allowing a reviewer is for the head of service"),
        ("Rae Head", None, "Rae Head is not among those who need to know"),
    ],
)
def test_nobody_allows_their_own_look_at_an_entry(by, role, why):
    assert why in refused(APPROVED, entry_step("reviewer_allowed", by=by, role=role, **IN_PLACE))


def test_a_reviewer_is_allowed_once_there_is_an_approval_to_look_at_and_by_who_hears_disputes_too():
    by_chief = entry_step("reviewer_allowed", by="Cat Chief", role="chief", **IN_PLACE)
    assert "not among those who need to know" in refused(APPROVED, by_chief)
    rules = KEEPING.model_copy(update={"dispute": KEEPING.dispute.model_copy(update={"to": ("chief",)})})
    assert taking.take(entry(APPROVED), by_chief, here(rules=rules)).reviewers_allowed == ("Nia New",)
    assert "not approved yet" in refused((), entry_step("reviewer_allowed", by="Rae Head", role="head", **IN_PLACE))


def test_a_change_has_to_be_approved_anew():
    amended = entry_step("amended", reason="The court found otherwise.", facts="On 1 March there was an argument.")
    made = entry((*APPROVED, amended))
    assert made.standing is EntryStanding.WAITING and not made.answers
    assert made.methods == "By letter."
    for same in ({}, {"facts": entry(APPROVED).facts}, {"methods": entry(APPROVED).methods}):
        assert "nothing is changed" in refused(APPROVED, entry_step("amended", reason="For nothing.", **same))


def test_only_those_who_need_to_know_read_it_or_touch_it():
    made = entry(APPROVED)
    assert those_who_may_see(made) == ("Ann Author", "Hal Head", "Vic Visitor")
    assert may_see(made, "vic  VISITOR", PERSONS) and not may_see(made, "Nosy Neighbour", PERSONS)
    assert may_see(made, "Nosy Neighbour", PERSONS.model_copy(update={"need_to_know": False}))
    assert not may_see(made, "Nosy Neighbour", None)
    assert "not among those who need to know" in refused(
        APPROVED, entry_step("noted", by="Nosy Neighbour", text="I heard of it.")
    )
    allowed = entry_step("allowed", name="Dee Driver", reason="Drives there weekly.")
    taken_off = entry_step("no_longer_allowed", name="Dee Driver", reason="Moved on.")
    assert may_see(entry((*APPROVED, allowed)), "Dee Driver", PERSONS)
    assert not may_see(entry((*APPROVED, allowed, taken_off)), "Dee Driver", PERSONS)
    assert "is not on the list" in refused(APPROVED, taken_off)


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("entry_approved", {}),
        ("entry_reviewed", {"outcome": "keep", "reasons": "Nothing has changed."}),
        ("amended", {"reason": "More is known.", "facts": "There was a knife."}),
        ("removed", {"reasons": "I think so."}),
        ("allowed", {"name": "Dee Driver", "reason": "Drives there weekly."}),
    ],
)
def test_nobody_in_an_approvers_role_acts_on_an_entry_unread_unless_they_were_named(kind, fields):
    before = ANSWERED if kind == "entry_approved" else APPROVED
    act = entry_step(kind, by="Rae Head", role="head", **fields)
    assert "read it first, saying what for (`triage registers show --need`)" in refused(before, act)
    read = entry_step("looked_in", by="Rae Head", need="To decide on it.")
    named = entry_step("allowed", name="Rae Head", reason="Decides on it.")
    another = entry_step("reviewer_allowed", by="Cat Head", role="head", name="Rae Head", reason="Hal Head has left.")
    for first in (read, named):
        ready = (*before, another, first) if kind == "entry_reviewed" else (*before, first)
        assert entry((*ready, act)).steps[-1] == act
    nosy = entry_step(kind, by="Nosy Neighbour", **fields)
    looked = entry_step("looked_in", by="Nosy Neighbour", need="A visit this afternoon.")
    assert "not among those who need to know" in refused((*before, looked), nosy)


def test_a_look_out_of_need_stands_in_nobodys_way_and_is_never_undone():
    looked = entry_step("looked_in", by="Nosy Neighbour", need="A visit this afternoon.")
    steps = (*APPROVED, looked)
    assert entry((*steps, entry_step("undone", by="Hal Head", number=4, reason="Approved in error."))).approved is None
    assert "only the last step can be undone, which is number 4" in refused(
        steps, entry_step("undone", number=5, reason="I did not look.")
    )


def test_a_role_that_the_policy_names_reads_every_entry():
    rule = PERSONS.model_copy(update={"seen_by": ("lone_worker_lead",)})
    assert may_see(entry(), "Lou Lead", rule, "lone_worker_lead")
    assert not may_see(entry(), "Lou Lead", rule, "staff") and not may_see(entry(), "Lou Lead", rule)


def test_strategies_are_anybodys_to_read_only_where_the_policy_closes_no_register_of_them():
    made = file(ACTIVE)
    rule = RegisterRule(kind="contact_strategies", name="Strategies", seen_by=("head",))
    assert not may_see_strategy(made, "Nosy Neighbour", rule)
    assert may_see_strategy(made, "Nosy Neighbour", rule, "head") and may_see_strategy(made, "hal head", rule)
    assert may_see_strategy(made, "Nosy Neighbour", None)
    assert may_see_strategy(made, "Nosy Neighbour", rule.model_copy(update={"need_to_know": False}))
    outside = outside_of(made)
    assert (outside.person, outside.considerations, outside.until, outside.needs_to_know) == (None, None, None, ())
    assert outside.owner == "Hal Head"


def test_a_change_that_only_takes_away_is_told_as_one_that_is_in_force():
    same = (SpocOnly(id="R1", kind="spoc_only"),)
    milder = strategy_step("changed", by="Hal Head", role="head", restrictions=same, reasons="It is better.")
    blocked = ChannelBlocked(id="R2", kind="channel_blocked", channels=("telephone",))
    stricter = milder.model_copy(update={"restrictions": (*same, blocked)})
    assert comes_to(file(ACTIVE), milder) == "change_in_force"
    assert comes_to(file(ACTIVE), stricter) == "changed"
    other = milder.model_copy(update={"restrictions": (), "spoc": Spoc(name="New", address="new@opcc.example")})
    assert comes_to(replace(file(ACTIVE), soft=True, restrictions=()), other) == "change_in_force"


def test_the_roles_are_told_what_holds_now_how_to_read_it_and_nobodys_name():
    rule = RegisterRule(
        kind="contact_strategies", name="Strategies", seen_by=("head", "other"), tells=("head",), cites=("Stoke 5.2.4",)
    )
    assert to_be_told("activated", rule) == ("head",)
    assert to_be_told("noted", rule) == () == to_be_told("activated", rule.model_copy(update={"tells": ()}))
    assert told("CS-1", "ended", "head", rule) == (
        "CS-1 has ended. You are among those who need to know. See it with "
        "`triage strategy show CS-1 --by … --role head`.\n\nIt rests on: Stoke 5.2.4"
    )


def test_reading_out_of_need_is_a_step_and_gives_no_standing_access():
    looked = entry_step("looked_in", by="Nosy Neighbour", need="A visit this afternoon.")
    made = entry((*APPROVED, looked))
    assert made.steps[-1] == looked
    assert not may_see(made, "Nosy Neighbour", PERSONS)


def test_a_removed_entry_takes_no_more_steps():
    removed = entry_step("removed", by="Hal Head", role="head", reasons="The person has died.")
    made = entry((*APPROVED, removed))
    assert made.closed and made.standing is EntryStanding.REMOVED
    assert "was removed" in refused((*APPROVED, removed), APPROVED[-1])
    assert "this is for the head of service" in refused(APPROVED, entry_step("removed", reasons="I think so."))


def test_the_last_step_can_be_undone_and_no_other():
    undone = entry_step("undone", by="Hal Head", number=4, reason="Pressed by mistake.")
    made = entry((*APPROVED, undone))
    assert made.standing is EntryStanding.WAITING and len(made.steps) == 5
    assert fold("DP-1", made.steps) == made
    assert "only the last step" in refused(APPROVED, entry_step("undone", number=2, reason="No."))


def test_a_property_has_an_address_and_need_have_nobody():
    place = {"address": "4 Weir Lane, Northmoor", "uprn": "100023336956"}
    step = entry_step("entered", premises=place, known_on=MONDAY, facts="A dog is kept loose in the yard.")
    made = taking.begin_property("DY-1", step, here(person=None))
    assert made.premises is not None and made.premises.uprn == "100023336956"
    assert taking.kind_of(made) == "dangerous_property"
    bare = entry_step("entered", known_on=MONDAY + timedelta(days=1), facts="A dog is kept loose.")
    with pytest.raises(Refused) as why:
        taking.begin_property("DY-1", bare, here(person=None))
    assert "the address is not given" in str(why.value) and "day to come" in str(why.value)


def test_an_entry_is_about_somebody_whom_the_register_knows_and_on_a_register_that_the_policy_keeps():
    with pytest.raises(Refused, match="knows nobody P-001"):
        taking.begin_person("DP-1", ENTERED, here(person=None))
    with pytest.raises(Refused, match="keeps no register of dangerous persons"):
        taking.begin_person("DP-1", ENTERED, here(rules=RULES))


def case_step(kind: str, by: str = "Ann Author", at: date = MONDAY, **fields):
    moment = datetime(at.year, at.month, at.day, 12, tzinfo=UTC)
    return CASE_STEP.validate_python({"kind": kind, "by": by, "at": moment, **fields})


OPENED = case_step(
    "case_opened", person="P-001", issues=("The car.", "The letter."), background="Four services are concerned."
)
CALLED = case_step("conference_called", by="Hal Head", role="head", on=MONDAY, invited=("Legal", "Housing"))
HELD = case_step(
    "conference_held",
    by="Hal Head",
    role="head",
    on=MONDAY,
    present=("Hal Head", "Lee Legal"),
    settled="One answer to both issues, by Lee Legal.",
    actions=({"id": "A1", "says": "Write the answer.", "owner": "Lee Legal", "due": MONDAY},),
)


def case(steps=(), rules=KEEPING):
    made = cases.begin("CX-1", OPENED, here(rules=rules))
    for one in steps:
        made = cases.take(made, one, here(rules=rules))
    return made


def case_refused(steps, last) -> str:
    with pytest.raises(Refused) as why:
        cases.take(case(steps), last, here())
    return str(why.value)


def test_the_one_whom_the_policy_names_calls_and_chairs_the_conference():
    assert "calls and chairs it" in case_refused((), case_step("conference_called", on=MONDAY, invited=("Legal",)))
    assert "no conference was called" in case_refused((), HELD)
    assert case((CALLED, HELD)).standing == "under way"


def test_a_case_is_closed_when_every_action_has_an_end():
    close = case_step("case_closed", reasons="All is answered.")
    assert "A1 is still to be done, by Lee Legal" in case_refused((CALLED, HELD), close)
    done = case_step("action_done", action="A1", note="Sent today.")
    made = case((CALLED, HELD, done, close))
    assert made.closed and not made.open_actions
    assert "is over already" in case_refused((CALLED, HELD, done), done)
    assert "is closed" in case_refused((CALLED, HELD, done, close), CALLED)


def test_an_action_has_an_id_of_its_own_an_owner_and_a_day():
    again = case_step("action_added", action={"id": "A1", "says": "Twice.", "owner": "Lee Legal", "due": MONDAY})
    assert "an action A1 already" in case_refused((CALLED, HELD), again)


def test_a_policy_without_a_conference_knows_no_complex_case():
    with pytest.raises(Refused, match="knows no conference"):
        case(rules=RULES)


def test_the_register_of_strategies_shows_review_considerations_end_and_who_needs_to_know():
    made = file(ACTIVE)
    line = entry_of(made)
    assert (line.person, line.standing, line.review_due, line.until) == ("P-001", "active", made.review_due, None)
    assert line.considerations == made.reasons
    assert line.needs_to_know == ("Ann Author", "Ada Adviser", "Hal Head", "Pat Contact", "deputy@opcc.example")
    assert line.owner == "Hal Head"
    reviewed = file(
        (
            *ACTIVE,
            strategy_step(
                "reviewed",
                by="Rae Reviewer",
                role="head",
                outcome="continue",
                reasons="Calls went down.",
                next_review=MONDAY + timedelta(days=60),
            ),
        )
    )
    assert entry_of(reviewed).considerations == "Calls went down."


def test_an_entry_can_be_disputed_and_whoever_wrote_or_approved_it_does_not_decide():
    about = disputed("DP-1", MONDAY, here(besides=(entry(APPROVED),)))
    assert about is not None
    assert (about.kind, about.author, about.decider) == ("dangerous_person", "Ann Author", "Hal Head")
    assert disputed("DP-2", MONDAY, here(besides=(entry(),))) is None


def waits_for(made, day: date = MONDAY) -> dict[str, date | None]:
    return {task.id.partition("/")[2]: task.due for task in open_tasks(made, here(day))}


def test_an_entry_waits_for_its_approval_then_for_its_yearly_look():
    assert waits_for(entry()) == {"approval": MONDAY + timedelta(days=7)}
    assert waits_for(entry(APPROVED)) == {"review": MONDAY.replace(year=2027)}
    review = entry_step("entry_reviewed", by="Hal Head", role="head", outcome="remove", reasons="It is over.")
    assert set(waits_for(entry((*APPROVED, review)))) == {"review", "outcome"}
    removed = entry_step("removed", by="Hal Head", role="head", reasons="The person has died.")
    assert not waits_for(entry((*APPROVED, removed)))


def test_a_case_waits_for_its_conference_its_actions_and_its_close():
    assert set(waits_for(case())) == {"called"}
    assert waits_for(case((CALLED,))) == {"held": MONDAY}
    assert waits_for(case((CALLED, HELD))) == {"action.A1": MONDAY}
    done = case_step("action_done", action="A1", note="Sent today.")
    assert set(waits_for(case((CALLED, HELD, done)))) == {"close"}
    assert not waits_for(case((CALLED, HELD, done, case_step("case_closed", reasons="All is answered."))))
