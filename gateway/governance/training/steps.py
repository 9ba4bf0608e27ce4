"""The steps of a member of staff's training record (Warwickshire 6)."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from gateway.governance.common_steps import Noted, Undone
from gateway.governance.step import Name, PersonName, Step


class Joined(Step):
    """Somebody begins to work here, and is to be trained."""

    kind: Literal["joined"] = "joined"
    name: PersonName
    on: date


class Trained(Step):
    """Somebody was trained. `training`: by its id in the pack; `given_by`: a person or a body.

    `next_due`: when again, where that is sooner than the policy wants it, or the policy sets no interval.
    """

    kind: Literal["trained"] = "trained"
    name: PersonName
    training: str
    on: date
    given_by: Name
    next_due: date | None = None


class Left(Step):
    """They do not work here any more; nothing is due."""

    kind: Literal["left"] = "left"
    on: date


TrainingStep = Annotated[Joined | Trained | Left | Noted | Undone, Field(discriminator="kind")]

TRAINING_STEP: TypeAdapter[TrainingStep] = TypeAdapter(TrainingStep)
"""Reads a step from JSON."""
