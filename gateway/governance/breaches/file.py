"""Where the answer to a strategy's breaches stands: the fold of its steps. No step is judged here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from gateway.governance.breaches.steps import (
    Accepted,
    AskedToContact,
    BreachConfirmed,
    BreachStep,
    BreachUndone,
    CarriedOut,
    Declined,
    OurBreach,
    OurBreachSettled,
    Proposal,
    PutRight,
)
from gateway.governance.folding import folded
from models.policy_events import BreachAction
from models.policy_question import Cites

Key = tuple[str, str]
"""Contact and restriction: which breach of the strategy."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What somebody decided of a proposal. `answers`: the breaches that it answers and that stand.

    `from_count`: the ladder's rung that proposed it. `undone`: what left it without any breach, or fewer than the rung.
    """

    step: Accepted | Declined
    answers: frozenset[Key]
    from_count: int = 1
    carried_out: CarriedOut | None = None
    undone: BreachUndone | None = None
    put_right: PutRight | None = None

    @property
    def accepted(self) -> bool:
        """Whether it was taken up."""
        return isinstance(self.step, Accepted)


@dataclass(frozen=True, slots=True)
class OpenProposal:
    """A proposal that nobody has decided. `due`: the earliest of the breaches it answers. `from_count`: the lowest."""

    action: BreachAction
    from_count: int
    due: date
    decided_by: tuple[str, ...]
    cites: Cites
    answers: frozenset[Key]


@dataclass(frozen=True, slots=True)
class BreachFile:
    """A strategy's confirmed breaches as their steps leave them. `steps`: all, in order, the undone ones too.

    `breaches`: those that stand. `before`: how many were confirmed before the file began. `ours`: what we did not keep
    to ourselves, and nobody has settled yet, the earliest first. `asked`: when we asked them to contact us, where the
    strategy has no file of its own.
    """

    id: str
    strategy: str
    person: str | None
    policy: str | None
    policy_version: str | None
    before: int
    breaches: Mapping[Key, BreachConfirmed] = field(default_factory=dict)
    decisions: tuple[Decision, ...] = ()
    ours: tuple[OurBreach, ...] = ()
    asked: tuple[AskedToContact, ...] = ()
    steps: tuple[BreachStep, ...] = ()

    @property
    def count(self) -> int:
        """How many confirmed breaches of the strategy stand."""
        return self.before + len(self.breaches)

    @property
    def proposals(self) -> tuple[OpenProposal, ...]:
        """What waits for a decision; a proposal of several breaches is one."""
        return tuple(found for action in BreachAction if (found := proposal_of(self, action)) is not None)

    @property
    def to_do(self) -> tuple[Decision, ...]:
        """What was accepted on breaches that stand, as many as its rung wants, and is not done."""
        return tuple(one for one in self.decisions if one.accepted and one.carried_out is None and one.answers)

    @property
    def to_put_right(self) -> tuple[Decision, ...]:
        """What was done although since then every breach it answers was undone, or too many for its rung."""
        return tuple(
            one for one in self.decisions if one.carried_out is not None and one.put_right is None and not one.answers
        )

    @property
    def fallen(self) -> tuple[Decision, ...]:
        """What was accepted and of whose breaches none stands any more, and nobody recorded that it was done."""
        left = (one for one in self.decisions if one.accepted and not one.answers and one.put_right is None)
        return tuple(one for one in left if one.carried_out is None)

    @property
    def closed(self) -> bool:
        """Whether nothing waits; a further breach opens it again."""
        return not (self.proposals or self.to_do or self.to_put_right or self.ours)


def proposal_of(file: BreachFile, action: BreachAction) -> OpenProposal | None:
    """The open proposal of this action, if there is one."""
    answered = {key for one in file.decisions if one.step.action is action for key in one.answers}
    waiting: list[tuple[Key, Proposal]] = [
        (key, proposal)
        for key, breach in file.breaches.items()
        for proposal in breach.proposes
        # Where a breach was undone since, fewer stand, and what they no longer reach falls.
        if proposal.action is action and proposal.from_count <= file.count and key not in answered
    ]
    if not waiting:
        return None
    _key, last = waiting[-1]
    due = min(proposal.due for _key, proposal in waiting)
    rung = min(proposal.from_count for _key, proposal in waiting)
    return OpenProposal(action, rung, due, last.decided_by, last.cites, frozenset(key for key, _proposal in waiting))


def opened(id_: str, first: BreachStep) -> BreachFile:
    """The file that a confirmed breach opens, one of ours, or that we asked them to contact us. ValueError else."""
    if isinstance(first, OurBreach | AskedToContact):
        return BreachFile(
            id=id_,
            strategy=first.strategy,
            person=first.person,
            policy=None,
            policy_version=None,
            before=first.before,
            ours=(first,) if isinstance(first, OurBreach) else (),
            asked=(first,) if isinstance(first, AskedToContact) else (),
            steps=(first,),
        )
    if not isinstance(first, BreachConfirmed):
        raise ValueError("a file of breaches begins with a confirmed one, one of ours, or an invitation")
    return BreachFile(
        id=id_,
        strategy=first.strategy,
        person=first.person,
        policy=first.policy,
        policy_version=first.policy_version,
        before=first.count - 1,
        breaches={(first.contact, first.restriction): first},
        steps=(first,),
    )


def fold(id_: str, steps: Sequence[BreachStep]) -> BreachFile:
    """The file whose steps these are."""
    return folded(id_, steps, opened, _changed)


def _changed(file: BreachFile, step: BreachStep) -> BreachFile:
    match step:
        case BreachConfirmed():
            return _confirmed(file, step)
        case BreachUndone():
            return _undone(file, step)
        case Accepted() | Declined():
            proposal = proposal_of(file, step.action)
            if proposal is None and isinstance(step, Declined):
                return _given_up(file, step)
            decided = Decision(step, proposal.answers, proposal.from_count) if proposal else Decision(step, frozenset())
            return replace(file, decisions=(*file.decisions, decided))
        case CarriedOut():
            return _further(file, _waiting(file), step, lambda one: replace(one, carried_out=step))
        case OurBreach():
            return replace(file, ours=(*file.ours, step))
        case OurBreachSettled():
            return replace(file, ours=file.ours[1:])
        case AskedToContact():
            return replace(file, asked=(*file.asked, step))
        case PutRight() if step.letter is None:
            return _further(file, (*file.to_put_right, *file.fallen), step, lambda one: replace(one, put_right=step))
    return file


def _waiting(file: BreachFile) -> tuple[Decision, ...]:
    """What is to be done, or to be done anew where the letter came back."""
    done = (one for one in reversed(file.decisions) if one.accepted and one.carried_out is not None and one.answers)
    return (*file.to_do, *done)


def _given_up(file: BreachFile, step: Declined) -> BreachFile:
    """What was accepted is declined after all, where nothing is left to do it on."""
    return _further(file, _waiting(file), step, lambda one: replace(one, step=step, carried_out=None))


def _confirmed(file: BreachFile, step: BreachConfirmed) -> BreachFile:
    """What was accepted before and is still to be done answers a further breach, too: it is not proposed twice."""
    key, proposed = (step.contact, step.restriction), {proposal.action for proposal in step.proposes}
    decisions = tuple(
        replace(one, answers=one.answers | {key}) if one in file.to_do and one.step.action in proposed else one
        for one in file.decisions
    )
    return replace(file, breaches={**file.breaches, key: step}, decisions=decisions)


def _undone(file: BreachFile, step: BreachUndone) -> BreachFile:
    key = (step.contact, step.restriction)
    if key in file.breaches:
        left = replace(file, breaches={other: one for other, one in file.breaches.items() if other != key})
    else:
        left = replace(file, before=file.before - 1)
    return replace(left, decisions=tuple(_without(one, key, step, left.count) for one in file.decisions))


def _without(decision: Decision, key: Key, step: BreachUndone, count: int) -> Decision:
    """The decision once a breach is undone, after which `count` stand.

    Nothing that was decided answers that breach any more: confirmed again, it is a breach anew. Nor does what was taken
    up answer any, where so few stand that the ladder would not have proposed it.
    """
    falls = decision.accepted and count < decision.from_count
    answers = frozenset[Key]() if falls else decision.answers - {key}
    return decision if answers == decision.answers else replace(decision, answers=answers, undone=step)


def _further(
    file: BreachFile,
    waiting: Sequence[Decision],
    step: CarriedOut | PutRight | Declined,
    further: Callable[[Decision], Decision],
) -> BreachFile:
    """The first decision of this action that waits for the step has it."""
    which = next((one for one in waiting if one.step.action is step.action), None)
    return replace(file, decisions=tuple(further(one) if one is which else one for one in file.decisions))
