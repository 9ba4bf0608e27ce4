"""Writing the register: a new version of it, whole or not at all, and one without a strategy that was erased.

A new register is staged under its own version in short commits, so that mail goes on being accepted meanwhile, and
becomes the register in one last commit.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import sqlalchemy as sa

from gateway.store import audit
from gateway.store.clock import to_micros
from gateway.store.errors import StoreError
from gateway.store.managed import expect_the_living, read_erased
from gateway.store.reader import Reader
from gateway.store.register import RegisterStore
from gateway.store.register_rows import (
    CURRENT,
    OLD,
    PEOPLE_COUNT,
    PEOPLE_OF,
    STAGED,
    RegisterRows,
    sealed_dossier,
    sealed_organisation,
)
from gateway.store.schema import register_key, register_person, register_version
from gateway.store.sealing import Index
from gateway.store.vault import Vault
from gateway.store.writer import Writer
from models.register import Dossier, Register
from routing.identity.keys import dossier_keys

_PEOPLE_A_COMMIT = 500


@dataclass(frozen=True, slots=True)
class _Sealed:
    """Some people, sealed, and the hashes they are found by: ready to be inserted."""

    people: list[dict[str, object]]
    keys: list[dict[str, object]]


class RegisterVersions:
    """Writes versions of the register. `register`: the one in force."""

    def __init__(
        self,
        writer: Writer,
        reader: Reader,
        vault: Vault,
        index: Index,
        *,
        rows: RegisterRows,
        register: RegisterStore,
    ) -> None:
        self._writer = writer
        self._reader = reader
        self._vault = vault
        self._index = index
        self._rows = rows
        self._register = register

    async def replace(
        self, register: Register, *, actor: str, now: datetime, progress: Callable[[int], None] = lambda _done: None
    ) -> int:
        """Make `register` the register; its version. `progress` is told how many people are staged so far.

        What it says of strategies that have a file here is not followed: see `gateway.store.managed`; of one that was
        erased here nothing is kept. StoreError where it lacks the person of one whose file is not closed, where a
        strategy that it has was erased meanwhile, and where another import ended meanwhile and cleared this one away:
        the register is then the other's.
        """
        gone = await self._reader.run(read_erased)
        dossiers = tuple(_without(dossier, gone) for dossier in register.dossiers())
        known = _known(dossiers)
        await self._reader.run(partial(self._expect_the_living, known=known))
        version = await self._writer.run(lambda connection: self._stage(connection, register, actor, now))
        for start in range(0, len(dossiers), _PEOPLE_A_COMMIT):
            some = dossiers[start : start + _PEOPLE_A_COMMIT]
            # Made ready off the writer: what it does meanwhile is what senders wait for.
            sealed = await self._reader.run(partial(self._seal, version=version, dossiers=some))
            await self._writer.run(partial(_put, version=version, sealed=sealed))
            progress(start + len(some))

        def switch(connection: sa.Connection) -> None:
            self._expect_the_living(connection, known)  # again: a strategy may have been opened meanwhile
            if any(strategy.id in read_erased(connection) - gone for strategy in register.strategies):
                raise StoreError("a strategy was erased while this register was being written; load it again")
            _switch(connection, version, actor, now)

        await self._writer.run(switch)
        await self._clear_old()
        return version

    async def expect_the_living(self, register: Register) -> None:
        """StoreError where `replace` would refuse it because of whom or what it lacks; nothing is written."""
        await self._reader.run(partial(self._expect_the_living, known=_known(register.dossiers())))

    def _expect_the_living(self, connection: sa.Connection, known: Mapping[str, Collection[str]]) -> None:
        expect_the_living(connection, self._vault, known, matters_now=self._matters_now)

    def _matters_now(self, connection: sa.Connection, person: str) -> frozenset[str]:
        """The matters that the register in force has of a person. SealError where their row cannot be read."""
        version = connection.scalar(PEOPLE_OF)
        kept = [] if version is None else self._rows.kept(connection, version, [person])
        return frozenset(matter.id for dossier in kept for matter in dossier.matters)

    def erase_copy_within(
        self, connection: sa.Connection, strategy: str, *, person: str, actor: str, now: datetime
    ) -> None:
        """Take a strategy out of what the register has of a person, within an open transaction: its next version.

        A register that is being written meanwhile is given up. The people stay where they are kept, or an erasure
        would take as long as an import.
        """
        current = self._register.read_current(connection)
        kept = () if current is None else self._rows.kept(connection, current.people_of, [person])
        if current is None or not any(one.id == strategy for dossier in kept for one in dossier.strategies):
            return
        key = self._rows.key(connection, current.people_of)
        for dossier in kept:
            sealed = sealed_dossier(key, current.people_of, _without(dossier, {strategy}))
            its_row = (register_person.c.version == current.people_of) & (register_person.c.person == person)
            connection.execute(register_person.update().where(its_row).values(dossier=sealed))
        version = _next_version(connection)
        organisation = sealed_organisation(key, version, current.organisation)
        people = connection.scalar(PEOPLE_COUNT, {"version": current.version}) or 0
        _add(connection, version, organisation, people, people_of=current.people_of, actor=actor, now=now)
        _switch(connection, version, actor, now)

    def _stage(self, connection: sa.Connection, register: Register, actor: str, now: datetime) -> int:
        version = _next_version(connection)
        key = self._rows.make_key(connection, version)
        organisation = sealed_organisation(key, version, register.organisation)
        _add(connection, version, organisation, len(register.people), actor=actor, now=now)
        return version

    def _seal(self, connection: sa.Connection, *, version: int, dossiers: Sequence[Dossier]) -> _Sealed:
        _expect_staged(connection, version)
        key = self._rows.key(connection, version)
        people, entries = [], set()
        for dossier in dossiers:
            id_ = dossier.person.id
            people.append({"version": version, "person": id_, "dossier": sealed_dossier(key, version, dossier)})
            entries |= {(self._index.hash("register", k.kind, k.value), id_) for k in dossier_keys(dossier)}
        keys = [{"key_hash": hashed, "version": version, "person": person} for hashed, person in sorted(entries)]
        return _Sealed(people, keys)

    async def _clear_old(self) -> None:
        """Take the people of earlier and abandoned versions out, a few at a time; the version rows stay as a log."""
        in_use = PEOPLE_OF.correlate(None)
        stale = sa.select(register_version.c.version).where(
            register_version.c.state == OLD, register_version.c.version.not_in(in_use)
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
                    self._rows.erase_key(connection, version)
            return bool(rows)

        while await self._writer.run(job):
            pass


def _known(dossiers: Iterable[Dossier]) -> Mapping[str, Collection[str]]:
    """The ids of the matters, by person."""
    return {dossier.person.id: frozenset(matter.id for matter in dossier.matters) for dossier in dossiers}


def _without(dossier: Dossier, gone: Collection[str]) -> Dossier:
    """The dossier without these strategies."""
    left = tuple(strategy for strategy in dossier.strategies if strategy.id not in gone)
    return dossier if len(left) == len(dossier.strategies) else dossier.model_copy(update={"strategies": left})


def _next_version(connection: sa.Connection) -> int:
    return int(connection.scalar(sa.select(sa.func.max(register_version.c.version))) or 0) + 1


def _add(
    connection: sa.Connection,
    version: int,
    organisation: bytes,
    people: int,
    *,
    people_of: int | None = None,
    actor: str,
    now: datetime,
) -> None:
    """A staged version. `people`: how many; `people_of`: the version that they are kept under, None for its own."""
    connection.execute(
        register_version.insert(),
        {
            "version": version,
            "state": STAGED,
            "at": to_micros(now),
            "actor": actor,
            "organisation": organisation,
            "people": people,
            "people_of": people_of,
        },
    )


def _put(connection: sa.Connection, *, version: int, sealed: _Sealed) -> None:
    _expect_staged(connection, version)
    if sealed.people:
        connection.execute(register_person.insert(), sealed.people)
    if sealed.keys:
        connection.execute(register_key.insert(), sealed.keys)


def _expect_staged(connection: sa.Connection, version: int) -> None:
    state = connection.scalar(sa.select(register_version.c.state).where(register_version.c.version == version))
    if state != STAGED:
        raise StoreError("the register changed while this one was being written; load this one again")


def _switch(connection: sa.Connection, version: int, actor: str, now: datetime) -> None:
    table = register_version
    _expect_staged(connection, version)
    # Whatever else was being staged is overtaken by this one, and says so when it goes on.
    connection.execute(table.update().where(table.c.state != OLD).values(state=OLD))
    connection.execute(table.update().where(table.c.version == version).values(state=CURRENT))
    audit.append(connection, "register_replaced", actor=actor, subject=f"register/{version}", at=now)
