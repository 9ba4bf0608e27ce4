"""A start after a death tries what was in hand one by one, and lets the rest wait for that, but not for ever."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from types import SimpleNamespace

import pytest

from gateway import after_a_death
from gateway.after_a_death import Trial
from gateway.store.deaths import Suspect

SUSPECTS = [Suspect("spool", "a", 1), Suspect("outbox", "b", 1), Suspect("spool", "c", 2)]


class Work:
    """Notes what is done; what is to `hang` ends when it is let go."""

    def __init__(self, *, hang: str = "", fail: str = "") -> None:
        self.done: list[str] = []
        self.hang, self.fail = hang, fail
        self.let_go, self.rested = asyncio.Event(), asyncio.Event()

    def of(self, table: str) -> Callable[[str], object]:
        async def take(id_: str) -> None:
            if id_ == self.hang:
                await self.let_go.wait()
            if id_ == self.fail:
                raise OSError
            self.done.append(f"{table}/{id_}")

        return take

    async def rest(self, _stopping: asyncio.Event) -> None:
        self.done.append("rest")
        self.rested.set()

    def trial(self, suspects: list[Suspect]) -> Trial:
        return Trial(suspects, {"spool": self.of("spool"), "outbox": self.of("outbox")})  # type: ignore[dict-item]


async def started(work: Work, suspects: list[Suspect], stopping: asyncio.Event | None = None) -> SimpleNamespace:
    stopping, trial = stopping or asyncio.Event(), work.trial(suspects)
    tasks = [asyncio.create_task(trial.then(work.rest, stopping)), asyncio.create_task(trial.run(stopping))]
    return SimpleNamespace(all=asyncio.gather(*tasks), stopping=stopping)


async def test_each_in_its_turn_then_the_rest() -> None:
    work = Work()
    await (await started(work, SUSPECTS)).all
    assert work.done == ["spool/a", "outbox/b", "spool/c", "rest"]


async def test_after_an_end_that_was_wished_nothing_waits() -> None:
    work = Work()
    await asyncio.wait_for((await started(work, [])).all, 5)
    assert work.done == ["rest"]


async def test_one_that_cannot_be_tried_is_left_to_the_rest() -> None:
    work = Work(fail="a")
    await (await started(work, SUSPECTS)).all
    assert work.done == ["outbox/b", "spool/c", "rest"]


async def test_the_rest_waits_only_so_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(after_a_death, "_MOST_SECONDS", 0.01)
    work = Work(hang="b")
    running = await started(work, SUSPECTS)
    await work.rested.wait()
    assert work.done == ["spool/a", "rest"]
    work.let_go.set()
    await running.all
    assert work.done == ["spool/a", "rest", "outbox/b", "spool/c"]


async def test_a_stop_lets_what_is_in_hand_end_and_begins_nothing() -> None:
    work = Work(hang="a")
    running = await started(work, SUSPECTS)
    await asyncio.sleep(0)
    running.stopping.set()
    work.let_go.set()
    await running.all
    assert sorted(work.done) == ["rest", "spool/a"]
