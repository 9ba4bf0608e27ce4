"""`triage strategy invite`: we ask somebody under a strategy to contact us, and they are in no breach of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import typer

from gateway.cli.days import Day
from gateway.cli.files import FileId, Role, Text, at_desk
from gateway.cli.need_to_know import at_register_desk
from gateway.cli.settings import Config, Named
from gateway.cli.stepping import step_of
from gateway.governance.breaches import ours
from gateway.governance.breaches.steps import AskedToContact
from gateway.governance.courses import BREACH_RESPONSE, STRATEGY
from gateway.governance.desk import Desk
from gateway.governance.steps import Invited
from gateway.store.files import Within
from gateway.store.review import ListedBreach
from models.decision import Judgement
from models.history import Outbound, OutboundKind
from models.strategy import Strategy
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
    Of a strategy that stands in the register only, it is on the file of its breaches.
    """
    asked = {"on": on, "until": until, "how": how}
    strategy = at_desk(config, lambda desk: ours.in_force_in_register(desk, id_, "invited"))
    if strategy is None:
        step = step_of(STRATEGY, "invited", by, role=role, **asked)
        person, before = at_desk(config, lambda desk: _invite(desk, id_, step))
    else:
        step = step_of(BREACH_RESPONSE, "asked_to_contact", by, role=role, strategy=id_, **asked)
        at_register_desk(config, lambda desk: desk.may_record_beside_register(strategy, step))
        person, before = at_desk(config, lambda desk: _invite_of_register(desk, strategy, step))
    print(f"{id_}: {person} may contact us to {step.until}, in whatever way")
    for breach in before:
        judge = "undo" if breach.status == Judgement.CONFIRMED else "dismiss"
        because = " --because invitation" if breach.status == Judgement.CONFIRMED else ""
        which = f"{breach.contact_id} {breach.strategy}/{breach.restriction}"
        print(f"  {breach.status} of what came since then: `triage breach {judge} {which}{because} --note … --by …`")


async def _invite(desk: Desk, id_: str, step: Invited) -> tuple[str, list[ListedBreach]]:
    """Whom we asked, and the breaches of what had come since then."""
    file = await desk.load(STRATEGY, id_)
    await desk.take(STRATEGY, id_, step, beside=(await _noting(desk, step, file.person))(id_))
    return file.person, await _since_asked(desk, id_, step)


async def _invite_of_register(desk: Desk, strategy: Strategy, step: AskedToContact) -> tuple[str, list[ListedBreach]]:
    """The same of one that stands in the register only."""
    noting = await _noting(desk, step, strategy.person)
    await ours.record(desk, step, strategy.person, beside=noting)
    return strategy.person, await _since_asked(desk, strategy.id, step)


async def _noting(desk: Desk, step: Invited | AskedToContact, person: str) -> Callable[[str], Within]:
    """What decisions read of it, by the id of the file that it is on."""
    zone = ZoneInfo((await desk.organisation()).timezone)
    asked = Outbound(
        kind=OutboundKind.INVITATION, person=person, at=local_midnight(step.on, zone), until=_end_of(step, zone)
    )
    return lambda file: lambda within: desk.store.history.note_sent(within, asked, file_id=file)


async def _since_asked(desk: Desk, id_: str, step: Invited | AskedToContact) -> list[ListedBreach]:
    """The breaches of what had come since they were asked."""
    zone = ZoneInfo((await desk.organisation()).timezone)
    before = []
    for breach in await desk.store.review.all_breaches(strategy=id_):
        received = await desk.store.recorder.received_at(breach.contact_id)
        stands = breach.status != Judgement.DISMISSED
        if stands and received is not None and step.on <= local_day(received, zone) <= step.until:
            before.append(breach)
    return before


def _end_of(step: Invited | AskedToContact, zone: ZoneInfo) -> datetime:
    return local_midnight(step.until + timedelta(days=1), zone) - timedelta(microseconds=1)
