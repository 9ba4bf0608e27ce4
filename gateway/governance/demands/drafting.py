"""What a draft must hold before it is put forward for decision."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from gateway import register_checks
from gateway.governance.demands.answering import of_answer
from gateway.governance.demands.measures import of_measures, of_restrictions
from gateway.governance.demands.stage_before import came_before, of_stage
from gateway.governance.folding import live_steps
from gateway.governance.lacks import Lack, reason_lacking
from gateway.governance.situation import Situation, later_by, looked_at_by
from gateway.governance.steps import Activated
from gateway.governance.strategy_file import StrategyFile
from models.duration import in_words
from models.policy_course import Needed, PriorWarning
from models.strategy import Spoc, StrategyScope


def of_what_is_said(file: StrategyFile) -> Iterator[Lack]:
    """What no register may say, not even of a draft: an export of it would not be read again."""
    for (name, *_), text in register_checks.of_days(file.starts, ends=file.ends, review_due=file.review_due):
        yield Lack(f"{name}: {text}", field=str(name))
    yield from of_reaching(file.spoc)
    yield from of_restrictions(file.restrictions)


def of_revision(file: StrategyFile, revised: StrategyFile) -> Iterator[Lack]:
    """That it alters anything, and what comes of it. Whoever is told that it is revised does not look again."""
    if replace(revised, steps=file.steps) == file:
        yield Lack("nothing is changed: the draft says so already")
    yield from of_what_is_said(revised)


def of_submission(file: StrategyFile, situation: Situation) -> Iterator[Lack]:
    """Everything that is missing or wrong."""
    yield from _grounds(file, situation)
    yield from _scope(file, situation)
    yield from of_stage(file, situation)
    if not file.restrictions:
        yield Lack("no restriction is proposed", field="restrictions")
    yield from of_measures(file, situation, file.restrictions, file.reasons_for)
    yield from of_spoc(file)
    yield from of_dates(file, situation)
    yield from _of_first_review(file, situation)
    yield from _checklist(file, situation)
    yield from of_warning(file, situation)


def _grounds(file: StrategyFile, situation: Situation) -> Iterator[Lack]:
    """Reasons always (POLICY_RULES §5.7); the effect on others where the policy asks for it (Staffordshire 5.2)."""
    if not file.reasons.strip():
        yield Lack("no reasons are given", field="reasons")
    if situation.rules.impact_statement and not file.impact.strip():
        yield Lack("nothing says how it affects the service to others", _cites_of_measures(situation), "impact")
    known = {behaviour.id: behaviour for behaviour in situation.rules.behaviours}
    told = len(file.told_on)
    for behaviour in file.behaviours:
        if behaviour not in known:
            yield Lack(f"{behaviour} is not among the policy's kinds of behaviour", field="behaviours")
        elif told < (wanted := known[behaviour].after_told):
            text = f"{behaviour} is one after they were told on {wanted} days, and {told} on the file"
            text += f"; record each (`triage strategy warned {file.id}`), or leave it out"
            yield Lack(text, known[behaviour].cites, "behaviours")


def _cites_of_measures(situation: Situation) -> tuple[str, ...]:
    return situation.rules.measures[0].cites if situation.rules.measures else ()


def _scope(file: StrategyFile, situation: Situation) -> Iterator[Lack]:
    if file.scope is StrategyScope.MATTER:
        if not file.matters:
            yield Lack("no matter is named that it is about", field="matters")
        theirs = {matter.id for matter in situation.matters}
        for matter in file.matters:
            if matter not in theirs:
                yield Lack(f"{matter} is not a matter of {file.person}", field="matters")
    elif "scope_organisation" in situation.rules.needs_reason and not file.reasons_for.get("scope_organisation"):
        text = "it covers everything, not only a matter, and no reason for that is given"
        yield reason_lacking(text, "scope_organisation")


def of_soft(file: StrategyFile, situation: Situation) -> Iterator[Lack]:
    """What a single point of contact without restrictions needs before it is activated (Warwickshire 6)."""
    yield from of_spoc(file)
    if file.restrictions:
        yield Lack("it has restrictions, and needs the whole course", field="restrictions")
    if not file.reasons.strip():
        yield Lack("no reasons are given", field="reasons")
    if not file.warned_that_count:
        yield Lack("the person was not told whom to write to; a letter of purpose `warning` says it", field="warned")
    if file.review_due is not None:
        slip = file.reasons_for.get("review_slip", "")
        yield from of_next_review(situation, situation.day, file.review_due, slip, drafted=True)


def of_spoc(file: StrategyFile) -> Iterator[Lack]:
    """Somebody, and somebody in their place when they are away (POLICY_RULES §5.8)."""
    if file.spoc is None:
        yield Lack("no single point of contact is named", field="spoc")
    elif not file.spoc.deputy:
        yield Lack("the single point of contact has no deputy", field="deputy")
    yield from of_reaching(file.spoc)


def of_reaching(spoc: Spoc | None) -> Iterator[Lack]:
    """They can be reached, and their deputy is somebody else."""
    for (name, *_), text in register_checks.of_spoc(spoc):
        yield Lack(f"spoc.{name}: {text}", field="spoc")


def of_dates(file: StrategyFile, situation: Situation) -> Iterator[Lack]:
    """An end or a review, and both within what the policy allows (POLICY_RULES §5.7)."""
    rules = situation.rules
    starts = _begun(file, situation)
    if file.ends is None and file.review_due is None:
        yield Lack("neither an end nor a review date is set", field="review_due")
    if file.ends is None and rules.duration.ends_compulsory:
        yield Lack(f"an end date must be set{_usually(situation, starts)}", rules.duration.cites, "ends")
    if file.ends is not None:
        yield from _length(file, situation)
        if file.review_due is not None and file.review_due > file.ends:
            text = "the review would come after the end; set it on or before, or leave it out (`review_due: null`)"
            yield Lack(text, field="review_due")
    looked = file.last_review
    if file.review_due is not None and looked is not None:
        yield from of_next_review(situation, looked.taken_on, file.review_due, looked.slip_reason)
    elif file.review_due is not None:
        slip = file.reasons_for.get("review_slip", "")
        yield from of_next_review(situation, starts, file.review_due, slip, drafted=True)


def _of_first_review(file: StrategyFile, situation: Situation) -> Iterator[Lack]:
    """An end alone is enough only where it comes before anybody would have to look (Cleveland 9.12, Wealden L148)."""
    review, starts = situation.rules.review, _begun(file, situation)
    if file.review_due is None and file.ends is not None and looked_at_by(review, starts, file.ends) is not None:
        text = f"no review date is set, and the end is more than {in_words(review.every)} away"
        yield Lack(text, review.cites, "review_due")


def _begun(file: StrategyFile, situation: Situation) -> date:
    """From when its periods run: as planned, else when it was first in force, else today.

    Taken up again, not from before that: the days of an earlier course are over.
    """
    again = file.reinstated
    in_force = (
        step.taken_on
        for _number, step in live_steps(file.steps)
        if isinstance(step, Activated) and (again is None or step.at >= again.at)
    )
    begun = file.starts or next(in_force, situation.day)
    return begun if again is None else max(begun, again.taken_on)


def _usually(situation: Situation, starts: date) -> str:
    """The policy's usual period, for whoever sets the date; nobody sets it for them."""
    usual = situation.rules.duration.usual
    return f"; {in_words(usual)} are usual, to {later_by(starts, usual)}" if usual else ""


def _length(file: StrategyFile, situation: Situation) -> Iterator[Lack]:
    duration, starts = situation.rules.duration, _begun(file, situation)
    if file.ends is None:
        return
    if file.ends <= starts:
        yield Lack("it ends before it has begun", field="ends")
    if duration.least and file.ends < later_by(starts, duration.least):
        yield Lack(f"it ends before the least of {in_words(duration.least)}", duration.cites, "ends")
    if duration.most and file.ends > later_by(starts, duration.most):
        yield Lack(f"it lasts more than {in_words(duration.most)}", duration.cites, "ends")


def of_next_review(
    situation: Situation, since: date, due: date, slip_reason: str, *, drafted: bool = False
) -> Iterator[Lack]:
    """The next review: usually within `every`, later only with a reason, after `ceiling` never."""
    review = situation.rules.review
    if due > later_by(since, review.ceiling):
        yield Lack(f"the review is more than {in_words(review.ceiling)} away", review.cites, "review_due")
    elif due > later_by(since, review.every) and not slip_reason.strip():
        text = f"the review is more than {in_words(review.every)} away, which needs a reason"
        # A draft gives it in its file, and a review as an option.
        yield reason_lacking(text, "review_slip", review.cites) if drafted else Lack(text, review.cites, "slip_reason")
    if due <= situation.day:
        yield Lack("the review date has passed", field="review_due")


def _checklist(file: StrategyFile, situation: Situation) -> Iterator[Lack]:
    for check in situation.rules.checklist:
        if not check.stages or file.stage in check.stages:
            yield from of_answer(file.answers.get(check.id), check, blocking=check.blocking)


def of_warning(file: StrategyFile, situation: Situation) -> Iterator[Lack]:
    """Whether the person was warned first, by something that reached them, or it is said why not."""
    warning = situation.rules.warning
    if file.warned_that_count or warning.needed is Needed.OPTIONAL:
        return
    if warning.needed is Needed.REQUIRED:
        yield Lack(f"the person was not warned first{_offers(warning)}", warning.cites, "warned")
    elif file.warning_waived is None:
        text = f"the person was not warned first, and no reason why not is given{_offers(warning)}"
        yield Lack(text, warning.cites, "warned")
    else:
        yield from of_waiver(file, file.warning_waived.waiver, situation)


def of_waiver(file: StrategyFile, waiver: str, situation: Situation) -> Iterator[Lack]:
    """One of the policy's reasons for no warning, and one that counts at this stage (Wealden L108-L112)."""
    warning = situation.rules.warning
    count = [one for one in warning.waivers if _counts(file, warning.waiver_stages.get(one, ()), situation)]
    known = ", ".join(count) or "none"
    if waiver not in warning.waivers:
        yield Lack(f"no such reason; there are {known}", warning.cites, "waiver")
    elif waiver not in count:
        text = f"`{waiver}` is no reason for no warning at stage {file.stage} of theirs; there are {known}"
        yield Lack(text, warning.cites, "waiver")


def _counts(file: StrategyFile, stages: tuple[int, ...], situation: Situation) -> bool:
    return not stages or any(stage == file.stage or came_before(file, situation, stage) for stage in stages)


def _offers(warning: PriorWarning) -> str:
    """What the policy has people try before a restriction, for whoever has not."""
    return f". One may: {'; '.join(warning.options)}" if warning.options else ""
