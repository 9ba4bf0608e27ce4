"""The steps of `triage strategy` on its file at any time: advice, an adjustment, a breach of ours, holds, notes."""

from __future__ import annotations

from typing import Annotated

import typer

from gateway.cli.days import Day, MaybeDay
from gateway.cli.files import FileId, Reason, Role, Text, at_desk
from gateway.cli.need_to_know import add_lists, at_register_desk
from gateway.cli.settings import Config, Named
from gateway.cli.stepping import add_allow_reviewer, add_undo, step_of
from gateway.cli.stepping import take as take_any
from gateway.cli.strategy_taking import Document, take
from gateway.governance.breaches import ours
from gateway.governance.courses import BREACH_RESPONSE


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    for command in (advice, adjustment, staff_breach, staff_breach_settled, hold, release, note, done):
        app.command(command.__name__.replace("_", "-"))(command)
    add_allow_reviewer(
        app, take, says="Allow somebody to do the next review who wrote or decided it, as another than they."
    )
    add_lists(app, take)
    add_undo(app, take)


def advice(
    id_: FileId,
    by: Named,
    about: Text,
    adviser: Annotated[str, typer.Option(help="Whose advice.")],
    adviser_role: Annotated[str, typer.Option(help="Their role, by its id in the policy.")],
    given: Annotated[str, typer.Option("--advice", help="What they advised.")],
    on: Annotated[
        str | None, typer.Option("--adjustment", help="The adjustment whose change it is about, by its id.")
    ] = None,
    role: Role = None,
    config: Config = None,
) -> None:
    """Record advice: equality and diversity, legal, data protection, police."""
    fields = {"about": about, "adviser": adviser, "adviser_role": adviser_role, "advice": given, "adjustment": on}
    take(config, id_, "advice_taken", by, role=role, **fields)


def adjustment(
    id_: FileId,
    which: Annotated[str, typer.Argument(metavar="ADJUSTMENT", help="The adjustment's id in the register.")],
    by: Named,
    change: Text,
    reasons: Text,
    told_on: Day,
    removed: Annotated[bool, typer.Option("--removed", help="They have it no more; else it becomes another.")] = False,
    role: Role = None,
    config: Config = None,
) -> None:
    """Record a change to a disclosed adjustment, after advice, and that the person was told."""
    fields = {"adjustment": which, "change": change, "reasons": reasons, "told_on": told_on, "removed": removed}
    take(config, id_, "adjustment_changed", by, role=role, **fields)


def staff_breach(
    id_: FileId,
    by: Named,
    on: Day,
    what: Text,
    put_right: Text,
    role: Role = None,
    config: Config = None,
) -> None:
    """Record that we did not keep to the strategy ourselves; a task until somebody settles it.

    Of a strategy that stands in the register only, it is on the file of its breaches.
    """
    fields = {"on": on, "what": what, "put_right": put_right}
    strategy = at_desk(config, lambda desk: ours.in_force_in_register(desk, id_, "staff breach"))
    if strategy is None:
        take(config, id_, "staff_breach", by, role=role, **fields)
        return
    step = step_of(BREACH_RESPONSE, "our_breach", by, role=role, strategy=id_, **fields)
    at_register_desk(config, lambda desk: desk.may_record_beside_register(strategy, step))
    file = at_desk(config, lambda desk: ours.record(desk, step, strategy.person))
    print(f"{id_}: staff breach; it stands in {file.id} (`triage breach show {file.id} --by …`)")


def staff_breach_settled(id_: FileId, by: Named, done: Text, role: Role = None, config: Config = None) -> None:
    """Record that whoever did not keep to it was spoken to, and that it is put right."""
    file = at_desk(config, lambda desk: ours.settled_in(desk, id_))
    if file is None:
        take(config, id_, "staff_breach_settled", by, role=role, done=done)
    else:
        take_any(config, BREACH_RESPONSE, file.id, "our_breach_settled", by, role=role, done=done)


def hold(
    id_: FileId,
    by: Named,
    reason: Reason,
    until: MaybeDay = None,
    legal: Annotated[bool, typer.Option("--legal", help="A legal hold, which needs no end.")] = False,
    role: Role = None,
    config: Config = None,
) -> None:
    """Keep the file from being deleted."""
    take(config, id_, "held", by, role=role, reason=reason, until=until, legal=legal)


def release(id_: FileId, by: Named, reason: Reason, role: Role = None, config: Config = None) -> None:
    """End a hold."""
    take(config, id_, "released", by, role=role, reason=reason)


def note(
    id_: FileId,
    by: Named,
    text: Text,
    document: Document = None,
    role: Role = None,
    config: Config = None,
) -> None:
    """Put a note on the file."""
    take(config, id_, "noted", by, role=role, text=text, document=document)


def done(
    id_: FileId,
    task: Annotated[str, typer.Argument(metavar="TASK", help="The task, as `triage tasks` names it.")],
    by: Named,
    note: Annotated[str, typer.Option(help="What was done, and how.")],
    role: Role = None,
    config: Config = None,
) -> None:
    """Record that a task is done which only you can say is: a person told, or safe; a letter taken out of the tray."""
    take(config, id_, "task_done", by, role=role, task=task.removeprefix(f"{id_}/"), note=note)
