"""`triage replay`: what the gateway would have done with an archive of mail; nothing is stored, nothing sent."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from datetime import datetime
from email.parser import BytesHeaderParser
from itertools import chain
from pathlib import Path
from typing import Annotated

import typer

from gateway.archives import Archived, ArchiveError, archived
from gateway.cli.exits import BadInput
from gateway.cli.files import Role
from gateway.cli.need_to_know import at_register_desk
from gateway.cli.register_file import register_from
from gateway.cli.settings import By, Config, settings_of
from gateway.clock import utc_now
from gateway.faults import NoRegister
from gateway.offline import Offline
from gateway.policies import Policies
from gateway.reading.facts import read_sent_at
from gateway.settings import Settings
from gateway.started import reading_pool
from models.decision import Decision, Disposition
from models.envelope import Envelope
from models.register import Register

_HEAD_BYTES = 65_536


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(replay)


def replay(
    archive: Annotated[Path, typer.Argument(help="An mbox file, a Maildir, or a folder of .eml files.")],
    by: By,
    register: Annotated[
        Path | None, typer.Option(help="The register file (YAML); otherwise the register in force.")
    ] = None,
    role: Role = None,
    config: Config = None,
    as_json: Annotated[bool, typer.Option("--json", help="One triage.decision/1 a line.")] = False,
) -> None:
    """Decide every message of an archive by the register, one line each, as of the day it was sent.

    Each message is judged alone: allowances are not counted over the archive. The register in force is for those who
    may export it (`--by`, `--role`), and that you took it is on the audit trail.
    """
    settings = settings_of(config)
    policies = Policies.as_asked_for(settings.policies)
    by_register = _in_force(config, settings, by, role) if register is None else register_from(register, policies)
    try:
        asyncio.run(_replay(archive, by_register, policies, settings, as_json=as_json))
    except ArchiveError as error:
        raise BadInput(str(error)) from None


def _in_force(config: Path | None, settings: Settings, by: str, role: str | None) -> Register:
    """As an export gives it, and to whom: an archive made for it would show whom every strategy is about."""
    if not settings.store.path.exists():
        raise BadInput("--register: expected a register file, for there is no store here with one in force")
    exported = at_register_desk(config, lambda desk: desk.export(by=by, role=role))
    if exported is None:
        raise NoRegister
    return exported[0]


async def _replay(archive: Path, register: Register, policies: Policies, settings: Settings, *, as_json: bool) -> None:
    async for message, decision in _decided(archive, register, policies, settings):
        line = decision.to_json() if as_json else _line(message.name, decision)
        sys.stdout.write(line + "\n")
        sys.stdout.flush()


async def _decided(
    archive: Path, register: Register, policies: Policies, settings: Settings
) -> AsyncIterator[tuple[Archived, Decision]]:
    messages = archived(archive)
    first = next(messages)
    async with reading_pool(settings) as pool:
        offline = Offline(register, policies, pool)
        for message in chain([first], messages):
            received_at = _sent_at(message.raw) or utc_now()
            job = offline.job(Envelope(source="replay", received_at=received_at), message.raw)
            yield message, await offline.check(job, at=received_at)


def _sent_at(raw: bytes) -> datetime | None:
    """The Date header as everywhere: the best an archive tells of when a message came."""
    written = BytesHeaderParser().parsebytes(raw[:_HEAD_BYTES])["Date"]
    return None if written is None else read_sent_at(str(written))


def _line(name: str, decision: Decision) -> str:
    people = sorted({f"{match.person} {match.strength}" for match in decision.matches})
    found = [finding.label.value for finding in decision.findings]
    breaches = [f"{breach.strategy}/{breach.restriction}" for breach in decision.breaches]
    diverted = [f"{d.recipient}>{d.to}" for d in decision.deliveries if d.disposition is Disposition.DIVERT]
    queues = [f"{item.queue}:{item.priority}" for item in decision.review]
    fields = (("who", people), ("found", found), ("breach", breaches), ("divert", diverted), ("review", queues))
    return "\t".join([name, *(f"{key}={','.join(values) or '-'}" for key, values in fields)])
