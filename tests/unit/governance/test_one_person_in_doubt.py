"""Where two people are wanted, a name that only may be the other's is not enough; nor is it to act in their name."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from gateway.governance import life
from gateway.governance.challenges.had_part import heard_by_another
from gateway.governance.courses import CHALLENGE, DANGEROUS_PERSON, INCIDENT
from gateway.governance.lacks import Refused
from gateway.governance.strategy_fold import fold
from models.restriction import ChannelBlocked, SpocOnly
from tests.case_files import challenged, here, lacks, walked
from tests.case_files import step as case_step
from tests.governing import ACTIVE, APPROVED, EQUALITY_ADVICE, MONDAY, READY, SUBMITTED, TOLD, draft, file, situation
from tests.governing import step as strategy_step

SPOC = (SpocOnly(id="R1", kind="spoc_only"),)
STRICTER = (*SPOC, ChannelBlocked(id="R2", kind="channel_blocked", channels=("telephone",)))
LIFT = {"role": "head", "outcome": "lift", "reasons": "It has stopped."}
CHANGED = strategy_step("changed", by="Rae Head", role="head", restrictions=STRICTER, reasons="She comes in daily.")
DECISION = {"role": "head", "act": "decision"}
ADVISED = strategy_step("acted", by="Ada Adviser", role="adviser", act="advice")
REVISED = strategy_step("revised", by="Rae Head", restrictions=STRICTER)
LETTER = TOLD[len(APPROVED)].model_copy(update={"by": "Cy Colleague"})
ALLOWED = {"role": "head", "reason": "There is one head only."}


@pytest.mark.parametrize(
    ("before", "kind", "by", "fields", "whose"),
    [
        (SUBMITTED, "acted", "A. Author", DECISION, "Ann Author"),
        (SUBMITTED, "acted", "A. Adviser", DECISION, "Ada Adviser"),
        ((*READY, REVISED, ADVISED, strategy_step("submitted")), "acted", "R. Head", DECISION, "Rae Head"),
        (ACTIVE, "reviewed", "A. Author", LIFT, "Ann Author"),
        (ACTIVE, "reviewed", "H. Head", LIFT, "Hal Head"),
        ((*ACTIVE, CHANGED), "reviewed", "R. Head", LIFT, "Rae Head"),
        (ACTIVE, "reviewer_allowed", "H. Head", {**ALLOWED, "name": "Hal Head"}, "Hal Head"),
        (ACTIVE, "reviewer_allowed", "A. Author", {**ALLOWED, "name": "Hal Head"}, "Ann Author"),
        ((*APPROVED, LETTER), "letter_approved", "C. Colleague", {"role": "head", "letter": "L1"}, "Cy Colleague"),
        ((*APPROVED, LETTER), "letter_approved", "A. Author", {"role": "head", "letter": "L1"}, "Ann Author"),
    ],
)
def test_of_a_strategy(before: Any, kind: str, by: str, fields: dict[str, Any], whose: str) -> None:
    step = strategy_step(kind, by=by, **fields)
    with pytest.raises(Refused) as refused:
        life.take(file(before), step, situation())
    assert f"({whose} and {by} may be one person: write names in full)" in str(refused.value)


def test_of_advice_on_an_adjustment() -> None:
    by_author = strategy_step("advice_taken", **{**EQUALITY_ADVICE, "adviser": "A. Author"})
    with pytest.raises(Refused, match=r"Ann Author and A\. Author may be one person: write names in full"):
        life.take(file(ACTIVE), by_author, situation())


def test_of_what_was_known_before_and_of_urgent_measures() -> None:
    rules = situation().rules
    fresh = (rules.approvals[0], rules.approvals[1].model_copy(update={"no_prior_knowledge": True}))
    noted = fold("CS-0", [draft(), *READY, strategy_step("noted", by="Hal Head", text="I spoke to him.")])
    decides = strategy_step("acted", by="H. Head", **DECISION, knew=False)
    judged = situation(rules=rules.model_copy(update={"approvals": fresh}), earlier=(noted,))
    with pytest.raises(Refused, match=r"H\. Head has acted in CS-0 .*may be one person"):
        life.take(file(SUBMITTED), decides, judged)
    told = {"role": "head", "reason": "Threats.", "told_on": MONDAY, "told_how": "By telephone.", "restrictions": SPOC}
    until = MONDAY + timedelta(days=3)
    before = fold("CS-0", [draft(), strategy_step("urgent", by="Hal Head", until=until, **told)])
    with pytest.raises(Refused, match=r"H\. Head took urgent measures about them in CS-0.*may be one person"):
        life.take(file(), strategy_step("urgent", by="H. Head", until=until, **told), situation(earlier=(before,)))


def test_of_a_challenge() -> None:
    came = case_step(CHALLENGE, "received", on=MONDAY, about="CS-1", person="P-001", reasons="It is not true.")
    judged = here("stoke", earlier=(file(ACTIVE),))
    for by, whose in (("A. Author", "Ann Author"), ("H. Head", "Hal Head")):
        decided = case_step(CHALLENGE, "decided", by=by, role="director", outcome="lifted", reasons="Looked at again.")
        (found,) = lacks(CHALLENGE, walked(CHALLENGE, came, (), judged), decided, judged)
        assert found.endswith(f"({whose} and {by} may be one person: write names in full)")
    # And once it was decided for them, of what they do next.
    told = {"role": "head", "reason": "Threats.", "told_on": MONDAY, "told_how": "By telephone.", "restrictions": SPOC}
    urgent = strategy_step("urgent", by="H. Head", until=MONDAY + timedelta(days=3), **told)
    overruled = situation(besides=(challenged("lifted"),), earlier=(file(ACTIVE),))
    other = fold("CS-2", [draft().model_copy(update={"by": "Una New"})])
    with pytest.raises(Refused, match=r"H\. Head wrote or decided what they disputed.*\(Hal Head and H\. Head may"):
        life.take(other, urgent, overruled)


def test_a_letter_does_not_say_that_another_looked_again_where_that_is_in_doubt() -> None:
    came = case_step(CHALLENGE, "received", on=MONDAY, about="CS-1", person="P-001", reasons="It is not true.")
    judged = here("stoke", earlier=(file(ACTIVE),))
    allowed = case_step(
        CHALLENGE, "reviewer_allowed", by="Rae Reviewer", role="director", name="H. Head", reason="One only."
    )
    decided = case_step(CHALLENGE, "decided", by="H. Head", role="director", outcome="stands", reasons="It is so.")
    assert not heard_by_another(walked(CHALLENGE, came, (allowed, decided), judged), file(ACTIVE), ())


def test_of_who_acted_in_it_and_of_who_is_nominated() -> None:
    rules = situation().rules
    not_by = rules.model_copy(update={"review": rules.review.model_copy(update={"not_by": ("advice",)})})
    with pytest.raises(Refused, match=r"A\. Adviser acted in it \(advice\).*\(Ada Adviser and A\. Adviser may be"):
        life.take(file(ACTIVE), strategy_step("reviewed", by="A. Adviser", **LIFT), situation(rules=not_by))
    decides = rules.approvals[-1].model_copy(update={"nominee_of": "head"})
    by_nominee = rules.model_copy(update={"approvals": (*rules.approvals[:-1], decides)})
    nominated = strategy_step(
        "nominated", by="Hal Head", role="head", act="decision", name="A. Author", reason="Leave."
    )
    with pytest.raises(Refused, match=r"A\. Author wrote the draft; decision .*\(Ann Author and A\. Author may be"):
        life.take(file(SUBMITTED), nominated, situation(rules=by_nominee))


def test_of_an_entry_in_a_register() -> None:
    entered = case_step(DANGEROUS_PERSON, "entered", person="P-001", known_on=MONDAY, facts="A knife.")
    judged = here("stoke")
    approved = case_step(DANGEROUS_PERSON, "entry_approved", by="S. Staff", role="director")
    found = lacks(DANGEROUS_PERSON, walked(DANGEROUS_PERSON, entered, (), judged), approved, judged)
    assert "S. Staff wrote what is to be approved; this is for somebody else" in " ".join(found)
    assert "(Sam Staff and S. Staff may be one person: write names in full)" in " ".join(found)


def test_of_whoever_is_told_of_an_incident() -> None:
    recorded = case_step(INCIDENT, "recorded", incident="terminated_call", person="P-001", on=MONDAY, what="He swore.")
    told = case_step(INCIDENT, "manager_told", manager="S. Staff", on=MONDAY, advice="Ring nobody back today.")
    found = " ".join(lacks(INCIDENT, walked(INCIDENT, recorded, (), here()), told, here()))
    assert "S. Staff recorded it, and is told by nobody" in found and "(Sam Staff and S. Staff may be" in found


def test_whom_somebody_allowed_is_allowed_by_their_own_name_only() -> None:
    allowed = strategy_step("reviewer_allowed", by="Rae Head", name="Hal Head", **ALLOWED)
    assert life.take(file((*ACTIVE, allowed)), strategy_step("reviewed", by="Head, Hal", **LIFT), situation()).reviews
    with pytest.raises(Refused, match="was the decider"):
        life.take(file((*ACTIVE, allowed)), strategy_step("reviewed", by="H. Head", **LIFT), situation())


def test_nobody_consults_themselves() -> None:
    rules = situation().rules
    judged = situation(
        rules=rules.model_copy(update={"review": rules.review.model_copy(update={"consulted": ("head",)})})
    )
    for name, alone in (("R. Reviewer", True), ("Hal Head", False)):
        review = strategy_step("reviewed", by="Rae Reviewer", consulted=(name,), consulted_as=("head",), **LIFT)
        if alone:
            with pytest.raises(Refused, match="name whom you consulted"):
                life.take(file(ACTIVE), review, judged)
        else:
            assert life.take(file(ACTIVE), review, judged).reviews == 1


def test_whoever_advised_on_an_adjustment_does_not_change_it() -> None:
    advised = life.take(file(ACTIVE), strategy_step("advice_taken", **EQUALITY_ADVICE), situation())
    change = {"adjustment": "A1", "change": "14 pt", "reasons": "Asked for.", "told_on": MONDAY}
    with pytest.raises(Refused, match=r"E\. Equal advised on it.*\(Eve Equal and E\. Equal may be one person"):
        life.take(advised, strategy_step("adjustment_changed", by="E. Equal", **change), situation())
