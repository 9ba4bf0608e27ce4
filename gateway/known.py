"""Who a contact is from and what it is about, and the case that is decided."""

from __future__ import annotations

from dataclasses import dataclass, field

from gateway.policies import Policies
from models.contact import Contact
from models.history import History
from models.matter import EarlierText, Matter
from models.organisation import Organisation
from models.register import Dossier
from models.scan import MatterVerdict, ScanResult
from routing.case import Case
from routing.identity.match import Identification


@dataclass(frozen=True)
class Known:
    """Who a contact is from, as of one register version and one step of strategies' files, and what it is about.

    `version`: None where the register is a file that has none. `earlier`: what they wrote before that was taken as
    being about one of their matters, the newest last.
    """

    version: int | None
    organisation: Organisation
    identification: Identification
    dossiers: tuple[Dossier, ...]
    matter: MatterVerdict | None
    last_step: int = 0
    earlier: tuple[EarlierText, ...] = field(default=(), repr=False)

    @property
    def exact_people(self) -> tuple[str, ...]:
        """Those whose history the contact is part of."""
        return tuple(sorted({match.person for match in self.identification.matches if match.is_surely_them}))

    @property
    def matters(self) -> tuple[Matter, ...]:
        """Those of everybody it may be from."""
        return tuple(matter for dossier in self.dossiers for matter in dossier.matters)

    def case(self, contact: Contact, scan: ScanResult, history: History, policies: Policies) -> Case:
        """What is decided on."""
        policy = policies.of(self.organisation)
        return Case(
            contact=contact,
            matches=self.identification.matches,
            identity_reasons=self.identification.reasons,
            authorities=self.identification.authorities,
            dossiers=self.dossiers,
            organisation=self.organisation,
            history=history,
            scan=scan,
            matter=self.matter,
            policy=policy,
            calendar=policies.calendar(policy),
            register_version=None if self.version is None else str(self.version),
        )
