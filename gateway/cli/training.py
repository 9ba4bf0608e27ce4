"""`triage training`: who of the staff was trained in what, when, and when again."""

from __future__ import annotations

from typing import Annotated

import typer

from gateway.cli.days import Day, MaybeDay
from gateway.cli.files import AsJson, FileId, Role, at_desk_of
from gateway.cli.settings import Config, Named
from gateway.cli.stepping import add_note, add_undo, print_readable, step_of, steps_in
from gateway.cli.stepping import show as show_file
from gateway.governance.courses import TRAINING
from gateway.governance.training.file import TrainingFile
from gateway.governance.training_desk import Line, TrainingDesk

_app = typer.Typer(help="Training: who was trained, when, and when again.", no_args_is_help=True)
add_note(_app, steps_in(TRAINING))
add_undo(_app, steps_in(TRAINING))


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.add_typer(_app, name="training")


Who = Annotated[str, typer.Argument(metavar="NAME", help="The member of staff.")]


@_app.command()
def record(
    name: Who,
    training: Annotated[str, typer.Argument(help="The training, by its id in the policy (`triage policy explain`).")],
    on: Day,
    given_by: Annotated[str, typer.Option(help="Who gave it: a person or a body.")],
    by: Named,
    next_due: MaybeDay = None,
    role: Role = None,
    config: Config = None,
) -> None:
    """Record that somebody was trained; by the policy's interval it is due again, or sooner by `--next-due`."""
    given = {"name": name, "training": training, "on": on, "given_by": given_by, "next_due": next_due, "role": role}
    step = step_of(TRAINING, "trained", by, **given)
    print(f"{at_desk_of(TrainingDesk, config, lambda desk: desk.record(step)).id}: trained")


@_app.command()
def joined(name: Who, on: Day, by: Named, role: Role = None, config: Config = None) -> None:
    """Record that somebody has begun to work here: each training of the policy's is a task until it is recorded."""
    step = step_of(TRAINING, "joined", by, name=name, on=on, role=role)
    print(f"{at_desk_of(TrainingDesk, config, lambda desk: desk.record(step)).id}: joined")


@_app.command()
def left(name: Who, on: Day, by: Named, role: Role = None, config: Config = None) -> None:
    """Record that somebody does not work here any more: nothing is due, and the record goes when its period is over."""
    step = step_of(TRAINING, "left", by, on=on, role=role)
    print(f"{at_desk_of(TrainingDesk, config, lambda desk: desk.left(name, step)).id}: left")


@_app.command("list")
def list_(
    by: Named,
    everything: Annotated[bool, typer.Option("--all", help="Those who left, too.")] = False,
    as_json: AsJson = False,
    config: Config = None,
) -> None:
    """List everybody and each training: when it was, who gave it, when it is due. That you looked is on the trail."""
    lines = at_desk_of(TrainingDesk, config, lambda desk: desk.listed(by=by, everything=everything))
    print_readable(lines, _row, as_json=as_json)


@_app.command()
def show(id_: FileId, by: Named, as_json: AsJson = False, config: Config = None) -> None:
    """Show a record with every step. That you looked is on the audit trail."""
    show_file(config, TRAINING, id_, by, _about, as_json=as_json)


def _about(file: TrainingFile) -> dict[str, object]:
    return {"name": file.name, "since": str(file.since), "left": str(file.left.on) if file.left else ""}


def _row(line: Line) -> dict[str, object]:
    return {
        "id": line.id,
        "name": line.name,
        "training": line.training,
        "on": str(line.on or ""),
        "given_by": line.given_by,
        "due": str(line.due or ""),
    }
