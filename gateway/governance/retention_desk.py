"""Retention at work on files: what is due is listed, a named person confirms the list, and that list is deleted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from gateway.governance.courses import HOLD, STRATEGY
from gateway.governance.desk import Desk
from gateway.governance.holds import HoldFile, Placed
from gateway.governance.lacks import Lack, Refused
from gateway.governance.retention import Judged, Record, code_of, judge, since_of
from gateway.governance.steps import Released
from gateway.governance.strategy_file import StrategyFile
from gateway.store.errors import FileMoved
from gateway.store.files import Cover
from gateway.store.retention import Certificate, Standing
from models.policy import PolicyPack
from models.policy_life import RetentionRule


@dataclass(frozen=True, slots=True)
class DueList:
    """What is due on `day`, what is kept although its period is over, and the code that stands for what is due."""

    day: date
    due: tuple[Judged, ...]
    kept: tuple[Judged, ...]
    standing: Standing

    @property
    def code(self) -> str:
        """Given back by whoever confirms the list."""
        return code_of(self.due)


@dataclass(frozen=True, slots=True)
class Run:
    """What a run deleted, and the files that had changed meanwhile and were left alone."""

    certificates: tuple[Certificate, ...]
    moved: tuple[str, ...]


class RetentionDesk:
    """Lists and deletes files, and places and releases holds."""

    def __init__(self, desk: Desk, *, now: Callable[[], datetime]) -> None:
        self._desk = desk
        self._store = desk.store
        self._now = now

    async def listed(self) -> DueList:
        """What is due today."""
        standing = await self._store.retention.standing()
        day = await self._desk.today()
        covers = await self._store.files.covers()
        strategies = {file.id: file for file in await self._desk.every(STRATEGY, closed=None)}
        holds = await self._desk.every(HOLD)
        pack = await self._desk.pack()
        records = [await self._record(file, strategies.get(file.id), pack, day) for file in covers]
        judged = judge(records, holds, day)
        over = [one for one in judged if one.due <= day]
        return DueList(
            day=day,
            due=tuple(one for one in over if one.is_due(day)),
            kept=tuple(one for one in over if not one.is_due(day)),
            standing=standing,
        )

    async def run(
        self, code: str, *, by: str, only: Sequence[str] = (), progress: Callable[[int], None] = lambda _done: None
    ) -> Run:
        """Delete what is on the list that `code` stands for, or `only` these of it. Refused where it is another."""
        listed = await self.listed()
        if listed.code != code:
            raise Refused([Lack("the list is not the one that was confirmed; look at `triage retention due` again")])
        chosen = [one for one in listed.due if not only or one.record.id in only]
        strange = set(only) - {one.record.id for one in chosen}
        if strange:
            raise Refused([Lack(f"{', '.join(sorted(strange))}: not on the list")])
        left, moved = [], []
        standing = listed.standing
        for done, one in enumerate(chosen, start=1):
            try:
                certificate, standing = await self._store.retention.erase_file(
                    one.record.id,
                    steps=one.record.steps,
                    rule=one.because,
                    actor=by,
                    now=self._now(),
                    standing=standing,
                )
            except FileMoved:
                moved.append(one.record.id)
                continue
            left.append(certificate)
            progress(done)
        return Run(tuple(left), tuple(moved))

    async def hold(self, step: Placed) -> HoldFile:
        """Keep a person's, a file's or a contact's records. Refused where there is no such thing."""
        person = await self._person(step.subject)
        if person is None and not await self._is_record(step.subject):
            raise Refused([Lack(f"there is no person, file or contact {step.subject}", field="subject")])
        return await self._desk.begin(HOLD, step, person=person)

    async def release(self, id_: str, step: Released) -> HoldFile:
        """The hold is over."""
        return await self._desk.take(HOLD, id_, step)

    async def holds(self) -> list[HoldFile]:
        """The holds that are not released; those whose day has passed hold nothing any more."""
        return await self._desk.every(HOLD)

    async def _is_record(self, id_: str) -> bool:
        return await self._store.files.read(id_) is not None or await self._store.recorder.is_recorded(id_)

    async def _person(self, id_: str) -> str | None:
        return id_ if await self._store.register.dossiers([id_]) else None

    async def _record(self, cover: Cover, strategy: StrategyFile | None, pack: PolicyPack, day: date) -> Record:
        rules: tuple[RetentionRule, ...] = pack.life.retention
        since = {"closed": cover.changed_at.date()} if cover.closed else {}
        held = None
        if strategy is not None:
            rules = (await self._desk.situation(STRATEGY, strategy)).rules.retention
            since = since_of(strategy)
            held = _held(strategy, day)
        return Record(
            id=cover.id,
            kind=cover.kind,
            person=cover.person,
            opened=cover.opened_at.date(),
            closed=cover.closed,
            steps=cover.steps,
            since=since,
            rules=rules,
            held=held,
        )


def _held(file: StrategyFile, day: date) -> str | None:
    hold = file.held
    if hold is None or (hold.until is not None and hold.until < day):
        return None
    return f"held until {hold.until}" if hold.until else "held"
