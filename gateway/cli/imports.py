"""`triage calls import` and `triage contact import`: what came by other ways than mail."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer
import yaml

from gateway.cli.exits import BadInput, Failed
from gateway.cli.inputs import bytes_of
from gateway.cli.opened import opened_store
from gateway.cli.rows import tell_faults
from gateway.cli.settings import Config, settings_of
from gateway.clock import utc_now
from gateway.intake.calls.generic import FIELDS, Generic
from gateway.intake.calls.importer import FORMATS, Imported, import_calls, import_record
from gateway.intake.calls.leg import CallFormat
from gateway.reading.record import ContactFileError, odd_facts, read_record
from gateway.settings import Settings

_calls_app = typer.Typer(help="Call logs.", no_args_is_help=True)
_contact_app = typer.Typer(
    help="Letters, visits, notes of calls and other contacts as JSON files.", no_args_is_help=True
)

_FAULTS_SHOWN = 50


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.add_typer(_calls_app, name="calls")
    app.add_typer(_contact_app, name="contact")


@_calls_app.callback()
def _calls() -> None:
    """Keeps `import` a command of its own although it is the only one."""


@_contact_app.callback()
def _contact() -> None:
    """Keeps `import` a command of its own although it is the only one."""


@_calls_app.command("import")
def import_log(
    file: Annotated[Path, typer.Argument(help="The call log.")],
    format_: Annotated[str, typer.Option("--format", help=f"One of {', '.join(FORMATS)}.")],
    timezone: Annotated[str | None, typer.Option(help="Of times without an offset; default calls.timezone.")] = None,
    mapping: Annotated[
        Path | None, typer.Option(help="For generic: a YAML file of our field names and the log's headings.")
    ] = None,
    config: Config = None,
) -> None:
    """Take every call of a log in; a call that is there already is not taken again.

    Rows that cannot be read, or that would change a call taken in before, are listed with their line numbers and the
    rest is taken: exit 0. Exit 1 where not one call could be read.
    """
    settings = settings_of(config)
    chosen = _format(format_, mapping)
    raw = bytes_of(file)
    imported = asyncio.run(_import_log(settings, raw, chosen, _zone(timezone or settings.calls.timezone)))
    tell_faults(file, imported.faults, most=_FAULTS_SHOWN, more="more rows with faults")
    tell_faults(file, imported.notes, most=_FAULTS_SHOWN, more="more rows that add nothing")
    if imported.faults and not imported.calls and not imported.again and not imported.internal:
        raise Failed(f"{file}: no call could be read as {format_}")
    if not (imported.calls or imported.again or imported.internal or imported.faults):
        print(f"{file} holds no call")
        return
    again = f"{imported.again} there already, " if imported.again else ""
    print(
        f"{imported.calls} calls taken in, {again}{imported.internal} between our own extensions left out, "
        f"{len(imported.faults)} rows with faults"
    )


@_contact_app.command("import")
def import_contacts(
    files: Annotated[list[Path], typer.Argument(help="Contact files (JSON); the same source_id is one contact.")],
    config: Config = None,
) -> None:
    """Take contact files in: all of them, or none where one cannot be read."""
    settings = settings_of(config)
    records = [(file, _record(file)) for file in files]
    for (file, _), id_ in zip(records, asyncio.run(_import_contacts(settings, [r for _, r in records])), strict=True):
        print(f"{id_}  {file}")


def _format(name: str, mapping: Path | None) -> CallFormat:
    if name not in FORMATS:
        raise BadInput(f"--format {name}: expected one of {', '.join(FORMATS)}")
    if mapping is None:
        return FORMATS[name]
    if name != Generic.name:
        raise BadInput(f"--mapping is for --format {Generic.name}; {name} has fixed columns")
    return Generic(_mapping(mapping))


def _mapping(path: Path) -> Mapping[str, str]:
    try:
        document = yaml.safe_load(bytes_of(path))
    except (yaml.YAMLError, UnicodeDecodeError):
        raise BadInput(f"{path}: not YAML") from None
    if not isinstance(document, dict) or not all(isinstance(value, str) for value in document.values()):
        raise BadInput(f"{path}: expected our field names with the log's headings, such as caller: Number")
    unknown = sorted(str(name) for name in document.keys() - FIELDS.keys())
    if unknown:
        raise BadInput(f"{path}: no field {unknown[0]}; there are {', '.join(FIELDS)}")
    return document


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadInput(f"--timezone {name}: expected a name such as Europe/London") from None


def _record(path: Path) -> bytes:
    raw = bytes_of(path)
    try:
        read_record(raw, contact_id="", received_at=utc_now())
        for odd in odd_facts(raw):
            print(f"triage: {path}: {odd}", file=sys.stderr)
    except ContactFileError as error:
        raise BadInput(f"{path}: {error}") from None
    return raw


async def _import_log(settings: Settings, raw: bytes, format_: CallFormat, zone: ZoneInfo) -> Imported:
    async with opened_store(settings) as store:
        return await import_calls(raw, format_, store.spool, zone=zone, now=utc_now())


async def _import_contacts(settings: Settings, records: Sequence[bytes]) -> list[str]:
    ids = []
    async with opened_store(settings) as store:
        for raw in records:
            named = json.loads(raw).get("source_id")
            contact = read_record(raw, contact_id="", received_at=utc_now())
            ids.append(
                await import_record(
                    raw, store.spool, received_at=contact.received_at, source_id=str(named) if named else None
                )
            )
    return ids
