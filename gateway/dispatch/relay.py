"""The headers that we put in front of what we relay, and nothing else: the bytes below are as they came."""

from __future__ import annotations

from datetime import datetime
from email.utils import format_datetime
from functools import lru_cache

from gateway.dispatch.trace import Trace
from models.envelope import Envelope

_SAFE = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_:")
_WORD_LENGTH = 255


def trace_headers(contact_id: str, envelope: Envelope, trace: Trace, *, hostname: str, now: datetime) -> bytes:
    """`Received:` (RFC 5321 4.4) and the two by which we know the message again, with CRLF ends."""
    helo, client = _word(envelope.helo), _word(envelope.client)
    from_ = f"from {helo or 'unknown'}" + (f" ({_literal(client)})" if client else "")
    protocol = _protocol(envelope)
    lines = (
        f"Received: {from_}",
        f"\tby {_word(hostname)} with {protocol} id {contact_id};",
        f"\t{format_datetime(now)}",
        *own_headers(contact_id, trace),
    )
    return "".join(line + "\r\n" for line in lines).encode("ascii")


def own_headers(contact_id: str, trace: Trace) -> tuple[str, str]:
    """`X-Triage-Id` and `X-Triage-Trace`, as lines without their ends."""
    return f"X-Triage-Id: {contact_id}", f"X-Triage-Trace: {trace.sign(contact_id)}"


def _protocol(envelope: Envelope) -> str:
    """The word of RFC 3848 and RFC 6531 for how it came."""
    base = "LMTP" if envelope.source == "lmtp" else "ESMTP"
    if envelope.smtputf8:
        base = "UTF8LMTP" if base == "LMTP" else "UTF8SMTP"
    return base + ("A" if envelope.authenticated else "")


def _literal(client: str) -> str:
    return f"[IPv6:{client}]" if ":" in client else f"[{client}]"


@lru_cache(maxsize=1024)  # our own name, and those of the few servers that hand us mail
def _word(text: str | None) -> str:
    """What of a client's own words may stand in a header."""
    return "".join(character for character in (text or "")[:_WORD_LENGTH] if character in _SAFE)
