"""A message to be read and scanned, and what comes of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from models.contact import Contact
from models.envelope import Envelope
from models.scan import ScanResult
from routing.identity.claim import Claims


@dataclass(frozen=True, slots=True)
class ReadingJob:
    """One accepted message: what to read and whose word to trust about its sender.

    `trusted_authserv` empty trusts nobody; None trusts any host at or under `domains` (for `check` only).
    """

    contact_id: str
    envelope: Envelope
    raw: bytes
    domains: Sequence[str] = ()
    trusted_authserv: Sequence[str] | None = ()

    @property
    def is_record(self) -> bool:
        """Whether the bytes are a contact file (JSON) rather than an email."""
        return self.envelope.media_type.partition(";")[0].strip().lower().endswith("json")


@dataclass(frozen=True, slots=True)
class Reading:
    """A contact as read, its scan, and what it says of who it is from.

    `text`: the contact as JSON, as it is stored; writing it once more would cost as much as reading it.
    """

    contact: Contact
    text: bytes
    scan: ScanResult
    claims: Claims
