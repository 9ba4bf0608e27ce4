"""The life of a strategy, step by step, and what each step is refused for."""

from dataclasses import replace
from datetime import timedelta

import pytest

from gateway.governance import life
from gateway.governance.courses import INCIDENT
from gateway.governance.demands import telling
from gateway.governance.lacks import Refused
from gateway.governance.next_step import next_step
from gateway.governance.strategy_file import Standing
from gateway.governance.strategy_fold import fold
from gateway.governance.tasks import open_tasks
from models.contact import Channel
from models.identifier import IdentifierKind, PersonIdentifier
from models.matter import MatterStatus
from models.person import Adjustment, Representative
from models.policy_course import Act, ApprovalStep, MeasureRule, StageRule
from models.policy_events import BreachStep
from models.restriction import ChannelBlocked, NoCopyIn, SameMatterRefused, SpocOnly
from models.strategy import Spoc, StrategyScope, StrategyStatus
from tests.case_files import step as case_step
from tests.governing import (
    ACTIVE,
    ANSWERED,
    APPROVED,
    EQUALITY_ADVICE,
    HOME,
    MATTERS,
    MONDAY,
    PERSON,
    READY,
    RULES,
    SUBMITTED,
    TOLD,
    draft,
    file,
    situation,
    step,
)

OR_ALLOWED = "or somebody else allows it with a reason (`triage strategy allow-reviewer`)"
SPOC_ONLY = (SpocOnly(id="R1", kind="spoc_only"),)
STRICTER = (*SPOC_ONLY, ChannelBlocked(id="R2", kind="channel_blocked", channels=("telephone",)))


def lacks(steps, last, *, first=None, day=MONDAY, **changes):
    with pytest.raises(Refused) as refused:
        life.take(file(steps, first=first), last, situation(day, **changes))
    return [lack.text for lack in refused.value.lacks]


def test_the_whole_course_leads_to_a_strategy_that_is_enforced_from_the_day_of_the_notice():
    made = file(ACTIVE)
    assert made.standing is Standing.ACTIVE
    projected = made.strategy()
    assert projected.status is StrategyStatus.ACTIVE
    assert projected.notified_on == MONDAY + timedelta(days=1)
    assert projected.decider == "Hal Head"
    assert [approval.role for approval in projected.approvals] == ["adviser", "head"]


def test_an_empty_draft_is_told_everything_it_lacks_at_once():
    found = lacks((), step("submitted"), first=draft(reasons="", spoc=None, review_due=None, restrictions=()))
    assert "no reasons are given" in found
    assert "no restriction is proposed" in found
    assert "no single point of contact is named" in found
    assert "neither an end nor a review date is set" in found
    assert "not answered: Was the outcome explained?" in found
    assert "the person was not warned first, and no reason why not is given" in found
    assert "the policy adviser has not been consulted" in found


def test_an_answer_against_its_polarity_stops_the_draft():
    steps = (*READY, step("answered", check="new_information", answer="yes"))
    assert lacks(steps, step("submitted")) == ["put this right first: Is there new information? Answered: yes"]


def test_na_needs_a_question_that_allows_it_and_a_note():
    steps = (*READY, step("answered", check="explained", answer="na", note="?"))
    assert lacks(steps, step("submitted")) == ["needs yes or no: Was the outcome explained?"]
    steps = (*READY, step("answered", check="language", answer="na"))
    assert lacks(steps, step("submitted")) == ["why it does not arise is not said: Were language needs met?"]


def test_a_matter_that_is_open_is_never_refused():
    refusing = (SameMatterRefused(id="R1", kind="same_matter_refused"),)
    found = lacks(READY, step("submitted"), first=draft(matters=("M-002",), restrictions=refusing))
    assert found == ["same_matter_refused on M-002, which is still open: contact about an open matter must go on"]
    everything = draft(scope="organisation", matters=(), restrictions=refusing)
    assert any("M-002" in text for text in lacks(READY, step("submitted"), first=everything))


REFUSING = (*SPOC_ONLY, SameMatterRefused(id="R9", kind="same_matter_refused"))
REOPENED = "same_matter_refused on M-001, which is still open: contact about an open matter must go on"
TAKEN_UP_AGAIN = (MATTERS[0].model_copy(update={"status": MatterStatus.OPEN}), MATTERS[1])
HEAD = {"by": "Hal Head", "role": "head"}
IN_TIME = MONDAY + timedelta(days=60)
LETTER_GONE = step(
    "letter_sent", letter="L2", way="email", to="jordan@mail.example", on=MONDAY,
    received_on=MONDAY + timedelta(days=1), evidence="message id 18",
)  # fmt: skip
OF_THE_CHANGE = (
    step("changed", **HEAD, restrictions=REFUSING, reasons="He writes daily."),
    step(
        "letter_written", letter="L2", purpose="change",
        passages=tuple({"part": part, "text": "In plain words."} for part in RULES.notice.parts),
    ),
    step("letter_approved", **HEAD, letter="L2"),
)  # fmt: skip
RESTING = (*ACTIVE, step("ended", **HEAD, reasons="It has stopped."), step("made_dormant"))
REVIEWED = {"by": "Rae Reviewer", "role": "head", "reasons": "Looked at.", "next_review": IN_TIME}


@pytest.mark.parametrize(
    ("steps", "last"),
    [
        (SUBMITTED, APPROVED[-1]),
        (TOLD[:-2], TOLD[-2]),
        (TOLD[:-1], TOLD[-1]),
        (TOLD, step("activated")),
        (ACTIVE, step("extended", **HEAD, ends=MONDAY + timedelta(days=60), reasons="It goes on.")),
        (ACTIVE, step("reviewed", outcome="continue", **REVIEWED)),
        (ACTIVE, OF_THE_CHANGE[0]),
        (RESTING, step("reinstated", **HEAD, evidence="Nine calls.", review_due=IN_TIME)),
    ],
)
def test_a_matter_that_was_taken_up_again_since_is_not_refused_either(steps, last):
    """Staffordshire 5.1; on what was submitted while the matter was concluded."""
    refusing = SPOC_ONLY if last.kind == "changed" else REFUSING
    first = draft(restrictions=refusing, ends=MONDAY + timedelta(days=30), review_due=MONDAY + timedelta(days=29))
    assert lacks(steps, last, first=first, matters=TAKEN_UP_AGAIN) == [REOPENED]
    assert life.take(file(steps, first=first), last, situation())
    milder = first.model_copy(update={"restrictions": SPOC_ONLY})
    if last.kind != "changed":
        assert life.take(file(steps, first=milder), last, situation(matters=TAKEN_UP_AGAIN))


def test_a_change_that_refuses_contact_does_not_come_into_force_on_a_matter_that_was_taken_up_again():
    assert lacks((*ACTIVE, *OF_THE_CHANGE), LETTER_GONE, matters=TAKEN_UP_AGAIN) == [REOPENED]
    told, tuesday = (*ACTIVE, *OF_THE_CHANGE, LETTER_GONE), MONDAY + timedelta(days=1)
    assert lacks(told, step("change_in_force"), day=tuesday, matters=TAKEN_UP_AGAIN) == [REOPENED]
    assert life.take(file(told), step("change_in_force"), situation(tuesday)).restrictions == REFUSING
    milder = step("changed", **HEAD, restrictions=SPOC_ONLY, reasons="The matter was taken up again.")
    assert "not in force yet" in lacks(told, milder)[0]
    again = life.take(file(told), milder, situation(matters=TAKEN_UP_AGAIN))
    assert (again.restrictions, again.changing) == (SPOC_ONLY, None)


@pytest.mark.parametrize("steps", [READY, SUBMITTED, TOLD])
def test_whoever_looks_at_a_file_is_told_that_its_matter_was_taken_up_again(steps):
    refusing = file(steps, first=draft(restrictions=REFUSING))
    assert REOPENED in [lack.text for lack in next_step(refusing, situation(matters=TAKEN_UP_AGAIN)).lacks]
    assert REOPENED not in [lack.text for lack in next_step(refusing, situation()).lacks]


def test_what_refuses_contact_on_a_matter_that_was_taken_up_again_can_be_taken_away_sent_back_or_ended():
    refusing = file(ACTIVE, first=draft(restrictions=REFUSING))
    here = situation(matters=TAKEN_UP_AGAIN)
    milder = step("changed", **HEAD, restrictions=SPOC_ONLY, reasons="The matter was taken up again.")
    assert life.take(refusing, milder, here).restrictions == SPOC_ONLY
    for outcome in ("change", "lift"):
        assert life.take(refusing, step("reviewed", outcome=outcome, **REVIEWED), here).last_review
    assert life.take(refusing, step("ended", **HEAD, reasons="Taken up again."), here).standing is Standing.ENDED
    back = APPROVED[-1].model_copy(update={"agreed": False, "note": "It was taken up again."})
    submitted = file(SUBMITTED, first=draft(restrictions=REFUSING))
    assert life.take(submitted, back, here).standing is Standing.DRAFT


def test_the_author_approves_nothing_of_their_own():
    act = step("acted", by="ann  AUTHOR", role="head", act="decision")
    assert "ann  AUTHOR wrote the draft; decision is for somebody else" in lacks(SUBMITTED, act)


def test_whoever_advised_does_not_decide():
    act = step("acted", by="Ada Adviser", role="head", act="decision")
    assert lacks(SUBMITTED, act) == ["Ada Adviser was consulted; decision is for somebody else"]


def test_of_two_who_advised_neither_decides():
    acts = (
        ApprovalStep(id="advice", act=Act.CONSULTED, roles=("adviser",), before="submission"),
        ApprovalStep(id="second", act=Act.CONSULTED, roles=("equality_adviser",)),
        ApprovalStep(id="decision", act=Act.DECIDES, roles=("head",), distinct_from=("author", "advice", "second")),
    )
    rules = RULES.model_copy(update={"approvals": acts})
    second = step("acted", by="Eve Equal", role="equality_adviser", act="second")
    advised = life.take(file(SUBMITTED), second, situation(rules=rules))
    for name in ("Ada Adviser", "Eve Equal"):
        with pytest.raises(Refused) as refused:
            life.take(advised, step("acted", by=name, role="head", act="decision"), situation(rules=rules))
        assert [one.text for one in refused.value.lacks] == [f"{name} was consulted; decision is for somebody else"]


def test_whoever_has_acted_in_any_file_of_the_person_does_not_declare_that_they_knew_nothing():
    """Wealden L119-L121: the signatory has no prior knowledge of the customer or the issue."""
    approvals = (RULES.approvals[0], RULES.approvals[1].model_copy(update={"no_prior_knowledge": True}))
    rules = RULES.model_copy(update={"approvals": approvals})
    decides = step("acted", by="Hal Head", role="head", act="decision", knew=False)
    sent_back = decides.model_copy(update={"agreed": False, "note": "Say what it costs."})
    looked = step("looked_in", by="hal head", need="To decide on it.")

    def knew_from(*more, **changes):
        made = file((*SUBMITTED, *more))
        with pytest.raises(Refused) as refused:
            life.take(made, decides, situation(rules=rules, **changes))
        return [lack.text for lack in refused.value.lacks]

    urgent = step("urgent", by="Hal Head", role="head", reason="A threat.", restrictions=SPOC_ONLY, told_on=MONDAY,
                  told_how="By telephone.", until=MONDAY + timedelta(days=3))  # fmt: skip
    assert knew_from(urgent) == ["Hal Head has acted in CS-1 before, and so knew of it; ask somebody else"]
    earlier = fold("CS-0", [draft(), *READY, step("noted", by="Hal Head", text="I spoke to him.")])
    assert "has acted in CS-0 before" in knew_from(earlier=(earlier,))[0]
    # Nor does whoever was asked or told, as the steps of others have it: their advice, the review that consulted them.
    asked = step("advice_taken", **{**EQUALITY_ADVICE, "adjustment": None, "adviser": "H. Head"})
    assert "Hal Head was asked or told about it before, as CS-1 has it, and so knew" in knew_from(asked)[0]
    reviewed = step("reviewed", by="Rae Head", role="head", outcome="lift", reasons="Over.", consulted=["Hal Head"])
    before = fold("CS-0", [draft(), *READY, reviewed])
    assert "as CS-0 has it" in knew_from(earlier=(before,))[0]
    happened = {"incident": "visit", "person": "P-001", "on": MONDAY, "what": "He shouted.", "affected": ["Hal Head"]}
    incident = INCIDENT.fold("IN-1", [case_step(INCIDENT, "recorded", **happened)])
    assert "as IN-1 has it" in knew_from(besides=(incident,))[0]
    for innocent in ((), (looked,), (sent_back, *READY[-1:])):
        made = file((*SUBMITTED, *innocent))
        if made.standing is Standing.DRAFT:
            made = life.take(made, step("submitted"), situation(rules=rules))
        assert life.take(made, decides, situation(rules=rules)).standing is Standing.APPROVED


def test_whoever_revised_the_draft_does_not_decide_on_their_own_words():
    revised = step("revised", by="Hal Head", restrictions=STRICTER)
    act = step("acted", by="Hal Head", role="head", act="decision")
    advised_again = step("acted", by="Ada Adviser", role="adviser", act="advice")
    assert lacks((*READY, revised, advised_again, step("submitted")), act) == [
        "Hal Head revised the draft; decision is for somebody else"
    ]
    advice = step("acted", by="Ada Adviser", role="adviser", act="advice")
    by_adviser = step("revised", by="Ada Adviser", impact="Two days a week.")
    assert file((*ANSWERED, by_adviser, advice)).acts == (advice,)


def test_what_somebody_was_asked_about_is_asked_again_when_it_changed():
    revised = step("revised", restrictions=STRICTER)
    assert lacks((*READY, revised), step("submitted")) == [
        "the policy adviser has not been consulted since the draft was revised, and was asked about another; ask again"
    ]
    again = step("acted", by="Ada Adviser", role="adviser", act="advice", note="Proportionate still.")
    assert file((*READY, revised, again, step("submitted"))).standing is Standing.SUBMITTED
    as_it_was = step("revised", restrictions=SPOC_ONLY)
    assert lacks(READY, as_it_was) == ["nothing is changed: the draft says so already"]
    undone = step("undone", number=len(READY) + 2, reason="Another file was meant.")
    assert file((*READY, revised, undone, step("submitted"))).acts == READY[-1:]


def test_a_draft_does_without_what_it_said_again():
    ends = {"ends": MONDAY + timedelta(days=30), "starts": MONDAY}
    made = file((step("revised", cleared=("review_due", "spoc")),), first=draft(**ends))
    assert (made.review_due, made.spoc, made.ends, made.starts) == (None, None, *ends.values())
    gone = step("revised", cleared=("ends", "starts"))
    assert lacks((), gone) == ["nothing is changed: the draft says so already"]
    assert file((gone,), first=draft(**ends)).ends is None


def test_only_the_role_of_the_chain_may_act():
    act = step("acted", by="Hal Head", role="adviser", act="decision")
    assert lacks(SUBMITTED, act) == ["decision is for the head of service"]


def test_a_refusal_sends_it_back_to_its_author_and_every_act_is_taken_anew():
    refused = step("acted", by="Hal Head", role="head", act="decision", agreed=False, note="Warn them first.")
    made = file((*SUBMITTED, refused))
    assert made.standing is Standing.DRAFT
    assert made.acts == ()


def test_a_decision_is_taken_back_by_nobody_but_whoever_took_it():
    refused = step("acted", by="Hal Head", role="head", act="decision", agreed=False, note="Warn them first.")
    steps = (*SUBMITTED, refused)
    undone = step("undone", number=len(steps) + 1, reason="He was wrong.")
    assert lacks(steps, undone) == ["Hal Head decided this, and only they take it back"]
    over = (*ACTIVE, step("ended", by="Hal Head", role="head", reasons="It has stopped."))
    again = step("undone", number=len(over) + 1, reason="He is back.")
    assert lacks(over, again) == ["Hal Head decided this, and only they take it back"]
    himself = undone.model_copy(update={"by": "hal head"})
    assert file((*steps, himself)).standing is Standing.SUBMITTED


def test_what_was_in_force_and_is_given_up_nobody_else_takes_up_again():
    came_back = step("letter_came_back", letter="L1", sending=1, on=MONDAY, reason="User unknown.")
    suspended = (*ACTIVE, came_back, step("suspended", **HEAD, reason="He has not read it."))
    given_up = (*suspended, step("withdrawn", **HEAD, reasons="It has stopped."))
    undone = step("undone", number=len(given_up) + 1, reason="A slip.")
    assert lacks(given_up, undone) == ["Hal Head decided this, and only they take it back"]
    assert file((*given_up, undone.model_copy(update={"by": "Hal Head"}))).suspended is not None
    # A proposal is everybody's who may write in it.
    proposal = (*SUBMITTED, step("withdrawn", **HEAD, reasons="Not needed."))
    assert file((*proposal, step("undone", number=len(proposal) + 1, reason="A slip."))).standing is Standing.SUBMITTED


def test_nothing_is_active_without_evidence_of_notice():
    assert lacks(APPROVED, step("activated")) == ["no evidence that a notice was sent"]
    assert "it was not submitted and approved" in lacks(READY, step("activated"))


def test_that_agreement_was_not_sought_is_recorded_with_why():
    assert lacks(APPROVED, step("agreement_sought", outcome="not_sought", note=" ")) == [
        "why agreement was not sought is not said"
    ]
    for said in ({"outcome": "not_sought", "note": "She hung up."}, {"outcome": "refused"}):
        life.take(file(APPROVED), step("agreement_sought", **said), situation())


def test_a_notice_without_a_part_is_no_letter():
    letter = step("letter_written", letter="L1", purpose="notice", passages=[{"part": "reasons", "text": "Because."}])
    assert lacks(APPROVED, letter) == [
        "the letter does not have its part `restrictions`",
        "the letter does not have its part `emergency`",
    ]


def test_a_notice_that_says_something_else_than_what_was_decided_is_not_let_go():
    early = TOLD[len(APPROVED)]
    revised = step("revised", restrictions=STRICTER)
    steps = (*READY, early, revised, READY[-1], *APPROVED[len(READY) :])
    approve = step("letter_approved", by="Hal Head", role="head", letter="L1")
    assert lacks(steps, approve) == [
        "the strategy was altered after letter L1 was written, which does not say so; write it anew"
    ]
    # Nor where it was written before anybody had decided, for a notice says who did.
    assert lacks((*READY, early, *APPROVED[len(READY) :]), approve) == [
        "the strategy was decided on after letter L1 was written, which does not say so; write it anew"
    ]


def test_a_change_that_was_altered_again_needs_its_letter_anew():
    head = {"by": "Hal Head", "role": "head"}
    changed = step("changed", **head, restrictions=STRICTER, reasons="Calls at night.")
    parts = [{"part": part, "text": "As decided."} for part in RULES.notice.parts]
    letter = step("letter_written", letter="L2", purpose="change", passages=parts)
    undone = step("undone", number=len(ACTIVE) + 3, reason="Not so.")
    again = step("changed", **head, restrictions=STRICTER[1:], reasons="Calls at night.")
    steps = (*ACTIVE, changed, letter)
    approve = step("letter_approved", **head, letter="L2")
    assert file((*steps, approve)).letters["L2"].approved == approve
    assert file((*steps, undone)).letters.keys() == {"L1"}
    meant = step("undone", number=len(ACTIVE) + 4, reason="Another file was meant.")
    changed_back = fold("CS-1", (draft(), *steps, again, meant))
    assert life.take(changed_back, approve, situation()).letters["L2"].approved == approve
    in_force = fold("CS-1", (draft(), *steps, step("change_in_force"), again))
    with pytest.raises(Refused, match="write it anew"):
        life.take(in_force, approve, situation())


def test_nothing_was_sent_before_it_was_approved():
    tuesday = MONDAY + timedelta(days=1)
    sent = step(
        "letter_sent", at=tuesday, letter="L1", way="post", to=HOME, on=MONDAY - timedelta(days=28),
        received_on=MONDAY - timedelta(days=26), evidence="proof of posting",
    )  # fmt: skip
    assert lacks(TOLD, sent, day=tuesday) == ["it cannot have been sent before it was approved, on 2026-03-02"]


def test_nothing_is_sent_to_an_address_marked_unsafe():
    sent = step(
        "letter_sent", letter="L1", way="email", to="Shared@home.example", on=MONDAY,
        received_on=MONDAY + timedelta(days=1), evidence="message id 18",
    )  # fmt: skip
    assert lacks(TOLD, sent) == ["nothing is ever sent to what is marked unsafe"]


def test_what_went_to_an_address_before_it_was_marked_unsafe_is_recorded_and_is_no_evidence_of_notice():
    gone = step(
        "letter_sent", letter="L1", way="email", to="Shared@home.example", on=MONDAY,
        received_on=MONDAY + timedelta(days=1), evidence="message id 18", went_although="It was marked the day after.",
    )  # fmt: skip
    told = file(TOLD)
    recorded = life.take(told, gone, situation())
    assert recorded.letters["L1"].sent[-1] == gone
    assert recorded.letters["L1"].sent_that_count == told.letters["L1"].sent
    only = file(tuple(one for one in TOLD if one.kind != "letter_sent"))
    lacking = [lack.text for lack in telling.of_notice(life.take(only, gone, situation()), situation())]
    assert "no evidence that a notice was sent" in lacking


def test_what_was_sent_before_the_person_died_is_recorded_and_nothing_is_sent_to_the_dead():
    tuesday = MONDAY + timedelta(days=1)
    dead = PERSON.model_copy(update={"deceased_on": tuesday})
    sent = step(
        "letter_sent", at=tuesday, letter="L1", way="email", to="jordan@mail.example", on=MONDAY,
        received_on=MONDAY + timedelta(days=1), evidence="message id 18",
    )  # fmt: skip
    here = situation(tuesday, person=dead)
    assert life.take(file(TOLD), sent, here).letters["L1"].sent[-1] == sent
    later = sent.model_copy(update={"on": tuesday, "received_on": tuesday + timedelta(days=1)})
    with pytest.raises(Refused, match="the person has died"):
        life.take(file(TOLD), later, here)


def test_a_letter_by_email_goes_to_no_address_that_the_register_does_not_have_as_theirs():
    sent = step(
        "letter_sent", letter="L1", way="email", to="jordan@mial.example", on=MONDAY,
        received_on=MONDAY + timedelta(days=1), evidence="message id 18",
    )  # fmt: skip
    assert lacks(TOLD, sent) == [
        "the register does not have jordan@mial.example as theirs, nor as somebody's who speaks for them; put it there first"
    ]
    email = PersonIdentifier(kind=IdentifierKind.EMAIL, value="Ada@advocates.example")
    advocate = Representative(name="Ada Advocate", identifiers=(email,), until=MONDAY)
    person = PERSON.model_copy(update={"representatives": (advocate,)})
    to_advocate = sent.model_copy(update={"to": "ada@advocates.example"})
    tuesday = MONDAY + timedelta(days=1)
    for day in (MONDAY, tuesday):
        assert life.take(file(TOLD), to_advocate, situation(day, person=person)).letters["L1"].sent[-1] == to_advocate
    late = to_advocate.model_copy(update={"on": tuesday, "received_on": tuesday + timedelta(days=1)})
    with pytest.raises(Refused, match=r"does not have ada@advocates.*Ada Advocate may speak .* until 2026-03-02"):
        life.take(file(TOLD), late, situation(tuesday, person=person))


ADA_AT = "2 Law Street, Stafford, ST16 3CC"


def with_advocate(*matters, **more):
    """Jordan with an advocate for these matters, or for all."""
    addresses = (
        PersonIdentifier(kind=IdentifierKind.EMAIL, value="ada@advocates.example"),
        PersonIdentifier(kind=IdentifierKind.POSTAL, value=ADA_AT),
    )
    advocate = Representative(name="Ada Advocate", identifiers=addresses, matters=matters, **more)
    return PERSON.model_copy(update={"representatives": (advocate,)})


def goes_to_advocate(made, person, letter="L1", **here):
    """What is said against sending them the letter: by email, by post, and put by for the post."""
    day = {"on": MONDAY, "evidence": "message id 18", "letter": letter}
    email = step("letter_sent", way="email", to="ada@advocates.example", received_on=MONDAY + timedelta(days=1), **day)
    post = {"to": ADA_AT, "to_because": "They gave it on the telephone."}
    posted = step("letter_sent", way="post", received_on=MONDAY + timedelta(days=2), **day, **post)
    said = set()
    for sending in (email, posted, step("letter_queued", letter=letter, **post)):
        try:
            life.take(made, sending, situation(person=person, **here))
            said.add("")
        except Refused as refused:
            said |= {lack.text.partition(" for them on ")[2] for lack in refused.lacks}
    return said


@pytest.mark.parametrize(
    ("scope", "matters", "authority", "says"),
    [
        ("matter", ("M-001",), (), ""),
        ("matter", ("M-001",), ("M-001",), ""),
        ("matter", ("M-001",), ("M-002", "M-001"), ""),
        ("matter", ("M-001",), ("M-002",), "this: Ada Advocate may speak for them on M-002"),
        ("matter", ("M-001", "M-002"), ("M-001",), "this: Ada Advocate may speak for them on M-001"),
        ("matter", (), ("M-001", "M-002"), "this: Ada Advocate may speak for them on M-001 and M-002"),
        ("organisation", ("M-001",), ("M-001",), "this: Ada Advocate may speak for them on M-001"),
        ("organisation", (), (), ""),
    ],
)
def test_a_letter_goes_to_a_representative_only_who_may_speak_on_all_that_it_is_about(scope, matters, authority, says):
    made = replace(file(TOLD), scope=StrategyScope(scope), matters=matters)
    assert goes_to_advocate(made, with_advocate(*authority)) == {says}


def test_a_letter_that_tells_of_another_strategy_goes_to_whoever_may_speak_on_that_too():
    written = next(one for one in TOLD if one.kind == "letter_written").model_copy(update={"beside": ("CS-2",)})
    made = file(written if one.kind == "letter_written" else one for one in TOLD)
    other = fold("CS-2", (draft(matters=("M-002",)), *ACTIVE))
    here = {"earlier": (other,)}
    assert goes_to_advocate(made, with_advocate("M-001"), **here) == {"this: Ada Advocate may speak for them on M-001"}
    assert goes_to_advocate(made, with_advocate("M-001", "M-002"), **here) == {""}
    for registered, said in (
        ((other.strategy(),), ""),
        ((), "this: Ada Advocate may speak for them on M-001 and M-002"),
    ):
        assert goes_to_advocate(made, with_advocate("M-001", "M-002"), strategies=registered) == {said}


def test_what_went_to_whoever_may_not_speak_on_it_is_recorded_and_counts_for_nothing():
    gone = step(
        "letter_sent", letter="L1", way="email", to="ada@advocates.example", on=MONDAY,
        received_on=MONDAY + timedelta(days=1), evidence="message id 18", went_although="I took the wrong one.",
    )  # fmt: skip
    here = situation(person=with_advocate("M-002"))
    made = life.take(file(TOLD[:-1]), gone, here)
    assert made.letters["L1"].sent == (gone,) and made.letters["L1"].sent_that_count == ()
    (task,) = [one for one in open_tasks(made, here) if one.id == "CS-1/unsafe.L1"]
    assert "went to somebody who may not speak for them on this: see that they are safe" in task.says


def test_a_letter_in_the_tray_for_a_representative_is_not_posted_once_they_may_not_speak_on_it():
    queued = step("letter_queued", letter="L1", to=ADA_AT)
    made = life.take(file(TOLD), queued, situation(person=with_advocate("M-001")))
    for person, waits in ((with_advocate("M-001"), False), (with_advocate(until=MONDAY - timedelta(days=1)), True)):
        here = situation(person=person)
        assert bool(telling.not_to_go(made, made.letters["L1"], here)) is waits
        assert [one.id for one in open_tasks(made, here) if "tray" in one.id] == ["CS-1/unsafe_tray.L1"] * waits
    with pytest.raises(Refused, match="may speak for them on all matters until 2026-03-01"):
        life.take(made, step("letter_queued", letter="L1", to=ADA_AT), here)


@pytest.mark.parametrize(
    ("to", "because", "says"),
    [
        ("1, High St., Stafford ST161AA", "", None),
        (f"Jordan Example\n{HOME}", "", None),
        ("1 High Street, Anytown, AN1 2BB", "", "the register does not have 1 High Street"),
        ("1 High Street, Anytown, AN1 2BB", "He gave it to us on the telephone.", None),
        ("9 Old Road, Stafford, ST16 9ZZ", "He said so.", "nothing is ever sent to what is marked unsafe"),
        ("9, Old Rd., Stafford ST169ZZ", "He said so.", "nothing is ever sent to what is marked unsafe"),
        ("Jordan Example, 9 old road, st16 9zz", "He said so.", "nothing is ever sent to what is marked unsafe"),
        ("9a Old Road, Stafford, ST16 9ZZ", "He said so.", "this may be an address that is marked unsafe"),
        ("Flat 2, 9 Old Road, ST16 9ZZ", "He said so.", "this may be an address that is marked unsafe"),
        ("9 Old Road, Stafford", "He said so.", "this may be an address that is marked unsafe"),
        ("Old Road, ST16 9ZZ", "He said so.", "this may be an address that is marked unsafe"),
        ("9 Old Road, Stafford, ST16 9ZX", "He said so.", "this may be an address that is marked unsafe"),
        ("9 Old Rd, ST6 9ZZ", "He said so.", "this may be an address that is marked unsafe"),
        ("9 Old Road, Leek, ST13 9ZZ", "He said so.", None),
        ("9 New Road, Stafford, ST16 9ZX", "He said so.", None),
        ("10 Old Road, Stafford, ST16 9ZZ", "He said so.", None),
    ],
)
def test_a_letter_by_post_goes_where_the_register_or_somebody_says_they_live_and_nowhere_unsafe(to, because, says):
    queued = step("letter_queued", letter="L1", to=to, to_because=because)
    posted = step(
        "letter_sent", letter="L1", way="post", to=to, on=MONDAY, received_on=MONDAY + timedelta(days=2),
        evidence="proof of posting", to_because=because,
    )  # fmt: skip
    if says is None:
        said_before = posted.model_copy(update={"to_because": ""})
        assert file((*TOLD, posted)).letters["L1"].sent[-1] == posted
        assert file((*TOLD, queued, said_before)).letters["L1"].sent[-1] == said_before
        return
    for goes in (queued, posted):
        (found,) = lacks(TOLD, goes)
        assert found.startswith(says)


def test_a_letter_waits_to_be_printed_until_it_is_posted():
    queued = step("letter_queued", letter="L1", to=HOME)
    assert lacks(APPROVED, queued) == ["nobody has approved a letter L1"]
    waiting = file((*TOLD, queued))
    assert waiting.letters["L1"].to_print == queued
    assert "letter L1 waits to be printed already" in lacks((*TOLD, queued), queued)
    posted = step(
        "letter_sent", letter="L1", way="post", to=queued.to, on=MONDAY, received_on=MONDAY + timedelta(days=2),
        evidence="proof of posting",
    )  # fmt: skip
    assert file((*TOLD, queued, posted)).letters["L1"].to_print is None


def test_a_letter_goes_to_an_address_of_its_way():
    sent = step(
        "letter_sent", letter="L1", way="post", to="jordan@mail.example", on=MONDAY,
        received_on=MONDAY + timedelta(days=2), evidence="proof of posting",
    )  # fmt: skip
    assert lacks(TOLD, sent) == ["a letter by post goes to a postal address"]


def test_a_letter_sent_on_a_friday_by_post_counts_as_received_on_tuesday():
    friday = MONDAY + timedelta(days=4)
    sent = step(
        "letter_sent", at=friday, letter="L1", way="post", to=HOME, on=friday, received_on=friday,
        evidence="proof of posting",
    )  # fmt: skip
    assert lacks(TOLD, sent, day=friday) == ["sent on 2026-03-06 by post, it counts as received on 2026-03-10"]


def test_the_next_review_is_within_the_interval_or_has_a_reason_and_never_beyond_the_ceiling():
    later = step("reviewed", by="Rae Head", role="head", outcome="continue", reasons="Still daily.",
                 next_review=MONDAY + timedelta(days=120))  # fmt: skip
    assert lacks(ACTIVE, later) == ["the review is more than 3 months away, which needs a reason"]
    far = later.model_copy(update={"next_review": MONDAY + timedelta(days=200), "slip_reason": "Leave."})
    assert lacks(ACTIVE, far) == ["the review is more than 6 months away"]


def test_a_review_comes_before_the_end_that_the_letter_names():
    late = draft(ends=MONDAY + timedelta(days=40), review_due=MONDAY + timedelta(days=41))
    assert lacks(READY, step("submitted"), first=late) == [
        "the review would come after the end; set it on or before, or leave it out (`review_due: null`)"
    ]
    assert file(SUBMITTED, first=draft(ends=MONDAY + timedelta(days=80))).standing is Standing.SUBMITTED


def test_the_decider_does_not_review_without_a_reason_on_the_file():
    review = step("reviewed", by="Hal Head", role="head", outcome="lift", reasons="It has stopped.")
    assert lacks(ACTIVE, review) == [f"Hal Head was the decider; another reviews, {OR_ALLOWED}"]
    allowed = step("reviewer_allowed", by="Rae Head", role="head", name="Hal Head", reason="Rae is on leave from May.")
    assert file((*ACTIVE, allowed, review)).reviews == 1
    again = step("reviewed", by="Hal Head", role="head", outcome="continue", reasons="Still daily.",
                 next_review=MONDAY + timedelta(days=60))  # fmt: skip
    assert lacks((*ACTIVE, allowed, again), review) == [f"Hal Head was the decider; another reviews, {OR_ALLOWED}"]


def test_whoever_made_it_stricter_or_took_it_up_again_does_not_hold_the_next_review():
    changed = step("changed", by="Rae Head", role="head", restrictions=STRICTER, reasons="She comes in daily.")
    review = step("reviewed", by="Rae Head", role="head", outcome="lift", reasons="It has stopped.")
    refused = f"Rae Head decided what holds since; another reviews, {OR_ALLOWED}"
    assert lacks((*ACTIVE, changed), review) == [refused]
    allowed = step("reviewer_allowed", by="Hal Head", role="head", name="Rae Head", reason="There are two heads.")
    assert file((*ACTIVE, changed, allowed, review)).reviews == 1
    assert file((*ACTIVE, changed, review.model_copy(update={"by": "Di Rector"}))).reviews == 1
    again = step("reinstated", by="Rae Head", role="head", evidence="Nine calls.", review_due=MONDAY)
    with pytest.raises(Refused, match="Rae Head decided what holds since"):
        life.take(fold("CS-1", (draft(), *ACTIVE, again, step("activated"))), review, situation())
    # Whoever only eases it does what a review is for.
    milder = step("changed", by="Rae Head", role="head", restrictions=STRICTER[:1], reasons="She comes no more.")
    assert file((*ACTIVE, milder, review), first=draft(restrictions=STRICTER)).reviews == 1


@pytest.mark.parametrize(
    ("by", "role", "why"),
    [
        ("Hal Head", "head", "allowing a reviewer is for somebody else than Hal Head: it is their own review"),
        ("Ann Author", "head", "allowing a reviewer is for somebody else than Ann Author: they wrote the draft"),
        ("Rae Head", "adviser", "allowing a reviewer is for the head of service"),
    ],
)
def test_nobody_allows_their_own_review(by, role, why):
    allowed = step("reviewer_allowed", by=by, role=role, name="Hal Head", reason="There is one head only.")
    assert lacks(ACTIVE, allowed) == [why]


def test_whoever_wrote_a_letter_or_the_draft_does_not_let_it_go():
    approve = step("letter_approved", by="Ann Author", role="head", letter="L1")
    written = TOLD[len(APPROVED)]
    assert lacks((*APPROVED, written), approve) == [
        "Ann Author wrote the letter; letting a letter go is for somebody else"
    ]
    by_another = written.model_copy(update={"by": "Cy Colleague"})
    assert lacks((*APPROVED, by_another), approve) == [
        "Ann Author wrote the draft; letting a letter go is for somebody else"
    ]
    assert lacks((*APPROVED, by_another), approve.model_copy(update={"by": "Cy Colleague"})) == [
        "Cy Colleague wrote the letter; letting a letter go is for somebody else"
    ]


def test_a_way_of_telling_is_left_out_by_somebody_who_decides():
    waived = step("way_waived", way="email", reason="No safe address.", by="Hal Head", role="head")
    assert file((*APPROVED, waived)).ways_waived == {"email"}
    assert lacks(APPROVED, waived.model_copy(update={"by": "Ann Author"})) == [
        "Ann Author wrote the draft; leaving out a way is for somebody else"
    ]
    assert lacks(APPROVED, waived.model_copy(update={"role": "adviser"})) == [
        "leaving out a way of telling them is for the head of service"
    ]


def test_a_stricter_change_waits_for_its_letter_and_a_milder_one_does_not():
    stricter = step("changed", by="Hal Head", role="head", restrictions=STRICTER, reasons="Calls at night.")
    assert lacks((*ACTIVE, stricter), step("change_in_force")) == ["no letter about the change counts as received yet"]
    assert file((*ACTIVE, stricter)).strategy().restrictions == SPOC_ONLY
    both = file(ACTIVE, first=draft(restrictions=STRICTER))
    milder = step("changed", by="Hal Head", role="head", restrictions=SPOC_ONLY, reasons="Calls have stopped.")
    after = life.take(both, milder, situation())
    assert after.strategy().restrictions == SPOC_ONLY and after.changing is None
    with pytest.raises(Refused, match="no change is under way"):
        life.take(after, step("change_in_force"), situation())


def test_another_point_of_contact_waits_for_its_letter():
    change = step("changed", by="Hal Head", role="head", restrictions=SPOC_ONLY, reasons="Pat has left.",
                  spoc={"name": "New Contact", "address": "new@opcc.example", "deputy": "deputy@opcc.example"})  # fmt: skip
    assert lacks((*ACTIVE, change), step("change_in_force")) == ["no letter about the change counts as received yet"]


@pytest.mark.parametrize("spoc", [None, file(ACTIVE).spoc])
def test_a_change_that_changes_nothing_is_none(spoc):
    rules = [
        {"id": "R1", "kind": "channel_blocked", "channels": ["telephone", "email"]},
        {"id": "R2", "kind": "spoc_only"},
    ]
    first = draft(restrictions=rules)
    otherwise = [{"id": "R7", "kind": "spoc_only"}, {**rules[0], "id": "R8", "channels": ["email", "telephone"]}]
    for same in (rules, rules[::-1], otherwise):
        change = step("changed", **HEAD, restrictions=same, reasons="As it was said.", spoc=spoc)
        assert lacks(ACTIVE, change, first=first) == [
            "this changes nothing: the restrictions and the contact are those that it has; name what is to hold"
        ]
    fewer = step("changed", **HEAD, restrictions=[otherwise[1] | {"channels": ["email"]}], reasons="One will do.")
    assert life.take(file(ACTIVE, first=first), fewer, situation()).changing is not None


def test_a_contact_without_restrictions_is_replaced_at_once_by_whoever_may_give_one():
    soft = fold("CS-1", (draft(soft=True, restrictions=()), step("warned", on=MONDAY, how="Told."), step("activated")))
    other = Spoc(name="New Contact", address="new@opcc.example", deputy="deputy@opcc.example")
    change = step("changed", restrictions=(), reasons="Pat has left.", spoc=other)
    taken = life.take(soft, change, situation())
    assert (taken.spoc, taken.changing, taken.strategy().spoc, taken.steps[-1]) == (other, None, other, change)
    undo = step("undone", number=4, reason="Pat stays.")
    assert life.take(taken, undo, situation()).spoc == soft.spoc
    with pytest.raises(Refused, match="Ann Author decided this, and only they take it back"):
        life.take(taken, undo.model_copy(update={"by": "Hal Head"}), situation())


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "name another single point of contact, which is all that can be changed here"),
        ({"spoc": draft().spoc}, "name another single point of contact, which is all that can be changed here"),
        ({"spoc": Spoc(name="Lee", address="lee@opcc.example")}, "the single point of contact has no deputy"),
        ({"spoc": Spoc(name="Lee", address="lee", deputy="lee")}, "spoc."),
        ({"restrictions": SPOC_ONLY, "by": "Hal Head", "role": "head"}, "it has no restrictions, and gets none by a"),
    ],
)
def test_of_a_contact_without_restrictions_nothing_but_who_it_is_can_be_changed(fields, said):
    soft = fold("CS-1", (draft(soft=True, restrictions=()), step("warned", on=MONDAY, how="Told."), step("activated")))
    with pytest.raises(Refused) as refused:
        life.take(soft, step("changed", **{"restrictions": (), "reasons": "Pat has left.", **fields}), situation())
    assert any(lack.text.startswith(said) for lack in refused.value.lacks)


def test_a_change_that_names_no_restriction_says_that_all_are_to_be_named():
    none = step("changed", by="Hal Head", role="head", restrictions=(), reasons="Pat has left.")
    assert lacks(ACTIVE, none) == [
        "no restriction is left; name all that are to hold from now on, or end the strategy instead"
    ]


def test_a_policy_may_keep_those_who_acted_in_it_from_reviewing_it_too():
    review = RULES.review.model_copy(update={"not_by": ("author", "decider", "advice")})
    rules = RULES.model_copy(update={"review": review})
    fields = {"role": "head", "outcome": "continue", "reasons": "Still daily.", "next_review": MONDAY + timedelta(80)}
    by_adviser = step("reviewed", by="Ada Adviser", **fields)
    assert life.take(file(ACTIVE), by_adviser, situation()).reviews == 1
    assert lacks(ACTIVE, by_adviser, rules=rules)[0].startswith("Ada Adviser acted in it (advice); another reviews")


def test_a_role_that_decides_and_reviews_is_named_once():
    milder = step("changed", by="Mo Other", role="staff", restrictions=SPOC_ONLY, reasons="Calls have stopped.")
    assert lacks(ACTIVE, milder, first=draft(restrictions=STRICTER)) == ["this is for the head of service"]


def test_a_reviewer_makes_it_milder_and_only_those_who_decide_or_tighten_make_it_stricter():
    review = RULES.review.model_copy(update={"reviewers": ("adviser",)})
    rules = RULES.model_copy(update={"review": review})
    stricter = step("changed", by="Rae Adviser", role="adviser", restrictions=STRICTER, reasons="Calls at night.")
    assert lacks(ACTIVE, stricter, rules=rules) == ["this is for the head of service"]
    tighten = BreachStep(action="tighten", from_count=2, decided_by=("adviser",))
    ladder = rules.model_copy(update={"breaches": (tighten,)})
    assert life.take(file(ACTIVE), stricter, situation(rules=ladder)).changing == stricter
    milder = stricter.model_copy(update={"restrictions": SPOC_ONLY})
    both = file(ACTIVE, first=draft(restrictions=STRICTER))
    assert life.take(both, milder, situation(rules=rules)).restrictions == SPOC_ONLY


def test_it_is_ended_by_those_who_decide_or_by_anybody_once_that_is_decided():
    anybody = step("ended", by="Pat Passerby", reasons="It has stopped.")
    assert lacks(ACTIVE, anybody) == ["ending it is for the head of service"]
    lift = step("reviewed", by="Rae Head", role="head", outcome="lift", reasons="It has stopped.")
    assert life.take(file((*ACTIVE, lift)), anybody, situation()).standing is Standing.ENDED
    last = MONDAY + timedelta(days=30)
    timed = file(ACTIVE, first=draft(ends=last, review_due=None))
    later = anybody.model_copy(update={"at": step("noted", at=last, text="The day.").at})
    assert life.take(timed, later, situation(last)).standing is Standing.ENDED


def test_urgent_measures_are_over_with_the_strategy_itself():
    urgent = step("urgent", by="Hal Head", role="head", reason="A threat at the desk.", restrictions=STRICTER,
                  told_on=MONDAY, told_how="By telephone at noon.", until=MONDAY + timedelta(days=4))  # fmt: skip
    head = {"by": "Hal Head", "role": "head"}
    over = (urgent, *ACTIVE, step("ended", **head, reasons="It has stopped."))
    assert file(over).strategy().status is StrategyStatus.ENDED
    again = step("reinstated", **head, evidence="Nine calls today.", review_due=MONDAY + timedelta(days=60))
    assert file((*over, step("made_dormant", **head), again)).strategy().status is StrategyStatus.APPROVED


def test_what_was_agreed_or_left_out_in_an_earlier_course_counts_for_nothing_after_it_is_taken_up_again():
    notice = RULES.notice.model_copy(update={"seeks_agreement": True, "all_of": ("post", "email")})
    rules = RULES.model_copy(update={"notice": notice})
    before = (step("agreement_sought", outcome="agreed"), step("way_waived", way="email", reason="She has none."))
    first = fold("CS-1", (draft(), *ACTIVE[:-1], *before, *ACTIVE[-1:]))
    wanting = {lack.field for lack in telling.of_notice(first, situation(rules=rules))}
    assert not wanting & {"agreement_sought", "email"}
    head = {"by": "Hal Head", "role": "head"}
    allowed = step("reviewer_allowed", name="Ann Author", reason="There is nobody else.")
    again = step("reinstated", **head, evidence="Nine calls today.", review_due=MONDAY + timedelta(days=60))
    course = (*first.steps[1:], allowed, step("ended", **head, reasons="So."), step("made_dormant", **head), again)
    second = fold("CS-1", (draft(), *course))
    assert {"agreement_sought", "email"} <= {lack.field for lack in telling.of_notice(second, situation(rules=rules))}
    assert second.reviewers_allowed == ()


def test_a_breach_of_our_own_is_settled_whatever_became_of_the_strategy():
    head = {"by": "Hal Head", "role": "head"}
    ours = step("staff_breach", on=MONDAY, what="He rang her.", put_right="He is spoken to.")
    again = step("reinstated", **head, evidence="Nine calls today.", review_due=MONDAY + timedelta(days=60))
    rested = (*ACTIVE, ours, step("ended", **head, reasons="So."), step("made_dormant", **head), again)
    settled = step("staff_breach_settled", **head, done="He was spoken to.")
    for course in (rested, (*rested, step("withdrawn", reasons="Not needed."))):
        assert life.take(file(course), settled, situation()).steps[-1] == settled


def test_an_author_does_not_extend_their_own_strategy():
    first = draft(by="Hal Head", ends=MONDAY + timedelta(days=60))
    made = fold("CS-1", (first, *ACTIVE))
    extended = step("extended", by="Hal Head", role="head", ends=MONDAY + timedelta(days=90), reasons="It goes on.")
    with pytest.raises(Refused, match="wrote the draft; extending is for somebody else"):
        life.take(made, extended, situation())
    assert life.take(made, extended.model_copy(update={"by": "Rae Head"}), situation()).ends == extended.ends


def test_urgent_measures_hold_for_days_only_and_the_person_is_told():
    urgent = step("urgent", by="Hal Head", role="head", reason="A threat at the desk.", restrictions=SPOC_ONLY,
                  told_on=MONDAY, told_how="By telephone at noon.", until=MONDAY + timedelta(days=4))  # fmt: skip
    projected = file((urgent,)).strategy()
    assert (projected.status, projected.ends) == (StrategyStatus.ACTIVE, MONDAY + timedelta(days=4))
    long = urgent.model_copy(update={"until": MONDAY + timedelta(days=30)})
    assert lacks((), long) == ["urgent measures last 5 working days, to 2026-03-09"]
    assert lacks((urgent,), urgent) == ["there were urgent measures already; take the policy's own course"]


def test_an_adjustment_is_changed_only_after_advice():
    change = step("adjustment_changed", adjustment="A1", change="14 pt", reasons="Asked for.", told_on=MONDAY)
    assert lacks(ACTIVE, change) == ["the equality adviser was not asked before an adjustment is changed"]
    advice = step("advice_taken", **EQUALITY_ADVICE)
    was = PERSON.adjustments[0]
    for steps in (ACTIVE, ()):
        taken = life.take(file((*steps, advice)), change, situation()).steps[-1]
        assert taken == change.model_copy(update={"was": was})
    assert lacks((*ACTIVE, advice, change), change) == [
        "the equality adviser was not asked before an adjustment is changed"
    ]


def test_advice_on_an_adjustment_is_about_that_one_and_by_neither_author_nor_whoever_changes_it():
    two = PERSON.model_copy(update={"adjustments": (*PERSON.adjustments, Adjustment(id="A2", need="may telephone"))})
    here = situation(person=two)

    def after_advice(*given, by="Ann Author"):
        made, change = file(ACTIVE), {"change": "14 pt", "reasons": "Asked for.", "told_on": MONDAY}
        for advice in given:
            made = life.take(made, step("advice_taken", **{**EQUALITY_ADVICE, **advice}), here)
        return life.take(made, step("adjustment_changed", by=by, adjustment="A1", **change), here)

    assert after_advice({}, {"adjustment": "A2"}).steps[-1].adjustment == "A1"
    for about in ({"adjustment": "A2"}, {"adjustment": None, "about": "adjustment A1"}):  # None: of an older version
        with pytest.raises(
            Refused, match="was not asked before an adjustment is changed; no advice that was given names A1"
        ):
            after_advice(about)
    with pytest.raises(Refused, match="P-001 has no adjustment A3"):
        after_advice({"adjustment": "A3"})
    with pytest.raises(Refused, match="author, ann wrote the draft; advice on an adjustment is for somebody else"):
        after_advice({"adviser": "author, ann"})
    revised = file((step("revised", by="Bea Second", reasons="Fifty calls."), *ACTIVE))
    with pytest.raises(Refused, match="Bea Second wrote the draft; advice on an adjustment is for somebody else"):
        life.take(revised, step("advice_taken", **{**EQUALITY_ADVICE, "adviser": "Bea Second"}), here)
    with pytest.raises(Refused, match="Eve Equal advised on it; changing the adjustment is for somebody else"):
        after_advice({}, by="Eve Equal")
    assert after_advice({}, {"adviser": "Ed Equal"}, by="Eve Equal").steps[-1].by == "Eve Equal"
    # Each is changed on advice of its own.
    made = after_advice({}, {"adjustment": "A2"})
    again = step("adjustment_changed", adjustment="A2", change="No.", reasons="Abused.", told_on=MONDAY)
    with pytest.raises(Refused, match="was not asked before"):
        life.take(made, again.model_copy(update={"adjustment": "A1"}), here)
    assert life.take(made, again, here).steps[-1].adjustment == "A2"


def test_the_last_step_can_be_undone_and_stays_to_be_read():
    made = file((*ACTIVE, step("undone", number=len(ACTIVE) + 1, reason="Pressed by mistake.")))
    assert made.standing is Standing.APPROVED
    assert [one.kind for one in made.steps[-2:]] == ["activated", "undone"]
    assert fold("CS-1", made.steps) == made
    assert lacks(ACTIVE, step("undone", number=2, reason="No.")) == [
        f"only the last step can be undone, which is number {len(ACTIVE) + 1}"
    ]


def test_a_machine_takes_no_step():
    with pytest.raises(ValueError, match="the name of the person"):
        step("submitted", by="gateway")


def test_what_is_made_dormant_comes_back_only_with_another_notice():
    head = {"by": "Hal Head", "role": "head"}
    rested = (*ACTIVE, step("ended", **head, reasons="It has stopped."), step("made_dormant", **head))
    again = step("reinstated", **head, evidence="Nine calls today.", review_due=MONDAY + timedelta(days=60))
    made = file((*rested, again))
    assert made.standing is Standing.APPROVED
    assert made.strategy().notified_on is None
    assert made.letters["L1"].sent  # what went stays on the file (Staffordshire 5.4)
    assert made.letters_for(made.letters["L1"].written.purpose) == ()
    assert "no evidence that a notice was sent" in lacks((*rested, again), step("activated"))
    sent = TOLD[-1].model_copy(update={"on": MONDAY})
    assert lacks((*rested, again), sent) == [
        "letter L1 was written before the strategy was taken up again; write it anew"
    ]
    anew = TOLD[len(APPROVED) :]
    anew = tuple(one.model_copy(update={"letter": "L2"}) for one in anew)
    assert file((*rested, again, *anew, step("activated"))).standing is Standing.ACTIVE


def test_nobody_is_told_of_an_end_before_it():
    head = {"by": "Hal Head", "role": "head"}
    letter = step("letter_written", letter="L2", purpose="end", passages=[{"part": "emergency", "text": "Ring 999."}])
    approve = step("letter_approved", **head, letter="L2")
    ended, rested = step("ended", **head, reasons="It has stopped."), step("made_dormant", **head)
    again = step("reinstated", **head, evidence="Nine calls today.", review_due=MONDAY + timedelta(days=60))
    for steps in ((), SUBMITTED, APPROVED, ACTIVE, (*ACTIVE, ended, rested, again)):
        assert lacks(steps, letter) == ["the strategy has not ended; end it first, and then tell the person"]
    assert file((*ACTIVE, ended, letter, approve)).letters["L2"].approved == approve
    assert file((*ACTIVE, ended, rested, letter, approve)).letters["L2"].approved == approve


@pytest.mark.parametrize("over", [(), (step("ended", by="Hal Head", role="head", reasons="It has stopped."),)])
def test_a_letter_that_was_written_before_the_end_it_tells_of_does_not_go(over):
    head = {"by": "Hal Head", "role": "head"}
    letter = step("letter_written", letter="L2", purpose="end", passages=[{"part": "emergency", "text": "Ring 999."}])
    approve = step("letter_approved", **head, letter="L2")
    early = "letter L2 was written before the strategy ended; write it anew"
    queued = step("letter_queued", letter="L2", to=HOME)
    for steps, last in (((letter,), approve), ((letter, approve), queued)):
        with pytest.raises(Refused, match=early):
            life.take(fold("CS-1", (draft(), *ACTIVE, *steps, *over)), last, situation())


EVERYWHERE = ChannelBlocked(id="R1", kind="channel_blocked", channels=tuple(Channel))
OWN_DEPUTY = Spoc(name="Pat Contact", address="spoc@opcc.example", deputy="SPOC@opcc.example")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"restrictions": (EVERYWHERE,)}, "R1, channels: leaves no channel at all"),
        ({"spoc": OWN_DEPUTY}, "spoc.deputy: the same as the single point of contact"),
        ({"starts": MONDAY, "review_due": MONDAY - timedelta(days=1)}, "review_due: before the strategy starts"),
    ],
)
def test_nothing_is_drafted_that_no_register_may_say(fields, said):
    with pytest.raises(Refused, match=said):
        life.begin("CS-1", draft(**fields), situation())
    (lack,) = lacks((), step("revised", **fields))
    assert lack.startswith(said)


def test_a_change_leaves_a_channel_and_a_deputy_who_is_somebody_else():
    change = {"by": "Hal Head", "role": "head", "reasons": "It went on."}
    (lack,) = lacks(ACTIVE, step("changed", restrictions=(EVERYWHERE,), **change))
    assert "leaves no channel at all" in lack
    (lack,) = lacks(
        ACTIVE, step("changed", restrictions=(SpocOnly(id="R1", kind="spoc_only"),), spoc=OWN_DEPUTY, **change)
    )
    assert "deputy: the same" in lack


def test_answers_given_twice_count_as_last_given():
    made = file((*ANSWERED, step("answered", check="explained", answer="no")))
    assert made.answers["explained"].answer == "no"


def test_an_outcome_is_left_untold_only_where_the_policy_names_who_may():
    silent = step("reviewed", by="Rae Head", role="head", outcome="continue", reasons="Still daily.", told=False,
                  silence_reason="It would start it again.", next_review=MONDAY + timedelta(days=60))  # fmt: skip
    assert lacks(ACTIVE, silent) == ["the person is always told of the outcome"]
    allows = RULES.model_copy(update={"review": RULES.review.model_copy(update={"silent_outcomes_need": "head"})})
    assert life.take(file(ACTIVE), silent, situation(rules=allows)).reviews == 1
    unsaid = silent.model_copy(update={"silence_reason": ""})
    assert lacks(ACTIVE, unsaid, rules=allows) == ["why the person is not told of the outcome is not said"]


def test_what_is_in_force_gets_no_warning_of_a_day_before_it():
    day_before = MONDAY - timedelta(days=1)
    assert lacks(ACTIVE, step("warned", on=day_before, how="By letter.")) == [
        "it is in force since 2026-03-02; what was said before is no warning first any more, put it in a note"
    ]
    assert file((step("warned", on=day_before, how="By letter."),)).warned
    assert file((*ACTIVE, step("warned", on=MONDAY, how="By letter."))).warned[-1].on == MONDAY


def test_a_measure_that_needs_a_warning_takes_no_waiver_for_one():
    stern = MeasureRule(kind="spoc_only", needs_warning=True)
    rules = RULES.model_copy(update={"measures": (stern,)})
    waived = step("warning_waived", waiver="safety", note="A threat at the desk.")
    steps = [waived if one.kind == "warned" else one for one in READY]
    assert lacks(steps, step("submitted"), rules=rules) == [
        "spoc_only only after a written warning, and there was none"
    ]


def test_a_measure_beyond_an_open_list_needs_its_reason():
    beyond = draft(restrictions=(*SPOC_ONLY, NoCopyIn(id="R2", kind="no_copy_in")))
    assert lacks(READY, step("submitted"), first=beyond) == ["no_copy_in is not among the measures of this policy"]
    rules = RULES.model_copy(update={"measures_open": True})
    assert lacks(READY, step("submitted"), first=beyond, rules=rules) == [
        "no_copy_in is beyond the policy's list and needs its reason: in the file, `reasons_for: {measure:no_copy_in: …}`"
    ]


@pytest.mark.parametrize(
    ("one", "other", "clash"),
    [
        ({"kind": "call_window"}, {"kind": "channel_only", "channels": ["email", "letter"]}, True),
        ({"kind": "call_window"}, {"kind": "channel_blocked", "channels": ["telephone"]}, True),
        ({"kind": "call_window"}, {"kind": "channel_only", "channels": ["telephone"]}, False),
        ({"kind": "contact_limit", "count": 2}, {"kind": "channel_only", "channels": ["letter"]}, True),
        ({"kind": "contact_limit", "count": 2}, {"kind": "channel_blocked", "channels": ["telephone"]}, False),
    ],
)
def test_no_measure_gives_leave_to_use_a_channel_that_another_takes_away(one, other, clash):
    defaults = {
        "call_window": {"slots": [{"days": ["tue"], "from": "10:00", "until": "12:00"}]},
        "contact_limit": {"channels": ["email"], "per": "week"},
    }
    first = draft(restrictions=({"id": "R1", **defaults[one["kind"]], **one}, {"id": "R2", **other}))
    rules = RULES.model_copy(update={"measures": tuple(MeasureRule(kind=each["kind"]) for each in (one, other))})
    if not clash:
        life.take(fold("CS-1", (first, *READY)), step("submitted"), situation(rules=rules))
        return
    (said,) = lacks(READY, step("submitted"), first=first, rules=rules)
    assert said.startswith("R2, channels: takes away ")
    assert said.endswith(f", and R1 ({one['kind']}) says when to use it; leave one out")


def test_whatever_needs_a_reason_of_its_own_says_where_the_file_gives_it():
    late = draft(
        scope="organisation", stage=2, review_due=MONDAY + timedelta(days=120),
        restrictions=(*SPOC_ONLY, NoCopyIn(id="R2", kind="no_copy_in")),
    )  # fmt: skip
    rules = RULES.model_copy(
        update={
            "stages": (StageRule(number=1, name="First"), StageRule(number=2, name="Second")),
            "needs_reason": ("scope_organisation",),
            "measures_open": True,
        }
    )
    names = {"scope_organisation", "stage_jump", "review_slip", "measure:no_copy_in"}
    with pytest.raises(Refused) as refused:
        life.take(file(READY, first=late), step("submitted"), situation(rules=rules))
    fields = {lack.field: lack.text for lack in refused.value.lacks}
    assert fields.keys() == {f"reasons_for.{name}" for name in names}
    for name in names:
        assert fields[f"reasons_for.{name}"].endswith(f"`reasons_for: {{{name}: …}}`")
    given = late.model_copy(update={"reasons_for": dict.fromkeys(names, "It must be.")})
    made = life.take(file(READY, first=given), step("submitted"), situation(rules=rules))
    assert made.standing is Standing.SUBMITTED


def test_some_questions_want_more_than_a_word():
    asking = RULES.checklist[0].model_copy(update={"note_needed": True})
    rules = RULES.model_copy(update={"checklist": (asking,)})
    assert lacks(READY, step("submitted"), rules=rules) == [
        "what the answer rests on is not said: Was the outcome explained?"
    ]


def test_where_the_policy_gives_a_late_review_to_the_decider_they_need_no_reason():
    review = RULES.review.model_copy(update={"by_decider_after": "P3Y", "ceiling": "P3Y", "every": "P3Y"})
    rules = RULES.model_copy(update={"review": review})
    late = MONDAY.replace(year=2029)
    lift = step("reviewed", by="Hal Head", role="head", at=late, outcome="lift", reasons="It has stopped.")
    assert life.take(file(ACTIVE), lift, situation(late, rules=rules)).reviews == 1
    early = lift.model_copy(update={"at": ACTIVE[-1].at})
    assert lacks(ACTIVE, early, rules=rules) == [f"Hal Head was the decider; another reviews, {OR_ALLOWED}"]


def test_what_was_done_already_is_not_said_to_come_before_something():
    again = step("acted", by="Hal Head", role="adviser", act="advice", note="Once more.")
    assert lacks(SUBMITTED, again) == ["advice was done already"]
    for earlier in (READY, SUBMITTED):
        assert not any("comes before" in lack for lack in lacks(earlier, again))
