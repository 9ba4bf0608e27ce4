"""Whoever is said to have been consulted is somebody whom the register has in a role, or of whom the role is said."""

from __future__ import annotations

import pytest

from gateway.governance.consulted import with_roles_of_consulted
from gateway.governance.lacks import Refused
from gateway.governance.steps import Reviewed

HOLDERS = {"head": ("Hal Head", "Dee Deputy")}


def test_whoever_was_consulted_is_in_the_role_the_register_gives_them_and_in_nobody_elses() -> None:
    def consulted(*named: str, as_: tuple[str, ...] = ()) -> tuple[str, ...]:
        fields = {"outcome": "continue", "reasons": "So.", "consulted": named, "consulted_as": as_}
        return with_roles_of_consulted(
            Reviewed.model_validate({"at": "2026-03-02T12:00:00Z", "by": "Rae", **fields}), HOLDERS
        ).consulted_as

    assert consulted("Hal Head", "Nobody At All") == ("head", "")
    assert consulted("Dee Deputy", "Lee Lawyer", as_=("head", "outside")) == ("head", "outside")
    with pytest.raises(Refused, match="Nobody At All does not hold the role head"):
        consulted("Nobody At All", as_=("head",))
