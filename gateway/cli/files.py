"""What the commands on files share: a desk to work at, their options, and refusals a line each."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from pydantic import ValidationError

from gateway.cli.exits import BadInput, Failed
from gateway.cli.opened import opened_store
from gateway.cli.settings import settings_of
from gateway.clock import utc_now
from gateway.governance.desk import Desk
from gateway.governance.lacks import Refused
from gateway.policies import Policies
from gateway.store.errors import FileMoved
from models.plain_faults import first

D = TypeVar("D")
T = TypeVar("T")

FileId = Annotated[str, typer.Argument(metavar="ID", help="The file's id, for example CS-2026-0001.")]
Role = Annotated[str | None, typer.Option(help="In which of the policy's roles, by its id (`triage policy explain`).")]
Reason = Annotated[str, typer.Option(help="Why, in a sentence.")]
AsJson = Annotated[bool, typer.Option("--json", help="As JSON.")]
Text = Annotated[str, typer.Option(help="In your own words.")]
Contacts = Annotated[list[str] | None, typer.Option("--contact", help="A contact it came in; once for each.")]
Number = Annotated[int, typer.Argument(help="The step's number, as `show` gives it.")]


def yes(word: str) -> bool:
    """Whether it is yes. BadInput where it is neither yes nor no."""
    if word not in ("yes", "no"):
        raise BadInput(f"{word}: expected yes or no")
    return word == "yes"


def at_desk(config: Path | None, work: Callable[[Desk], Coroutine[Any, Any, T]]) -> T:
    """The work's result. Every lack of a refusal is a line of its own; exit 1."""
    with refusals_told():
        return asyncio.run(_at_desk(config, work))


def at_desk_of(of: Callable[..., D], config: Path | None, work: Callable[[D], Coroutine[Any, Any, T]]) -> T:
    """The same at a desk of one kind, which `of` makes of a `Desk` and the clock."""

    async def at(desk: Desk) -> T:
        return await work(of(desk, now=utc_now))

    return at_desk(config, at)


@contextmanager
def refusals_told() -> Iterator[None]:
    """Turns what may stop work on a file into its exit codes: 1 for a refusal, 2 for a word that no field takes."""
    try:
        yield
    except Refused as refused:
        raise Failed("\n        ".join(["not done:", *map(str, refused.lacks)])) from None
    except FileMoved as moved:
        raise Failed(f"somebody else was quicker: {moved}; look at the file again") from None
    except ValidationError as error:
        where, what = first(error, whole="input")
        raise BadInput(f"{where}: {what}") from None


async def _at_desk(config: Path | None, work: Callable[[Desk], Coroutine[Any, Any, T]]) -> T:
    async with _desk(config) as desk:
        return await work(desk)


@asynccontextmanager
async def _desk(config: Path | None) -> AsyncIterator[Desk]:
    settings = settings_of(config)
    async with opened_store(settings) as store:
        yield Desk(store, Policies.load(settings.policies), now=utc_now)
