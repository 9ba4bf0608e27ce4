"""`triage case`: complex cases, their conferences, and who does what by when."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from gateway.cli.days import Day
from gateway.cli.files import AsJson, FileId, Reason, Role, Text, at_desk
from gateway.cli.need_to_know import Need, at_register_desk
from gateway.cli.rows import print_json
from gateway.cli.settings import Config, Named
from gateway.cli.stepping import add_note, add_undo, print_details, step_line, step_of, steps_as_json, taken_in_words
from gateway.governance.cases.file import CaseFile
from gateway.governance.cases.steps import Action
from gateway.governance.courses import COMPLEX_CASE
from gateway.yaml_file import load
from models.base import Model

_app = typer.Typer(help="Complex cases: a conference, actions with owners and days.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.add_typer(_app, name="case")


class HeldFile(Model):
    """What a conference came to, as written by hand (YAML)."""

    present: tuple[str, ...]
    settled: str
    actions: tuple[Action, ...] = ()


ActionId = Annotated[str, typer.Argument(metavar="ACTION", help="The action's id, as `show` gives it.")]


@_app.command("open")
def open_(
    by: Named,
    issue: Annotated[list[str], typer.Option(help="An issue that is open; repeat.")],
    background: Annotated[str, typer.Option(help="What came before, in a few sentences.")],
    person: Annotated[str | None, typer.Option(help="The person's id in the register.")] = None,
    role: Role = None,
    config: Config = None,
) -> None:
    """Open a case. It restricts nobody, and says nothing of anybody's conduct."""
    given = {"issues": tuple(issue), "background": background, "person": person, "role": role}
    step = step_of(COMPLEX_CASE, "case_opened", by, **given)
    begun = at_desk(config, lambda desk: desk.begin(COMPLEX_CASE, step, person=person))
    print(f"{begun.id} is opened")


@_app.command()
def call(
    id_: FileId,
    by: Named,
    on: Day,
    invite: Annotated[list[str], typer.Option(help="A team or person that is invited; repeat.")],
    not_invited: Annotated[
        str | None, typer.Option(help="Why some whom the policy normally invites are not, in a sentence.")
    ] = None,
    role: Role = None,
    config: Config = None,
) -> None:
    """Call a conference, as whoever chairs it."""
    fields = {"invited": tuple(invite), "not_invited": not_invited}
    _take(config, id_, "conference_called", by, role=role, on=on, **fields)


@_app.command()
def held(
    id_: FileId,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="YAML: present, settled, actions.")],
    by: Named,
    on: Day,
    role: Role = None,
    config: Config = None,
) -> None:
    """Record what a conference came to."""
    written = load(file, HeldFile)
    fields = {"present": written.present, "settled": written.settled, "actions": written.actions}
    _take(config, id_, "conference_held", by, role=role, on=on, **fields)


@_app.command()
def add(
    id_: FileId,
    action: ActionId,
    by: Named,
    says: Text,
    owner: Annotated[str, typer.Option(help="Who does it.")],
    due: Day,
    role: Role = None,
    config: Config = None,
) -> None:
    """Add an action."""
    _take(config, id_, "action_added", by, role=role, action={"id": action, "says": says, "owner": owner, "due": due})


@_app.command()
def done(id_: FileId, action: ActionId, by: Named, note: Text, role: Role = None, config: Config = None) -> None:
    """Record that an action is done, and what came of it."""
    _take(config, id_, "action_done", by, role=role, action=action, note=note)


@_app.command()
def drop(id_: FileId, action: ActionId, by: Named, reason: Reason, role: Role = None, config: Config = None) -> None:
    """Record that an action is not done after all."""
    _take(config, id_, "action_dropped", by, role=role, action=action, reason=reason)


@_app.command()
def close(id_: FileId, by: Named, reasons: Text, role: Role = None, config: Config = None) -> None:
    """Close a case of which nothing is left to be done."""
    _take(config, id_, "case_closed", by, role=role, reasons=reasons)


@_app.command()
def show(
    id_: FileId, by: Named, need: Need = None, role: Role = None, as_json: AsJson = False, config: Config = None
) -> None:
    """Show a case: its issues, what was settled, what is still to be done; to those who need to know.

    That you looked is on the audit trail.
    """
    file = at_register_desk(config, lambda desk: desk.case(id_, by=by, need=need, role=role))
    if as_json:
        print_json(_as_json(file))
    else:
        _print(file)


def _take(config: Path | None, id_: str, kind: str, by: str, **given: Any) -> None:
    step = step_of(COMPLEX_CASE, kind, by, **given)
    taken = at_desk(config, lambda desk: desk.take(COMPLEX_CASE, id_, step))
    print(f"{id_}: {taken_in_words(kind, taken.standing)}")


add_note(_app, _take)
add_undo(_app, _take)


def _as_json(file: CaseFile) -> dict[str, object]:
    return {
        "id": file.id,
        "person": file.person,
        "standing": file.standing,
        "issues": file.issues,
        "background": file.background,
        "open_actions": [action.model_dump(mode="json") for action in file.open_actions],
        "steps": steps_as_json(file),
    }


def _print(file: CaseFile) -> None:
    print(f"{file.id}: {file.standing}" + (f", person {file.person}" if file.person else ""))
    for issue in file.issues:
        print(f"  - {issue}")
    print(f"\n{file.background}\n")
    if file.called is not None:
        print(f"Conference on {file.called.on}, called by {file.called.by}: {', '.join(file.called.invited)}\n")
    for held_ in file.held:
        print(f"Conference of {held_.on}, chaired by {held_.by}: {', '.join(held_.present)}\n  {held_.settled}\n")
    print("To be done")
    for action in file.open_actions:
        print(f"  {action.id}: {action.says} ({action.owner}, by {action.due})")
    if not file.open_actions:
        print("  nothing")
    print("\nSteps")
    for number, step in enumerate(file.steps, start=1):
        print(step_line(number, step))
        print_details(step, but=("issues", "background"))
