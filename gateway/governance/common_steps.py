"""Steps that files of several kinds have: what is answered, noted, undone, and who may look."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from gateway.governance.step import PersonName, Step, Words
from models.policy_question import Answer


class Answered(Step):
    """A question of the checklist is answered, as literally asked. A later answer replaces an earlier one."""

    kind: Literal["answered"] = "answered"
    check: str
    answer: Answer
    note: str = ""


class ReviewerAllowed(Step):
    """Somebody may do the next review, or hear a challenge, that the policy gives to another: said by somebody else."""

    kind: Literal["reviewer_allowed"] = "reviewer_allowed"
    name: PersonName
    reason: Words


class Allowed(Step):
    """Somebody needs to know, and why."""

    kind: Literal["allowed"] = "allowed"
    name: PersonName
    reason: Words


class NoLongerAllowed(Step):
    """Somebody does not need to know any more."""

    kind: Literal["no_longer_allowed"] = "no_longer_allowed"
    name: PersonName
    reason: Words


class LookedIn(Step):
    """Somebody who is not named read the file out of need; whoever answers for it is told."""

    kind: Literal["looked_in"] = "looked_in"
    need: Words


class AskedBeforeVisit(Step):
    """Somebody who visits or telephones asked about one address or person, and was told what staff do there.

    `asked`: what they had, which is not kept. `may_be`: it was the like of what is entered, and not surely the same.
    """

    kind: Literal["asked_before_visit"] = "asked_before_visit"
    asked: Literal["address", "person", "phone", "reference"]
    may_be: bool = False
    reason: Words


class Released(Step):
    """The hold is over."""

    kind: Literal["released"] = "released"
    reason: Words


class Noted(Step):
    """A note on the file."""

    kind: Literal["noted"] = "noted"
    text: Words


class TaskDone(Step):
    """A task of the file is done, and what was done. `task`: as `triage tasks` names it, without the file's id."""

    kind: Literal["task_done"] = "task_done"
    task: str
    note: Words


class RecordedInError(Step):
    """A whole file was begun in error: of another person, about another matter. It stays to be read, and is over.

    `put_right`: what was done about what others were told, or took away, because of it. `instead`: the file of the same
    kind under which it is recorded now, where what is still owed has to go on there.
    """

    kind: Literal["recorded_in_error"] = "recorded_in_error"
    why: Words
    instead: str | None = None
    put_right: str = ""


class Undone(Step):
    """An earlier step was an error, and is as if it had not been; it stays to be read. Number from 1."""

    kind: Literal["undone"] = "undone"
    number: Annotated[int, Field(ge=1)]
    reason: Words
