"""`triage check`: the whole decision on one message, touching no store and sending nothing."""

from __future__ import annotations

import asyncio
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from models.base import iso_utc
from models.decision import Decision
from models.envelope import Envelope
from models.register import Register

from gateway.cli.exits import BadInput
from gateway.clock import utc_now
from gateway.history_file import HistoryFileError, load_history, load_outbound
from gateway.settings import Settings, SettingsError, load_settings
from gateway.yaml_file import YamlFileError, load

_JSON_TYPE = "application/json"


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(check)


def check(
    message: Annotated[str, typer.Argument(help="An .eml or a contact .json; - reads standard input.")],
    register: Annotated[Path, typer.Option(help="The register file (YAML).")],
    at: Annotated[str | None, typer.Option(help="When it was received, ISO 8601 with its offset.")] = None,
    history: Annotated[Path | None, typer.Option(help="Earlier contacts, one JSON object a line.")] = None,
    outbound: Annotated[Path | None, typer.Option(help="What we sent, one JSON object a line.")] = None,
    config: Annotated[Path | None, typer.Option(help="The settings file.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print triage.decision/1 instead of a table.")] = False,
) -> None:
    """Show what the gateway would do with one message, and why."""
    raw = _read(message)
    received = None if at is None else _moment(at)
    try:
        settings = load_settings(config)
        register_ = load(register, Register)
        earlier = load_history(history) if history else []
        sent = load_outbound(outbound) if outbound else None
    except (YamlFileError, HistoryFileError, SettingsError) as error:
        raise BadInput(str(error)) from None
    decision = asyncio.run(_check(raw, settings, register_, received, earlier, sent))
    if as_json:
        sys.stdout.write(decision.to_json(indent=2) + "\n")
        return
    from gateway.cli.show import show_decision

    show_decision(decision, register_)
