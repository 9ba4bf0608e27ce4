"""The steps of `triage strategy` until it holds somebody: questions, warning, approvals, notice, urgent measures."""

from __future__ import annotations

from typing import Annotated

import typer

from gateway.cli.days import Day
from gateway.cli.files import FileId, Reason, Role, Text
from gateway.cli.settings import Config, Named
from gateway.cli.strategy_taking import Document, MaybeReason, Measures, MeasuresFile, take
from gateway.yaml_file import load
from models.policy_question import Answer

ActId = Annotated[str, typer.Argument(metavar="ACT", help="The act of the approval chain, by its id.")]


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    for command in (
        answer, warned, waive_warning, submit, nominate, act, waive_way, agreement, activate, urgent, withdraw,
    ):  # fmt: skip
        app.command(command.__name__.replace("_", "-"))(command)


def answer(
    id_: FileId,
    check: Annotated[str, typer.Argument(help="The question's id, as `show` gives it.")],
    given: Annotated[Answer, typer.Argument(metavar="yes|no|na", help="The answer, as literally asked.")],
    by: Named,
    note: Annotated[str, typer.Option(help="What it rests on; needed for `na`.")] = "",
    role: Role = None,
    config: Config = None,
) -> None:
    """Answer a question of the checklist."""
    take(config, id_, "answered", by, role=role, check=check, answer=given, note=note)


def warned(
    id_: FileId,
    by: Named,
    on: Day,
    how: Annotated[str, typer.Option(help="How, and what was said: what is wrong, how to change it, what follows.")],
    document: Document = None,
    role: Role = None,
    config: Config = None,
) -> None:
    """Record that the person was warned first."""
    take(config, id_, "warned", by, role=role, on=on, how=how, document=document)


def waive_warning(
    id_: FileId,
    by: Named,
    waiver: Annotated[str, typer.Option(help="One of the policy's reasons, by its id.")],
    note: Text,
    role: Role = None,
    config: Config = None,
) -> None:
    """Record why there was no warning first."""
    take(config, id_, "warning_waived", by, role=role, waiver=waiver, note=note)


def submit(
    id_: FileId,
    by: Named,
    role: Role = None,
    reason: MaybeReason = "",
    document: Document = None,
    config: Config = None,
) -> None:
    """Put the draft forward for decision; refused while anything the policy asks for is missing."""
    take(config, id_, "submitted", by, role=role, document=document, reason=reason)


def act(
    id_: FileId,
    which: ActId,
    by: Named,
    role: Role = None,
    agreed: Annotated[bool, typer.Option("--agree/--refuse", help="Refused, it goes back to its author.")] = True,
    knew: Annotated[
        bool | None, typer.Option("--knew/--did-not-know", help="Whether you knew the person or the issue before.")
    ] = None,
    note: Annotated[str, typer.Option(help="Advice, conditions, or why not.")] = "",
    document: Document = None,
    config: Config = None,
) -> None:
    """Act in the approval chain: be consulted, propose, agree, sign, decide."""
    take(config, id_, "acted", by, role=role, document=document, act=which, agreed=agreed, knew=knew, note=note)


def nominate(
    id_: FileId,
    which: ActId,
    name: Annotated[str, typer.Argument(help="Who is to act.")],
    by: Named,
    reason: Reason,
    role: Role = None,
    config: Config = None,
) -> None:
    """Nominate somebody for an act of the chain, as whoever the policy lets nominate."""
    take(config, id_, "nominated", by, role=role, act=which, name=name, reason=reason)


def waive_way(
    id_: FileId,
    way: Annotated[str, typer.Argument(metavar="post|email", help="The way that is not used.")],
    by: Named,
    reason: Reason,
    role: Role = None,
    config: Config = None,
) -> None:
    """Record why the notice does not go one of the ways the policy asks for: an adjustment, no safe address."""
    take(config, id_, "way_waived", by, role=role, way=way, reason=reason)


def agreement(
    id_: FileId,
    outcome: Annotated[str, typer.Argument(metavar="agreed|refused|not_sought", help="What came of it.")],
    by: Named,
    note: Annotated[str, typer.Option(help="What was said; why it was not sought, which is needed.")] = "",
    role: Role = None,
    config: Config = None,
) -> None:
    """Record whether the person's agreement was sought."""
    take(config, id_, "agreement_sought", by, role=role, outcome=outcome, note=note)


def activate(
    id_: FileId,
    by: Named,
    role: Role = None,
    reason: MaybeReason = "",
    document: Document = None,
    config: Config = None,
) -> None:
    """Put it in force: enforced from the day on which the notice counts as received."""
    take(config, id_, "activated", by, role=role, document=document, reason=reason)


def urgent(
    id_: FileId,
    file: Measures,
    by: Named,
    reason: Reason,
    told_on: Day,
    told_how: Text,
    until: Day,
    role: Role = None,
    document: Document = None,
    config: Config = None,
) -> None:
    """Put measures in force at once for a few working days, while the policy's own course is taken."""
    measures = load(file, MeasuresFile)
    fields = {"restrictions": measures.restrictions, "reasons_for": measures.reasons_for, "reason": reason}
    fields |= {"told_on": told_on, "told_how": told_how, "until": until}
    take(config, id_, "urgent", by, role=role, document=document, **fields)


def withdraw(
    id_: FileId, by: Named, reasons: Text, role: Role = None, document: Document = None, config: Config = None
) -> None:
    """Give a proposal up before it is in force."""
    take(config, id_, "withdrawn", by, role=role, document=document, reasons=reasons)
