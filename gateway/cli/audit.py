"""`triage audit`: who did what, who looked at what, and proof that the trail was not altered."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, time
from typing import Annotated

import typer

from gateway.cli.days import MaybeDay
from gateway.cli.exits import BadInput, Failed
from gateway.cli.files import AsJson
from gateway.cli.opened import opened_store
from gateway.cli.rows import print_rows
from gateway.cli.settings import Config, Named, settings_of
from gateway.clock import utc_now
from gateway.settings import Settings
from gateway.store.audit import AuditBroken, Event, Head

_app = typer.Typer(help="The audit trail.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.add_typer(_app, name="audit")


@_app.command()
def verify(
    head: Annotated[str | None, typer.Option(metavar="SEQ:CHAIN", help="A published head to hold it to.")] = None,
    config: Config = None,
) -> None:
    """Go through the whole chain; exit 1 where it, or the head given, does not match."""
    print(asyncio.run(_verify(settings_of(config), None if head is None else _head(head))))


@_app.command("list")
def list_(
    by: Named,
    subject: Annotated[str | None, typer.Option(metavar="ID", help="Only about this file, contact or person.")] = None,
    actor: Annotated[str | None, typer.Option(metavar="NAME", help="Only by this person.")] = None,
    since: MaybeDay = None,
    as_json: AsJson = False,
    config: Config = None,
) -> None:
    """List who did what and who looked at what, the oldest first: ids and names, no content.

    That you looked is on the audit trail, too.
    """
    settings = settings_of(config)
    from_ = None if since is None else datetime.combine(date.fromisoformat(since), time(), UTC)
    events = asyncio.run(_events(settings, by, subject, actor, from_))
    print_rows(
        [
            {"number": one.seq, "at": f"{one.at:%Y-%m-%dT%H:%M:%SZ}", "event": one.event, "by": one.actor,
             "subject": one.subject}
            for one in events
        ],
        as_json=as_json,
    )  # fmt: skip


async def _events(
    settings: Settings, by: str, subject: str | None, actor: str | None, since: datetime | None
) -> list[Event]:
    async with opened_store(settings) as store:
        events = await store.audit.events(subject=subject, actor=actor, since=since)
        await store.audit.record("audit_read", actor=by, subject=subject or "audit", at=utc_now())
    return events


def _head(text: str) -> Head:
    seq, _, chain = text.partition(":")
    if not (seq.isascii() and seq.isdigit() and len(chain) == 64 and all(c in "0123456789abcdef" for c in chain)):
        raise BadInput(f"--head {text}: expected SEQ:CHAIN as the log gives them, such as 120:9f86…")
    return Head(int(seq), chain)


async def _verify(settings: Settings, published: Head | None) -> str:
    async with opened_store(settings) as store:
        # What was written since the last seal is chained first, so that all of it is proved.
        head = await store.audit.seal()
        try:
            count = await store.audit.verify(published)
        except AuditBroken as error:
            raise Failed(f"the audit trail does not hold: {error}") from None
    return "the audit trail is empty" if head is None else f"{count} events hold; head {head.seq}:{head.chain}"
