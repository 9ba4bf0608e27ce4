"""Review items that a clock runs on until somebody answers, and the steps people take with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from gateway.store import audit
from gateway.store.clock import from_micros, to_micros
from gateway.store.files import Files, NewStep
from gateway.store.reader import Reader
from gateway.store.review import ReviewState, reopened
from gateway.store.schema import Row, contact, review
from gateway.store.writer import Writer
from models.decision import Queue

_QUEUES = (Queue.RIGHTS.value, Queue.APPEALS.value)


@dataclass(frozen=True, slots=True)
class ClockItem:
    """An item of `rights` or `appeals` that is not closed: opened or not, its clock runs to the answer."""

    id: str
    contact_id: str
    queue: Queue
    received_at: datetime
    due_at: datetime


class ClockStore:
    """Reads these items, and moves their due times with the step that says why."""

    def __init__(self, writer: Writer, reader: Reader, files: Files) -> None:
        self._writer = writer
        self._reader = reader
        self._files = files

    async def running(self) -> list[ClockItem]:
        """Every one, soonest due first."""
        rows = await self._reader.run(lambda connection: connection.execute(_RUNNING.order_by(review.c.due_at)).all())
        return [_item(row) for row in rows]

    async def find(self, id_: str, *, ended_by: str | None = None) -> ClockItem | None:
        """One of them by its item's id, None where it is none or is closed, but by a step of the kind `ended_by`."""
        runs = review.c.state != ReviewState.CLOSED.value
        ended = sa.false() if ended_by is None else review.c.outcome == ended_by
        query = _OF_RIGHTS.where(review.c.id == id_, runs | ended)
        row = await self._reader.run(lambda connection: connection.execute(query).one_or_none())
        return None if row is None else _item(row)

    async def steps(self, id_: str) -> list[str]:
        """The steps taken with an item's clock, as JSON, the first first."""
        stored = await self._files.read(file_of(id_))
        return [step.text for step in stored.steps if step.text is not None] if stored else []

    async def take(self, id_: str, kind: str, step: NewStep, *, expected: int, due_at: datetime | None) -> None:
        """A step and the due time that follows from it, together; None closes the item, for nothing is due any more.

        Where a step of it had closed the item, it is open again with a due time.

        FileMoved where somebody took another meanwhile.
        """

        def job(connection: sa.Connection) -> None:
            if expected:
                self._files.append_within(connection, file_of(id_), step, expected=expected, projection=None)
            else:
                self._files.open_within(connection, file_of(id_), kind, None, step, projection=None)
            if due_at is None:
                closed = {"closed_by": step.actor, "closed_at": to_micros(step.at), "outcome": step.kind}
                values: dict[str, object] = {"state": ReviewState.CLOSED.value, **closed}
            else:
                # Whoever was told of the old time must be told of the new one, too.
                values = {"due_at": to_micros(due_at), "escalation": 0}
                was_closed = sa.and_(review.c.id == id_, review.c.state == ReviewState.CLOSED.value)
                connection.execute(review.update().where(was_closed).values(reopened(step.actor, step.at)))
            connection.execute(review.update().where(review.c.id == id_).values(values))
            audit.append(connection, step.kind, actor=step.actor, subject=f"review/{id_}", at=step.at)

        await self._writer.run(job)


def file_of(item: str) -> str:
    """The id of the file in which the steps are."""
    return f"clock/{item}"


_OF_RIGHTS = (
    sa.select(review.c.id, review.c.contact_id, review.c.queue, review.c.due_at, contact.c.received_at)
    .join(contact, contact.c.id == review.c.contact_id)
    .where(review.c.queue.in_(_QUEUES))
)
_RUNNING = _OF_RIGHTS.where(review.c.state != ReviewState.CLOSED.value)


def _item(row: Row) -> ClockItem:
    return ClockItem(row.id, row.contact_id, Queue(row.queue), from_micros(row.received_at), from_micros(row.due_at))
