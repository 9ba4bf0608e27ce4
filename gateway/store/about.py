"""Everything that is kept of one person, read back for them. What was erased is there as an id and a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

import sqlalchemy as sa

from gateway.store.accepted import Accepted
from gateway.store.audit import Event
from gateway.store.clock import from_micros
from gateway.store.decisions import KEPT_OF, decision_text
from gateway.store.reader import Reader
from gateway.store.schema import Row, alert, audit, breach, contact, history, outbound, outbox, review
from gateway.store.sealing import Index, RecordKey, SealError
from gateway.store.vault import Vault, open_text
from models.contact import Contact
from models.decision import Decision
from models.envelope import Envelope
from models.history import Outbound

_CONTACTS_AT_ONCE = 200
_EVENTS_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class ContactRecord:
    """All that is kept of a contact. `contact` None: its content was erased. `related`: ids of its other records."""

    id: str
    received_at: datetime
    channel: str
    direction: str
    contact: Contact | None = field(repr=False)
    decisions: tuple[Decision, ...] = field(default=(), repr=False)
    breaches: tuple[dict[str, object], ...] = field(default=(), repr=False)
    reviews: tuple[dict[str, object], ...] = field(default=(), repr=False)
    message: tuple[Envelope, bytes] | None = field(default=None, repr=False)
    related: tuple[str, ...] = ()


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
    ) -> tuple[list[str], int]:
        """Contacts that fit, by their content and the notes on their reviews and breaches, the oldest first.

        And how many could not be opened. Each is opened once.
        """
        found: list[str] = []
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
            if fits(Contact.model_validate_json(text), notes):
                found.append(row.id)
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
        decisions = connection.execute(KEPT_OF, {"ids": [id_]}).all()
        return ContactRecord(
            id=id_,
            received_at=bare.received_at,
            channel=bare.channel,
            direction=bare.direction,
            contact=Contact.model_validate_json(text),
            decisions=tuple(Decision.model_validate_json(decision_text(key, made)) for made in decisions),
            breaches=tuple(_breach(key, one) for one in connection.execute(_BREACHES, {"id": id_})),
            reviews=tuple(_review(key, one) for one in connection.execute(_REVIEWS, {"id": id_})),
            message=self._message(connection, id_),
            related=bare.related,
        )

    def _message(self, connection: sa.Connection, id_: str) -> tuple[Envelope, bytes] | None:
        try:
            envelope = self._accepted.envelope(connection, id_)
            return None if envelope is None else (envelope, self._accepted.content(connection, id_))
        except SealError:
            return None

    async def sent_to(self, addresses: Collection[str]) -> list[Outbound]:
        """What we noted as sent to any of these addresses."""
        hashes = [self._index.hash("recipient", address.lower()) for address in addresses]

        def job(connection: sa.Connection) -> list[Outbound]:
            rows = {row.id: row.sealed for row in connection.execute(_SENT, {"hashes": hashes})} if hashes else {}
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

    found: list[str]
    closed: int
    looked_at: int
    last: tuple[int, str] | None


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


_OF_PERSON = sa.select(history.c.contact_id).where(history.c.person == sa.bindparam("person"))
_AFTER = sa.tuple_(contact.c.received_at, contact.c.id) > sa.tuple_(sa.bindparam("at"), sa.bindparam("after"))
_CONTACTS = (
    sa.select(contact.c.id, contact.c.received_at, contact.c.erased_at)
    .where(_AFTER)
    .order_by(contact.c.received_at, contact.c.id)
    .limit(sa.bindparam("most"))
)
_CONTENTS = _CONTACTS.add_columns(contact.c.sealed)
_BREACHES = sa.select(breach).where(breach.c.contact_id == sa.bindparam("id")).order_by(breach.c.strategy)
_REVIEWS = sa.select(review).where(review.c.contact_id == sa.bindparam("id")).order_by(review.c.due_at, review.c.id)
_OF_THESE: sa.BindParameter[str] = sa.bindparam("ids", expanding=True)
_NOTED_REVIEWS = sa.select(review.c.id, review.c.contact_id, review.c.note).where(
    review.c.contact_id.in_(_OF_THESE), review.c.note.is_not(None)
)
_NOTED_BREACHES = sa.select(breach.c.contact_id, breach.c.strategy, breach.c.restriction, breach.c.note).where(
    breach.c.contact_id.in_(_OF_THESE), breach.c.note.is_not(None)
)
_SENT = sa.select(outbound.c.id, outbound.c.sealed).where(
    outbound.c.recipient_hash.in_(sa.bindparam("hashes", expanding=True))
)
_EVENTS = sa.select(audit).where(audit.c.seq > sa.bindparam("last")).order_by(audit.c.seq).limit(sa.bindparam("most"))
