"""Who may read a file, and act on it: those who need to know, and others only out of need, which is told."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from gateway.dispatch.payloads import alert_payload
from gateway.governance.breaches.confirming import file_of, whose
from gateway.governance.breaches.file import BreachFile
from gateway.governance.breaches.for_whom import standing_in
from gateway.governance.cases.file import CaseFile
from gateway.governance.challenges.file import ChallengeFile
from gateway.governance.challenges.route import allowing
from gateway.governance.common_steps import LookedIn
from gateway.governance.course import Course, F, File
from gateway.governance.courses import (
    BREACH_RESPONSE,
    BY_KIND,
    CHALLENGE,
    COMPLEX_CASE,
    DANGEROUS_PERSON,
    DANGEROUS_PROPERTY,
    DISCLOSURE,
    INCIDENT,
    STRATEGY,
)
from gateway.governance.desk import Desk, read_back
from gateway.governance.disclosures.file import DisclosureFile
from gateway.governance.holds import HoldFile
from gateway.governance.incidents.file import IncidentFile
from gateway.governance.lacks import Lack, Refused
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
    those_in_the_case,
    those_who_may_see,
)
from gateway.governance.registers.strategies import owner_of, those_who_need_to_know
from gateway.governance.same_person import is_among
from gateway.governance.situation import Situation
from gateway.governance.step import Step
from gateway.governance.strategy_file import StrategyFile
from gateway.store.alerts import NewAlert
from models.decision import AlertKind
from models.finding import Urgency
from models.policy_life import LifeRules
from models.policy_records import RegisterRule
from models.strategy import Strategy

if TYPE_CHECKING:
    from gateway.governance.subject_access.searching import Quoted

ENTRIES = {"DP": DANGEROUS_PERSON, "DY": DANGEROUS_PROPERTY}
"""The registers that have entries of their own, by the prefix of their ids."""


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


@dataclass(frozen=True, slots=True)
class _GateOf:
    """A file, or a strategy in the register alone, whose gate is asked. `asked`: who may be asked beside."""

    id: str
    person: str | None
    asked: str | None = None


class Gates:
    """Reads files for whoever may; every look is on the audit trail. A role is checked as where a step is taken."""

    def __init__(self, desk: Desk, *, now: Callable[[], datetime]) -> None:
        self._desk = desk
        self._now = now

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
                await self._by_gate(_GateOf(id_, person), by=by, need=need, role=role)
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
        await self._may_read(CHALLENGE, id_, by=by, need=need, role=role)

    async def may_read_breaches(self, id_: str, *, by: str, need: str | None, role: str | None) -> None:
        """By the gate of their strategy.

        Open to whoever acted in the file, and to the roles that decide what follows.
        """
        await self._may_read(BREACH_RESPONSE, id_, by=by, need=need, role=role)

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
                await self._by_gate(_GateOf(strategy, person), by=by, need=None, role=role)
        except Refused as refused:
            raise _or_opened(refused, contact) from None

    async def may_record_our_breach(self, strategy: Strategy, step: Step) -> None:
        """Of a strategy that stands in the register only, by the gate of the file in which its breaches are answered.

        Until there is one, by that of the strategy; open to the roles that decide what follows a breach.
        """
        if (known := await file_of(self._desk, strategy.id)) is not None:
            await self.may_take(BREACH_RESPONSE.kind, known.id, step)
            return
        role = (await self._desk.as_taken(step)).role
        if role in _deciding((await self._desk.pack()).life):
            return
        try:
            await self._by_gate(_GateOf(strategy.id, strategy.person), by=step.by, need=None, role=role)
        except _NotNamed as refused:
            raise Refused(refused.to_act) from None

    async def may_say_answered(self, contacts: Sequence[str], strategy: str, *, by: str, role: str | None) -> None:
        """By the gate of the strategy; open to whoever opened each of these contacts in the review queue, too."""
        openers = [await self._desk.store.review.openers(contact) for contact in contacts]
        if all(is_among(by, opened) for opened in openers):
            return
        person, _pack = await whose(self._desk, contacts[0], strategy)
        try:
            role = await self._desk.role_of(by, role)
            await self._by_gate(_GateOf(strategy, person), by=by, need=None, role=role)
        except Refused as refused:
            raise _or_opened(refused, *contacts) from None

    async def may_read_incident(self, id_: str, *, by: str, need: str | None, role: str | None) -> None:
        """By the gate of the person's strategies; where they have none, or nobody knows who it was, by its own.

        Open to whom it names and to the roles that have to act. By its own gate also to those to whom the register of
        strategies is: what happened may come to be one (Cleveland 4.6).
        """
        await self._may_read(INCIDENT, id_, by=by, need=need, role=role)

    async def may_read_disclosure(self, id_: str, *, by: str, need: str | None, role: str | None) -> None:
        """By the gate of the person's strategies; where they have none, by its own.

        Open to whom it names and to the roles that are asked before anything is shared. By its own gate also to those
        to whom the register of strategies is: they answer for what is told of people.
        """
        await self._may_read(DISCLOSURE, id_, by=by, need=need, role=role)

    async def may_gather(self, person: str, *, by: str, need: str | None, role: str | None) -> None:
        """By the gates of all that there is about a person: a copy of everything opens them all at once."""
        role = await self._desk.role_of(by, role)
        dossiers = await self._desk.store.register.dossiers([person])
        gates = [gate for file in await self._desk.files_of(person) for gate in await self._gates_of(file, by, role)]
        gates += [_GateOf(one.id, person) for dossier in dossiers for one in dossier.strategies]
        await self._enter(gates, by=by, need=need, role=role)

    async def may_quote(self, of: Quoted, *, by: str, need: str | None, role: str | None) -> None:
        """By the gates of what is about others and names the person, for its words are in the copy, too.

        A refusal names what is closed, and nobody whom it is about.
        """
        role = await self._desk.role_of(by, role)
        gates = list[_GateOf]()
        for id_ in of.files:
            if (file := await self._file(id_)) is not None:
                gates += await self._gates_of(file, by, role)
        gates += [_GateOf(id_, person) for id_, person in of.strategies]
        await self._enter(gates, by=by, need=need, role=role)

    async def note_viewed(self, ids: Iterable[str], *, by: str, role: str | None) -> None:
        """Each of these was read, in a copy of everything; a need that was written at a gate says of one only why."""
        await self._note(list(ids), as_noted(by, await self._desk.role_of(by, role)))

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
            raise Refused(refused.to_act) from None

    async def _may_read(self, course: Course[F], id_: str, *, by: str, need: str | None, role: str | None) -> None:
        role = await self._desk.role_of(by, role)
        file = await self._desk.load(course, id_)
        await self._enter(await self._gates_of(file, by, role), by=by, need=need, role=role)

    async def _gates_of(self, file: File, by: str, role: str | None) -> list[_GateOf]:
        """Whose gates a file is behind, its own or those of what it rests on; none where it is open to `by` as it is.

        A hold is behind those of what it keeps; training records have none.
        """
        match file:
            case StrategyFile() | EntryFile() | CaseFile():
                return [_GateOf(file.id, file.person)]
            case ChallengeFile():
                situation = await self._desk.situation(CHALLENGE, file)
                opened, about = role in allowing(file, situation), [file.received.about]
            case BreachFile():
                situation = await self._desk.situation(BREACH_RESPONSE, file)
                deciding = {*_deciding(situation.rules), *standing_in(file, situation)}
                opened, about = role in deciding, [file.strategy]
            case IncidentFile():
                situation = await self._desk.situation(INCIDENT, file)
                opened = may_see_incident(file, by, situation.rules, role)
                about = [one.id for one in situation.strategies]
            case DisclosureFile():
                situation = await self._desk.situation(DISCLOSURE, file)
                opened = may_see_disclosure(file, by, situation.rules, role)
                about = [one.id for one in situation.strategies]
            case HoldFile():
                return await self._gates_of_held(file, by, role)
            case _:
                return []
        if opened:
            return []
        if not about:
            return [_GateOf(file.id, file.person)]
        if is_among(by, (step.by for step in file.steps if not isinstance(step, LookedIn))):
            return []
        return [_GateOf(id_, file.person, asked=file.steps[0].by) for id_ in about]

    async def _gates_of_held(self, hold: HoldFile, by: str, role: str | None) -> list[_GateOf]:
        """Of the file that a hold is on, or of the person's strategies; whoever placed it said so themselves."""
        if is_among(by, (step.by for step in hold.steps)):
            return []
        if (stored := await self._file(hold.subject)) is not None:
            return await self._gates_of(stored, by, role)
        dossiers = await self._desk.store.register.dossiers([hold.subject])
        return [_GateOf(one.id, hold.subject) for dossier in dossiers for one in dossier.strategies]

    async def _file(self, id_: str) -> File | None:
        """A file of any kind of ours that was not erased."""
        stored = await self._desk.store.files.read(id_)
        gone = stored is None or stored.kind not in BY_KIND or stored.erased_at is not None
        return None if stored is None or gone else read_back(BY_KIND[stored.kind], stored)

    async def _enter(self, gates: Iterable[_GateOf], *, by: str, need: str | None, role: str | None) -> None:
        """Each gate once. Refused with every one that is closed; a need is written behind each, and told from there."""
        closed: list[_NotNamed] = []
        for gate in {one.id: one for one in gates}.values():
            try:
                await self._by_gate(gate, by=by, need=need, role=role)
            except _NotNamed as refused:
                closed.append(refused)
        if closed:
            raise _NotNamed([lack for refused in closed for lack in refused.to_act])

    async def _by_gate(self, gate: _GateOf, *, by: str, need: str | None, role: str | None) -> None:
        """The gate of a file, or of a strategy that stands in the register alone."""
        stored = await self._desk.store.files.read(gate.id)
        if stored is None or stored.erased_at is not None:
            await self._beside_registered(gate, by=by, need=need, role=role)
            return
        of_kind: dict[str, Callable[..., Awaitable[object]]] = {
            STRATEGY.kind: self.strategy,
            COMPLEX_CASE.kind: self.case,
            INCIDENT.kind: self._incident,
            DISCLOSURE.kind: self._disclosure,
        }
        await of_kind.get(stored.kind, self.show)(gate.id, by=by, need=need, role=role)

    async def _incident(self, id_: str, *, by: str, need: str | None, role: str | None) -> None:
        """The gate of an incident with somebody who has no strategy."""
        file = await self._desk.load(INCIDENT, id_)
        situation = await self._desk.situation(INCIDENT, file)
        gate = _like_a_strategy(file, file.recorded_by, situation, role, asked=situation.rules.police.by[0])
        await self._let_in(INCIDENT, file, gate, by=by, need=need, role=role)

    async def _disclosure(self, id_: str, *, by: str, need: str | None, role: str | None) -> None:
        """The gate of a disclosure about somebody who has no strategy."""
        file = await self._desk.load(DISCLOSURE, id_)
        situation = await self._desk.situation(DISCLOSURE, file)
        asked = next(iter(situation.rules.sharing.asked), None)
        gate = _like_a_strategy(file, file.proposed.by, situation, role, asked=asked)
        await self._let_in(DISCLOSURE, file, gate, by=by, need=need, role=role)

    async def _beside_registered(self, gate: _GateOf, *, by: str, need: str | None, role: str | None) -> None:
        """The gate of a strategy that only stands in the register, or of nothing that is left.

        There is no file to write a need in: the trail says who looked, and the manager is told what for.
        """
        rule = rule_among((await self._desk.pack()).life.registers, STRATEGY.kind)
        dossiers = await self._desk.store.register.dossiers([gate.person]) if gate.person else ()
        found = [one for dossier in dossiers for one in dossier.strategies if one.id == gate.id]
        if any(may_see_registered(one, by, rule, role) for one in found) or is_open_to(role, rule):
            return
        asked = gate.asked or next((one.decider for one in found if one.decider), "whoever decided on it")
        if need is None:
            text = f"{by} is not among those who need to know of {gate.id}; ask {asked}, or say your --role"
            raise _NotNamed([Lack(text, rule.cites if rule else (), "role")])
        looked = LookedIn(at=self._now(), by=by, role=role, need=need)
        who, subject = as_noted(by, role), f"strategy/{gate.id}"
        await self._desk.store.audit.record(looked.kind, actor=who, subject=subject, at=looked.at)
        text = (
            f"{by} read what there is about {gate.id} without being among those who need to know. "
            f"It stands in the register only, where no need can be written: they need it for “{looked.need}”."
        )
        await self._alert(text, (await self._desk.organisation()).address_of_role(None))

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
            text = f"{file.id} is for the {gate.named} who need to know; ask {gate.owner}"
            raise _NotNamed([Lack(text, gate.rule.cites if gate.rule else (), "need")])
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
        where = gate.to or (await self._desk.organisation()).address_of_role(gate.asked)
        text = (
            f"{by} read {id_}, for which {gate.owner} answers, without being among those named in it. "
            f"See why with `{gate.see}`."
        )
        await self._alert(text, where)

    async def _alert(self, text: str, to: str) -> None:
        alert = NewAlert(AlertKind.SYSTEM, Urgency.SAME_DAY, (to,), alert_payload(text, (to,)))
        await self._desk.store.alerts.raise_system([alert], self._now())


def _like_a_strategy(
    file: IncidentFile | DisclosureFile, owner: str, situation: Situation, role: str | None, *, asked: str | None
) -> _Gate:
    """Open to those to whom the register of strategies is: it may come to be one, or speak of one."""
    rule = rule_of(STRATEGY.kind, situation)
    see = f"triage {'incident' if isinstance(file, IncidentFile) else 'disclosure'} show {file.id}"
    return _Gate(open=is_open_to(role, rule), named=len(file.named), owner=owner, rule=rule, see=see, asked=asked)


def _or_opened(refused: Refused, *contacts: str) -> Refused:
    """What else lets somebody act on contacts. A need is said by who reads, and lets nobody act."""
    lacks = refused.to_act if isinstance(refused, _NotNamed) else refused.lacks
    which = "; ".join(f"`triage queue show {contact} --by …`" for contact in contacts)
    return Refused([*lacks, Lack(f"or open what it is about in the review queue first ({which})", field="contact")])


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

    def __init__(self, to_act: Sequence[Lack]) -> None:
        self.to_act = tuple(to_act)
        super().__init__([Lack(f"{one.text}, or say what you need it for", one.cites, "need") for one in to_act])


def as_noted(by: str, role: str | None) -> str:
    """Whoever looked, as the trail names them: in a role, it may be the role that let them."""
    return f"{by}, {role}" if role else by
