"""A person of many contacts is read as one of few is, only sooner: what is made of a row is what the row says."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
import sqlalchemy as sa
from store_builders import DAY, NOW, call, email

import gateway.store.history as reading
from gateway.store import schema
from gateway.store.clock import from_micros
from gateway.store.store import Store
from models.contact import Channel, Contact, Direction
from models.history import EarlierContact, History

ADDRESSES = ("one@mail.example", "two@mail.example", "three@mail.example")


def some_contacts(count: int, seed: int) -> list[Contact]:
    """Emails of a few senders, many of them copies of each other or replies, and calls of several legs."""
    chosen = random.Random(seed)
    made: list[Contact] = []
    for number in range(count):
        at = NOW - DAY * 80 * chosen.random() + timedelta(microseconds=number)
        id_ = f"{number:032x}"
        if chosen.random() < 0.2:
            made.append(call(id_, at=at, source_id=chosen.choice([None, "leg-1", "leg-2"])))
            continue
        made.append(
            email(
                id_,
                at=at,
                sender=chosen.choice(ADDRESSES),
                message_id=chosen.choice([None, "<same@mail.example>", f"<{number}@mail.example>"]),
                in_reply_to=chosen.choice([(), ("<ours-1@opcc.example>",), ("<ours-2@opcc.example>",)]),
                digest=chosen.choice([None, "d1", f"d{number}"]),
            )
        )
    return made


def as_the_rows_say(store: Store, connection: sa.Connection, contact: Contact, people: list[str]) -> History:
    """A history as it was read before: row by row, by the names of the columns."""
    facts = store.history._facts(contact)
    own = {store.history._index.hash(column, value): value for column, value in facts.items() if value}
    for answered in (*contact.email.in_reply_to, *contact.email.references) if contact.email else ():
        own[store.history._index.hash("reply_hash", answered)] = answered

    def value(hashed: bytes | None) -> str | None:
        return None if hashed is None else own.get(hashed, hashed.hex())

    found = []
    for person in sorted(set(people)):
        span = store.history._span(contact, person)
        query = (
            sa.select(schema.history)
            .where(schema.history.c.person == person)
            .where(schema.history.c.received_at.between(span["since"], span["until"]))
            .order_by(schema.history.c.received_at, schema.history.c.contact_id)
        )
        for row in connection.execute(query):
            if row.contact_id != contact.id:
                found.append(
                    EarlierContact(
                        id=row.contact_id,
                        channel=Channel(row.channel),
                        direction=Direction(row.direction),
                        received_at=from_micros(row.received_at),
                        person=row.person,
                        sender=value(row.sender_hash),
                        source_id=value(row.source_hash),
                        message_id=value(row.message_hash),
                        body_digest=value(row.digest_hash),
                        replies_to=value(row.reply_hash),
                        outcome=row.outcome,
                        uses_allowance=row.uses_allowance,
                    )
                )
    return History(contacts=tuple(found))


async def fill(store: Store, contacts: list[Contact], people: tuple[str, ...]) -> None:
    def job(connection: sa.Connection) -> None:
        for number, each in enumerate(contacts):
            store.history.add(connection, each, people, uses_allowance=number % 3 > 0)

    await store.writer.run(job)


@pytest.mark.parametrize("many", [1, 500, 10_000])
async def test_it_is_what_the_rows_say_whoever_asks(store: Store, many: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_MANY", many)
    contacts = some_contacts(600, seed=7)
    await fill(store, contacts, ("P-1", "P-2"))
    asking = [
        *contacts[:12],  # itself among them
        *some_contacts(12, seed=8),
        email("e" * 32, sender=ADDRESSES[0], message_id="<same@mail.example>", digest="d1"),
        email("f" * 32, sender="new@mail.example", references=("<ours-1@opcc.example>", "<ours-2@opcc.example>")),
    ]

    def job(connection: sa.Connection) -> None:
        for contact in asking:
            for people in (["P-1"], ["P-2", "P-1"]):
                expected = as_the_rows_say(store, connection, contact, people).contacts
                assert store.history.read(connection, contact, people).contacts == expected

    await store.reader.run(job)


async def test_of_many_each_is_made_once(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    asks = [email(f"{number:032x}", sender=ADDRESSES[0], message_id=f"<{number}@x>") for number in range(700)]
    await fill(store, asks, ("P-1",))
    make, made = reading.EarlierContact, []

    def making(**values: object) -> EarlierContact:
        made.append(values["id"])
        return make(**values)  # type: ignore[arg-type]

    monkeypatch.setattr(reading, "EarlierContact", making)
    reading._remembered.cache_clear()
    for each in asks[-3:]:
        await store.reader.run(lambda connection, one=each: store.history.read(connection, one, ["P-1"]))
    assert len(made) < 710
