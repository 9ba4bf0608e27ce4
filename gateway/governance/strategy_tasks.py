"""What a strategy waits for, from its draft until it is at rest. When it is deleted is for `retention_desk` to say."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from gateway.governance.common_steps import LookedIn
from gateway.governance.demands.approving import deciding_roles, open_acts
from gateway.governance.demands.carrying_out import (
    is_to_be_changed,
    lifted_by_challenge,
    only_stricter_since_review,
    review_to_change,
)
from gateway.governance.demands.drafting import of_warning
from gateway.governance.demands.ending import unsettled_breach
from gateway.governance.demands.measures import of_open_matters
from gateway.governance.demands.occasion import has_run_out, review_has_passed
from gateway.governance.demands.stage_before import of_stage_still
from gateway.governance.demands.telling import of_change_in_force, of_notice
from gateway.governance.folding import last_of, live_steps
from gateway.governance.letters.steps import LetterPurpose
from gateway.governance.our_breaches import our_breach_task
from gateway.governance.owing import owing
from gateway.governance.pack_words import the_people
from gateway.governance.retention import RESTS
from gateway.governance.situation import Situation, looked_at_by
from gateway.governance.step import Step
from gateway.governance.steps import (
    Acted,
    Changed,
    ChangeInForce,
    Reinstated,
    Reviewed,
    ReviewOutcome,
    Submitted,
)
from gateway.governance.still_to_tell import (
    change_letter,
    days_after,
    end_letter,
    extension_letter,
    latest,
    notice_cites,
    noticed_since,
    review_letter,
    signers,
    was_sent,
)
from gateway.governance.strategy_file import Standing, StrategyFile
from gateway.governance.task import USUAL_WORKING_DAYS, Task, at_once, for_any
from models.plain_names import plain


def strategy_tasks(file: StrategyFile, situation: Situation) -> Iterator[Task]:
    """Everything that runs, of the standing it is in; whatever it is, a hold, a breach of our own, what is owed."""
    yield from _hold(file, situation)
    yield from _our_breach(file, situation)
    yield from owing(file, situation)
    refusing = (*_on_open_matters(file, situation), *_on_no_stage_before(file, situation))
    yield from refusing
    if lifted_by_challenge(file, situation.besides):
        return  # that it is ended, or withdrawn, is a task of the challenge
    yield from _not_warned(file, situation)
    match file.standing:
        case Standing.DRAFT:
            yield from _urgent(file, situation)
            yield _draft(file, situation)
        case Standing.SUBMITTED:
            yield from _urgent(file, situation)
            yield from _next_act(file, situation)
        case Standing.APPROVED:
            yield from _urgent(file, situation)
            if file.is_suspended:
                yield from _lifted_or_to_review(file, situation)
            first = file.is_suspended and (file.is_lifted or review_has_passed(file, situation))
            if not (refusing or first or is_to_be_changed(file, situation.besides)):
                yield from _notice(file, situation)
            yield from _deputy(file, situation)
        case Standing.ACTIVE:
            yield from _running(file, situation)
            yield from _deputy(file, situation)
        case Standing.ENDED | Standing.DORMANT:
            yield from end_letter(file, situation)
            yield from _rest(file, situation)


def _not_warned(file: StrategyFile, situation: Situation) -> Iterator[Task]:
    """A letter that warned them, or told them of their contact, came back after the strategy rested on it."""
    back = file.last_back(LetterPurpose.WARNING)
    if back is None or not file.warned or file.warned_that_count:
        return
    if file.standing not in (Standing.SUBMITTED, Standing.APPROVED, Standing.ACTIVE):
        return
    if file.soft:
        says = "The letter that told the person of their contact came back: tell them anew"
    elif not list(of_warning(file, situation)):
        return
    else:
        says = "The warning came back, so that nobody was warned: decide whether this can stand, warn them anew"
    says += f", and record it (`triage strategy warned {file.id}`)"
    cites = situation.rules.warning.cites
    yield for_any(_deciders(file, situation), f"{file.id}/warning_came_back", says, back.taken_on, cites)


def _on_no_stage_before(file: StrategyFile, situation: Situation) -> Iterator[Task]:
    """The letter of the stage before came back after this one was submitted. In force, somebody says why it stands."""
    if file.standing not in (Standing.SUBMITTED, Standing.APPROVED):
        return
    for lack in of_stage_still(file, situation):
        says = f"Do not go on with it: {lack.text}"
        yield at_once(_deciders(file, situation), f"{file.id}/stage_before", says, situation.day, lack.cites)


def still_owed(file: StrategyFile, situation: Situation) -> Iterator[Task]:
    """What somebody is still to do of a strategy that is over: nobody would know of it once the file is deleted.

    Neither that it comes to rest nor that a hold on it is looked at is among them: those are about the file itself.
    """
    yield from _our_breach(file, situation)
    yield from owing(file, situation)
    if file.standing in (Standing.ENDED, Standing.DORMANT):
        yield from end_letter(file, situation)


def _running(file: StrategyFile, situation: Situation) -> Iterator[Task]:
    yield from _rests_on_nothing(file, situation)
    yield from _to_review(file, situation)
    review = situation.rules.review
    if file.ends is not None:
        says = "The strategy's end date comes: end it, or extend it and tell the person"
        ahead = file.ends - timedelta(days=review.reminder_days)
        cites = situation.rules.duration.cites
        yield for_any(_deciders(file, situation), f"{file.id}/end", says, file.ends, cites, ahead)
    if file.changing is not None:
        if not list(of_open_matters(file, situation, file.changing.restrictions)):
            yield from _change(file, situation, file.changing)
    else:
        yield from change_letter(file, situation)
    yield from extension_letter(file, situation)
    if file.last_review is not None:
        yield from _after_review(file, situation, file.last_review)


def _to_review(file: StrategyFile, situation: Situation) -> Iterator[Task]:
    review = situation.rules.review
    reviewers = review.reviewers or _deciders(file, situation)
    due = file.review_due
    if due is None and file.active_since is not None:
        due = looked_at_by(review, file.active_since, file.ends)
    if due is not None and not file.is_lifted:
        ahead = due - timedelta(days=review.reminder_days)
        consulting = f", in consultation with {the_people(review.consulted, situation.rules)}"
        says = f"Review the strategy{consulting if review.consulted else ''}"
        if file.is_suspended and review_has_passed(file, situation):
            says += ", before the person is given notice anew; or withdraw it"
        yield for_any(reviewers, f"{file.id}/review", says, due, review.cites, ahead)
    if file.review_asked is not None:
        asked = situation.working_days_after(file.review_asked.on, USUAL_WORKING_DAYS)
        says = "Review the strategy: the person asked for it"
        yield for_any(reviewers, f"{file.id}/review_asked", says, asked, review.cites)


def _lifted_or_to_review(file: StrategyFile, situation: Situation) -> Iterator[Task]:
    """What is suspended is looked at again when that is due, as what is in force, and what that decided is done."""
    if file.is_lifted and file.last_review is not None:
        says = "A review decided to lift the strategy, which is suspended: withdraw it"
        due = days_after(file.last_review, situation)
        yield for_any(_deciders(file, situation), f"{file.id}/lift", says, due, situation.rules.review.cites)
    else:
        yield from _to_review(file, situation)
        if file.last_review is not None:
            yield from _after_review(file, situation, file.last_review)


def _rests_on_nothing(file: StrategyFile, situation: Situation) -> Iterator[Task]:
    """What is in force and was told by letters that came back. Whether it holds meanwhile, a person decides."""
    back, cites = file.last_back(LetterPurpose.NOTICE), notice_cites(situation)
    if back is not None and (lacks := list(of_notice(file, situation))):
        what = "; ".join(lack.text for lack in lacks)
        says = (
            f"The notice came back, and the strategy is enforced on it: {what}. Suspend it until they are told "
            f"(`triage strategy suspend {file.id}`), and send the notice another way"
        )
        yield for_any(_deciders(file, situation), f"{file.id}/notice_came_back", says, back.taken_on, cites)
    change, back = last_of(file.steps, Changed), file.last_back(LetterPurpose.CHANGE)
    # A change that is put in force without waiting for a letter takes away only, and rests on none.
    waited = file.changing is None and change is not None and _since(file, ChangeInForce, change.at)
    told = change is None or was_sent(file, (LetterPurpose.CHANGE,), change.at) or noticed_since(file, change)
    if back is not None and waited and not told:
        says = (
            "The letter about the change came back, and the change is in force on it: send it another way, or decide "
            f"what holds until they have it (`triage strategy change {file.id}`)"
        )
        yield for_any(_deciders(file, situation), f"{file.id}/change_came_back", says, back.taken_on, cites)


def _on_open_matters(file: StrategyFile, situation: Situation) -> Iterator[Task]:
    """A matter was taken up again on which it refuses contact, or is about to (Staffordshire 5.1)."""
    urgent = file.urgent_now
    until_then = urgent.restrictions if urgent is not None and situation.day <= urgent.until else ()
    match file.standing:
        case Standing.ACTIVE:
            held_to = (*file.restrictions, *(file.changing.restrictions if file.changing is not None else ()))
            way = "Change the strategy, or end it"
        case Standing.APPROVED:
            held_to, way = (*file.restrictions, *until_then), "Withdraw the strategy, and draft it anew without that"
        case Standing.DRAFT | Standing.SUBMITTED:
            held_to, way = until_then, "Withdraw the draft with its urgent measures, and draft it anew without that"
        case _:
            return
    if lifted_by_challenge(file, situation.besides):
        way = "End the strategy" if file.standing is Standing.ACTIVE else "Withdraw the strategy"
    if lacks := list(of_open_matters(file, situation, held_to)):
        what = "; ".join(dict.fromkeys(lack.text for lack in lacks))
        yield at_once(
            _deciders(file, situation), f"{file.id}/open_matter", f"{way}: {what}", situation.day, lacks[0].cites
        )


def _change(file: StrategyFile, situation: Situation, change: Changed) -> Iterator[Task]:
    waits = list(of_change_in_force(file, situation))
    due = days_after(latest(change, file.last_back(LetterPurpose.CHANGE)), situation)
    says = "Send the letter about the change; until then the earlier restrictions hold"
    if waits:
        yield for_any(signers(file, situation), f"{file.id}/change_letter", says, due, notice_cites(situation))
    else:
        says = "Put the change in force: nothing is missing"
        yield for_any(_deciders(file, situation), f"{file.id}/change_in_force", says, due)


def _after_review(file: StrategyFile, situation: Situation, review: Reviewed) -> Iterator[Task]:
    """A review that decided something is not over before that is done and told."""
    due, cites = days_after(review, situation), situation.rules.review.cites
    undone = None
    match review.outcome:
        case ReviewOutcome.LIFT:
            undone = "lift", "A review decided to lift the strategy: end it"
        case ReviewOutcome.CHANGE if review_to_change(file) and not only_stricter_since_review(file):
            what = "another single point of contact: name them" if file.soft else "other restrictions: decide which"
            undone = "change", f"A review decided {what}, and tell the person"
        case ReviewOutcome.NEXT_STAGE if not _next_stage_begun(file, situation, review.at):
            undone = "next_stage", "A review decided the next stage: draft it"
    if undone is not None:
        name, says = undone
        yield for_any(_deciders(file, situation), f"{file.id}/{name}", says, due, cites)
    yield from review_letter(file, situation, review)


def _next_stage_begun(file: StrategyFile, situation: Situation, since: datetime) -> bool:
    return any(other.stage > file.stage and other.steps[0].at >= since for other in situation.earlier)


def _draft(file: StrategyFile, situation: Situation) -> Task:
    """A draft has a person's name in it, and keeps what else there is of them: it is not left lying."""
    worked_on = next(step for _number, step in reversed(live_steps(file.steps)) if not isinstance(step, LookedIn))
    says = "The draft is not submitted: submit it, or withdraw it"
    if file.soft:
        says = "The draft is not in force: put it in force, or withdraw it"
    due = days_after(worked_on, situation)
    return Task(f"{file.id}/draft", says, file.steps[0].role, due, reminded_from=due)


def _next_act(file: StrategyFile, situation: Situation) -> Iterator[Task]:
    """Whoever is next in the chain; the policy sets no day for it."""
    submitted = last_of(file.steps, Submitted)
    for act in open_acts(file, situation.rules, "approval")[:1]:
        taken: list[Step] = [step for step in (*file.acts, submitted) if step is not None]
        before = max(taken, key=lambda step: step.at, default=file.steps[-1])
        due = days_after(before, situation)
        says = f"A strategy waits for you: {plain(act.id)}"
        yield for_any(act.roles, f"{file.id}/{act.id}", says, due, act.cites)


def _notice(file: StrategyFile, situation: Situation) -> Iterator[Task]:
    letters = [letter for letter in file.notices if letter.sent_that_count]
    begun = last_of(file.steps, Reinstated) or last_of(file.steps, Acted) or file.steps[-1]
    looked = file.last_review if file.is_suspended else None
    since = latest(begun, file.last_back(LetterPurpose.NOTICE), file.changed_out_of_force, looked)
    if review_has_passed(file, situation) or has_run_out(file, situation):
        says = "A date of the strategy has passed before it is in force: withdraw it; draft another where one is needed"
        yield at_once(_deciders(file, situation), f"{file.id}/too_late", says, situation.day, notice_cites(situation))
        return
    if not letters:
        says = "The strategy is approved and the person has not been told: send the notice"
        if file.suspended is not None:
            says = "The strategy is suspended, for its notice came back: send it another way, and then activate it"
        if file.notices != file.letters_for(LetterPurpose.NOTICE):
            says = "The person was told that what they had notice of does not hold: give notice anew, then activate it"
        if file.changed_out_of_force is not None and file.letters_for(LetterPurpose.NOTICE):
            says = "The strategy was changed, and no notice tells the person of that: send one, and then activate it"
        due = days_after(since, situation)
        yield for_any(signers(file, situation), f"{file.id}/notice", says, due, notice_cites(situation))
        return
    if lacks := list(of_notice(file, situation)):
        says = f"Complete the notice before the strategy is put in force: {'; '.join(lack.text for lack in lacks)}"
        due = days_after(since, situation)
        yield for_any(signers(file, situation), f"{file.id}/notice", says, due, notice_cites(situation))
        return
    received = max(sent.received_on for letter in letters for sent in letter.sent_that_count)
    says = "The notice counts as received: put the strategy in force"
    yield for_any(_deciders(file, situation), f"{file.id}/activate", says, received, notice_cites(situation))


def _deputy(file: StrategyFile, situation: Situation) -> Iterator[Task]:
    """Somebody answers when the single point of contact is away (POLICY_RULES §5.8; LGSCO 19 007 748, Islington)."""
    if file.spoc is None or not file.spoc.deputy:
        says = "Name a deputy for the single point of contact"
        yield at_once(_deciders(file, situation), f"{file.id}/deputy", says, situation.day)


def _urgent(file: StrategyFile, situation: Situation) -> Iterator[Task]:
    urgent = file.urgent
    if urgent is None or (file.suspended is not None and urgent.at < file.suspended.at):
        return  # those were followed by the strategy itself
    says = "Urgent measures end: have the strategy in force by then, or they lapse"
    if situation.day > urgent.until:
        says = f"Urgent measures ended on {urgent.until} and hold nobody: put the strategy in force, or withdraw it"
    yield Task(f"{file.id}/urgent", says, urgent.role, urgent.until)


def _rest(file: StrategyFile, situation: Situation) -> Iterator[Task]:
    """Where its period runs from when it came to rest, it would be kept for ever if nobody let it (Wealden L150)."""
    rests_first = [rule for rule in situation.rules.retention if rule.record == "strategy" and rule.trigger == RESTS]
    if rests_first and file.standing is Standing.ENDED and file.ended_on is not None:
        says = "The strategy has ended: let it rest (`dormant`), so that the period for which it is kept begins"
        roles = situation.rules.review.reviewers or _deciders(file, situation)
        due = situation.working_days_after(file.ended_on, USUAL_WORKING_DAYS)
        yield for_any(roles, f"{file.id}/dormant", says, due, rests_first[0].cites)


def _hold(file: StrategyFile, situation: Situation) -> Iterator[Task]:
    if file.held is not None and file.held.until is not None:
        ahead = file.held.until - timedelta(days=situation.rules.review.reminder_days)
        says = "A hold ends: release it, or hold it anew with a reason"
        yield Task(f"{file.id}/hold", says, file.held.role, file.held.until, reminded_from=ahead)


def _our_breach(file: StrategyFile, situation: Situation) -> Iterator[Task]:
    if (breach := unsettled_breach(file)) is not None:
        yield our_breach_task(file.id, breach, file.stage, situation)


def _deciders(file: StrategyFile, situation: Situation) -> tuple[str, ...]:
    return deciding_roles(situation.rules, file.stage)


def _since(file: StrategyFile, kind: type[Step], moment: datetime) -> bool:
    last = last_of(file.steps, kind)
    return last is not None and last.at >= moment
