"""`triage check`: the whole decision on one message, touching no store and sending nothing."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from gateway.cli.exits import BadInput
from gateway.cli.inputs import bytes_of
from gateway.cli.register_file import register_from
from gateway.cli.settings import Config, settings_of
from gateway.clock import utc_now
from gateway.history_file import HistoryFileError, HistoryLine, load_history, load_outbound
from gateway.offline import Offline
from gateway.policies import Policies
from gateway.reading.record import ContactFileError, odd_facts, read_record
from gateway.settings import Settings
from gateway.started import reading_pool
from models.base import is_of_this_age
from models.decision import Decision
from models.envelope import Envelope
from models.history import Outbound
from models.register import Register


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(check)


def check(
    message: Annotated[str, typer.Argument(help="An .eml or a contact .json; - reads standard input.")],
    register: Annotated[Path, typer.Option(help="The register file (YAML).")],
    at: Annotated[str | None, typer.Option(help="When it was received, ISO 8601 with its offset.")] = None,
    history: Annotated[Path | None, typer.Option(help="Earlier contacts, one JSON object a line.")] = None,
    outbound: Annotated[Path | None, typer.Option(help="What we sent, one JSON object a line.")] = None,
    config: Config = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print triage.decision/1 instead of a table.")] = False,
) -> None:
    """Show what the gateway would do with one message, and why."""
    raw = sys.stdin.buffer.read() if message == "-" else bytes_of(Path(message))
    received = None if at is None else _moment(at)
    settings = settings_of(config)
    try:
        policies = Policies.as_asked_for(settings.policies)
        register_ = register_from(register, policies)
        earlier = load_history(history) if history else []
        sent = load_outbound(outbound) if outbound else None
        is_record = _is_record(message, raw)
        if is_record:
            read_record(raw, contact_id="", received_at=received or utc_now())
            for odd in odd_facts(raw):
                print(f"triage: {message}: {odd}", file=sys.stderr)
        decision = asyncio.run(
            _check(
                raw,
                is_record=is_record,
                settings=settings,
                policies=policies,
                register=register_,
                at=received,
                earlier=earlier,
                outbound=sent,
            )
        )
    except (HistoryFileError, ContactFileError) as error:
        raise BadInput(str(error)) from None
    if as_json:
        sys.stdout.write(decision.to_json(indent=2) + "\n")
        return
    from gateway.cli.show import show_decision

    show_decision(decision, register_.organisation.timezone)


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None or not is_of_this_age(moment):
        raise BadInput(f"--at {text}: expected a time with its offset, such as 2026-03-02T10:15:00Z")
    return moment


def _is_record(message: str, raw: bytes) -> bool:
    """A contact file by its name, or by its first character where it comes through a pipe."""
    return message.lower().endswith(".json") or (message == "-" and raw.lstrip()[:1] == b"{")


async def _check(
    raw: bytes,
    *,
    is_record: bool,
    settings: Settings,
    policies: Policies,
    register: Register,
    at: datetime | None,
    earlier: Sequence[HistoryLine],
    outbound: Sequence[Outbound] | None,
) -> Decision:
    received = at or utc_now()
    envelope = Envelope(
        source="check", received_at=received, media_type="application/json" if is_record else "message/rfc822"
    )
    async with reading_pool(settings) as pool:
        offline = Offline(register, policies, pool)
        return await offline.check(offline.job(envelope, raw), at=at, earlier=earlier, outbound=outbound)
