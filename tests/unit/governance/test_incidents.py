"""Incidents: what is asked, what follows, and what is never skipped."""

import re
from datetime import timedelta

import pytest

from gateway.governance.courses import DISCLOSURE, INCIDENT
from gateway.governance.incidents.consequences import tasks_of
from gateway.governance.incidents.steps import Ground
from gateway.governance.lacks import Refused
from gateway.governance.tasks import open_tasks
from models.policy_names import POLICE_KINDS
from tests.case_files import here, lacks, step, walked
from tests.governing import MONDAY

DIGEST = "a" * 64
POST = "https://social.example/p/1"


def record(incident="terminated_call", **fields):
    given = {"person": "P-001", "on": MONDAY, "what": "He swore at me and would not stop.", **fields}
    return step(INCIDENT, "recorded", incident=incident, **given)


def taken(kind, **fields):
    return step(INCIDENT, kind, **fields)


def opened(*steps, first=None, situation=None):
    return walked(INCIDENT, first or record(), steps, situation or here())


CAPTURED = taken("captured", post=POST, digest=DIGEST, filed="Case 12, evidence")
TOLD_MANAGER = taken("manager_told", manager="Lee Line", on=MONDAY, advice="Ring nobody back today.")


def test_the_grounds_are_those_that_a_pack_may_name():
    assert {ground.value for ground in Ground} == set(POLICE_KINDS)


def test_anybody_records_one_and_a_stranger_need_not_be_known():
    assert opened(first=record(person=None), situation=here(person=None)).count == 0
    with pytest.raises(Refused, match="nobody P-404"):
        INCIDENT.begin("IN-1", record(person="P-404"), here())
    with pytest.raises(Refused, match="day to come"):
        INCIDENT.begin("IN-1", record(on=MONDAY + timedelta(days=1)), here())


def test_a_post_is_deleted_only_after_it_was_captured():
    file = opened(first=record("social_media"))
    deleted = taken("deleted", post=POST)
    assert lacks(INCIDENT, file, deleted, here()) == [
        "that post was not captured, with its digest and where the copy is filed"
    ]
    file = opened(CAPTURED, first=record("social_media"))
    assert lacks(INCIDENT, file, taken("deleted", post=f"{POST}/other"), here()) == [
        "that post was not captured, with its digest and where the copy is filed"
    ]
    assert len(INCIDENT.take(file, deleted, here()).deleted) == 1


def in_error(**fields):
    given = {"by": "Max Manager", "role": "manager", "why": "It was his brother; see IN-2.", **fields}
    return taken("recorded_in_error", **given)


def test_an_incident_of_the_wrong_person_is_taken_back_and_nothing_follows_from_it():
    before = opened(TOLD_MANAGER)
    assert open_tasks(before, here())
    (refused,) = lacks(INCIDENT, before, in_error(role="staff"), here())
    assert refused.startswith("taking an incident back is for ")
    over = INCIDENT.take(before, in_error(), here())
    assert (over.in_error, open_tasks(over, here()), INCIDENT.closed(over)) == (True, (), True)
    assert over.steps[-1].why == "It was his brother; see IN-2."
    assert "undo that to go on" in lacks(INCIDENT, over, CAPTURED, here())[0]
    undone = taken("undone", by="Max Manager", number=3, reason="It was him.")
    assert "only they take it back" in lacks(INCIDENT, over, undone.model_copy(update={"by": "Sam Staff"}), here())[0]
    assert open_tasks(INCIDENT.take(over, undone, here()), here()) == open_tasks(before, here())


@pytest.mark.parametrize(
    ("recorded_by", "manager", "refused"),
    [
        ("Sam Staff", "Nobody At All", True),
        ("Sam Staff", "line, lee", False),
        ("Lee Line", "Hed Head", False),  # of a line manager, whoever theirs is
    ],
)
def test_a_line_manager_is_told_whom_the_register_has_as_one(recorded_by, manager, refused):
    made = opened(first=record(by=recorded_by))
    told = TOLD_MANAGER.model_copy(update={"manager": manager, "by": recorded_by})
    listed = here(role_holders={"line_manager": ("Lee Line", "Lou Line")})
    if refused:
        assert lacks(INCIDENT, made, told, listed) == [
            f"{manager} is no line manager; the register gives the role line_manager to Lee Line, Lou Line"
        ]
    else:
        assert INCIDENT.take(made, told, listed).manager == told
    assert INCIDENT.take(made, told, here()).manager == told


OWED = {"affected": ("Ola Other",), "grounds": ("violence", "abuse")}


def test_nobody_takes_back_what_they_recorded_themselves():
    mine = opened(first=record(by="Max Manager"))
    assert lacks(INCIDENT, mine, in_error(by="manager, max"), here()) == [
        "manager, max recorded it; taking it back is for somebody else"
    ]


def test_what_the_police_always_hear_of_and_support_go_on_in_a_real_incident_that_holds_the_same():
    wrong = INCIDENT.fold("IN-1", [record(**OWED)])
    assert lacks(INCIDENT, wrong, in_error(), here()) == [
        "the police are always told of violence, and somebody affected has not been seen to: "
        "record the incident as it was, and name that one (`--instead IN-…`)"
    ]
    named = in_error(instead="IN-2")

    def why(other):
        return lacks(INCIDENT, wrong, named, here(instead=other))

    assert why(None) == why(wrong) == ["IN-2 is no other incident"]
    weaker = INCIDENT.fold("IN-2", [record(person=None, grounds=("abuse",))])
    assert why(weaker) == [
        "IN-2 does not say violence; `triage incident add IN-2` does",
        "IN-2 does not name everybody who is affected; `triage incident add IN-2` does",
    ]
    same = INCIDENT.fold("IN-2", [record(person=None, **OWED)])
    taken_back = INCIDENT.fold("IN-2", [*same.steps, in_error()])
    assert why(taken_back) == ["IN-2 was recorded in error itself"]
    long_ago = INCIDENT.fold("IN-2", [record(on=MONDAY - timedelta(days=9), at=MONDAY - timedelta(days=8), **OWED)])
    assert why(long_ago) == ["IN-2 happened on another day, and was recorded before this one"]
    assert INCIDENT.take(wrong, named, here(instead=same)).in_error


def test_what_is_done_already_needs_no_other_incident():
    manager = {"by": "Lee Line", "role": "manager"}
    done = [
        taken("police_decided", **manager, told=True, reason="Violence.", reference="0412"),
        *(taken("task_done", **manager, task=f"support.{n}", note="Seen to.") for n in (0, 1)),
    ]
    file = opened(*done[:1], *done[2:], first=record("visit", **OWED))
    assert INCIDENT.take(file, in_error(put_right="Told them on 0412."), here()).in_error


def test_whoever_added_what_is_owed_does_not_take_it_out_again():
    added = taken("added", what="He hit her.", **OWED)
    undone = taken("undone", number=2, reason="He did not.")
    assert lacks(INCIDENT, opened(added), undone, here()) == [
        "taking back what is owed is for the Manager or the Senior manager",
        "Sam Staff added it; taking it back is for somebody else",
    ]
    another = undone.model_copy(update={"by": "Max Manager", "role": "manager"})
    assert INCIDENT.take(opened(added), another, here()).grounds == ()
    harmless = taken("added", what="He swore too.", grounds=("abuse",))
    assert INCIDENT.take(opened(harmless), undone, here()).grounds == ()


def test_an_incident_in_error_is_not_among_those_of_its_kind():
    first = opened()
    assert opened(situation=here(besides=(first,))).count == 2
    assert opened(situation=here(besides=(INCIDENT.take(first, in_error(), here()),))).count == 1


def test_what_others_were_told_of_an_incident_in_error_is_put_right():
    told = taken("police_decided", by="Max Manager", role="manager", told=True, reason="A threat.", reference="0412")
    assert "say what was done to put that right" in lacks(INCIDENT, opened(told), in_error(), here())[0]
    assert INCIDENT.take(opened(told), in_error(put_right="Told them on 0412 that it was another."), here()).in_error


def test_a_call_or_letter_is_never_deleted():
    assert "only a post is removed" in lacks(INCIDENT, opened(CAPTURED), taken("deleted", post=POST), here())[0]


def test_a_block_rests_on_evidence_and_is_for_whom_the_policy_names():
    warwickshire = here("warwickshire")
    file = opened(first=record("social_media"), situation=warwickshire)
    found = lacks(INCIDENT, file, taken("blocked", account="@x", reason="It goes on."), warwickshire)
    assert found == [
        "nothing was captured that the block could rest on",
        "a block is for the Head of Business Services and Assurance",
    ]
    head = taken("blocked", account="@x", reason="It goes on.", role="head_of_business_services")
    assert opened(CAPTURED, head, first=record("social_media"), situation=warwickshire).blocked
    before, after = (opened(*steps, first=record("social_media"), situation=warwickshire)
                     for steps in ((CAPTURED,), (CAPTURED, head)))  # fmt: skip
    decide = "IN-1/block_considered"
    assert decide in {task.id for task in open_tasks(before, warwickshire)}
    assert decide not in {task.id for task in open_tasks(after, warwickshire)}


@pytest.mark.parametrize(
    ("pack", "ground", "role", "no_is_allowed"),
    [
        ("staffordshire", "violence", "independent_review_manager", True),
        ("cleveland", "apparent_offence", "head_of_standards", False),
        ("cleveland", "abuse", "head_of_standards", True),
        ("warwickshire", "violence", "manager", False),
        ("wealden", "violence", "head_of_service", False),
        ("wealden", "serious_threat", "head_of_service", False),
        ("stoke", "violence", "director", True),
        ("generic", "serious_threat", "manager", False),
    ],
)
def test_each_policy_says_of_what_the_police_always_hear(pack, ground, role, no_is_allowed):
    situation = here(pack)
    file = opened(first=record(grounds=(ground,)), situation=situation)
    no = taken("police_decided", by="Max Manager", role=role, told=False, reason="Nothing to go on.")
    if no_is_allowed:
        assert INCIDENT.take(file, no, situation).police is not None
    else:
        assert "`no` is not among the answers" in lacks(INCIDENT, file, no, situation)[0]
    yes = taken("police_decided", by="Max Manager", role=role, told=True, reason="It was one.")
    assert "the police's reference" in lacks(INCIDENT, file, yes, situation)[0]
    assert INCIDENT.take(file, yes.model_copy(update={"reference": "log 0412 of today"}), situation).police.told


@pytest.mark.parametrize("pack", ["staffordshire", "cleveland", "warwickshire", "wealden", "stoke", "generic"])
def test_of_a_call_that_was_ended_every_policy_asks_what_the_caller_was_told_and_the_manager_is_told(pack):
    situation = here(pack)
    with pytest.raises(Refused) as refused:
        INCIDENT.take(opened(situation=situation), taken("closed"), situation)
    said = {lack.field: lack.text.replace("customer", "caller") for lack in refused.value.lacks}
    assert said["told_why"].endswith("why?") and said["told_why"].startswith("not answered: Was the caller told ")
    assert said["warned"] == "not answered: Was the caller warned that the call would be ended?"
    assert re.fullmatch(r"not answered: Was the caller told that the call was being .*ended\?", said["told_of_ending"])
    assert said["manager_told"] == "the line manager has not been told"
    na = taken("answered", check="warned", answer="na", note="It does not arise.")
    left = lacks(INCIDENT, opened(na, situation=situation), taken("closed"), situation)
    assert any("warned" in text and "needs yes or no" in text for text in left), left


def test_the_police_decision_is_a_task_of_every_incident_of_every_policy():
    for pack in ("staffordshire", "cleveland", "warwickshire", "wealden", "stoke", "generic"):
        for kind in ("terminated_call", "written_abuse", "social_media", "visit"):
            waits = open_tasks(opened(first=record(kind), situation=here(pack)), here(pack))
            assert [task.id for task in waits].count("IN-1/police_considered") == 1, (pack, kind)
            assert all(task.due is not None for task in waits), (pack, kind)


@pytest.mark.parametrize("pack", ["staffordshire", "cleveland", "warwickshire", "wealden", "stoke", "generic"])
def test_no_incident_of_a_post_is_closed_before_it_is_said_whether_it_was_captured(pack):
    situation = here(pack)
    left = lacks(INCIDENT, opened(first=record("social_media"), situation=situation), taken("closed"), situation)
    assert any("Has the post been" in text for text in left), left


def test_a_further_ground_asks_for_the_police_decision_anew():
    no = taken("police_decided", by="Max Manager", role="manager", told=False, reason="Words only.")
    more = taken("added", what="The recording has a threat in it.", grounds=("serious_threat",))
    file = opened(no, more, first=record(grounds=("abuse",)))
    assert file.police is None
    assert "`no` is not among" in lacks(INCIDENT, file, no, here())[0]
    same = taken("added", what="He rang again.", grounds=("abuse",))
    assert opened(no, same, first=record(grounds=("abuse",))).police is not None


def test_a_second_call_prompts_a_person_to_think_of_a_strategy_and_does_nothing_itself():
    first = opened()
    second = opened(situation=here(besides=(first,)))
    assert (first.count, second.count) == (1, 2)
    assert "strategy_considered" not in {task.id for task in tasks_of(first, here().rules)}
    assert "strategy_considered" in {task.id for task in tasks_of(second, here().rules)}
    other_kind = opened(first=record("visit"), situation=here(besides=(first, second)))
    assert other_kind.count == 1


def test_the_policys_own_task_about_a_strategy_is_not_doubled():
    cleveland = here("cleveland")
    file = opened(first=record("written_abuse"), situation=cleveland)
    names = [task.id for task in tasks_of(file, cleveland.rules)]
    assert "draft" in names
    assert "strategy_considered" not in names


def test_support_is_for_everybody_affected():
    staffordshire = here("staffordshire")
    call = opened(first=record(affected=("Ola Other", "Uma Usher")), situation=staffordshire)
    assert [task.id for task in tasks_of(call, staffordshire.rules) if "support" in task.id] == [
        "support.0",
        "support.1",
        "support.2",
    ]
    letter = opened(first=record("written_abuse", affected=("Ola Other",)), situation=staffordshire)
    assert [
        task.id for task in tasks_of(letter, staffordshire.rules) if task.id.startswith(("welfare", "support"))
    ] == [
        "welfare",
        "support.1",
    ]
    ours = {task.id: task.says for task in tasks_of(letter, staffordshire.rules)}
    assert ours["welfare"].endswith("(whoever recorded it)") and ours["support.1"].endswith("of those affected)")
    alone = opened(first=record("written_abuse"), situation=staffordshire)
    assert "(" not in {task.id: task.says for task in tasks_of(alone, staffordshire.rules)}["welfare"]


@pytest.mark.parametrize(
    ("holders", "roles"),
    [
        ({}, ("line_manager",)),
        ({"line_manager": ["Lee Line", "Lou Line"]}, ("line_manager",)),
        ({"line_manager": ["Lee Line"]}, ("head_of_standards", "line_manager")),
    ],
)
def test_the_only_line_manager_is_seen_to_by_another(holders, roles):
    office = here("cleveland", role_holders=holders)
    hurt = opened(first=record("written_abuse", by="Lee Line"), situation=office)
    (welfare,) = [task for task in open_tasks(hurt, office) if task.id.endswith("/welfare")]
    assert welfare.roles == roles
    seen = taken("task_done", by="Hal Head", role="head_of_standards", task="welfare", note="Talked.")
    if "head_of_standards" in roles:
        assert "welfare" in INCIDENT.take(hurt, seen, office).settled
    else:
        assert lacks(INCIDENT, hurt, seen, office) == ["welfare is for the Line manager"]
    own = taken("task_done", by="Lee Line", role="line_manager", task="welfare", note="I am well.")
    assert lacks(INCIDENT, hurt, own, office) == ["Lee Line is whom it is to help; recording that is for somebody else"]


def test_a_task_is_settled_once_by_its_role_done_or_declined_with_a_reason():
    done = taken("task_done", by="Lee Line", role="manager", task="welfare", note="Talked, counselling offered.")
    file = opened(done)
    assert lacks(INCIDENT, opened(), done.model_copy(update={"role": None}), here()) == ["welfare is for the Manager"]
    assert lacks(INCIDENT, file, done, here()) == ["welfare was settled already"]
    assert "no task 'tea'" in lacks(INCIDENT, file, done.model_copy(update={"task": "tea"}), here())[0]
    police = done.model_copy(update={"task": "police_considered"})
    assert lacks(INCIDENT, file, police, here()) == ["whether police are told is decided with `police`"]
    with pytest.raises(ValueError, match="reason"):
        taken("task_declined", role="manager", task="welfare")


def test_nothing_is_closed_that_is_not_done():
    file = opened()
    found = lacks(INCIDENT, file, taken("closed"), here())
    assert [text.split(":")[0] for text in found] == [
        "not answered",
        "not answered",
        "not answered",
        "not answered",
        "the line manager has not been told",
        "whether police are told is not decided",
        "neither done nor declined",
        "neither done nor declined",
    ]
    whole = (
        taken("answered", check="told_unacceptable", answer="yes"),
        taken("answered", check="told_why", answer="yes"),
        taken("answered", check="warned", answer="no"),
        taken("answered", check="told_of_ending", answer="yes"),
        TOLD_MANAGER,
        taken("police_decided", by="Lee Line", role="manager", told=False, reason="Words only."),
        taken("task_done", by="Lee Line", role="manager", task="welfare", note="Offered, and declined."),
        taken("task_declined", by="Lee Line", role="manager", task="advice", reason="Given above."),
    )
    assert lacks(INCIDENT, opened(*whole), taken("closed"), here()) == [
        "answered no, and why is not said: Was the caller warned that the call would be ended?"
    ]
    (waits,) = open_tasks(opened(*whole), here())
    assert (waits.id, "why is not said" in waits.says) == ("IN-1/answers", True)
    noted = taken("answered", check="warned", answer="no", note="He shouted over me.")
    assert [task.id for task in open_tasks(opened(*whole, noted), here())] == ["IN-1/close"]
    closed = opened(*whole, noted, taken("closed"))
    assert INCIDENT.closed(closed)
    assert open_tasks(closed, here()) == ()
    assert "closed" in lacks(INCIDENT, closed, TOLD_MANAGER, here())[0]
    again = INCIDENT.take(closed, taken("undone", number=11, reason="Not yet."), here())
    assert not INCIDENT.closed(again)


def test_a_referral_says_under_which_disclosure_anything_is_told():
    shared = walked(
        DISCLOSURE,
        step(
            DISCLOSURE, "proposed", person="P-001", to="Adult Social Care", what="That he has no heating.",
            ground="safeguarding", why="He is 80 and it is winter.",
        ),
        (
            step(DISCLOSURE, "gate_answered", by="Dee Officer", role="data_protection_officer", agreed=True,
                 reasons="Proportionate."),
            step(DISCLOSURE, "shared", on=MONDAY, to="Adult Social Care", what="That he has no heating.",
                 how="By telephone to the duty desk."),
        ),
        here(),
    )  # fmt: skip
    refer = taken("referred", body="Adult Social Care", why="No heating.", disclosure="DS-1")
    assert lacks(INCIDENT, opened(), refer, here()) == ["there is no disclosure DS-1 about this person"]
    neither = refer.model_copy(update={"disclosure": None})
    assert "or that nothing is told" in lacks(INCIDENT, opened(), neither, here())[0]
    knows = here(besides=(shared,))
    file = opened(refer, situation=knows)
    assert "IN-1/referral.1" in {task.id for task in open_tasks(file, knows)}
    answered = taken("referral_answered", body="Adult Social Care", outcome="They visit on Friday.")
    assert "IN-1/referral.1" not in {task.id for task in open_tasks(INCIDENT.take(file, answered, knows), knows)}
    not_yet = walked(DISCLOSURE, shared.steps[0], (), here())
    assert lacks(INCIDENT, opened(), refer, here(besides=(not_yet,))) == ["DS-1 has not been shared yet"]


def test_what_is_told_of_a_task_names_and_quotes_nobody():
    first = record(affected=("Ola Other",), what="Jordan Example said he knows where I live.")
    said = " ".join(task.says for task in open_tasks(opened(first=first), here()))
    for secret in ("Ola", "Jordan", "live", "Sam"):
        assert secret not in said


@pytest.mark.parametrize("pack", ["staffordshire", "cleveland", "warwickshire", "wealden", "stoke", "generic"])
def test_nobody_sees_to_their_own_support(pack):
    situation = here(pack)
    first = record("written_abuse", affected=("Ola Other",))
    file = opened(first=first, situation=situation)
    people = {"Sam Staff": 0, "Ola Other": 0}
    for task in tasks_of(file, situation.rules):
        whose_it_is = "Ola Other" if task.id.endswith(".1") else "Sam Staff"
        if not task.id.startswith(("welfare", "support")):
            continue
        people[whose_it_is] += 1
        own = taken("task_done", by=whose_it_is, role=task.to, task=task.id, note="I am well.")
        assert lacks(INCIDENT, file, own, situation) == [
            f"{whose_it_is} is whom it is to help; recording that is for somebody else"
        ]
        done = own.model_copy(update={"by": "Lee Line"})
        assert task.id in INCIDENT.take(file, done, situation).settled
    assert min(people.values()) > 0


def test_whoever_recorded_it_has_told_nobody_by_telling_themselves():
    own = TOLD_MANAGER.model_copy(update={"manager": "sam  staff"})
    assert "their own line manager is" in lacks(INCIDENT, opened(), own, here())[0]
    in_a_post = TOLD_MANAGER.model_copy(update={"manager": "manager Sam Staff"})
    assert "their own line manager is" in lacks(INCIDENT, opened(), in_a_post, here())[0]
    of_another = opened(first=record(affected=("Ola Other",)))  # a manager records what happened to one of theirs
    assert "their own line manager is" in lacks(INCIDENT, of_another, own, here())[0]
    told = own.model_copy(update={"by": "Ola Other"})
    assert INCIDENT.take(of_another, told, here()).manager is not None
