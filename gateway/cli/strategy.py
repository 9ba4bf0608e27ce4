"""`triage strategy`: a strategy from its draft to its end, a step at a time, each by a named person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated, get_args

import typer

from gateway.cli import inviting, strategy_any_time, strategy_in_force, strategy_proposal
from gateway.cli.exits import BadInput
from gateway.cli.files import AsJson, FileId, Role, at_desk
from gateway.cli.need_to_know import CLOSED, Need, at_register_desk
from gateway.cli.rows import print_json
from gateway.cli.settings import Config, Named
from gateway.cli.stepping import OF_A_LETTER, in_words, print_details, print_readable, step_line, step_of, steps_as_json
from gateway.clock import utc_now
from gateway.governance.courses import STRATEGY
from gateway.governance.demands.approving import decisions_in
from gateway.governance.demands.reviewing import may_ask_from
from gateway.governance.demands.sending import cannot_be_called_back
from gateway.governance.desk import Desk
from gateway.governance.following import last_that_counts
from gateway.governance.letters.in_part import in_part, told_of
from gateway.governance.letters.steps import LetterWritten
from gateway.governance.next_step import next_step
from gateway.governance.register_desk import RegisterDesk
from gateway.governance.situation import Situation
from gateway.governance.steps import Clearable, Drafted, DraftFields, Invited, StrategyStep
from gateway.governance.strategy_file import StrategyFile
from gateway.governance.transitions import Transition, transitions
from gateway.yaml_file import load
from models.plain_names import plain
from models.restriction import Restriction

_app = typer.Typer(help="Strategies: draft, check, approve, tell, review, end.", no_args_is_help=True)
for _steps in (strategy_proposal, strategy_in_force, strategy_any_time, inviting):
    _steps.add_to(_app)


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.add_typer(_app, name="strategy")


class DraftFile(DraftFields):
    """A draft as written by hand (YAML); what is left out can be given later with `revise`."""

    person: str | None = None


Draft = Annotated[Path, typer.Argument(metavar="FILE", help="The draft (YAML): person, reasons, restrictions, spoc ….")]


@_app.command()
def draft(
    file: Draft,
    by: Named,
    role: Role = None,
    soft: Annotated[bool, typer.Option("--soft", help="A single point of contact only, without restrictions.")] = False,
    config: Config = None,
) -> None:
    """Begin a strategy. It holds nobody to anything until it is approved, told and activated."""
    written = load(file, DraftFile)
    if written.person is None:
        raise BadInput(f"{file}: person: missing; expected the id of somebody in the register, such as P-001")
    given = {name: getattr(written, name) for name in written.model_dump(exclude_none=True)}
    step = step_of(STRATEGY, "drafted", by, role=role, soft=soft, **given)
    begun = at_desk(config, lambda desk: desk.begin(STRATEGY, step, person=step.person))
    print(f"{begun.id} is drafted; `triage strategy show {begun.id} --by …` says what it needs")


@_app.command()
def revise(id_: FileId, file: Draft, by: Named, role: Role = None, config: Config = None) -> None:
    """Change a draft: the fields in the file replace its own; `null` leaves a day or the point of contact out again."""
    written = load(file, DraftFile)
    said = [name for name in DraftFields.model_fields if name in written.model_fields_set]
    cleared = [name for name in said if getattr(written, name) is None]
    for name in cleared:
        if name not in get_args(Clearable):
            raise BadInput(f"{file}: {name}: a draft cannot be without; expected what it is to be")
    given = {name: getattr(written, name) for name in written.model_dump(exclude_none=True, exclude={"person"})}
    step = step_of(STRATEGY, "revised", by, role=role, cleared=cleared, **given)
    at_desk(config, lambda desk: desk.take(STRATEGY, id_, step))
    print(f"{id_} is revised")


@_app.command("list")
def list_(
    by: Named,
    role: Role = None,
    everything: Annotated[bool, typer.Option("--all", help="Ended and withdrawn ones too.")] = False,
    as_json: AsJson = False,
    config: Config = None,
) -> None:
    """List the strategies, the oldest first; whom they are about only where you need to know."""
    found = at_register_desk(config, lambda desk: desk.strategy_files(by=by, role=role, everything=everything))
    print_readable(found, lambda one: _row(one[0], open_to=one[1]), as_json=as_json)


@_app.command()
def show(
    id_: FileId, by: Named, need: Need = None, role: Role = None, as_json: AsJson = False, config: Config = None
) -> None:
    """Show a strategy: where it stands, what it needs next, every step; to those who need to know.

    That you looked is on the audit trail.
    """
    file, situation = at_desk(config, lambda desk: _shown(desk, id_, by, need, role))
    if as_json:
        print_json(_as_json(file, situation))
    else:
        _print(file, situation)


async def _shown(desk: Desk, id_: str, by: str, need: str | None, role: str | None) -> tuple[StrategyFile, Situation]:
    file = await RegisterDesk(desk, now=utc_now).strategy(id_, by=by, need=need, role=role)
    return file, await desk.situation(STRATEGY, file)


def _row(file: StrategyFile, *, open_to: bool) -> dict[str, object]:
    return {
        "id": file.id,
        "person": file.person if open_to else CLOSED,
        "standing": file.standing.value,
        "stage": file.stage,
        "matters": (",".join(file.matters) or file.scope.value) if open_to else "",
        "review_due": str(file.review_due or ""),
        "ends": str(file.ends or ""),
    }


def _as_json(file: StrategyFile, situation: Situation) -> dict[str, object]:
    waits, ask_from = next_step(file, situation), may_ask_from(file, situation)
    undo, only = _undo(file)
    return {
        "id": file.id,
        "standing": file.standing.value,
        "policy": {"id": file.policy, "version": file.policy_version},
        "in_force_from": None if file.in_force_from is None else file.in_force_from.isoformat(),
        "may_ask_for_review_from": None if ask_from is None else ask_from.isoformat(),
        "strategy": file.strategy().model_dump(mode="json", by_alias=True, exclude_none=True),
        "told_on": [day.isoformat() for day in file.told_on],
        "next": {
            "step": waits.step,
            "lacks": [{"text": lack.text, "cites": lack.cites, "field": lack.field} for lack in waits.lacks],
            "read_with": list(waits.read_with),
            "needs": list(waits.needs),
        },
        "course": [_transition_as_json(one) for one in transitions(file, situation)],
        "steps": steps_as_json(_letters_in_part(file, situation)),
        "undo": {"step": undo, "by": only},
    }


def _transition_as_json(one: Transition) -> dict[str, object]:
    return {
        "step": one.number,
        "kind": one.step.kind,
        "from": one.came_from,
        "to": one.to,
        "on": one.on.isoformat(),
        "by": one.step.by,
        "role": one.step.role,
        "why": one.why,
        "document": one.document,
    }


def _letters_in_part(file: StrategyFile, situation: Situation) -> StrategyFile:
    """Without what its letters say of other strategies: who reads this one need not know of those."""

    def shown(step: StrategyStep) -> StrategyStep:
        return in_part(step) if isinstance(step, LetterWritten) and told_of(file, step, situation) else step

    return replace(file, steps=tuple(map(shown, file.steps)))


def _undo(file: StrategyFile) -> tuple[int | None, str | None]:
    """The number of the step that can be undone, None where there is none; by whom alone, None where by anybody."""
    number, step = last_that_counts(file.steps)
    if number == 1 or cannot_be_called_back(step) or isinstance(step, Invited):
        return None, None
    return number, step.by if isinstance(step, decisions_in(file)) else None


def _course_line(one: Transition, roles: Mapping[str, str]) -> str:
    """Where it stood, where it stands after, by which step."""
    moved = one.to.value if one.came_from in (None, one.to) else f"{one.came_from} to {one.to}"
    return f"{step_line(one.number, one.step, roles)}: {moved}"


def _print_restrictions(restrictions: Iterable[Restriction]) -> None:
    for restriction in restrictions:
        # Defaults too: a limit without its period says nothing.
        fields = restriction.model_dump(mode="json", by_alias=True, exclude={"id", "kind"}, exclude_none=True)
        says = in_words({name: value for name, value in fields.items() if value is not False and value != ""})
        print(f"  {restriction.id} {restriction.kind}" + (f": {says}" if says else ""))


def _print(file: StrategyFile, situation: Situation) -> None:
    waits, ask_from = next_step(file, situation), may_ask_from(file, situation)
    print(f"{file.id}: {file.standing} (policy {file.policy}, version {file.policy_version})")
    stage = f", stage {file.stage}" if situation.rules.stages else ""
    print(f"  person {file.person}, about {', '.join(file.matters) or 'everything'}{stage}")
    begins = file.in_force_from or file.starts or "activation"
    print(f"  from {begins} to {file.ends or 'no end'}, review due {file.review_due or 'not set'}")
    if ask_from is not None:
        print(f"  the person may ask for a review from {ask_from} on")
    if waits.needs:
        print(f"  they have told us that they need: {'; '.join(waits.needs)}")
    behaviours = {one.id: one.says for one in situation.rules.behaviours}
    for name, said in (
        ("behaviour", "; ".join(behaviours.get(id_, id_) for id_ in file.behaviours)),
        ("reasons", file.reasons),
        ("impact", file.impact),
    ):
        if said:
            print(f"  {name}: {' '.join(said.split())}")
    if days := file.told_on:
        print(f"  told {len(days)} time{'' if len(days) == 1 else 's'}, on {', '.join(map(str, days))}")
    for why, text in file.reasons_for.items():
        print(f"  why {plain(why)}: {' '.join(text.split())}")
    if file.spoc is not None:
        print(f"  single point of contact: {in_words(file.spoc.model_dump(mode='json', exclude_defaults=True))}")
    _print_restrictions(file.restrictions)
    urgent = file.urgent_now
    if urgent is not None:
        until = f"until {urgent.until}" + (", and over" if situation.day > urgent.until else "")
        print(f"  urgent measures, told on {urgent.told_on}, {until}:")
        _print_restrictions(urgent.restrictions)
    print("\nCourse")
    for one in transitions(file, situation):
        print(_course_line(one, situation.rules.roles))
        print(f"      {' '.join(one.why.split())}  [{one.document or 'no document'}]")
    print("\nSteps")
    for number, step in enumerate(file.steps, start=1):
        print(step_line(number, step, situation.rules.roles))
        if not isinstance(step, Drafted):  # which is what stands above
            print_details(step, but=OF_A_LETTER)
    if waits.step is not None:
        ready = " and nothing is missing" if not waits.lacks else ", which needs"
        print(f"\nNext: {plain(waits.step)}{ready}")
        for lack in waits.lacks:
            print(f"  - {lack}" + (f"  [{lack.field}]" if lack.field else ""))
    undo, only = _undo(file)
    if undo is not None:
        whose = f" (for {only}, who decided it)" if only else ""
        print(f"\nStep {undo} can be undone{whose}: `triage strategy undo {file.id} {undo} --reason … --by …`")
    if waits.read_with:
        print(f"\nTo be read with the policy: {'; '.join(waits.read_with)}")
