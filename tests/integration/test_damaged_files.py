"""What is damaged in a real store holds up itself alone: tasks, reminders and lists go on, and it is told each day."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from store_builders import NOW, claimed, decision, email, outcome, record, reviews_of

from gateway.cli.opened import opened_store
from gateway.cli.settings import settings_of
from gateway.clock import utc_now
from gateway.clock_watch import ClockWatch
from gateway.policies import Policies
from gateway.store.files import NewStep
from gateway.store.keyfile import load as load_keys
from gateway.store.store import Store, open_store
from models.decision import Priority, Queue, ReviewItem

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def office(run: Run, tmp_path: Path) -> Run:
    """Two strategies under way, of P-001 and of P-003, and an incident with each."""
    for person in ("P-001", "P-003"):
        (tmp_path / "draft.yaml").write_text(f"person: {person}\nreasons: Forty emails in May.\n", "utf-8")
        assert run("strategy", "draft", str(tmp_path / "draft.yaml"), "--by", "Ann Author")[0] == 0
        incident = ("incident", "record", "terminated_call", "--on", "2026-03-02", "--what", "He swore at her.")
        assert run(*incident, "--person", person, "--affected", "Ola Other", "--by", "Ann Author")[0] == 0
    return run


def damage(tmp_path: Path, change: str, *values: str) -> None:
    with closing(sqlite3.connect(tmp_path / "triage.db")) as database, database:
        assert database.execute(f"UPDATE {change}", values).rowcount == 1


def tasks(run: Run) -> dict[str, dict[str, object]]:
    status, said, _complained = run("tasks", "--json")
    assert status == 0
    return {task["id"]: task for task in map(json.loads, said.splitlines())}


def told(tmp_path: Path, *days: int) -> list[list[str]]:
    """What the hourly look tells on each of these days from today, looking twice, each time after a restart."""

    async def look(moment: datetime) -> list[str]:
        settings = settings_of(tmp_path / "gateway.toml")
        async with opened_store(settings) as store:
            for _ in range(2):
                packs = Policies.load(settings.policies)
                await ClockWatch(store, packs, now=lambda: moment, on_raised=lambda: None).look()
            ready = await store.alerts.claim(now=moment, lease=timedelta(days=900), limit=50)
            return [json.loads(one.payload)["text"] for one in ready]

    return [asyncio.run(look(utc_now() + timedelta(days=day))) for day in days]


STEP = "file_step SET sealed = x'00' WHERE file_id = ?"
ROW = "register_person SET dossier = x'00' WHERE person = ?"
FIRST, SECOND = "CS-2026-0001", "CS-2026-0002"
CALL, OTHER_CALL = "IN-2026-0001", "IN-2026-0002"


@pytest.mark.parametrize(
    ("change", "value", "names", "lost"),
    [
        (STEP, CALL, CALL, CALL),
        (STEP, FIRST, FIRST, FIRST),
        ("file SET projection = x'00' WHERE id = ?", FIRST, FIRST, FIRST),
        ("record_key SET wrapped = x'00' WHERE record_id = ?", f"file/{FIRST}", FIRST, FIRST),
        (ROW, "P-003", "P-003", None),
    ],
)
def test_one_that_is_damaged_is_a_task_and_every_other_is_still_told(
    office: Run, tmp_path: Path, change: str, value: str, names: str, lost: str | None
) -> None:
    before = tasks(office)
    damage(tmp_path, change, value)
    after = tasks(office)
    said = after[f"{names}/unread"]
    assert f"{names} cannot be read" in str(said["says"]) and "restore the store from a backup" in str(said["says"])
    # What the register alone has of the same person cannot be read either.
    of_others = {id_ for id_ in before if not id_.endswith(("/review", "/review_date")) or id_.startswith("CS-013")}
    assert {id_ for id_ in of_others if lost is None or not id_.startswith(lost)} <= set(after)
    assert any(id_.startswith(OTHER_CALL) for id_ in after)


def test_a_damaged_file_is_told_each_day_and_the_reminders_of_the_others_go_on(office: Run, tmp_path: Path) -> None:
    damage(tmp_path, STEP, CALL)
    week = told(tmp_path, *range(7))
    assert [sum(f"{CALL} cannot be read" in text for text in day) for day in week] == [1] * 7
    assert sum(any("CS-013/review" in text or "tasks are late" in text for text in day) for day in week) >= 3
    damage(tmp_path, ROW, "P-003")
    (day,) = told(tmp_path, 7)
    assert [CALL in text and "row of P-003 cannot be read" in text for text in day if "cannot be" in text] == [True]


def test_a_policy_that_cannot_be_read_any_more_is_told_with_each_file_bound_to_it(office: Run, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "triage.db")) as database, database:
        ((pack,),) = database.execute("SELECT id FROM file WHERE kind = 'policy_pack'")
    damage(tmp_path, STEP, pack)
    after = tasks(office)
    assert {f"{FIRST}/unread", f"{SECOND}/unread"} <= set(after)
    assert "CS-013/review" in after and pack in str(after[f"{FIRST}/unread"]["says"])


async def _asked(store: Store) -> str:
    """A contact that asks for a right is on record; the id of its item."""
    claim = await claimed(store)
    contact = email(claim.contact_id)
    item = ReviewItem(queue=Queue.RIGHTS, priority=Priority.NORMAL, due_at=NOW + timedelta(days=20))
    made = decision(contact).model_copy(update={"review": (item,)})
    await record(store, claim, contact, lambda _history: outcome(contact, made), register_version=1)
    (row,) = await reviews_of(store, contact.id)
    return str(row.id)


def test_the_answer_to_a_request_is_still_due_where_its_clock_is_damaged(run: Run, tmp_path: Path) -> None:
    async def put() -> tuple[str, str]:
        settings = settings_of(tmp_path / "gateway.toml")
        keys = load_keys(settings.store.key_file).sealer()
        with closing(open_store(settings.store.path, keys, now=lambda: NOW)) as store:
            damaged, other = [await _asked(store) for _ in range(2)]
            step = NewStep("clock_paused", "{}", "Ann", utc_now())
            await store.files.open(f"clock/{damaged}", "rights_clock", None, step, projection=None)
            return damaged, other

    damaged, other = asyncio.run(put())
    after = tasks(run)
    assert {f"review/{damaged}", f"review/{other}", f"{damaged}/unread"} <= set(after)
    status, said, _complained = run("clock", "list")
    assert status == 0 and other in said and f"the clock of {damaged} cannot be read" in said


@pytest.mark.parametrize(
    ("listing", "second", "first"),
    [
        (("strategy", "list", "--by", "Ann Author"), SECOND, FIRST),
        (("registers", "list", "contact_strategies", "--by", "Ann Author"), SECOND, FIRST),
        (("letter", "queue"), "nothing there", FIRST),
        (("incident", "list", "--by", "Ann Author"), OTHER_CALL, CALL),
    ],
)
def test_a_list_shows_what_can_be_read_and_fails_naming_the_rest(
    office: Run, tmp_path: Path, listing: tuple[str, ...], second: str, first: str
) -> None:
    damage(tmp_path, STEP, first)
    status, said, complained = office(*listing)
    assert (status, second in said, f"{first} cannot be read" in complained) == (1, True, True)
