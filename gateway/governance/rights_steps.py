"""What people do with the clock of a rights request, as steps of a file of its own, and where they leave it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated, Final, Literal

from pydantic import Field, TypeAdapter

from gateway.governance.common_steps import Undone
from gateway.governance.folding import live_steps
from gateway.governance.step import Name, Step, Words
from models.finding import Label
from models.policy import PolicyPack
from routing.calendar import WorkingCalendar
from routing.statutory_clock import NotAllowed, RightsClock, Why, extend, pause, resume

KIND: Final = "rights_clock"
"""The kind of these files."""

PASSED_ON: Final = "clock_passed_on"
"""The step after which an item may be closed, for nothing is due."""


class Paused(Step):
    """The clock stops: the person was asked who they are or what they mean, `on` that day."""

    kind: Literal["clock_paused"] = "clock_paused"
    right: Label
    why: Why
    on: date
    reason: Words


class Resumed(Step):
    """The person answered `on` that day."""

    kind: Literal["clock_resumed"] = "clock_resumed"
    right: Label
    on: date
    reason: Words


class GivenTime(Step):
    """The clock is extended; the person was told so, and why, `told_on` that day."""

    kind: Literal["clock_extended"] = "clock_extended"
    right: Label
    told_on: date
    reason: Words


class PassedOn(Step):
    """The complaint is another body's, and was passed on to it, `on` that day: nothing more is due from us for it.

    `about`: the subject for which that body is named; None in steps from before it was kept. `whole`: said to be the
    whole of it, though it seems to be about others as well.
    """

    kind: Literal["clock_passed_on"] = PASSED_ON
    right: Label = Label.COMPLAINT
    about: Name | None = None
    whole: bool = False
    to: Words
    on: date
    reason: Words


class PartPassedOn(Step):
    """What the complaint says of one subject was passed on to the body that deals with it; the clock runs on."""

    kind: Literal["clock_part_passed_on"] = "clock_part_passed_on"
    right: Label = Label.COMPLAINT
    about: Name
    to: Words
    on: date
    reason: Words


ClockAct = Paused | Resumed | GivenTime | PassedOn | PartPassedOn
"""What is done with the clock of a right."""

ClockStep = Annotated[ClockAct | Undone, Field(discriminator="kind")]

CLOCK_STEP: TypeAdapter[ClockStep] = TypeAdapter(ClockStep)
"""Reads a step from JSON."""

CLOCK_ACT: TypeAdapter[ClockAct] = TypeAdapter(Annotated[ClockAct, Field(discriminator="kind")])
"""Makes what is done with a clock."""


def after(clock: RightsClock, step: ClockAct, policy: PolicyPack, calendar: WorkingCalendar) -> RightsClock | None:
    """The clock of the step's right after it, None where it is over. NotAllowed where the law does not let it."""
    match step:
        case Paused():
            return pause(clock, step.why, step.on)
        case Resumed():
            return resume(clock, step.on)
        case GivenTime():
            return extend(clock, step.told_on, policy, calendar)
        case PassedOn() | PartPassedOn():
            if step.on < clock.received:
                raise NotAllowed(f"it came on {clock.received}, and cannot have been passed on before")
            return clock if isinstance(step, PartPassedOn) else None


def parts_passed_on(steps: Iterable[ClockStep]) -> tuple[PartPassedOn, ...]:
    """Those that count."""
    return tuple(step for _number, step in live_steps(steps) if isinstance(step, PartPassedOn))


def clocks_of(rights: Iterable[Label], received: date, steps: Iterable[ClockStep]) -> Mapping[Label, RightsClock]:
    """The clock of each right asked for in a contact. Steps for a right that it no longer shows count all the same.

    They are not judged again: what was in time when it was taken stands, though a calendar may have changed since.
    """
    clocks = {right: RightsClock(right, received) for right in rights}
    for _number, step in live_steps(steps):
        if isinstance(step, Undone | PartPassedOn):
            continue
        if isinstance(step, PassedOn):
            clocks.pop(step.right, None)
            continue
        clock = clocks.get(step.right, RightsClock(step.right, received))
        clocks[step.right] = _taken(clock, step)
    return clocks


def _taken(clock: RightsClock, step: Paused | Resumed | GivenTime) -> RightsClock:
    match step:
        case Paused():
            return clock.stopping(step.why, step.on)
        case Resumed():
            return clock.going_on(step.on)
        case GivenTime():
            return clock.with_more_time()
