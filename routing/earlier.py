"""What of a person's history uses up an allowance (CONTRACT §3): each communication once, and only what could count."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from models.contact import Authentication, CallOutcome, Channel, Contact, Direction
from models.decision import Decision
from models.history import EarlierContact
from models.register import Dossier
from models.strategy import Strategy
from routing.addresses import email_key
from routing.calendar import local_day
from routing.identity.earlier import belongs_to

_SPARED = frozenset({"uses_no_allowance", "automatic_reply"})
_SPARED_UNLESS_BROKEN = frozenset({"invited", "rights_request", "adjustment_exempts"})

ALLOWANCES = frozenset({"contact_limit", "call_window"})
"""The kinds of restriction that count earlier contacts."""
COPIES_WITHIN = timedelta(days=5)
"""Emails with one Message-ID, sender and body digest this close together are one contact."""


@dataclass(frozen=True)
class Counted:
    """One communication of the past. `answered` is true for anything but a call that nobody took."""

    received_at: datetime
    channel: Channel
    answered: bool


def uses_allowance(decision: Decision) -> bool:
    """Whether a decided contact counts against later allowances: only what could have been a breach does."""
    rules = {reason.rule for reason in decision.reasons}
    broken = bool(decision.breaches) or "flagged_on_copy" in rules
    return _SPARED.isdisjoint(rules) and (broken or _SPARED_UNLESS_BROKEN.isdisjoint(rules))


def is_answered(outcome: CallOutcome | None) -> bool:
    """Whether a call reached somebody; a call whose outcome is not recorded is taken to have."""
    return outcome in (None, CallOutcome.ANSWERED)


def earlier_communications(
    contact: Contact, history: tuple[EarlierContact, ...], dossier: Dossier, strategy: Strategy, zone: ZoneInfo
) -> tuple[Counted, ...]:
    """The person's earlier communications that could have broken `strategy`, oldest first.

    Left out: what we sent; other people's; what was not certainly theirs; rights requests, invited contacts and
    automatic replies; channels that an adjustment exempts; days before the strategy was in force; the contact under
    decision with all its legs and copies. Legs and copies count once, at their first.
    """
    exempt = {channel for adjustment in dossier.person.adjustments for channel in adjustment.exempts}
    since = _in_force_since(strategy)
    inbound = sorted(
        (
            earlier
            for earlier in history
            if belongs_to(earlier, dossier)
            and earlier.direction is Direction.INBOUND
            and earlier.authentication is not Authentication.FAIL
            and earlier.channel not in exempt
            and since <= local_day(earlier.received_at, zone)
        ),
        key=lambda earlier: (earlier.received_at, earlier.id),
    )
    groups = _grouped(inbound)
    mine = [group for group in groups if any(is_same(contact, earlier) for earlier in group)]
    first = min([(contact.received_at, contact.id), *((group[0].received_at, group[0].id) for group in mine)])
    return tuple(
        Counted(group[0].received_at, group[0].channel, any(is_answered(leg.outcome) for leg in group))
        for group in groups
        if group not in mine
        and (group[0].received_at, group[0].id) < first
        and all(earlier.uses_allowance for earlier in group)
    )


def _in_force_since(strategy: Strategy) -> date:
    return max(strategy.starts, strategy.notified_on or strategy.starts)


def _grouped(ordered: list[EarlierContact]) -> list[list[EarlierContact]]:
    groups: list[list[EarlierContact]] = []
    by_source: dict[str, list[EarlierContact]] = {}
    by_message: dict[tuple[str, str, str], list[EarlierContact]] = {}
    key_of = cache(email_key)  # most of them are from one sender
    for earlier in ordered:
        copy_key = _copy_key(earlier.message_id, earlier.sender, earlier.body_digest, key_of)
        group = by_source.get(earlier.source_id) if earlier.source_id else None
        if group is None and copy_key:
            group = by_message.get(copy_key)
            if group is not None and earlier.received_at - group[0].received_at > COPIES_WITHIN:
                group = None
        if group is None:
            group = []
            groups.append(group)
        group.append(earlier)
        if earlier.source_id:
            by_source.setdefault(earlier.source_id, group)
        if copy_key:
            by_message[copy_key] = group
    return groups


def is_same(contact: Contact, earlier: EarlierContact) -> bool:
    """Whether an earlier contact is this one: another leg of the call, or another copy of the email."""
    if earlier.id == contact.id or (earlier.source_id and earlier.source_id == contact.source_id):
        return True
    message_id = contact.email.message_id if contact.email else None
    if message_id is None or message_id != earlier.message_id or contact.body_digest != earlier.body_digest:
        return False
    copy_key = _copy_key(message_id, contact.sender.identifier, contact.body_digest)
    return (
        copy_key is not None
        and copy_key == _copy_key(earlier.message_id, earlier.sender, earlier.body_digest)
        and abs(contact.received_at - earlier.received_at) <= COPIES_WITHIN
    )


def _copy_key(
    message_id: str | None, sender: str | None, digest: str | None, key_of: Callable[[str], str] = email_key
) -> tuple[str, str, str] | None:
    return (message_id, key_of(sender), digest) if message_id and sender and digest else None
