"""Somebody who reads contacts and lists, and who may not need to know whom a strategy restricts (Stoke 5.2.4)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from gateway.governance.cases.file import CaseFile
from gateway.governance.course import File
from gateway.governance.courses import STRATEGY
from gateway.governance.desk import Desk
from gateway.governance.register_desk import as_noted, course_of
from gateway.governance.registers.file import EntryFile
from gateway.governance.registers.rules import rule_among, rule_of
from gateway.governance.registers.seeing import (
    is_open_to,
    may_see,
    may_see_case,
    may_see_registered,
    may_see_strategy,
    those_asked,
)
from gateway.governance.registers.strategies import owner_in_register, owner_of
from gateway.governance.registers.withheld import rests_on_a_strategy, strategies_in, without
from gateway.governance.retention import Record
from gateway.governance.strategy_file import StrategyFile
from models.decision import Decision


@dataclass(frozen=True, slots=True)
class _Strategies:
    """Those of some people. `closed`: the ids of those that are not for the viewer, each with whom they ask."""

    ids: frozenset[str]
    closed: Mapping[str, str]


class Viewer:
    """Reads as somebody, in a role or none; what they see of whom is on the audit trail."""

    def __init__(self, desk: Desk, *, by: str, role: str | None, now: Callable[[], datetime]) -> None:
        self._desk = desk
        self._by = by
        self._role = role
        self._now = now

    async def decision(self, contact: str) -> Decision | None:
        """A contact's decision, without what strategies add that are not for the viewer; None where there is none.

        It counts as opened by them.
        """
        decision = await self._desk.store.recorder.latest(contact)
        if decision is None:
            return None
        await self._desk.store.review.opened(contact, by=self._by, now=self._now())
        if not rests_on_a_strategy(decision):
            return decision
        theirs = await self._strategies_of({match.person for match in decision.matches})
        named = strategies_in(decision) or theirs.ids
        life = (await self._desk.pack()).life
        rule = rule_among(life.registers, STRATEGY.kind)
        # One that is on no record any more is for those who see them all.
        gone = frozenset() if is_open_to(self._role, rule) else named - theirs.ids
        owners = {**theirs.closed, **dict.fromkeys(gone, those_asked(rule, life))}
        closed = {id_: owners[id_] for id_ in named if id_ in owners}
        await self._note(sorted(named - closed.keys()))
        return without(decision, closed, rule.cites if rule is not None else ())

    async def named(self, records: Iterable[Record]) -> dict[str, str | None]:
        """By id whom records are about, "" for nobody; None where that is not for the viewer.

        That somebody has a file of another kind may tell of their strategy, so it is as closed as that is.
        """
        found: dict[str, str | None] = {}
        of_person: dict[str, list[str]] = defaultdict(list)
        for record in records:
            found[record.id] = "" if record.person is None else None
            if record.person is not None:
                of_person[record.person].append(record.id)
        for person, ids in of_person.items():
            strategies = await self._strategies_of({person})
            files = {file.id: file for file in await self._desk.files_of(person)}
            for id_ in ids:
                if await self._is_told(files.get(id_), strategies):
                    found[id_] = person
        await self._note([id_ for id_, person in found.items() if person])
        return found

    async def _is_told(self, file: File | None, strategies: _Strategies) -> bool:
        """Whether the viewer may know whom the file is about; `strategies`: those of that person."""
        match file:
            case StrategyFile():
                return file.id not in strategies.closed
            case CaseFile():
                return may_see_case(file, self._by, (await self._desk.pack()).life, self._role)
            case EntryFile():
                course = course_of(file.id)
                rule = rule_of(course.kind, await self._desk.situation(course, file))
                return may_see(file, self._by, rule, self._role)
        return not strategies.closed

    async def _strategies_of(self, people: Collection[str]) -> _Strategies:
        found = [file for person in people for file in await self._desk.files_of(person)]
        files = {file.id: file for file in found if isinstance(file, StrategyFile)}
        closed: dict[str, str] = {}
        for file in files.values():
            bound = (await self._desk.pack_of(STRATEGY, file)).life
            if not may_see_strategy(file, self._by, rule_among(bound.registers, STRATEGY.kind), self._role):
                closed[file.id] = owner_of(file)
        life = (await self._desk.pack()).life
        rule = rule_among(life.registers, STRATEGY.kind)
        dossiers = await self._desk.store.register.dossiers(people)
        registered = [one for dossier in dossiers for one in dossier.strategies if one.id not in files]
        for strategy in registered:
            if not may_see_registered(strategy, self._by, rule, self._role):
                closed[strategy.id] = owner_in_register(strategy) or those_asked(rule, life)
        return _Strategies(frozenset((*files, *(strategy.id for strategy in registered))), closed)

    async def _note(self, ids: list[str]) -> None:
        if ids:
            await self._desk.store.files.all_viewed(ids, by=as_noted(self._by, self._role), now=self._now())
