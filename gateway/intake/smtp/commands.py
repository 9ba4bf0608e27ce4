"""The grammar of MAIL, RCPT, XFORWARD and XCLIENT (RFC 5321 4.1.2, RFC 3461, Postfix XFORWARD_README). No I/O."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import re2

from gateway.intake.smtp import replies

# A source route before the address is accepted and forgotten (RFC 5321 appendix C).
_LOCAL = rb'(?:"(?:[^"\\]|\\.)*"|[^\s<>"@]+)'
_DOMAIN = rb'[^\s<>"@]+'
_MAILBOX = _LOCAL + rb"(?:@" + _DOMAIN + rb")?"
_PATH: Any = re2.compile(rb'<(?:@[^<>:" ]*:)?(' + _MAILBOX + rb"|)>((?: .*)?)|(" + _MAILBOX + rb")((?: .*)?)")
_NAME: Any = re2.compile(rb"[A-Za-z0-9][A-Za-z0-9-]*")
_XTEXT_HEX: Any = re2.compile(r"\+([0-9A-F]{2})")
_MOST_ADDRESS_BYTES = 320
_NOTIFY = frozenset({"SUCCESS", "FAILURE", "DELAY"})
_ABSENT = frozenset({"[UNAVAILABLE]", "[TEMPUNAVAIL]"})


class CommandError(Exception):
    """A command that cannot be obeyed. `reply`: what to answer."""

    def __init__(self, reply: bytes) -> None:
        super().__init__(reply.decode())
        self.reply = reply


@dataclass(frozen=True, slots=True)
class MailCommand:
    """MAIL: `address` is "" for the null sender; `size` None where not declared; `ret`, `envid` from RFC 3461."""

    address: str
    size: int | None = None
    smtputf8: bool = False
    body_8bit: bool = False
    ret: str | None = None
    envid: str | None = None


@dataclass(frozen=True, slots=True)
class RcptCommand:
    """RCPT: the address and, from RFC 3461, when to notify and the original recipient."""

    address: str
    notify: str | None = None
    orcpt: str | None = None


@dataclass(frozen=True, slots=True)
class PeerFacts:
    """What a proxy says of the client behind it; attributes it has no value for are None, those not sent absent."""

    values: dict[str, str | None] = field(default_factory=dict)


def parse_mail(argument: bytes, *, utf8_asked: bool = False) -> MailCommand:
    """MAIL's argument; raises CommandError."""
    path, parameters = _split_path(argument, b"FROM:", replies.MAIL_SYNTAX, replies.BAD_SENDER)
    if not parameters and path.isascii():
        return MailCommand(path.decode("ascii"))
    size, smtputf8, body_8bit, ret, envid = None, utf8_asked, False, None, None
    for name, value in _parameters(parameters, replies.MAIL_SYNTAX):
        match name:
            case "SIZE" if value is not None and value.isascii() and value.isdigit() and len(value) <= 20:
                size = int(value)
            case "BODY" if value is not None and value.upper() in {"7BIT", "8BITMIME"}:
                body_8bit = value.upper() == "8BITMIME"
            case "SMTPUTF8" if value is None:
                smtputf8 = True
            case "RET" if value is not None and value.upper() in {"FULL", "HDRS"}:
                ret = value.upper()
            case "ENVID" if value is not None and len(value) <= 100:
                envid = value
            case "AUTH" if value is not None:
                pass  # RFC 4954 5: may be given by any client, and is not relayed
            case "SIZE" | "BODY" | "SMTPUTF8" | "RET" | "ENVID" | "AUTH":
                raise CommandError(replies.BAD_PARAMETER)
            case _:
                raise CommandError(replies.UNKNOWN_PARAMETER)
    return MailCommand(_text(path, smtputf8, replies.BAD_SENDER), size, smtputf8, body_8bit, ret, envid)


def parse_rcpt(argument: bytes, *, smtputf8: bool) -> RcptCommand:
    """RCPT's argument; raises CommandError."""
    path, parameters = _split_path(argument, b"TO:", replies.RCPT_SYNTAX, replies.BAD_RECIPIENT)
    if not path:
        raise CommandError(replies.BAD_RECIPIENT)
    notify, orcpt = None, None
    for name, value in _parameters(parameters, replies.RCPT_SYNTAX):
        match name:
            case "NOTIFY" if value is not None and (value.upper() == "NEVER" or {*value.upper().split(",")} <= _NOTIFY):
                notify = value.upper()
            case "ORCPT" if value is not None and ";" in value and len(value) <= 500:
                orcpt = value
            case "NOTIFY" | "ORCPT":
                raise CommandError(replies.BAD_PARAMETER)
            case _:
                raise CommandError(replies.UNKNOWN_PARAMETER)
    return RcptCommand(_text(path, smtputf8, replies.BAD_RECIPIENT), notify, orcpt)


def parse_peer_facts(argument: bytes, allowed: frozenset[str]) -> PeerFacts:
    """`NAME=value` pairs of XFORWARD and XCLIENT, values xtext; raises CommandError."""
    if not argument.strip():
        raise CommandError(replies.BAD_PARAMETER)
    values: dict[str, str | None] = {}
    for name, value in _parameters(argument, replies.BAD_PARAMETER):
        if name not in allowed or value is None:
            raise CommandError(replies.BAD_PARAMETER)
        values[name] = None if value.upper() in _ABSENT else decode_xtext(value)
    return PeerFacts(values)


def decode_xtext(value: str) -> str:
    """RFC 3461 4: `+2B` stands for `+`; anything not so written is itself. Non-UTF-8 becomes replacement marks."""
    if "+" not in value:
        return value
    pieces = _XTEXT_HEX.split(value)
    raw = b"".join(bytes.fromhex(piece) if index % 2 else piece.encode() for index, piece in enumerate(pieces))
    return raw.decode("utf-8", errors="replace")


def _split_path(argument: bytes, keyword: bytes, syntax: bytes, malformed: bytes) -> tuple[bytes, bytes]:
    if argument[: len(keyword)].upper() != keyword:
        raise CommandError(syntax)
    match = _PATH.fullmatch(argument[len(keyword) :].lstrip(b" "))
    if match is None:
        raise CommandError(malformed)
    bracketed, after, bare, after_bare = match.groups()
    address = bytes(bracketed if bare is None else bare)
    if len(address) > _MOST_ADDRESS_BYTES:
        raise CommandError(malformed)
    return address, bytes((after if bare is None else after_bare) or b"")


def _parameters(text: bytes, syntax: bytes) -> list[tuple[str, str | None]]:
    found: dict[str, str | None] = {}
    for word in text.split():
        raw_name, equals, raw_value = word.partition(b"=")
        if _NAME.fullmatch(raw_name) is None or (equals and not raw_value):
            raise CommandError(syntax)
        name = raw_name.decode("ascii").upper()
        if name in found:
            raise CommandError(replies.BAD_PARAMETER)
        try:
            found[name] = raw_value.decode("utf-8") if equals else None
        except UnicodeDecodeError:
            raise CommandError(replies.BAD_PARAMETER) from None
    return list(found.items())


def _text(path: bytes, smtputf8: bool, malformed: bytes) -> str:
    if not path.isascii() and not smtputf8:
        raise CommandError(replies.UTF8_NOT_ASKED)
    try:
        return path.decode("utf-8")
    except UnicodeDecodeError:
        raise CommandError(malformed) from None
