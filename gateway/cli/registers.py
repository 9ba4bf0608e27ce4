"""`triage registers`: dangerous persons and properties, complex cases and strategies, for those who need to know."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from gateway.cli import before_visit
from gateway.cli.days import Day
from gateway.cli.exits import BadInput
from gateway.cli.files import AsJson, FileId, Reason, Role, Text, at_desk
from gateway.cli.need_to_know import CLOSED, Need, add_lists, at_register_desk
from gateway.cli.rows import print_json
from gateway.cli.settings import Config, Named
from gateway.cli.stepping import (
    add_allow_reviewer,
    add_note,
    add_undo,
    print_details,
    print_readable,
    step_line,
    step_of,
    steps_as_json,
    taken_in_words,
)
from gateway.governance.cases.file import CaseFile
from gateway.governance.course import Course
from gateway.governance.courses import DANGEROUS_PERSON, DANGEROUS_PROPERTY
from gateway.governance.desk import Desk, Readable
from gateway.governance.gates import ENTRIES, Shown, course_of
from gateway.governance.register_desk import Line, RegisterDesk
from gateway.governance.registers.file import EntryFile
from gateway.governance.registers.rules import REGISTER_OF
from gateway.governance.registers.seeing import those_who_may_see
from gateway.governance.registers.strategies import Entry
from models.policy_question import Answer

_app = typer.Typer(help="Registers: who may see what, approved and looked at again.", no_args_is_help=True)
_enter = typer.Typer(help="Record a danger as soon as it is known.", no_args_is_help=True)
_app.add_typer(_enter, name="enter")


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.add_typer(_app, name="registers")


_COURSES = {REGISTER_OF[course.kind]: course for course in ENTRIES.values()}
_NAMES = ("contact_strategies", *_COURSES, "complex_cases")

Facts = Annotated[str, typer.Option(help="What happened, when, and how it is known: facts, without personal comment.")]
Methods = Annotated[str | None, typer.Option(help="The agreed ways of communicating.")]
Restrictions = Annotated[str | None, typer.Option(help="What staff do and do not do.")]
Names = Annotated[list[str] | None, typer.Option("--allow", metavar="NAME", help="Who needs to know; repeat.")]
ToldAt = Annotated[str | None, typer.Option(help="Where whoever answers for it is told; otherwise the manager.")]


@_app.command("list")
def list_(
    by: Named,
    register: Annotated[
        str | None, typer.Argument(help=f"One of {', '.join(_NAMES)}; without it, what there is.")
    ] = None,
    role: Role = None,
    everything: Annotated[bool, typer.Option("--all", help="Removed and closed ones too.")] = False,
    as_json: AsJson = False,
    config: Config = None,
) -> None:
    """List the registers, or the entries of one. What you see of whom is on the audit trail."""
    if register is not None and register not in _NAMES:
        raise BadInput(f"no register {register!r}; there are {', '.join(_NAMES)}")
    rows = at_register_desk(config, lambda desk: _listed(desk, register, by, role, everything=everything))
    print_readable(rows, lambda row: row, as_json=as_json)


async def _listed(
    desk: RegisterDesk, register: str | None, by: str, role: str | None, *, everything: bool
) -> Readable[dict[str, object]]:
    if register is None:
        kept = [
            {"register": rule.kind, "name": rule.name, "entries": count, "approved_by": ",".join(rule.approvers)}
            for rule, count in await desk.kept()
        ]
        return Readable(kept, {})
    if register == "contact_strategies":
        strategies = await desk.strategies(by=by, role=role, everything=everything)
        return Readable([_strategy_row(entry) for entry in strategies.found], strategies.damaged)
    if register == "complex_cases":
        cases = await desk.cases(by=by, role=role, everything=everything)
        return Readable([_case_row(case, open_to=open_to) for case, open_to in cases.found], cases.damaged)
    lines = await desk.entries(_COURSES[register], by=by, role=role, everything=everything)
    return Readable([_line_row(line) for line in lines.found], lines.damaged)


def _strategy_row(entry: Entry) -> dict[str, object]:
    return {
        "id": entry.id,
        "person": CLOSED if entry.person is None else entry.person,
        "standing": entry.standing,
        "review_due": str(entry.review_due or ""),
        "until": f"{entry.until or ''}{' (extended)' if entry.extended else ''}",
        "considerations": " ".join((entry.considerations or "").split()),
        "needs_to_know": ", ".join(entry.needs_to_know),
        "answers_for_it": entry.owner,
    }


def _case_row(case: CaseFile, *, open_to: bool) -> dict[str, object]:
    return {
        "id": case.id,
        "person": (case.person or "") if open_to else CLOSED,
        "standing": case.standing,
        "issues": len(case.issues),
        "open_actions": len(case.open_actions),
    }


def _line_row(line: Line) -> dict[str, object]:
    return {
        "id": line.id,
        "standing": line.standing,
        "about": CLOSED if line.about is None else line.about,
        "review_due": str(line.review_due or ""),
        "answers_for_it": line.owner,
    }


@_app.command()
def show(
    id_: FileId,
    by: Named,
    need: Need = None,
    role: Role = None,
    as_json: AsJson = False,
    config: Config = None,
) -> None:
    """Show an entry in full, to those who need to know. That you looked is on the audit trail."""
    shown = at_register_desk(config, lambda desk: desk.show(id_, by=by, need=need, role=role))
    if as_json:
        print_json(_as_json(shown))
    else:
        _print(shown)


@_enter.command("person")
def enter_person(
    person: Annotated[str, typer.Argument(help="The person's id in the register, such as P-001.")],
    by: Named,
    facts: Facts,
    known_on: Day,
    methods: Methods = None,
    restrictions: Restrictions = None,
    allow: Names = None,
    told_at: ToldAt = None,
    role: Role = None,
    config: Config = None,
) -> None:
    """Enter a dangerous person."""
    given = {
        "person": person, "facts": facts, "known_on": known_on, "methods": methods, "restrictions": restrictions,
        "needs_to_know": tuple(allow or ()), "told_at": told_at, "role": role,
    }  # fmt: skip
    _begin(config, DANGEROUS_PERSON, by, given)


@_enter.command("property")
def enter_property(
    address: Annotated[str, typer.Argument(help="The address.")],
    by: Named,
    facts: Facts,
    known_on: Day,
    uprn: Annotated[str | None, typer.Option(help="Its Unique Property Reference Number.")] = None,
    person: Annotated[str | None, typer.Option(help="Who lives there, by the id in the register.")] = None,
    methods: Methods = None,
    restrictions: Restrictions = None,
    allow: Names = None,
    told_at: ToldAt = None,
    role: Role = None,
    config: Config = None,
) -> None:
    """Enter a dangerous property."""
    given = {
        "premises": {"address": address, "uprn": uprn}, "person": person, "facts": facts, "known_on": known_on,
        "methods": methods, "restrictions": restrictions, "needs_to_know": tuple(allow or ()), "told_at": told_at,
        "role": role,
    }  # fmt: skip
    _begin(config, DANGEROUS_PROPERTY, by, given)


@_app.command()
def answer(
    id_: FileId,
    check: Annotated[str, typer.Argument(help="The question's id, as `show` gives it.")],
    given: Annotated[Answer, typer.Argument(metavar="yes|no|na", help="The answer, as literally asked.")],
    by: Named,
    note: Annotated[str, typer.Option(help="What it rests on; needed for `na`.")] = "",
    role: Role = None,
    config: Config = None,
) -> None:
    """Answer one of the register's questions, such as whether the entry is factual."""
    _take(config, id_, "answered", by, role=role, check=check, answer=given, note=note)


@_app.command()
def approve(
    id_: FileId,
    by: Named,
    role: Role = None,
    note: Annotated[str, typer.Option(help="If there is something to say.")] = "",
    config: Config = None,
) -> None:
    """Approve an entry that somebody else wrote."""
    _take(config, id_, "entry_approved", by, role=role, note=note)


@_app.command()
def amend(
    id_: FileId,
    by: Named,
    reason: Reason,
    facts: Annotated[str | None, typer.Option(help="The new facts, in place of the old.")] = None,
    methods: Methods = None,
    restrictions: Restrictions = None,
    role: Role = None,
    config: Config = None,
) -> None:
    """Change an entry; its questions are answered and it is approved anew."""
    fields = {"reason": reason, "facts": facts, "methods": methods, "restrictions": restrictions}
    _take(config, id_, "amended", by, role=role, **fields)


@_app.command()
def review(
    id_: FileId,
    outcome: Annotated[str, typer.Argument(metavar="keep|amend|remove", help="What it comes to.")],
    by: Named,
    reasons: Text,
    role: Role = None,
    config: Config = None,
) -> None:
    """Record the yearly look at an entry."""
    _take(config, id_, "entry_reviewed", by, role=role, outcome=outcome, reasons=reasons)


@_app.command()
def remove(id_: FileId, by: Named, reasons: Text, role: Role = None, config: Config = None) -> None:
    """Take an entry off the register; it is kept for as long as the policy says, and then deleted."""
    _take(config, id_, "removed", by, role=role, reasons=reasons)


def _begin(config: Path | None, course: Course[EntryFile], by: str, given: dict[str, Any]) -> None:
    step = step_of(DANGEROUS_PERSON, "entered", by, **given)
    begun = at_desk(config, lambda desk: desk.begin(course, step, person=given["person"]))
    print(f"{begun.id} is entered and waits for approval; `triage registers show {begun.id} --by …` says what it needs")


def _take(config: Path | None, id_: str, kind: str, by: str, **given: Any) -> None:
    step = step_of(DANGEROUS_PERSON, kind, by, **given)

    async def take(desk: Desk) -> EntryFile:
        return await desk.take(course_of(id_), id_, step)

    taken = at_desk(config, take)
    print(f"{id_}: {taken_in_words(kind, taken.standing)}")


before_visit.add_to(_app)
add_allow_reviewer(
    _app,
    _take,
    says="Allow somebody to do the next review in place of whoever approved the entry, as another than they.",
)
add_lists(_app, _take)
add_note(_app, _take)
add_undo(_app, _take)


def _as_json(shown: Shown) -> dict[str, object]:
    file = shown.file
    return {
        "id": file.id,
        "standing": file.standing.value,
        "person": file.person,
        "property": file.premises.model_dump(exclude_none=True) if file.premises else None,
        "known_on": file.known_on.isoformat(),
        "facts": file.facts,
        "methods": file.methods,
        "restrictions": file.restrictions,
        "answers_for_it": file.owner,
        "review_due": str(file.review_due(shown.rule) or ""),
        "need_to_know": those_who_may_see(file),
        "steps": steps_as_json(file),
    }


def _print(shown: Shown) -> None:
    file, rule = shown.file, shown.rule
    print(f"{file.id}: {file.standing}")
    if file.premises is not None:
        print(f"  property {file.premises.address}" + (f", UPRN {file.premises.uprn}" if file.premises.uprn else ""))
    if file.person is not None:
        print(f"  person {file.person}")
    print(f"  known on {file.known_on}; {file.owner} answers for it; review due {file.review_due(rule) or 'not set'}")
    print(f"\n{file.facts}\n")
    print(f"Ways of communicating: {file.methods or 'none agreed'}")
    print(f"Restrictions: {file.restrictions or 'none'}")
    print(f"Who needs to know: {', '.join(those_who_may_see(file))}")
    for check in rule.asks if rule else ():
        given = file.answers.get(check.id)
        print(f"  [{check.id}] {check.question} {given.answer.value if given else 'not answered'}")
    if set(REGISTER_OF) & set(shown.rules.dispute.covers) - {"strategy"}:
        print("The person may dispute the entry: `triage challenge`.")
    print("\nSteps")
    for number, step in enumerate(file.steps, start=1):
        print(step_line(number, step, shown.rules.roles))
        print_details(step)
