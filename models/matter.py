"""The issue a person pursues."""

from __future__ import annotations

from enum import StrEnum

from models.base import Model


class MatterStatus(StrEnum):
    """Where a matter stands."""

    OPEN = "open"
    CONCLUDED = "concluded"
    OUT_OF_REMIT = "out_of_remit"


class ReviewRight(StrEnum):
    """Whether a statutory review of the matter's outcome can still be applied for."""

    OPEN = "open"
    USED = "used"
    NONE = "none"
    UNKNOWN = "unknown"


class Matter(Model):
    """A matter with its reference and a short summary."""

    id: str
    person: str
    reference: str | None = None
    status: MatterStatus = MatterStatus.OPEN
    review_right: ReviewRight = ReviewRight.UNKNOWN
    title: str
    summary: str = ""


class EarlierText(Model):
    """What somebody wrote before, and the id of the matter of theirs that it was taken as being about."""

    matter: str
    text: str
