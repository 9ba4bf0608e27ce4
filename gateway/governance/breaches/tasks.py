"""What a strategy's confirmed breaches wait for, and those of ours that stand here."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.governance.breaches.file import BreachFile, Decision, OpenProposal
from gateway.governance.breaches.for_whom import answering_for, deciding, reminding, to_decide, to_do_it
from gateway.governance.breaches.letters import letters_to_put_right, to_do, to_put_right
from gateway.governance.breaches.possible import Possible, possible
from gateway.governance.breaches.steps import BreachUndone
from gateway.governance.breaches.untold import as_far_as_told, untold
from gateway.governance.folding import last_of
from gateway.governance.our_breaches import our_breach_task
from gateway.governance.situation import Situation
from gateway.governance.steps import Activated
from gateway.governance.task import USUAL_WORKING_DAYS, Task, for_any
from models.plain_names import plain
from models.policy_events import BreachAction


def tasks(file: BreachFile, situation: Situation) -> Iterator[Task]:
    """Breaches to undo, proposals to decide, what was accepted and is to be done, what is to be put right."""
    yield from _ours(file, situation)
    yield from _to_undo(file, situation)
    told = as_far_as_told(file, situation.strategy(file.strategy))
    for proposal in told.proposals:
        yield _proposed(file, proposal, situation)
    for decision in to_do(told, situation):
        yield _to_be_done(file, decision, situation)
    for decision in to_put_right(file, situation):
        undone = decision.undone or decision.step
        due = situation.working_days_after(undone.taken_on, 1)
        says = f"A breach was none after all; put right what was done on it: {plain(decision.step.action)}"
        yield for_any(answering_for(decision, situation), f"{file.id}/put_right.{decision.step.action}", says, due)
    undoing = last_of(file.steps, BreachUndone)
    for sent in letters_to_put_right(file, situation):
        due = situation.working_days_after((undoing or sent).taken_on, 1)
        says = (
            f"A breach was none after all; letter {sent.letter} told the person of it: write to them what holds, and "
            f"say how (`triage breach put-right {file.id} reminder_letter`)"
        )
        yield for_any(reminding(file, situation), f"{file.id}/put_right.{sent.letter}", says, due)


def _ours(file: BreachFile, situation: Situation) -> Iterator[Task]:
    if file.ours:
        strategy = situation.strategy(file.strategy)
        how = f" (`triage strategy staff-breach-settled {file.strategy}`)"
        stage = strategy.stage if strategy is not None else 1
        yield our_breach_task(file.id, file.ours[0], stage, situation, how=how)


def _proposed(file: BreachFile, proposal: OpenProposal, situation: Situation) -> Task:
    says = f"Decide on what is proposed after a confirmed breach: {plain(proposal.action)}"
    if possible(proposal.action, proposal.answers, file, situation.strategy(file.strategy)) is Possible.NO_LONGER:
        says = _no_longer(file, proposal.action)
    roles = to_decide(proposal, file, situation)
    return for_any(roles, f"{file.id}/{proposal.action}", says, proposal.due, proposal.cites)


def _to_be_done(file: BreachFile, decision: Decision, situation: Situation) -> Task:
    """Until the strategy is in force again it has no day, and from then on days of its own."""
    action, strategy = decision.step.action, situation.strategy(file.strategy)
    id_, words = f"{file.id}/do.{action}", plain(action)
    match possible(action, decision.answers, file, strategy):
        case Possible.ONCE_IN_FORCE:
            says = f"Once {file.strategy} is in force again, do what was accepted after a confirmed breach: {words}"
            return for_any(to_do_it(decision, file, situation), id_, says, None)
        case Possible.NO_LONGER:
            due = situation.working_days_after(decision.step.taken_on, USUAL_WORKING_DAYS)
            return for_any(answering_for(decision, situation), id_, _no_longer(file, action), due)
    begun = last_of(strategy.steps, Activated) if strategy is not None else None
    since = max(step.taken_on for step in (decision.step, begun) if step is not None)
    says = f"Do what was accepted after a confirmed breach: {words}"
    return for_any(
        to_do_it(decision, file, situation), id_, says, situation.working_days_after(since, USUAL_WORKING_DAYS)
    )


def _no_longer(file: BreachFile, action: BreachAction) -> str:
    return (
        f"{file.strategy} is over, or was begun anew since the breach, and `{action}` is not possible any more: "
        f"decline it, saying so (`triage breach decline {file.id} {action}`), or record that it was done before"
    )


def _to_undo(file: BreachFile, situation: Situation) -> Iterator[Task]:
    """What was confirmed on a letter of which it turned out since that it came back."""
    if not (found := untold(file, situation.strategy(file.strategy))):
        return
    which = ", ".join(f"{contact} {file.strategy}/{restriction}" for contact, restriction in found)
    back = max(found.values(), key=lambda one: one.at)
    says = (
        f"Undo the breaches of {which}: nobody had told them by then, for letter {back.letter} came back "
        "(`triage breach undo … --because error`); nothing is to be done on these meanwhile"
    )
    cites = situation.rules.notice.cites
    yield for_any(deciding(file, situation), f"{file.id}/undo_untold", says, back.taken_on, cites)
