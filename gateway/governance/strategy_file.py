"""What a strategy is, as its file has it: where it stands in its life, what it asks, who was told of it and how."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from gateway.governance.common_steps import Answered
from gateway.governance.letters.letter import Letter
from gateway.governance.letters.naming import letters_told_by
from gateway.governance.letters.steps import LetterCameBack, LetterPurpose
from gateway.governance.steps import (
    Acted,
    AgreementSought,
    Changed,
    Held,
    Nominated,
    Reinstated,
    ReviewAsked,
    Reviewed,
    ReviewOutcome,
    StrategyStep,
    Suspended,
    Urgent,
    Warned,
    WarningWaived,
)
from models.policy_course import Delivery
from models.restriction import Restriction
from models.strategy import Approval, Spoc, Strategy, StrategyScope, StrategyStatus


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
    def told_on(self) -> tuple[date, ...]:
        """The days on which they were told; twice on one day is once, as where two people record it."""
        return tuple(sorted({one.on for one in self.warned_that_count}))

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
