"""The register in the store: dossiers sealed, found by keyed hashes of what they are looked up by.

A new register is staged under its own version in short commits, so that mail goes on being accepted meanwhile, and
becomes the register in one last commit: whole or not at all. A look-up costs one index probe for each key that the
register may hold, at any size; those that it surely does not hold are told by a sieve.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from threading import Lock
from typing import TypeVar

import sqlalchemy as sa

from gateway.store import audit
from gateway.store.clock import to_micros
from gateway.store.errors import StoreError
from gateway.store.managed import (
    LAST_STEP,
    ManagedStrategy,
    expect_the_living,
    lay_over,
    read_damaged,
    read_erased,
    read_managed,
)
from gateway.store.reader import Reader
from gateway.store.schema import Row, record_key, register_key, register_person, register_version
from gateway.store.sealing import Index, RecordKey, SealError
from gateway.store.sieve import Sieve
from gateway.store.vault import Vault, open_text, seal_text
from gateway.store.writer import Writer
from models.organisation import Organisation
from models.person import Person
from models.register import Dossier, Register
from models.strategy import Strategy
from routing.identity.keys import LookupKey, dossier_keys

T = TypeVar("T")

_PEOPLE_A_COMMIT = 500
_KEYS_A_QUERY = 500
_KEYS_A_FETCH = 5_000
_STAGED, _CURRENT, _OLD = "staged", "current", "old"


@dataclass(frozen=True, slots=True)
class CurrentRegister:
    """The version in force and its organisation. `last_step`: the newest in the file of any strategy, 0 for none.

    `people_of`: the version under which its people are kept.
    """

    version: int
    organisation: Organisation
    last_step: int
    people_of: int


@dataclass(frozen=True, slots=True)
class _Rows:
    """Some people, sealed, and the hashes they are found by: ready to be inserted."""

    people: list[dict[str, object]]
    keys: list[dict[str, object]]


class RegisterStore:
    """Holds the register in force and looks people up in it."""

    def __init__(self, writer: Writer, reader: Reader, vault: Vault, index: Index) -> None:
        self._writer = writer
        self._reader = reader
        self._vault = vault
        self._index = index
        self._keys: dict[int, RecordKey] = {}
        self._current: CurrentRegister | None = None
        self._sieve: tuple[int, Sieve] | None = None
        self._making_sieve = Lock()

    async def replace(
        self, register: Register, *, actor: str, now: datetime, progress: Callable[[int], None] = lambda _done: None
    ) -> int:
        """Make `register` the register; its version. `progress` is told how many people are staged so far.

        What it says of strategies that have a file here is not followed: see `managed`; of one that was erased here
        nothing is kept. StoreError where it lacks the person of one whose file is not closed, where a strategy that it
        has was erased meanwhile, and where another import ended meanwhile and cleared this one away: the register is
        then the other's.
        """
        gone = await self._reader.run(read_erased)
        dossiers = tuple(_without(dossier, gone) for dossier in register.dossiers())
        known = {dossier.person.id: frozenset(matter.id for matter in dossier.matters) for dossier in dossiers}
        await self._reader.run(partial(self._expect_the_living, known=known))
        version = await self._writer.run(lambda connection: self._stage(connection, register, actor, now))
        for start in range(0, len(dossiers), _PEOPLE_A_COMMIT):
            some = dossiers[start : start + _PEOPLE_A_COMMIT]
            # Made ready off the writer: what it does meanwhile is what senders wait for.
            rows = await self._reader.run(partial(self._rows, version=version, dossiers=some))
            await self._writer.run(partial(self._put, version=version, rows=rows))
            progress(start + len(some))

        def switch(connection: sa.Connection) -> None:
            self._expect_the_living(connection, known)  # again: a strategy may have been opened meanwhile
            if any(strategy.id in read_erased(connection) - gone for strategy in register.strategies):
                raise StoreError("a strategy was erased while this register was being written; load it again")
            self._switch(connection, version, actor, now)

        await self._writer.run(switch)
        await self._clear_old()
        return version

    def _expect_the_living(self, connection: sa.Connection, known: Mapping[str, Collection[str]]) -> None:
        expect_the_living(connection, self._vault, known, matters_now=self._matters_now)

    def _matters_now(self, connection: sa.Connection, person: str) -> frozenset[str]:
        """The matters that the register in force has of a person. SealError where their row cannot be read."""
        version = connection.scalar(_PEOPLE_OF)
        kept = [] if version is None else self._kept(connection, version, [person])
        return frozenset(matter.id for dossier in kept for matter in dossier.matters)

    async def damaged_files(self) -> tuple[str, ...]:
        """The strategies that have not ended whose file says nothing that can be read, by id."""
        return await self._reader.run(lambda connection: read_damaged(connection, self._vault))

    async def damage(self) -> tuple[str, ...]:
        """What of the register in force, and of the files over it, cannot be read: each with what to do about it."""

        _strategies, damaged = await self.readable_strategies()
        return tuple(damaged.values())

    async def kept_people(self, people: Iterable[str]) -> tuple[tuple[Person, ...], tuple[str, ...]]:
        """These people as the register itself has them, and those of them whose row cannot be read."""
        wanted = sorted(people)

        def job(connection: sa.Connection) -> tuple[tuple[Person, ...], tuple[str, ...]]:
            version = connection.scalar(_PEOPLE_OF)
            read: list[Person] = []
            unread: list[str] = []
            for person in wanted if version is not None else ():
                try:
                    read += [dossier.person for dossier in self._kept(connection, version, [person])]
                except SealError:
                    unread.append(person)
            return tuple(read), tuple(unread)

        return await self._reader.run(job)

    async def managed(self) -> tuple[ManagedStrategy, ...]:
        """The strategies that are as their files here say, whatever a register says of them, by id."""
        return await self._reader.run(read_managed)

    async def last_seen(self) -> CurrentRegister | None:
        """The register as last read, without asking the store; for what the recording will check again."""
        return self._current or await self.current()

    async def current(self) -> CurrentRegister | None:
        """The register in force, None where none was ever loaded."""
        return await self._reader.run(self.read_current)

    def read_current(self, connection: sa.Connection) -> CurrentRegister | None:
        """`current` within an open transaction; opened once a version."""
        row = connection.execute(_IN_FORCE).one_or_none()
        if row is None:
            return None
        version = row.version
        cached = self._current
        if cached is None or cached.version != version:
            sealed = connection.execute(
                sa.select(register_version.c.organisation).where(register_version.c.version == version)
            ).scalar_one()
            key = self._key(connection, row.people_of)
            text = open_text(key, "register_version", "organisation", str(version), sealed)
            organisation = Organisation.model_validate_json(text)
            self._current = cached = CurrentRegister(version, organisation, row.last_step, row.people_of)
        elif cached.last_step != row.last_step:
            self._current = cached = replace(cached, last_step=row.last_step)
        return cached

    @staticmethod
    def read_version(connection: sa.Connection) -> int | None:
        """The version in force, within an open transaction."""
        return connection.scalar(CURRENT_VERSION)

    async def candidates(
        self, keys: Iterable[LookupKey], *, anew: bool = True
    ) -> tuple[CurrentRegister | None, tuple[Dossier, ...]]:
        """The register in force, and the dossiers of everyone whom any of the keys may mean, in person order.

        Not `anew`, the store is not asked where the register as last read surely holds none of the keys, as with most
        mail: for those who check the version when they write, and ask anew where it has changed.
        """
        hashes = frozenset(self._index.hash("register", key.kind, key.value) for key in keys)
        if not anew and (last := self._holding_none(hashes)) is not None:
            return last, ()
        return await self._reader.run_together(self._candidates, hashes)

    def _holding_none(self, hashes: frozenset[bytes]) -> CurrentRegister | None:
        """The register as last read, where it surely holds none of these."""
        current, sieve = self._current, self._sieve
        if current is None or sieve is None or sieve[0] != current.people_of:
            return None
        return None if any(map(sieve[1].may_hold, hashes)) else current

    def _candidates(
        self, connection: sa.Connection, asked: Sequence[frozenset[bytes]]
    ) -> list[tuple[CurrentRegister | None, tuple[Dossier, ...]]]:
        """The look-ups of several contacts, as of one version."""
        current = self.read_current(connection)
        if current is None:
            return [(None, ()) for _hashes in asked]
        sieve = self._sieve_of(connection, current.people_of)
        every = sorted({hashed for hashes in asked for hashed in hashes if sieve is None or sieve.may_hold(hashed)})
        people: dict[bytes, list[str]] = defaultdict(list)
        for start in range(0, len(every), _KEYS_A_QUERY):
            some = {"version": current.people_of, "hashes": every[start : start + _KEYS_A_QUERY]}
            for row in connection.execute(_PEOPLE_BY_KEY, some):
                people[row.key_hash].append(row.person)
        found = [{person for hashed in hashes for person in people.get(hashed, ())} for hashes in asked]
        wanted = sorted(set().union(*found))
        dossiers = {dossier.person.id: dossier for dossier in self._dossiers(connection, current.people_of, wanted)}
        return [(current, tuple(dossiers[person] for person in sorted(some) if person in dossiers)) for some in found]

    def _sieve_of(self, connection: sa.Connection, version: int) -> Sieve | None:
        """Made once a version, whose keys never change; None while another thread makes it."""
        if self._sieve is not None and self._sieve[0] == version:
            return self._sieve[1]
        if not self._making_sieve.acquire(blocking=False):
            return None
        try:
            sieve = Sieve(connection.scalar(_PEOPLE, {"version": version}) or 0)
            for some in connection.execute(_EVERY_KEY, {"version": version}).scalars().partitions(_KEYS_A_FETCH):
                for hashed in some:
                    sieve.add(hashed)
            self._sieve = version, sieve
        finally:
            self._making_sieve.release()
        return sieve

    async def dossiers(self, people: Iterable[str]) -> tuple[Dossier, ...]:
        """The dossiers of these people, as far as the register in force has them."""
        wanted = list(people)

        def job(connection: sa.Connection) -> tuple[Dossier, ...]:
            version = connection.scalar(_PEOPLE_OF)
            return () if version is None else self._dossiers(connection, version, wanted)

        return await self._reader.run(job)

    async def readable_dossiers(self, people: Iterable[str]) -> tuple[list[Dossier], dict[str, str]]:
        """`dossiers` of those who can be read; of the others, by person, why and what to do about it."""
        wanted = list(people)

        def job(connection: sa.Connection) -> tuple[list[Dossier], dict[str, str]]:
            version = connection.scalar(_PEOPLE_OF)
            return ([], {}) if version is None else self._readable(connection, version, wanted)

        return await self._reader.run(job)

    async def readable_strategies(self) -> tuple[list[Strategy], dict[str, str]]:
        """`strategies` of those people who can be read; of the others, by person, why and what to do about it."""
        damaged: dict[str, str] = {}

        def some(connection: sa.Connection, version: int, people: Sequence[str]) -> list[Strategy]:
            read, unread = self._readable(connection, version, people)
            damaged.update(unread)
            return [one for dossier in read for one in dossier.strategies]

        return await self._of_everybody(some), damaged

    def _readable(
        self, connection: sa.Connection, version: int, people: Sequence[str]
    ) -> tuple[list[Dossier], dict[str, str]]:
        try:
            return list(self._dossiers(connection, version, people)), {}
        except SealError:
            read: list[Dossier] = []
            unread: dict[str, str] = {}
            for person in people:
                try:
                    read += self._dossiers(connection, version, [person])
                except SealError as error:
                    unread[person] = str(error)
            return read, unread

    async def strategies(self) -> tuple[Strategy, ...]:
        """Every strategy of the register in force, with what their files say."""

        def some(connection: sa.Connection, version: int, people: Sequence[str]) -> list[Strategy]:
            return [one for dossier in self._dossiers(connection, version, people) for one in dossier.strategies]

        return tuple(await self._of_everybody(some))

    async def export(self) -> Register | None:
        """The whole register in force."""

        def job(connection: sa.Connection) -> Register | None:
            current = self.read_current(connection)
            if current is None:
                return None
            everyone = connection.scalars(
                sa.select(register_person.c.person).where(register_person.c.version == current.people_of)
            ).all()
            dossiers = self._dossiers(connection, current.people_of, everyone)
            return Register(
                organisation=current.organisation,
                people=tuple(dossier.person for dossier in dossiers),
                matters=tuple(matter for dossier in dossiers for matter in dossier.matters),
                strategies=tuple(strategy for dossier in dossiers for strategy in _as_exported(dossier)),
            )

        return await self._reader.run(job)

    def _stage(self, connection: sa.Connection, register: Register, actor: str, now: datetime) -> int:
        version = self._next_version(connection)
        key = self._vault.make(connection, _record_id(version))
        organisation = register.organisation.model_dump_json(by_alias=True)
        connection.execute(
            register_version.insert(),
            {
                "version": version,
                "state": _STAGED,
                "at": to_micros(now),
                "actor": actor,
                "organisation": seal_text(key, "register_version", "organisation", str(version), organisation),
                "people": len(register.people),
            },
        )
        return version

    @staticmethod
    def _next_version(connection: sa.Connection) -> int:
        return int(connection.scalar(sa.select(sa.func.max(register_version.c.version))) or 0) + 1

    def _rows(self, connection: sa.Connection, *, version: int, dossiers: Sequence[Dossier]) -> _Rows:
        self._expect_staged(connection, version)
        key = self._key(connection, version)
        people, entries = [], set()
        for dossier in dossiers:
            id_ = dossier.person.id
            text = dossier.model_dump_json(by_alias=True)
            sealed = seal_text(key, "register_person", "dossier", f"{version}/{id_}", text)
            people.append({"version": version, "person": id_, "dossier": sealed})
            entries |= {(self._index.hash("register", k.kind, k.value), id_) for k in dossier_keys(dossier)}
        keys = [{"key_hash": hashed, "version": version, "person": person} for hashed, person in sorted(entries)]
        return _Rows(people, keys)

    def _put(self, connection: sa.Connection, *, version: int, rows: _Rows) -> None:
        self._expect_staged(connection, version)
        if rows.people:
            connection.execute(register_person.insert(), rows.people)
        if rows.keys:
            connection.execute(register_key.insert(), rows.keys)

    @staticmethod
    def _expect_staged(connection: sa.Connection, version: int) -> None:
        state = connection.scalar(sa.select(register_version.c.state).where(register_version.c.version == version))
        if state != _STAGED:
            raise StoreError("the register changed while this one was being written; load this one again")

    @staticmethod
    def _switch(connection: sa.Connection, version: int, actor: str, now: datetime) -> None:
        table = register_version
        RegisterStore._expect_staged(connection, version)
        # Whatever else was being staged is overtaken by this one, and says so when it goes on.
        connection.execute(table.update().where(table.c.state != _OLD).values(state=_OLD))
        connection.execute(table.update().where(table.c.version == version).values(state=_CURRENT))
        audit.append(connection, "register_replaced", actor=actor, subject=f"register/{version}", at=now)

    async def _clear_old(self) -> None:
        """Take the people of earlier and abandoned versions out, a few at a time; the version rows stay as a log."""
        in_use = _PEOPLE_OF.correlate(None)
        stale = sa.select(register_version.c.version).where(
            register_version.c.state == _OLD, register_version.c.version.not_in(in_use)
        )
        few = (
            sa.select(register_person.c.version, register_person.c.person)
            .where(register_person.c.version.in_(stale))
            .limit(_PEOPLE_A_COMMIT)
        )

        def job(connection: sa.Connection) -> bool:
            rows = connection.execute(few).all()
            for version, person in rows:
                gone = (register_person.c.version == version) & (register_person.c.person == person)
                connection.execute(register_person.delete().where(gone))
            if not rows:
                connection.execute(register_key.delete().where(register_key.c.version.in_(stale)))
                for version in connection.scalars(stale).all():
                    connection.execute(record_key.delete().where(record_key.c.record_id == _record_id(version)))
                    self._keys.pop(version, None)
            return bool(rows)

        while await self._writer.run(job):
            pass

    async def copies_of(self, strategies: Collection[str]) -> dict[str, str]:
        """Of these strategies the ones that the register itself has, beside their files; with whose they are there."""

        def some(connection: sa.Connection, version: int, people: Sequence[str]) -> list[tuple[str, str]]:
            kept = self._kept(connection, version, people)
            return [
                (one.id, dossier.person.id) for dossier in kept for one in dossier.strategies if one.id in strategies
            ]

        return dict(await self._of_everybody(some)) if strategies else {}

    async def _of_everybody(self, some: Callable[[sa.Connection, int, Sequence[str]], list[T]]) -> list[T]:
        """What `some` finds of a few people, for all of the register in force.

        A register of a million neither fills the memory nor keeps a reader for itself.
        """

        def job(connection: sa.Connection, after: str) -> tuple[str | None, list[T]]:
            version = connection.scalar(_PEOPLE_OF)
            people = connection.scalars(_PEOPLE_AFTER, {"version": version, "after": after}).all()
            return (people[-1], some(connection, version, people)) if people else (None, [])

        found: list[T] = []
        last: str | None = ""
        while last is not None:
            last, more = await self._reader.run(partial(job, after=last))
            found += more
        return found

    def erase_copy_within(
        self, connection: sa.Connection, strategy: str, *, person: str, actor: str, now: datetime
    ) -> None:
        """Take a strategy out of what the register has of a person, within an open transaction: its next version.

        A register that is being written meanwhile is given up. The people stay where they are kept, or an erasure
        would take as long as an import.
        """
        current = self.read_current(connection)
        kept = () if current is None else self._kept(connection, current.people_of, [person])
        if current is None or not any(one.id == strategy for dossier in kept for one in dossier.strategies):
            return
        key = self._key(connection, current.people_of)
        for dossier in kept:
            text = _without(dossier, {strategy}).model_dump_json(by_alias=True)
            sealed = seal_text(key, "register_person", "dossier", f"{current.people_of}/{person}", text)
            its_row = (register_person.c.version == current.people_of) & (register_person.c.person == person)
            connection.execute(register_person.update().where(its_row).values(dossier=sealed))
        version = self._next_version(connection)
        organisation = current.organisation.model_dump_json(by_alias=True)
        row = {
            "version": version,
            "at": to_micros(now),
            "actor": actor,
            "organisation": seal_text(key, "register_version", "organisation", str(version), organisation),
            "people": connection.scalar(_PEOPLE, {"version": current.version}),
            "people_of": current.people_of,
        }
        connection.execute(register_version.insert(), {**row, "state": _STAGED})
        self._switch(connection, version, actor, now)

    def _dossiers(self, connection: sa.Connection, version: int, people: Sequence[str]) -> tuple[Dossier, ...]:
        """What is known of these people: what the register has of them, and the files of their strategies over it."""
        return lay_over(connection, self._vault, self._kept(connection, version, people))

    def _kept(self, connection: sa.Connection, version: int, people: Sequence[str]) -> list[Dossier]:
        """What the register itself has of these people."""
        if not people:
            return []
        key = self._key(connection, version)
        rows: list[Row] = []
        for start in range(0, len(people), _PEOPLE_A_COMMIT):
            some = list(people[start : start + _PEOPLE_A_COMMIT])
            rows += connection.execute(_DOSSIERS, {"version": version, "people": some}).all()
        return [_opened(key, version, row) for row in sorted(rows, key=lambda row: str(row.person))]

    def _key(self, connection: sa.Connection, version: int) -> RecordKey:
        key = self._keys.get(version)
        if key is None:
            self._keys[version] = key = self._vault.key(connection, _record_id(version))
        return key


def _opened(key: RecordKey, version: int, row: Row) -> Dossier:
    """What the register has of a person. SealError, which says what to do, where that cannot be read."""
    try:
        text = open_text(key, "register_person", "dossier", f"{version}/{row.person}", row.dossier)
        return Dossier.model_validate_json(text)
    except (SealError, ValueError):  # ValueError: it opens and is no dossier, and its text is content
        raise SealError(
            f"the register's row of {row.person} cannot be read; import the register file again, or restore the store "
            "from a backup"
        ) from None


def _without(dossier: Dossier, gone: Collection[str]) -> Dossier:
    """The dossier without these strategies."""
    left = tuple(strategy for strategy in dossier.strategies if strategy.id not in gone)
    return dossier if len(left) == len(dossier.strategies) else dossier.model_copy(update={"strategies": left})


def _as_exported(dossier: Dossier) -> Iterator[Strategy]:
    """A person's strategies. One with a file here may name matters that the register no longer has: left out."""
    matters = {matter.id for matter in dossier.matters}
    for strategy in dossier.strategies:
        yield strategy.model_copy(update={"matters": tuple(id_ for id_ in strategy.matters if id_ in matters)})


def _record_id(version: int) -> str:
    return f"register/{version}"


CURRENT_VERSION = sa.select(register_version.c.version).where(register_version.c.state == _CURRENT)
_KEPT_UNDER = sa.func.coalesce(register_version.c.people_of, register_version.c.version)
_PEOPLE_OF = sa.select(_KEPT_UNDER).where(register_version.c.state == _CURRENT)
_IN_FORCE = CURRENT_VERSION.add_columns(LAST_STEP.scalar_subquery().label("last_step"), _KEPT_UNDER.label("people_of"))
_PEOPLE_BY_KEY = sa.select(register_key.c.key_hash, register_key.c.person).where(
    register_key.c.key_hash.in_(sa.bindparam("hashes", expanding=True)),
    register_key.c.version == sa.bindparam("version"),
)
_PEOPLE = sa.select(register_version.c.people).where(register_version.c.version == sa.bindparam("version"))
_PEOPLE_AFTER = (
    sa.select(register_person.c.person)
    .where(
        register_person.c.version == sa.bindparam("version"),
        register_person.c.person > sa.bindparam("after"),
    )
    .order_by(register_person.c.person)
    .limit(_PEOPLE_A_COMMIT)
)
_EVERY_KEY = sa.select(register_key.c.key_hash).where(register_key.c.version == sa.bindparam("version"))
_DOSSIERS = sa.select(register_person.c.person, register_person.c.dossier).where(
    register_person.c.version == sa.bindparam("version"),
    register_person.c.person.in_(sa.bindparam("people", expanding=True)),
)
