"""What somebody has to do, and by when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from models.policy_question import Cites

USUAL_WORKING_DAYS: Final = 5
"""By when, where the policy sets no day: nothing may wait in silence."""


@dataclass(frozen=True, slots=True)
class Task:
    """One thing that a file waits for. `says` names nobody and quotes nobody, so that it may be told anywhere.

    `id`: the file's id and the task's, the same for as long as the task is open. `to_role`: who is told of it, by its
    id in the pack; None is for whoever works on the file. `also`: other roles that may do it as well. `due`: the last
    day on which it is in time, None where nothing runs. `reminded_from`: the day from which people are told of it.
    `version`: another where more came to it since somebody said that they have it, so that they are told again.
    `at_once`: it should not be so, since a day that no file says; `due` is then today, and it is told as late.
    """

    id: str
    says: str
    to_role: str | None
    due: date | None
    cites: Cites = ()
    reminded_from: date | None = None
    also: tuple[str, ...] = ()
    version: str = ""
    at_once: bool = False

    @property
    def roles(self) -> tuple[str, ...]:
        """All that may do it, whoever is told of it first."""
        return (*(() if self.to_role is None else (self.to_role,)), *self.also)


def for_any(
    roles: Sequence[str], id_: str, says: str, due: date | None, cites: Cites = (), reminded_from: date | None = None
) -> Task:
    """A task that each of these roles may do; the first is told of it. Of none: for whoever works on the file."""
    return Task(id_, says, roles[0] if roles else None, due, cites, reminded_from, tuple(roles[1:]))


def at_once(roles: Sequence[str], id_: str, says: str, today: date, cites: Cites = ()) -> Task:
    """The same of what should not be so: it is told as what is late, from the first day on which it is seen."""
    return replace(for_any(roles, id_, says, today, cites), at_once=True)
