"""Registers at work: listed and exported for those who need to know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from gateway.dispatch.payloads import alert_payload
from gateway.governance.acting_gates import ActingGates
from gateway.governance.cases.file import CaseFile
from gateway.governance.course import Course
from gateway.governance.courses import COMPLEX_CASE, DANGEROUS_PERSON, DANGEROUS_PROPERTY, STRATEGY
from gateway.governance.desk import Readable
from gateway.governance.gate import as_noted
from gateway.governance.lacks import Lack, Refused
from gateway.governance.pack_words import the_people
from gateway.governance.registers.file import EntryFile
from gateway.governance.registers.rules import REGISTER_OF, rule_among
from gateway.governance.registers.seeing import is_open_to, may_see, may_see_case, may_see_registered
from gateway.governance.registers.strategies import Entry, entry_in_register, entry_of, outside_of
from gateway.governance.registers.telling import comes_to, to_be_told, told
from gateway.governance.steps import StrategyStep
from gateway.governance.strategy_file import StrategyFile
from gateway.store.alerts import NewAlert
from gateway.store.sealing import SealError
from models.decision import AlertKind
from models.finding import Urgency
from models.policy_records import RegisterRule
from models.register import Register
from models.strategy import Strategy


@dataclass(frozen=True, slots=True)
class Line:
    """An entry as a list shows it. `about`: None to somebody who does not need to know."""

    id: str
    standing: str
    about: str | None
    review_due: date | None
    owner: str


class RegisterDesk(ActingGates):
    """Lists and exports the registers, and takes steps of which their readers are told."""

    async def kept(self) -> list[tuple[RegisterRule, int]]:
        """The registers that the policy keeps, with how many entries each has."""
        pack = await self._desk.pack()
        counts = {
            REGISTER_OF[course.kind]: len(await self._desk.store.files.ids_of_kind(course.kind))
            for course in (STRATEGY, DANGEROUS_PERSON, DANGEROUS_PROPERTY, COMPLEX_CASE)
        }
        registered, _damaged = await self._in_register_only(everything=False)
        counts[REGISTER_OF[STRATEGY.kind]] += len(registered)
        return [(rule, counts[rule.kind]) for rule in pack.life.registers]

    async def strategies(self, *, by: str, role: str | None, everything: bool) -> Readable[Entry]:
        """The register of strategies; whom they are about, and why, only where `by` needs to know."""
        found = await self.strategy_files(by=by, role=role, everything=everything)
        entries = [entry_of(file) if open_to else outside_of(file) for file, open_to in found.found]
        registered, damaged = await self._in_register_only(everything=everything)
        role, rule = (
            await self._desk.role_of(by, role),
            rule_among((await self._desk.pack()).life.registers, STRATEGY.kind),
        )
        seen = [one.id for one in registered if may_see_registered(one, by, rule, role)]
        entries += [entry_in_register(one, open_to=one.id in seen) for one in registered]
        await self._note(seen, as_noted(by, role))
        return Readable(entries, {**found.damaged, **damaged})

    async def _in_register_only(self, *, everything: bool) -> tuple[list[Strategy], Mapping[str, str]]:
        """Strategies that have no file here; without `everything`, those that may still hold somebody."""
        found, damaged = await self._desk.store.register.in_register_only()
        return [one for one in found if everything or not one.status.is_over], damaged

    async def strategy_files(
        self, *, by: str, role: str | None, everything: bool
    ) -> Readable[tuple[StrategyFile, bool]]:
        """Every strategy, and whether `by` may read it."""
        role = await self._desk.role_of(by, role)
        files = await self._desk.readable(STRATEGY, closed=None if everything else False)
        found = [(file, await self._may_see(file, by, role)) for file in files.found]
        await self._note([file.id for file, open_to in found if open_to], as_noted(by, role))
        return Readable(found, files.damaged)

    async def take(self, id_: str, step: StrategyStep) -> StrategyFile:
        """A step in a strategy's file; where other restrictions hold after it, the policy may have people told."""
        file = await self._desk.load(STRATEGY, id_)
        rule, kind = await self._rule(file), comes_to(file, step)
        roles, now = to_be_told(kind, rule), self._now()
        if not roles or rule is None:
            return await self._desk.take(STRATEGY, id_, step)
        organisation = await self._desk.organisation()
        by_address = {organisation.address_of_role(role): role for role in reversed(roles)}
        alerts = [
            NewAlert(AlertKind.STRATEGY, Urgency.ROUTINE, (to,), alert_payload(told(id_, kind, role, rule), (to,)))
            for to, role in by_address.items()
        ]
        return await self._desk.take(
            STRATEGY, id_, step, beside=lambda within: self._desk.store.alerts.add(within, None, alerts, now)
        )

    async def export(self, *, by: str, role: str | None) -> tuple[Register, int] | None:
        """The whole register, and its version, for those to whom the register of strategies is open; None without one.

        It holds every strategy with its person, so no need of one of them opens it.
        """
        role = await self._desk.role_of(by, role)
        pack = await self._desk.pack()
        rule = rule_among(pack.life.registers, STRATEGY.kind)
        if rule is not None and not is_open_to(role, rule):
            asked = the_people(rule.seen_by, pack.life) or "whoever decides on strategies"
            text = f"the register holds every strategy, and those are for {asked}; ask there, or say your --role"
            raise Refused([Lack(text, rule.cites, "role")])
        current = await self._desk.store.register.current()  # first: what comes meanwhile is in no earlier version
        register = await self._whole()
        if register is None or current is None:
            return None
        who = as_noted(by, role)
        await self._desk.store.audit.record("register_exported", actor=who, subject="register", at=self._now())
        await self._note([strategy.id for strategy in register.strategies], who)
        return register, current.version

    async def _whole(self) -> Register | None:
        """Refused where a part of it cannot be read: half a register would look like all of it."""
        try:
            return await self._desk.store.register.export()
        except SealError:
            damage = await self._desk.store.register.damage()
            if not damage:
                raise
            raise Refused([Lack(f"{what}; nothing was exported") for what in damage]) from None

    async def cases(self, *, by: str, role: str | None, everything: bool) -> Readable[tuple[CaseFile, bool]]:
        """The register of complex cases, and of each whether `by` may read it."""
        role = await self._desk.role_of(by, role)
        files = await self._desk.readable(COMPLEX_CASE, closed=None if everything else False)
        life = (await self._desk.pack()).life
        found = [(file, may_see_case(file, by, life, role)) for file in files.found]
        await self._note([file.id for file, open_to in found if open_to], as_noted(by, role))
        return Readable(found, files.damaged)

    async def entries(
        self, course: Course[EntryFile], *, by: str, role: str | None, everything: bool
    ) -> Readable[Line]:
        """The entries of a register; whom or what they are about only where `by` needs to know."""
        role = await self._desk.role_of(by, role)
        files = await self._desk.readable(course, closed=None if everything else False)
        seen, lines = [], []
        for file in files.found:
            rule = rule_among((await self._desk.pack_of(course, file)).life.registers, course.kind)
            about = None
            if may_see(file, by, rule, role):
                seen.append(file.id)
                about = file.person or (file.premises.address if file.premises else "")
            lines.append(Line(file.id, file.standing.value, about, file.review_due(rule), file.owner))
        await self._note(seen, as_noted(by, role))
        return Readable(lines, files.damaged)
