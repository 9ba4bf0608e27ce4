"""`triage incident`: a call that was ended, abuse in writing, a post, a visit; what was asked, and what follows."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Annotated

import typer

from gateway.cli.days import Day
from gateway.cli.exits import BadInput
from gateway.cli.files import AsJson, Contacts, FileId, Reason, Role, Text, at_desk, yes
from gateway.cli.need_to_know import Need, add_lists, at_register_desk, readable_named
from gateway.cli.settings import Config, Named
from gateway.cli.stepping import Asked, add_note, add_undo, begin, print_readable, show, step_of, steps_in, take
from gateway.governance.courses import INCIDENT
from gateway.governance.incidents.consequences import rule_of
from gateway.governance.incidents.file import IncidentFile
from gateway.governance.incidents.proposing import draft_strategy
from gateway.governance.incidents.steps import Ground, IncidentKind
from models.policy_life import LifeRules
from models.policy_question import Answer

_app = typer.Typer(help="Incidents: record, ask, decide about the police, see to people.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.add_typer(_app, name="incident")


Grounds = Annotated[
    list[Ground] | None, typer.Option("--ground", help="What the police may have to hear of; once for each.")
]
Affected = Annotated[
    list[str] | None, typer.Option("--affected", help="Somebody else who was there or is hurt by it; once for each.")
]
TaskName = Annotated[str, typer.Argument(metavar="TASK", help="The task, as `show` names it.")]
Post = Annotated[str, typer.Argument(help="The post's address.")]
BodyName = Annotated[str, typer.Argument(metavar="BODY", help="Who is asked to help.")]


@_app.command()
def record(
    incident: Annotated[IncidentKind, typer.Argument(metavar="KIND", help=f"{', '.join(IncidentKind)}.")],
    by: Named,
    on: Day,
    what: Annotated[str, typer.Option(help="What happened, in your own words.")],
    person: Annotated[str | None, typer.Option(help="Who it was, by the register's id; left out if not known.")] = None,
    grounds: Grounds = None,
    affected: Affected = None,
    contacts: Contacts = None,
    role: Role = None,
    config: Config = None,
) -> None:
    """Record an incident. Anybody on the staff may."""
    begin(
        config, INCIDENT, "recorded", by, person=person, role=role, incident=incident, on=on, what=what,
        grounds=grounds or (), affected=affected or (), contacts=contacts or (),
    )  # fmt: skip


@_app.command("list")
def list_(
    by: Named,
    role: Role = None,
    everything: Annotated[bool, typer.Option("--all", help="Closed ones too.")] = False,
    as_json: AsJson = False,
    config: Config = None,
) -> None:
    """List the incidents, the oldest first; whom they are about stands there where you need to know."""
    files = readable_named(config, INCIDENT, by=by, role=role, everything=everything)
    print_readable(files, lambda found: {**_row(found[0]), "person": found[1]}, as_json=as_json)


@_app.command("show")
def show_(
    id_: FileId, by: Named, need: Need = None, role: Role = None, as_json: AsJson = False, config: Config = None
) -> None:
    """Show an incident: what is asked about it, its steps, what it waits for.

    To whom it names, the roles that have to act, and those who need to know of the person's strategies; others say
    what for. That you looked is on the audit trail.
    """
    at_register_desk(config, lambda desk: desk.may_read_incident(id_, by=by, need=need, role=role))
    show(config, INCIDENT, id_, by, _about, as_json=as_json, asks=_asks)


@_app.command()
def answer(
    id_: FileId,
    check: Annotated[str, typer.Argument(help="The question's id, as `show` gives it.")],
    given: Annotated[Answer, typer.Argument(metavar="yes|no|na", help="The answer, as literally asked.")],
    by: Named,
    note: Annotated[str, typer.Option(help="What happened; needed for an answer that should be another.")] = "",
    role: Role = None,
    config: Config = None,
) -> None:
    """Answer a question that the policy asks of such an incident."""
    take(config, INCIDENT, id_, "answered", by, role=role, check=check, answer=given, note=note)


@_app.command()
def add(
    id_: FileId,
    by: Named,
    what: Text,
    grounds: Grounds = None,
    affected: Affected = None,
    contacts: Contacts = None,
    role: Role = None,
    config: Config = None,
) -> None:
    """Add what became known. A further ground asks for the police decision anew."""
    more = {"grounds": grounds or (), "affected": affected or (), "contacts": contacts or ()}
    take(config, INCIDENT, id_, "added", by, role=role, what=what, **more)


@_app.command()
def manager_told(
    id_: FileId,
    by: Named,
    manager: Annotated[str, typer.Option(help="The line manager's name.")],
    on: Day,
    advice: Annotated[str, typer.Option(help="What they advised.")],
    role: Role = None,
    config: Config = None,
) -> None:
    """Record that the line manager was told, and what they advised."""
    take(config, INCIDENT, id_, "manager_told", by, role=role, manager=manager, on=on, advice=advice)


@_app.command()
def capture(
    id_: FileId,
    post: Post,
    copy: Annotated[Path, typer.Argument(help="The copy: a picture, a PDF. Its digest goes on the file.")],
    by: Named,
    filed: Annotated[str, typer.Option(help="Where the copy is filed.")],
    role: Role = None,
    config: Config = None,
) -> None:
    """Record that a post was captured as evidence."""
    try:
        with copy.open("rb") as opened:
            digest = hashlib.file_digest(opened, "sha256").hexdigest()
    except OSError as error:
        raise BadInput(f"{copy}: {error.strerror}") from None
    take(config, INCIDENT, id_, "captured", by, role=role, post=post, digest=digest, filed=filed)


@_app.command()
def deleted(id_: FileId, post: Post, by: Named, role: Role = None, config: Config = None) -> None:
    """Record that a post was deleted; only one that was captured is."""
    take(config, INCIDENT, id_, "deleted", by, role=role, post=post)


@_app.command()
def block(
    id_: FileId,
    account: Annotated[str, typer.Argument(help="The account.")],
    by: Named,
    reason: Reason,
    role: Role = None,
    config: Config = None,
) -> None:
    """Record that an account is blocked, by somebody who may decide it."""
    take(config, INCIDENT, id_, "blocked", by, role=role, account=account, reason=reason)


@_app.command()
def done(
    id_: FileId,
    task: TaskName,
    by: Named,
    note: Annotated[str, typer.Option(help="What was done.")],
    role: Role = None,
    config: Config = None,
) -> None:
    """Record that a task is done."""
    take(config, INCIDENT, id_, "task_done", by, role=role, task=task, note=note)


@_app.command()
def decline(id_: FileId, task: TaskName, by: Named, reason: Reason, role: Role = None, config: Config = None) -> None:
    """Record that a task is not done, and why."""
    take(config, INCIDENT, id_, "task_declined", by, role=role, task=task, reason=reason)


@_app.command()
def police(
    id_: FileId,
    told: Annotated[str, typer.Argument(metavar="yes|no", help="Whether they are told.")],
    by: Named,
    reason: Reason,
    reference: Annotated[str, typer.Option(help="Theirs, or when and how they were told; needed for yes.")] = "",
    without_notice: Annotated[
        str | None,
        typer.Option(help="Why the person hears nothing before: a reason of the policy, by its id."),
    ] = None,
    role: Role = None,
    config: Config = None,
) -> None:
    """Decide whether police are told. Of what the policy always reports, `no` is not among the answers."""
    decision = {"told": yes(told), "reason": reason, "reference": reference, "without_notice": without_notice}
    take(config, INCIDENT, id_, "police_decided", by, role=role, **decision)


@_app.command()
def refer(
    id_: FileId,
    body: BodyName,
    by: Named,
    why: Annotated[str, typer.Option(help="What for.")],
    disclosure: Annotated[str | None, typer.Option(help="The disclosure under which they are told anything.")] = None,
    nothing_shared: Annotated[
        bool, typer.Option("--nothing-shared", help="They are told nothing about the person.")
    ] = False,
    role: Role = None,
    config: Config = None,
) -> None:
    """Record that somebody else is asked to help, such as Adult Social Care."""
    fields = {"body": body, "why": why, "disclosure": disclosure, "nothing_shared": nothing_shared}
    take(config, INCIDENT, id_, "referred", by, role=role, **fields)


@_app.command()
def referral_answered(
    id_: FileId,
    body: BodyName,
    by: Named,
    outcome: Annotated[str, typer.Option(help="What came of it.")],
    role: Role = None,
    config: Config = None,
) -> None:
    """Record what came of a referral."""
    take(config, INCIDENT, id_, "referral_answered", by, role=role, body=body, outcome=outcome)


@_app.command("draft-strategy")
def draft_strategy_(id_: FileId, by: Named, role: Role = None, config: Config = None) -> None:
    """Begin a draft strategy of an incident, for its own course; it holds nobody to anything."""
    noted = step_of(INCIDENT, "noted", by, role=role, text="a strategy is drafted")
    at_register_desk(config, lambda desk: desk.may_take(INCIDENT.kind, id_, noted))
    strategy = at_desk(config, lambda desk: draft_strategy(desk, id_, noted))
    print(f"{strategy.id} is drafted; `triage strategy revise {strategy.id} FILE --by …` gives it what it needs")


@_app.command()
def close(id_: FileId, by: Named, role: Role = None, config: Config = None) -> None:
    """Close an incident of which nothing is left to do."""
    take(config, INCIDENT, id_, "closed", by, role=role)


@_app.command()
def recorded_in_error(
    id_: FileId,
    by: Named,
    why: Annotated[str, typer.Option(help="What was wrong.")],
    instead: Annotated[
        str | None,
        typer.Option(help="The incident that it is recorded as now; needed while the police or the affected wait."),
    ] = None,
    put_right: Annotated[str, typer.Option(help="What was done about what others were told because of it.")] = "",
    role: Role = None,
    config: Config = None,
) -> None:
    """Take a whole incident back that another recorded: it was somebody else, or did not happen. It stays to be read.

    What the police always hear of, and support for those affected, goes on in the one that is named instead.
    """
    take(config, INCIDENT, id_, "recorded_in_error", by, role=role, why=why, instead=instead, put_right=put_right)


add_lists(_app, steps_in(INCIDENT))
add_note(_app, steps_in(INCIDENT))
add_undo(_app, steps_in(INCIDENT))


def _row(file: IncidentFile) -> dict[str, object]:
    return {
        "id": file.id,
        "kind": file.incident.value,
        "person": file.person or "",
        "on": str(file.on),
        "police": _police(file),
        "closed": "in error" if file.in_error else "yes" if file.closed else "",
    }


def _asks(file: IncidentFile, rules: LifeRules) -> list[Asked]:
    return [(check, file.answers.get(check.id)) for check in rule_of(file, rules).asks]


def _police(file: IncidentFile) -> str:
    if file.police is None:
        return "not decided"
    return "told" if file.police.told else "not told"


def _about(file: IncidentFile) -> dict[str, object]:
    return {
        "kind": file.incident.value,
        "person": file.person,
        "on": str(file.on),
        "number_with_this_person": file.count,
        "grounds": ", ".join(file.grounds),
        "police": _police(file),
        "closed": file.closed is not None,
        "recorded_in_error": file.in_error,
    }
