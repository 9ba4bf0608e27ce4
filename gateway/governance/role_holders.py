"""Whether whoever takes a step holds the role they name, as far as the register lists who does. Pure.

A name is what somebody gives at the terminal: the list catches a slip and a wrong role, not a wrong name.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TypeVar

from gateway.governance.lacks import Lack, Refused
from gateway.governance.same_person import is_among
from gateway.governance.steps import RoleAs, Step

S = TypeVar("S", bound=Step)


def in_role(step: S, holders: Mapping[str, Collection[str]]) -> S:
    """The step, saying on what its role rests. Refused where the role is somebody else's by the list."""
    if step.role is None:
        return step.model_copy(update={"role_as": None})
    listed = holders.get(step.role)
    if listed is None:
        return step.model_copy(update={"role_as": RoleAs.STATED})
    if not is_among(step.by, listed):
        text = f"{step.by} does not hold the role {step.role}, which the register gives to {', '.join(listed)}"
        raise Refused([Lack(text, field="role")])
    return step.model_copy(update={"role_as": RoleAs.LISTED})
