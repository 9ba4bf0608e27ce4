"""The steps of a challenge's file."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from gateway.governance.common_steps import Noted, RecordedInError, ReviewerAllowed, TaskDone, Undone
from gateway.governance.letters.naming import LetterId
from gateway.governance.letters.steps import LetterApproved, LetterCameBack, LetterQueued, LetterSent, LetterWritten
from gateway.governance.step import Name, PersonName, Step, Words
from models.policy_course import Delivery


class Outcome(StrEnum):
    """What becomes of the decision."""

    STANDS = "stands"
    CHANGED = "changed"
    LIFTED = "lifted"


class Received(Step):
    """Somebody disputes what the file `about` decided. Whatever it lacks, it is recorded.

    `in_writing`, `reasons`: as it came. `contacts`: ids of the messages. Filled in where it is begun: whose it is, of
    what kind `about` is, the pack it goes by, who wrote and decided it, when the last letter that said how to dispute
    it counted as received. `authors`, `deciders`: all who wrote and decided what held by then, the first one and the
    chain's last among them; empty in files from before they were kept, and found in the file that it is about.
    """

    kind: Literal["received"] = "received"
    about: str
    person: str = ""
    on: date
    in_writing: bool = True
    reasons: str = ""
    contacts: tuple[str, ...] = ()
    about_kind: str = ""
    policy: str | None = None
    policy_version: str | None = None
    author: str | None = None
    decider: str | None = None
    authors: tuple[str, ...] = ()
    deciders: tuple[str, ...] = ()
    notified_on: date | None = None


class PutInWriting(Step):
    """What was said is now there in writing, with reasons."""

    kind: Literal["put_in_writing"] = "put_in_writing"
    on: date
    reasons: Words
    contacts: tuple[str, ...] = ()


class WritingWaived(Step):
    """It need not be in writing: an adjustment, somebody wrote it down for them."""

    kind: Literal["writing_waived"] = "writing_waived"
    reason: Words


class Admitted(Step):
    """It came late, and is looked at all the same, or not."""

    kind: Literal["admitted"] = "admitted"
    admitted: bool
    reason: Words


class Decided(Step):
    """Somebody looked again who neither wrote nor decided it, or whom somebody else allowed to."""

    kind: Literal["decided"] = "decided"
    outcome: Outcome
    reasons: Words


class OutcomeTold(Step):
    """The outcome went to the person in writing; or, where no address is safe, somebody told it to them in person.

    `letter`: on the strategy's file, or of an entry on the challenge's own; else `evidence` and `onward`. `told_by`:
    who told them in person, of which `evidence` says how; `way` is of a letter only.
    """

    kind: Literal["outcome_told"] = "outcome_told"
    on: date
    way: Delivery | None = None
    letter: LetterId | None = None
    told_by: PersonName | None = None
    evidence: str = ""
    onward: tuple[str, ...] = ()


class PointedOn(Step):
    """There is no route here, or it is not admitted: the person was told who else may look at it."""

    kind: Literal["pointed_on"] = "pointed_on"
    on: date
    way: Delivery
    onward: tuple[str, ...]
    evidence: Words


class CarriedOut(Step):
    """What was decided is done to the strategy or entry."""

    kind: Literal["carried_out"] = "carried_out"
    note: Words


class ComplaintLinked(Step):
    """They complain about somebody on the staff in the same breath. It has a course of its own (Warwickshire 6)."""

    kind: Literal["complaint_linked"] = "complaint_linked"
    reference: Name
    contacts: tuple[str, ...] = ()


class ComplaintAnswered(Step):
    """What came of a linked complaint, by whoever dealt with it; nothing of the challenge answers it."""

    kind: Literal["complaint_answered"] = "complaint_answered"
    reference: Name
    outcome: Words


class TakenBack(Step):
    """The person no longer disputes it."""

    kind: Literal["taken_back"] = "taken_back"
    on: date
    how: Words


ChallengeStep = Annotated[
    Received
    | PutInWriting
    | WritingWaived
    | ReviewerAllowed
    | Admitted
    | Decided
    | OutcomeTold
    | PointedOn
    | CarriedOut
    | ComplaintLinked
    | ComplaintAnswered
    | TakenBack
    | LetterWritten
    | LetterApproved
    | LetterQueued
    | LetterSent
    | LetterCameBack
    | TaskDone
    | RecordedInError
    | Noted
    | Undone,
    Field(discriminator="kind"),
]

CHALLENGE_STEP: TypeAdapter[ChallengeStep] = TypeAdapter(ChallengeStep)
"""Reads a step from JSON."""
