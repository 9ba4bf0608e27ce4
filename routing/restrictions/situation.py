"""What a restriction is held against, and what it says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from models.contact import Channel, Contact
from models.decision import Live, LiveAnswer, Reason
from models.person import Person
from models.scan import MatterVerdict
from models.strategy import Strategy
from routing.calendar import local_day
from routing.case import Case
from routing.earlier import Counted


@dataclass(frozen=True)
class Situation:
    """One contact as one strategy sees it.

    `recipients`: the addressed recipients of ours that this strategy may judge, lower-cased: neither protected nor
    invited. `allowed`: addresses, as compared, that any strategy of this person allows. `earlier`: what used up
    an allowance before this contact. `represented`: whether a representative with live authority can speak here.
    """

    case: Case
    person: Person
    strategy: Strategy
    recipients: tuple[str, ...]
    allowed: frozenset[str]
    earlier: tuple[Counted, ...]
    represented: bool

    @property
    def contact(self) -> Contact:
        """The contact under decision."""
        return self.case.contact

    @property
    def matter(self) -> MatterVerdict | None:
        """What the contact is about."""
        return self.case.matter

    @property
    def zone(self) -> ZoneInfo:
        """The organisation's zone."""
        return self.case.zone

    @property
    def local(self) -> datetime:
        """When the contact came, in the organisation's zone."""
        return self.contact.received_at.astimezone(self.zone)

    @property
    def day(self) -> date:
        """The day on which the contact came, in the organisation's zone."""
        return local_day(self.contact.received_at, self.zone)

    def is_on(self, *channels: Channel) -> bool:
        """Whether the contact came on one of `channels`."""
        return self.contact.channel in channels


@dataclass(frozen=True)
class Effect:
    """What one restriction says of one contact.

    `broken`: it did not allow the contact (a breach, unless rule 5 says otherwise). `diverts`: the recipients in whose
    place somebody else gets it. `no_reply`: no reply is due. `reply_by`: a reply is due by then. `live`: what a
    switchboard should do. `reasons`: shown to staff, whether broken or not. `unenforced`: it cannot be enforced now.
    """

    broken: bool = False
    diverts: tuple[str, ...] = ()
    no_reply: bool = False
    reply_by: date | None = None
    live: Live | None = None
    reasons: tuple[Reason, ...] = ()
    unenforced: bool = False


NOTHING = Effect()


def not_allowed(situation: Situation) -> Effect:
    """Broken, every recipient diverted, and a call put to the SPOC."""
    return Effect(broken=True, diverts=situation.recipients, live=put_to_the_spoc(situation))


def put_to_the_spoc(situation: Situation) -> Live | None:
    """The live answer of a measure that lets a call go on to nobody else; None for what is no call."""
    return Live(answer=LiveAnswer.SPOC) if situation.is_on(Channel.TELEPHONE) else None
