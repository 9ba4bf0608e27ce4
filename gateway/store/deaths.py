"""Which work may be what killed the serving process: a fault in a C library, or want of memory, catches nobody.

While all goes well nothing is written for this: a claim says what is in hand. The next start finds what was. Where it
was one thing alone, a death counts against it; where there were several, each is under suspicion and nothing more, and
is taken by itself from then on. So what only happened to be in hand is never given up on for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from gateway.store.clock import to_micros
from gateway.store.leases import CLAIMED, GIVEN_UP_AFTER_DEATHS, WAITING


class ServerDied(Exception):
    """The serving process died each time that this work was in hand: it is given up on."""


@dataclass(frozen=True, slots=True)
class Suspect:
    """Work that was in hand at a death and has not been tried since. `table`: where it waits."""

    table: str
    id: str
    deaths: int


def is_deadly(deaths: int) -> bool:
    """Whether work that was in hand at so many deaths is given up on rather than taken again."""
    return deaths >= GIVEN_UP_AFTER_DEATHS


def cannot_be_given_up_on(deaths: int) -> bool:
    """Whether the process died even of giving it up: it is put away without a look at what it holds."""
    return deaths > GIVEN_UP_AFTER_DEATHS


def take_back(connection: sa.Connection, tables: Sequence[sa.Table], now: datetime, *, died: bool) -> int:
    """Make everything claimed ready again at once, whoever held it; how much there was.

    For the only process that serves the store, at its start and at its end: whoever held a claim at a start is dead,
    and waiting for its lease to end would hold mail up for minutes. A holder that lives after all finds its token gone.
    `died`: whether the holder did; an end that was wished counts against nothing.
    """
    held = sum(connection.scalar(sa.select(sa.func.count()).where(_held(table))) or 0 for table in tables)
    for table in tables if held else ():
        deaths = table.c.deaths
        blamed = deaths + 1 if held == 1 else sa.case((deaths == 0, 1), else_=deaths)
        connection.execute(
            table.update()
            .where(_held(table))
            .values(
                state=sa.case((table.c.state == CLAIMED, WAITING), else_=table.c.state),  # an alert's says other things
                lease_token=None,
                ready_at=to_micros(now),
                deaths=blamed if died else deaths,
            )
        )
    return held


def suspects(connection: sa.Connection, tables: Sequence[sa.Table]) -> list[Suspect]:
    """What is to be tried by itself, the least suspect first, so that the innocent are through before the next death.

    Of those alike, in the order of `tables`, the oldest first.
    """
    found = [
        Suspect(table.name, row.id, row.deaths)
        for table in tables
        for row in connection.execute(
            sa.select(table.c.id, table.c.deaths)
            .where(table.c.ready_at.is_not(None), table.c.deaths > 0)
            .order_by(table.c.ready_at, table.c.id)
        )
    ]
    return sorted(found, key=lambda suspect: suspect.deaths)


def _held(table: sa.Table) -> sa.ColumnElement[bool]:
    return sa.and_(table.c.lease_token.is_not(None), table.c.ready_at.is_not(None))
