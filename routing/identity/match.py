"""Hold a contact's claims against the people they lead to, and say how sure each match is (CONTRACT §4.3)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

from models.contact import Authentication, Channel, Contact, Direction
from models.decision import Reason
from models.identity import Match, MatchedAs, MatchedBy, Strength
from models.organisation import Organisation
from models.register import Dossier
from routing.addresses import domain_key
from routing.authority import Authority
from routing.identity import names
from routing.identity.claim import Claim, Claims, LookupKey
from routing.identity.claims import claims_of
from routing.identity.held import Held, index
from routing.identity.names import Name
from routing.identity.writer import names_another

_RANK: Final = {Strength.POSSIBLE: 0, Strength.PROBABLE: 1, Strength.EXACT: 2}
_IDENTIFIER_KINDS: Final = frozenset({"email", "phone", "postal", "social"})
_WEAK_NAMES: Final = frozenset({"initial", "surname", "sketch"})
_NAMESAKES: Final = 3
"""A surname, or an initial and surname, that more people than this share says nothing of any of them."""

REASONS: Final = {
    "authentication_failed": "The message comes from a registered address but failed the checks on its sender.",
    "other_writer": "The text or signature names somebody other than the person whose address or number it is.",
    "shared_identifier": "The address or number is registered as shared, so it does not say who is writing.",
    "several_people": "The address or number is registered to more than one person.",
    "several_senders": "The message names several senders, so none of them is certain.",
    "resent": "The message was passed on: whoever resent it is its sender.",
    "representative": "The contact is from somebody registered to act for the person.",
    "withheld_number": "The number was not shown, so the call is matched to nobody by it.",
    "own_address": "The message comes from one of our own addresses; what it quotes or names is not its sender.",
}
"""The reasons this module gives, by rule id."""


@dataclass(frozen=True, slots=True)
class Tie:
    """One tie between a contact and a person.

    `dismissed_as`: under what a person's "not them" is remembered, the sender where there is one, else the tie itself.
    """

    person: str
    as_: MatchedAs
    strength: Strength
    by: MatchedBy
    name: str
    dismissed_as: str


@dataclass(frozen=True, slots=True)
class Identification:
    """Matches strongest first, one for each person, role and kind of tie; the ties behind them; and why.

    `authorities`: those of a sender who represents somebody, also those that do not hold at this date.
    """

    matches: tuple[Match, ...] = ()
    reasons: tuple[Reason, ...] = ()
    ties: tuple[Tie, ...] = ()
    authorities: tuple[Authority, ...] = ()


_Indexes: TypeAlias = Mapping[str, tuple[tuple[LookupKey, Held], ...]]
"""What is held under which key, by person id."""


@dataclass(frozen=True, slots=True)
class _Found:
    """A claim and what it met."""

    claim: Claim
    held: Held
    strength: Strength

    @property
    def as_(self) -> MatchedAs:
        return MatchedAs.REPRESENTATIVE if self.held.representative else MatchedAs.PERSON

    @property
    def role(self) -> tuple[str, MatchedAs]:
        return self.held.person.id, self.as_

    @property
    def by(self) -> MatchedBy:
        return self.held.by or self.claim.by


def tie_name(by: MatchedBy, value: str) -> str:
    """The name under which a dismissed tie is remembered, for example `email:jordan@mail.example`."""
    return f"{by.value}:{value}"


def identify(
    contact: Contact,
    dossiers: Sequence[Dossier],
    *,
    organisation: Organisation,
    dismissed: frozenset[tuple[str, str]] = frozenset(),
    claims: Claims | None = None,
) -> Identification:
    """Who of `dossiers` the contact is from (outbound: to whom it went).

    `dossiers` are candidates: every tie is checked here, and people with none are left out. `dismissed`: pairs of
    person id and `Tie.dismissed_as` (or `Tie.name`) that a person said do not hold; what is certain by the register is
    not a question and stays, the register itself must be put right. No match means nobody known; it is no error.
    `claims`: the contact's own, where the caller has them from looking the candidates up.
    """
    made = claims or claims_of(contact)
    reasons = dict.fromkeys(made.rules)
    said = _without_ours(made, contact, organisation, reasons)
    indexes = {dossier.person.id: tuple(index(dossier)) for dossier in dossiers}
    found = _meet(said, indexes)
    day = contact.received_at.astimezone(ZoneInfo(organisation.timezone)).date()
    found, former = _live(found, day)
    found = list(dict.fromkeys(_settle_namesakes(found)))
    found = _settle_identifiers(found, indexes, made.given, contact, reasons)
    found = _check_writer(found, contact, reasons)
    sender = f"{made.sender.kind}:{made.sender.value}" if made.sender else None
    found = [tie for tie in found if tie.strength is Strength.EXACT or not _is_dismissed(tie, sender, dismissed)]
    ties, speaking = _weigh(found, frozenset(one.person for one in former), sender, contact, reasons)
    return Identification(
        _matches(ties),
        tuple(Reason(rule=rule, text=REASONS[rule]) for rule in reasons),
        ties,
        tuple(dict.fromkeys((*speaking, *former))),
    )


def _without_ours(
    made: Claims, contact: Contact, organisation: Organisation, reasons: dict[str, None]
) -> tuple[Claim, ...]:
    """Our own addresses tie nobody; in mail from us only the address to answer to says who asked (a web form)."""
    claims = tuple(c for c in made.claims if not (c.key.kind == "email" and _ours(c.key.value, organisation)))
    inbound_mail = contact.channel is Channel.EMAIL and contact.direction is Direction.INBOUND
    if inbound_mail and made.sender_emails and all(_ours(value, organisation) for value in made.sender_emails):
        reasons["own_address"] = None
        return tuple(claim for claim in claims if claim.by is MatchedBy.REPLY_TO)
    return claims


def _ours(address: str, organisation: Organisation) -> bool:
    domain = address.rpartition("@")[2]
    return any(domain == own or domain.endswith(f".{own}") for own in map(domain_key, organisation.domains))


def _meet(claims: tuple[Claim, ...], indexes: _Indexes) -> list[_Found]:
    wanted = defaultdict(list)
    for claim in claims:
        wanted[claim.key].append(claim)
    return [
        _Found(claim, held, Strength.POSSIBLE if held.shared else claim.ceiling)
        for entries in indexes.values()
        for key, held in entries
        for claim in wanted.get(key, ())
        if _compatible(claim, held)
    ]


def _compatible(claim: Claim, held: Held) -> bool:
    match claim.key.kind:
        case "social":
            return held.site is None or not claim.written or claim.written[0] == held.site
        case "initial":
            return names.may_be(claim.written, held.written) or names.may_be(held.written, claim.written)
        case "sketch":
            return names.similar(claim.written, held.written)
        case _:
            return True


def _live(found: list[_Found], day: date) -> tuple[list[_Found], list[Authority]]:
    """Every tie but of representatives whose authority does not hold today; and those authorities."""
    kept, former = [], []
    for tie in found:
        representative = tie.held.representative
        if representative is None or representative.live_on(day):
            kept.append(tie)
        else:
            former.append(Authority(tie.held.person.id, representative, certain=tie.strength is Strength.EXACT))
    return kept, former


def _settle_namesakes(found: list[_Found]) -> list[_Found]:
    people: defaultdict[LookupKey, set[str]] = defaultdict(set)
    for tie in found:
        people[tie.claim.key].add(tie.held.person.id)
    return [tie for tie in found if tie.claim.key.kind not in _WEAK_NAMES or len(people[tie.claim.key]) <= _NAMESAKES]


def _settle_identifiers(
    found: list[_Found],
    indexes: _Indexes,
    given: tuple[Name, ...],
    contact: Contact,
    reasons: dict[str, None],
) -> list[_Found]:
    """Who of several owners of an identifier it is, and whether a postal address comes with its owner's name."""
    owners: defaultdict[LookupKey, dict[tuple[Name, ...], Held]] = defaultdict(dict)
    for entries in indexes.values():
        for key, held in entries:
            if key.kind in _IDENTIFIER_KINDS:
                # One human may be registered for themselves and as somebody's representative, or act for several.
                owners[key].setdefault(held.own_names[:1], held)
    settled = []
    for tie in found:
        key, strength = tie.claim.key, tie.strength
        if key.kind in _IDENTIFIER_KINDS:
            others = [h.own_names for n, h in owners[key].items() if n != tie.held.own_names[:1]]
            named = _named(given, tie.held.own_names, others)
            outbound = contact.direction is Direction.OUTBOUND
            if tie.held.shared:
                reasons["shared_identifier"] = None
            if others:
                reasons["several_people"] = None
            if (others and not named) or (key.kind == "postal" and not named and not outbound):
                strength = Strength.POSSIBLE
        settled.append(_Found(tie.claim, tie.held, strength))
    return settled


def _named(given: tuple[Name, ...], own: tuple[Name, ...], others: list[tuple[Name, ...]]) -> bool:
    """Whether the names given pick this owner, and no name given may be another's."""

    def may_be(name: Name, full: tuple[Name, ...]) -> bool:
        return any(names.may_be(name, one) for one in full)

    picks_other = any(may_be(n, other) and not may_be(n, own) for n in given for other in others)
    return not picks_other and any(may_be(n, own) and not any(may_be(n, o) for o in others) for n in given)


def _check_writer(found: list[_Found], contact: Contact, reasons: dict[str, None]) -> list[_Found]:
    if contact.direction is Direction.OUTBOUND:
        return found
    checked: dict[tuple[Name, ...], bool] = {}
    settled = []
    for tie in found:
        strength = tie.strength
        if strength is Strength.EXACT:
            own = tie.held.own_names
            if own not in checked:
                checked[own] = names_another(contact, own)
            if checked[own]:
                reasons["other_writer"] = None
                strength = Strength.PROBABLE
        settled.append(_Found(tie.claim, tie.held, strength))
    return settled


def _is_dismissed(tie: _Found, sender: str | None, dismissed: frozenset[tuple[str, str]]) -> bool:
    person = tie.held.person.id
    return (person, _tie_name(tie)) in dismissed or (sender is not None and (person, sender) in dismissed)


def _weigh(
    found: list[_Found], former: frozenset[str], sender: str | None, contact: Contact, reasons: dict[str, None]
) -> tuple[tuple[Tie, ...], list[Authority]]:
    """One strength for each person and role: the best of their ties, under whatever binds them.

    With the authorities of representatives among them.
    """
    groups: defaultdict[tuple[str, MatchedAs], list[_Found]] = defaultdict(list)
    for tie in found:
        groups[tie.role].append(tie)
    strengths = {role: max((t.strength for t in ties), key=_RANK.__getitem__) for role, ties in groups.items()}
    for role, ties in groups.items():
        if any(tie.claim.binds for tie in ties):
            strengths[role] = Strength.POSSIBLE
            if contact.sender.authentication is Authentication.FAIL:
                reasons["authentication_failed"] = None
        elif role[1] is MatchedAs.PERSON and role[0] in former and strengths[role] is not Strength.EXACT:
            strengths[role] = Strength.POSSIBLE
    exact = {role for role, strength in strengths.items() if strength is Strength.EXACT}
    exact_keys = {tie.claim.key for role in exact for tie in groups[role] if tie.strength is Strength.EXACT}
    kept, speaking = [], []
    for role, strength in strengths.items():
        for tie in groups[role]:
            # Once somebody is certain, what else they mention is not who they are; a co-owner of the address may be.
            if exact and role not in exact and tie.claim.key not in exact_keys:
                continue
            if role in exact and tie.strength is not Strength.EXACT:
                continue
            kept.append(Tie(role[0], role[1], strength, tie.by, _tie_name(tie), sender or _tie_name(tie)))
            if tie.held.representative:
                reasons["representative"] = None
                speaking.append(Authority(role[0], tie.held.representative, certain=strength is Strength.EXACT))
    return tuple(sorted(dict.fromkeys(kept), key=lambda tie: -_RANK[tie.strength])), speaking


def _tie_name(tie: _Found) -> str:
    return tie_name(tie.by, tie.claim.key.value)


def _matches(ties: tuple[Tie, ...]) -> tuple[Match, ...]:
    return tuple(dict.fromkeys(Match(person=t.person, as_=t.as_, strength=t.strength, by=t.by) for t in ties))
