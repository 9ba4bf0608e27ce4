"""Entries at one door: what is entered of somebody may be entered of where they live, and the other way round."""

from __future__ import annotations

from collections.abc import Mapping

from gateway.governance.registers.file import EntryFile
from models.identifier import IdentifierKind
from models.person import Person
from routing.identity.postal import may_be_one_door


def may_be_at_one_door(one: EntryFile, other: EntryFile, people: Mapping[str, Person]) -> bool:
    """Whether two entries may be about one place, or whoever lives there; in doubt they may.

    `people`: by id, as the register has them, with their postal addresses. It has no UPRN of anybody, so that one tells
    two places apart (where their addresses are not equal) and no place from a person.
    """
    if one.premises is not None and other.premises is not None:
        return one.premises.may_be(other.premises)
    return any(may_be_one_door(here, there) for here in _addresses(one, people) for there in _addresses(other, people))


def _addresses(entry: EntryFile, people: Mapping[str, Person]) -> list[str]:
    """The place that it is about, or else where its person may be written to."""
    if entry.premises is not None:
        return [entry.premises.address]
    person = people.get(entry.person or "")
    return [] if person is None else [one.value for one in person.identifiers if one.kind is IdentifierKind.POSTAL]
