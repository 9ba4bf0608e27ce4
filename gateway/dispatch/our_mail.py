"""Mail of our own making as bytes: plain text, the original beside it untouched, stable ids."""

from __future__ import annotations

import base64
import quopri
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from email.header import Header
from email.utils import format_datetime

from gateway.dispatch.relay import own_headers
from gateway.dispatch.trace import Trace
from gateway.harmless import one_line

_CRLF = "\r\n"
_LINE_BYTES = 900
_WIDTH = 100


OUR_NAME = "Triage gateway"


@dataclass(frozen=True, slots=True)
class Attached:
    """A file beside the words. `media_type`: such as `application/pdf`."""

    name: str
    media_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Written:
    """A mail of ours. `about` is the contact or alert it is about, `id_` what makes its Message-ID stable."""

    id_: str
    about: str
    to: tuple[str, ...]
    subject: str
    text: str
    original: bytes | None = None
    attached: tuple[Attached, ...] = ()
    from_name: str = OUR_NAME
    reply_to: str | None = None


def compose(written: Written, trace: Trace, *, sender: str, hostname: str, date: datetime) -> bytes:
    """RFC 5322 with CRLF. The original, if any, is a `message/rfc822` part, byte for byte as it came."""
    headers = [
        *own_headers(written.about, trace),
        *headers_of(
            written.id_,
            written.to,
            written.subject,
            sender=sender,
            hostname=hostname,
            date=date,
            name=written.from_name,
        ),
    ]
    if written.reply_to is not None:
        headers.append(f"Reply-To: {one_line(written.reply_to)}")
    beside = [_original_part(written)] if written.original is not None else []
    beside += [_attached_part(attached) for attached in written.attached]
    if not beside:
        return lines_of(headers) + _text_part(written.text)
    boundary = boundary_of(written.id_, trace)
    opening = [
        *headers,
        f'Content-Type: multipart/mixed; boundary="{boundary}"',
        "",
        f"--{boundary}",
    ]
    between = lines_of(["", f"--{boundary}"])
    closing = lines_of(["", f"--{boundary}--"])
    return lines_of(opening) + between.join((_text_part(written.text), *beside)) + closing


def _original_part(written: Written) -> bytes:
    original = written.original or b""
    headers = [
        "Content-Type: message/rfc822",
        f"Content-Transfer-Encoding: {_width(original)}",
        f'Content-Disposition: attachment; filename="{written.about}.eml"',
        "",
    ]
    return lines_of(headers) + (original if original.endswith(b"\r\n") else original + b"\r\n")


def _attached_part(attached: Attached) -> bytes:
    name = "".join(letter for letter in attached.name if letter.isascii() and (letter.isalnum() or letter in "-_."))
    headers = [
        f"Content-Type: {attached.media_type}",
        "Content-Transfer-Encoding: base64",
        f'Content-Disposition: attachment; filename="{name}"',
        "",
    ]
    return lines_of(headers) + base64.encodebytes(attached.content).replace(b"\n", b"\r\n")


def boundary_of(id_: str, trace: Trace) -> str:
    """Between the parts of a message: the same for one id at every attempt, and nothing that others could write."""
    return f"=_{id_}_{trace.sign(id_).rpartition(' ')[2][:24]}"


def message_id(id_: str, hostname: str) -> str:
    """The Message-ID of our mail, in its brackets."""
    return f"<{id_}@{one_line(hostname)}>"


def headers_of(
    id_: str, to: Iterable[str], subject: str, *, sender: str, hostname: str, date: datetime, name: str = OUR_NAME
) -> list[str]:
    """The headers that all mail of ours has, each value safe from what it is made of."""
    return [
        f"Date: {format_datetime(date)}",
        f"From: {_phrase(name)} <{one_line(sender)}>",
        f"To: {', '.join(map(one_line, to))}",
        f"Subject: {_subject(subject)}",
        f"Message-ID: {message_id(id_, hostname)}",
        "Auto-Submitted: auto-generated",
        "X-Auto-Response-Suppress: All",
        "MIME-Version: 1.0",
    ]


def is_8bit(content: bytes) -> bool:
    """Whether content needs 8BITMIME (RFC 6152)."""
    return not content.isascii()


def _text_part(text: str) -> bytes:
    """A text part's headers and body: as it is where mail can carry that, else quoted-printable."""
    clean = wrapped(text).encode("utf-8", "replace")
    plain = clean.isascii() and max(map(len, clean.split(b"\r\n"))) <= _LINE_BYTES
    encoding = "7bit" if plain else "quoted-printable"
    body = clean if plain else quopri.encodestring(clean.replace(b"\r\n", b"\n")).replace(b"\n", b"\r\n")
    return lines_of(["Content-Type: text/plain; charset=utf-8", f"Content-Transfer-Encoding: {encoding}", ""]) + body


def wrapped(text: str) -> str:
    """Lines wrapped for reading, with CRLF ends; words that are too long (a link) stay whole."""
    return _CRLF.join(part for line in text.splitlines() for part in _wrapped(line)) + _CRLF


def _wrapped(line: str) -> list[str]:
    if len(line) <= _WIDTH and "\t" not in line:
        return [line.rstrip(" ")]  # as nearly all lines are; what follows takes its time
    indent = line[: len(line) - len(line.lstrip(" >-"))].replace("-", " ")
    return textwrap.wrap(line, _WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False) or [""]


def _subject(text: str) -> str:
    line = one_line(text)
    return line if line.isascii() else Header(line, "utf-8", maxlinelen=900).encode(linesep="")


def _phrase(name: str) -> str:
    """A display name (RFC 5322 3.2.5): quoted where it holds more than words."""
    line = one_line(name)
    if not line.isascii():
        return Header(line, "utf-8", maxlinelen=900).encode(linesep="")
    if all(letter.isalnum() or letter == " " for letter in line):
        return line
    return '"' + line.replace("\\", "").replace('"', "") + '"'


def _width(original: bytes) -> str:
    return "8bit" if is_8bit(original) else "7bit"


def lines_of(lines: Iterable[str]) -> bytes:
    """Lines as mail has them: each with its CRLF."""
    return "".join(line + _CRLF for line in lines).encode("utf-8")
