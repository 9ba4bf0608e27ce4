"""Strategies that have a file here are as it says wherever people are looked up, whatever the register says."""

from __future__ import annotations

import asyncio
from datetime import date

import pytest
import sqlalchemy as sa
from store_builders import NOW, audited, claimed, decision, email, erase_file, outcome, record, recorded, register_of

from gateway.store import schema
from gateway.store.errors import StoreError
from gateway.store.files import NewStep
from gateway.store.managed import ManagedStrategy
from gateway.store.recording import RegisterChanged
from gateway.store.register import CurrentRegister
from gateway.store.retention import JudgedOn
from gateway.store.sealing import SealError
from gateway.store.store import Store
from gateway.store.vault import open_text
from models.contact import Contact
from models.identifier import Identifier, IdentifierKind
from models.register import Dossier, Register
from models.strategy import Strategy, StrategyStatus
from routing.identity.held import lookup_key

STEP = NewStep("noted", "{}", "Pat Doe", NOW)


def strategy(id_: str, person: str, **more: object) -> Strategy:
    given = {"status": StrategyStatus.ACTIVE, "starts": date(2026, 1, 5), **more}
    return Strategy.model_validate({"id": id_, "person": person, **given})


def register_with(*strategies: Strategy, people: int = 3) -> Register:
    return Register.model_validate({**register_of(people).model_dump(), "strategies": strategies})


async def load(store: Store, register: Register) -> int:
    return await store.register_versions.replace(register, actor="tester", now=NOW)


async def managed_as(store: Store, says: Strategy | None, *, id_: str = "CS-1", person: str = "P-0001") -> None:
    projection = says.model_dump_json(by_alias=True) if says is not None else None
    await store.files.open(id_, "strategy", person, STEP, projection=projection)


async def found(store: Store, number: int = 1) -> tuple[Dossier, ...]:
    key = lookup_key(Identifier(kind=IdentifierKind.EMAIL, value=f"person{number}@mail.example"))
    assert key is not None
    return (await store.register.candidates([key]))[1]


async def strategies_of(store: Store, number: int = 1) -> list[Strategy]:
    (dossier,) = await found(store, number)
    assert (dossier,) == await store.register.dossiers([dossier.person.id])
    return list(dossier.strategies)


async def exported(store: Store) -> Register:
    register = await store.register.export()
    assert register is not None
    return register


async def test_a_file_that_says_nothing_that_can_be_read_says_what_to_do_and_nothing_of_its_content(
    store: Store,
) -> None:
    await load(store, register_with())
    await store.files.open("CS-1", "strategy", "P-0001", STEP, projection='{"id": "Jordan Example"}')
    with pytest.raises(SealError, match=r"^CS-1 cannot be read, so .* restored from a backup$") as damaged:
        await store.register.dossiers(["P-0001"])
    assert "Jordan" not in str(damaged.value)


async def test_what_cannot_be_read_of_one_sender_is_in_the_way_of_no_other_of_the_same_moment(store: Store) -> None:
    await load(store, register_with())
    await store.files.open("CS-1", "strategy", "P-0001", STEP, projection="{}")
    first, second, third = await asyncio.gather(*(found(store, n) for n in (0, 1, 2)), return_exceptions=True)
    assert isinstance(second, SealError)
    assert [dossier.person.id for (dossier,) in (first, third)] == ["P-0000", "P-0002"]


async def test_a_file_takes_the_place_of_what_the_register_says(store: Store) -> None:
    before, after, other = (
        strategy("CS-1", "P-0001"),
        strategy("CS-1", "P-0001", status=StrategyStatus.ENDED, ends=date(2026, 2, 1)),
        strategy("CS-2", "P-0001"),
    )
    await load(store, register_with(before, other))
    await managed_as(store, after)
    assert await strategies_of(store) == [after, other]
    assert (await exported(store)).strategies == (after, other)


async def test_a_strategy_that_only_a_file_has_is_added_to_its_person_alone(store: Store) -> None:
    in_register, own = strategy("CS-9", "P-0001"), strategy("CS-1", "P-0001")
    await load(store, register_with(in_register))
    await managed_as(store, own)
    assert await strategies_of(store, 1) == [in_register, own]
    assert await strategies_of(store, 2) == []
    assert (await exported(store)).strategies == (in_register, own)


async def test_a_file_is_followed_in_whose_strategy_it_is(store: Store) -> None:
    await load(store, register_with(strategy("CS-1", "P-0002")))
    await managed_as(store, own := strategy("CS-1", "P-0001"))
    assert await strategies_of(store, 1) == [own]
    assert await strategies_of(store, 2) == []
    assert (await exported(store)).strategies == (own,)


async def test_each_step_is_seen_by_the_next_look_up(store: Store) -> None:
    await load(store, register_with())
    await managed_as(store, draft := strategy("CS-1", "P-0001", status=StrategyStatus.DRAFT))
    assert await strategies_of(store) == [draft]
    active = strategy("CS-1", "P-0001")
    await store.files.append("CS-1", STEP, expected=1, projection=active.model_dump_json(by_alias=True))
    assert await strategies_of(store) == [active]


async def test_a_closed_file_is_followed_too(store: Store) -> None:
    ended = strategy("CS-1", "P-0001", status=StrategyStatus.ENDED)
    await load(store, register_with(strategy("CS-1", "P-0001")))
    await managed_as(store, None)
    text = ended.model_dump_json(by_alias=True)
    await store.files.append("CS-1", STEP, expected=1, projection=text, closed=True)
    assert await strategies_of(store) == [ended]


async def test_a_file_that_says_nothing_yet_leaves_the_register_as_it_is(store: Store) -> None:
    await load(store, register_with(one := strategy("CS-1", "P-0001")))
    await managed_as(store, None)
    assert await strategies_of(store) == [one]
    assert await store.register.managed() == ()


async def test_files_of_other_kinds_are_not_strategies(store: Store) -> None:
    await load(store, register_with())
    text = strategy("IN-1", "P-0001").model_dump_json(by_alias=True)
    await store.files.open("IN-1", "incident", "P-0001", STEP, projection=text)
    assert await strategies_of(store) == []
    assert await store.register.managed() == ()


async def test_an_erased_strategy_is_gone_even_where_the_register_still_has_it(store: Store) -> None:
    await load(store, register_with(strategy("CS-1", "P-0001"), other := strategy("CS-2", "P-0001")))
    await managed_as(store, strategy("CS-1", "P-0001"))
    await erase_file(store, "CS-1", actor="Sam", now=NOW)
    assert await strategies_of(store) == [other]
    assert (await exported(store)).strategies == (other,)
    assert await store.register.managed() == (ManagedStrategy("CS-1", erased=True),)


async def test_a_matter_that_the_register_no_longer_has_is_left_out_of_an_export(store: Store) -> None:
    await load(store, register_with())
    await managed_as(store, own := strategy("CS-1", "P-0001", matters=("M-0001", "M-gone")))
    assert await strategies_of(store) == [own]
    (out,) = (await exported(store)).strategies
    assert out.matters == ("M-0001",)


async def test_more_people_than_one_query_asks_for(store: Store) -> None:
    await load(store, register_with(people=501))
    for number in (0, 500):
        await managed_as(
            store, strategy(f"CS-{number}", f"P-{number:04d}"), id_=f"CS-{number}", person=f"P-{number:04d}"
        )
    assert [one.id for one in (await exported(store)).strategies] == ["CS-0", "CS-500"]


async def test_a_look_up_asks_for_files_once_and_only_where_somebody_was_found(store: Store) -> None:
    await load(store, register_with(people=20))
    for number in range(10):
        await managed_as(store, strategy(f"CS-{number}", "P-0001"), id_=f"CS-{number}")
    await found(store, 1)
    asked: list[str] = []
    sa.event.listen(store.reader._engine, "before_cursor_execute", lambda *call: asked.append(call[2]))
    assert len((await found(store, 1))[0].strategies) == 10
    assert sum("projection" in query for query in asked) == 1
    with_files = len(asked)
    asked.clear()
    assert await found(store, 99) == ()
    assert not any("projection" in query for query in asked)
    asked.clear()
    await found(store, 2)
    assert len(asked) == with_files


@pytest.mark.parametrize("in_register", [[], ["CS-2"]])
async def test_a_look_up_does_not_go_through_every_file(store: Store, in_register: list[str]) -> None:
    await load(store, register_with(*[strategy(id_, "P-0001") for id_ in in_register]))
    asked: list[tuple[str, tuple[object, ...]]] = []
    sa.event.listen(store.reader._engine, "before_cursor_execute", lambda *call: asked.append((call[2], call[3])))
    await found(store)
    ((query, given),) = [(query, given) for query, given in asked if "projection" in query]
    plan = await store.reader.run(
        lambda connection: [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", given)]
    )
    assert [line.partition("(")[2] for line in plan if "file" in line] == ["person=? AND kind=?)", "id=?)"]


async def test_a_register_says_nothing_of_what_is_managed_here(store: Store) -> None:
    await managed_as(store, own := strategy("CS-1", "P-0001", status=StrategyStatus.DRAFT))
    await load(store, register_with(strategy("CS-1", "P-0001"), other := strategy("CS-2", "P-0002")))
    assert await store.register.managed() == (ManagedStrategy("CS-1", erased=False),)
    assert (await exported(store)).strategies == (own, other)


async def test_a_register_without_the_person_of_a_live_strategy_is_refused(store: Store) -> None:
    await load(store, register_with(people=3))
    await managed_as(store, strategy("CS-1", "P-0002"), person="P-0002")
    with pytest.raises(StoreError, match=r"P-0002 \(CS-1\)"):
        await load(store, register_with(people=2))
    assert len((await exported(store)).people) == 3
    await store.files.append("CS-1", STEP, expected=1, projection=None, closed=True)
    await load(store, register_with(people=2))
    assert len((await exported(store)).people) == 2


async def test_a_register_without_a_matter_of_a_live_strategy_is_refused(store: Store) -> None:
    await load(store, register_with())
    await managed_as(store, strategy("CS-1", "P-0001", matters=("M-9",)))
    with pytest.raises(StoreError, match=r"M-9 of P-0001 \(CS-1\)"):
        await load(store, register_with())
    await store.files.append("CS-1", STEP, expected=1, projection=None, closed=True)
    await load(store, register_with())


async def test_a_strategy_opened_while_a_register_is_loaded_keeps_its_person(store: Store) -> None:
    await load(store, register_with(people=502))
    opening: list[asyncio.Task[None]] = []

    def open_meanwhile(done: int) -> None:
        if done == 500:  # the last person is still to be staged: the file is there before the import ends
            opened = managed_as(store, strategy("CS-1", "P-0501"), person="P-0501")
            opening.append(asyncio.get_running_loop().create_task(opened))

    with pytest.raises(StoreError, match=r"P-0501 \(CS-1\)"):
        await store.register_versions.replace(register_with(people=501), actor="t", now=NOW, progress=open_meanwhile)
    await asyncio.gather(*opening)
    assert len((await exported(store)).people) == 502


async def test_every_strategy_is_read_however_many_people_there_are(store: Store) -> None:
    assert await store.register.strategies() == ()
    first, last = strategy("CS-1", "P-0000"), strategy("CS-2", "P-1001")
    await load(store, register_with(first, last, people=1002))
    assert await store.register.strategies() == (first, last)
    await managed_as(store, own := strategy("CS-9", "P-0500"), id_="CS-9", person="P-0500")
    assert await store.register.strategies() == (first, own, last)


async def test_a_step_between_look_up_and_recording_is_noticed(store: Store) -> None:
    await load(store, register_with())
    await managed_as(store, strategy("CS-1", "P-0001"))
    current = await store.register.current()
    assert current is not None
    await store.files.append("CS-1", STEP, expected=1, projection=None)
    claim = await claimed(store)
    with pytest.raises(RegisterChanged):
        await record(store, claim, email(claim.contact_id), register_version=1, last_step=current.last_step)
    again = await store.register.current()
    assert again is not None
    await record(store, claim, email(claim.contact_id), register_version=1, last_step=again.last_step)


async def test_an_erasure_between_look_up_and_recording_is_noticed(store: Store) -> None:
    await load(store, register_with())
    await managed_as(store, strategy("CS-1", "P-0001"))
    current = await store.register.current()
    assert current is not None
    await erase_file(store, "CS-1", actor="Sam", now=NOW)
    claim = await claimed(store)
    with pytest.raises(RegisterChanged):
        await record(store, claim, email(claim.contact_id), register_version=1, last_step=current.last_step)


async def revise(store: Store, contact: Contact, seen: CurrentRegister) -> None:
    await store.recorder.revise(
        contact.id,
        lambda latest: outcome(contact, decision(contact, revision=latest.revision + 1)),
        register_version=seen.version,
        last_step=seen.last_step,
        now=lambda: NOW,
    )


@pytest.mark.parametrize("change", ["a step", "an erasure", "an import"])
async def test_a_revision_notices_what_changed_since_its_look_up(store: Store, change: str) -> None:
    contact = await recorded(store)
    await load(store, register_with())
    await managed_as(store, strategy("CS-1", "P-0001"))
    seen = await current(store)
    match change:
        case "a step":
            await store.files.append("CS-1", STEP, expected=1, projection=None)
        case "an erasure":
            await erase_file(store, "CS-1", actor="Sam", now=NOW)
        case _:
            await load(store, register_with())
    with pytest.raises(RegisterChanged):
        await revise(store, contact, seen)
    latest = await store.recorder.latest(contact.id)
    assert latest is not None and latest.revision == 0
    await revise(store, contact, await current(store))
    latest = await store.recorder.latest(contact.id)
    assert latest is not None and latest.revision == 1


async def current(store: Store) -> CurrentRegister:
    found = await store.register.current()
    assert found is not None
    return found


async def test_a_step_of_another_kind_of_file_disturbs_no_recording(store: Store) -> None:
    await load(store, register_with())
    await managed_as(store, strategy("CS-1", "P-0001"))
    current = await store.register.current()
    assert current is not None
    await store.files.open("IN-1", "incident", "P-0001", STEP, projection=None)
    claim = await claimed(store)
    await record(store, claim, email(claim.contact_id), register_version=1, last_step=current.last_step)


async def raw(store: Store) -> list[str]:
    """Every strategy that is in what the register itself keeps, under whatever version."""

    def job(connection: sa.Connection) -> list[str]:
        found = []
        for row in connection.execute(sa.select(schema.register_person)):
            key = store.vault.key(connection, f"register/{row.version}")
            place = f"{row.version}/{row.person}"
            dossier = Dossier.model_validate_json(open_text(key, "register_person", "dossier", place, row.dossier))
            found += [strategy.id for strategy in dossier.strategies]
        return found

    return await store.reader.run(job)


async def erase(store: Store, id_: str = "CS-1") -> JudgedOn:
    copies = await store.register.copies_of([id_])
    standing = await store.retention.standing()
    given = {"steps": 1, "rule": "r", "actor": "Ann", "now": NOW, "copy_of": copies.get(id_)}
    return (await store.retention.erase_file(id_, standing=standing, **given))[1]


@pytest.mark.parametrize("whose", ["P-0001", "P-0002"])
async def test_an_erased_strategy_is_not_kept_in_the_register_either(store: Store, whose: str) -> None:
    await load(store, register_with(strategy("CS-1", whose), other := strategy("CS-2", whose)))
    await managed_as(store, strategy("CS-1", "P-0001"))
    assert sorted(await raw(store)) == ["CS-1", "CS-2"]
    standing = await erase(store)
    assert await raw(store) == ["CS-2"]
    assert (await current(store)).version == standing.register_version == 2
    assert await audited(store, "register_replaced") == ["register/1", "register/2"]
    everybody = await exported(store)
    assert (len(everybody.people), everybody.strategies) == (3, (other,))
    assert [dossier.person.id for dossier in await found(store, 2)] == ["P-0002"]
    assert await load(store, register_with(other)) == 3
    assert (await exported(store)).strategies == (other,)
    assert await rows_of(store, schema.register_person) == 3


async def rows_of(store: Store, table: sa.Table) -> int:
    counted = sa.select(sa.func.count()).select_from(table)
    return await store.reader.run(lambda connection: connection.scalar(counted))


async def test_a_register_without_the_erased_strategy_stays_the_version_it_is(store: Store) -> None:
    await load(store, register_with(strategy("CS-2", "P-0001")))
    await managed_as(store, strategy("CS-1", "P-0001"))
    await erase(store)
    assert (await current(store)).version == 1


async def test_a_contact_looked_up_before_an_erasure_is_looked_up_again(store: Store) -> None:
    await load(store, register_with(strategy("CS-1", "P-0001")))
    await managed_as(store, strategy("CS-1", "P-0001"))
    seen = await current(store)
    await erase(store)
    claim = await claimed(store)
    with pytest.raises(RegisterChanged):
        await record(store, claim, email(claim.contact_id), register_version=1, last_step=seen.last_step)
    now = await current(store)
    await record(store, claim, email(claim.contact_id), register_version=2, last_step=now.last_step)


async def test_an_import_does_not_bring_an_erased_strategy_back(store: Store) -> None:
    await load(store, register_with())
    await managed_as(store, strategy("CS-1", "P-0001"))
    await erase(store)
    await load(store, register_with(strategy("CS-1", "P-0001"), strategy("CS-2", "P-0001")))
    assert await raw(store) == ["CS-2"]


@pytest.mark.parametrize("has_a_copy", [True, False])
async def test_an_import_is_given_up_where_a_strategy_of_it_is_erased_meanwhile(store: Store, has_a_copy: bool) -> None:
    before = [strategy("CS-1", "P-0001")] if has_a_copy else []
    await load(store, register_with(*before))
    await managed_as(store, strategy("CS-1", "P-0001"))
    erasing: list[asyncio.Task[JudgedOn]] = []

    def meanwhile(_done: int) -> None:
        if not erasing:
            erasing.append(asyncio.get_running_loop().create_task(erase(store)))

    with pytest.raises(StoreError, match=r"load (this one|it) again"):
        await store.register_versions.replace(
            register_with(strategy("CS-1", "P-0001"), people=3000), actor="t", now=NOW, progress=meanwhile
        )
    await asyncio.gather(*erasing)
    assert len((await exported(store)).people) == 3
