"""Names at their borders: what is a name, what it is looked up by, and what still counts as one misspelt."""

from __future__ import annotations

import pytest

from routing.identity import names


def words(written: str) -> names.Name:
    return tuple(written.split())


def test_of_a_long_text_only_the_beginning_is_a_name() -> None:
    assert names.name("O " + "b" * 300) == ("o", "b" * 198)
    assert names.titled_surname("Mr " + "b" * 300) == ("b" * 197,)


@pytest.mark.parametrize(
    ("written", "surname"),
    [
        ("Mr Stubbs", "stubbs"),
        ("Mrs. O'Neill", "oneill"),
        ("Mr Al", "al"),
        ("Mr A", ""),
        ("Mr", ""),
        ("Stubbs", ""),
        ("Stubbs, Mr", ""),
        ("Mr Graham Stubbs", ""),
        ("", ""),
    ],
)
def test_a_surname_with_its_title(written: str, surname: str) -> None:
    assert names.titled_surname(written) == words(surname)


@pytest.mark.parametrize(
    ("written", "initial", "sketch"),
    [
        ("graham tolley", "g tolley", "g tl"),
        ("graham paul tolley", "g tolley", "g tl"),
        ("olive bracken", "o bracken", "o brckn"),
        ("olive brackenn", "o brackenn", "o brckn"),
        ("olive ebsen", "o ebsen", "o ebsn"),
        ("ann smyth", "a smyth", "a smt"),
        ("ann baeiouyhc", "a baeiouyhc", "a bc"),
        ("ann bob", "a bob", "a b"),
        ("ann lee", "a lee", "a l"),
        ("ann ng", "a ng", None),
        ("ann x", None, None),
        ("tolley", None, None),
        ("x", None, None),
    ],
)
def test_what_a_whole_name_is_looked_up_by(written: str, initial: str | None, sketch: str | None) -> None:
    assert names.initial_surname(words(written)) == initial
    assert names.sketch(words(written)) == sketch


@pytest.mark.parametrize(
    ("word", "given"), [("karen", True), ("ros", True), ("roz", True), ("thursday", False), ("stafford", False)]
)
def test_what_is_a_given_name(word: str, given: bool) -> None:
    assert names.is_given(word) is given


SEVENTEEN, TWENTY_THREE = "featherstonehaugh", "featherstonehaughbutler"


@pytest.mark.parametrize(
    ("written", "full", "fits"),
    [
        # 85 in a hundred letters are the same: 17 of 20 just are, 11 of 13 are not.
        (SEVENTEEN, f"ann {TWENTY_THREE}", True),
        ("abcdefghijk", "ann abcdefghijkwxyz", False),
        # Of words of fewer than four letters nobody can say that they are misspelt.
        ("haley", "tom hale", True),
        ("leal", "ann lea", False),
        # A surname that is made a pet name.
        ("hurdy", "malcolm hurd", True),
        ("hurds", "malcolm hurd", True),
        ("leas", "ann lea", False),
        # A single letter is the initial of a given name, not of a surname alone.
        ("r", "rosalind tapsell", True),
        ("t", "rosalind tapsell", False),
        ("rosalind t", "rosalind tapsell", True),
        ("rosalind s", "rosalind tapsell", False),
        ("r t", "rosalind tapsell", True),
        ("rosalind tapsell", "r tapsell", True),
        ("karen tapsell", "r tapsell", False),
        # Initials run together: the first and the last are the name's, and there are no more than it has words.
        ("ac", "ana bea cat", True),
        ("abc", "ana bea cat", True),
        ("aeec", "ana bea cat", False),
        ("xc", "ana bea cat", False),
        ("abce", "ana bea cat dot eve", True),
        ("abcde", "ana bea cat dot eve", False),
        # The beginning of a given name, from three letters.
        ("tam hale", "tamsworth hale", True),
        ("ta hale", "tamsworth hale", False),
        # Every word written is accounted for.
        ("omar sayed farooq", "omar farooq", False),
        ("omar farooq", "omar sayed farooq", True),
        ("omar sayed", "omar sayed farooq", True),
        ("omar sayed", "omar farooq", False),
        ("farooq omar sayed", "omar sayed farooq", True),
        ("farooq xavier omar", "omar sayed farooq", False),
        ("farooq farooq", "omar sayed farooq", False),
        # A person known by one word.
        ("bracken77", "bracken77", True),
        ("bracken77", "bracken78", True),
        ("olive bracken77", "bracken77", False),
        ("", "rosalind tapsell", False),
        ("rosalind", "", False),
        # Two given names are never one misspelt.
        ("amara hale", "tamara hale", False),
        ("rosalynd tapsell", "rosalind tapsell", True),
        ("amara", "ann tamara", False),
        ("hail", "ann hale", False),
    ],
)
def test_whose_name_it_may_be(written: str, full: str, fits: bool) -> None:
    assert names.may_be(words(written), words(full)) is fits


@pytest.mark.parametrize(
    ("written", "full", "fits"),
    [
        ("alexandra feather", "alexandra featherstones", True),  # 17 of 20
        ("oliva brackon", "olive bracken", False),  # 11 of 13
        ("olive brackon", "olive bracken", True),
        ("bracken", "bracken", False),
        ("bracken", "olive bracken", False),
        ("olive bracken", "bracken", False),
    ],
)
def test_names_of_two_words_that_are_the_same_but_for_spelling(written: str, full: str, fits: bool) -> None:
    assert names.similar(words(written), words(full)) is fits
