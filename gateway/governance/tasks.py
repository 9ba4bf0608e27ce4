"""What every file waits for. Reminders and alerts are built on it (`clocks`), and `triage tasks` shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, Final

from gateway.governance import holds
from gateway.governance.breaches import tasks as breaches
from gateway.governance.breaches.file import BreachFile
from gateway.governance.cases import tasks as cases
from gateway.governance.cases.file import CaseFile
from gateway.governance.challenges import tasks as challenges
from gateway.governance.challenges.file import ChallengeFile
from gateway.governance.course import File
from gateway.governance.disclosures import tasks as disclosures
from gateway.governance.disclosures.file import DisclosureFile
from gateway.governance.holds import HoldFile
from gateway.governance.incidents import tasks as incidents
from gateway.governance.incidents.file import IncidentFile
from gateway.governance.registers import tasks as registers
from gateway.governance.registers.file import EntryFile
from gateway.governance.situation import Situation
from gateway.governance.strategy_file import StrategyFile
from gateway.governance.strategy_tasks import strategy_tasks
from gateway.governance.task import Task
from gateway.governance.training import tasks as training
from gateway.governance.training.file import TrainingFile

__all__ = ["Task", "open_tasks", "soonest_first", "strategy_tasks"]

_TASKS: Final[dict[type, Callable[[Any, Situation], Iterator[Task]]]] = {
    StrategyFile: strategy_tasks,
    IncidentFile: incidents.tasks,
    BreachFile: breaches.tasks,
    ChallengeFile: challenges.tasks,
    DisclosureFile: disclosures.tasks,
    EntryFile: registers.tasks,
    CaseFile: cases.tasks,
    TrainingFile: training.tasks,
    HoldFile: holds.tasks,
}


def open_tasks(file: File, situation: Situation) -> tuple[Task, ...]:
    """What the file waits for, soonest due first; a file of a kind that has no tasks waits for none."""
    tasks_of = _TASKS.get(type(file))
    return () if tasks_of is None else tuple(sorted(tasks_of(file, situation), key=soonest_first))


def soonest_first(task: Task) -> tuple[bool, date, str]:
    """The order in which tasks are shown; those without a day come last."""
    return task.due is None, task.due or date.max, task.id
