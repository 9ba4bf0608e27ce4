"""Training records at work: found by the name of the member of staff, and listed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from gateway.governance.courses import TRAINING
from gateway.governance.desk import Desk, Readable
from gateway.governance.lacks import Lack, Refused
from gateway.governance.same_person import same_person
from gateway.governance.tasks import open_tasks
from gateway.governance.training.file import TrainingFile
from gateway.governance.training.steps import Joined, Left, Trained


@dataclass(frozen=True, slots=True)
class Line:
    """A member of staff and a training of the policy's. `on` None: not trained in it; `due` None: nothing says when."""

    id: str
    name: str
    training: str
    on: date | None
    given_by: str
    due: date | None


class TrainingDesk:
    """Records and lists who was trained. `now`: the clock."""

    def __init__(self, desk: Desk, *, now: Callable[[], datetime]) -> None:
        self._desk = desk
        self._now = now

    async def record(self, step: Joined | Trained) -> TrainingFile:
        """A step of somebody of this name who works here; the first one begins their record."""
        file = await self._of(step.name)
        if file is None:
            return await self._desk.begin(TRAINING, step, person=None)
        return await self._desk.take(TRAINING, file.id, step)

    async def left(self, name: str, step: Left) -> TrainingFile:
        """They have left. Refused where nobody of this name is known."""
        file = await self._of(name)
        if file is None:
            raise Refused([Lack(f"nobody called {name} has a training record", field="name")])
        return await self._desk.take(TRAINING, file.id, step)

    async def listed(self, *, by: str, everything: bool) -> Readable[Line]:
        """Everybody and each training of the policy's, with those who left only where `everything` is wanted."""
        files = await self._desk.readable(TRAINING, closed=None if everything else False)
        if not files.found:
            return Readable([], files.damaged)
        await self._desk.store.files.all_viewed([file.id for file in files.found], by=by, now=self._now())
        # The same for all: no record is of a person of the register, and each goes by the pack in force.
        situation = await self._desk.situation(TRAINING, files.found[0])
        found = []
        for file in files.found:
            due = {task.id: task.due for task in open_tasks(file, situation)}
            for rule in situation.rules.training:
                last = file.trained.get(rule.id)
                given_by = last.given_by if last else ""
                on = last.on if last else None
                found.append(Line(file.id, file.name, rule.id, on, given_by, due.get(f"{file.id}/{rule.id}")))
        return Readable(found, files.damaged)

    async def _of(self, name: str) -> TrainingFile | None:
        files = await self._desk.every(TRAINING)
        return next((file for file in files if same_person(file.name, name)), None)
