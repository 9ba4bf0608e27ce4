"""What a strategy's confirmed breaches wait for."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.governance.breaches.file import BreachFile
from gateway.governance.breaches.letters import letters_to_put_right, to_do, to_put_right
from gateway.governance.breaches.steps import BreachUndone
from gateway.governance.breaches.untold import as_far_as_told, untold
from gateway.governance.demands.approving import deciding_roles
from gateway.governance.demands.occasion import REMINDS
from gateway.governance.folding import last_of
from gateway.governance.situation import Situation
from gateway.governance.task import USUAL_WORKING_DAYS, Task, for_any
from models.plain_names import plain


def tasks(file: BreachFile, situation: Situation) -> Iterator[Task]:
    """Breaches to undo, proposals to decide, what was accepted and is to be done, what is to be put right."""
    yield from _to_undo(file, situation)
    told = as_far_as_told(file, situation.strategy(file.strategy))
    for proposal in told.proposals:
        words = plain(proposal.action)
        says = f"Decide on what is proposed after a confirmed breach: {words}"
        yield for_any(proposal.decided_by, f"{file.id}/{proposal.action}", says, proposal.due, proposal.cites)
    for decision in to_do(told, situation):
        due = situation.working_days_after(decision.step.taken_on, USUAL_WORKING_DAYS)
        says = f"Do what was accepted after a confirmed breach: {plain(decision.step.action)}"
        yield Task(f"{file.id}/do.{decision.step.action}", says, decision.step.role, due)
    for decision in to_put_right(file, situation):
        undone = decision.undone or decision.step
        due = situation.working_days_after(undone.taken_on, 1)
        says = f"A breach was none after all; put right what was done on it: {plain(decision.step.action)}"
        yield Task(f"{file.id}/put_right.{decision.step.action}", says, decision.step.role, due)
    undoing = last_of(file.steps, BreachUndone)
    for sent in letters_to_put_right(file, situation):
        due = situation.working_days_after((undoing or sent).taken_on, 1)
        says = (
            f"A breach was none after all; letter {sent.letter} told the person of it: write to them what holds, and "
            f"say how (`triage breach put-right {file.id} reminder_letter`)"
        )
        yield for_any(_reminding(file, situation), f"{file.id}/put_right.{sent.letter}", says, due)


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
    yield for_any(_deciding(file, situation), f"{file.id}/undo_untold", says, back.taken_on, cites)


def _reminding(file: BreachFile, situation: Situation) -> tuple[str, ...]:
    """Those who decide whether a reminder goes; where the policy has none, those who decide on the strategy."""
    named = next((one.decided_by for one in situation.rules.breaches if one.action in REMINDS), ())
    return named or _deciding(file, situation)


def _deciding(file: BreachFile, situation: Situation) -> tuple[str, ...]:
    strategy = situation.strategy(file.strategy)
    return deciding_roles(situation.rules, strategy.stage if strategy is not None else 1)
