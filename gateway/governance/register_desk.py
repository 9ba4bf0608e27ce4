"""Registers at work: listed for those who need to know, read by others only out of need, which is told."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from gateway.dispatch.payloads import alert_payload
from gateway.governance.breaches.confirming import file_of, whose
from gateway.governance.cases.file import CaseFile
from gateway.governance.challenges.route import allowing
from gateway.governance.common_steps import LookedIn
from gateway.governance.course import Course, F, File
from gateway.governance.courses import (
    BREACH_RESPONSE,
    CHALLENGE,
    COMPLEX_CASE,
    DANGEROUS_PERSON,
    DANGEROUS_PROPERTY,
    DISCLOSURE,
    INCIDENT,
    STRATEGY,
)
from gateway.governance.desk import Desk, Readable
from gateway.governance.disclosures.file import DisclosureFile
from gateway.governance.incidents.file import IncidentFile
from gateway.governance.lacks import Lack, Refused
from gateway.governance.pack_words import the_people
from gateway.governance.registers.file import EntryFile
from gateway.governance.registers.rules import REGISTER_OF, rule_among, rule_of
from gateway.governance.registers.seeing import (
    is_open_to,
    may_see,
    may_see_case,
    may_see_disclosure,
    may_see_incident,
    may_see_registered,
    may_see_strategy,
    those_in_the_case,
    those_who_may_see,
)
from gateway.governance.registers.strategies import Entry, entry_of, outside_of, owner_of, those_who_need_to_know
from gateway.governance.registers.telling import comes_to, to_be_told, told
from gateway.governance.same_person import is_among
from gateway.governance.step import Step
from gateway.governance.steps import StrategyStep
from gateway.governance.strategy_file import StrategyFile
from gateway.store.alerts import NewAlert
from gateway.store.sealing import SealError
from models.decision import AlertKind
from models.finding import Urgency
from models.policy_life import LifeRules, RegisterRule
from models.register import Register

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


@dataclass(frozen=True, slots=True)
class _Gate:
    """Whether a file is open to somebody; if not, whom they ask, and whom it is told that they read it all the same.

    `named`: how many may read it by name. `to`, or else where `asked`, a role, is told; the manager where neither is.
    """

    open: bool
    named: int
    owner: str
    rule: RegisterRule | None
    see: str
    to: str | None = None
    asked: str | None = None


class RegisterDesk:
    """Lists and shows entries; every look is on the audit trail. A role is checked as where a step is taken."""

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

    async def strategies(self, *, by: str, role: str | None, everything: bool) -> Readable[Entry]:
        """The register of strategies; whom they are about, and why, only where `by` needs to know."""
        found = await self.strategy_files(by=by, role=role, everything=everything)
        entries = [entry_of(file) if open_to else outside_of(file) for file, open_to in found.found]
        return Readable(entries, found.damaged)

    async def strategy_files(
        self, *, by: str, role: str | None, everything: bool
    ) -> Readable[tuple[StrategyFile, bool]]:
        """Every strategy, and whether `by` may read it."""
        role = await self._desk.role_of(by, role)
        files = await self._desk.readable(STRATEGY, closed=None if everything else False)
        found = [(file, await self._may_see(file, by, role)) for file in files.found]
        await self._note([file.id for file, open_to in found if open_to], as_noted(by, role))
        return Readable(found, files.damaged)

    async def strategy(self, id_: str, *, by: str, need: str | None, role: str | None) -> StrategyFile:
        """A strategy in full, by the same gate as `show`."""
        role = await self._desk.role_of(by, role)
        file = await self._desk.load(STRATEGY, id_)
        gate = _Gate(
            open=await self._may_see(file, by, role),
            named=len(those_who_need_to_know(file)),
            owner=owner_of(file),
            rule=await self._rule(file),
            see=f"triage strategy show {id_}",
            asked=file.acts[-1].role if file.acts else None,
        )
        return await self._read(STRATEGY, file, gate, by=by, need=need, role=role)

    async def closed_beside(
        self, ids: Iterable[str], person: str | None, *, by: str, need: str | None, role: str | None
    ) -> dict[str, Refused]:
        """Those of the person's strategies, of which a letter tells, that are not for `by`, with what opens them.

        Each has the gate of its own: a need is written there, and told from there.
        """
        role = await self._desk.role_of(by, role)
        closed: dict[str, Refused] = {}
        for id_ in ids:
            try:
                await self._by_strategy(id_, person, by=by, need=need, role=role, asked=None)
            except Refused as refused:
                closed[id_] = refused
        return closed

    async def case(self, id_: str, *, by: str, need: str | None, role: str | None) -> CaseFile:
        """A complex case in full, by the same gate as `show`."""
        role = await self._desk.role_of(by, role)
        file = await self._desk.load(COMPLEX_CASE, id_)
        pack = await self._desk.pack()
        conference = pack.life.conference
        gate = _Gate(
            open=may_see_case(file, by, pack.life, role),
            named=len(those_in_the_case(file)),
            owner=file.author,
            rule=rule_among(pack.life.registers, COMPLEX_CASE.kind),
            see=f"triage case show {id_}",
            asked=conference.chair if conference is not None else None,
        )
        return await self._read(COMPLEX_CASE, file, gate, by=by, need=need, role=role)

    async def may_read_challenge(self, id_: str, *, by: str, need: str | None, role: str | None) -> None:
        """By the gate of what it disputes: that somebody disputes an entry says that they are on that register.

        Open to whoever acted in it, and to the roles that hear it.
        """
        role = await self._desk.role_of(by, role)
        file = await self._desk.load(CHALLENGE, id_)
        situation = await self._desk.situation(CHALLENGE, file)
        if role not in allowing(file, situation):
            await self._beside(file, file.received.about, by=by, need=need, role=role)

    async def may_read_breaches(self, id_: str, *, by: str, need: str | None, role: str | None) -> None:
        """By the gate of their strategy.

        Open to whoever acted in the file, and to the roles that decide what follows.
        """
        role = await self._desk.role_of(by, role)
        file = await self._desk.load(BREACH_RESPONSE, id_)
        rules = (await self._desk.situation(BREACH_RESPONSE, file)).rules
        if role not in _deciding(rules):
            await self._beside(file, file.strategy, by=by, need=need, role=role)

    async def may_judge_breach(self, contact: str, strategy: str, step: Step) -> None:
        """By the gate of the file in which the strategy's breaches are answered, or until there is one of the strategy.

        Whoever judges a breach reads that file from then on. Open to whoever opened the contact in the review queue,
        too: they have it before them whole, with what holds for its sender, to judge just that.
        """
        by, role = step.by, (await self._desk.as_taken(step)).role
        if is_among(by, await self._desk.store.review.openers(contact)):
            return
        try:
            if (known := await file_of(self._desk, strategy)) is not None:
                await self.may_read_breaches(known.id, by=by, need=None, role=role)
            elif role not in _deciding((await self._desk.pack()).life):
                person, _pack = await whose(self._desk, contact, strategy)
                await self._by_strategy(strategy, person, by=by, need=None, role=role, asked=None)
        except Refused as refused:
            text = f"or open the contact in the review queue first (`triage queue show {contact} --by …`)"
            raise Refused([*refused.lacks, Lack(text, field="contact")]) from None

    async def may_read_incident(self, id_: str, *, by: str, need: str | None, role: str | None) -> None:
        """By the gate of the person's strategies; where they have none, or nobody knows who it was, by its own.

        Open to whom it names and to the roles that have to act. By its own gate also to those to whom the register of
        strategies is: what happened may come to be one (Cleveland 4.6).
        """
        role = await self._desk.role_of(by, role)
        file = await self._desk.load(INCIDENT, id_)
        situation = await self._desk.situation(INCIDENT, file)
        if may_see_incident(file, by, situation.rules, role):
            return
        if situation.strategies:
            await self._beside_strategies(file, by=by, need=need, role=role)
            return
        rule = rule_of(STRATEGY.kind, situation)
        gate = _Gate(
            open=is_open_to(role, rule),
            named=len(file.named),
            owner=file.recorded_by,
            rule=rule,
            see=f"triage incident show {id_}",
            asked=situation.rules.police.by[0],
        )
        await self._let_in(INCIDENT, file, gate, by=by, need=need, role=role)

    async def may_read_disclosure(self, id_: str, *, by: str, need: str | None, role: str | None) -> None:
        """By the gate of the person's strategies; where they have none, by its own.

        Open to whom it names and to the roles that are asked before anything is shared. By its own gate also to those
        to whom the register of strategies is: they answer for what is told of people.
        """
        role = await self._desk.role_of(by, role)
        file = await self._desk.load(DISCLOSURE, id_)
        situation = await self._desk.situation(DISCLOSURE, file)
        if may_see_disclosure(file, by, situation.rules, role):
            return
        if situation.strategies:
            await self._beside_strategies(file, by=by, need=need, role=role)
            return
        rule = rule_of(STRATEGY.kind, situation)
        gate = _Gate(
            open=is_open_to(role, rule),
            named=len(file.named),
            owner=file.proposed.by,
            rule=rule,
            see=f"triage disclosure show {id_}",
            asked=next(iter(situation.rules.sharing.asked), None),
        )
        await self._let_in(DISCLOSURE, file, gate, by=by, need=need, role=role)

    async def may_gather(self, person: str, *, by: str, need: str | None, role: str | None) -> None:
        """By the gates of all that there is about a person: a copy of everything opens them all at once.

        A need is written in each file that it opens, and told from there. Of whom there is no strategy, incidents and
        disclosures have gates of their own.
        """
        files = await self._desk.files_of(person)
        dossiers = await self._desk.store.register.dossiers([person])
        of_strategies = [one.id for dossier in dossiers for one in dossier.strategies]
        for id_ in dict.fromkeys((*of_strategies, *(one.id for one in files if isinstance(one, StrategyFile)))):
            await self._by_strategy(id_, person, by=by, need=need, role=role, asked=None)
        for file in files:
            match file:
                case EntryFile():
                    await self.show(file.id, by=by, need=need, role=role)
                case CaseFile():
                    await self.case(file.id, by=by, need=need, role=role)
                case IncidentFile() if not of_strategies:
                    await self.may_read_incident(file.id, by=by, need=need, role=role)
                case DisclosureFile() if not of_strategies:
                    await self.may_read_disclosure(file.id, by=by, need=need, role=role)

    async def may_take(self, kind: str, id_: str, step: Step) -> None:
        """Nobody alters what they may not read: whoever acts in a file reads it from then on. Of these kinds only."""
        gates = {
            CHALLENGE.kind: self.may_read_challenge,
            BREACH_RESPONSE.kind: self.may_read_breaches,
            INCIDENT.kind: self.may_read_incident,
            DISCLOSURE.kind: self.may_read_disclosure,
        }
        if kind not in gates:
            return
        try:
            await gates[kind](id_, by=step.by, need=None, role=(await self._desk.as_taken(step)).role)
        except _NotNamed as refused:  # a need is said by who reads, and lets nobody act
            raise Refused([refused.to_act]) from None

    async def _beside_strategies(self, file: File, *, by: str, need: str | None, role: str | None) -> None:
        """The gates of every strategy of whom a file is about: what it says of them may tell of those."""
        dossiers = await self._desk.store.register.dossiers([file.person]) if file.person else ()
        for strategy in (one for dossier in dossiers for one in dossier.strategies):
            await self._beside(file, strategy.id, by=by, need=need, role=role)

    async def _beside(self, file: File, about: str, *, by: str, need: str | None, role: str | None) -> None:
        """The gate of another file, for one that rests on it. A need is written there, and told from there."""
        if is_among(by, (step.by for step in file.steps if not isinstance(step, LookedIn))):
            return
        await self._by_strategy(about, file.person, by=by, need=need, role=role, asked=file.steps[0].by)

    async def _by_strategy(
        self, about: str, person: str | None, *, by: str, need: str | None, role: str | None, asked: str | None
    ) -> None:
        """The gate of a strategy or an entry, in a file or in the register alone. `asked`: whom else they may ask."""
        stored = await self._desk.store.files.read(about)
        if stored is None or stored.erased_at is not None:
            await self._beside_registered(about, person, by=by, role=role, asked=asked)
        elif stored.kind == STRATEGY.kind:
            await self.strategy(about, by=by, need=need, role=role)
        else:
            await self.show(about, by=by, need=need, role=role)

    async def _beside_registered(
        self, about: str, person: str | None, *, by: str, role: str | None, asked: str | None
    ) -> None:
        """The gate of a strategy that only stands in the register, or of nothing that is left: no need is written."""
        rule = rule_among((await self._desk.pack()).life.registers, STRATEGY.kind)
        dossiers = await self._desk.store.register.dossiers([person]) if person else ()
        found = [one for dossier in dossiers for one in dossier.strategies if one.id == about]
        if not any(may_see_registered(one, by, rule, role) for one in found) and not is_open_to(role, rule):
            decided = next((one.decider for one in found if one.decider), "whoever decided on it")
            text = f"{by} is not among those who need to know; ask {asked or decided}, or say your --role"
            raise Refused([Lack(text, rule.cites if rule else (), "role")])

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

    async def export(self, *, by: str, role: str | None) -> Register | None:
        """The whole register as a file, for those to whom the register of strategies is open; None where there is none.

        It holds every strategy with its person, so no need of one of them opens it.
        """
        role = await self._desk.role_of(by, role)
        pack = await self._desk.pack()
        rule = rule_among(pack.life.registers, STRATEGY.kind)
        if rule is not None and not is_open_to(role, rule):
            asked = the_people(rule.seen_by, pack.life) or "whoever decides on strategies"
            text = f"the register holds every strategy, and those are for {asked}; ask there, or say your --role"
            raise Refused([Lack(text, rule.cites, "role")])
        register = await self._whole()
        if register is not None:
            who = as_noted(by, role)
            await self._desk.store.audit.record("register_exported", actor=who, subject="register", at=self._now())
            await self._note([strategy.id for strategy in register.strategies], who)
        return register

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

    async def show(self, id_: str, *, by: str, need: str | None, role: str | None) -> Shown:
        """An entry in full. Refused to somebody who is not named, unless they say what they need it for.

        That need is a step of its own, and whoever answers for the entry is told of it.
        """
        role = await self._desk.role_of(by, role)
        course = course_of(id_)
        file = await self._desk.load(course, id_)
        situation = await self._desk.situation(course, file)
        rule = rule_of(course.kind, situation)
        gate = _Gate(
            open=may_see(file, by, rule, role),
            named=len(those_who_may_see(file)),
            owner=file.owner,
            rule=rule,
            see=f"triage registers show {id_}",
            to=file.told_at,
        )
        return Shown(await self._read(course, file, gate, by=by, need=need, role=role), rule, situation.rules)

    async def _read(self, course: Course[F], file: F, gate: _Gate, *, by: str, need: str | None, role: str | None) -> F:
        file = await self._let_in(course, file, gate, by=by, need=need, role=role)
        await self._desk.store.files.viewed(file.id, by=as_noted(by, role), now=self._now())
        return file

    async def _let_in(
        self, course: Course[F], file: F, gate: _Gate, *, by: str, need: str | None, role: str | None
    ) -> F:
        if gate.open:
            return file
        if need is None:
            raise _NotNamed(file.id, gate)
        file = await self._desk.take(course, file.id, LookedIn(at=self._now(), by=by, role=role, need=need))
        await self._tell(file.id, by, gate)
        return file

    async def _may_see(self, file: StrategyFile, by: str, role: str | None) -> bool:
        return may_see_strategy(file, by, await self._rule(file), role)

    async def _rule(self, file: StrategyFile) -> RegisterRule | None:
        """What the policy that the strategy is bound to says of their register."""
        pack = await self._desk.pack_of(STRATEGY, file)
        return rule_among(pack.life.registers, STRATEGY.kind)

    async def _note(self, ids: list[str], by: str) -> None:
        if ids:
            await self._desk.store.files.all_viewed(ids, by=by, now=self._now())

    async def _tell(self, id_: str, by: str, gate: _Gate) -> None:
        """By mail to whoever answers for it; no word of what is in it."""
        where = (gate.to or (await self._desk.organisation()).address_of_role(gate.asked),)
        text = (
            f"{by} read {id_}, for which {gate.owner} answers, without being among those named in it. "
            f"See why with `{gate.see}`."
        )
        alert = NewAlert(AlertKind.SYSTEM, Urgency.SAME_DAY, where, alert_payload(text, where))
        await self._desk.store.alerts.raise_system([alert], self._now())


def _deciding(rules: LifeRules) -> set[str]:
    """The roles that decide on what follows a breach."""
    return {role for step in rules.breaches for role in step.decided_by}


def course_of(id_: str) -> Course[EntryFile]:
    """The register that an entry of this id is on. Refused where there is none."""
    course = ENTRIES.get(id_.partition("-")[0])
    if course is None:
        raise Refused([Lack(f"there is no entry {id_}; their ids begin with {' or '.join(ENTRIES)}")])
    return course


class _NotNamed(Refused):
    """Somebody who is not on the list would read. `to_act`: why not, for whoever would act, whom no need lets."""

    def __init__(self, id_: str, gate: _Gate) -> None:
        text = f"{id_} is for the {gate.named} who need to know; ask {gate.owner}"
        cites = gate.rule.cites if gate.rule else ()
        self.to_act = Lack(text, cites, "need")
        super().__init__([Lack(f"{text}, or say what you need it for", cites, "need")])


def as_noted(by: str, role: str | None) -> str:
    """Whoever looked, as the trail names them: in a role, it may be the role that let them."""
    return f"{by}, {role}" if role else by
