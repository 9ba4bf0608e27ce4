"""How a step, a restriction and a number are said at the terminal."""

from __future__ import annotations

import pytest

from gateway.cli.rows import counted
from gateway.cli.stepping import taken_in_words
from gateway.cli.strategy import _print_restrictions
from models.restriction import ContactLimit


def test_a_step_that_is_called_as_where_it_leads_is_said_once() -> None:
    assert taken_in_words("withdrawn", "withdrawn") == "withdrawn"
    assert taken_in_words("review_asked", "active") == "review asked, active"


def test_one_is_not_several() -> None:
    assert [counted(number, "person", "people") for number in (0, 1, 2)] == ["0 people", "1 person", "2 people"]


def test_a_limit_is_shown_with_its_period(capsys: pytest.CaptureFixture[str]) -> None:
    _print_restrictions([ContactLimit(id="R1", kind="contact_limit", channels=("email",), count=2)])
    assert capsys.readouterr().out == "  R1 contact_limit: channels email, count 2, per week\n"
