"""A message that was held back is sent on by hand: to whom, and all of it or nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from store_builders import LEASE, NOW, decision, email, outcome, record

from gateway.dispatch.payloads import Relay, alert_payload
from gateway.policies import Policies
from gateway.review_desk import ReleasedAlready, ReviewDesk
from gateway.store import audit, schema
from gateway.store.alerts import NewAlert
from gateway.store.sealing import Sealer
from gateway.store.store import Store, open_store
from models.decision import AlertKind, Delivery, Disposition
from models.envelope import Envelope
from models.finding import Urgency


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = open_store(tmp_path / "triage.db", Sealer({1: b"k" * 32}, 1), now=lambda: NOW)
    yield opened
    opened.close()


def desk(store: Store) -> ReviewDesk:
    return ReviewDesk(store, lambda: Policies({}), now=lambda: NOW)


async def diverted(store: Store, *, written: str, decided: str) -> str:
    """A message to `written`, of which `decided` was diverted; the contact's id."""
    sent_to = (written, "chief@council.example")
    await store.spool.accept(Envelope(source="smtp", received_at=NOW, rcpt_to=sent_to), b"Subject: x\r\n\r\nx\r\n")
    (claim,) = await store.spool.claim(now=NOW, lease=LEASE, limit=1)
    contact = email(claim.contact_id)
    divert = Delivery(
        recipient=decided, disposition=Disposition.DIVERT, to="spoc@council.example", because=("CS-1/R1",)
    )
    made = decision(contact).model_copy(update={"deliveries": (divert,)})
    await record(store, claim, contact, lambda _history: outcome(contact, made))
    return claim.contact_id


async def recipients(store: Store) -> list[tuple[str, ...]]:
    return [
        Relay.model_validate_json(one.payload).recipients
        for one in await store.outbox.claim(now=NOW, lease=LEASE, limit=9)
    ]


async def test_another_spelling_of_who_was_diverted_is_released(store: Store) -> None:
    id_ = await diverted(store, written="Office+news@Council.example", decided="office@council.example")
    assert await desk(store).release(id_, by="Pat") == ("Office+news@Council.example",)
    assert await recipients(store) == [("Office+news@Council.example",)]


async def test_those_named_are_known_in_any_spelling_and_nobody_else_is_sent_it(store: Store) -> None:
    id_ = await diverted(store, written="office@council.example", decided="office@council.example")
    assert await desk(store).release(id_, by="Pat", to=["chief@council.example"]) == ()
    assert await recipients(store) == []
    assert await desk(store).release(id_, by="Pat", to=["OFFICE+x@council.example"]) == ("office@council.example",)
    assert await desk(store).release("unknown", by="Pat") is None


async def test_whoever_reads_it_in_their_place_is_sent_the_original_and_its_sender_hears_nothing(store: Store) -> None:
    id_ = await diverted(store, written="office@council.example", decided="office@council.example")
    assert await desk(store).release(id_, by="Pat", to=["SPOC@council.example"]) == ("spoc@council.example",)
    (sent,) = await store.outbox.claim(now=NOW, lease=LEASE, limit=9)
    relay = Relay.model_validate_json(sent.payload)
    assert (relay.mail_from, relay.recipients) == ("", ("spoc@council.example",))
    assert await desk(store).release(id_, by="Pat") == ("office@council.example",)


async def test_what_was_released_is_not_sent_twice_unless_asked(store: Store) -> None:
    id_ = await diverted(store, written="office@council.example", decided="office@council.example")
    assert await desk(store).release(id_, by="Pat") == ("office@council.example",)
    for to in ([], ["office@council.example"]):
        with pytest.raises(ReleasedAlready, match="by Pat at 02 March 2026, 10:15"):
            await desk(store).release(id_, by="Kim", to=to)
    assert await store.outbox.waiting() == 1
    assert await desk(store).release(id_, by="Kim", again=True) == ("office@council.example",)
    assert await store.outbox.waiting() == 2


async def test_a_release_that_could_not_be_sent_may_be_made_again(store: Store) -> None:
    id_ = await diverted(store, written="office@council.example", decided="office@council.example")
    await desk(store).release(id_, by="Pat")
    (sent,) = await store.outbox.claim(now=NOW, lease=LEASE, limit=9)
    await store.outbox.dead(sent, error="554 no", now=NOW)
    assert await desk(store).release(id_, by="Kim") == ("office@council.example",)


async def test_a_held_message_that_could_not_be_released_is_held_still(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = Envelope(source="smtp", received_at=NOW, rcpt_to=("a@council.example",), hold="loop")
    id_ = await store.spool.accept(held, b"Subject: x\r\n\r\nx\r\n")

    def fails(*_args: object, **_fields: object) -> None:
        raise OSError

    with monkeypatch.context() as broken:
        broken.setattr(audit, "append", fails)
        with pytest.raises(OSError):
            await desk(store).release(id_, by="Pat")
    relayed = sa.select(schema.spool.c.relayed)
    assert await store.reader.run(lambda connection: connection.scalar(relayed)) is False
    assert await store.outbox.waiting() == 0
    assert await desk(store).release(id_, by="Pat") == ("a@council.example",)
    assert await store.reader.run(lambda connection: connection.scalar(relayed)) is True
    assert await store.outbox.waiting() == 1


async def test_the_alert_on_a_held_message_stops_with_its_release(store: Store) -> None:
    held = Envelope(source="smtp", received_at=NOW, rcpt_to=("a@council.example",), hold="loop")
    id_ = await store.spool.accept(held, b"Subject: x\r\n\r\nx\r\n")
    (claim,) = await store.spool.claim(now=NOW, lease=LEASE, limit=1)
    contact = email(id_)
    told = NewAlert(
        AlertKind.SYSTEM, Urgency.SAME_DAY, (), alert_payload("It is held.", held=id_), fold_key="hold-loop"
    )
    await record(store, claim, contact, lambda _history: outcome(contact, decision(contact), alerts=(told,)))
    assert [alert.contact_id for alert in await store.alerts.unacknowledged()] == [id_]
    await desk(store).release(id_, by="Pat")
    assert await store.alerts.unacknowledged() == []
