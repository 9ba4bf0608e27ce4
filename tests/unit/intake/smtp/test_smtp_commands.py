"""MAIL, RCPT and the peer's facts, parsed or refused whatever the bytes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.intake.smtp.commands import (
    CommandError,
    MailCommand,
    RcptCommand,
    decode_xtext,
    parse_mail,
    parse_peer_facts,
    parse_rcpt,
)


@pytest.mark.parametrize(
    ("argument", "expected"),
    [
        (b"FROM:<>", MailCommand("")),
        (b"from: <a@b.example>", MailCommand("a@b.example")),
        (b"FROM:a@b.example", MailCommand("a@b.example")),
        (b"FROM:<@relay.example,@two.example:a@b.example>", MailCommand("a@b.example")),
        (b'FROM:<"odd > name"@b.example> SIZE=12', MailCommand('"odd > name"@b.example', 12)),
        (b"FROM:<a@b.example> size=7 body=8bitmime", MailCommand("a@b.example", 7, body_8bit=True)),
        (b"FROM:<a@b.example> RET=hdrs ENVID=QQ+3D1", MailCommand("a@b.example", ret="HDRS", envid="QQ+3D1")),
        ("FROM:<é@b.example> SMTPUTF8".encode(), MailCommand("é@b.example", smtputf8=True)),
        (b"FROM:<a@b.example> AUTH=<>", MailCommand("a@b.example")),
        (b"FROM:<a@[192.0.2.1]>", MailCommand("a@[192.0.2.1]")),
    ],
)
def test_mail(argument: bytes, expected: MailCommand) -> None:
    assert parse_mail(argument) == expected


@pytest.mark.parametrize(
    ("argument", "code"),
    [
        (b"", b"501 5.5.4"),
        (b"TO:<a@b.example>", b"501 5.5.4"),
        (b"FROM:<a@b.example", b"501 5.1.7"),
        (b"FROM:<a@b@c.example>", b"501 5.1.7"),
        (b"FROM:<a b@c.example>", b"501 5.1.7"),
        (b"FROM:<a@b.example>SIZE=1", b"501 5.1.7"),
        (b"FROM:<" + b"a" * 400 + b"@b.example>", b"501 5.1.7"),
        (b"FROM:<a@b.example> SIZE=-1", b"501 5.5.4"),
        (b"FROM:<a@b.example> SIZE=1 SIZE=2", b"501 5.5.4"),
        (b"FROM:<a@b.example> SIZE", b"501 5.5.4"),
        (b"FROM:<a@b.example> BODY=BINARYMIME", b"501 5.5.4"),
        (b"FROM:<a@b.example> SMTPUTF8=yes", b"501 5.5.4"),
        (b"FROM:<a@b.example> RET=ALL", b"501 5.5.4"),
        (b"FROM:<a@b.example> HOLDFOR=5", b"555 5.5.4"),
        ("FROM:<é@b.example>".encode(), b"553 5.6.7"),
        (b"FROM:<\xff@b.example> SMTPUTF8", b"501 5.1.7"),
    ],
)
def test_mail_refused(argument: bytes, code: bytes) -> None:
    with pytest.raises(CommandError) as caught:
        parse_mail(argument)
    assert caught.value.reply.startswith(code)


@pytest.mark.parametrize(
    ("argument", "expected"),
    [
        (b"TO:<a@b.example>", RcptCommand("a@b.example")),
        (b"TO:<postmaster>", RcptCommand("postmaster")),
        (
            b"TO:<a@b.example> NOTIFY=success,delay ORCPT=rfc822;a@b.example",
            RcptCommand("a@b.example", "SUCCESS,DELAY", "rfc822;a@b.example"),
        ),
        (b"TO:<a@b.example> NOTIFY=NEVER", RcptCommand("a@b.example", "NEVER")),
    ],
)
def test_rcpt(argument: bytes, expected: RcptCommand) -> None:
    assert parse_rcpt(argument, smtputf8=False) == expected


@pytest.mark.parametrize(
    "argument", [b"TO:<>", b"TO:<a@b> NOTIFY=NEVER,DELAY", b"TO:<a@b> ORCPT=x", b"TO:<a@b> X=1", "TO:<é@b>".encode()]
)
def test_rcpt_refused(argument: bytes) -> None:
    with pytest.raises(CommandError):
        parse_rcpt(argument, smtputf8=False)


@given(st.binary(max_size=200))
def test_any_bytes_are_parsed_or_refused(data: bytes) -> None:
    for parse in (lambda: parse_mail(b"FROM:" + data), lambda: parse_rcpt(b"TO:" + data, smtputf8=True)):
        try:
            parse()
        except CommandError as error:
            assert error.reply[:1] == b"5"


def test_peer_facts() -> None:
    facts = parse_peer_facts(b"NAME=[UNAVAILABLE] HELO=a+20b", frozenset({"NAME", "HELO"}))
    assert facts.values == {"NAME": None, "HELO": "a b"}
    with pytest.raises(CommandError):
        parse_peer_facts(b"OTHER=1", frozenset({"NAME"}))


@pytest.mark.parametrize(
    ("value", "text"), [("plain", "plain"), ("a+2Bb", "a+b"), ("+C3+A9", "é"), ("50+", "50+"), ("+FF", "\ufffd")]
)
def test_xtext(value: str, text: str) -> None:
    assert decode_xtext(value) == text
