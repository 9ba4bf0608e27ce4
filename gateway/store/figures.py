"""Counts for the report: read only, and nothing personal in them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

import sqlalchemy as sa

from gateway.store import leases
from gateway.store.alerts import AlertState
from gateway.store.clock import to_micros
from gateway.store.decisions import KEPT_OF, decision_text
from gateway.store.reader import Reader
from gateway.store.review import ReviewState
from gateway.store.schema import alert, breach, contact, decision, outbox, record_key, review, spool
from gateway.store.vault import Vault
from models.decision import Decision

_DECISIONS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Counted:
    """Contacts received in a period: by channel, and by (kind, status) of their breaches."""

    channels: Mapping[str, int]
    breaches: Mapping[tuple[str, str], int]


@dataclass(frozen=True, slots=True)
class OpenNow:
    """What is open now. `reviews` and `overdue`: by queue; an item that somebody opened in time is not overdue."""

    reviews: Mapping[str, int]
    overdue: Mapping[str, int]
    unacknowledged_alerts: int
    waiting: int
    dead_letters: int


class Figures:
    """Counts what is kept."""

    def __init__(self, reader: Reader, vault: Vault) -> None:
        self._reader = reader
        self._vault = vault

    async def counted(self, since: datetime, until: datetime) -> Counted:
        """Contacts and breaches of `since` <= received < `until`."""
        channels = sa.select(contact.c.channel, _NUMBER).where(_received(since, until)).group_by(contact.c.channel)
        breaches = (
            sa.select(breach.c.kind, breach.c.status, _NUMBER)
            .join(contact, contact.c.id == breach.c.contact_id)
            .where(_received(since, until))
            .group_by(breach.c.kind, breach.c.status)
        )

        def job(connection: sa.Connection) -> Counted:
            return Counted(
                channels=dict(connection.execute(channels).all()),
                breaches={(kind, status): number for kind, status, number in connection.execute(breaches)},
            )

        return await self._reader.run(job)

    async def found(self, since: datetime, until: datetime) -> Mapping[str, Mapping[str, int]]:
        """Category to label to the number of contacts it was found in, by the newest decision on each.

        Decisions are sealed and must be opened to be counted: some at a time, so that others can read in between.
        """
        query = sa.select(contact.c.id).where(_received(since, until)).order_by(contact.c.received_at, contact.c.id)
        ids = await self._reader.run(lambda connection: list(connection.scalars(query)))
        found: dict[str, Counter[str]] = defaultdict(Counter)
        for start in range(0, len(ids), _DECISIONS_AT_ONCE):
            some = ids[start : start + _DECISIONS_AT_ONCE]
            for made in await self._reader.run(partial(self._newest, ids=some)):
                for category, label in {(finding.category.value, finding.label.value) for finding in made.findings}:
                    found[category][label] += 1
        return found

    async def standing(self, now: datetime) -> OpenNow:
        """What waits for somebody now."""
        overdue = (review.c.state == ReviewState.OPEN.value, review.c.due_at <= to_micros(now))

        def job(connection: sa.Connection) -> OpenNow:
            return OpenNow(
                reviews=_by_queue(connection),
                overdue=_by_queue(connection, *overdue),
                unacknowledged_alerts=_number(
                    connection, alert, alert.c.acknowledged_at.is_(None), alert.c.state != AlertState.FOLDED.value
                ),
                waiting=_number(connection, spool, spool.c.ready_at.is_not(None)),
                dead_letters=sum(_number(connection, table, table.c.state == leases.DEAD) for table in (outbox, spool)),
            )

        return await self._reader.run(job)

    def _newest(self, connection: sa.Connection, ids: list[str]) -> list[Decision]:
        rows = connection.execute(
            # What was erased by retention has no key any more and cannot be counted.
            KEPT_OF.join(record_key, record_key.c.record_id == decision.c.contact_id),
            {"ids": ids},
        )
        newest = {row.contact_id: row for row in rows}
        return [
            Decision.model_validate_json(decision_text(self._vault.key(connection, row.contact_id), row))
            for row in newest.values()
        ]


_NUMBER = sa.func.count()


def _received(since: datetime, until: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(contact.c.received_at >= to_micros(since), contact.c.received_at < to_micros(until))


def _by_queue(connection: sa.Connection, *which: Any) -> dict[str, int]:
    query = (
        sa.select(review.c.queue, _NUMBER)
        .where(review.c.state != ReviewState.CLOSED.value, *which)
        .group_by(review.c.queue)
    )
    return dict(connection.execute(query).all())


def _number(connection: sa.Connection, table: sa.Table, *which: Any) -> int:
    return connection.scalar(sa.select(_NUMBER).select_from(table).where(*which)) or 0
