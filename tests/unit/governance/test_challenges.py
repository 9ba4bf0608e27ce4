"""Challenges: received whatever they lack, looked at by another, answered in writing in time."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from gateway.governance.breaches.file import fold as fold_breaches
from gateway.governance.challenges.had_part import heard_by_another
from gateway.governance.challenges.outcome_letters import letters_gone
from gateway.governance.challenges.route import warning
from gateway.governance.courses import BREACH_RESPONSE, CHALLENGE, DANGEROUS_PERSON
from gateway.governance.demands.telling import parts_needed
from gateway.governance.lacks import Refused
from gateway.governance.letters.steps import LetterPurpose, Passage
from gateway.governance.registers.file import fold as fold_entry
from gateway.governance.strategy_fold import fold
from gateway.governance.tasks import open_tasks
from models.policy_course import NoticePart
from models.restriction import ChannelBlocked, SpocOnly
from models.strategy import Strategy, StrategyStatus
from tests.case_files import here, lacks, step, walked
from tests.governing import ACTIVE, APPROVED, HOME, MONDAY, SUBMITTED, draft, file
from tests.governing import step as strategy_step

STRATEGY = file(ACTIVE)
"""Written by Ann Author, decided by Hal Head; its notice counts as received on the Tuesday."""
SPOC_LATER = SpocOnly(id="R9", kind="spoc_only")
WITHDRAWN = strategy_step("withdrawn", reasons="It was not needed.")
RECEIVED_IN_TIME = MONDAY + timedelta(days=14)


def about(strategy=STRATEGY, pack="stoke", day=RECEIVED_IN_TIME, **changes):
    return here(pack, day=day, earlier=(strategy,), **changes)


def received(on=RECEIVED_IN_TIME, **fields):
    given = {"about": "CS-1", "person": "P-001", "reasons": "It is not true.", **fields}
    return step(CHALLENGE, "received", at=on, on=on, **given)


def taken(kind, at=RECEIVED_IN_TIME, **fields):
    return step(CHALLENGE, kind, at=at, **fields)


def decided(outcome="stands", by="Rae Reviewer", role="director", **fields):
    return taken("decided", by=by, role=role, outcome=outcome, reasons="Looked at again.", **fields)


def allowed(name, by="Rae Reviewer", role="director", **fields):
    return taken("reviewer_allowed", by=by, role=role, name=name, reason="There is one Director only.", **fields)


def opened(*steps, first=None, situation=None):
    return walked(CHALLENGE, first or received(), steps, situation or about())


def with_letter(
    strategy=STRATEGY, parts=(NoticePart.OMBUDSMAN, NoticePart.EMERGENCY), letter="L2", at=RECEIVED_IN_TIME, **fields
):
    """The strategy with a letter about the outcome that was written, approved and sent."""
    passages = tuple(Passage(part=part, text="In plain words.") for part in parts)
    sent = {"way": "post", "to": "1 High Street", "on": RECEIVED_IN_TIME, "evidence": "Posting 17", **fields}
    received_on = RECEIVED_IN_TIME + timedelta(days=2)
    more = (
        strategy_step("letter_written", at=at, letter=letter, purpose="challenge_outcome",
                      passages=passages),
        strategy_step("letter_approved", by="Hal Head", at=at, letter=letter),
        strategy_step("letter_sent", at=at, letter=letter, received_on=received_on, **sent),
    )  # fmt: skip
    return fold(strategy.id, (*strategy.steps, *more))


SAID = tuple(Passage(part=part, text="In plain words.") for part in (NoticePart.OMBUDSMAN, NoticePart.EMERGENCY))
TOLD = taken("outcome_told", on=RECEIVED_IN_TIME, way="post", letter="L2")


def test_what_is_disputed_must_be_the_persons_own():
    with pytest.raises(Refused, match="has nothing CS-9"):
        CHALLENGE.begin("CH-1", received(about="CS-9"), about())


def test_a_policy_may_keep_those_who_acted_in_it_from_hearing_it_too():
    by_adviser = decided(by="Ada Adviser")
    assert opened(by_adviser).decided == by_adviser
    rules = here("stoke").rules
    dispute = rules.dispute.model_copy(update={"not_by": ("author", "decider", "advice")})
    stricter = replace(about(), rules=rules.model_copy(update={"dispute": dispute}))
    made = opened(situation=stricter)
    assert "Ada Adviser acted in what is disputed (advice)" in lacks(CHALLENGE, made, by_adviser, stricter)[0]
    assert opened(allowed("Ada Adviser"), by_adviser, situation=stricter).decided == by_adviser


@pytest.mark.parametrize("steps", [(), SUBMITTED, (*SUBMITTED, WITHDRAWN)])
def test_a_draft_is_nothing_that_could_be_disputed_yet(steps):
    with pytest.raises(Refused, match="was not decided") as refused:
        CHALLENGE.begin("CH-1", received(), about(file(steps)))
    assert refused.value.lacks[0].cites


def test_what_is_decided_can_be_disputed_before_it_is_in_force_and_when_it_is_over():
    urgent = strategy_step(
        "urgent", by="Hal Head", role="head", reason="Threats today.", told_on=MONDAY, told_how="By telephone.", until=MONDAY + timedelta(days=3),
        restrictions=[{"id": "U1", "kind": "spoc_only"}],
    )  # fmt: skip
    for steps in (APPROVED, (urgent,), (*ACTIVE, strategy_step("ended", by="Hal Head", role="head", reasons="Over."))):
        assert opened(situation=about(file(steps))).received.about == "CS-1"


def test_nothing_is_disputed_before_it_is_there():
    day_before = MONDAY - timedelta(days=1)
    urgent = strategy_step(
        "urgent", by="Hal Head", role="head", reason="Threats today.", told_on=day_before, told_how="By telephone.",
        until=MONDAY + timedelta(days=3), restrictions=[{"id": "U1", "kind": "spoc_only"}],
    )  # fmt: skip
    for steps, since in ((ACTIVE, MONDAY), ((urgent, *APPROVED), day_before)):
        situation = about(file(steps))
        with pytest.raises(Refused, match=f"CS-1 is there since {since} only; what came before it is taken as"):
            CHALLENGE.begin("CH-1", received(on=since - timedelta(days=1)), situation)
        assert CHALLENGE.begin("CH-1", received(on=since), situation).received.on == since
    with pytest.raises(Refused, match="DP-1 is there since"):
        CHALLENGE.begin("CH-1", received(about="DP-1", on=day_before), here("stoke", besides=(entry(),)))


@pytest.mark.parametrize(("status", "can"), [("draft", False), ("submitted", False), ("approved", True)])
def test_so_it_is_with_a_strategy_that_only_the_register_has(status, can):
    only = Strategy(id="CS-7", person="P-001", status=status, starts=MONDAY)
    situation = about(strategies=(only,))
    if can:
        CHALLENGE.begin("CH-1", received(about="CS-7"), situation)
    else:
        with pytest.raises(Refused, match="was not decided"):
            CHALLENGE.begin("CH-1", received(about="CS-7"), situation)


def test_who_wrote_and_decided_it_and_its_pack_are_kept_from_the_strategy():
    first = opened(first=received(author="Somebody Else", decider="Nobody")).received
    assert (first.author, first.decider) == ("Ann Author", "Hal Head")
    assert (first.policy, first.policy_version) == ("small", "1")
    assert first.notified_on == MONDAY + timedelta(days=1)


@pytest.mark.parametrize(("name", "did"), [("Ann Author", "wrote"), ("hal  HEAD", "decided")])
def test_neither_author_nor_decider_looks_again_unless_somebody_else_allows_it(name, did):
    refused = (
        f"{name} {did} what is disputed; this is for somebody else, "
        "or somebody else allows it with a reason (`triage challenge allow-reviewer`)"
    )
    assert lacks(CHALLENGE, opened(), decided(by=name), about()) == [refused]
    assert lacks(CHALLENGE, opened(allowed("Cy Colleague")), decided(by=name), about()) == [refused]
    heard = opened(allowed(name), decided(by=name))
    assert heard.decided is not None and not heard_by_another(heard, STRATEGY, ())
    assert heard_by_another(opened(allowed(name), decided()), STRATEGY, ())


def test_whoever_is_allowed_to_decide_it_may_admit_it_too():
    day = RECEIVED_IN_TIME + timedelta(days=30)
    admitted = taken("admitted", at=day, by="Hal Head", role="director", admitted=True, reason="She was ill.")
    late, situation = received(on=day), about(day=day)
    assert "Hal Head decided" in lacks(CHALLENGE, opened(first=late, situation=situation), admitted, situation)[0]
    steps = (allowed("Hal Head", at=day), admitted, decided(by="Hal Head").model_copy(update={"at": admitted.at}))
    assert opened(*steps, first=late, situation=situation).decided is not None


@pytest.mark.parametrize(
    ("by", "role", "why"),
    [
        ("hal head", "director", "allowing a reviewer is for somebody else than hal head: it is their own review"),
        ("Ann Author", "director", "allowing a reviewer is for somebody else than Ann Author: they wrote what is"
                                   " disputed"),
        ("Rae Reviewer", "adviser", "allowing a reviewer is for the"),
        ("Rae Reviewer", None, "allowing a reviewer is for the"),
    ],
)  # fmt: skip
def test_nobody_allows_themselves_to_hear_it_nor_does_the_author(by, role, why):
    (found,) = lacks(CHALLENGE, opened(), allowed("Hal Head", by=by, role=role), about())
    assert found.startswith(why)


@pytest.mark.parametrize("role", ["director", "head_of_customer_services", "head_of_service", "adjudicator"])
def test_a_reviewer_is_allowed_by_those_who_decide_review_or_hear_disputes_before_it_is_decided(role):
    rules = about().rules
    heard_by = rules.dispute.model_copy(update={"reviewed_by": ("director", "adjudicator")})
    situation = replace(about(), rules=rules.model_copy(update={"dispute": heard_by}))
    step = allowed("Hal Head", role=role)
    assert opened(step, situation=situation).reviewers_allowed == ("Hal Head",)
    assert lacks(CHALLENGE, opened(decided()), step, situation) == ["it was decided already"]


def test_who_may_allow_a_reviewer_of_an_entry_are_its_approvers():
    situation = here("stoke", day=RECEIVED_IN_TIME, person=None)
    entry = {"about": "DY-1", "person": "", "about_kind": "dangerous_property", "author": "Ann Author"}
    made = opened(first=received(**entry, decider="Hal Head"), situation=situation)
    assert "Hal Head decided" in lacks(CHALLENGE, made, decided(by="Hal Head"), situation)[0]
    step = allowed("Hal Head", role="head_of_service")
    assert CHALLENGE.take(made, step, situation).reviewers_allowed == ("Hal Head",)


def test_it_is_decided_in_the_policys_role():
    assert lacks(CHALLENGE, opened(), decided(role="head_of_service"), about()) == ["this is for the Director"]


# The notice counts as received on Tuesday 3 March 2026: fifteen working days later is Tuesday the 24th.
@pytest.mark.parametrize(("on", "late"), [(date(2026, 3, 24), False), (date(2026, 3, 25), True)])
def test_the_window_counts_working_days_from_the_day_the_notice_was_received(on, late):
    situation = about(day=on)
    made = opened(first=received(on=on), situation=situation)
    decision = decided().model_copy(update={"at": made.steps[0].at})
    if not late:
        assert CHALLENGE.take(made, decision, situation).decided is not None
        return
    assert lacks(CHALLENGE, made, decision, situation) == ["it came late and was not admitted"]
    assert [task.id for task in open_tasks(made, situation)] == ["CH-1/admit"]
    admitted = taken("admitted", at=on, by="Rae Reviewer", role="director", admitted=True, reason="She was ill.")
    assert "for the Director" in lacks(CHALLENGE, made, admitted.model_copy(update={"role": None}), situation)[0]
    let_in = CHALLENGE.take(made, admitted, situation)
    assert CHALLENGE.take(let_in, decision, situation).decided is not None
    turned_away = CHALLENGE.take(made, admitted.model_copy(update={"admitted": False}), situation)
    assert lacks(CHALLENGE, turned_away, decision, situation) == ["it came late and was not admitted"]
    assert [task.id for task in open_tasks(turned_away, situation)] == ["CH-1/point_on"]


def test_one_that_came_in_time_is_not_admitted_or_turned_away():
    admitted = taken("admitted", by="Rae Reviewer", role="director", admitted=False, reason="No.")
    assert lacks(CHALLENGE, opened(), admitted, about()) == ["it came in time"]


@pytest.mark.parametrize("how", [{"in_writing": False}, {"reasons": " "}])
def test_it_is_recorded_unwritten_and_then_put_in_writing_or_that_is_waived(how):
    made = opened(first=received(**how))
    assert lacks(CHALLENGE, made, decided(), about()) == ["it is not there in writing with reasons"]
    assert [task.id for task in open_tasks(made, about())] == ["CH-1/writing"]
    written = taken("put_in_writing", on=RECEIVED_IN_TIME, reasons="It is not true.")
    waived = taken("writing_waived", reason="She cannot write; I wrote it down with her.")
    for whole in (written, waived):
        assert CHALLENGE.take(CHALLENGE.take(made, whole, about()), decided(), about()).decided is not None


def test_the_answer_is_due_in_the_policys_working_days_from_when_it_was_whole():
    (task,) = open_tasks(opened(), about())
    assert (task.id, task.due) == ("CH-1/decide", date(2026, 4, 6))
    later = RECEIVED_IN_TIME + timedelta(days=2)
    written = taken("put_in_writing", at=later, on=later, reasons="It is not true.")
    made = opened(written, first=received(in_writing=False), situation=about(day=later))
    assert open_tasks(made, about(day=later))[0].due == date(2026, 4, 8)


def test_the_outcome_goes_by_a_letter_of_the_strategy_that_names_who_is_next():
    made = opened(decided())
    assert "does not tell what came of a challenge" in lacks(CHALLENGE, made, TOLD, about())[0]
    silent = about(with_letter(parts=(NoticePart.EMERGENCY,)))
    assert lacks(CHALLENGE, made, TOLD, silent) == ["the letter does not say who else may look at it"]
    other_day = about(with_letter(on=RECEIVED_IN_TIME - timedelta(days=1)))
    assert lacks(CHALLENGE, made, TOLD, other_day) == ["the letter was not sent that way on that day"]
    assert lacks(CHALLENGE, opened(), TOLD, about(with_letter())) == ["it is not decided yet"]
    closed = CHALLENGE.take(made, TOLD, about(with_letter()))
    assert CHALLENGE.closed(closed)
    assert open_tasks(closed, about(with_letter())) == ()


def test_whoever_tells_the_outcome_is_told_which_letter_went_or_to_write_one():
    made, unnamed = opened(decided()), TOLD.model_copy(update={"letter": None})
    write = "`triage letter write CS-1 --purpose challenge_outcome --challenge CH-1`"
    (task,) = open_tasks(made, about())
    assert task.id == "CH-1/tell" and write in task.says
    assert lacks(CHALLENGE, made, unnamed, about()) == [
        f"no letter of CS-1 with the outcome has gone; write one and send it first ({write})"
    ]
    gone = about(with_letter())
    (task,) = open_tasks(made, gone)
    assert "`triage challenge told CH-1 --letter L2 --way post --on 2026-03-16`" in task.says
    assert lacks(CHALLENGE, made, unnamed, gone) == ["say which letter of CS-1 it was (`--letter L2`)"]
    wrong = TOLD.model_copy(update={"letter": "L1"})
    assert lacks(CHALLENGE, made, wrong, gone) == [
        "letter L1 of CS-1 does not tell what came of a challenge; `--letter L2` does"
    ]


def test_a_strategy_that_only_the_register_has_is_told_of_with_evidence_and_every_body():
    strategy = Strategy(
        id="CS-7", person="P-001", status=StrategyStatus.ACTIVE, starts=MONDAY, notified_on=MONDAY, decider="Hal Head"
    )
    situation = here("stoke", day=RECEIVED_IN_TIME, strategies=(strategy,))
    made = opened(decided(), first=received(about="CS-7"), situation=situation)
    assert "hal" in lacks(CHALLENGE, opened(first=received(about="CS-7"), situation=situation),
                          decided(by="hal head"), situation)[0]  # fmt: skip
    told = taken("outcome_told", on=RECEIVED_IN_TIME, way="email", onward=("Housing Ombudsman",))
    assert lacks(CHALLENGE, made, told, situation) == [
        "nothing shows that the letter went",
        "the person was not told of: Local Government and Social Care Ombudsman",
    ]
    onward = situation.rules.dispute.onward
    whole = told.model_copy(update={"evidence": "message id 9", "onward": onward})
    assert CHALLENGE.closed(CHALLENGE.take(made, whole, situation))


@pytest.mark.parametrize("outcome", ["changed", "lifted"])
def test_an_outcome_that_changes_something_stays_open_until_the_strategy_says_so(outcome):
    situation = about(with_letter())
    made = CHALLENGE.take(opened(decided(outcome)), TOLD, situation)
    assert not CHALLENGE.closed(made)
    assert [task.id for task in open_tasks(made, situation)] == ["CH-1/carry_out"]
    carried = taken("carried_out", by="Rae Reviewer", role="director", note="Done.")
    assert lacks(CHALLENGE, made, carried, situation)
    strategy = with_letter()
    further = strategy_step("changed", at=RECEIVED_IN_TIME, restrictions=strategy.restrictions, reasons="As decided.")
    if outcome == "changed":
        nothing = about(fold(strategy.id, (*strategy.steps, further)))
        assert lacks(CHALLENGE, made, carried, nothing)[0].startswith(f"{strategy.id} has not been changed since")
        further = further.model_copy(update={"restrictions": ()})
    if outcome == "lifted":
        further = strategy_step("ended", at=RECEIVED_IN_TIME, reasons="As decided.")
    after = about(fold(strategy.id, (*strategy.steps, further)))
    assert CHALLENGE.closed(CHALLENGE.take(made, carried, after))


def test_an_outcome_is_to_be_carried_out_from_the_day_it_is_decided():
    made = opened(decided("lifted"))
    waits = {task.id: task for task in open_tasks(made, about())}
    assert set(waits) == {"CH-1/tell", "CH-1/carry_out"}
    assert "lifted CS-1, which holds the person still: end it" in waits["CH-1/carry_out"].says
    assert waits["CH-1/carry_out"].due == RECEIVED_IN_TIME + timedelta(days=7)
    assert [task.id for task in open_tasks(opened(decided("stands")), about())] == ["CH-1/tell"]
    ended = about(fold("CS-1", (*STRATEGY.steps, strategy_step("ended", at=RECEIVED_IN_TIME, reasons="As decided."))))
    carried = CHALLENGE.take(made, taken("carried_out", note="Ended."), ended)
    assert [task.id for task in open_tasks(carried, ended)] == ["CH-1/tell"]


def test_a_change_that_waits_for_its_letter_carries_nothing_out_yet():
    made = opened(decided("changed"))
    carried = taken("carried_out", by="Rae Reviewer", role="director", note="Done.")
    instead = (ChannelBlocked(id="R2", kind="channel_blocked", channels=("telephone",)),)
    changed = strategy_step("changed", at=RECEIVED_IN_TIME, restrictions=instead, reasons="As decided.")
    waiting = (*STRATEGY.steps, changed)
    assert lacks(CHALLENGE, made, carried, about(fold("CS-1", waiting))) == [
        "the change of CS-1 is not in force yet (`triage strategy in-force`)"
    ]
    in_force = (*waiting, strategy_step("change_in_force", at=RECEIVED_IN_TIME))
    further = strategy_step("changed", at=RECEIVED_IN_TIME, restrictions=(*instead, SPOC_LATER), reasons="More.")
    for course in (in_force, (*in_force, further)):
        assert not CHALLENGE.take(made, carried, about(fold("CS-1", course))).to_carry_out
    # One that took the place of another, which never held, is what counts.
    assert lacks(CHALLENGE, made, carried, about(fold("CS-1", (*waiting, further))))


def test_whether_a_change_is_what_was_decided_says_whoever_hears_challenges_and_was_not_disputed():
    made = opened(decided("changed"))
    instead = (ChannelBlocked(id="R2", kind="channel_blocked", channels=("telephone",)),)
    changed = strategy_step("changed", at=RECEIVED_IN_TIME, by="Hal Head", restrictions=instead, reasons="Enough.")
    course = (*STRATEGY.steps, changed, strategy_step("change_in_force", at=RECEIVED_IN_TIME))
    situation = about(fold("CS-1", course))

    def lacking(by, role="director"):
        return lacks(CHALLENGE, made, taken("carried_out", by=by, role=role, note="Done."), situation)

    assert lacking("Cal Clerk", None) == ["saying that a change is what was decided is for the Director"]
    for disputed in ("Ann Author", "Hal Head"):
        assert "wrote or decided what was disputed" in lacking(disputed)[0]
    for judging in ("Rae Reviewer", "Val Vice"):
        CHALLENGE.take(made, taken("carried_out", by=judging, role="director", note="Done."), situation)
    # Whoever decided it may have changed it themselves; and that it is over, its own file says.
    theirs = changed.model_copy(update={"by": "Rae Reviewer"})
    own = about(fold("CS-1", (*STRATEGY.steps, theirs, strategy_step("change_in_force", at=RECEIVED_IN_TIME))))
    CHALLENGE.take(made, taken("carried_out", by="Rae Reviewer", role="director", note="Done."), own)
    over = about(fold("CS-1", (*course, strategy_step("ended", at=RECEIVED_IN_TIME, reasons="No longer needed."))))
    CHALLENGE.take(made, taken("carried_out", by="Cal Clerk", note="It has ended."), over)


def entry(*steps):
    begun = step(DANGEROUS_PERSON, "entered", by="Ann Author", person="P-001", known_on=MONDAY, facts="A knife.")
    return fold_entry("DP-1", [begun, *steps])


@pytest.mark.parametrize(("outcome", "does"), [("lifted", "removed"), ("changed", "amended")])
def test_nobody_stays_on_a_register_of_dangers_of_whom_it_was_said_that_they_do_not(outcome, does):
    approved = step(DANGEROUS_PERSON, "entry_approved", by="Hal Head", role="head_of_service")
    before = step(DANGEROUS_PERSON, "amended", reason="More is known.", facts="A knife, shown.")
    situation = here("stoke", day=RECEIVED_IN_TIME, besides=(entry(before, approved),))
    letter = (
        taken("letter_written", letter="L1", purpose="challenge_outcome", challenge="CH-1", passages=SAID),
        taken("letter_approved", by="Hal Head", role="head_of_service", letter="L1"),
        taken("letter_sent", letter="L1", way="post", to=HOME, on=RECEIVED_IN_TIME, evidence="Posting 17",
              received_on=RECEIVED_IN_TIME + timedelta(days=2)),
        taken("outcome_told", on=RECEIVED_IN_TIME, way="post", letter="L1"),
    )  # fmt: skip
    made = opened(decided(outcome), *letter, first=received(about="DP-1"), situation=situation)
    assert [task.says for task in open_tasks(made, situation)] == ["Do to DP-1 what the challenge's outcome says"]
    carried = taken("carried_out", by="Rae Reviewer", role="director", note="Done.")
    assert {"lifted": "not removed yet", "changed": "not been amended since"}[outcome] in lacks(
        CHALLENGE, made, carried, situation
    )[0]
    fields = {"removed": {"reasons": "As decided."}, "amended": {"reason": "As decided.", "methods": "By letter."}}
    done = step(DANGEROUS_PERSON, does, by="Hal Head", role="head_of_service", at=RECEIVED_IN_TIME, **fields[does])
    steps = [before, approved, done]
    if does == "amended":
        waits = here("stoke", day=RECEIVED_IN_TIME, besides=(entry(*steps),))
        assert lacks(CHALLENGE, made, carried, waits) == [
            "what DP-1 says now is not approved yet (`triage registers approve`)"
        ]
        steps.append(approved.model_copy(update={"at": done.at}))
    after = here("stoke", day=RECEIVED_IN_TIME, besides=(entry(*steps),))
    assert CHALLENGE.closed(CHALLENGE.take(made, carried, after))


def test_a_policy_without_a_way_to_dispute_warns_and_points_on():
    """LGSCO 21 001 276 (Cheshire West): a council was at fault where nobody could ask for a review."""
    wealden = about(pack="wealden")
    made = opened(situation=wealden)
    assert "LGSCO 21 001 276" in (warning(made, wealden) or "")
    assert "Local Government and Social Care Ombudsman" in lacks(CHALLENGE, made, decided(), wealden)[0]
    (task,) = open_tasks(made, wealden)
    assert task.id == "CH-1/point_on"
    pointed = taken("pointed_on", on=RECEIVED_IN_TIME, way="post", evidence="Posting 18", onward=())
    assert lacks(CHALLENGE, made, pointed, wealden) == [
        "the person was not told of: Local Government and Social Care Ombudsman"
    ]
    named = pointed.model_copy(update={"onward": wealden.rules.dispute.onward})
    assert CHALLENGE.closed(CHALLENGE.take(made, named, wealden))
    assert "has a way to dispute it here" in lacks(CHALLENGE, opened(), named, about())[0]


def test_a_linked_complaint_is_closed_by_nothing_but_its_own_answer():
    linked = taken("complaint_linked", reference="CO-12")
    made = opened(linked, decided())
    situation = about(with_letter())
    told = CHALLENGE.take(made, TOLD, situation)
    assert not CHALLENGE.closed(told)
    (task,) = open_tasks(told, situation)
    # With a day: without one nobody would ever be told that it is late.
    assert (task.id, task.due) == ("CH-1/complaint.1", situation.working_days_after(linked.taken_on, 10))
    answered = taken("complaint_answered", reference="CO-12", outcome="Looked at by the Chief Executive: upheld.")
    assert CHALLENGE.closed(CHALLENGE.take(told, answered, situation))
    unknown = answered.model_copy(update={"reference": "CO-13"})
    assert "no linked complaint" in lacks(CHALLENGE, told, unknown, situation)[0]


def test_the_letter_about_an_outcome_needs_the_part_that_names_who_is_next():
    assert parts_needed(STRATEGY, about(), LetterPurpose.CHALLENGE_OUTCOME) == (
        NoticePart.OMBUDSMAN,
        NoticePart.EMERGENCY,
    )


def in_error(by="Rae Reviewer", role="director", **fields):
    return taken("recorded_in_error", by=by, role=role, why="It is about CS-2; see CH-2.", **fields)


def test_a_challenge_on_the_wrong_file_is_taken_back_and_nobody_is_said_to_have_given_it_up():
    over = opened(in_error())
    assert (over.closed, over.taken_back, open_tasks(over, about())) == (True, None, ())
    assert "undo that to go on" in lacks(CHALLENGE, over, decided(), about())[0]
    undone = taken("undone", by="Rae Reviewer", number=2, reason="It was right.")
    assert open_tasks(CHALLENGE.take(over, undone, about()), about()) == open_tasks(opened(), about())


@pytest.mark.parametrize("name", ["Ann Author", "Hal Head"])
def test_nobody_strikes_out_a_challenge_of_what_they_wrote_or_decided(name):
    assert any("for somebody else" in text for text in lacks(CHALLENGE, opened(), in_error(by=name), about()))
    assert any("is for" in text for text in lacks(CHALLENGE, opened(), in_error(role="staff"), about()))


def test_a_challenge_whose_outcome_was_told_by_letter_ends_by_telling_the_person_anew():
    later = RECEIVED_IN_TIME + timedelta(days=1)
    back = taken("undone", at=later, by="Rae Reviewer", number=2, reason="I misread it.")
    undecided = opened(decided("lifted"), back)
    told = about(with_letter(), day=later)
    for end in (
        in_error(at=later),
        taken("taken_back", at=later, on=later, how="By telephone."),
    ):
        assert lacks(CHALLENGE, undecided, end, told) == [
            "the person was told its outcome by letter L2; decide it and tell them what holds"
        ]
        assert CHALLENGE.take(undecided, end, about(day=later)).closed  # no letter went
    assert lacks(CHALLENGE, opened(decided("lifted")), in_error(), told) == [
        "the person was told its outcome by letter L2; record that (`triage challenge told`)"
    ]
    assert {task.id for task in open_tasks(undecided, told)} == {"CH-1/decide", "CH-1/tell_anew"}
    again = CHALLENGE.take(undecided, decided(at=later), told)
    assert {task.id for task in open_tasks(again, told)} == {"CH-1/tell", "CH-1/tell_anew"}
    assert lacks(CHALLENGE, again, taken("outcome_told", at=later, on=later, way="post", letter="L2"), told) != []
    anew = about(with_letter(with_letter(), letter="L3", at=later, on=later), day=later)
    over = CHALLENGE.take(again, taken("outcome_told", at=later, on=later, way="post", letter="L3"), anew)
    assert (over.closed, open_tasks(over, anew)) == (True, ())


def test_a_letter_of_the_same_id_about_another_strategy_is_another_letter():
    later = RECEIVED_IN_TIME + timedelta(days=1)
    back = taken("undone", at=later, by="Rae Reviewer", number=2, reason="I misread it.")
    undecided = opened(decided("lifted"), back)
    by_letter = taken("outcome_told", on=RECEIVED_IN_TIME, way="post", letter="L2")
    other = CHALLENGE.take(opened(decided("stands")), by_letter, about(with_letter()))
    elsewhere = replace(other, id="CH-2", received=received(about="CS-2"))
    told = about(with_letter(), day=later, besides=(elsewhere,))
    assert lacks(CHALLENGE, undecided, in_error(at=later), told) == [
        "the person was told its outcome by letter L2; decide it and tell them what holds"
    ]


def test_a_late_challenge_whose_outcome_was_told_is_not_turned_away_any_more():
    late, later = RECEIVED_IN_TIME + timedelta(days=40), RECEIVED_IN_TIME + timedelta(days=41)
    admitted = taken("admitted", at=late, by="Rae Reviewer", role="director", admitted=True, reason="Was ill.")
    undone = [taken("undone", at=later, by="Rae Reviewer", number=n, reason="Misread.") for n in (3, 2)]
    steps = (admitted, decided("lifted", at=late), *undone)
    made = opened(*steps, first=received(on=late), situation=about(day=later))
    away = admitted.model_copy(update={"admitted": False, "at": undone[0].at})
    assert not CHALLENGE.take(made, away, about(day=later)).admitted.admitted
    told = about(with_letter(at=late), day=later)
    assert "decide it and tell them what holds" in lacks(CHALLENGE, made, away, told)[0]


def test_a_letter_about_another_challenge_says_nothing_of_this_one():
    later = RECEIVED_IN_TIME + timedelta(days=1)
    other = CHALLENGE.fold("CH-2", [received(), decided(), TOLD])
    undone = taken("undone", at=later, by="Rae Reviewer", number=2, reason="I misread it.")
    here_too = about(with_letter(), day=later, besides=(other,))
    assert CHALLENGE.take(opened(decided(), undone), in_error(at=later), here_too).closed


@pytest.mark.parametrize("named", [True, False])
def test_a_letter_tells_the_outcome_of_one_challenge_and_of_no_other(named):
    """One from before letters named their challenge tells the last that was decided by then."""
    later = RECEIVED_IN_TIME + timedelta(days=1)
    first, second = opened(decided("lifted")), CHALLENGE.fold("CH-2", [received(), decided("stands", at=later)])
    lettered = with_letter(at=later, on=later)
    written = next(one for one in lettered.steps if one.kind == "letter_written" and one.letter == "L2")
    of_second = written.model_copy(update={"challenge": "CH-2" if named else None})
    strategy = fold(lettered.id, [of_second if one is written else one for one in lettered.steps])
    by_letter = taken("outcome_told", at=later, on=later, way="post", letter="L2")
    (lack,) = lacks(CHALLENGE, first, by_letter, about(strategy, day=later, besides=(second,)))
    assert lack == (
        "letter L2 tells the outcome of CH-2, and each has a letter of its own: "
        "`triage letter write CS-1 --purpose challenge_outcome --challenge CH-1`"
    )
    assert CHALLENGE.take(second, by_letter, about(strategy, day=later, besides=(first,))).told
    if named:  # neither of the two waits for being told anew by a letter of the other
        here_too = about(strategy, day=later, besides=(second,))
        assert letters_gone(first, here_too) == ()
        assert letters_gone(second, about(strategy, day=later, besides=(first,))) == ("L2",)


def test_a_letter_that_told_one_challenge_is_not_taken_for_another():
    other = CHALLENGE.fold("CH-2", [received(), decided(), TOLD])
    (lack,) = lacks(CHALLENGE, opened(decided()), TOLD, about(with_letter(), besides=(other,)))
    assert lack.startswith("letter L2 tells the outcome of CH-2")


def test_what_was_decided_or_is_over_was_no_error():
    assert lacks(CHALLENGE, opened(decided()), in_error(by="Another Director"), about()) == [
        "it was decided; undo that first"
    ]
    given_up = opened(taken("taken_back", on=RECEIVED_IN_TIME, how="By letter."))
    said = lacks(CHALLENGE, given_up, in_error(), about())
    assert said == ["it is over already; put in a note what was wrong with it"]
    complaint = opened(taken("complaint_linked", reference="CO-1"), in_error())
    assert not complaint.closed


JUNE = date(2026, 6, 15)
"""A Monday, long after the window of the notice."""


def with_window(strategy=STRATEGY, purpose="review_outcome", sent_on=JUNE, letter="L2", part="dispute", **how):
    """The strategy with a letter by email that says how to dispute what it tells."""
    steps = (
        strategy_step("letter_written", at=sent_on, letter=letter, purpose=purpose,
                      passages=[Passage(part=part, text="You can ask us to look again.")]),
        strategy_step("letter_approved", by="Hal Head", at=sent_on, letter=letter),
        strategy_step("letter_sent", at=sent_on, letter=letter, way="email", to="jordan@mail.example", on=sent_on,
                      received_on=sent_on + timedelta(days=1), evidence="message id 18", **how),
    )  # fmt: skip
    return fold(strategy.id, (*strategy.steps, *steps))


# Received on Tuesday 16 June 2026: fifteen working days later is Tuesday 7 July.
@pytest.mark.parametrize("purpose", ["change", "extension", "review_outcome", "reminder"])
@pytest.mark.parametrize(("pack", "role"), [
    ("stoke", "director"), ("cleveland", "chief_executive"), ("staffordshire", "chief_executive"),
    ("generic", "chief_executive"),
])  # fmt: skip
def test_the_window_is_that_of_the_last_letter_that_gave_one(pack, role, purpose):
    for on, late in ((date(2026, 7, 7), False), (date(2026, 7, 8), True)):
        situation = about(with_window(purpose=purpose), pack=pack, day=on)
        made = opened(first=received(on=on), situation=situation)
        assert made.received.notified_on == JUNE + timedelta(days=1)
        decision = decided(role=role, at=on)
        if late:
            assert lacks(CHALLENGE, made, decision, situation) == ["it came late and was not admitted"]
            continue
        assert CHALLENGE.take(made, decision, situation).decided is not None
        # "We will answer you within 15 working days", of when it came.
        assert [(task.id, task.due) for task in open_tasks(made, situation)] == [("CH-1/decide", date(2026, 7, 28))]


def test_warwickshire_sets_no_days_for_the_person_and_fifteen_for_the_answer():
    on = date(2027, 1, 4)
    situation = about(with_window(), pack="warwickshire", day=on)
    made = opened(first=received(on=on), situation=situation)
    assert [(task.id, task.due) for task in open_tasks(made, situation)] == [("CH-1/decide", date(2027, 1, 25))]


@pytest.mark.parametrize(
    "strategy",
    [
        with_window(purpose="challenge_outcome", part="ombudsman"),
        with_window(went_although="Sent before it was marked."),
        with_window(went_untrue="Posted by mistake.", was_untrue="It was altered."),
        with_window(sent_on=JUNE + timedelta(days=2)),
    ],
    ids=["says no way", "went to what is unsafe", "was untrue", "went after it came"],
)
def test_no_other_letter_gives_one(strategy):
    on = JUNE + timedelta(days=1)
    situation = about(strategy, day=JUNE + timedelta(days=7))
    made = opened(first=received(on=on), situation=situation)
    assert [task.id for task in open_tasks(made, situation)] == ["CH-1/admit"]


def test_what_was_told_before_it_was_taken_up_again_gives_none():
    again = [
        strategy_step("ended", by="Hal Head", role="head", at=JUNE, reasons="Over."),
        strategy_step("made_dormant", at=JUNE),
        strategy_step("reinstated", by="Hal Head", role="head", at=date(2026, 9, 1), evidence="Nine calls today.",
                      review_due=date(2026, 11, 2)),
    ]  # fmt: skip
    before = with_window()
    strategy = fold(before.id, (*before.steps, *again))
    on = date(2026, 9, 2)
    assert opened(first=received(on=on), situation=about(strategy, day=on)).received.notified_on is None
    late = received(on=date(2026, 8, 31))  # it came before that, and was recorded after
    made = opened(first=late, situation=about(strategy, day=on))
    assert made.received.notified_on == JUNE + timedelta(days=1)


def test_evidence_that_comes_on_file_after_the_challenge_opens_its_window_and_one_turned_away_is_heard():
    on = JUNE + timedelta(days=4)
    away = taken("admitted", at=on, by="Rae Reviewer", role="director", admitted=False, reason="Late.")
    made = opened(away, first=received(on=on), situation=about(day=on))
    assert [task.id for task in open_tasks(made, about(day=on))] == ["CH-1/point_on"]
    situation = about(with_window(), day=on)
    assert [(task.id, task.due) for task in open_tasks(made, situation)] == [("CH-1/decide", date(2026, 7, 10))]
    assert CHALLENGE.take(made, decided(at=on), situation).decided is not None
    pointed = taken("pointed_on", at=on, on=on, way="post", evidence="Posting 18",
                    onward=situation.rules.dispute.onward)  # fmt: skip
    assert "has a way to dispute it here" in lacks(CHALLENGE, made, pointed, situation)[0]


def test_the_answers_days_run_from_the_receipt_where_writing_was_waived_and_from_admission_where_it_was_late():
    later = RECEIVED_IN_TIME + timedelta(days=2)
    waived = taken("writing_waived", at=later, reason="She cannot write.")
    made = opened(waived, first=received(in_writing=False), situation=about(day=later))
    assert open_tasks(made, about(day=later))[0].due == date(2026, 4, 6)
    late, admitted_on = date(2026, 6, 8), date(2026, 6, 10)
    admitted = taken("admitted", at=admitted_on, by="Rae Reviewer", role="director", admitted=True, reason="Was ill.")
    situation = about(day=admitted_on)
    made = opened(admitted, first=received(on=late), situation=situation)
    assert open_tasks(made, situation)[0].due == date(2026, 7, 1)


CHANGED = strategy_step(
    "changed", by="Di Rector", role="head", at=JUNE, restrictions=STRATEGY.restrictions, reasons="Three more letters."
)
REVIEWED = strategy_step(
    "reviewed", by="Di Rector", role="head", at=JUNE, outcome="continue", reasons="Daily.", next_review=JUNE
)


@pytest.mark.parametrize(
    "deciding",
    [
        CHANGED,
        REVIEWED,
        strategy_step("extended", by="Di Rector", role="head", at=JUNE, ends=date(2026, 12, 1), reasons="Daily."),
        strategy_step(
            "urgent", by="Di Rector", role="head", at=JUNE, reason="Threats.", told_on=JUNE, told_how="By phone.",
            until=JUNE + timedelta(days=3), restrictions=[{"id": "U1", "kind": "spoc_only"}],
        ),
        strategy_step(
            "reinstated", by="Di Rector", role="head", at=JUNE, evidence="Nine calls.", review_due=date(2026, 9, 1)
        ),
    ],
    ids=lambda step: step.kind,
)  # fmt: skip
def test_nobody_hears_a_challenge_of_what_they_decided_since_nor_does_the_chains_decider(deciding):
    """Stoke 6.2, conflict 18: whoever tightened it made the decision that the person was told of."""
    on = JUNE + timedelta(days=4)
    situation = about(with_window(fold("CS-1", (*STRATEGY.steps, deciding))), day=on)
    made = opened(first=received(on=on), situation=situation)
    for name in ("di  rector", "Hal Head"):
        (refused,) = lacks(CHALLENGE, made, decided(by=name, at=on), situation)
        assert refused.startswith(f"{name} decided what is disputed")
        heard = walked(CHALLENGE, received(on=on), (allowed(name, at=on), decided(by=name, at=on)), situation)
        assert not heard_by_another(heard, situation.earlier[0], ())
        # A file from before these were kept.
        older = replace(heard, received=heard.received.model_copy(update={"authors": (), "deciders": ()}))
        assert not heard_by_another(older, situation.earlier[0], ())
    assert CHALLENGE.take(made, decided(at=on), situation).decided is not None


def test_whoever_decided_it_while_the_challenge_was_open_does_not_hear_it_and_carrying_it_out_is_no_part():
    made = opened()
    changed = fold("CS-1", (*STRATEGY.steps, CHANGED))
    assert "Di Rector decided" in lacks(CHALLENGE, made, decided(by="Di Rector", at=JUNE), about(changed, day=JUNE))[0]
    heard = CHALLENGE.take(made, decided("changed", by="Di Rector"), about())
    assert heard_by_another(heard, changed, ())


def test_a_review_or_extension_takes_the_place_of_the_one_before_and_a_change_adds_to_it():
    later = JUNE + timedelta(days=1)
    for first, both in ((REVIEWED, False), (CHANGED, True)):
        second = first.model_copy(update={"by": "Dot Two", "at": first.at + timedelta(days=1)})
        situation = about(fold("CS-1", (*STRATEGY.steps, first, second)), day=later)
        expected = ("Hal Head", "Di Rector", "Dot Two") if both else ("Hal Head", "Dot Two")
        assert opened(first=received(on=later), situation=situation).received.deciders == expected


def test_whoever_reviewed_it_when_the_challenge_came_does_not_hear_it_after_another_review():
    later = JUNE + timedelta(days=1)
    reviewed = fold("CS-1", (*STRATEGY.steps, REVIEWED))
    made = opened(first=received(on=JUNE), situation=about(with_window(reviewed), day=JUNE))
    second = REVIEWED.model_copy(update={"by": "Dot Two", "at": REVIEWED.at + timedelta(days=1)})
    again = about(with_window(fold("CS-1", (*reviewed.steps, second))), day=later)
    for name in ("Di Rector", "Dot Two"):
        assert f"{name} decided" in lacks(CHALLENGE, made, decided(by=name, at=later), again)[0]


def test_whoever_put_words_into_the_draft_does_not_hear_it_nor_allow_another():
    revised = strategy_step("revised", by="Red Rafter", reasons="Fifty calls.")
    strategy = file((revised, *APPROVED))
    situation = about(strategy)
    assert "Red Rafter wrote" in lacks(CHALLENGE, opened(situation=situation), decided(by="Red Rafter"), situation)[0]
    (found,) = lacks(CHALLENGE, opened(situation=situation), allowed("Hal Head", by="Red Rafter"), situation)
    assert found.endswith("they wrote what is disputed")


def test_a_contact_without_restrictions_was_decided_by_whoever_began_it():
    strategy = fold("CS-1", (draft(soft=True, restrictions=()), strategy_step("activated", by="Beg Inner")))
    situation = about(strategy, pack="warwickshire")
    made = opened(situation=situation)
    assert "Beg Inner decided" in lacks(CHALLENGE, made, decided(by="Beg Inner", role="chief_executive"), situation)[0]


def test_a_reminder_was_decided_by_whoever_confirmed_the_breach_and_let_it_go():
    confirmed = step(BREACH_RESPONSE, "breach_confirmed", "Con Firmer", strategy="CS-1", restriction="R1", contact="c-1",
                     count=1, proposes=[{"action": "reminder_letter", "due": JUNE, "from_count": 1}])  # fmt: skip
    accepted = step(BREACH_RESPONSE, "accepted", "Lin Manager", action="reminder_letter")
    breaches = fold_breaches("BR-1", [confirmed, accepted])
    on = JUNE + timedelta(days=4)
    for strategy, barred in ((with_window(purpose="reminder"), True), (with_window(purpose="extension"), False)):
        situation = about(strategy, pack="cleveland", day=on, besides=(breaches,))
        made = opened(first=received(on=on), situation=situation)
        for name in ("Con Firmer", "Lin Manager"):
            decision = decided(by=name, role="chief_executive", at=on)
            if barred:
                assert f"{name} decided" in lacks(CHALLENGE, made, decision, situation)[0]
                heard = CHALLENGE.fold("CH-1", [received(on=on), decision])
                assert not heard_by_another(heard, strategy, (breaches,))
            else:
                assert CHALLENGE.take(made, decision, situation).decided is not None


def test_an_entry_is_not_heard_by_whoever_amended_it_or_looked_at_it_last():
    amended = step(DANGEROUS_PERSON, "amended", "Am Ender", reason="More is known.", facts="A knife, shown.")
    approved = step(DANGEROUS_PERSON, "entry_approved", by="Hal Head", role="head_of_service")
    looked = step(DANGEROUS_PERSON, "entry_reviewed", "Dot Two", outcome="keep", reasons="It is so still.")
    situation = here("stoke", day=RECEIVED_IN_TIME, besides=(entry(amended, approved, looked),))
    made = opened(first=received(about="DP-1"), situation=situation)
    for name, did in (("Am Ender", "wrote"), ("Hal Head", "decided"), ("Dot Two", "decided")):
        assert f"{name} {did}" in lacks(CHALLENGE, made, decided(by=name), situation)[0]
    # One about a property is nobody's, and found only where the challenge is received.
    of_property = {"about": "DY-1", "person": "", "about_kind": "dangerous_property", "author": "Ann Author",
                   "authors": ("Ann Author", "Am Ender"), "deciders": ("Hal Head", "Dot Two")}  # fmt: skip
    nobodys = here("stoke", day=RECEIVED_IN_TIME, person=None)
    made = opened(first=received(**of_property), situation=nobodys)
    for name in ("Am Ender", "Dot Two"):
        assert f"{name} " in lacks(CHALLENGE, made, decided(by=name), nobodys)[0]


def test_a_letter_whose_posting_was_a_slip_has_told_nobody():
    sent = with_letter()
    made = CHALLENGE.take(opened(decided()), TOLD, about(sent))
    assert CHALLENGE.closed(made) and not open_tasks(made, about(sent))
    undone = strategy_step("undone", at=RECEIVED_IN_TIME, number=len(sent.steps), reason="It never went.")
    for slips in ((undone,), (undone, undone.model_copy(update={"number": len(sent.steps) - 1}))):
        here_now = about(fold("CS-1", (*sent.steps, *slips)))
        assert [task.id for task in open_tasks(made, here_now)] == ["CH-1/tell"]


def test_who_was_told_without_a_letter_on_file_what_was_taken_back_is_told_anew():
    situation = here("stoke", day=RECEIVED_IN_TIME, person=None)
    told = taken("outcome_told", on=RECEIVED_IN_TIME, way="post", evidence="Posting 17",
                 onward=situation.rules.dispute.onward)  # fmt: skip
    of_place = received(about="DY-1", person="", about_kind="dangerous_property")
    made = opened(decided("lifted"), told, first=of_place, situation=situation)
    slip = taken("undone", number=3, reason="Wrong key.", by="Rae Reviewer", role="director")
    back = taken("undone", number=2, reason="Wrong key.", by="Rae Reviewer", role="director")
    # That alone is put right: the decision stands, and is to be told.
    again = CHALLENGE.take(made, slip, situation)
    assert {task.id for task in open_tasks(again, situation)} == {"CH-1/tell", "CH-1/carry_out"}
    undecided = CHALLENGE.take(again, back, situation)
    assert {task.id for task in open_tasks(undecided, situation)} == {"CH-1/decide", "CH-1/tell_anew"}
    assert lacks(CHALLENGE, undecided, taken("taken_back", on=RECEIVED_IN_TIME, how="By telephone."), situation) == [
        f"the person was told its outcome on {RECEIVED_IN_TIME}: Posting 17; decide it and tell them what holds"
    ]
