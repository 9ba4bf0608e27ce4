"""`triage tasks`: everything that waits for somebody, in every file."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from gateway.cli.files import at_desk
from gateway.cli.rows import print_rows
from gateway.cli.settings import Config
from gateway.cli.stepping import task_as_json
from gateway.governance.desk import Desk
from gateway.governance.tasks import Task


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command("tasks")(tasks)


def tasks(
    role: Annotated[str | None, typer.Option(help="Only what is for this role, by its id in the policy.")] = None,
    overdue: Annotated[bool, typer.Option("--overdue", help="Only what is past its day.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    config: Config = None,
) -> None:
    """List what waits for somebody, soonest due first. No names, no content."""
    found, today = at_desk(config, _tasks)
    late = {task.id for task in found if task.due is not None and task.due < today}
    chosen = [task for task in found if role in (None, task.to_role) and (task.id in late or not overdue)]
    rows = [{**task_as_json(task), "overdue": task.id in late} if as_json else _row(task, late) for task in chosen]
    print_rows(rows, as_json=as_json)


async def _tasks(desk: Desk) -> tuple[list[Task], date]:
    return await desk.tasks(), await desk.today()


def _row(task: Task, late: set[str]) -> dict[str, object]:
    return {
        "due": str(task.due or ""),
        "": "overdue" if task.id in late else "",
        "task": task.id,
        "to": task.to_role or "",
        "what": task.says,
        "cites": ", ".join(task.cites),
    }
