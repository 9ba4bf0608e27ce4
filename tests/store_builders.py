"""Values for tests of the store: the smallest that the ports take."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from gateway.store import schema
from gateway.store.alerts import NewAlert
from gateway.store.outbox import DispatchKind, NewDispatch
from gateway.store.recording import Build, Outcome
from gateway.store.review import QueuedItem
from gateway.store.spool import Claim
from gateway.store.store import Store
from models.contact import CallFacts, CallOutcome, Channel, Contact, Direction, EmailFacts, Sender, SenderAddress
from models.decision import AlertKind, Breach, Decision, Priority, Queue, Reply, ReviewItem, Versions
from models.envelope import Envelope
from models.finding import Urgency
from models.history import History
from models.identity import Match, MatchedAs, MatchedBy, Strength
from models.organisation import Organisation, QueueAddresses
from models.register import Register
from models.scan import ScanStatus

NOW = datetime(2026, 3, 2, 10, 15, tzinfo=UTC)
LEASE = timedelta(minutes=5)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


def matched(person: str) -> Match:
    """Somebody whom a contact may be from."""
    return Match(person=person, as_=MatchedAs.PERSON, strength=Strength.POSSIBLE, by=MatchedBy.NAME)


def envelope(source_key: str | None = None, *, at: datetime = NOW) -> Envelope:
    return Envelope(source="test", received_at=at, mail_from="a@mail.example", source_key=source_key)


def organisation(name: str = "Office of Somewhere") -> Organisation:
    return Organisation(name=name, domains=("opcc.example",), addresses=QueueAddresses(manager="m@opcc.example"))


def register_of(people: int, *, name: str = "Office of Somewhere", prefix: str = "P") -> Register:
    return Register.model_validate(
        {
            "organisation": organisation(name).model_dump(by_alias=True),
            "people": [
                {
                    "id": f"{prefix}-{number:04d}",
                    "name": f"Person {prefix} {number}",
                    "identifiers": [{"kind": "email", "value": f"person{number}@mail.example"}],
                }
                for number in range(people)
            ],
            "matters": [
                {"id": f"M-{number:04d}", "person": f"{prefix}-{number:04d}", "title": "A drain"}
                for number in range(people)
            ],
        }
    )


def email(
    id_: str,
    *,
    at: datetime = NOW,
    sender: str = "person1@mail.example",
    message_id: str | None = None,
    in_reply_to: tuple[str, ...] = (),
    references: tuple[str, ...] = (),
    digest: str | None = None,
) -> Contact:
    return Contact(
        id=id_,
        channel=Channel.EMAIL,
        received_at=at,
        sender=Sender(identifier=sender),
        body_digest=digest,
        email=EmailFacts(
            message_id=message_id,
            in_reply_to=in_reply_to,
            references=references,
            from_addresses=(SenderAddress(address=sender),),
        ),
    )


def call(id_: str, *, at: datetime = NOW, source_id: str | None = None) -> Contact:
    return Contact(
        id=id_,
        channel=Channel.TELEPHONE,
        direction=Direction.INBOUND,
        received_at=at,
        source_id=source_id,
        call=CallFacts(caller="01632960001", outcome=CallOutcome.NO_ANSWER),
    )


def decision(
    contact: Contact,
    *,
    revision: int = 0,
    breaches: tuple[str, ...] = (),
    review: tuple[Queue, ...] = (),
    due_at: datetime = NOW + timedelta(hours=4),
) -> Decision:
    return Decision(
        revision=revision,
        contact=contact.summary(),
        breaches=tuple(Breach(strategy="CS-1", restriction=id_, kind="spoc_only") for id_ in breaches),
        review=tuple(ReviewItem(queue=queue, priority=Priority.HIGH, due_at=due_at) for queue in review),
        reply=Reply(due=True),
        scan=ScanStatus(complete=True),
        versions=Versions(policy="generic"),
    )


def outcome(contact: Contact, made: Decision | None = None, **more: object) -> Outcome:
    return Outcome(contact=contact, decision=made or decision(contact), mode="observe", **more)  # type: ignore[arg-type]


def alert(fold_key: str | None = None, *, urgency: Urgency = Urgency.SAME_DAY, text: str = "{}") -> NewAlert:
    return NewAlert(AlertKind.BREACH, urgency, ("m@opcc.example",), text, fold_key)


def relay(payload: str = "{}") -> NewDispatch:
    return NewDispatch(DispatchKind.RELAY, payload)


async def accepted(store: Store, *, at: datetime = NOW, content: bytes = b"Subject: x\r\n\r\nx\r\n") -> str:
    return await store.spool.accept(envelope(at=at), content)


async def claimed(store: Store, *, at: datetime = NOW) -> Claim:
    """A message accepted and taken."""
    await accepted(store, at=at)
    (claim,) = await store.spool.claim(now=max(at, NOW), lease=LEASE, limit=1)
    return claim


async def recorded(
    store: Store, contact_of: Contact | None = None, *, at: datetime = NOW, people: tuple[str, ...] = (), **more: object
) -> Contact:
    """A contact accepted, taken and recorded; `contact_of` gives all but its id."""
    claim = await claimed(store, at=at)
    base = contact_of or email("-", at=at)
    contact = base.model_copy(update={"id": claim.contact_id})
    made = more.pop("made", None)
    if isinstance(made, Decision):
        more["made"] = made.model_copy(update={"contact": contact.summary()})

    def build(_history: History) -> Outcome:
        return outcome(contact, people=people, **more)

    await record(store, claim, contact, build, people=people)
    return contact


async def record(
    store: Store,
    claim: Claim,
    contact: Contact,
    build: Build | None = None,
    *,
    people: tuple[str, ...] = (),
    register_version: int | None = None,
    last_step: int = 0,
) -> Outcome:
    return await store.recorder.record(
        claim,
        contact,
        people,
        build or (lambda _history: outcome(contact)),
        register_version=register_version,
        last_step=last_step,
        now=lambda: NOW,
    )


async def reviews_of(store: Store, contact_id: str) -> list[sa.Row]:  # type: ignore[type-arg]
    """Every review item of one contact as its row, closed ones too, soonest due first."""
    chosen = sa.select(schema.review).where(schema.review.c.contact_id == contact_id).order_by(schema.review.c.due_at)
    return list(await store.reader.run(lambda connection: connection.execute(chosen).all()))


async def moved_up(store: Store, *, now: datetime, again_after: timedelta, limit: int = 50) -> list[QueuedItem]:
    """What was overdue, each item moved up to the step it is given back on."""
    found = await store.review.overdue(now=now, again_after=again_after, limit=limit)
    await store.alerts.raise_system([], now, beside=store.review.moving_up(found, now))
    return found


async def decided_count(store: Store) -> int:
    """How many contacts have a decision."""
    chosen = sa.select(sa.func.count()).where(schema.decision.c.revision == 0)
    return await store.reader.run(lambda connection: connection.scalar(chosen))


async def audited(store: Store, event: str) -> list[str]:
    """What each audit event of one name is about, oldest first."""
    columns = schema.audit.c
    chosen = sa.select(columns.subject).where(columns.event == event).order_by(columns.seq)
    return list(await store.reader.run(lambda connection: connection.scalars(chosen).all()))


async def erase_file(store: Store, id_: str, *, actor: str, now: datetime) -> bool:
    """Erase a file, as retention does within its own transaction."""
    return await store.writer.run(
        lambda connection: store.files.erase_within(connection, id_, actor=actor, now=now),
    )


async def change(store: Store, statement: sa.Executable) -> None:
    """Alter the tables past the ports, as damage or time would."""
    await store.writer.run(lambda connection: connection.execute(statement))


async def names_kept(store: Store) -> set[str]:
    """The names in the table `state`."""
    return set(await store.reader.run(lambda connection: connection.scalars(sa.select(schema.state.c.name)).all()))
