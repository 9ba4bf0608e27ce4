"""What shows that Staffordshire's rules are met."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from deciding import CHIEF, call, email, visit

from gateway.annual_figures import facts_of
from gateway.governance.clocks import pack_task, report_tasks
from gateway.governance.courses import STRATEGY
from gateway.governance.reports.annual import YearFacts, annual_report
from gateway.governance.reports.annual_page import AnnualReport
from gateway.governance.strategy_file import StrategyFile
from models.policy import PolicyPack
from tests.governing import MONDAY
from tests.policies import beside, contacts, words
from tests.policies.chain import act_is
from tests.policies.course import (
    AUTHOR,
    EMAIL,
    POST,
    Course,
    accepts_measures,
    asks,
    measure,
    nobody_lets_their_own_letter_go,
    notice_without,
    person_of,
    with_measures,
)
from tests.policies.measures import EMAIL_OR_POST, measures_are
from tests.policies.showing import Weakened, Without, shows

NINE = (
    "needs_considered", "signposted_to_faq", "outcome_explained", "route_of_challenge", "signposted", "told_why", "aim",
    "review_planned", "fresh_matters_open",
)  # fmt: skip
UNREASONABLE = (
    "not_accepting_decision", "chasing", "staff_shopping", "excessive_demands", "repeat_complaints", "no_evidence",
    "not_accepting_remit", "unreasonable_timescale", "named_person", "wrong_channel", "dictating_handling",
    "senior_manager_at_outset", "needless_copying", "withholding_information", "no_purpose", "replacing_staff",
    "late_irrelevance",
)  # fmt: skip
REFUSING = ("same_matter_filed", "same_matter_refused")
UNACCEPTABLE = ("abuse", "threats", "coercion", "stalking", "agitation", "manipulation")
SEVEN_MEASURES = (
    "same_matter_filed", "same_matter_refused", "channel_blocked", "contact_limit", "call_duration", "channel_only",
    "identifier_blocked", "call_recording", "spoc_only",
)  # fmt: skip


@shows("S-01", alters="measures.same_matter_filed")
@shows("S-01", alters="pack.cites.outside_scope")
@shows("S-01", alters="checklist.fresh_matters_open")
def contact_on_a_concluded_matter_may_be_ended_and_the_rest_stays_open(pack: PolicyPack) -> None:
    accepts_measures(pack, "same_matter_filed", "same_matter_refused")
    contacts.other_matters_are_open(pack, ("Staffordshire 5.1",))
    Course(pack).ready({"fresh_matters_open": "no"}).refuses("fresh matters", "Staffordshire 4.1", "submitted")


@shows("S-02", alters="references", to=())
def the_guidance_is_at_hand_where_it_is_decided_and_adjustments_go_first(pack: PolicyPack) -> None:
    words.names_to_read_with(pack, "IOPC guidance", "Equality Act 2010")
    contacts.an_adjustment_goes_first(pack, ("Staffordshire 1.5", "Staffordshire 4.1"))


@shows("S-03", alters="behaviours", to=Without(*UNREASONABLE, *UNACCEPTABLE))
def the_behaviours_are_there_to_choose_from_and_no_others(pack: PolicyPack) -> None:
    assert len((*UNREASONABLE, *UNACCEPTABLE)) == 23
    words.names_behaviours(pack, "unreasonable", *UNREASONABLE)
    words.names_behaviours(pack, "unacceptable", *UNACCEPTABLE)


@shows("S-03", alters="behaviours", to=Without(*UNREASONABLE, *UNACCEPTABLE))
def each_year_the_strategies_are_counted_by_behaviour_in_the_policys_words(pack: PolicyPack) -> None:
    names = (*UNREASONABLE, *UNACCEPTABLE)
    counted = figures(report_of(pack, 2026, Course(pack, behaviours=names).active().file))["strategies_by_behaviour"]
    said = {each.id: each.says for each in pack.life.behaviours}
    assert counted == {said.get(name, f"the policy's word for {name}"): 1 for name in names}


@shows("S-04", alters="warning.options")
def nothing_is_decided_but_case_by_case_by_a_person(pack: PolicyPack) -> None:
    for machine in ("gateway", "system"):
        try:
            Course(pack).take("noted", machine, text="Restricted.")
        except ValueError:
            continue
        raise AssertionError("a machine took a step")
    assert len(pack.life.warning.options) >= 3
    Course(pack).answered().acted(before="submission").refuses("not warned first", "Staffordshire 4.1", "submitted")


@shows("S-10", alters="notice.parts", to=Without("restrictions", "reasons", "effect"))
def the_letter_has_limits_reasons_and_what_it_means_from_now_on(pack: PolicyPack) -> None:
    for part in ("restrictions", "reasons", "effect"):
        notice_without(pack, part, "Staffordshire 3.5.2")


@shows("S-12", alters="checklist", to=Weakened(*NINE))
@shows("S-12", despite="checklist.needs_considered.required_answer", to="no")
def nine_questions_are_answered_before_a_restriction(pack: PolicyPack) -> None:
    asks(pack, "Staffordshire 4.1", *NINE)


@shows("S-13", despite="measures.same_matter_filed.on_open_matter", to=True)
@shows("S-13", despite="measures.same_matter_refused.on_open_matter", to=True)
@shows("S-13", whatever=True)
def contact_about_an_open_matter_goes_on(pack: PolicyPack) -> None:
    for kind in REFUSING:
        course = with_measures(pack, measure(kind), matters=("M-002",))
        told = {"told_on": MONDAY, "told_how": "By telephone at noon.", "until": MONDAY}
        urgent = {"role": "pfcc", "reason": "Forty calls.", "restrictions": [measure(kind)], **told}
        for lacks in (course.lacks("submitted"), course.lacks("urgent", "Cora", **urgent)):
            said = [lack.text for lack in lacks if kind in lack.text]
            assert any("which is still open" in text or "is not among the measures" in text for text in said), said


@shows("S-13", alters="measures.same_matter_filed.cites")
@shows("S-13", alters="measures.same_matter_refused.cites")
def refusing_is_for_what_is_concluded(pack: PolicyPack) -> None:
    for kind in REFUSING:
        course = with_measures(pack, measure(kind), matters=("M-002",)).ready()
        (lack,) = course.lacks("submitted")
        assert "still open" in lack.text and lack.cites == ("Staffordshire 5.1", "Staffordshire 5.2")
        accepts_measures(pack, kind, matters=("M-001",))


@shows("S-14", alters="measures", to=Without(*SEVEN_MEASURES))
@shows("S-14", alters="measures.channel_only.limits.channels.among", to=Without("email", "letter"))
@shows("S-14", alters="measures.channel_only.limits", to={})
@shows("S-14", despite="measures.same_matter_filed.on_open_matter", to=True)
@shows("S-14", despite="measures.same_matter_refused.on_open_matter", to=True)
def the_policys_measures_can_be_used_and_are_enforced(pack: PolicyPack) -> None:
    accepts_measures(pack, *SEVEN_MEASURES)
    measures_are(
        pack, *SEVEN_MEASURES, "call_window", "visits_by_appointment", "no_copy_in", "injunction",
        not_while_open=("same_matter_filed", "same_matter_refused"),
        must_say={"call_window": "calls", "injunction": "text"}, with_reason=("injunction",),
        limited=EMAIL_OR_POST,
    )  # fmt: skip
    cites = ("Staffordshire 5.2",)
    contacts.a_measure_is_enforced(pack, {"kind": "channel_blocked", "channels": ["telephone"]}, call(), cites)
    contacts.a_measure_is_enforced(pack, {"kind": "channel_only", "channels": ["letter"]}, email(CHIEF), cites)
    contacts.a_measure_is_enforced(pack, {"kind": "spoc_only"}, email(CHIEF), cites)
    contacts.nothing_is_dropped(pack)


@shows("S-15", alters="impact_statement", to=False)
def the_effect_on_the_service_to_others_is_said(pack: PolicyPack) -> None:
    Course(pack, impact="").ready().refuses("how it affects the service to others", None, "submitted")


@shows("S-16", alters="approvals", to=Without("consulted", "agreed"))
@shows("S-16", alters="approvals.consulted.roles", to=("staff",))
@shows("S-16", alters="approvals.consulted.before", to="approval")
@shows("S-16", alters="approvals.agreed.roles", to=("independent_review_manager",))
@shows("S-16", alters="approvals.agreed.distinct_from", to=("author",))
@shows("S-16", despite="approvals.consulted.distinct_from.author")
@shows("S-16", despite="approvals.agreed.distinct_from.author")
def the_manager_is_consulted_first_and_the_commissioner_agrees(pack: PolicyPack) -> None:
    manager, commissioner = "independent_review_manager", "pfcc"
    course = Course(pack).answered().warned()
    course.refuses("Independent Review Manager has not been consulted", "Staffordshire 5.3", "submitted")
    consulted = {"act": "consulted", "role": manager}
    course.refuses("wrote the draft", "Staffordshire 5.3", "acted", **consulted)
    course.take("acted", person_of(manager), **consulted).take("submitted")
    agreed = {"act": "agreed", "role": commissioner}
    course.refuses("wrote the draft", "Staffordshire 5.3", "acted", AUTHOR, **agreed)
    course.refuses("was consulted", "Staffordshire 5.3", "acted", person_of(manager), **agreed)
    wrong = {**agreed, "role": manager}
    course.refuses("agreed is for the Police, Fire and Crime Commissioner", "Staffordshire 5.3", "acted", "Mo", **wrong)
    course.take("acted", person_of(commissioner), **agreed)
    assert course.file.standing == "approved"
    says = "Independent Review Manager has not been consulted"
    act_is(pack, "consulted", manager, says=says, cites="Staffordshire 5.3", first=True)
    says, apart = "Police, Fire and Crime Commissioner has not agreed", {"consulted": "was consulted"}
    act_is(pack, "agreed", commissioner, says=says, cites="Staffordshire 5.3", apart=apart)


@shows("S-17", alters="notice.all_of", to=Without("post", "email"))
@shows(
    "S-17",
    alters="notice.parts",
    to=Without("reasons", "restrictions", "fresh_matters", "rights", "review_date", "policy_copy"),
)
@shows("S-17", alters="notice.attachments", to=Without("policy"))
def the_notice_goes_by_post_and_by_email_with_its_parts_and_the_policy(pack: PolicyPack) -> None:
    for part in ("reasons", "restrictions", "fresh_matters", "rights", "review_date", "policy_copy"):
        notice_without(pack, part, "Staffordshire 5.3")
    words.encloses_the_policy(pack)
    nobody_lets_their_own_letter_go(pack, "Staffordshire 5.3")
    waived = {"way": "email", "reason": "No safe address."}
    told = Course(pack).approved()
    told.refuses("wrote the draft", "Staffordshire 5.3", "way_waived", role="pfcc", **waived)
    told.refuses("leaving out a way", "Staffordshire 5.3", "way_waived", "Sal Staff", role="staff", **waived)
    told.letter().sent(POST).take("way_waived", "Cora", role="pfcc", **waived).allows("activated")
    for way, other in ((POST, EMAIL), (EMAIL, POST)):
        course = Course(pack).approved().letter().sent(way)
        course.refuses(f"no evidence that the notice went by {other}", "Staffordshire 5.3", "activated")
    Course(pack).approved().letter().sent(POST, EMAIL).allows("activated")


@shows("S-21", alters="pack.version", to="2.0")
@shows("S-21", alters="pack.review_due", to=None)
def a_strategy_keeps_the_version_it_was_made_under(pack: PolicyPack) -> None:
    assert pack.approved_on == date(2025, 4, 23) and pack.approved_by == "SLT Management Meeting"
    course = Course(pack, policy_version=pack.version)
    assert STRATEGY.policy_of(course.file) == ("staffordshire", "1.0")
    assert [task.due for task in pack_task(pack)] == [date(2028, 4, 23)]


@shows("S-06", whatever=True)
def whatever_comes_in_is_on_record_with_its_reasons(pack: PolicyPack) -> None:
    contacts.every_channel_is_taken_alike(pack)
    contacts.somebody_looks_at_all_of_it(pack)


@shows("S-06", alters="pack.cites.always_reviewed")
def what_is_on_record_quotes_the_policy(pack: PolicyPack) -> None:
    contacts.somebody_looks_at_all_of_it(pack, ("Staffordshire 3.3",))


@shows("S-05", alters="incidents.written_abuse.tasks.welfare")
@shows("S-05", despite="incidents.written_abuse.tasks.police_considered")
@shows("S-05", alters="welfare.support")
@shows("S-05", alters="police.consider")
def the_manager_supports_all_affected_and_police_are_considered(pack: PolicyPack) -> None:
    beside.follows(pack, "written_abuse", "welfare", "line_manager", "Staffordshire 3.2")
    beside.supports_all_affected(pack, "line_manager", "Staffordshire 3.2")
    manager = "independent_review_manager"
    beside.follows(pack, "written_abuse", "police_considered", manager, "Staffordshire 3.2", settles="police")
    beside.police_weighed(pack, "serious_threat", "Staffordshire 3.2")
    beside.incident(pack, "written_abuse").refuses("the line manager has not been told", "Staffordshire 3.2", "closed")


@shows("S-07", alters="incidents.terminated_call.asks.told_unacceptable")
@shows("S-07", alters="incidents.terminated_call.asks.told_why")
def anybody_ends_a_call_and_says_that_it_was_told_why(pack: PolicyPack) -> None:
    beside.incident_asks(pack, "terminated_call", "Staffordshire 3.4.2", "told_unacceptable", "told_why")


@shows("S-08", alters="incidents.terminated_call.prompts_strategy_from")
@shows("S-08", alters="measures.channel_blocked")
def such_calls_again_are_put_to_a_person(pack: PolicyPack) -> None:
    first = beside.incident(pack, "terminated_call")
    assert "strategy_considered" not in {lack.field for lack in first.lacks("closed")}
    again = beside.incident(pack, "terminated_call", besides=(first.file,))
    assert again.file.count == 2
    assert "strategy_considered" in {lack.field for lack in again.lacks("closed")}
    accepts_measures(pack, "channel_blocked")


@shows("S-09", alters="approvals.consulted")
@shows("S-09", alters="incidents", to=Without("written_abuse"))
def on_written_abuse_a_strategy_is_considered_by_the_review_manager(pack: PolicyPack) -> None:
    manager = "independent_review_manager"
    beside.follows(pack, "written_abuse", "strategy_considered", manager, "Staffordshire 3.5.1", days=5)
    course = Course(pack).answered().warned()
    course.refuses("Independent Review Manager has not been consulted", "Staffordshire 5.3", "submitted")


@shows("S-11", alters="measures.visits_by_appointment")
@shows("S-11", alters="incidents.visit.asks.police_called")
def visits_are_by_appointment_and_police_are_asked_about(pack: PolicyPack) -> None:
    accepts_measures(pack, "visits_by_appointment")
    unannounced = visit(appointment=False)
    cites = ("Staffordshire 3.6.1",)
    contacts.a_measure_is_enforced(pack, {"kind": "visits_by_appointment"}, unannounced, cites)
    beside.incident_asks(pack, "visit", "Staffordshire 3.6.1", "police_called", "by_appointment")


@shows("S-18", alters="registers", to=Without("contact_strategies"))
@shows("S-18", despite="registers.contact_strategies.approvers")
@shows("S-18", despite="registers.contact_strategies.review_every", to="P1Y")
@shows("S-18", despite="registers.contact_strategies.review_by_approver", to=True)
def the_outgoing_letter_is_filed_with_the_strategy(pack: PolicyPack) -> None:
    course = Course(pack).approved().letter().sent(POST, EMAIL)
    (letter,) = course.file.letters.values()
    assert {passage.part for passage in letter.written.passages} >= {"reasons", "restrictions", "policy_copy"}
    assert [(sent.way, sent.evidence) for sent in letter.sent] == [(POST, "Number 17."), (EMAIL, "Number 17.")]
    open_to = ("independent_review_manager", "pfcc", "line_manager", "chief_executive")
    beside.is_on_the_register(pack, course.file, "Staffordshire 5.4", *open_to)


@shows("S-19", alters="breaches.tighten")
@shows("S-19", alters="breaches.legal_advice")
@shows("S-19", alters="breaches.police")
def the_review_manager_may_tighten_take_advice_or_go_to_the_police(pack: PolicyPack) -> None:
    manager = "independent_review_manager"
    beside.answers_a_breach(pack, "tighten", count=1, roles=(manager,), cites="Staffordshire 6.2")
    beside.answers_a_breach(pack, "legal_advice", count=2, roles=(manager,), cites="Staffordshire 6.2")
    beside.answers_a_breach(pack, "police", count=2, roles=(manager,), cites="Staffordshire 6.2")
    beside.a_machine_confirms_nothing(pack)


def report_of(
    pack: PolicyPack, year: int, *files: StrategyFile, breaches: Mapping[tuple[str, str], int] | None = None
) -> AnnualReport:
    """The annual report where these are the strategies."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    made = [facts_of(file, first, last, ZoneInfo("Europe/London"), discloses=False) for file in files]
    facts = YearFacts(contacts={}, breaches=breaches or {}, undone={}, strategies=made, items=[])
    at = datetime(2028, 1, 3, tzinfo=UTC)
    return annual_report(facts, pack, "An office", since=first, until=last, made_at=at, publish=False)


def figures(report: AnnualReport) -> dict[str, dict[str, int | None]]:
    """The report's figures by table and line."""
    return {table.id: {one.name: one.value for one in table.figures} for table in report.tables}


@shows("S-20", alters="reports", to=Without("annual_figures"))
@shows("S-20", alters="reports.annual_figures.to", to="staff")
@shows("S-20", alters="reports.annual_figures.every", to="P2Y")
def the_leadership_is_told_each_year_how_many_strategies_and_breaches_there_were(pack: PolicyPack) -> None:
    active, drafted = Course(pack).active().file, Course(pack).file
    breaches = {("email", "confirmed"): 2, ("telephone", "confirmed"): 1, ("email", "dismissed"): 5}
    for year, introduced in ((2025, 0), (2026, 1), (2027, 0)):
        report = report_of(pack, year, active, drafted, breaches=breaches)
        counted = figures(report)
        assert counted["strategies"]["Introduced"] == introduced, year
        assert counted["breaches"]["Confirmed"] == 3
        assert report.owed_to == ("Senior Leadership Team",) and report.cites == ("Staffordshire 7.1",)
    (owed,) = report_tasks(pack, MONDAY, since=MONDAY)
    assert (owed.to_role, owed.due) == ("senior_leadership_team", date(2026, 12, 31))
    late, running = report_tasks(pack, date(2027, 5, 10), since=MONDAY)
    assert (late.due, running.due) == (date(2026, 12, 31), date(2027, 12, 31))
    report = late.id.split("/")[1]
    assert report_tasks(pack, date(2027, 5, 10), given={(report, late.due)}, since=MONDAY) == (running,)
