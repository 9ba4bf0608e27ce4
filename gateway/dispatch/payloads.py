"""What a row of the outbox or an alert holds, as JSON: written when a contact is decided, read when it is sent."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from models.base import Model
from models.envelope import DsnRequest


class Relay(Model):
    """The message itself, on to those it was addressed to."""

    type: Literal["relay"] = "relay"
    mail_from: str
    recipients: tuple[str, ...]
    smtputf8: bool = False
    body_8bit: bool = False
    dsn: DsnRequest | None = None


class Letter(Model):
    """A mail of ours about a contact; `attach`: with the original beside it, where it is not too large.

    `instead`: who gets it, one after the other, where it is refused for good; the last of them without the original.
    """

    type: Literal["letter"] = "letter"
    recipients: tuple[str, ...]
    subject: str
    text: str
    attach: bool = False
    instead: tuple[str, ...] = ()


class Refused(Model):
    """One recipient that the mail server refused for good, with its answer."""

    recipient: str
    code: int
    text: str


class Report(Model):
    """A delivery status notification (RFC 3464) to the sender of a message that could not be relayed."""

    type: Literal["report"] = "report"
    recipients: tuple[str, ...]
    refused: tuple[Refused, ...]


Payload = Annotated[Relay | Letter | Report, Field(discriminator="type")]

_ADAPTER: TypeAdapter[Payload] = TypeAdapter(Payload)


def read_payload(text: str) -> Payload:
    """The payload of an outbox row. ValidationError where it is none of ours."""
    return _ADAPTER.validate_json(text)


class AlertSays(Model):
    """The words of an alert for our own mail. `to` and `deputies`: whom the rungs `queue` and `deputy` stand for.

    `unopened`: the review items that it is about, by id, each with its line; it is over once all of them were opened.
    `pass_through`: it is over once pass-through is. `held`: the contact that reached nobody; over once somebody
    released it. `dead`: the dispatch that was given up on; over once it was sent after all. `unreachable_since`: over
    once the mail server took something after that.
    """

    text: str
    to: tuple[str, ...] = ()
    deputies: tuple[str, ...] = ()
    unopened: dict[str, str] = {}
    pass_through: bool = False
    held: str | None = None
    dead: str | None = None
    unreachable_since: datetime | None = None


def alert_payload(
    text: str,
    to: Iterable[str] = (),
    *,
    deputies: Iterable[str] = (),
    unopened: dict[str, str] | None = None,
    pass_through: bool = False,
    held: str | None = None,
    dead: str | None = None,
    unreachable_since: datetime | None = None,
) -> str:
    """An alert's payload."""
    return AlertSays(
        text=text,
        to=tuple(to),
        deputies=tuple(deputies),
        unopened=unopened or {},
        pass_through=pass_through,
        held=held,
        dead=dead,
        unreachable_since=unreachable_since,
    ).model_dump_json()


def read_alert(payload: str) -> AlertSays:
    """The same, read back. ValidationError where it is none of ours."""
    return AlertSays.model_validate_json(payload)
