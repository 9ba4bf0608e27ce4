"""Registers at work: listed for those who need to know, read by others only out of need, which is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from gateway.dispatch.plan import alert_payload
from gateway.governance.cases.file import CaseFile
from gateway.governance.course import Course
from gateway.governance.courses import COMPLEX_CASE, DANGEROUS_PERSON, DANGEROUS_PROPERTY, STRATEGY
from gateway.governance.desk import Desk
from gateway.governance.lacks import Lack, Refused
from gateway.governance.registers.file import EntryFile
from gateway.governance.registers.seeing import may_see, those_who_may_see
from gateway.governance.registers.steps import LookedIn
from gateway.governance.registers.strategies import Entry, entry_of
from gateway.governance.registers.taking import REGISTER_OF, rule_of
from gateway.store.alerts import NewAlert
from models.decision import AlertKind
from models.finding import Urgency
from models.policy_life import LifeRules, RegisterRule

ENTRIES = {"DP": DANGEROUS_PERSON, "DY": DANGEROUS_PROPERTY}
"""The registers that have entries of their own, by the prefix of their ids."""


@dataclass(frozen=True, slots=True)
class Line:
    """An entry as a list shows it. `about`: None to somebody who does not need to know."""

    id: str
    standing: str
    about: str | None
    review_due: date | None
    owner: str


@dataclass(frozen=True, slots=True)
class Shown:
    """An entry in full, with what the policy says of its register."""

    file: EntryFile
    rule: RegisterRule | None
    rules: LifeRules


class RegisterDesk:
    """Lists and shows entries; every look is on the audit trail."""

    def __init__(self, desk: Desk, *, now: Callable[[], datetime]) -> None:
        self._desk = desk
        self._now = now

    async def kept(self) -> list[tuple[RegisterRule, int]]:
        """The registers that the policy keeps, with how many entries each has."""
        pack = await self._desk.pack()
        counts = {
            REGISTER_OF[course.kind]: len(await self._desk.store.files.ids_of_kind(course.kind))
            for course in (STRATEGY, DANGEROUS_PERSON, DANGEROUS_PROPERTY, COMPLEX_CASE)
        }
        return [(rule, counts[rule.kind]) for rule in pack.life.registers]

    async def strategies(self, *, by: str, everything: bool) -> list[Entry]:
        """The register of strategies."""
        files = await self._desk.every(STRATEGY, closed=None if everything else False)
        await self._note([file.id for file in files], by)
        return [entry_of(file) for file in files]

    async def cases(self, *, by: str, everything: bool) -> list[CaseFile]:
        """The register of complex cases."""
        files = await self._desk.every(COMPLEX_CASE, closed=None if everything else False)
        await self._note([file.id for file in files], by)
        return files

    async def entries(self, course: Course[EntryFile], *, by: str, everything: bool) -> list[Line]:
        """The entries of a register; whom or what they are about only where `by` needs to know."""
        files = await self._desk.every(course, closed=None if everything else False)
        seen, lines = [], []
        for file in files:
            rule = rule_of(course.kind, await self._desk.situation(course, file))
            about = None
            if may_see(file, by, rule):
                seen.append(file.id)
                about = file.person or (file.premises.address if file.premises else "")
            lines.append(Line(file.id, file.standing.value, about, file.review_due(rule), file.owner))
        await self._note(seen, by)
        return lines

    async def show(self, id_: str, *, by: str, need: str | None, role: str | None) -> Shown:
        """An entry in full. Refused to somebody who is not named, unless they say what they need it for.

        That need is a step of its own, and whoever answers for the entry is told of it.
        """
        course = course_of(id_)
        file = await self._desk.load(course, id_)
        situation = await self._desk.situation(course, file)
        rule = rule_of(course.kind, situation)
        if not may_see(file, by, rule):
            if need is None:
                raise Refused([_not_named(file, rule)])
            step = LookedIn(at=self._now(), by=by, role=role, need=need)
            file = await self._desk.take(course, id_, step)
            await self._tell(file, by)
        await self._desk.store.files.viewed(id_, by=by, now=self._now())
        return Shown(file, rule, situation.rules)

    async def _note(self, ids: list[str], by: str) -> None:
        if ids:
            await self._desk.store.files.all_viewed(ids, by=by, now=self._now())

    async def _tell(self, file: EntryFile, by: str) -> None:
        """By mail to whoever answers for the entry, or the manager; no word of what is in it."""
        register = await self._desk.store.register.current()
        if register is None:
            return
        to = (file.told_at or register.organisation.addresses.manager,)
        text = (
            f"{by} read the entry {file.id}, for which {file.owner} answers, without being among those named in it. "
            f"See why with `triage registers show {file.id}`."
        )
        alert = NewAlert(AlertKind.SYSTEM, Urgency.SAME_DAY, to, alert_payload(text, to))
        await self._desk.store.alerts.raise_system([alert], self._now())


def course_of(id_: str) -> Course[EntryFile]:
    """The register that an entry of this id is on. Refused where there is none."""
    course = ENTRIES.get(id_.partition("-")[0])
    if course is None:
        raise Refused([Lack(f"there is no entry {id_}; their ids begin with {' or '.join(ENTRIES)}")])
    return course


def _not_named(file: EntryFile, rule: RegisterRule | None) -> Lack:
    named = len(those_who_may_see(file))
    text = f"{file.id} is for the {named} who need to know; ask {file.owner}, or say what you need it for"
    return Lack(text, rule.cites if rule else (), "need")
