"""What a person is indexed under, and what is looked up for a contact.

The store keeps a keyed hash of each key, so a look-up is exact and costs the same however many people there are.
"""

from __future__ import annotations

from collections.abc import Iterator

from models.contact import Contact
from models.identifier import Identifier, IdentifierKind
from models.register import Dossier
from routing.identity import names, normalise, postal
from routing.identity.claims import LookupKey, claims_of

__all__ = ["LookupKey", "dossier_keys", "identifier_key", "lookup_keys"]


def identifier_key(identifier: Identifier) -> LookupKey | None:
    """The key of a registered identifier; None where it is none of its kind (it then ties nobody)."""
    read = {
        IdentifierKind.EMAIL: normalise.email,
        IdentifierKind.PHONE: normalise.phone,
        IdentifierKind.POSTAL: postal.postal,
        IdentifierKind.SOCIAL: normalise.social,
    }[identifier.kind]
    value = read(identifier.value)
    return LookupKey(identifier.kind.value, value) if value else None


def name_keys(written: str) -> Iterator[LookupKey]:
    """The keys of a person's name or alias: whole, initial and surname, surname, and for misspellings."""
    words = names.name(written)
    if not words:
        return
    yield LookupKey("name", " ".join(words))
    if len(words) > 1:
        yield LookupKey("surname", words[-1])
    if initial := names.initial_surname(words):
        yield LookupKey("initial", initial)
    if outline := names.sketch(words):
        yield LookupKey("sketch", outline)


def dossier_keys(dossier: Dossier) -> frozenset[LookupKey]:
    """Everything under which a dossier is indexed: identifiers, representatives' identifiers, names, references."""
    person = dossier.person
    keys = {identifier_key(identifier) for identifier in person.identifiers}
    keys |= {identifier_key(i) for representative in person.representatives for i in representative.identifiers}
    keys |= {key for written in (person.name, *person.aliases) for key in name_keys(written)}
    for matter in dossier.matters:
        if matter.reference and (value := normalise.reference(matter.reference)):
            keys.add(LookupKey("reference", value))
    return frozenset(key for key in keys if key)


def lookup_keys(contact: Contact) -> frozenset[LookupKey]:
    """What to ask the index for a contact; at most a few hundred keys, whatever the contact holds."""
    return frozenset(claim.key for claim in claims_of(contact).claims)
