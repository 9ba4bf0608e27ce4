"""The store as the service holds it: one file, one writer, and the parts of it by name."""

from __future__ import annotations

import asyncio
import fcntl
import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from gateway.clock import utc_now
from gateway.store import deaths, schema
from gateway.store.about import About
from gateway.store.alerts import AlertStore
from gateway.store.audit import AuditTrail
from gateway.store.clocks import ClockStore
from gateway.store.dismissals import Dismissals
from gateway.store.engine import open_engine
from gateway.store.errors import StoreError
from gateway.store.figures import Figures
from gateway.store.files import Files
from gateway.store.fresh import FreshMessages
from gateway.store.history import HistoryStore
from gateway.store.keyring import INDEX, TRACE, open_keyring, rewrap_some
from gateway.store.migrate import migrate
from gateway.store.outbox import OutboxStore
from gateway.store.pending import PendingScans
from gateway.store.reader import Reader
from gateway.store.recording import Recorder
from gateway.store.recounts import Recounts
from gateway.store.register import RegisterStore
from gateway.store.register_rows import RegisterRows
from gateway.store.register_versions import RegisterVersions
from gateway.store.replies import PromisedReplies
from gateway.store.retention import Retention
from gateway.store.review import ReviewStore
from gateway.store.sealing import Index, Sealer
from gateway.store.spool import Spool
from gateway.store.switches import Switches
from gateway.store.told_before import ToldBefore
from gateway.store.vault import Vault
from gateway.store.writer import Writer
from gateway.store.yearly import YearFigures


@dataclass(frozen=True)
class Store:
    """Everything that is kept. Close it when done: the writer finishes what it was given."""

    spool: Spool
    register: RegisterStore
    register_versions: RegisterVersions
    history: HistoryStore
    told_before: ToldBefore
    recorder: Recorder
    outbox: OutboxStore
    pending: PendingScans
    recounts: Recounts
    alerts: AlertStore
    review: ReviewStore
    replies: PromisedReplies
    audit: AuditTrail
    switches: Switches
    dismissals: Dismissals
    figures: Figures
    yearly: YearFigures
    files: Files
    retention: Retention
    about: About
    clocks: ClockStore
    vault: Vault
    path: Path
    trace_key: bytes
    writer: Writer
    reader: Reader
    sealer: Sealer

    @asynccontextmanager
    async def alone(self, what: str) -> AsyncIterator[None]:
        """Wait until nobody else does this on the store, in whichever process; a process that dies lets go of it."""
        with self.path.with_name(f"{self.path.name}.{what}").open("w") as lock:
            await asyncio.to_thread(fcntl.flock, lock, fcntl.LOCK_EX)
            yield

    async def rewrap(self) -> int:
        """Put every key under the current master key; how many were under another."""
        total = 0
        while done := await self.writer.run(lambda connection: rewrap_some(connection, self.sealer)):
            total += done
        return total

    async def take_back_claims(self, now: datetime, *, died: bool = True) -> int:
        """What the serving process held when it ended is ready again; how much. See `deaths.take_back`."""
        return await self.writer.run(lambda connection: deaths.take_back(connection, _CLAIMED_FROM, now, died=died))

    async def suspects(self) -> list[deaths.Suspect]:
        """What may have killed a serving process before this one, in the order in which it is to be tried."""
        return await self.reader.run(lambda connection: deaths.suspects(connection, _CLAIMED_FROM))

    def close(self) -> None:
        """Finish the queued writes, end the reads, close the file."""
        self.writer.close()
        self.reader.close()


_CLAIMED_FROM = (schema.spool, schema.alert, schema.outbox, schema.pending_scan, schema.recount)


@contextmanager
def sole_server(path: Path) -> Iterator[None]:
    """Be the only process that serves the store at `path`, until the end or our death. StoreError where another is."""
    with path.with_name(path.name + ".serving").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StoreError(f"another `triage serve` runs on the store {path}; stop it first") from None
        yield


def open_store(path: Path, sealer: Sealer, *, now: Callable[[], datetime] = utc_now) -> Store:
    """Open (or make) the SQLite store at `path`. StoreError names what is wrong and what to do."""
    _make_private(path)
    engine = open_engine(path, writer=True)
    try:
        keys = _prepare(path, engine, sealer)
        writer = Writer(engine)
    except sa.exc.DatabaseError as error:
        engine.dispose()
        raise StoreError(f"the store {path} cannot be used: {error.orig}") from None
    except StoreError:
        engine.dispose()
        raise
    reader = Reader(open_engine(path, writer=False))
    vault, index, fresh = Vault(sealer), Index(keys[INDEX]), FreshMessages()
    rows = RegisterRows(vault)
    register = RegisterStore(reader, vault, index, rows=rows)
    versions = RegisterVersions(writer, reader, vault, index, rows=rows, register=register)
    files = Files(writer, reader, vault)
    history = HistoryStore(vault, index)
    outbox = OutboxStore(writer, reader, vault, fresh=fresh)
    alerts = AlertStore(writer, reader, vault, index)
    return Store(
        path=path,
        spool=Spool(writer, reader, vault, index, fresh=fresh, now=now),
        register=register,
        register_versions=versions,
        history=history,
        told_before=ToldBefore(reader, vault),
        recorder=Recorder(writer, reader, vault, history=history, outbox=outbox, alerts=alerts),
        outbox=outbox,
        pending=PendingScans(writer, reader),
        recounts=Recounts(writer, reader),
        alerts=alerts,
        review=ReviewStore(writer, reader, vault),
        replies=PromisedReplies(writer, reader, vault),
        audit=AuditTrail(writer, reader),
        switches=Switches(writer, reader),
        dismissals=Dismissals(writer, reader, vault, index),
        figures=Figures(reader, vault),
        about=About(reader, vault, index),
        retention=Retention(writer, reader, vault, files=files, versions=versions, fresh=fresh),
        yearly=YearFigures(reader),
        files=files,
        clocks=ClockStore(writer, reader, files),
        vault=vault,
        trace_key=keys[TRACE],
        writer=writer,
        reader=reader,
        sealer=sealer,
    )


def _make_private(path: Path) -> None:
    """Made by us first, so that nobody else can read it for a moment."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise StoreError(f"the store {path} cannot be opened for writing: {error.strerror}") from None


def _prepare(path: Path, engine: sa.Engine, sealer: Sealer) -> dict[str, bytes]:
    """Migrate the store and open its own keys. Two programs that start at once must not migrate at once."""
    with path.with_name(path.name + ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        migrate(engine)
        with engine.begin() as connection:
            return open_keyring(connection, sealer)
