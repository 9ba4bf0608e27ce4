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


def only_role(name: str, holders: Mapping[str, Collection[str]]) -> str | None:
    """The role that somebody holds by the list; None where they hold none, or several, of which they say one."""
    held = [role for role, listed in holders.items() if is_among(name, listed)]
    return held[0] if len(held) == 1 else None


def in_role(step: S, holders: Mapping[str, Collection[str]]) -> S:
    """The step, saying on what its role rests; unsaid, it is the only one that they hold.

    Refused where the role is somebody else's by the list.
    """
    if step.role is None:
        held = only_role(step.by, holders)
        return step.model_copy(update={"role": held, "role_as": None if held is None else RoleAs.LISTED})
    listed = holders.get(step.role)
    if listed is None:
        return step.model_copy(update={"role_as": RoleAs.STATED})
    if not is_among(step.by, listed):
        text = f"{step.by} does not hold the role {step.role}, which the register gives to {', '.join(listed)}"
        raise Refused([Lack(text, field="role")])
    return step.model_copy(update={"role_as": RoleAs.LISTED})
