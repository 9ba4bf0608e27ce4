"""Counts of a year for the annual report: read only, from what stays when content is erased."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from gateway.store.clock import from_micros, to_micros
from gateway.store.reader import Reader
from gateway.store.review import ReviewState
from gateway.store.schema import audit, breach, contact, review

_UNDONE = "breach_undone_"


@dataclass(frozen=True, slots=True)
class ReviewedItem:
    """A review item of a contact received in the period."""

    queue: str
    received_at: datetime
    due_at: datetime
    opened_at: datetime | None
    closed: bool
    outcome: str | None


@dataclass(frozen=True, slots=True)
class Yearly:
    """`breaches`: by (channel, status). `undone`: how many decisions on breaches were undone, by reason."""

    contacts: Mapping[str, int]
    breaches: Mapping[tuple[str, str], int]
    undone: Mapping[str, int]
    items: Sequence[ReviewedItem]


class YearFigures:
    """Counts what is kept."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    async def of(self, since: datetime, until: datetime) -> Yearly:
        """Of contacts with `since` <= received < `until`, and of what people undid in that time."""
        received = sa.and_(contact.c.received_at >= to_micros(since), contact.c.received_at < to_micros(until))
        number = sa.func.count()
        contacts = sa.select(contact.c.channel, number).where(received).group_by(contact.c.channel)
        breaches = (
            sa.select(contact.c.channel, breach.c.status, number)
            .join(contact, contact.c.id == breach.c.contact_id)
            .where(received)
            .group_by(contact.c.channel, breach.c.status)
        )
        undone = (
            sa.select(audit.c.event, number)
            .where(
                audit.c.event.startswith(_UNDONE, autoescape=True),
                audit.c.at >= to_micros(since),
                audit.c.at < to_micros(until),
            )
            .group_by(audit.c.event)
        )
        items = (
            sa.select(
                review.c.queue,
                contact.c.received_at,
                review.c.due_at,
                review.c.opened_at,
                review.c.closed_at,
                review.c.state,
                review.c.outcome,
            )
            .join(contact, contact.c.id == review.c.contact_id)
            .where(received)
        )

        def job(connection: sa.Connection) -> Yearly:
            return Yearly(
                contacts=dict(connection.execute(contacts).all()),
                breaches={(channel, status): count for channel, status, count in connection.execute(breaches)},
                undone={event.removeprefix(_UNDONE): count for event, count in connection.execute(undone)},
                items=[
                    ReviewedItem(
                        queue=row.queue,
                        received_at=from_micros(row.received_at),
                        due_at=from_micros(row.due_at),
                        # Whoever closes an item without opening it has looked at it then.
                        opened_at=None if (seen := row.opened_at or row.closed_at) is None else from_micros(seen),
                        closed=row.state == ReviewState.CLOSED.value,
                        outcome=row.outcome,
                    )
                    for row in connection.execute(items)
                ],
            )

        return await self._reader.run(job)
