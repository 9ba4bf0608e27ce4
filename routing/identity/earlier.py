"""Whose an earlier contact was, for counting: only what is certain counts against anybody."""

from __future__ import annotations

from models.contact import NUMBERED, Authentication, Channel, Direction
from models.history import EarlierContact
from models.identifier import IdentifierKind
from models.register import Dossier
from routing.identity import normalise
from routing.identity.claim import LookupKey
from routing.identity.held import lookup_key


def belongs_to(earlier: EarlierContact, dossier: Dossier) -> bool:
    """Whether an earlier contact was from this person, exactly.

    One already matched says so itself. Otherwise its sender must be an identifier of theirs that is not shared, on a
    sender whose authentication did not fail, and not typed into a form.
    """
    if earlier.person is not None:
        return earlier.person == dossier.person.id
    if (
        earlier.sender is None
        or earlier.direction is Direction.OUTBOUND
        or earlier.authentication is Authentication.FAIL
        or earlier.channel is Channel.WEBFORM
    ):
        return False
    written = _keys(earlier.channel, earlier.sender)
    own = [(lookup_key(i), i) for i in dossier.person.identifiers if i.kind is not IdentifierKind.POSTAL]
    shared = {key for key, identifier in own if identifier.shared}
    return any(key in written and key not in shared for key, identifier in own if key is not None)


def _keys(channel: Channel, sender: str) -> frozenset[LookupKey]:
    keys = {
        LookupKey("email", normalise.email(sender) or ""),
        LookupKey("phone", normalise.phone(sender) or ""),
        LookupKey("social", normalise.social(sender) or ""),
    }
    if channel in NUMBERED:
        kinds = frozenset({"phone"})
    elif channel is Channel.SOCIAL_MEDIA:
        kinds = frozenset({"social", "email"})
    else:
        kinds = frozenset({"email", "phone"})
    return frozenset(key for key in keys if key.value and key.kind in kinds)
