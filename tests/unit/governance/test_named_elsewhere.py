"""A person is found by what the register knows them by, as whole words, and by nothing less."""

from __future__ import annotations

import pytest

from gateway.governance.subject_access.mentioning import Sought
from models.person import Person

ZOE = Sought(
    Person.model_validate(
        {
            "id": "P-7",
            "name": "Zoë O'Neill-Hart",
            "aliases": ["J. Whit"],
            "identifiers": [
                {"kind": "email", "value": "zoe@mail.example"},
                {"kind": "phone", "value": "01632 960 101"},
                {"kind": "postal", "value": "1 High Street, Northmoor NM1 2AB"},
                {"kind": "social", "value": "https://x.com/zoe_hart9"},
            ],
        }
    )
)


@pytest.mark.parametrize(
    ("text", "by"),
    [
        ("Zoe ONeill-Hart has a knife", "name"),
        ("O’Neill-Hart, Zoë", "name"),
        ("Mrs Hart of no. 3", "name"),
        ("J Whit", "name"),
        ("Zoë O’Neill-Hart’s brother", "name"),
        ("MR J. WHIT'S VAN", "name"),
        ("<ZOE+x@mail.example>", "email address"),
        ("ring +44 1632 960101.", "telephone number"),
        ("at 1 high street, the flat", "postal address"),
        ("@Zoe_Hart9 wrote", "handle"),
        ("see P-7", "id in the register"),
    ],
)
def test_somebody_is_found(text: str, by: str) -> None:
    assert ZOE.found_in([text]) == [by]


@pytest.mark.parametrize("text", ["4 St Mary's Road", "4 St Marys Road"])
def test_an_apostrophe_that_is_no_genitive_is_left_out_or_not(text: str) -> None:
    home = {"kind": "postal", "value": "4 St Mary's Road, Northmoor NM1 2AB"}
    person = Person.model_validate({"id": "P-8", "name": "Al Brown", "identifiers": [home]})
    assert Sought(person).found_in([text]) == ["postal address"]


@pytest.mark.parametrize(
    "text", ["Zoe", "Hart", "W. J. Stone", "azoe@mail.example", "11 High Street", "1 High Streets", "P-71", ""]
)
def test_nobody_is_found_by_less_or_by_a_part_of_a_word(text: str) -> None:
    assert ZOE.found_in([text]) == []
