"""Earlier contacts of a person, for limits and windows, and what we sent, for invitations.

Addresses and Message-IDs are kept as keyed hashes. A history read for a contact gives back the contact's own values
where the hashes agree and opaque ones elsewhere, so that equality still means what it says.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from gateway.ids import new_id
from gateway.store.clock import from_micros, to_micros
from gateway.store.prepared import Prepared
from gateway.store.schema import breach, history, outbound
from gateway.store.sealing import Index
from gateway.store.vault import Vault, open_text, seal_text
from models.contact import CallOutcome, Channel, Contact, Direction
from models.history import EarlierContact, History, Outbound, OutboundKind
from routing.addresses import mailbox_key
from routing.earlier import COPIES_WITHIN

# The longest period any restriction counts over is a calendar month; a slot's carry-over reaches a few days more.
LOOK_BACK = timedelta(days=70)
# What we sent this recently to the sender may be what an automatic reply without a reference answers.
REPLIES_WITHIN = timedelta(days=30)

_MOST_ANSWERED = 200
_MOST_SENDERS = 100
_MANY = 500

_Values = tuple[Any, ...]
"""Of one row of history, in the order of `_EARLIER`; the five hashes come last, the sender's after the others."""


@dataclass(frozen=True, slots=True)
class _Opaque:
    """Turns hashes of the contact at hand back into its own values."""

    known: dict[bytes, str]

    def __call__(self, hashed: bytes | None) -> str | None:
        return None if hashed is None else self.known.get(hashed, hashed.hex())


class HistoryStore:
    """Reads and writes history within open transactions; the recording owns them."""

    def __init__(self, vault: Vault, index: Index) -> None:
        self._vault = vault
        self._index = index

    def add(self, connection: sa.Connection, contact: Contact, people: Iterable[str], *, uses_allowance: bool) -> None:
        """Note the contact against everyone it was exactly matched to."""
        facts = self._facts(contact)
        row = {
            "received_at": to_micros(contact.received_at),
            "contact_id": contact.id,
            "channel": contact.channel.value,
            "direction": contact.direction.value,
            "outcome": contact.call.outcome.value if contact.call and contact.call.outcome else None,
            "uses_allowance": uses_allowance,
            **{column: value and self._index.hash(column, value) for column, value in facts.items()},
        }
        rows = [{"person": person, **row} for person in sorted(set(people))]
        _PUT.run_many(connection, rows)

    def read(self, connection: sa.Connection, contact: Contact, people: Collection[str]) -> History:
        """Everything a decision on `contact` may count, as of this transaction; nothing counts for a stranger."""
        if not people:
            return History()
        facts = self._facts(contact)
        known = [(column, value) for column, value in facts.items() if value]
        known += [("reply_hash", message_id) for message_id in _answered(contact)]
        opaque = _Opaque({self._index.hash(column, value): value for column, value in known})
        sent = self._sent(connection, contact, people)
        return History(
            contacts=tuple(
                earlier
                for person in sorted(set(people))
                for earlier in _all_earlier(_OF_PERSON.all(connection, self._span(contact, person)), opaque)
                if earlier.id != contact.id
            ),
            outbound=sent,
            outbound_known=bool(connection.scalar(_ANY_SENT)),
            flagged_on_copies=self._flagged_on_copies(connection, contact, people),
        )

    def after(self, connection: sa.Connection, contact: Contact, person: str) -> list[str]:
        """Ids of contacts received after this one in the time a limit may count over: a late record changes them."""
        return list(connection.scalars(_AFTER, self._span_after(contact, person)))

    def has_after(self, connection: sa.Connection, contact: Contact, people: Collection[str]) -> bool:
        """Whether there is any such contact (`after`) of any of these people."""
        return any(_ANY_AFTER.first(connection, self._span_after(contact, person)) for person in people)

    @staticmethod
    def _span_after(contact: Contact, person: str) -> dict[str, object]:
        return {
            "person": person,
            "received": to_micros(contact.received_at),
            "until": to_micros(contact.received_at + LOOK_BACK),
            "id": contact.id,
        }

    def note_sent(self, connection: sa.Connection, sent: Outbound, *, file_id: str | None = None) -> None:
        """Keep what we sent, one row a recipient, so that a reply to it is known as invited.

        `file_id`: the file that it is part of, with which it is erased.
        """
        id_ = new_id()
        key = self._vault.make(connection, id_)
        sealed = seal_text(key, "outbound", "sealed", id_, sent.model_dump_json(by_alias=True))
        invited = () if sent.person is None else (_as_recipient(sent.person),)
        for number, recipient in enumerate((*sent.to, *invited) or (None,)):
            connection.execute(
                outbound.insert(),
                {
                    "id": id_,
                    "recipient": number,
                    "message_hash": sent.message_id and self._index.hash("message_hash", sent.message_id),
                    "recipient_hash": self._index.hash("recipient", mailbox_key(recipient)) if recipient else None,
                    "kind": sent.kind.value,
                    "at": sent.at and to_micros(sent.at),
                    "until": sent.until and to_micros(sent.until),
                    "sealed": sealed,
                    "file_id": file_id,
                },
            )

    def _flagged_on_copies(
        self, connection: sa.Connection, contact: Contact, people: Collection[str]
    ) -> frozenset[str]:
        """What other copies of this email are flagged for, those too that came later and were recorded first."""
        facts = self._facts(contact)
        copied = {column: facts[column] for column in ("message_hash", "sender_hash", "digest_hash")}
        if not all(copied.values()):
            return frozenset()
        rows = connection.execute(
            _FLAGGED_ON_COPIES,
            {
                "people": sorted(set(people)),
                "contact_id": contact.id,
                "since": to_micros(contact.received_at - COPIES_WITHIN),
                "until": to_micros(contact.received_at + COPIES_WITHIN),
                **{column: self._index.hash(column, value) for column, value in copied.items() if value},
            },
        )
        return frozenset(f"{row.strategy}/{row.restriction}" for row in rows)

    def _sent(self, connection: sa.Connection, contact: Contact, people: Iterable[str]) -> tuple[Outbound, ...]:
        answered = _answered(contact)
        senders = (
            {address.address for address in contact.email.from_addresses[:_MOST_SENDERS]} if contact.email else set()
        )
        if contact.sender.identifier:
            senders.add(contact.sender.identifier)
        senders.update(map(_as_recipient, people))
        rows = connection.execute(
            _SENT,
            {
                "messages": [self._index.hash("message_hash", message_id) for message_id in answered],
                "recipients": [self._index.hash("recipient", mailbox_key(sender)) for sender in sorted(senders)],
                "invitation": OutboundKind.INVITATION.value,
                "since": to_micros(contact.received_at - REPLIES_WITHIN),
            },
        )
        sealed = {row.id: row.sealed for row in rows}
        return tuple(self._open_sent(connection, id_, sealed[id_]) for id_ in sorted(sealed))

    def _open_sent(self, connection: sa.Connection, id_: str, sealed: bytes) -> Outbound:
        key = self._vault.key(connection, id_)
        return Outbound.model_validate_json(open_text(key, "outbound", "sealed", id_, sealed))

    @staticmethod
    def _facts(contact: Contact) -> dict[str, str | None]:
        email = contact.email
        replies_to = (email.in_reply_to or email.references[-1:]) if email else ()
        return {
            "source_hash": contact.source_id,
            "message_hash": email.message_id if email else None,
            "sender_hash": contact.sender.identifier,
            "digest_hash": contact.body_digest,
            "reply_hash": replies_to[0] if replies_to else None,
        }

    @staticmethod
    def _span(contact: Contact, person: str) -> dict[str, object]:
        return {
            "person": person,
            "since": to_micros(contact.received_at - LOOK_BACK),
            "until": to_micros(contact.received_at),
        }


def _all_earlier(rows: Sequence[_Values], opaque: _Opaque) -> Iterator[EarlierContact]:
    """Somebody who floods us has ten thousand of them, and each new one is decided on all: those are made once."""
    if len(rows) < _MANY:
        yield from (_earlier(row, opaque) for row in rows)
        return
    known = opaque.known.keys()
    for row in rows:
        *others, sender = row[-5:]
        yield _remembered(row, opaque.known.get(sender)) if known.isdisjoint(others) else _earlier(row, opaque)


def _earlier(row: _Values, opaque: _Opaque) -> EarlierContact:
    id_, person, received_at, channel, direction, outcome, uses, source, message, digest, reply, sender = row
    return EarlierContact(
        id=id_,
        channel=_CHANNEL[channel],
        direction=_DIRECTION[direction],
        received_at=from_micros(received_at),
        person=person,
        sender=opaque(sender),
        source_id=opaque(source),
        message_id=opaque(message),
        body_digest=opaque(digest),
        replies_to=opaque(reply),
        outcome=_OUTCOME[outcome] if outcome else None,
        uses_allowance=bool(uses),
    )


@lru_cache(maxsize=16_384)
def _remembered(row: _Values, sender: str | None) -> EarlierContact:
    """What `_earlier` makes of these values where no more than the sender is the contact's own, or not even that.

    Some 2 KB each, kept of people with many only. What it is made of is all in the row, so it never goes stale.
    """
    return _earlier(row, _Opaque({} if sender is None else {row[-1]: sender}))


def _as_recipient(person: str) -> str:
    """What stands for somebody who was invited, among addresses, none of which it can be."""
    return f"person/{person}"


def _answered(contact: Contact) -> tuple[str, ...]:
    """What the contact may answer; of a hostile length of References the newest, which RFC 5322 3.6.4 puts last."""
    if contact.email is None:
        return ()
    both = (*contact.email.in_reply_to[:_MOST_ANSWERED], *contact.email.references[-_MOST_ANSWERED:])
    return tuple(dict.fromkeys(both))


_PUT = Prepared(history.insert())
_EARLIER = (
    history.c.contact_id,
    history.c.person,
    history.c.received_at,
    history.c.channel,
    history.c.direction,
    history.c.outcome,
    history.c.uses_allowance,
    history.c.source_hash,
    history.c.message_hash,
    history.c.digest_hash,
    history.c.reply_hash,
    history.c.sender_hash,
)
_OF_PERSON = Prepared(
    sa.select(*_EARLIER)
    .where(
        history.c.person == sa.bindparam("person"),
        history.c.received_at.between(sa.bindparam("since"), sa.bindparam("until")),
    )
    .order_by(history.c.received_at, history.c.contact_id)
)
# Looked up rather than called: an enum's own look-up costs ten times as much.
_CHANNEL = {channel.value: channel for channel in Channel}
_DIRECTION = {direction.value: direction for direction in Direction}
_OUTCOME = {outcome.value: outcome for outcome in CallOutcome}
_AFTER = (
    sa.select(history.c.contact_id)
    .where(
        history.c.person == sa.bindparam("person"),
        history.c.received_at.between(sa.bindparam("received"), sa.bindparam("until")),
        sa.tuple_(history.c.received_at, history.c.contact_id)
        > sa.tuple_(sa.bindparam("received"), sa.bindparam("id")),
    )
    .order_by(history.c.received_at, history.c.contact_id)
)
_ANY_AFTER = Prepared(_AFTER.limit(1))
# Our own letters and invitations are always noted; they do not show that other mail of the office's passes here and is
# noted, too.
_NOTED_BY_PEOPLE = (OutboundKind.NOTICE.value, OutboundKind.INVITATION.value)
_ANY_SENT = sa.select(sa.exists(sa.select(outbound.c.id).where(outbound.c.kind.not_in(_NOTED_BY_PEOPLE))))
_SENT = sa.select(outbound.c.id, outbound.c.sealed).where(
    outbound.c.message_hash.in_(sa.bindparam("messages", expanding=True))
    | (
        outbound.c.recipient_hash.in_(sa.bindparam("recipients", expanding=True))
        & ((outbound.c.kind == sa.bindparam("invitation")) | (outbound.c.at >= sa.bindparam("since")))
    )
)
_FLAGGED_ON_COPIES = (
    sa.select(breach.c.strategy, breach.c.restriction)
    .join(history, history.c.contact_id == breach.c.contact_id)
    .where(
        history.c.person.in_(sa.bindparam("people", expanding=True)),
        history.c.received_at.between(sa.bindparam("since"), sa.bindparam("until")),
        history.c.contact_id != sa.bindparam("contact_id"),
        *(history.c[column] == sa.bindparam(column) for column in ("message_hash", "sender_hash", "digest_hash")),
    )
)
