"""What the register holds of each person, under the keys that a contact is looked up by."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from models.identifier import Identifier, PersonIdentifier
from models.identity import MatchedBy
from models.person import Person, Representative
from models.register import Dossier
from routing.identity import names, normalise
from routing.identity.claim import LookupKey
from routing.identity.identifiers import normalised
from routing.identity.names import Name


@dataclass(frozen=True, slots=True)
class Held:
    """What the register holds under one key of one person."""

    person: Person
    by: MatchedBy | None = None
    shared: bool = False
    site: str | None = None
    representative: Representative | None = None
    written: Name = ()

    @property
    def own_names(self) -> tuple[Name, ...]:
        """What whoever this is an identifier of is called: the person with their aliases, or the representative."""
        if self.representative:
            return (names.name(self.representative.name),)
        return tuple(n for n in map(names.name, (self.person.name, *self.person.aliases)) if n)


def lookup_key(identifier: Identifier) -> LookupKey | None:
    """The key of a registered identifier; None where it is none of its kind (it then ties nobody)."""
    value = normalised(identifier.kind, identifier.value)
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


def index(dossier: Dossier) -> Iterator[tuple[LookupKey, Held]]:
    """Every key of a dossier with what it stands for; representatives by their identifiers only, never by name."""
    person = dossier.person
    yield from _identifiers(person, person.identifiers, None)
    for representative in person.representatives:
        yield from _identifiers(person, representative.identifiers, representative)
    for written, by in ((person.name, MatchedBy.NAME), *((alias, MatchedBy.ALIAS) for alias in person.aliases)):
        for key in name_keys(written):
            yield key, Held(person, by=by, written=names.name(written))
    for matter in dossier.matters:
        if matter.reference and (value := normalise.reference(matter.reference)):
            yield LookupKey("reference", value), Held(person)


def _identifiers(
    person: Person, identifiers: Sequence[PersonIdentifier], representative: Representative | None
) -> Iterator[tuple[LookupKey, Held]]:
    shared: dict[LookupKey, bool] = {}
    sites: dict[LookupKey, str | None] = {}
    for identifier in identifiers:
        if key := lookup_key(identifier):
            shared[key] = shared.get(key, False) or identifier.shared
            sites[key] = normalise.platform(identifier.value) if key.kind == "social" else None
    for key, is_shared in shared.items():
        yield key, Held(person, shared=is_shared, site=sites[key], representative=representative)
