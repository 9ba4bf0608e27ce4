"""An import that lets something be sent where nothing was to be sent says so."""

from gateway.governance.no_longer_unsafe import no_longer_unsafe
from models.identifier import PersonIdentifier
from models.person import Person, Representative


def email(value: str, *, safe: bool = True) -> PersonIdentifier:
    return PersonIdentifier(kind="email", value=value, safe=safe)


def jordan(*identifiers: PersonIdentifier, speaks: PersonIdentifier | None = None, id_: str = "P-001") -> Person:
    others = (Representative(name="Ali Advocate", identifiers=(speaks,)),) if speaks else ()
    return Person(id=id_, name="Jordan Example", identifiers=identifiers, representatives=others)


OWN, SHARED = email("jordan@mail.example"), email("home@mail.example", safe=False)
BEFORE = jordan(OWN, SHARED)


def said(after: Person, before: Person = BEFORE) -> list[str]:
    return list(no_longer_unsafe([before], [after]))


def test_a_mark_that_is_dropped_or_goes_with_its_address_is_told_without_the_address() -> None:
    (dropped,) = said(jordan(OWN, email("home@mail.example")))
    assert dropped.startswith("P-001: email (number 2 of what the register had of theirs) is not marked")
    (gone,) = said(jordan(OWN))
    assert "is gone" in gone and "home@" not in dropped + gone


def test_one_that_is_marked_still_however_it_is_written_is_not_told_nor_is_whoever_left_the_register() -> None:
    assert said(jordan(email("HOME@mail.example", safe=False))) == []
    assert said(jordan(OWN, SHARED, email("home@mail.example"))) == []
    assert said(jordan(OWN, id_="P-002")) == []
    assert said(jordan(SHARED), before=jordan(OWN)) == []


def test_the_address_of_whoever_speaks_for_them_is_told_as_their_own() -> None:
    (told,) = said(
        jordan(OWN, speaks=email("ali@mail.example")), jordan(OWN, speaks=email("ali@mail.example", safe=False))
    )
    assert "number 2" in told
