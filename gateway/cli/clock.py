"""`triage clock`: the statutory clocks of rights requests: which run, and what the law lets stop or lengthen them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from gateway.cli import replies
from gateway.cli.days import day_of, late_by, late_shown
from gateway.cli.exits import BadInput, Failed
from gateway.cli.files import AsJson, Reason
from gateway.cli.opened import opened_store
from gateway.cli.rows import print_rows
from gateway.cli.settings import Config, Named, settings_of
from gateway.cli.stepping import step_from
from gateway.clock import utc_now
from gateway.governance.rights_steps import CLOCK_ACT, PASSED_ON
from gateway.policies import Policies
from gateway.review_desk import NotYours, ReviewDesk
from gateway.rights_clocks import RightsClocks, Running
from gateway.store.errors import FileMoved
from models.finding import Label
from routing.complaint_subject import called
from routing.statutory_clock import NotAllowed, Why

T = TypeVar("T")

_app = typer.Typer(
    help="Clocks of rights requests: list, pause, resume, extend, pass on, undo. Replies that go on a cycle.",
    no_args_is_help=True,
)
replies.add_to(_app)

Item = Annotated[str, typer.Argument(metavar="ITEM", help="The review item's id, as `triage clock list` shows it.")]
Right = Annotated[
    str | None, typer.Option(help="Which right, where the contact asks for several: for example foi_request.")
]
On = Annotated[str | None, typer.Option(help="The day it happened, YYYY-MM-DD; default today.")]


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.add_typer(_app, name="clock")


@_app.command("list")
def list_(as_json: AsJson = False, config: Config = None) -> None:
    """List the clocks that run or stand still, the soonest due first, with how late an answer is."""
    rows = _with_clocks(config, _rows)
    print_rows([row.shown(as_json=as_json) for row in rows], as_json=as_json)


@_app.command()
def pause(
    item: Item,
    because: Annotated[str, typer.Option(help="`identity` or `clarification`: what the person was asked.")],
    reason: Reason,
    by: Named,
    right: Right = None,
    on: On = None,
    config: Config = None,
) -> None:
    """Stop a clock while the person is asked who they are or what they mean, where the law lets it stop."""
    if because not in set(Why):
        raise BadInput(f"--because {because}: expected identity or clarification")
    asked = day_of("--on", on)

    async def work(clocks: RightsClocks) -> date | None:
        which, day = await _about(clocks, item, right, asked)
        step = step_from(CLOCK_ACT, "clock_paused", right=which, why=Why(because), on=day, reason=reason, by=by)
        return await clocks.take(item, step)

    print(f"{item} stands still; look again by {_with_clocks(config, work)}")


@_app.command()
def resume(item: Item, reason: Reason, by: Named, right: Right = None, on: On = None, config: Config = None) -> None:
    """Let a clock run on from the day the person answered."""
    answered = day_of("--on", on)

    async def work(clocks: RightsClocks) -> date | None:
        which, day = await _about(clocks, item, right, answered)
        return await clocks.take(item, step_from(CLOCK_ACT, "clock_resumed", right=which, on=day, reason=reason, by=by))

    print(f"{item} runs again; the answer is due by {_with_clocks(config, work)}")


@_app.command()
def extend(
    item: Item,
    reason: Reason,
    by: Named,
    told: Annotated[str, typer.Option(help="The day the person was told of it and why, YYYY-MM-DD.")],
    right: Right = None,
    config: Config = None,
) -> None:
    """Give a request more time, where the law does and the person was told in time."""
    told_on = day_of("--told", told)

    async def work(clocks: RightsClocks) -> date | None:
        which, day = await _about(clocks, item, right, told_on)
        return await clocks.take(
            item, step_from(CLOCK_ACT, "clock_extended", right=which, told_on=day, reason=reason, by=by)
        )

    print(f"{item} is extended; the answer is due by {_with_clocks(config, work)}")


@_app.command("pass-on")
def pass_on(
    item: Item,
    about: Annotated[str, typer.Option(help="About whom it is: such as commissioner, as the policy names them.")],
    reason: Reason,
    by: Named,
    part: Annotated[
        bool, typer.Option("--part", help="Only what it says of them was passed on: the clock of the rest runs on.")
    ] = False,
    whole: Annotated[
        bool, typer.Option("--whole", help="All of it was passed on, though it seems to be about others as well.")
    ] = False,
    on: On = None,
    config: Config = None,
) -> None:
    """Record that a complaint, or a part, was passed on to the body that deals with it: it is not due from us then.

    Where it seems to be about others as well, say whether --part or --whole of it was passed on.
    """
    if part and whole:
        raise BadInput("--part and --whole: expected one of them")
    passed = day_of("--on", on)
    settings = settings_of(config)

    async def passing() -> tuple[str, date | None]:
        async with opened_store(settings) as store:
            policies = Policies.as_asked_for(settings.policies)
            await ReviewDesk(store, lambda: policies, now=utc_now).expect_theirs(item, by=by)
            clocks = RightsClocks(store, policies, now=utc_now)
            to = await clocks.body_for(about)
            _, day = await _about(clocks, item, Label.COMPLAINT.value, passed)
            kind, said = ("clock_part_passed_on", {}) if part else (PASSED_ON, {"whole": whole})
            step = step_from(CLOCK_ACT, kind, about=about, to=to, on=day, reason=reason, by=by, **said)
            return to, await clocks.take(item, step)

    to, due = _told(passing())
    what = f"the part of {item} about {called(about)}" if part else item
    rest = f"the rest is due by {due}" if due else "nothing is due from us, and the item is closed"
    print(f"{what} was passed on to {to}; {rest}")


@_app.command()
def undo(item: Item, reason: Reason, by: Named, config: Config = None) -> None:
    """Take back the last step with a clock: it runs as if that had not been. What was passed on is due again."""
    settings = settings_of(config)

    async def undoing() -> date | None:
        async with opened_store(settings) as store:
            policies = Policies.as_asked_for(settings.policies)
            await ReviewDesk(store, lambda: policies, now=utc_now).expect_theirs(item, by=by)
            return await RightsClocks(store, policies, now=utc_now).undo(item, by=by, reason=reason)

    print(f"{item} is as before that step; the answer is due by {_told(undoing())}")


async def _about(clocks: RightsClocks, item: str, right: str | None, day: date | None) -> tuple[Label, date]:
    """The right and the day of a step. BadInput where the day is still to come."""
    today = await clocks.today()
    if day is not None and day > today:
        raise BadInput(f"{day}: that day is still to come")
    return await clocks.right_of(item, right), day or today


async def _rows(clocks: RightsClocks) -> list[_Row]:
    today = await clocks.today()
    rows: list[_Row] = []
    for running in await clocks.running():
        by_right = running.due_by_right
        for right, clock in running.clocks.items():
            # While it stands still no answer is due: it is not overdue, but looked at again.
            days_late = 0 if clock.stopped else late_by(by_right[right], today)
            stands = f"waits for {clock.stopped.why}" if clock.stopped else "runs"
            rows.append(_Row(running, right.value, by_right[right], days_late, stands, clock.extended))
        if not running.clocks:
            # What was asked for is not known any more, and the answer is due all the same.
            stands = "runs" if running.unread is None else running.unread
            rows.append(_Row(running, "", running.due, late_by(running.due, today), stands, extended=False))
    return rows


@dataclass(frozen=True, slots=True)
class _Row:
    """The clock of one right. `days_late`: how many days the answer is overdue, 0 where it is not."""

    running: Running
    right: str
    due: date
    days_late: int
    stands: str
    extended: bool

    def shown(self, *, as_json: bool) -> dict[str, object]:
        """As it is printed."""
        return {
            "item": self.running.item.id,
            "contact": self.running.item.contact_id,
            "right": self.right,
            "received": str(self.running.received),
            "due": str(self.due),
            **late_shown(self.days_late, as_json=as_json),
            "stands": self.stands,
            "extended": "yes" if self.extended else "no",
        }


def _with_clocks(config: Path | None, work: Callable[[RightsClocks], Coroutine[Any, Any, T]]) -> T:
    return _told(_opened(config, work))


def _told(work: Coroutine[Any, Any, T]) -> T:
    """What came of it; what stands against it is told plainly."""
    try:
        return asyncio.run(work)
    except (NotAllowed, NotYours) as error:
        raise Failed(f"not done: {error}") from None
    except FileMoved as error:
        raise Failed(f"somebody else was quicker: {error}; look at the clock again") from None


async def _opened(config: Path | None, work: Callable[[RightsClocks], Coroutine[Any, Any, T]]) -> T:
    settings = settings_of(config)
    async with opened_store(settings) as store:
        return await work(RightsClocks(store, Policies.as_asked_for(settings.policies), now=utc_now))
