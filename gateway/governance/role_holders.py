"""Whether whoever takes a step holds the role they name, as far as the register lists who does. Pure.

A name is what somebody gives at the terminal: the list catches a slip and a wrong role, not a wrong name.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from itertools import zip_longest
from typing import TypeVar

from gateway.governance.lacks import Lack, Refused
from gateway.governance.same_person import is_among
from gateway.governance.steps import Reviewed, RoleAs, Step

S = TypeVar("S", bound=Step)


def only_role(name: str, holders: Mapping[str, Collection[str]]) -> str | None:
    """The role that somebody holds by the list; None where they hold none, or several, of which they say one."""
    held = [role for role, listed in holders.items() if is_among(name, listed)]
    return held[0] if len(held) == 1 else None


def in_role(step: S, holders: Mapping[str, Collection[str]]) -> S:
    """The step, saying on what its role rests; unsaid, it is the only one that they hold.

    So it is with whoever was consulted in it. Refused where a role is somebody else's by the list.
    """
    if isinstance(step, Reviewed):
        step = step.model_copy(update={"consulted_as": tuple(_as_consulted(step, holders))})
    if step.role is None:
        held = only_role(step.by, holders)
        return step.model_copy(update={"role": held, "role_as": None if held is None else RoleAs.LISTED})
    if step.role not in holders:
        return step.model_copy(update={"role_as": RoleAs.STATED})
    _expect_holds(step.by, step.role, holders, "role")
    return step.model_copy(update={"role_as": RoleAs.LISTED})


def _as_consulted(step: Reviewed, holders: Mapping[str, Collection[str]]) -> Iterator[str]:
    for name, said in zip_longest(step.consulted, step.consulted_as[: len(step.consulted)], fillvalue=""):
        _expect_holds(name, said, holders, "consulted")
        yield said or only_role(name, holders) or ""


def _expect_holds(name: str, role: str, holders: Mapping[str, Collection[str]], field: str) -> None:
    listed = holders.get(role)
    if listed is not None and not is_among(name, listed):
        text = f"{name} does not hold the role {role}, which the register gives to {', '.join(listed)}"
        raise Refused([Lack(text, field=field)])
