"""What a complex case waits for: its conference, every action, and its close."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gateway.governance.cases.file import CaseFile
from gateway.governance.situation import Situation
from gateway.governance.task import USUAL_WORKING_DAYS, Task


def tasks(file: CaseFile, situation: Situation) -> Iterator[Task]:
    """None of a closed case."""
    conference = situation.rules.conference
    if file.closed or conference is None:
        return
    since = max(step.taken_on for step in file.steps)
    due = situation.working_days_after(since, USUAL_WORKING_DAYS)
    if file.called is not None:
        says = f"Hold the conference, and record what it came to: {_list(conference.settles)}"
        yield Task(f"{file.id}/held", says, conference.chair, file.called.on, conference.cites, file.called.on)
    elif not file.held:
        says = f"Call the conference, and invite: {_list(conference.invites)}"
        yield Task(f"{file.id}/called", says, conference.chair, due, conference.cites)
    for action in file.open_actions:
        says = f"Do what the conference agreed as {action.id}"
        yield Task(f"{file.id}/action.{action.id}", says, None, action.due, conference.cites)
    if file.held and file.called is None and not file.open_actions:
        yield Task(f"{file.id}/close", "Close the case: nothing is left to do", conference.chair, due, conference.cites)


def _list(each: Iterable[str]) -> str:
    return "; ".join(each)
