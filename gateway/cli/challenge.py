"""`triage challenge`: somebody disputes a decision; received, looked at by another, answered in writing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from gateway.cli.days import Day
from gateway.cli.files import AsJson, Contacts, FileId, Reason, Role, Text, at_desk, file_id, yes
from gateway.cli.need_to_know import Need, at_register_desk
from gateway.cli.settings import Config, Named
from gateway.cli.stepping import add_allow_reviewer, add_note, add_undo, list_files, show, step_of, steps_in, take
from gateway.governance.challenges.disputed import stands_now
from gateway.governance.challenges.file import ChallengeFile
from gateway.governance.challenges.receiving import receive as receive_challenge
from gateway.governance.challenges.steps import Outcome
from gateway.governance.courses import CHALLENGE
from gateway.governance.desk import Desk
from models.policy_course import Delivery

_app = typer.Typer(help="Challenges: receive, admit, decide, tell the outcome.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.add_typer(_app, name="challenge")


Way = Annotated[Delivery, typer.Option(metavar="post|email", help="The way the letter went.")]
Onward = Annotated[
    list[str] | None,
    typer.Option(help="A body that the letter names, once for each; `all` for every one of the policy's."),
]
Reference = Annotated[str, typer.Argument(help="The complaint's reference.")]


@_app.command()
def receive(
    about: Annotated[
        str, typer.Argument(metavar="ID", parser=file_id, help="What is disputed: a strategy or a register's entry.")
    ],
    by: Named,
    on: Day,
    reasons: Annotated[str, typer.Option(help="Their reasons, in their words or yours.")] = "",
    spoken: Annotated[bool, typer.Option("--spoken", help="It did not come in writing.")] = False,
    contacts: Contacts = None,
    role: Role = None,
    config: Config = None,
) -> None:
    """Record a challenge, whatever it lacks: it is received on that day."""
    fields = {"about": about, "on": on, "in_writing": not spoken, "reasons": reasons, "contacts": contacts or ()}
    step = step_of(CHALLENGE, "received", by, role=role, **fields)
    file, said = at_desk(config, lambda desk: receive_challenge(desk, step))
    print(f"{file.id}: a challenge to {about} is received")
    for text in said:
        print(f"  note: {text}")


@_app.command("list")
def list_(
    everything: Annotated[bool, typer.Option("--all", help="Closed ones too.")] = False,
    as_json: AsJson = False,
    config: Config = None,
) -> None:
    """List the challenges that wait for something, the oldest first. Names nobody."""
    list_files(config, CHALLENGE, _row, everything=everything, as_json=as_json)


@_app.command("show")
def show_(
    id_: FileId, by: Named, need: Need = None, role: Role = None, as_json: AsJson = False, config: Config = None
) -> None:
    """Show a challenge, its steps and what it waits for, to those who need to know of what it disputes.

    That you looked is on the audit trail.
    """
    at_register_desk(config, lambda desk: desk.may_read_challenge(id_, by=by, need=need, role=role))
    show(
        config,
        CHALLENGE,
        id_,
        by,
        lambda file: {**_row(file), "person": file.person},
        as_json=as_json,
        beside=lambda file, situation: {"it_is_now": stands_now(file.received.about, situation) or ""},
    )


@_app.command()
def written(
    id_: FileId,
    by: Named,
    on: Day,
    reasons: Annotated[str, typer.Option(help="Their reasons.")],
    contacts: Contacts = None,
    role: Role = None,
    config: Config = None,
) -> None:
    """Record that it is there in writing, with reasons, now."""
    fields = {"on": on, "reasons": reasons, "contacts": contacts or ()}
    take(config, CHALLENGE, id_, "put_in_writing", by, role=role, **fields)


@_app.command()
def waive_writing(id_: FileId, by: Named, reason: Reason, role: Role = None, config: Config = None) -> None:
    """Record why it need not be in writing: an adjustment, somebody wrote it down for them."""
    take(config, CHALLENGE, id_, "writing_waived", by, role=role, reason=reason)


@_app.command()
def admit(
    id_: FileId,
    admitted: Annotated[str, typer.Argument(metavar="yes|no", help="Whether it is looked at.")],
    by: Named,
    reason: Reason,
    role: Role = None,
    config: Config = None,
) -> None:
    """Decide whether a challenge that came late is looked at all the same."""
    take(config, CHALLENGE, id_, "admitted", by, role=role, admitted=yes(admitted), reason=reason)


@_app.command()
def decide(
    id_: FileId,
    outcome: Annotated[Outcome, typer.Argument(metavar="|".join(Outcome), help="What becomes of the decision.")],
    by: Named,
    reasons: Text,
    role: Role = None,
    config: Config = None,
) -> None:
    """Decide it, as somebody who neither wrote nor decided what is disputed."""
    take(config, CHALLENGE, id_, "decided", by, role=role, outcome=outcome, reasons=reasons)


@_app.command()
def told(
    id_: FileId,
    by: Named,
    on: Day,
    way: Way,
    letter: Annotated[
        str | None, typer.Option(help="The letter: on the strategy's file, or of an entry on this one.")
    ] = None,
    evidence: Annotated[
        str, typer.Option(help="What shows that it went, where no letter of a file here tells it.")
    ] = "",
    onward: Onward = None,
    role: Role = None,
    config: Config = None,
) -> None:
    """Record that the outcome went to the person in writing."""
    fields = {"on": on, "way": way, "letter": letter, "evidence": evidence, "onward": _bodies(config, id_, onward)}
    take(config, CHALLENGE, id_, "outcome_told", by, role=role, **fields)


@_app.command()
def told_in_person(
    id_: FileId,
    by: Named,
    on: Day,
    how: Annotated[str, typer.Option(help="How and where they were told, and what shows it.")],
    told_by: Annotated[str | None, typer.Option(help="Who told them; by default you.")] = None,
    onward: Annotated[
        list[str] | None,
        typer.Option(help="A body that they were told of, once for each; `all` for every one of the policy's."),
    ] = None,
    role: Role = None,
    config: Config = None,
) -> None:
    """Record that somebody told the person the outcome in person, where no address is safe for a letter."""
    fields = {"on": on, "told_by": told_by or by, "evidence": how, "onward": _bodies(config, id_, onward)}
    take(config, CHALLENGE, id_, "outcome_told", by, role=role, **fields)


@_app.command()
def done(
    id_: FileId,
    task: Annotated[str, typer.Argument(help="The task, as `triage tasks` names it: unsafe.L1, untrue.L1.")],
    by: Named,
    note: Text,
    role: Role = None,
    config: Config = None,
) -> None:
    """Record that what a letter of this file left to be done is done, and how."""
    take(config, CHALLENGE, id_, "task_done", by, role=role, task=task.removeprefix(f"{id_}/"), note=note)


@_app.command()
def point_on(
    id_: FileId,
    by: Named,
    on: Day,
    way: Way,
    evidence: Annotated[str, typer.Option(help="What shows that it went.")],
    onward: Onward = None,
    role: Role = None,
    config: Config = None,
) -> None:
    """Record that the person was told who else may look at it, where there is no way to dispute it here."""
    fields = {"on": on, "way": way, "evidence": evidence, "onward": _bodies(config, id_, onward)}
    take(config, CHALLENGE, id_, "pointed_on", by, role=role, **fields)


@_app.command()
def carried_out(id_: FileId, by: Named, note: Text, role: Role = None, config: Config = None) -> None:
    """Record that what was decided is done to the strategy or entry."""
    take(config, CHALLENGE, id_, "carried_out", by, role=role, note=note)


@_app.command()
def complaint(
    id_: FileId,
    reference: Reference,
    by: Named,
    contacts: Contacts = None,
    role: Role = None,
    config: Config = None,
) -> None:
    """Link a complaint about somebody on the staff, which has a course of its own."""
    fields = {"reference": reference, "contacts": contacts or ()}
    take(config, CHALLENGE, id_, "complaint_linked", by, role=role, **fields)


@_app.command()
def complaint_answered(
    id_: FileId,
    reference: Reference,
    by: Named,
    outcome: Annotated[str, typer.Option(help="What came of it, and by whom.")],
    role: Role = None,
    config: Config = None,
) -> None:
    """Record what came of a linked complaint. Nothing else ever closes it."""
    take(config, CHALLENGE, id_, "complaint_answered", by, role=role, reference=reference, outcome=outcome)


@_app.command()
def take_back(
    id_: FileId,
    by: Named,
    on: Day,
    how: Annotated[str, typer.Option(help="How they said so.")],
    role: Role = None,
    config: Config = None,
) -> None:
    """Record that the person no longer disputes it."""
    take(config, CHALLENGE, id_, "taken_back", by, role=role, on=on, how=how)


@_app.command()
def recorded_in_error(
    id_: FileId,
    by: Named,
    why: Annotated[str, typer.Option(help="What was wrong, and under which id it is recorded now.")],
    role: Role = None,
    config: Config = None,
) -> None:
    """Take a whole challenge back: it is about something else, or is none. It stays to be read."""
    take(config, CHALLENGE, id_, "recorded_in_error", by, role=role, why=why)


add_allow_reviewer(
    _app,
    steps_in(CHALLENGE),
    says="Allow somebody to admit and decide it who wrote or decided what is disputed, as another than they.",
)
add_note(_app, steps_in(CHALLENGE))
add_undo(_app, steps_in(CHALLENGE))


def _bodies(config: Path | None, id_: str, named: Sequence[str] | None) -> tuple[str, ...]:
    """The bodies as the policy names them."""
    if list(named or ()) != ["all"]:
        return tuple(named or ())

    async def work(desk: Desk) -> tuple[str, ...]:
        file = await desk.load(CHALLENGE, id_)
        return (await desk.situation(CHALLENGE, file)).rules.dispute.onward

    return at_desk(config, work)


def _row(file: ChallengeFile) -> dict[str, object]:
    return {
        "id": file.id,
        "about": file.received.about,
        "received": str(file.received.on),
        "outcome": file.decided.outcome.value if file.decided else "",
        "told": str(file.told.on) if file.told else "",
        "complaints": ",".join(file.complaints),
    }
