"""`triage clock replies`, `replied` and `not-replied`: what reply cycles promise, and that it went."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from gateway.cli.days import day_of, late_by, late_shown
from gateway.cli.exits import Failed
from gateway.cli.files import Reason, Role, in_words
from gateway.cli.opened import opened_store
from gateway.cli.rows import AsLines, print_rows
from gateway.cli.settings import Config, Named, settings_of
from gateway.clock import utc_now
from gateway.governance.desk import Desk
from gateway.governance.lacks import Refused
from gateway.governance.register_desk import RegisterDesk
from gateway.policies import Policies
from gateway.reply_cycles import Recorded, ReplyCycles
from routing.statutory_clock import NotAllowed

T = TypeVar("T")

Strategy = Annotated[str, typer.Argument(metavar="STRATEGY", help="The strategy, as `triage clock replies` names it.")]
Due = Annotated[str, typer.Argument(metavar="DUE", help="The day on which the reply is due, YYYY-MM-DD.")]
Contacts = Annotated[list[str] | None, typer.Option(help="Only for this contact; may be repeated.")]
On = Annotated[str | None, typer.Option(help="The day on which the reply went, YYYY-MM-DD; default today.")]


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    for command in (replies, replied, not_replied):
        app.command(command.__name__.replace("_", "-"))(command)


def replies(as_json: AsLines = False, config: Config = None) -> None:
    """List the contacts that are owed a reply by a reply cycle, the soonest due first."""

    async def listed(cycles: ReplyCycles, _gate: RegisterDesk) -> list[dict[str, object]]:
        today = await cycles.today()
        return [
            {
                "strategy": one.strategy,
                "contact": one.contact_id,
                "received": one.received_at.isoformat(timespec="minutes"),
                "due": str(one.due),
                **late_shown(late_by(one.due, today), as_json=as_json),
            }
            for together in await cycles.owed()
            for one in together.replies
        ]

    print_rows(_with_cycles(config, listed), as_json=as_json)


def replied(
    strategy: Strategy,
    due: Due,
    how: Annotated[str, typer.Option(help="How the reply went and where it is filed, or why none was needed.")],
    by: Named,
    role: Role = None,
    on: On = None,
    contact: Contacts = None,
    config: Config = None,
) -> None:
    """Record that what a reply cycle had due on a day was answered: all that had come in before the day of the reply.

    What came on that day itself, or after it, waits on, unless it is named.
    """
    day, sent = _day_due(due), day_of("--on", on)
    said = in_words("--how", how)

    async def recording(cycles: ReplyCycles, gate: RegisterDesk) -> Recorded:
        sent_on = sent or await cycles.today()
        answered = await cycles.answerable(strategy, day, on=sent_on, contacts=contact or ())
        await gate.may_say_answered([one.contact_id for one in answered], strategy, by=by, role=role)
        return await cycles.replied(answered, on=sent_on, how=said, by=by)

    recorded = _with_cycles(config, recording)
    print(f"{strategy}: answered, which were due on {day}: {', '.join(recorded.answered)}")
    if recorded.waiting:
        print(f"still waiting: {', '.join(recorded.waiting)}; name what was answered, too, with --contact")


def not_replied(
    strategy: Strategy,
    due: Due,
    reason: Reason,
    by: Named,
    role: Role = None,
    contact: Contacts = None,
    config: Config = None,
) -> None:
    """Take back that what a reply cycle had due on a day was answered: the reply is owed again."""
    day, why = _day_due(due), reason

    async def taking_back(cycles: ReplyCycles, gate: RegisterDesk) -> Sequence[str]:
        answered = await cycles.answered(strategy, day, contact or ())
        await gate.may_say_answered([one.contact_id for one in answered], strategy, by=by, role=role)
        return await cycles.take_back(answered, reason=why, by=by)

    print(f"{strategy}: owed again by {day}: {', '.join(_with_cycles(config, taking_back))}")


def _day_due(text: str) -> date:
    day = day_of("DUE", text)
    assert day is not None
    return day


def _with_cycles(config: Path | None, work: Callable[[ReplyCycles, RegisterDesk], Coroutine[Any, Any, T]]) -> T:
    settings = settings_of(config)

    async def opened() -> T:
        async with opened_store(settings) as store:
            desk = Desk(store, Policies.as_asked_for(settings.policies), now=utc_now)
            return await work(ReplyCycles(store, now=utc_now), RegisterDesk(desk, now=utc_now))

    try:
        return asyncio.run(opened())
    except (NotAllowed, Refused) as error:
        raise Failed(f"not done: {error}") from None
