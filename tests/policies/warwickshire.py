"""What shows that Warwickshire's rules are met."""

from __future__ import annotations

from datetime import timedelta

from deciding import CHIEF, call, email

from gateway.governance.courses import TRAINING
from gateway.governance.letters.steps import LetterPurpose
from gateway.governance.next_step import next_step
from gateway.governance.situation import later_by
from models.policy import PolicyPack
from tests.governing import EQUALITY_ADVICE, MONDAY
from tests.policies import beside, contacts, words
from tests.policies.course import (
    AUTHOR,
    EMAIL,
    POST,
    Course,
    File,
    accepts_measures,
    advice_is_from,
    asks,
    measure,
    notice_without,
    offers_first,
    with_measures,
)
from tests.policies.measures import measures_are
from tests.policies.showing import Weakened, Without, shows

FIVE_OF_SECTION_4 = (
    "process_explained", "handled_proportionately", "communicated_regularly", "support_offered", "rationale_given",
)  # fmt: skip
FIVE_OF_SECTION_7 = (
    "addressed_properly", "communication_adequate", "access_considered", "misunderstandings_dispelled",
    "fair_and_proportionate",
)  # fmt: skip
KEPT_TWO_YEARS = ("strategy", "incident", "challenge", "disclosure", "training", "contact")
SEVEN_KINDS = ("abuse", "agitation", "harassment", "harm", "stalking", "manipulation", "coercion")
SIX_MEASURES = (
    "call_duration", "call_window", "channel_only", "dedicated_address", "identifier_blocked", "channel_blocked",
    "advocate_only", "spoc_only",
)  # fmt: skip


def measures_are_as_named(pack: PolicyPack) -> None:
    """Fails unless the policy's measures, and only they, may be proposed, each under its conditions."""
    filed = ("same_matter_filed", "same_matter_refused")
    measures_are(
        pack, *SIX_MEASURES, *filed, "contact_limit", "call_script", "no_copy_in", "cease_and_desist", "injunction",
        not_while_open=(*filed, "cease_and_desist"), after_warning=filed,
        must_say={"call_window": "calls", "cease_and_desist": "text", "injunction": "text"},
        with_reason=("cease_and_desist", "injunction"),
    )  # fmt: skip


@shows("W-01", alters="warning.options", to=())
@shows("W-01", alters="referrals", to=Without("social_services", "nhs"))
@shows("W-01", alters="complaints_about", to={})
def elsewhere_is_named_where_the_office_cannot_help(pack: PolicyPack) -> None:
    offers_first(pack, "Warwickshire 6", "Point to other support")
    for body in ("Social services", "NHS services"):
        beside.may_be_referred(pack, body, "Warwickshire 7.1")
    contacts.a_complaint_says_who_deals_with_it(pack, "the police officer", "The chief constable")


@shows("W-03", alters="behaviours", to=Without(*SEVEN_KINDS))
def seven_unacceptable_kinds_are_named_and_tone_is_none_of_them(pack: PolicyPack) -> None:
    words.names_behaviours(pack, "unacceptable", *SEVEN_KINDS)
    contacts.tone_alone_is_nothing(pack, ("Warwickshire 3", "Warwickshire 6"))
    contacts.an_adjustment_goes_first(pack, ("Warwickshire 5", "Warwickshire 7"))


@shows("W-04", alters="impact_statement")
@shows("W-04", alters="behaviours", to=Without("volume"))
def what_is_unreasonable_is_so_by_its_effect_on_the_work(pack: PolicyPack) -> None:
    Course(pack, impact="", behaviours=("volume",)).ready().refuses("how it affects the service", None, "submitted")
    Course(pack, behaviours=("volume",)).ready().allows("submitted")


@shows("W-05", alters="checklist", to=Weakened(*FIVE_OF_SECTION_4))
def what_falls_short_is_put_right_first(pack: PolicyPack) -> None:
    asks(pack, "Warwickshire 4", *FIVE_OF_SECTION_4)


@shows("W-06", alters="checklist", to=Weakened("support_offered"))
@shows("W-06", alters="adjustment_advice_from", to=())
@shows("W-06", alters="notice.layouts", to=Without("large_print", "easy_read"))
def needs_shape_what_is_done(pack: PolicyPack) -> None:
    asks(pack, "Warwickshire 4", "support_offered")
    for layout in ("large_print", "easy_read"):
        Course(pack).approved().letter(layout=layout)
    change = {"adjustment": "A1", "change": "14 pt", "reasons": "Asked for.", "told_on": MONDAY}
    course = Course(pack).active()
    course.refuses("was not asked before an adjustment", None, "adjustment_changed", **change)
    # This policy does not say so; another office's paragraph is nothing to it.
    assert not any(lack.cites for lack in course.lacks("adjustment_changed", AUTHOR, **change))
    course.take("advice_taken", **EQUALITY_ADVICE).allows("adjustment_changed", **change)
    advice_is_from(pack, "equality_adviser")


@shows("W-07", alters="warning.needed", to="optional")
@shows("W-07", alters="warning.waivers", to=Without("violence", "staff_safety", "not_possible"))
def the_person_is_told_before_a_restriction(pack: PolicyPack) -> None:
    Course(pack).answered().refuses("the person was not warned first, and no reason", "Warwickshire 6", "submitted")
    for waiver in ("violence", "staff_safety", "not_possible"):
        Course(pack).answered().take("warning_waived", waiver=waiver, note="A threat at the desk.").allows("submitted")


@shows("W-09", alters="spoc_without_strategy", to=False)
@shows("W-09", alters="warning.options", to=())
def one_point_of_contact_comes_before_any_restriction(pack: PolicyPack) -> None:
    assert len(pack.life.warning.options) == 6
    soft = Course(pack, soft=True, restrictions=(), scope="organisation", matters=())
    soft.refuses("was not told whom to write to", None, "activated")
    waits = next_step(soft.file, soft.situation)
    assert waits.step == "activated" and ["was not told" in lack.text for lack in waits.lacks] == [True]
    notice = {"letter": "L1", "purpose": "notice", "passages": soft.passages()}
    soft.refuses("no restrictions to give notice of", None, "letter_written", **notice)
    told = words.part_of(words.letter(pack, LetterPurpose.WARNING, soft.file), "effect")
    assert "one person whom you can ask first: Pat Contact" in told and "write to spoc@opcc.example" in told
    soft.warned().take("activated")
    assert soft.file.strategy().restrictions == ()
    for ends in (None, MONDAY + timedelta(days=400)):
        fields = {"soft": True, "restrictions": (), "scope": "organisation", "matters": (), "ends": ends}
        unset = Course(pack, review_due=None, **fields).warned()
        unset.take("activated")
        assert unset.file.review_due == later_by(MONDAY, pack.life.review.every), ends
    far = Course(pack, soft=True, restrictions=(), review_due=MONDAY + timedelta(days=400)).warned()
    far.refuses("the review is more than 3 months away", "Warwickshire 7", "activated")
    hard = Course(pack, soft=True)
    hard.warned().refuses("it has restrictions, and needs the whole course", None, "activated")


@shows("W-11", alters="complaints_about.staff")
def a_complaint_about_an_action_goes_to_somebody_else_and_stays_open(pack: PolicyPack) -> None:
    contacts.a_complaint_about_the_handler_goes_to_another(pack)
    contacts.a_complaint_says_who_deals_with_it(pack, "your front desk", "The Chief Executive")


@shows("W-14", alters="measures.same_matter_filed.needs_warning", to=False)
def read_without_action_only_after_a_written_warning(pack: PolicyPack) -> None:
    filed = with_measures(pack, measure("same_matter_filed")).answered()
    filed.take("warning_waived", waiver="not_possible", note="No address was known.")
    filed.refuses("only after a written warning, and there was none", "Warwickshire 6", "submitted")
    with_measures(pack, measure("same_matter_filed")).ready().allows("submitted")
    contacts.no_reply_is_due_on_a_breach(pack)
    contacts.everything_is_read_whatever_the_measure(pack)
    contacts.rights_are_not_withheld(pack, ("Warwickshire 9",))


@shows("W-16", alters="approvals.authorised.roles", to=("manager",))
@shows("W-16", alters="approvals.authorised.nominee_of", to=None)
def one_head_authorises_or_a_nominee_of_the_chief_executive(pack: PolicyPack) -> None:
    course = Course(pack).submitted()
    decision = {"act": "authorised"}
    words = "authorised is for the Head of Business Services and Assurance"
    for role in ("manager", "senior_manager", "chief_executive", "staff"):
        course.refuses(words, "Warwickshire 7", "acted", "Mo Other", role=role, **decision)
    course.refuses("wrote the draft", "Warwickshire 7", "acted", role="head_of_business_services", **decision)
    course.allows("acted", "Hal Head", role="head_of_business_services", **decision)
    # Nobody's own word that they were nominated is enough.
    nomination = {"act": "authorised", "name": "Nia Nominee", "reason": "The head is on leave."}
    for role in ("senior_manager", "head_of_business_services"):
        course.refuses("nominating is for the", "Warwickshire 7", "nominated", "Nia Nominee", role=role, **nomination)
    course.refuses("wrote the draft", "Warwickshire 7", "nominated", role="chief_executive", **nomination)
    course.take("nominated", "Cy Chief", role="chief_executive", **nomination)
    course.refuses(words, "Warwickshire 7", "acted", "Mo Other", role="senior_manager", **decision)
    course.allows("acted", "Nia Nominee", role="senior_manager", **decision)


@shows("W-17", alters="checklist", to=Weakened(*FIVE_OF_SECTION_7))
def five_things_are_considered_before_a_restriction(pack: PolicyPack) -> None:
    asks(pack, "Warwickshire 7", *FIVE_OF_SECTION_7)


@shows(
    "W-19",
    alters="notice.parts",
    to=Without("behaviour", "restrictions", "purpose", "non_compliance", "this_matter_only", "policy_copy"),
)
@shows("W-19", alters="notice.layouts", to=Without("large_print", "easy_read"))
@shows("W-19", alters="notice.attachments", to=Without("policy"))
@shows("W-19", despite="pack.emergency_text", to="Ring us.")
def the_notice_says_what_section_7_asks_and_that_police_can_be_reached(pack: PolicyPack) -> None:
    for part in ("behaviour", "restrictions", "purpose", "non_compliance", "this_matter_only", "policy_copy"):
        notice_without(pack, part, "Warwickshire 7")
    notice_without(pack, "emergency", "Warwickshire 7")
    said = words.passage(pack, "emergency")
    assert "999" in said and "101" in said
    assert "only about how you contact our office" in said and "still ask the police for help" in said
    assert "deal with what you tell us quickly and well" in words.passage(pack, "purpose")
    assert "it may hold up what you want from us" in words.passage(pack, "non_compliance")
    words.encloses_the_policy(pack)
    for layout in ("large_print", "easy_read"):
        Course(pack).approved().letter(layout=layout)
    unsent = Course(pack).approved().letter()
    unsent.refuses("no evidence that a notice was sent", "Warwickshire 7", "activated")
    for way in (POST, EMAIL):
        Course(pack).approved().letter().sent(way).allows("activated")


@shows("W-21", alters="measures", to=Without(*SIX_MEASURES))
@shows("W-21", despite="measures.same_matter_filed.on_open_matter", to=True)
@shows("W-21", despite="measures.same_matter_refused.on_open_matter", to=True)
def the_policys_measures_can_be_used_and_are_enforced(pack: PolicyPack) -> None:
    accepts_measures(pack, *SIX_MEASURES)
    measures_are_as_named(pack)
    cites = ("Warwickshire 7",)
    contacts.a_measure_is_enforced(pack, measure("call_window"), call(), cites)
    contacts.a_measure_is_enforced(pack, measure("dedicated_address"), email(CHIEF), cites)
    contacts.a_measure_is_enforced(pack, {"kind": "spoc_only"}, email(CHIEF), cites)
    contacts.nothing_is_dropped(pack)
    Course(pack, spoc={"name": "Pat", "address": "p@o.example"}).ready().refuses("has no deputy", None, "submitted")


@shows("W-22", whatever=True)
def on_a_breach_nobody_need_answer_and_it_is_read(pack: PolicyPack) -> None:
    contacts.no_reply_is_due_on_a_breach(pack)
    contacts.everything_is_read_whatever_the_measure(pack)


@shows("W-22", alters="pack.cites.same_matter_filed")
@shows("W-22", alters="pack.cites.same_matter_refused")
def where_nobody_need_answer_the_policy_is_quoted(pack: PolicyPack) -> None:
    contacts.no_reply_is_due_on_a_breach(
        pack, same_matter_filed=("Warwickshire 6", "Warwickshire 7.1"), same_matter_refused=("Warwickshire 7.1",)
    )


@shows("W-24", alters="review.every", to="P6M")
@shows("W-24", alters="review.ceiling", to="P1Y")
@shows("W-24", alters="review.tells_outcome", to=False)
def strategies_are_reviewed_regularly_and_changes_told(pack: PolicyPack) -> None:
    assert (pack.life.review.every, pack.life.review.ceiling) == ("P3M", "P3M")
    course = Course(pack).active()
    review = {"role": "senior_manager", "outcome": "continue", "reasons": "It still fits.", "slip_reason": "Leave."}
    late, soon = MONDAY + timedelta(days=100), MONDAY + timedelta(days=80)
    course.refuses("more than 3 months away", "Warwickshire 7.1", "reviewed", "Rae", next_review=late, **review)
    silent = {**review, "told": False, "silence_reason": "It would start again."}
    course.refuses("always told of the outcome", "Warwickshire 7.1", "reviewed", "Rae", next_review=soon, **silent)
    contacts.an_overdue_review_is_told_and_nothing_lapses(pack, ("Warwickshire 7", "Warwickshire 7.1"))


@shows("W-26", alters="notice.parts", to=Without("fresh_matters", "this_matter_only"))
@shows("W-26", alters="pack.cites.new_matter")
@shows("W-26", alters="pack.cites.outside_scope")
def nobody_is_kept_from_other_matters(pack: PolicyPack) -> None:
    for part in ("fresh_matters", "this_matter_only"):
        notice_without(pack, part, "Warwickshire 7.2")
    contacts.new_matters_are_taken_on_their_merits(pack, ("Warwickshire 7.2",))
    contacts.other_matters_are_open(pack, ("Warwickshire 7.2",))


@shows("W-28", whatever=True)
def all_contact_is_reviewed_whatever_the_strategy(pack: PolicyPack) -> None:
    contacts.everything_is_read_whatever_the_measure(pack)
    contacts.somebody_looks_at_all_of_it(pack)
    contacts.new_information_is_shown(pack)


@shows("W-28", alters="pack.cites.always_reviewed")
@shows("W-28", alters="pack.cites.new_information")
def where_all_contact_is_reviewed_the_policy_is_quoted(pack: PolicyPack) -> None:
    contacts.somebody_looks_at_all_of_it(pack, ("Warwickshire 7.2",))
    contacts.new_information_is_shown(pack, ("Warwickshire 7", "Warwickshire 7.2"))


@shows("W-30", alters="references", to=())
def whoever_restricts_somebody_has_the_other_policies_beside_them(pack: PolicyPack) -> None:
    words.names_to_read_with(pack, "Health and Safety", "Dignity at Work", "Diversity")


@shows("W-02", alters="welfare.support")
@shows("W-02", alters="welfare.online_privacy")
def staff_have_support_and_guidance_on_their_privacy(pack: PolicyPack) -> None:
    beside.supports_all_affected(pack, "manager", "Warwickshire Appendix A")
    file = beside.incident(pack, "social_media", affected=("Vic Visitor",))
    assert any("online_privacy" in (lack.field or "") for lack in file.lacks("closed"))


@shows("W-08", alters="police.always", to=())
@shows("W-08", alters="police.consider", to=Without("serious_threat", "abuse"))
@shows("W-08", alters="notice.without_notice", to=Without("violence"))
def violence_is_always_reported_and_threats_may_be(pack: PolicyPack) -> None:
    beside.police_always(pack, "violence", "Warwickshire 6")
    for ground in ("serious_threat", "abuse"):
        beside.police_weighed(pack, ground, "Warwickshire 6")
    beside.without_a_word(pack, "violence", "Warwickshire 6")


@shows("W-10", alters="incidents.terminated_call.tasks", to=Without("next_steps"))
def the_manager_is_told_and_advises_on_next_steps(pack: PolicyPack) -> None:
    beside.follows(pack, "terminated_call", "next_steps", "manager", "Warwickshire 6")
    beside.incident(pack, "terminated_call").refuses("the line manager has not been told", "Warwickshire 6", "closed")


@shows("W-12", alters="training")
@shows("W-12", alters="training.customer_service.every", to="P3Y")
@shows("W-12", alters="training.customer_service.to", to="staff")
@shows("W-12", alters="references")
def staff_are_trained_when_they_begin_and_regularly_after(pack: PolicyPack) -> None:
    file = File(TRAINING, pack, "joined", name="Nia New", on=MONDAY)
    waiting = [(one.id, one.to_role, one.cites) for one in beside.open_tasks(file.file, file.situation)]
    assert waiting == [("TR-1/customer_service", "manager", ("Warwickshire 6",))]
    given = {"name": "Nia New", "training": "customer_service", "on": MONDAY, "given_by": "The county's college"}
    too_far = MONDAY + timedelta(days=400)
    file.refuses("the policy wants it again within 1 year", "Warwickshire 6", "trained", next_due=too_far, **given)
    file.take("trained", **given)
    (again,) = beside.open_tasks(file.file, file.situation)
    assert again.due == MONDAY.replace(year=2027)
    assert not beside.open_tasks(file.take("left", on=MONDAY).file, file.situation)
    words.names_to_read_with(pack, "Code of Conduct, with the Nolan Principles")


@shows("W-13", alters="incidents.terminated_call.asks.told_unacceptable")
@shows("W-13", alters="incidents.terminated_call.asks.asked_to_change")
@shows("W-13", alters="incidents.terminated_call.asks.told_of_ending")
def on_the_telephone_they_are_warned_asked_and_told(pack: PolicyPack) -> None:
    asks = ("told_unacceptable", "asked_to_change", "told_of_ending")
    beside.incident_asks(pack, "terminated_call", "Warwickshire 6", *asks)


@shows("W-14", alters="incidents.written_abuse.tasks", to=Without("warning_letter"))
def a_written_warning_follows_abuse_in_writing(pack: PolicyPack) -> None:
    beside.follows(pack, "written_abuse", "warning_letter", "manager", "Warwickshire 6", days=5)


@shows("W-15", alters="incidents.social_media.asks", to=Without("captured"))
@shows("W-15", alters="incidents.social_media.tasks", to=Without("block_considered"))
@shows("W-15", alters="measures", to=Without("identifier_blocked"))
def a_post_is_recorded_then_deleted_and_a_block_considered(pack: PolicyPack) -> None:
    post = "https://social.example/p/17"
    file = beside.incident(pack, "social_media")
    file.refuses("that post was not captured", "Warwickshire 6", "deleted", post=post)
    file.refuses("nothing was captured that the block could rest on", "Warwickshire 6", "blocked", account="@x",
                 reason="Again.")  # fmt: skip
    file.take("captured", post=post, digest="0" * 64, filed="Case 17").allows("deleted", post=post)
    beside.incident_asks(pack, "social_media", "Warwickshire 6", "captured")
    beside.follows(pack, "social_media", "block_considered", "head_of_business_services", "Warwickshire 6")
    accepts_measures(pack, "identifier_blocked")
    measures_are_as_named(pack)


@shows("W-18", alters="registers", to=Without("contact_strategies"))
@shows("W-18", alters="review.every", to="P6M")
@shows("W-18", despite="registers.contact_strategies.approvers")
@shows("W-18", despite="registers.contact_strategies.review_every", to="P1Y")
@shows("W-18", despite="registers.contact_strategies.review_by_approver", to=True)
def decision_reasons_and_review_date_are_on_the_file(pack: PolicyPack) -> None:
    Course(pack, reasons="").ready().refuses("no reasons are given", None, "submitted")
    Course(pack, review_due=None).ready().refuses("neither an end nor a review date is set", None, "submitted")
    unset = Course(pack, review_due=None, ends=MONDAY + timedelta(days=120)).ready()
    unset.refuses("no review date is set", "Warwickshire 7", "submitted")
    late = Course(pack, review_due=MONDAY + timedelta(days=120), reasons_for={"review_slip": "Leave."}).ready()
    late.refuses("more than 3 months away", "Warwickshire 7", "submitted")
    assert pack.life.review.every == "P3M"
    active = Course(pack).active()
    open_to = ("head_of_business_services", "manager", "senior_manager", "chief_executive")
    beside.is_on_the_register(pack, active.file, "Warwickshire 7", *open_to)
    for outcome in ("continue", "change", "lift"):
        fields = {"outcome": outcome, "reasons": "It was looked at.", "next_review": MONDAY + timedelta(days=80)}
        active.allows("reviewed", "Rae Senior", role="senior_manager", **fields)


@shows("W-20", alters="police.consider", to=Without("apparent_offence", "staff_safety"))
@shows("W-20", alters="notice.without_notice", to=Without("crime_or_safety"))
def crime_or_danger_may_go_to_the_police_without_warning(pack: PolicyPack) -> None:
    for ground in ("apparent_offence", "staff_safety"):
        beside.police_weighed(pack, ground, "Warwickshire 7")
    beside.without_a_word(pack, "crime_or_safety", "Warwickshire 7")


@shows("W-23", alters="breaches.reminder_letter")
def staff_keep_to_it_too_and_a_breach_is_answered_swiftly(pack: PolicyPack) -> None:
    what = {"what": "We rang outside the hours.", "put_right": "The rota was changed."}
    course = Course(pack).active().take("staff_breach", on=MONDAY, **what)
    beside.settles_our_breach(course, "manager", "Warwickshire 7.1", days=2)
    roles = ("manager", "head_of_business_services")
    beside.answers_a_breach(pack, "reminder_letter", count=1, roles=roles, cites="Warwickshire 7.1", days=2)
    beside.a_machine_confirms_nothing(pack)


@shows("W-25", alters="sharing.asked", to=("staff",))
@shows("W-25", alters="sharing.unless_consent", to=False)
@shows("W-25", alters="sharing.grounds", to=())
def details_go_to_partners_with_consent_or_after_a_senior_manager(pack: PolicyPack) -> None:
    beside.shared_only_after(pack, "senior_manager", "risk to life", "Warwickshire 7.1")
    for ground in ("the support of a service that has regular contact with the person", "safeguarding"):
        beside.disclosure(pack, ground)
    agreed = beside.disclosure(pack, "safeguarding").take("consent_recorded", outcome="given", how="By letter.")
    agreed.allows("shared", on=MONDAY, to="The police", what="The calls of May.", how="By secure mail to the desk.")


@shows("W-27", alters="breaches.tighten")
@shows("W-27", alters="breaches.legal_advice")
@shows("W-27", alters="measures.injunction.needs_reason")
def further_action_is_for_the_severe_and_on_advice(pack: PolicyPack) -> None:
    beside.answers_a_breach(pack, "tighten", count=2, roles=("head_of_business_services",), cites="Warwickshire 7.2")
    beside.answers_a_breach(pack, "legal_advice", count=3, roles=("senior_manager",), cites="Warwickshire 7.2")
    bare = with_measures(pack, measure("injunction")).ready()
    bare.refuses("injunction needs its own reason", "Warwickshire 7.2", "submitted")


@shows("W-29", alters="dispute.to")
@shows("W-29", alters="dispute.outcome", to=30)
@shows("W-29", alters="dispute.in_writing", to=False)
def a_dispute_goes_to_the_chief_executive_who_answers_in_writing(pack: PolicyPack) -> None:
    file = beside.challenge(pack, Course(pack).active().file, in_writing=False)
    decision = {"outcome": "stands", "reasons": "It was fair."}
    words_ = "it is not there in writing with reasons"
    file.refuses(words_, "Warwickshire 7.3", "decided", "Cy Chief", role="chief_executive", **decision)
    file.take("put_in_writing", on=MONDAY, reasons="It is not so.")
    (due,) = beside.open_tasks(file.file, file.situation)
    assert due.due == file.situation.working_days_after(MONDAY, 15) and "Warwickshire 7.3" in due.cites
    file.refuses("this is for the Chief Executive", "Warwickshire 7.3", "decided", "Mo", role="manager", **decision)
    file.take("decided", "Cy Chief", role="chief_executive", **decision)
    untold = {"on": MONDAY, "way": "post"}
    file.refuses("with the outcome has gone", "Warwickshire 7.3", "outcome_told", "Cy Chief", **untold)


@shows("W-32", alters="marking", to=None)
def what_goes_out_is_marked_official(pack: PolicyPack) -> None:
    assert words.letter(pack).head.marking == "OFFICIAL"


@shows("W-31", alters="pack.cites.rights_request")
@shows("W-31", alters="retention.strategy.period", to="P25M")
@shows("W-31", alters="retention.incident.period", to="P25M")
@shows("W-31", alters="retention.challenge.period", to="P25M")
@shows("W-31", alters="retention.disclosure.period", to="P25M")
@shows("W-31", alters="retention.training.period", to="P25M")
@shows("W-31", alters="retention.contact.period", to="P25M")
def rights_to_information_are_not_hindered_and_data_is_kept_no_longer(pack: PolicyPack) -> None:
    contacts.rights_are_not_withheld(pack, ("Warwickshire 9",))
    over = Course(pack).active().take("ended", "Hal", role="head_of_business_services", reasons="It stopped.")
    assert words.due_for_deletion(over, since={"closed": MONDAY}) == later_by(MONDAY, "P24M")
    for kind in KEPT_TWO_YEARS:
        words.is_kept_for(pack, kind, "P24M")
