"""Where an entry stands: the fold of its steps. No step is judged here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from gateway.governance.common_steps import Allowed, Answered, NoLongerAllowed, ReviewerAllowed
from gateway.governance.folding import folded, live_steps, who_may_see
from gateway.governance.registers.steps import (
    Amended,
    Entered,
    EntryApproved,
    EntryReviewed,
    EntryStep,
    Property,
    Removed,
)
from gateway.governance.situation import later_by
from models.policy_records import RegisterRule


class EntryStanding(StrEnum):
    """`waiting`: known and recorded, and not approved yet, or not again since it was changed."""

    WAITING = "waiting"
    APPROVED = "approved"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class EntryFile:
    """An entry as its steps leave it.

    `reviewers_allowed`: for the next review, in place of whoever approved it. `seen_by`: who may read it, and why;
    `steps`: all, the undone ones too.
    """

    id: str
    author: str
    known_on: date
    facts: str
    methods: str
    restrictions: str
    person: str | None = None
    premises: Property | None = None
    told_at: str | None = None
    answers: Mapping[str, Answered] = field(default_factory=dict)
    approved: EntryApproved | None = None
    reviewers_allowed: tuple[str, ...] = ()
    last_review: EntryReviewed | None = None
    seen_by: Mapping[str, str] = field(default_factory=dict)
    removed: Removed | None = None
    steps: tuple[EntryStep, ...] = ()

    @property
    def standing(self) -> EntryStanding:
        """Where it is in its life."""
        if self.removed is not None:
            return EntryStanding.REMOVED
        return EntryStanding.WAITING if self.approved is None else EntryStanding.APPROVED

    @property
    def owner(self) -> str:
        """Who answers for it: whoever approved it last, until then its author."""
        approvals = [step for _number, step in live_steps(self.steps) if isinstance(step, EntryApproved)]
        return approvals[-1].by if approvals else self.author

    @property
    def closed(self) -> bool:
        """Whether nothing is to come any more."""
        return self.removed is not None

    def review_due(self, rule: RegisterRule | None) -> date | None:
        """When it is to be looked at again; None while it waits, and where the policy sets no interval."""
        if self.approved is None or self.closed or rule is None or rule.review_every is None:
            return None
        looks = [self.approved.taken_on, *([self.last_review.taken_on] if self.last_review else [])]
        return later_by(max(looks), rule.review_every)


def opened(id_: str, first: EntryStep) -> EntryFile:
    """The entry that its first step makes. ValueError where that is no entering."""
    if not isinstance(first, Entered):
        raise ValueError("an entry begins with its entering")
    return EntryFile(
        id=id_,
        author=first.by,
        known_on=first.known_on,
        facts=first.facts,
        methods=first.methods,
        restrictions=first.restrictions,
        person=first.person,
        premises=first.premises,
        told_at=first.told_at,
        seen_by=dict.fromkeys(first.needs_to_know, "named when it was entered"),
        steps=(first,),
    )


def fold(id_: str, steps: Sequence[EntryStep]) -> EntryFile:
    """The entry whose steps these are."""
    return folded(id_, steps, opened, _changed)


def last_written(file: EntryFile) -> Entered | Amended:
    """The step that gave the entry the words it has."""
    return next(step for _number, step in reversed(live_steps(file.steps)) if isinstance(step, Entered | Amended))


def _changed(file: EntryFile, step: EntryStep) -> EntryFile:
    match step:
        case Amended():
            # What was answered and approved was another text.
            return replace(
                file,
                facts=step.facts or file.facts,
                methods=file.methods if step.methods is None else step.methods,
                restrictions=file.restrictions if step.restrictions is None else step.restrictions,
                answers={},
                approved=None,
                reviewers_allowed=(),
            )
        case Answered():
            return replace(file, answers={**file.answers, step.check: step})
        case EntryApproved():
            return replace(file, approved=step)
        case ReviewerAllowed():
            return replace(file, reviewers_allowed=(*file.reviewers_allowed, step.name))
        case EntryReviewed():
            return replace(file, last_review=step, reviewers_allowed=())
        case Allowed() | NoLongerAllowed():
            return replace(file, seen_by=who_may_see(file.seen_by, step))
        case Removed():
            return replace(file, removed=step)
    return file
