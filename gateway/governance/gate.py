"""One gate: who is let in to a file, who only out of need, which is written down, and who is told of that."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from gateway.dispatch.payloads import alert_payload
from gateway.governance.common_steps import LookedIn
from gateway.governance.course import Course, F
from gateway.governance.courses import STRATEGY
from gateway.governance.desk import Desk
from gateway.governance.lacks import Lack, Refused
from gateway.governance.registers.rules import rule_among
from gateway.governance.registers.seeing import is_open_to, may_see_registered, may_see_strategy
from gateway.governance.strategy_file import StrategyFile
from gateway.store.alerts import NewAlert
from models.decision import AlertKind
from models.finding import Urgency
from models.policy_records import RegisterRule


@dataclass(frozen=True, slots=True)
class Gate:
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
class GateOf:
    """A file, or a strategy in the register alone, whose gate is asked. `asked`: who may be asked beside."""

    id: str
    person: str | None
    asked: str | None = None


class NotNamed(Refused):
    """Somebody who is not on the list would read. `to_act`: why not, for whoever would act, whom no need lets."""

    def __init__(self, to_act: Sequence[Lack]) -> None:
        self.to_act = tuple(to_act)
        super().__init__([Lack(f"{one.text}, or say what you need it for", one.cites, "need") for one in to_act])


class Gatekeeper:
    """Lets people in to files; every look is on the audit trail, and so is every need."""

    def __init__(self, desk: Desk, *, now: Callable[[], datetime]) -> None:
        self._desk = desk
        self._now = now

    async def _read(self, course: Course[F], file: F, gate: Gate, *, by: str, need: str | None, role: str | None) -> F:
        file = await self._let_in(course, file, gate, by=by, need=need, role=role)
        await self._desk.store.files.viewed(file.id, by=as_noted(by, role), now=self._now())
        return file

    async def _let_in(
        self, course: Course[F], file: F, gate: Gate, *, by: str, need: str | None, role: str | None
    ) -> F:
        if gate.open:
            return file
        if need is None:
            text = f"{file.id} is for the {gate.named} who need to know; ask {gate.owner}"
            raise NotNamed([Lack(text, gate.rule.cites if gate.rule else (), "need")])
        file = await self._desk.take(course, file.id, LookedIn(at=self._now(), by=by, role=role, need=need))
        await self._tell(file.id, by, gate)
        return file

    async def _beside_registered(self, gate: GateOf, *, by: str, need: str | None, role: str | None) -> None:
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
            raise NotNamed([Lack(text, rule.cites if rule else (), "role")])
        looked = LookedIn(at=self._now(), by=by, role=role, need=need)
        who, subject = as_noted(by, role), f"strategy/{gate.id}"
        await self._desk.store.audit.record(looked.kind, actor=who, subject=subject, at=looked.at)
        text = (
            f"{by} read what there is about {gate.id} without being among those who need to know. "
            f"It stands in the register only, where no need can be written: they need it for “{looked.need}”."
        )
        await self._alert(text, (await self._desk.organisation()).address_of_role(None))

    async def _may_see(self, file: StrategyFile, by: str, role: str | None) -> bool:
        return may_see_strategy(file, by, await self._rule(file), role)

    async def _rule(self, file: StrategyFile) -> RegisterRule | None:
        """What the policy that the strategy is bound to says of their register."""
        pack = await self._desk.pack_of(STRATEGY, file)
        return rule_among(pack.life.registers, STRATEGY.kind)

    async def _note(self, ids: list[str], by: str) -> None:
        if ids:
            await self._desk.store.files.all_viewed(ids, by=by, now=self._now())

    async def _tell(self, id_: str, by: str, gate: Gate) -> None:
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


def as_noted(by: str, role: str | None) -> str:
    """Whoever looked, as the trail names them: in a role, it may be the role that let them."""
    return f"{by}, {role}" if role else by
