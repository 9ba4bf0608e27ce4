"""What one decision is made from: everything that is known, as values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from models.contact import Contact
from models.decision import Reason
from models.history import History
from models.identity import Match
from models.organisation import Organisation
from models.policy import PolicyPack
from models.register import Dossier
from models.scan import MatterVerdict, ScanResult, Verdict
from routing.addresses import domain_key, mailbox_key
from routing.authority import Authority
from routing.calendar import WorkingCalendar


@dataclass(frozen=True)
class Case:
    """One contact with all that a decision may look at. `dossiers`: of everybody in `matches`.

    `authorities`: see `Identification`. `found_at`: when we got it (a call log comes days after its calls), or when a
    later look found what it says; None where that is when it was received.
    """

    contact: Contact
    matches: tuple[Match, ...]
    identity_reasons: tuple[Reason, ...]
    dossiers: tuple[Dossier, ...]
    organisation: Organisation
    history: History
    scan: ScanResult
    matter: MatterVerdict | None
    policy: PolicyPack
    calendar: WorkingCalendar
    register_version: str | None = None
    authorities: tuple[Authority, ...] = ()
    found_at: datetime | None = None

    @property
    def zone(self) -> ZoneInfo:
        """The organisation's time zone."""
        return ZoneInfo(self.organisation.timezone)

    @property
    def is_same_matter(self) -> bool:
        """Whether it is told to be about a matter that the register knows."""
        return self.matter is not None and self.matter.verdict is Verdict.SAME

    @property
    def our_recipients(self) -> tuple[str, ...]:
        """The addressed recipients at our domains, lower-cased, each once, in the order written (CONTRACT §6)."""
        ours: dict[str, str] = {}
        for address in self.contact.recipients:
            if self.is_ours(address):
                ours.setdefault(mailbox_key(address), address.strip().lower())
        return tuple(ours.values())

    def is_ours(self, address: str) -> bool:
        """Whether `address` is at one of the organisation's domains."""
        _, at, domain = address.rpartition("@")
        return bool(at) and domain_key(domain) in map(domain_key, self.organisation.domains)

    def dossier(self, person: str) -> Dossier | None:
        """The dossier of a matched person."""
        return next((dossier for dossier in self.dossiers if dossier.person.id == person), None)

    def cites(self, *keys: str) -> tuple[str, ...]:
        """The pack's paragraphs for the first of `keys` that it names; () where the policy is silent."""
        return next((self.policy.cites[key] for key in keys if self.policy.cites.get(key)), ())

    def reason(self, rule: str, text: str, *, cite_as: str | None = None) -> Reason:
        """A reason with the pack's paragraphs for it."""
        return Reason(rule=rule, cites=self.cites(cite_as or rule), text=text)
