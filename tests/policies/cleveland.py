"""What shows that Cleveland's rules are met."""

from __future__ import annotations

from datetime import date, timedelta

from deciding import CHIEF, call, dossier, email, strategy

from gateway.governance.courses import STRATEGY
from gateway.governance.letters.steps import LetterPurpose
from gateway.governance.next_step import next_step
from gateway.governance.pack_explained import explained
from gateway.governance.reports.atrs import atrs
from gateway.governance.reports.facts import OfficeFacts
from models.finding import Label
from models.person import Adjustment
from models.policy import PolicyPack
from models.policy_cautions import cautions
from models.policy_course import Layout
from tests.governing import EQUALITY_ADVICE, MONDAY
from tests.lettering import brief, written
from tests.policies import beside, contacts, words
from tests.policies.chain import act_is
from tests.policies.course import (
    EMAIL,
    POST,
    Course,
    accepts_measures,
    advice_is_from,
    asks,
    measure,
    nobody_lets_a_letter_go_unread,
    nobody_lets_their_own_letter_go,
    notice_without,
    offers_first,
    person_of,
    with_measures,
)
from tests.policies.measures import EMAIL_OR_POST, measures_are
from tests.policies.showing import Weakened, Without, shows

ELEVEN = (
    "process_explained", "handled_proportionately", "considered_properly", "communicated_regularly", "rationale_given",
    "decision_appropriate", "misunderstandings_dispelled", "access_considered", "new_information", "support_offered",
    "put_in_touch",
)  # fmt: skip
SEVEN_KINDS = ("abuse", "agitation", "harassment", "harm", "stalking", "manipulation", "coercion")
SIX_OF_PERSISTENCE = ("chasing", "not_accepting_explanation", "staff_shopping", "volume", "reframing", "no_evidence")
SIX_DEMANDS = (
    "timescale_or_named_person", "wrong_channel", "dictating_handling", "senior_manager_at_outset", "needless_copying",
    "withholding_information",
)  # fmt: skip
EIGHT_MEASURES = (
    "call_window", "channel_only", "call_recording", "dedicated_address", "identifier_blocked", "channel_blocked",
    "advocate_only", "spoc_only", "same_matter_refused",
)  # fmt: skip


def measures_are_as_named(pack: PolicyPack) -> None:
    """Fails unless the policy's measures, and only they, may be proposed, each under its conditions."""
    further = ("cease_and_desist", "injunction")
    measures_are(
        pack, *EIGHT_MEASURES, "call_duration", "contact_limit", "same_matter_filed", "call_script", "no_copy_in",
        "contact_agreement", "cease_and_desist", "injunction",
        not_while_open=("same_matter_refused", "same_matter_filed", "cease_and_desist"),
        must_say=dict.fromkeys(("contact_agreement", *further), "text") | {"call_window": "calls"}, with_reason=further,
        limited=EMAIL_OR_POST,
    )  # fmt: skip


@shows("C-01", alters="measures", to=Without("spoc_only"))
@shows("C-01", despite="measures.same_matter_filed.on_open_matter", to=True)
@shows("C-01", despite="measures.same_matter_refused.on_open_matter", to=True)
def it_is_for_anybody_who_writes(pack: PolicyPack) -> None:
    contacts.anybody_is_taken_in(pack)
    contacts.every_channel_is_taken_alike(pack)
    accepts_measures(pack, "spoc_only")
    measures_are_as_named(pack)


@shows("C-02", alters="pack.cites.adjustment_exempts")
def an_adjustment_is_kept_and_contact_still_managed(pack: PolicyPack) -> None:
    contacts.an_adjustment_goes_first(pack, ("Cleveland 2.4", "Cleveland 9.13"))


@shows("C-03", whatever=True)
def anger_is_not_unacceptable_by_itself(pack: PolicyPack) -> None:
    contacts.tone_alone_is_nothing(pack)


@shows("C-03", alters="pack.cites.conduct_noted")
def where_tone_is_noted_the_policy_is_quoted(pack: PolicyPack) -> None:
    contacts.tone_alone_is_nothing(pack, ("Cleveland 3.1",))


@shows("C-08", alters="behaviours", to=Without(*SIX_OF_PERSISTENCE))
@shows("C-08", alters="checklist", to=Weakened("new_information"))
def the_same_matter_is_known_and_what_is_new_about_it_shown(pack: PolicyPack) -> None:
    words.names_behaviours(pack, "persistence", *SIX_OF_PERSISTENCE)
    asks(pack, "Cleveland 7.2", "new_information")
    contacts.only_the_same_matter_is_restricted(pack)
    contacts.new_information_is_shown(pack, ("Cleveland 6.1", "Cleveland 7.2"))


@shows("C-09", alters="behaviours", to=Without(*SIX_DEMANDS))
@shows("C-09", alters="warning.options", to=())
@shows("C-09", alters="behaviours.wrong_channel.after_told", to=0)
@shows("C-09", alters="behaviours.wrong_channel.after_told", to=1)
def demands_are_named_and_the_right_way_is_said_first(pack: PolicyPack) -> None:
    words.names_behaviours(pack, "demands", *SIX_DEMANDS)
    offers_first(pack, "Cleveland 9.2", "Say where to write", "Guide them on how to set out what they write")
    said = "wrong_channel is one after they were told on 2 days, and {} on the file"
    course = Course(pack, behaviours=("wrong_channel",)).answered().acted(before="submission")
    course.refuses(said.format(0), "Cleveland 6.4", "submitted")
    for _ in range(2):  # the same day, twice recorded, is one
        course.warned().refuses(said.format(1), "Cleveland 6.4", "submitted")
    course.take("warned", on=MONDAY - timedelta(days=7), how="By email.").allows("submitted")
    assert course.file.told_on == (MONDAY - timedelta(days=7), MONDAY)


@shows("C-11", whatever=True)
def nothing_is_assumed_about_what_drives_somebody(pack: PolicyPack) -> None:
    contacts.tone_alone_is_nothing(pack)


@shows("C-12", alters="checklist", to=Weakened(*ELEVEN))
def eleven_questions_are_asked_of_ourselves(pack: PolicyPack) -> None:
    asks(pack, "Cleveland 7.2", *ELEVEN)


@shows("C-13", alters="checklist.new_information.required_answer", to="yes")
@shows("C-13", alters="checklist.process_explained.required_answer", to="no")
def what_fell_short_is_put_right_first_and_news_stops_a_restriction(pack: PolicyPack) -> None:
    Course(pack).ready({"new_information": "yes"}).refuses("put this right first", "Cleveland 7.2", "submitted")
    Course(pack).ready({"process_explained": "no"}).refuses("put this right first", "Cleveland 7.2", "submitted")


@shows("C-14", alters="checklist", to=Weakened("support_offered"))
@shows("C-14", alters="checklist.access_considered")
def nobody_is_restricted_who_was_not_asked_about_help(pack: PolicyPack) -> None:
    asks(pack, "Cleveland 7.2", "support_offered", "access_considered")


@shows("C-15", whatever=True)
def nothing_is_inferred_about_anybodys_health(pack: PolicyPack) -> None:
    text = "I am autistic and have depression, and I hear voices. Please write in short sentences."
    found = contacts.decision(pack, email(CHIEF, text=text), dossier(strategy(contacts.SPOC_ONLY)))
    labels = {finding.label for finding in found.findings}
    assert not [label for label in Label if any(word in label for word in ("illness", "diagnos", "disab", "mental"))]
    assert Label.THREAT_OF_HARM not in labels
    assert set(Adjustment.model_fields) == {"id", "need", "exempts", "varies"}


@shows("C-16", alters="referrals", to=Without("ehrc"))
@shows("C-16", alters="adjustment_advice_from", to=("staff",))
def advice_on_equality_can_be_had_and_is_kept(pack: PolicyPack) -> None:
    beside.may_be_referred(pack, "Equality and Human Rights Commission", "Cleveland 8.5")
    course = Course(pack).active()
    change = {"adjustment": "A1", "change": "14 pt", "reasons": "She asked for it.", "told_on": MONDAY}
    advice = {"about": "large print", "adjustment": "A1", "adviser": "Eve Equal", "advice": "Do it."}
    course.take("advice_taken", adviser_role="line_manager", **advice)
    course.refuses("Colleague who knows equality and diversity was not asked", None, "adjustment_changed", **change)
    course.take("advice_taken", adviser_role="equality_adviser", **advice).allows("adjustment_changed", **change)


@shows("C-17", alters="notice.layouts")
def letters_can_be_had_in_a_layout_that_somebody_can_read(pack: PolicyPack) -> None:
    for layout in ("standard", "large_print", "easy_read"):
        Course(pack).approved().letter(layout=layout)


@shows("C-18", alters="checklist", to=Weakened("access_considered"))
def needs_are_considered_before_anything_is_done_and_shown_at_every_decision(pack: PolicyPack) -> None:
    asks(pack, "Cleveland 7.2", "access_considered")
    draft, active = Course(pack), Course(pack).active()
    for course in (draft, Course(pack).submitted(), Course(pack).approved(), active):
        assert next_step(course.file, course.situation).needs == ("large print",)


@shows("C-19", alters="warning.needed", to="optional")
@shows("C-19", alters="warning.waivers", to=Without("safety", "not_possible"))
@shows("C-19", alters="warning.options", to=())
def the_behaviour_is_raised_first(pack: PolicyPack) -> None:
    assert len(pack.life.warning.options) == 5
    course = Course(pack).answered().acted(before="submission")
    course.refuses("not warned first, and no reason", "Cleveland 9.3", "submitted")
    course.refuses("no such reason", "Cleveland 9.3", "warning_waived", waiver="haste", note="No time.")
    for waiver in ("safety", "not_possible"):
        waived = Course(pack).answered().take("warning_waived", waiver=waiver, note="A threat at the desk.")
        waived.acted(before="submission").allows("submitted")


@shows("C-20", alters="notice.parts", to=Without("restrictions", "reasons"))
@shows("C-20", alters="measures", to=Without("call_window"))
@shows("C-20", despite="measures.same_matter_filed.on_open_matter", to=True)
@shows("C-20", despite="measures.same_matter_refused.on_open_matter", to=True)
def a_strategy_says_how_and_when_and_why(pack: PolicyPack) -> None:
    notice_without(pack, "restrictions", "Cleveland 9.4")
    notice_without(pack, "reasons", "Cleveland 9.4")
    Course(pack, reasons="").ready().refuses("no reasons are given", None, "submitted")
    Course(pack, restrictions=()).ready().refuses("no restriction is proposed", None, "submitted")
    accepts_measures(pack, "call_window")
    without_calls = with_measures(pack, measure("call_window", calls=None)).ready()
    without_calls.refuses("must say its calls", "Cleveland 9.9", "submitted")
    measures_are_as_named(pack)


@shows("C-21", alters="approvals", to=Without("decided"))
@shows("C-21", alters="approvals.decided.roles", to=("staff",))
@shows("C-21", alters="impact_statement", to=False)
@shows("C-21", despite="approvals.decided.distinct_from.author")
def somebody_else_decides_whether_it_is_fair(pack: PolicyPack) -> None:
    Course(pack, impact="").ready().refuses("how it affects the service to others", None, "submitted")
    course = Course(pack).submitted()
    owner = {"act": "decided", "role": "head_of_standards"}
    course.refuses("wrote the draft", "Cleveland 9.5", "acted", **owner)
    course.refuses("was consulted", "Cleveland 9.5", "acted", person_of("line_manager"), **owner)
    course.refuses("decided is for the Head of Standards", "Cleveland 9.5", "acted", "Mo", act="decided", role="staff")
    course.allows("acted", "Mo Head", **owner)
    says, apart = "Head of Standards, Scrutiny and Accountability has not decided", {"consulted": "was consulted"}
    act_is(pack, "decided", "head_of_standards", says=says, cites="Cleveland 9.5", apart=apart)


@shows("C-22", alters="notice.any_of", to=Without("post", "email"))
@shows("C-22", alters="notice.seeks_agreement", to=False)
@shows("C-22", alters="notice.layouts", to=Without("large_print", "easy_read"))
def notice_is_in_writing_in_a_form_they_can_use_and_agreement_is_sought(pack: PolicyPack) -> None:
    bare = Course(pack).approved().letter()
    bare.refuses("no evidence that a notice was sent", "Cleveland 9.6", "activated")
    for way in (POST, EMAIL):
        sent = Course(pack).approved().letter(layout="easy_read").sent(way)
        sent.refuses("whether agreement was sought is not recorded", "Cleveland 9.6", "activated")
        sent.take("agreement_sought", outcome="agreed").allows("activated")
    Course(pack).approved().letter(layout="large_print")
    nobody_lets_their_own_letter_go(pack, "Cleveland 9.6")
    nobody_lets_a_letter_go_unread(pack, "Cleveland 4.6", "staff")


@shows("C-23", alters="notice.parts", to=Without("purpose", "non_compliance"))
def the_notice_says_what_it_is_for_and_what_not_keeping_to_it_does(pack: PolicyPack) -> None:
    for part in ("purpose", "non_compliance"):
        notice_without(pack, part, "Cleveland 9.7")
    assert "deal with what you tell us quickly and well" in words.passage(pack, "purpose")
    assert "it may hold up what you want from us" in words.passage(pack, "non_compliance")


@shows("C-24", alters="needs_reason", to=())
@shows("C-24", alters="pack.cites.outside_scope")
@shows("C-24", alters="notice.parts", to=Without("this_matter_only", "fresh_matters"))
def it_concerns_only_that_matter(pack: PolicyPack) -> None:
    for part in ("this_matter_only", "fresh_matters"):
        notice_without(pack, part, "Cleveland 9.8")
    contacts.other_matters_are_open(pack, ("Cleveland 9.8",))
    contacts.only_the_same_matter_is_restricted(pack)
    whole = Course(pack, scope="organisation", matters=()).ready()
    whole.refuses("it covers everything, not only a matter", None, "submitted")


@shows("C-25", alters="measures", to=Without(*EIGHT_MEASURES))
@shows("C-25", alters="measures.channel_only.limits.channels.among", to=Without("email", "letter"))
@shows("C-25", alters="measures.channel_only.limits", to={})
@shows("C-25", despite="measures.same_matter_filed.on_open_matter", to=True)
@shows("C-25", despite="measures.same_matter_refused.on_open_matter", to=True)
def the_policys_measures_can_be_used_and_are_enforced(pack: PolicyPack) -> None:
    accepts_measures(pack, *EIGHT_MEASURES)
    measures_are_as_named(pack)
    cites = ("Cleveland 9.9",)
    contacts.a_measure_is_enforced(pack, measure("call_window"), call(), cites)
    contacts.a_measure_is_enforced(pack, {"kind": "channel_only", "channels": ["letter"]}, email(CHIEF), cites)
    contacts.a_measure_is_enforced(pack, measure("dedicated_address"), email(CHIEF), cites)
    contacts.a_measure_is_enforced(pack, {"kind": "channel_blocked", "channels": ["telephone"]}, call(), cites)
    contacts.a_measure_is_enforced(pack, {"kind": "spoc_only"}, email(CHIEF), cites)
    contacts.nothing_is_dropped(pack)


@shows("C-26", whatever=True)
def all_contact_is_reviewed_whatever_the_strategy(pack: PolicyPack) -> None:
    contacts.everything_is_read_whatever_the_measure(pack)
    contacts.somebody_looks_at_all_of_it(pack)
    contacts.rights_are_not_withheld(pack)
    contacts.a_complaint_is_not_withheld(pack)


@shows("C-26", alters="pack.cites.always_reviewed")
@shows("C-26", alters="pack.cites.rights_request")
def where_all_contact_is_reviewed_the_policy_is_quoted(pack: PolicyPack) -> None:
    contacts.somebody_looks_at_all_of_it(pack, ("Cleveland 9.10",))
    contacts.rights_are_not_withheld(pack, ("Cleveland 9.8", "Cleveland 9.10"))


@shows("C-28", alters="review.ceiling", to="P1Y")
@shows("C-28", alters="review.every", to="P6M")
@shows("C-28", alters="pack.cites.review_overdue")
def the_review_is_at_most_three_months_away(pack: PolicyPack) -> None:
    assert (pack.life.review.every, pack.life.review.ceiling) == ("P3M", "P3M")
    far = Course(pack, review_due=MONDAY + timedelta(days=100), reasons_for={"review_slip": "Leave."}).ready()
    far.refuses("the review is more than 3 months away", "Cleveland 9.12", "submitted")
    unset = Course(pack, review_due=None, ends=MONDAY + timedelta(days=100)).ready()
    unset.refuses("no review date is set, and the end is more than 3 months away", "Cleveland 9.12", "submitted")
    Course(pack, review_due=None, ends=MONDAY + timedelta(days=90)).ready().allows("submitted")
    review = {"role": "senior_manager", "outcome": "continue", "reasons": "It still fits.", "slip_reason": "Leave."}
    course = Course(pack).active()
    late = MONDAY + timedelta(days=100)
    words = "the review is more than 3 months away"
    course.refuses(words, "Cleveland 9.12", "reviewed", "Rae Senior", next_review=late, **review)
    course.allows("reviewed", "Rae Senior", next_review=MONDAY + timedelta(days=90), **review)
    contacts.an_overdue_review_is_told_and_nothing_lapses(pack, ("Cleveland 9.12",))


@shows("C-29", alters="adjustment_advice_from", to=())
def adjustments_are_kept_and_altered_only_on_advice(pack: PolicyPack) -> None:
    contacts.an_adjustment_goes_first(pack, ("Cleveland 2.4", "Cleveland 9.13"))
    change = {"adjustment": "A1", "change": "14 pt", "reasons": "Abused.", "told_on": MONDAY}
    course = Course(pack).active()
    course.refuses("was not asked before an adjustment is changed", "Cleveland 9.14", "adjustment_changed", **change)
    course.take("advice_taken", **EQUALITY_ADVICE).allows("adjustment_changed", **change)
    advice_is_from(pack, "equality_adviser")


@shows("C-30", alters="review.tells_outcome", to=False)
@shows("C-30", alters="adjustment_advice_from", to=())
def the_person_is_told_of_changes(pack: PolicyPack) -> None:
    course = Course(pack).active()
    silent = {
        "role": "senior_manager", "outcome": "continue", "reasons": "It still fits.", "told": False,
        "silence_reason": "It would start again.", "next_review": MONDAY + timedelta(days=60),
    }  # fmt: skip
    course.refuses("always told of the outcome", "Cleveland 9.14", "reviewed", "Rae Senior", **silent)
    change = {"adjustment": "A1", "change": "14 pt", "reasons": "Abused.", "told_on": MONDAY}
    course.refuses("was not asked before", "Cleveland 9.14", "adjustment_changed", **change)
    Course(pack).active().take("advice_taken", **EQUALITY_ADVICE).allows("adjustment_changed", **change)
    untold = {**change, "told_on": MONDAY + timedelta(days=1)}
    course.refuses("must have been told by now", "Cleveland 9.14", "adjustment_changed", **untold)
    stricter = [measure("spoc_only"), measure("channel_blocked")]
    course.take("changed", "Hal", role="head_of_standards", restrictions=stricter, reasons="Calls at night.")
    course.refuses("no letter about the change counts as received", "Cleveland 9.6", "change_in_force")
    advice_is_from(pack, "equality_adviser")


@shows("C-34", alters="pack.cites.new_matter")
@shows("C-34", alters="notice.parts", to=Without("fresh_matters"))
def new_issues_are_taken_on_their_own_merits(pack: PolicyPack) -> None:
    contacts.new_matters_are_taken_on_their_merits(pack, ("Cleveland 9.8", "Cleveland 10.4"))
    notice_without(pack, "fresh_matters", "Cleveland 9.8")
    for layout in Layout:
        told = written(brief(pack, layout=layout))
        assert "Please do not do again what led to this letter." in words.part_of(told, "fresh_matters"), layout


@shows("C-35", alters="pack.version", to="9")
@shows("C-35", alters="pack.review_due", to=None)
def the_policys_own_review_has_a_day_and_a_strategy_keeps_its_version(pack: PolicyPack) -> None:
    assert pack.review_due is not None and pack.approved_on is not None
    assert (pack.review_due - pack.approved_on).days <= 400
    late = [text for _where, text in cautions(pack, pack.review_due + timedelta(days=1))]
    assert any("the policy itself was to be reviewed" in text for text in late)
    assert STRATEGY.policy_of(Course(pack, policy_version=pack.version).file) == ("cleveland", "03")


def office_with(pack: PolicyPack) -> OfficeFacts:
    """What the reports on the tool are filled from, where an office has the pack."""
    return OfficeFacts(
        organisation="An office", manager="m@opcc.example", pack=pack, mode="observe", version="0.1.0", listens=(),
        relay="127.0.0.1:10026", targets={}, store="triage.db", late_stage=True, auditor=False, contacts_a_year={},
        people=0, strategies_in_force=0, people_with_needs=0, models=(), own_weights=False, unflagged_days=30, card=None,
    )  # fmt: skip


def page_of(pack: PolicyPack) -> list[str]:
    """The lines of the page that `triage policy explain` prints."""
    return [line.text for section in explained(pack) for line in section.lines]


@shows("C-35", alters="pack.equality_impact_assessed_on", to=date(2025, 8, 1))
def whether_its_effect_on_equality_was_assessed_is_shown_and_that_it_is_not_known_is_a_caution(
    pack: PolicyPack,
) -> None:
    assert "Equality impact assessment: not known." in page_of(pack)
    assert "the policy pack names no day" in str(atrs(office_with(pack)))
    assert any("effect on equality" in text for _where, text in cautions(pack, MONDAY))
    assessed = pack.model_copy(update={"equality_impact_assessed_on": date(2025, 8, 1)})
    assert "Equality impact assessment: 2025-08-01." in page_of(assessed)
    assert "Equality, of the policy: assessed on 1 August 2025" in str(atrs(office_with(assessed)))
    assert not any("effect on equality" in text for _where, text in cautions(assessed, MONDAY))


@shows("C-04", alters="behaviours", to=Without(*SEVEN_KINDS))
def seven_kinds_are_named_and_such_an_incident_is_recorded(pack: PolicyPack) -> None:
    words.names_behaviours(pack, "unacceptable", *SEVEN_KINDS)
    assert beside.incident(pack, "terminated_call", grounds=("abuse",)).file.recorded_by == "Cal Clerk"


@shows("C-05", alters="incidents.terminated_call.asks.told_unacceptable")
@shows("C-05", alters="incidents.terminated_call.asks.told_why")
@shows("C-05", alters="incidents.terminated_call.asks.warned")
def on_a_call_it_is_said_why_and_warned(pack: PolicyPack) -> None:
    beside.incident_asks(pack, "terminated_call", "Cleveland 4.4", "told_unacceptable", "told_why", "warned")


@shows("C-06", alters="incidents.terminated_call.tasks", to=Without("advice"))
@shows("C-06", alters="incidents.terminated_call.asks", to=Without("file_note"))
def after_an_ended_call_the_manager_advises_and_a_note_is_filed(pack: PolicyPack) -> None:
    beside.follows(pack, "terminated_call", "advice", "line_manager", "Cleveland 4.5")
    beside.incident_asks(pack, "terminated_call", "Cleveland 4.5", "file_note")
    beside.incident(pack, "terminated_call").refuses("the line manager has not been told", "Cleveland 4.5", "closed")


@shows("C-07", alters="incidents.written_abuse.tasks.draft")
def threatening_writing_leads_to_a_draft_by_a_person(pack: PolicyPack) -> None:
    beside.follows(pack, "written_abuse", "draft", "staff", "Cleveland 4.6", days=5)


@shows("C-10", alters="welfare.support")
def line_managers_see_to_support(pack: PolicyPack) -> None:
    beside.supports_all_affected(pack, "line_manager", "Cleveland 6.5")


@shows("C-27", alters="breaches.reminder_letter")
def staff_keep_to_it_too_and_a_breach_is_answered_swiftly(pack: PolicyPack) -> None:
    what = {"what": "We rang outside the hours.", "put_right": "The rota was changed."}
    course = Course(pack).active().take("staff_breach", on=MONDAY, **what)
    beside.settles_our_breach(course, "line_manager", "Cleveland 9.11", days=2)
    roles = ("line_manager", "head_of_standards")
    beside.answers_a_breach(pack, "reminder_letter", count=1, roles=roles, cites="Cleveland 9.11", days=2)
    beside.a_machine_confirms_nothing(pack)


@shows("C-31", alters="sharing.asked", to=("staff",))
@shows("C-31", alters="sharing.grounds", to=())
def details_go_to_partners_only_after_the_data_protection_officer(pack: PolicyPack) -> None:
    ground = "a legitimate reason that is recorded"
    beside.shared_only_after(pack, "data_protection_officer", ground, "Cleveland 9.15")


@shows("C-32", alters="breaches.tighten")
@shows("C-32", alters="breaches.legal_advice")
@shows("C-32", alters="measures.injunction.needs_reason")
def further_steps_come_after_repeated_breaches_and_on_advice(pack: PolicyPack) -> None:
    beside.answers_a_breach(pack, "tighten", count=2, roles=("head_of_standards",), cites="Cleveland 10.1")
    beside.answers_a_breach(pack, "legal_advice", count=3, roles=("head_of_standards",), cites="Cleveland 10.2")
    bare = with_measures(pack, measure("injunction")).ready()
    bare.refuses("injunction needs its own reason", "Cleveland 10.2", "submitted")
    active, head = Course(pack).active(), {"role": "head_of_standards"}
    further = {"restrictions": [measure("spoc_only"), measure("injunction")], "reasons": "The court has ordered it."}
    active.refuses("injunction needs its own reason", "Cleveland 10.2", "changed", "Hed", **head, **further)
    reason = {"measure:injunction": "Three changes did not stop it."}
    active.take("changed", "Hed", **head, **further, reasons_for=reason)
    active.letter("L2", LetterPurpose.CHANGE).sent(POST, name="L2")
    active.day += timedelta(days=2)
    active.take("change_in_force", "Hed", **head)
    active.allows("changed", "Hed", **head, **{**further, "restrictions": [measure("injunction")]})
    assert active.file.reasons_for == reason


@shows("C-33", alters="police.always", to=())
@shows("C-33", alters="notice.without_notice", to=Without("immediate_safety", "apparent_offence"))
@shows("C-33", alters="breaches", to=Without("police"))
def an_apparent_offence_is_reported_without_notice_if_need_be(pack: PolicyPack) -> None:
    beside.police_always(pack, "apparent_offence", "Cleveland 10.3")
    for reason in ("immediate_safety", "apparent_offence"):
        beside.without_a_word(pack, reason, "Cleveland 10.3")
    beside.answers_a_breach(pack, "police", count=3, roles=("head_of_standards",), cites="Cleveland 10.3")
