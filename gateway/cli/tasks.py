"""`triage tasks`: everything that waits for somebody, in every file, statutory answers among it."""

from __future__ import annotations

import asyncio
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from gateway.cli.days import late_by, late_shown
from gateway.cli.files import clear_print_folder, refusals_told
from gateway.cli.opened import opened_store
from gateway.cli.rows import AsLines, print_rows
from gateway.cli.settings import Config, settings_of
from gateway.cli.stepping import task_as_json
from gateway.clock import utc_now
from gateway.governance.desk import Desk
from gateway.governance.tasks import Task, soonest_first
from gateway.policies import Policies
from gateway.waiting import Waiting


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command("tasks")(tasks)


def tasks(
    role: Annotated[str | None, typer.Option(help="Only what this role may do, by its id in the policy.")] = None,
    overdue: Annotated[
        bool, typer.Option("--overdue", help="Only what is past its day, or to be done at once.")
    ] = False,
    as_json: AsLines = False,
    config: Config = None,
) -> None:
    """List what waits for somebody, soonest due first. No names, no content."""
    found, today = _waiting(config)
    late = {task.id: late_by(task.due, today) for task in found}
    chosen = [task for task in found if role is None or role in task.roles]
    if overdue:
        chosen = [task for task in chosen if late[task.id] or task.at_once]
    print_rows([(_as_json if as_json else _row)(task, late[task.id]) for task in chosen], as_json=as_json)


def _waiting(config: Path | None) -> tuple[list[Task], date]:
    """What waits, soonest due first, and the day it is."""

    async def gather() -> tuple[list[Task], date]:
        settings = settings_of(config)
        async with opened_store(settings) as store:
            policies = Policies.as_asked_for(settings.policies)
            found, today = await Waiting(store, policies, now=utc_now).everything()
            await clear_print_folder(Desk(store, policies, now=utc_now), settings)
        return sorted((each.task for each in found), key=soonest_first), today

    with refusals_told():
        return asyncio.run(gather())


def _as_json(task: Task, days_late: int) -> dict[str, object]:
    return {**task_as_json(task), **late_shown(days_late, as_json=True), "at_once": task.at_once}


def _row(task: Task, days_late: int) -> dict[str, object]:
    return {
        "due": str(task.due or ""),
        **({"": "at once"} if task.at_once else late_shown(days_late, as_json=False)),
        "task": task.id,
        "to": ", ".join(task.roles),
        "what": task.says,
        "cites": ", ".join(task.cites),
    }
