"""The end of DATA and what comes before it: only CRLF.CRLF ends a message, however it is cut into chunks."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gateway.intake.smtp.data_decoder import DataDecoder, LineMeter


def decode(chunks: list[bytes]) -> tuple[bytes, DataDecoder]:
    decoder = DataDecoder()
    out = b""
    for index, chunk in enumerate(chunks):
        out += decoder.feed(chunk)
        if decoder.finished:
            decoder.leftover += b"".join(chunks[index + 1 :])
            break
    return out, decoder


def stuffed(body: bytes) -> bytes:
    """As a client sends lines: RFC 5321 4.5.2, then the end of data."""
    lines = body.split(b"\r\n")
    wire = b"\r\n".join(b"." + line if line.startswith(b".") else line for line in lines)
    return wire + b"\r\n.\r\n"


def cut(data: bytes, places: list[int]) -> list[bytes]:
    edges = [0, *sorted({place % (len(data) + 1) for place in places}), len(data)]
    return [data[a:b] for a, b in itertools.pairwise(edges)]


HOSTILE = st.lists(st.sampled_from([b"\r", b"\n", b".", b"\r\n", b"a", b"\x00", b"\xff"]), max_size=40).map(b"".join)
CLEAN = st.lists(st.lists(st.sampled_from([b".", b"a", b" ", b"\xe9"])).map(b"".join), max_size=12).map(b"\r\n".join)
PLACES = st.lists(st.integers(0, 500), max_size=30)


@given(CLEAN, PLACES, HOSTILE)
def test_clean_bodies_come_back_whatever_the_chunking(body: bytes, places: list[int], after: bytes) -> None:
    out, decoder = decode(cut(stuffed(body) + after, places))
    assert decoder.finished
    assert out == body + b"\r\n"
    assert decoder.leftover == after
    assert not decoder.bare_newlines


@given(HOSTILE, PLACES)
@example(b"a\r\r\r\nb", [1, 2, 3, 4, 5])
@example(b"\r\n.\r", [1, 2, 3])
def test_the_chunking_never_shows(wire: bytes, places: list[int]) -> None:
    wire += b"x\r\n.\r\nQUIT\r\n"
    whole, once = decode([wire])
    pieces, many = decode(cut(wire, places))
    assert (pieces, many.leftover, many.bare_newlines) == (whole, once.leftover, once.bare_newlines)
    single, bytewise = decode([wire[i : i + 1] for i in range(len(wire))])
    assert (single, bytewise.leftover) == (whole, once.leftover)


@given(HOSTILE)
def test_only_crlf_dot_crlf_ends_the_data_and_what_comes_out_is_clean(wire: bytes) -> None:
    out, decoder = decode([wire])
    assert decoder.finished == (b"\r\n.\r\n" in b"\r\n" + wire)
    if decoder.finished:
        assert out.count(b"\r") == out.count(b"\n") == out.count(b"\r\n")


@pytest.mark.parametrize(
    "ending",
    [
        b"\n.\n",
        b"\n.\r\n",
        b"\r\n.\n",
        b"\r.\r",
        b"\r.\r\n",
        b"\r\n.\r",
        b"\r\n\x00.\r\n",
        b"\r\n.\x00\r\n",
        b"\r\n..\r\n",
        b"\n\n.\r\n",
        b"\r\n.\r\r\n",
    ],
)
def test_smuggled_endings_are_text(ending: bytes) -> None:
    out, decoder = decode([b"first" + ending + b"MAIL FROM:<evil@far.example>\r\n", b"last\r\n.\r\n"])
    assert decoder.finished
    assert b"MAIL FROM" in out
    assert out.endswith(b"last\r\n")
    assert decoder.leftover == b""


@pytest.mark.parametrize(
    ("wire", "text"),
    [
        (b".\r\n", b""),
        (b"\r\n.\r\n", b"\r\n"),
        (b"..\r\n.\r\n", b".\r\n"),
        (b"a\nb\r\n.\r\n", b"a\r\nb\r\n"),
        (b"a\rb\r\n.\r\n", b"a\r\nb\r\n"),
        (b"Subject: x\r\r\n\r\r\ntext\r\n.\r\n", b"Subject: x\r\n\r\ntext\r\n"),
        (b"a\n.\nb\r\n.\r\n", b"a\r\n.\r\nb\r\n"),
        (b"a\n..b\r\n.\r\n", b"a\r\n..b\r\n"),
    ],
)
def test_what_each_ending_becomes(wire: bytes, text: bytes) -> None:
    assert decode([wire])[0] == text


@given(st.lists(st.integers(0, 14), max_size=12), PLACES)
def test_a_line_is_too_long_exactly_when_it_is(lengths: list[int], places: list[int]) -> None:
    text = b"".join(b"x" * length + b"\r\n" for length in lengths)
    meter = LineMeter(10)
    assert any(meter.exceeded_by(piece) for piece in cut(text, places)) == any(length > 10 for length in lengths)
