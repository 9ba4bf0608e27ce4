"""Case files: what has a life, as the steps that were taken in it, in their order; nothing is changed in place.

A file's steps and its projection are sealed under one key, the file's own: without it the content is gone, backups
included, and what remains is that there was a file, when, and the digests on the audit trail.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

import sqlalchemy as sa

from gateway.store import audit
from gateway.store.clock import from_micros, to_micros
from gateway.store.errors import FileMoved
from gateway.store.reader import Reader
from gateway.store.schema import Row, file, file_step, outbound
from gateway.store.sealing import RecordKey, SealError
from gateway.store.vault import Vault, open_text, seal_text
from gateway.store.writer import Writer

ERASED = "erased"
"""The kind of the last step of a file that was erased."""

Within = Callable[[sa.Connection], object]
"""What is written in the same transaction as a step; where it raises, the step is not taken either."""

_FILES_A_QUERY = 500


@dataclass(frozen=True, slots=True)
class NewStep:
    """A step to be taken: `text` is its JSON, `actor` the named person who takes it."""

    kind: str
    text: str = field(repr=False)
    actor: str
    at: datetime


@dataclass(frozen=True, slots=True)
class StoredStep:
    """A step as it was taken. `seq`: its place among the steps of all files. `text`: None where it was erased."""

    seq: int
    number: int
    kind: str
    actor: str
    at: datetime
    text: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file and its steps, the first first. `projection`: JSON of what the rest of the gateway needs of it."""

    id: str
    kind: str
    person: str | None
    opened_at: datetime
    changed_at: datetime
    closed: bool
    erased_at: datetime | None
    projection: str | None = field(repr=False)
    steps: tuple[StoredStep, ...]


@dataclass(frozen=True, slots=True)
class Cover:
    """A file from the outside. `steps`: how many it has."""

    id: str
    kind: str
    person: str | None
    opened_at: datetime
    changed_at: datetime
    closed: bool
    steps: int


class Files:
    """Keeps files and reads them back.

    The methods that end in `_within` do the same in a transaction that is open, so that a step and what follows from
    it are written together or not at all; where one raises, the whole transaction must be given up.
    """

    def __init__(self, writer: Writer, reader: Reader, vault: Vault) -> None:
        self._writer = writer
        self._reader = reader
        self._vault = vault

    async def open(
        self,
        id_: str,
        kind: str,
        person: str | None,
        step: NewStep,
        *,
        projection: str | None,
        closed: bool = False,
        beside: Within | None = None,
    ) -> None:
        """A new file with its first step. FileMoved where there is, or ever was, one of this id.

        `closed`: where nothing waits for another step.
        """

        def job(connection: sa.Connection) -> None:
            self.open_within(connection, id_, kind, person, step, projection=projection, closed=closed)
            if beside is not None:
                beside(connection)

        await self._writer.run(job)

    def open_within(
        self,
        connection: sa.Connection,
        id_: str,
        kind: str,
        person: str | None,
        step: NewStep,
        *,
        projection: str | None,
        closed: bool = False,
    ) -> None:
        """`open` within an open transaction."""
        if connection.execute(_STANDING, {"id": id_}).one_or_none() is not None:
            raise FileMoved(f"{id_} has been opened already")
        key = self._vault.make(connection, record_of(id_))
        audit.append(connection, "file_opened", actor=step.actor, subject=record_of(id_), at=step.at)
        connection.execute(
            file.insert(),
            {
                "id": id_,
                "kind": kind,
                "person": person,
                "opened_at": to_micros(step.at),
                "closed": closed,
                **_taken(connection, key, id_, 1, step, projection),
            },
        )

    async def append(
        self,
        id_: str,
        step: NewStep,
        *,
        expected: int,
        projection: str | None,
        closed: bool = False,
        beside: Within | None = None,
    ) -> None:
        """Take a step in a file of which `expected` steps were read, leaving it with this projection.

        `beside` is written in the same transaction. FileMoved where the file has another number of steps
        by now, or was erased; nothing is written then.
        """

        def job(connection: sa.Connection) -> None:
            self.append_within(connection, id_, step, expected=expected, projection=projection, closed=closed)
            if beside is not None:
                beside(connection)

        await self._writer.run(job)

    def append_within(
        self,
        connection: sa.Connection,
        id_: str,
        step: NewStep,
        *,
        expected: int,
        projection: str | None,
        closed: bool = False,
    ) -> None:
        """`append` within an open transaction."""
        row = connection.execute(_STANDING, {"id": id_}).one_or_none()
        if row is None:
            raise FileMoved(f"{id_} has not been opened")
        if row.erased_at is not None:
            raise FileMoved(f"{id_} has been erased")
        if row.steps != expected:
            raise FileMoved(f"{id_} has {row.steps} steps by now, not {expected}")
        key = self._vault.stored(connection, record_of(id_))
        if key is None:
            raise SealError(f"{id_} has no key: what was written in it cannot be read")
        taken = _taken(connection, key, id_, expected + 1, step, projection)
        connection.execute(file.update().where(file.c.id == id_).values(closed=closed, **taken))

    async def read(self, id_: str) -> StoredFile | None:
        """One file, None where there never was one of this id."""
        return await self._reader.run(lambda connection: self.read_within(connection, id_))

    def read_within(self, connection: sa.Connection, id_: str) -> StoredFile | None:
        """`read` within an open transaction."""
        found = self._read(connection, file.c.id == id_)
        return found[0] if found else None

    async def of_kind(self, kind: str, *, closed: bool | None = False) -> list[StoredFile]:
        """The files of a kind, the one opened first first; those that were erased count as closed. None: all."""
        return await self._reader.run(lambda connection: self._read(connection, _is_of_kind(kind, closed)))

    async def readable(self, kind: str, *, closed: bool | None = False) -> tuple[list[StoredFile], dict[str, str]]:
        """`of_kind` of those that open; of the others, by id, why and what to do. No erased ones."""
        damaged: dict[str, str] = {}
        which = _is_of_kind(kind, closed) & file.c.erased_at.is_(None)
        found = await self._reader.run(lambda connection: self._read(connection, which, damaged))
        return found, damaged

    async def ids_of_kind(self, kind: str, *, closed: bool | None = False) -> list[str]:
        """The ids of what `of_kind` gives; nothing is opened."""
        ids = sa.select(file.c.id).where(_is_of_kind(kind, closed)).order_by(file.c.opened_at, file.c.id)
        return list(await self._reader.run(lambda connection: connection.scalars(ids).all()))

    async def covers(self) -> list[Cover]:
        """Every file that was not erased, from the outside: nothing is opened."""
        rows = await self._reader.run(lambda connection: connection.execute(_COVERS).all())
        return [
            Cover(
                row.id,
                row.kind,
                row.person,
                from_micros(row.opened_at),
                from_micros(row.changed_at),
                row.closed,
                row.steps,
            )
            for row in rows
        ]

    async def of_person(self, person: str) -> list[StoredFile]:
        """Every file that belongs to a person, closed ones too, the one opened first first."""
        return await self._reader.run(lambda connection: self._read(connection, file.c.person == person))

    async def of_nobody(self, kind: str) -> list[StoredFile]:
        """Every file of a kind that belongs to no person, closed ones too, the one opened first first."""
        which = sa.and_(file.c.kind == kind, file.c.person.is_(None), file.c.erased_at.is_(None))
        return await self._reader.run(lambda connection: self._read(connection, which))

    async def viewed(self, id_: str, *, by: str, now: datetime) -> None:
        """Somebody looked at the file: the view is on the trail."""
        await self._writer.run(
            lambda connection: audit.append(connection, "file_viewed", actor=by, subject=record_of(id_), at=now)
        )

    async def all_viewed(self, ids: Sequence[str], *, by: str, now: datetime) -> None:
        """Somebody looked at these files, as in a list: each view is on the trail."""
        events = [audit.entry("file_viewed", actor=by, subject=record_of(id_), at=now) for id_ in ids]
        await self._writer.run(lambda connection: audit.append_many(connection, events))

    async def people(self, *, besides: str) -> frozenset[str]:
        """Everybody whom a file is about that was not erased, of whatever kind but one."""
        values = {"besides": besides}
        return await self._reader.run(lambda connection: frozenset(connection.scalars(_PEOPLE, values)))

    def erase_within(
        self, connection: sa.Connection, id_: str, *, actor: str, now: datetime, expected: int | None = None
    ) -> bool:
        """Make all that was written in a file unreadable for good, within an open transaction.

        What was noted of the letters that went out with it goes, too. Id, kind, days, and who took which kind of step
        when remain, with the digests on the trail. False where there is none, or it is erased already; FileMoved where
        it no longer has the `expected` number of steps.
        """
        row = connection.execute(_STANDING, {"id": id_}).one_or_none()
        if row is None or row.erased_at is not None:
            return False
        if expected is not None and row.steps != expected:
            raise FileMoved(f"{id_} has {row.steps} steps by now, not {expected}")
        number = row.steps + 1
        # A step of its own: whoever read the file before must notice that it is not what it was.
        seq = _insert_step(connection, id_, number, kind=ERASED, actor=actor, at=now, sealed=None)
        connection.execute(file_step.update().where(file_step.c.file_id == id_).values(sealed=None))
        connection.execute(
            file.update()
            .where(file.c.id == id_)
            .values(
                person=None,
                steps=number,
                last_seq=seq,
                changed_at=to_micros(now),
                closed=True,
                projection=None,
                erased_at=to_micros(now),
            )
        )
        letters = connection.scalars(_LETTERS, {"id": id_}).all()
        connection.execute(outbound.delete().where(outbound.c.file_id == id_))
        self._vault.erase_many(connection, [record_of(id_), *letters])
        audit.append(connection, "file_erased", actor=actor, subject=record_of(id_), at=now)
        return True

    def _read(
        self, connection: sa.Connection, which: sa.ColumnElement[bool], damaged: dict[str, str] | None = None
    ) -> list[StoredFile]:
        """SealError where one does not open; with `damaged`, it is noted there and the others are read."""
        rows = connection.execute(sa.select(file).where(which).order_by(file.c.opened_at, file.c.id)).all()
        found: list[StoredFile] = []
        for start in range(0, len(rows), _FILES_A_QUERY):
            some = rows[start : start + _FILES_A_QUERY]
            steps: dict[str, list[Row]] = defaultdict(list)
            for step in connection.execute(_STEPS, {"ids": [row.id for row in some]}):
                steps[step.file_id].append(step)
            self._vault.look_up(connection, [record_of(row.id) for row in some if row.erased_at is None])
            for row in some:
                try:
                    found.append(self._opened(connection, row, steps[row.id]))
                except SealError as error:
                    why = cannot_be_read(row.id, str(error))
                    if damaged is None:
                        raise SealError(why) from None
                    damaged[row.id] = why
        return found

    def _opened(self, connection: sa.Connection, row: Row, steps: Iterable[Row]) -> StoredFile:
        key = None if row.erased_at is not None else self._vault.key(connection, record_of(row.id))
        return StoredFile(
            id=row.id,
            kind=row.kind,
            person=row.person,
            opened_at=from_micros(row.opened_at),
            changed_at=from_micros(row.changed_at),
            closed=row.closed,
            erased_at=None if row.erased_at is None else from_micros(row.erased_at),
            projection=None if key is None or row.projection is None else open_projection(key, row),
            steps=tuple(
                StoredStep(
                    seq=step.seq,
                    number=step.number,
                    kind=step.kind,
                    actor=step.actor,
                    at=from_micros(step.at),
                    text=None if key is None else _open_step(key, step),
                )
                for step in steps
            ),
        )


def _is_of_kind(kind: str, closed: bool | None) -> sa.ColumnElement[bool]:
    which = file.c.kind == kind
    return which if closed is None else which & (file.c.closed == closed)


def cannot_be_read(id_: str, why: str) -> str:
    """What is said of a file that is damaged. `why` holds no content."""
    return f"{id_} cannot be read ({why}); restore the store from a backup"


def record_of(id_: str) -> str:
    """The name of a file's record key, and of the file on the audit trail."""
    return f"file/{id_}"


def open_projection(key: RecordKey, row: Row) -> str:
    """The projection of a file's row that has one."""
    return open_text(key, "file", "projection", f"{row.id}/{row.steps}", row.projection)


def _open_step(key: RecordKey, step: Row) -> str:
    return open_text(key, "file_step", "sealed", f"{step.file_id}/{step.number}", step.sealed)


def _taken(
    connection: sa.Connection, key: RecordKey, id_: str, number: int, step: NewStep, projection: str | None
) -> dict[str, object]:
    """Writes a step and its audit event; what the file's row says after it."""
    place = f"{id_}/{number}"
    sealed = seal_text(key, "file_step", "sealed", place, step.text)
    seq = _insert_step(connection, id_, number, kind=step.kind, actor=step.actor, at=step.at, sealed=sealed)
    digest = sha256(step.text.encode("utf-8", "surrogatepass")).digest()
    subject = record_of(place)
    audit.append(connection, "file_step", actor=step.actor, subject=subject, at=step.at, digest=digest)
    return {
        "steps": number,
        "last_seq": seq,
        "changed_at": to_micros(step.at),
        # Bound to its step: an earlier projection that is put back does not open.
        "projection": None if projection is None else seal_text(key, "file", "projection", place, projection),
    }


def _insert_step(
    connection: sa.Connection, id_: str, number: int, *, kind: str, actor: str, at: datetime, sealed: bytes | None
) -> int:
    row = {"file_id": id_, "number": number, "at": to_micros(at), "actor": actor, "kind": kind, "sealed": sealed}
    return int(connection.execute(_PUT_STEP, row).scalar_one())


_STANDING = sa.select(file.c.steps, file.c.erased_at).where(file.c.id == sa.bindparam("id"))
_LETTERS = sa.select(outbound.c.id).where(outbound.c.file_id == sa.bindparam("id")).distinct()
_COVERS = sa.select(file).where(file.c.erased_at.is_(None)).order_by(file.c.id)
_PEOPLE = (
    sa.select(file.c.person)
    .where(file.c.person.is_not(None), file.c.erased_at.is_(None), file.c.kind != sa.bindparam("besides"))
    .distinct()
)
_PUT_STEP = file_step.insert().returning(file_step.c.seq)
_STEPS = (
    sa.select(file_step)
    .where(file_step.c.file_id.in_(sa.bindparam("ids", expanding=True)))
    .order_by(file_step.c.file_id, file_step.c.number)
)
