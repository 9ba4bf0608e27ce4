"""What shows that Wealden's rules are met."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from deciding import CHIEF, dossier, email, make_case, strategy

from gateway.governance.demands.telling import parts_needed
from gateway.governance.letters.steps import LetterPurpose
from gateway.governance.registers.strategies import entry_of
from gateway.governance.situation import later_by
from gateway.governance.strategy_file import StrategyFile
from models.policy import PolicyPack
from models.policy_course import NoticePart
from routing.promised import promised_replies
from tests.governing import MONDAY
from tests.policies import beside, contacts, words
from tests.policies.chain import act_is
from tests.policies.course import (
    HALF_A_YEAR,
    Course,
    accepts_measures,
    asks,
    measure,
    notice_without,
    offers_first,
    wants_measure,
)
from tests.policies.measures import Limited, measures_are
from tests.policies.showing import Weakened, Without, shows

EIGHT_KINDS = (
    "threats", "verbal_abuse", "offensive_language", "derogatory_remarks", "rudeness", "inflammatory_statements",
    "unsubstantiated_allegations", "shouting",
)  # fmt: skip
OF_PERSISTENCE = (
    "no_value", "disruption", "harassing", "obsessive", "not_accepting_position", "high_volume", "public_posts",
    "unreasonable_timescale", "named_person", "scatter_gun", "while_looked_at", "adding_issues",
)  # fmt: skip
STAGE_1 = (
    "contact_agreement", "call_duration", "contact_limit", "channel_blocked", "call_script", "channel_only",
    "same_matter_filed", "spoc_only",
)  # fmt: skip
STAGE_2 = ("dedicated_address", "reply_cycle", "supervised_meetings", "designated_premises", "advocate_only")
WITH_A_DIRECTOR = {"consulted": ("Dir Ector",), "consulted_as": ("director",)}
OPEN_TO = (
    "team_manager", "head_of_service", "director", "monitoring_officer", "information_governance", "senior_ig_officer",
    "senior_ig_manager",
)  # fmt: skip
ONE_MEDIUM: Limited = (
    {"channels": ["telephone", "voicemail", "letter", "email", "webform"]},
    {"channels": ["visit", "sms", "social_media"]},
    "has visit, sms, social_media, which the policy does not allow; choose from telephone, voicemail, letter, email",
)
MONTHLY: Limited = (
    {"every": "P1M"}, {"every": "P5W"}, "every is 5 weeks (P5W), more than the policy allows; set 1 month (P1M) or less"
)  # fmt: skip
JUMP = {"reasons_for": {"stage_jump": "Threats of violence to two officers."}}


def at_stage_2(pack: PolicyPack, **drafted: Any) -> Course:
    """A draft of stage 2 that comes first, with its reason."""
    return Course(pack, stage=2, **{**JUMP, **drafted})


def asks_at_both_stages(pack: PolicyPack, cites: str, *checks: str) -> None:
    """Fails unless a draft of either stage wants the answers."""
    asks(pack, cites, *checks)
    asks(pack, cites, *checks, stage=2, **JUMP)


def after_stage_1(pack: PolicyPack, *, restrictions: Any = None) -> tuple[StrategyFile, ...]:
    """The person's earlier file, which was in force at stage 1."""
    return (Course(pack).active().file,)


@shows("D-01", alters="behaviours", to=Without(*EIGHT_KINDS))
def the_unacceptable_kinds_are_named_whatever_the_way(pack: PolicyPack) -> None:
    words.names_behaviours(pack, "unacceptable", *EIGHT_KINDS)
    contacts.every_channel_is_taken_alike(pack)


@shows("D-02", alters="behaviours", to=Without(*OF_PERSISTENCE))
def persistence_is_named_and_a_matter_recognised(pack: PolicyPack) -> None:
    words.names_behaviours(pack, "persistence", *OF_PERSISTENCE)
    contacts.only_the_same_matter_is_restricted(pack)


@shows("D-03", alters="checklist", to=Weakened("only_challenge"))
def a_fair_challenge_by_itself_does_not_count(pack: PolicyPack) -> None:
    asks_at_both_stages(pack, "Wealden L43-L48", "only_challenge")
    found = contacts.decision(pack, email(CHIEF, text="I do not accept this outcome. Reconsider it."), dossier())
    assert found.breaches == () and found.strategies == ()
    contacts.tone_alone_is_nothing(pack, ("Wealden L43-L48",))


@shows("D-04", alters="warning.options", to=())
@shows("D-04", alters="references", to=())
def officers_have_guidance_as_they_draft_and_point_to_the_channels(pack: PolicyPack) -> None:
    offers_first(pack, "Wealden L49-L53", "Point to the channels there are")
    words.names_to_read_with(pack, "complaints procedure")


def advises_first(pack: PolicyPack) -> None:
    """Fails unless Information Governance, and nobody else, advises before a draft of either stage is put forward."""
    roles, says = ("information_governance", "senior_ig_officer"), "has not been consulted"
    for stage in (1, 2):
        act_is(pack, "advised", *roles, says=says, cites="Wealden L54-L60", first=True, stage=stage)


@shows("D-05", alters="approvals", to=Without("advised"))
@shows("D-05", alters="approvals.advised.roles", to=("officer",))
@shows("D-05", alters="approvals.advised.before", to="approval")
@shows("D-05", alters="checklist", to=Weakened("service_advised"))
@shows("D-05", despite="approvals.advised.distinct_from.author")
def information_governance_advises_the_service_first(pack: PolicyPack) -> None:
    asks_at_both_stages(pack, "Wealden L54-L60", "service_advised")
    course = Course(pack).answered().warned()
    course.refuses("has not been consulted", "Wealden L54-L60", "submitted")
    course.refuses("wrote the draft", "Wealden L54-L60", "acted", act="advised", role="information_governance")
    course.take("acted", "Ines Governance", act="advised", role="information_governance").allows("submitted")
    advises_first(pack)


@shows("D-06", alters="notice.parts", to=Without("rights", "fresh_matters"))
@shows("D-06", alters="pack.cites.rights_request")
def statutory_rights_stay_and_the_letter_says_how(pack: PolicyPack) -> None:
    for part in ("rights", "fresh_matters"):
        notice_without(pack, part, "Wealden L61-L65")
    contacts.rights_are_not_withheld(pack, ("Wealden L61-L65",))
    contacts.a_complaint_is_not_withheld(pack)


@shows("D-07", alters="notice.senders", to=())
@shows("D-07", alters="notice.sender_when", to={})
def the_team_manager_or_information_governance_signs(pack: PolicyPack) -> None:
    course = Course(pack).approved()
    course.take("letter_written", letter="L1", purpose="notice", passages=course.passages(), layout="large_print")
    course.refuses(
        "letters are for the Team Manager", "Wealden L66-L72", "letter_approved", letter="L1", role="officer"
    )
    for role in ("team_manager", "information_governance"):
        course.allows("letter_approved", "Mo Other", letter="L1", role=role)
    wrong = {"letter": "L1", "role": "officer"}
    course.refuses("Where the conduct is across several services", "Wealden L66-L72", "letter_approved", **wrong)


@shows("D-08", alters="stages", to=Without("2"))
@shows("D-08", alters="stages.2.needs_reason_to_jump", to=False)
@shows("D-08", despite="stages.1.needs_reason_to_jump", to=False)
@shows("D-08", alters="checklist", to=Weakened("exceptional", "adjustments_considered"))
def there_are_two_stages_and_the_second_comes_first_only_with_its_reason(pack: PolicyPack) -> None:
    Course(pack, stage=3).answered().warned().refuses("the policy has no stage 3", None, "submitted")
    jump = Course(pack, stage=2).ready()
    jump.refuses("stage 2 without stage 1 first is exceptional", "Wealden L73-L75", "submitted")
    Course(pack, stage=2, earlier=after_stage_1(pack)).ready().allows("submitted")
    asks_at_both_stages(pack, "Wealden L76-L78", "adjustments_considered")
    asks_at_both_stages(pack, "Wealden L76", "exceptional")


@shows("D-09", alters="duration.ends_compulsory", to=False)
@shows("D-09", alters="notice.parts", to=Without("reasons", "restrictions", "ends"))
def the_customer_is_always_told_why_what_and_how_long(pack: PolicyPack) -> None:
    Course(pack, ends=None).ready().refuses("an end date must be set", "Wealden L79-L80", "submitted")
    for part in ("reasons", "restrictions", "ends"):
        notice_without(pack, part, "Wealden L79-L80")
    Course(pack).approved().letter().refuses("no evidence that a notice was sent", "Wealden L79-L80", "activated")
    contacts.an_unnotified_strategy_holds_nobody(pack, ("Wealden L79-L80",))


def measures_are_of_their_stages(pack: PolicyPack) -> None:
    """Fails unless the policy's measures are those of their stage, each under its conditions; the rest beyond."""
    first = (*STAGE_1, "call_window", "same_matter_refused", "identifier_blocked")
    second = (*STAGE_2, "visits_by_appointment", "cease_and_desist", "injunction")
    filed = ("same_matter_filed", "same_matter_refused")
    limited = {"channel_only": ONE_MEDIUM}
    says = {"contact_agreement": "text", "call_window": "calls"}
    measures_are(
        pack, *first, elsewhere=second, not_while_open=filed, must_say=says, with_reason=("identifier_blocked",),
        limited=limited,
    )  # fmt: skip
    says |= {"designated_premises": "premises", "cease_and_desist": "text", "injunction": "text"}
    measures_are(
        pack, *first, *second, stage=2, not_while_open=(*filed, "cease_and_desist"), must_say=says,
        with_reason=("identifier_blocked", "cease_and_desist", "injunction"),
        limited=limited | {"reply_cycle": MONTHLY},
    )  # fmt: skip


@shows("D-12", alters="measures", to=Without(*STAGE_1))
@shows("D-12", alters="measures_open", to=False)
@shows("D-12", despite="measures.same_matter_filed.on_open_matter", to=True)
@shows("D-12", despite="measures.same_matter_refused.on_open_matter", to=True)
@shows("D-12", alters="measures.channel_only.limits.channels.among", to=Without("email", "letter", "telephone"))
def stage_1_has_its_measures_and_others_may_be_used(pack: PolicyPack) -> None:
    accepts_measures(pack, *STAGE_1)
    assert wants_measure(pack, "no_copy_in") == [
        "no_copy_in is beyond the policy's list and needs its reason: in the file, `reasons_for: {measure:no_copy_in: …}`"
    ]
    for kind in STAGE_1:
        assert not any("beyond the policy's list" in said for said in wants_measure(pack, kind)), kind
    accepts_measures(pack, "no_copy_in")
    for kind in STAGE_2:
        assert wants_measure(pack, kind) == [f"{kind} is a measure of stage 2, not of stage 1"]
    measures_are_of_their_stages(pack)


@shows("D-13", alters="stages.2.needs_reason_to_jump", to=False)
@shows("D-13", alters="warning.waivers.extreme")
@shows("D-13", alters="warning.waiver_stages.stage_1")
def stage_2_may_be_immediate(pack: PolicyPack) -> None:
    Course(pack, stage=2).ready().refuses("is exceptional and needs its reason", "Wealden L108-L112", "submitted")
    at_once = at_stage_2(pack).answered().take("warning_waived", waiver="extreme", note="Threats to two officers.")
    at_once.acted(before="submission").allows("submitted")
    cites, itself = "Wealden L108-L112", {"waiver": "stage_1", "note": "Stage 1 was the warning."}
    no_reason = "`stage_1` is no reason for no warning at stage 2 of theirs; there are extreme"
    at_stage_2(pack).refuses(no_reason, cites, "warning_waived", **itself)
    raised = Course(pack).take("warning_waived", **itself).take("revised", stage=2, **JUMP).answered()
    raised.acted(before="submission").refuses(no_reason, cites, "submitted")
    Course(pack, stage=2, earlier=after_stage_1(pack)).allows("warning_waived", **itself)


def decides_stage_2(pack: PolicyPack) -> None:
    """Fails unless stage 2 is decided by these two alone, apart from all who acted, knowing nothing beforehand."""
    apart = {"advised": "was consulted", "business_case": "proposed it", "signed_off": "signed it off"}
    act_is(
        pack, "decided", "director", "monitoring_officer", says="has not decided", cites="Wealden L119-L121",
        apart=apart, stage=2, only_here=True, knowing_nothing=True,
    )  # fmt: skip


@shows("D-14", alters="approvals", to=Without("business_case", "signed_off"))
@shows("D-14", alters="approvals.business_case.roles", to=("officer",))
@shows("D-14", alters="approvals.signed_off.roles", to=("officer",))
@shows("D-14", alters="approvals.decided.distinct_from", to=("author",))
@shows("D-14", alters="approvals.decided.no_prior_knowledge", to=False)
@shows("D-14", despite="approvals.signed_off.distinct_from.author")
@shows("D-14", despite="approvals.decided.distinct_from.author")
def stage_2_takes_three_people_and_a_signatory_who_knew_nothing(pack: PolicyPack) -> None:
    cites = "Wealden L119-L121"
    course = at_stage_2(pack).submitted()
    course.refuses(
        "business_case comes before decided", cites, "acted", "Di", act="decided", role="director", knew=False
    )
    head, officer = "Hal Head", "Sid Sigo"
    course.refuses("for the Head of Service", "Wealden L113-L115", "acted", "Mo", act="business_case", role="officer")
    course.take("acted", head, act="business_case", role="head_of_service")
    course.refuses("proposed it", "Wealden L115", "acted", head, act="signed_off", role="senior_ig_officer")
    course.refuses("for the Senior Information", "Wealden L115", "acted", "Mo", act="signed_off", role="officer")
    course.take("acted", officer, act="signed_off", role="senior_ig_officer")
    decision = {"act": "decided", "role": "director"}
    course.refuses("proposed it", cites, "acted", head, knew=False, **decision)
    course.refuses("signed it off", cites, "acted", officer, knew=False, **decision)
    course.refuses("neither the person nor the issue", cites, "acted", "Di Rector", knew=True, **decision)
    course.refuses("neither the person nor the issue", cites, "acted", "Di Rector", **decision)
    course.take("acted", "Di Rector", knew=False, **decision)
    assert course.file.standing == "approved"
    advised, proposed = {"advised": "was consulted"}, {"business_case": "proposed it"}
    says, cites_ = "has not proposed it", "Wealden L113-L115"
    of_2: dict[str, Any] = {"stage": 2, "only_here": True}
    act_is(pack, "business_case", "head_of_service", says=says, cites=cites_, apart=advised, proposes=True, **of_2)
    says, cites_ = "has not signed", "Wealden L115"
    act_is(pack, "signed_off", "senior_ig_officer", says=says, cites=cites_, apart=proposed, **of_2)
    decides_stage_2(pack)


@shows("D-15", alters="measures", to=Without(*STAGE_2))
@shows("D-15", alters="measures_open", to=False)
@shows("D-15", alters="measures.reply_cycle.limits.every.most", to="P3Y")
@shows("D-15", alters="measures.reply_cycle.limits.every")
def stage_2_has_its_measures_and_answers_on_a_cycle(pack: PolicyPack) -> None:
    reasons = {**JUMP["reasons_for"], "measure:no_copy_in": "Copies to forty officers."}
    at_stage_2(pack, restrictions=tuple(map(measure, (*STAGE_2, "no_copy_in"))), reasons_for=reasons).ready().allows(
        "submitted"
    )
    measures_are_of_their_stages(pack)
    plain = at_stage_2(pack, restrictions=tuple(map(measure, STAGE_2))).ready()
    assert not any("beyond the policy's list" in lack.text for lack in plain.lacks("submitted"))
    known = dossier(strategy({"kind": "reply_cycle", "every": "P2W"}))
    found = contacts.decision(pack, email(CHIEF), known)
    assert found.reply.due and found.reply.by is not None
    promised = promised_replies(make_case(email(CHIEF), known, policy=pack), now=found.contact.received_at)
    assert [(one.strategy, one.by) for one in promised] == [(known.strategies[0].id, found.reply.by)]
    contacts.a_measure_is_enforced(pack, measure("dedicated_address"), email(CHIEF), ("Wealden L123-L124",))


@shows("D-10", alters="approvals.approved.roles", to=("officer",))
@shows("D-10", alters="approvals.decided.roles", to=("officer",))
@shows("D-10", alters="approvals", to=Without("advised"))
@shows("D-10", alters="review.every", to="P6M")
@shows("D-10", alters="registers", to=Without("contact_strategies"))
@shows("D-10", alters="registers.contact_strategies.tells", to=())
@shows("D-10", despite="approvals.advised.distinct_from.author")
@shows("D-10", despite="registers.contact_strategies.approvers")
@shows("D-10", despite="registers.contact_strategies.review_every", to="P1Y")
@shows("D-10", despite="registers.contact_strategies.review_by_approver", to=True)
def each_stage_is_approved_high_enough_and_reviewed_quarterly(pack: PolicyPack) -> None:
    course = Course(pack).submitted().acted(before="approval", stop_at="approved")
    course.refuses("approved is for the Team Manager", "Wealden L80-L82", "acted", "Mo", act="approved", role="officer")
    course.allows("acted", "Tam Manager", act="approved", role="team_manager")
    second = at_stage_2(pack).submitted().acted(before="approval", stop_at="decided")
    decision = {"act": "decided", "knew": False}
    second.refuses("decided is for the", "Wealden L116-L118", "acted", "Mo", role="officer", **decision)
    second.allows("acted", "Di Rector", role="director", **decision)
    Course(pack).answered().warned().refuses("has not been consulted", "Wealden L84-L86", "submitted")
    late = Course(pack, review_due=MONDAY + timedelta(days=120)).ready()
    late.refuses("more than 3 months away, which needs a reason", "Wealden L82-L84", "submitted")
    Course(pack, review_due=None).ready().refuses("no review date is set", "Wealden L82-L84", "submitted")
    beside.is_on_the_register(pack, course.file, "Wealden L84-L86", *OPEN_TO, tells=("information_governance",))
    advises_first(pack)
    apart = {"advised": "was consulted", "consulted": "was consulted"}
    says, roles = "has not decided", ("team_manager", "head_of_service", "director")
    act_is(pack, "approved", *roles, says=says, cites="Wealden L80-L82", apart=apart, only_here=True)
    decides_stage_2(pack)


@shows("D-11", alters="approvals", to=Without("consulted"))
@shows("D-11", alters="impact_statement", to=False)
@shows("D-11", alters="checklist", to=Weakened("impact_evidenced", "final_position"))
@shows("D-11", alters="duration.usual", to="P1Y")
@shows("D-11", alters="duration.extension", to="notice")
@shows("D-11", despite="approvals.consulted.distinct_from.author")
def the_stage_1_letter_rests_on_evidence_and_has_its_period(pack: PolicyPack) -> None:
    asks_at_both_stages(pack, "Wealden L89-L91", "impact_evidenced")
    asks_at_both_stages(pack, "Wealden L96-L97", "final_position")
    Course(pack, impact="").ready().refuses("how it affects the service to others", None, "submitted")
    course = Course(pack).submitted()
    order = "consulted comes before approved"
    course.refuses(order, "Wealden L80-L82", "acted", "Tam Manager", act="approved", role="team_manager")
    says = "has not been consulted"
    act_is(pack, "consulted", "senior_ig_officer", says=says, cites="Wealden L89-L91", only_here=True)
    told = words.letter(pack, file=Course(pack, behaviours=("threats",)).approved().file)
    assert "Two days a week of one officer." in words.part_of(told, "reasons")
    assert "We may make it longer" in words.part_of(told, "ends")
    Course(pack, ends=None).ready().refuses("6 months are usual, to 2026-09-02", "Wealden L93-L94", "submitted")
    active = Course(pack).active()
    extension = {"role": "team_manager", "ends": HALF_A_YEAR + timedelta(days=90), "reasons": "It goes on."}
    active.allows("extended", "Tam Manager", **extension)
    silent = {**extension, "silent": True, "silence_reason": "It would start again."}
    unsaid = {**silent, "silence_reason": ""}
    active.refuses("why the person is not told is not said", "Wealden L93-L94", "extended", "Tam Manager", **unsaid)
    approval = {"reason": "He is calm while nobody writes."}
    active.take("extended", "Tam Manager", **silent)
    assert any("or send the letter" in task.says for task in beside.open_tasks(active.file, active.situation))
    for by, role, why in (
        ("Tam Manager", "team_manager", "Tam Manager extended it"),
        ("Ann Author", "team_manager", "wrote the draft"),
        ("Pat Passerby", "officer", "approving this is for the"),
    ):
        active.refuses(why, "Wealden L93-L94", "silence_approved", by, role=role, **approval)
    active.take("silence_approved", "Di Rector", role="director", **approval)
    assert "CS-1/extension_letter" not in [task.id for task in beside.open_tasks(active.file, active.situation)]
    active.refuses("no extension waits", "Wealden L93-L94", "silence_approved", "Di", role="director", **approval)


@shows("D-18", alters="review.tells_outcome", to=False)
@shows("D-18", alters="review.silent_outcomes_need", to="officer")
@shows("D-18", alters="dispute.onward", to=())
@shows("D-18", alters="breaches", to=Without("next_stage"))
def the_outcome_is_told_unless_information_governance_decides_otherwise(pack: PolicyPack) -> None:
    course = Course(pack).active()
    untold = beside.challenge(pack, course.file)
    told = {"on": MONDAY, "way": "post", "evidence": "Number 17.", "onward": ()}
    ombudsman = "the person was not told of: Local Government and Social Care Ombudsman"
    untold.refuses(ombudsman, "Wealden L155-L156", "pointed_on", **told)
    roles = ("head_of_service", "senior_ig_officer")
    beside.answers_a_breach(pack, "next_stage", count=1, roles=roles, cites="Wealden L140-L144", earlier=(course.file,))
    review = {"outcome": "continue", "reasons": "It goes on.", "next_review": MONDAY + timedelta(days=80)}
    review |= WITH_A_DIRECTOR
    silent = {**review, "told": False, "silence_reason": "It would prompt more dialogue."}
    unsaid = {**silent, "silence_reason": ""}
    course.refuses("why the person is not told", "Wealden L140-L147", "reviewed", "Sen", role="team_manager", **unsaid)
    course.take("reviewed", "Sen Ior", role="senior_ig_manager", **silent)
    assert "CS-1/review_letter" in [task.id for task in beside.open_tasks(course.file, course.situation)]
    approval = {"reason": "He writes after each letter.", "of": "review"}
    for by, role, why in (
        ("Di Rector", "director", "approving that the outcome is not told is for the Information Governance Team"),
        ("Sen Ior", "information_governance", "Sen Ior reviewed it"),
    ):
        course.refuses(why, "Wealden L140-L147", "silence_approved", by, role=role, **approval)
    course.take("silence_approved", "Ina Governance", role="information_governance", **approval)
    assert "CS-1/review_letter" not in [task.id for task in beside.open_tasks(course.file, course.situation)]
    closed = Course(pack).active().take("reviewed", "Sen", role="senior_ig_manager", **{**silent, "outcome": "lift"})
    closed.take("ended", "Sen", role="senior_ig_manager", reasons="It has stopped.")
    assert "CS-1/end_letter" in [task.id for task in beside.open_tasks(closed.file, closed.situation)]
    closed.take("silence_approved", "Ina Governance", role="information_governance", **approval)
    assert "CS-1/end_letter" not in [task.id for task in beside.open_tasks(closed.file, closed.situation)]
    other = Course(pack).active().take("reviewed", "Sen Ior", role="senior_ig_manager", **review)
    assert "CS-1/review_letter" in [task.id for task in beside.open_tasks(other.file, other.situation)]
    other.refuses("no outcome of a review waits", None, "silence_approved", role="information_governance", **approval)


@shows("D-19", alters="review.every", to="P6M")
@shows("D-19", alters="review.ceiling", to="P1Y")
@shows("D-19", alters="review.reviewers", to=("officer",))
@shows("D-19", alters="review.reviewers", to=Without("senior_ig_manager", "team_manager", "director"))
@shows("D-19", alters="review.consulted", to=())
@shows("D-19", alters="reinstated_by", to=())
@shows("D-19", alters="urgent_days", to=30)
def reviews_are_quarterly_and_never_later_than_six_months(pack: PolicyPack) -> None:
    course = Course(pack).active()
    review = {"outcome": "continue", "reasons": "It goes on.", "role": "team_manager", **WITH_A_DIRECTOR}
    usual, far = later_by(MONDAY, "P3M"), later_by(MONDAY, "P6M") + timedelta(days=1)
    slip = usual + timedelta(days=1)
    for role in ("senior_ig_manager", "team_manager", "director"):
        course.allows("reviewed", "Rae", next_review=usual, **{**review, "role": role})
    course.refuses("which needs a reason", "Wealden L148", "reviewed", "Rae", next_review=slip, **review)
    course.allows("reviewed", "Rae", next_review=slip, slip_reason="Other demands.", **review)
    words = "the review is more than 6 months away"
    course.refuses(words, "Wealden L148", "reviewed", "Rae", next_review=far, slip_reason="Other demands.", **review)
    other = {**review, "role": "officer"}
    course.refuses(
        "reviews are for the", "Wealden L148", "reviewed", "Mo", next_review=slip, slip_reason="x y", **other
    )
    for role in ("senior_ig_manager", "team_manager", "director"):
        course.allows("reviewed", "Rae", next_review=slip, slip_reason="Other demands.", **{**review, "role": role})
    for nobody, role in (((), ()), (("Rae",), ("director",)), (("Sam Staff",), ("officer",)), (("Lee",), ("outside",))):
        alone = {
            **review,
            "consulted": nobody,
            "consulted_as": role,
            "next_review": slip,
            "slip_reason": "Other demands.",
        }
        who = "in consultation with the Head of Service or the Director; name whom you consulted"
        course.refuses(who, "Wealden L148", "reviewed", "Rae", **alone)
    nobody_knows = {**review, "consulted": ("Dir Ector", "Nobody At All"), "next_review": usual}
    course.refuses("who Nobody At All is, is not known here", "Wealden L148", "reviewed", "Rae", **nobody_knows)
    from_outside = {**nobody_knows, "consulted_as": ("director", "outside")}
    course.allows("reviewed", "Rae", **from_outside)
    contacts.an_overdue_review_is_told_and_nothing_lapses(pack, ("Wealden L82-L84", "Wealden L148"))
    rested = course.take("ended", "Tam", role="team_manager", reasons="It has stopped.").take(
        "made_dormant", "Tam", role="team_manager"
    )
    evidence = {"evidence": "Nine calls today.", "review_due": MONDAY + timedelta(days=60), "ends": HALF_A_YEAR}
    for role in ("team_manager", "head_of_service", "director", "senior_ig_manager", "officer"):
        who = "taking it up again is for the Information Governance Team"
        rested.refuses(who, "Wealden L148", "reinstated", "Tam", role=role, **evidence)
    rested.refuses("wrote the draft", "Wealden L148", "reinstated", role="information_governance", **evidence)
    rested.allows("reinstated", "Ina Governance", role="information_governance", **evidence)
    again = Course(pack)
    long = {
        "role": "team_manager", "reason": "It has started again.", "restrictions": [measure("spoc_only")],
        "told_on": MONDAY, "told_how": "By telephone.", "until": MONDAY + timedelta(days=21),
    }  # fmt: skip
    again.refuses("urgent measures last 5 working days", None, "urgent", "Tam Manager", **long)


@shows("D-22", alters="dispute.onward", to=())
@shows("D-22", alters="notice.parts", to=Without("ombudsman"))
def every_letter_names_the_ombudsman(pack: PolicyPack) -> None:
    notice_without(pack, "ombudsman", "Wealden L79-L80")
    assert "Ombudsman" in words.passage(pack, "ombudsman")
    active = Course(pack).active()
    for purpose in LetterPurpose:
        assert NoticePart.OMBUDSMAN in parts_needed(active.file, active.situation, purpose), purpose
    ended = Course(pack).active().take("ended", "Tam", role="team_manager", reasons="It has stopped.")
    assert "Ombudsman" in words.part_of(words.letter(pack, LetterPurpose.END, ended.file), "ombudsman")


@shows("D-16", alters="police.always", to=())
@shows("D-16", alters="police.consider", to=Without("apparent_offence", "abuse", "staff_safety"))
@shows("D-16", alters="breaches", to=Without("legal_advice"))
def violence_and_serious_threats_always_go_to_the_police(pack: PolicyPack) -> None:
    for ground in ("violence", "serious_threat"):
        beside.police_always(pack, ground, "Wealden L133-L136")
    for ground in ("apparent_offence", "abuse", "staff_safety"):
        beside.police_weighed(pack, ground, "Wealden L133-L136")
    beside.answers_a_breach(
        pack, "legal_advice", count=3, roles=("head_of_service", "director"), cites="Wealden L133-L135"
    )


@shows("D-17", alters="referrals", to=Without("adult_social_care"))
@shows("D-17", alters="sharing.grounds", to=("prevention of crime",))
def concern_for_health_may_go_to_adult_social_care(pack: PolicyPack) -> None:
    beside.may_be_referred(pack, "Adult Social Care", "Wealden L137-L139")
    ground = "concern for the customer's health or wellbeing"
    beside.shared_only_after(pack, "data_protection_officer", ground, "Wealden L137-L139")


@shows("D-20", alters="registers", to=Without("contact_strategies"))
def the_register_has_review_considerations_and_end(pack: PolicyPack) -> None:
    course = Course(pack).active()
    beside.is_on_the_register(pack, course.file, "Wealden L149-L150", *OPEN_TO, tells=("information_governance",))
    listed = entry_of(course.file)
    assert (listed.review_due, listed.until, listed.extended) == (course.file.review_due, HALF_A_YEAR, False)
    later = HALF_A_YEAR + timedelta(days=90)
    course.take("extended", "Tam Manager", role="team_manager", ends=later, reasons="It goes on.")
    extended = entry_of(course.file)
    assert (extended.until, extended.extended) == (later, True)
    review = {"outcome": "continue", "reasons": "Still daily.", "next_review": MONDAY + timedelta(days=80)}
    review |= WITH_A_DIRECTOR
    course.take("reviewed", "Sen Ior", role="senior_ig_manager", **review)
    assert entry_of(course.file).considerations == "Still daily."


@shows("D-21", alters="retention.strategy.period", to="P12M")
@shows("D-21", alters="retention.strategy.trigger", to="closed")
@shows("D-21", alters="retention.strategy.exceptions", to=Without("before_the_policy", "repeated_history"))
@shows("D-21", alters="retention.strategy.exception_lasts", to="P5Y")
@shows("D-21", despite="retention.strategy.exceptions.legal_hold")
def what_rests_is_deleted_after_two_years_but_for_the_exceptions(pack: PolicyPack) -> None:
    rested = Course(pack).active().take("ended", "Tam", role="team_manager", reasons="It stopped.")
    assert "CS-1/dormant" in [task.id for task in beside.open_tasks(rested.file, rested.situation)]
    rested.take("made_dormant", "Tam", role="team_manager")
    assert words.due_for_deletion(rested, since={"closed": MONDAY, "dormant": MONDAY}) == later_by(MONDAY, "P24M")
    for exception in ("before_the_policy", "repeated_history"):
        words.may_be_held(pack, exception, until=later_by(MONDAY, "P1Y"))
    words.may_not_be_held(pack, "repeated_history", until=later_by(MONDAY, "P1Y") + timedelta(days=1))
    words.may_be_held(pack, "legal_hold", until=later_by(MONDAY, "P2Y"))
    words.may_not_be_held(pack, "just_in_case", until=later_by(MONDAY, "P1Y"))
