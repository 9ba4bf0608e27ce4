"""Where a strategy stands: the fold of its steps. No step is judged here, only understood; `life` judges."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

from gateway.governance.common_steps import (
    Allowed,
    Answered,
    NoLongerAllowed,
    Released,
    ReviewerAllowed,
    TaskDone,
    Undone,
)
from gateway.governance.folding import folded, live_steps, who_may_see
from gateway.governance.letters.letter import after_step
from gateway.governance.letters.steps import LetterApproved, LetterCameBack, LetterQueued, LetterSent, LetterWritten
from gateway.governance.steps import (
    Acted,
    Activated,
    AgreementSought,
    Changed,
    ChangeInForce,
    Drafted,
    DraftFields,
    Ended,
    Extended,
    Held,
    MadeDormant,
    Nominated,
    Reinstated,
    ReviewAsked,
    Reviewed,
    ReviewOutcome,
    Revised,
    StrategyStep,
    Submitted,
    Suspended,
    Urgent,
    Warned,
    WarningWaived,
    WayWaived,
    Withdrawn,
)
from gateway.governance.strategy_changes import holds_at_once, is_told_by_notice
from gateway.governance.strategy_file import Standing, StrategyFile

NOTICE_OVER: Final = "notice_over"
URGENT_OVER: Final = "urgent_over"
"""Tasks (`TaskDone.task`) by which a person is told that what they had notice of, or was told of, holds no more."""


def fold(id_: str, steps: Sequence[StrategyStep]) -> StrategyFile:
    """The file whose steps these are. ValueError where the first is no draft."""
    return folded(id_, steps, opened, _changed, _was_told)


def opened(id_: str, first: StrategyStep) -> StrategyFile:
    """The file that a draft opens."""
    if not isinstance(first, Drafted):
        raise ValueError("a strategy's file begins with its draft")
    return StrategyFile(
        id=id_,
        person=first.person,
        policy=first.policy,
        policy_version=first.policy_version,
        author=first.by,
        stage=first.stage,
        soft=first.soft,
        scope=first.scope,
        matters=first.matters,
        behaviours=first.behaviours,
        reasons=first.reasons,
        impact=first.impact,
        restrictions=first.restrictions,
        spoc=first.spoc,
        starts=first.starts,
        ends=first.ends,
        review_due=first.review_due,
        reasons_for=first.reasons_for,
        steps=(first,),
    )


def after(file: StrategyFile, step: StrategyStep) -> StrategyFile:
    """The file with one step more; an `Undone` is folded by `fold`, which leaves out what it names."""
    if isinstance(step, Undone):
        return fold(file.id, (*file.steps, step))
    return _with_step(_changed(file, step), step)


def walked(file: StrategyFile) -> Iterator[tuple[StrategyFile, StrategyStep]]:
    """Each step that counts behind the draft, and the file as that found it, but for its `steps`."""
    first, *others = (step for _number, step in live_steps(file.steps))
    then = opened(file.id, first)
    for step in others:
        yield then, step
        then = _changed(then, step)


def _with_step(file: StrategyFile, step: StrategyStep) -> StrategyFile:
    return replace(file, steps=(*file.steps, step))


def _changed(file: StrategyFile, step: StrategyStep) -> StrategyFile:
    """The file with what the step sets."""
    match step:
        case Revised():
            given = step.model_dump(include=_DRAFT_FIELDS, exclude_none=True)
            changed: dict[str, Any] = {name: getattr(step, name) for name in given} | dict.fromkeys(step.cleared)
            changed["reasons_for"] = {**file.reasons_for, **step.reasons_for}
            if all(getattr(file, name) == value for name, value in changed.items()):
                return file
            by = file.revised_by if step.by in file.revised_by else (*file.revised_by, step.by)
            # Whoever was asked was asked about another draft.
            overtaken = (*file.overtaken, *file.acts)
            return replace(file, **changed, revised_by=by, acts=(), overtaken=overtaken)
        case Answered():
            return replace(file, answers={**file.answers, step.check: step})
        case Warned():
            return replace(file, warned=(*file.warned, step))
        case WarningWaived():
            return replace(file, warning_waived=step)
        case Submitted():
            return replace(file, standing=Standing.SUBMITTED)
        case Acted():
            if not step.agreed:  # back to the author; whoever agreed before agreed to another draft
                return replace(file, standing=Standing.DRAFT, acts=(), overtaken=())
            standing = Standing.APPROVED if step.completes else file.standing
            return replace(file, acts=(*file.acts, step), standing=standing)
        case Nominated():
            return replace(file, nominated=(*file.nominated, step))
        case LetterWritten():
            return replace(file, letters=after_step(file.letters, step))
        case LetterApproved() | LetterQueued() | LetterSent() | LetterCameBack():
            return _told_anew(file, replace(file, letters=after_step(file.letters, step)))
        case WayWaived():
            return replace(file, ways_waived=file.ways_waived | {step.way})
        case AgreementSought():
            return replace(file, agreement=step)
        case Urgent():
            return replace(file, urgent=step)
        case Activated():
            since = step.taken_on
            due = step.review_due or file.review_due
            told = file.notice_received_on
            again = replace(file, standing=Standing.ACTIVE, active_since=since, notified_on=told, review_due=due)
            return replace(again, suspended=None)
        case ReviewAsked():
            return replace(file, review_asked=step)
        case ReviewerAllowed():
            return replace(file, reviewers_allowed=(*file.reviewers_allowed, step.name))
        case Reviewed():
            due = file.review_due if step.outcome is ReviewOutcome.LIFT else step.next_review
            looked = replace(file, last_review=step, reviews=file.reviews + 1, review_due=due)
            return replace(looked, review_asked=None, reviewers_allowed=())
        case Suspended():
            again = replace(file, standing=Standing.APPROVED, suspended=step)
            return replace(again, active_since=None, notified_on=None)
        case Changed():
            if is_told_by_notice(file):
                told_anew = replace(_in_force(file, step), changed_out_of_force=step)
                # Whether they agreed, too, was asked of other rules.
                return replace(told_anew, notices_before=frozenset(file.letters), agreement=None)
            return _in_force(file, step) if holds_at_once(file, step) else replace(file, changing=step)
        case ChangeInForce() if file.changing is not None:
            return _in_force(file, file.changing)
        case Extended():
            return replace(file, ends=step.ends)
        case Ended():
            return replace(file, standing=Standing.ENDED, ended_on=step.taken_on, changing=None, urgent=None)
        case Withdrawn():
            return replace(file, standing=Standing.WITHDRAWN, ended_on=step.taken_on, urgent=None)
        case TaskDone() if step.task == NOTICE_OVER:
            return replace(file, notices_before=frozenset(file.letters), agreement=None)
        case TaskDone() if step.task == URGENT_OVER:
            return replace(file, urgent=None)
        case MadeDormant():
            return replace(file, standing=Standing.DORMANT, dormant_on=step.taken_on)
        case Reinstated():
            again = replace(file, standing=Standing.APPROVED, review_due=step.review_due, ends=step.ends)
            again = replace(again, reinstated=step, letters_before=frozenset(file.letters))
            # Whether they agreed, which way of telling them was left out and what a review decided of an earlier course
            # says nothing of this one.
            again = replace(again, agreement=None, ways_waived=frozenset(), reviewers_allowed=())
            again = replace(again, changed_out_of_force=None)
            return replace(again, notified_on=None, ended_on=None, dormant_on=None, review_asked=None, last_review=None)
        case Allowed() | NoLongerAllowed():
            return replace(file, seen_by=who_may_see(file.seen_by, step))
        case Held():
            return replace(file, held=step)
        case Released():
            return replace(file, held=None)
    return file


def _was_told(step: StrategyStep) -> bool:
    """Whether it says that a person was told that something is over: they know it, whoever takes the record back."""
    return isinstance(step, TaskDone) and step.task in (NOTICE_OVER, URGENT_OVER)


def _in_force(file: StrategyFile, change: Changed) -> StrategyFile:
    given = {**file.reasons_for, **change.reasons_for}
    spoc = change.spoc or file.spoc
    return replace(file, restrictions=change.restrictions, spoc=spoc, reasons_for=given, changing=None)


_DRAFT_FIELDS = set(DraftFields.model_fields) - {"reasons_for"}


def _told_anew(before: StrategyFile, file: StrategyFile) -> StrategyFile:
    """The file in force with the day of a notice that went once every copy had come back: only then were they told."""
    if file.standing is not Standing.ACTIVE or before.notice_received_on is not None:
        return file
    told = file.notice_received_on
    return file if told is None else replace(file, notified_on=told)
