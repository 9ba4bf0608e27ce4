"""What is told before a visit of an entry in a register of dangers, and which entries may be the one that is meant."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from gateway.governance.challenges.file import ChallengeFile
from gateway.governance.courses import CHALLENGE, DANGEROUS_PERSON, DANGEROUS_PROPERTY
from gateway.governance.registers.before_visit import (
    AskedAbout,
    BeforeYouVisit,
    about_people,
    before_you_visit,
    fits,
    of_address,
    who_has,
    who_is_called,
)
from gateway.governance.registers.file import EntryFile, fold
from gateway.governance.registers.seeing import of_asking
from gateway.governance.registers.steps import Property
from gateway.governance.tasks import open_tasks
from models.identifier import IdentifierKind, PersonIdentifier
from models.matter import Matter, MatterStatus
from models.person import Person, Representative
from models.register import Dossier
from routing.identity import names, normalise
from routing.identity.claim import LookupKey
from tests.case_files import challenged, here, pack, step
from tests.governing import HOME, MONDAY, PERSON

PLACE = "4 Weir Lane, Northmoor, NM1 2AB"
SAID = {"facts": "A knife at the door.", "methods": "By letter.", "restrictions": "Two officers visit together."}
LATER = MONDAY + timedelta(days=7)


def entry(*steps: Any, **about: Any) -> EntryFile:
    course = DANGEROUS_PROPERTY if "premises" in about else DANGEROUS_PERSON
    return fold("D-1", (step(course, "entered", by="Ann Author", known_on=MONDAY, **SAID, **about), *steps))


def of(kind: str, at: date = MONDAY, by: str = "Hal Head", **fields: Any) -> Any:
    return step(DANGEROUS_PERSON, kind, by, at, **fields)


APPROVED = of("entry_approved", role="head_of_service")
AMENDED = of("amended", LATER, "Ann Author", reason="A dog, too.", restrictions="Not without the dog warden.")


def told(*steps: Any, day: date = LATER, besides: tuple[Any, ...] = ()) -> BeforeYouVisit | None:
    return before_you_visit(entry(*steps, person="P-001"), here("stoke", day, besides=besides), surely=True)


def fit(asked: str, entered: str, uprn: str | None = None, its_uprn: str | None = None) -> bool | None:
    about = AskedAbout(Property(address=asked, uprn=uprn))
    return fits(entry(premises={"address": entered, "uprn": its_uprn}), about, {})


@pytest.mark.parametrize(
    ("asked", "surely"),
    [
        (PLACE, True),
        ("4, weir ln\nNORTHMOOR NM12AB", True),
        ("4 Weir Lane, Northmoor", False),
        ("Flat 2, 4 Weir Lane, Northmoor, NM1 2AB", False),
        ("4a Weir Lane, Northmoor, NM1 2AB", False),
        ("4 Weir Lane, Northmoor, NM1 2BA", False),
        ("4 Weir Lane, NM1 2BA", False),
        ("4 Wier Lane, Northmoor", False),
        ("6 Weir Lane, Northmoor, NM1 2AB", None),
        ("4 Hill Road, Northmoor, NM9 9ZZ", None),
        ("The Mill, Northmoor", None),
    ],
)
def test_a_near_miss_of_an_address_may_be_it(asked: str, surely: bool | None) -> None:
    assert fit(asked, PLACE) is surely
    assert fit(PLACE, asked) is surely


def test_a_property_number_tells_two_places_apart_where_both_have_one() -> None:
    assert fit("The Mill, Northmoor", PLACE, "17", "17") is True
    assert fit("Flat 2, 4 Weir Lane, Northmoor", "4 Weir Lane, Northmoor", "17", "18") is None
    assert fit(PLACE, PLACE, "17", "18") is False  # one of the two may be mistyped
    assert fit(PLACE, PLACE, "17") is True


@pytest.mark.parametrize(
    "text",
    ["Northmoor", "Weir Lane", "Weir Lane, Northmoor", "Weir Lane, NM1 2AB", "NM1 2AB", "4 5", "1 2 3 4 5 Weir Lane"],
)
def test_a_street_a_town_and_a_row_of_numbers_are_no_address_of_one_door(text: str) -> None:
    assert [lack.field for lack in of_address(Property(address=text))] == ["address"]


@pytest.mark.parametrize("text", [PLACE, "Rose Cottage, Mill Lane, Northmoor", "Flat 2, 34-36 Weir Lane", "4, NM1 2AB"])
def test_a_house_by_its_number_or_name_is_one(text: str) -> None:
    assert not list(of_address(Property(address=text)))


def test_who_lives_at_an_address_is_told_of_and_where_somebody_lives() -> None:
    people = {"P-001": PERSON}
    asked = AskedAbout(Property(address=HOME))
    assert fits(entry(person="P-001"), asked, people) is True
    assert fits(entry(person="P-001"), AskedAbout(Property(address="1 High St, Stafford")), people) is False
    assert fits(entry(person="P-001"), AskedAbout(Property(address=PLACE)), people) is None
    jordan = about_people({"P-001": Dossier(person=PERSON)}, {"P-001": True})
    assert fits(entry(person="P-001"), jordan, people) is True
    assert fits(entry(person="P-002"), jordan, people) is None
    assert fits(entry(premises={"address": HOME}), jordan, people) is True
    assert fits(entry(premises={"address": "1 High St, Stafford"}), jordan, people) is False
    assert fits(entry(premises={"address": PLACE}, person="P-001"), jordan, people) is True  # who lives there


def test_a_number_is_surely_theirs_only_where_it_is_theirs_alone() -> None:
    def having(**changes: Any) -> Dossier:
        return Dossier(person=Person(id="P-001", name="Jordan Example", **changes))

    number = PersonIdentifier(kind=IdentifierKind.PHONE, value="01632 960001")
    key = LookupKey("phone", "+441632960001")
    shared = number.model_copy(update={"shared": True})
    speaks = Representative(name="Sol Solicitor", identifiers=(number,))
    assert who_has(key, {"P-001": having(identifiers=(number,))}) == {"P-001": True}
    assert who_has(key, {"P-001": having(identifiers=(shared,))}) == {"P-001": False}
    assert who_has(key, {"P-001": having(representatives=(speaks,))}) == {"P-001": False}
    assert who_has(key, {"P-001": having(identifiers=(number,), representatives=(speaks,))}) == {"P-001": True}
    matter = Matter(id="M-1", person="P-001", status=MatterStatus.OPEN, title="A car", reference="PC/2026/014")
    of_matter = {"P-001": Dossier(person=PERSON, matters=(matter,))}
    assert who_has(LookupKey("reference", normalise.reference("PC/2026/014") or ""), of_matter) == {"P-001": True}


@pytest.mark.parametrize(
    ("written", "found"),
    [("Jordan Example", True), ("J. Example", True), ("Example Jordan", True), ("Jordan Exampel", True), ("Kim Example", False)],
)  # fmt: skip
def test_a_name_is_never_surely_somebodys(written: str, found: bool) -> None:
    called = who_is_called(names.name(written), {"P-001": Dossier(person=PERSON)})
    assert called == ({"P-001": False} if found else {})


def test_what_was_agreed_is_told_and_whom_to_ask_and_not_why() -> None:
    found = told(APPROVED)
    assert found is not None
    assert (found.methods, found.restrictions, found.notes) == (SAID["methods"], SAID["restrictions"], ())
    assert found.ask == "Hal Head, or the Head of Service or the Director"
    assert "knife" not in str(found)


def test_before_it_is_approved_there_is_something_and_only_whom_to_ask() -> None:
    found = told()
    assert found is not None and (found.methods, found.restrictions) == (None, None)
    assert found.ask.startswith("Ann Author, or ") and "nobody has approved it yet" in found.notes[0]


def test_what_was_agreed_last_holds_until_what_was_changed_is_approved() -> None:
    found = told(APPROVED, AMENDED)
    assert found is not None and found.restrictions == SAID["restrictions"]
    assert "it was changed since" in found.notes[0]
    again = told(APPROVED, AMENDED, of("entry_approved", LATER, role="director"))
    assert again is not None and again.restrictions == "Not without the dog warden." and not again.notes


def test_a_removed_entry_is_not_told_and_one_late_for_its_review_is() -> None:
    assert told(APPROVED, of("removed", LATER, role="director", reasons="It is over.")) is None
    late = told(APPROVED, day=MONDAY + timedelta(days=366))
    assert (
        late is not None
        and late.restrictions
        and late.notes == ("it was to be looked at again by 2027-03-02, and holds until it was",)
    )
    look = of("entry_reviewed", LATER, role="head_of_service", outcome="remove", reasons="It is over.")
    would = told(APPROVED, look)
    assert would is not None and "would remove it" in would.notes[0]


def disputed(outcome: str | None) -> ChallengeFile:
    found = challenged(outcome or "stands", about="D-1")
    return found if outcome else CHALLENGE.fold("CH-1", found.steps[:1])


@pytest.mark.parametrize(
    ("outcome", "note"),
    [(None, "it is disputed"), ("stands", None), ("changed", "it was decided that it changes"), ("lifted", "gone")],
)
def test_a_dispute_leaves_it_until_it_is_decided_for_the_person(outcome: str | None, note: str | None) -> None:
    found = told(APPROVED, besides=(disputed(outcome),))
    if note == "gone":
        assert found is None
    else:
        assert found is not None and found.restrictions
        assert [said.startswith(note or "-") for said in found.notes] == ([True] if note else [])


def test_a_dispute_that_was_not_admitted_or_was_taken_back_is_none() -> None:
    open_ = disputed(None)
    back = step(CHALLENGE, "taken_back", how="By telephone.", on=MONDAY)
    found = told(APPROVED, besides=(CHALLENGE.fold("CH-1", (*open_.steps, back)),))
    assert found is not None and not found.notes


def test_who_may_ask_is_the_packs_to_say_and_nobody_may_by_default() -> None:
    life = pack("stoke").life
    assert not list(of_asking("officer", life))
    assert [lack.field for lack in of_asking(None, life)] == ["role", "role"]
    closed = tuple(replace_asked(rule, ()) for rule in life.registers)
    (lack, _other) = of_asking("officer", life.model_copy(update={"registers": closed}))
    assert "is for nobody by this policy" in lack.text
    half = tuple(replace_asked(rule, ()) if rule.kind == "dangerous_persons" else rule for rule in life.registers)
    assert len(list(of_asking("officer", life.model_copy(update={"registers": half})))) == 1
    assert [lack.field for lack in of_asking("line_manager", pack("cleveland").life)] == ["registers"]


def replace_asked(rule: Any, roles: tuple[str, ...]) -> Any:
    return rule.model_copy(update={"asked_by": roles})


def test_a_question_stands_in_the_way_of_nothing() -> None:
    asked = of("asked_before_visit", LATER, "Dee Driver", role="officer", asked="address", reason="A visit today.")
    look = of("entry_reviewed", LATER, role="head_of_service", outcome="remove", reasons="It is over.")
    situation = here("stoke", LATER)
    file = fold("D-1", (*entry(person="P-001").steps, APPROVED, look, asked))
    assert "D-1/outcome" in {task.id for task in open_tasks(file, situation)}
    undone = DANGEROUS_PERSON.take(file, of("undone", LATER, number=3, reason="Wrong entry."), situation)
    assert undone.last_review is None
    assert "Dee Driver" not in file.seen_by
    assert replace(file, steps=()) == replace(fold("D-1", file.steps[:-1]), steps=())
