"""`triage strategy invite`: we ask somebody under a strategy to contact us, and they are in no breach of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import typer

from gateway.cli.days import Day
from gateway.cli.files import FileId, Role, Text, at_desk
from gateway.cli.settings import Config, Named
from gateway.cli.stepping import step_of
from gateway.governance.courses import STRATEGY
from gateway.governance.desk import Desk
from gateway.governance.steps import Invited
from gateway.governance.strategy_file import StrategyFile
from gateway.store.review import ListedBreach
from models.decision import Judgement
from models.history import Outbound, OutboundKind
from routing.calendar import local_day, local_midnight


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(invite)


def invite(
    id_: FileId,
    by: Named,
    on: Day,
    until: Day,
    how: Text,
    role: Role = None,
    config: Config = None,
) -> None:
    """Record that we asked the person to contact us: to that day no contact of theirs is a breach or goes elsewhere.

    A reply to an email of ours is invited by itself; this is for what was said by telephone, by letter or face to face.
    """
    step = step_of(STRATEGY, "invited", by, role=role, on=on, until=until, how=how)
    taken, before = at_desk(config, lambda desk: _invite(desk, id_, step))
    print(f"{id_}: {taken.person} may contact us to {step.until}, in whatever way")
    for breach in before:
        judge = "undo" if breach.status == Judgement.CONFIRMED else "dismiss"
        because = " --because invitation" if breach.status == Judgement.CONFIRMED else ""
        which = f"{breach.contact_id} {breach.strategy}/{breach.restriction}"
        print(f"  {breach.status} of what came since then: `triage breach {judge} {which}{because} --note … --by …`")


async def _invite(desk: Desk, id_: str, step: Invited) -> tuple[StrategyFile, list[ListedBreach]]:
    """The file with the step, and the breaches of what had come since they were asked."""
    zone = ZoneInfo((await desk.organisation()).timezone)
    file = await desk.load(STRATEGY, id_)
    asked = Outbound(
        kind=OutboundKind.INVITATION,
        person=file.person,
        at=local_midnight(step.on, zone),
        until=_end_of(step, zone),
    )
    note = desk.store.history.note_sent
    taken = await desk.take(STRATEGY, id_, step, beside=lambda within: note(within, asked, file_id=id_))
    before = []
    for breach in await desk.store.review.all_breaches(strategy=id_):
        received = await desk.store.recorder.received_at(breach.contact_id)
        stands = breach.status != Judgement.DISMISSED
        if stands and received is not None and step.on <= local_day(received, zone) <= step.until:
            before.append(breach)
    return taken, before


def _end_of(step: Invited, zone: ZoneInfo) -> datetime:
    return local_midnight(step.until + timedelta(days=1), zone) - timedelta(microseconds=1)
