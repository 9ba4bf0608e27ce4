"""A letter as it is kept on a strategy's file: what it says, who let it go, where it went."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from gateway.governance.letters.naming import LetterId
from gateway.governance.step import Step, Words
from models.base import Model
from models.policy_course import Delivery, Layout, NoticePart


class LetterPurpose(StrEnum):
    """What a letter is for."""

    NOTICE = "notice"
    CHANGE = "change"
    EXTENSION = "extension"
    REVIEW_OUTCOME = "review_outcome"
    END = "end"
    WARNING = "warning"
    REMINDER = "reminder"
    CHALLENGE_OUTCOME = "challenge_outcome"


class OwnWords(StrEnum):
    """How an author's own words stand in a part of a letter."""

    ADDED = "added"
    INSTEAD = "instead"


class Passage(Model):
    """One part of a letter and its words: paragraphs with a blank line between, list items that begin with `- `.

    `own_words`: how the author's own stand among them; None: the words are the usual ones. `words_of_file`: among them
    are reasons or terms as somebody wrote them on the file. `in_part`: the words for whoever does not need to know of
    the other strategies that it tells of; None: they are the same.
    """

    part: NoticePart
    heading: str = ""
    text: Words
    own_words: OwnWords | None = None
    words_of_file: bool = False
    in_part: str | None = None


class LetterHead(Model):
    """What stands around a letter's passages, as it was on the day: registers and templates change, a letter does not.

    `sender`: the office's address, a line each. `marking`: the policy's protective marking.
    """

    organisation: str
    sender: tuple[str, ...] = ()
    person: str
    reference: str
    dated: date
    title: str
    greeting: str
    closing: str
    marking: str | None = None


class LetterWritten(Step):
    """A letter is written, ready to be read by whoever approves it. `head` None: it was not set here.

    `layout_reason`: why it is not in the layout that the person needs; "" where it is, or in letters from before it was
    asked.
    `challenge`: the one whose outcome it tells, where it tells one. `beside`: the person's other strategies of which it
    tells; None in letters from before these were named.
    """

    kind: Literal["letter_written"] = "letter_written"
    letter: LetterId
    purpose: LetterPurpose
    layout: Layout = Layout.STANDARD
    layout_reason: str = ""
    passages: tuple[Passage, ...]
    signed_by: str = ""
    head: LetterHead | None = None
    challenge: str | None = None
    beside: tuple[str, ...] | None = None

    @property
    def addressee(self) -> str:
        """Whose name stands over the address; "" where it was not set here."""
        return self.head.person if self.head else ""


class LetterApproved(Step):
    """A person read the letter and lets it go. No letter goes without."""

    kind: Literal["letter_approved"] = "letter_approved"
    letter: LetterId


class LetterQueued(Step):
    """A letter waits for somebody to print and post it. `to`: the postal address. It is not sent yet.

    `to_because`: how it is known to be theirs, where the register does not have it.
    """

    kind: Literal["letter_queued"] = "letter_queued"
    letter: LetterId
    to: str
    to_because: str = ""


class LetterSent(Step):
    """Evidence of sending. `received_on`: the day it counts as received, computed from `on` and `way`.

    `to`: the identifier or postal address; `to_because` as in `LetterQueued`. `evidence`: a posting number, a message
    id, the Notify id. `pdf_sha256`: of the bytes that went, which the letter's own words give again. `went_although`:
    how it came to go where nothing is ever sent, said of one that is gone already. `went_untrue`: how it came to go
    though what it tells was not so any more; `was_untrue`: what that was, filled in where the step is taken. `carried`:
    a mail server or Notify took it from us, so that it went, whatever anybody says; else somebody records that it did.
    """

    kind: Literal["letter_sent"] = "letter_sent"
    letter: LetterId
    way: Delivery
    to: str
    to_because: str = ""
    on: date
    received_on: date
    evidence: Words
    pdf_sha256: str = ""
    went_although: str = ""
    went_untrue: str = ""
    was_untrue: str = ""
    carried: bool = False


class LetterCameBack(Step):
    """A letter that went did not reach them: a mail server or the post brought it back. It counts for nothing then.

    `sending`: which of the letter's sendings, from 1, as they are on the file. `on`: the day on which it came back.
    """

    kind: Literal["letter_came_back"] = "letter_came_back"
    letter: LetterId
    sending: Annotated[int, Field(ge=1)]
    on: date
    reason: Words


LetterStep = LetterWritten | LetterApproved | LetterQueued | LetterSent | LetterCameBack
"""What is done with a letter, on whichever file it is kept."""
