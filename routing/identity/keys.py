"""What a person is indexed under, and what is looked up for a contact.

The store keeps a keyed hash of each key, so a look-up is exact and costs the same however many people there are.
"""

from __future__ import annotations

from models.register import Dossier
from routing.identity.claim import Claims, LookupKey
from routing.identity.held import index


def dossier_keys(dossier: Dossier) -> frozenset[LookupKey]:
    """Everything under which a dossier is indexed: identifiers, representatives' identifiers, names, references."""
    return frozenset(key for key, _ in index(dossier))


def keys_of(claims: Claims) -> frozenset[LookupKey]:
    """What to ask the index for a contact with these claims; a few hundred keys at most, whatever the contact holds."""
    return frozenset(claim.key for claim in claims.claims)
