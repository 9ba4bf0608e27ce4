"""Which entries may be about one door, whichever register they are on."""

from __future__ import annotations

import pytest

from gateway.governance.courses import DANGEROUS_PERSON, DANGEROUS_PROPERTY
from gateway.governance.registers.doors import may_be_at_one_door
from gateway.governance.registers.file import EntryFile, fold
from models.identifier import IdentifierKind, PersonIdentifier
from models.person import Person
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


def test_a_place_with_another_number_of_its_own_is_another_place() -> None:
    one, other = ({"premises": {**AT_HOME, "uprn": uprn}} for uprn in ("17", "18"))
    assert not may_be_at_one_door(entry(**one), entry(**other), PEOPLE)
    assert may_be_at_one_door(entry(**one), entry(premises=AT_HOME), PEOPLE)


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
