"""Which gates each kind of file is behind, its own or those of what it rests on; every look is on the audit trail."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

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
from gateway.governance.desk import read_back
from gateway.governance.disclosures.file import DisclosureFile
from gateway.governance.gate import Gate, Gatekeeper, GateOf, NotNamed, as_noted
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
    those_in_the_case,
    those_who_may_see,
)
from gateway.governance.registers.strategies import owner_of, those_who_need_to_know
from gateway.governance.same_person import is_among
from gateway.governance.situation import Situation
from gateway.governance.strategy_file import StrategyFile
from models.policy_life import LifeRules
from models.policy_records import RegisterRule

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


class Gates(Gatekeeper):
    """Reads files for whoever may. A role is checked as where a step is taken."""

    async def strategy(self, id_: str, *, by: str, need: str | None, role: str | None) -> StrategyFile:
        """A strategy in full, by the same gate as `show`."""
        role = await self._desk.role_of(by, role)
        file = await self._desk.load(STRATEGY, id_)
        gate = Gate(
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
                await self._by_gate(GateOf(id_, person), by=by, need=need, role=role)
            except Refused as refused:
                closed[id_] = refused
        return closed

    async def case(self, id_: str, *, by: str, need: str | None, role: str | None) -> CaseFile:
        """A complex case in full, by the same gate as `show`."""
        role = await self._desk.role_of(by, role)
        file = await self._desk.load(COMPLEX_CASE, id_)
        pack = await self._desk.pack()
        conference = pack.life.conference
        gate = Gate(
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
        gates += [GateOf(one.id, person) for dossier in dossiers for one in dossier.strategies]
        await self._enter(gates, by=by, need=need, role=role)

    async def may_quote(self, of: Quoted, *, by: str, need: str | None, role: str | None) -> None:
        """By the gates of what is about others and names the person, for its words are in the copy, too.

        A refusal names what is closed, and nobody whom it is about.
        """
        role = await self._desk.role_of(by, role)
        gates = list[GateOf]()
        for id_ in of.files:
            if (file := await self._file(id_)) is not None:
                gates += await self._gates_of(file, by, role)
        gates += [GateOf(id_, person) for id_, person in of.strategies]
        await self._enter(gates, by=by, need=need, role=role)

    async def note_viewed(self, ids: Iterable[str], *, by: str, role: str | None) -> None:
        """Each of these was read, in a copy of everything; a need that was written at a gate says of one only why."""
        await self._note(list(ids), as_noted(by, await self._desk.role_of(by, role)))

    async def _may_read(self, course: Course[F], id_: str, *, by: str, need: str | None, role: str | None) -> None:
        role = await self._desk.role_of(by, role)
        file = await self._desk.load(course, id_)
        await self._enter(await self._gates_of(file, by, role), by=by, need=need, role=role)

    async def _gates_of(self, file: File, by: str, role: str | None) -> list[GateOf]:
        """Whose gates a file is behind, its own or those of what it rests on; none where it is open to `by` as it is.

        A hold is behind those of what it keeps; training records have none.
        """
        match file:
            case StrategyFile() | EntryFile() | CaseFile():
                return [GateOf(file.id, file.person)]
            case ChallengeFile():
                situation = await self._desk.situation(CHALLENGE, file)
                opened, about = role in allowing(file, situation), [file.received.about]
            case BreachFile():
                situation = await self._desk.situation(BREACH_RESPONSE, file)
                deciding = {*deciding_on_breaches(situation.rules), *standing_in(file, situation)}
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
            return [GateOf(file.id, file.person)]
        if is_among(by, (step.by for step in file.steps if not isinstance(step, LookedIn))):
            return []
        return [GateOf(id_, file.person, asked=file.steps[0].by) for id_ in about]

    async def _gates_of_held(self, hold: HoldFile, by: str, role: str | None) -> list[GateOf]:
        """Of the file that a hold is on, or of the person's strategies; whoever placed it said so themselves."""
        if is_among(by, (step.by for step in hold.steps)):
            return []
        if (stored := await self._file(hold.subject)) is not None:
            return await self._gates_of(stored, by, role)
        dossiers = await self._desk.store.register.dossiers([hold.subject])
        return [GateOf(one.id, hold.subject) for dossier in dossiers for one in dossier.strategies]

    async def _file(self, id_: str) -> File | None:
        """A file of any kind of ours that was not erased."""
        stored = await self._desk.store.files.read(id_)
        gone = stored is None or stored.kind not in BY_KIND or stored.erased_at is not None
        return None if stored is None or gone else read_back(BY_KIND[stored.kind], stored)

    async def _enter(self, gates: Iterable[GateOf], *, by: str, need: str | None, role: str | None) -> None:
        """Each gate once. Refused with every one that is closed; a need is written behind each, and told from there."""
        closed: list[NotNamed] = []
        for gate in {one.id: one for one in gates}.values():
            try:
                await self._by_gate(gate, by=by, need=need, role=role)
            except NotNamed as refused:
                closed.append(refused)
        if closed:
            raise NotNamed([lack for refused in closed for lack in refused.to_act])

    async def _by_gate(self, gate: GateOf, *, by: str, need: str | None, role: str | None) -> None:
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

    async def show(self, id_: str, *, by: str, need: str | None, role: str | None) -> Shown:
        """An entry in full. Refused to somebody who is not named, unless they say what they need it for.

        That need is a step of its own, and whoever answers for the entry is told of it.
        """
        role = await self._desk.role_of(by, role)
        course = course_of(id_)
        file = await self._desk.load(course, id_)
        situation = await self._desk.situation(course, file)
        rule = rule_of(course.kind, situation)
        gate = Gate(
            open=may_see(file, by, rule, role),
            named=len(those_who_may_see(file)),
            owner=file.owner,
            rule=rule,
            see=f"triage registers show {id_}",
            to=file.told_at,
        )
        return Shown(await self._read(course, file, gate, by=by, need=need, role=role), rule, situation.rules)


def _like_a_strategy(
    file: IncidentFile | DisclosureFile, owner: str, situation: Situation, role: str | None, *, asked: str | None
) -> Gate:
    """Open to those to whom the register of strategies is: it may come to be one, or speak of one."""
    rule = rule_of(STRATEGY.kind, situation)
    see = f"triage {'incident' if isinstance(file, IncidentFile) else 'disclosure'} show {file.id}"
    return Gate(open=is_open_to(role, rule), named=len(file.named), owner=owner, rule=rule, see=see, asked=asked)


def deciding_on_breaches(rules: LifeRules) -> set[str]:
    """The roles that decide on what follows a breach."""
    return {role for step in rules.breaches for role in step.decided_by}


def course_of(id_: str) -> Course[EntryFile]:
    """The register that an entry of this id is on. Refused where there is none."""
    course = ENTRIES.get(id_.partition("-")[0])
    if course is None:
        raise Refused([Lack(f"there is no entry {id_}; their ids begin with {' or '.join(ENTRIES)}")])
    return course
