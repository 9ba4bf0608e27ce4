"""A letter is found by whatever people call it, and nothing else is taken for one."""

from __future__ import annotations

import pytest

from gateway.governance.breaches.steps import CarriedOut
from gateway.governance.challenges.steps import OutcomeTold
from gateway.governance.letters.naming import letter_id, letters_named
from gateway.governance.letters.steps import LetterApproved
from tests.governing import MONDAY, step


@pytest.mark.parametrize(
    "text", ["L1", "l1", "L 1", "Letter 1", "letter L1", "Letter no. 1", " letter l 01 ", "#1", "1"]
)
def test_a_letter_is_found_by_whatever_it_is_called(text: str) -> None:
    assert letter_id(text) == "L1"


@pytest.mark.parametrize("text", ["the first", "L0", "L1 8JQ", "CS-2026-0001", "", "letter", "M1"])
def test_what_names_no_letter_stays_as_it_is(text: str) -> None:
    assert letter_id(text) == text


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("I took letter L1 out of the tray.", {"L1"}),
        ("Letter 1 is out, l 2 too.", {"L1", "L2"}),
        ("By letters L1 and L2.", {"L1", "L2"}),
        ("By letter no. 12", {"L12"}),
        ("By letter 2 February, and again by letter 3 weeks later.", set()),
        ("By letter 2nd class, letter 1.3.2026, at 2 High Street, L1 8JQ.", set()),
        ("He rang about a letter.", set()),
    ],
)
def test_words_name_the_letters_that_they_speak_of(text: str, named: set[str]) -> None:
    assert letters_named(text) == named


def test_every_step_that_names_a_letter_has_its_id() -> None:
    let_go = step("letter_approved", letter="Letter 2")
    assert isinstance(let_go, LetterApproved)
    fields = {"at": let_go.at, "by": "Ann Author"}
    told = OutcomeTold.model_validate({**fields, "on": MONDAY, "way": "post", "letter": "letter 2"})
    done = CarriedOut.model_validate({**fields, "action": "reminder_letter", "note": "Sent.", "letter": "l 2"})
    assert {let_go.letter, told.letter, done.letter} == {"L2"}
