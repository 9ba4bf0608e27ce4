"""`triage registers before-visit`: what to know before one goes there, or telephones, and nothing else."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from gateway.cli.exits import BadInput, Failed
from gateway.cli.files import AsJson, Reason, Role, at_desk_of
from gateway.cli.rows import print_json
from gateway.cli.settings import Config, Named
from gateway.cli.stepping import step_of
from gateway.governance.courses import DANGEROUS_PERSON
from gateway.governance.registers.before_visit import BeforeYouVisit
from gateway.governance.visit_desk import Answer, VisitDesk


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(before_visit)


def before_visit(
    by: Named,
    reason: Reason,
    address: Annotated[str | None, typer.Option(help="The address of one door, as you have it.")] = None,
    person: Annotated[str | None, typer.Option(help="The whole name, or the id in the register.")] = None,
    phone: Annotated[str | None, typer.Option(help="The telephone number.")] = None,
    reference: Annotated[str | None, typer.Option(help="The reference of a matter of theirs.")] = None,
    uprn: Annotated[str | None, typer.Option(help="The address's Unique Property Reference Number, if known.")] = None,
    role: Role = None,
    as_json: AsJson = False,
    config: Config = None,
) -> None:
    """Ask about one address or person before you visit: what staff do there, and whom to ask.

    Never the list, nor why somebody is on it. That you asked is on the audit trail, and on what is found with the
    reason.
    """
    given = {"address": address, "person": person, "phone": phone, "reference": reference}
    asked = {name: what for name, what in given.items() if what is not None}
    if len(asked) != 1:
        raise BadInput("ask about one thing: --address, --person, --phone or --reference")
    if uprn is not None and address is None:
        raise BadInput("--uprn: say the --address, too; not every entry has a number")
    ((kind, what),) = asked.items()
    step = step_of(DANGEROUS_PERSON, "asked_before_visit", by, role=role, asked=kind, reason=reason)
    answer = at_desk_of(VisitDesk, config, lambda desk: desk.ask(step, what, uprn=uprn))
    if as_json:
        print_json(_as_json(answer))
    else:
        _print(answer)
    if answer.unread:
        sys.stdout.flush()
        text = f"the answer lacks what cannot be read; ask {answer.ask} before you go:"
        raise Failed("\n        ".join([text, *answer.unread.values()]))


def _print(answer: Answer) -> None:
    for one in answer.told:
        print(_about(one))
        if one.methods is not None:
            print(f"  ways of communicating: {one.methods or 'none agreed'}")
            print(f"  before you visit: {one.restrictions or 'nothing agreed'}")
        for note in one.notes:
            print(f"  {note}")
        print(f"  ask: {one.ask}")
    if answer.like_it:
        text = f"{answer.like_it} entries may be about it, which are too many to be told"
        print(f"{text}; say more exactly which it is, or ask {answer.ask}")
    if answer.nothing_known:
        print("nothing known; that is no promise that there is no danger")


def _about(one: BeforeYouVisit) -> str:
    what = "that place" if one.of_place else "that person, or somebody there"
    return f"{one.id} {'is' if one.surely else 'may be'} about {what}"


def _as_json(answer: Answer) -> dict[str, object]:
    return {
        "nothing_known": answer.nothing_known,
        "entries": [
            {
                "id": one.id,
                "about": "property" if one.of_place else "person",
                "fits": "is" if one.surely else "may be",
                "methods": one.methods,
                "restrictions": one.restrictions,
                "ask": one.ask,
                "notes": list(one.notes),
            }
            for one in answer.told
        ],
        "may_be_too_many": answer.like_it,
        "unread": sorted(answer.unread),
        "ask": answer.ask,
    }
