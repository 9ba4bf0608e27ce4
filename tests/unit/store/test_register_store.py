"""The register in the store: replaced whole or not at all, found by keys, given back as it came."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from functools import partial

import pytest
import sqlalchemy as sa
from store_builders import NOW, organisation, register_of

from gateway.store import schema
from gateway.store.errors import StoreError
from gateway.store.register_versions import _put, _switch
from gateway.store.store import Store
from models.identifier import Identifier, IdentifierKind
from models.register import Register
from routing.identity.held import lookup_key


async def replace(store: Store, register: Register) -> int:
    return await store.register_versions.replace(register, actor="tester", now=NOW)


def mailbox(number: int) -> object:
    return lookup_key(Identifier(kind=IdentifierKind.EMAIL, value=f"person{number}@mail.example"))


async def count(store: Store, table: sa.Table) -> int:
    query = sa.select(sa.func.count()).select_from(table)
    return await store.reader.run(lambda connection: connection.scalar(query) or 0)


async def test_no_register_is_loaded_at_first(store: Store) -> None:
    assert await store.register.current() is None
    assert await store.register.last_seen() is None
    assert await store.register.export() is None
    assert await store.register.candidates([]) == (None, ())
    assert await store.register.dossiers(["P-0001"]) == ()


async def test_export_gives_back_what_was_loaded(store: Store) -> None:
    register = register_of(30)
    assert await replace(store, register) == 1
    assert await store.register.export() == register


async def test_a_thousand_people_in_commits_of_a_few(store: Store) -> None:
    progress: list[int] = []
    register = register_of(1001)
    await store.register_versions.replace(register, actor="tester", now=NOW, progress=progress.append)
    assert progress == [500, 1000, 1001]
    exported = await store.register.export()
    assert exported is not None
    assert len(exported.people) == 1001


async def test_candidates_are_those_whom_a_key_may_mean(store: Store) -> None:
    await replace(store, register_of(20))
    current, dossiers = await store.register.candidates([mailbox(3), mailbox(7), mailbox(99)])  # type: ignore[list-item]
    assert current is not None
    assert current.version == 1
    assert [dossier.person.id for dossier in dossiers] == ["P-0003", "P-0007"]
    assert dossiers[0].matters[0].id == "M-0003"
    assert [d.person.id for d in await store.register.dossiers(["P-0009", "P-none"])] == ["P-0009"]


async def test_a_new_register_takes_the_place_of_the_old_wholly(store: Store) -> None:
    await replace(store, register_of(5, name="Old", prefix="O"))
    await replace(store, register_of(3, name="New", prefix="N"))
    current = await store.register.last_seen()
    assert current is not None
    assert (current.version, current.organisation.name) == (2, "New")
    assert {d.person.id for d in (await store.register.candidates([mailbox(1)]))[1]} == {"N-0001"}  # type: ignore[list-item]
    assert await store.register.dossiers(["O-0001"]) == ()
    assert await count(store, schema.register_person) == 3
    assert await count(store, schema.record_key) == 1


async def test_a_reader_sees_the_old_register_until_the_new_is_whole(store: Store) -> None:
    await replace(store, register_of(5, name="Old", prefix="O"))
    seen: list[set[str]] = []
    loop = asyncio.get_running_loop()

    def look(_done: int) -> None:
        async def ask() -> None:
            exported = await store.register.export()
            assert exported is not None
            seen.append({exported.organisation.name, *(person.id[0] for person in exported.people)})

        looks.append(loop.create_task(ask()))

    looks: list[asyncio.Task[None]] = []
    await store.register_versions.replace(register_of(1200, name="New", prefix="N"), actor="t", now=NOW, progress=look)
    await asyncio.gather(*looks)
    assert seen
    assert all(one in ({"Old", "O"}, {"New", "N"}) for one in seen)


async def test_staging_that_was_abandoned_is_collected_by_the_next(store: Store) -> None:
    def fail(_done: int) -> None:
        raise KeyboardInterrupt("the operator left")

    await replace(store, register_of(2, prefix="O"))
    task = store.register_versions.replace(register_of(3, prefix="N"), actor="t", now=NOW, progress=fail)
    with pytest.raises(KeyboardInterrupt):
        await task
    exported = await store.register.export()
    assert exported is not None
    assert [person.id for person in exported.people] == ["O-0000", "O-0001"]
    assert await replace(store, register_of(1, prefix="L")) == 3
    assert await count(store, schema.register_person) == 1
    assert await count(store, schema.record_key) == 1


@pytest.mark.parametrize("staged_people", [0, 500])
async def test_an_import_that_another_overtook_is_told_so_and_mixes_nothing(store: Store, staged_people: int) -> None:
    first = register_of(600, name="First", prefix="F")
    versions = store.register_versions
    version = await store.writer.run(lambda connection: versions._stage(connection, first, "t", NOW))
    staged = partial(versions._seal, version=version, dossiers=first.dossiers()[:staged_people])
    await store.writer.run(partial(_put, version=version, sealed=await store.reader.run(staged)))
    rest = partial(versions._seal, version=version, dossiers=first.dossiers()[500:])
    sealed = await store.reader.run(rest)
    second = register_of(4, name="Second", prefix="S")
    await replace(store, second)
    with pytest.raises(StoreError, match="load this one again"):
        await store.reader.run(rest)
    with pytest.raises(StoreError, match="load this one again"):
        await store.writer.run(partial(_put, version=version, sealed=sealed))
    with pytest.raises(StoreError, match="load this one again"):
        await store.writer.run(lambda connection: _switch(connection, version, "t", NOW))
    assert await store.register.export() == second


async def test_nobody_at_all_is_a_register_too(store: Store) -> None:
    empty = Register(organisation=organisation())
    await replace(store, empty)
    assert await store.register.export() == empty
    assert await store.register.candidates([mailbox(1)]) == (await store.register.current(), ())  # type: ignore[list-item]


def test_threads_share_the_cache_safely(store: Store) -> None:
    async def load_and_read() -> None:
        for round_ in range(5):
            reading = [store.register.export() for _ in range(4)]
            await asyncio.gather(replace(store, register_of(3, name=f"R{round_}")), *reading)
        current = await store.register.current()
        assert current is not None
        assert current.organisation.name == "R4"

    thread = threading.Thread(target=lambda: asyncio.run(load_and_read()))
    thread.start()
    thread.join(20)
    assert not thread.is_alive()
    assert asyncio.run(store.register.current()).version == 5  # type: ignore[union-attr]


async def test_the_keys_of_a_register_that_comes_later_are_found_too(store: Store) -> None:
    await replace(store, register_of(3))
    await store.register.candidates([mailbox(7)])  # type: ignore[list-item]  # the sieve of the first is made
    await replace(store, register_of(20))
    current, dossiers = await store.register.candidates([mailbox(7)])  # type: ignore[list-item]
    assert current is not None
    assert [dossier.person.id for dossier in dossiers] == ["P-0007"]


async def test_nobody_waits_for_a_sieve_that_another_thread_makes(store: Store) -> None:
    await replace(store, register_of(20))
    with store.register._making_sieve:
        _current, dossiers = await store.register.candidates([mailbox(3), mailbox(99)])  # type: ignore[list-item]
    assert [dossier.person.id for dossier in dossiers] == ["P-0003"]
    assert store.register._sieve is None


async def test_nobody_of_the_register_as_last_read_is_told_without_asking_the_store(
    store: Store, opening: Callable[[], Store]
) -> None:
    await replace(store, register_of(5))
    assert await store.register.candidates([mailbox(99)], anew=False) == (await store.register.current(), ())  # type: ignore[list-item]
    elsewhere = opening()
    await replace(elsewhere, register_of(200))
    # As last read: whoever writes by it hears that it has changed, and asks anew.
    last, nobody = await store.register.candidates([mailbox(99)], anew=False)  # type: ignore[list-item]
    assert last is not None
    assert (last.version, nobody) == (1, ())
    current, dossiers = await store.register.candidates([mailbox(99)])  # type: ignore[list-item]
    assert current is not None
    assert (current.version, [dossier.person.id for dossier in dossiers]) == (2, ["P-0099"])
    found = await store.register.candidates([mailbox(99)], anew=False)  # type: ignore[list-item]
    assert found == (current, dossiers)


async def test_somebody_who_may_be_in_the_register_is_looked_up_in_the_store(store: Store) -> None:
    await replace(store, register_of(5))
    await store.register.candidates([])  # the sieve is made
    _current, dossiers = await store.register.candidates([mailbox(3), mailbox(99)], anew=False)  # type: ignore[list-item]
    assert [dossier.person.id for dossier in dossiers] == ["P-0003"]
