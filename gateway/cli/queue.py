"""`triage queue`: what people must look at, what could not be sent, and what they decide about it."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from gateway.cli.breach import confirm_breach, dismiss_breach
from gateway.cli.exits import BadInput, Failed
from gateway.cli.files import Reason, Role
from gateway.cli.opened import opened_store
from gateway.cli.rows import AsLines, print_rows
from gateway.cli.settings import By, Config, Named, settings_of
from gateway.cli.show import show_decision
from gateway.cli.show_contact import show_contact
from gateway.cli.writing import writing
from gateway.clock import utc_now
from gateway.policies import Policies
from gateway.private_files import write_new
from gateway.review_desk import NotYours, ReleasedAlready, ReviewDesk
from gateway.settings import Settings
from gateway.store.store import Store
from models.decision import Judgement, Queue
from routing.calendar import local_day
from routing.complaint_conflict import QUEUE

_app = typer.Typer(help="The review queue and the dead letters.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.add_typer(_app, name="queue")


ContactId = Annotated[str, typer.Argument(help="The contact's id.")]
ContactOrItem = Annotated[str, typer.Argument(metavar="CONTACT", help="The contact's id, or that of an item on it.")]


@_app.command("list")
def list_(
    queue: Annotated[str | None, typer.Option(help=f"Only this queue: {', '.join(Queue)}.")] = None,
    dead: Annotated[bool, typer.Option("--dead", help="The dead-letter list instead.")] = False,
    as_json: AsLines = False,
    config: Config = None,
) -> None:
    """List what waits for a person, soonest due first; or, with --dead, what could not be sent or triaged."""
    if queue is not None and queue not in set(Queue):
        raise BadInput(f"no queue {queue!r}; there are {', '.join(Queue)}")
    rows = asyncio.run(_list(settings_of(config), Queue(queue) if queue else None, dead=dead))
    print_rows(rows, as_json=as_json)


@_app.command()
def show(
    contact: ContactOrItem,
    by: By,
    as_json: Annotated[bool, typer.Option("--json", help="Print triage.decision/1.")] = False,
    config: Config = None,
) -> None:
    """Show a contact's decision. It counts as opened by you, and the view is on the audit trail.

    A complaint that names you waits on for somebody else.
    """
    with _faults_told():
        asyncio.run(_show(settings_of(config), contact, by, as_json=as_json))


@_app.command()
def read(
    contact: ContactOrItem,
    by: By,
    original: Annotated[
        Path | None, typer.Option(help="Also write it as it came to this new file, for nobody else to read.")
    ] = None,
    config: Config = None,
) -> None:
    """Print what a contact says, part by part. It counts as opened by you, and the view is on the audit trail."""
    asyncio.run(_read(settings_of(config), contact, by, original))


@_app.command()
def retry(
    id_: Annotated[str, typer.Argument(metavar="ID", help="A dead letter's id, or a contact's.")],
    by: By,
    config: Config = None,
) -> None:
    """Try again to send a dead letter, or to triage a contact that was given up on."""
    if not asyncio.run(_retry(settings_of(config), id_, by)):
        raise Failed(f"{id_} is not on the dead-letter list")
    print(f"{id_} will be tried again")


@_app.command("release")
def release_(
    contact: ContactId,
    by: By,
    to: Annotated[
        list[str] | None,
        typer.Option(help="Only to these of its recipients; or to the SPOC or a queue that has to read the original."),
    ] = None,
    again: Annotated[bool, typer.Option("--again", help="Also to those whom it was released to before.")] = False,
    config: Config = None,
) -> None:
    """Send a diverted or held message on to those it was addressed to. Nobody is sent it twice without --again."""
    try:
        recipients = asyncio.run(_release(settings_of(config), contact, by, to or [], again=again))
    except ReleasedAlready as error:
        raise Failed(f"{contact} was {error}; --again sends it once more") from None
    print(f"released to {', '.join(recipients)}")


@_app.command()
def close(
    item: Annotated[str, typer.Argument(help="The review item's id.")],
    by: By,
    outcome: Annotated[
        str,
        typer.Option(
            help=f"What you decided, in a word. From `{Judgement.CONFIRMED}` (what was found is right) and "
            f"`{Judgement.DISMISSED}` (nothing of the kind) `triage train` learns."
        ),
    ] = "done",
    note: Annotated[str | None, typer.Option(help="Why, in a sentence.")] = None,
    config: Config = None,
) -> None:
    """Close a review item with your decision. A complaint that names you is closed by somebody else."""
    with _faults_told():
        closed, due = asyncio.run(_close(settings_of(config), item, by, outcome, note))
    if not closed:
        raise Failed(f"no open review item {item}")
    ended = f", and with it the clock of an answer that was due by {due}" if due else ""
    print(f"{item} is closed{ended}; `triage queue reopen {item}` takes that back")


@_app.command()
def reopen(
    item: Annotated[str, typer.Argument(help="The review item's id.")],
    by: Named,
    reason: Reason,
    config: Config = None,
) -> None:
    """Take the closing of a review item back: it waits again, and the clock of a rights request runs as before.

    A complaint that names you is opened again by somebody else.
    """
    with _faults_told():
        why_not = asyncio.run(_reopen(settings_of(config), item, by, reason))
    if why_not is not None:
        raise Failed(why_not)
    print(f"{item} waits again")


@_app.command()
def breach(
    contact: ContactId,
    which: Annotated[str, typer.Argument(help="STRATEGY/RESTRICTION, as the decision names it.")],
    status: Annotated[str, typer.Argument(help="confirmed or dismissed.")],
    by: By,
    note: Annotated[str | None, typer.Option(help="Why; needed to dismiss one.")] = None,
    role: Role = None,
    config: Config = None,
) -> None:
    """Confirm or dismiss a flagged breach; only a named person does, who opened the contact or may see the strategy."""
    if status not in set(Judgement) or "/" not in which:
        raise BadInput("expected CONTACT STRATEGY/RESTRICTION confirmed|dismissed")
    if status == Judgement.CONFIRMED:
        confirm_breach(config, contact, which, by, role, note or "")
        return
    dismiss_breach(config, contact, which, by, role, note or "")


async def _list(settings: Settings, queue: Queue | None, *, dead: bool) -> list[dict[str, object]]:
    async with opened_store(settings) as store:
        if dead:
            letters = await store.outbox.dead_letters()
            untriaged = await store.spool.dead()
            return [
                {
                    "id": letter.id,
                    "contact": letter.contact_id,
                    "kind": letter.kind,
                    "attempts": letter.attempts,
                    "instead": letter.instead or "",
                    "error": letter.error or "",
                }
                for letter in letters
            ] + [
                {
                    "id": id_,
                    "contact": id_,
                    "kind": "triage",
                    "attempts": attempts,
                    "instead": "",
                    "error": error or "",
                }
                for id_, attempts, error in untriaged
            ]
        return [
            {
                "item": item.id,
                "contact": item.contact_id,
                "queue": item.queue.value,
                "priority": item.priority.value,
                "due": item.due_at.isoformat(timespec="minutes"),
                "state": item.state.value,
                "opened_by": item.opened_by or "",
            }
            for item in await store.review.items(queue=queue)
        ]


async def _show(settings: Settings, id_: str, by: str, *, as_json: bool) -> None:
    async with opened_store(settings) as store:
        contact = await _contact_of(store, id_)
        decision = await store.recorder.latest(contact)
        current = await store.register.current()
        if decision is None or current is None:
            raise Failed(f"no decision on {contact}")
        not_theirs = await _desk(store, settings).open(decision, by=by)
        if as_json:
            sys.stdout.write(decision.to_json(indent=2) + "\n")
        else:
            held, became = await _desk(store, settings).became_of(contact)
            show_decision(decision, current.organisation.timezone, held=held, became=became)
        _tell_not_theirs(not_theirs)


async def _contact_of(store: Store, id_: str) -> str:
    """The contact that a review item is on; any other id as it is."""
    return await store.review.contact_of(id_) or id_


def _tell_not_theirs(why: str | None) -> None:
    if why:
        sys.stderr.write(f"triage: the item in {QUEUE} is not opened by this: {why}\n")


async def _read(settings: Settings, given: str, by: str, original: Path | None) -> None:
    async with opened_store(settings) as store:
        id_ = await _contact_of(store, given)
        contact = await store.recorder.contact(id_)
        decision = await store.recorder.latest(id_)
        current = await store.register.current()
        if contact is None or decision is None or current is None:
            raise Failed(f"no contact {id_} has been triaged")
        not_theirs = await _desk(store, settings).open(decision, by=by)
        show_contact(contact, current.organisation.timezone)
        if original is not None:
            if await asyncio.to_thread(original.exists):
                raise Failed(f"{original} cannot be written: there is such a file already")
            await store.audit.record("original_taken", actor=by, subject=f"contact/{id_}", at=utc_now())
            content = await store.spool.content(id_)
            with writing(original):
                write_new(original, content)
    _tell_not_theirs(not_theirs)


async def _retry(settings: Settings, id_: str, by: str) -> bool:
    async with opened_store(settings) as store:
        return await store.outbox.retry(id_, actor=by, now=utc_now()) or await store.spool.retry(
            id_, actor=by, now=utc_now()
        )


async def _release(settings: Settings, contact: str, by: str, to: list[str], *, again: bool) -> tuple[str, ...]:
    async with opened_store(settings) as store:
        released = await _desk(store, settings).release(contact, by=by, to=to, again=again)
    if released is None:
        raise Failed(f"no message {contact}")
    if not released:
        raise Failed(f"nothing of {contact} is held back" + (" from those" if to else ""))
    return released


async def _close(settings: Settings, item: str, by: str, outcome: str, note: str | None) -> tuple[bool, date | None]:
    """Whether it was closed; and by when an answer was due, where a clock ended with it."""
    async with opened_store(settings) as store:
        clock, current = await store.clocks.find(item), await store.register.current()
        closed = await _desk(store, settings).close(item, by=by, outcome=outcome, note=note)
        if clock is None or current is None:
            return closed, None
        return closed, local_day(clock.due_at, ZoneInfo(current.organisation.timezone))


async def _reopen(settings: Settings, item: str, by: str, reason: str) -> str | None:
    async with opened_store(settings) as store:
        return await _desk(store, settings).reopen(item, by=by, reason=reason)


@contextmanager
def _faults_told() -> Iterator[None]:
    try:
        yield
    except NotYours as error:
        raise Failed(f"not done: {error}") from None


def _desk(store: Store, settings: Settings) -> ReviewDesk:
    # The packs are read only where a complaint names somebody: most items need none.
    return ReviewDesk(store, lambda: Policies.as_asked_for(settings.policies), now=utc_now)
