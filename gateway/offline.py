"""The path for one message without store or network: what `triage check` runs, and the tests compare the service to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from gateway.policies import Policies
from gateway.reading.jobs import ReadingJob
from gateway.reading.pool import ReadingPool
from models.contact import Contact
from models.decision import Decision
from models.history import EarlierContact, History, Outbound
from models.identity import MatchedAs, Strength
from models.register import Dossier, Register
from models.scan import MatterVerdict, ScanResult
from routing.case import Case
from routing.decide import decide
from routing.identity.earlier import belongs_to
from routing.identity.match import Identification, identify


@dataclass(frozen=True)
class Offline:
    """A register and its policy, ready to decide contacts one by one."""

    register: Register
    policies: Policies
    pool: ReadingPool

    async def check(
        self,
        job: ReadingJob,
        *,
        at: datetime | None,
        earlier: Sequence[EarlierContact] = (),
        outbound: Sequence[Outbound] | None = None,
    ) -> Decision:
        """The whole decision on one message. `outbound` None: no record of what we sent is at hand."""
        reading = await self.pool.read(job)
        contact = reading.contact if at is None else reading.contact.model_copy(update={"received_at": at})
        identification = identify(
            contact, self.register.dossiers(), organisation=self.register.organisation, claims=reading.claims
        )
        people = {match.person for match in identification.matches}
        dossiers = tuple(dossier for dossier in self.register.dossiers() if dossier.person.id in people)
        matters = tuple(matter for dossier in dossiers for matter in dossier.matters)
        matter = await self.pool.matter(contact, matters) if matters else None
        history = History(
            contacts=tuple(_matched(earlier, _exact(identification, dossiers))),
            outbound=tuple(outbound or ()),
            outbound_known=outbound is not None,
        )
        return decide(
            self._case(contact, reading.scan, identification, dossiers, matter, history), now=contact.received_at
        )

    def _case(
        self,
        contact: Contact,
        scan: ScanResult,
        identification: Identification,
        dossiers: tuple[Dossier, ...],
        matter: MatterVerdict | None,
        history: History,
    ) -> Case:
        policy = self.policies.of(self.register.organisation)
        return Case(
            contact=contact,
            matches=identification.matches,
            identity_reasons=identification.reasons,
            authorities=identification.authorities,
            dossiers=dossiers,
            organisation=self.register.organisation,
            history=history,
            scan=scan,
            matter=matter,
            policy=policy,
            calendar=self.policies.calendar(policy),
        )


def _exact(identification: Identification, dossiers: Sequence[Dossier]) -> list[Dossier]:
    exact = {
        match.person
        for match in identification.matches
        if match.strength is Strength.EXACT and match.as_ is MatchedAs.PERSON
    }
    return [dossier for dossier in dossiers if dossier.person.id in exact]


def _matched(earlier: Sequence[EarlierContact], dossiers: Sequence[Dossier]) -> list[EarlierContact]:
    """Each earlier contact under everyone it was from; others' stand under nobody, for the threads they are part of."""
    matched: list[EarlierContact] = []
    for contact in earlier:
        owners: list[str | None] = [dossier.person.id for dossier in dossiers if belongs_to(contact, dossier)]
        matched += [contact.model_copy(update={"person": owner}) for owner in owners or [contact.person]]
    return matched
