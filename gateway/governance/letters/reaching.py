"""How the reader of a letter may reach us: never only by a way that the same letter tells them not to use."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from gateway.governance.letters.brief import Brief
from gateway.governance.letters.measures import as_eased
from models.contact import Channel
from models.person import Person
from models.restriction import ChannelBlocked, ChannelOnly, ContactLimit, DedicatedAddress, Injunction, Restriction
from models.strategy import Spoc, Strategy, StrategyStatus

_NUMBERS_DIGITS: Final = 9
"""A line of an office's address with so many digits is a telephone number, and no postcode or house."""
_USES: Final = {
    "dedicated_address": Channel.EMAIL,
    "call_window": Channel.TELEPHONE,
    "call_duration": Channel.TELEPHONE,
    "visits_by_appointment": Channel.VISIT,
    "designated_premises": Channel.VISIT,
}
"""Restrictions that say how a channel is used."""


def address_for(brief: Brief, email: str) -> str:
    """An address of ours for them: the email address, or where they may not email us the office's postal one."""
    return _postal(brief.sender) or email if _needs_post(brief) else email


def lacks_address(brief: Brief) -> bool:
    """Whether they may write by post only, and nobody said where the office is."""
    return _needs_post(brief) and not _postal(brief.sender) and Channel.LETTER not in _barred(brief)


def spoc_for(brief: Brief) -> Spoc | None:
    """The single point of contact with the address, and the telephone numbers, that they may use; "" where none."""
    if brief.spoc is None:
        return None
    barred = _barred(brief)
    phones = () if Channel.TELEPHONE in barred else brief.spoc.phones
    dedicated = (one.address for one in _as_it_holds(brief) if isinstance(one, DedicatedAddress))
    address = address_for(brief, next(dedicated, brief.spoc.address))
    if {Channel.EMAIL, Channel.LETTER} <= barred:
        address = ""
    return brief.spoc.model_copy(update={"address": address, "phones": phones})


def says_how_to_use_what_is_barred(brief: Brief, restriction: Restriction) -> bool:
    """Whether it says how to use a channel on which another leaves them nothing: the letter would say both."""
    return _USES.get(restriction.kind) in _barred(brief)


def address_beside(
    strategies: Iterable[Strategy], person: Person | None, sender: tuple[str, ...], email: str
) -> str | None:
    """The same in a letter about no strategy, by those in force; None where only a postal one will do, and none is."""
    in_force = [one for one in strategies if one.status is StrategyStatus.ACTIVE and person is not None]
    eased = (as_eased(one, strategy, person) for strategy in in_force for one in strategy.restrictions if person)
    barred = {channel for one in eased if one is not None for channel in _barred_by(one)}
    if Channel.EMAIL not in barred:
        return email
    return _postal(sender) or (email if Channel.LETTER in barred else None)


def _needs_post(brief: Brief) -> bool:
    return Channel.EMAIL in _barred(brief)


def _postal(sender: tuple[str, ...]) -> str:
    lines = (line for line in sender if "@" not in line and sum(map(str.isdigit, line)) < _NUMBERS_DIGITS)
    return ", ".join(lines)


def _barred(brief: Brief) -> frozenset[Channel]:
    """The channels on which the strategy leaves them nothing, with their adjustments."""
    return frozenset(channel for one in _as_it_holds(brief) for channel in _barred_by(one))


def _as_it_holds(brief: Brief) -> Iterator[Restriction]:
    """The restrictions with the person's adjustments; none when it is over."""
    person = brief.situation.person
    if brief.file.standing.is_over or person is None:
        return
    strategy = brief.file.strategy()
    yield from filter(None, (as_eased(one, strategy, person) for one in brief.restrictions))


def _barred_by(restriction: Restriction) -> Iterator[Channel]:
    match restriction:
        case ChannelBlocked():
            yield from restriction.channels
        case ContactLimit() if not restriction.count:
            yield from restriction.channels
        case ChannelOnly():
            yield from set(Channel) - set(restriction.channels)
        case Injunction() if restriction.channels_allowed:
            yield from set(Channel) - set(restriction.channels_allowed)
