"""Who may be named as somebody who acts."""

from __future__ import annotations

import pytest

from gateway.governance.person_name import a_person


@pytest.mark.parametrize(
    "name",
    [
        "gateway",
        "The Gateway",
        "triage gateway",
        "Gateway, Triage",
        "the  SYSTEM",
        "our triage service",
        "triage-gateway",
    ],
)
def test_a_machine_is_no_person_however_it_is_written(name: str) -> None:
    with pytest.raises(ValueError, match="a machine decides nothing here"):
        a_person(name)


@pytest.mark.parametrize("name", ["Grace Gateway", "Sam Triage", "A. N. Other", "Iris Manager", "An Li"])
def test_a_person_who_shares_a_word_with_one_is_a_person(name: str) -> None:
    assert a_person(f" {name} ") == name
