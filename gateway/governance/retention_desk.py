"""Retention at work: what is due is listed, a named person confirms the list, and that list is deleted.

Files, and the contacts that do not go by themselves (`gateway.content_retention`): those in which something was found,
and those of people with a strategy or any other file.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from gateway.governance.breaches.file import BreachFile
from gateway.governance.common_steps import Released
from gateway.governance.contents import people_of
from gateway.governance.courses import BREACH_RESPONSE, HOLD, STRATEGY
from gateway.governance.desk import Desk, Readable
from gateway.governance.holds import HoldFile, Placed
from gateway.governance.lacks import Lack, Refused
from gateway.governance.retention import (
    CONTACT,
    Judged,
    Record,
    as_its_strategy,
    begun_by,
    code_of,
    contact_rules,
    judge,
    judge_contact,
    since_of,
    without_a_rule,
)
from gateway.governance.strategy_file import StrategyFile
from gateway.governance.strategy_tasks import still_owed
from gateway.store.errors import FileMoved
from gateway.store.files import Cover
from gateway.store.looked import Looked, Over
from gateway.store.retention import JudgedOn
from gateway.store.sealing import SealError
from models.policy import PolicyPack
from models.policy_records import RetentionRule
from routing.calendar import local_day, local_moment

_LOOKED_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class DueList:
    """What is due on `day`, what is kept although its period is over, and the code that stands for what is due.

    `copies`: strategies that are due and that the register itself has, too, with whose they are there. `looked`: the
    contacts that are due, by id.
    """

    day: date
    due: tuple[Judged, ...]
    kept: tuple[Judged, ...]
    standing: JudgedOn
    copies: Mapping[str, str] = field(default_factory=dict, repr=False)
    looked: Mapping[str, Looked] = field(default_factory=dict, repr=False)

    @property
    def code(self) -> str:
        """Given back by whoever confirms the list."""
        return code_of(self.due)


@dataclass(frozen=True, slots=True)
class Run:
    """What a run deleted, and the records that had changed meanwhile and were left alone."""

    deleted: tuple[Judged, ...]
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
        holds = await self._desk.every(HOLD)
        contacts, looked = await self._contacts(await self._desk.pack(), covers, holds, day)
        strategies = await self._desk.every(STRATEGY, closed=None)
        files = await self._files(covers, holds, strategies, await self._desk.every(BREACH_RESPONSE, closed=None), day)
        over = [one for one in (*files, *contacts) if one.due <= day]
        due, copies = await self._with_what_goes_too([one for one in over if one.is_due(day)])
        return DueList(
            day=day,
            due=due,
            kept=tuple(one for one in over if not one.is_due(day)),
            standing=standing,
            copies=copies,
            looked={one.record.id: looked[one.record.id] for one in due if one.record.kind == CONTACT},
        )

    async def files_due(self, of: Mapping[str, Readable[Any]]) -> list[Judged]:
        """The files that are due today, the one due first first. `of`: `Desk.all_files`.

        None where one by which others are judged cannot be read: it may be what holds them.
        """
        if any(of[course.kind].damaged for course in (HOLD, STRATEGY, BREACH_RESPONSE)):
            return []
        day = await self._desk.today()
        holds = [file for file in of[HOLD.kind].found if not HOLD.closed(file)]
        strategies, breaches = of[STRATEGY.kind].found, of[BREACH_RESPONSE.kind].found
        files = await self._files(await self._store.files.covers(), holds, strategies, breaches, day)
        return [one for one in files if one.is_due(day)]

    async def _files(
        self,
        covers: Sequence[Cover],
        holds: Sequence[HoldFile],
        strategies: Sequence[StrategyFile],
        breach_responses: Sequence[BreachFile],
        day: date,
    ) -> tuple[Judged, ...]:
        """The files whose period has begun, the one due first first. All strategies and answers, closed ones too."""
        by_strategy = {file.id: file for file in strategies}
        pack = await self._desk.pack()
        zone = ZoneInfo((await self._desk.organisation()).timezone)
        breaches = {file.id: file for file in breach_responses}
        of_files = [await self._record(file, by_strategy.get(file.id), pack, day, zone) for file in covers]
        by_id = {record.id: record for record in of_files}
        in_register = await self._living([file.person for file in breaches.values() if file.person is not None])
        records = [
            _as_strategy(record, breaches[record.id].strategy, by_id, in_register) if record.id in breaches else record
            for record in of_files
        ]
        about = {**{id_: id_ for id_ in by_strategy}, **{id_: breach.strategy for id_, breach in breaches.items()}}
        return tuple(
            [
                await self._if_nothing_waits(one, by_strategy.get(about.get(one.record.id, "")), day)
                for one in judge(records, holds, day)
            ]
        )

    async def _if_nothing_waits(self, one: Judged, strategy: StrategyFile | None, day: date) -> Judged:
        """What is over its period, kept by the tasks of its strategy that still wait: they would go with it.

        Where nobody can tell whether any does, it is kept, and in no other record's way.
        """
        if strategy is None or one.due > day:
            return one
        try:
            situation = await self._desk.situation(STRATEGY, strategy)
            kept_by = tuple(f"the task {task.id} still waits" for task in still_owed(strategy, situation))
        except SealError as error:
            kept_by = (f"what {strategy.id} still waits for cannot be told: {error}",)
        return replace(one, kept_by=(*one.kept_by, *kept_by))

    async def _contacts(
        self, pack: PolicyPack, covers: Sequence[Cover], holds: Sequence[HoldFile], day: date
    ) -> tuple[list[Judged], dict[str, Looked]]:
        """The contacts whose period has begun, the one due first first, and what each was judged by."""
        rules = contact_rules(pack.life.retention)
        zone = ZoneInfo((await self._desk.organisation()).timezone)
        open_files: dict[str, set[str]] = defaultdict(set)
        for cover in covers:
            if cover.person is not None and not cover.closed and cover.kind != HOLD.kind:
                open_files[cover.person].add(cover.id)
        judged: list[Judged] = []
        looked: dict[str, Looked] = {}
        after: tuple[int, str] | None = None
        while True:
            page = await self._store.retention.over(
                Over.CLOSED, _over_before(day, rules, zone), now=self._now(), after=after, limit=_LOOKED_AT_ONCE
            )
            needed_by = await self._needed_by(
                {id_ for one in page.found for id_ in people_of(one.decisions)}, open_files
            )
            for one in page.found:
                record = _contact(one, rules, zone)
                found = judge_contact(record, people_of(one.decisions), holds, needed_by, day)
                if found is not None:
                    judged.append(found)
                    looked[one.contact_id] = one
            after = page.last
            if after is None:
                return sorted(judged, key=lambda one: (one.due, one.record.id)), looked

    async def _needed_by(self, people: Collection[str], open_files: Mapping[str, set[str]]) -> Mapping[str, set[str]]:
        """By person what of theirs is not over: files here, and strategies of the register."""
        living = await self._living(people)
        return {person: {*open_files.get(person, ()), *living.get(person, ())} for person in people}

    async def _living(self, people: Collection[str]) -> Mapping[str, set[str]]:
        """By person the strategies of the register that are not over."""
        return {
            dossier.person.id: {strategy.id for strategy in dossier.strategies if not strategy.status.is_over}
            for dossier in await self._store.register.dossiers(people)
        }

    async def _with_what_goes_too(self, due: Sequence[Judged]) -> tuple[tuple[Judged, ...], Mapping[str, str]]:
        """What is due, each with what else is deleted with it; and the strategies that the register has, too."""
        contacts = [one.record.id for one in due if one.record.kind == CONTACT]
        files = [one.record.id for one in due if one.record.kind != CONTACT]
        too = await self._store.retention.goes_too(files, contacts)
        copies = await self._store.register.copies_of(
            [one.record.id for one in due if one.record.kind == STRATEGY.kind]
        )

        def said(record: Record) -> Iterator[str]:
            if letters := too.letters.get(record.id):
                yield f"where {letters} letter{'s' if letters > 1 else ''} went"
            if record.id in copies:
                yield "its copy in the register, which becomes the next version"
            if clocks := too.clocks.get(record.id):
                yield f"the steps of {clocks} statutory clock{'s' if clocks > 1 else ''}"

        return tuple(replace(one, with_it=tuple(said(one.record))) for one in due), copies

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
        deleted: list[Judged] = []
        moved: list[str] = []
        standing = listed.standing
        for one in chosen:
            try:
                standing = await self._delete(one, listed, by, standing)
            except FileMoved:
                moved.append(one.record.id)
                continue
            deleted.append(one)
            progress(len(deleted))
        return Run(tuple(deleted), tuple(moved))

    async def _delete(self, one: Judged, listed: DueList, by: str, standing: JudgedOn) -> JudgedOn:
        """Delete one record; how things stand then. FileMoved where it is not as it was listed."""
        record, retention, now = one.record, self._store.retention, self._now()
        if record.kind != CONTACT:
            _, after = await retention.erase_file(
                record.id,
                steps=record.steps,
                rule=one.because,
                actor=by,
                now=now,
                standing=standing,
                copy_of=listed.copies.get(record.id),
            )
            return after
        looked = listed.looked[record.id]
        gone, after = await retention.erase_contents(
            {record.id: looked.digest},
            which=Over.CLOSED,
            before=looked.closed_at + timedelta(microseconds=1),
            rule=one.because,
            actor=by,
            now=now,
            standing=standing,
        )
        if not gone:
            raise FileMoved(f"{record.id} is worked on again")
        return after

    async def hold(self, step: Placed) -> HoldFile:
        """Keep a person's, a file's or a contact's records. Refused where there is no such thing."""
        person = await self._person(step.subject)
        kind = None if person is not None else await self._kind(step.subject)
        if person is None and kind is None:
            raise Refused([Lack(f"there is no person, file or contact {step.subject}", field="subject")])
        of_kind = step.model_copy(update={"records": None if kind is None else (kind,)})
        return await self._desk.begin(HOLD, of_kind, person=person)

    async def release(self, id_: str, step: Released) -> HoldFile:
        """The hold is over."""
        return await self._desk.take(HOLD, id_, step)

    async def holds(self) -> list[HoldFile]:
        """The holds that are not released; those whose day has passed hold nothing any more."""
        return await self._desk.every(HOLD)

    async def _kind(self, id_: str) -> str | None:
        """Of a file or a contact; None where there is none."""
        file = await self._store.files.read(id_)
        if file is not None:
            return file.kind
        return CONTACT if await self._store.recorder.is_recorded(id_) else None

    async def _person(self, id_: str) -> str | None:
        return id_ if await self._store.register.dossiers([id_]) else None

    async def _record(
        self, cover: Cover, strategy: StrategyFile | None, pack: PolicyPack, day: date, zone: ZoneInfo
    ) -> Record:
        rules: tuple[RetentionRule, ...] = pack.life.retention
        opened, changed = local_day(cover.opened_at, zone), local_day(cover.changed_at, zone)
        since = {"opened": opened, "closed": changed, "last_activity": changed} if cover.closed else {}
        held = None
        if cover.kind == HOLD.kind and not any(rule.record == cover.kind for rule in rules):
            rules = (without_a_rule(cover.kind),)
        if strategy is not None:
            rules = (await self._desk.pack_of(STRATEGY, strategy)).life.retention
            since = since_of(strategy)
            held = _held(strategy, day)
        return Record(
            id=cover.id,
            kind=cover.kind,
            person=cover.person,
            opened=opened,
            closed=cover.closed,
            steps=cover.steps,
            since=since,
            rules=rules,
            held=held,
        )


def _as_strategy(
    record: Record, strategy: str, records: Mapping[str, Record], in_register: Mapping[str, set[str]]
) -> Record:
    """The answers to a strategy's breaches, kept as long as it; by the strict default where it is gone or over."""
    its = records.get(strategy)
    if its is not None:
        since = its.since if record.closed else {}
        return replace(record, since=since, rules=as_its_strategy(record.kind, its.rules), held=its.held)
    is_over = record.person is None or strategy not in in_register.get(record.person, ())
    return replace(record, since=record.since if is_over else {}, rules=(without_a_rule(record.kind),))


def _contact(looked: Looked, rules: tuple[RetentionRule, ...], zone: ZoneInfo) -> Record:
    received, closed = local_day(looked.received_at, zone), local_day(looked.closed_at, zone)
    return Record(
        id=looked.contact_id,
        kind=CONTACT,
        person=None,
        opened=received,
        closed=True,
        steps=len(looked.decisions),
        since={"opened": received, "closed": closed, "last_activity": closed},
        rules=rules,
    )


def _over_before(day: date, rules: Sequence[RetentionRule], zone: ZoneInfo) -> datetime:
    """Only what was over by then can be due on `day`, by whichever of the rules."""
    first = max(begun_by(day, rule.period) for rule in rules) + timedelta(days=1)
    return local_moment(first, time.min, zone).astimezone(UTC)


def _held(file: StrategyFile, day: date) -> str | None:
    hold = file.held
    if hold is None or (hold.until is not None and hold.until < day):
        return None
    return f"held until {hold.until}" if hold.until else "held"
