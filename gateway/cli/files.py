"""What the commands on files share: a desk to work at, their options, and refusals a line each."""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Final, TypeVar

import typer
from pydantic import ValidationError

from gateway.cli.exits import BadInput, Failed
from gateway.cli.opened import opened_store
from gateway.cli.settings import settings_of
from gateway.clock import utc_now
from gateway.dispatch.carriers.print_queue import PrintQueue
from gateway.governance.desk import Desk
from gateway.governance.lacks import Refused
from gateway.letters.print_folder import PrintFolder
from gateway.policies import Policies
from gateway.settings import Settings
from gateway.store.errors import FileMoved
from models.plain_faults import first

D = TypeVar("D")
T = TypeVar("T")

_ID: Final = re.compile(r"[a-z]{2,3}-\d{4}-\d{4,}", re.IGNORECASE)


def file_id(text: str) -> str:
    """The id of a file as it was given to it here, in capitals; any other, as of an import, stays as it is.

    >>> file_id("cs-2026-0001"), file_id("Smith-contact")
    ('CS-2026-0001', 'Smith-contact')
    """
    return text.upper() if _ID.fullmatch(text) else text


FileId = Annotated[str, typer.Argument(metavar="ID", parser=file_id, help="The file's id, for example CS-2026-0001.")]
Role = Annotated[str | None, typer.Option(help="In which of the policy's roles, by its id (`triage policy explain`).")]


def in_words(option: str, text: str) -> str:
    """What somebody says. BadInput where it is blanks or dots, which is no reason."""
    if not any(map(str.isalnum, text)):
        raise BadInput(f"{option}: nothing is said there; write it in words")
    return text


def _in_words(option: typer.CallbackParam, text: str) -> str:
    return in_words(option.opts[0], text)


Reason = Annotated[str, typer.Option(help="Why, in a sentence.", callback=_in_words)]
AsJson = Annotated[bool, typer.Option("--json", help="As JSON.")]
Text = Annotated[str, typer.Option(help="In your own words.", callback=_in_words)]
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
    settings = settings_of(config)
    async with opened_store(settings) as store:
        desk = Desk(store, Policies.as_asked_for(settings.policies), now=utc_now)
        done = await work(desk)
        await clear_print_folder(desk, settings)
        return done


async def clear_print_folder(desk: Desk, settings: Settings) -> None:
    """Remove the letters that are not to be printed since what was done just now, and say so beside what is printed."""
    cleared = await PrintFolder(desk, PrintQueue(settings.letters.folder)).clear()
    for name in cleared.removed:
        text = f"{name} is removed, for it is not to be posted any more"
        print(f"{text}; if somebody has printed it, take that out of the post", file=sys.stderr)
    for name, why in cleared.left.items():
        print(f"{name} {why}", file=sys.stderr)
