"""Which of a person's addresses or numbers may be used: `identifier_blocked` (Staffordshire 5.2, Cleveland 9.9)."""

from __future__ import annotations

from models.contact import Channel
from models.identifier import Identifier, IdentifierKind
from models.restriction import IdentifierBlocked
from routing.addresses import identifier_key
from routing.restrictions.situation import NOTHING, Effect, Situation, not_allowed

_KINDS = {
    Channel.EMAIL: (IdentifierKind.EMAIL,),
    Channel.WEBFORM: (IdentifierKind.EMAIL, IdentifierKind.PHONE),
    Channel.TELEPHONE: (IdentifierKind.PHONE,),
    Channel.VOICEMAIL: (IdentifierKind.PHONE,),
    Channel.SMS: (IdentifierKind.PHONE,),
    Channel.LETTER: (IdentifierKind.POSTAL,),
    Channel.VISIT: (),
    Channel.SOCIAL_MEDIA: (IdentifierKind.SOCIAL,),
}
"""What a contact's sender can be, by its channel."""


def identifier_blocked(restriction: IdentifierBlocked, situation: Situation) -> Effect:
    """Not allowed: contact from one of the identifiers, compared normalised."""
    sender = situation.contact.sender.identifier
    if sender is None and situation.contact.call is not None:
        sender = situation.contact.call.caller
    if sender is not None and any(_is(sender, blocked, situation) for blocked in restriction.identifiers):
        return not_allowed(situation)
    return NOTHING


def _is(sender: str, blocked: Identifier, situation: Situation) -> bool:
    return blocked.kind in _KINDS[situation.contact.channel] and (
        identifier_key(blocked.kind, sender) == identifier_key(blocked.kind, blocked.value)
    )
