"""The register in force: dossiers sealed, found by keyed hashes of what they are looked up by.

A look-up costs one index probe for each key that the register may hold, at any size; those that it surely does not
hold are told by a sieve.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from threading import Lock
from typing import TypeVar

import sqlalchemy as sa

from gateway.store.clock import from_micros
from gateway.store.managed import LAST_STEP, ManagedStrategy, lay_over, read_damaged, read_managed
from gateway.store.reader import Reader
from gateway.store.register_rows import (
    CURRENT_VERSION,
    KEPT_UNDER,
    PEOPLE_COUNT,
    PEOPLE_OF,
    RegisterRows,
    opened_organisation,
)
from gateway.store.schema import register_key, register_person, register_version
from gateway.store.sealing import Index, SealError
from gateway.store.sieve import Sieve
from gateway.store.vault import Vault
from models.organisation import Organisation
from models.person import Person
from models.register import Dossier, Register
from models.strategy import Strategy
from routing.identity.claim import LookupKey

T = TypeVar("T")

_PEOPLE_A_READ = 500
_KEYS_A_QUERY = 500
_KEYS_A_FETCH = 5_000


@dataclass(frozen=True, slots=True)
class CurrentRegister:
    """The version in force and its organisation. `last_step`: the newest in the file of any strategy, 0 for none.

    `people_of`: the version under which its people are kept.
    """

    version: int
    organisation: Organisation
    last_step: int
    people_of: int


class RegisterStore:
    """Looks people up in the register in force. `RegisterVersions` writes it."""

    def __init__(self, reader: Reader, vault: Vault, index: Index, *, rows: RegisterRows) -> None:
        self._reader = reader
        self._vault = vault
        self._index = index
        self._rows = rows
        self._current: CurrentRegister | None = None
        self._sieve: tuple[int, Sieve] | None = None
        self._making_sieve = Lock()

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
            version = connection.scalar(PEOPLE_OF)
            read: list[Person] = []
            unread: list[str] = []
            for person in wanted if version is not None else ():
                try:
                    read += [dossier.person for dossier in self._rows.kept(connection, version, [person])]
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

    async def made(self) -> tuple[int, datetime, str] | None:
        """The version in force, when it was made and by whom; None where no register was ever loaded."""

        def job(connection: sa.Connection) -> tuple[int, datetime, str] | None:
            row = connection.execute(_MADE).one_or_none()
            return None if row is None else (row.version, from_micros(row.at), row.actor)

        return await self._reader.run(job)

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
            organisation = opened_organisation(self._rows.key(connection, row.people_of), version, sealed)
            self._current = cached = CurrentRegister(version, organisation, row.last_step, row.people_of)
        elif cached.last_step != row.last_step:
            self._current = cached = replace(cached, last_step=row.last_step)
        return cached

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
            sieve = Sieve(connection.scalar(PEOPLE_COUNT, {"version": version}) or 0)
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
            version = connection.scalar(PEOPLE_OF)
            return () if version is None else self._dossiers(connection, version, wanted)

        return await self._reader.run(job)

    async def readable_dossiers(self, people: Iterable[str]) -> tuple[list[Dossier], dict[str, str]]:
        """`dossiers` of those who can be read; of the others, by person, why and what to do about it."""
        wanted = list(people)

        def job(connection: sa.Connection) -> tuple[list[Dossier], dict[str, str]]:
            version = connection.scalar(PEOPLE_OF)
            return ([], {}) if version is None else self._readable(connection, version, wanted)

        return await self._reader.run(job)

    async def in_register_only(self) -> tuple[list[Strategy], dict[str, str]]:
        """`readable_strategies` without those that have a file here."""
        found, damaged = await self.readable_strategies()
        managed = {one.id for one in await self.managed()}
        return [one for one in found if one.id not in managed], damaged

    async def readable_strategies(self) -> tuple[list[Strategy], dict[str, str]]:
        """`strategies` of those people who can be read; of the others, by person, why and what to do about it."""
        found, damaged = await self.readable_restricted()
        return [one for dossier in found for one in dossier.strategies], damaged

    async def readable_restricted(self) -> tuple[list[Dossier], dict[str, str]]:
        """The dossiers of everybody who has, or had, a strategy; of those who cannot be read, why and what to do."""
        damaged: dict[str, str] = {}

        def some(connection: sa.Connection, version: int, people: Sequence[str]) -> list[Dossier]:
            read, unread = self._readable(connection, version, people)
            damaged.update(unread)
            return [dossier for dossier in read if dossier.strategies]

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

    async def copies_of(self, strategies: Collection[str]) -> dict[str, str]:
        """Of these strategies the ones that the register itself has, beside their files; with whose they are there."""

        def some(connection: sa.Connection, version: int, people: Sequence[str]) -> list[tuple[str, str]]:
            kept = self._rows.kept(connection, version, people)
            return [
                (one.id, dossier.person.id) for dossier in kept for one in dossier.strategies if one.id in strategies
            ]

        return dict(await self._of_everybody(some)) if strategies else {}

    async def _of_everybody(self, some: Callable[[sa.Connection, int, Sequence[str]], list[T]]) -> list[T]:
        """What `some` finds of a few people, for all of the register in force.

        A register of a million neither fills the memory nor keeps a reader for itself.
        """

        def job(connection: sa.Connection, after: str) -> tuple[str | None, list[T]]:
            version = connection.scalar(PEOPLE_OF)
            people = connection.scalars(_PEOPLE_AFTER, {"version": version, "after": after}).all()
            return (people[-1], some(connection, version, people)) if people else (None, [])

        found: list[T] = []
        last: str | None = ""
        while last is not None:
            last, more = await self._reader.run(partial(job, after=last))
            found += more
        return found

    def _dossiers(self, connection: sa.Connection, version: int, people: Sequence[str]) -> tuple[Dossier, ...]:
        """What is known of these people: what the register has of them, and the files of their strategies over it."""
        return lay_over(connection, self._vault, self._rows.kept(connection, version, people))


def _as_exported(dossier: Dossier) -> Iterator[Strategy]:
    """A person's strategies. One with a file here may name matters that the register no longer has: left out."""
    matters = {matter.id for matter in dossier.matters}
    for strategy in dossier.strategies:
        yield strategy.model_copy(update={"matters": tuple(id_ for id_ in strategy.matters if id_ in matters)})


_IN_FORCE = CURRENT_VERSION.add_columns(LAST_STEP.scalar_subquery().label("last_step"), KEPT_UNDER.label("people_of"))
_MADE = CURRENT_VERSION.add_columns(register_version.c.at, register_version.c.actor)
_PEOPLE_BY_KEY = sa.select(register_key.c.key_hash, register_key.c.person).where(
    register_key.c.key_hash.in_(sa.bindparam("hashes", expanding=True)),
    register_key.c.version == sa.bindparam("version"),
)
_PEOPLE_AFTER = (
    sa.select(register_person.c.person)
    .where(
        register_person.c.version == sa.bindparam("version"),
        register_person.c.person > sa.bindparam("after"),
    )
    .order_by(register_person.c.person)
    .limit(_PEOPLE_A_READ)
)
_EVERY_KEY = sa.select(register_key.c.key_hash).where(register_key.c.version == sa.bindparam("version"))
