"""Whom of us a person may address: `spoc_only`, `dedicated_address`, `no_copy_in`.

One point of contact: Staffordshire 5.2, Cleveland 9.9, Warwickshire 7, Wealden L105 and L123, Stoke 5.2.2.
A dedicated address with diversion: Cleveland 9.9, Warwickshire 7, Stoke 5.2.2.
Needless copying-in: Staffordshire 2, Cleveland 6.4.
"""

from __future__ import annotations

from models.contact import Channel, EmailFacts
from models.restriction import DedicatedAddress, NoCopyIn, SpocOnly
from routing.addresses import email_key, phone_key
from routing.restrictions.situation import NOTHING, Effect, Situation, put_to_the_spoc
from routing.thread import others_brought_us_in


def spoc_only(_restriction: SpocOnly, situation: Situation) -> Effect:
    """Not allowed: a recipient of ours that is neither the SPOC, the deputy nor a queue address.

    A call is allowed to the SPOC's numbers where the register gives them; else it is put to the SPOC and no breach.
    A letter, visit or form that names no recipient is no breach.
    """
    if situation.is_on(Channel.TELEPHONE, Channel.VOICEMAIL):
        return _spoc_call(situation)
    others = tuple(recipient for recipient in situation.recipients if not _is_allowed(recipient, situation))
    return Effect(broken=bool(others), diverts=others)


def _is_allowed(recipient: str, situation: Situation) -> bool:
    queues = {email_key(address) for address in situation.case.organisation.addresses.all()}
    return email_key(recipient) in situation.allowed | queues


def _spoc_call(situation: Situation) -> Effect:
    spoc, call = situation.strategy.spoc, situation.contact.call
    phones = {phone_key(phone) for phone in spoc.phones} if spoc else set()
    called = phone_key(call.called) if call and call.called else None
    if called in phones:
        return NOTHING
    return Effect(broken=bool(phones) and called is not None, live=put_to_the_spoc(situation))


def dedicated_address(restriction: DedicatedAddress, situation: Situation) -> Effect:
    """Not allowed: email to any other address of ours."""
    if not situation.is_on(Channel.EMAIL):
        return NOTHING
    dedicated = email_key(restriction.address)
    others = tuple(recipient for recipient in situation.recipients if email_key(recipient) != dedicated)
    return Effect(broken=bool(others), diverts=others)


def no_copy_in(_restriction: NoCopyIn, situation: Situation) -> Effect:
    """Not allowed: an email to others with us in `Cc` or `Bcc` only, unless others brought us into the thread."""
    email = situation.contact.email
    if email is None or not email.to or not situation.recipients or _any_of_ours(email, situation):
        return NOTHING
    if others_brought_us_in(situation.case):
        return NOTHING
    return Effect(broken=True, diverts=situation.recipients)


def _any_of_ours(email: EmailFacts, situation: Situation) -> bool:
    return any(situation.case.is_ours(address) for address in email.to)
