"""A role that the register gives to somebody is not taken by another; of any other the step says that it was stated."""

from __future__ import annotations

import pytest

from gateway.governance.common_steps import Noted
from gateway.governance.lacks import Refused
from gateway.governance.role_holders import in_role
from gateway.governance.step import RoleAs

HOLDERS = {"head": ("Hal Head", "Dee Deputy")}


def noted(by: str, role: str | None = "head", **more: object) -> Noted:
    return Noted.model_validate({"at": "2026-03-02T12:00:00Z", "by": by, "role": role, "text": "So.", **more})


@pytest.mark.parametrize("name", ["Hal Head", "hal  HEAD", "Dee Deputy"])
def test_whoever_is_listed_holds_the_role_however_the_name_is_written(name: str) -> None:
    step = in_role(noted(name), HOLDERS)
    assert (step.role_as, step.by) == (RoleAs.LISTED, name)


def test_another_is_refused_and_told_who_holds_it() -> None:
    with pytest.raises(Refused) as refused:
        in_role(noted("Ann Author"), HOLDERS)
    (lack,) = refused.value.lacks
    assert lack.field == "role"
    assert lack.text == "Ann Author does not hold the role head, which the register gives to Hal Head, Dee Deputy"


def test_a_role_that_is_not_listed_is_as_stated_and_no_role_is_none() -> None:
    assert in_role(noted("Ann Author", "adviser"), HOLDERS).role_as is RoleAs.STATED
    assert in_role(noted("Ann Author"), {}).role_as is RoleAs.STATED
    assert in_role(noted("Ann Author", None), HOLDERS).role is None


def test_whoever_is_listed_in_one_role_acts_in_it_unsaid_and_whoever_holds_two_says_which() -> None:
    step = in_role(noted("head, hal", None), HOLDERS)
    assert (step.role, step.role_as) == ("head", RoleAs.LISTED)
    step = in_role(noted("Hal Head", None), {**HOLDERS, "adviser": ("Hal Head",)})
    assert (step.role, step.role_as) == (None, None)


def test_nobody_says_for_themselves_that_they_are_listed() -> None:
    assert in_role(noted("Ann Author", role_as="listed"), {}).role_as is RoleAs.STATED
    assert in_role(noted("Ann Author", None, role_as="listed"), HOLDERS).role_as is None
