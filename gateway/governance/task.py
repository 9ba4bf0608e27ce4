"""What somebody has to do, and by when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from models.policy_life import Cites

USUAL_WORKING_DAYS: Final = 5
"""By when, where the policy sets no day: nothing may wait in silence."""


@dataclass(frozen=True, slots=True)
class Task:
    """One thing that a file waits for. `says` names nobody and quotes nobody, so that it may be told anywhere.

    `id`: the file's id and the task's, the same for as long as the task is open. `to_role`: by its id in the pack; None
    is for whoever works on the file. `due`: the last day on which it is in time, None where nothing runs.
    `reminded_from`: the day from which people are told that it comes.
    """

    id: str
    says: str
    to_role: str | None
    due: date | None
    cites: Cites = ()
    reminded_from: date | None = None
