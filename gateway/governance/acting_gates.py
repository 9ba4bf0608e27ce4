"""Who may act on a file: nobody alters what they may not read, and a need is said by who reads, and lets nobody act."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.governance.breaches.confirming import file_of, whose
from gateway.governance.courses import BREACH_RESPONSE, CHALLENGE, DISCLOSURE, INCIDENT
from gateway.governance.gate import GateOf, NotNamed
from gateway.governance.gates import Gates, deciding_on_breaches
from gateway.governance.lacks import Lack, Refused
from gateway.governance.same_person import is_among
from gateway.governance.step import Step
from models.strategy import Strategy


class ActingGates(Gates):
    """Asked before a step is taken, by whoever takes it."""

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
        except NotNamed as refused:  # a need is said by who reads, and lets nobody act
            raise Refused(refused.to_act) from None

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
            elif role not in deciding_on_breaches((await self._desk.pack()).life):
                person, _pack = await whose(self._desk, contact, strategy)
                await self._by_gate(GateOf(strategy, person), by=by, need=None, role=role)
        except Refused as refused:
            raise _or_opened(refused, contact) from None

    async def may_record_beside_register(self, strategy: Strategy, step: Step) -> None:
        """Of a strategy that stands in the register only, by the gate of the file in which its breaches are answered.

        Until there is one, by that of the strategy; open to the roles that decide what follows a breach.
        """
        if (known := await file_of(self._desk, strategy.id)) is not None:
            await self.may_take(BREACH_RESPONSE.kind, known.id, step)
            return
        role = (await self._desk.as_taken(step)).role
        if role in deciding_on_breaches((await self._desk.pack()).life):
            return
        try:
            await self._by_gate(GateOf(strategy.id, strategy.person), by=step.by, need=None, role=role)
        except NotNamed as refused:
            raise Refused(refused.to_act) from None

    async def may_say_answered(self, contacts: Sequence[str], strategy: str, *, by: str, role: str | None) -> None:
        """By the gate of the strategy; open to whoever opened each of these contacts in the review queue, too."""
        openers = [await self._desk.store.review.openers(contact) for contact in contacts]
        if all(is_among(by, opened) for opened in openers):
            return
        person, _pack = await whose(self._desk, contacts[0], strategy)
        try:
            role = await self._desk.role_of(by, role)
            await self._by_gate(GateOf(strategy, person), by=by, need=None, role=role)
        except Refused as refused:
            raise _or_opened(refused, *contacts) from None


def _or_opened(refused: Refused, *contacts: str) -> Refused:
    """What else lets somebody act on contacts. A need is said by who reads, and lets nobody act."""
    lacks = refused.to_act if isinstance(refused, NotNamed) else refused.lacks
    which = "; ".join(f"`triage queue show {contact} --by …`" for contact in contacts)
    return Refused([*lacks, Lack(f"or open what it is about in the review queue first ({which})", field="contact")])
