"""Mail of our own making: nothing of a stranger's can end a header, a line or a part of it."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.dispatch.our_mail import Written, compose
from gateway.dispatch.relay import trace_headers
from gateway.dispatch.trace import Trace
from models.envelope import Envelope

TRACE = Trace(b"k" * 32)
WHEN = datetime(2026, 3, 2, 10, 15, tzinfo=UTC)
ID = "a" * 32


def composed(subject: str = "S", text: str = "T", original: bytes | None = None) -> bytes:
    written = Written(ID, ID, ("spoc@council.example",), subject, text, original)
    return compose(written, TRACE, sender="gw@council.example", hostname="gw.example", date=WHEN)


@given(subject=st.text(), text=st.text())
def test_words_come_back_and_add_no_header(subject: str, text: str) -> None:
    content = composed(subject, text)
    mail = message_from_bytes(content, policy=policy.default)
    plain = message_from_bytes(composed(), policy=policy.default)
    assert list(mail) == list(plain)
    assert mail.defects == []
    lines = content.split(b"\r\n")
    assert all(b"\r" not in line and b"\n" not in line and len(line) <= 998 for line in lines)


def test_text_is_plain_where_mail_can_carry_it_so_that_an_id_can_be_searched_for() -> None:
    assert b"Alert: " + ID.encode() in composed(text=f"Alert: {ID}")
    mail = message_from_bytes(composed(text='"ça va" said Zoë – twice\n.\nend'), policy=policy.default)
    assert mail.get_content().splitlines() == ['"ça va" said Zoë – twice', ".", "end"]


@given(original=st.binary(max_size=400))
def test_the_original_is_there_byte_for_byte(original: bytes) -> None:
    content = composed(original=b"Subject: x\r\n\r\n" + original)
    assert b"Subject: x\r\n\r\n" + original in content


def test_the_message_id_is_the_same_at_every_attempt() -> None:
    assert composed() == composed()
    assert message_from_bytes(composed())["Message-ID"] == f"<{ID}@gw.example>"


@pytest.mark.parametrize(
    ("value", "ours"),
    [
        (TRACE.sign(ID).encode(), True),
        (b" " + TRACE.sign(ID).encode().replace(b" ", b"\r\n\t") + b"\r\n", True),
        (Trace(b"other").sign(ID).encode(), False),
        (TRACE.sign(ID).replace("a", "b", 1).encode(), False),
        (ID.encode(), False),
        (b"", False),
        (b"\xff \xff", False),
        (b"a b c", False),
    ],
)
def test_a_trace_is_ours_only_if_we_signed_it(value: bytes, ours: bool) -> None:
    assert TRACE.is_ours(value) is ours


@given(helo=st.text(), client=st.text())
def test_a_clients_words_cannot_break_out_of_the_received_line(helo: str, client: str) -> None:
    envelope = Envelope(source="smtp", received_at=WHEN, helo=helo, client=client)
    head = trace_headers(ID, envelope, TRACE, hostname="gw.example", now=WHEN)
    parsed = message_from_bytes(head + b"\r\n")
    assert parsed.keys() == ["Received", "X-Triage-Id", "X-Triage-Trace"]
    assert parsed.defects == []


@pytest.mark.parametrize(
    ("fields", "protocol"),
    [
        ({}, "ESMTP"),
        ({"source": "lmtp"}, "LMTP"),
        ({"authenticated": True}, "ESMTPA"),
        ({"smtputf8": True}, "UTF8SMTP"),
    ],
)
def test_the_received_line_says_how_it_came(fields: dict[str, object], protocol: str) -> None:
    envelope = Envelope.model_validate(
        {"source": "smtp", "received_at": WHEN, "helo": "mx.example", "client": "2001:db8::1", **fields}
    )
    received = message_from_bytes(trace_headers(ID, envelope, TRACE, hostname="gw.example", now=WHEN))["Received"]
    assert received.split("\r\n\t") == [
        "from mx.example ([IPv6:2001:db8::1])",
        f"by gw.example with {protocol} id {ID};",
        "Mon, 02 Mar 2026 10:15:00 +0000",
    ]
