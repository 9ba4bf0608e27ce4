"""Whether whoever takes a step or reads holds the role they name, as far as the register lists who does. Pure.

A name is what somebody gives at the terminal: the list catches a slip and a wrong role, not a wrong name.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TypeVar

from gateway.governance.lacks import Lack, Refused
from gateway.governance.same_person import is_among
from gateway.governance.step import RoleAs, Step

S = TypeVar("S", bound=Step)


def only_role(name: str, holders: Mapping[str, Collection[str]]) -> str | None:
    """The role that somebody holds by the list; None where they hold none, or several, of which they say one."""
    held = [role for role, listed in holders.items() if is_among(name, listed)]
    return held[0] if len(held) == 1 else None


def role_held(name: str, role: str | None, holders: Mapping[str, Collection[str]]) -> tuple[str | None, RoleAs | None]:
    """The role in which somebody acts or reads, and on what it rests; unsaid, it is the only one that they hold.

    Refused where the role is somebody else's by the list.
    """
    if role is None:
        held = only_role(name, holders)
        return held, None if held is None else RoleAs.LISTED
    listed = holders.get(role)
    if listed is None:
        return role, RoleAs.STATED
    if not is_among(name, listed):
        text = f"{name} does not hold the role {role}, which the register gives to {', '.join(listed)}"
        raise Refused([Lack(text, field="role")])
    return role, RoleAs.LISTED


def in_role(step: S, holders: Mapping[str, Collection[str]]) -> S:
    """The step, saying in which role it is taken and on what that rests. Refused as `role_held` refuses."""
    role, role_as = role_held(step.by, step.role, holders)
    return step.model_copy(update={"role": role, "role_as": role_as})
