"""Who a contact is from and what is decided on it, as of the register in the store; nothing is written here."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from gateway.faults import NoRegister
from gateway.known import Known
from gateway.policies import Policies
from gateway.reading.pool import ReadingPool
from gateway.store.store import Store
from models.contact import Contact
from models.decision import Decision, Priority
from models.history import History
from models.organisation import Organisation
from models.scan import ScanResult
from routing.calendar import local_day
from routing.decide import decide
from routing.identity.claim import Claims
from routing.identity.keys import keys_of
from routing.identity.match import identify
from routing.promised import CYCLE, PromisedReply, promised_replies
from routing.standing import strategies_in_force

LOOK_UPS = 3
"""How often people are looked up for one recording before it is put off: each time the register had changed."""


class Deciding:
    """Looks up and decides; the same for a contact's first decision and every later one."""

    def __init__(self, store: Store, pool: ReadingPool, policies: Policies) -> None:
        self._store = store
        self._pool = pool
        self._policies = policies

    async def organisation(self) -> Organisation:
        """As last read. Raises NoRegister."""
        current = await self._store.register.last_seen()
        if current is None:
            raise NoRegister
        return current.organisation

    async def identify(self, contact: Contact, claims: Claims, *, anew: bool = True) -> Known:
        """Who `contact` is from and which of their matters it is about. Raises NoRegister.

        `anew`: see `RegisterStore.candidates`.
        """
        current, candidates = await self._store.register.candidates(keys_of(claims), anew=anew)
        if current is None:
            raise NoRegister
        organisation = current.organisation
        dismissed = await self._store.dismissals.of(dossier.person.id for dossier in candidates)
        identification = identify(contact, candidates, organisation=organisation, dismissed=dismissed, claims=claims)
        people = {match.person for match in identification.matches}
        dossiers = tuple(dossier for dossier in candidates if dossier.person.id in people)
        known = Known(current.version, organisation, identification, dossiers, None, current.last_step)
        if known.matters:
            known = replace(known, earlier=await self._store.told_before.of(contact, known.exact_people))
        return replace(known, matter=await self._pool.matter(contact, known.matters, known.earlier))

    def decide(
        self, contact: Contact, scan: ScanResult, known: Known, history: History, *, found_at: datetime
    ) -> Decision:
        """The decision, as of when the contact was received; `found_at`: see `Case`."""
        case = replace(known.case(contact, scan, history, self._policies), found_at=found_at)
        return decide(case, now=contact.received_at)

    def promised(
        self, decision: Decision, contact: Contact, scan: ScanResult, known: Known, history: History
    ) -> tuple[PromisedReply, ...]:
        """The replies that reply cycles promise in this decision, made of the same."""
        if CYCLE not in {reason.rule for reason in decision.reasons}:
            return ()
        return promised_replies(known.case(contact, scan, history, self._policies), now=contact.received_at)

    def due_at(self, organisation: Organisation, start: datetime, priority: Priority) -> datetime:
        """When what came up at `start` is to be opened."""
        return self._policies.due_at(organisation, start, priority)

    def is_restricted(self, contact: Contact, scan: ScanResult, known: Known) -> bool:
        """Whether a strategy is in force for somebody the contact is certainly from."""
        case = known.case(contact, scan, History(), self._policies)
        return bool(strategies_in_force(case, local_day(contact.received_at, case.zone)))
