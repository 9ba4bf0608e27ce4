"""What a contact says of who it is from, each claim with the most it can be worth (CONTRACT §4.3).

Only what the sender put there now: never quoted history, attachments or hidden text. Everything is capped, so that a
hostile message costs no more than an ordinary one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

from models.contact import NUMBERED, Authentication, Channel, Contact, Direction, EmailFacts, SenderAddress
from models.identity import MatchedBy, Strength
from routing.identity import normalise, signature
from routing.identity.claim import Claim, Claims, LookupKey
from routing.identity.extract import (
    MAX_ADDRESSES,
    capitalised_names,
    email_claims,
    given_names,
    heard_in,
    heard_names,
    labelled_claims,
    name_claims,
    phone_claims,
    postal_claims,
    reference_claims,
    signature_claims,
    titled_surnames,
    typed_addresses,
    without_addresses,
)

_SPOKEN: Final = frozenset({Channel.TELEPHONE, Channel.VOICEMAIL, Channel.VISIT})


def claims_of(contact: Contact) -> Claims:
    """Every claim of a contact, strongest sources first, without repeats."""
    if contact.direction is Direction.OUTBOUND:
        return Claims(tuple(_unique(_other_party(contact))))
    if contact.email is not None and contact.channel is Channel.EMAIL:
        return _of_email(contact, contact.email)
    return _of_record(contact)


def _of_email(contact: Contact, facts: EmailFacts) -> Claims:
    senders = facts.from_addresses or _written_senders(contact)
    resent = facts.resent_from
    if resent and facts.resent_authentication is Authentication.PASS:
        # Who passed it on is the sender; what the author wrote says nothing of them.
        passed_on = _unique([*email_claims(resent.address, Strength.EXACT), *name_claims((resent.name,))])
        emails = _emails((resent,))
        return Claims(tuple(passed_on), given_names((resent.name,)), emails, _only(emails), ("resent",))
    several = len({normalise.email(s.address) or s.address for s in senders}) > 1
    failed = contact.sender.authentication is Authentication.FAIL
    rules = [rule for rule, holds in (("several_senders", several), ("resent", resent is not None)) if holds]
    ceiling = Strength.EXACT
    if resent:
        ceiling = Strength.PROBABLE
    if several or failed:
        ceiling = Strength.POSSIBLE
    claims: list[Claim] = []
    for sender in islice(senders, MAX_ADDRESSES):
        claims += email_claims(sender.address, ceiling, binds=ceiling is Strength.POSSIBLE)
    if resent:
        refused = facts.resent_authentication is Authentication.FAIL
        claims += email_claims(resent.address, Strength.POSSIBLE if refused else Strength.PROBABLE)
    if facts.sender_header:
        claims += email_claims(facts.sender_header.address, Strength.PROBABLE)
    for reply_to in islice(facts.reply_to, MAX_ADDRESSES):
        claims += email_claims(reply_to.address, Strength.PROBABLE, by=MatchedBy.REPLY_TO)
    shown = [a.name for a in (*senders, *([resent] if resent else ()), *facts.reply_to)][:MAX_ADDRESSES]
    signed = signature.read(contact)
    claims += [*name_claims((*shown, *signed.names)), *signature_claims(signed.text), *reference_claims(contact)]
    given, emails = given_names((*(s.name for s in senders), *signed.names)), _emails(senders)
    return Claims(tuple(_unique(claims)), given, emails, _only(emails), tuple(rules))


def _of_record(contact: Contact) -> Claims:
    """A call, letter, visit, form or post: what staff, a switch or a form wrote down."""
    written = contact.sender.identifier
    spoken = contact.channel in _SPOKEN
    caller = contact.call.caller if contact.call and contact.call.caller is not None else written
    typed = contact.channel is Channel.WEBFORM
    ceiling = Strength.PROBABLE if typed else Strength.EXACT
    if contact.sender.authentication is Authentication.FAIL:
        ceiling = Strength.POSSIBLE
    hidden = contact.channel in NUMBERED and normalise.withheld(caller)
    claims: list[Claim] = []
    shown: list[str | None] = [contact.sender.name]
    if contact.channel in NUMBERED:
        claims += phone_claims(caller or "", ceiling)
    elif written:
        claims += _sender_field(contact.channel, written, ceiling)
        shown.append(without_addresses(written))
    signed = signature.read(contact)
    recorded = bool(given_names(tuple(shown)))
    sender = claims[0].key if claims and claims[0].key.kind != "postal" else None
    shown += signed.names
    if typed:
        claims += labelled_claims(contact.text_of("body"), ceiling)
    if contact.channel is Channel.LETTER:
        # A letterhead is the writer's own only as far as the name beneath it says so; `match` looks at that.
        sure = Strength.EXACT if recorded else Strength.PROBABLE
        claims += [*postal_claims(signature.head(contact), sure), *postal_claims(signed.text, sure)]
    given = given_names(tuple(shown))
    if spoken:
        heard = heard_in(contact)
        claims += heard_names(heard)
        given += tuple(islice(titled_surnames(heard), 8)) + capitalised_names(heard)
    else:
        claims += signature_claims(signed.text)
    claims += [*name_claims(tuple(shown)), *reference_claims(contact)]
    return Claims(tuple(_unique(claims)), given, (), sender, ("withheld_number",) if hidden else ())


def _other_party(contact: Contact) -> Iterator[Claim]:
    """Whom we called or wrote to."""
    called = contact.call.called if contact.call else None
    for written in islice((*((called,) if called else ()), *contact.recipients), 4 * MAX_ADDRESSES):
        if contact.channel in NUMBERED:
            yield from phone_claims(written, Strength.EXACT)
        else:
            yield from _sender_field(contact.channel, written, Strength.EXACT)


def _sender_field(channel: Channel, text: str, ceiling: Strength) -> list[Claim]:
    text = text[:2000]
    claims = typed_addresses(text, ceiling)
    if channel is Channel.SOCIAL_MEDIA and (handle := normalise.social(text)):
        site = normalise.platform(text)
        claims.append(Claim(LookupKey("social", handle), MatchedBy.SOCIAL, ceiling, written=(site,) if site else ()))
    return claims + postal_claims(text, ceiling)


def _emails(senders: Iterable[SenderAddress]) -> tuple[str, ...]:
    return tuple(value for value in (normalise.email(s.address) for s in islice(senders, MAX_ADDRESSES)) if value)


def _only(emails: tuple[str, ...]) -> LookupKey | None:
    return LookupKey("email", emails[0]) if len(set(emails)) == 1 else None


def _written_senders(contact: Contact) -> tuple[SenderAddress, ...]:
    written = contact.sender.identifier
    return (SenderAddress(address=written, name=contact.sender.name),) if written else ()


def _unique(claims: Iterable[Claim]) -> Iterator[Claim]:
    """The claims without repeats, told apart by their keys first: hashing whole claims costs more than making them."""
    kept: dict[LookupKey, list[Claim]] = {}
    for claim in claims:
        alike = kept.setdefault(claim.key, [])
        if claim not in alike:
            alike.append(claim)
            yield claim
