"""In which role somebody was consulted, or advised: as the register lists them, or as it is said of them. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import zip_longest
from typing import TypeVar

from gateway.governance.role_holders import in_role, role_held
from gateway.governance.step import Step
from gateway.governance.steps import AdviceTaken, Reviewed

S = TypeVar("S", bound=Step)


def with_roles_of_consulted(step: S, holders: Mapping[str, Collection[str]]) -> S:
    """The step, saying of everybody who was consulted what is known. Refused where a role is somebody else's.

    The list judges them, and whoever advised, as it judges whoever takes a step in a role.
    """
    if isinstance(step, AdviceTaken):
        role_held(step.adviser, step.adviser_role, holders)
    if not isinstance(step, Reviewed):
        return step
    named = zip_longest(step.consulted, step.consulted_as[: len(step.consulted)], fillvalue="")
    each = [step.model_copy(update={"by": name, "role": said or None}) for name, said in named]
    return step.model_copy(update={"consulted_as": tuple(in_role(one, holders).role or "" for one in each)})
