"""Somebody who reads a list, and who may not need to know whom a strategy restricts (Stoke 5.2.4)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from gateway.governance.cases.file import CaseFile
from gateway.governance.contents import people_of
from gateway.governance.course import File
from gateway.governance.courses import BY_KIND, STRATEGY
from gateway.governance.desk import Desk
from gateway.governance.disclosures.file import DisclosureFile
from gateway.governance.gate import as_noted
from gateway.governance.gates import course_of
from gateway.governance.holds import HoldFile
from gateway.governance.incidents.file import IncidentFile
from gateway.governance.registers.file import EntryFile
from gateway.governance.registers.rules import rule_among, rule_of
from gateway.governance.registers.seeing import (
    is_open_to,
    may_see,
    may_see_case,
    may_see_disclosure,
    may_see_incident,
    may_see_registered,
    may_see_strategy,
)
from gateway.governance.same_person import is_among, same_person
from gateway.governance.strategy_file import StrategyFile
from gateway.store.files import Cover


class _Recorded(Protocol):
    """A file, or what a list of records says of one."""

    @property
    def id(self) -> str: ...

    @property
    def person(self) -> str | None: ...


class Viewer:
    """Reads as somebody, in a role that they hold or none; what they see of whom is on the audit trail."""

    @classmethod
    async def of(cls, desk: Desk, *, by: str, role: str | None, now: Callable[[], datetime]) -> Viewer:
        """Who reads so. Refused where the role is somebody else's."""
        return cls(desk, by=by, role=await desk.role_of(by, role), now=now)

    def __init__(self, desk: Desk, *, by: str, role: str | None, now: Callable[[], datetime]) -> None:
        self._desk = desk
        self._by = by
        self._role = role
        self._now = now

    async def named(self, records: Iterable[_Recorded]) -> dict[str, str | None]:
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
            found |= dict.fromkeys(await self._told(person, ids), person)
        await self._note([id_ for id_, person in found.items() if person])
        return found

    async def opened(self, holds: Iterable[HoldFile]) -> set[str]:
        """The ids of those holds of which the viewer may know on whom they are and why, as of what is held.

        Whoever placed one said it themselves.
        """
        covers = {cover.id: cover for cover in await self._desk.store.files.covers()}
        opened = [
            hold.id
            for hold in holds
            if same_person(self._by, hold.steps[0].by)
            or await self._may_know(hold.subject, covers.get(hold.subject), await self._people_of(hold, covers))
        ]
        await self._note(opened)
        return set(opened)

    async def _may_know(self, subject: str, cover: Cover | None, people: Collection[str] | None) -> bool:
        """Whether the viewer may know what is held, of each of these people. `cover`: where it is a file."""
        if people is None:
            return False
        if not people and cover is not None:  # a place, or somebody whom nobody knows
            course = BY_KIND.get(cover.kind)
            return await self._is_told(None if course is None else await self._desk.load(course, subject), {})
        for person in people:
            if not await self._told(person, [subject]):
                return False
        return True

    async def _people_of(self, hold: HoldFile, covers: Mapping[str, Cover]) -> Collection[str] | None:
        """Whom a hold is on: a person, whom a file is about, whom a contact may be from; None where that is gone."""
        cover = covers[hold.id] if covers[hold.id].person is not None else covers.get(hold.subject)
        if cover is not None:
            return () if cover.person is None else (cover.person,)
        try:
            kept = await self._desk.store.about.contact(hold.subject)
        except LookupError:
            return None
        return None if kept.contact is None else people_of(kept.decisions)

    async def _told(self, person: str, ids: Sequence[str]) -> list[str]:
        """Of these records of a person, or the person, those of which the viewer may know whom they are about."""
        files = {file.id: file for file in await self._desk.files_of(person)}
        strategies = await self._strategies(person, files.values())
        told = []
        for id_ in ids:
            if id_ == person or id_ in files:
                open_to = await self._is_told(files.get(id_), strategies)
            else:  # a contact, which tells of no file
                open_to = all(strategies.values())
            if open_to:
                told.append(id_)
        return told

    async def _is_told(self, file: File | None, strategies: Mapping[str, bool]) -> bool:
        """Whether the viewer may know whom a file is about, which whoever acted in it does; None: what there is at all.

        `strategies`: that person's, and whether the viewer may see each. Of whom there are none, the rest is for those
        to whom the register of strategies is.
        """
        life = (await self._desk.pack()).life
        register = rule_among(life.registers, STRATEGY.kind)
        beside = all(strategies.values()) if strategies else is_open_to(self._role, register)
        match file:
            case None:
                return beside
            case StrategyFile():
                return strategies[file.id]
            case IncidentFile():
                return may_see_incident(file, self._by, life, self._role) or beside
            case DisclosureFile():
                return may_see_disclosure(file, self._by, life, self._role) or beside
            case CaseFile():
                return may_see_case(file, self._by, life, self._role)
            case EntryFile():
                course = course_of(file.id)
                rule = rule_of(course.kind, await self._desk.situation(course, file))
                return may_see(file, self._by, rule, self._role)
        return beside or is_among(self._by, (step.by for step in file.steps))

    async def _strategies(self, person: str, files: Collection[File]) -> dict[str, bool]:
        """The person's strategies, in files or in the register alone, and whether each is for the viewer."""
        found = {}
        for file in files:
            if isinstance(file, StrategyFile):
                rule = rule_among((await self._desk.pack_of(STRATEGY, file)).life.registers, STRATEGY.kind)
                found[file.id] = may_see_strategy(file, self._by, rule, self._role)
        rule = rule_among((await self._desk.pack()).life.registers, STRATEGY.kind)
        for dossier in await self._desk.store.register.dossiers([person]):
            for one in dossier.strategies:
                if one.id not in found:
                    found[one.id] = may_see_registered(one, self._by, rule, self._role)
        return found

    async def _note(self, ids: list[str]) -> None:
        if ids:
            await self._desk.store.files.all_viewed(ids, by=as_noted(self._by, self._role), now=self._now())
