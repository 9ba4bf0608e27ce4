"""Entries at one door: what is entered of somebody may be entered of where they live, and the other way round."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.governance.registers.file import EntryFile
from gateway.governance.registers.steps import Property
from models.identifier import IdentifierKind
from models.person import Person
from routing.identity.postal import Address, may_be_one_door


@dataclass(frozen=True, slots=True)
class Door:
    """Where an entry leads. `addresses`: the place that it is about, or else where its person may be written to."""

    premises: Property | None
    addresses: tuple[Address, ...]

    @classmethod
    def of(cls, entry: EntryFile, people: Mapping[str, Person]) -> Door:
        """`people`: by id, as the register has them, with their postal addresses."""
        if entry.premises is not None:
            return cls(entry.premises, (entry.premises.read,))
        person = people.get(entry.person or "")
        written = () if person is None else person.identifiers
        return cls(None, tuple(Address.of(one.value) for one in written if one.kind is IdentifierKind.POSTAL))

    def may_be(self, other: Door) -> bool:
        """Whether two entries may be about one place, or whoever lives there; in doubt they may.

        The register has no UPRN of anybody, so that one tells two places apart (where their addresses are not equal)
        and no place from a person.
        """
        if self.premises is not None and other.premises is not None:
            return self.premises.may_be(other.premises)
        return any(may_be_one_door(here, there) for here in self.addresses for there in other.addresses)
