"""Contact that we invited, and automatic replies to what we sent (CONTRACT §4.5, RFC 3834)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime, timedelta

from models.contact import Channel, Contact, Direction
from models.history import EarlierContact, Outbound, OutboundKind
from models.person import Person
from routing.addresses import email_key, identifier_key, written_key
from routing.case import Case
from routing.earlier import is_same
from routing.identity.earlier import belongs_to
from routing.thread import answered_ids, answered_outbound

REPLIES_WITHIN = timedelta(days=30)
"""How long a message of ours invites a reply."""


def is_sent_by_us(contact: Contact) -> bool:
    """Our own email to somebody outside. A call we made is not meant: its notes say what the other party said."""
    return contact.channel is Channel.EMAIL and contact.direction is Direction.OUTBOUND


def is_automatic(contact: Contact) -> bool:
    """`Auto-Submitted` other than `no`, or a report with a null return path (RFC 3834 5, RFC 3464)."""
    email = contact.email
    return email is not None and (email.auto_submitted or (email.is_report and email.return_path == ""))


def is_solicited(case: Case) -> bool:
    """Whether something we sent could have been answered by this automatic reply; true where no record is at hand."""
    if not case.history.outbound_known:
        return True
    ids = answered_ids(case)
    sender = case.contact.sender.identifier
    keys = _keys_of_matched(case) | ({email_key(sender)} if sender else set())
    return any(
        sent.message_id in ids or not keys.isdisjoint(_keys(sent.to))
        for sent in case.history.outbound
        if _is_recent(sent, case.contact.received_at)
    )


def is_invited_by_invitation(case: Case, person: Person) -> bool:
    """Whether a live `invitation` to this person covers the contact, however they come."""
    contact = case.contact
    return any(
        _is_live(sent, contact.received_at) and _is_addressed_to(sent, contact.sender.identifier, person)
        for sent in case.history.outbound
    )


def was_invited(
    earlier: EarlierContact,
    outbound: Iterable[Outbound],
    person: Person,
    *,
    recipients: Collection[str] = (),
    among: Iterable[EarlierContact] = (),
) -> bool:
    """Whether an earlier contact of this person's was invited, and so uses up no allowance.

    It came within a live `invitation`, or was the first of `among` to answer a message of ours, towards whoever sent
    that. `recipients`: whom it was addressed to; none where that is not known.
    """
    mine = tuple(sent for sent in outbound if _is_addressed_to(sent, earlier.sender, person))
    answered = tuple(
        sent
        for sent in mine
        if sent.kind is OutboundKind.MESSAGE
        and earlier.replies_to is not None
        and earlier.replies_to == sent.message_id
        and _is_recent(sent, earlier.received_at)
        and _is_towards_sender(sent, recipients)
    )
    return any(_is_live(sent, earlier.received_at) for sent in mine) or (
        bool(answered) and not any(_answered_before(other, earlier) for other in among)
    )


def _is_towards_sender(sent: Outbound, recipients: Collection[str]) -> bool:
    if not recipients or sent.from_ is None:
        return True
    return email_key(sent.from_) in {email_key(recipient) for recipient in recipients}


def _answered_before(other: EarlierContact, earlier: EarlierContact) -> bool:
    """Whether `other` answered the same message sooner; a copy of the same email is no other."""
    return (
        not _are_copies(other, earlier)
        and other.direction is Direction.INBOUND
        and other.replies_to == earlier.replies_to
        and (other.received_at, other.id) < (earlier.received_at, earlier.id)
    )


def _are_copies(other: EarlierContact, earlier: EarlierContact) -> bool:
    """As `_is_copy`: one Message-ID, and the same words where both are known."""
    digests = {one.body_digest for one in (other, earlier) if one.body_digest is not None}
    return earlier.message_id is not None and other.message_id == earlier.message_id and len(digests) < 2


def _is_live(sent: Outbound, moment: datetime) -> bool:
    return (
        sent.kind is OutboundKind.INVITATION
        and (sent.at is None or sent.at <= moment)
        and (sent.until is None or moment <= sent.until)
    )


def inviters(case: Case, person: Person) -> Iterator[str | None]:
    """Who of us wrote what this email is the first reply to, as compared; None = anyone of ours is replied to.

    Only a `message` of the last 30 days to this person counts: an automatic acknowledgement, a strategy's notice or
    bulk mail invites nothing.
    """
    for sent in answered_outbound(case):
        if (
            sent.kind is OutboundKind.MESSAGE
            and _is_recent(sent, case.contact.received_at)
            and _is_addressed_to(sent, case.contact.sender.identifier, person)
            and not any(_is_earlier_reply(earlier, sent, case) for earlier in case.history.contacts)
        ):
            yield email_key(sent.from_) if sent.from_ else None


def _is_recent(sent: Outbound, moment: datetime) -> bool:
    return sent.at is None or timedelta(0) <= moment - sent.at <= REPLIES_WITHIN


def _is_addressed_to(sent: Outbound, sender: str | None, person: Person) -> bool:
    if sent.person is not None:
        return sent.person == person.id
    own = {identifier_key(identifier.kind, identifier.value) for identifier in person.identifiers}
    return not _keys(sent.to).isdisjoint(own | ({email_key(sender)} if sender and "@" in sender else set()))


def _keys_of_matched(case: Case) -> set[str]:
    return {
        identifier_key(identifier.kind, identifier.value)
        for dossier in case.dossiers
        for identifier in dossier.person.identifiers
    }


def _keys(addresses: tuple[str, ...]) -> set[str]:
    return {written_key(address) for address in addresses}


def _is_earlier_reply(earlier: EarlierContact, sent: Outbound, case: Case) -> bool:
    """Whether `earlier` answered `sent` before this contact did; its copies are this contact, not an earlier one."""
    contact = case.contact
    if _is_copy(earlier, contact) or earlier.id == contact.id or earlier.direction is not Direction.INBOUND:
        return False
    if (earlier.received_at, earlier.id) >= (contact.received_at, contact.id):
        return False
    if earlier.replies_to is not None:
        return earlier.replies_to == sent.message_id
    return _is_reply_by_subject(earlier, sent, case)


def _is_copy(earlier: EarlierContact, contact: Contact) -> bool:
    """Whether it is this very email. A Message-ID is the sender's to choose: where they are known, the words count."""
    email = contact.email
    if email is None or earlier.message_id is None or earlier.message_id != email.message_id:
        return False
    return earlier.body_digest is None or is_same(contact, earlier)


def _is_reply_by_subject(earlier: EarlierContact, sent: Outbound, case: Case) -> bool:
    """Where a record does not say what it answered: a `Re:` of the same subject, after we wrote, by the same person."""
    return (
        earlier.channel is Channel.EMAIL
        and sent.at is not None
        and sent.at < earlier.received_at
        and any(belongs_to(earlier, dossier) for dossier in case.dossiers)
        and _thread_subject(earlier.subject) is not None
        and _thread_subject(earlier.subject) == _thread_subject(case.contact.subject)
    )


def _thread_subject(subject: str | None) -> str | None:
    """The subject of a reply without its `Re:`s, None for what is no reply."""
    rest = " ".join((subject or "").casefold().split())
    bare = rest
    while bare.startswith("re:"):
        bare = bare[3:].lstrip()
    return bare if bare != rest else None
