"""Whatever the bytes: a contact comes back, and every run of plain words is in it or a problem says it may be lost."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.reading.email import read_email
from gateway.reading.record import ContactFileError, read_record
from gateway.reading.thoroughness import Thoroughness
from tests.unit.reading.builders import (
    AUTHOR,
    DOMAINS,
    attachment,
    docx,
    envelope,
    html,
    multipart,
    part,
    pdf,
    plain,
    read,
    zipped,
)

SEEDS = (
    plain("Dear desk\r\n\r\nwords\r\n-- \r\nAnn"),
    html("<style>.a{display:none}</style><p class=a>x</p><blockquote type=cite>y</blockquote>"),
    multipart(
        multipart(
            part("plain words"), part("<p>html words</p>", "text/html"), kind="alternative", boundary="in", head=""
        ),
        attachment(pdf(["page"]), "a.pdf", "application/pdf"),
        attachment(docx(["para"]), "a.docx"),
        attachment(zipped({"a.txt": b"zip"}), "a.zip"),
        attachment(b"{\\rtf1 rich}", "a.rtf"),
        part(plain("inner").decode(), "message/rfc822"),
    ),
    f"Authentication-Results: mx.council.example; dmarc=pass header.from=mail.example\r\nReceived: by mx.council.example; x\r\n{AUTHOR}\r\nx".encode(),
)
SPICE = st.sampled_from(
    [
        b"\x00",
        b"\r",
        b"\n\n",
        b"--=_b1\r\n",
        b"--=_b1--",
        b"=?utf-8?b?",
        b"?=",
        b"(" * 50,
        b'"',
        b"<",
        b"boundary=",
        b"\xff\xfe",
        b"Content-Type: multipart/mixed\r\n",
        b"Content-Transfer-Encoding: base64\r\n",
        b"charset=utf-16",
        b"=",
        b"\\",
        b"%PDF-",
        b"PK\x03\x04",
    ]
)


@given(st.binary(max_size=2_000))
@settings(max_examples=150, deadline=None)
def test_any_bytes_are_a_contact(raw: bytes) -> None:
    contact = read(raw)
    assert contact.id == "c1"
    assert not any("reader failed" in problem.detail for problem in contact.problems)


@given(
    st.sampled_from(SEEDS),
    st.lists(st.tuples(st.floats(0, 1), SPICE | st.binary(max_size=8), st.booleans()), max_size=8),
)
@settings(max_examples=150, deadline=None)
def test_damaged_messages_are_contacts(seed: bytes, wounds: list[tuple[float, bytes, bool]]) -> None:
    raw = seed
    for place, put, cut in wounds:
        at = int(place * len(raw))
        raw = raw[:at] + put + (b"" if cut else raw[at:])
    contact = read(raw)
    assert not any("reader failed" in problem.detail for problem in contact.problems)
    names = [one.name for one in contact.parts]
    assert len(names) == len(set(names))
    for mode in (Thoroughness.PLAIN, Thoroughness.NO_ATTACHMENTS, Thoroughness.HEADERS):
        less = read_email(
            raw, contact_id="c1", envelope=envelope(), domains=DOMAINS, trusted_authserv=(), thoroughness=mode
        )
        assert not any("reader failed" in problem.detail for problem in less.problems)


WORDS = st.lists(st.from_regex(r"[a-zéß£]{3,9}", fullmatch=True), min_size=1, max_size=30).map(" ".join)
LAYOUT = st.sampled_from(["plain", "quoted", "attached", "html", "zip", "nested"])


@given(WORDS, LAYOUT, st.sampled_from(["utf-8", "iso-8859-1", "utf-16", "cp1252"]))
@settings(max_examples=150, deadline=None)
def test_words_survive(words: str, layout: str, charset: str) -> None:
    data = words.encode(charset)
    content = part(data, f"text/plain; charset={charset}")
    if layout == "plain":
        raw = AUTHOR.encode() + content
    elif layout == "quoted":
        raw = plain("On Mon, 2 Mar 2026 at 10:15, X <x@y.example> wrote:\r\n> " + words)
    elif layout == "attached":
        raw = multipart(part("see file"), attachment(data, "a.txt", f"text/plain; charset={charset}"))
    elif layout == "html":
        raw = html(f"<p>{words}</p>")
    elif layout == "zip":
        raw = multipart(part("see file"), attachment(zipped({"a.txt": words.encode()}), "a.zip"))
    else:
        raw = multipart(part(multipart(content, boundary="in").decode(), "message/rfc822"))
    contact = read(raw)
    held = " ".join(" ".join(one.text.split()) for one in contact.parts)
    assert words in held or contact.problems


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=20),
        lambda inner: st.lists(inner, max_size=3),
        max_leaves=5,
    ),
    st.sampled_from(
        [
            "caller",
            "sender",
            "notes",
            "transcript",
            "text",
            "recipients",
            "duration_seconds",
            "outcome",
            "attachments",
            "subject",
            "direction",
            "appointment",
        ]
    ),
    st.sampled_from(["telephone", "voicemail", "letter", "visit", "webform", "sms", "social_media"]),
)
@settings(max_examples=200, deadline=None)
def test_any_value_in_a_contact_file_is_read_or_refused_by_name(value: object, field: str, channel: str) -> None:
    raw = json.dumps({"channel": channel, "received_at": "2026-03-02T10:15:00Z", field: value}).encode()
    try:
        contact = read_record(raw, contact_id="c1")
    except ContactFileError as error:
        assert "`" in str(error)
    else:
        assert contact.channel == channel
