"""Whoever is said to have been consulted is somebody whom the register has in a role, or of whom the role is said."""

from __future__ import annotations

import pytest

from gateway.governance.consulted import with_roles_of_consulted
from gateway.governance.lacks import Refused
from gateway.governance.steps import AdviceTaken, Reviewed

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


def test_whoever_advised_holds_the_role_where_the_register_says_who_does() -> None:
    def advised(adviser: str, role: str) -> str:
        fields = {"about": "print", "adviser": adviser, "adviser_role": role, "advice": "Do it."}
        step = AdviceTaken.model_validate({"at": "2026-03-02T12:00:00Z", "by": "Ann", **fields})
        return with_roles_of_consulted(step, HOLDERS).adviser

    assert [advised("deputy, dee", "head"), advised("Lee Lawyer", "legal_adviser")] == ["deputy, dee", "Lee Lawyer"]
    with pytest.raises(Refused, match="Ann Author does not hold the role head, which the register gives to Hal Head"):
        advised("Ann Author", "head")
