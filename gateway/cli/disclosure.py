"""`triage disclosure`: telling a partner about a person, after those whom the policy wants asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from gateway.cli.days import Day
from gateway.cli.exits import BadInput
from gateway.cli.files import AsJson, FileId, Role, Text, at_desk, yes
from gateway.cli.need_to_know import Need, add_lists, at_register_desk, readable_named
from gateway.cli.settings import Config, Named
from gateway.cli.stepping import add_note, add_undo, begin, print_readable, show, steps_in, take
from gateway.governance.courses import DISCLOSURE
from gateway.governance.desk import Desk, Readable
from gateway.governance.disclosures.comparing import as_let_go, as_proposed, left_out
from gateway.governance.disclosures.file import DisclosureFile
from gateway.governance.disclosures.steps import Shared

_app = typer.Typer(help="Disclosures: propose, ask, share, and what went.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.add_typer(_app, name="disclosure")


What = Annotated[str, typer.Option(help="What is told.")]
How = Annotated[str, typer.Option(help="By which way, and to whom there.")]
_SHORTEST = 3
YesNo = Annotated[str, typer.Argument(metavar="yes|no")]


@_app.command()
def propose(
    by: Named,
    person: Annotated[str, typer.Option(help="Whom it is about, by the register's id.")],
    to: Annotated[str, typer.Option(help="Who is to be told.")],
    what: Annotated[list[str], typer.Option(help="What is to be told; once for each item.")],
    ground: Annotated[str, typer.Option(help="One of the policy's grounds, in its words.")],
    why: Annotated[str, typer.Option(help="How the ground applies here.")],
    role: Role = None,
    config: Config = None,
) -> None:
    """Propose to tell a partner something about a person. Nothing goes yet."""
    items = _items(what)
    begin(config, DISCLOSURE, "proposed", by, person=person, role=role, to=to, **items, ground=ground, why=why)


@_app.command("list")
def list_(
    by: Named,
    role: Role = None,
    everything: Annotated[bool, typer.Option("--all", help="Those that are done too.")] = False,
    as_json: AsJson = False,
    config: Config = None,
) -> None:
    """List the disclosures, the oldest first; whom they are about stands there where you need to know."""
    files = readable_named(config, DISCLOSURE, by=by, role=role, everything=everything)
    print_readable(files, lambda found: {**_row(found[0]), "person": found[1]}, as_json=as_json)


@_app.command()
def log(
    by: Named,
    role: Role = None,
    person: Annotated[str | None, typer.Option(help="Only what went about this person.")] = None,
    as_json: AsJson = False,
    config: Config = None,
) -> None:
    """List what went to whom, the earliest first; what it was is in the disclosure.

    Whom it is about stands there where you need to know; with --person, nothing else is listed.
    """
    files = readable_named(config, DISCLOSURE, by=by, role=role, everything=True)
    went = [
        {
            "on": str(step.on),
            "disclosure": file.id,
            "person": about,
            "to": step.to or file.proposed.to,
            "emergency": "yes" if step.kind == "shared_urgently" else "",
            "as_let_go": as_let_go(file, step),
            "by": step.by,
        }
        for file, about in files.found
        if person in (None, about)
        for step in file.went
    ]
    in_order = sorted(went, key=lambda row: (row["on"], row["disclosure"]))
    print_readable(Readable(in_order, files.damaged), lambda row: row, as_json=as_json)


@_app.command("show")
def show_(
    id_: FileId, by: Named, need: Need = None, role: Role = None, as_json: AsJson = False, config: Config = None
) -> None:
    """Show a disclosure, its steps and what it waits for, to those who need to know.

    Those are whom it names, the roles that are asked, and those who need to know of the person's strategies; others say
    what for. That you looked is on the audit trail.
    """
    at_register_desk(config, lambda desk: desk.may_read_disclosure(id_, by=by, need=need, role=role))
    show(config, DISCLOSURE, id_, by, _about, as_json=as_json)


@_app.command()
def consent(
    id_: FileId,
    outcome: Annotated[str, typer.Argument(metavar="given|refused|withdrawn|not_sought", help="What they say.")],
    by: Named,
    how: Annotated[str, typer.Option(help="How they said so, or why they were not asked.")],
    role: Role = None,
    config: Config = None,
) -> None:
    """Record what the person says to it."""
    take(config, DISCLOSURE, id_, "consent_recorded", by, role=role, outcome=outcome, how=how)


@_app.command()
def answer(
    id_: FileId,
    agreed: YesNo,
    by: Named,
    reasons: Text,
    conditions: Annotated[str, typer.Option(help="Under what conditions.")] = "",
    role: Role = None,
    config: Config = None,
) -> None:
    """Answer as the one whom the policy wants asked; never what you proposed yourself."""
    fields = {"agreed": yes(agreed), "reasons": reasons, "conditions": conditions}
    take(config, DISCLOSURE, id_, "gate_answered", by, role=role, **fields)


@_app.command()
def share(
    id_: FileId,
    by: Named,
    on: Day,
    to: Annotated[str, typer.Option(help="To whom it went, as it was proposed.")],
    what: Annotated[
        list[str],
        typer.Option(
            help="What went: an item of the proposal, by its number in `show` or in its words; once for each."
        ),
    ],
    how: How,
    evidence: Annotated[str, typer.Option(help="What shows it: a message id, a posting number.")] = "",
    conditions_kept: Annotated[str, typer.Option(help="How the conditions of the answer were kept.")] = "",
    otherwise: Annotated[
        str, typer.Option(help="It has gone to somebody else or with more than was let go: how that came about.")
    ] = "",
    role: Role = None,
    config: Config = None,
) -> None:
    """Record what went, to whom. Refused while nobody has let it, and where it is not what was let go.

    What went otherwise all the same is recorded with --otherwise; those who are asked look at it then.
    """

    async def in_words(desk: Desk) -> list[str]:
        return as_proposed(await desk.load(DISCLOSURE, id_), what)

    said = {"to": to, **_items(at_desk(config, in_words)), "how": how, "evidence": evidence}
    said |= {"conditions_kept": conditions_kept, "otherwise": otherwise}
    file = take(config, DISCLOSURE, id_, "shared", by, role=role, on=on, **said)
    went = file.went[-1]
    if isinstance(went, Shared) and (less := left_out(file, went)):
        print(f"let go, and did not go: {'; '.join(less)}")


@_app.command()
def emergency(
    id_: FileId,
    by: Named,
    on: Day,
    what: What,
    how: How,
    vital: Annotated[str, typer.Option(help="Whose life or safety was at stake, and how.")],
    to: Annotated[str, typer.Option(help="To whom, where it was not to whom it was proposed.")] = "",
    role: Role = None,
    config: Config = None,
) -> None:
    """Record what went at once because somebody's life or safety was at stake; it is looked at afterwards."""
    take(config, DISCLOSURE, id_, "shared_urgently", by, role=role, on=on, to=to, what=what, how=how, vital=vital)


@_app.command()
def review(
    id_: FileId,
    justified: YesNo,
    by: Named,
    reasons: Text,
    put_right: Annotated[str, typer.Option(help="What is done about it, where it was not justified.")] = "",
    role: Role = None,
    config: Config = None,
) -> None:
    """Look at what went in an emergency, or otherwise than it was let go."""
    fields = {"justified": yes(justified), "reasons": reasons, "put_right": put_right}
    take(config, DISCLOSURE, id_, "gate_reviewed", by, role=role, **fields)


@_app.command()
def withdraw(id_: FileId, by: Named, reasons: Text, role: Role = None, config: Config = None) -> None:
    """Give it up before anything goes."""
    take(config, DISCLOSURE, id_, "withdrawn", by, role=role, reasons=reasons)


add_lists(_app, steps_in(DISCLOSURE))
add_note(_app, steps_in(DISCLOSURE))
add_undo(_app, steps_in(DISCLOSURE))


def _items(what: Sequence[str]) -> dict[str, Any]:
    """The fields in which a step has them. BadInput names the option, as of any other field."""
    for one in what:
        if len(one.strip()) < _SHORTEST:
            raise BadInput(f"--what {one}: too short, at least {_SHORTEST} characters")
    return {"what": what[0], "also": what[1:]}


def _row(file: DisclosureFile) -> dict[str, object]:
    return {
        "id": file.id,
        "person": file.person,
        "to": file.proposed.to,
        "ground": file.proposed.ground,
        "answer": "" if file.gate is None else "yes" if file.gate.agreed else "no",
        "went": len(file.went),
        "to_be_looked_at": len(file.unreviewed),
    }


def _about(file: DisclosureFile) -> dict[str, object]:
    """The row, with the items by the numbers that `share` takes, and what of them did not go."""
    items = "; ".join(f"{number}: {item}" for number, item in enumerate(file.proposed.items, start=1))
    less = [item for step in file.went if isinstance(step, Shared) for item in left_out(file, step)]
    return {**_row(file), "proposed": items, "did_not_go": "; ".join(less)}
