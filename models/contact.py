"""One inbound (or outbound) communication, as read."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import Final

from models.base import Model, UtcTime


class Channel(StrEnum):
    """How a contact came."""

    EMAIL = "email"
    TELEPHONE = "telephone"
    VOICEMAIL = "voicemail"
    LETTER = "letter"
    VISIT = "visit"
    WEBFORM = "webform"
    SMS = "sms"
    SOCIAL_MEDIA = "social_media"


NUMBERED = frozenset({Channel.TELEPHONE, Channel.VOICEMAIL, Channel.SMS})
"""Where the other party is known by a number."""


class Direction(StrEnum):
    """Whether it came to us or went from us."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"


class Authentication(StrEnum):
    """What trusted hosts said of the sender's domain (CONTRACT §4.3)."""

    PASS = "pass"  # noqa: S105 - the contract's word
    FAIL = "fail"
    NONE = "none"


class CallOutcome(StrEnum):
    """How a call ended."""

    ANSWERED = "answered"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    FAILED = "failed"
    VOICEMAIL = "voicemail"
    ABANDONED = "abandoned"
    BLOCKED = "blocked"


NOT_NEW_TEXT: Final = frozenset({"quoted", "signature"})
"""Parts that hold what was written before, and who writes: by them nobody says anything anew."""


class Part(Model):
    """A stretch of text that is scanned on its own. Offsets of evidence count characters of `text`.

    `name`: `subject`, `body`, `quoted`, `signature`, `hidden`, `notes`, `transcript` or `attachment:NAME`.
    `speaker`: in a transcript with speakers, `staff` or `caller`; staff's words are not scored as the caller's.
    `heard`: where all who spoke stand in one text, from where to where the caller speaks; None: everywhere.
    """

    name: str
    text: str
    speaker: str | None = None
    heard: tuple[tuple[int, int], ...] | None = None

    def own(self) -> tuple[tuple[int, str], ...]:
        """The stretches that are not staff's words in a transcript, each with where in `text` it begins."""
        if self.heard is not None:
            return tuple((start, self.text[start:end]) for start, end in self.heard)
        return () if self.name == "transcript" and self.speaker == "staff" else ((0, self.text),)

    def own_text(self) -> str:
        """The same as one text, a line a stretch."""
        return "\n".join(text for _start, text in self.own())


class PartProblemKind(StrEnum):
    """Why a part could not be wholly read."""

    UNREADABLE = "unreadable_part"
    INCOMPLETE = "scan_incomplete"
    LOW_CONFIDENCE = "low_confidence_transcript"


class PartProblem(Model):
    """A part that may hold words nobody could read. `detail` names the cause, never the content."""

    part: str
    kind: PartProblemKind
    detail: str


class SenderAddress(Model):
    """An address with the name given beside it."""

    address: str
    name: str | None = None


class Sender(Model):
    """Who a contact says it is from. `identifier` as written (email, number, handle, free text); None if withheld."""

    identifier: str | None = None
    name: str | None = None
    authentication: Authentication = Authentication.NONE


class ContactSummary(Model):
    """What a decision shows of its contact (CONTRACT §6)."""

    id: str
    channel: Channel
    direction: Direction
    received_at: UtcTime
    sender: Sender
    recipients: tuple[str, ...] = ()
    subject: str | None = None


class EmailFacts(Model):
    """What the headers of an email say, addresses lower-cased, Message-IDs with their angle brackets.

    `return_path` is the envelope sender, None where unknown, "" for the null sender.
    `from_addresses` holds every author; more than one makes each at most `possible`.
    `resent_from` is the sender of the newest (topmost) Resent block.
    `authenticated_domains` are domains a trusted host vouched for by DMARC, DKIM or SPF pass.
    `envelope_recipients` is empty where the envelope is not known.
    `recipients` of the contact are the envelope's plus To, Cc, Bcc, Resent-To, Resent-Cc.
    """

    message_id: str | None = None
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    return_path: str | None = None
    from_addresses: tuple[SenderAddress, ...] = ()
    sender_header: SenderAddress | None = None
    reply_to: tuple[SenderAddress, ...] = ()
    resent_from: SenderAddress | None = None
    resent_authentication: Authentication = Authentication.NONE
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    bcc: tuple[str, ...] = ()
    envelope_recipients: tuple[str, ...] = ()
    auto_submitted: bool = False
    is_report: bool = False
    is_bulk: bool = False
    forwarded: bool = False
    sent_at: UtcTime | None = None


class CallFacts(Model):
    """A telephone call or voicemail. Numbers as received; None or a word such as `withheld` where not shown."""

    caller: str | None = None
    called: str | None = None
    duration_seconds: int | None = None
    outcome: CallOutcome | None = None
    staff: str | None = None

    @property
    def duration(self) -> timedelta | None:
        """Length of the call, None where not recorded."""
        return None if self.duration_seconds is None else timedelta(seconds=self.duration_seconds)


class VisitFacts(Model):
    """A visit in person. None = not recorded."""

    appointment: bool | None = None
    premises: str | None = None
    accompanied: bool | None = None


class Contact(Model):
    """One communication after reading: everything the rules and the scan may look at.

    `source_id` joins legs of one call and copies of one record. `body_digest` is the SHA-256 hex of the new text,
    whitespace folded. `in_transit`: false for what has already happened (a call, a letter, a visit): no deliveries.
    """

    id: str
    channel: Channel
    direction: Direction = Direction.INBOUND
    received_at: UtcTime
    sender: Sender = Sender()
    recipients: tuple[str, ...] = ()
    subject: str | None = None
    parts: tuple[Part, ...] = ()
    problems: tuple[PartProblem, ...] = ()
    source_id: str | None = None
    body_digest: str | None = None
    email: EmailFacts | None = None
    call: CallFacts | None = None
    visit: VisitFacts | None = None
    charset_guesses: tuple[str, ...] = ()

    @property
    def in_transit(self) -> bool:
        """Whether there is something still to be handed to a recipient."""
        return self.channel is Channel.EMAIL

    def summary(self) -> ContactSummary:
        """The part of a contact that a decision shows."""
        return ContactSummary(
            id=self.id,
            channel=self.channel,
            direction=self.direction,
            received_at=self.received_at,
            sender=self.sender,
            recipients=self.recipients,
            subject=self.subject,
        )

    def text_of(self, *names: str) -> str:
        """The texts of the named parts, joined by a blank line."""
        return "\n\n".join(part.text for part in self.parts if part.name in names)
