"""Everything that is kept of one person, read back for them. What was erased is there as an id and a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Any, TypeAlias

import sqlalchemy as sa

from gateway.store.accepted import Accepted
from gateway.store.audit import Event
from gateway.store.clock import from_micros
from gateway.store.decisions import KEPT_OF, decision_text
from gateway.store.reader import Reader
from gateway.store.replies import note_of
from gateway.store.schema import Row, alert, audit, breach, contact, history, outbound, outbox, promised_reply, review
from gateway.store.sealing import Index, RecordKey, SealError
from gateway.store.vault import Vault, open_text
from models.contact import Contact
from models.decision import Decision
from models.envelope import Envelope
from models.history import Outbound
from routing.addresses import mailbox_key

_CONTACTS_AT_ONCE = 200
_EVENTS_AT_ONCE = 5_000
_ReadsSent: TypeAlias = "Callable[[sa.Connection, Row], SentRecord]"


@dataclass(frozen=True, slots=True)
class ContactRecord:
    """All that is kept of a contact. `contact` None: its content was erased. `related`: ids of its other records.

    Of one that was only searched for, `message` and `related` are left out.
    """

    id: str
    received_at: datetime
    channel: str
    direction: str
    contact: Contact | None = field(repr=False)
    decisions: tuple[Decision, ...] = field(default=(), repr=False)
    breaches: tuple[dict[str, object], ...] = field(default=(), repr=False)
    reviews: tuple[dict[str, object], ...] = field(default=(), repr=False)
    replies: tuple[dict[str, object], ...] = field(default=(), repr=False)
    message: tuple[Envelope, bytes] | None = field(default=None, repr=False)
    related: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SentRecord:
    """Something that we sent: a line of the list of what was sent, or, with its `contact`, a mail of ours about one.

    `file`: the file that it is part of. `says`: JSON, an `Outbound` or what the outbox holds.
    """

    id: str
    at: datetime | None
    kind: str
    file: str | None
    contact: str | None
    says: str = field(repr=False)


class About:
    """Reads what belongs to a person, a little at a time, so that others can read in between."""

    def __init__(self, reader: Reader, vault: Vault, index: Index) -> None:
        self._reader = reader
        self._vault = vault
        self._index = index
        self._accepted = Accepted(vault)

    async def contacts_of(self, person: str, progress: Callable[[int], None] = lambda _done: None) -> list[str]:
        """Contacts that were matched to the person, for certain or not, the oldest first.

        Uncertain matches are only in the decisions, which are sealed: each is opened once.
        """
        sure = await self._reader.run(lambda connection: set(connection.scalars(_OF_PERSON, {"person": person})))
        found: dict[str, int] = {}
        after, done = (0, ""), 0
        while True:
            page = await self._reader.run(partial(self._page, person=person, sure=sure, after=after))
            found.update(page.found)
            done += page.looked_at
            progress(done)
            if page.last is None:
                return sorted(found, key=lambda id_: (found[id_], id_))
            after = page.last

    def _page(self, connection: sa.Connection, person: str, sure: Collection[str], after: tuple[int, str]) -> _Page:
        rows = connection.execute(_CONTACTS, {"at": after[0], "after": after[1], "most": _CONTACTS_AT_ONCE}).all()
        self._vault.look_up(connection, [row.id for row in rows])
        decisions: dict[str, list[Row]] = {}
        for made in connection.execute(KEPT_OF, {"ids": [row.id for row in rows]}) if rows else ():
            decisions.setdefault(made.contact_id, []).append(made)
        named = f'"person":"{person}"'
        found = {
            row.id: row.received_at
            for row in rows
            if row.id in sure or any(named in text for text in self._texts(connection, row, decisions.get(row.id, ())))
        }
        last = (rows[-1].received_at, rows[-1].id) if len(rows) == _CONTACTS_AT_ONCE else None
        return _Page(found, len(rows), last)

    async def contacts_that(
        self, fits: Callable[[Contact, Sequence[str]], bool], progress: Callable[[int], None] = lambda _done: None
    ) -> tuple[list[ContactRecord], int]:
        """Contacts that fit, by their content and the notes on reviews, breaches and replies, the oldest first.

        And how many could not be opened. Each is opened once.
        """
        found: list[ContactRecord] = []
        after, done, closed = (0, ""), 0, 0
        while True:
            page = await self._reader.run(partial(self._fitting, fits=fits, after=after))
            found += page.found
            closed += page.closed
            done += page.looked_at
            progress(done)
            if page.last is None:
                return found, closed
            after = page.last

    def _fitting(
        self, connection: sa.Connection, fits: Callable[[Contact, Sequence[str]], bool], after: tuple[int, str]
    ) -> _Fitting:
        values = {"at": after[0], "after": after[1], "most": _CONTACTS_AT_ONCE}
        rows = connection.execute(_CONTENTS, values).all()
        ids = [row.id for row in rows]
        self._vault.look_up(connection, ids)
        noted: dict[str, list[Callable[[RecordKey], str]]] = defaultdict(list)
        for one in connection.execute(_NOTED_REVIEWS, {"ids": ids}) if ids else ():
            noted[one.contact_id].append(partial(_review_note, row=one))
        for other in connection.execute(_NOTED_BREACHES, {"ids": ids}) if ids else ():
            noted[other.contact_id].append(partial(_breach_note, row=other))
        for reply in connection.execute(_NOTED_REPLIES, {"ids": ids}) if ids else ():
            noted[reply.contact_id].append(partial(note_of, row=reply))
        found, closed = [], 0
        for row in rows:
            if row.erased_at is not None:
                continue
            try:
                key = self._vault.key(connection, row.id)
                text = open_text(key, "contact", "sealed", row.id, row.sealed)
                notes = [opened(key) for opened in noted[row.id]]
            except SealError:
                closed += 1
                continue
            read = Contact.model_validate_json(text)
            if fits(read, notes):
                found.append(self._opened(connection, row, key, read))
        last = (rows[-1].received_at, rows[-1].id) if len(rows) == _CONTACTS_AT_ONCE else None
        return _Fitting(found, closed, len(rows), last)

    def _texts(self, connection: sa.Connection, row: Row, decisions: Sequence[Row]) -> list[str]:
        if row.erased_at is not None:
            return []
        try:
            key = self._vault.key(connection, row.id)
            return [decision_text(key, made) for made in decisions]
        except SealError:
            return []

    async def contact(self, contact_id: str) -> ContactRecord:
        """All that is kept of one contact. LookupError where there is none."""
        return await self._reader.run(lambda connection: self._contact(connection, contact_id))

    def _contact(self, connection: sa.Connection, id_: str) -> ContactRecord:
        row = connection.execute(sa.select(contact).where(contact.c.id == id_)).one_or_none()
        if row is None:
            raise LookupError(id_)
        related = [
            other
            for table in (review, outbox, alert)
            for other in connection.scalars(sa.select(table.c.id).where(table.c.contact_id == id_))
        ]
        bare = ContactRecord(
            id_, from_micros(row.received_at), row.channel, row.direction, contact=None, related=tuple(related)
        )
        try:
            key = self._vault.key(connection, id_)
            text = open_text(key, "contact", "sealed", id_, row.sealed)
        except SealError:
            return bare
        opened = self._opened(connection, row, key, Contact.model_validate_json(text))
        return replace(opened, message=self._message(connection, id_), related=bare.related)

    def _opened(self, connection: sa.Connection, row: Row, key: RecordKey, read: Contact) -> ContactRecord:
        decisions = connection.execute(KEPT_OF, {"ids": [row.id]}).all()
        return ContactRecord(
            id=row.id,
            received_at=from_micros(row.received_at),
            channel=row.channel,
            direction=row.direction,
            contact=read,
            decisions=tuple(Decision.model_validate_json(decision_text(key, made)) for made in decisions),
            breaches=tuple(_breach(key, one) for one in connection.execute(_BREACHES, {"id": row.id})),
            reviews=tuple(_review(key, one) for one in connection.execute(_REVIEWS, {"id": row.id})),
            replies=tuple(_reply(key, one) for one in connection.execute(_REPLIES, {"id": row.id})),
        )

    def _message(self, connection: sa.Connection, id_: str) -> tuple[Envelope, bytes] | None:
        try:
            envelope = self._accepted.envelope(connection, id_)
            return None if envelope is None else (envelope, self._accepted.content(connection, id_))
        except SealError:
            return None

    async def sent_that(
        self, fits: Callable[[SentRecord], bool], progress: Callable[[int], None] = lambda _done: None
    ) -> tuple[list[SentRecord], int]:
        """What we sent that fits: of the list of it, and of our mails about contacts; and how many did not open."""
        found: list[SentRecord] = []
        done, closed = 0, 0
        first: tuple[tuple[sa.Select[Any], _ReadsSent, str | int], ...] = (
            (_LISTED, self._listed, ""),
            (_MAILED, self._mailed, 0),
        )
        for query, read, begin in first:
            after: str | int | None = begin
            while after is not None:
                page = await self._reader.run(partial(_sent_page, query=query, read=read, fits=fits, after=after))
                found += page.found
                closed += page.closed
                done += page.looked_at
                after = page.last
                progress(done)
        return found, closed

    def _listed(self, connection: sa.Connection, row: Row) -> SentRecord:
        text = open_text(self._vault.key(connection, row.id), "outbound", "sealed", row.id, row.sealed)
        at = None if row.at is None else from_micros(row.at)
        return SentRecord(row.id, at, row.kind, row.file_id, None, text)

    def _mailed(self, connection: sa.Connection, row: Row) -> SentRecord:
        text = open_text(self._vault.key(connection, row.contact_id), "outbox", "payload", row.id, row.payload)
        return SentRecord(row.id, from_micros(row.created_at), row.kind, None, row.contact_id, text)

    async def sent_to(self, addresses: Collection[str], files: Collection[str] = ()) -> list[Outbound]:
        """What we noted as sent to any of these addresses, or as part of any of these files."""
        hashes = [self._index.hash("recipient", mailbox_key(address)) for address in addresses]

        def job(connection: sa.Connection) -> list[Outbound]:
            asked = {"hashes": hashes, "files": sorted(files)}
            rows = {row.id: row.sealed for row in connection.execute(_SENT, asked)} if hashes or files else {}
            sent = []
            for id_, sealed in sorted(rows.items()):
                key = self._vault.key(connection, id_)
                sent.append(Outbound.model_validate_json(open_text(key, "outbound", "sealed", id_, sealed)))
            return sent

        return await self._reader.run(job)

    async def events(self, ids: Collection[str], progress: Callable[[int], None] = lambda _done: None) -> list[Event]:
        """The events of the trail whose subject is, or belongs to, one of these ids, in their order."""
        found: list[Event] = []
        wanted = frozenset(ids)
        last = 0
        while True:
            rows = await self._reader.run(partial(_events, last=last))
            found += [
                Event(row.seq, from_micros(row.at), row.event, row.actor, row.subject)
                for row in rows
                if not wanted.isdisjoint(row.subject.split("/")[1:])
            ]
            if len(rows) < _EVENTS_AT_ONCE:
                return found
            last = rows[-1].seq
            progress(last)


@dataclass(frozen=True, slots=True)
class _Page:
    """Contacts of the person on a page, with when each was received."""

    found: dict[str, int]
    looked_at: int
    last: tuple[int, str] | None


@dataclass(frozen=True, slots=True)
class _Fitting:
    """Contacts that fit on a page, and how many there did not open."""

    found: list[ContactRecord]
    closed: int
    looked_at: int
    last: tuple[int, str] | None


@dataclass(frozen=True, slots=True)
class _SentPage:
    """What fits of a page of what we sent, and how many there did not open."""

    found: list[SentRecord]
    closed: int
    looked_at: int
    last: str | int | None


def _sent_page(
    connection: sa.Connection,
    query: sa.Select[Any],
    read: _ReadsSent,
    fits: Callable[[SentRecord], bool],
    after: str | int,
) -> _SentPage:
    rows = connection.execute(query, {"after": after, "most": _CONTACTS_AT_ONCE}).all()
    found, closed = [], 0
    for row in rows:
        try:
            one = read(connection, row)
        except SealError:
            closed += 1
            continue
        if fits(one):
            found.append(one)
    return _SentPage(found, closed, len(rows), rows[-1].place if len(rows) == _CONTACTS_AT_ONCE else None)


def _events(connection: sa.Connection, last: int) -> Sequence[Row]:
    return connection.execute(_EVENTS, {"last": last, "most": _EVENTS_AT_ONCE}).all()


def _breach_note(key: RecordKey, row: Row) -> str:
    return open_text(key, "breach", "note", f"{row.contact_id}/{row.strategy}/{row.restriction}", row.note)


def _review_note(key: RecordKey, row: Row) -> str:
    return open_text(key, "review", "note", row.id, row.note)


def _breach(key: RecordKey, row: Row) -> dict[str, object]:
    return {
        "strategy": row.strategy,
        "restriction": row.restriction,
        "kind": row.kind,
        "status": row.status,
        "decided_by": row.decided_by,
        "note": None if row.note is None else _breach_note(key, row),
    }


def _review(key: RecordKey, row: Row) -> dict[str, object]:
    return {
        "id": row.id,
        "queue": row.queue,
        "state": row.state,
        "opened_by": row.opened_by,
        "closed_by": row.closed_by,
        "outcome": row.outcome,
        "note": None if row.note is None else _review_note(key, row),
    }


def _reply(key: RecordKey, row: Row) -> dict[str, object]:
    return {
        "strategy": row.strategy,
        "due": row.due,
        "answered_on": row.answered_on,
        "answered_by": row.answered_by,
        "note": None if row.note is None else note_of(key, row),
    }


_OF_PERSON = sa.select(history.c.contact_id).where(history.c.person == sa.bindparam("person"))
_AFTER = sa.tuple_(contact.c.received_at, contact.c.id) > sa.tuple_(sa.bindparam("at"), sa.bindparam("after"))
_CONTACTS = (
    sa.select(contact.c.id, contact.c.received_at, contact.c.erased_at)
    .where(_AFTER)
    .order_by(contact.c.received_at, contact.c.id)
    .limit(sa.bindparam("most"))
)
_CONTENTS = _CONTACTS.add_columns(contact.c.sealed, contact.c.channel, contact.c.direction)
_BREACHES = sa.select(breach).where(breach.c.contact_id == sa.bindparam("id")).order_by(breach.c.strategy)
_REVIEWS = sa.select(review).where(review.c.contact_id == sa.bindparam("id")).order_by(review.c.due_at, review.c.id)
_REPLIES = (
    sa.select(promised_reply)
    .where(promised_reply.c.contact_id == sa.bindparam("id"))
    .order_by(promised_reply.c.strategy)
)
_OF_THESE: sa.BindParameter[str] = sa.bindparam("ids", expanding=True)
_NOTED_REVIEWS = sa.select(review.c.id, review.c.contact_id, review.c.note).where(
    review.c.contact_id.in_(_OF_THESE), review.c.note.is_not(None)
)
_NOTED_BREACHES = sa.select(breach.c.contact_id, breach.c.strategy, breach.c.restriction, breach.c.note).where(
    breach.c.contact_id.in_(_OF_THESE), breach.c.note.is_not(None)
)
_NOTED_REPLIES = sa.select(promised_reply.c.contact_id, promised_reply.c.strategy, promised_reply.c.note).where(
    promised_reply.c.contact_id.in_(_OF_THESE), promised_reply.c.note.is_not(None)
)
_SENT = sa.select(outbound.c.id, outbound.c.sealed).where(
    outbound.c.recipient_hash.in_(sa.bindparam("hashes", expanding=True))
    | outbound.c.file_id.in_(sa.bindparam("files", expanding=True))
)
_LISTED = (
    # One row a recipient, each with all of it.
    sa.select(outbound.c.id.label("place"), outbound)
    .where(outbound.c.recipient == 0, outbound.c.id > sa.bindparam("after"))
    .order_by(outbound.c.id)
    .limit(sa.bindparam("most"))
)
_MAILED = (
    # A relay is the contact itself, and what went with one that was erased is erased.
    sa.select(outbox.c.seq.label("place"), outbox)
    .join(contact, contact.c.id == outbox.c.contact_id, isouter=True)
    .where(outbox.c.seq > sa.bindparam("after"), outbox.c.kind != "relay", contact.c.erased_at.is_(None))
    .order_by(outbox.c.seq)
    .limit(sa.bindparam("most"))
)
_EVENTS = sa.select(audit).where(audit.c.seq > sa.bindparam("last")).order_by(audit.c.seq).limit(sa.bindparam("most"))
