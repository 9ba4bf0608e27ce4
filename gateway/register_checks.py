"""What a register file may not say, although each of its fields is of the right kind.

An address that is none would tie nobody and reach nobody, and nothing would say so. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Sequence
from datetime import date
from difflib import get_close_matches

from gateway.governance.same_person import same_person
from gateway.policies import Policies, UnknownPack
from models.contact import Channel
from models.identifier import Identifier, IdentifierKind
from models.organisation import Organisation
from models.person import Person
from models.register import Fault, Location, Register
from models.restriction import (
    CallWindow,
    ChannelBlocked,
    ChannelOnly,
    ContactLimit,
    DedicatedAddress,
    IdentifierBlocked,
    Restriction,
    Slot,
)
from models.strategy import Spoc, Strategy, StrategyScope, StrategyStatus
from routing.addresses import email_key
from routing.identity import normalise
from routing.identity.held import lookup_key

_ID = re.compile(r"[^\s\x00-\x1f\x7f]{1,64}")
_ADDRESS = re.compile(r"[^\s@<>\[\](),;:\"\\\x00-\x1f\x7f]+@[^\s@<>()\[\],;:\"\\\x00-\x1f\x7f]+")
_DOMAIN = re.compile(r"(?=.{1,253}\Z)[^\W_](?:[\w-]*[^\W_])?(?:\.[^\W_](?:[\w-]*[^\W_])?)+")
_AN_ID = "expected an id of 1 to 64 characters without spaces, such as P-001"
_AN_ADDRESS = "expected one email address and nothing else, such as spoc@council.example"
_A_NUMBER = "expected a telephone number such as 01632 960 101"
_EXPECTED = {
    IdentifierKind.EMAIL: "expected one email address and nothing else, such as jordan@mail.example",
    IdentifierKind.PHONE: _A_NUMBER,
    IdentifierKind.POSTAL: "expected a postal address such as 4 Weir Lane, Northmoor NM1 2AB",
    IdentifierKind.SOCIAL: "expected a handle such as @jordan",
}


def faults(register: Register, policies: Policies) -> Iterator[Fault]:
    """Everything that is wrong, with where it stands."""
    yield from _of_organisation(register.organisation, policies)
    for number, person in enumerate(register.people):
        own = {matter.id for matter in register.matters if matter.person == person.id} if person.representatives else ()
        yield from _under(("people", number), _of_person(person, own))
    for number, matter in enumerate(register.matters):
        yield from _under(("matters", number), _of_text(id=matter.id, title=matter.title))
    for number, strategy in enumerate(register.strategies):
        yield from _under(("strategies", number), _of_strategy(strategy))


def _under(place: Location, faults: Iterable[Fault]) -> Iterator[Fault]:
    return (((*place, *where), message) for where, message in faults)


def _of_text(**fields: str) -> Iterator[Fault]:
    for name, value in fields.items():
        if name == "id" and not _ID.fullmatch(value):
            yield (name,), _AN_ID
        elif not value.strip():
            yield (name,), "expected some text, got none"


def _of_addresses(**fields: str | None) -> Iterator[Fault]:
    for name, value in fields.items():
        if value is not None and not is_address(value):
            yield (name,), _AN_ADDRESS


def is_address(text: str) -> bool:
    """Whether it is one email address and nothing else."""
    return _ADDRESS.fullmatch(text) is not None and normalise.email(text) is not None


def _of_organisation(organisation: Organisation, policies: Policies) -> Iterator[Fault]:
    here: Location = ("organisation",)
    yield from _under(here, _of_text(name=organisation.name))
    for number, domain in enumerate(organisation.domains):
        if not _DOMAIN.fullmatch(domain):
            yield (*here, "domains", number), "expected a domain such as council.example"
    yield from _under((*here, "addresses"), _of_addresses(**organisation.addresses.model_dump()))
    yield from _under((*here, "role_addresses"), _of_addresses(**organisation.role_addresses))
    for number, recipient in enumerate(organisation.protected_recipients):
        own = _of_addresses(address=recipient.address, concerns_to=recipient.concerns_to)
        yield from _under((*here, "protected_recipients", number), own)
    try:
        roles = policies.of(organisation).life.roles
    except UnknownPack as error:
        yield (*here, "policy"), str(error)
        return
    for name in ("role_addresses", "role_holders"):
        for role in getattr(organisation, name):
            if role not in roles:
                close = get_close_matches(role, roles, n=1)
                meant = f"did you mean {close[0]}?" if close else f"there are {', '.join(roles) or 'none'}"
                yield (*here, name, role), f"not among the roles of the policy; {meant}"


def _of_person(person: Person, matters: Container[str]) -> Iterator[Fault]:
    yield from _of_text(id=person.id, name=person.name)
    yield from _of_identifiers(person.identifiers)
    for number, representative in enumerate(person.representatives):
        here: Location = ("representatives", number)
        yield from _under(here, _of_text(name=representative.name))
        yield from _under(here, _of_identifiers(representative.identifiers))
        for place, matter in enumerate(representative.matters):
            if matter not in matters:
                yield (*here, "matters", place), f"{matter} is not among the person's matters"
        if representative.from_ and representative.until and representative.until < representative.from_:
            yield (*here, "until"), "it ends before it begins; expected a day on or after `from`"


def _of_identifiers(identifiers: Iterable[Identifier]) -> Iterator[Fault]:
    for number, identifier in enumerate(identifiers):
        if (fault := of_identifier(identifier)) is not None:
            yield ("identifiers", number, "value"), fault


def of_identifier(identifier: Identifier) -> str | None:
    """What was expected of an identifier that ties nobody, None where it does."""
    is_email = identifier.kind is IdentifierKind.EMAIL
    if lookup_key(identifier) is None or (is_email and not is_address(identifier.value)):
        return _EXPECTED[identifier.kind]
    return None


def _of_strategy(strategy: Strategy) -> Iterator[Fault]:
    yield from _of_text(id=strategy.id)
    if strategy.scope is StrategyScope.MATTER and not strategy.matters and strategy.status is not StrategyStatus.DRAFT:
        yield ("matters",), "none; expected the matters that it is for, or `scope: organisation`"
    yield from of_days(strategy.starts, ends=strategy.ends, review_due=strategy.review_due)
    yield from _under(("spoc",), of_spoc(strategy.spoc))
    yield from of_restrictions(strategy.restrictions)


def of_days(starts: date | None, **days: date | None) -> Iterator[Fault]:
    """Days of a strategy that come before its start."""
    for name, day in days.items():
        if starts is not None and day is not None and day < starts:
            yield (name,), "before the strategy starts; expected a day on or after `starts`"


def of_spoc(spoc: Spoc | None) -> Iterator[Fault]:
    """A single point of contact whom nobody reaches, or whom nobody covers while they are away."""
    if spoc is None:
        return
    yield from _of_text(name=spoc.name)
    deputy = spoc.deputy or ""
    # A deputy may be given by name.
    yield from _of_addresses(address=spoc.address, deputy=deputy if "@" in deputy else None)
    if deputy and (same_person(deputy, spoc.name) or email_key(deputy) == email_key(spoc.address)):
        yield ("deputy",), "the same as the single point of contact; expected somebody who is there when they are not"
    for place, number in enumerate(spoc.phones):
        if normalise.phone(number) is None:
            yield ("phones", place), _A_NUMBER


def of_restrictions(restrictions: Sequence[Restriction]) -> Iterator[Fault]:
    """What is wrong with the restrictions of one strategy, each by itself and together."""
    for place, restriction in enumerate(restrictions):
        here: Location = ("restrictions", place)
        yield from _under(here, _of_text(id=restriction.id))
        if isinstance(restriction, DedicatedAddress):
            yield from _under(here, _of_addresses(address=restriction.address))
        elif isinstance(restriction, IdentifierBlocked):
            yield from _under(here, _of_identifiers(restriction.identifiers))
        elif isinstance(restriction, CallWindow):
            yield from _under(here, _of_slots(restriction.slots))
        for name in ("count", "calls"):
            if getattr(restriction, name, None) == 0:
                yield (*here, name), "allows none at all; expected at least 1, or block the channel instead"
    yield from _of_channels(restrictions)
    yield from _of_leave(restrictions)


def _of_slots(slots: tuple[Slot, ...]) -> Iterator[Fault]:
    """Slots that overlap: a call in both would be counted in neither or either."""
    for number, slot in enumerate(slots):
        for earlier, other in enumerate(slots[:number]):
            if _on_one_day(slot, other) and slot.from_ < other.until and other.from_ < slot.until:
                yield ("slots", number), f"overlaps slots[{earlier}]; expected slots that have no hours in common"


def _on_one_day(slot: Slot, other: Slot) -> bool:
    every_week = slot.ordinal is None or other.ordinal is None
    return bool(set(slot.days) & set(other.days)) and (every_week or slot.ordinal == other.ordinal)


def _of_channels(restrictions: Sequence[Restriction]) -> Iterator[Fault]:
    """Restrictions that between them leave no channel: whoever may not write, ring or call has no access at all."""
    only = [set(one.channels) for one in restrictions if isinstance(one, ChannelOnly)]
    allowed = set.intersection(*only) if only else set(Channel)
    left = set(allowed)
    for place, restriction in enumerate(restrictions):
        where: Location = ("restrictions", place, "channels")
        if not allowed and isinstance(restriction, ChannelOnly):
            yield where, "has no channel in common with the strategy's other channel_only; expected at least one"
        elif left and isinstance(restriction, ChannelBlocked):
            left -= set(restriction.channels)
            if not left and only:
                yield where, "blocks every channel that the strategy's channel_only leaves; expected one of them free"
            elif not left:
                yield where, "leaves no channel at all; expected one of them free, such as letter or email"


def _of_leave(restrictions: Sequence[Restriction]) -> Iterator[Fault]:
    """Leave to use a channel in one restriction, which another takes away: the letter would say both."""
    for place, restriction in enumerate(restrictions):
        for given in restrictions:
            for channel in _left_open_by(given):
                only = isinstance(restriction, ChannelOnly) and channel not in restriction.channels
                if only or (isinstance(restriction, ChannelBlocked) and channel in restriction.channels):
                    text = f"takes away {channel}, and {given.id} ({given.kind}) says when to use it; leave one out"
                    yield ("restrictions", place, "channels"), text


def _left_open_by(restriction: Restriction) -> tuple[Channel, ...]:
    """The channels that a restriction gives leave to use, within its limits."""
    match restriction:
        case CallWindow():
            return (Channel.TELEPHONE,)
        case ContactLimit():
            return restriction.channels
    return ()
