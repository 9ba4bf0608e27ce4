"""Rule 5: what is never a breach. Each exception is listed in the reasons with what it rests on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from models.contact import Direction
from models.decision import Reason
from models.identity import MatchedAs, Strength
from models.plain_names import plain
from models.scan import Verdict
from routing.addresses import email_key, mailbox_key
from routing.case import Case
from routing.invitation import inviters, is_automatic, is_invited_by_invitation, is_solicited
from routing.rights import fresh
from routing.standing import Coverage, InForce

INVITED: Final = "We asked for this contact."
AUTOMATIC_REPLY: Final = "An automatic reply: no breach, delivered as addressed."


@dataclass(frozen=True)
class Exceptions:
    """What speaks against a breach of one strategy.

    `reasons`: why, none where nothing does. `as_addressed`: the contact is delivered as addressed too; otherwise a
    restriction still changes who receives it. `invited`: recipients that the sender was invited to write to.
    `ours`: the contact went from us, so that no restriction of theirs has a say. `exempts`: an adjustment exempts the
    channel, so that only a court's order has one.
    """

    reasons: tuple[Reason, ...] = ()
    as_addressed: bool = False
    invited: frozenset[str] = frozenset()
    ours: bool = False
    exempts: bool = False

    @property
    def clears(self) -> bool:
        """Whether nothing is a breach (but of an injunction, where these are reasons for Legal)."""
        return bool(self.reasons)


def exceptions(case: Case, in_force: InForce) -> Exceptions:
    """Every exception that holds for this contact under this strategy."""
    exempted = tuple(_exempted(case, in_force))
    as_addressed = (*_outbound(case), *_automatic(case), *exempted, *_representative(case))
    invited, invited_reasons, wholly = _invited(case, in_force)
    diverted = (*_rights(case), *_new_matter(case, in_force))
    return Exceptions(
        reasons=(*as_addressed, *(invited_reasons if wholly else ()), *diverted),
        as_addressed=bool(as_addressed) or wholly,
        invited=invited,
        ours=case.contact.direction is Direction.OUTBOUND,
        exempts=bool(exempted),
    )


def is_live_automatic(case: Case) -> bool:
    """An automatic reply to something we sent (or might have, where no record of it is at hand)."""
    return is_automatic(case.contact) and is_solicited(case)


def _outbound(case: Case) -> Iterator[Reason]:
    if case.contact.direction is Direction.OUTBOUND:
        yield case.reason("invited", "We made this contact, so it breaks nothing of theirs.")


def _automatic(case: Case) -> Iterator[Reason]:
    if is_live_automatic(case):
        yield case.reason("automatic_reply", AUTOMATIC_REPLY)


def _exempted(case: Case, in_force: InForce) -> Iterator[Reason]:
    channel = case.contact.channel
    for adjustment in in_force.dossier.person.adjustments:
        if channel in adjustment.exempts:
            text = f"Adjustment {adjustment.id} exempts {channel}: no restriction applies to it."
            yield case.reason("adjustment_exempts", text)


def _representative(case: Case) -> Iterator[Reason]:
    """The sender speaks here for somebody else, on that person's matter, though also known as a person themselves."""
    nearest = case.matter.nearest if case.matter and case.matter.verdict is Verdict.SAME else None
    for match in case.matches:
        dossier = case.dossier(match.person)
        speaks = match.as_ is MatchedAs.REPRESENTATIVE and match.strength is Strength.EXACT
        if speaks and dossier and nearest in {matter.id for matter in dossier.matters}:
            yield case.reason("representative", f"From a representative of {match.person}, on their matter.")
            return


def _invited(case: Case, in_force: InForce) -> tuple[frozenset[str], tuple[Reason, ...], bool]:
    """(the invited recipients, the reason, whether that is the whole contact)."""
    reason = case.reason("invited", INVITED)
    person = in_force.dossier.person
    if is_invited_by_invitation(case, person):
        return frozenset(case.our_recipients), (reason,), True
    senders = tuple(inviters(case, person))
    if not senders:
        return frozenset(), (), False
    if None in senders:
        return frozenset(case.our_recipients), (reason,), True
    invited = frozenset(recipient for recipient in case.our_recipients if email_key(recipient) in senders)
    spoc = in_force.strategy.spoc
    contacts = (spoc.address, spoc.deputy or "") if spoc else ()
    others = set(map(mailbox_key, (*contacts, *case.organisation.addresses.all())))
    rest = [each for each in case.our_recipients if each not in invited and mailbox_key(each) not in others]
    return invited, (reason,), bool(invited) and not rest


def _rights(case: Case) -> Iterator[Reason]:
    if asked := fresh(case):
        named = ", ".join(map(plain, asked))
        yield case.reason("rights_request", f"A rights request ({named}) is never a breach and never withheld.")


def _new_matter(case: Case, in_force: InForce) -> Iterator[Reason]:
    if in_force.standing is Coverage.NEW:
        text = f"Something new, which {in_force.strategy.id} does not cover: to the SPOC, to confirm and release."
        yield case.reason("new_matter", text)
