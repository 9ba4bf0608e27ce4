"""Content-Transfer-Encodings, decoded as far as they go (RFC 2045 6)."""

from __future__ import annotations

import binascii
from dataclasses import dataclass

import re2

_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
_NOT_ALPHABET = bytes(set(range(256)) - set(_ALPHABET))
_PADDING = re2.compile(rb"=+")
_UU_BEGIN = re2.compile(rb"(?m)^begin(?:-base64)? [0-7]{3,4} ([^\r\n]+)\r?$")
_IDENTITY = frozenset({"", "7bit", "8bit", "binary"})


@dataclass(frozen=True, slots=True)
class Transferred:
    """The decoded bytes; `defect` names what was wrong with the encoding, None where it was sound."""

    data: bytes
    defect: str | None = None


def decode_base64(body: bytes) -> Transferred:
    """Base64 as far as it goes: rubbish is left out, an odd end is cut, lines of plain words are kept as they are."""
    compact = body.translate(None, b" \t\r\n")
    try:
        return Transferred(binascii.a2b_base64(compact, strict_mode=True))
    except binascii.Error:
        pass
    encoded: list[bytes] = []
    words: list[bytes] = []
    for line in body.splitlines():
        (words if b" " in line.strip() and not _all_base64_runs(line) else encoded).append(line)
    compact = b"".join(encoded).translate(None, _NOT_ALPHABET)
    pieces = []
    for run in _PADDING.split(compact):
        usable = run if len(run) % 4 != 1 else run[:-1]
        if usable:
            pieces.append(binascii.a2b_base64(usable + b"=" * (-len(usable) % 4)))
    data = b"".join(pieces)
    if words:
        data = data + b"\n" + b"\n".join(words)
    return Transferred(data, "damaged base64")


def _all_base64_runs(line: bytes) -> bool:
    """A line of base64 that a relay broke with spaces: long runs of the alphabet."""
    runs = line.split()
    return all(len(run) >= 16 and not run.translate(None, _ALPHABET) for run in runs)


def decode_uuencoded(body: bytes) -> Transferred:
    """The first uuencoded file in a body; what cannot be decoded is left out and said."""
    begin = _UU_BEGIN.search(body)
    if begin is None:
        return Transferred(body, "uuencoding without a begin line")
    out: list[bytes] = []
    defect: str | None = "uuencoding cut off"
    for line in body[begin.end() :].splitlines():
        if not line.strip():
            continue
        if line.strip() == b"end":
            defect = None
            break
        try:
            out.append(binascii.a2b_uu(line))
        except binascii.Error:
            return Transferred(b"".join(out), "damaged uuencoding")
    return Transferred(b"".join(out), defect)


MOST_UUENCODED = 50
"""Files that are read of one text."""


def uuencoded_blocks(body: bytes) -> list[tuple[str, int, int]]:
    """(name, start, end) of each uuencoded file inside a text body; of more than `MOST_UUENCODED`, one that is left."""
    if b"begin " not in body:
        return []
    blocks: list[tuple[str, int, int]] = []
    position = 0
    for match in _UU_BEGIN.finditer(body):
        if match.start() < position:
            continue
        if len(blocks) > MOST_UUENCODED:
            break
        following = body[match.end() : match.end() + 80].lstrip(b"\r\n")
        first = following.split(b"\n", 1)[0].rstrip(b"\r")
        # A data line says its own length: "begin 2024 with" in a letter does not fit.
        if not first or len(first) < 2 or abs(len(first) - 1 - ((first[0] - 32 & 63) + 2) // 3 * 4) > 1:
            continue
        end = body.find(b"\nend", match.end())
        stop = len(body) if end < 0 else end + 4
        blocks.append((match.group(1).decode("utf-8", "replace"), match.start(), stop))
        position = stop
    return blocks


def decode_transfer(body: bytes, encoding: str) -> Transferred:
    """Undo one Content-Transfer-Encoding (its name lower-cased). Never raises."""
    if encoding in _IDENTITY:
        return Transferred(body)
    if encoding == "quoted-printable":
        return Transferred(binascii.a2b_qp(body))
    if encoding == "base64":
        return decode_base64(body)
    if encoding in ("x-uuencode", "uuencode", "x-uue", "uue"):
        return decode_uuencoded(body)
    return Transferred(body, "unknown transfer encoding")
