"""Case files: steps in their order, sealed, by one hand at a time, erased so that only the trail is left."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from store_builders import DAY, NOW, audited, erase_file

from gateway.store import schema
from gateway.store.errors import FileMoved
from gateway.store.files import ERASED, Cover, NewStep, StoredFile
from gateway.store.sealing import SealError
from gateway.store.store import Store

SECRET = "Mr Ostrowski shouted at the caseworker"


def step(kind: str = "noted", text: str = "{}", *, actor: str = "Pat Doe", day: int = 0) -> NewStep:
    return NewStep(kind, text, actor, NOW + day * DAY)


async def opened(
    store: Store, id_: str = "CS-001", *, kind: str = "strategy", person: str | None = "P-0001", day: int = 0
) -> None:
    await store.files.open(id_, kind, person, step("proposed", f'{{"of":"{id_}"}}', day=day), projection=None)


async def file_of(store: Store, id_: str = "CS-001") -> StoredFile:
    found = await store.files.read(id_)
    assert found is not None
    return found


async def test_what_was_written_is_read_back_in_its_order(store: Store) -> None:
    await store.files.open("CS-001", "strategy", "P-0001", step("proposed", "one"), projection="after one")
    await store.files.append("CS-001", step("checked", "two", day=1), expected=1, projection="after two")
    await store.files.append(
        "CS-001", step("ended", "three", actor="Sam", day=2), expected=2, projection=None, closed=True
    )
    found = await file_of(store)
    assert (found.id, found.kind, found.person, found.projection) == ("CS-001", "strategy", "P-0001", None)
    assert (found.opened_at, found.changed_at, found.closed, found.erased_at) == (NOW, NOW + 2 * DAY, True, None)
    assert [(one.number, one.kind, one.text, one.actor, one.at) for one in found.steps] == [
        (1, "proposed", "one", "Pat Doe", NOW),
        (2, "checked", "two", "Pat Doe", NOW + DAY),
        (3, "ended", "three", "Sam", NOW + 2 * DAY),
    ]


async def test_the_projection_is_that_of_the_last_step(store: Store) -> None:
    await store.files.open("CS-001", "strategy", None, step(), projection="after one")
    assert (await file_of(store)).projection == "after one"
    await store.files.append("CS-001", step(), expected=1, projection="after two")
    assert (await file_of(store)).projection == "after two"


async def test_an_earlier_projection_that_is_put_back_does_not_open(store: Store) -> None:
    await store.files.open("CS-001", "strategy", None, step(), projection="unrestricted")
    before = await store.reader.run(lambda connection: connection.scalar(sa.select(schema.file.c.projection)))
    await store.files.append("CS-001", step(), expected=1, projection="restricted")
    await store.writer.run(lambda connection: connection.execute(schema.file.update().values(projection=before)))
    with pytest.raises(SealError):
        await store.files.read("CS-001")


async def test_there_is_no_file_of_an_unknown_id(store: Store) -> None:
    assert await store.files.read("CS-001") is None
    with pytest.raises(FileMoved, match="not been opened"):
        await store.files.append("CS-001", step(), expected=0, projection=None)


async def test_an_id_is_given_once(store: Store) -> None:
    await opened(store)
    with pytest.raises(FileMoved, match="opened already"):
        await opened(store, person="P-0002")
    assert (await file_of(store)).person == "P-0001"


async def test_of_two_who_append_at_once_one_is_refused(store: Store) -> None:
    await opened(store)
    both = [store.files.append("CS-001", step("signed", name), expected=1, projection=name) for name in ("A", "B")]
    results = await asyncio.gather(*both, return_exceptions=True)
    assert sorted(type(result).__name__ for result in results) == ["FileMoved", "NoneType"]
    won = "A" if results[0] is None else "B"
    found = await file_of(store)
    assert [one.text for one in found.steps][1:] == [won]
    assert found.projection == won
    assert await audited(store, "file_step") == ["file/CS-001/1", "file/CS-001/2"]


async def test_a_step_and_what_follows_from_it_are_written_together_or_not_at_all(store: Store) -> None:
    def job(connection: sa.Connection) -> None:
        store.files.open_within(connection, "IN-1", "incident", "P-0001", step(), projection=None)
        store.files.append_within(connection, "CS-001", step("noted", "see IN-1"), expected=1, projection=None)

    with pytest.raises(FileMoved):
        await store.writer.run(job)
    assert await store.files.read("IN-1") is None
    assert await audited(store, "file_opened") == []
    await opened(store)
    await store.writer.run(job)
    assert await store.files.read("IN-1") is not None
    assert len((await file_of(store)).steps) == 2


async def test_a_key_of_a_commit_that_failed_seals_nothing_later(store: Store) -> None:
    def open_and_step(connection: sa.Connection) -> None:
        store.files.open_within(connection, "CS-001", "strategy", None, step("proposed", "one"), projection=None)
        store.files.append_within(connection, "CS-001", step("checked", "two"), expected=1, projection=None)

    def fail(connection: sa.Connection) -> None:
        open_and_step(connection)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await store.writer.run(fail)
    await store.writer.run(open_and_step)
    assert [one.text for one in (await file_of(store)).steps] == ["one", "two"]


async def test_files_are_found_by_kind_and_by_person_the_first_opened_first(store: Store) -> None:
    await opened(store, "CS-002")
    await opened(store, "CS-001", day=1)
    await opened(store, "CS-003", person="P-0002", day=2)
    await opened(store, "IN-1", kind="incident", day=3)
    await store.files.append("CS-001", step("ended"), expected=1, projection=None, closed=True)

    async def ids(kind: str, closed: bool | None) -> list[str]:
        return [found.id for found in await store.files.of_kind(kind, closed=closed)]

    assert await ids("strategy", False) == ["CS-002", "CS-003"]
    assert await ids("strategy", True) == ["CS-001"]
    assert await ids("strategy", None) == ["CS-002", "CS-001", "CS-003"]
    assert await ids("disclosure", None) == []
    assert [found.id for found in await store.files.of_person("P-0001")] == ["CS-002", "CS-001", "IN-1"]
    assert [len(found.steps) for found in await store.files.of_person("P-0001")] == [1, 2, 1]


async def test_the_ids_of_a_kind_are_those_of_its_files(store: Store) -> None:
    await opened(store, "CS-2", day=1)
    await opened(store, "CS-1")
    await opened(store, "IN-1", kind="incident")
    await store.files.append("CS-2", step("ended", day=2), expected=1, projection=None, closed=True)
    for closed in (None, False, True):
        files = await store.files.of_kind("strategy", closed=closed)
        assert await store.files.ids_of_kind("strategy", closed=closed) == [file.id for file in files]
    assert await store.files.ids_of_kind("strategy", closed=None) == ["CS-1", "CS-2"]


async def test_people_are_those_of_every_kind_of_file_but_one(store: Store) -> None:
    await opened(store, "CS-1", person="P-1")
    await opened(store, "IN-1", kind="incident", person="P-1")
    await opened(store, "HO-1", kind="hold", person="P-2")
    await opened(store, "CS-2", person=None)
    await opened(store, "CS-3", person="P-3")
    assert await store.files.people(besides="hold") == {"P-1", "P-3"}
    assert await store.files.people(besides="strategy") == {"P-1", "P-2"}
    await store.files.append("CS-1", step("ended"), expected=1, projection=None, closed=True)
    await erase_file(store, "CS-3", actor="Sam", now=NOW)
    assert await store.files.people(besides="hold") == {"P-1"}


async def test_a_cover_says_of_each_file_what_is_written_on_the_outside(store: Store) -> None:
    await opened(store, "CS-2", day=1)
    await opened(store, "CS-1", person=None)
    await opened(store, "CS-3")
    await store.files.append("CS-2", step("ended", day=3), expected=1, projection=None, closed=True)
    await erase_file(store, "CS-3", actor="Sam", now=NOW)
    assert await store.files.covers() == [
        Cover("CS-1", "strategy", None, NOW, NOW, closed=False, steps=1),
        Cover("CS-2", "strategy", "P-0001", NOW + DAY, NOW + 3 * DAY, closed=True, steps=2),
    ]


async def test_many_files_take_as_many_queries_as_few(store: Store) -> None:
    asked: list[str] = []
    sa.event.listen(store.reader._engine, "before_cursor_execute", lambda *call: asked.append(call[2]))
    counts = []
    for more in range(2):
        for number in range(20):
            await opened(store, f"CS-{more}-{number:02d}", person=f"P-{more}")
        asked.clear()
        assert len(await store.files.of_kind("strategy")) == 20 * (more + 1)
        counts.append(len(asked))
    assert counts == [3, 3]  # files, steps, and the keys of those not seen before


async def test_content_is_sealed_at_rest(store: Store, path: Path) -> None:
    text = f'{{"what":"{SECRET}"}}'
    await store.files.open("CS-001", "strategy", "P-0001", step("proposed", text), projection=text)
    await store.files.append("CS-001", step("noted", text), expected=1, projection=text)
    store.close()
    raw = b"".join(part.read_bytes() for part in path.parent.glob(path.name + "*"))
    assert b"CS-001" in raw
    assert SECRET.encode() not in raw


async def test_no_content_is_shown_where_values_are_printed(store: Store) -> None:
    await store.files.open("CS-001", "strategy", "P-0001", step("proposed", SECRET), projection=SECRET)
    assert SECRET not in repr(step("proposed", SECRET))
    assert SECRET not in repr(await file_of(store))


async def test_every_step_and_every_view_is_on_the_trail(store: Store) -> None:
    await opened(store)
    await store.files.append("CS-001", step("checked", "two"), expected=1, projection=None)
    await store.files.viewed("CS-001", by="Sam", now=NOW)
    assert await audited(store, "file_opened") == ["file/CS-001"]
    assert await audited(store, "file_step") == ["file/CS-001/1", "file/CS-001/2"]
    await store.files.all_viewed(["CS-2", "CS-1"], by="Sam", now=NOW)
    assert await audited(store, "file_viewed") == ["file/CS-001", "file/CS-2", "file/CS-1"]
    digests = await store.reader.run(lambda connection: connection.scalars(sa.select(schema.audit.c.digest)).all())
    assert len({digest for digest in digests if digest is not None}) == 2
    await store.audit.seal()
    assert await store.audit.verify() == 6


async def test_what_was_erased_is_gone_and_its_trail_is_left(store: Store) -> None:
    await store.files.open("CS-001", "strategy", "P-0001", step("proposed", SECRET), projection=SECRET)
    assert (await file_of(store)).projection == SECRET  # its key is held in memory now
    at = NOW + timedelta(days=2200)
    assert await erase_file(store, "CS-001", actor="Sam", now=at)
    found = await file_of(store)
    assert (found.kind, found.person, found.opened_at) == ("strategy", None, NOW)
    assert (found.closed, found.erased_at, found.projection) == (True, at, None)
    assert [(one.number, one.kind, one.text) for one in found.steps] == [(1, "proposed", None), (2, ERASED, None)]
    sealed = sa.select(schema.file_step.c.sealed).union_all(sa.select(schema.file.c.projection))
    assert await store.reader.run(lambda connection: connection.scalars(sealed).all()) == [None] * 3
    assert await audited(store, "file_step") == ["file/CS-001/1"]
    assert await audited(store, "file_erased") == ["file/CS-001"]
    await store.audit.seal()
    assert await store.audit.verify() == 3


async def test_what_was_erased_cannot_be_read_from_a_backup_of_the_tables(store: Store) -> None:
    await store.files.open("CS-001", "strategy", "P-0001", step("proposed", SECRET), projection=SECRET)
    backup = await store.reader.run(lambda connection: connection.execute(sa.select(schema.file)).one())
    await erase_file(store, "CS-001", actor="Sam", now=NOW)
    await store.writer.run(lambda connection: connection.execute(schema.file.update().values(**backup._mapping)))
    with pytest.raises(SealError, match="erased"):
        await store.files.read("CS-001")


async def test_no_step_is_taken_in_a_file_whose_key_is_gone(store: Store) -> None:
    await opened(store)
    await store.writer.run(lambda connection: connection.execute(schema.record_key.delete()))
    with pytest.raises(SealError, match="CS-001 has no key"):
        await store.files.append("CS-001", step(), expected=1, projection=None)


async def test_nothing_is_done_to_a_file_that_was_erased(store: Store) -> None:
    await opened(store)
    assert await erase_file(store, "CS-001", actor="Sam", now=NOW)
    assert not await erase_file(store, "CS-001", actor="Sam", now=NOW)
    assert not await erase_file(store, "CS-002", actor="Sam", now=NOW)
    with pytest.raises(FileMoved, match="erased"):
        await store.files.append("CS-001", step(), expected=2, projection=None)
    with pytest.raises(FileMoved, match="opened already"):
        await opened(store)
    assert await audited(store, "file_erased") == ["file/CS-001"]
