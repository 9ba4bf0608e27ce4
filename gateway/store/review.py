"""The review queue: what a person must open, by when, and what they decided."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from gateway.ids import new_id
from gateway.store import audit
from gateway.store.clock import from_micros, to_micros
from gateway.store.errors import FileMoved
from gateway.store.files import Within
from gateway.store.reader import Reader
from gateway.store.schema import Row, breach, review
from gateway.store.schema import audit as audit_events
from gateway.store.vault import Vault, open_text, seal_text
from gateway.store.writer import Writer
from models.decision import Judgement, Priority, Queue

_BreachKey = tuple[str, str, str]
"""Contact, strategy and restriction."""


class ReviewState(StrEnum):
    """`open`: nobody has looked. `opened`: somebody has. `closed`: somebody has decided."""

    OPEN = "open"
    OPENED = "opened"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class QueuedItem:
    """One line of the review queue. `escalation`: 0 the queue's owner, 1 the deputy, 2 the manager."""

    id: str
    contact_id: str
    queue: Queue
    priority: Priority
    due_at: datetime
    state: ReviewState
    opened_by: str | None
    escalation: int


@dataclass(frozen=True, slots=True)
class ListedBreach:
    """A breach as it stands: `flagged` by the gateway, `confirmed` or `dismissed` by a named person.

    `at`: when it was flagged; `decided_by`: None while nobody has.
    """

    contact_id: str
    strategy: str
    restriction: str
    kind: str
    status: str
    at: datetime
    decided_by: str | None


@dataclass(frozen=True, slots=True)
class Judged:
    """What people made of a contact: of each queue the last outcome that was `confirmed` or `dismissed`."""

    contact_id: str
    outcomes: dict[Queue, Judgement]


_VIEWED = "contact_viewed"
_WORD = sa.func.lower(review.c.outcome)
JUDGED = (
    sa.select(review.c.contact_id, review.c.queue, _WORD.label("word"))
    .where(review.c.state == ReviewState.CLOSED.value, _WORD.in_([own.value for own in Judgement]))
    .order_by(review.c.closed_at, review.c.id)
)
"""Every item that was closed with one of the two words, the one closed first first."""


class ReviewStore:
    """Reads the queue and writes what people did with it; every view is an audit event."""

    def __init__(self, writer: Writer, reader: Reader, vault: Vault) -> None:
        self._writer = writer
        self._reader = reader
        self._vault = vault

    async def items(self, *, queue: Queue | None = None) -> list[QueuedItem]:
        """Items not yet closed, soonest due first."""
        query = sa.select(review).where(review.c.state != ReviewState.CLOSED.value)
        if queue is not None:
            query = query.where(review.c.queue == queue.value)
        query = query.order_by(review.c.due_at, review.c.id)
        return [_item(row) for row in await self._reader.run(lambda connection: connection.execute(query).all())]

    async def find(self, id_: str, *, or_closed: bool = False) -> QueuedItem | None:
        """An item that is not yet closed, or is where `or_closed`; None where there is none of that id."""
        query = sa.select(review).where(review.c.id == id_)
        if not or_closed:
            query = query.where(review.c.state != ReviewState.CLOSED.value)
        row = await self._reader.run(lambda connection: connection.execute(query).one_or_none())
        return None if row is None else _item(row)

    async def contact_of(self, id_: str) -> str | None:
        """The contact that an item is on, closed or not; None where there is none of that id."""
        query = sa.select(review.c.contact_id).where(review.c.id == id_)
        found: str | None = await self._reader.run(lambda connection: connection.execute(query).scalar_one_or_none())
        return found

    async def judged(self) -> list[Judged]:
        """Every contact of which an item was closed with one of the two words, the one closed first first."""
        found: dict[str, Judged] = {}
        for row in await self._reader.run(lambda connection: connection.execute(JUDGED).all()):
            own = found.setdefault(row.contact_id, Judged(row.contact_id, {}))
            own.outcomes[Queue(row.queue)] = Judgement(row.word)
        return list(found.values())

    async def add(self, contact_id: str, queue: Queue, priority: Priority, due_at: datetime, now: datetime) -> None:
        """An item that came up after the decision; none beside one of the same queue that is not yet closed."""

        def job(connection: sa.Connection) -> None:
            waiting = sa.select(review.c.id).where(
                review.c.contact_id == contact_id,
                review.c.queue == queue.value,
                review.c.state != ReviewState.CLOSED.value,
            )
            if connection.scalar(waiting) is not None:
                return
            id_ = new_id()
            connection.execute(
                review.insert(),
                {
                    "id": id_,
                    "contact_id": contact_id,
                    "revision": 0,
                    "queue": queue.value,
                    "priority": priority.value,
                    "due_at": to_micros(due_at),
                    "state": ReviewState.OPEN.value,
                    "escalation": 0,
                },
            )
            audit.append(connection, "review_added", actor="gateway", subject=f"review/{id_}", at=now)

        await self._writer.run(job)

    async def opened(
        self, contact_id: str, *, by: str, now: datetime, for_others: Collection[Queue] = frozenset()
    ) -> None:
        """Somebody looked at the contact: its items are opened, and the view is on the trail.

        `for_others`: queues whose items wait on for somebody else.
        """
        waiting_on = [queue.value for queue in for_others]

        def job(connection: sa.Connection) -> None:
            connection.execute(
                review.update()
                .where(
                    review.c.contact_id == contact_id,
                    review.c.state == ReviewState.OPEN.value,
                    review.c.queue.not_in(waiting_on),
                )
                .values(state=ReviewState.OPENED.value, opened_by=by, opened_at=to_micros(now))
            )
            audit.append(connection, _VIEWED, actor=by, subject=f"contact/{contact_id}", at=now)

        await self._writer.run(job)

    async def openers(self, contact_id: str) -> set[str]:
        """Who opened or closed items of a contact, or looked at it since: the items keep the first of each alone."""
        items = sa.select(review.c.opened_by, review.c.closed_by).where(review.c.contact_id == contact_id)
        events = audit_events.c
        views = sa.select(events.actor).where(events.subject == f"contact/{contact_id}", events.event == _VIEWED)

        def job(connection: sa.Connection) -> set[str]:
            rows = (*connection.execute(items), *connection.execute(views))
            return {name for row in rows for name in row if name}

        return await self._reader.run(job)

    async def opened_among(self, ids: Collection[str]) -> dict[str, str]:
        """Those of these items that somebody opened or closed, and who; the one dealt with first first."""
        at = sa.func.coalesce(review.c.opened_at, review.c.closed_at)
        query = (
            sa.select(review.c.id, sa.func.coalesce(review.c.opened_by, review.c.closed_by).label("by"))
            .where(review.c.id.in_(ids), review.c.state != ReviewState.OPEN.value)
            .order_by(at)
        )
        return {row.id: row.by for row in await self._reader.run(lambda connection: connection.execute(query).all())}

    async def close(self, id_: str, *, by: str, outcome: str, note: str | None, now: datetime) -> bool:
        """A named person's decision on an item. False where it is unknown or closed already."""

        def job(connection: sa.Connection) -> bool:
            row = connection.execute(
                sa.select(review).where(review.c.id == id_, review.c.state != ReviewState.CLOSED.value)
            ).one_or_none()
            if row is None:
                return False
            sealed = row.note if note is None else self._noted(connection, row, note)
            connection.execute(
                review.update()
                .where(review.c.id == id_)
                .values(
                    state=ReviewState.CLOSED.value,
                    closed_by=by,
                    closed_at=to_micros(now),
                    outcome=outcome[:32],
                    note=sealed,
                )
            )
            audit.append(connection, f"review_{outcome}"[:48], actor=by, subject=f"review/{id_}", at=now)
            return True

        return await self._writer.run(job)

    async def reopen(self, id_: str, *, by: str, reason: str, now: datetime, but: str) -> bool:
        """A closed item waits again, with its time as it was; whoever takes the closing back has looked at it.

        What was noted stays, with the reason. `but`: an outcome that is not taken back so. False where there is none.
        """

        def job(connection: sa.Connection) -> bool:
            row = connection.execute(
                sa.select(review).where(
                    review.c.id == id_, review.c.state == ReviewState.CLOSED.value, review.c.outcome != but
                )
            ).one_or_none()
            if row is None:
                return False
            note = self._noted(connection, row, f"Opened again by {by}: {reason}")
            again = {**reopened(by, now), "note": note}
            connection.execute(review.update().where(review.c.id == id_).values(again))
            audit.append(connection, "review_reopened", actor=by, subject=f"review/{id_}", at=now)
            return True

        return await self._writer.run(job)

    def _noted(self, connection: sa.Connection, row: Row, note: str) -> bytes:
        """The note with what was noted before."""
        key = self._vault.key(connection, row.contact_id)
        before = [] if row.note is None else [open_text(key, "review", "note", row.id, row.note)]
        return seal_text(key, "review", "note", row.id, "\n".join([*before, note]))

    async def overdue(self, *, now: datetime, again_after: timedelta, limit: int = 50) -> list[QueuedItem]:
        """Items passed their time unopened, each on the step that it is to be moved up to (deputy, then manager)."""

        def job(connection: sa.Connection) -> list[QueuedItem]:
            found: list[QueuedItem] = []
            for escalation, before in ((1, now - again_after), (0, now)):
                query = (
                    sa.select(review)
                    .where(
                        review.c.state == ReviewState.OPEN.value,
                        review.c.escalation == escalation,
                        review.c.due_at <= to_micros(before),
                    )
                    .order_by(review.c.due_at)
                    .limit(limit)
                )
                found += (_item(row, escalation=escalation + 1) for row in connection.execute(query).all())
            return found

        return await self._reader.run(job)

    @staticmethod
    def moving_up(items: Sequence[QueuedItem], now: datetime) -> Within:
        """Moves items to these steps in the transaction of the alerts that say so.

        None that somebody has opened meanwhile, or whose time is another since.
        """

        def job(connection: sa.Connection) -> None:
            for item in items:
                waits = (
                    (review.c.id == item.id)
                    & (review.c.state == ReviewState.OPEN.value)
                    & (review.c.due_at == to_micros(item.due_at))
                )
                moved = connection.execute(review.update().where(waits).values(escalation=item.escalation))
                if moved.rowcount:
                    audit.append(connection, "review_overdue", actor="gateway", subject=f"review/{item.id}", at=now)

        return job

    async def decide_breach(
        self, contact_id: str, strategy: str, restriction: str, *, status: str, by: str, note: str | None, now: datetime
    ) -> bool:
        """A named person confirms or dismisses a breach. False where nothing was flagged, or it stands confirmed."""
        key = (contact_id, strategy, restriction)
        return await self._writer.run(
            lambda connection: self._decide_breach(connection, key, status=status, by=by, note=note, now=now)
        )

    def confirming_breach(
        self, contact_id: str, strategy: str, restriction: str, *, by: str, note: str | None, now: datetime
    ) -> Within:
        """Confirms a breach in the transaction of what follows from it. FileMoved where somebody was quicker."""
        key = (contact_id, strategy, restriction)

        def job(connection: sa.Connection) -> None:
            status = Judgement.CONFIRMED.value
            if not self._decide_breach(connection, key, status=status, by=by, note=note, now=now):
                raise FileMoved(f"the breach on {contact_id} was decided")

        return job

    def undoing_breach(
        self,
        contact_id: str,
        strategy: str,
        restriction: str,
        *,
        status: str,
        because: str,
        by: str,
        note: str,
        now: datetime,
    ) -> Within:
        """Takes a confirmation back, which leaves the breach at `status`, in the transaction of what follows from it.

        `because`: a word for the trail. FileMoved where it does not stand confirmed.
        """
        key = (contact_id, strategy, restriction)

        def job(connection: sa.Connection) -> None:
            if _status(connection, key) != Judgement.CONFIRMED:
                raise FileMoved(f"the breach on {contact_id} was decided anew")
            event = f"breach_undone_{because}"
            self._set_breach(connection, key, event=event, status=status, by=by, note=note, now=now)

        return job

    def _decide_breach(
        self, connection: sa.Connection, key: _BreachKey, *, status: str, by: str, note: str | None, now: datetime
    ) -> bool:
        # What is confirmed is undone with its reason, and never decided over.
        if _status(connection, key) in (None, Judgement.CONFIRMED):
            return False
        self._set_breach(connection, key, event=f"breach_{status}", status=status, by=by, note=note, now=now)
        return True

    def _set_breach(
        self,
        connection: sa.Connection,
        key: _BreachKey,
        *,
        event: str,
        status: str,
        by: str,
        note: str | None,
        now: datetime,
    ) -> None:
        subject = "/".join(key)
        sealed = None
        if note is not None:
            sealed = seal_text(self._vault.key(connection, key[0]), "breach", "note", subject, note)
        # Flagged once more, it waits: nobody has decided. Who undid it, and when, is on the trail.
        decided = status in set(Judgement)
        connection.execute(
            breach.update()
            .where(_which(key))
            .values(
                status=status,
                decided_by=by if decided else None,
                decided_at=to_micros(now) if decided else None,
                note=sealed,
            )
        )
        audit.append(connection, event, actor=by, subject=f"contact/{subject}", at=now)

    async def all_breaches(self, *, strategy: str | None = None, status: str | None = None) -> list[ListedBreach]:
        """The breaches of every contact, the one flagged first first; only of this strategy, only in this status."""
        query = sa.select(breach).order_by(breach.c.at, breach.c.contact_id, breach.c.restriction)
        if strategy is not None:
            query = query.where(breach.c.strategy == strategy)
        if status is not None:
            query = query.where(breach.c.status == status)
        rows = await self._reader.run(lambda connection: connection.execute(query).all())
        return [
            ListedBreach(
                contact_id=row.contact_id,
                strategy=row.strategy,
                restriction=row.restriction,
                kind=row.kind,
                status=row.status,
                at=from_micros(row.at),
                decided_by=row.decided_by,
            )
            for row in rows
        ]


def reopened(by: str, now: datetime) -> dict[str, Any]:
    """What an item that was closed is, when it is open again: looked at by somebody, and not decided."""
    return {
        "state": ReviewState.OPENED.value,
        "opened_by": sa.func.coalesce(review.c.opened_by, by),
        "opened_at": sa.func.coalesce(review.c.opened_at, to_micros(now)),
        "closed_by": None,
        "closed_at": None,
        "outcome": None,
    }


def _which(key: _BreachKey) -> sa.ColumnElement[bool]:
    contact_id, strategy, restriction = key
    return sa.and_(
        breach.c.contact_id == contact_id, breach.c.strategy == strategy, breach.c.restriction == restriction
    )


def _status(connection: sa.Connection, key: _BreachKey) -> str | None:
    return connection.scalar(sa.select(breach.c.status).where(_which(key)))


def _item(row: Row, escalation: int | None = None) -> QueuedItem:
    return QueuedItem(
        id=row.id,
        contact_id=row.contact_id,
        queue=Queue(row.queue),
        priority=Priority(row.priority),
        due_at=from_micros(row.due_at),
        state=ReviewState(row.state),
        opened_by=row.opened_by,
        escalation=row.escalation if escalation is None else escalation,
    )
