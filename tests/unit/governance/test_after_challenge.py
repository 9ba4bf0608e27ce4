"""Nobody goes round a challenge that was decided against them by acting at once in another file."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import pytest

from gateway.governance import life
from gateway.governance.challenges.file import ChallengeFile
from gateway.governance.challenges.file import fold as fold_challenge
from gateway.governance.courses import CHALLENGE, DANGEROUS_PERSON
from gateway.governance.lacks import Refused
from gateway.governance.next_step import next_step
from gateway.governance.registers.file import fold as fold_entry
from gateway.governance.registers.rules import rule_of
from gateway.governance.situation import Situation
from gateway.governance.steps import StrategyStep
from gateway.governance.strategy_file import Standing, StrategyFile
from gateway.governance.strategy_fold import fold
from models.restriction import ChannelBlocked
from models.strategy import Spoc, Strategy, StrategyStatus
from tests.case_files import challenged, lacks
from tests.case_files import here as shipped
from tests.case_files import step as case_step
from tests.governing import ACTIVE, MONDAY, RULES, draft, situation, step

FRIDAY = MONDAY + timedelta(days=4)
DISPUTE = RULES.dispute.model_copy(update={"to": ("director",), "reviewed_by": ("director",)})
HEARING = RULES.model_copy(update={"dispute": DISPUTE, "roles": {**RULES.roles, "director": "director"}})
REINSTATED = {"evidence": "He rings again.", "review_due": MONDAY + timedelta(days=60)}


def old(*steps: StrategyStep, id_: str = "CS-1") -> StrategyFile:
    """Written by Ann Author, decided by Hal Head."""
    return fold(id_, (draft(), *(steps or ACTIVE)))


def new(*steps: StrategyStep) -> StrategyFile:
    """Written by somebody else, so that only the first one's people stand in the way."""
    return fold("CS-2", (draft().model_copy(update={"by": "Una New"}), *steps))


def challenge(outcome: str, *more: str, about: str = "CS-1") -> ChallengeFile:
    steps = challenged(outcome, about=about, at=FRIDAY).steps
    return fold_challenge("CH-1", (*steps, *(case_step(CHALLENGE, kind, at=FRIDAY) for kind in more)))


def after(*files: ChallengeFile, earlier: Iterable[StrategyFile] = ()) -> Situation:
    return situation(FRIDAY, HEARING, besides=files, earlier=tuple(earlier))


def urgent(by: str, role: str = "head", at: date = FRIDAY) -> StrategyStep:
    return step(
        "urgent", by=by, role=role, at=at, reason="Threats today.", told_on=at, told_how="By telephone.",
        until=at + timedelta(days=4), restrictions=[{"id": "U1", "kind": "spoc_only"}],
    )  # fmt: skip


def why(file: StrategyFile, one: StrategyStep, here: Situation) -> str:
    with pytest.raises(Refused) as refused:
        life.take(file, one, here)
    return "; ".join(lack.text for lack in refused.value.lacks)


@pytest.mark.parametrize("outcome", ["lifted", "changed"])
def test_urgent_measures_in_another_file_are_not_for_those_who_were_disputed(outcome: str) -> None:
    ended = old(*ACTIVE, step("ended", at=FRIDAY, by="Hal Head", role="head", reasons="A challenge lifted it."))
    for before in (old(), ended):
        here = after(challenge(outcome), earlier=[before])
        assert why(new(), urgent("Hal Head"), here).startswith(
            "CH-1 was decided for them, and Hal Head wrote or decided what they disputed there; taking urgent measures is "
            "for somebody else: the head of service or the director"
        )
        assert "Ann Author wrote or decided" in why(new(), urgent("Ann Author"), here)
        # So there is always somebody who may: whoever else decides, or hears challenges.
        assert life.take(new(), urgent("Olu Other"), here).urgent is not None
        assert life.take(new(), urgent("Di Decider", "director"), here).urgent is not None


def test_who_was_allowed_to_hear_it_may_act_for_there_may_be_nobody_else() -> None:
    allowed = case_step(
        CHALLENGE,
        "reviewer_allowed",
        "Di Decider",
        role="director",
        at=FRIDAY,
        name="Hal Head",
        reason="One head only.",
    )
    received, decided = challenge("changed").steps
    here = after(fold_challenge("CH-1", (received, allowed, decided)), earlier=[old()])
    assert life.take(new(), urgent("Hal Head"), here).urgent is not None


def test_what_was_disputed_and_is_in_no_register_any_more_is_not_forgotten() -> None:
    received, decided = challenge("lifted", about="CS-OLD").steps
    known = received.model_copy(update={"deciders": ("Hal Head",)})
    here = after(fold_challenge("CH-1", (known, decided)))
    assert "Hal Head wrote or decided what they disputed" in why(new(), urgent("Hal Head"), here)


def test_a_challenge_that_was_not_decided_for_them_keeps_nobody_from_it() -> None:
    for here in (after(challenge("stands"), earlier=[old()]), after(earlier=[old()])):
        assert life.take(new(), urgent("Hal Head"), here).urgent is not None
        assert "this is for the head of service" in why(new(), urgent("Di Decider", "director"), here)


def test_what_was_lifted_is_taken_up_again_by_somebody_else() -> None:
    over = (
        step("ended", at=FRIDAY, by="Hal Head", role="head", reasons="A challenge lifted it."),
        step("made_dormant", at=FRIDAY),
    )
    dormant, here = old(*ACTIVE, *over), after(challenge("lifted"))

    def again(by: str, role: str = "head") -> StrategyStep:
        return step("reinstated", at=FRIDAY, by=by, role=role, **REINSTATED)

    assert "taking it up again is for somebody else" in why(dormant, again("Hal Head"), here)
    taken_up = life.take(dormant, again("Olu Other"), here)
    # And whoever was disputed takes no urgent measures in it either, though it is a new course.
    assert "Hal Head wrote or decided what they disputed" in why(taken_up, urgent("Hal Head"), here)
    assert life.take(dormant, again("Di Decider", "director"), here).reinstated is not None


CARRIED_OUT = case_step(CHALLENGE, "carried_out", "Di Decider", role="director", at=FRIDAY, note="As decided.")
TELEPHONE = ChannelBlocked(id="R2", kind="channel_blocked", channels=("telephone",))
VISITS = ChannelBlocked(id="R3", kind="channel_blocked", channels=("visit",))


def change(by: str, *restrictions: ChannelBlocked, role: str = "head") -> StrategyStep:
    return step("changed", by=by, role=role, at=FRIDAY, restrictions=restrictions, reasons="As it stands.")


def test_what_a_challenge_changed_is_made_stricter_by_somebody_else() -> None:
    here, carried = after(challenge("changed")), fold_challenge("CH-1", (*challenge("changed").steps, CARRIED_OUT))
    # The change that does what was decided, whoever decides may make, though something in it is new; and put right,
    # until somebody who hears challenges says that it is that.
    done = life.take(old(), change("Hal Head", TELEPHONE), here)
    in_force = fold("CS-1", (*done.steps, step("change_in_force", at=FRIDAY)))
    stricter = TELEPHONE, VISITS
    assert life.take(in_force, change("Hal Head", *stricter), here).changing is not None
    here = after(carried)
    refused = "changing it otherwise than by taking away is for somebody else: the head of service or the director"
    assert refused in why(in_force, change("Hal Head", *stricter), here)
    assert life.take(in_force, change("Olu Other", *stricter), here).changing is not None
    assert life.take(in_force, change("Di Decider", *stricter, role="director"), here).changing is not None
    assert life.take(in_force, change("Hal Head", *stricter), after()).changing is not None
    # A review that decides a change opens no way round.
    reviewed = step(
        "reviewed", by="Rae Reviewer", role="head", at=FRIDAY, outcome="change", reasons="Otherwise.", told=True,
        next_review=FRIDAY + timedelta(days=60),
    )  # fmt: skip
    assert refused in why(fold("CS-1", (*in_force.steps, reviewed)), change("Hal Head", *stricter), here)


def _spelt_otherwise(contact: Spoc) -> Spoc:
    return contact.model_copy(update={"name": contact.name.replace(" ", "  ").lower(), "address": "new@opcc.example"})


@pytest.mark.parametrize("soft", [True, False])
def test_whom_they_disputed_is_not_named_again_by_who_was_disputed(soft: bool) -> None:
    first, lee = draft().spoc, Spoc(name="Lee Else", address="lee@opcc.example", deputy="deputy@opcc.example")
    begun = draft(soft=True, restrictions=(), review_due=None) if soft else draft()
    begun_steps = (step("warned", on=MONDAY, how="By telephone."), step("activated")) if soft else ACTIVE
    later = FRIDAY + timedelta(days=3)
    kept = () if soft else begun.restrictions

    def named(by: str, contact: Spoc | None) -> StrategyStep:
        return step("changed", by=by, role="head", at=later, restrictions=kept, spoc=contact, reasons="As it is.")

    file = fold("CS-1", (begun, *begun_steps))
    carried = fold_challenge("CH-1", (*challenge("changed").steps, CARRIED_OUT))
    done = life.take(file, named("Hal Head", lee), after(challenge("changed")))
    in_force = done if soft else fold("CS-1", (*done.steps, step("change_in_force", at=later)))
    author = "Ann Author" if soft else "Hal Head"
    # By another name for the address, or with another deputy, they are the same.
    assert first is not None
    initial = f"{first.name[0]}. {first.name.split()[-1]}"
    by_initial = first.model_copy(update={"name": initial, "address": "new@opcc.example"})
    by_deputy = first.model_copy(update={"deputy": "other@opcc.example"})
    for again in (first, by_deputy, _spelt_otherwise(first), by_initial):
        refused = why(in_force, named(author, again), after(carried))
        assert "naming again whom they disputed is for somebody else" in refused
    # Somebody new, where that one left, is no way back.
    new_one = Spoc(name="Nel New", address="nel@opcc.example", deputy="deputy@opcc.example")
    life.take(in_force, named(author, new_one), after(carried))


def test_whom_they_disputed_in_one_strategy_is_not_named_in_another_by_who_was_disputed() -> None:
    disputed, lee = draft().spoc, Spoc(name="Lee Else", address="lee@opcc.example", deputy="deputy@opcc.example")
    ended = old(*ACTIVE, step("ended", at=FRIDAY, by="Hal Head", role="head", reasons="A challenge lifted it."))
    begun = draft(soft=True, restrictions=(), review_due=None, spoc=lee).model_copy(update={"by": "Una New"})
    told = step("warned", by="Una New", on=MONDAY, how="By telephone.")
    other = fold("CS-2", (begun, told, step("activated", by="Una New")))

    def named(by: str) -> StrategyStep:
        return step("changed", by=by, role="head", at=FRIDAY, restrictions=(), spoc=disputed, reasons="Lee has left.")

    here = after(challenge("lifted"), earlier=[ended])
    assert "naming again whom they disputed is for somebody else" in why(other, named("Hal Head"), here)
    life.take(other, named("Una New"), here)
    life.take(other, named("Hal Head"), after(challenge("stands"), earlier=[ended]))


def test_a_contact_without_restrictions_is_neither_drafted_nor_begun_by_who_was_disputed() -> None:
    rules = HEARING.model_copy(update={"spoc_without_strategy": True})
    ended = old(*ACTIVE, step("ended", at=FRIDAY, by="Hal Head", role="head", reasons="A challenge lifted it."))
    here = situation(FRIDAY, rules, besides=(challenge("lifted"),), earlier=(ended,))
    before = situation(MONDAY, rules, earlier=(ended,))

    def drafted(by: str, here: Situation) -> StrategyFile:
        soft = draft(soft=True, restrictions=(), review_due=None).model_copy(update={"by": by})
        return life.begin("CS-2", soft, here)

    def activated(by: str) -> StrategyStep:
        return step("activated", by=by, at=FRIDAY)

    with pytest.raises(Refused) as refused:
        drafted("ann  author", here)
    assert "giving them a single point of contact, from its draft on, is for somebody else" in str(refused.value)
    told = step("warned", by="Una New", on=MONDAY, how="By telephone.")
    theirs = life.take(drafted("Una New", here), told, here)
    assert "CH-1 was decided for them, and Hal Head wrote or decided" in why(theirs, activated("Hal Head"), here)
    assert "Ann Author wrote or decided" in why(theirs, step("revised", at=FRIDAY, reasons="One who knows."), here)
    assert life.take(theirs, activated("Olu Other"), here).standing is Standing.ACTIVE

    # Drafted before it was decided, it goes no further, by whomever.
    waiting = life.take(drafted("Ann Author", before), step("warned", on=MONDAY, how="By telephone."), before)
    for one in (
        activated("Olu Other"),
        step("letter_written", by="Olu Other", at=FRIDAY, letter="L1", purpose="warning", passages=()),
    ):
        assert "Ann Author wrote or decided what they disputed there" in why(waiting, one, here)
    assert any("CH-1" in lack.text for lack in next_step(waiting, here).lacks)
    assert life.take(waiting, activated("Ann Author"), before).standing is Standing.ACTIVE

    # What somebody else took up again anybody puts in force.
    again = {"role": "head", "evidence": "She asks for it.", "review_due": FRIDAY + timedelta(days=60)}
    rest = (step("ended", reasons="Not needed."), step("made_dormant"), step("reinstated", by="Olu Other", **again))
    taken_up = fold("CS-2", (*waiting.steps, step("activated"), *rest))
    assert life.take(taken_up, activated("Ann Author"), here).standing is Standing.ACTIVE

    # Where somebody else allowed them with a reason, they may.
    allow = case_step(
        CHALLENGE,
        "reviewer_allowed",
        "Di Decider",
        role="director",
        at=FRIDAY,
        name="Ann Author",
        reason="Nobody else.",
    )
    allowed = fold_challenge("CH-1", (*challenge("lifted").steps, allow))
    life.take(waiting, activated("Ann Author"), situation(FRIDAY, rules, besides=(allowed,), earlier=(ended,)))


def test_out_of_force_too_it_is_altered_by_somebody_else_once_it_was_carried_out() -> None:
    told = (one.model_copy(update={"completes": True}) if one.kind == "acted" else one for one in ACTIVE[:-1])
    waiting = old(*told)
    here, carried = after(challenge("changed")), fold_challenge("CH-1", (*challenge("changed").steps, CARRIED_OUT))
    done = life.take(waiting, change("Hal Head", TELEPHONE), here)
    assert life.take(done, change("Hal Head", VISITS), here).restrictions == (VISITS,)
    assert "is for somebody else" in why(done, change("Hal Head", VISITS), after(carried))


def test_that_it_is_carried_out_is_taken_back_by_whoever_said_it() -> None:
    carried = fold_challenge("CH-1", (*challenge("lifted").steps, CARRIED_OUT))
    undo = case_step(CHALLENGE, "undone", "Hal Head", role="head_of_service", at=FRIDAY, number=3, reason="Wrong key.")
    here = shipped("stoke", FRIDAY, earlier=(old(),))
    assert lacks(CHALLENGE, carried, undo, here) == ["Di Decider decided this, and only they take it back"]


def test_somebody_is_allowed_to_act_after_the_decision_too() -> None:
    allow = case_step(
        CHALLENGE, "reviewer_allowed", "Rae Reviewer", role="director", at=FRIDAY, name="Hal Head", reason="She left."
    )
    here = shipped("stoke", FRIDAY, earlier=(old(),))
    decided = CHALLENGE.take(challenge("changed"), allow, here)
    assert life.take(new(), urgent("Hal Head"), after(decided, earlier=[old()])).urgent is not None
    assert "it was decided already" in lacks(CHALLENGE, challenge("stands"), allow, here)[0]


def test_what_was_carried_out_is_not_undone() -> None:
    both = fold("CS-1", (draft(restrictions=(*draft().restrictions, TELEPHONE)), *ACTIVE))
    milder = life.take(both, change("Hal Head", TELEPHONE), after(challenge("changed")))
    undo = step("undone", by="Hal Head", at=FRIDAY, number=len(milder.steps), reason="A slip.")
    carried = fold_challenge("CH-1", (*challenge("changed").steps, CARRIED_OUT))
    assert "CH-1 was carried out by this" in why(milder, undo, after(carried))
    # Until that is said, a slip is put right, and the task is open again.
    assert life.take(milder, undo, after(challenge("changed"))).restrictions == both.restrictions


def test_what_only_the_register_has_is_not_lifted_while_it_holds_there() -> None:
    def here(status: StrategyStatus) -> Situation:
        strategy = Strategy(id="CS-9", person="P-001", status=status, decider="Hal Head", starts=MONDAY)
        return shipped("stoke", FRIDAY, strategies=(strategy,))

    decided = challenge("lifted", about="CS-9")
    assert lacks(CHALLENGE, decided, CARRIED_OUT, here(StrategyStatus.ACTIVE)) == [
        "CS-9 is active in the register; end it there first (`triage register import`)"
    ]
    assert CHALLENGE.take(decided, CARRIED_OUT, here(StrategyStatus.ENDED)).carried_out is not None


@pytest.mark.parametrize(("outcome", "does"), [("lifted", "removed"), ("changed", "amended")])
def test_nobody_is_put_back_on_a_register_by_undoing_what_was_carried_out(outcome: str, does: str) -> None:
    entered = case_step(DANGEROUS_PERSON, "entered", "Ann Author", person="P-001", known_on=MONDAY, facts="A knife.")
    approved = case_step(DANGEROUS_PERSON, "entry_approved", "Hal Head", role="head_of_service")
    said = {"removed": {"reasons": "As decided."}, "amended": {"reason": "As decided.", "facts": "None seen."}}
    done = case_step(DANGEROUS_PERSON, does, "Hal Head", role="head_of_service", at=FRIDAY, **said[does])
    steps = [entered, approved, done, *([approved.model_copy(update={"at": done.at})] if does == "amended" else [])]
    entry, last = fold_entry("DP-1", steps), len(steps)
    undo = case_step(
        DANGEROUS_PERSON, "undone", "Hal Head", role="head_of_service", at=FRIDAY, number=last, reason="Slip."
    )
    before = challenge(outcome, about="DP-1")
    carried = fold_challenge("CH-1", (*before.steps, CARRIED_OUT))
    anew = {"removed": "enter", "amended": "amend"}[does]
    assert lacks(DANGEROUS_PERSON, entry, undo, shipped("stoke", FRIDAY, besides=(carried,))) == [
        f"CH-1 was carried out by this; {anew} it anew where there is a new reason"
    ]
    assert not DANGEROUS_PERSON.take(entry, undo, shipped("stoke", FRIDAY, besides=(before,))).closed


def test_an_entry_that_a_challenge_changed_is_approved_anew_by_somebody_else() -> None:
    later = FRIDAY + timedelta(days=3)
    entered = case_step(DANGEROUS_PERSON, "entered", "Ann Author", person="P-001", known_on=MONDAY, facts="Two knives.")
    approved = case_step(DANGEROUS_PERSON, "entry_approved", "Hal Head", role="head_of_service")
    fewer = case_step(DANGEROUS_PERSON, "amended", "Ann Author", at=later, reason="As decided.", facts="A knife.")
    back = case_step(DANGEROUS_PERSON, "amended", "Ann Author", at=later, reason="Still.", facts="Two knives.")
    again = approved.model_copy(update={"at": fewer.at})
    rule = rule_of(DANGEROUS_PERSON.kind, shipped("stoke"))
    asks = rule.asks if rule is not None else ()
    answers = [
        case_step(DANGEROUS_PERSON, "answered", "Ann Author", at=later, check=check.id, answer="yes") for check in asks
    ]
    reads = case_step(DANGEROUS_PERSON, "allowed", "Hal Head", at=later, name="Olu Other", reason="To approve it.")
    decided = challenge("changed", about="DP-1")
    carried = fold_challenge("CH-1", (*decided.steps, CARRIED_OUT))
    # What does what was decided, whoever approves may approve.
    once = fold_entry("DP-1", [entered, approved, fewer, *answers])
    DANGEROUS_PERSON.take(once, again, shipped("stoke", later, besides=(decided,)))
    twice = fold_entry("DP-1", [entered, approved, fewer, *answers, again, back, *answers, reads])
    here = shipped("stoke", later, besides=(carried,))
    assert "Hal Head wrote or decided what was disputed" in lacks(DANGEROUS_PERSON, twice, again, here)[0]
    DANGEROUS_PERSON.take(twice, again.model_copy(update={"by": "Olu Other"}), here)
    # Nor do they enter the person anew.
    much = later + timedelta(days=3)
    anew = fold_entry("DP-2", [entered.model_copy(update={"at": reads.at, "by": "Una New"}), *answers])
    for found in (carried, decided):  # before it is carried out, too: that is done by the entry itself
        here = shipped("stoke", much, besides=(found, fold_entry("DP-1", [entered, approved, fewer])))
        assert any("Hal Head wrote or decided" in lack for lack in lacks(DANGEROUS_PERSON, anew, again, here))


def test_undone_and_recorded_anew_urgent_measures_last_no_longer() -> None:
    first = urgent("Hal Head", at=MONDAY)
    undone = step("undone", by="Hal Head", at=FRIDAY, number=2, reason="A slip.")
    again = urgent("Hal Head")
    # Five working days from the Monday on which they were first taken.
    last = MONDAY + timedelta(days=HEARING.urgent_days + 2 * (HEARING.urgent_days // 5))
    assert f"working days, to {last}" in why(
        old(first, undone), again.model_copy(update={"until": last + timedelta(days=1)}), after()
    )
    assert life.take(old(first, undone), again.model_copy(update={"until": last}), after()).urgent is not None
    slip = undone.model_copy(update={"at": first.at})
    whole = FRIDAY + timedelta(days=HEARING.urgent_days + 2 * (HEARING.urgent_days // 5))
    assert life.take(old(first, slip), again.model_copy(update={"until": whole}), after()).urgent is not None
    much_later = situation(FRIDAY + timedelta(days=30), HEARING)
    assert "take the policy's own course, or withdraw this and draft anew" in why(
        old(first, undone), urgent("Hal Head", at=much_later.day), much_later
    )
    # Nor does another draft make more of it.
    given_up = old(first, undone, step("withdrawn", at=FRIDAY, reasons="Drafted anew."))
    assert "Hal Head took urgent measures about them in CS-1" in why(
        new(), urgent("Hal Head"), after(earlier=[given_up])
    )


def test_a_contact_without_restrictions_has_none_for_a_few_days_either() -> None:
    soft = fold("CS-1", (draft(soft=True, restrictions=(), review_due=None),))
    assert "a single point of contact without restrictions has none for a few days" in why(
        soft, urgent("Hal Head"), after()
    )


@pytest.mark.parametrize("given_up", [True, False])
def test_urgent_measures_do_not_follow_one_another_from_draft_to_draft(given_up: bool) -> None:
    withdrawn: list[Any] = [step("withdrawn", at=FRIDAY, reasons="Drafted anew.")] if given_up else []
    before = old(urgent("Hal Head", at=MONDAY), *withdrawn)
    here = after(earlier=[before])
    assert "Hal Head took urgent measures about them in CS-1, which never came into force" in why(
        new(), urgent("Hal Head"), here
    )
    assert life.take(new(), urgent("Olu Other"), here).urgent is not None
    assert life.take(new(), urgent("Di Decider", "director"), here).urgent is not None
    # Nor is what came to nothing years ago one of a row.
    later = situation(FRIDAY + timedelta(days=200), HEARING, earlier=(before,))
    long_after = urgent("Hal Head", at=later.day)
    assert life.take(new(), long_after, later).urgent is not None
    in_force = old(urgent("Hal Head", at=MONDAY), *ACTIVE)
    assert life.take(new(), urgent("Hal Head"), after(earlier=[in_force])).urgent is not None
