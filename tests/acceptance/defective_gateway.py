"""The gateway with one of three defects put in, for the crash tests to catch: `defective_gateway.py DEFECT serve …`."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

import sqlalchemy as sa

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from gateway.cli import main
from gateway.crashpoints import crash_point
from gateway.dispatch.dispatcher import Dispatcher
from gateway.ids import new_id
from gateway.store import leases
from gateway.store.outbox import Dispatch
from gateway.store.recording import Outcome, Recorder
from gateway.store.schema import spool
from gateway.store.spool import Claim, Spool
from models.envelope import Envelope

_background: set[asyncio.Task[None]] = set()
_COMMITTED_AFTER_SECONDS = 1.0


def answer_before_the_commit() -> None:
    """Defect: the id, and so the 250, goes out while the commit is still to come."""
    accept = Spool.accept

    async def later(self: Spool, envelope: Envelope, content: bytes) -> None:
        await asyncio.sleep(_COMMITTED_AFTER_SECONDS)
        await accept(self, envelope, content)

    async def hasty(self: Spool, envelope: Envelope, content: bytes) -> str:
        task = asyncio.create_task(later(self, envelope, content))
        _background.add(task)
        return new_id()

    Spool.accept = hasty  # type: ignore[method-assign]


def mark_before_sending() -> None:
    """Defect: the row is marked sent first, then sent."""
    send = Dispatcher._send

    async def marked(self: Dispatcher, dispatch: Dispatch) -> None:
        await self._store.outbox.sent(dispatch, now=self._now())
        await send(self, dispatch)

    Dispatcher._send = marked  # type: ignore[method-assign]


def close_the_claim_apart() -> None:
    """Defect: the claim is completed in a transaction of its own, before the record is written."""
    record, finish, expect_held = Recorder.record, leases.finish, leases.expect_held

    async def apart(self: Recorder, claim: Claim, *arguments: Any, **named: Any) -> Outcome:
        await self._writer.run(lambda connection: finish(connection, spool, claim.contact_id, claim.token))
        crash_point("claim_closed")
        return await record(self, claim, *arguments, **named)

    def but_for_the_spool(check: Any) -> Any:
        def checked(connection: sa.Connection, table: sa.Table, *arguments: Any, **named: Any) -> None:
            if table is not spool:
                check(connection, table, *arguments, **named)

        return checked

    Recorder.record = apart  # type: ignore[method-assign]
    leases.finish = but_for_the_spool(finish)
    leases.expect_held = but_for_the_spool(expect_held)


DEFECTS = {
    "250_before_commit": answer_before_the_commit,
    "sent_before_sending": mark_before_sending,
    "claim_closed_outside_the_transaction": close_the_claim_apart,
}

if __name__ == "__main__":
    DEFECTS[sys.argv.pop(1)]()
    main()
