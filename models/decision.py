"""What the gateway does with one contact, and why: `triage.decision/1` (CONTRACT §6)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from models.base import Model, UtcTime
from models.contact import ContactSummary
from models.finding import Category, Finding, Score, Urgency
from models.identity import Match
from models.scan import MatterVerdict, ScanStatus, Verdict


class Disposition(StrEnum):
    """Whether a recipient gets the contact, or somebody does in their place. There is no third way."""

    DELIVER = "deliver"
    DIVERT = "divert"


class Queue(StrEnum):
    """Where people find what they must look at."""

    SPOC = "spoc"
    SAFEGUARDING = "safeguarding"
    CRIMINAL = "criminal"
    RIGHTS = "rights"
    APPEALS = "appeals"
    IDENTITY = "identity"
    INTAKE = "intake"


CONCERN_QUEUES: Mapping[Category, Queue] = {
    Category.CRIMINAL: Queue.CRIMINAL,
    Category.SAFEGUARDING: Queue.SAFEGUARDING,
}
"""Where a concern of each category is read, in the order in which they are told."""


class Judgement(StrEnum):
    """What a named person says of what the gateway flagged. A review closed with another word says neither."""

    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"


class Priority(StrEnum):
    """How soon a review item is due."""

    IMMEDIATE = "immediate"
    HIGH = "high"
    NORMAL = "normal"


class AlertKind(StrEnum):
    """What an alert is about."""

    CONCERN = "concern"
    BREACH = "breach"
    RIGHTS = "rights"
    STRATEGY = "strategy"
    SYSTEM = "system"


class Delivery(Model):
    """One recipient of ours and where the contact goes for it. `because`: `STRATEGY/RESTRICTION` ids."""

    recipient: str
    disposition: Disposition
    to: str
    because: tuple[str, ...] = ()


class Copy(Model):
    """A copy to a queue's address, beside the deliveries."""

    queue: str
    to: str


class Breach(Model):
    """A contact that a restriction did not allow. A machine only ever flags (CONTRACT §4.10)."""

    strategy: str
    restriction: str
    kind: str
    status: Literal["flagged"] = "flagged"


class ReviewItem(Model):
    """Something a person must open by `due_at`."""

    queue: Queue
    priority: Priority
    due_at: UtcTime


class Alert(Model):
    """Somebody to be told. Urgency decides how it is sent, never whether."""

    kind: AlertKind
    urgency: Urgency
    to: tuple[str, ...]


class Reply(Model):
    """Whether an answer is due, and by which day."""

    due: bool
    by: date | None = None


class Reason(Model):
    """A rule that applied, the paragraphs it rests on, and one plain sentence."""

    rule: str
    cites: tuple[str, ...] = ()
    text: str


class LiveAnswer(StrEnum):
    """What the switchboard should have done with a call."""

    CONNECT = "connect"
    SPOC = "spoc"
    SCRIPT = "script"


class Live(Model):
    """The live answer to a call; `text` is the script, with the emergency line, or None."""

    answer: LiveAnswer
    text: str | None = None


class DecidedMatter(Model):
    """The matter verdict as a decision shows it."""

    verdict: Verdict
    nearest: str | None = None
    similarity: Score = 0.0
    new_information: bool = False

    @classmethod
    def of(cls, verdict: MatterVerdict) -> DecidedMatter:
        """Without the passages, which stay with the scan."""
        return cls(
            verdict=verdict.verdict,
            nearest=verdict.nearest,
            similarity=verdict.similarity,
            new_information=verdict.new_information,
        )


class Versions(Model):
    """What a decision rested on, so that it can be explained later."""

    register_version: str | None = None
    policy: str
    model: str | None = None


class Decision(Model):
    """The whole decision. `live` only for telephone contacts. `versions`: the register, pack and model used."""

    schema_: Annotated[Literal["triage.decision/1"], Field(alias="schema")] = "triage.decision/1"
    revision: int = 0
    contact: ContactSummary
    matches: tuple[Match, ...] = ()
    strategies: tuple[str, ...] = ()
    matter: DecidedMatter | None = None
    findings: tuple[Finding, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    copies: tuple[Copy, ...] = ()
    breaches: tuple[Breach, ...] = ()
    review: tuple[ReviewItem, ...] = ()
    alerts: tuple[Alert, ...] = ()
    reply: Reply
    reasons: tuple[Reason, ...] = ()
    scan: ScanStatus
    live: Live | None = None
    versions: Versions

    model_config = ConfigDict(serialize_by_alias=True)

    def to_json(self, *, indent: int | None = None) -> str:
        """The contract's JSON; `live` is left out where there is none."""
        return self.model_dump_json(by_alias=True, indent=indent, exclude=None if self.live else {"live"})
