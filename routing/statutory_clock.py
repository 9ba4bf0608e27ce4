"""When the clock of a rights request stops, starts again or is given more time, and what the law asks for that.

UK GDPR Art.12-12A (as amended by the Data (Use and Access) Act 2025 s.76); Freedom of Information Act 2000 s.1(3),
s.10(3); Environmental Information Regulations 2004 reg.7, reg.9.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final

from models.finding import Label
from models.plain_names import plain
from models.policy import PolicyPack
from routing.calendar import WorkingCalendar, add_months
from routing.rights import answer_due


class Why(StrEnum):
    """Why a clock stands still."""

    IDENTITY = "identity"
    CLARIFICATION = "clarification"


STOPS: Final[dict[tuple[Label, Why], bool]] = {
    # UK GDPR Art.12A
    (Label.SUBJECT_ACCESS_REQUEST, Why.IDENTITY): True,
    (Label.SUBJECT_ACCESS_REQUEST, Why.CLARIFICATION): False,
    (Label.DATA_RIGHTS_REQUEST, Why.IDENTITY): True,
    # Freedom of Information Act 2000 s.1(3)
    (Label.FOI_REQUEST, Why.CLARIFICATION): True,
    # Environmental Information Regulations 2004 reg.9
    (Label.EIR_REQUEST, Why.CLARIFICATION): True,
}
"""What the law lets stop, by right and reason; everything else runs on.

True: the answer starts the whole period anew; False: only the days between do not count.
"""


@dataclass(frozen=True, slots=True)
class ExtensionRule:
    """More time, once: `months` or statutory working days."""

    cites: str
    months: int = 0
    working_days: int = 0


EXTENSIONS: Final[dict[Label, ExtensionRule]] = {
    # A request that is complex, or one of several by the same person.
    Label.SUBJECT_ACCESS_REQUEST: ExtensionRule("UK GDPR Art.12A", months=2),
    Label.DATA_RIGHTS_REQUEST: ExtensionRule("UK GDPR Art.12A", months=2),
    # To weigh the public interest. The Act says "reasonable"; the Information Commissioner at most twenty days more.
    Label.FOI_REQUEST: ExtensionRule("Freedom of Information Act 2000 s.10(3)", working_days=20),
    # A request that is complex and voluminous.
    Label.EIR_REQUEST: ExtensionRule("Environmental Information Regulations 2004 reg.7", working_days=20),
}
"""Which rights may be given more time. The person is told, with the reason, before the first period is over."""

LOOK_AGAIN: Final = 1
"""After so many months a clock that stands still is looked at again: nothing waits in silence."""


@dataclass(frozen=True, slots=True)
class Stop:
    """A clock stood still from the day the person was asked to the day they answered; `until` None: it still does."""

    why: Why
    since: date
    until: date | None = None


@dataclass(frozen=True, slots=True)
class RightsClock:
    """The clock of one right asked for in one contact. `received`: the day it came in the organisation's zone."""

    right: Label
    received: date
    stops: tuple[Stop, ...] = ()
    extended: bool = False

    @property
    def stopped(self) -> Stop | None:
        """The stop that has not ended."""
        return self.stops[-1] if self.stops and self.stops[-1].until is None else None

    def stopping(self, why: Why, on: date) -> RightsClock:
        """As it stands from that day, whatever the law says of it; `pause` asks that."""
        return replace(self, stops=(*self.stops, Stop(why, on)))

    def going_on(self, on: date) -> RightsClock:
        """As it runs after its last stop; `resume` asks whether it may."""
        return replace(self, stops=(*self.stops[:-1], replace(self.stops[-1], until=on)))

    def with_more_time(self) -> RightsClock:
        """As it runs longer; `extend` asks whether it may."""
        return replace(self, extended=True)


class NotAllowed(Exception):
    """The law does not let this clock do that; the message says why."""


def due(clock: RightsClock, policy: PolicyPack, calendar: WorkingCalendar) -> date:
    """The last day for the answer. While the clock stands still, the day to look again."""
    if clock.stopped is not None:
        return add_months(clock.stopped.since, LOOK_AGAIN)
    day = first_due(clock, policy, calendar)
    return _extended(clock, day, policy, calendar) if clock.extended else day


def first_due(clock: RightsClock, policy: PolicyPack, calendar: WorkingCalendar) -> date:
    """The last day without an extension; ended stops count as the law says, one that has not ended does not yet."""
    begins, lost = _begins(clock)
    if lost:
        # Added to the period itself, not to a date that a weekend had moved.
        return calendar.add_statutory_months(begins, policy.rights.data_rights_months, days=lost)
    return answer_due(clock.right, begins, policy, calendar)


def pause(clock: RightsClock, why: Why, on: date) -> RightsClock:
    """The clock stopped. NotAllowed where the law knows no such stop, or it stands still already."""
    if (clock.right, why) not in STOPS:
        known = ", ".join(reason for right, reason in STOPS if right is clock.right) or "nothing"
        raise NotAllowed(f"the clock of a {plain(clock.right)} does not stop for {why}; it stops for {known}")
    if clock.stopped is not None:
        raise NotAllowed(f"it has stood still since {clock.stopped.since} already")
    if on < max([clock.received, *(stop.until for stop in clock.stops if stop.until)]):
        raise NotAllowed("it cannot have stopped before that")
    return clock.stopping(why, on)


def resume(clock: RightsClock, on: date) -> RightsClock:
    """The clock running again from the day the person answered. NotAllowed where it does not stand still."""
    if clock.stopped is None:
        raise NotAllowed("it does not stand still")
    if on < clock.stopped.since:
        raise NotAllowed(f"it stopped on {clock.stopped.since}, and cannot have run on before")
    return clock.going_on(on)


def extend(clock: RightsClock, told_on: date, policy: PolicyPack, calendar: WorkingCalendar) -> RightsClock:
    """The clock with more time, the person having been told why on that day.

    NotAllowed where the law knows none, it was extended before, stands still, or they were told too late.
    """
    if clock.right not in EXTENSIONS:
        raise NotAllowed(f"the law gives no more time for a {plain(clock.right)}")
    if clock.extended:
        raise NotAllowed("it was extended already, and is so only once")
    if clock.stopped is not None:
        raise NotAllowed("it stands still; say first when the person answered")
    last = first_due(clock, policy, calendar)
    if not clock.received <= told_on <= last:
        cites = EXTENSIONS[clock.right].cites
        raise NotAllowed(f"the person is told, with the reason, between {clock.received} and {last} ({cites})")
    return clock.with_more_time()


def _begins(clock: RightsClock) -> tuple[date, int]:
    """The day from which the period is counted, and how many days since did not count."""
    begins, lost = clock.received, 0
    for stop in clock.stops:
        if stop.until is None:
            continue
        if STOPS[clock.right, stop.why]:
            begins, lost = stop.until, 0
        else:
            lost += (stop.until - stop.since).days
    return begins, lost


def _extended(clock: RightsClock, day: date, policy: PolicyPack, calendar: WorkingCalendar) -> date:
    rule = EXTENSIONS[clock.right]
    if rule.working_days:
        return calendar.add_statutory_working_days(day, rule.working_days)
    begins, lost = _begins(clock)
    months = policy.rights.data_rights_months + rule.months
    # Three months from the start, not two from a date that a weekend had moved.
    return calendar.add_statutory_months(begins, months, days=lost)
