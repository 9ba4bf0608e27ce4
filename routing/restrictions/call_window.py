"""Calls at agreed times only: `call_window` (Cleveland 9.9, Staffordshire 5.2, Wealden L100-L102)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from models.contact import Channel
from models.decision import Live, LiveAnswer
from models.restriction import CallWindow, Slot, Weekday
from routing.calendar import is_ordinal, period_start
from routing.earlier import is_answered
from routing.restrictions.situation import NOTHING, Effect, Situation


@dataclass(frozen=True)
class Occurrence:
    """One slot on the day it fell on."""

    slot: int
    day: date


def call_window(restriction: CallWindow, situation: Situation) -> Effect:
    """Not allowed: a call outside every slot, or one more than allowed.

    A slot on a bank holiday is still a slot. Where it fell on a closed day, or nobody answered in it, a call in its
    hours on the next working day is allowed too. A call that nobody answers uses up none.
    """
    call = situation.contact.call
    if not situation.is_on(Channel.TELEPHONE):
        return NOTHING
    open_now = tuple(occurrences(restriction, situation, situation.local))
    answered = call is None or is_answered(call.outcome)
    if open_now and not (answered and _is_used_up(restriction, situation, open_now)):
        return NOTHING
    return Effect(broken=True, live=Live(answer=LiveAnswer.SCRIPT, text=situation.case.policy.emergency_route))


def occurrences(restriction: CallWindow, situation: Situation, at: datetime) -> Iterator[Occurrence]:
    """The slots that a call at the local time `at` falls in: today's own, then those carried over to today."""
    for number, slot in enumerate(restriction.slots):
        if not slot.from_ <= at.time() < slot.until:
            continue
        if _falls_on(slot, at.date()):
            yield Occurrence(number, at.date())
        for day in _days_since_last_working_day(situation, at.date()):
            if _falls_on(slot, day) and _was_missed(slot, day, situation):
                yield Occurrence(number, day)


def _falls_on(slot: Slot, day: date) -> bool:
    return list(Weekday)[day.weekday()] in slot.days and is_ordinal(day, slot.ordinal)


def _days_since_last_working_day(situation: Situation, day: date) -> Iterator[date]:
    """The days whose next working day is `day`, latest first; none where `day` itself is closed."""
    calendar, hours = situation.case.calendar, situation.case.policy.office_hours
    if not calendar.is_working_day(day, hours):
        return
    while True:
        day -= timedelta(days=1)
        yield day
        if calendar.is_working_day(day, hours):
            return


def _was_missed(slot: Slot, day: date, situation: Situation) -> bool:
    """The slot fell on a closed day, or the person called in it and nobody answered."""
    if not situation.case.calendar.is_working_day(day, situation.case.policy.office_hours):
        return True
    outcomes = [
        answered for at, answered in _calls(situation) if at.date() == day and slot.from_ <= at.time() < slot.until
    ]
    return bool(outcomes) and not any(outcomes)


def _calls(situation: Situation) -> Iterator[tuple[datetime, bool]]:
    """(local time, whether answered) of the person's earlier calls."""
    for earlier in situation.earlier:
        if earlier.channel is Channel.TELEPHONE:
            yield earlier.received_at.astimezone(situation.zone), earlier.answered


def _is_used_up(restriction: CallWindow, situation: Situation, open_now: tuple[Occurrence, ...]) -> bool:
    if restriction.calls is None:
        return False
    answered = [at for at, was_answered in _calls(situation) if was_answered]
    if restriction.per == "slot":
        return all(
            sum(_is_in(restriction, situation, slot, at, open_now) for at in answered)
            >= restriction.calls * sum(occurrence.slot == slot for occurrence in open_now)
            for slot in {occurrence.slot for occurrence in open_now}
        )
    start = period_start(restriction.per, situation.day, situation.strategy.starts)
    return sum(start <= at.date() for at in answered) >= restriction.calls


def _is_in(
    restriction: CallWindow, situation: Situation, slot: int, at: datetime, open_now: tuple[Occurrence, ...]
) -> bool:
    """Whether a call at `at` used up one of the open occurrences of `slot`: on its day, or carried over to today."""
    days = {occurrence.day for occurrence in open_now if occurrence.slot == slot} | {situation.day}
    hours = restriction.slots[slot]
    return at.date() in days and hours.from_ <= at.time() < hours.until
