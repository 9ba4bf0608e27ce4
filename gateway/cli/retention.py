"""`triage retention`: what is due for deletion, its deletion by a named person, holds, and what is left of it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from gateway.cli.days import day_of
from gateway.cli.exits import Failed
from gateway.cli.files import AsJson, FileId, Reason, Role, at_desk, at_desk_of
from gateway.cli.need_to_know import CLOSED
from gateway.cli.progress import progress
from gateway.cli.rows import print_csv, print_json, print_rows
from gateway.cli.settings import By, Config, Named, settings_of
from gateway.cli.stepping import step_of
from gateway.clock import utc_now
from gateway.content_retention import ContentRetention
from gateway.governance.courses import HOLD
from gateway.governance.desk import Desk
from gateway.governance.holds import LEGAL, HoldFile
from gateway.governance.retention import Judged
from gateway.governance.retention_desk import DueList, RetentionDesk, Run
from gateway.governance.viewer import Viewer
from gateway.store.certificates import Certificate, Erased
from models.plain_names import plain
from routing.calendar import local_day, local_midnight

_app = typer.Typer(help="Deletion when a period is over: list, confirm, hold, certificates.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.add_typer(_app, name="retention")


@_app.command()
def due(by: By, role: Role = None, as_json: AsJson = False, config: Config = None) -> None:
    """List what is due for deletion today, why, and with what; and what is kept all the same. Deletes nothing.

    Whom it is about stands there where you need to know. Below it: how many contacts are erased by themselves, and
    when.
    """
    days = settings_of(config).retention.unflagged_days

    async def work(desk: Desk) -> tuple[DueList, dict[str, str | None], ContentRetention, dict[date, int]]:
        clocked = ContentRetention(desk.store, days=days, now=utc_now)
        listed = await RetentionDesk(desk, now=utc_now).listed()
        records = [judged.record for judged in (*listed.due, *listed.kept)]
        viewer = await Viewer.of(desk, by=by, role=role, now=utc_now)
        named = await viewer.named(records)
        return listed, named, clocked, await clocked.foreseen()

    listed, named, clocked, foreseen = at_desk(config, work)
    rows = [_row(judged, named[judged.record.id]) for judged in (*listed.due, *listed.kept)]
    falls: list[dict[str, object]] = [{"due": str(day), "contacts": count} for day, count in foreseen.items()]
    if as_json:
        by_themselves = {"rule": clocked.rule if days else None, "days": falls}
        document = {
            "day": listed.day.isoformat(), "code": listed.code, "records": rows, "by_themselves": by_themselves,
        }  # fmt: skip
        print_json(document)
        return
    print_rows(rows, as_json=False)
    if listed.due:
        print(f"\n{len(listed.due)} due. Delete them with `triage retention run {listed.code} --by NAME`.")
    if not days:
        print("\nNo contact is erased by itself (setting retention.unflagged_days is 0).")
        return
    print(f"\nErased by themselves, as things stand, those in which nothing was found ({clocked.rule}):")
    print_rows(falls, as_json=False)


@_app.command()
def run(
    code: Annotated[str, typer.Argument(help="The code under the list that you read (`triage retention due`).")],
    by: Named,
    only: Annotated[list[str] | None, typer.Option(help="Only this record of the list; repeat.")] = None,
    config: Config = None,
) -> None:
    """Delete what the list shows: unreadable for good, here and in backups made from now on. Yours is the decision."""
    done = at_desk_of(RetentionDesk, config, lambda desk: _run(desk, code, by, tuple(only or ())))
    for one in done.deleted:
        print(f"{one.record.name}: deleted ({one.because})")
    if done.deleted:
        print("Backups made before now hold it, readable with the key file, until you delete them.")
    if done.moved:
        raise Failed(f"left alone, for they changed meanwhile: {', '.join(done.moved)}; look at the list again")


async def _run(desk: RetentionDesk, code: str, by: str, only: tuple[str, ...]) -> Run:
    return await desk.run(code, by=by, only=only, progress=progress("deleted"))


@_app.command()
def hold(
    subject: Annotated[str, typer.Argument(help="A person's, a file's or a contact's id.")],
    by: Named,
    reason: Reason,
    because: Annotated[str, typer.Option(help="`legal_hold`, or one of the policy's exceptions by its id.")] = LEGAL,
    until: Annotated[
        str | None, typer.Option(metavar="DAY", help="Its last day; only a legal hold may have none.")
    ] = None,
    config: Config = None,
) -> None:
    """Keep records from deletion: those of a person, one file, or one contact."""
    last = day_of("--until", until)
    step = step_of(HOLD, "placed", by, subject=subject, because=because, reason=reason, until=last)
    placed = at_desk_of(RetentionDesk, config, lambda desk: desk.hold(step))
    print(f"{placed.id}: {subject} is held" + (f" until {last}" if last else ""))
    if subject == placed.person and placed.records is not None:
        kinds = ", ".join(map(plain, placed.records))
        print(f"Of their records it keeps these kinds only, for which the policy has {because}: {kinds}.")


@_app.command()
def release(id_: FileId, by: Named, reason: Reason, config: Config = None) -> None:
    """End a hold, by its id (RH-2026-0001)."""
    step = step_of(HOLD, "released", by, reason=reason)
    at_desk_of(RetentionDesk, config, lambda desk: desk.release(id_, step))
    print(f"{id_} is released")


@_app.command()
def holds(by: By, role: Role = None, as_json: AsJson = False, config: Config = None) -> None:
    """List the holds that nobody has released.

    On what and why stands there where you need to know whom it is about, or placed it.
    """

    async def work(desk: Desk) -> tuple[list[HoldFile], set[str]]:
        placed = await RetentionDesk(desk, now=utc_now).holds()
        viewer = await Viewer.of(desk, by=by, role=role, now=utc_now)
        return placed, await viewer.opened(placed)

    placed, opened = at_desk(config, work)
    rows = [
        {
            "id": one.id,
            "subject": one.subject if one.id in opened else CLOSED,
            "because": one.because,
            "until": str(one.until or ""),
            "reason": one.reason if one.id in opened else CLOSED,
        }
        for one in placed
    ]
    print_rows(rows, as_json=as_json)


@_app.command()
def certificates(
    since: Annotated[str | None, typer.Option(metavar="DAY", help="From this day on.")] = None,
    until: Annotated[str | None, typer.Option(metavar="DAY", help="Up to this day.")] = None,
    summary: Annotated[bool, typer.Option("--summary", help="Only how many of which kind and by which rule.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="As CSV.")] = False,
    as_json: AsJson = False,
    config: Config = None,
) -> None:
    """Print what is left of every deleted record: id, kind, digest, rule, by whom, when, and what of backups."""
    first, last = day_of("--since", since), day_of("--until", until)

    async def work(desk: Desk) -> list[dict[str, object]]:
        zone = ZoneInfo((await desk.organisation()).timezone)
        begins = local_midnight(first, zone) if first else None
        before = local_midnight(last + timedelta(days=1), zone) if last else None
        kept = desk.store.retention.certificates
        if summary:
            return [_counted(one, zone) for one in await kept.counted(begins, before)]
        return [_certificate(one) for one in await kept.every(begins, before)]

    rows = at_desk(config, work)
    if as_csv:
        print_csv(_COUNTED if summary else _COLUMNS, rows)
    else:
        print_rows(rows, as_json=as_json)


_COLUMNS = ("record", "kind", "digest", "rule", "by", "at", "backups")
_BACKUPS = "those made before it hold the record until they are deleted"
"""What a certificate does not certify: the store knows nothing of its backups."""
_COUNTED = ("kind", "rule", "count", "first", "last")


def _counted(one: Erased, zone: ZoneInfo) -> dict[str, object]:
    days = (local_day(one.first, zone).isoformat(), local_day(one.last, zone).isoformat())
    return dict(zip(_COUNTED, (one.kind, one.rule, one.count, *days), strict=True))


def _certificate(one: Certificate) -> dict[str, object]:
    at = one.at.isoformat(timespec="seconds")
    values = (one.record, one.kind, one.digest, one.rule, one.by, at, _BACKUPS)
    return dict(zip(_COLUMNS, values, strict=True))


def _row(judged: Judged, person: str | None) -> dict[str, object]:
    record = judged.record
    return {
        "id": record.id,
        "kind": record.kind,
        "person": CLOSED if person is None else person,
        "due": judged.due.isoformat(),
        "rule": judged.because,
        "kept_by": "; ".join(judged.kept_by),
        "with_it": "; ".join(judged.with_it),
    }
