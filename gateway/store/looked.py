"""Contacts that are over as far as the tables can tell, opened so that others can judge whether they are needed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

import sqlalchemy as sa

from gateway.store import leases
from gateway.store.alerts import AlertState
from gateway.store.clock import from_micros, to_micros
from gateway.store.decisions import KEPT_OF, decision_text
from gateway.store.review import JUDGED, ReviewState
from gateway.store.schema import (
    Row,
    alert,
    breach,
    contact,
    decision,
    outbox,
    pending_scan,
    promised_reply,
    retained,
    review,
    spool,
)
from gateway.store.sealing import SealError
from gateway.store.vault import Vault
from models.decision import Decision, Judgement, Queue


@dataclass(frozen=True, slots=True)
class Looked:
    """A contact that nothing in the tables keeps.

    `closed_at`: when the last thing was done with it that has to be over. `judged`: what people said of it. `digest`:
    SHA-256 of its last decision.
    """

    contact_id: str
    received_at: datetime
    closed_at: datetime
    decisions: tuple[Decision, ...]
    judged: Mapping[Queue, Judgement]
    digest: bytes


@dataclass(frozen=True, slots=True)
class Page:
    """Some contacts. `last`: where the next page begins, None at the end. `damaged`: those that do not open."""

    found: tuple[Looked, ...]
    damaged: tuple[str, ...]
    last: tuple[int, str] | None


def read_page(
    connection: sa.Connection,
    vault: Vault,
    which: Over,
    before: datetime,
    *,
    now: datetime,
    after: tuple[int, str] | None,
    limit: int,
) -> Page:
    """The contacts that were over `before` a day, the one received first first."""
    received, id_ = after or (0, "")
    values = {"before": to_micros(before), "now": to_micros(now), "at": received, "after": id_, "most": limit}
    rows = connection.execute(_PAGE[which], values).all()
    ids = [row.id for row in rows]
    vault.look_up(connection, ids)
    judged = _judged(connection, ids)
    decisions: dict[str, list[Row]] = {id_: [] for id_ in ids}
    for made in connection.execute(KEPT_OF, {"ids": ids}) if ids else ():
        decisions[made.contact_id].append(made)
    found, damaged = [], []
    for row in rows:
        try:
            key = vault.key(connection, row.id)
            texts = [decision_text(key, made) for made in decisions[row.id]]
        except SealError:
            damaged.append(row.id)
            continue
        found.append(
            Looked(
                row.id,
                from_micros(row.received_at),
                from_micros(max(at for at in (row.received_at, *(row[2:])) if at is not None)),
                tuple(Decision.model_validate_json(text) for text in texts),
                judged.get(row.id, {}),
                hashlib.sha256(texts[-1].encode() if texts else b"").digest(),
            )
        )
    last = (rows[-1].received_at, rows[-1].id) if len(rows) == limit else None
    return Page(tuple(found), tuple(damaged), last)


def still_over(
    connection: sa.Connection, which: Over, ids: Sequence[str], *, before: datetime, now: datetime
) -> list[str]:
    """Those of these contacts that are over by now as they were when they were looked at."""
    values = {"ids": list(ids), "before": to_micros(before), "now": to_micros(now)}
    return list(connection.scalars(_STILL[which], values))


def _judged(connection: sa.Connection, ids: Sequence[str]) -> dict[str, dict[Queue, Judgement]]:
    """What people said of these contacts, the last word of each queue."""
    found: dict[str, dict[Queue, Judgement]] = {}
    for row in connection.execute(_JUDGED, {"ids": ids}) if ids else ():
        found.setdefault(row.contact_id, {})[Queue(row.queue)] = Judgement(row.word)
    return found


_JUDGED = JUDGED.where(review.c.contact_id.in_(sa.bindparam("ids", expanding=True)))


def _without(table: sa.Table, column: sa.Column[str], *which: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    return ~sa.exists(sa.select(sa.literal(1)).select_from(table).where(column == contact.c.id, *which))


def _last(at: sa.Column[int], column: sa.Column[str]) -> sa.ScalarSelect[int]:
    return sa.select(sa.func.max(at)).where(column == contact.c.id).scalar_subquery()


_BEFORE: sa.BindParameter[Any] = sa.bindparam("before")
_NOW: sa.BindParameter[Any] = sa.bindparam("now")
_HANDED_ON = (
    contact.c.erased_at.is_(None),
    contact.c.received_at < _BEFORE,
    # Triaged, and not given up on; what did not come through the spool does not wait in it.
    _without(spool, spool.c.id, spool.c.state != leases.DONE),
    _without(decision, decision.c.contact_id, decision.c.decided_at >= _BEFORE),
    _without(
        outbox,
        outbox.c.contact_id,
        outbox.c.ready_at.is_not(None) | (outbox.c.state != leases.DONE) | (outbox.c.created_at >= _BEFORE),
    ),
    _without(review, review.c.contact_id, review.c.state != ReviewState.CLOSED.value),
    _without(promised_reply, promised_reply.c.contact_id, promised_reply.c.answered_at.is_(None)),
    _without(pending_scan, pending_scan.c.id),
    _without(alert, alert.c.contact_id, alert.c.acknowledged_at.is_(None), alert.c.state != AlertState.FOLDED.value),
)


class Over(Enum):
    """What it means that a contact is over.

    `HANDED_ON`: received, decided and sent on, and no table says that it is needed still: no open review, reply that a
    cycle promises, undelivered row of the outbox, pending scan, breach that is flagged or confirmed, alert nobody
    acknowledged; nor was it looked at and left alone a short while ago. `CLOSED`: people, too, have done with it what
    there was to do, whatever they found.
    """

    HANDED_ON = "handed on"
    CLOSED = "closed"


_WHICH = {
    Over.HANDED_ON: (
        *_HANDED_ON,
        _without(breach, breach.c.contact_id, breach.c.status != Judgement.DISMISSED.value),
        _without(retained, retained.c.contact_id, retained.c.again_at > _NOW),
    ),
    Over.CLOSED: (
        *_HANDED_ON,
        _without(breach, breach.c.contact_id, breach.c.decided_at.is_(None) | (breach.c.decided_at >= _BEFORE)),
        _without(review, review.c.contact_id, review.c.closed_at >= _BEFORE),
        _without(promised_reply, promised_reply.c.contact_id, promised_reply.c.answered_at >= _BEFORE),
        _without(alert, alert.c.contact_id, alert.c.acknowledged_at >= _BEFORE),
    ),
}
_SENT_ON = (_last(decision.c.decided_at, decision.c.contact_id), _last(outbox.c.created_at, outbox.c.contact_id))
_DONE = {
    Over.HANDED_ON: _SENT_ON,
    Over.CLOSED: (
        *_SENT_ON,
        _last(review.c.closed_at, review.c.contact_id),
        _last(promised_reply.c.answered_at, promised_reply.c.contact_id),
        _last(breach.c.decided_at, breach.c.contact_id),
        _last(alert.c.acknowledged_at, alert.c.contact_id),
    ),
}
"""When each thing was last done that has to be over."""
_PAGE = {
    which: (
        sa.select(contact.c.id, contact.c.received_at, *_DONE[which])
        .where(
            *over,
            sa.tuple_(contact.c.received_at, contact.c.id) > sa.tuple_(sa.bindparam("at"), sa.bindparam("after")),
        )
        .order_by(contact.c.received_at, contact.c.id)
        .limit(sa.bindparam("most"))
    )
    for which, over in _WHICH.items()
}
_STILL = {
    which: (
        sa.select(contact.c.id)
        .where(contact.c.id.in_(sa.bindparam("ids", expanding=True)), *over)
        .order_by(contact.c.id)
    )
    for which, over in _WHICH.items()
}
