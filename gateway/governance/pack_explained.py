"""A policy pack as a page for a person: what it says of each part of a strategy's life, with its paragraphs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from gateway.governance.pack_words import how_met, people, the_people
from models.alert_ladder import AlertRung
from models.duration import in_words
from models.plain_names import plain
from models.policy import PolicyPack
from models.policy_course import Act, ApprovalStep, MeasureRule, Needed, NoticePart
from models.policy_events import TaskRule
from models.policy_life import LifeRules
from models.policy_question import Check, Cites
from routing.reasons import REASONS


class Line(NamedTuple):
    """A sentence or two, and the paragraphs they rest on."""

    text: str
    cites: Cites = ()


class Section(NamedTuple):
    """A heading and its lines."""

    title: str
    lines: tuple[Line, ...]


def explained(pack: PolicyPack) -> tuple[Section, ...]:
    """The whole pack; what the policy leaves out has no section."""
    life = pack.life
    sections = [Section("Words", tuple(_words(pack))), Section("Alerts", tuple(_alerts(pack)))]
    for title, lines in _PARTS.items():
        sections.append(Section(title, tuple(lines(life))))
    return tuple(section for section in sections if section.lines)


def _words(pack: PolicyPack) -> Iterator[Line]:
    dates = [f"version {pack.version}"]
    if pack.approved_on:
        dates.append(f"approved on {pack.approved_on}" + (f" by {pack.approved_by}" if pack.approved_by else ""))
    if pack.review_due:
        dates.append(f"to be reviewed by {pack.review_due}")
    yield Line(f"{pack.name}: {', '.join(dates)}.")
    assessed = pack.equality_impact_assessed_on
    yield Line(f"Equality impact assessment: {assessed or 'not known'}.")
    yield Line(f"It speaks of a {pack.strategy_term} and a {pack.spoc_term}.")
    yield Line(f"Every notice says: {pack.emergency_route}")
    if pack.life.marking:
        yield Line(f"Documents are marked {pack.life.marking}.")


def _alerts(pack: PolicyPack) -> Iterator[Line]:
    for urgency, ladder in (("immediate", pack.alerts.immediate), ("same day", pack.alerts.same_day)):
        rungs = [_rung(rung, pack.life) for rung in ladder.rungs]
        again = f", and from the first again after {ladder.again_minutes} minutes" if ladder.again_minutes else ""
        yield Line(f"{urgency.capitalize()}, until somebody takes it on: {', '.join(rungs)}{again}.")


def _rung(rung: AlertRung, life: LifeRules) -> str:
    told = {"queue": "those it is for", "manager": "the manager", "deputy": "the deputy"}
    who = told.get(rung.to) or the_people([rung.to], life)
    hours = " when the office is open" if rung.hours == "office" else ""
    return f"{who} after {rung.after_minutes} minutes{hours}" if rung.after_minutes else f"{who}{hours}"


def _roles(life: LifeRules) -> Iterator[Line]:
    for id_, words in life.roles.items():
        yield Line(f"{words} (--role {id_}).")


def _stages(life: LifeRules) -> Iterator[Line]:
    for stage in life.stages:
        jump = " It comes first only with a reason." if stage.needs_reason_to_jump and stage.number > 1 else ""
        says = f": {stage.says}" if stage.says else ""
        yield Line(f"{stage.number}. {stage.name}{says}.{jump}", stage.cites)


def _behaviours(life: LifeRules) -> Iterator[Line]:
    for each in life.behaviours:
        told = f" Only after they were told on {each.after_told} days." if each.after_told else ""
        yield Line(f"{each.says} ({plain(each.head)}, {each.id}){told}", each.cites)


def _checklist(life: LifeRules) -> Iterator[Line]:
    for number, check in enumerate(life.checklist, start=1):
        yield Line(f"{number}. {check.question}{_at(check.stages)} {_wanted(check)}", check.cites)


def _wanted(check: Check) -> str:
    wanted = check.required_answer.value
    other = "anything else stops it" if check.blocking else "anything else needs a note"
    arises = ", or that it does not arise with a note" if check.na_allowed else ""
    noted = " Every answer has a note." if check.note_needed else ""
    return f"[{wanted}{arises}; {other}.{noted}]"


def _approvals(life: LifeRules) -> Iterator[Line]:
    for number, step in enumerate(life.approvals, start=1):
        yield Line(f"{number}. {_act(step, life)}", step.cites)
    if life.impact_statement:
        yield Line("The author says what impact there is on the work or the staff.")
    for wanted in life.needs_reason:
        yield Line(f"A reason of its own is wanted for: {plain(wanted)}.")
    yield Line(f"Urgent measures may run for {life.urgent_days} days while this course is taken.")


_DOES = {
    Act.CONSULTED: "is consulted",
    Act.PROPOSES: "proposes",
    Act.AGREES: "agrees",
    Act.SIGNS: "signs",
    Act.DECIDES: "decides",
}


def _act(step: ApprovalStep, life: LifeRules) -> str:
    text = f"{people(step.roles, life)} {step.says or _DOES[step.act]}{_at(step.stages)}"
    text += f", before {step.before}" if step.before == "submission" else ""
    if step.nominee_of:
        text += f"; a nominee of the {people([step.nominee_of], life)} may act"
    if step.distinct_from:
        numbers = {each.id: f"number {place}" for place, each in enumerate(life.approvals, start=1)}
        others = [numbers.get(other, f"the {other}") for other in step.distinct_from]
        text += f"; another person than {' and '.join(others)}"
    if step.no_prior_knowledge:
        text += "; declares not to know the person or the issue"
    return f"{text} ({step.id})."


def _measures(life: LifeRules) -> Iterator[Line]:
    for measure in life.measures:
        yield Line(f"{plain(measure.kind)}: {REASONS.get(measure.kind, '')}{_conditions(measure)}", measure.cites)
    if life.measures_open:
        yield Line("Others may be used, with a reason.")


def _conditions(measure: MeasureRule) -> str:
    conditions = [f"only at stage {', '.join(map(str, measure.stages))}"] if measure.stages else []
    if not measure.on_open_matter:
        conditions.append("not on an open matter")
    if measure.fields:
        conditions.append(f"states {', '.join(measure.fields)}")
    conditions += [f"{setting} {limit}" for setting, limit in measure.limits.items()]
    if measure.needs_reason:
        conditions.append("with a reason of its own")
    if measure.needs_warning:
        conditions.append("after a written warning")
    return f" [{'; '.join(conditions)}]" if conditions else ""


def _warning(life: LifeRules) -> Iterator[Line]:
    needed = {
        Needed.REQUIRED: "The person is warned first, always.",
        Needed.WAIVABLE: "The person is warned first, unless there is one of the reasons below.",
        Needed.OPTIONAL: "The person may be warned first.",
    }
    yield Line(needed[life.warning.needed], life.warning.cites)
    for id_, why in life.warning.waivers.items():
        yield Line(f"Reason for none: {why} (--waiver {id_}).{_only_at(life.warning.waiver_stages.get(id_, ()))}")
    yield from (Line(f"One may: {option}.") for option in life.warning.options)


def _only_at(stages: tuple[int, ...]) -> str:
    numbers = " or ".join(map(str, stages))
    return f" Only at stage {numbers}, or where that came before." if stages else ""


def _notice(life: LifeRules) -> Iterator[Line]:
    notice = life.notice
    ways = f"by {' and '.join(notice.all_of)}" if notice.all_of else f"by {' or '.join(notice.any_of)}"
    yield Line(f"In writing {ways}. Layouts: {', '.join(map(plain, notice.layouts))}.", notice.cites)
    yield from (Line(f"{number}. {_PART[part]}") for number, part in enumerate(notice.parts, start=1))
    if notice.attachments:
        yield Line(f"Enclosed: {', '.join(notice.attachments)}.")
    yield Line(f"Signed by: {people(notice.senders, life)}.")
    yield from (Line(f"By {people([role], life)}: {when}.") for role, when in notice.sender_when.items())
    if notice.seeks_agreement:
        yield Line("The person's agreement is sought where possible.")
    yield from (Line(f"Without a word before: {why}.") for why in notice.without_notice.values())


_PART = {
    NoticePart.PURPOSE: "what the strategy is for",
    NoticePart.BEHAVIOUR: "what behaviour it is about",
    NoticePart.REASONS: "the reasons",
    NoticePart.RESTRICTIONS: "the restrictions",
    NoticePart.EFFECT: "what that means for contact from now on",
    NoticePart.THIS_MATTER_ONLY: "what it covers, and what it leaves open",
    NoticePart.FRESH_MATTERS: "how to raise fresh matters",
    NoticePart.RIGHTS: "that rights are untouched",
    NoticePart.NON_COMPLIANCE: "what follows if it is not kept to",
    NoticePart.EMERGENCY: "how to reach help in an emergency",
    NoticePart.ENDS: "how long it lasts",
    NoticePart.REVIEW_DATE: "when it is looked at again",
    NoticePart.DATA_USE: "how personal data is used, shared and kept",
    NoticePart.DISPUTE: "how to dispute it",
    NoticePart.OMBUDSMAN: "which outside body to turn to",
    NoticePart.POLICY_COPY: "that the policy is enclosed",
}


def _review(life: LifeRules) -> Iterator[Line]:
    review = life.review
    slip = f", with a reason for more than {in_words(review.every)}" if review.every != review.ceiling else ""
    text = f"Every {_each(review.every)}, never later than {in_words(review.ceiling)}{slip}."
    yield Line(text, review.cites)
    yield Line(f"By {people(review.reviewers, life)}; not by {_barred(review.not_by)}.")
    if review.consulted:
        yield Line(f"In consultation with the {people(review.consulted, life)}.")
    if review.first_request_after:
        yield Line(f"The person may ask for one after {in_words(review.first_request_after)}.")
    if review.by_decider_after:
        yield Line(f"Whoever decided looks again after {in_words(review.by_decider_after)}.")
    if review.tells_outcome:
        silent = review.silent_outcomes_need
        yield Line(
            "The person is told the outcome"
            + (f", unless {people([silent], life)} decides otherwise, with a reason." if silent else ".")
        )


def _barred(not_by: Iterable[str]) -> str:
    """`author` and `decider`, and acts of the chain by their ids."""
    named = (f"the {one}" if one in ("author", "decider") else f"whoever took `{one}`" for one in not_by)
    return " or ".join(named) or "–"


def _duration(life: LifeRules) -> Iterator[Line]:
    duration = life.duration
    named = (("At least", duration.least), ("Usually", duration.usual), ("At most", duration.most))
    for text, period in named:
        if period:
            yield Line(f"{text} {in_words(period)}.", duration.cites)
    yield Line(
        "An end is always set." if duration.ends_compulsory else "An end or a review date is set.", duration.cites
    )
    silent = "may be silent, with a reason and an approver's name" if duration.extension == "silent" else "is told"
    yield Line(f"An extension {silent}.")


def _dispute(life: LifeRules) -> Iterator[Line]:
    dispute = life.dispute
    if dispute.to:
        written = " in writing" if dispute.in_writing else ""
        within = f" within {_working_days(dispute.window)}" if dispute.window else ", at any time"
        yield Line(f"To the {people(dispute.to, life)}{written}{within}.", dispute.cites)
        if dispute.reviewed_by:
            yield Line(f"Decided by {people(dispute.reviewed_by, life)}.")
        if dispute.outcome:
            yield Line(f"Answered within {_working_days(dispute.outcome)}.")
        yield Line(f"Never by {_barred(dispute.not_by)}.")
        yield Line(f"It covers: {', '.join(map(plain, dispute.covers))}.")
    else:
        yield Line("The policy has no route of its own.", dispute.cites)
    yield from (Line(f"Then: {body}.") for body in dispute.onward)


def _breaches(life: LifeRules) -> Iterator[Line]:
    if life.breaches:
        yield Line("A person confirms each breach first.")
    for step in life.breaches:
        decided = f"decided by {people(step.decided_by, life)} within {_working_days(step.working_days)}"
        yield Line(f"From confirmed breach {step.from_count}: {plain(step.action)}, {decided}.", step.cites)


def _police(life: LifeRules) -> Iterator[Line]:
    police = life.police
    if police.always:
        yield Line(f"Always told of: {', '.join(map(plain, police.always))}.", police.cites)
    if police.consider:
        yield Line(f"Considered for: {', '.join(map(plain, police.consider))}.", police.cites)
    yield Line(f"Decided by {people(police.by, life)}, and recorded.")


def _sharing(life: LifeRules) -> Iterator[Line]:
    sharing = life.sharing
    unless = ", unless the person consents" if sharing.unless_consent else ""
    yield Line(f"{people(sharing.asked, life)} is asked before details go to a partner{unless}.", sharing.cites)
    if sharing.grounds:
        yield Line(f"Grounds: {', '.join(sharing.grounds)}.")
    yield Line(
        f"In an emergency it is looked at afterwards, within {sharing.emergency_review_working_days} working day(s)."
    )


def _incidents(life: LifeRules) -> Iterator[Line]:
    for incident in life.incidents:
        yield Line(f"{plain(incident.kind).capitalize()}:", incident.cites)
        yield from (Line(f"asked: {check.question}", check.cites) for check in incident.asks)
        yield from (_task(task, life) for task in incident.tasks)
        if incident.prompts_strategy_from:
            yield Line(f"from number {incident.prompts_strategy_from} on a strategy is suggested to a person")
    yield from (_task(task, life) for task in life.welfare)


def _task(task: TaskRule, life: LifeRules) -> Line:
    within = _working_days(task.working_days)
    return Line(f"to do: {task.says} ({people([task.to], life)}, within {within})", task.cites)


def _registers(life: LifeRules) -> Iterator[Line]:
    for register in life.registers:
        text = f"{register.name}: approved by {people(register.approvers, life)}"
        if register.review_every:
            whom = " by who approved it" if register.review_by_approver else ""
            text += f"; looked at every {_each(register.review_every)}{whom}"
        if register.need_to_know:
            roles = f", and {the_people(register.seen_by, life)}" if register.seen_by else ""
            text += f"; for those whom an entry names{roles}"
        if register.asked_by:
            text += f"; asked before a visit by {the_people(register.asked_by, life)}"
        text += f". What changes is told to {the_people(register.tells, life)}." if register.tells else "."
        yield Line(text, register.cites)
        yield from (Line(f"asked of an entry: {check.question}", check.cites) for check in register.asks)
    if life.conference:
        meets = (
            f"{people([life.conference.chair], life)} calls and chairs it, with {', '.join(life.conference.invites)}."
        )
        yield Line(f"Conference on a complex case: {meets}", life.conference.cites)
        yield from (Line(f"it settles: {each}") for each in life.conference.settles)


def _retention(life: LifeRules) -> Iterator[Line]:
    for rule in life.retention:
        unless = ""
        if rule.exceptions:
            kept = ", ".join(map(plain, rule.exceptions))
            unless = f", but for {kept} (looked at again after {in_words(rule.exception_lasts)})"
        yield Line(f"{plain(rule.record)}: {in_words(rule.period)} after {plain(rule.trigger)}{unless}.", rule.cites)


def _training(life: LifeRules) -> Iterator[Line]:
    for each in life.training:
        again = f", and again every {_each(each.every)}" if each.every else ""
        yield Line(f"{each.says} ({each.id}): when somebody begins{again}; {people([each.to], life)}.", each.cites)


def _others(life: LifeRules) -> Iterator[Line]:
    for report in life.reports:
        yield Line(f"Report to {people([report.to], life)} every {_each(report.every)}: {report.says}.", report.cites)
    for body in life.referrals:
        yield Line(f"Referral to {body.name}: {body.for_}. {body.reach}".strip(), body.cites)
    advisers = people(life.adjustment_advice_from, life)
    yield Line(f"Before an adjustment is changed advice comes from: {advisers}.", life.adjustment_advice_rests_on)
    if life.spoc_without_strategy:
        yield Line("A single point of contact may be named without a strategy.")
    for whom, who in life.complaints_about.items():
        passed_on = " It is passed on." if whom in life.complaints_elsewhere else ""
        yield Line(f"A complaint about {plain(whom)}: {who}.{passed_on}", life.complaints_rest_on.get(whom, ()))
    if life.references:
        yield Line(f"To be read with: {'; '.join(life.references)}.")


def _rules(life: LifeRules) -> Iterator[Line]:
    for name, rule in life.rules.items():
        yield Line(f"{name}: {rule.says} [{how_met(rule)}]", rule.cites)


def _each(period: str) -> str:
    return in_words(period).removeprefix("1 ")


def _working_days(count: int) -> str:
    return f"{count} working day{'s' if count > 1 else ''}"


def _at(stages: tuple[int, ...]) -> str:
    return f" (stage {', '.join(map(str, stages))})" if stages else ""


_PARTS = {
    "Roles": _roles,
    "Stages": _stages,
    "Behaviour": _behaviours,
    "Asked before a restriction": _checklist,
    "Who decides": _approvals,
    "Measures": _measures,
    "Warning first": _warning,
    "Notice": _notice,
    "Review": _review,
    "Duration": _duration,
    "Dispute": _dispute,
    "After a breach": _breaches,
    "Police": _police,
    "Sharing": _sharing,
    "Incidents and welfare": _incidents,
    "Registers": _registers,
    "Training of staff": _training,
    "Kept for": _retention,
    "Reports and others": _others,
    "Rules": _rules,
}
