"""`triage audit`: proof that the trail was not altered."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from gateway.cli.exits import BadInput, Failed
from gateway.cli.opened import opened_store
from gateway.cli.settings import Config, settings_of
from gateway.settings import Settings
from gateway.store.audit import AuditBroken, Head

_app = typer.Typer(help="The audit trail.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.add_typer(_app, name="audit")


@_app.callback()
def _audit() -> None:
    """Keeps `verify` a command of its own although it is the only one."""


@_app.command()
def verify(
    head: Annotated[str | None, typer.Option(metavar="SEQ:CHAIN", help="A published head to hold it to.")] = None,
    config: Config = None,
) -> None:
    """Go through the whole chain; exit 1 where it, or the head given, does not match."""
    print(asyncio.run(_verify(settings_of(config), None if head is None else _head(head))))


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
