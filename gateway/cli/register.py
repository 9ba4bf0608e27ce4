"""`triage register`: the people, matters and strategies the gateway goes by."""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
import yaml

from gateway.cli.exits import BadInput
from gateway.cli.files import Role, clear_print_folder, refusals_told
from gateway.cli.need_to_know import at_register_desk
from gateway.cli.opened import opened_store
from gateway.cli.progress import progress
from gateway.cli.register_compared import LookedOver, NotCompared, look_over, would_be
from gateway.cli.register_file import register_from
from gateway.cli.rows import counted
from gateway.cli.settings import By, Config, settings_of
from gateway.cli.spreadsheet import import_spreadsheet, is_spreadsheet, print_proposal
from gateway.clock import utc_now
from gateway.faults import NoRegister
from gateway.governance.against_policy import against_policy
from gateway.governance.desk import Desk
from gateway.governance.not_as_meant import not_as_meant
from gateway.policies import Policies
from gateway.settings import Settings
from models.register import Register
from routing.calendar import local_day

_KEPT = "kept as the gateway has it (it has a life here; change it with triage strategy)"
_DAMAGED = "cannot be read, so what its person sends goes to the dead-letter list; restore the store from a backup"
_ERASED = "left out (it was erased here)"

_MOST_CAUTIONS = 20
"""A first register may put hundreds of strategies in force."""

_EXPORTED_AS = "# Exported as version {} of the register."
"""The line by which an import knows that the register was changed since; a file without it says nothing of that."""
_HEAD_LINES = 5
_EXPORTED = re.compile(re.escape(_EXPORTED_AS).replace(r"\{\}", r"(\d{1,9})"))

_app = typer.Typer(help="Validate, import and export the register.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.add_typer(_app, name="register")


RegisterFile = Annotated[Path, typer.Argument(help="The register file (YAML).")]


@_app.command()
def validate(file: RegisterFile, config: Config = None) -> None:
    """Say what is wrong with a register file, with line and field; exit 2 if anything is.

    Where there is a store, what an import would change in what is in force is said as `import` says it. Nothing is
    changed.
    """
    settings = settings_of(config)
    register, policies = _load(file, settings)
    print(_counts(register))
    try:
        compared = asyncio.run(would_be(settings, register, policies, _exported_as(file)))
    except NotCompared as error:
        sys.stderr.write(f"triage: {error}\n")
        compared = None
    if compared is not None:
        print(f"held against version {compared.version}, which is in force; nothing is changed")
        _say(register, compared)
        return
    today = local_day(utc_now(), ZoneInfo(register.organisation.timezone))
    forbidden = against_policy(register, policies.of(register.organisation).life, today)
    _caution((*not_as_meant(register, today), *forbidden))


Sheet = Annotated[str | None, typer.Option(help="Of a workbook, the sheet; otherwise the first that is not hidden.")]


@_app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="The register file (YAML), or a spreadsheet (CSV, XLSX) to take over.")],
    by: By,
    mapping: Annotated[
        str | None, typer.Option(help="For a spreadsheet: which column is what, by file or saved name.")
    ] = None,
    save_mapping: Annotated[str | None, typer.Option(metavar="NAME", help="Keep the mapping under this name.")] = None,
    sheet: Sheet = None,
    decided: Annotated[
        list[str] | None,
        typer.Option("--is", metavar="ROW=ID", help="Whom a row is about, or ROW=new; repeat."),
    ] = None,
    keep_going: Annotated[bool, typer.Option("--keep-going", help="Take the rows that are right.")] = False,
    config: Config = None,
) -> None:
    """Make the file the register, whole or not at all; the gateway may be running.

    A spreadsheet is added to the register instead: people and matters, and a draft for each strategy.
    """
    settings = settings_of(config)
    if is_spreadsheet(file):
        import_spreadsheet(
            file, config=config, settings=settings, mapping=mapping, save_as=save_mapping, sheet=sheet,
            decided=decided or (), keep_going=keep_going, by=by,
        )  # fmt: skip
        return
    if mapping or save_mapping or sheet or decided or keep_going:
        raise BadInput(f"{file}: these options are for a spreadsheet, whose name ends in .csv or .xlsx")
    register, policies = _load(file, settings)
    with refusals_told():
        imported = asyncio.run(_import(settings, register, policies, by, _exported_as(file)))
    print(f"{_counts(register)}; in force as version {imported.version}")
    _say(register, imported)


@_app.command("mapping")
def mapping_(
    file: Annotated[Path, typer.Argument(help="The spreadsheet (CSV, XLSX).")],
    sheet: Sheet = None,
    save: Annotated[
        str | None, typer.Option(metavar="NAME", help="Keep it under this name, to be used as it is.")
    ] = None,
    config: Config = None,
) -> None:
    """Propose which column of a spreadsheet is what, as YAML to be looked at; saving it says that it is right."""
    print_proposal(file, sheet=sheet, save_as=save, settings=settings_of(config))


@_app.command()
def export(by: By, role: Role = None, config: Config = None) -> None:
    """Write the register in force as YAML to standard output.

    It has every strategy with its person: say the role in which you need to know. That you took it is on the audit
    trail.
    """
    exported = at_register_desk(config, lambda desk: desk.export(by=by, role=role))
    if exported is None:
        raise NoRegister
    register, version = exported
    if marking := Policies.as_asked_for(settings_of(config).policies).of(register.organisation).life.marking:
        sys.stdout.write(f"# {marking}\n")
    sys.stdout.write(f"{_EXPORTED_AS.format(version)}\n")
    document = register.model_dump(mode="json", by_alias=True, exclude_none=True, exclude_defaults=False)
    yaml.safe_dump(document, sys.stdout, sort_keys=False, allow_unicode=True)


def _load(file: Path, settings: Settings) -> tuple[Register, Policies]:
    policies = Policies.as_asked_for(settings.policies)
    return register_from(file, policies), policies


async def _import(
    settings: Settings, register: Register, policies: Policies, by: str, exported_as: int | None
) -> LookedOver:
    async with opened_store(settings) as store:
        looked = await look_over(store, register, policies, exported_as)
        version = await store.register_versions.replace(
            register, actor=by, now=utc_now(), progress=progress("people", len(register.people))
        )
        # An address may be unsafe from now on.
        await clear_print_folder(Desk(store, policies, now=utc_now), settings)
        return replace(looked, version=version, damaged=await store.register.damaged_files())


def _say(register: Register, looked: LookedOver) -> None:
    """What becomes of the strategies that have a life here, what cannot be read, and what to look at."""
    named = {strategy.id for strategy in register.strategies}
    for strategy in looked.managed:
        if strategy.id in named:
            print(f"{strategy.id}: {_ERASED if strategy.erased else _KEPT}")
    for id_ in looked.damaged:
        sys.stderr.write(f"triage: {id_} {_DAMAGED}\n")
    _caution(looked.cautions)


def _caution(texts: Sequence[str]) -> None:
    for text in texts[:_MOST_CAUTIONS]:
        sys.stderr.write(f"triage: {text}\n")
    if len(texts) > _MOST_CAUTIONS:
        sys.stderr.write(f"triage: and {len(texts) - _MOST_CAUTIONS} more\n")


def _exported_as(file: Path) -> int | None:
    """The version that the file says it was exported as, in one of its first lines."""
    if not file.is_file():  # a pipe was read to its end
        return None
    with file.open(encoding="utf-8-sig") as lines:
        found = (_EXPORTED.match(line) for line in islice(lines, _HEAD_LINES))
        return next((int(one[1]) for one in found if one), None)


def _counts(register: Register) -> str:
    people = counted(len(register.people), "person", "people")
    matters = counted(len(register.matters), "matter", "matters")
    return f"{people}, {matters}, {counted(len(register.strategies), 'strategy', 'strategies')}"
