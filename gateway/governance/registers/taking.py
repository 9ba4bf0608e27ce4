"""Which steps an entry may take, and what each needs (Stoke 5.3)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from gateway.governance.common_steps import (
    Answered,
    AskedBeforeVisit,
    LookedIn,
    NoLongerAllowed,
    Noted,
    ReviewerAllowed,
    Undone,
)
from gateway.governance.demands.answering import of_answer
from gateway.governance.following import of_allowing, of_following, or_allowed
from gateway.governance.lacks import Lack, refuse
from gateway.governance.pack_words import people
from gateway.governance.registers.file import EntryFile, fold, opened
from gateway.governance.registers.outcomes import of_approving, of_undoing
from gateway.governance.registers.rules import PERSON, PROPERTY, REGISTER_OF, rule_of
from gateway.governance.registers.seeing import may_see, not_for, not_listed, of_asking
from gateway.governance.registers.steps import (
    Amended,
    Entered,
    EntryApproved,
    EntryReviewed,
    EntryStep,
    Removed,
)
from gateway.governance.same_person import in_doubt, is_among, may_be_among, same_person
from gateway.governance.situation import Situation
from gateway.governance.step import Step
from models.plain_names import plain
from models.policy_question import Check
from models.policy_records import RegisterRule

_BEGUN: Final = "the entering itself is not undone; remove the entry"
_DECISIONS: Final = (EntryApproved, ReviewerAllowed, EntryReviewed, Removed)
"""Only whoever decided takes it back."""


def begin_person(id_: str, step: Entered, situation: Situation) -> EntryFile:
    """A new entry about a person. Refused where the policy keeps no such register, or the person is not known."""
    return _begin(PERSON, id_, step, situation)


def begin_property(id_: str, step: Entered, situation: Situation) -> EntryFile:
    """A new entry about a place. Refused where the policy keeps no such register, or there is no address."""
    return _begin(PROPERTY, id_, step, situation)


def _begin(kind: str, id_: str, step: Entered, situation: Situation) -> EntryFile:
    refuse(_of_entering(kind, step, situation))
    return opened(id_, step)


def take(file: EntryFile, step: EntryStep, situation: Situation) -> EntryFile:
    """The entry after the step. Refused, with everything that stands in the way, where it may not be."""
    refuse([*_demands(file, step, situation), *of_following(file.steps, step, decisions=_DECISIONS, begun=_BEGUN)])
    return fold(file.id, (*file.steps, step))


def kind_of(file: EntryFile) -> str:
    """The kind of file that an entry is."""
    return PROPERTY if file.premises is not None else PERSON


def _of_entering(kind: str, step: Entered, situation: Situation) -> Iterator[Lack]:
    if rule_of(kind, situation) is None:
        yield Lack(f"the policy keeps no register of {plain(REGISTER_OF[kind])}", field="registers")
    if step.known_on > situation.day:
        yield Lack("nothing is known on a day to come", field="known_on")
    if kind == PROPERTY and step.premises is None:
        yield Lack("the address is not given", field="address")
    if kind == PERSON and step.premises is not None:
        yield Lack("an entry about a person has no address of its own; enter the property", field="address")
    wanted = step.person if kind == PROPERTY else step.person or "without an id"
    if wanted is not None and (situation.person is None or situation.person.id != wanted):
        yield Lack(f"the register knows nobody {wanted}", field="person")


def _demands(file: EntryFile, step: EntryStep, situation: Situation) -> Iterator[Lack]:
    rule = rule_of(kind_of(file), situation)
    if isinstance(step, LookedIn):
        return
    if isinstance(step, AskedBeforeVisit):
        yield from of_asking(step.role, situation.rules)
        return
    if file.closed and not isinstance(step, Noted | Undone):
        yield Lack(f"{file.id} was removed; enter it anew")
        return
    if not may_see(file, step.by, rule, step.role) and not _lets_another(step, situation, rule):
        yield from _of_reading(file, step, rule)
    match step:
        case Entered():
            yield Lack("it is entered already")
        case Amended() if all(
            given in (None, said)
            for given, said in (
                (step.facts, file.facts),
                (step.methods, file.methods),
                (step.restrictions, file.restrictions),
            )
        ):  # what it says already is no change
            yield Lack("nothing is changed", field="facts")
        case Answered():
            if step.check not in {check.id for check in _asks(rule)}:
                yield Lack(f"the register asks no question {step.check!r}", field="check")
        case EntryApproved():
            yield from _of_approval(file, step, situation, rule)
        case ReviewerAllowed():
            yield from _of_allowed_reviewer(file, step, situation, rule)
        case EntryReviewed():
            yield from _of_review(file, step, situation, rule)
        case Removed():
            yield from _of_role(step, situation, rule)
        case NoLongerAllowed():
            yield from not_listed(step, file.seen_by)
        case Undone():
            yield from of_undoing(file, step, situation)


def _of_approval(
    file: EntryFile, step: EntryApproved, situation: Situation, rule: RegisterRule | None
) -> Iterator[Lack]:
    if file.approved is not None:
        yield Lack("it is approved already")
    yield from _of_role(step, situation, rule)
    yield from of_approving(file, step, situation)
    authors = _authors(file)
    if may_be_among(step.by, authors):
        text = f"{step.by} wrote what is to be approved; this is for somebody else{in_doubt(step.by, *authors)}"
        yield Lack(text, _cites(rule), "by")
    for check in _asks(rule):
        yield from of_answer(file.answers.get(check.id), check, blocking=check.blocking)


def _of_review(file: EntryFile, step: EntryReviewed, situation: Situation, rule: RegisterRule | None) -> Iterator[Lack]:
    if file.approved is None:
        yield Lack("it is not approved yet", _cites(rule))
    yield from _of_role(step, situation, rule)
    by_another = rule is not None and rule.review_by_approver and not same_person(step.by, file.owner)
    if by_another and not is_among(step.by, file.reviewers_allowed):
        text = f"the review is for {file.owner}, who approved it, {or_allowed('registers')}"
        yield Lack(text, _cites(rule), "reviewer_allowed")


def _of_allowed_reviewer(
    file: EntryFile, step: ReviewerAllowed, situation: Situation, rule: RegisterRule | None
) -> Iterator[Lack]:
    if file.approved is None:
        yield Lack("it is not approved yet", _cites(rule))
    yield from of_allowing(step, _allowing(situation, rule), _authors(file), "the entry", situation, _cites(rule))


def _allowing(situation: Situation, rule: RegisterRule | None) -> tuple[str, ...]:
    """The roles that may let another review it than whoever approved it: approvers, reviewers, who hears disputes."""
    rules = situation.rules
    return (*(rule.approvers if rule is not None else ()), *rules.review.reviewers, *rules.dispute.to)


def _authors(file: EntryFile) -> list[str]:
    return [one.by for one in file.steps if isinstance(one, Entered | Amended)]


def _lets_another(step: Step, situation: Situation, rule: RegisterRule | None) -> bool:
    """Whether somebody only says who reviews: that can be said of an entry that one has not read."""
    return isinstance(step, ReviewerAllowed) and step.role in _allowing(situation, rule)


def _of_reading(file: EntryFile, step: Step, rule: RegisterRule | None) -> Iterator[Lack]:
    """Nobody approves, reviews or removes unread what they may not read; an approver may, once they have read it."""
    if not _is_approver(step, rule):
        yield not_for(step, file.owner, rule)
    elif not any(isinstance(one, LookedIn) and same_person(step.by, one.by) for one in file.steps):
        yield not_for(step, file.owner, rule, "or read it first, saying what for (`triage registers show --need`)")


def _of_role(step: Step, situation: Situation, rule: RegisterRule | None) -> Iterator[Lack]:
    if not _is_approver(step, rule) and rule is not None:
        who = people(rule.approvers, situation.rules)
        yield Lack(f"this is for the {who}", rule.cites, "role")


def _is_approver(step: Step, rule: RegisterRule | None) -> bool:
    return rule is not None and step.role in rule.approvers


def _asks(rule: RegisterRule | None) -> tuple[Check, ...]:
    return rule.asks if rule is not None else ()


def _cites(rule: RegisterRule | None) -> tuple[str, ...]:
    return rule.cites if rule is not None else ()
