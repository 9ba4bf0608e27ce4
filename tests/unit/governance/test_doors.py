"""Which entries may be about one door, whichever register they are on."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from gateway.governance.courses import DANGEROUS_PERSON, DANGEROUS_PROPERTY
from gateway.governance.registers.doors import Door
from gateway.governance.registers.file import EntryFile, fold
from models.identifier import IdentifierKind, PersonIdentifier
from models.person import Person
from routing.identity import postal
from tests.case_files import step as case_step
from tests.governing import HOME, MONDAY, PERSON

AT_HOME = {"address": HOME}
ROBIN = Person(
    id="P-002", name="Robin Example", identifiers=(PersonIdentifier(kind=IdentifierKind.POSTAL, value=HOME),)
)
NOWHERE = Person(id="P-003", name="Nell Else")
PEOPLE = {one.id: one for one in (PERSON, ROBIN, NOWHERE)}


def entry(**about: object) -> EntryFile:
    course = DANGEROUS_PROPERTY if "premises" in about else DANGEROUS_PERSON
    return fold("D-1", [case_step(course, "entered", known_on=MONDAY, facts="A knife.", **about)])


def may_be_at_one_door(one: EntryFile, other: EntryFile, people: Mapping[str, Person]) -> bool:
    return Door.of(one, people).may_be(Door.of(other, people))


@pytest.mark.parametrize(
    ("other", "same"),
    [
        ({"premises": AT_HOME}, True),
        ({"premises": {"address": "9 Old Rd, ST16 9ZZ"}}, True),  # where nothing is sent to them, they may live
        ({"premises": {**AT_HOME, "uprn": "17"}}, True),
        ({"premises": {"address": "2 High Street, Stafford, ST16 1AA"}}, False),
        ({"person": "P-002"}, True),
        ({"person": "P-003"}, False),
        ({"person": "P-404"}, False),
    ],
)
def test_a_persons_addresses_are_compared_with_a_place_and_with_anothers(other: dict[str, object], same: bool) -> None:
    jordan = entry(person="P-001")
    assert may_be_at_one_door(jordan, entry(**other), PEOPLE) is same
    assert may_be_at_one_door(entry(**other), jordan, PEOPLE) is same


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (HOME, HOME, True),  # a number may be mistyped
        (HOME, "1, High St., Stafford", True),
        ("34 Weir Lane, Anytown", "34 Weir Ln", True),
        ("Flat 2, 34 St Mary's Road, Anytown", "Flat 2, 34 St Marys Rd, Anytown", True),
        ("Rose Cottage, Mill Lane, Anytown", "Rose Cottage, Mill Ln", True),
        ("34 Weir Lane, Anytown", "Flat 2, 34 Weir Lane, Anytown", False),
        ("Flat A, 34 Weir Lane, Anytown", "Flat B, 34 Weir Lane, Anytown", False),
        ("34a Weir Lane, Anytown", "34b Weir Lane, Anytown", False),
        ("Rose Cottage, Mill Lane, Anytown", "Lily Cottage, Mill Lane, Anytown", False),
        ("34 Weir Lane, Anytown", "34 Mill Lane, Anytown", False),
    ],
)
def test_a_number_of_its_own_tells_a_place_only_from_one_with_another_address(one: str, other: str, same: bool) -> None:
    first, second = ({"premises": {"address": at, "uprn": uprn}} for at, uprn in ((one, "17"), (other, "18")))
    assert may_be_at_one_door(entry(**first), entry(**second), PEOPLE) is same
    assert may_be_at_one_door(entry(**second), entry(**first), PEOPLE) is same


def test_with_one_number_of_its_own_it_is_one_place_whatever_the_address() -> None:
    first, second = ({"premises": {"address": at, "uprn": "17"}} for at in ("34 Weir Lane", "The Old Mill"))
    assert may_be_at_one_door(entry(**first), entry(**second), PEOPLE)


@pytest.mark.parametrize(
    ("other", "same"),
    [
        ("1 High Street, Anytown", True),
        ("1, High St., AN11AA", True),
        ("Flat 2, 1 High Street, Anytown AN1 1AA", True),
        ("Town Hall, Anytown", False),
        ("Flat B, Rose Court, Low Road, Anytown", False),
        ("1 Mill Lane, Anytown", False),
        ("2 High Street, Anytown", False),
    ],
)
def test_the_town_alone_is_no_door(other: str, same: bool) -> None:
    here = entry(premises={"address": "1 High Street, Anytown, AN1 1AA"})
    assert may_be_at_one_door(here, entry(premises={"address": other}), {}) is same


STREETS_THAT_ARE_ENDINGS = ("2 Park Road", "12 Court Road", "2 Grove Street", "2 Gardens", "2 The Close", "2 Ave Road")


@pytest.mark.parametrize("street", STREETS_THAT_ARE_ENDINGS)
def test_a_street_that_is_called_by_an_ending_has_a_name(street: str) -> None:
    address = f"{street}, Anytown"
    place = entry(premises={"address": address})
    for other in (address, street, f"{street} Anytown", f"Flat 3, {street}", f"Rose Cottage, {street}, Anytown"):
        assert may_be_at_one_door(place, entry(premises={"address": other}), {})
    lives_there = PersonIdentifier(kind=IdentifierKind.POSTAL, value=address)
    people = {"P-001": PERSON.model_copy(update={"identifiers": (lives_there,)})}
    assert may_be_at_one_door(entry(person="P-001"), place, people)
    for elsewhere in ("2 Mill Road, Anytown", "12 Weir Street, Anytown", "Town Hall, Anytown"):
        assert not may_be_at_one_door(place, entry(premises={"address": elsewhere}), {})


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        # A last line that holds a number or a street ending is no town.
        ("34 Weir Lane, Anytown", "Flat 2, 34 Weir Lane", True),
        ("34 Weir Lane, Anytown", "34, Weir Lane", True),
        ("34 Broadway, Anytown", "Flat 2, 34 Broadway", True),
        ("34 Weir Lane, Anytown", "34 Weir Ln Anytown", True),
        ("Flat 3, Weir House, Northmoor", "Weir House, Northmoor", True),
        ("Flat 3, Weir House", "Weir House, Northmoor", True),
        ("Flat 3, Weir Court, The Green, Northmoor", "3 The Green, Northmoor", True),
        ("Weir Lane, 34, Anytown", "34 Weir Lane", True),
        ("Flat 2", "2 Weir Lane, Anytown", True),
        # The same lines, and a postcode that one of them has wrong.
        ("34 Weir Lane, Anytown AN1 2BB", "34 Weir Lane, Anytown AN1 2BC", True),
        ("34 Weir Lane, AN1 2BB", "34 Weir Lane, ZZ9 9ZZ", False),
        # Neither a town with its county nor a part of a town is a door.
        ("1 High Street, Anytown, Kent", "Town Hall, Anytown, Kent", False),
        ("1 High Street, Anytown", "Town Hall, Anytown, Kent", False),
        ("1 High Street, Fenton, Stoke-on-Trent, ST4 1AB", "Town Hall, Fenton, Stoke-on-Trent", False),
        ("1 High Street, Bury St Edmunds", "Park House, Bury St Edmunds", False),
        ("1 St Mary's Road, Anytown", "1 St John's Road, Anytown", False),
        ("The Old Rectory, Anytown", "The Town Hall, Anytown", False),
        # Where no street is written, nothing tells a town with its county from a street with its town.
        ("The Old Rectory, Anytown, Kent", "The Town Hall, Anytown, Kent", True),
        ("The Old Rectory, Broadway, Anytown", "The Mill, Broadway, Anytown", True),
    ],
)
def test_in_doubt_it_is_one_door_and_a_town_is_none(one: str, other: str, same: bool) -> None:
    here, there = (entry(premises={"address": address}) for address in (one, other))
    assert may_be_at_one_door(here, there, {}) is same
    assert may_be_at_one_door(there, here, {}) is same


def test_each_address_is_read_once_however_many_it_is_held_against(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    as_lines = postal._lines
    monkeypatch.setattr(postal, "_lines", lambda text: read.append(text) or as_lines(text))
    here = Door.of(entry(premises={"address": "1 High Street, Anytown"}), PEOPLE)
    others = [{"premises": {"address": f"{number} Mill Lane, Anytown"}} for number in range(2, 12)]
    for other in (*others, {"person": "P-002"}):
        here.may_be(Door.of(entry(**other), PEOPLE))
    assert len(read) == 1 + len(others) + 1
