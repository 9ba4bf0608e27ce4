"""Rules 4 to 7 put together: what each strategy in force makes of the contact."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from models.contact import Channel
from models.restriction import DedicatedAddress, Restriction
from models.strategy import Strategy, StrategyScope
from routing.addresses import email_key, mailbox_key
from routing.case import Case
from routing.earlier import ALLOWANCES, Counted, earlier_communications
from routing.restrictions.adjusted import adjusted
from routing.restrictions.orders import is_court_order
from routing.restrictions.situation import Effect, Situation
from routing.restrictions.table import effect_of
from routing.rules.never_breach import Exceptions, exceptions
from routing.standing import Coverage, InForce


@dataclass(frozen=True)
class Applied:
    """One restriction of a strategy in force, and its effect on this contact."""

    restriction: Restriction
    effect: Effect


@dataclass(frozen=True)
class Enforced:
    """One strategy in force with what it makes of the contact.

    `target`: who gets what it diverts. `dedicated`: that is the address the person was told to write to.
    """

    in_force: InForce
    exceptions: Exceptions
    applied: tuple[Applied, ...]
    target: str
    dedicated: bool

    @property
    def strategy(self) -> Strategy:
        """The strategy."""
        return self.in_force.strategy

    @property
    def broken(self) -> tuple[Applied, ...]:
        """The restrictions that did not allow the contact, whatever speaks against a breach."""
        return tuple(applied for applied in self.applied if applied.effect.broken)

    @property
    def breached(self) -> tuple[Applied, ...]:
        """The breaches: an exception clears all but an injunction, where it is a reason for Legal."""
        return tuple(a for a in self.broken if not self.exceptions.clears or is_court_order(a.restriction))

    def diverts(self, recipient: str) -> tuple[str, ...]:
        """The ids of the restrictions that put the target in `recipient`'s place."""
        return tuple(
            f"{self.strategy.id}/{applied.restriction.id}"
            for applied in self.applied
            if recipient in applied.effect.diverts
            and (is_court_order(applied.restriction) or not self.exceptions.as_addressed)
        )


def enforce(case: Case, in_force: tuple[InForce, ...], day: date) -> tuple[Enforced, ...]:
    """Every strategy that applies, in the register's order."""
    allowed = _allowed(in_force)
    return tuple(_enforced(case, one, allowed, day) for one in in_force if one.applies)


def _enforced(case: Case, one: InForce, allowed: frozenset[str], day: date) -> Enforced:
    excepted = exceptions(case, one)
    situation = Situation(
        case=case,
        person=one.dossier.person,
        strategy=one.strategy,
        recipients=_judged(case, excepted.invited),
        allowed=allowed,
        earlier=_counted(case, one),
        represented=_is_represented(case, one, day),
    )
    restrictions = tuple(
        adjusted(restriction, one.strategy, one.dossier.person)
        for restriction in one.strategy.restrictions
        if is_court_order(restriction) or not excepted.exempts
    )
    silent = excepted.ours or not _may_judge(case, situation)
    dedicated = _dedicated_address(case, one.strategy)
    return Enforced(
        in_force=one,
        exceptions=excepted,
        applied=() if silent else tuple(_apply(restriction, situation) for restriction in restrictions),
        target=dedicated or _spoc_address(case, one.strategy),
        dedicated=dedicated is not None,
    )


def _counted(case: Case, one: InForce) -> tuple[Counted, ...]:
    """What used up an allowance; where there is none to use up, a long history need not be gone through."""
    if not any(restriction.kind in ALLOWANCES for restriction in one.strategy.restrictions):
        return ()
    return earlier_communications(case.contact, case.history.contacts, one.dossier, one.strategy, case.zone)


def _apply(restriction: Restriction, situation: Situation) -> Applied:
    """The effect of one restriction; a court's order judges invited recipients too."""
    if is_court_order(restriction):
        situation = replace(situation, recipients=_judged(situation.case, frozenset()))
    return Applied(restriction, effect_of(restriction, situation))


def protected(case: Case) -> frozenset[str]:
    """The addresses that no strategy touches, as `mailbox_key` has them (CONTRACT §2)."""
    return frozenset(mailbox_key(recipient.address) for recipient in case.organisation.protected_recipients)


def _judged(case: Case, invited: frozenset[str]) -> tuple[str, ...]:
    """The recipients that a strategy may judge; for a letter or visit also those named without an address."""
    named = case.our_recipients
    if case.contact.channel in (Channel.LETTER, Channel.VISIT):
        others = (recipient.strip().lower() for recipient in case.contact.recipients if "@" not in recipient)
        named = (*named, *(recipient for recipient in others if recipient))
    untouched = protected(case)
    return tuple(each for each in named if each not in invited and mailbox_key(each) not in untouched)


def _may_judge(case: Case, situation: Situation) -> bool:
    """Mail to protected recipients alone is no strategy's business."""
    return bool(situation.recipients) or protected(case).isdisjoint(map(mailbox_key, case.our_recipients))


def _allowed(in_force: tuple[InForce, ...]) -> frozenset[str]:
    """Whom the strategies that apply let the person address, as compared: each SPOC, deputy, dedicated address."""
    allowed: set[str] = set()
    for one in in_force:
        if one.applies:
            spoc = one.strategy.spoc
            allowed |= {email_key(name) for name in (spoc.address, spoc.deputy, spoc.name) if name} if spoc else set()
            allowed |= {email_key(r.address) for r in one.strategy.restrictions if isinstance(r, DedicatedAddress)}
    return frozenset(allowed)


def _dedicated_address(case: Case, strategy: Strategy) -> str | None:
    """The strategy's dedicated address, where the contact is an email; it is for email alone."""
    if case.contact.channel is not Channel.EMAIL:
        return None
    return next((own.address for own in strategy.restrictions if isinstance(own, DedicatedAddress)), None)


def _spoc_address(case: Case, strategy: Strategy) -> str:
    """The strategy's SPOC, else the SPOC queue."""
    return strategy.spoc.address if strategy.spoc else case.organisation.addresses.of("spoc")


def closest_first(enforced: Iterable[Enforced]) -> list[Enforced]:
    """Strategies by whose word goes where only one can, whatever order the register has them in.

    One with a dedicated address, where its mail goes, before any with a SPOC (CONTRACT §3). Of several such, a strategy
    about this matter before one about everything, then what the person was told last.
    """
    return sorted(enforced, key=_closeness)


def _closeness(one: Enforced) -> tuple[bool, bool, int, str]:
    strategy = one.strategy
    told = strategy.notified_on or strategy.starts
    return not one.dedicated, strategy.scope is StrategyScope.ORGANISATION, -told.toordinal(), strategy.id


def _is_represented(case: Case, one: InForce, day: date) -> bool:
    """Whether a representative with live authority covers the matter in hand, or one of the strategy's."""
    nearest = case.matter.nearest if case.matter else None
    covered = {nearest} if nearest and one.standing is not Coverage.NEW else set(one.strategy.matters)
    return any(
        representative.live_on(day) and (not representative.matters or not covered.isdisjoint(representative.matters))
        for representative in one.dossier.person.representatives
    )
