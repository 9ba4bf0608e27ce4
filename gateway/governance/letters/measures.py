"""What a restriction says, in the words that a letter uses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from gateway.governance.letters.placeholders import MEASURE_FACTS, Fact
from gateway.governance.letters.plain import clock, listed, times
from gateway.governance.representing import speaks_on
from models.contact import Channel
from models.duration import in_words
from models.person import Person
from models.restriction import (
    CallDuration,
    CallWindow,
    ChannelBlocked,
    ChannelOnly,
    ContactLimit,
    DedicatedAddress,
    IdentifierBlocked,
    Injunction,
    ReplyCycle,
    Restriction,
    Slot,
    Weekday,
)
from models.strategy import Spoc, Strategy
from routing.calendar import ROLLING_DAYS
from routing.restrictions.adjusted import adjusted

_CHANNELS = {
    Channel.EMAIL: "email",
    Channel.TELEPHONE: "telephone",
    Channel.VOICEMAIL: "voicemail",
    Channel.LETTER: "letter",
    Channel.VISIT: "visiting us",
    Channel.WEBFORM: "our online form",
    Channel.SMS: "text message",
    Channel.SOCIAL_MEDIA: "social media",
}
_DAYS = dict(zip(Weekday, ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"), strict=True))
_ORDINALS = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", -1: "last"}
_PER = {
    "slot": "in each of these times",
    "day": "a day",
    "week": "a week",
    "fortnight": "every two weeks",
    "month": "a month",
}


_ON = {
    "call_window": Channel.TELEPHONE,
    "call_duration": Channel.TELEPHONE,
    "call_script": Channel.TELEPHONE,
    "call_recording": Channel.TELEPHONE,
    "dedicated_address": Channel.EMAIL,
    "supervised_meetings": Channel.VISIT,
    "visits_by_appointment": Channel.VISIT,
    "designated_premises": Channel.VISIT,
    "premises_ban": Channel.VISIT,
}
"""Restrictions of one channel, which mean nothing to somebody whom an adjustment exempts on it."""


def as_eased(restriction: Restriction, strategy: Strategy, person: Person) -> Restriction | None:
    """What is left of a restriction for somebody with their adjustments, as it is enforced; None where nothing is.

    A court's order is not ours to ease.
    """
    if isinstance(restriction, Injunction):
        return restriction
    exempt, eased = _exempt(person), adjusted(restriction, strategy, person)
    match eased:
        case ChannelBlocked() | ContactLimit():
            left = tuple(channel for channel in eased.channels if channel not in exempt)
            return eased.model_copy(update={"channels": left}) if left else None
        case ChannelOnly():
            return eased.model_copy(update={"channels": tuple(dict.fromkeys((*eased.channels, *exempt)))})
    return None if _ON.get(eased.kind) in exempt else eased


def exempted(restrictions: Iterable[Restriction], person: Person) -> str | None:
    """The channels on which nothing of this holds; None where there are none, or a court's order holds on all."""
    exempt = _exempt(person)
    if not exempt or any(isinstance(one, Injunction) for one in restrictions):
        return None
    return _channels(exempt)


def _exempt(person: Person) -> tuple[Channel, ...]:
    return tuple(dict.fromkeys(channel for adjustment in person.adjustments for channel in adjustment.exempts))


def spoc_facts(spoc: Spoc | None) -> dict[str, Fact]:
    """What any letter names of the single point of contact; nothing that is empty."""
    return {
        "spoc_name": spoc.name if spoc else None,
        "spoc_address": spoc.address or None if spoc else None,
        "spoc_phones": listed(spoc.phones, "or") if spoc and spoc.phones else None,
    }


def measure_facts(
    restriction: Restriction,
    *,
    spoc: Spoc | None,
    spoc_term: str,
    person: Person | None,
    matters: tuple[str, ...],
    day: date,
) -> dict[str, Fact]:
    """What the sentences of the restriction's kind are filled with.

    `matters`: those on all of which a representative has to speak, and `day` the one on which; none: on whatever it is.
    """
    facts: dict[str, Fact] = dict.fromkeys(MEASURE_FACTS)
    facts |= {
        "spoc_term": spoc_term,
        **spoc_facts(spoc),
        "text": getattr(restriction, "text", None),
        "premises": _premises(getattr(restriction, "premises", None)),
        "representatives": _representatives(person, matters, day),
    }
    match restriction:
        case ChannelBlocked() | ChannelOnly():
            facts["channels"] = _channels(restriction.channels)
        case IdentifierBlocked():
            facts["identifiers"] = listed([one.value for one in restriction.identifiers], "or")
        case DedicatedAddress():
            facts["address"] = restriction.address
        case CallWindow():
            facts["slots"] = listed([_slot(slot) for slot in restriction.slots], "or")
            if restriction.calls is not None:
                facts["calls"] = f"{times(restriction.calls)} {_PER[restriction.per]}" if restriction.calls else None
                facts["none_at_all"] = None if restriction.calls else "yes"
        case ContactLimit():
            facts["channels"] = _channels(restriction.channels)
            facts["limit"] = _limit(restriction) if restriction.count else None
            facts["none_at_all"] = None if restriction.count else "yes"
        case CallDuration():
            facts["minutes"] = f"{restriction.minutes} minute{'s' if restriction.minutes > 1 else ''}"
        case ReplyCycle():
            facts["every"] = in_words(restriction.every).removeprefix("1 ")
        case Injunction():
            facts["allowed"] = _channels(restriction.channels_allowed) if restriction.channels_allowed else None
    return facts


def _channels(channels: Sequence[Channel]) -> str:
    return listed([_CHANNELS[channel] for channel in channels], "or")


def _limit(limit: ContactLimit) -> str:
    count = times(limit.count)
    if not limit.rolling:
        return f"{count} {_PER[limit.per]}"
    days = ROLLING_DAYS[limit.per]
    return f"{count} in any {days} days" if days > 1 else f"{count} in any 24 hours"


def _slot(slot: Slot) -> str:
    """`on Tuesdays between 10:00 and 12:00`."""
    hours = f"between {clock(slot.from_)} and {clock(slot.until)}"
    names = [_DAYS[day] for day in slot.days]
    if slot.ordinal is not None:
        each = listed([f"the {_ORDINALS[slot.ordinal]} {name}" for name in names])
        return f"on {each} of each month {hours}"
    if list(slot.days) == list(Weekday):
        return f"on any day {hours}"
    if list(slot.days) == list(Weekday)[:5]:
        return f"from Monday to Friday {hours}"
    return f"on {listed([f'{name}s' for name in names])} {hours}"


def _premises(premises: str | tuple[str, ...] | None) -> str | None:
    return premises if isinstance(premises, str) or premises is None else listed(premises, "or")


def _representatives(person: Person | None, matters: tuple[str, ...], day: date) -> str | None:
    names = [one.name for one in person.representatives if speaks_on(one, [matters], day)] if person else []
    return listed(names, "or") if names else None
