"""Settings that people turn while the gateway runs: each turn is an audit event with a name to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from gateway.store import audit
from gateway.store.clock import to_micros
from gateway.store.reader import Reader
from gateway.store.schema import state
from gateway.store.writer import Writer


class Switch(StrEnum):
    """What can be switched. Values are short words or JSON, never personal data."""

    MODE = "mode"
    ENFORCED_STRATEGIES = "enforced_strategies"
    PASS_THROUGH = "pass_through"  # noqa: S105 - a mode of the gateway
    LADDER_TESTED = "ladder_tested"
    AUDIT_HEAD_MAILED = "audit_head_mailed"


@dataclass(frozen=True, slots=True)
class Turned:
    """A switch as it was turned last, and by whom."""

    value: str
    by: str


class Switches:
    """Reads and turns switches."""

    def __init__(self, writer: Writer, reader: Reader) -> None:
        self._writer = writer
        self._reader = reader

    async def get(self, switch: Switch) -> str | None:
        """The switch's value, None where it was never turned."""
        return await self._reader.run(lambda connection: connection.scalar(_VALUE, {"name": switch.value}))

    async def turned(self, switch: Switch) -> Turned | None:
        """The switch's value and who turned it, None where it was never turned."""
        row = await self._reader.run(
            lambda connection: connection.execute(_TURNED, {"name": switch.value}).one_or_none()
        )
        return None if row is None else Turned(row.value, row.actor)

    async def turn(self, switch: Switch, value: str, *, actor: str, now: datetime) -> None:
        """Set the switch and write who did."""

        def job(connection: sa.Connection) -> None:
            values = {"value": value, "at": to_micros(now), "actor": actor}
            changed = connection.execute(state.update().where(state.c.name == switch.value).values(**values))
            if not changed.rowcount:
                connection.execute(state.insert(), {"name": switch.value, **values})
            audit.append(
                connection, f"switch_{switch.value}", actor=actor, subject=f"{switch.value}={value}"[:200], at=now
            )

        await self._writer.run(job)


_TURNED = sa.select(state.c.value, state.c.actor).where(state.c.name == sa.bindparam("name"))
_VALUE = sa.select(state.c.value).where(state.c.name == sa.bindparam("name"))
