"""`triage breach`: breaches that were flagged, what people say of them, and what is proposed after that."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gateway.cli.exits import BadInput
from gateway.cli.files import AsJson, FileId, Number, Reason, Role, Text, at_desk, in_words
from gateway.cli.need_to_know import Need, at_register_desk
from gateway.cli.rows import print_rows
from gateway.cli.settings import Config, Named
from gateway.cli.stepping import add_note, list_files, show, step_of, steps_in, take
from gateway.clock import utc_now
from gateway.governance.breaches import confirming
from gateway.governance.breaches.file import BreachFile
from gateway.governance.breaches.steps import Because
from gateway.governance.courses import BREACH_RESPONSE
from gateway.governance.desk import Desk
from gateway.store.review import ListedBreach
from models.plain_names import plain
from models.policy_events import BreachAction

_app = typer.Typer(help="Breaches: confirm, dismiss, undo, and decide what is proposed.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.add_typer(_app, name="breach")


Contact = Annotated[str, typer.Argument(help="The contact's id.")]
Which = Annotated[str, typer.Argument(metavar="STRATEGY/RESTRICTION", help="As the decision names it.")]
Action = Annotated[BreachAction, typer.Argument(metavar="ACTION", help=f"{', '.join(BreachAction)}.")]


@_app.command("list")
def list_(
    strategy: Annotated[str | None, typer.Option(help="Only of this strategy.")] = None,
    status: Annotated[str | None, typer.Option(help="Only flagged, confirmed or dismissed ones.")] = None,
    as_json: AsJson = False,
    config: Config = None,
) -> None:
    """List the breaches, the one flagged first first."""
    found = at_desk(config, lambda desk: desk.store.review.all_breaches(strategy=strategy, status=status))
    print_rows([_breach_row(breach) for breach in found], as_json=as_json)


@_app.command()
def confirm(
    contact: Contact,
    which: Which,
    by: Named,
    note: Annotated[str, typer.Option(help="What it rests on.")] = "",
    role: Role = None,
    config: Config = None,
) -> None:
    """Confirm that it was a breach. What the policy has after it is proposed, and nothing more.

    For those who need to know of the strategy, and for whoever opened the contact in the review queue.
    """
    confirm_breach(config, contact, which, by, role, note)


@_app.command()
def dismiss(contact: Contact, which: Which, by: Named, note: Text, role: Role = None, config: Config = None) -> None:
    """Say that it was none, and why."""
    dismiss_breach(config, contact, which, by, role, note)


@_app.command()
def undo(
    contact: Contact,
    which: Which,
    by: Named,
    because: Annotated[Because, typer.Option(metavar="|".join(Because), help="Why it was none after all.")],
    note: Text,
    role: Role = None,
    config: Config = None,
) -> None:
    """Take a confirmation back, with its trace; what was proposed on it falls."""
    strategy, restriction = parted(which)
    fields = {"contact": contact, "restriction": restriction, "because": because, "note": note}
    step = step_of(BREACH_RESPONSE, "breach_undone", by, role=role, **fields)
    at_register_desk(config, lambda desk: desk.may_judge_breach(contact, strategy, step))
    fallen = at_desk(config, lambda desk: confirming.undo(desk, strategy, step))
    what = f"; no longer proposed or to be done: {_words(fallen)}" if fallen else ""
    print(f"{contact}: the breach of {which} is undone ({because}){what}")
    for letter in at_desk(config, lambda desk: confirming.letters_gone(desk, strategy)):
        print(f"Letter {letter} of {strategy} went, and is to be put right; `triage tasks` says how.")


@_app.command()
def responses(
    everything: Annotated[bool, typer.Option("--all", help="Those of which nothing is open too.")] = False,
    as_json: AsJson = False,
    config: Config = None,
) -> None:
    """List the files in which confirmed breaches are answered and something waits. Names nobody."""
    list_files(config, BREACH_RESPONSE, _row, everything=everything, as_json=as_json)


@_app.command("show")
def show_(
    id_: FileId, by: Named, need: Need = None, role: Role = None, as_json: AsJson = False, config: Config = None
) -> None:
    """Show how a strategy's breaches are answered, to those who need to know of it.

    That you looked is on the audit trail.
    """
    at_register_desk(config, lambda desk: desk.may_read_breaches(id_, by=by, need=need, role=role))
    show(config, BREACH_RESPONSE, id_, by, lambda file: {**_row(file), "person": file.person or ""}, as_json=as_json)


@_app.command()
def accept(
    id_: FileId,
    action: Action,
    by: Named,
    note: Annotated[str, typer.Option(help="Conditions, advice.")] = "",
    role: Role = None,
    config: Config = None,
) -> None:
    """Take up what is proposed. It is still to be done, by people."""
    take(config, BREACH_RESPONSE, id_, "accepted", by, role=role, action=action, note=note)


@_app.command()
def decline(id_: FileId, action: Action, by: Named, reason: Reason, role: Role = None, config: Config = None) -> None:
    """Leave what is proposed, and say why."""
    take(config, BREACH_RESPONSE, id_, "declined", by, role=role, action=action, reason=reason)


@_app.command()
def carried_out(
    id_: FileId,
    action: Action,
    by: Named,
    note: Text,
    letter: Annotated[str | None, typer.Option(help="The letter on the strategy's file, where it was one.")] = None,
    role: Role = None,
    config: Config = None,
) -> None:
    """Record that what was accepted is done."""
    take(config, BREACH_RESPONSE, id_, "carried_out", by, role=role, action=action, note=note, letter=letter)


@_app.command()
def put_right(id_: FileId, action: Action, by: Named, note: Text, role: Role = None, config: Config = None) -> None:
    """Record how what was done on a breach that was none is put right."""
    take(config, BREACH_RESPONSE, id_, "put_right", by, role=role, action=action, note=note)


@_app.command()
def undo_step(id_: FileId, number: Number, by: Named, reason: Reason, role: Role = None, config: Config = None) -> None:
    """Undo the last step of the file, which was an error; a confirmation is undone with `undo`."""
    take(config, BREACH_RESPONSE, id_, "undone", by, role=role, number=number, reason=reason)


add_note(_app, steps_in(BREACH_RESPONSE))


def confirm_breach(config: Path | None, contact: str, which: str, by: str, role: str | None, note: str) -> None:
    """Confirm a breach and say what is proposed on it."""
    strategy, restriction = parted(which)
    fields = {"contact": contact, "strategy": strategy, "restriction": restriction, "note": note}
    step = step_of(BREACH_RESPONSE, "breach_confirmed", by, role=role, **fields)
    at_register_desk(config, lambda desk: desk.may_judge_breach(contact, strategy, step))

    async def confirming_it(desk: Desk) -> tuple[BreachFile, BreachFile]:
        confirmed = await confirming.confirm(desk, step)
        return confirmed, await confirming.as_told(desk, confirmed)

    confirmed, counting = at_desk(config, confirming_it)
    print("\n".join(confirmed_in_words(contact, which, confirmed, counting)))


def confirmed_in_words(contact: str, which: str, confirmed: BreachFile, counting: BreachFile) -> list[str]:
    """How many stand and what is proposed on them. `counting`: the file without those of what nobody had told them."""
    lines = [f"{contact}: the breach of {which} is confirmed, number {counting.count} of {confirmed.strategy}"]
    if untold := confirmed.count - counting.count:
        lines.append(f"  not counted: {untold} of what nobody had told them; `triage tasks` says which to undo")
    for proposal in counting.proposals:
        lines.append(f"  proposed: {_words([proposal.action])}, to decide by {proposal.due:%d %b %Y}")
    if counting.proposals:
        lines.append(f"  `triage breach accept|decline {confirmed.id} ACTION --by …` decides it")
    return lines


def dismiss_breach(config: Path | None, contact: str, which: str, by: str, role: str | None, note: str) -> None:
    """Dismiss a breach, with the reason that there must be."""
    strategy, restriction = parted(which)
    in_words("--note", note)
    noted = step_of(BREACH_RESPONSE, "noted", by, role=role, text=note)  # which is no step of the file
    at_register_desk(config, lambda desk: desk.may_judge_breach(contact, strategy, noted))
    at_desk(
        config,
        lambda desk: confirming.dismiss(desk, contact, strategy, restriction, by=by, note=note, now=utc_now()),
    )
    print(f"{contact}: the breach of {which} is dismissed")


def parted(which: str) -> tuple[str, str]:
    """Strategy and restriction."""
    strategy, _, restriction = which.partition("/")
    if not strategy or not restriction:
        raise BadInput(f"{which}: expected STRATEGY/RESTRICTION, such as CS-001/R1")
    return strategy, restriction


def _words(actions: tuple[BreachAction, ...] | list[BreachAction]) -> str:
    return ", ".join(map(plain, actions))


def _breach_row(breach: ListedBreach) -> dict[str, object]:
    return {
        "contact": breach.contact_id,
        "breach": f"{breach.strategy}/{breach.restriction}",
        "kind": breach.kind,
        "flagged": breach.at.isoformat(timespec="minutes"),
        "status": breach.status,
        "decided_by": breach.decided_by or "",
    }


def _row(file: BreachFile) -> dict[str, object]:
    return {
        "id": file.id,
        "strategy": file.strategy,
        "confirmed": file.count,
        "ours": len(file.ours),
        "proposed": ",".join(proposal.action for proposal in file.proposals),
        "to_do": ",".join(decision.step.action for decision in file.to_do),
        "to_put_right": ",".join(decision.step.action for decision in file.to_put_right),
    }
