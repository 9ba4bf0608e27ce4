"""Damaged mail: seeds that hold one of everything the reader knows, wounded at random."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from tests.unit.reading.builders import attachment, docx, html, multipart, part, pdf, plain, zipped

HEAD = b"From: Ann <ann@mail.example>\r\nTo: office@opcc.example\r\nSubject: =?utf-8?b?xbzDs8WCdw==?=\r\n"

SEEDS = (
    plain("Dear desk\r\n\r\nMy bin was not emptied.\r\n-- \r\nAnn"),
    plain("On Mon, 2 Mar 2026 at 10:15, X <x@y.example> wrote:\r\n> I will find out where you live\r\n\r\nNot again."),
    html("<style>.a{display:none}</style><p class=a>x</p><blockquote type=cite>y</blockquote><table><tr><td>z"),
    multipart(
        multipart(part("plain"), part("<p>html</p>", "text/html"), kind="alternative", boundary="in", head=""),
        attachment(pdf(["page one", "page two"]), "a.pdf", "application/pdf"),
        attachment(docx(["a paragraph"]), "a.docx"),
        attachment(zipped({"a.txt": b"zip", "b.html": b"<p>b</p>"}), "a.zip"),
        attachment(b"{\\rtf1\\ansi rich \\'e9}", "a.rtf"),
        attachment(b"\x89PNG\r\n\x1a\n" + bytes(40), "a.png", "image/png"),
        part(plain("inner").decode(), "message/rfc822"),
    ),
    HEAD + b"Content-Type: text/plain; charset=utf-16\r\n\r\n" + "żółw".encode("utf-16"),
    HEAD + b"Content-Transfer-Encoding: base64\r\n\r\nSSB3aWxsIGtpbGwgaGlt\r\n",
    HEAD + b"Content-Transfer-Encoding: quoted-printable\r\n\r\nI will =\r\nk=69ll him=2E\r\n",
    HEAD + b"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; a.example\r\n\r\nAction: failed\r\n",
)

SPICE = (
    b"\x00",
    b"\r",
    b"\n\n",
    b"\r\n.\r\n",
    b"--=_b1\r\n",
    b"--=_b1--",
    b"=?utf-8?b?",
    b"=?utf-7?q?+?=",
    b"?=",
    b"(" * 200,
    b'"',
    b"<" * 300,
    b"<div>" * 400,
    b"&#" * 50,
    b"boundary=",
    b"filename*0*=utf-8''%",
    b"\xff\xfe",
    b"\xf0\x9f",
    b"\xe2\x80\xae",
    b"Content-Type: multipart/mixed; boundary=\r\n",
    b"Content-Type: message/rfc822\r\n\r\n",
    b"Content-Transfer-Encoding: base64\r\n",
    b"Content-Transfer-Encoding: x-uuencode\r\n\r\nbegin 644 a\r\n",
    b"charset=utf-16",
    b"charset=hz",
    b"Date: Mon, 99 Foo 99999 99:99:99 +9999\r\n",
    b"From: @@@<>, :;\r\n",
    b"Message-ID: <" + b"a" * 2000 + b">\r\n",
    b"Received: " + b"x " * 500 + b"\r\n",
    b"%PDF-1.4 ",
    b"PK\x03\x04",
    b"{\\rtf1" * 60,
    b"> " * 400,
    b"k i l l " * 100,
)


def _put(random: Random, raw: bytes) -> bytes:
    at = random.randrange(len(raw) + 1)
    return raw[:at] + random.choice(SPICE) + raw[at:]


def _overwrite(random: Random, raw: bytes) -> bytes:
    at = random.randrange(len(raw) + 1)
    return raw[:at] + random.randbytes(random.randrange(1, 9)) + raw[at + random.randrange(9) :]


def _cut(random: Random, raw: bytes) -> bytes:
    first, last = sorted(random.randrange(len(raw) + 1) for _ in "ab")
    return raw[:first] + raw[last:]


def _repeat(random: Random, raw: bytes) -> bytes:
    at = random.randrange(len(raw) + 1)
    return raw[:at] + raw[at : at + random.randrange(1, 200)] * random.randrange(2, 60) + raw[at:]


def _graft(random: Random, raw: bytes) -> bytes:
    other = random.choice(SEEDS)
    return raw[: random.randrange(len(raw) + 1)] + other[random.randrange(len(other)) :]


def _nest(random: Random, raw: bytes) -> bytes:
    for _ in range(random.randrange(1, 40)):
        raw = HEAD + b"Content-Type: message/rfc822\r\n\r\n" + raw
    return raw


def _flip(random: Random, raw: bytes) -> bytes:
    new = bytearray(raw)
    for _ in range(random.randrange(1, 30)):
        if new:
            new[random.randrange(len(new))] ^= 1 << random.randrange(8)
    return bytes(new)


_WOUNDS: tuple[Callable[[Random, bytes], bytes], ...] = (_put, _put, _overwrite, _cut, _repeat, _graft, _nest, _flip)
_MOST_BYTES = 400_000


def damaged(random: Random) -> bytes:
    """A message made of a seed and up to a dozen wounds; the same for the same `random`. At most 400 KB."""
    raw = random.choice(SEEDS)
    for _ in range(random.randrange(13)):
        raw = random.choice(_WOUNDS)(random, raw)[:_MOST_BYTES]
    return raw
