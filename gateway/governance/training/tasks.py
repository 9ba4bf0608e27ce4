"""What a training record waits for: each training of the policy's that they have not had, and each again."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.governance.situation import Situation
from gateway.governance.task import USUAL_WORKING_DAYS, Task
from gateway.governance.training.file import TrainingFile


def tasks(file: TrainingFile, situation: Situation) -> Iterator[Task]:
    """None of somebody who has left."""
    if file.left is not None:
        return
    for rule in situation.rules.training:
        if rule.id in file.trained:
            due = file.next_due(rule)
            says = "A member of staff is to be trained again"
        else:
            due = situation.working_days_after(file.since, USUAL_WORKING_DAYS)
            says = "A member of staff has not been trained yet"
        if due is not None:
            yield Task(f"{file.id}/{rule.id}", f"{says}: {rule.says}", rule.to, due, rule.cites)
