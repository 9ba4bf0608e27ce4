"""The headers of ours that are taken out of incoming mail, and the hops that are counted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.intake.smtp.header_filter import HeaderFilter


def run(*chunks: bytes) -> tuple[bytes, HeaderFilter]:
    headers = HeaderFilter()
    out = b"".join(headers.feed(chunk) for chunk in chunks)
    return out + headers.finish(), headers


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"X-Triage-Id: 1\r\nA: b\r\n\r\nbody\r\n", b"A: b\r\n\r\nbody\r\n"),
        (b"A: b\r\nx-TRIAGE-x: 1\r\n 2\r\n\t3\r\nC: d\r\n\r\n", b"A: b\r\nC: d\r\n\r\n"),
        (b"X-Triage-Id : 1\r\nA: b\r\n\r\n", b"A: b\r\n\r\n"),
        (b"A: b\r\n\r\nX-Triage-Id: in the text\r\n", b"A: b\r\n\r\nX-Triage-Id: in the text\r\n"),
        (b"A: b\r\nnot a header\r\nX-Triage-Id: text\r\n", b"A: b\r\nnot a header\r\nX-Triage-Id: text\r\n"),
        (b"From x Mon\r\nX-Triage-Id: 1\r\nA: b\r\n\r\n", b"From x Mon\r\nA: b\r\n\r\n"),
        (b"A: X-Triage-Id: 1\r\n X-Triage-Id: 2\r\n\r\n", b"A: X-Triage-Id: 1\r\n X-Triage-Id: 2\r\n\r\n"),
        (b"X-TriageNot: 1\r\n\r\n", b"X-TriageNot: 1\r\n\r\n"),
        (b"\r\nbody", b"\r\nbody"),
        (b"", b""),
        (
            b"A: " + b"v" * 9000 + b"\r\nX-Triage-Q: " + b"w" * 9000 + b"\r\nB: c\r\n\r\n",
            b"A: " + b"v" * 9000 + b"\r\nB: c\r\n\r\n",
        ),
    ],
)
def test_ours_are_stripped_and_nothing_else(before: bytes, after: bytes) -> None:
    assert run(before)[0] == after
    assert run(*(before[i : i + 1] for i in range(len(before))))[0] == after


LINES = st.lists(
    st.sampled_from(
        [b"A: b\r\n", b" fold\r\n", b"X-Triage-Z: q\r\n", b"Received: by x\r\n", b"\r\n", b"plain text\r\n"]
    ),
    max_size=12,
).map(b"".join)


@given(LINES, st.integers(1, 9))
def test_the_chunking_never_shows(message: bytes, size: int) -> None:
    whole, one = run(message)
    pieces, many = run(*(message[i : i + size] for i in range(0, len(message), size)))
    assert (pieces, many.received, many.traces) == (whole, one.received, one.traces)


def test_hops_are_counted_in_the_headers_only() -> None:
    message = b"received: a\r\n" * 3 + b"Received: b\r\n\tby c\r\nX-Received: d\r\n\r\nReceived: e\r\n"
    assert run(message)[1].received == 4


def test_traces_are_collected_unfolded_before_they_are_stripped() -> None:
    out, headers = run(b"X-Triage-Trace: id\r\n  mac\r\nX-Triage-Id: no\r\nX-triage-TRACE:two\r\n\r\n")
    assert headers.traces == [b"id mac", b"two"]
    assert out == b"\r\n"


def test_traces_are_bounded() -> None:
    _, headers = run((b"X-Triage-Trace: " + b"x" * 3000 + b"\r\n " + b"y" * 3000 + b"\r\n") * 40 + b"\r\n")
    assert len(headers.traces) == 16
    assert max(map(len, headers.traces)) == 4096
