"""What a transport knew of a message, beside its bytes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from models.base import Model, UtcTime

LOOP: Final = "loop"
"""It bears our own mark: it was here before."""

MANY_HOPS: Final = "hops"
"""It came through too many mail servers: perhaps in a circle that leaves our mark out."""


class DsnRequest(Model):
    """What the sender asked of delivery reports (RFC 3461), values as received (xtext), recipients as in `rcpt_to`."""

    ret: str | None = None
    envid: str | None = None
    notify: Mapping[str, str] = {}
    orcpt: Mapping[str, str] = {}


class Envelope(Model):
    """An accepted message's envelope.

    `source`: the way in (`smtp`, `lmtp`, `calls:asterisk`, `contact`…). `mail_from` is "" for the null sender.
    `authenticated` is true where the client logged in. `client` is the peer's address (XFORWARD's where trusted).
    `hold`: why a person must release it before it goes on (`LOOP`, `MANY_HOPS`), None where nothing holds it.
    `source_key` makes the accept idempotent: a second accept of the same key gives the first contact's id.
    """

    source: str
    received_at: UtcTime
    mail_from: str = ""
    rcpt_to: tuple[str, ...] = ()
    client: str | None = None
    helo: str | None = None
    authenticated: bool = False
    smtputf8: bool = False
    body_8bit: bool = False
    source_key: str | None = None
    dsn: DsnRequest | None = None
    hold: str | None = None
    media_type: str = "message/rfc822"
