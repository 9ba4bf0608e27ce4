"""What shows that Stoke-on-Trent's rules are met."""

from __future__ import annotations

from datetime import timedelta

from deciding import CHIEF, email, visit

from gateway.governance.registers.rules import rule_of
from gateway.governance.registers.seeing import may_see_strategy
from gateway.governance.registers.telling import to_be_told
from models.policy import PolicyPack
from tests.governing import MONDAY
from tests.policies import beside, contacts, words
from tests.policies.chain import act_is
from tests.policies.course import (
    AUTHOR,
    Course,
    accepts_measures,
    asks,
    measure,
    notice_without,
    person_of,
    with_measures,
)
from tests.policies.measures import measures_are
from tests.policies.showing import Weakened, Without, shows

FOUR = ("based_on_facts", "investigated", "communications_suitable", "new_information")
EIGHT_OF_PERSISTENCE = (
    "no_grounds", "excessive_demands", "repeat_complaints", "not_accepting_decision", "changing_basis",
    "replacing_staff", "not_accepting_remit", "no_cooperation",
)  # fmt: skip
FOUR_UNREASONABLE = ("derogatory", "swearing", "threats", "addressed_matter")
SEVEN_MEASURES = (
    "channel_only", "spoc_only", "dedicated_address", "visits_by_appointment", "supervised_meetings",
    "designated_premises", "same_matter_refused", "same_matter_filed", "cease_and_desist", "injunction", "premises_ban",
)  # fmt: skip


@shows("K-01", alters="pack.cites.rights_request")
def it_arises_on_every_channel_and_in_requests(pack: PolicyPack) -> None:
    contacts.every_channel_is_taken_alike(pack)
    contacts.rights_are_not_withheld(pack, ("Stoke 1.2", "Stoke 5.2.1"))


@shows("K-02", alters="checklist", to=Weakened("last_resort"))
def it_is_a_last_resort(pack: PolicyPack) -> None:
    asks(pack, "Stoke 1.4", "last_resort")


@shows("K-03", alters="behaviours", to=Without(*EIGHT_OF_PERSISTENCE, *FOUR_UNREASONABLE))
def persistent_and_unreasonable_kinds_are_named(pack: PolicyPack) -> None:
    words.names_behaviours(pack, "persistence", *EIGHT_OF_PERSISTENCE)
    words.names_behaviours(pack, "unreasonable", *FOUR_UNREASONABLE)
    contacts.only_the_same_matter_is_restricted(pack)


@shows("K-05", alters="checklist", to=Weakened(*FOUR))
def four_things_are_ensured_first(pack: PolicyPack) -> None:
    asks(pack, "Stoke 4.1", *FOUR)


@shows("K-06", alters="approvals", to=Without("consulted", "decided"))
@shows("K-06", alters="approvals.consulted.roles", to=("officer",))
@shows("K-06", alters="approvals.decided.roles", to=("officer",))
@shows("K-06", alters="approvals.decided.distinct_from", to=("author",))
@shows("K-06", despite="approvals.consulted.distinct_from.author")
@shows("K-06", despite="approvals.decided.distinct_from.author")
def a_head_or_director_decides_in_consultation(pack: PolicyPack) -> None:
    team = "customer_feedback_team"
    course = Course(pack).submitted()
    decided = {"act": "decided", "role": "head_of_service"}
    course.refuses("consulted comes before decided", "Stoke 4.2", "acted", "Hal Head", **decided)
    course.refuses("consulted is for the Customer", "Stoke 4.2", "acted", "Mo", act="consulted", role="officer")
    course.take("acted", person_of(team), act="consulted", role=team)
    course.refuses("was consulted", "Stoke 4.2", "acted", person_of(team), **decided)
    course.refuses("wrote the draft", "Stoke 4.2", "acted", **decided)
    course.refuses("decided is for the Head of Service", "Stoke 4.2", "acted", "Mo", act="decided", role="officer")
    for role in ("head_of_service", "director"):
        course.allows("acted", "Hal Head", act="decided", role=role)
    act_is(pack, "consulted", team, says="has not been consulted", cites="Stoke 4.2")
    roles, apart = ("head_of_service", "director"), {"consulted": "was consulted"}
    act_is(pack, "decided", *roles, says="has not decided", cites="Stoke 4.2", apart=apart)


@shows("K-08", alters="needs_reason", to=())
@shows("K-08", alters="measures.premises_ban.needs_reason", to=False)
@shows("K-08", alters="pack.cites.outside_scope")
@shows("K-08", alters="notice.parts", to=Without("this_matter_only", "rights"))
def status_goes_with_an_issue_and_services_stay(pack: PolicyPack) -> None:
    whole = Course(pack, scope="organisation", matters=()).ready()
    whole.refuses("it covers everything, not only a matter", None, "submitted")
    banned = with_measures(pack, measure("premises_ban")).ready()
    banned.refuses("premises_ban needs its own reason", "Stoke 5.2.1", "submitted")
    contacts.other_matters_are_open(pack, ("Stoke 5.2.1",))
    for part in ("this_matter_only", "rights"):
        notice_without(pack, part, "Stoke 5.2.1")


@shows("K-09", alters="measures", to=Without(*SEVEN_MEASURES))
@shows("K-09", despite="measures.same_matter_filed.on_open_matter", to=True)
@shows("K-09", despite="measures.same_matter_refused.on_open_matter", to=True)
def the_policys_measures_can_be_used_and_what_is_filed_is_read(pack: PolicyPack) -> None:
    accepts_measures(pack, *SEVEN_MEASURES)
    measures_are(
        pack, *SEVEN_MEASURES, "channel_blocked",
        not_while_open=("same_matter_refused", "same_matter_filed", "cease_and_desist"),
        must_say={"designated_premises": "premises", "cease_and_desist": "text", "injunction": "text"},
        with_reason=("cease_and_desist", "injunction", "premises_ban"),
    )  # fmt: skip
    cites = ("Stoke 5.2.2",)
    contacts.a_measure_is_enforced(pack, {"kind": "channel_only", "channels": ["letter"]}, email(CHIEF), cites)
    contacts.a_measure_is_enforced(pack, {"kind": "spoc_only"}, email(CHIEF), cites)
    contacts.a_measure_is_enforced(pack, {"kind": "premises_ban"}, visit(), cites)
    contacts.everything_is_read_whatever_the_measure(pack)
    contacts.nothing_is_dropped(pack)


@shows("K-11", alters="registers.contact_strategies.need_to_know", to=False)
@shows("K-11", alters="registers.contact_strategies.seen_by", to=())
@shows("K-11", alters="registers.contact_strategies.tells", to=())
def the_database_is_for_those_who_need_to_know_and_they_are_told(pack: PolicyPack) -> None:
    course = Course(pack).active()
    rule = rule_of("strategy", course.situation)
    assert not may_see_strategy(course.file, "Nosy Neighbour", rule, "officer")
    open_to = ("service_manager", "head_of_service", "director", "customer_feedback_team", "head_of_customer_services")
    beside.is_on_the_register(pack, course.file, "Stoke 5.2.4", *open_to, tells=open_to)
    assert may_see_strategy(course.file, AUTHOR, rule)
    driver = {"name": "Dee Driver", "reason": "Drives there weekly."}
    course.refuses(f"ask {course.file.decider}", "Stoke 5.2.4", "allowed", "Nosy Neighbour", **driver)
    course.take("allowed", "Hal Head", role="head_of_service", **driver)
    assert may_see_strategy(course.file, "Dee Driver", rule)
    for change in ("activated", "change_in_force", "ended"):
        assert "head_of_service" in to_be_told(change, rule), change
    assert not to_be_told("noted", rule)


@shows("K-12", alters="duration.least", to="P1M")
@shows("K-12", alters="review.first_request_after")
@shows("K-12", alters="review.first_request_after", to="P1Y")
@shows("K-12", alters="review.by_decider_after", to="P1Y")
@shows("K-12", alters="review.reviewers", to=("officer",))
def it_lasts_six_months_at_least_and_is_looked_at_again(pack: PolicyPack) -> None:
    short = Course(pack, ends=MONDAY + timedelta(days=100)).ready()
    short.refuses("it ends before the least of 6 months", "Stoke 5.2.5", "submitted")
    said = words.passage(pack, "review_date")
    assert "6 months" in said and "Customer Services" in said
    asking = Course(pack).active()
    early, asked = MONDAY + timedelta(days=170), MONDAY + timedelta(days=190)
    asking.on(early).refuses("may ask for a review from", "Stoke 5.2.5", "review_asked", on=early)
    asking.allows("review_asked", on=early, early_because="She has moved away.")
    asking.on(asked).take("review_asked", on=asked)
    (task,) = [one for one in beside.open_tasks(asking.file, asking.situation) if one.id == "CS-1/review_asked"]
    assert task.to_role == "head_of_customer_services" and "Stoke 5.2.5" in task.cites
    course = Course(pack).active()
    review = {"outcome": "lift", "reasons": "It has stopped."}
    course.refuses("reviews are for the", "Stoke 5.2.5", "reviewed", "Mo", role="officer", **review)
    course.allows("reviewed", "Rae Head", role="head_of_customer_services", **review)
    after_years = Course(pack).active()
    decider = str(after_years.file.decider)
    after_years.refuses(
        "was the decider; another reviews", "Stoke 5.2.5", "reviewed", decider, role="director", **review
    )
    after_years.on(MONDAY.replace(year=2029) - timedelta(days=1)).allows(
        "reviewed", "Rae Head", role="director", **review
    )
    after_years.on(MONDAY.replace(year=2029))
    after_years.refuses("who decided it, looks again now", "Stoke 5.2.5", "reviewed", "Rae", role="director", **review)
    after_years.allows("reviewed", decider, role="head_of_service", **review)
    contacts.an_overdue_review_is_told_and_nothing_lapses(pack, ("Stoke 5.2.5",))


@shows("K-17", alters="dispute.onward", to=())
@shows("K-17", alters="notice.parts", to=Without("ombudsman"))
def the_ombudsmen_are_named(pack: PolicyPack) -> None:
    notice_without(pack, "ombudsman", "Stoke 6.1")
    said = words.passage(pack, "ombudsman")
    assert "Local Government and Social Care Ombudsman" in said and "Housing Ombudsman" in said


@shows("K-04", alters="registers", to=Without("complex_cases"))
def a_complex_case_is_no_restriction_and_needs_no_fault(pack: PolicyPack) -> None:
    file = beside.case(pack, person=None)
    assert not file.file.closed and not hasattr(file.file, "restrictions")


@shows("K-07", alters="conference.chair", to="officer")
@shows("K-07", alters="conference")
@shows("K-07", alters="conference.invites", to=("Nobody",))
@shows("K-07", alters="conference.settles", to=("Nothing",))
def the_director_calls_a_conference_that_ends_in_actions_with_owners(pack: PolicyPack) -> None:
    file = beside.case(pack)
    (to_call,) = beside.open_tasks(file.file, file.situation)
    assert to_call.says.endswith("invite: Customer Feedback Team; Information Rights; Legal; The services concerned")
    assert to_call.to_role == "director"
    few = {"on": MONDAY, "invited": ("Legal",)}
    missing = "normally has these, too: Customer Feedback Team; Information Rights; The services concerned"
    file.refuses(missing, "Stoke 5.1.1", "conference_called", "Di Rector", role="director", **few)
    call = {**few, "not_invited": "Both have answered in writing."}
    file.refuses("the Director calls and chairs it", "Stoke 5.1.1", "conference_called", "Mo", role="officer", **call)
    file.take("conference_called", "Di Rector", role="director", **call)
    (to_hold,) = beside.open_tasks(file.file, file.situation)
    assert "Who does what" in to_hold.says and "How the issue is brought to a close" in to_hold.says
    action = {"id": "A1", "says": "One answer to all three.", "owner": "Les Legal", "due": MONDAY}
    held = {"on": MONDAY, "present": ("Les Legal",), "settled": "One path.", "actions": (action,)}
    file.take("conference_held", "Di Rector", role="director", **held)
    file.refuses("A1 is still to be done, by Les Legal", "Stoke 5.1.1", "case_closed", reasons="All is said.")
    assert [task.id for task in beside.open_tasks(file.file, file.situation)] == ["CX-1/action.A1"]
    file.take("action_done", action="A1", note="Sent.").allows("case_closed", reasons="All is said.")


@shows("K-10", alters="notice.parts", to=Without("data_use"))
@shows("K-10", alters="retention", to=Without("strategy"))
@shows("K-10", alters="retention.strategy.period", to="P25M")
def the_customer_is_told_how_data_is_used_shared_and_kept(pack: PolicyPack) -> None:
    notice_without(pack, "data_use", "Stoke 5.2.3")
    said = words.passage(pack, "data_use")
    assert "24 months" in said and "share" in said
    words.is_kept_for(pack, "strategy", "P24M")
    Course(pack).approved().letter().refuses("no evidence that a notice was sent", "Stoke 5.2.3", "activated")


@shows("K-13", alters="registers.dangerous_persons.asks", to=Without("factual", "methods"))
@shows("K-13", alters="registers.dangerous_properties.asks", to=Without("factual"))
@shows("K-13", despite="registers.dangerous_persons.asks.factual.stages", to=(2,))
@shows("K-13", despite="registers.dangerous_persons.asks.methods.stages", to=(2,))
@shows("K-13", despite="registers.dangerous_properties.asks.factual.stages", to=(2,))
def dangers_are_recorded_factually_with_ways_of_contact(pack: PolicyPack) -> None:
    head = {"role": "head_of_service"}
    for kind, checks in (("person", ("factual", "methods")), ("property", ("factual",))):
        file = beside.entry(pack, kind)
        for name in checks:
            asked = {lack.field: lack for lack in file.lacks("entry_approved", "Hal Head", **head)}
            assert name in asked and "Stoke 5.3.1" in asked[name].cites, name
        for name, may_not_arise in (("factual", False), ("methods", True)):
            for answer, note, enough in (
                ("no", "As the note says.", False),
                ("na", "As the note says.", may_not_arise),
                ("yes", "", True),
            ):
                file.take("answered", check=name, answer=answer, note=note)
                lacking = {lack.field for lack in file.lacks("entry_approved", "Hal Head", **head)}
                assert (name not in lacking) == enough, f"{name} of a {kind}: {answer}"


@shows("K-13", alters="registers.dangerous_persons.asked_by", to=())
@shows("K-13", alters="registers.dangerous_properties.asked_by", to=("officer",))
def whoever_visits_may_ask_and_is_told_what_was_agreed(pack: PolicyPack) -> None:
    officers = {"officer", "service_manager", "head_of_service", "director", "customer_feedback_team"}
    beside.is_asked_before_a_visit(pack, "Stoke 5.3.1", *officers, "head_of_customer_services")


@shows("K-14", alters="registers.dangerous_persons.approvers", to=("officer",))
@shows("K-14", alters="registers.dangerous_persons.review_every", to="P2Y")
@shows("K-14", alters="registers.dangerous_properties.review_every", to="P2Y")
@shows("K-14", alters="registers.dangerous_persons.review_by_approver", to=False)
def a_head_approves_an_entry_and_looks_again_every_year(pack: PolicyPack) -> None:
    for kind in ("person", "property"):
        file = beside.entry(pack, kind, needs_to_know=("Mo Officer", "Hal Head", "Rae Head"))
        for check in ("factual", "methods"):
            file.take("answered", check=check, answer="yes")
        words_ = "this is for the Head of Service or Director"
        file.refuses(words_, "Stoke 5.3.2", "entry_approved", "Mo Officer", role="officer")
        file.take("entry_approved", "Hal Head", role="head_of_service")
        due = [(one.due, "Stoke 5.3.2" in one.cites) for one in beside.open_tasks(file.file, file.situation)]
        assert due == [(MONDAY.replace(year=2027), True)]
        look = {"outcome": "keep", "reasons": "It still holds.", "role": "head_of_service"}
        if kind == "person":
            file.refuses("the review is for Hal Head", "Stoke 5.3.2", "entry_reviewed", "Rae Head", **look)
        file.allows("entry_reviewed", "Hal Head", **look)


@shows("K-15", alters="dispute.to", to=())
@shows("K-15", alters="dispute.window", to=10)
@shows("K-15", alters="dispute.in_writing", to=False)
@shows("K-15", alters="dispute.covers", to=("strategy",))
def status_and_entries_can_be_appealed_against_within_fifteen_working_days(pack: PolicyPack) -> None:
    strategy = Course(pack).active().file
    told = strategy.notified_on
    assert told is not None
    decision = {"role": "director", "outcome": "stands", "reasons": "It was fair."}
    calendar = Course(pack).situation
    last, after = calendar.working_days_after(told, 15), calendar.working_days_after(told, 16)
    beside.challenge(pack, strategy, on=last).allows("decided", "Di Rector", **decision)
    late = beside.challenge(pack, strategy, on=after)
    late.refuses("it came late and was not admitted", "Stoke 6.1", "decided", "Di Rector", **decision)
    spoken = beside.challenge(pack, strategy, in_writing=False)
    spoken.refuses("it is not there in writing with reasons", "Stoke 6.1", "decided", "Di Rector", **decision)
    for kind in ("person", "property"):
        entry = beside.entry(pack, kind).file
        of_entry = beside.challenge(pack, entry, earlier=(), besides=(entry,))
        of_entry.allows("decided", "Di Rector", **decision)
    assert "write to the Head of Service - Customer Services at " in words.passage(pack, "dispute")
    again = {"name": str(strategy.decider), "reason": "Nobody else knows the service."}
    for role in pack.life.roles:
        lacking = beside.challenge(pack, strategy).lacks("reviewer_allowed", "Mo", role=role, **again)
        refused = any("allowing a reviewer is for" in lack.text for lack in lacking)
        assert refused == (role not in ("head_of_service", "director", "head_of_customer_services")), role


@shows("K-16", alters="dispute.reviewed_by", to=("officer",))
@shows("K-16", alters="dispute.not_by", to=())
@shows("K-16", alters="dispute.outcome", to=20)
def the_director_reviews_and_answers_within_fifteen_working_days(pack: PolicyPack) -> None:
    strategy = Course(pack).active().file
    file = beside.challenge(pack, strategy)
    decision = {"outcome": "stands", "reasons": "It was fair."}
    for role in (role for role in pack.life.roles if role != "director"):
        file.refuses("this is for the Director", "Stoke 6.2", "decided", "Mo", role=role, **decision)
    file.refuses("wrote what is disputed", "Stoke 6.2", "decided", AUTHOR, role="director", **decision)
    decider = str(strategy.decider)
    file.refuses("decided what is disputed", "Stoke 6.2", "decided", decider, role="director", **decision)
    file.allows("decided", "Di Rector", role="director", **decision)
    (due,) = beside.open_tasks(file.file, file.situation)
    assert due.due == file.situation.working_days_after(MONDAY, 15)
    file.take("decided", "Di Rector", role="director", **decision)
    no_letter = {"on": MONDAY, "way": "post"}
    file.refuses("with the outcome has gone", "Stoke 6.2", "outcome_told", "Di Rector", **no_letter)
