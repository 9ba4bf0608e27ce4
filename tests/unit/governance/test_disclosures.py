"""Disclosures: nothing goes that the gate has not let through, but in an emergency, which it looks at."""

from datetime import timedelta

import pytest

from gateway.governance.courses import DISCLOSURE
from gateway.governance.disclosures.comparing import as_let_go, left_out
from gateway.governance.disclosures.file import fold
from gateway.governance.lacks import Refused
from gateway.governance.tasks import open_tasks
from tests.case_files import here, lacks, step, walked
from tests.governing import MONDAY

PACKS = {
    "staffordshire": ("data_protection_officer", "safeguarding"),
    "cleveland": ("data_protection_officer", "a legitimate reason that is recorded"),
    "warwickshire": ("senior_manager", "Safeguarding"),
    "wealden": ("data_protection_officer", "risk to life"),
    "stoke": ("data_protection_officer", "prevention of crime"),
    "generic": ("data_protection_officer", "safeguarding"),
}


def proposal(ground="safeguarding", **fields):
    given = {"person": "P-001", "to": "Cleveland Police", "what": "The strategy and its reasons.", **fields}
    return step(DISCLOSURE, "proposed", ground=ground, why="They deal with him weekly.", **given)


def taken(kind, **fields):
    return step(DISCLOSURE, kind, **fields)


def answer(agreed=True, by="Dee Officer", role="data_protection_officer", **fields):
    return taken("gate_answered", by=by, role=role, agreed=agreed, reasons="Weighed.", **fields)


POLICE, STRATEGY = "Cleveland Police", "The strategy and its reasons."
SHARED = taken("shared", on=MONDAY, to=POLICE, what=STRATEGY, how="By email to the duty inspector.")
URGENT = taken("shared_urgently", on=MONDAY, what="Where he is.", how="By 999.", vital="He said goodbye.")


def opened(*steps, first=None, situation=None):
    return walked(DISCLOSURE, first or proposal(), steps, situation or here())


@pytest.mark.parametrize("pack", PACKS)
def test_each_policys_own_gate_is_asked_before_anything_goes(pack):
    role, ground = PACKS[pack]
    situation = here(pack)
    file = opened(first=proposal(ground), situation=situation)
    assert "has not answered" in lacks(DISCLOSURE, file, SHARED, situation)[0]
    assert [task.to_role for task in open_tasks(file, situation)] == [role]
    wrong = lacks(DISCLOSURE, file, answer(role="somebody"), situation)
    assert wrong == [f"the answer is for the {situation.rules.roles[role]}"]
    assert opened(answer(role=role), SHARED, first=proposal(ground), situation=situation).closed


def test_a_ground_is_one_of_the_policys_and_the_person_is_known():
    with pytest.raises(Refused) as refused:
        DISCLOSURE.begin("DS-1", proposal("curiosity", person="P-404"), here())
    assert [lack.field for lack in refused.value.lacks] == ["person", "ground"]


def test_nobody_answers_what_they_proposed():
    mine = answer(by="SAM  staff")
    assert lacks(DISCLOSURE, opened(), mine, here()) == ["SAM  staff proposed it; the answer is for somebody else"]


def test_no_means_no():
    file = opened(answer(agreed=False))
    assert file.closed
    assert lacks(DISCLOSURE, file, SHARED, here()) == ["the answer was no"]
    assert "answered already" in lacks(DISCLOSURE, file, answer(), here())[0]


def test_an_answer_lets_what_was_proposed_go_once():
    file = opened(answer(), SHARED)
    more = taken("shared", on=MONDAY, to=POLICE, what=STRATEGY, how="By email.")
    assert lacks(DISCLOSURE, file, more, here()) == [
        "it went on 2026-03-02; what goes once more, or more of it, is proposed anew"
    ]
    # What had to go at once was no answer's.
    assert len(opened(answer(), URGENT, SHARED).went) == 2


TWO = ("The strategy and its reasons.", "His address.")
DIFFERS = [
    ({"to": "NHS"}, ["to", "otherwise"]),
    ({"to": ""}, ["to"]),
    ({"also": ("His diagnosis.",)}, ["what", "otherwise"]),
    ({"to": "NHS", "what": "His diagnosis."}, ["to", "what", "otherwise"]),
    ({"to": "cleveland  police", "what": "the strategy and its reasons", "also": ("His address",)}, []),
    ({"also": ()}, []),
    ({"otherwise": "A slip of ours."}, ["otherwise"]),
]


@pytest.mark.parametrize(("fields", "lacking"), DIFFERS)
def test_what_went_is_held_against_what_was_let_go(fields, lacking):
    file = opened(answer(), first=proposal(also=TWO[1:]))
    went = SHARED.model_copy(update={"also": TWO[1:], **fields})
    try:
        DISCLOSURE.take(file, went, here())
    except Refused as refused:
        assert [lack.field for lack in refused.lacks] == lacking
    else:
        assert lacking == []


def test_less_than_was_let_go_is_said():
    file = opened(answer(), SHARED, first=proposal(also=TWO[1:]))
    assert left_out(file, file.went[0]) == ("His address.",)
    assert as_let_go(file, file.went[0]) == "less"
    whole = opened(answer(), SHARED)
    assert (left_out(whole, whole.went[0]), as_let_go(whole, whole.went[0])) == ((), "yes")


def test_what_went_otherwise_has_the_gate_look_at_it():
    went = SHARED.model_copy(update={"to": "Cleveland Gazette", "otherwise": "The wrong line of the address book."})
    file = opened(answer(), went)
    assert not file.closed and as_let_go(file, file.went[0]) == "otherwise"
    (task,) = open_tasks(file, here())
    assert (task.id, task.says, task.to_role) == (
        "DS-1/review", "Look at what was shared otherwise than it was let go", "data_protection_officer"
    )  # fmt: skip
    review = taken(
        "gate_reviewed", by="Dee Officer", role="data_protection_officer", justified=False, reasons="A breach.",
        put_right="They deleted it; the Commissioner was told.",
    )  # fmt: skip
    assert DISCLOSURE.take(file, review, here()).closed


def test_conditions_of_the_answer_are_said_to_have_been_kept():
    file = opened(answer(conditions="Encrypted only."))
    assert [lack for lack in lacks(DISCLOSURE, file, SHARED, here()) if "Encrypted only." in lack]
    kept = SHARED.model_copy(update={"conditions_kept": "By secure mail."})
    assert DISCLOSURE.take(file, kept, here()).closed


def test_a_record_from_before_it_was_asked_to_whom_is_read_and_judged_in_nothing():
    before = taken("shared", on=MONDAY, what="As proposed.", how="By email.")
    file = fold("DS-1", (proposal(), answer(), before))
    assert file.closed and left_out(file, before) == () and as_let_go(file, before) == ""


def test_consent_opens_the_gate_only_where_the_policy_says_so():
    given = taken("consent_recorded", outcome="given", how="He signed a form.")
    assert opened(given, SHARED, situation=here("warwickshire")).went
    assert "has not answered" in lacks(DISCLOSURE, opened(given), SHARED, here())[0]


@pytest.mark.parametrize("outcome", ["refused", "withdrawn"])
def test_consent_that_is_taken_back_has_the_gate_asked_anew(outcome):
    back = taken("consent_recorded", outcome=outcome, how="He rang.")
    file = opened(answer(), back)
    assert "has not answered" in lacks(DISCLOSURE, file, SHARED, here())[0]
    assert opened(answer(), back, answer(), SHARED).went


def test_nothing_is_said_to_have_gone_before_the_answer_or_on_a_day_to_come():
    early = taken("shared", on=MONDAY - timedelta(days=1), to=POLICE, what=STRATEGY, how="By email.")
    assert "dated before the answer" in lacks(DISCLOSURE, opened(answer()), early, here())[0]
    late = taken("shared", on=MONDAY + timedelta(days=1), to=POLICE, what=STRATEGY, how="By email.")
    assert "day to come" in lacks(DISCLOSURE, opened(answer()), late, here())[0]


def test_in_an_emergency_it_goes_first_and_the_gate_looks_at_it_within_its_days():
    file = opened(URGENT)
    assert not file.closed
    (task,) = open_tasks(file, here())
    assert (task.id, task.to_role, task.due) == (
        "DS-1/review",
        "data_protection_officer",
        MONDAY + timedelta(days=1),
    )
    review = taken(
        "gate_reviewed", by="Dee Officer", role="data_protection_officer", justified=False, reasons="Too much went."
    )
    assert lacks(DISCLOSURE, file, review, here()) == ["what is done about it is not said"]
    whole = review.model_copy(update={"put_right": "Police asked to delete the rest."})
    assert opened(URGENT, whole).closed
    mine = whole.model_copy(update={"by": "Sam Staff"})
    assert "Sam Staff proposed it; this is for somebody else" in lacks(DISCLOSURE, file, mine, here())
    assert "nothing went in an emergency" in lacks(DISCLOSURE, opened(URGENT, whole), whole, here())[0]


def test_an_emergency_does_not_open_the_gate_for_what_follows():
    assert "has not answered" in lacks(DISCLOSURE, opened(URGENT), SHARED, here())[0]


def test_what_went_is_a_log_and_is_not_withdrawn():
    file = opened(URGENT, answer(), SHARED)
    assert [step.kind for step in file.went] == ["shared_urgently", "shared"]
    assert "cannot be taken back" in lacks(DISCLOSURE, file, taken("withdrawn", reasons="Oops."), here())[0]
    given_up = opened(taken("withdrawn", reasons="He moved away."))
    assert given_up.closed
    assert lacks(DISCLOSURE, given_up, URGENT, here()) == ["it was given up; propose it anew"]
