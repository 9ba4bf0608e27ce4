"""What every carrier of letters takes and gives back."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A document that goes with a letter, as a PDF."""

    name: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Parcel:
    """A letter that a person let go. `reference`: the file's and the letter's id; `address`: of a post, line by line.

    `to`: a mail address, or the postal one as it was given. `sending`: what this sending of it is called, to this
    address and since it last came back from there, the same at every try.
    """

    reference: str
    sending: str
    to: str
    address: tuple[str, ...]
    subject: str
    text: str = field(repr=False)
    pdf: bytes = field(repr=False)
    enclosures: tuple[Enclosure, ...] = ()


@dataclass(frozen=True, slots=True)
class Carried:
    """What became of it. `evidence`: for the file, in words; `message_id`, `sent_from`: of a mail of our own.

    `waits_at`: the file that a person prints and posts, where it is not on its way yet. `taken_at`: when, where an
    earlier try of which no answer came had been taken, so that it was not sent again.
    """

    evidence: str
    message_id: str | None = None
    sent_from: str | None = None
    waits_at: Path | None = None
    taken_at: datetime | None = None


class NotCarried(Exception):
    """It was not taken; the message says why. `perhaps`: no answer came, so that it may have gone all the same.

    `can_be_asked`: whether the carrier says later what it took.
    """

    def __init__(self, message: str, *, perhaps: bool = False, can_be_asked: bool = True) -> None:
        super().__init__(message)
        self.perhaps = perhaps
        self.can_be_asked = can_be_asked


class LetterCarrier(Protocol):
    """Takes letters. `sends` false: they wait where a person prints and posts them.

    `name`: what the audit trail knows it by. `can_be_asked`: whether it says later what it took.
    """

    @property
    def name(self) -> str:
        """Who has a letter that it was given: another knows nothing of it."""
        ...

    @property
    def sends(self) -> bool:
        """Whether a letter that was taken is on its way."""
        ...

    @property
    def can_be_asked(self) -> bool:
        """Whether `taken` knows what it took."""
        ...

    async def carry(self, parcel: Parcel) -> Carried:
        """Take it. NotCarried where that cannot be."""
        ...

    async def taken(self, parcel: Parcel) -> Carried | None:
        """What it took of this sending before; None where it took nothing, or keeps no account of it."""
        ...
