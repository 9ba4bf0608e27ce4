"""Where a strategy stands: the fold of its steps. No step is judged here, only understood; `life` judges."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any, Final, TypeVar

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
from gateway.governance.letters.letter import Letter, after_step
from gateway.governance.letters.naming import letters_told_by
from gateway.governance.letters.steps import (
    LetterApproved,
    LetterCameBack,
    LetterPurpose,
    LetterQueued,
    LetterSent,
    LetterWritten,
)
from gateway.governance.step import Step
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
from models.policy_life import Delivery
from models.restriction import Restriction
from models.strategy import Approval, Spoc, Strategy, StrategyScope, StrategyStatus

S = TypeVar("S", bound=Step)

NOTICE_OVER: Final = "notice_over"
URGENT_OVER: Final = "urgent_over"
"""Tasks (`TaskDone.task`) by which a person is told that what they had notice of, or was told of, holds no more."""


class Standing(StrEnum):
    """Where a file is in its life. `withdrawn`: given up before it was in force."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    ACTIVE = "active"
    ENDED = "ended"
    DORMANT = "dormant"
    WITHDRAWN = "withdrawn"

    @property
    def is_over(self) -> bool:
        """Whether it holds nobody to anything any more."""
        return self in (Standing.ENDED, Standing.DORMANT, Standing.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class StrategyFile:
    """A strategy as its steps leave it. `review_asked`: by the person, and not held yet.

    `overtaken`: acts on the draft as it was before it was revised, to be taken anew. `reviewers_allowed`: for the next
    review, whom the policy would else not have do it. `revised_by`: whose words the draft has, beside its author's.
    `letters_before`: ids of letters from before it was taken up again, which tell of nothing that holds now.
    `changed_out_of_force`: the change that its notice tells; `notices_before`: ids of letters that do not tell it, or
    of which the person was told that they do not hold.
    `suspended`: it was in force, and holds nobody until they are told anew.
    `seen_by`: who was allowed to read it beside those who act in it, and why. `steps`: all, the undone ones too.
    """

    id: str
    person: str
    policy: str
    policy_version: str
    author: str
    standing: Standing = Standing.DRAFT
    stage: int = 1
    soft: bool = False
    scope: StrategyScope = StrategyScope.MATTER
    matters: tuple[str, ...] = ()
    behaviours: tuple[str, ...] = ()
    reasons: str = ""
    impact: str = ""
    restrictions: tuple[Restriction, ...] = ()
    spoc: Spoc | None = None
    starts: date | None = None
    ends: date | None = None
    review_due: date | None = None
    reasons_for: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[str, Answered] = field(default_factory=dict)
    warned: tuple[Warned, ...] = ()
    warning_waived: WarningWaived | None = None
    acts: tuple[Acted, ...] = ()
    overtaken: tuple[Acted, ...] = ()
    nominated: tuple[Nominated, ...] = ()
    letters: Mapping[str, Letter] = field(default_factory=dict)
    letters_before: frozenset[str] = frozenset()
    changed_out_of_force: Changed | None = None
    notices_before: frozenset[str] = frozenset()
    ways_waived: frozenset[Delivery] = frozenset()
    agreement: AgreementSought | None = None
    notified_on: date | None = None
    active_since: date | None = None
    suspended: Suspended | None = None
    urgent: Urgent | None = None
    changing: Changed | None = None
    review_asked: ReviewAsked | None = None
    reviewers_allowed: tuple[str, ...] = ()
    last_review: Reviewed | None = None
    reviews: int = 0
    ended_on: date | None = None
    dormant_on: date | None = None
    reinstated: Reinstated | None = None
    held: Held | None = None
    revised_by: tuple[str, ...] = ()
    seen_by: Mapping[str, str] = field(default_factory=dict)
    steps: tuple[StrategyStep, ...] = ()

    @property
    def decider(self) -> str | None:
        """Who took the last act of the chain."""
        given = [act for act in self.acts if act.agreed]
        return given[-1].by if given else None

    @property
    def warned_that_count(self) -> tuple[Warned, ...]:
        """Without those who were to be told by a letter of the file that came back."""
        back = {id_ for id_, letter in self.letters.items() if letter.came_back and not letter.sent_that_count}
        return tuple(one for one in self.warned if not back & letters_told_by(one.how, one.document))

    @property
    def was_decided(self) -> bool:
        """Whether anything was decided that holds, or held, the person to something: not of a draft."""
        return self.urgent is not None or self.standing not in (Standing.DRAFT, Standing.SUBMITTED, Standing.WITHDRAWN)

    @property
    def is_suspended(self) -> bool:
        """Whether it was in force, and holds nobody now until they are told anew."""
        return self.suspended is not None and self.standing is Standing.APPROVED

    @property
    def is_lifted(self) -> bool:
        """Whether the last review decided that it is no longer needed."""
        return self.last_review is not None and self.last_review.outcome is ReviewOutcome.LIFT

    @property
    def in_force_from(self) -> date | None:
        """The day its restrictions hold from: put in force, begun and told, whichever is last. None before."""
        if self.active_since is None:
            return None
        return max(day for day in (self.active_since, self.starts, self.notified_on) if day is not None)

    @property
    def held_until(self) -> date | None:
        """The last day of what is over: its own end, where somebody recorded only after it that it had ended."""
        days = (self.ended_on, self.ends if self.standing is not Standing.WITHDRAWN else None)
        return min(day for day in days if day is not None) if self.ended_on is not None else None

    @property
    def urgent_now(self) -> Urgent | None:
        """The urgent measures that stand while the policy's own course is taken; over once the strategy is in force."""
        return self.urgent if self.standing in _BEFORE_FORCE else None

    def letters_for(self, purpose: LetterPurpose) -> tuple[Letter, ...]:
        """The letters with this purpose, as written in order; none from before it was taken up again."""
        return tuple(
            letter
            for id_, letter in self.letters.items()
            if letter.written.purpose is purpose and id_ not in self.letters_before
        )

    @property
    def notices(self) -> tuple[Letter, ...]:
        """Those that give notice of what it says now."""
        letters = self.letters_for(LetterPurpose.NOTICE)
        return tuple(letter for letter in letters if letter.written.letter not in self.notices_before)

    @property
    def notice_received_on(self) -> date | None:
        """The day on which the last copy of the notice counts as received; a copy sent later does not move it."""
        days = (sent.received_on for letter in self.notices for sent in letter.sent_that_count)
        return max(days, default=None)

    def last_back(self, *purposes: LetterPurpose) -> LetterCameBack | None:
        """The last time that a letter with one of these purposes came back, of this course."""
        letters = (letter for purpose in purposes for letter in self.letters_for(purpose))
        return max((back for one in letters for back in one.came_back.values()), key=lambda back: back.at, default=None)

    def strategy(self) -> Strategy:
        """What routing knows of it. Urgent measures are in force by themselves until they end."""
        urgent = self.urgent_now
        return Strategy(
            id=self.id,
            person=self.person,
            scope=self.scope,
            matters=self.matters,
            status=StrategyStatus.ACTIVE if urgent else _STATUS[self.standing],
            starts=urgent.told_on if urgent else self.starts or self.steps[0].taken_on,
            ends=urgent.until if urgent else self.ends,
            review_due=self.review_due,
            notified_on=urgent.told_on if urgent else self.notified_on,
            spoc=self.spoc,
            decider=self.decider,
            reasons=self.reasons or None,
            approvals=tuple(
                Approval(role=act.role or act.act, name=act.by, on=act.taken_on) for act in self.acts if act.agreed
            ),
            restrictions=urgent.restrictions if urgent else self.restrictions,
        )


_BEFORE_FORCE = frozenset({Standing.DRAFT, Standing.SUBMITTED, Standing.APPROVED})

_STATUS = {
    Standing.DRAFT: StrategyStatus.DRAFT,
    Standing.SUBMITTED: StrategyStatus.SUBMITTED,
    Standing.APPROVED: StrategyStatus.APPROVED,
    Standing.ACTIVE: StrategyStatus.ACTIVE,
    Standing.ENDED: StrategyStatus.ENDED,
    Standing.DORMANT: StrategyStatus.DORMANT,
    Standing.WITHDRAWN: StrategyStatus.ENDED,
}


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


def is_told_by_notice(file: StrategyFile) -> bool:
    """Whether what it says is decided, holds nobody, and is told by the notice that is still to go."""
    return file.standing is Standing.APPROVED


def holds_at_once(file: StrategyFile, change: Changed) -> bool:
    """Whether a change waits for no letter: nobody is held for longer to what it takes away.

    Nor is anybody held to a contact without restrictions, who has to answer from the day the last one does not.
    """
    return _only_takes_away(file, change) or (file.soft and not change.restrictions)


def alters_nothing(file: StrategyFile, change: Changed) -> bool:
    """Whether a change leaves what it says as it was, whatever its restrictions are called and in which order."""
    same_contact = change.spoc is None or change.spoc == file.spoc
    return same_contact and _whatever_order(file.restrictions) == _whatever_order(change.restrictions)


def only_adds(file: StrategyFile, change: Changed) -> bool:
    """Whether all that it says holds after a change as well, so that the person is held to no less."""
    same_contact = change.spoc is None or change.spoc == file.spoc
    held, will_hold = _whatever_order(file.restrictions), _whatever_order(change.restrictions)
    return same_contact and set(held) <= set(will_hold)


def adds_rules(file: StrategyFile, change: Changed) -> bool:
    """Whether a restriction holds after a change that did not hold before."""
    return not set(_whatever_order(change.restrictions)) <= set(_whatever_order(file.restrictions))


def _whatever_order(restrictions: tuple[Restriction, ...]) -> list[str]:
    dumped = (restriction.model_dump(mode="json", exclude={"id"}) for restriction in restrictions)
    return sorted(
        repr([(name, sorted(value, key=repr) if isinstance(value, list) else value) for name, value in one.items()])
        for one in dumped
    )


def _only_takes_away(file: StrategyFile, change: Changed) -> bool:
    """Whether it leaves everything as it was but for restrictions that are no more."""
    same_contact = change.spoc is None or change.spoc == file.spoc
    return same_contact and not adds_rules(file, change)


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
