"""What the headers of an email say, as `EmailFacts`."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import re2

from gateway.reading.addresses import message_id_of, message_ids, only_addresses, parse_addresses
from gateway.reading.authentication import TrustedHosts, authentication_of, trusted_results
from gateway.reading.headers import Headers, decode_words
from models.contact import Authentication, EmailFacts, Sender, SenderAddress
from models.envelope import Envelope

_BULK = frozenset({"bulk", "list", "junk"})
_LIST_FIELDS = frozenset({"list-id", "list-unsubscribe", "list-post", "list-help"})
_ENVELOPE_FIELDS = ("x-original-to", "delivered-to", "envelope-to", "x-envelope-to")
_FORWARD_SUBJECT = re2.compile(r"(?i)^\s*(?:\[[^\]]*\]\s*)?(?:fw|fwd|wg|tr)\s*:")
_REPORTS = frozenset({"delivery-status", "disposition-notification", "global-delivery-status"})
_OUR_TRANSACTION = frozenset({"smtp", "lmtp"})


def read_sent_at(value: str | None) -> datetime | None:
    """The Date field; None where it is missing or no date."""
    if not value:
        return None
    try:
        when = parsedate_to_datetime(value[:100])
        return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def read_return_path(headers: Headers, envelope: Envelope) -> str | None:
    """The envelope sender: the transaction's where we had it, else the topmost Return-Path. "" is the null sender."""
    if envelope.source in _OUR_TRANSACTION or (envelope.rcpt_to and envelope.mail_from):
        return envelope.mail_from.strip("<>").lower()
    written = headers.first("return-path")
    if written is None:
        return None
    found = parse_addresses(written)
    return found[0].address if found else ""


def read_facts(
    headers: Headers, envelope: Envelope, trusted: TrustedHosts, report_type: str | None
) -> tuple[EmailFacts, Sender, tuple[str, ...]]:
    """The facts, the sender and all recipients. `report_type` is the parameter of a multipart/report, else None."""
    authors = [author for value in headers.every("from") for author in parse_addresses(value)]
    sender_header = next(iter(parse_addresses(headers.first("sender") or "")), None)
    return_path = read_return_path(headers, envelope)
    results = trusted_results(headers.fields, trusted)
    author = authors[0] if authors else sender_header
    if author is None and return_path:
        author = SenderAddress(address=return_path)
    sender = Sender()
    if author is not None:
        sender = Sender(
            identifier=author.address,
            name=author.name,
            authentication=authentication_of(author.address.rpartition("@")[2], results),
        )
    resent = parse_addresses(headers.first("resent-from") or headers.first("resent-sender") or "")
    resent_from = resent[0] if resent else None  # the newest block is the topmost (RFC 5322 3.6.6)
    resent_authentication = Authentication.NONE
    if resent_from is not None:
        resent_authentication = authentication_of(resent_from.address.rpartition("@")[2], results)
    to, cc, bcc = (only_addresses(headers.every(name)) for name in ("to", "cc", "bcc"))
    resent_to = only_addresses(headers.every("resent-to") + headers.every("resent-cc") + headers.every("resent-bcc"))
    if envelope.rcpt_to:
        envelope_recipients = tuple(dict.fromkeys(address.strip("<> ").lower() for address in envelope.rcpt_to))
    else:
        envelope_recipients = only_addresses([value for name in _ENVELOPE_FIELDS for value in headers.every(name)])
    auto_submitted = (headers.first("auto-submitted") or "no").partition(";")[0].partition("(")[0].strip().lower()
    facts = EmailFacts(
        message_id=message_id_of(own_id) if (own_id := headers.first("message-id")) is not None else None,
        in_reply_to=tuple(dict.fromkeys(mid for value in headers.every("in-reply-to") for mid in message_ids(value))),
        references=tuple(dict.fromkeys(mid for value in headers.every("references") for mid in message_ids(value))),
        return_path=return_path,
        from_addresses=tuple(authors),
        sender_header=sender_header,
        reply_to=tuple(entry for value in headers.every("reply-to") for entry in parse_addresses(value)),
        resent_from=resent_from,
        resent_authentication=resent_authentication,
        to=to,
        cc=cc,
        bcc=bcc,
        envelope_recipients=envelope_recipients,
        auto_submitted=auto_submitted not in ("no", ""),
        is_report=report_type in _REPORTS and return_path == "",
        is_bulk=_is_bulk(headers),
        forwarded=_FORWARD_SUBJECT.match(decode_words(headers.first("subject") or "")) is not None,
        sent_at=read_sent_at(headers.first("date")),
    )
    recipients = tuple(dict.fromkeys((*envelope_recipients, *to, *cc, *bcc, *resent_to)))
    return facts, sender, recipients


def _is_bulk(headers: Headers) -> bool:
    precedence = (headers.first("precedence") or "").strip().lower()
    return precedence in _BULK or any(name in _LIST_FIELDS for name, _ in headers.fields)
