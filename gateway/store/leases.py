"""Claims on work: a lease with a fencing token.

A row is taken by whoever writes its token; the lease ends by the clock alone, needing no other row; and work done
under a token that is no longer the row's does not count, so a worker that comes back late, or under its old name,
can harm nothing (DESIGN §3).
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa

from gateway.store import audit
from gateway.store.clock import to_micros
from gateway.store.errors import ClaimLost
from gateway.store.prepared import Prepared
from gateway.store.schema import Row

_DAMAGED = "damaged: "
WAITING, CLAIMED, DONE, DEAD = "waiting", "claimed", "done", "dead"
GIVEN_UP_AFTER_DEATHS = 3
"""At how many deaths of the serving process in a row work may be in hand (`deaths`), the first with others."""


def claim(
    connection: sa.Connection,
    table: sa.Table,
    *,
    now: datetime,
    lease: timedelta,
    limit: int,
    order: tuple[sa.ColumnElement[Any], ...] = (),
    only: str | None = None,
) -> tuple[str, Sequence[Row]]:
    """Take up to `limit` rows that are ready, by `order` or oldest first: (token, rows as they now are).

    `only`: none but the row of this id.
    """
    token = secrets.token_hex(8)
    values = {"its_token": token, "due": to_micros(now), "until": to_micros(now + lease), "most": limit}
    if only is not None:
        values["only"] = only
    taken = connection.execute(_claiming(table, order, only is not None), values).all()
    return token, sorted(taken, key=lambda row: row.seq)


@cache
def _claiming(
    table: sa.Table, order: tuple[sa.ColumnElement[Any], ...], one: bool
) -> sa.sql.dml.ReturningUpdate[tuple[Any, ...]]:
    """Built once a table: making a statement costs more than running it."""
    ready = (
        sa.select(table.c.seq)
        .where(table.c.ready_at <= sa.bindparam("due"), *((table.c.id == sa.bindparam("only"),) if one else ()))
        .order_by(*(order or (table.c.ready_at, table.c.seq)))
        .limit(sa.bindparam("most"))
    )
    return (
        table.update()
        .where(table.c.seq.in_(ready.scalar_subquery()))
        .values(
            state=CLAIMED,
            lease_token=sa.bindparam("its_token"),
            ready_at=sa.bindparam("until"),
            attempts=table.c.attempts + 1,
        )
        .returning(*table.c)
    )


def _held(table: sa.Table, id_: str, token: str) -> sa.ColumnElement[bool]:
    return sa.and_(table.c.id == id_, table.c.lease_token == token, table.c.state == CLAIMED)


def expect_held(connection: sa.Connection, table: sa.Table, id_: str, token: str) -> None:
    """ClaimLost where the lease has passed on."""
    if connection.scalar(sa.select(table.c.seq).where(_held(table, id_, token))) is None:
        raise ClaimLost(f"the claim on {id_} is no longer ours")


def finish(
    connection: sa.Connection, table: sa.Table, id_: str, token: str, *, state: str = DONE, error: str | None = None
) -> None:
    """Close the work for good: done, or dead with the reason. ClaimLost where the lease has passed on."""
    values = {"its_id": id_, "its_token": token, "to_state": state, "why": error and error[:200]}
    if _finishing(table).run(connection, values) != 1:
        raise ClaimLost(f"the claim on {id_} is no longer ours")


def remove(connection: sa.Connection, table: sa.Table, id_: str, token: str) -> None:
    """Close the work and keep nothing of it. ClaimLost where the lease has passed on."""
    _expect_one(connection.execute(table.delete().where(_held(table, id_, token))), id_)


def finish_many(connection: sa.Connection, table: sa.Table, held: Sequence[tuple[str, str]]) -> None:
    """Close several (id, token) as done. ClaimLost where the lease of any has passed on."""
    rows = [{"its_id": id_, "its_token": token, "to_state": DONE, "why": None} for id_, token in held]
    if _finishing(table).run_many(connection, rows) != len(rows):
        raise ClaimLost("a claim is no longer ours")


def bury(
    connection: sa.Connection, table: sa.Table, token: str, faults: Mapping[str, str], *, event: str, now: datetime
) -> None:
    """Put claimed rows that do not open on the dead-letter list. `faults`: why, by id."""
    for id_, error in faults.items():
        finish(connection, table, id_, token, state=DEAD, error=f"{_DAMAGED}{error}")
        audit.append(connection, event, actor="gateway", subject=f"{table.name}/{id_}", at=now)


@cache
def _finishing(table: sa.Table) -> Prepared:
    """Built once a table: it runs twice for every message."""
    held = sa.and_(
        table.c.id == sa.bindparam("its_id"),
        table.c.lease_token == sa.bindparam("its_token"),
        table.c.state == CLAIMED,
    )
    return Prepared(
        table.update()
        .where(held)
        .values(state=sa.bindparam("to_state"), lease_token=None, ready_at=None, error=sa.bindparam("why"))
    )


def give_back(
    connection: sa.Connection, table: sa.Table, id_: str, token: str, *, ready_at: datetime, error: str | None
) -> None:
    """Put the work back for later. ClaimLost where the lease has passed on.

    It did not kill the process this time. What is given up on for its deaths stays so, until a person revives it.
    """
    deaths = sa.case((table.c.deaths < GIVEN_UP_AFTER_DEATHS, 0), else_=table.c.deaths)
    _expect_one(
        connection.execute(
            table.update()
            .where(_held(table, id_, token))
            .values(
                state=WAITING,
                lease_token=None,
                ready_at=to_micros(ready_at),
                error=error and error[:200],
                deaths=deaths,
            )
        ),
        id_,
    )


def release(connection: sa.Connection, table: sa.Table, token: str) -> None:
    """Let go of everything taken under one token; it is ready again, as if it had never been claimed."""
    connection.execute(
        table.update()
        .where(table.c.lease_token == token, table.c.state == CLAIMED)
        .values(state=WAITING, lease_token=None, ready_at=0, attempts=table.c.attempts - 1)
    )


def extend(connection: sa.Connection, table: sa.Table, held: Iterable[tuple[str, str]], *, until: datetime) -> None:
    """Hold (id, token) claims until a later time; those that have passed on are left alone."""
    for id_, token in held:
        connection.execute(table.update().where(_held(table, id_, token)).values(ready_at=to_micros(until)))


def revive(connection: sa.Connection, table: sa.Table, id_: str, *, actor: str, now: datetime) -> bool:
    """A person gives dead work another life, its attempts counted anew. False where it was not dead."""
    result = connection.execute(
        table.update()
        .where(table.c.id == id_, table.c.state == DEAD)
        .values(state=WAITING, lease_token=None, ready_at=to_micros(now), attempts=0, deaths=0)
    )
    if result.rowcount:
        audit.append(connection, "tried_again", actor=actor, subject=f"{table.name}/{id_}", at=now)
    return bool(result.rowcount)


def count_damaged(connection: sa.Connection, table: sa.Table) -> int:
    """How much there is that `bury` put on the dead-letter list: nobody was told of it."""
    damaged = sa.select(sa.func.count()).where(table.c.state == DEAD, table.c.error.startswith(_DAMAGED))
    return connection.scalar(damaged) or 0


def _expect_one(result: sa.CursorResult[*tuple[Any, ...]], id_: str) -> None:
    if result.rowcount != 1:
        raise ClaimLost(f"the claim on {id_} is no longer ours")
