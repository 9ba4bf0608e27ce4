"""What came before: earlier contacts of one person, and what we sent them."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from models.base import Model, UtcTime
from models.contact import Authentication, CallOutcome, Channel, Direction


class EarlierContact(Model):
    """An earlier contact, as far as limits need it; ordered and counted by (`received_at`, `id`).

    `person`: whom it was matched to exactly, None where the caller has not matched it yet.
    `uses_allowance`: False for rights requests, invited contacts and automatic replies (CONTRACT §3).
    `source_id` joins legs; `message_id` + `sender` + `body_digest` within 5 days are one contact.
    `replies_to`: the Message-ID it answered, where that was one of ours; `subject` stands in where it is not known.
    """

    id: str
    channel: Channel
    direction: Direction = Direction.INBOUND
    received_at: UtcTime
    person: str | None = None
    sender: str | None = None
    authentication: Authentication = Authentication.NONE
    source_id: str | None = None
    message_id: str | None = None
    body_digest: str | None = None
    replies_to: str | None = None
    subject: str | None = None
    outcome: CallOutcome | None = None
    uses_allowance: bool = True


class OutboundKind(StrEnum):
    """What we sent. Only a `message` invites a reply, and an `invitation` a contact."""

    MESSAGE = "message"
    AUTO_ACK = "auto_ack"
    NOTICE = "notice"
    BULK = "bulk"
    INVITATION = "invitation"


class Outbound(Model):
    """One thing we sent. `at` and `until` None = unknown and unlimited; `from_` None = from anyone of ours.

    `person`: of an invitation that was not sent to an address, whom it is to, however they come.
    """

    kind: OutboundKind = OutboundKind.MESSAGE
    from_: Annotated[str | None, Field(alias="from")] = None
    message_id: str | None = None
    to: tuple[str, ...] = ()
    person: str | None = None
    at: UtcTime | None = None
    until: UtcTime | None = None


class History(Model):
    """Everything earlier that a decision may count. `outbound_known`: whether the record of what we sent is at hand.

    `dismissed`: (person id, tie) pairs a person said are not who they seem; not asked again (CONTRACT §4.3).
    `flagged_on_copies`: `STRATEGY/RESTRICTION` that another copy of this very email is flagged for (CONTRACT §3).
    """

    contacts: tuple[EarlierContact, ...] = ()
    outbound: tuple[Outbound, ...] = ()
    outbound_known: bool = False
    dismissed: frozenset[tuple[str, str]] = frozenset()
    flagged_on_copies: frozenset[str] = frozenset()
