"""Alerts and how far up their ladder they are; kept until a person acknowledges them."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Any, NamedTuple

import sqlalchemy as sa

from gateway.ids import new_id
from gateway.store import audit
from gateway.store.clock import from_micros, to_micros
from gateway.store.deaths import ServerDied, cannot_be_given_up_on, is_deadly
from gateway.store.errors import ClaimLost
from gateway.store.files import Within
from gateway.store.prepared import Prepared
from gateway.store.reader import Reader
from gateway.store.schema import Row, alert
from gateway.store.schema import audit as audit_trail
from gateway.store.sealing import Index, SealError
from gateway.store.vault import Vault, open_text, seal_text
from gateway.store.writer import Writer
from models.decision import AlertKind
from models.finding import URGENCIES, Urgency

_RUNG = "alert_rung_"
_COUNTED_MEANWHILE = timedelta(hours=1)
"""After which an alert is told once more that would have rested: not at once, for what repeats may go on doing so."""


class AlertState(StrEnum):
    """Where an alert stands. `folded`: counted on an earlier one instead of sent."""

    OPEN = "open"
    TOLD = "told"
    ACKNOWLEDGED = "acknowledged"
    EXHAUSTED = "exhausted"
    FOLDED = "folded"


@dataclass(frozen=True, slots=True)
class NewAlert:
    """An alert to raise. `payload`: JSON of what mail on our own premises may say.

    `fold_key` names what makes two alerts repeats of each other (the strategy; the decisive sentence and sender);
    None is never folded. An `immediate` one is never folded onto an unacknowledged alert (CONTRACT §6).
    """

    kind: AlertKind
    urgency: Urgency
    to: Sequence[str]
    payload: str
    fold_key: str | None = None


@dataclass(frozen=True, slots=True)
class OpenAlert:
    """An alert in the ladder's hands. `rung` is the next rung to tell, `folded` how many repeats it stands for.

    `deaths`: of the serving process in a row, while it was in hand; of what is deadly the payload is not opened.
    """

    id: str
    contact_id: str | None
    kind: AlertKind
    urgency: Urgency
    payload: str
    raised_at: datetime
    rung: int
    attempts: int
    folded: int
    token: str
    deaths: int = 0


@dataclass(frozen=True, slots=True)
class GatewayAlert:
    """An alert about the gateway, or what it holds, that nobody has acknowledged, and what it says.

    `climbs`: somebody is still to be told of it.
    """

    id: str
    payload: str
    folded: int
    climbs: bool


@dataclass(frozen=True, slots=True)
class PendingAlert:
    """An alert that waits for somebody to acknowledge it. `folded`: how many repeats it stands for."""

    id: str
    contact_id: str | None
    kind: AlertKind
    urgency: Urgency
    raised_at: datetime
    folded: int


class AlertStore:
    """Raises, folds, hands out and acknowledges alerts."""

    def __init__(self, writer: Writer, reader: Reader, vault: Vault, index: Index) -> None:
        self._writer = writer
        self._reader = reader
        self._vault = vault
        self._index = index

    def add(self, connection: sa.Connection, contact_id: str | None, alerts: Sequence[NewAlert], at: datetime) -> None:
        """Alerts of a contact, in its recording transaction; repeats within a day fold onto the first.

        A repeat of one that is told no more goes into the digest instead, so that its count is heard.
        """
        for raised in alerts:
            new, first = self._folded(connection, raised, at)
            self._put(connection, contact_id, new, at, folded=first is not None)
            if first is not None:
                _COUNT.run(connection, {"first": first})

    def kinds_of(self, connection: sa.Connection, contact_id: str) -> set[AlertKind]:
        """The kinds of alert that were raised of a contact so far."""
        return {AlertKind(kind) for kind in connection.scalars(_KINDS_OF, {"id": contact_id})}

    async def remind(self, alerts: Sequence[NewAlert], at: datetime, *, again_from: datetime | None) -> int:
        """Of these alerts, raise those that were not raised before; how many.

        With `again_from`, also those that were last raised before it, unless somebody ever acknowledged one. The store
        remembers by `fold_key`, so that a restart raises nothing twice.
        """

        def job(connection: sa.Connection) -> int:
            new = [each for each in alerts if self._is_to_be_told(connection, each, again_from)]
            for each in new:
                self._put(connection, None, each, at, folded=False)
            return len(new)

        return await self._writer.run(job)

    def _is_to_be_told(self, connection: sa.Connection, new: NewAlert, again_from: datetime | None) -> bool:
        last, taken = connection.execute(_TOLD_BEFORE, {"hash": self._fold_hash(new)}).one()
        if last is None:
            return True
        return again_from is not None and not taken and from_micros(last) < again_from

    def _put(
        self, connection: sa.Connection, contact_id: str | None, new: NewAlert, at: datetime, *, folded: bool
    ) -> None:
        id_ = new_id()
        key = self._vault.key(connection, contact_id) if contact_id else self._vault.make(connection, id_)
        _PUT.run(
            connection,
            {
                "id": id_,
                "contact_id": contact_id,
                "kind": new.kind.value,
                "urgency": new.urgency.value,
                "fold_hash": self._fold_hash(new),
                "sealed": seal_text(key, "alert", "sealed", id_, new.payload),
                "raised_at": to_micros(at),
                "state": AlertState.FOLDED.value if folded else AlertState.OPEN.value,
                "ready_at": None if folded else to_micros(at),
            },
        )

    async def raise_system(self, alerts: Sequence[NewAlert], at: datetime, *, beside: Within | None = None) -> None:
        """Alerts about the gateway itself, which belong to no contact. `beside`: written in the same transaction."""

        def job(connection: sa.Connection) -> None:
            self.add(connection, None, alerts, at)
            if beside is not None:
                beside(connection)

        await self._writer.run(job)

    async def claim(self, *, now: datetime, lease: timedelta, limit: int, only: str | None = None) -> list[OpenAlert]:
        """Take up to `limit` alerts whose next rung is due, the most urgent first; `only` the one of this id."""

        def job(connection: sa.Connection) -> list[OpenAlert]:
            token = new_id()
            values = {"its_token": token, "due": to_micros(now), "until": to_micros(now + lease), "most": limit}
            if only is None:
                rows = connection.execute(_CLAIM, values).all()
            else:
                rows = connection.execute(_CLAIM_ONE, {**values, "only": only}).all()
            opened = (self._open(connection, row, now) for row in rows)
            return sorted(filter(None, opened), key=lambda taken: (URGENCIES.index(taken.urgency), taken.raised_at))

        return await self._writer.run(job)

    async def told(self, claimed: OpenAlert, *, next_at: datetime | None, rung: int, now: datetime) -> None:
        """A rung was told. `next_at` None: no rung is left to climb, the alert rests as told.

        Unless a repeat was counted on it while the last one was being told, which said nothing of that.
        """
        await self._writer.run_together(self._note_told, _Told(claimed, next_at, rung, now))

    def _note_told(self, connection: sa.Connection, told: Sequence[_Told]) -> list[None]:
        for each in told:
            next_at = each.next_at
            if next_at is None and connection.scalar(_FOLDED, {"id": each.claimed.id}) != each.claimed.folded:
                next_at = each.at + _COUNTED_MEANWHILE
            state = AlertState.OPEN if next_at is not None else AlertState.TOLD
            self._update(
                connection, each.claimed, state=state, ready_at=next_at, rung=each.rung, attempts=0, error=None
            )
        events = [
            audit.entry(f"{_RUNG}{each.claimed.rung}", actor="gateway", subject=f"alert/{each.claimed.id}", at=each.at)
            for each in told
        ]
        audit.append_many(connection, events)
        return [None] * len(told)

    async def put_off(self, claimed: OpenAlert, *, until: datetime) -> None:
        """Its rung is not to be told before `until`."""
        await self._writer.run(
            lambda connection: self._update(connection, claimed, state=AlertState.OPEN, ready_at=until, attempts=0)
        )

    async def failed(self, claimed: OpenAlert, *, next_at: datetime, rung: int, error: str) -> None:
        """The rung could not be told: try `rung` at `next_at`."""
        await self._writer.run(
            lambda connection: self._update(
                connection, claimed, state=AlertState.OPEN, ready_at=next_at, rung=rung, error=error
            )
        )

    async def exhausted(self, claimed: OpenAlert, *, next_at: datetime, error: str, now: datetime) -> None:
        """No rung of the ladder could be told: start again at the bottom, and say so."""

        def job(connection: sa.Connection) -> None:
            self._update(connection, claimed, state=AlertState.OPEN, ready_at=next_at, rung=0, error=error)
            audit.append(connection, "alert_exhausted", actor="gateway", subject=f"alert/{claimed.id}", at=now)

        await self._writer.run(job)

    async def give_up(self, claimed: OpenAlert, instead: NewAlert, *, error: str, now: datetime) -> None:
        """It is told no more, and `instead` in its place; it waits, unacknowledged."""

        def job(connection: sa.Connection) -> None:
            self._spend(connection, claimed.id, error, now)
            self.add(connection, None, [instead], now)

        await self._writer.run(job)

    async def next_ready_at(self) -> datetime | None:
        """When the next rung is due, None where none is."""
        micros = await self._reader.run(lambda connection: connection.scalar(_SOONEST))
        return None if micros is None else from_micros(micros)

    async def find(self, id_: str) -> PendingAlert | None:
        """An alert that waits for somebody, None where it is unknown or acknowledged."""
        query = sa.select(alert).where(alert.c.id == id_, alert.c.acknowledged_at.is_(None))
        row = await self._reader.run(lambda connection: connection.execute(query).one_or_none())
        return None if row is None else _pending(row)

    async def acknowledged(self, id_: str) -> tuple[str, datetime] | None:
        """Who has an alert, and since when; None where nobody does, or there is none of that id."""
        query = sa.select(alert.c.acknowledged_by, alert.c.acknowledged_at).where(
            alert.c.id == id_, alert.c.acknowledged_at.is_not(None)
        )
        row = await self._reader.run(lambda connection: connection.execute(query).one_or_none())
        return None if row is None else (row.acknowledged_by, from_micros(row.acknowledged_at))

    async def acknowledge(self, id_: str, *, by: str, now: datetime) -> bool:
        """A named person has it: no further rung is told. False where it is unknown or already acknowledged."""

        def job(connection: sa.Connection) -> bool:
            result = connection.execute(
                alert.update()
                .where(alert.c.id == id_, alert.c.acknowledged_at.is_(None))
                .values(
                    state=AlertState.ACKNOWLEDGED.value,
                    acknowledged_by=by,
                    acknowledged_at=to_micros(now),
                    ready_at=None,
                    lease_token=None,
                )
            )
            if result.rowcount:
                audit.append(connection, "alert_acknowledged", actor=by, subject=f"alert/{id_}", at=now)
            return bool(result.rowcount)

        return await self._writer.run(job)

    async def settle(self, id_: str, *, by: str, folded: int, now: datetime) -> None:
        """What it was about has ended, by what `by` did: nobody is told any more. What comes after is told anew.

        Not where more than `folded` was counted on it meanwhile, which may not have ended.
        """

        def job(connection: sa.Connection) -> None:
            over = {
                "state": AlertState.ACKNOWLEDGED.value,
                "acknowledged_by": by,
                "acknowledged_at": to_micros(now),
                "fold_hash": None,
                "ready_at": None,
                "lease_token": None,
            }
            waiting = (alert.c.id == id_) & alert.c.acknowledged_at.is_(None) & (alert.c.folded == folded)
            if connection.execute(alert.update().where(waiting).values(over)).rowcount:
                audit.append(connection, "alert_settled", actor=by, subject=f"alert/{id_}", at=now)

        await self._writer.run(job)

    async def of_the_gateway(self) -> list[GatewayAlert]:
        """Alerts about the gateway itself, or a contact it holds, that nobody has acknowledged.

        One that does not open is left out.
        """
        query = sa.select(alert.c.id, alert.c.contact_id, alert.c.sealed, alert.c.folded, alert.c.ready_at).where(
            alert.c.kind == AlertKind.SYSTEM.value,
            alert.c.acknowledged_at.is_(None),
            alert.c.state != AlertState.FOLDED.value,
        )

        def job(connection: sa.Connection) -> list[GatewayAlert]:
            found = []
            for row in connection.execute(query).all():
                with suppress(SealError):
                    key = self._vault.key(connection, row.contact_id or row.id)
                    payload = open_text(key, "alert", "sealed", row.id, row.sealed)
                    found.append(GatewayAlert(row.id, payload, row.folded, row.ready_at is not None))
            return found

        return await self._reader.run(job)

    async def unacknowledged(self) -> list[PendingAlert]:
        """Alerts that nobody has acknowledged, most urgent and oldest first."""
        query = (
            sa.select(alert.c.id, alert.c.contact_id, alert.c.kind, alert.c.urgency, alert.c.raised_at, alert.c.folded)
            .where(alert.c.acknowledged_at.is_(None), alert.c.state != AlertState.FOLDED.value)
            .order_by(_MOST_URGENT, alert.c.raised_at)
        )
        rows = await self._reader.run(lambda connection: connection.execute(query).all())
        return [_pending(row) for row in rows]

    async def rungs_told(self) -> dict[str, int]:
        """How often a rung of each alert was told, by its id; one that failed does not count."""
        query = (
            sa.select(audit_trail.c.subject, sa.func.count().label("count"))
            .where(audit_trail.c.event.startswith(_RUNG))
            .group_by(audit_trail.c.subject)
        )
        rows = await self._reader.run(lambda connection: connection.execute(query).all())
        return {row.subject.removeprefix("alert/"): row[1] for row in rows}

    def _folded(self, connection: sa.Connection, new: NewAlert, at: datetime) -> tuple[NewAlert, str | None]:
        """The alert as it is to be raised, and the one that it is only counted on, if any."""
        first = self._first_of(connection, new, at)
        if first is None:
            return new, None
        if first.ready_at is not None:
            return new, first.id
        counted = replace(new, urgency=Urgency.ROUTINE)
        digest = self._first_of(connection, counted, at)
        return counted, digest.id if digest is not None and digest.ready_at is not None else None

    def _first_of(self, connection: sa.Connection, new: NewAlert, at: datetime) -> _First | None:
        hashed = self._fold_hash(new)
        if hashed is None:
            return None
        query = _first_query(new.urgency is Urgency.IMMEDIATE, new.urgency is Urgency.ROUTINE)
        since = to_micros(at - timedelta(days=1))
        row = query.first(connection, {"hash": hashed, "since": since})
        return None if row is None else _First(*row)

    def _fold_hash(self, new: NewAlert) -> bytes | None:
        if new.fold_key is None:
            return None
        # A higher urgency is a different alert: it must be heard.
        return self._index.hash("fold", new.kind.value, new.urgency.value, new.fold_key)

    def _open(self, connection: sa.Connection, row: Row, now: datetime) -> OpenAlert | None:
        """The row in hand; None where it does not open: it waits, unacknowledged, and holds no other up."""
        if cannot_be_given_up_on(row.deaths):
            self._spend(connection, row.id, ServerDied.__name__, now)
            return None
        try:
            key = self._vault.key(connection, row.contact_id or row.id)
            payload = "" if is_deadly(row.deaths) else open_text(key, "alert", "sealed", row.id, row.sealed)
        except SealError as error:
            self._spend(connection, row.id, f"the payload: {type(error).__name__}", now)
            return None
        return OpenAlert(
            id=row.id,
            contact_id=row.contact_id,
            kind=AlertKind(row.kind),
            urgency=Urgency(row.urgency),
            payload=payload,
            raised_at=from_micros(row.raised_at),
            rung=row.rung,
            attempts=row.attempts,
            folded=row.folded,
            token=row.lease_token,
            deaths=row.deaths,
        )

    @staticmethod
    def _spend(connection: sa.Connection, id_: str, reason: str, now: datetime) -> None:
        """No rung of it is told any more."""
        spent = {"state": AlertState.EXHAUSTED.value, "ready_at": None, "lease_token": None}
        connection.execute(alert.update().where(alert.c.id == id_).values(error=reason, **spent))
        audit.append(connection, "alert_exhausted", actor="gateway", subject=f"alert/{id_}", at=now)

    @staticmethod
    def _update(
        connection: sa.Connection, claimed: OpenAlert, *, state: AlertState, ready_at: datetime | None, **values: object
    ) -> None:
        written = {
            "state": state.value,
            "ready_at": None if ready_at is None else to_micros(ready_at),
            "lease_token": None,
            "deaths": 0,  # the process lives
            **values,
        }
        held = {"its_id": claimed.id, "its_token": claimed.token}
        if _UPDATE_HELD.run(connection, {**written, **held}) != 1 and not connection.scalar(
            sa.select(alert.c.acknowledged_at).where(alert.c.id == claimed.id)
        ):
            raise ClaimLost(f"the claim on alert {claimed.id} is no longer ours")


class _First(NamedTuple):
    """The alert that a repeat is counted on; `ready_at` None: it is told no more."""

    id: str
    ready_at: int | None


@dataclass(frozen=True, slots=True)
class _Told:
    """What `told` was asked."""

    claimed: OpenAlert
    next_at: datetime | None
    rung: int
    at: datetime


@cache
def _first_query(acknowledged: bool, newest_first: bool) -> Prepared:
    query = sa.select(alert.c.id, alert.c.ready_at).where(
        alert.c.fold_hash == sa.bindparam("hash"),
        alert.c.raised_at >= sa.bindparam("since"),
        alert.c.state != AlertState.FOLDED.value,
    )
    if acknowledged:
        query = query.where(alert.c.acknowledged_at.is_not(None))
    return Prepared(query.order_by(alert.c.raised_at.desc() if newest_first else alert.c.raised_at).limit(1))


_MOST_URGENT = sa.case(
    {urgency.value: place for place, urgency in enumerate(URGENCIES)}, value=alert.c.urgency, else_=len(URGENCIES)
)
_SOONEST = sa.select(sa.func.min(alert.c.ready_at))
_FOLDED = sa.select(alert.c.folded).where(alert.c.id == sa.bindparam("id"))
_PUT = Prepared(alert.insert())
_COUNT = Prepared(alert.update().where(alert.c.id == sa.bindparam("first")).values(folded=alert.c.folded + 1))
_KINDS_OF = sa.select(alert.c.kind).where(alert.c.contact_id == sa.bindparam("id")).distinct()
_TOLD_BEFORE = sa.select(sa.func.max(alert.c.raised_at), sa.func.count(alert.c.acknowledged_at)).where(
    alert.c.fold_hash == sa.bindparam("hash")
)
_UPDATE_HELD = Prepared(
    alert.update().where(alert.c.id == sa.bindparam("its_id"), alert.c.lease_token == sa.bindparam("its_token"))
)
_DUE = (
    sa.select(alert.c.id)
    .where(alert.c.ready_at <= sa.bindparam("due"))
    .order_by(_MOST_URGENT, alert.c.ready_at)
    .limit(sa.bindparam("most"))
)


def _claiming(which: sa.Select[tuple[str]]) -> sa.sql.dml.ReturningUpdate[tuple[Any, ...]]:
    return (
        alert.update()
        .where(alert.c.id.in_(which.scalar_subquery()))
        .values(
            lease_token=sa.bindparam("its_token"),
            ready_at=sa.bindparam("until"),
            attempts=alert.c.attempts + 1,
        )
        .returning(*alert.c)
    )


_CLAIM, _CLAIM_ONE = _claiming(_DUE), _claiming(_DUE.where(alert.c.id == sa.bindparam("only")))


def _pending(row: Row) -> PendingAlert:
    kind, urgency = AlertKind(row.kind), Urgency(row.urgency)
    return PendingAlert(row.id, row.contact_id, kind, urgency, from_micros(row.raised_at), row.folded)
