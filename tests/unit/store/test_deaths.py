"""What was in hand when the process died: one thing alone is blamed for it, several are only under suspicion."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from store_builders import LEASE, NOW, accepted, alert, audited, email, outcome, recorded, relay

from gateway.store import schema
from gateway.store.deaths import Suspect, is_deadly
from gateway.store.leases import GIVEN_UP_AFTER_DEATHS
from gateway.store.store import Store


async def deaths(store: Store, table: sa.Table = schema.spool) -> list[int]:
    query = sa.select(table.c.deaths).order_by(table.c.id)
    return await store.reader.run(lambda connection: list(connection.scalars(query)))


async def set_deaths(store: Store, count: int, table: sa.Table = schema.spool) -> None:
    await store.writer.run(lambda connection: connection.execute(table.update().values(deaths=count)))


async def claim_all(store: Store) -> list[Any]:
    return await store.spool.claim(now=NOW, lease=LEASE, limit=10)


async def test_one_alone_is_blamed_each_time_and_deadly_at_the_third(store: Store) -> None:
    id_ = await accepted(store)
    for count in range(1, GIVEN_UP_AFTER_DEATHS + 1):
        assert not is_deadly(count - 1)
        await claim_all(store)
        await store.take_back_claims(NOW)
        assert await store.suspects() == [Suspect("spool", id_, count)]
    assert is_deadly(GIVEN_UP_AFTER_DEATHS)


async def test_several_are_under_suspicion_however_often_it_happens(store: Store) -> None:
    for _ in range(3):
        await accepted(store)
    for _death in range(2 * GIVEN_UP_AFTER_DEATHS):
        assert len(await claim_all(store)) == 3
        assert await store.take_back_claims(NOW) == 3
        assert await deaths(store) == [1, 1, 1]


async def test_neither_is_one_blamed_beside_what_another_table_has_in_hand(store: Store) -> None:
    await recorded(store, dispatches=(relay(),))
    await accepted(store)
    for _death in range(4):
        await claim_all(store)
        await store.outbox.claim(now=NOW, lease=LEASE, limit=5)
        await store.take_back_claims(NOW)
    assert max(await deaths(store)) == 1
    assert await deaths(store, schema.outbox) == [1]


async def test_what_only_waits_is_not_suspected_nor_what_was_in_hand_at_a_stop(store: Store) -> None:
    await accepted(store)
    await store.take_back_claims(NOW)
    assert await store.suspects() == []
    await claim_all(store)
    assert await store.take_back_claims(NOW, died=False) == 1
    assert await store.suspects() == []
    assert len(await claim_all(store)) == 1


async def test_the_least_suspect_comes_first(store: Store) -> None:
    first, second = await accepted(store), await accepted(store)
    await claim_all(store)
    await store.take_back_claims(NOW)
    (claim,) = await store.spool.claim(now=NOW, lease=LEASE, limit=5, only=first)
    assert claim.contact_id == first
    await store.take_back_claims(NOW)
    assert await store.suspects() == [Suspect("spool", second, 1), Suspect("spool", first, 2)]


async def test_an_attempt_that_the_process_outlives_clears_it(store: Store) -> None:
    await accepted(store)
    await set_deaths(store, GIVEN_UP_AFTER_DEATHS - 1)
    (claim,) = await claim_all(store)
    assert claim.deaths == GIVEN_UP_AFTER_DEATHS - 1
    await store.spool.give_back(claim, ready_at=NOW, error="E")
    assert await deaths(store) == [0]


async def test_what_is_deadly_stays_so_until_a_person_has_it_tried_again(store: Store) -> None:
    await accepted(store)
    await set_deaths(store, GIVEN_UP_AFTER_DEATHS)
    (claim,) = await claim_all(store)
    await store.spool.give_back(claim, ready_at=NOW, error="the store was full")
    (claim,) = await claim_all(store)
    assert claim.deaths == GIVEN_UP_AFTER_DEATHS
    made = outcome(email(claim.contact_id))
    await store.recorder.failed(claim, made, error="ServerDied", again_at=None, now=NOW)
    assert await store.suspects() == []
    await store.spool.retry(claim.contact_id, actor="Pat", now=NOW)
    (claim,) = await claim_all(store)
    assert claim.deaths == 0


async def test_of_what_is_deadly_nothing_is_unpacked(
    opening: Callable[[], Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    store = opening()
    await recorded(store, dispatches=(relay(),))
    waits = await accepted(store)
    for table in (schema.spool, schema.outbox):
        await set_deaths(store, GIVEN_UP_AFTER_DEATHS, table)
    store = opening()  # nothing is in memory any more
    monkeypatch.setattr("gateway.store.accepted.unseal", None)
    monkeypatch.setattr("gateway.store.outbox.open_text", None)
    (claim,) = await claim_all(store)
    assert (claim.contact_id, claim.content) == (waits, None)
    (dispatch,) = await store.outbox.claim(now=NOW, lease=LEASE, limit=5)
    assert (dispatch.payload, dispatch.message, dispatch.deaths) == ("", None, GIVEN_UP_AFTER_DEATHS)


async def test_what_kills_even_while_it_is_given_up_on_is_put_away_unseen(opening: Callable[[], Store]) -> None:
    store = opening()
    await recorded(store, dispatches=(relay(),))
    waits = await accepted(store)
    for table in (schema.spool, schema.outbox):
        await set_deaths(store, GIVEN_UP_AFTER_DEATHS + 1, table)
    store = opening()
    assert await claim_all(store) == []
    assert await store.outbox.claim(now=NOW, lease=LEASE, limit=5) == []
    assert await store.spool.dead() == [(waits, 1, "damaged: ServerDied")]
    assert [letter.error for letter in await store.outbox.dead_letters()] == ["damaged: ServerDied"]
    assert await store.spool.count_damaged() == await store.outbox.count_damaged() == 1


async def test_of_an_alert_that_is_deadly_nothing_is_opened_and_it_waits_for_somebody(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    for count in (GIVEN_UP_AFTER_DEATHS, GIVEN_UP_AFTER_DEATHS + 1):
        await store.alerts.raise_system([alert()], NOW)
        await set_deaths(store, count, schema.alert)
        monkeypatch.setattr("gateway.store.alerts.open_text", None)
        claims = await store.alerts.claim(now=NOW, lease=LEASE, limit=5)
        if count == GIVEN_UP_AFTER_DEATHS:
            (claim,) = claims
            await store.alerts.give_up(claim, alert(text="instead"), error="ServerDied", now=NOW)
        else:
            assert claims == []
    assert len(await audited(store, "alert_exhausted")) == 3
    assert len(await store.alerts.unacknowledged()) == 3
