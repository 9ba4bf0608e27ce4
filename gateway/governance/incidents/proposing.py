"""Where a named person makes a draft strategy of an incident (Cleveland 4.6). It holds nobody to anything."""

from __future__ import annotations

from gateway.governance.common_steps import Noted, TaskDone
from gateway.governance.courses import INCIDENT, STRATEGY
from gateway.governance.desk import Desk
from gateway.governance.incidents.consequences import ABOUT_A_STRATEGY, tasks_of
from gateway.governance.lacks import Lack, Refused
from gateway.governance.steps import Drafted
from gateway.governance.strategy_file import StrategyFile


async def draft_strategy(desk: Desk, id_: str, noted: Noted) -> StrategyFile:
    """The draft, with the incident as its reasons; the incident's task about a strategy is done with it.

    `noted`: who does it, when, in which role.
    """
    incident = await desk.load(INCIDENT, id_)
    if incident.person is None:
        raise Refused([Lack("nobody knows who it was, so there is nobody whom a strategy could be about")])
    if incident.in_error:
        raise Refused([Lack(f"{id_} was recorded in error, and is no reason for anything")])
    situation = await desk.situation(INCIDENT, incident)
    waiting = [
        task.id
        for task in tasks_of(incident, situation.rules)
        if task.id in ABOUT_A_STRATEGY and task.id not in incident.settled
    ]
    taken_by = {"at": noted.at, "by": noted.by, "role": noted.role}

    def step(said: str) -> TaskDone | Noted:
        return TaskDone(**taken_by, task=waiting[0], note=said) if waiting else Noted(**taken_by, text=said)

    INCIDENT.take(incident, step(noted.text), situation)  # where this is refused, no draft is begun
    first = Drafted(**taken_by, person=incident.person, reasons=f"Incident {id_}: {incident.what}")
    strategy = await desk.begin(STRATEGY, first, person=incident.person)
    await desk.take(INCIDENT, id_, step(f"{noted.text}: {strategy.id}"))
    return strategy
