"""Whether two names as they are written are one person's."""

from __future__ import annotations

import pytest

from gateway.governance.same_person import in_doubt, may_be_one_person, same_person, who_it_may_be


@pytest.mark.parametrize(
    ("other", "same"),
    [
        ("Dr Iris Manager", True),
        ("manager, Iris", True),
        ("MANAGER, Sgt. Iris", True),
        ("Iris Mánager", True),
        ("Iris", False),
        ("Ira Manager", False),
    ],
)
def test_titles_order_and_punctuation_do_not_make_another_person(other: str, same: bool) -> None:
    assert same_person("Iris Manager", other) is same


def test_an_apostrophe_does_not_either_and_a_title_alone_is_a_name() -> None:
    assert same_person("Sam O'Neill", "Sam O’neill")
    assert same_person("Sam O'Neill", "Sam ONeill")
    assert not same_person("Sergeant", "Dr")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("manager Sam Staff", "Sam Staff", True),
        ("The Line Manager, Sam Staff", "Staff, Sam", True),
        ("Director Sam Staff", "Commissioner Sam Staff", True),
        ("Manager, Iris Lee", "Iris Lee Manager", True),
        ("Sam Officer", "Sam Director", False),
        ("manager Sam Staff", "Iris Staff", False),
        ("Manager Iris", "Officer Iris", False),
        ("Service Manager Pat Contact", "Pat Contact", True),
        ("Head of Service Pat Contact", "Contact, Pat", True),
        ("Pat Contact, Manager", "Pat Contact", True),
        ("Pat Contact (manager)", "Contact, Pat", True),
        ("Contact, Pat - manager", "Pat Contact", True),
        ("Pat Contact, Member of staff", "Deputy Director Pat Contact", True),
        ("Pat Contact MBE", "Pat Contact 2", True),
        ("Hal Head, Officer", "Hal Head", True),
        ("Hal Head, Officer", "Hal Manager, Officer", False),
        ("Pat Contact, Manager", "Sam Contact, Manager", False),
        ("Head of Service", "Director of Service", False),
        ("Hal Head", "Head, Hal", True),
        ("Hal Head", "Sam Head", False),
    ],
)
def test_a_post_beside_a_name_does_not_make_another_person(one: str, other: str, same: bool) -> None:
    assert same_person(one, other) is same


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("José García", "Jose Garcia"),
        ("José García", "GARCI\u0301A, Jose\u0301"),
        ("Søren Łuczak", "Soren Luczak"),
        ("Pat O'Brien", "Pat O Brien"),
        ("Pat O’Brien", "Pat O Brien"),
        ("Pat OʼBrien", "O Brien, Pat"),
        ("Pat O`Brien", "Dr Pat Obrien"),
        ("\N{CYRILLIC CAPITAL LETTER A}nn Lee", "Ann Lee"),
        ("Pat \N{GREEK CAPITAL LETTER OMICRON}mar", "Pat Omar"),
        ("\N{FULLWIDTH LATIN CAPITAL LETTER A}nn Lee", "Ann Lee"),
        ("Mary-Anne Lee", "Maryanne Lee"),
        ("Ann de la Cruz", "Delacruz, Ann"),
    ],
)
def test_nor_do_accents_apostrophes_spaces_and_letters_that_look_alike(one: str, other: str) -> None:
    assert same_person(one, other) and same_person(other, one)
    assert may_be_one_person(one, other) and in_doubt(one, other) == ""


@pytest.mark.parametrize(
    ("one", "other", "may_be"),
    [
        ("Pat Contact", "P. Contact", True),
        ("Pat Contact", "Contact, P", True),
        ("Manager P Contact", "Ms Pat Contact", True),
        ("Pat Jo Contact", "P. J. Contact", True),
        ("Pat Jo Contact", "Pat J Contact", True),
        ("Pat J Contact", "Pat Contact", True),
        ("Pat O'Brien", "P. O Brien", True),
        ("Pat O Contact", "Pat Contact", True),
        ("Pat Contact, Head of Standards", "Pat Contact", True),
        ("Contact, Pat, Head of Standards", "Pat Contact", True),
        ("Pat Contact (she/her)", "P. Contact", True),
        ("Pat (Trish) Contact", "Pat Contact", True),
        ("Pat Contact – Complaints", "Pat Contact", True),
        ("pat.contact@council.example", "Pat Contact", True),
        ("Pat Contact – Complaints", "Sam Staff – Complaints", False),
        ("Pat Contact, Head of Standards", "Sam Staff, Head of Standards", False),
        ("Lopez Ruiz, Ana", "Lopez Ruiz, Eva", False),
        ("Line Manager, Pat Contact", "Line Manager, Sam Officer", False),
        ("Pat Contact", "S. Contact", False),
        ("Pat Contact", "P. Other", False),
        ("Pat J Contact", "Pat K Contact", False),
        ("Pat Contact", "Paul Contact", False),
        ("Pat Contact", "Pat Jo Contact", False),
        ("Pat Contact", "Contact", False),
        ("P. Contact", "Contact", False),
        ("P", "Pat", False),
    ],
)
def test_an_initial_or_what_stands_behind_leaves_it_in_doubt(one: str, other: str, may_be: bool) -> None:
    assert may_be_one_person(one, other) is may_be
    assert may_be_one_person(other, one) is may_be
    assert not same_person(one, other)
    assert in_doubt(one, other) == (f" ({other} and {one} may be one person: write names in full)" if may_be else "")


def test_whoever_it_is_comes_before_whoever_it_may_be() -> None:
    assert who_it_may_be("Pat Contact", ["Sam Staff", "P. Contact", "Contact, Pat"]) == "Contact, Pat"
    assert in_doubt("Pat Contact", None, "P. Contact", "Contact, Pat") == ""
    assert who_it_may_be("Pat Contact", ["Sam Staff"]) is None
