"""What a person is indexed under, and what is looked up for a contact.

The store keeps a keyed hash of each key, so a look-up is exact and costs the same however many people there are.
"""

from __future__ import annotations

from models.contact import Contact
from models.register import Dossier
from routing.identity.claim import Claims, LookupKey
from routing.identity.claims import claims_of
from routing.identity.held import identifier_key, index

__all__ = ["LookupKey", "dossier_keys", "identifier_key", "keys_of", "lookup_keys"]


def dossier_keys(dossier: Dossier) -> frozenset[LookupKey]:
    """Everything under which a dossier is indexed: identifiers, representatives' identifiers, names, references."""
    return frozenset(key for key, _ in index(dossier))


def lookup_keys(contact: Contact) -> frozenset[LookupKey]:
    """What to ask the index for a contact; at most a few hundred keys, whatever the contact holds."""
    return keys_of(claims_of(contact))


def keys_of(claims: Claims) -> frozenset[LookupKey]:
    """`lookup_keys` of a contact whose claims are at hand."""
    return frozenset(claim.key for claim in claims.claims)
