"""Taking work in two steps: the writer marks the rows as taken, a reader opens them, so that a commit stays short.

Where all they need is still in memory, nobody need read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

import sqlalchemy as sa

from gateway.store import leases
from gateway.store.reader import Reader
from gateway.store.schema import Row
from gateway.store.writer import Writer

T = TypeVar("T")
Open = Callable[[sa.Connection, str, Sequence[Row]], tuple[list[T], dict[str, str]]]
"""(connection, token, rows) to the work in hand, and why those rows that do not open do not, by id."""

AtHand = Callable[[str, Sequence[Row]], list[T] | None]
"""(token, rows) to the work in hand, None where something of it must be read."""


async def take(
    writer: Writer,
    reader: Reader,
    table: sa.Table,
    open_rows: Open[T],
    at_hand: AtHand[T],
    *,
    now: datetime,
    lease: timedelta,
    limit: int,
    dead_event: str,
    only: str | None = None,
) -> list[T]:
    """Up to `limit` rows of `table` that are ready, oldest first, or `only` the one of that id, if it is.

    A damaged row is buried and holds up no other.
    """
    token, rows = await writer.run(
        lambda connection: leases.claim(connection, table, now=now, lease=lease, limit=limit, only=only)
    )
    if not rows:
        return []
    if (ready := at_hand(token, rows)) is not None:
        return ready
    try:
        opened, damaged = await reader.run(lambda connection: open_rows(connection, token, rows))
    except BaseException:
        await writer.run(lambda connection: leases.release(connection, table, token))
        raise
    if damaged:
        await writer.run(lambda connection: leases.bury(connection, table, token, damaged, event=dead_event, now=now))
    return opened
