"""Delivery status notifications (RFC 3464), and to whom one may be sent at all (RFC 3834, RFC 3461)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from gateway.dispatch.our_mail import boundary_of, headers_of, lines_of
from gateway.dispatch.payloads import Refused, Report
from gateway.dispatch.relay import own_headers
from gateway.dispatch.trace import Trace
from gateway.harmless import one_line
from models.contact import Authentication, Contact
from models.envelope import Envelope
from routing.addresses import domain_key

_HEADERS_SHOWN = 16 * 1024


def report_for(envelope: Envelope, contact: Contact | None, refused: Iterable[Refused]) -> Report | None:
    """The notification owed to the sender, None where none may be sent.

    Only to somebody who is who they say, so that nobody is mailed about what they never wrote; never for automatic or
    bulk mail, nor to the null sender, nor where the sender asked for none.
    """
    if not envelope.mail_from or not _is_known_sender(envelope, contact):
        return None
    facts = contact.email if contact else None
    if facts is not None and (facts.auto_submitted or facts.is_report or facts.is_bulk):
        return None
    told = tuple(each for each in refused if _wants_failure(envelope, each.recipient))
    return Report(recipients=(envelope.mail_from,), refused=told) if told else None


def _is_known_sender(envelope: Envelope, contact: Contact | None) -> bool:
    if envelope.authenticated:
        return True
    if contact is None or contact.sender.authentication is not Authentication.PASS:
        return False
    # What passed speaks for the author's domain: the return path must be there too.
    author = domain_key((contact.sender.identifier or "").rpartition("@")[2])
    return bool(author) and domain_key(envelope.mail_from.rpartition("@")[2]) == author


def _wants_failure(envelope: Envelope, recipient: str) -> bool:
    notify = envelope.dsn.notify.get(recipient) if envelope.dsn else None
    return notify is None or "FAILURE" in notify.upper().split(",")


def compose_report(
    report: Report,
    envelope: Envelope,
    content: bytes,
    trace: Trace,
    *,
    id_: str,
    contact_id: str,
    sender: str,
    hostname: str,
    date: datetime,
) -> bytes:
    """The notification as bytes: words, the machine's part, and the headers of what was not delivered."""
    boundary = boundary_of(id_, trace)
    fields = [f"Reporting-MTA: dns; {hostname}"]
    if envelope.dsn and envelope.dsn.envid:
        fields.append(f"Original-Envelope-Id: {envelope.dsn.envid}")
    for each in report.refused:
        fields += ["", *_fields(each, envelope)]
    words = [
        "Your message could not be delivered to:",
        "",
        *(f"  {each.recipient}" for each in report.refused),
        "",
        "It has been kept, and a member of staff has been told that it did not arrive.",
    ]
    headers = [
        *own_headers(contact_id, trace),
        *headers_of(
            id_, report.recipients, "Your message was not delivered", sender=sender, hostname=hostname, date=date
        ),
    ]
    replaced = ["Auto-Submitted: auto-replied" if h.startswith("Auto-Submitted:") else h for h in headers]
    lines = [
        *replaced,
        f'Content-Type: multipart/report; report-type=delivery-status; boundary="{boundary}"',
        "",
        *_part(boundary, "text/plain; charset=utf-8", words),
        *_part(boundary, "message/delivery-status", fields),
    ]
    opening = ["", f"--{boundary}", "Content-Type: text/rfc822-headers", ""]
    return lines_of([*lines, *opening]) + _header_block(content) + lines_of(["", f"--{boundary}--"])


def _fields(refused: Refused, envelope: Envelope) -> list[str]:
    original = envelope.dsn.orcpt.get(refused.recipient) if envelope.dsn else None
    code = "5.0.0"
    word = refused.text.split(" ", 1)[0]
    if word.startswith("5.") and word.replace(".", "").isdigit():
        code = word
    text = one_line(refused.text)[:200]
    return [
        *([f"Original-Recipient: {original}"] if original else []),
        f"Final-Recipient: {'rfc822' if refused.recipient.isascii() else 'utf-8'}; {refused.recipient}",
        "Action: failed",
        f"Status: {code}",
        f"Diagnostic-Code: smtp; {refused.code} {text}",
    ]


def _part(boundary: str, media_type: str, lines: Iterable[str]) -> list[str]:
    return ["", f"--{boundary}", f"Content-Type: {media_type}", "", *lines]


def _header_block(content: bytes) -> bytes:
    head = content.split(b"\r\n\r\n", 1)[0]
    if len(head) > _HEADERS_SHOWN:
        head = head[:_HEADERS_SHOWN].rpartition(b"\r\n")[0]
    return head + b"\r\n"
