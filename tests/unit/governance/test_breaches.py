"""The breach ladder: what it proposes, who decides, and what falls when a breach was none."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from gateway.governance.challenges.file import fold as fold_challenge
from gateway.governance.courses import BREACH_RESPONSE, CHALLENGE
from gateway.governance.gates import Gates
from gateway.governance.strategy_fold import fold
from gateway.governance.tasks import open_tasks
from models.policy_events import BreachAction
from models.restriction import ChannelBlocked
from tests.case_files import challenged, here, lacks, pack, step, walked
from tests.governing import ACTIVE, MONDAY, draft, file
from tests.governing import step as strategy_step


def confirmed(number=1, count=None, **fields):
    given = {"strategy": "CS-1", "restriction": "R1", "contact": f"c-{number}", **fields}
    return step(BREACH_RESPONSE, "breach_confirmed", count=count or number, **given)


def undone(number, because="adjustment"):
    return step(
        BREACH_RESPONSE, "breach_undone", contact=f"c-{number}", restriction="R1", because=because, note="He may ring."
    )


def taken(kind, action="reminder_letter", by="Lee Line", role="manager", **fields):
    return step(BREACH_RESPONSE, kind, by=by, role=role, action=action, **fields)


def opened(*steps, first=None, situation=None):
    return walked(BREACH_RESPONSE, first or confirmed(), steps, situation or here())


def proposed(file):
    return [proposal.action.value for proposal in file.proposals]


@pytest.mark.parametrize(
    ("name", "by_count"),
    [
        ("staffordshire", [["tighten"], ["tighten", "legal_advice", "police"]]),
        ("cleveland", [["reminder_letter"], ["reminder_letter", "tighten"],
                       ["reminder_letter", "tighten", "legal_advice", "police"]]),
        ("warwickshire", [["reminder_letter"], ["reminder_letter", "tighten"],
                          ["reminder_letter", "tighten", "legal_advice", "police"]]),
        ("wealden", [["next_stage"], ["tighten", "next_stage"]]),
        ("stoke", [["reminder_letter"], ["reminder_letter", "tighten"]]),
        ("generic", [["reminder_letter"], ["reminder_letter", "tighten"]]),
    ],
)  # fmt: skip
def test_each_policys_ladder_proposes_what_it_names_and_decides_nothing(name, by_count):
    made = opened(situation=here(name))
    for number, expected in enumerate(by_count, start=1):
        if number > 1:
            made = BREACH_RESPONSE.take(made, confirmed(number), here(name))
        assert proposed(made) == expected
    assert made.decisions == ()
    assert not made.closed


def test_a_proposal_is_due_in_its_working_days_and_the_earliest_counts():
    made = opened(situation=here("cleveland"))
    assert made.proposals[0].due == MONDAY + timedelta(days=2)
    later = MONDAY + timedelta(days=1)
    again = BREACH_RESPONSE.take(
        made, confirmed(2).model_copy(update={"at": made.steps[0].at + timedelta(days=1)}), here("cleveland", day=later)
    )
    assert again.proposals[0].due == MONDAY + timedelta(days=2)
    assert again.proposals[0].answers == {("c-1", "R1"), ("c-2", "R1")}


def test_breaches_confirmed_before_the_file_count():
    assert proposed(opened(first=confirmed(7, count=3))) == ["reminder_letter", "tighten", "legal_advice", "police"]


def test_the_next_stage_is_not_proposed_at_the_last_one():
    strategy = file(ACTIVE)
    last = max(rule.number for rule in pack("wealden").life.stages)
    at_last = file((), first=draft(stage=last))
    assert "next_stage" in proposed(opened(situation=here("wealden", earlier=(strategy,))))
    assert proposed(opened(situation=here("wealden", earlier=(at_last,)))) == []


def test_only_those_whom_the_policy_names_decide_and_only_what_is_proposed():
    assert lacks(BREACH_RESPONSE, opened(), taken("accepted", role="staff"), here()) == [
        "`reminder_letter` is for the Manager"
    ]
    assert lacks(BREACH_RESPONSE, opened(), taken("accepted", "tighten"), here()) == [
        "no tighten is proposed; reminder_letter is"
    ]


def test_declining_needs_a_reason_and_the_next_breach_proposes_it_anew():
    with pytest.raises(ValueError, match="reason"):
        taken("declined")
    made = opened(taken("declined", reason="He had rung about another matter."))
    assert made.closed
    assert proposed(BREACH_RESPONSE.take(made, confirmed(2), here())) == ["reminder_letter", "tighten"]


def test_what_is_accepted_is_to_be_done_and_a_letter_must_be_on_the_strategys_file():
    made = opened(taken("accepted"))
    assert [task.id for task in open_tasks(made, here())] == ["BR-1/do.reminder_letter"]
    done = taken("carried_out", note="Sent.", letter="L2")
    strategy = file(ACTIVE)
    assert "has no reminder letter" in lacks(BREACH_RESPONSE, made, done, here(earlier=(strategy,)))[0]
    more = (
        strategy_step("letter_written", letter="L2", purpose="reminder", passages=()),
        strategy_step("letter_approved", letter="L2"),
    )
    unsent = fold("CS-1", (*strategy.steps, *more))
    assert "has no reminder letter" in lacks(BREACH_RESPONSE, made, done, here(earlier=(unsent,)))[0]
    sent = strategy_step(
        "letter_sent", letter="L2", way="post", to="1 High St", on=MONDAY, received_on=MONDAY, evidence="Posting 3"
    )
    there = here(earlier=(fold("CS-1", (*unsent.steps, sent)),))
    assert BREACH_RESPONSE.take(made, done, there).closed
    assert "no accepted" in lacks(BREACH_RESPONSE, opened(), taken("carried_out", note="Sent."), here())[0]
    # The register alone has no letters, and so none is believed; what is done without a letter may name one that went.
    assert lacks(BREACH_RESPONSE, made, done, here()) == [
        "CS-1 is in the register only and has no letters here; say in the note how it went"
    ]
    assert BREACH_RESPONSE.take(made, taken("carried_out", note="By post, RM 17."), here()).closed
    tightened = opened(taken("accepted", "tighten", role="senior_manager"), first=confirmed(2, count=2))
    told = taken("carried_out", "tighten", note="Told.", letter="L2")
    assert lacks(BREACH_RESPONSE, tightened, told, here(earlier=(unsent,))) == [
        "CS-1 has no letter of that name that was sent"
    ]
    assert not BREACH_RESPONSE.take(tightened, told, there).to_do
    stricter = (*strategy.restrictions, ChannelBlocked(id="R2", kind="channel_blocked", channels=("telephone",)))
    change = strategy_step("changed", restrictions=stricter, reasons="It goes on.")
    waiting = here(earlier=(fold("CS-1", (*there.earlier[0].steps, change)),))
    assert lacks(BREACH_RESPONSE, tightened, told, waiting) == [
        "the change of CS-1 is not in force yet (`triage strategy in-force`)"
    ]


def test_a_breach_that_was_none_takes_its_proposals_with_it_and_says_so():
    made = opened(undone(1))
    assert made.closed
    assert (made.count, proposed(made)) == (0, [])
    assert made.steps[-1].withdraws == (BreachAction.REMINDER_LETTER,)


def test_what_was_accepted_and_not_done_falls_too_and_is_named():
    made = opened(taken("accepted"), undone(1, "error"))
    assert (made.closed, made.to_do) == (True, ())
    assert made.steps[-1].withdraws == (BreachAction.REMINDER_LETTER,)


def test_a_letter_that_is_still_to_be_sent_is_not_proposed_again_and_falls_with_the_last_breach():
    made = opened(taken("accepted"), confirmed(2))
    assert "reminder_letter" not in proposed(made)
    assert [one.step.action for one in opened(taken("accepted"), confirmed(2), undone(1, "error")).to_do] == [
        BreachAction.REMINDER_LETTER
    ]
    sent = opened(taken("accepted"), taken("carried_out", note="Sent."), confirmed(2))
    assert "reminder_letter" in proposed(sent)


def test_which_letter_it_was_is_asked_for():
    there = here(earlier=(file(ACTIVE),))
    said = lacks(BREACH_RESPONSE, opened(taken("accepted")), taken("carried_out", note="Sent."), there)
    assert said == ["say which letter on CS-1 it was (`--letter L2`)"]


def test_with_fewer_breaches_what_they_no_longer_reach_falls_and_the_rest_stands():
    made = opened(confirmed(2), undone(1, "error"))
    assert proposed(made) == ["reminder_letter"]
    assert made.steps[-1].withdraws == (BreachAction.TIGHTEN,)


def test_what_was_accepted_for_a_count_that_is_no_longer_reached_falls_and_comes_again_with_the_count():
    legal = {"action": "legal_advice", "by": "Hal Head", "role": "head_of_standards"}
    accepted = (confirmed(2), confirmed(3), taken("accepted", **legal))
    made = opened(*accepted, undone(1, "error"), situation=here("cleveland"))  # of three two stand, its own among them
    assert [one.action.value for one in made.proposals] == ["reminder_letter", "tighten"]
    assert made.to_do == ()
    assert BreachAction.LEGAL_ADVICE in made.steps[-1].withdraws
    again = BREACH_RESPONSE.take(made, confirmed(4, count=3), here("cleveland"))
    assert "legal_advice" in proposed(again)
    other = opened(*accepted, undone(1, "error"), first=confirmed(5, count=2), situation=here("cleveland"))
    assert [one.step.action for one in other.to_do] == [BreachAction.LEGAL_ADVICE]  # three still stand


def test_what_was_done_for_a_count_that_is_no_longer_reached_stays_and_somebody_says_how_it_is_put_right():
    legal = {"action": "legal_advice", "by": "Hal Head", "role": "head_of_standards"}
    steps = (confirmed(2), confirmed(3), taken("accepted", **legal), taken("carried_out", note="Asked.", **legal))
    made = opened(*steps, undone(1, "error"), situation=here("cleveland"))
    assert [one.step.action for one in made.to_put_right] == [BreachAction.LEGAL_ADVICE]
    righted = BREACH_RESPONSE.take(made, taken("put_right", note="Legal were told.", **legal), here("cleveland"))
    assert righted.to_put_right == ()
    assert righted.decisions[-1].carried_out is not None


def test_what_was_done_on_a_breach_that_was_none_is_put_right():
    made = opened(taken("accepted"), taken("carried_out", note="Sent."), undone(1, "invitation"))
    assert not made.closed
    assert [(task.id, task.due) for task in open_tasks(made, here())] == [
        ("BR-1/put_right.reminder_letter", MONDAY + timedelta(days=1))
    ]
    assert BREACH_RESPONSE.take(made, taken("put_right", note="Apology sent, L3."), here()).closed


def test_what_was_accepted_and_not_done_is_dropped_with_its_breach():
    assert opened(taken("accepted"), undone(1)).closed


def test_confirmed_again_it_is_a_breach_anew():
    made = opened(taken("declined", reason="First time."), undone(1, "error"), confirmed(1))
    assert proposed(made) == ["reminder_letter"]


def test_a_confirmation_is_never_undone_by_the_files_own_undoing():
    made = opened(confirmed(2))
    back = step(BREACH_RESPONSE, "undone", number=2, reason="Pressed by mistake.")
    assert "triage breach undo" in lacks(BREACH_RESPONSE, made, back, here())[0]
    decided = opened(taken("accepted"))
    own = back.model_copy(update={"by": "Lee Line"})
    assert proposed(BREACH_RESPONSE.take(decided, own, here())) == ["reminder_letter"]


def reminded(*more, letter="L2"):
    """The strategy in force, with a reminder that somebody let go."""
    steps = (
        strategy_step("letter_written", letter=letter, purpose="reminder", passages=()),
        strategy_step("letter_approved", letter=letter),
    )
    return here(earlier=(fold("CS-1", (*file(ACTIVE).steps, *steps, *more)),))


def gone(letter="L2", **fields):
    sent = {"way": "post", "to": "1 High St", "on": MONDAY, "received_on": MONDAY, "evidence": "Posting 3", **fields}
    return strategy_step("letter_sent", letter=letter, **sent)


def ids(made, situation):
    return [task.id for task in open_tasks(made, situation)]


def after_it(one, hours=1):
    """The step, taken once the letter had gone."""
    return one.model_copy(update={"at": one.at + timedelta(hours=hours)})


RIGHT = after_it(taken("put_right", note="I wrote that it was a mistake."), 2)


def test_a_reminder_that_went_on_a_breach_that_was_none_is_put_right_whoever_recorded_what():
    made = opened(taken("accepted"), after_it(undone(1)))
    assert ids(made, reminded()) == []
    assert ids(made, reminded(gone(), strategy_step("letter_came_back", letter="L2", sending=1, on=MONDAY,
                                                    reason="Gone away"))) == []  # fmt: skip
    there = reminded(gone())
    (task,) = open_tasks(made, there)
    assert (task.id, task.to_role) == ("BR-1/put_right.L2", "manager")
    assert "`triage breach put-right BR-1 reminder_letter`" in task.says
    right = BREACH_RESPONSE.take(made, RIGHT, there)
    assert (right.steps[-1].letter, ids(right, there)) == ("L2", [])
    assert "waits to be put right" in lacks(BREACH_RESPONSE, right, RIGHT, there)[0]
    # Where it is recorded here that it went, it is one task, of that.
    recorded = opened(
        taken("accepted"), taken("carried_out", note="Sent.", letter="L2"), after_it(undone(1)), situation=there
    )
    assert ids(recorded, there) == ["BR-1/put_right.reminder_letter"]
    assert ids(BREACH_RESPONSE.take(recorded, RIGHT, there), there) == []


def test_a_reminder_is_put_right_where_the_policy_wants_nobodys_decision_on_it():
    made = opened(after_it(undone(1)))
    assert ids(made, reminded(gone())) == ["BR-1/put_right.L2"]
    another = opened(confirmed(2), after_it(undone(1)))
    assert "BR-1/put_right.L2" not in ids(another, reminded(gone()))


def test_a_tightening_of_which_nobody_recorded_that_it_is_done_is_put_right_too():
    spoc = file(ACTIVE).restrictions
    changed = strategy_step("changed", by="Hal Head", restrictions=spoc, reasons="It went on.")
    made = opened(
        taken("accepted", "tighten", role="senior_manager"), after_it(undone(1, "error")), first=confirmed(2, count=2)
    )
    assert "BR-1/put_right.tighten" not in ids(made, reminded())
    there = reminded(changed)
    assert "BR-1/put_right.tighten" in ids(made, there)
    righted = after_it(taken("put_right", "tighten", note="Changed back."), 2)
    (why,) = lacks(BREACH_RESPONSE, made, righted, there)
    assert why == "putting this right is for the Senior manager or the Chief Executive"
    right = BREACH_RESPONSE.take(made, righted.model_copy(update={"role": "chief_executive"}), there)
    assert "BR-1/put_right.tighten" not in ids(right, there)


SUSPENDED = (
    strategy_step("letter_came_back", letter="L1", sending=1, on=MONDAY, reason="Gone away"),
    strategy_step("suspended", by="Hal Head", reason="She has not read it."),
)
OVER = strategy_step("withdrawn", by="Hal Head", reasons="Enough.")
LADDER = ("reminder_letter", "tighten", "legal_advice")
BY_SENIOR = {"by": "Sen Ior", "role": "senior_manager"}


def accepted_all():
    steps = (taken("accepted"), *(taken("accepted", action, **BY_SENIOR) for action in LADDER[1:]))
    return opened(*steps, first=confirmed(3, count=3))


def says(made, situation):
    return {task.id.removeprefix("BR-1/"): (task.says, task.due) for task in open_tasks(made, situation)}


def test_what_cannot_be_done_while_the_strategy_is_suspended_says_so_and_comes_back_with_its_days():
    made, advice = accepted_all(), ("do.legal_advice", "police")
    while_suspended = says(made, reminded(*SUSPENDED))
    for name in ("do.reminder_letter", "do.tighten"):
        text, due = while_suspended[name]
        assert "Once CS-1 is in force again" in text and due is None
    assert [while_suspended[name] for name in advice] == [says(made, reminded())[name] for name in advice]
    later = MONDAY + timedelta(days=30)
    again = reminded(*SUSPENDED, gone("L1"), strategy_step("activated", at=later))
    for name, (text, due) in says(made, again).items():
        assert "in force again" not in text
        assert due > later or name not in ("do.reminder_letter", "do.tighten")


def test_what_is_not_possible_any_more_is_declined_by_those_who_could_decide_it():
    made, over = accepted_all(), reminded(*SUSPENDED, OVER)
    assert "`triage breach decline BR-1 reminder_letter`" in says(made, over)["do.reminder_letter"][0]
    left = taken("declined", reason="It was given up.")
    assert "no reminder letter is proposed" in lacks(BREACH_RESPONSE, made, left, reminded(*SUSPENDED))[0]
    by_anybody = left.model_copy(update={"role": None})
    assert "is for the Manager" in lacks(BREACH_RESPONSE, made, by_anybody, over)[0]
    declined = BREACH_RESPONSE.take(made, left, over)
    declined = BREACH_RESPONSE.take(declined, taken("declined", "tighten", reason="So was that.", **BY_SENIOR), over)
    assert set(says(declined, over)) == {"do.legal_advice", "police"}
    assert proposed(declined) == ["police"]
    # Nor is it taken up.
    waits = opened(first=confirmed())
    assert "decline it" in says(waits, over)["reminder_letter"][0]
    assert "not possible any more" in lacks(BREACH_RESPONSE, waits, taken("accepted"), over)[0]


def test_nobody_is_reminded_of_what_was_before_the_strategy_was_taken_up_again():
    made = opened(taken("accepted"))
    anew = strategy_step(
        "reinstated", by="Hal Head", at=MONDAY + timedelta(days=9), evidence="Nine calls.", review_due=MONDAY
    )
    there = reminded(anew, strategy_step("activated", at=MONDAY + timedelta(days=9)))
    assert "decline" in says(made, there)["do.reminder_letter"][0]


def ours(at=MONDAY, **fields):
    given = {"strategy": "CS-1", "on": at, "what": "He rang her.", "put_right": "He is spoken to.", **fields}
    return step(BREACH_RESPONSE, "our_breach", at=at, **given)


def settled(at=MONDAY, by="Lee Line", role="line_manager"):
    return step(BREACH_RESPONSE, "our_breach_settled", by=by, role=role, at=at, done="He was spoken to.")


LATER = MONDAY + timedelta(days=7)


def test_what_we_did_not_keep_to_ourselves_waits_until_each_is_settled_and_counts_as_nothing_of_theirs():
    there = here("cleveland", LATER)
    made = opened(ours(at=LATER), first=ours(person="P-001"), situation=there)
    assert (made.strategy, made.person, made.count, made.proposals) == ("CS-1", "P-001", 0, ())
    (task,) = open_tasks(made, there)
    assert (task.id, task.to_role, task.cites) == ("BR-1/staff_breach", "line_manager", ("Cleveland 9.11",))
    assert task.due == there.working_days_after(MONDAY, 2)
    assert "`triage strategy staff-breach-settled CS-1`" in task.says
    once = BREACH_RESPONSE.take(made, settled(at=LATER), there)
    assert not once.closed and open_tasks(once, there)[0].due == there.working_days_after(LATER, 2)
    twice = BREACH_RESPONSE.take(once, settled(at=LATER), there)
    assert twice.closed and open_tasks(twice, there) == ()
    assert "no breach of ours waits" in lacks(BREACH_RESPONSE, twice, settled(at=LATER), there)[0]


def test_a_breach_of_ours_is_settled_by_those_who_answer_for_it_and_is_of_no_day_to_come():
    there = here("cleveland")
    made = opened(first=ours(), situation=there)
    assert "is for" in lacks(BREACH_RESPONSE, made, settled(role=None), there)[0]
    assert "day to come" in lacks(BREACH_RESPONSE, made, ours(on=LATER), there)[0]
    done = BREACH_RESPONSE.take(made, settled(), there)
    back = step(BREACH_RESPONSE, "undone", by="Ann Author", number=2, reason="Slip.")
    assert "only they take it back" in lacks(BREACH_RESPONSE, done, back, there)[0]


def test_theirs_go_on_being_counted_beside_ours():
    made = opened(confirmed(count=2), first=ours(before=1))
    assert (made.count, proposed(made)) == (2, ["reminder_letter", "tighten"])
    alone = BREACH_RESPONSE.take(made, settled(role="manager"), here())
    assert not alone.closed and alone.ours == ()


HEARS = "chief_executive"


@pytest.mark.parametrize(
    ("pack_id", "role", "holders", "others", "first"),
    [
        ("staffordshire", "independent_review_manager", ("Hal Head",), (), "pfcc"),
        ("staffordshire", "independent_review_manager", (), (), "pfcc"),  # known where they accepted it
        ("staffordshire", "independent_review_manager", ("Hal Head", "Ola Other"), (), "independent_review_manager"),
        ("cleveland", "head_of_standards", ("Ann Author",), (), HEARS),
        ("cleveland", "head_of_standards", ("Hal Head",), ("not decided for them",), "head_of_standards"),
        ("warwickshire", "head_of_business_services", ("Hal Head",), (), HEARS),
        ("warwickshire", "head_of_business_services", ("Hal Head",), ("allowed",), "head_of_business_services"),
    ],
)
def test_whom_a_challenge_was_decided_against_is_not_the_one_who_is_told_to_make_it_stricter(
    pack_id, role, holders, others, first
):
    challenge = challenged("stands" if "not decided for them" in others else "changed")
    if "allowed" in others:
        allowed = step(
            CHALLENGE, "reviewer_allowed", "Di Decider", role=HEARS, name="Hal Head", reason="One head only."
        )
        challenge = fold_challenge("CH-1", (*challenge.steps, allowed))
    there = here(
        pack_id, earlier=(file(ACTIVE),), besides=(challenge,), role_holders={role: holders} if holders else {}
    )
    waits = opened(first=confirmed(2, count=2), situation=there)
    accepted = taken("accepted", "tighten", by="Hal Head", role=role)
    made = BREACH_RESPONSE.take(waits, accepted, there)
    (task,) = [one for one in open_tasks(made, there) if one.id == "BR-1/do.tighten"]
    assert task.to_role == first and role in task.roles
    # So the one who hears challenges may take it up, too, and only where somebody was found wrong.
    theirs = taken("accepted", "tighten", by="Chi Ef", role=HEARS)
    if "not decided for them" in others:
        assert lacks(BREACH_RESPONSE, waits, theirs, there) != [] and task.roles == (role,)
    else:
        assert HEARS in task.roles and BREACH_RESPONSE.take(waits, theirs, there).to_do
        (proposal,) = [one for one in open_tasks(waits, there) if one.id == "BR-1/tighten"]
        assert HEARS in proposal.roles


@pytest.mark.parametrize(("outcome", "opens"), [("changed", True), ("stands", False)])
async def test_who_stands_in_for_somebody_disputed_reads_the_breaches(outcome, opens):
    there = here("cleveland", earlier=(file(ACTIVE),), besides=(challenged(outcome),))

    async def situation(_course, _file):
        return there

    gates = Gates(SimpleNamespace(situation=situation), now=lambda: datetime.now(UTC))
    made = opened(first=confirmed(2, count=2), situation=there)
    assert (await gates._gates_of(made, "Chi Ef", HEARS) == []) is opens
