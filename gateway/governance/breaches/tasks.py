"""What a strategy's confirmed breaches wait for."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.governance.breaches.file import BreachFile
from gateway.governance.situation import Situation
from gateway.governance.task import USUAL_WORKING_DAYS, Task, for_any
from models.plain_names import plain


def tasks(file: BreachFile, situation: Situation) -> Iterator[Task]:
    """Proposals to decide, what was accepted and is to be done, what is to be put right."""
    for proposal in file.proposals:
        words = plain(proposal.action)
        says = f"Decide on what is proposed after a confirmed breach: {words}"
        yield for_any(proposal.decided_by, f"{file.id}/{proposal.action}", says, proposal.due, proposal.cites)
    for decision in file.to_do:
        due = situation.working_days_after(decision.step.taken_on, USUAL_WORKING_DAYS)
        says = f"Do what was accepted after a confirmed breach: {plain(decision.step.action)}"
        yield Task(f"{file.id}/do.{decision.step.action}", says, decision.step.role, due)
    for decision in file.to_put_right:
        undone = decision.undone or decision.step
        due = situation.working_days_after(undone.taken_on, 1)
        says = f"A breach was none after all; put right what was done on it: {plain(decision.step.action)}"
        yield Task(f"{file.id}/put_right.{decision.step.action}", says, decision.step.role, due)
